"""Characters that nobody sees: matching goes on without them, offsets count with them.

In: a text such as ``寒<U+200B>武纪``. Out: the text without zero-width spaces, direction marks, soft
hyphens, selectors of variants and NUL, and the way back: facts found in it become facts of the
original, ``text[start:end]`` holding what stands between the characters as well.

>>> text = "寒\\u200b武纪"
>>> seen = strip(text)
>>> seen.text, seen.span(0, 3)
('寒武纪', (0, 4))
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from typing import TypeVar

from pipeline.model import Chip, Event, Facts, Metric, Quote, Reject

_INVISIBLE = re.compile(
    "[\x00\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e"
    "\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb\\U000e0000-\\U000e0fff]+"
)
_LONE = re.compile("[\ud800-\udfff]")
"""Halves of characters, which nothing can write or search."""
_DAMAGE = re.compile("\ufffd+")
_SPANS = (
    ("start", "end", "text"),
    ("start", "end", "content"),
    ("subject_start", "subject_end", "subject_text"),
    ("speaker_start", "speaker_end", "speaker_text"),
    ("cue_start", "cue_end", "cue"),
    ("chip_start", "chip_end", "chip_text"),
    ("date_start", "date_end", "date_text"),
)
"""Columns of start, end, and the characters between them."""

Fact = TypeVar("Fact", Chip, Metric, Quote, Reject, Event)


@dataclass(frozen=True, slots=True)
class Visible:
    """A text without what is invisible in it."""

    text: str
    original: str
    places: tuple[int, ...] = ()
    """Of each character its place in the original; empty when the two are the same."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A span of the text as a span of the original."""
        if start == end:
            place = self.places[start] if start < len(self.places) else len(self.original)
            return place, place
        return self.places[start], self.places[end - 1] + 1

    def restore(self, facts: Facts) -> Facts:
        """Facts of the text as facts of the original."""
        if not self.places:
            return facts
        return Facts(
            facts.article,
            tuple(map(self._restored, facts.chips)),
            tuple(map(self._restored, facts.metrics)),
            tuple(map(self._restored, facts.quotes)),
            tuple(map(self._restored, facts.rejected)),
            tuple(map(self._restored, facts.events)),
        )

    def _restored(self, row: Fact) -> Fact:
        names = {f.name for f in fields(row)}
        changes: dict[str, object] = {}
        for first, last, text in _SPANS:
            if first not in names:
                continue
            start, end = getattr(row, first), getattr(row, last)
            if start is None or end is None:
                continue
            there = self.span(start, end)
            changes[first], changes[last] = there
            if text in names and getattr(row, text) == self.text[start:end]:
                changes[text] = self.original[slice(*there)]
        return replace(row, **changes)  # type: ignore[arg-type]


def strip(text: str) -> Visible:
    """The text without what is invisible in it."""
    original, text = text, _LONE.sub("\ufffd", text)
    if text == original and not _INVISIBLE.search(text):
        return Visible(text, text)
    places: list[int] = []
    parts: list[str] = []
    position = 0
    for found in _INVISIBLE.finditer(text):
        places += range(position, found.start())
        parts.append(text[position : found.start()])
        position = found.end()
    places += range(position, len(text))
    parts.append(text[position:])
    return Visible("".join(parts), original, tuple(places))


def damage(text: str, article: str) -> list[Reject]:
    """A row of rejected for each place where characters were lost before or in decoding."""
    if "\ufffd" not in text:
        return []
    return [
        Reject(
            article, "", "read", "characters that could not be decoded stand here as U+FFFD",
            found[0], found.start(), found.end(), "",
        )
        for found in _DAMAGE.finditer(text)
    ]  # fmt: skip
