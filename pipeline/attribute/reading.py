"""One document, cue by cue: which cues carry a statement, whose, and from where to where.

In: the compiled rules, a document, its names. Out: the rows of table ``quotes``. The order of work:
find the words of the lexicon in one pass; take up everybody who is introduced; read interview turns;
read frames (据X报道) and cues with the words on their left and right; resolve pronouns and elided
subjects in text order; cut statements where the next one begins; give what is left in quote marks to
the one who is speaking.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Cue, Hit, Lexicon
from pipeline.attribute.marks import Pair, pairs
from pipeline.attribute.register import _HANDLE, AFTER_NAME, Entity, Register
from pipeline.attribute.shapes import QuoteShape
from pipeline.attribute.sources import Phrases, Source
from pipeline.attribute.turns import Turn, find_speech, find_turns
from pipeline.model import Block, Document, NameMention, Quote, Reject

_DELIMITERS = "，,;:。!?\n\x01—"
_ADDITIVE = re.compile(r" *(?:并|还|也|又|同时|且|而且|再|进一步|此外|另外|随后|接着|紧接着|然后|继续|最后|更)")
_JOINS = re.compile(r" *(?:但|不过|而|同时|然而|可是|却|并|还|也|又|此外|另外|且)")
_CONCEDED = re.compile(r" *(?:虽然|虽|尽管|即使)")
_THEN = re.compile(r"(?:则|却|也|又|还)[^，,]{0,4}\Z")
_HEAD_PRONOUN = re.compile(r"(他们|她们|该公司|公司|他|她)(?=[^的们])")
_HEAD_SOMEONE = re.compile(r"(?:另?有|也有|还有)?(?:有人|评论区有人|网友|楼主|博主)")
_CLAUSE = re.compile(r"[是有会将能可在已要被把让使应不没为了达比给用从需到高低多少过得像做去来]|[，,\d]|[A-Za-z]{2}")
_NO_SUBJECT = re.compile(r"[的、和与及A-Za-z0-9]| ?[A-Za-z0-9]|[^，,。]{0,16}[使让令]")
_THERE_IS = re.compile(r"[也还另又曾更]?有")
_CITED = re.compile(r"援引|引述|转引|引用")
_WORDS = re.compile(r"\w")
_INVERTED_TAIL = re.compile(r"[^，,。;:!?\n\x01]{0,12}(?:[，,。:;!?\n]|\Z|\x01)")


@dataclass(slots=True)
class Candidate:
    """A cue with its source and its statement: a pair of marks, or a place where it begins."""

    shape: QuoteShape
    cue_start: int
    cue_end: int
    stance: str
    source: Source
    clause: int
    """Start of the clause that holds source and cue."""
    start: int
    end: int = -1
    pair: Pair | None = None
    unnamed: bool = False
    """True when no words before the cue name its source, and nothing like 还 or 并 joins it to another."""
    dropped: bool = False


class Reading:
    """The state of reading one document."""

    def __init__(self, lexicon: Lexicon, shapes: dict[str, QuoteShape], document: Document,
                 names: list[NameMention], article: str):  # fmt: skip
        self.lexicon = lexicon
        self.shapes = shapes
        self.document = document
        self.article = article
        self.original = document.article.text
        self.text = Text(document.folded, document.blocks, pairs(document.folded, document.blocks))
        self.masked = self.text.masked
        self.hits = lexicon.hits(document.folded)
        organizations = {n.start: n.end for n in names if n.kind == "organization"}
        for hit in self.hits:
            if hit.entry.kind in ("company", "medium") and not self._inside_word(hit):
                organizations.setdefault(hit.start, hit.end)
        chips = {document.folded[n.start : n.end] for n in names if n.kind != "organization"}
        self.register = Register(lexicon, self.original, document.folded, self.masked, organizations, chips)
        self.phrases = Phrases(lexicon, self.original, self.masked, self.register)
        self.claimed: set[int] = set()
        """Where the pairs of marks open that are somebody's statement already."""
        self.heard: list[tuple[int, Source]] = []
        """Who has been quoted so far, and where."""
        self.rejects: list[Reject] = []

    def _inside_word(self, hit: Hit) -> bool:
        folded = self.document.folded
        return folded[hit.start].isascii() and (_latin(folded, hit.start - 1) or _latin(folded, hit.end))

    def quotes(self) -> tuple[list[Quote], list[Reject]]:
        """All rows, sorted by the place of the statement."""
        self.register.introduce(self.hits)
        self.register.discover()
        turns = find_turns(self.text, self.lexicon, self.register) or find_speech(self.text)
        candidates = self._candidates({t.block for t in turns})
        self.register.locate()
        candidates = [c for c in candidates if self._resolve(c)]
        self._cut(candidates)
        rows = [row for c in candidates if not c.dropped and (row := self._row(c)) is not None]
        rows += self._turns(turns)
        rows += self._carried(rows)
        rows.sort(key=lambda r: (r.start, r.end, r.rule))
        return _distinct(rows), self.rejects

    # ------------------------------------------------------------------ cues and frames

    def _candidates(self, turns: set[int]) -> list[Candidate]:
        """Every cue and frame outside of marks, turns, tables and captions, read with its neighbours."""
        out: list[Candidate] = []
        taken = -1
        self.last_cue = -1
        folded = self.document.folded
        for hit in self.hits:
            entry = hit.entry
            if hit.start < taken or entry.cue is None and not entry.frames or self.masked[hit.start] != folded[hit.start]:
                continue
            block = self.text.block_at(hit.start)
            if not self._readable(block) or block.number in turns:
                continue
            frame = next((c for shape in entry.frames if (c := self._frame(shape, hit)) is not None), None)
            if frame is not None:
                taken = max(frame.start, frame.cue_end)
                self.last_cue = hit.start
                out.append(frame)
            elif entry.cue is not None:
                found = self._cue(hit, entry.cue, block.kind == "heading")
                if found:
                    self.last_cue = hit.start
                    out += found
        for c in out:
            if c.pair is not None:
                self.claimed.add(c.pair.start)
        return sorted(out, key=lambda c: (c.cue_start, c.start))

    def _readable(self, block: Block) -> bool:
        """True for running text; a caption is text when it holds a sentence (…。（来源：新浪）)."""
        if block.kind == "caption":
            return "。" in self.document.folded[block.start : block.end]
        return block.kind not in ("boilerplate", "row")

    def _frame(self, shape: QuoteShape, hit: Hit) -> Candidate | None:
        """A frame around an anchor: its source stands inside."""
        begin, end = self.text.sentence(hit.start)
        for found in shape.pattern.finditer(self.masked, begin, end):
            if found.start() <= hit.start < found.end():
                break
        else:
            return None
        cue_start, cue_end = found.span("cue")
        source: Source | None
        if "source" in shape.pattern.groupindex:
            start, stop = found.span("source")
            start = max(start, self._clause(stop, begin))
            if _CITED.search(self.masked, start, stop) and not shape.anchors[0].startswith("援引"):
                return None
            if not self.lexicon.nouns["document"].search(self.masked, start, stop):
                start, stop = self.phrases.bounds(start, stop)
            source = self.phrases.read(start, stop)
            if source is None or not source.sure:
                source = self._leading(start, stop) if shape.content == "colon" else source
        else:
            source = Source(cue_start, cue_end, "anonymous", self.original[cue_start:cue_end])
            bare = re.match("根?据", self.masked[cue_start:cue_end])
            if bare and cue_end - cue_start > bare.end():
                source.start += bare.end()
        if source is None or source.kind == "author" or not _fits(shape.sources, source):
            return None
        if not source.sure and not self.masked.startswith(("报道", "报导"), cue_start):
            return None
        start = found.end()
        if start >= end and self.masked[found.start() - 1 : found.start()] in ("，", ","):
            return Candidate(self.shapes["quote.postposed"], cue_start, cue_end, shape.stance, source, found.start(), begin, found.start() - 1)
        if not _WORDS.search(self.document.folded, start, self.text.block_at(start - 1).end):
            return None
        pair = self._whole(start)
        return Candidate(shape, cue_start, cue_end, shape.stance or "say", source, found.start(), start, pair=pair)

    def _whole(self, start: int) -> Pair | None:
        """The marks that open at ``start``, when they hold a statement and not a word of a sentence."""
        pair = self.text.opens.get(start)
        if pair is None:
            return None
        after = self.masked[pair.end : pair.end + 1]
        if after in ("", "。", "，", ",", ";", "!", "?", "\n", "\x01", ")", " ") or pair.spoken and after not in ("的", "、", "和", "等"):
            return pair
        return None

    def _cue(self, hit: Hit, cue: Cue, heading: bool) -> list[Candidate]:
        """What one cue attributes: a statement after it, one before it, or both."""
        before_cue = max(0, hit.start - 6)
        if self.masked.endswith(("的", *cue.not_after), before_cue, hit.start) or (
            cue.stance != "opinion" and self.masked.endswith(self.lexicon.negators, before_cue, hit.start)
        ):
            return []
        begin, end = self.text.sentence(hit.start)
        clause = self._clause(hit.start, begin)
        after = self._after(hit, cue, end)
        before = self._before(hit, clause)
        postposed = (
            after is None and before is None and clause - begin > 8 and not self.masked[hit.end : end].strip("。 \n")
            and self.masked[end : end + 4].lstrip()[:1] != "\x01"
        )  # fmt: skip
        if after is None and before is None and not postposed or heading and (after is None or after[2] is None):
            return []
        source = self._source(hit.start, begin, clause, cue)
        if source is None:
            if after is not None and after[0].id in ("quote.comma", "quote.colon", "quote.mark"):
                self._reject(hit, "no source stands before the cue; a noun for one belongs into sources.csv")
            return []
        if source.kind == "author":
            return []
        unnamed = source.kind == "none" and not _ADDITIVE.match(self.masked, clause, hit.end) and cue.stance in ("opinion", "forecast")
        at = (hit.start, hit.end, cue.stance, source, self._whole_clause(clause, begin))
        out = []
        if before is not None and source.kind != "none":
            self.claimed.add(before.start)
            out.append(Candidate(self.shapes["quote.inverted"], *at, before.start, pair=before))
        if postposed and source.kind != "none" and source.sure and cue.bare and source.link == "same_sentence":
            out.append(Candidate(self.shapes["quote.postposed"], *at, begin, clause - 1))
        if out and after is not None and after[2] is None and self.lexicon.endings["inverted"].match(self.masked, after[1]):
            after = None
        if after is not None and self._allowed(cue, after[0], source, after[1], clause, hit):
            shape, start, pair = after
            if pair is not None:
                self.claimed.add(pair.start)
            out.append(Candidate(shape, *at, start, pair=pair, unnamed=unnamed))
        return out

    def _after(self, hit: Hit, cue: Cue, end: int) -> tuple[QuoteShape, int, Pair | None] | None:
        """The shape that reads what follows a cue, where the statement begins, and its marks."""
        masked, shapes = self.masked, self.shapes
        limit = self.text.block_at(hit.start).end
        found = shapes["quote.mark"].pattern.match(masked, hit.end)
        if found:
            pair = self._whole(found.end())
            if pair is None and ":" in found[0]:
                pair = self.text.opens.get(found.end())
            if pair is not None:
                return shapes["quote.mark"], pair.start, pair
        if cue.form == "mark":
            return None
        order = ["quote.colon"] if cue.form == "colon" else ["quote.colon", "quote.comma"]
        if cue.object == "yes" or cue.object and self.lexicon.listener.match(masked, hit.end):
            order.append("quote.addressed")
        order.append("quote.topic")
        for name in order:
            found = shapes[name].pattern.match(masked, hit.end, limit)
            if found is None or found.end() >= limit or found.end() == hit.end:
                continue
            pair = self._whole(found.end())
            if name == "quote.addressed" and (masked.startswith(("了", "的", "，", ","), hit.end) or cue.form == "colon" and ":" not in found[0]):
                continue
            if name == "quote.topic" and not (
                found["did"] or found["noun"] or pair is not None and not (cue.bare and _CLAUSE.search(found[0][:-1]))
            ):
                continue
            return shapes[name], found.end(), pair
        if cue.bare and not (cue.not_before and cue.not_before.match(masked, hit.end)):
            found = shapes["quote.bare"].pattern.match(masked, hit.end, limit)
            if found and found.end() < end and masked[found.end()] not in "，,。;:!?、)的\x01”」":
                return shapes["quote.bare"], found.end(), None
        return None

    def _before(self, hit: Hit, clause: int) -> Pair | None:
        """The pair of marks right before the clause of a cue, when it is the statement."""
        masked = self.masked
        at = clause
        while at > 0 and masked[at - 1] in " ，,":
            at -= 1
        if at == 0 or masked[at - 1] != "\x01" and self.document.folded[at - 1] not in "”」\"":
            return None
        pair = self.text.pair_over(at - 1)
        if pair is None or pair.start in self.claimed or masked[pair.start - 1 : pair.start] == ":":
            return None
        if not pair.spoken and self.text.sentence(pair.start)[0] != pair.start:
            return None
        return pair if _INVERTED_TAIL.match(masked, hit.end) else None

    def _allowed(self, cue: Cue, shape: QuoteShape, source: Source, start: int, clause: int, hit: Hit) -> bool:
        """Whether a cue with this source may carry a statement in this shape."""
        if cue.word in ("显示", "表明", "揭示") and source.kind not in ("document", "none"):
            return False
        if not _fits(shape.sources, source):
            return False
        additive = bool(_ADDITIVE.match(self.masked, clause, hit.end))
        if source.kind == "none":
            return additive or source.sure and cue.stance != "forecast" or cue.stance in ("say", "disclose", "deny") and shape.id != "quote.bare" and clause < hit.start
        if source.link == "elided" and not additive and (
            cue.stance == "forecast" or shape.id == "quote.bare" and cue.stance not in ("say", "disclose", "deny")
        ):
            return False
        if not source.sure and (not cue.bare & {"person", "organization"} or source.link == "elided"):
            return False
        if shape.id == "quote.topic":
            return source.sure and (start in self.text.opens or self._clausal(start) and self.text.sentence(start)[1] - start > 6)
        if shape.id == "quote.addressed":
            return source.sure
        if shape.id == "quote.bare":
            return source.sure and _kind(source) in cue.bare and self._clausal(start) and (
                hit.end - hit.start > 1 or self.lexicon.words.is_word(self.masked, hit.start, hit.end)
            )
        return True

    def _clausal(self, start: int) -> bool:
        """True when what follows a cue at once is a clause, not its object (表示满意)."""
        words = self.masked[start : self.text.sentence(start)[1]].rstrip("。!? \n")
        return len(words) >= 4 and (len(words) > 12 or bool(_CLAUSE.search(words)))

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

    def _whole_clause(self, clause: int, begin: int) -> int:
        """The start of a clause with the adverbials before it: ``|而在发布会上，他进一步…``."""
        while clause - 1 > begin and self.masked[clause - 1] in "，,":
            previous = self._clause(clause - 1, begin)
            front = self.lexicon.front.match(self.masked, previous, clause - 1)
            if not (front and front.end() >= clause - 1 or self.lexicon.aside.match(self.masked, previous, clause - 1)):
                break
            clause = previous
        return clause

    def _source(self, cue: int, begin: int, clause: int, kind: Cue) -> Source | None:
        """The source of a cue: in its clause, in an earlier one of its sentence, or not named at all."""
        phrases = self.phrases
        start, stop = phrases.bounds(clause, cue)
        if start < stop:
            if _THERE_IS.fullmatch(self.masked, start, stop):  # 有分析认为
                return Source(start, cue + len(kind.word), "anonymous", self.original[cue : cue + len(kind.word)])
            source = phrases.read(start, stop)
            return source if source is not None and source.sure else self._leading(start, cue) or source
        half = self.masked.rfind(";", begin, clause) + 1
        if self.last_cue >= (half or begin):
            return Source(clause, clause, "none")  # who is quoted in this sentence already
        at = clause
        for _ in range(4):
            if at - 1 <= begin or self.masked[at - 1] == "\x01":
                break
            previous = self._clause(at - 1, begin)
            if self.lexicon.aside.match(self.masked, previous, at - 1):
                at = previous
                continue
            start, stop = phrases.bounds(previous, at - 1)
            if start < stop:
                source = self._leading(start, at - 1)
                if source is None and stop - start <= 40:
                    source = phrases.read(start, stop)
                    if source is not None and (not source.sure or source.kind in ("document", "anonymous") and stop < at - 1):
                        source = None
                if source is not None:
                    if source.kind != "author" and self.masked[source.end : at - 1].strip():
                        source.link = "elided"
                    return source
            at = previous
        return Source(clause, clause, "none", sure=False)

    def _leading(self, start: int, stop: int) -> Source | None:
        """The subject at the head of a clause whose verbs nobody reads: ``他在评论区写下…``."""
        masked = self.masked
        found = _HEAD_PRONOUN.match(masked, start, stop)
        if found and len(found[1]) > 2:
            titled = self._noun(start, stop)
            if titled is not None and titled.kind == "person":
                return titled
        if found:
            return Source(start, found.end(), "he" if len(found[1]) == 1 else "they")
        found = _HANDLE.match(masked, start, stop)
        if found:
            return self.phrases.read(start, found.end())
        found = _HEAD_SOMEONE.match(masked, start, stop)
        if found:
            return Source(start, found.end(), "anonymous", self.original[start : found.end()])
        named = self.register.named_at(start, stop)
        if named is not None and not _NO_SUBJECT.match(masked, named[0], stop):
            source = self._noun(start, stop)
            if source is not None and source.end > named[0] and source.kind != "organization":
                return source
            return Source(start, named[0], named[1].kind, named[1].name, entity=named[1])
        return self._noun(start, stop)

    def _noun(self, start: int, stop: int) -> Source | None:
        """A source at the head of a clause that ends with a title and name, or with a noun for sources."""
        for found in self.lexicon.titles.finditer(self.masked, start, min(stop, start + 40)):
            name = self.register.name_after(found.end())
            if name is not None and name[1] <= stop:
                source = self.phrases.read(start, name[1])
                return source if source is not None and source.sure else None
        for found in self.lexicon.source_nouns.finditer(self.masked, start, min(stop, start + 32)):
            if not AFTER_NAME.match(self.masked, found.end()) or self.masked.startswith(("的", "、"), found.end()):
                continue
            source = self.phrases.read(start, found.end())
            if source is not None and source.sure and source.kind != "organization":
                return source
        return None

    # ------------------------------------------------------------------ resolving

    def _resolve(self, c: Candidate) -> bool:
        """Give a candidate its speaker; False when nobody can be meant."""
        source = c.source
        since = self._since(c.cue_start)
        if source.kind in ("he", "they", "role"):
            self._refer(source, since)
        elif source.kind == "none":
            last = next(((at, s) for at, s in reversed(self.heard) if at >= since), None)
            if last is None:
                return False
            for name in ("start", "end", "kind", "name", "title", "organization", "entity"):
                setattr(source, name, getattr(last[1], name))
            source.link = "elided"
        if source.entity is not None:
            source.name = source.entity.name
        self.heard.append((c.cue_start, source))
        return True

    def _refer(self, source: Source, since: int) -> None:
        """Resolve a pronoun or a lone title to who was last heard or named; else leave it as it is."""
        register = self.register
        kind = "organization" if source.kind == "they" else "person"
        kinds = ("organization",) if source.kind == "they" else ("person", "anonymous")
        heard = [(at, s) for at, s in self.heard if at < source.start and (s.kind == kind or kind == "person" and s.human)]
        meant: Entity | Source | None = None
        if source.kind == "role":
            titled = [s for _, s in heard if source.title in s.title or s.entity and any(source.title in t for t in s.entity.titles)]
            named = [e for _, _, e in register.mentions if e.kind == "person" and any(source.title in t for t in e.titles)]
            meant = titled[-1] if titled else named[-1] if named else None
            if meant is None and self.masked[source.start : source.start + 1] in "该这":
                meant = heard[-1][1] if heard and heard[-1][0] >= since else None
        else:
            spoke = heard[-1] if heard and heard[-1][0] >= since else None
            named_last = register.last_named(source.start, since, kinds)
            if spoke and (named_last is None or spoke[0] >= named_last[0]):
                meant = spoke[1]
            elif named_last:
                meant = named_last[1]
            else:
                any_named = register.last_named(source.start, since, kinds, subject=False)
                meant = any_named[1] if any_named else register.main(kind)
        source.link = "pronoun" if meant is not None else "none"
        if isinstance(meant, Source):
            source.kind, source.name, source.entity = meant.kind, meant.name, meant.entity
            source.title, source.organization = meant.title, meant.organization
        elif meant is not None:
            source.kind, source.name, source.entity = meant.kind, meant.name, meant
        else:
            source.kind = kind

    def _since(self, position: int) -> int:
        """Start of the paragraph before the one of ``position``."""
        blocks = self.document.blocks
        number = self.text.block_at(position).number - 1
        while number > 0 and blocks[number].kind in ("caption", "boilerplate", "row"):
            number -= 1
        return blocks[max(0, number)].start

    # ------------------------------------------------------------------ ends

    def _cut(self, candidates: list[Candidate]) -> None:
        """Fix where statements without marks end, and drop those that stand inside another one."""
        for index, c in enumerate(candidates):
            if c.dropped or c.pair is not None:
                continue
            if c.shape.id == "quote.postposed":
                c.start, c.end = self.text.trim(c.start, c.end)
                continue
            endings = self._endings(c)
            limit = self.text.unmarked(c.start, self.text.sentence(c.start)[1], endings)[1] + 1
            for other in candidates[index + 1 :]:
                if other.clause >= limit:
                    break
                if other.dropped or other.cue_start <= c.cue_start or other.pair is not None and other.pair.end <= c.start:
                    continue
                if other.clause <= c.start and c.stance == "report" and other.source.link != "elided" and not other.shape.anchors:
                    c.dropped = True
                    break
                if self._sibling(c, other):
                    limit = min(limit, max(other.clause, c.start))
                    break
                other.dropped = True
            if not c.dropped:
                c.start, c.end = self.text.unmarked(c.start, limit, endings)

    def _endings(self, c: Candidate) -> list[re.Pattern[str]]:
        endings = self.lexicon.endings
        out = [endings["any"]]
        if c.shape.content != "colon":
            out.append(endings["plain"])
        if c.shape.id == "quote.bare":
            out.append(endings["bare"])
        if self.masked.startswith("当", c.clause):
            out.append(endings["when"])
        if _CONCEDED.match(self.masked, c.clause):
            out.append(endings["conceded"])
        return out

    def _sibling(self, c: Candidate, other: Candidate) -> bool:
        """True when ``other`` is a statement beside ``c``, not inside it: ``，并称…``, ``；B则表示…``."""
        if other.clause <= c.start or c.start <= other.source.start < other.clause or other.unnamed:
            return False
        if _CONCEDED.match(self.masked, self._clause(other.clause - 1, c.start)):
            return False
        if self.masked[other.clause - 1] == ";" or other.source.link == "elided" or c.shape.id == "quote.bare":
            return True
        lead = self.masked[other.clause : other.cue_start]
        return bool(_JOINS.match(lead) or _THEN.search(lead))

    # ------------------------------------------------------------------ rows

    def _row(self, c: Candidate) -> Quote | None:
        if c.pair is not None:
            start, end = self.text.trim(c.pair.inner, c.pair.inner_end)
            kind = "direct"
        else:
            start, end, kind = c.start, c.end, "indirect"
            inside = self.text.pairs_between(start, end)
            if inside and inside[-1].spoken and inside[-1].end >= end and self._apart(inside[-1], start):
                start, end = self.text.trim(start, inside.pop().start)
            if inside:
                kind = "mixed"
                self.claimed.update(p.start for p in inside)
        if end - start < 2 or not _WORDS.search(self.document.folded, start, end):
            return None
        return self._quote(c.source, c.shape, kind, c.stance, (c.cue_start, c.cue_end), start, end)

    def _apart(self, pair: Pair, start: int) -> bool:
        """True when marks at the end of an unmarked statement hold one of their own: ``…。”`` or ``:“…”``."""
        folded = self.document.folded
        before = folded[start : pair.start].rstrip()[-1:]
        return before == ":" or before in "，,。" and folded[pair.inner_end - 1] in "。!?" and folded[pair.inner] not in "而但且所因就也"

    def _quote(self, source: Source, shape: QuoteShape, kind: str, stance: str, cue: tuple[int, int], start: int, end: int) -> Quote:
        text, entity = self.original, source.entity
        title = source.title or (entity.titles[0] if entity and entity.titles else "")
        organization = source.organization or (entity.organizations[0] if entity and entity.organizations else "")
        if not organization and (title and source.kind == "person" and not self.lexicon.callings.search(title) or source.kind == "document" and self.lexicon.company_papers.search(source.name)):
            organization = self._context(source.start)
        words = text[source.start : source.end]
        return Quote(
            article=self.article, sentence=self._number(start), speaker=source.name or words,
            speaker_type=source.kind, title=title, organization=organization,
            speaker_text=words, speaker_start=source.start, speaker_end=source.end,
            cue=text[cue[0] : cue[1]], cue_start=cue[0], cue_end=cue[1],
            kind=kind, stance=stance, content=text[start:end], start=start, end=end,
            link=source.link, confidence=shape.confidence, rule=shape.id,
        )  # fmt: skip

    def _context(self, position: int) -> str:
        """The organisation whose CEO is meant where the text says only CEO: the one that the document is
        about, or else the last one that its paragraph was about."""
        register = self.register
        named = register.last_named(position, self._since(position), ("organization",)) or register.last_named(
            position, self._since(position), ("organization",), subject=False
        )
        entity = register.main("organization") or (named[1] if named else None)
        return entity.name if entity and entity.name not in self.lexicon.whole["place"] else ""

    def _number(self, position: int) -> int:
        if not hasattr(self, "_sentence_starts"):
            self._sentence_starts = [s.start for s in self.document.sentences]
        index = bisect_right(self._sentence_starts, position) - 1
        return self.document.sentences[max(0, index)].number if self._sentence_starts else 0

    def _turns(self, turns: list[Turn]) -> list[Quote]:
        """The answers of an interview; the questions are nobody's statement."""
        out = []
        for turn in turns:
            if not turn.answer:
                continue
            source = None if turn.generic else self.phrases.read(turn.label_start, turn.label_end)
            if source is None or source.kind not in ("person", "anonymous"):
                label = self.document.folded[turn.label_start : turn.label_end].strip(" *")
                entity = self.register.main("person") if turn.generic else self.register.called(label)
                name = self.original[turn.label_start : turn.label_end].strip(" *")
                source = Source(turn.label_start, turn.label_end, "person", entity.name if entity else name, entity=entity)
                source.link = "heading" if entity else "same_sentence" if not turn.generic else "none"
            elif source.entity is not None:
                source.name = source.entity.name
            if turn.generic and source.entity is None:
                continue  # the answers are nobody's: the author asks and answers
            start, end = self.text.trim(turn.start, turn.end)
            pair = self.text.opens.get(start)
            if pair is not None and pair.end >= end:
                start, end = self.text.trim(pair.inner, pair.inner_end)
            if _WORDS.search(self.document.folded, start, end):
                out.append(self._quote(source, self.shapes["quote.turn"], "direct", "say", (turn.colon, turn.colon + 1), start, end))
                self.claimed.update(p.start for p in self.text.pairs_between(turn.start, turn.end))
        return out

    def _carried(self, rows: list[Quote]) -> list[Quote]:
        """Marks without a cue of their own: the speech of whoever is speaking.

        After a colon it is the subject of that sentence (段长川至今耿耿于怀：“…”); at the head of a sentence, who
        stands right behind the marks, or who spoke last in this or the previous paragraph.
        """
        out = []
        speakers = sorted((r.cue_start or 0, r.start, r.end, r) for r in rows if r.speaker_type in ("person", "anonymous", "organization"))
        for pair in self.text.pairs:
            block = self.text.block_at(pair.start)
            if pair.start in self.claimed or block.kind == "heading" or not self._readable(block) or any(r[1] <= pair.start < r[2] for r in speakers):
                continue
            source = self._carrier(pair, speakers)
            start, end = self.text.trim(pair.inner, pair.inner_end)
            if source is None or source.kind == "author" or end - start < 4:
                continue
            if source.kind in ("he", "they", "role"):
                self._refer(source, self._since(pair.start))
            if source.entity is not None:
                source.name = source.entity.name
            row = self._quote(source, self.shapes["quote.carried"], "direct", "say", (source.start, source.end), start, end)
            out.append(replace(row, cue="", cue_start=None, cue_end=None))
            speakers.append((pair.start, start, end, out[-1]))
        return out

    def _carrier(self, pair: Pair, speakers: list[tuple[int, int, int, Quote]]) -> Source | None:
        """Who says what stands in marks that no cue claims."""
        masked, folded = self.masked, self.document.folded
        at = pair.start
        while at > 0 and masked[at - 1] in " *":
            at -= 1
        lead = masked[at - 1] if at else "\n"
        begin = self.text.sentence(pair.start)[0]
        inner = folded[pair.inner : pair.inner_end].rstrip("”」』’\" ")
        ended = inner[-1:] in ("。", "!", "?", "…") or masked.startswith(("。", "!"), pair.end)
        if lead == ":" and pair.spoken:
            return self._subject_of(begin, at - 1)
        if begin == pair.start or lead in "\n。!?\x01":
            if not ended and not masked.startswith(("，", ","), pair.end) or len(self.masked[pair.start:pair.end]) < 8:
                return None
            behind = self.text.sentence(pair.end)
            if pair.end < behind[1] and not masked.startswith("\n", pair.end):
                named = self.register.named_at(*self.phrases.bounds(pair.end, behind[1])) if masked[pair.end] not in "，," else None
                if named is not None and named[1].kind == "person":
                    return Source(named[0] - 1, named[0], "person", named[1].name, entity=named[1])
            return self._last_speaker(pair, speakers)
        if lead in "，," and ended and pair.spoken:
            start, stop = self.phrases.bounds(begin, at - 1)
            return self._subject_of(begin, at - 1) if start < stop else self._last_speaker(pair, speakers)
        return None

    def _subject_of(self, begin: int, end: int) -> Source | None:
        """The person or organisation that a sentence so far is about, the nearest clause first."""
        at = end
        for _ in range(4):
            clause = self._clause(at, begin)
            start, _ = self.phrases.bounds(clause, at)
            source = self._leading(start, at) if start < at else None
            if source is not None and source.kind != "document":
                return source
            if clause <= begin:
                return None
            at = clause - 1
        return None

    def _last_speaker(self, pair: Pair, speakers: list[tuple[int, int, int, Quote]]) -> Source | None:
        since = self._since(pair.start)
        before = [r for r in speakers if since <= r[1] < pair.start]
        if not before:
            return None
        row = max(before, key=lambda r: r[1])[3]
        entity = self.register.people.get(self._folded_name(row))
        return Source(row.speaker_start or 0, row.speaker_end or 0, row.speaker_type, row.speaker, row.title, row.organization, entity, "elided")

    def _folded_name(self, row: Quote) -> str:
        return self.document.folded[row.speaker_start : row.speaker_end]

    def _reject(self, hit: Hit, reason: str) -> None:
        words = self.original[hit.start : hit.end]
        self.rejects.append(Reject(self.article, "", "attribute", reason, words, hit.start, hit.end, "cues.csv"))


def _kind(source: Source) -> str:
    """The speaker type of a source that may still have to be resolved."""
    return {"he": "person", "they": "organization", "role": "person"}.get(source.kind, source.kind)


def _fits(kinds: frozenset[str], source: Source) -> bool:
    return not kinds or _kind(source) in kinds


def _latin(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def _distinct(rows: list[Quote]) -> list[Quote]:
    """One row for a span: that of the first rule."""
    out: list[Quote] = []
    for row in rows:
        if not out or (out[-1].start, out[-1].end) != (row.start, row.end):
            out.append(row)
    return out
