"""Interviews: paragraphs that a label opens (问：, 答：, 鲁维舟：) are turns.

In: the text of a document and its register. Out: a ``Turn`` for every labelled paragraph, with the
label's span, the span of what is said, and whether the label belongs to the one who asks. A document
counts as an interview when the labels make a conversation: somebody asks and somebody answers, or
two and more people take turns. A lone 作者： or 处理器： is no turn.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Lexicon
from pipeline.attribute.register import _LATIN_NAME, Register

_LABEL = re.compile(
    r"[*_ ]{0,4}(?:[①-⑳]|\d{1,2}[.、)])? ?"
    r"(?P<label>[^:，,。;!?\n*_()【】「」“”|]{1,18}?)[*_ ]{0,3}"
    r"(?P<about>\([^()\n]{1,60}\))?[*_ ]{0,3}:[*_ ]{0,4}"
)


@dataclass(slots=True)
class Turn:
    """One labelled paragraph. ``answer`` is False for the one who asks."""

    label_start: int
    label_end: int
    colon: int
    start: int
    end: int
    block: int
    answer: bool = True
    generic: bool = False
    """True when the label is 答 or A and names nobody."""


def find_turns(text: Text, lexicon: Lexicon, register: Register) -> list[Turn]:
    """The turns of an interview or a panel, in order; none where the labels make no conversation."""
    found = list(_labelled(text))
    if len(found) < 3:
        return []
    labels = Counter(label for _, label, _ in found)
    turns: list[Turn] = []
    people: set[str] = set()
    for turn, label, about in found:
        if lexicon.asks.fullmatch(label):
            turn.answer = False
        elif lexicon.answers.fullmatch(label):
            turn.generic = True
        elif _person(label, about, lexicon, register):
            people.add(label)
        elif labels[label] >= 3 and len(labels) <= 6 and _questions(text, found, label) >= 0.5:
            turn.answer = False
        else:
            continue
        turns.append(turn)
    asked = any(not t.answer for t in turns)
    answered = any(t.generic for t in turns) or any(labels[p] >= 2 for p in people)
    if not (asked and (answered or people) or len(people) >= 2 and len(turns) >= 4):
        return []
    for label in people:
        if not asked and labels[label] >= 3 and _questions(text, found, label) >= 0.7:
            for turn, name, _ in found:
                turn.answer = turn.answer and name != label
    return turns


def _labelled(text: Text) -> list[tuple[Turn, str, str]]:
    """Paragraphs that begin with a label and a colon; a label alone takes the next paragraph."""
    out = []
    blocks = text.blocks
    for block in blocks:
        if block.kind in ("boilerplate", "row", "caption"):
            continue
        match = _LABEL.match(text.folded, block.start, block.end)
        if match is None:
            if block.kind == "heading" and text.folded[block.end : block.end + 1] == ":" and block.number + 1 < len(blocks):
                after = blocks[block.number + 1]
                inner = re.compile(r"(?:[①-⑳]|\d{1,2}[.、)])? ?(?P<label>[^()]{1,18}?)(?P<about>\([^()\n]{1,60}\))?\Z").match(text.folded, block.start, block.end)
                if inner:
                    out.append((Turn(*inner.span("label"), block.end, after.start, after.end, after.number), inner["label"].strip(" *"), inner["about"] or ""))
            continue
        label = match["label"].strip(" *")
        said = block
        start = match.end()
        if start >= block.end:
            if block.number + 1 >= len(blocks) or blocks[block.number + 1].kind not in ("paragraph", "item"):
                continue
            said = blocks[block.number + 1]
            start = said.start
        out.append((Turn(*match.span("label"), match.end() - 1, start, said.end, said.number), label, match["about"] or ""))
    return out


def _person(label: str, about: str, lexicon: Lexicon, register: Register) -> bool:
    if label in register.people or lexicon.titles.search(about):
        return True
    if lexicon.name.fullmatch(label):
        return len(lexicon.words.cut(label)) > 1
    latin = _LATIN_NAME.fullmatch(label)
    return bool(latin and (" " in label or label.istitle()) and len(label) > 2) or "·" in label


def _questions(text: Text, found: list[tuple[Turn, str, str]], label: str) -> float:
    """Share of the turns under ``label`` that end with a question mark."""
    ends = [text.folded[t.start : t.end].rstrip(" *”」\n")[-1:] == "?" for t, name, _ in found if name == label]
    return sum(ends) / len(ends) if ends else 0.0
