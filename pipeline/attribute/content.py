"""Where a statement ends.

In: the folded text, its quote marks and the place where a statement begins. Out: the span of the
statement: without enclosing marks, without the final 。, without what is the author's (这意味着…, a
trailing 等), without references ([5]).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from pipeline.attribute.marks import Pair, outermost
from pipeline.model import Block

_STOP = re.compile(r"[。!?]+|(?<=[\u4e00-\u9fff])\.(?=\s|[\u4e00-\u9fff]|$)|…{2,}")
_PAREN = re.compile(r"\([^()\n]{0,120}\)|\[\d{1,3}\]|【[图视表][^】\n]{0,8}】")
_REFERENCE = re.compile(r" ?(?:\[\d{1,3}\]|【[图视表][^】]{0,8}】)\Z")
_OPENING, _CLOSING = " \n\t*_，,:", " \n\t，,、:;*_-—。"
_BEFORE_ETC = "平中高初同对相均劣优一二三何上下次头特"


class Text:
    """The folded text of a document with its marks and sentence ends laid over it."""

    def __init__(self, folded: str, blocks: tuple[Block, ...], found: list[Pair]):
        self.folded = folded
        self.blocks = blocks
        self._block_starts = [b.start for b in blocks]
        self.all_pairs = found
        self.pairs = list(outermost(found))
        self.opens = {p.start: p for p in self.pairs}
        self._pair_starts = [p.start for p in self.pairs]
        self.masked = self._mask()
        self._stops: dict[int, list[int]] = {}

    def _mask(self) -> str:
        """The text with brackets blanked and spoken marks turned to ``\\x01``: what sources are read from."""
        folded = self.folded
        if "(" in folded or "[" in folded or "【" in folded:
            folded = _PAREN.sub(lambda m: " " * len(m[0]), folded)
        pieces, at = [], 0
        for pair in self.pairs:
            if pair.spoken:
                pieces += [folded[at : pair.start], "\x01" * (pair.end - pair.start)]
                at = pair.end
        return "".join([*pieces, folded[at:]])

    def block_at(self, position: int) -> Block:
        """The block that ``position`` stands in."""
        return self.blocks[max(0, bisect_right(self._block_starts, position) - 1)]

    def pair_over(self, position: int) -> Pair | None:
        """The outermost pair of marks around ``position``."""
        index = bisect_right(self._pair_starts, position) - 1
        if index >= 0 and self.pairs[index].start <= position < self.pairs[index].end:
            return self.pairs[index]
        return None

    def pairs_between(self, start: int, end: int) -> list[Pair]:
        """The outermost pairs that open between ``start`` and ``end``."""
        return self.pairs[bisect_left(self._pair_starts, start) : bisect_left(self._pair_starts, end)]

    def stops(self, block: Block) -> list[int]:
        """Where the sentences of a block end, outside of marks and brackets; after the closing mark."""
        found = self._stops.get(block.number)
        if found is None:
            ends = {m.end() for m in _STOP.finditer(self.masked, block.start, block.end)}
            for pair in self.pairs_between(block.start, block.end):
                if self.folded[pair.inner_end - 1] in "。!?" and not self.masked.startswith(("，", ",", "的"), pair.end):
                    ends.add(pair.end)
            ends.add(block.end)
            found = self._stops[block.number] = sorted(ends)
        return found

    def sentence(self, position: int) -> tuple[int, int]:
        """The sentence around ``position``, inside its block."""
        block = self.block_at(position)
        stops = self.stops(block)
        index = bisect_right(stops, position)
        start = stops[index - 1] if index else block.start
        return max(start, block.start), stops[min(index, len(stops) - 1)]

    # ------------------------------------------------------------------ ends

    def unmarked(self, start: int, limit: int, endings: list[re.Pattern[str]]) -> tuple[int, int]:
        """A statement without marks: to the end of its sentence, or before what is the author's."""
        end = min(self.sentence(start)[1], limit)
        for pattern in endings:
            found = pattern.search(self.masked, min(start + 4, end), end)
            if found:
                end = found.start()
        return self.trim(start, end)

    def trim(self, start: int, end: int) -> tuple[int, int]:
        """Without white space, final stops, references ([5]) and a trailing 等."""
        folded = self.folded
        while start < end and folded[start] in _OPENING:
            start += 1
        before = -1
        while end != before:
            before = end
            while end > start and folded[end - 1] in _CLOSING:
                end -= 1
            if end > start + 1 and folded[end - 1] == "." and not folded[end - 2].isascii():
                end -= 1
            reference = _REFERENCE.search(folded, max(start, end - 12), end)
            if reference:
                end = reference.start()
        if end - start > 6 and folded[end - 1] == "等" and folded[end - 2] not in _BEFORE_ETC:
            end -= 1
        return start, end
