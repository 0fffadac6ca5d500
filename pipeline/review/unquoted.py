"""Why a piece of text gave no statement: the cues and frames beside it, and what refused each.

In: a document, its names, the statements that it gave, and a place in it. Out: lines for people: for
every cue of the sentences there that carries no statement, the guard that refused it (with the words
and the row of the rules), the quote shape that came nearest and the character at which it stopped, and
whom the words before it name.

    他并未表示产能已经恢复  ->  cue 表示 at 3 (rules/cues.csv:7) gives no statement
                                refused by what stands before it: «未» at 2, a negator of rules/sources.csv
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipeline import Extractor
from pipeline.attribute.lexicon import Cue, Hit
from pipeline.attribute.reading import Reading
from pipeline.attribute.shapes import QuoteShape
from pipeline.attribute.sources import Source
from pipeline.model import Document, NameMention, Quote

_BEFORE = 6
"""Characters before a cue in which its guards look."""
_AFTER = 40
"""Characters behind a cue that a shape is followed."""
_ALWAYS = ("的", "被", "遭")
"""What makes any cue behind it part of something else: 他的表示, 被认为."""
_OPENING = re.compile(r"([\u4e00-\u9fff]{2,4})[:，,]?\s*(?=[“「\"])|([\u4e00-\u9fff]{2,4}):")

Reach = Callable[[re.Pattern[str], str, int, int], int]
"""How far a pattern follows a text from a place: see ``explain.reach``."""


@dataclass(slots=True)
class Unquoted:
    """One document, read again for what its cues did not give."""

    document: Document
    extractor: Extractor
    reading: Reading
    quotes: tuple[Quote, ...]
    told: Callable[[str], str]
    """A rule's name with its place and the sentence about it."""
    reach: Reach

    @staticmethod
    def of(document: Document, names: list[NameMention], extractor: Extractor, quotes: Iterable[Quote],
           told: Callable[[str], str], reach: Reach) -> Unquoted:  # fmt: skip
        attribution = extractor.attribution
        reading = Reading(
            attribution.lexicon, attribution.shapes, attribution.dates, document, names, ""
        )
        reading.quotes()
        return Unquoted(document, extractor, reading, tuple(quotes), told, reach)

    def silent(self, start: int, end: int) -> bool:
        """True when a cue stands at a place and carries no statement."""
        given = {quote.cue_start for quote in self.quotes}
        return any(
            hit.entry.cue and start <= hit.start < end and hit.start not in given
            for hit in self.reading.hits
        )

    def lines(self, start: int, end: int) -> Iterator[str]:
        """What speaks for and against a statement in the sentences that touch a place."""
        spans = [
            (s.start, s.end) for s in self.document.sentences if s.start < end and start < s.end
        ]
        given = {quote.cue_start: quote for quote in self.quotes}
        cues = [
            hit
            for hit in self.reading.hits
            if (hit.entry.cue or hit.entry.frames) and any(a <= hit.start < b for a, b in spans)
        ]
        if not cues:
            yield "  quotes   no cue of rules/cues.csv stands in this sentence"
            for a, b in spans:
                yield from self._no_cue(a, b)
        for hit in cues:
            if quote := given.get(hit.start):
                place = self._at(hit.start, hit.end)
                yield f"  cue      {place} carries the statement {quote.start}-{quote.end} ({quote.rule})"
            elif hit.entry.cue:
                yield from self._cue(hit, hit.entry.cue)
            else:
                yield from self._frames(hit)

    def _no_cue(self, start: int, end: int) -> Iterator[str]:
        """What stands where a cue might: before a colon or an opening mark."""
        found = _OPENING.search(self.reading.text.folded, start, end)
        if found:
            group = 1 if found[1] else 2
            yield f"           {self._at(*found.span(group))} stands before what may be a statement and is no cue"

    def _at(self, start: int, end: int) -> str:
        return f"«{self.reading.original[start:end]}» at {start}"

    # ------------------------------------------------------------------------------------- a cue

    def _cue(self, hit: Hit, cue: Cue) -> Iterator[str]:
        rows = {row["cue"]: row.where for row in self.extractor.rules.table("cues")}
        where = rows.get(cue.word, "rules/cues.csv")
        around = next((q for q in self.quotes if q.start <= hit.start < q.end), None)
        word = self.reading.original[hit.start : hit.end]
        yield f"  cue      {word} at {hit.start} ({where}) gives no statement"
        if around is not None:
            yield (
                f"           it stands inside the statement of {around.speaker or '?'}, "
                f"{around.start}-{around.end} ({around.rule})"
            )
            return
        source = self._source(hit)
        for reason in (*self._hidden(hit), *self._guards(hit, cue, source)):
            yield f"           {reason}"
        yield from self._nearest(hit, cue, source)
        yield f"           {self._named(hit, source)}"

    def _hidden(self, hit: Hit) -> Iterator[str]:
        text = self.reading.text
        block = text.block_at(hit.start)
        if text.masked[hit.start] != text.folded[hit.start]:
            yield "it stands inside quote marks: what is said there is not read for cues"
        elif not text.readable(block):
            yield f"it stands in a {block.kind}, from which no statement is taken"

    def _guards(self, hit: Hit, cue: Cue, source: Source | None) -> Iterator[str]:
        """What stands before a cue and makes it none."""
        masked, lexicon = self.reading.text.masked, self.reading.lexicon
        low = max(0, hit.start - _BEFORE)
        words = [(w, "which makes it part of something else") for w in _ALWAYS]
        words += [(w, "not_after in rules/cues.csv") for w in cue.not_after]
        if cue.stance != "opinion":
            words += [(w, "a negator of rules/sources.csv") for w in lexicon.negators]
        for guard, why in sorted(words, key=lambda pair: -len(pair[0])):
            if guard and masked.endswith(guard, low, hit.start):
                place = self._at(hit.start - len(guard), hit.start)
                yield f"refused by what stands before it: {place}, {why}"
                break
        for role, from_ in (("noun_cue", low), ("whether", source.end if source else low)):
            found = lexicon.role[role].search(masked, from_, hit.start)
            if found and found[0]:
                yield (
                    f"refused by what stands before it: {self._at(*found.span())}, "
                    f"{role} in rules/attribution.csv"
                )

    # ---------------------------------------------------------------------- what follows the cue

    def _nearest(self, hit: Hit, cue: Cue, source: Source | None) -> Iterator[str]:
        """The shapes that the cue may have: which of them read what follows, or where the nearest stops."""
        original, reads = self.reading.original, False
        stopped: list[tuple[int, str]] = []
        for shape in self._shapes(cue):
            stop, end = self._followed(shape, hit)
            if end < 0:
                stopped.append((stop, shape.id))
                continue
            refused = self._refused(shape, hit, cue, source)
            yield f"           {shape.id} {refused or f'reads a statement from {end}'}"
            reads = reads or not refused
        if stopped and not reads:
            stop, name = max(stopped, key=lambda near: near[0])
            at = f"{original[stop]!r} at {stop}" if stop < len(original) else "the end of the text"
            yield f"  nearest  {self.told(name)}"
            yield f"           reads «{original[hit.start : stop]}» and is stopped by {at}"

    def _followed(self, shape: QuoteShape, hit: Hit) -> tuple[int, int]:
        """How far a shape follows the text behind a cue, and where its statement begins, -1 for nowhere."""
        text = self.reading.text
        limit = min(text.block_at(hit.start).end, hit.end + _AFTER)
        found = shape.pattern.match(text.masked, hit.end, limit)
        if found is None:
            return self.reach(shape.pattern, text.masked, hit.end, limit), -1
        opened = shape.id != "quote.mark" or found.end() in text.opens
        return found.end(), found.end() if opened and found.end() < limit else -1

    def _refused(self, shape: QuoteShape, hit: Hit, cue: Cue, source: Source | None) -> str:
        """What keeps a shape that reads on from giving a statement; empty for nothing that is known."""
        if shape.id == "quote.bare" and cue.not_before:
            follows = cue.not_before.match(self.reading.text.masked, hit.end)
            if follows:
                place = self._at(*follows.span())
                return f"is refused by what follows the cue: {place}, not_before in rules/cues.csv"
        if source and shape.sources and source.speaks_as not in shape.sources:
            return f"is for {', '.join(sorted(shape.sources))}"
        if shape.id == "quote.bare" and source and source.speaks_as not in cue.bare:
            return f"is for {', '.join(sorted(cue.bare))} (bare in rules/cues.csv)"
        return ""

    def _shapes(self, cue: Cue) -> Iterator[QuoteShape]:
        """The shapes that a cue may have, as its row says."""
        names = ["mark"]
        if cue.form != "mark":
            names += ["colon"] + ["comma"] * (cue.form != "colon")
            names += ["addressed"] * bool(cue.object) + ["topic"] + ["bare"] * bool(cue.bare)
        return (self.reading.shapes[f"quote.{name}"] for name in names)

    # --------------------------------------------------------------------- who stands before it

    def _source(self, hit: Hit) -> Source | None:
        text, phrases = self.reading.text, self.reading.phrases
        start, stop = phrases.bounds(text.clause(hit.start, text.near(hit.start)), hit.start)
        return phrases.read(start, stop) if start < stop else None

    def _named(self, hit: Hit, source: Source | None) -> str:
        if source is not None:
            sure = "" if source.sure else ", not surely"
            return f"before it {self._at(source.start, source.end)} is read as {source.kind}{sure}"
        text = self.reading.text
        start = text.clause(hit.start, text.near(hit.start))
        if not text.folded[start : hit.start].strip():
            return "nobody stands before it in its clause"
        place = self._at(start, hit.start)
        return (
            f"nobody who speaks is read in {place}: nouns for speakers are in rules/sources.csv, "
            "titles in rules/titles.csv"
        )

    # ---------------------------------------------------------------------------------- a frame

    def _frames(self, hit: Hit) -> Iterator[str]:
        """The frame around an anchor (据…报道, 在…看来) that came furthest."""
        masked, text = self.reading.text.masked, self.reading.text
        begin, end = text.sentence(hit.start)
        limit = min(end, hit.end + _AFTER)
        best: tuple[int, int, str] | None = None
        for shape in hit.entry.frames:
            starts = (
                [hit.start] if shape.opens else range(max(begin, hit.start - _AFTER), hit.start + 1)
            )
            for start in starts:
                stop = self.reach(shape.pattern, masked, start, limit)
                if stop > hit.start and (best is None or stop > best[0]):
                    best = stop, start, shape.id
        yield f"  frame    {self._at(hit.start, hit.end)} opens no frame of rules/quotes.toml here"
        if best is not None:
            stop, start, name = best
            original = self.reading.original
            at = f"{original[stop]!r} at {stop}" if stop < limit else "the end of the sentence"
            yield f"  nearest  {self.told(name)}"
            yield f"           reads «{original[start:stop]}» and is stopped by {at}"
