"""Blocks -> tables: which cell stands under which header.

In: the folded text and its blocks. Out: ``Table`` objects whose cells are spans of the text:

    | 型号 | 思元370 | 思元590 |        rows[0] = header
    | --- | --- | --- |
    | 制程 | 7nm | 5nm |               rows[1][1] = the span of 7nm

A scrape may break the header over several lines; it is put together again from the line that opens
it up to the line of dashes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.model import Block, Table

_DASHES = re.compile(r"\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?\s*")
_BAR, _TAB = re.compile(r"\|"), re.compile(r"\t")
WIDE = re.compile(r"(?<=\S) {2,}(?=\S)")
"""A gap between the cells of a table that is set with spaces."""
_HEADER_LINES = 16
"""A header that a scrape broke up is not longer than this."""


def find_tables(text: str, folded: str, blocks: tuple[Block, ...]) -> Iterator[Table]:
    """Tables of an article in order. Cells stand between bars, or between tabs (of ``text``)."""
    rows: list[tuple[tuple[int, int], ...]] = []
    header = False
    for index, block in enumerate(blocks):
        if block.kind != "row":
            if rows and not _breaks_header(blocks, folded, index):
                if len(rows) > 1:
                    yield Table(tuple(rows), header)
                rows, header = [], False
            continue
        line = folded[block.start : block.end]
        if _DASHES.fullmatch(line):
            columns = line.strip().strip("|").count("|") + 1
            opened = _header(text, folded, blocks, index, columns)
            if opened:
                above = [row for row in rows if row[-1][1] <= opened[0][0]]
                if len(above) > 1:
                    yield Table(tuple(above), header)
                rows, header = [opened], True
            continue
        cells = _cells(text, folded, block.start, block.end)
        if len(cells) < 2:
            continue
        apart = rows and "\n\n" in text[rows[-1][-1][1] : block.start].replace(" ", "")
        if apart and len(cells) != len(rows[-1]) and not _breaks_header(blocks, folded, index):
            if len(rows) > 1:
                yield Table(tuple(rows), header)
            rows, header = [], False
        rows.append(cells)
    if len(rows) > 1:
        yield Table(tuple(rows), header)


def _breaks_header(blocks: tuple[Block, ...], folded: str, index: int) -> bool:
    """Whether a line that is no row stands between the pieces of a broken header."""
    if blocks[index].end - blocks[index].start > 80:
        return False
    ahead = blocks[index + 1 : index + _HEADER_LINES]
    for block in ahead:
        if block.kind == "row" and _DASHES.fullmatch(folded[block.start : block.end]):
            return True
        if block.end - block.start > 80:
            return False
    return False


def _header(
    text: str, folded: str, blocks: tuple[Block, ...], index: int, columns: int
) -> tuple[tuple[int, int], ...]:
    """The header cells above a line of dashes, joined over as many lines as they need."""
    end = blocks[index - 1].end if index else 0
    for back in range(1, min(index, _HEADER_LINES) + 1):
        start = blocks[index - back].start
        if folded[start] != "|" and back > 1:
            continue
        cells = _cells(text, folded, start, end)
        if len(cells) == columns:
            return cells
        if len(cells) > columns:
            break
    return ()


def _cells(text: str, folded: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Spans of the cells between the bars (else tabs, else wide gaps) of a stretch of text, without
    white space."""
    line = folded[start:end]
    bar = _BAR if "|" in line else _TAB if "\t" in text[start:end] else WIDE
    if bar is _TAB:
        line = text[start:end]
    edges = [0, *(at for cut in bar.finditer(line) for at in cut.span()), len(line)]
    pieces = []
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        piece = line[left:right]
        left += start + len(piece) - len(piece.lstrip())
        pieces.append((left, left + len(piece.strip())))
    if line.startswith("|"):
        pieces = pieces[1:]
    if line.rstrip().endswith("|"):
        pieces = pieces[:-1]
    return tuple(pieces)
