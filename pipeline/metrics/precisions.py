"""Precisions: the number format that a compute figure is given in.

In: a folded text and where a figure stands. Out: the precision said beside it (INT8, FP16), and whether
it is a floating-point one. Words stand in rules/precisions.csv.

>>> from pipeline import Extractor
>>> Extractor().numbers.precisions.beside("INT8算力为32TOPS", (7, 13), 0, 13)
('INT8', False)
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.document.openings import gated
from pipeline.model import PRECISIONS
from pipeline.rules import CsvSchema, Rulebook, ungrouped

SCHEMAS = {
    "precisions": CsvSchema(
        ("pattern", "precision", "floating", "example"),
        enums={"precision": PRECISIONS, "floating": ("yes", "no")},
        key=("precision",),
    ),
}
_NUMBER = re.compile(r"\d[\d.,]*")
_OWN = re.compile(r"\s?(?:约|为|:)?\s?\d")
"""A number behind a format, which is what the format is of."""
SPENT = re.compile(r"\d\D{0,12}[，。；,;、]\D{0,6}(?:深度学习|机器学习|AI|张量|Tensor|混合精度)")
"""What opens a figure of another kind than the one before it: 单精度15.7T|，深度学习|125T."""


@dataclass(frozen=True, slots=True)
class Precisions:
    """The compiled words of number formats."""

    pattern: re.Pattern[str]
    """A group for each of ``formats``."""
    formats: tuple[tuple[str, bool], ...]
    """Each with whether it is a floating-point one."""

    @staticmethod
    def compile(rules: Rulebook, faults: list[str]) -> Precisions:
        rows = rules.table("precisions")
        pattern = "|".join(f"({ungrouped(r.where, r['pattern'], faults)})" for r in rows)
        formats = tuple((r["precision"], r["floating"] == "yes") for r in rows)
        return Precisions(gated(pattern or "(?!)", re.I), formats)

    def beside(
        self, folded: str, number: tuple[int, int], left: int, right: int
    ) -> tuple[str, bool]:
        """Number format said beside a compute figure: (INT8) behind it, or the nearest one before."""
        start, end = number
        inside = self.pattern.search(folded, start, end)  # 197 BF16 TFLOPS
        if inside and inside.lastindex:
            return self.formats[inside.lastindex - 1]
        behind = self.pattern.search(folded, end, min(right, end + 14))
        # A100达19.5 TFLOPS（FP64 9.7 TFLOPS）: the format of the number that follows it
        own = behind and _OWN.match(folded, behind.end())
        if (
            behind
            and behind.lastindex
            and not own
            and not re.search(r"[、\d]", folded[end : behind.start()])
        ):
            return self.formats[behind.lastindex - 1]
        last = None
        listed: list[tuple[str, bool]] = []
        spread = folded.rfind("分别", max(left, start - 80), start)
        for found in self.pattern.finditer(folded, max(left, start - 80), start):
            if found.end() <= spread and found.lastindex:
                listed.append(self.formats[found.lastindex - 1])
            # FP16/BF16算力: the first of a pair speaks for both
            if last is None or folded[last.end() : found.start()].strip() != "/":
                last = found
        # 双精度、单精度性能分别为5.3和10.6 TFLOPS: each its own
        nth = len(_NUMBER.findall(folded, spread, start)) if len(listed) > 1 else len(listed)
        if nth < len(listed):
            return listed[nth]
        # FP32 15.7T，深度学习125T: the second is of another kind
        if last and SPENT.search(folded, last.end(), start):
            return "", False
        if last and last.lastindex:
            return self.formats[last.lastindex - 1]
        return "", False
