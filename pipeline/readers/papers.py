"""Documents of office programs -> articles: DOCX, PDF with a text layer, EPUB.

DOCX keeps headings, list items and tables as Markdown has them. PDF is put together again from its
lines: page numbers and running heads go, wrapped lines are joined (``性能提\\n升30%`` -> ``性能提升30%``), words
cut with a hyphen are whole. EPUB gives an article a chapter.
"""

from __future__ import annotations

import io
import posixpath
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import unquote

from pipeline.document.byline import date_in
from pipeline.document.clean import radicals
from pipeline.readers import LIMITS, Found, Reading, article, needs, refused
from pipeline.readers.encoding import decode

_HAN_END = re.compile(r"[\u3000-\u9fff\uff00-\uffef]$")
_HAN_START = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


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
    if title and not any(_bare(part.lstrip("# ")) == _bare(title) for part in parts[:10]):
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
    from pipeline.readers.tables import table_rows

    rows: list[list[str]] = []
    for tr in table._tbl.tr_lst:
        row: list[str] = []
        for tc in tr.tc_lst:
            if tc.vMerge == "continue" and rows and len(row) < len(rows[-1]):
                text = rows[-1][len(row)]
            else:
                text = " ".join("".join(t.text or "" for t in p.iter(_WORD_TEXT)) for p in tc.p_lst)
            row += [" ".join(text.replace("|", "/").split())] * min(tc.grid_span, 100)
        rows.append(row)
    if not rows or max(map(len, rows)) < 2:
        return [" ".join(row) for row in rows if any(row)]
    return ["\n".join(table_rows(rows, header=True))]


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


# ------------------------------------------------------------------------------------------- PDF

_MAX_PAGES = 5_000
_GLYPHS = dict.fromkeys(range(0xF000, 0xF100), "•")
"""Signs of symbol fonts, which are bullets where they stand in text."""
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-–—·|]*\s*(?:第|page|p\.?)?\s*\d{1,4}\s*(?:页|頁)?\s*(?:(?:/|of|共)\s*\d{1,4}\s*(?:页|頁)?)?\s*[-–—·|]*)\s*",
    re.I,
)
_EDGE = 2
"""How many lines at the top and at the bottom of a page can be running heads."""
_ENDS = re.compile(r"[。！？!?；;：:”」』）)…]\s*$|(?<=[a-z])\.\s*$")
_OPENS = re.compile(
    r"\s*(?:[①-⑳●•■◆▪·]|[（(]?[一二三四五六七八九十]{1,3}[、)）]|\d{1,2}[.、)]\s|[|#])"
)


def pdf(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """The article of a PDF that holds its text as text."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as error:
        raise needs(".pdf", error) from error
    data = stream.read()
    try:
        file = PdfReader(io.BytesIO(data))
        if file.is_encrypted and not file.decrypt(""):
            yield refused(path, data, "locked with a password")
            return
        pages = [
            page.extract_text().translate(_GLYPHS | radicals()) for page in file.pages[:_MAX_PAGES]
        ]
        title = ((file.metadata and file.metadata.title) or "").strip()
    except PyPdfError as error:
        yield refused(path, data, f"no PDF, or a broken one: {error}")
        return
    text = unwrapped(pages)
    if not text.strip():
        yield refused(
            path, data, "no text layer: the pages are pictures, and have to go through OCR first"
        )
        return
    # the programs that make PDFs write what they like there, such as the name of a file
    title = reading.pages.suffix.sub("", title)
    shown = bool(title) and _bare(title) in _bare(text)
    yield article(path, text, "utf-8", title=title if shown else "", fetched=reading.fetched)


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def unwrapped(pages: list[str]) -> str:
    """Pages as one text: without numbers and running heads, a paragraph a line."""
    sheets = [[line.rstrip() for line in page.split("\n") if line.strip()] for page in pages]
    heads = Counter(_figureless(x) for s in sheets for x in {*s[:_EDGE], *s[-_EDGE:]})
    running = {line for line, count in heads.items() if count >= 3 and count > len(sheets) / 2}
    lines: list[str] = []
    for sheet in sheets:
        last = len(sheet) - 1
        for number, line in enumerate(sheet):
            edge = number < _EDGE or number > last - _EDGE
            if edge and (_figureless(line) in running or _PAGE_NUMBER.fullmatch(line)):
                continue
            lines.append(line)
    widths = sorted(_width(line) for line in lines)
    full = widths[int(len(widths) * 0.9)] if widths else 0
    out: list[str] = []
    open_line = False
    for line in lines:
        if open_line and not _OPENS.match(line):
            out[-1] = _joined(out[-1], line)
        else:
            out.append(line)
        open_line = _width(line) >= 0.85 * full and not _ENDS.search(line) and full >= 30
    return "\n\n".join(out)


def _joined(left: str, right: str) -> str:
    """Two pieces of a line: nothing between Han, a space between words, none in a cut word."""
    right = right.lstrip()
    if re.search(r"[a-z]-$", left) and right[:1].islower():
        return left[:-1] + right
    if left.endswith("-") or _HAN_END.search(left) or _HAN_START.match(right):
        return left + right
    return f"{left} {right}"


def _figureless(line: str) -> str:
    """A running head without its page number."""
    return re.sub(r"\d+", "0", line.strip())


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


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
