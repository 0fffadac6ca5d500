"""Where it is worth while to try a pattern.

``Openings``. In: many patterns that compete for the same places, each with what it stands for. Out:
a table from a character to the few whose matches can begin with it, in their order: of eighty units
only that for watts is tried before 瓦, and none before 年.

``endings``. In: a pattern. Out: the characters that its matches may end with. A pattern that must end where
a name begins need not be searched for when the character before the name is none of them. ``gated``
gives a pattern that looks at its first character first, ``beginning`` that look for words.

``Before``. In: a pattern, and the words one of which stands near its beginning. Out: its matches, looked for
before those words.

``Words``. In: words without which a pattern cannot match. Out: the sentences of a document in which
one of them stands.

>>> units = Openings([("(?i:w)att|瓦特?", "watt"), ("纳米|nm", "node"), ("[个颗]?核", "core")])
>>> [units[c] for c in ("瓦", "W", "Wh", "个", "个核", "年")]
[('watt',), ('watt',), (), ('core',), ('core',), ()]
>>> endings("(?:采用|搭载)了?$") == {*"用载了"}
True
>>> [found[0] for found in Before("[星云]{2}(?:科技|微)", ("科技", "微"), 2, 2).finditer("云星云微，星云科技")]
['星云微', '星云科技']
>>> gated("(?:(?<!国)产|采用)[0-9]").pattern
'(?=[产采])(?:(?:(?<!国)产|采用)[0-9])'
"""

from __future__ import annotations

import re
import string
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeVar

import regex
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from pipeline.model import Document, Sentence

T = TypeVar("T")
_STRANGERS = "龘٣Ω\ue001"
"""Characters that no rule spells out: a pattern that can begin with one of them can begin with any."""
_DIGIT = _STRANGERS[1]
"""A digit that is not Latin."""
_COMMON = frozenset(
    string.printable + "".join(filter(str.isspace, map(chr, range(0x3001)))) + "ſKÅİı"
)
"""What classes and categories stand for that are not spelled out: Latin letters in either case, white space."""
_RANGE = re.compile(r"(\\[ux][0-9a-f]{2,4}|[^\x00-\x7f])(?:-(\\[ux][0-9a-f]{2,4}|[^\x00-\x7f]))?")
_WORDS = re.compile(r"(?:[^\\\[\](){}.^$?*+|]+(?:\(\?[!=][^()]*\))?(?:\||\Z))+")
"""A pattern of words, each perhaps with what may not follow it."""
_BEHIND = re.compile(r"\(\?<=|\\[bB]|\(\?[a-z]+\)")
"""What a pattern knows of the text before it; flags that must stand first."""


class Openings(dict[str, tuple[T, ...]]):
    """What stands for each beginning of one or two characters; one that no pattern spells gives ``rest``.

    What begins with them is found out when they are first asked for.
    """

    def __init__(self, patterns: Iterable[tuple[str, T]]):
        self._listed = [(regex.compile(pattern), value) for pattern, value in patterns]
        spelled = _COMMON.union(*(p.pattern for p, _ in self._listed))
        self._spelled = spelled.union(c.swapcase() for c in spelled if len(c.swapcase()) == 1)
        self._begun: dict[str, list[tuple[regex.Pattern[str], T]]] = {}
        self.rest = tuple(v for _, v in _beginning(_STRANGERS, self._listed))

    def __missing__(self, beginning: str) -> tuple[T, ...]:
        first, second = beginning[:1], beginning[1:]
        if first not in self._spelled:
            return self.rest
        if first not in self._begun:
            self._begun[first] = _beginning([first], self._listed)
        if not second:
            self[first] = tuple(value for _, value in self._begun[first])
            return self[first]
        known = second in self._spelled
        key = beginning if known else first + _STRANGERS[0]
        if key not in self:
            tried = [first + char for char in (second if known else _STRANGERS)]
            self[key] = tuple(value for _, value in _beginning(tried, self._begun[first]))
        return self[key]


def _beginning(
    texts: Iterable[str], listed: list[tuple[regex.Pattern[str], T]]
) -> list[tuple[regex.Pattern[str], T]]:
    """What can begin with one of ``texts``: a partial match says that more text could complete it."""
    return [(p, value) for p, value in listed if any(p.match(t, partial=True) for t in texts)]


def endings(pattern: str) -> frozenset[str] | None:
    """The characters that a match of ``pattern`` may end with; None where that cannot be told.

    The pattern is matched backwards, each character being all the text that there is so far.
    """
    last = _first(pattern, f"(?r)(?:{pattern})", 0)
    return None if last is None or _DIGIT in last else last


class Ending:
    """A pattern that must end where the text does in which it is searched for, and the characters that
    it may end with (None: any), which are looked at first."""

    def __init__(self, pattern: re.Pattern[str], last: frozenset[str] | None):
        self.pattern = pattern
        self.last = last

    @staticmethod
    def of(pattern: str) -> Ending:
        return Ending(gated(pattern), endings(pattern))

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """The match at the end of ``text[start:end]``."""
        end = len(text) if end is None else end
        if start >= end or (self.last is not None and text[end - 1] not in self.last):
            return None
        return self.pattern.search(text, start, end)

    def ends(self, text: str, start: int, end: int) -> bool:
        """Whether the pattern stands at the end of ``text[start:end]``."""
        return self.search(text, start, end) is not None


@cache
def gated(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, and one look at a character before the pattern is tried, where few can be its first.

    ``re`` does so by itself for words. An alternative that begins with a class, a group or a look-behind
    makes it try all of them at every place of a text.
    """
    try:
        first = _WORDS.fullmatch(pattern) is None and _first(pattern, pattern, flags)
    except regex.error:
        first = None  # whatever is wrong with it, re will say
    if not first:
        return re.compile(pattern, flags)
    one = re.escape("".join(sorted(first))) + (r"\d" if _DIGIT in first else "")
    return re.compile(f"(?=[{one}])(?:{pattern})", flags)


class Before:
    """A pattern of which one of some words stands between ``least`` and ``most`` characters behind its
    beginning. It is tried before those words alone: they are fewer than the places where it may begin."""

    def __init__(self, pattern: str, words: Iterable[str], least: int, most: int):
        self.pattern = re.compile(pattern)
        self.match = self.pattern.match
        # a character that the search jumps to, then the rest of a word; the next word may begin inside of it
        ahead = (re.escape(word[0]) + f"(?={re.escape(word[1:])})" for word in words)
        self._word = re.compile("|".join(ahead) or "(?!)")
        self._least, self._most = least, most

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """What ``finditer`` of the pattern gives."""
        start = 0
        for word in self._word.finditer(text):
            start = max(start, word.start() - self._most)
            while start <= word.start() - self._least:
                found = self.match(text, start)
                if found:
                    yield found
                start = found.end() if found else start + 1


def beginning(words: Iterable[str]) -> str:
    """A look at one character: whether one of the words may begin here."""
    first = "".join(sorted({word[0] for word in words}))
    return f"(?=[{re.escape(first)}])" if first else "(?!)"


def _first(pattern: str, tried: str, flags: int) -> frozenset[str] | None:
    """The characters with which a match of ``tried`` may begin; None where that cannot be told."""
    if _BEHIND.search(pattern):
        return None
    match = regex.compile(tried, flags).match
    if match("") or any(match(char, partial=True) for char in _STRANGERS if char != _DIGIT):
        return None
    return frozenset([char for char in _candidates(pattern) if match(char, partial=True)])


def _candidates(pattern: str) -> Iterator[str]:
    """Every character that the pattern may tell from ``_STRANGERS``."""
    yield from {*_COMMON, _DIGIT, *pattern}
    for low, high in _RANGE.findall(pattern):
        first, last = (ord(c) if len(c) == 1 else int(c[2:], 16) for c in (low, high or low))
        if not first <= ord(_STRANGERS[0]) <= last:
            yield from map(chr, range(first, last + 1))


def finder(words: Iterable[str], longest: bool = False) -> AhoCorasick:
    """An automaton for the words of one text: made in a third of the time that the fastest to search takes."""
    kind = MatchKind.LeftmostLongest if longest else MatchKind.Standard
    return AhoCorasick(words, kind, implementation=Implementation.ContiguousNFA)


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
