"""One document, cue by cue: which cues carry a statement, whose, and from where to where.

In: the compiled rules, a document, its names. Out: the rows of table ``quotes``. The order of work:
find the words of the lexicon in one pass; take up everybody who is introduced with a title; read
frames (据X报道); read each cue with the words on its left and right; resolve pronouns and elided
subjects in text order; cut statements where the next one begins; give what is left in quote marks to
the one who is speaking.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Cue, Hit, Lexicon
from pipeline.attribute.marks import Pair, pairs
from pipeline.attribute.shapes import QuoteShape
from pipeline.attribute.speakers import Entity, Register, Source
from pipeline.model import Document, NameMention, Quote, Reject

_DELIMITERS = "，,;:。!?\n\x01？！"
_ADDITIVE = re.compile(r"[ ]*(?:并|还|也|又|同时|且|而且|再|进一步|此外|另外|随后|接着|紧接着|然后|但|不过|而|则|却|只|仅|继续|明确|直接|强调|最后)")
_CONTRAST = re.compile(r"[ ]*(?:但|不过|而|同时|然而|可是?|却)")
_CONCEDED = re.compile(r"(?:虽然|虽|尽管|即使)")
_OTHER = re.compile(r"则|却|也|又|还")


@dataclass(slots=True)
class Candidate:
    """A cue with its source and the place where its statement begins."""

    shape: QuoteShape
    cue_start: int
    cue_end: int
    stance: str
    source: Source
    start: int
    """Where the statement begins; for a statement before its cue, where it ends."""
    clause: int
    """Start of the clause that holds source and cue."""
    pair: Pair | None = None
    end: int = -1
    dropped: bool = False


class Reading:
    """The state of reading one document."""

    def __init__(self, lexicon: Lexicon, shapes: dict[str, QuoteShape], document: Document,
                 names: list[NameMention], article: str):  # fmt: skip
        self.lexicon = lexicon
        self.shapes = shapes
        self.document = document
        self.article = article
        self.text = Text(document.folded, document.blocks, pairs(document.folded, document.blocks))
        self.masked = self.text.masked
        skip = {b.number for b in document.blocks if b.kind in ("boilerplate", "row", "caption")}
        self.hits = [h for h in lexicon.hits(self.masked) if self.text.block_at(h.start).number not in skip]
        self.register = Register(lexicon, document.article.text, self.masked, document.blocks, self._organizations(names))
        self.claimed: set[int] = set()
        self.rejects: list[Reject] = []

    def _organizations(self, names: list[NameMention]) -> dict[int, tuple[int, str]]:
        out = {n.start: (n.end, n.name) for n in names if n.kind == "organization"}
        masked = self.masked
        for hit in self.hits:
            if hit.entry.kind in ("company", "medium") and hit.start not in out:
                word = masked[hit.start : hit.end]
                if word.isascii() and (_letter(masked, hit.start - 1) or _letter(masked, hit.end)):
                    continue
                out[hit.start] = (hit.end, word)
        return out

    def quotes(self) -> tuple[list[Quote], list[Reject]]:
        """All rows, sorted by the place of the statement."""
        self.register.introduce(self.hits)
        first = self._candidates()
        self.register.locate()
        candidates = self._settle(first)
        self._cut(candidates)
        rows = [row for c in candidates if not c.dropped and (row := self._row(c)) is not None]
        rows += self._carried(rows)
        rows.sort(key=lambda r: (r.start, r.end, r.rule))
        return _distinct(rows), self.rejects

    # ------------------------------------------------------------------ cues and frames

    def _candidates(self) -> list[Candidate]:
        out: list[Candidate] = []
        taken = -1
        for hit in self.hits:
            if hit.start < taken:
                continue
            block = self.text.block_at(hit.start)
            found: Candidate | None = None
            for frame in hit.entry.frames:
                found = self._frame(frame, hit)
                if found is not None:
                    break
            if found is not None:
                taken = max(found.start, found.cue_end) if found.shape.content != "before" else found.cue_end
                out.append(found)
                continue
            if hit.entry.cue is not None:
                made = self._cue(hit, hit.entry.cue, heading=block.kind == "heading")
                out += made
        return out

    def _frame(self, frame: QuoteShape, hit: Hit) -> Candidate | None:
        begin, end = self.text.sentence(hit.start)
        found = None
        for found in frame.pattern.finditer(self.masked, begin if "?P<source>" in frame.pattern.pattern[:30] else hit.start, end):
            if found.start() <= hit.start < found.end():
                break
            if found.start() > hit.start:
                return None
        else:
            return None
        if found is None:
            return None
        cue_start, cue_end = found.span("cue")
        stance = frame.stance or "say"
        if "source" not in frame.pattern.groupindex:
            source = Source(cue_start, cue_end, "anonymous", self.document.article.text[cue_start:cue_end])
            return self._statement(frame, cue_start, cue_end, stance, source, found.end(), found.start())
        start, stop = found.span("source")
        clause = self._clause(start, begin)
        if clause > found.start():
            start = max(start, clause)
        bounds = self.register.bounds(start, stop)
        source = self.register.read(*bounds)
        if source is None or source.kind == "author":
            return None
        if frame.sources and source.kind not in frame.sources and not (source.kind in ("he", "role") and "person" in frame.sources) and not (source.kind == "they" and "organization" in frame.sources):
            return None
        if source.kind == "organization" and frame.id == "quote.document":
            return None
        return self._statement(frame, cue_start, cue_end, stance, source, found.end(), found.start())

    def _statement(self, shape: QuoteShape, cue_start: int, cue_end: int, stance: str, source: Source, start: int, clause: int) -> Candidate | None:
        pair = self.text.opens.get(start)
        if pair is not None and not self._whole(pair):
            pair = None
        block = self.text.block_at(cue_start)
        if start >= block.end and pair is None:
            return None
        return Candidate(shape, cue_start, cue_end, stance, source, start, clause, pair)

    def _whole(self, pair: Pair) -> bool:
        """True when marks hold a whole statement: nothing of its sentence goes on behind them."""
        after = self.masked[pair.end : pair.end + 1]
        return pair.spoken and after not in ("的", "、") or after in ("", "。", "，", ",", ";", "!", "?", "\n", "\x01")

    def _cue(self, hit: Hit, cue: Cue, heading: bool) -> list[Candidate]:
        """What one cue attributes: a statement after it, one before it, or both."""
        masked = self.masked
        if masked.endswith(cue.not_after, max(0, hit.start - 6), hit.start):
            return []
        after = self._after(hit, cue)
        begin, end = self.text.sentence(hit.start)
        clause = self._clause(hit.start, begin)
        before = self._before(hit, begin, clause, end)
        if after is None and before is None or heading and (after is None or after[2] is None):
            return []
        source = self._source(hit.start, begin, clause)
        if source is None:
            if after is not None and after[0].id in ("quote.comma", "quote.colon", "quote.mark"):
                self._reject(hit, "no source before the cue: name it in sources.csv if it is one")
            return []
        if source.kind == "author":
            return []
        out = []
        if before is not None and source.kind != "none":
            out.append(Candidate(self.shapes["quote.inverted"], hit.start, hit.end, cue.stance, source, before.start, clause, before))
        if after is not None:
            shape, start, pair = after
            if self._allowed(cue, shape, source, start):
                out.append(Candidate(shape, hit.start, hit.end, cue.stance, source, start, clause, pair))
        return out

    def _after(self, hit: Hit, cue: Cue) -> tuple[QuoteShape, int, Pair | None] | None:
        """The shape that reads what follows the cue, where the statement begins, its marks."""
        masked, shapes = self.masked, self.shapes
        block = self.text.block_at(hit.start)
        found = shapes["quote.mark"].pattern.match(masked, hit.end)
        if found:
            pair = self.text.opens.get(found.end())
            if pair is not None and (self._whole(pair) or found[0].strip() in (":", "：")):
                return shapes["quote.mark"], pair.start, pair
        if cue.form == "mark":
            return None
        order = ["quote.colon"] if cue.form == "colon" else ["quote.colon", "quote.comma"]
        if cue.takes_object and not masked.startswith(("，", ",", ":", "了", "的"), hit.end):
            order.append("quote.addressed")
        order.append("quote.topic")
        for name in order:
            found = shapes[name].pattern.match(masked, hit.end, block.end)
            if found and found.end() < block.end:
                pair = self.text.opens.get(found.end())
                if name == "quote.addressed" and cue.form == "colon" and ":" not in found[0]:
                    continue
                if name == "quote.topic" and pair is None and cue.form == "colon":
                    continue
                return shapes[name], found.end(), pair if pair is not None and self._whole(pair) else None
        if cue.bare and not masked.startswith(cue.not_before, hit.end):
            found = shapes["quote.bare"].pattern.match(masked, hit.end, block.end)
            if found and found.end() < block.end and masked[found.end()] not in "，,。;:!?、)的\x01”」":
                return shapes["quote.bare"], found.end(), None
        return None

    def _before(self, hit: Hit, begin: int, clause: int, end: int) -> Pair | None:
        """The pair of marks right before the clause of the cue, when it is the statement."""
        at = clause
        while at > 0 and self.masked[at - 1] in " ，,\n":
            at -= 1
        if at == 0 or self.masked[at - 1] != "\x01":
            return None
        pair = self.text.pair_over(at - 1)
        if pair is None or pair.start in self.claimed or "\n" in self.masked[pair.end : hit.start]:
            return None
        tail = self.masked[hit.end : hit.end + 16]
        if not re.match(r"(?:[^，。,;:]{0,12})?(?:[，,。:;!?\n]|\Z|\x01|“|「)|[^，。]{0,12}\Z", tail):
            return None
        return pair

    def _allowed(self, cue: Cue, shape: QuoteShape, source: Source, start: int) -> bool:
        kind = {"he": "person", "they": "organization", "role": "person"}.get(source.kind, source.kind)
        if cue.stance == "evidence" and cue.word in ("显示", "表明", "揭示") and kind != "document":
            return False
        if shape.sources and kind not in shape.sources:
            return False
        if shape.id == "quote.bare":
            if kind not in cue.bare or source.link == "none":
                return False
            return self._clausal(start)
        return True

    def _clausal(self, start: int) -> bool:
        """True when what follows a cue at once is a clause, not its object (表示满意)."""
        _, end = self.text.sentence(start)
        words = self.masked[start:end].rstrip("。!? ")
        if len(words) < 6:
            return False
        return bool(re.search(r"[是有会将能可在已要被把让使应不没为了达比给用从需到高低多少过得]|[，,\d]|[A-Za-z]{2}", words)) or len(words) > 12

    # ------------------------------------------------------------------ sources

    def _clause(self, position: int, begin: int) -> int:
        """Start of the clause that ``position`` stands in."""
        masked = self.masked
        at = position
        while True:
            at = max(masked.rfind(c, begin, at) for c in _DELIMITERS)
            if at < 0:
                return begin
            if masked[at] == "," and masked[at - 1].isdigit() and masked[at + 1 : at + 2].isdigit():
                continue
            return at + 1

    def _source(self, cue: int, begin: int, clause: int) -> Source | None:
        """The source of the cue: in its clause, in an earlier one of its sentence, or whoever spoke last."""
        register = self.register
        start, stop = register.bounds(clause, cue)
        if start < stop:
            source = register.read(start, stop)
            return source or self._leading(start, cue) or self._later(start, stop)
        at = clause
        for _ in range(4):
            if at - 1 <= begin or self.masked[at - 1] == "\x01":
                break
            previous = self._clause(at - 1, begin)
            start, stop = register.bounds(previous, at - 1)
            if start < stop:
                source = register.read(start, stop) if stop - start <= 40 else None
                if source is None or source.kind == "organization" and source.end - source.start > 12:
                    source = self._leading(start, stop)
                if source is not None:
                    if source.kind not in ("author",):
                        source.link = "elided" if source.kind in ("person", "organization", "anonymous", "document") else source.link
                    return source
            at = previous
        return Source(clause, clause, "none")

    def _leading(self, start: int, stop: int) -> Source | None:
        """The subject at the head of a clause whose verb phrase is not read: ``他在评论区写下…``."""
        found = re.compile(r"(他们|她们|该公司|公司|他|她)(?=[^的们])").match(self.masked, start, stop)
        if found:
            return Source(start, found.end(), "he" if len(found[1]) == 1 else "they")
        found = re.compile(r"(?:另?有|也有|还有)?(?:有人|网友|用户|博主|楼主)").match(self.masked, start, stop)
        if found:
            return Source(start, found.end(), "anonymous", self.document.article.text[start : found.end()])
        named = self.register.at(start)
        if named is not None and named[0] <= stop and self.masked[named[0] : named[0] + 1] not in ("的", "、"):
            entity = named[1]
            return Source(start, named[0], entity.kind, entity.name, entity=entity)
        for hit in self.lexicon.titles.finditer(self.masked, start, min(stop, start + 40)):
            name = self.register._name_after(hit.end())
            if name is not None and name[1] <= stop:
                return self.register.read(start, name[1])
        return None

    def _later(self, start: int, stop: int) -> Source | None:
        """Kept for the second look, when the document's names are known."""
        return None

    # ------------------------------------------------------------------ resolving

    def _settle(self, candidates: list[Candidate]) -> list[Candidate]:
        """Give every candidate its speaker, in text order."""
        out = []
        for c in sorted(candidates, key=lambda c: (c.cue_start, c.start)):
            if self._resolve(c):
                out.append(c)
                if c.pair is not None:
                    self.claimed.add(c.pair.start)
        return out

    def _resolve(self, c: Candidate) -> bool:
        source, register = c.source, self.register
        since = self._since(c.cue_start)
        if source.kind == "he":
            entity = register.before(source.start, "person", since)
            source.link = "pronoun" if entity else "none"
            source.entity, source.kind = entity, "person"
        elif source.kind == "they":
            entity = register.before(source.start, "organization", since) or (register.before(source.start, "organization", 0))
            source.link = "pronoun" if entity else "none"
            source.entity, source.kind = entity, "organization"
        elif source.kind == "role":
            entity = register.before(source.start, "person", 0, title=source.title)
            if entity is None and source.end - source.start > len(source.title):
                entity = register.before(source.start, "person", since)
            source.link = "pronoun" if entity else "none"
            source.entity, source.kind = entity, "person"
            if entity is None:
                source.name = self.document.article.text[source.start : source.end]
        elif source.kind == "none":
            heard = [(at, s) for at, s in self._last_sources if at >= since]
            if not heard:
                return False
            last = heard[-1][1]
            source.kind, source.name, source.entity, source.title, source.organization = last.kind, last.name, last.entity, last.title, last.organization
            source.start, source.end = last.start, last.end
            source.link = "elided"
        if source.entity is not None and not source.name:
            source.name = source.entity.name
        if source.entity is not None and source.entity.kind in ("person", "organization"):
            source.kind = source.entity.kind
            register.heard.append((c.cue_start, source.entity))
        self._last_sources.append((c.cue_start, source))
        return True

    @property
    def _last_sources(self) -> list[tuple[int, Source]]:
        if not hasattr(self, "_sources_heard"):
            self._sources_heard: list[tuple[int, Source]] = []
        return self._sources_heard

    def _since(self, position: int) -> int:
        """Start of the paragraph before the one of ``position``."""
        block = self.text.block_at(position)
        number = block.number - 1
        blocks = self.document.blocks
        while number > 0 and blocks[number].kind in ("caption", "boilerplate", "row"):
            number -= 1
        return blocks[max(0, number)].start

    # ------------------------------------------------------------------ ends

    def _cut(self, candidates: list[Candidate]) -> None:
        """Fix where statements without marks end, and drop those that stand inside another one."""
        for index, c in enumerate(candidates):
            if c.dropped or c.pair is not None:
                continue
            limit = self.text.sentence(c.start)[1]
            for other in candidates[index + 1 :]:
                if other.clause >= limit:
                    break
                if other.dropped or other.cue_start <= c.cue_start:
                    continue
                if other.clause < c.start + 1 and c.stance == "report" and other.source.link == "same_sentence":
                    c.dropped = True
                    break
                if other.pair is not None and other.shape.id == "quote.inverted":
                    continue
                if self._sibling(c, other):
                    limit = min(limit, other.clause)
                    break
                other.dropped = True
            if not c.dropped:
                conceded = bool(_CONCEDED.match(self.masked[c.clause : c.cue_start].lstrip()))
                c.start, c.end = self.text.unmarked(c.start, limit, conceded)

    def _sibling(self, c: Candidate, other: Candidate) -> bool:
        """True when ``other`` is a statement beside ``c``, not inside it: ``，并称…``, ``；B则表示…``."""
        before = self.masked[max(0, other.clause - 1) : other.clause]
        lead = self.masked[other.clause : other.cue_start]
        if other.clause <= c.start:
            return False
        if before == ";" or other.source.link == "elided" or c.shape.id == "quote.bare":
            return True
        if _CONTRAST.match(lead) or _ADDITIVE.match(lead):
            return True
        return bool(_OTHER.search(lead[-4:])) and other.source.entity is not c.source.entity

    # ------------------------------------------------------------------ rows

    def _row(self, c: Candidate) -> Quote | None:
        kind = "indirect"
        if c.pair is not None:
            start, end = self.text.marked(c.pair)
            kind = "direct"
        else:
            start, end = c.start, c.end
            inside = [p for p in self.text.all_pairs if start <= p.start < end]
            last = next((p for p in reversed(inside) if p.spoken and p.end >= end - 1), None)
            if last is not None and self._separate(last, start):
                start, end = self.text.trim(start, last.start)
                inside = [p for p in inside if p.start < end]
            self.claimed.update(p.start for p in inside)
            if inside:
                kind = "mixed"
        if end - start < 2 or not re.search(r"\w", self.masked[start:end].replace("\x01", "字")):
            return None
        return self._quote(c.source, c.shape, kind, c.stance, c.cue_start, c.cue_end, start, end)

    def _separate(self, pair: Pair, start: int) -> bool:
        folded = self.text.folded
        before = folded[start : pair.start].rstrip()
        return bool(before) and (before[-1] == ":" or before[-1] in "，,。" and folded[pair.inner_end - 1] in "。!?" and not re.match(r"[而但且所因就也]", folded[pair.inner : pair.inner + 1]))

    def _quote(self, source: Source, shape: QuoteShape, kind: str, stance: str, cue_start: int, cue_end: int, start: int, end: int) -> Quote:
        text = self.document.article.text
        entity = source.entity
        title = source.title or (entity.titles[0] if entity and entity.titles else "")
        organization = source.organization or (entity.organizations[0] if entity and entity.organizations else "")
        words = text[source.start : source.end]
        return Quote(
            article=self.article, sentence=self._number(start),
            speaker=(entity.name if entity else source.name) or words,
            speaker_type=source.kind, title=title, organization=organization,
            speaker_text=words, speaker_start=source.start, speaker_end=source.end,
            cue=text[cue_start:cue_end], cue_start=cue_start, cue_end=cue_end,
            kind=kind, stance=stance, content=text[start:end], start=start, end=end,
            link=source.link, confidence=shape.confidence, rule=shape.id,
        )  # fmt: skip

    def _number(self, position: int) -> int:
        sentences = self.document.sentences
        index = bisect_right([s.start for s in sentences], position) - 1
        return sentences[max(0, index)].number if sentences else 0

    def _carried(self, rows: list[Quote]) -> list[Quote]:
        return []

    def _reject(self, hit: Hit, reason: str) -> None:
        self.rejects.append(Reject(self.article, "", "attribute", reason, self.document.article.text[hit.start : hit.end], hit.start, hit.end, ""))


def _letter(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def _distinct(rows: list[Quote]) -> list[Quote]:
    """One row for a span: the first, most specific shape."""
    out: list[Quote] = []
    for row in rows:
        if out and out[-1].start == row.start and out[-1].end == row.end:
            continue
        out.append(row)
    return out
