"""Interviews: paragraphs that a label opens (问：, 答：, 鲁维舟：, 【问】) are turns.

In: the text of a document and its register. Out: a ``Turn`` for every labelled paragraph, with the
label's span, the span of what is said, and whether the label belongs to the one who asks. A document
counts as an interview when the labels make a conversation: one voice asks and another answers, or
two and more people take turns. A lone 作者： or 处理器： is no turn; a line 高通首席执行官安蒙： that stands by
itself is one, when the document has two of them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Lexicon
from pipeline.attribute.names import LATIN_NAME
from pipeline.attribute.register import Register
from pipeline.model import Block

_NUMBER = r"(?:[①-⑳]|\d{1,2}[.、)])? ?"
_ABOUT = r"(?P<about>\([^()\n]{1,60}\))?"
_SIGN = r"[>*_▎▍▌■●◆▪►▶•· \-]{0,6}"
_CLOCK = r"[\[(【]?(?:\d{1,2}:)?\d{1,2}:\d{2}[\])】]?"
_TIME = rf"(?:{_CLOCK}[*_ ]{{0,3}})?"
"""When it was said, in a transcript: [12:03] before a label, (01:12:03) behind it."""
_WORDS = r"(?P<label>[^:，,。;!?\n*_()【】\[\]「」“”|]{1,36}?)"
_LABEL = re.compile(
    rf"{_SIGN}{_TIME}{_NUMBER}{_WORDS}[*_ ]{{0,3}}{_TIME}{_ABOUT}[*_ ]{{0,3}}{_TIME}"
    r"(?P<colon>[:|])[*_ ]{0,4}"
)
_COLON = re.compile("[:|]")
_BRACKETED = re.compile(
    rf"{_SIGN}[【\[](?P<label>[^:，,。;!?\n*【】\[\]|]{{1,12}})(?P<about>)(?P<colon>[】\]]):?[*_ ]{{0,4}}"
)
_INITIAL = re.compile(
    rf"{_SIGN}(?P<label>[QA问答]\d{{0,2}})(?P<about>)(?P<colon>[.、 ])[*_ ]{{0,4}}"
)
_NAMED = re.compile(rf"{_SIGN}{_WORDS}(?P<about>)(?P<colon>(?: +{_CLOCK})? *\Z| {{2,}})")
"""A label without a colon: a line of its own, or bold (its marks are blanks) at the head of a paragraph."""
_HEADING_LABEL = re.compile(rf"{_NUMBER}(?P<label>[^()]{{1,18}}?){_ABOUT}(?P<colon>)\Z")
_FAR, _NEAR = 170, 60
"""How many characters a label with a colon may take, with all that may stand beside it; and one without."""
_TRAILING = " *>”」\n▎▍▌■●◆▪►▶•·"
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


@dataclass(frozen=True, slots=True)
class _Voice:
    """All turns under one label."""

    label: str
    turns: list[_Labelled]
    asks: bool
    """True for 问, Q and the like."""
    answers: bool
    person: bool
    known: bool
    """True for somebody whom the article introduces with an office: no reporter."""

    @property
    def questions(self) -> float:
        """How many of the turns end with a question."""
        return sum(turn.said[-1:] == "?" for turn in self.turns) / len(self.turns)


def find_turns(text: Text, lexicon: Lexicon, register: Register) -> list[Turn]:
    """The turns of an interview or a panel, in order; none where the labels make no conversation."""
    found = _with_ends(list(_labelled(text, lexicon, register)), text)
    voices = _voices(found, lexicon, register)
    askers = _askers(voices)
    answering = [v for v in voices if v not in askers and (v.answers or v.person)]
    if askers and not answering:
        answering = [v for v in voices if v not in askers and _replies(v, askers, found)]
    heard = askers + answering
    spoken = {id(t) for v in heard for t in v.turns}
    turns = [t for t in found if id(t) in spoken]
    if askers and answering and len(turns) >= 3:
        for voice in heard:
            for each in voice.turns:
                each.turn.generic = voice.answers
                each.turn.answer = voice not in askers or (voice.known and not each.asks)
        hosts = {v.label for v in askers if v.asks}
        for before, each in pairwise(turns):  # the host asks the one who asked until now
            if before.label != each.label and before.asks and not (before.turn.answer or each.asks):
                each.turn.answer |= each.label not in hosts
        first = next(i for i, t in enumerate(turns) if not t.turn.answer)
        taken = [
            t.turn
            for i, t in enumerate(turns)
            if i > first or not (t.turn.generic or text.blocks[t.turn.block].kind == "heading")
        ]
        others = [t for t in found if id(t) not in spoken]
        return sorted(taken + _respelt(others, taken), key=lambda turn: turn.block)
    steady = [v for v in answering if len(v.turns) >= 2 or v.label in register.people]
    if len(steady) >= 2 and len(turns) >= 4:
        return [t.turn for t in turns]
    alone = [t.turn for t in turns if t.alone and t.titled]
    return alone if len(alone) >= 2 else []


def _voices(found: list[_Labelled], lexicon: Lexicon, register: Register) -> list[_Voice]:
    """The labels of a document with their turns, in the order of their first."""
    by_label: dict[str, list[_Labelled]] = defaultdict(list)
    for each in found:
        by_label[each.label].append(each)
    out = []
    for label, turns in by_label.items():
        asks = lexicon.asks.fullmatch(label) is not None
        answers = lexicon.answers.fullmatch(label) is not None
        person = any(_person(turn, len(turns), lexicon, register) for turn in turns)
        entity = register.people.get(label)
        known = entity is not None and (bool(entity.titles) or label in lexicon.whole["famous"])
        person = person and not asks and not answers
        out.append(_Voice(label, turns, asks, answers, person, known))
    return out


def _askers(voices: list[_Voice]) -> list[_Voice]:
    """Who asks: by the label, or who mostly asks while somebody else mostly does not."""
    askers = [v for v in voices if v.asks and (v.questions or len(v.turns) > 1)]
    others = [v for v in voices if not v.asks and not v.answers and len(v.turns) >= 2]
    most = max(others, key=lambda v: v.questions, default=None)
    rest = [v.questions for v in voices if v is not most and (v.answers or v.person)]
    if most is None or most.questions < 0.5 or not rest:
        return askers
    return [*askers, most] if most.questions - min(rest) >= 0.25 else askers


def _replies(voice: _Voice, askers: list[_Voice], found: list[_Labelled]) -> bool:
    """True for a label that nobody knows, when it answers twice: it stands right behind a question."""
    asked = [turn for asker in askers for turn in asker.turns]
    return sum(a in asked and b in voice.turns for a, b in pairwise(found)) >= 2


def _with_ends(found: list[_Labelled], text: Text) -> list[_Labelled]:
    """The same with the last words before the next label, or before the heading above it: a question
    may run over several paragraphs."""
    folded = text.folded
    heads = [b.start for b in text.blocks if b.kind == "heading"]
    ends = [_opening(folded, each.turn.label_start) for each in found[1:]]
    ends += [each.turn.end for each in found[-1:]]
    for index, each in enumerate(found):
        at = bisect_right(heads, each.turn.start)
        ends[index] = min([ends[index], *heads[at : at + 1]])
    return [
        replace(each, said=_last(folded, each.turn.start, end))
        for each, end in zip(found, ends, strict=True)
    ]


def _opening(folded: str, start: int) -> int:
    """Where a label begins, with the A before the bracket that holds the name: ``A(孟繁昭)``."""
    return folded.rfind("\n", 0, start) + 1 if folded.startswith("(", start - 1) else start


def _last(folded: str, start: int, end: int) -> str:
    return folded[max(start, end - 70) : end].rstrip(_TRAILING)[-60:]


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


def _labelled(text: Text, lexicon: Lexicon, register: Register) -> Iterator[_Labelled]:
    """Paragraphs that begin with a label; a label alone takes the next paragraph."""
    folded, blocks = text.folded, text.blocks
    opened = [(_with_colon(folded, b), _named(folded, b)) for b in blocks]
    # who has a colon here may have none there
    often = Counter(m["label"].strip() for both in opened for m in both if m)
    known = {label for label, count in often.items() if count > 1 or label in register.people}
    for block, (label, name) in zip(blocks, opened, strict=True):
        if block.kind in ("boilerplate", "row", "caption"):
            continue
        after = blocks[block.number + 1] if block.number + 1 < len(blocks) else None
        match = label or _label(folded, block, name if name and name["label"] in known else None)
        if match is None:
            continue
        colon = min(match.start("colon"), block.end)
        if match.end() < block.end:
            yield _read(match, colon, match.end(), block, lexicon, folded)
        elif after is not None and _goes_on(match, after, folded):
            yield _read(match, colon, after.start, after, lexicon, folded)


def _goes_on(match: re.Match[str], after: Block, folded: str) -> bool:
    """True when the block behind a label alone is what is said; behind a bare name, a sentence."""
    if match["colon"].strip() and after.kind in ("paragraph", "item"):
        return True
    said = after.kind in ("paragraph", "item", "heading")
    return said and folded[after.start : after.end].rstrip(_TRAILING)[-1:] in "。?!…"


def _with_colon(folded: str, block: Block) -> re.Match[str] | None:
    """The label that a block opens with and a colon ends."""
    if not _COLON.search(folded, block.start, min(block.end, block.start + _FAR)):
        return None
    return _LABEL.match(folded, block.start, block.end)


def _named(folded: str, block: Block) -> re.Match[str] | None:
    """What may be a label without a colon, at the head of a block."""
    if block.end - block.start > _NEAR and "  " not in folded[block.start : block.start + _NEAR]:
        return None
    return _NAMED.match(folded, block.start, block.end)


def _label(folded: str, block: Block, name: re.Match[str] | None) -> re.Match[str] | None:
    """The label that a block opens with: a bracket or stop ends it, or the line does; or a known ``name``."""
    at = folded, block.start, block.end
    match = _BRACKETED.match(*at) or _INITIAL.match(*at)
    if match:
        return match
    if block.kind == "heading" and folded.startswith(":", block.end):
        return _HEADING_LABEL.match(*at)
    return name


def _read(
    match: re.Match[str], colon: int, start: int, block: Block, lexicon: Lexicon, folded: str
) -> _Labelled:
    """One labelled turn; ``创业邦副总裁赵镜波：`` is labelled 赵镜波."""
    label_start, label_end = match.span("label")
    label = match["label"].strip(" *《》")
    titles = list(lexicon.titles.finditer(folded, label_start, label_end))
    name = folded[titles[-1].end() : label_end].strip(" *") if titles else ""
    titled = bool(
        lexicon.name.fullmatch(name)
        or lexicon.foreign.fullmatch(name)
        or LATIN_NAME.fullmatch(name)
    )
    answers = lexicon.answers.fullmatch(label)
    bearer = (match["about"] or "").strip("()") if answers else ""
    if lexicon.name.fullmatch(bearer) and len(lexicon.words.cut(bearer)) > 1:
        label, label_start = bearer, match.start("about") + 1  # A(孟繁昭)：
        label_end = label_start + len(bearer)
    elif titled:
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
    if lexicon.address.fullmatch(label) or len(label) == 1:  # 孟总：, 孟：
        nickname = label[0] in "老小阿" and count > 1
        return nickname or register.called(label) is not None
    if count < 2:
        return False
    latin = LATIN_NAME.fullmatch(label)
    spelt = latin and (" " in label or label.istitle() or len(label) <= 3)
    return bool(spelt or lexicon.foreign.fullmatch(label))
