"""Ratios in the cells of a table whose row holds what they compare: | 显存 | 80GB | 64GB | -20% |.

In: a table cell with a bare ratio, and the numbers of the table. Out: the same ratio, told: of the thing
at the head of one column as held against the one at the head of the other. The two numbers of the row
say which is which and that the cell is their ratio at all: nothing is read that they do not give.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.metrics.tabular import cell_at
from pipeline.model import Document, NameMention, Quantity, Table
from pipeline.rules import Shape

_EXACT = 0.02
"""How far a ratio may be from that of the two numbers, of its own size; one in the last place is rounding."""
_HEADS = frozenset(("chip", "system", "product", "process", "memory"))


@dataclass(frozen=True, slots=True)
class Differences:
    """The compiled signs of differences."""

    rule: str
    sign: re.Pattern[str]
    """What may stand before the number: groups ``up`` and ``down``."""
    metrics: dict[str, str]
    """Aspect of the ratio of two numbers of a metric."""

    @staticmethod
    def compile(shapes: list[Shape], metrics: dict[str, str], faults: list[str]) -> Differences:
        """Of the shapes of kind ``cell`` the first; what is wrong with it goes into ``faults``."""
        for shape in shapes:
            try:
                sign = re.compile(shape.get("pattern"))
            except re.error as error:
                faults.append(f"{shape.where}: {error} in {shape.get('pattern')!r}")
                break
            if {"up", "down"} <= sign.groupindex.keys():
                return Differences(shape.id, re.compile(rf"(?:{sign.pattern})\Z"), metrics)
            faults.append(f"{shape.where}: the pattern has no groups up and down")
            break
        return Differences("", re.compile("(?!)"), metrics)

    def read(
        self, document: Document, names: list[NameMention], quantities: list[Quantity], q: Quantity
    ) -> Quantity | None:
        """The ratio ``q`` with how it compares and with what; None where the row does not give it."""
        place = cell_at(document, q.start)
        sign = place and self.sign.search(
            document.folded, place[0].rows[place[1]][place[2]][0], q.start
        )
        if place is None or sign is None:
            return None
        table, row, column = place
        two = list(_measured(table, row, column, names, quantities))[-2:]
        if row == 0 or len(two) < 2 or two[0][0].metric != two[1][0].metric:
            return None
        for (own, _), (other, head) in (two[::-1], two):
            if own.unit != other.unit or not other.value:
                continue
            ratio = own.value / other.value
            comparison = "of" if q.unit == "x" else "increase" if ratio > 1 else "decrease"
            told = q.value if q.unit == "x" else q.value / 100
            given = ratio if q.unit == "x" else abs(ratio - 1)
            against = comparison != "of" and sign["up" if ratio < 1 else "down"]
            if against or abs(given - told) > max(_EXACT * told, 0.006):
                continue
            return q._replace(
                comparison=comparison,
                reference=head.name or document.folded[head.start : head.end],
                frame=(head.start, head.end),
                rule=self.rule,
                aspect=self.metrics.get(own.metric, "other"),
            )
        return None


def _measured(
    table: Table, row: int, column: int, names: list[NameMention], quantities: list[Quantity]
) -> Iterator[tuple[Quantity, NameMention]]:
    """The numbers in the cells of a row before a column, each with what stands at the head of its own."""
    header = table.rows[0]
    for (a, b), (low, high) in zip(table.rows[row][1:column], header[1:column], strict=False):
        at = bisect_left(quantities, a, key=lambda q: q.start)
        number = quantities[at] if at < len(quantities) and quantities[at].start < b else None
        first = bisect_left(names, low, key=lambda n: n.start)
        heads = [n for n in names[first : first + 4] if n.start < high and n.kind in _HEADS]
        if number is not None and number.metric != "relative" and heads:
            yield number, heads[0]
