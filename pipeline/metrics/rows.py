"""The rows that the linker writes: of table metrics, and of what no decider would take.

In: a document, a number, its subject and how the text holds it. Out: a ``Metric`` or a ``Reject``, and who
is quoted where.

>>> quote = Quote(speaker="林舟", start=4, end=40)
>>> Speakers([quote]).at(10, 14), Speakers([quote]).at(50, 54)
('林舟', '')
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from pipeline.metrics.subjects import Subject
from pipeline.model import Document, Metric, Quantity, Quote, Reject


class Speakers:
    """Who is quoted where."""

    def __init__(self, quotes: list[Quote]):
        self._quotes = quotes
        self._starts = [q.start for q in quotes]
        self._reach = list(accumulate((q.end for q in quotes), max))
        """How far the quotes up to each one reach."""

    def at(self, start: int, end: int) -> str:
        """The speaker of the last quote that holds start:end."""
        index = bisect_right(self._starts, start) - 1
        while index >= 0 and self._reach[index] >= end:
            if self._quotes[index].end >= end:
                return self._quotes[index].speaker
            index -= 1
        return ""


def refusal(document: Document, article: str, q: Quantity, reason: str) -> Reject:
    """A row of what was refused."""
    return Reject(
        article, stage="link", reason=reason, text=document.article.text[q.start : q.end],
        start=q.start, end=q.end, rule=q.rule,
    )  # fmt: skip


def metric_row(
    document: Document,
    article: str,
    sentence: int,
    q: Quantity,
    subject: Subject,
    status: str,
    source: str,
    confidence: float,
) -> Metric:
    """A row of table metrics: a number that is given to a subject."""
    text = document.article.text
    at = subject.mention
    written = at is not None and at.kind in ("description", "organization")
    return Metric(
        # what has no canonical name stands as it is written: 聯發科的旗艦SoC
        article=article, sentence=sentence,
        subject=text[at.start : at.end] if written and at else subject.name, subject_type=subject.type,
        subject_text=text[at.start : at.end] if at else "",
        subject_start=at.start if at else None, subject_end=at.end if at else None,
        link=subject.link, metric=q.metric, value=q.value, value_max=q.value_max, unit=q.unit,
        bound=q.bound, precision=q.precision, item=q.item, aspect=q.aspect,
        comparison=q.comparison, reference=q.reference, status=status, source=source,
        text=text[q.start : q.end], start=q.start, end=q.end, rule=q.rule,
        confidence=confidence, decider=subject.decider,
    )  # fmt: skip
