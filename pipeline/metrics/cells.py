"""Whose number is one in a table.

In: a scene and a number in a cell. Out: the name inside the cell, else the one in the header of its
column, else the one in the cells before it in its row. A cell in the place of a header that holds a
brand and a word, or a model name that no rule knows, is a name as well.
"""

from __future__ import annotations

from bisect import bisect_left

from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import OF_BLOCKS, Scene, chips_of
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.metrics.tabular import cell_at
from pipeline.model import Document, NameMention, Quantity

Cell = tuple[int, int]
_HEADS = 40
"""How many cells of a row may hold the name of what it is about: bounds the work on endless rows."""


class Cells:
    """What gives the numbers in tables to names."""

    def __init__(self, roles: Roles):
        self._block = roles.words["block"]
        self._model = roles.words["model"]

    def subject(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The subject of a number, if it stands in a table that names one."""
        if scene.block.kind != "row":
            return []
        place = cell_at(scene.document, q.start)
        if place is None:
            return []
        table, number, column = place
        row, header = table.rows[number], table.rows[0]
        cell = row[column]
        if q.frame and number and header[0][0] <= q.frame[0] < header[-1][1]:
            # | | A100 | H100 | 变化 |: of the other one at the head of the table
            others = [c for c in header[1:column] if not c[0] <= q.frame[0] < c[1]]
            head = self._named(scene, others[::-1], True)
            return [subject_of(head, "heading", "table")] if head else []
        inside = [
            n for n in chips_of(scene.owners)
            if cell[0] <= n.start < q.start and not n.generic and not self._block.match(n.name)
        ]  # fmt: skip
        if inside and column:
            return [subject_of(inside[-1], "same_clause", "table")]
        heads = list(row[: min(column, _HEADS)])
        if column < len(header) and number:
            heads.insert(0, header[column])
        head = self._named(scene, heads, q.metric in OF_BLOCKS) or self._unknown(
            scene.document, heads[:2]
        )
        return [subject_of(head, "heading", "table")] if head else []

    def _named(self, scene: Scene, heads: list[Cell], cores: bool) -> NameMention | None:
        """The first name of a chip in some cells, else of a system or of what a chip is in; ``cores``
        tells whether it may be one of a core (4×A78 in the first line is not what has 6TOPS)."""
        names = scene.everywhere
        named = [
            names[bisect_left(names, a, key=_start) : bisect_left(names, b, key=_start)]
            for a, b in heads
        ]
        # | iPhone X | A11 | 10 nm |: of the chip
        for here in ([chips_of(ns) for ns in named], named):
            for cell, names in zip(heads, here, strict=True):
                firm = [n for n in names if not n.generic]
                if firm and (cores or not self._block.match(firm[0].name)):
                    return firm[0]
                if names and not firm:
                    return _with_word(scene.document, cell, names[0])
        return None

    def _unknown(self, document: Document, heads: list[Cell]) -> NameMention | None:
        """A model name that no rule knows and that fills one of some cells."""
        for a, b in heads:
            model = self._model.fullmatch(document.folded, a, b)
            if model:
                start, end = model.span("name")
                return NameMention(start, end, "description", document.folded[start:end])
        return None


def _start(name: NameMention) -> int:
    return name.start


def _with_word(document: Document, cell: Cell, brand: NameMention) -> NameMention:
    """A brand in a cell, with the word behind it where there is one: EPYC Rome."""
    a, b = cell
    text = document.folded[a:b].strip(" *")
    if len(text) <= brand.end - brand.start or text.endswith("系列"):
        return brand
    start = document.folded.index(text, a)
    return NameMention(start, start + len(text), "description", text, brand.maker)
