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
        from docx.table import Table
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
    parts: list[str] = []
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            parts += _table(block)
        elif text := block.text.strip():
            parts.append(_prefix(block) + text)
    title = (document.core_properties.title or "").strip()
    title = reading.pages.suffix.sub("", title)
    shown = [_bare(part.lstrip("# ")) for part in parts[:10]]
    if title and not any(len(part) >= 4 and sited(_bare(title), part) for part in shown):
        parts.insert(0, f"# {title}")
    yield article(path, "\n\n".join(parts), "utf-8", fetched=reading.fetched)


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
    for tr in table._tbl.tr_lst:
        row: list[str] = []
        for tc in tr.tc_lst:
            if tc.vMerge == "continue" and rows and len(row) < len(rows[-1]):
                text = rows[-1][len(row)]
            else:
                text = " ".join("".join(t.text or "" for t in p.iter(_WORD_TEXT)) for p in tc.p_lst)
            row += [" ".join(text.replace("|", "/").split())] * min(tc.grid_span, _MAX_COLUMNS)
        rows.append(row[:_MAX_COLUMNS])
    if not rows or max(map(len, rows)) < 2:
        return [" ".join(row) for row in rows if any(row)]
    return ["\n".join(table_rows(rows, header=True))]


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


_MAX_COLUMNS = 100
"""Word makes tables of up to 63."""
_WORD_TEXT = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"


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
