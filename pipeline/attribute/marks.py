"""Quote marks -> pairs: where words stand in marks, whatever happened to the marks.

In: the folded text and its blocks. Out: ``Pair``s sorted by position, outer before inner. Straight
marks toggle, directed ones match; a mark that is turned the wrong way round (”Arc不会停产”), doubled
or missing is mended from what stands beside it, and a paragraph that opens a mark without closing it
runs on into the next ones.

>>> from pipeline.model import Block
>>> text = "他说：“可以。”"
>>> [text[p.inner : p.inner_end] for p in pairs(text, (Block(0, 0, len(text), "paragraph"),))]
['可以。']
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.model import Block


@dataclass(frozen=True, slots=True)
class Pair:
    """``start:end`` with the marks, ``inner:inner_end`` without. ``spoken``: a statement, not a name."""

    start: int
    end: int
    inner: int
    inner_end: int
    spoken: bool


_FAMILIES = {
    "“": "d",
    "”": "d",
    '"': "d",
    "「": "c",
    "」": "c",
    "『": "w",
    "』": "w",
    "‘": "s",
    "’": "s",
}
_OPENS = frozenset("“「『‘")
_CLOSES = frozenset("”」』’")
_MARK = re.compile(r"[“”\"「」『』‘’](?:(?<![‘’])|(?<=‘)(?<![A-Za-z0-9]‘)|(?<=’)(?![A-Za-z]))")
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z]")
_SENTENCE = re.compile(r"[。!?；;！？…]")
_CLAUSES = re.compile("[\u4e00-\u9fff]{3}[，,][\u4e00-\u9fff]{3}")
_ENDS = frozenset("。!?！？,，.…~")
_AFTER = re.compile(r"\s*(\S?)")
_RUN_ON = 8
"""How many paragraphs a statement may run over."""


def pairs(folded: str, blocks: Iterable[Block]) -> list[Pair]:
    """All pairs of quote marks outside boilerplate and table rows, outer ones first."""
    found: list[Pair] = []
    waiting: tuple[str, int, int] | None = (
        None  # family, position of a mark still open, paragraphs since
    )
    for block in blocks:
        if block.kind == "boilerplate":
            continue
        if block.kind == "row":
            waiting = None
            continue
        marks = [(m.start(), m[0]) for m in _MARK.finditer(folded, block.start, block.end)]
        if waiting is not None:
            family, opened, passed = waiting
            own = [(at, mark) for at, mark in marks if _FAMILIES[mark] == family]
            if own and own[0][0] == block.start and (own[0][1] in _OPENS or own[0][1] == '"'):
                own = own[1:]  # the mark repeated at the head of each paragraph
                marks = [m for m in marks if m[0] != block.start]
            if own and (own[0][1] in _CLOSES or own[0][1] == '"'):
                found.append(_pair(folded, opened, own[0][0], own[0][0] + 1))
                marks = [m for m in marks if m[0] > own[0][0] or _FAMILIES[m[1]] != family]
                waiting = None
            elif own or passed >= _RUN_ON or block.kind == "heading":
                waiting = None
            else:
                waiting = (family, opened, passed + 1)
        left_open = None
        for family in dict.fromkeys(_FAMILIES[mark] for _, mark in marks):
            own = [(at, mark) for at, mark in marks if _FAMILIES[mark] == family]
            opened_at = _match(folded, block, own, found)
            if opened_at is not None and family != "s":
                left_open = (family, opened_at, 0)
        waiting = left_open or waiting
    found.sort(key=lambda p: (p.start, -p.end))
    return found


def _match(
    folded: str, block: Block, marks: list[tuple[int, str]], found: list[Pair]
) -> int | None:
    """Match the marks of one family in one block; the position of a mark that stays open, or None."""
    opened: int | None = None
    depth = 0
    closing = sum(mark in _CLOSES for _, mark in marks)  # marks from here on that only close
    for index, (at, mark) in enumerate(marks):
        closing -= mark in _CLOSES
        following = marks[index + 1][1] if index + 1 < len(marks) else ""
        if opened is None:
            if mark in _CLOSES and not (
                following and following not in _OPENS and _opens_here(folded, block, at)
            ):
                continue  # a closing mark with nothing open
            opened = at
        elif mark in _OPENS:
            ended = folded[at - 1] in _ENDS or folded[at - 1] == " "
            if not following or following in _OPENS:
                if _closes_here(folded, block, at):
                    found.append(_pair(folded, opened, at, at + 1))
                    opened = None
                else:
                    opened = at  # the mark before it was never closed
            elif not ended and closing > 1:
                depth += 1
            else:
                if ended and at - opened > 8:
                    found.append(_pair(folded, opened, at, at))
                opened = at
        elif depth:
            depth -= 1
        else:
            if at > opened + 1:
                found.append(_pair(folded, opened, at, at + 1))
            opened = None
    return opened


def _opens_here(folded: str, block: Block, at: int) -> bool:
    """True when a closing mark stands where only an opening one can: ``关于”Arc不会停产”``."""
    after = folded[at + 1] if at + 1 < block.end else "。"
    return after not in "。，,、;:!?)》」』 "


def _closes_here(folded: str, block: Block, at: int) -> bool:
    """True when an opening mark stands where only a closing one can: ``那么他是在卖卡车。“``."""
    after = _AFTER.match(folded, at + 1, block.end)[1]  # type: ignore[index]  # it matches always
    return (
        (folded[at - 1] in _ENDS and after in "，,。说他她") or after in ("", "。", "，", ",")
    ) or (folded[at - 1] not in "，,。:!? (" and after in ("完", "是", "的"))


def _pair(folded: str, opened: int, closed: int, end: int) -> Pair:
    inner = folded[opened + 1 : closed]
    before = folded[max(0, opened - 2) : opened].rstrip()[-1:]
    spoken = bool(_SENTENCE.search(inner)) or before == ":" or inner[-1:] in ("，", ",")
    spoken |= before in ("", "\n", "。", "!", "?") and bool(_CLAUSES.search(inner))
    if not spoken and len(inner) > 16:  # a long name goes on: 「建立可持续的半导体生态系」座谈会
        spoken = not _WORD.match(folded, end)
    return Pair(opened, end, opened + 1, closed, spoken)


def outermost(found: Iterable[Pair]) -> Iterator[Pair]:
    """The pairs that stand in no other pair."""
    end = -1
    for pair in found:
        if pair.start >= end:
            yield pair
            end = pair.end
