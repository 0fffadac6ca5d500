"""Ratios in the cells of a table whose row holds what they compare: | 显存 | 80GB | 64GB | -20% |.

In: a table cell with a bare ratio, and the numbers of the table. Out: the same ratio, told: of the thing
at the head of one column as held against the one at the head of the other. The two numbers of the row
say which is which and that the cell is their ratio at all: nothing is read that they do not give. Else
the head of the ratio's own column says with what it compares: | 规格 | 数值 | 对比 v1 |.
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
"""How far a ratio may be from that of the two numbers, of its own size; half of its last place is rounding."""
_DECIMALS = re.compile(r"\d+(?:\.(\d+))?")
_HEADS = frozenset(("chip", "system", "product", "process", "memory"))


@dataclass(frozen=True, slots=True)
class Differences:
    """The compiled signs of differences."""

    rule: str
    sign: re.Pattern[str]
    """What may stand before the number: groups ``up`` and ``down``."""
    column: re.Pattern[str]
    """The head of a column of ratios: group ``ref`` is what they are held against."""
    metrics: dict[str, str]
    """Aspect of the ratio of two numbers of a metric."""

    @staticmethod
    def compile(shapes: list[Shape], metrics: dict[str, str], faults: list[str]) -> Differences:
        """Of the shapes of kinds ``cell`` and ``column`` the first; faults go into ``faults``."""
        found: dict[str, tuple[str, re.Pattern[str]]] = {}
        for kind, groups in (("cell", {"up", "down"}), ("column", {"ref"})):
            shape = next((s for s in shapes if s.get("kind") == kind), None)
            found[kind] = "", re.compile("(?!)")
            if shape is None:
                continue
            try:
                pattern = re.compile(shape.get("pattern"))
            except re.error as error:
                faults.append(f"{shape.where}: {error} in {shape.get('pattern')!r}")
                continue
            if groups <= pattern.groupindex.keys():
                found[kind] = shape.id, pattern
            else:
                named = " and ".join(sorted(groups, reverse=True))
                faults.append(f"{shape.where}: the pattern has no group {named}")
        rule, sign = found["cell"]
        return Differences(rule, re.compile(rf"(?:{sign.pattern})\Z"), found["column"][1], metrics)

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
        head = table.rows[0][column] if column < len(table.rows[0]) else None
        headed = head and self.column.search(document.folded, *head)
        if headed and row:
            return self._headed(document, names, quantities, place, q, sign, headed)
        two = list(_measured(table, row, column, names, quantities))[-2:]
        if row == 0 or len(two) < 2 or two[0][0].metric != two[1][0].metric:
            return None
        for (own, _), (other, rival) in (two[::-1], two):
            if own.unit != other.unit or not other.value:
                continue
            ratio = own.value / other.value
            comparison = "of" if q.unit == "x" else "increase" if ratio > 1 else "decrease"
            told = q.value if q.unit == "x" else q.value / 100
            given = ratio if q.unit == "x" else abs(ratio - 1)
            against = comparison != "of" and sign["up" if ratio < 1 else "down"]
            if against or abs(given - told) > max(_EXACT * told, _last_place(document.folded, q)):
                continue
            return q._replace(
                comparison=comparison,
                reference=rival.name or document.folded[rival.start : rival.end],
                frame=(rival.start, rival.end),
                rule=self.rule,
                aspect=self.metrics.get(own.metric, "other"),
            )
        return None

    def _headed(
        self,
        document: Document,
        names: list[NameMention],
        quantities: list[Quantity],
        place: tuple[Table, int, int],
        q: Quantity,
        sign: re.Match[str],
        headed: re.Match[str],
    ) -> Quantity | None:
        """The ratio of a cell in a column that is headed 对比 v1."""
        if q.unit != "x" and not (sign["up"] or sign["down"]):
            return None
        table, row, column = place
        a, b = headed.span("ref")
        named = next((n.name for n in names if n.start < b and a < n.end), "")
        inside = [
            p
            for low, high in table.rows[row][1:column]
            for p in quantities
            if low <= p.start < high
        ]
        of = inside[-1].metric if inside else ""
        return q._replace(
            comparison="decrease" if sign["down"] else "increase" if sign["up"] else "of",
            reference=named or document.article.text[a:b].strip(" *"),
            frame=(a, b),
            rule=self.rule,
            aspect=self.metrics.get(of, "other"),
        )


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


def _last_place(folded: str, q: Quantity) -> float:
    """Half of one in the last place that a ratio is written with: 0.05 for 1.4倍, 0.005 for 13%."""
    written = _DECIMALS.search(folded, q.start, q.end)
    places = len(written[1] or "") if written else 0
    return 0.501 * 10.0**-places / (1 if q.unit == "x" else 100)
