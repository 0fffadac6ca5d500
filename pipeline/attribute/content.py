"""Where a statement ends.

In: the folded text, its quote marks and the place where a statement begins. Out: the span of the
statement: without enclosing marks, without the final 。, without what is the author's (这意味着…, 等),
without the clause of the next cue (，并称…).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from pipeline.attribute.marks import Pair, outermost
from pipeline.model import Block

_STOP = re.compile(r"[。!?！？]+|(?<=[\u4e00-\u9fff])\.(?=\s|[\u4e00-\u9fff]|$)|…{2,}")
_PAREN = re.compile(r"\([^()\n]{0,120}\)|\[\d{1,3}\]|【[图视表][^】\n]{0,8}】")
_GLOSS = re.compile(r"[，,](?:而)?(?:这|此举|此番|也就是|即|换言之|换句话说)(?:也|就|无疑|将|都|似乎|显然|正|意味着|表明|说明|与|和|对)")
_DID = re.compile(r"[，,](?:并且?|同时)(?:还)?(?:给出|展示|发布|公布|推出|介绍|列举|分享|邀请|提供|拿出|晒出|附上|演示|宣布推出)了")
_TRAIL = " \n\t，,、:;；*_-—"


class Text:
    """The folded text of a document with its marks and sentence ends laid over it."""

    def __init__(self, folded: str, blocks: tuple[Block, ...], found: list[Pair]):
        self.folded = folded
        self.blocks = blocks
        self.starts = [b.start for b in blocks]
        self.pairs = list(outermost(found))
        self.all_pairs = found
        self.opens = {p.start: p for p in found}
        self._pair_starts = [p.start for p in self.pairs]
        self.masked = self._mask()
        self._stops: dict[int, list[int]] = {}

    def _mask(self) -> str:
        """The text with brackets and spoken marks blanked: what sources and cues are read from."""
        folded = self.folded
        if "(" in folded or "[" in folded or "【" in folded:
            folded = _PAREN.sub(lambda m: " " * len(m[0]), folded)
        pieces, at = [], 0
        for pair in self.pairs:
            if pair.spoken and pair.start >= at:
                pieces += [folded[at : pair.start], "\x01" * (pair.end - pair.start)]
                at = pair.end
        return "".join([*pieces, folded[at:]])

    def block_at(self, position: int) -> Block:
        return self.blocks[max(0, bisect_right(self.starts, position) - 1)]

    def pair_over(self, position: int) -> Pair | None:
        """The outermost pair of marks around ``position``."""
        index = bisect_right(self._pair_starts, position) - 1
        if index >= 0 and self.pairs[index].start <= position < self.pairs[index].end:
            return self.pairs[index]
        return None

    def stops(self, block: Block) -> list[int]:
        """Where sentences of a block end, outside of quote marks and brackets; after the closing mark."""
        found = self._stops.get(block.number)
        if found is None:
            found = [m.end() for m in _STOP.finditer(self.masked, block.start, block.end) ]
            for index in range(bisect_left(self._pair_starts, block.start), bisect_left(self._pair_starts, block.end)):
                pair = self.pairs[index]
                if self.folded[pair.inner_end - 1] in "。!?！？" and self.masked[pair.end : pair.end + 1] not in ("，", ",", "的"):
                    found.append(pair.end)
            found.append(block.end)
            found = sorted(set(found))
            self._stops[block.number] = found
        return found

    def sentence(self, position: int) -> tuple[int, int]:
        """The sentence around ``position``, inside its block."""
        block = self.block_at(position)
        stops = self.stops(block)
        index = bisect_right(stops, position)
        start = stops[index - 1] if index else block.start
        return max(start, block.start), stops[min(index, len(stops) - 1)]

    # ------------------------------------------------------------------ ends

    def marked(self, pair: Pair) -> tuple[int, int]:
        """The inside of a pair of marks without the final 。"""
        return self.trim(pair.inner, pair.inner_end)

    def unmarked(self, start: int, limit: int, conceded: bool = False) -> tuple[int, int]:
        """A statement without marks: to the end of its sentence, or before what is the author's."""
        block = self.block_at(start)
        stops = self.stops(block)
        end = min(stops[min(bisect_right(stops, start), len(stops) - 1)], limit)
        for pattern in (_GLOSS, _DID):
            found = pattern.search(self.masked, start + 4, end)
            if found:
                end = found.start()
        if conceded:
            found = re.compile(r"[，,](?:但|不过|然而|却|可)").search(self.masked, start + 4, end)
            if found:
                end = found.start()
        return self.trim(start, end)

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """Without white space, stops, references ([5]) and a trailing 等."""
        folded = self.folded
        while start < end and folded[start] in " \n\t*_，,:":
            start += 1
        while True:
            before = end
            while end > start and folded[end - 1] in _TRAIL:
                end -= 1
            while end > start and folded[end - 1] == "。":
                end -= 1
            if end > start and folded[end - 1] == "." and not folded[end - 2].isascii():
                end -= 1
            reference = re.search(r" ?(?:\[\d{1,3}\]|【[图视表][^】]{0,8}】)\Z", folded[max(start, end - 12) : end])
            if reference:
                end -= len(reference[0])
            if end == before:
                break
        if folded.startswith("等", end - 1) and end - start > 6 and folded[end - 2] not in "平中高初同对相均劣优一二三何":
            end -= 1
        return start, end
