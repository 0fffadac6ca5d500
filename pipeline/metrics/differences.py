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
from itertools import permutations

from pipeline.metrics.tabular import cell_at
from pipeline.model import Document, NameMention, Quantity, Table
from pipeline.rules import Rulebook

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
    def compile(rules: Rulebook, metrics: dict[str, str]) -> Differences:
        """Raises ``re.error`` for a pattern that is none."""
        shapes = (s for s in rules.shapes_of("ratios") if s.get("kind") == "cell")
        shape = next(shapes, None)
        pattern = shape.get("pattern") if shape else "(?!)(?P<up>)(?P<down>)"
        return Differences(shape.id if shape else "", re.compile(rf"(?:{pattern})\Z"), metrics)

    def read(
        self, document: Document, names: list[NameMention], quantities: list[Quantity], q: Quantity
    ) -> Quantity | None:
        """The ratio ``q`` with how it compares and with what; None where the row does not give it."""
        place = cell_at(document, q.start)
        if place is None:
            return None
        table, row, column = place
        cell = table.rows[row][column]
        sign = self.sign.search(document.folded, cell[0], q.start)
        two = list(_measured(table, row, column, names, quantities))[-2:]
        if row == 0 or len(two) < 2 or two[0][0].metric != two[1][0].metric:
            return None
        for (own, _), (other, head) in permutations(reversed(two)):
            if own.unit != other.unit or not other.value:
                continue
            ratio = own.value / other.value
            comparison = "of" if q.unit == "x" else "increase" if ratio > 1 else "decrease"
            told = q.value if q.unit == "x" else q.value / 100
            given = ratio if q.unit == "x" else abs(ratio - 1)
            against = sign and comparison != "of" and sign["up" if ratio < 1 else "down"]
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
