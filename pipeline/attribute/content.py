"""The folded text with its marks, sentences and clauses laid over it; where a statement ends.

In: the folded text, its blocks and pairs of quote marks. Out: ``Text``, which answers where the
sentence or the clause around a place begins and ends, and trims a statement: no enclosing marks, no
final 。, no references ([5]), no trailing 等.

``Text.masked`` is what sources and cues are read from: the same text with brackets blanked and
every spoken pair of marks turned to ``\\x01``, so that nothing inside a quotation is taken for a cue.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right

from pipeline.attribute.marks import Pair, outermost
from pipeline.model import Block

# both begin with one class of characters, which the search jumps along
_STOP = re.compile(
    r"[。!?.…](?:(?<=[。!?])[。!?]*|(?<=[\u4e00-\u9fff]\.)(?=\s|[\u4e00-\u9fff]|$)|(?<=…)…+)"
)
_DELIMITER = re.compile(r"[，;:。!?\n\x01—,](?:(?<!,)|(?!\d)|(?<!\d,))")
_CLOCK = re.compile(r"^[ *]*\d\d?:\d\d(?::\d\d)?(?=[ *])", re.M)
"""The time of an entry in a live report: 9:32 孟繁昭：…."""
_MINUTES = re.compile(r":\d\d")
_BRACKETS = re.compile(r"\([^()\n]{0,120}\)|\[\d{1,3}\]|【[图视表][^】\n]{0,8}】|〔[^〕\n]{0,30}〕")
_BROKEN = re.compile(r"(?<=[A-Za-z.,’'])\n(?=[A-Za-z])(?=[^\n]*[\u4e00-\u9fff])")
"""Where a line breaks inside of a Latin name."""
_REFERENCE = re.compile(r" ?(?:\[\d{1,3}\]|【[图视表][^】]{0,8}】)\Z")
_TERMINAL = '。!?…;:”」』")]】|'
_NEW_LINE = re.compile(r"[^:，。]{1,10}:|[-*+•·>|【①-⑳]|\d{1,2}[.、)]")
_OPENING, _CLOSING = " \n\t*_，,:", " \n\t，,、:;*_-—。"
_LOOSE_END = re.compile(r" ?[，,] ?(?:但是?|不过|而且?|并且?|包括|例如|比如|如下|分别是|其中) ?\Z")
"""What begins a clause of which nothing is left."""
_BEFORE_ETC = "评直会要再续别先平中高初同对相均劣优一二三何上下次头特"
FARTHEST = 1_000
"""How far behind its beginning a statement may be cut short."""
_HEADLINE = 100
"""How long a headline in 【…】 may be."""
_NAME = 8
"""How long a name in marks may be."""
_REACH = 240
"""How far a source may stand from its cue, in characters: bounds the work on endless sentences."""


def paragraphs(folded: str, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Blocks with the lines joined that a scrape broke inside a sentence; numbers count anew."""
    out: list[Block] = []
    for block in blocks:
        last = out[-1] if out else None
        if (
            last is not None
            and last.kind == block.kind == "paragraph"
            and block.start == last.end + 1
            and last.end - last.start >= 24
            and folded[last.end - 1] not in _TERMINAL
            and not _NEW_LINE.match(folded, block.start, block.end)
        ):
            out[-1] = Block(
                last.number, last.start, block.end, "paragraph", last.heading, last.level
            )
        else:
            number = len(out)
            out.append(
                Block(number, block.start, block.end, block.kind, block.heading, block.level)
            )
    return tuple(out)


def joined(folded: str) -> str:
    """The text with the Latin names whole that a scrape broke over two lines, as long as it was."""
    return _BROKEN.sub(" ", folded)


class Text:
    """One document's folded text with what stands where in it."""

    def __init__(self, folded: str, blocks: tuple[Block, ...], found: list[Pair]):
        self.folded = folded
        self.blocks = blocks
        self.pairs = list(outermost(found))
        self.opens = {p.start: p for p in self.pairs}
        self.masked = self._mask()
        self._block_starts = [-1, *(b.start for b in blocks[1:])]  # the first has what is before it
        self._pair_starts = [p.start for p in self.pairs]
        self._delimiters = [m.end() for m in _DELIMITER.finditer(self.masked)]
        self._stops: dict[int, list[int]] = {}

    def _mask(self) -> str:
        folded = joined(self.folded)
        if "(" in folded or "[" in folded or "【" in folded or "〔" in folded:
            folded = _BRACKETS.sub(lambda m: " " * len(m[0]), folded)
        if _MINUTES.search(folded):
            folded = _CLOCK.sub(lambda m: " " * len(m[0]), folded)
        pieces, at = [], 0
        for pair in self.pairs:
            if pair.spoken:
                pieces += [folded[at : pair.start], "\x01" * (pair.end - pair.start)]
                at = pair.end
        return "".join([*pieces, folded[at:]])

    # ------------------------------------------------------------------ what stands where

    def block_at(self, position: int) -> Block:
        """The block that ``position`` stands in."""
        return self.blocks[bisect_right(self._block_starts, position) - 1]

    def readable(self, block: Block) -> bool:
        """True for running text; a caption is text when it holds a sentence (…。（来源：新浪）)."""
        if block.kind == "caption":
            return "。" in self.folded[block.start : block.end]
        return block.kind not in ("boilerplate", "row")

    def in_headline(self, position: int) -> bool:
        """True inside of the 【…】 that a block opens with."""
        block = self.block_at(position)
        return self.masked.startswith("【", block.start) and position < self._headline_end(block)

    def _headline_end(self, block: Block) -> int:
        return self.masked.find("】", block.start, min(block.end, block.start + _HEADLINE)) + 1

    def paragraph_before(self, position: int) -> int:
        """Start of the paragraph before the one of ``position``."""
        number = self.block_at(position).number - 1
        while number > 0 and not self.readable(self.blocks[number]):
            number -= 1
        return self.blocks[max(0, number)].start

    def pair_over(self, position: int) -> Pair | None:
        """The outermost pair of marks around ``position``."""
        index = bisect_right(self._pair_starts, position) - 1
        if index >= 0 and self.pairs[index].start <= position < self.pairs[index].end:
            return self.pairs[index]
        return None

    def pairs_between(self, start: int, end: int) -> list[Pair]:
        """The outermost pairs that open between ``start`` and ``end``."""
        return self.pairs[
            bisect_left(self._pair_starts, start) : bisect_left(self._pair_starts, end)
        ]

    def without_marks(self, start: int, end: int) -> str:
        """The words between ``start`` and ``end`` that stand in no marks."""
        words, at = "", start
        for pair in self.pairs_between(start, end):
            words, at = words + self.masked[at : pair.start], max(at, pair.end)
        return words + self.masked[at:end]

    def sentence(self, position: int) -> tuple[int, int]:
        """The sentence around ``position``, inside its block."""
        block = self.block_at(position)
        stops = self._stops_of(block)
        index = bisect_right(stops, position)
        start = stops[index - 1] if index else block.start
        return max(start, block.start), stops[min(index, len(stops) - 1)]

    def _stops_of(self, block: Block) -> list[int]:
        """Where the sentences of a block end, outside of marks and brackets; after the closing mark."""
        found = self._stops.get(block.number)
        if found is None:
            ends = {m.end() for m in _STOP.finditer(self.masked, block.start, block.end)}
            for pair in self.pairs_between(block.start, block.end):
                if self.folded[pair.inner_end - 1] in "。!?" and not self.masked.startswith(
                    ("，", ",", "的"), pair.end
                ):
                    ends.add(pair.end)
            ends.add(block.end)
            if self.masked.startswith("【", block.start):
                ends.add(self._headline_end(block) or block.end)
            found = self._stops[block.number] = sorted(ends)
        return found

    def near(self, position: int) -> int:
        """Start of the sentence of ``position``, or as far back as a source may stand."""
        return max(self.sentence(position)[0], position - _REACH)

    def clause(self, position: int, begin: int) -> int:
        """Start of the clause before ``position``, not before ``begin``."""
        index = bisect_right(self._delimiters, position) - 1
        return max(begin, self._delimiters[index]) if index >= 0 else begin

    # ------------------------------------------------------------------ statements

    def whole(self, start: int) -> Pair | None:
        """The marks that open at ``start``, when they hold a statement and not a word of a sentence."""
        pair = self.opens.get(start)
        if pair is None or self.names(pair):
            return None
        after = self.masked[pair.end : pair.end + 1]
        ends = after in ("", "。", "，", ",", ";", "!", "?", "\n", "\x01", ")", " ", "—")
        return pair if ends or (pair.spoken and after not in ("的", "、", "和", "等")) else None

    def names(self, pair: Pair) -> bool:
        """True for marks around a name in a sentence that goes on: ``“造芯”掌门人``."""
        short = pair.inner_end - pair.inner <= _NAME
        inner = self.folded[pair.inner : pair.inner_end]
        return short and inner.isalnum() and self.folded[pair.end : pair.end + 1].isalnum()

    def with_bracket(self, start: int) -> int:
        """Where a statement begins that a bracket opens: ``表示，|（美国）商务部…``."""
        at = start
        while at > 0 and self.masked[at - 1] == " ":
            at -= 1
            if self.folded[at] not in " \n":
                start = at
        return start

    def reach(self, start: int, endings: list[re.Pattern[str]]) -> int:
        """How far a statement without marks may go: to the end of its sentence, or to what is the author's."""
        end = self.sentence(start)[1]
        for pattern in endings:
            found = pattern.search(self.masked, min(start + 4, end), min(end, start + FARTHEST))
            if found:
                end = found.start()
        return end

    def questions(self, end: int) -> int:
        """Where a statement ends that is a question, with the questions right behind it."""
        while self.masked[end - 1] == "?" and end < self.block_at(end - 1).end:
            further = self.sentence(end)[1]
            if self.masked[further - 1] != "?":
                break
            end = further
        return end

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
        loose = _LOOSE_END.search(folded, max(start, end - 6), end)
        if loose:
            end = loose.start()
        if end - start > 6 and folded[end - 1] == "等" and folded[end - 2] not in _BEFORE_ETC:
            end -= 1
        return start, end
