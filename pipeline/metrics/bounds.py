"""Bounds: whether a number is exact, or said to be about, above or below what it is.

In: a folded text and where a number stands. Out: ``=``, ``~``, ``>``, ``>=``, ``<`` or ``<=``: 超过|25W,
25W|以下, 25|多|W. Words stand in rules/bounds.csv.

>>> from pipeline import Extractor
>>> Extractor().numbers.bounds.of("功耗不到300瓦", 4, 7, 8, 0, "300")
'<'
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.metrics.numerals import Numerals
from pipeline.rules import CsvSchema, Rulebook, alternation

SCHEMAS = {
    "bounds": CsvSchema(
        ("surface", "side", "bound"),
        enums={
            "side": ("before", "after", "clause", "label"),
            "bound": ("=", "~", ">", ">=", "<", "<="),
        },
        key=("surface", "side"),
    ),
}
_BOUND_VERB = (
    "(?:可|能|也|就|均|仅|能够|可以)?(?:达到了?|达|为|至|到|在)?了?(?:每秒|人民币|新台币)?"
)
"""What may stand between 超过 and its number."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The compiled words of bounds."""

    before: re.Pattern[str]
    before_ends: frozenset[str]
    """The characters that ``before`` can end with."""
    after: re.Pattern[str]
    after_begins: frozenset[str]
    clause: re.Pattern[str]
    label: re.Pattern[str]
    bounds: dict[tuple[str, str], str]
    """By the side of the number and the word."""
    vague: frozenset[str]
    tens: frozenset[str]

    @staticmethod
    def compile(rules: Rulebook, numerals: Numerals) -> Bounds:
        rows = rules.table("bounds")
        sides = {
            side: [r["surface"] for r in rows if r["side"] == side]
            for side in ("before", "after", "clause", "label")
        }
        return Bounds(
            before=re.compile(rf"({alternation(sides['before'])}){_BOUND_VERB}\s?$"),
            before_ends=frozenset([w[-1] for w in sides["before"]]).union(_BOUND_VERB, " "),
            after=re.compile(rf"\s?(?!\+ ?[\dA-Za-z])({alternation(sides['after'])})"),
            after_begins=frozenset([w[0] for w in sides["after"]] + [" ", "\n"]),
            clause=re.compile(alternation(sides["clause"])),
            label=re.compile(rf"(?:{alternation(sides['label'])})(?![a-z])"),
            bounds={(r["side"], r["surface"]): r["bound"] for r in rows},
            vague=numerals.vague,
            tens=frozenset(numerals.tens),
        )

    def of(self, folded: str, start: int, number_end: int, end: int, left: int, text: str) -> str:
        """The bound of the number ``text`` at ``start``, whose unit ends at ``end``, in a clause from ``left`` on."""
        for at in (end, number_end):
            if folded[at : at + 1] in self.after_begins and (after := self.after.match(folded, at)):
                return self.bounds["after", after[1]]
        if text[-1:] in "多余+" or "多" in text or "余" in text:
            return ">=" if "+" in text else ">"
        if folded[start - 1] in self.before_ends:
            before = self.before.search(folded, max(left, start - 12), start)
            if before:
                return self.bounds["before", before[1]]
        # 数百瓦, and 上千瓦 where 千瓦 is a unit of its own
        if text[0] in self.vague or (text[0] in self.tens and folded[start - 1] in self.vague):
            return ">"
        for word in self.clause.finditer(folded, max(left, start - 20), start):
            if not re.search(r"\d", folded[word.end() : start]):
                return self.bounds["clause", word[0]]
        return "="

    def of_label(self, label: str) -> str:
        """The bound that a label begins with: 最高|频率."""
        word = self.label.match(label)
        return self.bounds["label", word[0]] if word else "="
