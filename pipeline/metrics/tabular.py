"""Numbers in tables that the label of their row or column tells.

In: a table, and the numbers that are read already. Out: the numbers of the cells whose unit or metric
stands in the first cell of their row or at the head of their column. The label is read as if it stood
before the number:

    | 制程(nm) | 4 | 5 |          4 nm and 5 nm
    | 流处理器 | 4608个 |         4608 cores
    | 核心/线程 | 16/32 |         16 cores, 32 threads

>>> from pipeline import Article, Extractor
>>> from pipeline.document.segment import segment
>>> x = Extractor()
>>> document = segment(Article("| 型号 | 甲 |\\n| --- | --- |\\n| 制程(nm) | 6 |"), x.boilerplate)
>>> read = x.numbers.tabular.read(document.tables[0], document, Named([]), [])
>>> [(q.metric, q.value, q.unit) for q in read]
[('process_node', 6.0, 'nm')]
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.metrics.bounds import Bounds
from pipeline.metrics.contexts import Contexts
from pipeline.metrics.named import Named
from pipeline.metrics.numerals import Numerals, times
from pipeline.metrics.precisions import Precisions
from pipeline.metrics.units import RELATIVE, Units
from pipeline.model import Document, Quantity, Table

_BARE_END = re.compile(r"\s?(?:个|颗|组)?\+?\s?")
"""What may stand behind a number that is all there is in a cell."""
_CELL = re.compile(r"\s?(?:达|约|最高|可达|高达|≥|≤|>|<|~|[¥￥$€£])?\s?(?=\d)")
_UNIT_PLACE = re.compile(r"(?:[(（/,，]|单位[:：]?|\s)\s?(?=(\S))")
_COUNTED = re.compile(r"[(/（]\s?([百千万亿]+)(?:个|颗)?\s?[)）]?")
"""The scale in a label: 晶体管(亿)."""


@dataclass(frozen=True, slots=True)
class Tabular:
    """What reads the cells of tables."""

    numerals: Numerals
    units: Units
    contexts: Contexts
    precisions: Precisions
    bounds: Bounds

    def read(
        self,
        table: Table,
        document: Document,
        names: Named,
        found: list[Quantity],
    ) -> Iterator[Quantity]:
        """The numbers of a table that are told by labels; those ``found`` already are left alone."""
        folded = document.folded
        taken = sorted((q.start, q.end) for q in found)
        for number, row in enumerate(table.rows):
            for column, cell in enumerate(row):
                if column == 0 or (number == 0 and table.header):
                    continue
                labels = [row[0], table.rows[0][column] if column < len(table.rows[0]) else row[0]]
                for (a, b), parts in _parts(folded, cell, labels):
                    at = bisect_left(taken, (b, b))
                    hit = self.numerals.scan.search(folded, a, b)
                    if hit is None or (at and taken[at - 1][1] > a):
                        continue
                    if names.hold(hit.start()):
                        continue
                    for label in parts:
                        reading = self._under_label(label, folded, hit, b)
                        if reading is not None:
                            yield reading
                            break

    def _under_label(
        self, label: str, folded: str, hit: re.Match[str], end: int
    ) -> Quantity | None:
        """The number of a cell that ends at ``end``, read under the label of its row or column."""
        raw = self.numerals.value(hit[0])
        if raw is None or not label:
            return None
        start, stop = hit.span()
        unit, behind = self.units.at(folded, stop, end)
        scale = 1.0
        money = self.units.before(folded, start, start - 5, unit)
        if money:  # | 价格 | $359 |
            unit, start = money
            behind = stop if unit is not None else behind
        if unit is None and not _BARE_END.fullmatch(folded, stop, end):
            return None
        if unit is not None:
            stop = behind
        for place in _UNIT_PLACE.finditer(label) if unit is None else ():
            unit, _ = self.units.at(label, place.start(1), len(label))
            if unit is not None:
                break
        if unit is None:  # a column headed TOPS
            headed, behind = self.units.at(label, 0, len(label))
            unit = headed if behind == len(label) else None
        if unit is None:
            counted = _COUNTED.search(label)
            scale = self.numerals.han(counted[1]) or 1.0 if counted else 1.0
            unit, _ = self.units.at("个" + label, 0, len(label) + 1)
            if unit is None or unit.unit != "count":
                return None
        # as if the number stood where the label ends
        number, whole = (len(label), len(label)), (0, len(label))
        context = self.contexts.of(unit, label, number, whole, whole)
        if context is None or context.refuse or unit.dimension in RELATIVE:
            return None
        out_unit = context.unit_of(unit)
        precision, floating = self.precisions.beside(label, number, *whole)
        if floating and unit.dimension == "compute_short":
            out_unit = "TFLOPS"
        value = times(times(raw, scale), unit.scale * context.factor)
        bound = self.bounds.of(folded, start, hit.end(), stop, max(0, start - 8), hit[0])
        if bound == "=":
            bound = self.bounds.of_label(label)
        return Quantity(
            start, stop, context.metric, value, None, out_unit, bound, rule=context.id, left=start, right=stop,
            precision=precision if context.metric in ("compute", "energy_efficiency") else "",
        )  # fmt: skip


def cell_at(document: Document, position: int) -> tuple[Table, int, int] | None:
    """The table, the row and the column of a position in ``document.folded``; None outside of tables."""
    at = bisect_right(document.tables, position, key=lambda table: table.rows[0][0][0]) - 1
    if at < 0:
        return None
    table = document.tables[at]
    row = bisect_right(table.rows, position, key=lambda row: row[0][0]) - 1
    cells = table.rows[row]
    column = bisect_right(cells, position, key=lambda cell: cell[0]) - 1
    return (table, row, column) if column >= 0 and position < cells[column][1] else None


def _parts(
    folded: str, cell: tuple[int, int], labels: list[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """The numbers of a cell with what labels each: 16/32 under 核心/线程 is 16 核心 and 32 线程."""
    a, b = cell
    texts = [folded[x:y] for x, y in labels]
    count = folded.count("/", a, b) + 1
    position = a
    for number, piece in enumerate(folded[a:b].split("/") if count > 1 else [folded[a:b]]):
        start, position = position, position + len(piece) + 1
        if _CELL.match(folded, start, b):
            parts = [
                t.split("/")[number] if count > 1 and t.count("/") + 1 == count else t
                for t in texts
            ]
            yield (start, start + len(piece)), parts
