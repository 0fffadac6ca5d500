"""Of which level of a product a figure is, when the text says so: die, package, card, system.

In: a document and its metrics. Out: the metrics with ``level`` filled in where a word of
rules/levels.csv stands in the clause before the number: ``单颗裸片算力为128TOPS`` is the die's, and no
conflict with the card's 256 TOPS.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.document.openings import gated
from pipeline.model import LEVELS, Document, Metric
from pipeline.rules import CsvSchema, Rulebook, RuleErrors

SCHEMAS = {
    "levels": CsvSchema(("id", "level", "pattern", "example"), enums={"level": LEVELS}, key=("id",))
}
_CLAUSE = re.compile(r"[，。；！？\n|]|,(?!\d{3})")
_FAR = 32
"""Characters before the number in which the word may stand."""


@dataclass(frozen=True, slots=True)
class Levels:
    """The words of all levels in one pattern."""

    pattern: re.Pattern[str]
    levels: tuple[str, ...]

    @staticmethod
    def compile(rules: Rulebook) -> Levels:
        faults, parts = [], []
        rows = rules.table("levels")
        for row in rows:
            try:
                found = re.search(row["pattern"], row["example"])
                if not found or found[0] == "":
                    faults.append(f"{row.where}: the pattern does not find its example")
            except re.error as error:
                faults.append(f"{row.where}: pattern does not compile: {error}")
            parts.append(f"({row['pattern']})")
        if faults:
            raise RuleErrors(faults)
        return Levels(gated("|".join(parts) or "(?!)"), tuple(r["level"] for r in rows))

    def mark(self, document: Document, metrics: Iterable[Metric]) -> list[Metric]:
        """The metrics, each with the level that its clause names; the word next to the number wins."""
        return [self._marked(document.folded, metric) for metric in metrics]

    def _marked(self, folded: str, metric: Metric) -> Metric:
        clause = _CLAUSE.split(folded[max(0, metric.start - _FAR) : metric.start])[-1]
        level = ""
        for found in self.pattern.finditer(clause):
            level = self.levels[(found.lastindex or 1) - 1]
        return replace(metric, level=level) if level else metric
