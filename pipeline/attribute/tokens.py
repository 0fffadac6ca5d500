"""Token patterns of quotes.toml: spaCy's Matcher over the words of one sentence.

In: the tokens of a frame, as spaCy writes them, some with a ``group``. Out: what a regular expression
with the same groups would give. Words are those of ``words.py``; their ``TAG`` is what the rule tables
say of them: ``cue``, ``title``, ``maker``, a kind of sources.csv (``company``, ``anonymous`` …), or
``word``.

spaCy is imported by the first token pattern of a rulebook: the package's own rules have none, and
start without it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from pipeline.document.words import Words
from pipeline.rules import Rulebook

GROUPS = ("source", "cue", "speaker")
_OPTIONAL = ("?", "*", "!", "{0", "{,")


class TokenMatch:
    """Where a token pattern matched. Offsets are those of the whole text, as ``re.Match`` has them."""

    def __init__(self, text: str, groups: dict[str, tuple[int, int]]):
        self._text = text
        self._groups = groups

    def start(self) -> int:
        return self._groups[""][0]

    def end(self) -> int:
        return self._groups[""][1]

    def span(self, group: str) -> tuple[int, int]:
        return self._groups[group]

    def groupdict(self) -> dict[str, str]:
        return {name: self._text[a:b] for name, (a, b) in self._groups.items() if name}


class TokenPattern:
    """One compiled pattern. ``groupindex`` names its groups, as that of ``re.Pattern`` does.

    Raises ``ValueError`` that says what of ``tokens`` spaCy does not take.
    """

    def __init__(self, tokens: Any, words: Words, tags: Mapping[str, str]):
        from spacy.errors import MatchPatternError
        from spacy.matcher import Matcher

        if not isinstance(tokens, list) or not all(isinstance(t, dict) for t in tokens):
            raise ValueError("tokens are tables in a list: [{ ORTH = '在' }, …]")
        self.groups = [token.get("group", "") for token in tokens]
        self.groupindex = {name: i for i, name in enumerate(self.groups) if name}
        for token in tokens:
            name = token.get("group", "")
            if name and name not in GROUPS:
                raise ValueError(
                    f"unknown group {name!r} of a token; known are {', '.join(GROUPS)}"
                )
            if name and str(token.get("OP", "1")).startswith(_OPTIONAL):
                raise ValueError(f"a token of group {name!r} may not be optional")
        self.words = words
        self.tags = tags
        self._matcher = Matcher(vocabulary(), validate=True)
        written = [{k: v for k, v in token.items() if k != "group"} for token in tokens]
        try:
            self._matcher.add("frame", [written], greedy="LONGEST")
        except (MatchPatternError, ValueError, re.error) as error:
            raise ValueError(" ".join(str(error).split())) from None

    def search(self, text: str, start: int, stop: int) -> TokenMatch | None:
        """The first match between two offsets, the longest of those that begin there."""
        from spacy.tokens import Doc

        cut = self.words.cut(text[start:stop])
        if not cut:
            return None
        places = [start]
        for word in cut:
            places.append(places[-1] + len(word))
        tags = [self.tags.get(word, "word") for word in cut]
        doc = Doc(vocabulary(), words=cut, spaces=[False] * len(cut), tags=tags)
        found: Any = self._matcher(doc, with_alignments=True)
        if not found:
            return None
        _, first, last, aligned = min(found, key=lambda match: (match[1], -match[2]))
        groups = {"": (places[first], places[last])}
        for at, token in enumerate(aligned, first):
            name = self.groups[token]
            if name:
                begin = groups[name][0] if name in groups else places[at]
                groups[name] = begin, places[at + 1]
        return TokenMatch(text, groups)


def tags_of(rules: Rulebook) -> dict[str, str]:
    """What the rule tables say of a word: ``{"表示": "cue", "首席执行官": "title", "高通": "maker"}``."""
    out: dict[str, str] = {}
    for row in rules.table("sources"):
        out |= dict.fromkeys(row["word"].split("|"), row["kind"])
    for row in rules.table("makers"):
        out |= dict.fromkeys((row["name"], *row.list("aliases")), "maker")
    out |= {row["title"]: "title" for row in rules.table("titles")}
    return out | {row["cue"]: "cue" for row in rules.table("cues") if row["stance"] != "none"}


@cache
def vocabulary() -> Any:
    """spaCy's vocabulary for Chinese, made once."""
    from spacy.lang.zh import Chinese

    return Chinese().vocab
