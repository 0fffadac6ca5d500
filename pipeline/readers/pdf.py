"""PDF with a text layer -> articles.

A page holds words and where they stand. Words of one line are joined, lines of one paragraph as well
(``性能提\\n升30%`` -> ``性能提升30%``), words cut with a hyphen are whole; page numbers, running heads and what a browser
prints around a page go. Tables become rows as in Markdown: those with lines around their cells, and runs of
lines whose pieces stand below each other.

    制程    7nm   4nm
    功耗   150W  700W     ->   | 制程 | 7nm | 4nm | …
    显存   24GB  80GB
"""

from __future__ import annotations

import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

from pipeline.document.byline import sited
from pipeline.document.clean import radicals
from pipeline.readers import Found, Reading, article, needs, quiet, refused
from pipeline.readers.tables import table_rows

_MAX_PAGES = 5_000
_MAX_EDGES = 4_000
"""More lines than that are a drawing and no table."""
_CELL = 300
"""Characters of a cell; a box with more lays out a page."""
_COLUMN_GAP = 0.9
"""Blank between two cells, in heights of their letters; words of a line stand closer."""
_WORD_GAP, _HAN_GAP = 0.15, 0.4
_MEAN_CELL = 16
"""Pieces of lines that are longer on average stand in columns of prose."""
_GLYPHS = dict.fromkeys(range(0xF000, 0xF100), "•")
"""Signs of symbol fonts, which are bullets where they stand in text."""
_LOST = re.compile(r"\(cid:\d+\)")
"""A glyph of a font that does not tell which character it shows."""
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-–—·|]*\s*(?:第|page|p\.?)?\s*\d{1,4}\s*(?:页|頁)?\s*(?:(?:/|of|共)\s*\d{1,4}\s*(?:页|頁)?)?\s*[-–—·|]*)\s*",
    re.I,
)
_PRINTED = re.compile(
    r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4},? ?(?:[上下]午)?\d{1,2}:\d\d(?::\d\d)?(?: [AP]M)?(?: .{0,150})?"
    r"|(?P<url>https?://\S+|file:///\S+)(?: \d{1,4}/\d{1,4})?"
)
"""What a browser prints above and below a page: when, the title, the address."""
_EDGE = 2
"""How many lines at the top and at the bottom of a page can be running heads."""
_ENDS = re.compile(r"[。！？!?;；:：”」』）)…]\s*$|(?<=[a-z])\.\s*$")
_OPENS = re.compile(
    r"\s*(?:[①-⑳●•■◆▪·]|[（(]?[一二三四五六七八九十]{1,3}[、)）]|\d{1,2}[.、)]\s|[|#])"
)
_HAN_END = re.compile(r"[\u3000-\u9fff\uff00-\uffef]$")
_HAN_START = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


def pdf(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """The article of a PDF that holds its text as text."""
    try:
        pdfplumber = _library()
        from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
    except ImportError as error:
        raise needs(".pdf", error) from error
    data = stream.read()
    try:
        with quiet(), pdfplumber.open(io.BytesIO(data)) as file:
            pages = [_blocks(page) for page in file.pages[:_MAX_PAGES]]
            title = _told(file.metadata.get("Title"))
    except (PdfminerException, MalformedPDFException) as error:
        locked = "PDFPasswordIncorrect" in repr(error)
        reason = "locked with a password" if locked else f"no PDF, or a broken one: {error!r}"
        yield refused(path, data, reason[:300])
        return
    url = _address(pages)
    text = unwrapped(pages)
    if not text.replace("\ufffd", "").strip():
        yield refused(
            path, data, "no text layer: the pages are pictures, and have to go through OCR first"
        )
        return
    if text.count("\ufffd") > len(text) / 10:
        yield refused(
            path, data, "its fonts do not tell their characters; print it again, or use OCR"
        )
        return
    # the programs that make PDFs write what they like there, such as the name of a file
    title = reading.pages.suffix.sub("", title)
    lines = [line.strip("# ") for line in text[:2000].split("\n")]
    title = next((line for line in lines if len(line) >= 6 and sited(title, line)), title)
    shown = bool(title) and _bare(title) in _bare(text)
    yield article(
        path, text, "utf-8", title=title if shown else "", url=url, fetched=reading.fetched
    )


def _library() -> Any:
    """pdfplumber, which opens files with the document of ``_document``."""
    import pdfplumber.pdf

    pdfplumber.pdf.PDFDocument = _document()  # type: ignore[attr-defined]  # it takes none from outside
    return pdfplumber


@cache
def _document() -> Any:
    """pdfminer's document, but references between objects that lead in a ring lead nowhere."""
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdftypes import PDFObjRef

    class Document(PDFDocument):
        def getobj(self, objid: int) -> object:
            found, seen = super().getobj(objid), {objid}
            while isinstance(found, PDFObjRef):
                if found.objid in seen:
                    return None
                seen.add(found.objid)
                found = super().getobj(found.objid)
            return found

    return Document


def _told(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


# ------------------------------------------------------------------------------------ one page


@dataclass(frozen=True, slots=True)
class _Piece:
    """Letters that stand together, and their box; y grows downwards."""

    x0: float
    x1: float
    top: float
    bottom: float
    text: str
    parts: tuple[_Piece, ...] = ()
    """What it was joined of."""

    @property
    def height(self) -> float:
        return max(self.bottom - self.top, 1.0)

    def beside(self, other: _Piece) -> bool:
        """Whether the two stand on one line."""
        shared = min(self.bottom, other.bottom) - max(self.top, other.top)
        return shared > 0.4 * min(self.height, other.height)

    def below(self, other: _Piece) -> bool:
        """Whether this one goes on in the next line of the same cell."""
        return (
            min(self.x1, other.x1) > max(self.x0, other.x0)
            and -0.5 * self.height < self.top - other.bottom < 0.8 * self.height
        )

    def joined(self, right: _Piece, joint: str) -> _Piece:
        return _Piece(
            min(self.x0, right.x0), max(self.x1, right.x1), min(self.top, right.top),
            max(self.bottom, right.bottom), self.text + joint + right.text,
            (*(self.parts or (self,)), right),
        )  # fmt: skip


def _blocks(page: Any) -> list[str]:
    """Lines and tables of a page in the order in which its program wrote them."""
    pieces = [
        _Piece(w["x0"], w["x1"], w["top"], w["bottom"], _read(w["text"]))
        for w in page.extract_words(
            use_text_flow=True, keep_blank_chars=True, x_tolerance_ratio=_WORD_GAP
        )
        if w["text"].strip()
    ]
    ruled = _ruled(page, pieces)
    rows: list[list[_Piece]] = []
    out: list[str] = []
    placed: set[int] = set()

    def flush() -> None:
        out.extend(_lines(rows))
        rows.clear()

    for piece in pieces:
        number = next((n for n, (box, _) in enumerate(ruled) if _inside(piece, box)), None)
        if number is None:
            _add(rows, piece)
            continue
        if number not in placed:
            flush()
            placed.add(number)
            out.append(ruled[number][1])
    flush()
    page.close()
    return out


def _read(text: str) -> str:
    return " ".join(_LOST.sub("\ufffd", text).translate(_GLYPHS | radicals()).split())


def _add(rows: list[list[_Piece]], piece: _Piece) -> None:
    """Put a piece into the last line, as a cell or as more of one, or begin another line."""
    if rows:
        row = rows[-1]
        last = row[-1]
        if len(row) > 1 and piece.x0 > row[-2].x1 and piece.below(last) and not piece.beside(last):
            joint = "" if _HAN_END.search(last.text) or _HAN_START.match(piece.text) else " "
            row[-1] = last.joined(piece, joint)
            return
        if any(piece.beside(cell) for cell in row) and piece.x0 > last.x1 - 0.5 * last.height:
            gap = (piece.x0 - last.x1) / min(last.height, piece.height)
            if gap < _COLUMN_GAP:
                han = _HAN_END.search(last.text) and _HAN_START.match(piece.text)
                blank = gap > (_HAN_GAP if han else _WORD_GAP)
                row[-1] = last.joined(piece, " " if blank else "")
            else:
                row.append(piece)
            return
    rows.append([piece])


def _inside(piece: _Piece, box: tuple[float, float, float, float]) -> bool:
    x, y = (piece.x0 + piece.x1) / 2, (piece.top + piece.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _ruled(
    page: Any, pieces: Sequence[_Piece]
) -> list[tuple[tuple[float, float, float, float], str]]:
    """Tables with lines around their cells: their boxes and rows. A merged cell stands in each of its places."""
    if not 4 <= len(page.edges) <= _MAX_EDGES:
        return []
    out = []
    for table in page.find_tables():
        texts: dict[tuple[float, float, float, float], str] = {}
        for box in table.cells:
            inside: list[list[_Piece]] = []
            for piece in pieces:
                if _inside(piece, box):
                    _add(inside, piece)
            texts[box] = _cell([" ".join(p.text for p in row) for row in inside])
        lefts = sorted({round(box[0]) for box in table.cells})
        tops = sorted({round(box[1]) for box in table.cells})
        grid = [
            [
                next(
                    (
                        text
                        for box, text in texts.items()
                        if box[0] - 1 < left + 2 < box[2] and box[1] - 1 < top + 2 < box[3]
                    ),
                    "",
                )
                for left in lefts
            ]
            for top in tops
        ]
        grid = [row for row in grid if any(row)]
        if len(grid) > 1 and len(lefts) > 1 and max(map(len, texts.values())) <= _CELL:
            out.append((table.bbox, "\n".join(table_rows(grid, header=True))))
    return out


def _cell(lines: Sequence[str]) -> str:
    """Lines of a cell as one text, without the sign that parts cells."""
    text = ""
    for line in lines:
        text = _joined(text, line) if text else line
    return " ".join(text.replace("|", "/").split())


def _lines(rows: list[list[_Piece]]) -> Iterator[str]:
    """Lines as texts, and those whose pieces stand in columns as tables."""
    start = 0
    while start < len(rows):
        stop = start
        while (
            stop < len(rows)
            and len(rows[stop]) > 1
            and not (_OPENS.match(rows[stop][0].text + " ") and len(rows[stop][0].text) < 3)
            and (
                stop == start
                or rows[stop][0].top - rows[stop - 1][0].bottom < 2.5 * rows[stop][0].height
            )
        ):
            stop += 1
        if table := _aligned(rows[start:stop]):
            yield table
            start = stop
            continue
        for row in rows[start : max(stop, start + 1)]:
            yield " ".join(piece.text for piece in row)
        start = max(stop, start + 1)


def _aligned(rows: list[list[_Piece]]) -> str:
    """Lines of pieces as a table; empty when their pieces do not stand below each other."""
    most = max(map(len, rows), default=0)
    if len(rows) * most < 6 or len(rows) < 2:
        return ""
    cells = [piece.text for row in rows for piece in row]
    if sum(map(len, cells)) / len(cells) > _MEAN_CELL or max(map(len, cells)) > _CELL:
        return ""
    full = [row for row in rows if len(row) == most]
    if len(full) < 2:
        return ""
    columns = [(min(p.x0 for p in c), max(p.x1 for p in c)) for c in zip(*full, strict=True)]
    if any(left[1] > right[0] for left, right in itertools.pairwise(columns)):
        return ""
    grid = []
    for row in rows:
        line = [""] * most
        for piece in row:
            over = _columns(piece, columns)
            # words that stand as close as those of one cell, in two columns: 晶体管 390亿
            for part in piece.parts if len(over) > 1 and piece.parts else (piece,):
                for n in _columns(part, columns):
                    line[n] = _cell([line[n], part.text]) if line[n] else _cell([part.text])
        grid.append(line)
    return "\n".join(table_rows(grid, header=True))


def _columns(piece: _Piece, columns: Sequence[tuple[float, float]]) -> list[int]:
    """The columns that a piece stands in: those that it reaches over, else the nearest."""
    over = [n for n, (x0, x1) in enumerate(columns) if piece.x0 < x1 and piece.x1 > x0]
    return over or [min(range(len(columns)), key=lambda n: abs(columns[n][0] - piece.x0))]


# ------------------------------------------------------------------------------ pages as one text


def _address(pages: list[list[str]]) -> str:
    """The address that a browser printed below its pages."""
    for lines in pages[:1]:
        for line in lines[-_EDGE:]:
            found = _PRINTED.fullmatch(line)
            if found and (found["url"] or "").startswith("http"):
                return str(found["url"])
    return ""


def unwrapped(pages: list[list[str]]) -> str:
    """Lines and tables of pages as one text: without numbers and running heads, a paragraph a line."""
    sheets = [[line.rstrip() for line in page if line.strip()] for page in pages]
    heads = Counter(x for s in sheets for x in {*map(_figureless, [*s[:_EDGE], *s[-_EDGE:]])})
    running = {line for line, count in heads.items() if count >= 3 and count > len(sheets) / 2}
    lines: list[str] = []
    for sheet in sheets:
        last = len(sheet) - 1
        for number, line in enumerate(sheet):
            edge = number < _EDGE or number > last - _EDGE
            if edge and (
                _figureless(line) in running
                or _PAGE_NUMBER.fullmatch(line)
                or _PRINTED.fullmatch(line)
            ):
                continue
            lines.append(line)
    widths = sorted(_width(line) for line in lines if "\n" not in line)
    full = widths[int(len(widths) * 0.9)] if widths else 0
    out: list[str] = []
    open_line = False
    for line in lines:
        if open_line and not _OPENS.match(line):
            out[-1] = _joined(out[-1], line)
        else:
            out.append(line)
        open_line = (
            not line.startswith("|")
            and _width(line) >= 0.85 * full
            and not _ENDS.search(line)
            and full >= 30
        )
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
