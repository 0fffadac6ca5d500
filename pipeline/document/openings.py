"""Where it is worth while to try a pattern.

``Openings``. In: many patterns that compete for the same places, each with what it stands for. Out:
a table from a character to the few whose matches can begin with it, in their order: of eighty units
only that for watts is tried before 瓦, and none before 年.

``endings``. In: a pattern. Out: the characters that its matches may end with. A pattern that must end where
a name begins need not be searched for when the character before the name is none of them.

``Words``. In: words without which a pattern cannot match. Out: the sentences of a document in which
one of them stands.

>>> units = Openings([("(?i:w)att|瓦特?", "watt"), ("纳米|nm", "node"), ("[个颗]?核", "core")])
>>> [units[c] for c in "瓦W个年"]
[('watt',), ('watt',), ('core',), ()]
>>> sorted(endings(r"(?:采用|搭载)了?\\s?$") - {"\\n", " "})
['了', '用', '载']
"""

from __future__ import annotations

import string
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from typing import TypeVar

import regex
from ahocorasick_rs import AhoCorasick

from pipeline.model import Document, Sentence

T = TypeVar("T")
_STRANGERS = "龘٣Ω\ue000"
"""Characters that no rule spells out: a pattern that can begin with one of them can begin with any."""


class Openings(dict[str, tuple[T, ...]]):
    """What stands for each first character; a character that no pattern spells gives ``rest``."""

    def __init__(self, patterns: Iterable[tuple[str, T]]):
        listed = [(regex.compile(pattern), value) for pattern, value in patterns]
        spelled = {c for p, _ in listed for c in p.pattern} | {" "}
        self.rest = self._beginning(_STRANGERS, listed)
        for char in spelled | {c.swapcase() for c in spelled if len(c.swapcase()) == 1}:
            self[char] = self._beginning(char, listed)

    def __missing__(self, char: str) -> tuple[T, ...]:
        return self.rest

    @staticmethod
    def _beginning(chars: str, listed: list[tuple[regex.Pattern[str], T]]) -> tuple[T, ...]:
        """What can begin with one of ``chars``: a partial match says that more text could complete it."""
        return tuple(v for p, v in listed if any(p.match(c, partial=True) for c in chars))


def endings(pattern: str) -> frozenset[str] | None:
    """The characters that a match of ``pattern`` may end with; None where it may be one that no rule spells.

    The pattern is matched backwards, each character being all the text there is so far.
    """
    backwards = regex.compile(f"(?r)(?:{pattern})")

    def ends(char: str) -> bool:
        return backwards.match(char, partial=True) is not None

    if any(map(ends, _STRANGERS)):
        return None
    # a $ matches before a line end as well
    return frozenset(("\n", *filter(ends, {*pattern, *string.printable})))


class Words:
    """Literal words, each for a shape that has a number, in one automaton."""

    def __init__(self, words: Iterable[tuple[str, int]]):
        shapes: dict[str, list[int]] = {}
        for word, shape in words:
            shapes.setdefault(word, []).append(shape)
        self._shapes = tuple(shapes.values())
        self._size = 1 + max((shape for listed in self._shapes for shape in listed), default=0)
        self._automaton = AhoCorasick(list(shapes) or ["\0"])

    def sentences(self, document: Document) -> dict[int, list[Sentence]]:
        """For each shape the sentences, in order, that hold one of its words."""
        out: dict[int, list[Sentence]] = {}
        for shape, sentence in self._held(document):
            out.setdefault(shape, []).append(sentence)
        return out

    def shapes(self, document: Document) -> dict[int, list[int]]:
        """For the number of a sentence the shapes, in order, whose words it holds."""
        out: dict[int, list[int]] = {}
        for shape, sentence in self._held(document):
            insort(out.setdefault(sentence.number, []), shape)
        return out

    def _held(self, document: Document) -> Iterator[tuple[int, Sentence]]:
        """Each shape with each sentence that holds one of its words, in the order of the text."""
        sentences = document.sentences
        starts = [s.start for s in sentences]
        last = [-1] * self._size
        for index, start, end in self._automaton.find_matches_as_indexes(
            document.folded, overlapping=True
        ):
            at = bisect_right(starts, start) - 1
            if at >= 0 and end <= sentences[at].end:
                for shape in self._shapes[index]:
                    if last[shape] != at:
                        last[shape] = at
                        yield shape, sentences[at]
