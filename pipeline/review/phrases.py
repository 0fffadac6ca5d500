"""Sentences and who says what in them, one case a line (``tests/phrases/quotes.txt``).

In: a line of that file. Out: a ``Phrase``: the plain text and the rows that must come out of it. A statement stands
in brackets, behind it the speaker and, if wanted, kind and ``title=``, ``org=``, ``type=``, ``link=``,
``date=``; a line that begins with ``!`` holds no statement, ``#`` is a comment, ``\\n`` breaks a paragraph.

>>> phrase = parse("林舟说：“[产能已经恢复](林舟 direct title=分析师)。”")
>>> phrase.text, phrase.said
('林舟说：“产能已经恢复。”', ({'content': '产能已经恢复', 'speaker': '林舟', 'kind': 'direct', 'title': '分析师'},))
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline import Article, Extractor
from pipeline.model import Quote

_MARK = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)")
_NOTES = re.compile(r"\s+(?=(?:title|org|type|link|date)=|(?:direct|indirect|mixed)\b)")
_COLUMNS = {"org": "organization", "type": "speaker_type"}


@dataclass(frozen=True, slots=True)
class Phrase:
    """One case."""

    line: str
    text: str
    said: tuple[dict[str, str], ...]
    """The columns that each statement must have, in order; none for a not-quote."""


def parse(line: str) -> Phrase:
    """The case that a line writes down. Raises ``ValueError`` when ``!`` and brackets contradict."""
    marked = line.removeprefix("!").strip().replace("\\n", "\n")
    said = tuple({"content": m[1], **_columns(m[2])} for m in _MARK.finditer(marked))
    if bool(said) is line.startswith("!"):
        raise ValueError(f"neither a statement nor a not-quote: {line}")
    return Phrase(line, _MARK.sub(r"\1", marked), said)


def _columns(notes: str) -> dict[str, str]:
    speaker, *parts = _NOTES.split(notes)
    out = {"speaker": speaker}
    for part in parts:
        key, equals, value = part.partition("=")
        out[_COLUMNS.get(key, key) if equals else "kind"] = value if equals else part
    return out


def read(path: Path) -> list[Phrase]:
    """All cases of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [parse(line) for line in lines if line and line[0] != "#"]


def quotes(phrase: Phrase, extractor: Extractor, published: str = "") -> tuple[Quote, ...]:
    """What the whole extraction finds in a case."""
    return extractor(Article(phrase.text, published=published)).quotes


def fired(phrases: Iterable[Phrase], extractor: Extractor) -> tuple[int, int]:
    """How many not-quotes gave a row, of how many."""
    silent = [phrase for phrase in phrases if not phrase.said]
    return sum(bool(quotes(phrase, extractor)) for phrase in silent), len(silent)
