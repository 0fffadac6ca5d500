"""Interviews: paragraphs that a label opens (问：, 答：, 鲁维舟：) are turns.

In: the text of a document and its register. Out: a ``Turn`` for every labelled paragraph, with the
label's span, the span of what is said, and whether the label belongs to the one who asks. A document
counts as an interview when the labels make a conversation: somebody asks and somebody answers, or
two and more people take turns. A lone 作者： or 处理器： is no turn; a line 高通首席执行官安蒙： that stands by
itself is one, when the document has two of them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Lexicon
from pipeline.attribute.register import LATIN_NAME, Register
from pipeline.model import Block

_NUMBER = r"(?:[①-⑳]|\d{1,2}[.、)])? ?"
_ABOUT = r"(?P<about>\([^()\n]{1,60}\))?"
_LABEL = re.compile(
    rf"[>*_ \-]{{0,6}}{_NUMBER}(?P<label>[^:，,。;!?\n*_()【】「」“”|]{{1,36}}?)[*_ ]{{0,3}}"
    rf"{_ABOUT}[*_ ]{{0,3}}:[*_ ]{{0,4}}"
)
_HEADING_LABEL = re.compile(rf"{_NUMBER}(?P<label>[^()]{{1,18}}?){_ABOUT}\Z")
_LONGEST = 18
"""How long a label without a title may be."""


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


@dataclass(frozen=True, slots=True)
class _Labelled:
    """A turn, perhaps: the words of its label without a title, what stands in brackets behind them,
    the last of what is said."""

    turn: Turn
    label: str
    about: str
    said: str
    alone: bool
    """True when the label fills its line."""
    titled: bool

    @property
    def asks(self) -> bool:
        return "?" in self.said


def find_turns(text: Text, lexicon: Lexicon, register: Register) -> list[Turn]:
    """The turns of an interview or a panel, in order; none where the labels make no conversation."""
    found = _with_ends(list(_labelled(text, lexicon)), text.folded)
    by_label: dict[str, list[_Labelled]] = defaultdict(list)
    for each in found:
        by_label[each.label].append(each)
    turns: list[_Labelled] = []
    others: list[_Labelled] = []
    people: set[str] = set()
    for each in found:
        same = by_label[each.label]
        if lexicon.asks.fullmatch(each.label):
            each.turn.answer = False
        elif lexicon.answers.fullmatch(each.label):
            each.turn.generic = True
            if not turns:
                continue  # 受访者：a list of names before the first question
        elif _person(each, len(same), lexicon, register):
            people.add(each.label)
        elif len(same) < 3 or _share(other.said[-1:] == "?" for other in same) < 0.5:
            others.append(each)
            continue
        turns.append(each)
    if all(each.turn.answer for each in turns):
        asker = _asker(turns)
        for each in turns:
            each.turn.answer = each.label != asker
    asked = any(not each.turn.answer for each in turns)
    answered = bool(people) or any(each.turn.generic for each in turns)
    steady = sum(len(by_label[label]) >= 2 or label in register.people for label in people) >= 2
    if (asked and answered and len(turns) >= 3) or (steady and len(turns) >= 4):
        out = [each.turn for each in turns]
        return sorted(out + _respelt(others, out) if asked else out, key=lambda turn: turn.block)
    alone = [each.turn for each in turns if each.alone and each.titled]
    return alone if len(alone) >= 2 else []


def _with_ends(found: list[_Labelled], folded: str) -> list[_Labelled]:
    """The same with the last words before the next label: a question may run over several paragraphs."""
    ends = [each.turn.label_start for each in found[1:]] + [each.turn.end for each in found[-1:]]
    return [
        replace(each, said=_last(folded, each.turn.start, end))
        for each, end in zip(found, ends, strict=True)
    ]


def _last(folded: str, start: int, end: int) -> str:
    return folded[max(start, end - 70) : end].rstrip(" *>”」\n")[-60:]


def _respelt(others: list[_Labelled], turns: list[Turn]) -> list[Turn]:
    """Turns among the rest: a translation spells the same label in several ways (Rich, 里奇, 富有)."""
    first, last = turns[0].block, turns[-1].block
    out = []
    for each in others:
        turn = each.turn
        short = turn.label_end - turn.label_start <= 8
        if first <= turn.block <= last + 1 and short and each.said[-1:] in ("。", "?", "!", "”"):
            turn.answer = not each.asks
            out.append(turn)
    return out


def _asker(turns: list[_Labelled]) -> str:
    """The label of the one who asks: questions, and shorter turns than the others; empty when nobody does."""
    asks: dict[str, list[bool]] = defaultdict(list)
    lengths: dict[str, list[int]] = defaultdict(list)
    for each in turns:
        asks[each.label].append(each.asks)
        lengths[each.label].append(each.turn.end - each.turn.start)
    shares = {label: _share(asked) for label, asked in asks.items()}
    ranked = sorted(shares, key=lambda label: -shares[label])
    if len(ranked) < 2 or len(asks[ranked[0]]) < 2:
        return ""
    first, second = ranked[:2]
    mean = {label: sum(found) / len(found) for label, found in lengths.items()}
    clear = shares[first] >= 0.5 and shares[first] - shares[second] >= 0.25
    return first if clear and mean[first] < max(mean.values()) else ""


def _labelled(text: Text, lexicon: Lexicon) -> Iterator[_Labelled]:
    """Paragraphs that begin with a label and a colon; a label alone takes the next paragraph."""
    folded, blocks = text.folded, text.blocks
    for block in blocks:
        if block.kind in ("boilerplate", "row", "caption"):
            continue
        after = blocks[block.number + 1] if block.number + 1 < len(blocks) else None
        match = _LABEL.match(folded, block.start, block.end)
        if match is None:
            match = (
                _HEADING_LABEL.match(folded, block.start, block.end)
                if _heading(folded, block)
                else None
            )
            if match and after is not None:
                yield _read(match, block.end, after.start, after, lexicon, folded)
            continue
        colon = folded.index(":", match.end("label"))
        if match.end() < block.end:
            yield _read(match, colon, match.end(), block, lexicon, folded)
        elif after is not None and after.kind in ("paragraph", "item"):
            yield _read(match, colon, after.start, after, lexicon, folded)


def _heading(folded: str, block: Block) -> bool:
    return block.kind == "heading" and folded.startswith(":", block.end)


def _read(
    match: re.Match[str], colon: int, start: int, block: Block, lexicon: Lexicon, folded: str
) -> _Labelled:
    """One labelled turn; ``创业邦副总裁赵镜波：`` is labelled 赵镜波."""
    label_start, label_end = match.span("label")
    label = match["label"].strip(" *")
    titles = list(lexicon.titles.finditer(folded, label_start, label_end))
    name = folded[titles[-1].end() : label_end].strip(" *") if titles else ""
    titled = bool(
        lexicon.name.fullmatch(name)
        or lexicon.foreign.fullmatch(name)
        or LATIN_NAME.fullmatch(name)
    )
    if titled:
        label, label_start = name, folded.index(name, titles[-1].end(), label_end)
    elif len(label) > _LONGEST:
        label = ""  # a sentence that a colon ends
    turn = Turn(label_start, label_end, colon, start, block.end, block.number)
    return _Labelled(turn, label, match["about"] or "", "", match.end() >= match.endpos, titled)


def _person(each: _Labelled, count: int, lexicon: Lexicon, register: Register) -> bool:
    label = each.label
    if each.titled or label in register.people or lexicon.titles.search(each.about):
        return True
    if lexicon.name.fullmatch(label):
        return len(lexicon.words.cut(label)) > 1
    if count < 2:
        return False
    latin = LATIN_NAME.fullmatch(label)
    spelt = latin and (" " in label or label.istitle() or len(label) <= 3)
    return bool(spelt or lexicon.foreign.fullmatch(label))


def _share(holds: Iterable[bool]) -> float:
    found = list(holds)
    return sum(found) / len(found) if found else 0.0
