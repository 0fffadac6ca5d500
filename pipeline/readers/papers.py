"""Documents of office programs -> articles: DOCX and EPUB.

DOCX keeps headings, list items and tables as Markdown has them. EPUB gives an article a chapter.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import unquote

from pipeline.document.byline import sited
from pipeline.document.stamps import date_in
from pipeline.readers import LIMITS, Found, Reading, article, needs, refused
from pipeline.readers.encoding import decode
from pipeline.readers.tables import table_rows

# ------------------------------------------------------------------------------------------ DOCX


def docx(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """The article of a Word document."""
    try:
        import docx as word
        from docx.opc.exceptions import PackageNotFoundError
        from docx.text.paragraph import Paragraph
    except ImportError as error:
        raise needs(".docx", error) from error
    data = stream.read()
    if reason := unsafe(data):
        yield refused(path, data, reason)
        return
    try:
        document = word.Document(io.BytesIO(data))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        yield refused(path, data, f"no Word document, or a broken one: {error}")
        return
    body = document.element.find(_W + "body")
    if body is None:
        yield refused(path, data, "no Word document: it has no body")
        return
    parts: list[str] = []
    for block in _blocks(body):
        if block.tag == _W + "tbl":
            parts += _table(block)
        elif text := _text(block).strip():
            parts.append(_prefix(Paragraph(block, document)) + text)
    title = (document.core_properties.title or "").strip()
    title = reading.pages.suffix.sub("", title)
    shown = [_bare(part.lstrip("# ")) for part in parts[:10]]
    if title and not any(len(part) >= 4 and sited(_bare(title), part) for part in shown):
        parts.insert(0, f"# {title}")
    yield article(path, "\n\n".join(parts), "utf-8", fetched=reading.fetched)


_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FRAMES = frozenset(_W + name for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml"))
"""What stands around blocks: fields of a form, what was inserted while changes were tracked."""
_BOX = _W + "txbxContent"
_AGAIN = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
"""The same once more, for older programs."""
_SIGNS = {_W + "tab": "\t", _W + "br": "\n", _W + "cr": "\n", _W + "noBreakHyphen": "-"}


def _blocks(body: Any) -> Iterator[Any]:
    """The paragraphs and tables of a document in their order; those of a box of text behind its paragraph."""
    for element in body:
        if element.tag in _FRAMES:
            yield from _blocks(element)
        elif element.tag in (_W + "p", _W + "tbl"):
            yield element
            if element.tag == _W + "p":
                for box in _inside(element, frozenset({_AGAIN}), whole=_BOX):
                    if box.tag == _BOX:
                        yield from _blocks(box)


def _text(paragraph: Any) -> str:
    """What a paragraph shows: with what was inserted, without what was deleted or stands in boxes."""
    return "".join(
        element.text or "" if element.tag == _W + "t" else _SIGNS.get(element.tag, "")
        for element in _inside(paragraph, frozenset({_AGAIN, _BOX, _W + "del", _W + "pPr"}))
    )


def _inside(root: Any, without: frozenset[str], whole: str = "") -> Iterator[Any]:
    """What is inside of an element, in its order, but for elements of some kinds and what is in them, and for
    what is in those of the kind ``whole``."""
    left = list(root)[::-1]
    while left:
        element = left.pop()
        if element.tag not in without:
            yield element
            left += list(element)[::-1] if element.tag != whole else []


def _prefix(paragraph: Any) -> str:
    """What Markdown puts before such a paragraph: ``# `` of a title, ``## ``, ``- `` of a list."""
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if style == "Title":
        return "# "
    level = re.fullmatch(r"Heading ([1-6])", style)
    if level:
        return "#" * int(level[1]) + " "
    numbered = paragraph._p.pPr is not None and paragraph._p.pPr.numPr is not None
    return "- " if numbered or style.startswith("List") else ""


def _table(table: Any) -> list[str]:
    """A table as one block of rows; a cell that is merged with others stands in each of its places."""
    rows: list[list[str]] = []
    for tr in table.tr_lst:
        row: list[str] = []
        for tc in tr.tc_lst:
            if tc.vMerge == "continue" and rows and len(row) < len(rows[-1]):
                text = rows[-1][len(row)]
            else:
                text = " ".join(map(_text, tc.p_lst))
            row += [" ".join(text.replace("|", "/").split())] * min(tc.grid_span, _MAX_COLUMNS)
        rows.append(row[:_MAX_COLUMNS])
    if not rows or max(map(len, rows)) < 2:
        return [" ".join(row) for row in rows if any(row)]
    return ["\n".join(table_rows(rows, header=True))]


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


_MAX_COLUMNS = 100
"""Word makes tables of up to 63."""


def unsafe(data: bytes) -> str:
    """Why an office file, which is a zip archive, should not be unpacked; empty when nothing is wrong."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        return f"broken: {error}"
    if len(infos) > LIMITS.members:
        return f"holds more than {LIMITS.members:,} files"
    if sum(info.file_size for info in infos) > LIMITS.document:
        return f"unpacks to more than {LIMITS.document:,} bytes"
    return ""


# ------------------------------------------------------------------------------------------ EPUB

_DC = "{http://purl.org/dc/elements/1.1/}"


def epub(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """An article a chapter, with author, publisher and date of the book."""
    try:
        from lxml import etree

        from pipeline.readers.pages import Lines, parse
    except ImportError as error:
        raise needs(".epub", error) from error
    data = stream.read()
    if reason := unsafe(data):
        yield refused(path, data, reason)
        return
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    found = False
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        try:
            container = etree.fromstring(archive.read("META-INF/container.xml"), parser)
            opf = next(e.get("full-path") for e in container.iter("{*}rootfile"))
            package = etree.fromstring(archive.read(opf), parser)
        except (
            KeyError,
            StopIteration,
            etree.XMLSyntaxError,
            AttributeError,
            zipfile.BadZipFile,
        ) as error:
            yield refused(path, data, f"no EPUB, or a broken one: {error!r}")
            return
        if package is None:
            yield refused(path, data, "no EPUB, or a broken one: an empty package")
            return

        def told(name: str) -> str:
            value = next((e.text or "" for e in package.iter(_DC + name)), "").strip()
            return "" if value.lower() in ("unknown", "unknown author") else value

        items = {e.get("id"): e for e in package.iter("{*}item")}
        for reference in package.iter("{*}itemref"):
            item = items.get(reference.get("idref"))
            if item is None or "nav" in (item.get("properties") or "").split():
                continue
            name = posixpath.normpath(
                posixpath.join(posixpath.dirname(opf), unquote(item.get("href") or ""))
            )
            try:
                text, encoding = decode(archive.read(name))
            except (KeyError, UnicodeError, zipfile.BadZipFile) as error:
                yield refused(
                    f"{path}/{name}", name.encode(), f"a chapter that cannot be read: {error}"
                )
                continue
            tree = parse(text)
            lines = Lines(reading.pages, 1).of(tree) if tree is not None else []
            if not lines:  # a cover
                continue
            found = True
            yield article(
                f"{path}/{name}", "\n\n".join(lines), encoding,
                author=told("creator"), publisher=told("publisher"), published=date_in(told("date")),
                fetched=reading.fetched,
            )  # fmt: skip
    if not found:
        yield refused(path, data, "empty: no chapter holds text")
