"""Words on demand: where one Chinese word ends and the next begins.

In: a short stretch of folded text. Out: its words. Nothing in the pipeline needs all words of an
article; a stage asks only where a word boundary is the question: is 说 in 他说会来 a word, or a part of
小说? The segmenter is jieba's without its guesses at unknown words, with the words of the rulebook
(cues, titles, sources, makers) added to its dictionary. rjieba, where it is installed, gives the
same words twenty times as fast; jieba is the reference, and takes its place where it is not.

>>> Words(("壁仞科技",)).cut("壁仞科技说小说器说")
['壁仞科技', '说', '小说', '器', '说']
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import cached_property
from typing import Any, Protocol

from pipeline.rules import Rulebook

FREQUENCY = 1_000
"""Weight of a word of the rulebook that the dictionary lacks: it wins over the words it is made of."""
_TABLES = {"cues": "cue", "titles": "title", "sources": "word"}


class Segmenter(Protocol):
    """What jieba and rjieba have in common once they are wrapped."""

    def __call__(self, text: str) -> list[str]: ...


class Words:
    """A segmenter with its own dictionary, loaded when it is first asked."""

    def __init__(self, words: Iterable[str], reference: bool = False):
        self.words = tuple(dict.fromkeys(w for w in words if len(w) > 1 and not w.isascii()))
        self.reference = reference
        """True to use jieba even where rjieba is installed."""

    @staticmethod
    def compile(rules: Rulebook) -> Words:
        """The segmenter that knows the words of the rule tables."""
        out = [
            word
            for table, column in _TABLES.items()
            for row in rules.table(table)
            for word in row[column].split("|")
        ]
        for row in rules.table("makers"):
            out += [row["name"], *row.list("aliases")]
        return Words(out)

    def cut(self, text: str) -> list[str]:
        """The words of ``text``, in order; joined they are the text again."""
        return self._segmenter(text)

    def begins(self, text: str, start: int, end: int, reach: int = 8) -> bool:
        """True when the first word at ``start`` is ``text[start:end]``: 说 in 说他会来, not in 说明书."""
        return self.cut(text[start : end + reach])[0] == text[start:end]

    @cached_property
    def _segmenter(self) -> Segmenter:
        return _jieba(self.words) if self.reference else _rjieba(self.words) or _jieba(self.words)


def _rjieba(words: tuple[str, ...]) -> Segmenter | None:
    try:
        import rjieba
    except ImportError:
        return None
    segmenter: Any = rjieba.Jieba()
    for word in words:
        if not segmenter.has_word(word):
            segmenter.add_word(word, FREQUENCY, "n")
    return lambda text: list(segmenter.cut(text, False))


def _jieba(words: tuple[str, ...]) -> Segmenter:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    segmenter = jieba.Tokenizer()  # its own dictionary: jieba.add_word would change everybody's
    segmenter.initialize()
    for word in words:
        if not segmenter.FREQ.get(word):
            segmenter.add_word(word, FREQUENCY)
    return lambda text: list(segmenter.cut(text, HMM=False))
