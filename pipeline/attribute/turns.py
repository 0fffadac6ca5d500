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
    r"[>*_ \-]{0,6}(?:[①-⑳]|\d{1,2}[.、)])? ?"
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
    turns: list[tuple[Turn, str]] = []
    people: set[str] = set()
    for turn, label, about in found:
        if lexicon.asks.fullmatch(label):
            turn.answer = False
        elif lexicon.answers.fullmatch(label):
            turn.generic = True
            if not re.search(r"[。?!]", text.folded[turn.start : turn.end]):
                continue  # 受访者：a list of names
        elif _person(label, about, lexicon, register, labels[label]):
            people.add(label)
        elif not (labels[label] >= 3 and _questions(text, found, label) >= 0.5):
            continue
        turns.append((turn, label))
    if all(turn.answer for turn, _ in turns):
        asker = _asker(text, turns)
        for turn, label in turns:
            turn.answer = label != asker
    asked = any(not turn.answer for turn, _ in turns)
    answered = any(turn.generic for turn, _ in turns) or bool(people)
    steady = sum(labels[label] >= 2 or label in register.people for label in people) >= 2
    if not (asked and answered and len(turns) >= 3 or steady and len(turns) >= 4):
        return []
    return [turn for turn, _ in turns]


_SPEECH = re.compile(
    r"(?:以下|下面|下文)(?:就?[是为])?[^，。;:\n]{0,24}?"
    r"(?:演讲|发言|讲话|致辞|讲稿|口述|自述|演讲稿)的?(?:全文|实录|摘要|摘录|节选|要点|内容|整理|译文|原文|部分|摘译|概要)?"
    r"[^，。;:\n]{0,12}[。:，]"
)
_FIRST_PERSON = re.compile(r"我(?!国)")


def find_speech(text: Text) -> list[Turn]:
    """The paragraphs of a speech that a sentence announces (以下是演讲全文：): the first person speaks."""
    found = _SPEECH.search(text.folded)
    if found is None:
        return []
    announced = text.block_at(found.start())
    said = [b for b in text.blocks[announced.number + 1 :] if b.kind in ("paragraph", "item") and b.end - b.start > 20]
    if len(said) < 3 or sum(bool(_FIRST_PERSON.search(text.folded, b.start, b.end)) for b in said) < 0.4 * len(said):
        return []
    return [Turn(*found.span(), found.end() - 1, b.start, b.end, b.number, generic=True) for b in said]


def _asker(text: Text, turns: list[tuple[Turn, str]]) -> str:
    """The label of the one who asks: questions, and shorter turns than the others; empty when nobody does."""
    shares: dict[str, list[bool]] = {}
    lengths: dict[str, list[int]] = {}
    for turn, label in turns:
        said = text.folded[turn.start : turn.end].rstrip(" *”」\n")
        shares.setdefault(label, []).append("?" in said[-60:])
        lengths.setdefault(label, []).append(len(said))
    ranked = sorted(shares, key=lambda label: -sum(shares[label]) / len(shares[label]))
    if len(ranked) < 2 or len(shares[ranked[0]]) < 2:
        return ""
    first, second = (sum(shares[label]) / len(shares[label]) for label in ranked[:2])
    mean = {label: sum(lengths[label]) / len(lengths[label]) for label in ranked}
    return ranked[0] if first >= 0.5 and first - second >= 0.25 and mean[ranked[0]] < max(mean.values()) else ""


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
        colon = text.folded.index(":", match.end("label"))
        out.append((Turn(*match.span("label"), colon, start, said.end, said.number), label, match["about"] or ""))
    return out


def _person(label: str, about: str, lexicon: Lexicon, register: Register, count: int) -> bool:
    if label in register.people or lexicon.titles.search(about):
        return True
    if lexicon.name.fullmatch(label):
        return len(lexicon.words.cut(label)) > 1
    if count < 2:
        return False
    latin = _LATIN_NAME.fullmatch(label)
    return bool(latin and (" " in label or label.istitle() or len(label) <= 3)) or bool(lexicon.foreign.fullmatch(label))


def _questions(text: Text, found: list[tuple[Turn, str, str]], label: str) -> float:
    """Share of the turns under ``label`` that end with a question mark."""
    ends = [text.folded[t.start : t.end].rstrip(" *”」\n")[-1:] == "?" for t, name, _ in found if name == label]
    return sum(ends) / len(ends) if ends else 0.0
