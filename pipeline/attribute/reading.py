"""One document: which cues carry a statement, whose, and from where to where.

In: the compiled rules, a document, its names. Out: the rows of table ``quotes``. The order of work:
find the words of the lexicon in one pass; take up everybody who is introduced; read interview turns;
read frames (据X报道) and cues with the words on their left and right; resolve pronouns and elided
subjects in text order; cut statements where the next one begins; give what is left in quote marks to
the one who is speaking.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from functools import cached_property

from pipeline.attribute.content import FARTHEST, Text, paragraphs
from pipeline.attribute.cues import ASIDE, BARE, WORDS, Candidate, CueReader
from pipeline.attribute.lexicon import Hit, Lexicon, simple
from pipeline.attribute.marks import Pair, pairs
from pipeline.attribute.names import LATIN_NAME, latin
from pipeline.attribute.register import Register
from pipeline.attribute.resolve import Resolver
from pipeline.attribute.shapes import QuoteShape
from pipeline.attribute.sources import Phrases, Source
from pipeline.attribute.turns import Turn, find_turns
from pipeline.document.dates import Dates
from pipeline.model import Block, Document, NameMention, Quote, Reject

_SPEAKERS = ("person", "anonymous", "organization")
_SHORTEST_CARRIED = 8
"""How long marks without a cue must be, with the marks, to be speech."""
_MARKED_OFTEN = 4
"""How often a document marks a word that is a name."""
_NAME_IN_MARKS = re.compile(r"[A-Za-z][A-Za-z0-9.\-+ ]{0,23}")
"""A Latin name: its marks are no quotation."""
_COMMA = re.compile("[，,]")
_LABELLED = re.compile(
    r"(?:[\n。!?”」](?:(?<=\n)[ \-*•·>]*)?|^[ \-*•·>]*)(?P<label>[A-Z][A-Za-z.\-]+(?: [A-Z][A-Za-z.\-]+){0,2}|[\u4e00-\u9fff·]{1,9}) ?: ?(?=\S)"
)
"""A name with a colon where a sentence begins."""
_QUOTED = re.compile(r">[> ]*")
"""How a line of a block quote begins."""
_SIGNED = re.compile(r"[> ]*(?P<dash>[—–-]{1,2}) *[^，,。;:!?()\n]{2,30}(?=[，,(\n]|\Z)(?<! )")
"""A line that says who said what stands above it: ``—— 孟繁昭，星澜董事长``."""
_LONGEST_QUESTION = 120
_UNRESOLVED = 0.65
"""Factor of confidence for a pronoun whose person was not found."""


class Reading:
    """The state of reading one document."""

    def __init__(self, lexicon: Lexicon, shapes: dict[str, QuoteShape], dates: Dates,
                 document: Document, names: list[NameMention], article: str):  # fmt: skip
        self.lexicon = lexicon
        self.dates = dates
        self.shapes = shapes
        self.document = document
        self.article = article
        self.original = document.article.text
        folded = document.folded
        blocks = paragraphs(folded, document.blocks)
        self.text = Text(folded, blocks, pairs(folded, blocks))
        self.hits = lexicon.hits(folded)
        organizations = {n.start: n.end for n in names if n.kind == "organization"}
        for hit in self.hits:
            inside = folded[hit.start].isascii() and (
                latin(folded, hit.start - 1) or latin(folded, hit.end)
            )
            if hit.entry.kind in ("company", "medium") and not inside:
                organizations[hit.start] = max(hit.end, organizations.get(hit.start, 0))
        for start, end in organizations.items():
            longer = lexicon.company_end.match(folded, end)
            if longer:
                organizations[start] = longer.end()  # 中信建投|证券
        chips = {folded[n.start : n.end] for n in names if n.kind != "organization"}
        self.register = Register(lexicon, self.original, self.text, organizations, chips)
        self.phrases = Phrases(lexicon, self.original, self.text, self.register)
        self.cues = CueReader(lexicon, shapes, self.text, self.original, self.phrases)
        self.resolver = Resolver(self.text, self.register, self.phrases)

    def quotes(self) -> tuple[list[Quote], list[Reject]]:
        """All rows, sorted by the place of the statement, and the cues without a source."""
        self.register.introduce(self.hits)
        self.register.discover()
        turns = find_turns(self.text, self.lexicon, self.register)
        for turn in turns:
            label = self.text.folded[turn.label_start : turn.label_end].strip()
            if self.lexicon.name.fullmatch(label) and self.register.called(label) is None:
                self.register.person(turn.label_start, turn.label_start + len(label))
        candidates = self.cues.candidates(self.hits, {t.block for t in turns})
        self.register.locate()
        candidates = [c for c in candidates if self.resolver.resolve(c.source, c.cue_start)]
        self._cut(candidates)
        rows = [row for c in candidates if not c.dropped and (row := self._row(c)) is not None]
        rows += self._turns(turns)
        rows += [] if turns else self._labels(rows)
        rows += self._signatures()
        rows += self._carried(rows)
        rows.sort(key=lambda r: (r.start, r.end, r.rule))
        return _distinct(rows), [self._reject(hit) for hit in self.cues.unsourced]

    # ------------------------------------------------------------------ ends

    def _cut(self, candidates: list[Candidate]) -> None:
        """Fix where statements without marks end, and drop those that stand inside another one."""
        for index, c in enumerate(candidates):
            if c.dropped or c.pair is not None:
                continue
            if c.shape.id == "quote.postposed":
                c.start, c.end = self.text.trim(c.start, c.end)
                continue
            limit = self.text.reach(c.start, self._endings(c))
            limit = self._own_deeds(c, limit)
            if c.shape.content == "colon":
                limit = self.text.questions(limit)
            if c.stance == "ask" and c.shape.id in BARE:
                limit = self._answered(c.start, limit)
            for later in range(index + 1, len(candidates)):
                other = candidates[later]
                if other.clause >= limit:
                    break
                behind = other.pair is not None and other.pair.end <= c.start
                if other.dropped or behind or other.cue_start <= c.cue_start:
                    continue
                reports = other.source.link != "elided" and (
                    self._passes_on(c) or self._speaks_inside(c, other) or self._rests_on(c, other)
                )
                bare = c.shape.id in BARE
                aside = bare and not self._says_much(c.start, other.clause)
                if aside and (not reports or other.stance == "evidence"):
                    other.dropped = True  # 报道称在新版中，证据表明…
                    continue
                if reports and not bare and not self._says_much(c.start, other.clause):
                    # 据A报道，B表示
                    c.dropped = True
                    break
                if reports or self._beside(c, other) or self._opens_marks(c, other):
                    limit = min(limit, max(other.clause, c.start))
                    break
                other.dropped = True
            if not c.dropped:
                c.start, c.end = self.text.trim(c.start, limit)

    def _own_deeds(self, c: Candidate, limit: int) -> int:
        """The end of a statement behind which the author tells what its source does: ``不会减产，|同时三星降价``."""
        name = self.text.masked[c.source.start : c.source.end]
        joined = self.lexicon.role["meanwhile"].finditer(
            self.text.masked, c.start, min(limit, c.start + FARTHEST)
        )
        return next(
            (m.start() for m in joined if self.text.masked.startswith(name, m.end())), limit
        )

    def _answered(self, start: int, end: int) -> int:
        """The end of an indirect question: where somebody else acts (有人问为什么，|他只回了一个表情)."""
        for comma in _COMMA.finditer(self.text.masked, start, min(end, start + _LONGEST_QUESTION)):
            if self.phrases.leading(comma.end(), end) is not None:
                return comma.start()
        return end

    def _endings(self, c: Candidate) -> list[re.Pattern[str]]:
        """What cuts the statement of a candidate short."""
        endings, conceded = self.lexicon.endings, self.lexicon.role["conceded"]
        conditions = {
            "any": True,
            "plain": ":" not in self.text.folded[c.cue_end : c.start],
            "bare": c.shape.id in BARE,
            "impersonal": c.source.kind in ("organization", "document"),
            "heard": c.stance == "report" or c.source.kind == "anonymous",
            "unsourced": self.lexicon.role["hearsay"].match(self.text.masked, c.cue_start)
            is not None,
            "when": self.lexicon.role["when"].match(self.text.masked, c.clause) is not None
            or self.text.masked[c.source.end : c.cue_start].strip() == "在",
            "conceded": any(
                conceded.match(self.text.masked, at)
                for at in (c.clause, self.text.clause(c.cue_start, c.clause))
            ),
        }
        return [endings[when] for when, holds in conditions.items() if holds]

    def _beside(self, c: Candidate, other: Candidate) -> bool:
        """True when ``other`` is a statement beside ``c``, not inside it: ``，并称…``, ``；B则表示…``."""
        masked, role = self.text.masked, self.lexicon.role
        if other.clause <= c.start or other.unnamed:
            return False
        if role["conceded"].match(masked, self.text.clause(other.clause - 1, c.start)):
            return False
        named = other.source.link == "same_sentence" and other.source.name == c.source.name
        if named and self._says_much(c.start, other.clause):
            return True  # 英伟达表示，A，而英伟达认为B
        elided = other.source.link == "elided" and other.source.start < c.start
        elided |= other.source.link == "pronoun" and other.source.name == c.source.name
        if masked[other.clause - 1] == ";" or elided or c.shape.id in BARE:
            return True
        if c.source.kind == "document" and self._named_beside(other):
            return True  # 根据该机构的数据，…，公司总裁孟繁昭说，…
        joined = role["joins"].match(masked, other.clause, other.cue_start)
        return bool(joined or role["contrast"].search(masked, other.clause, other.cue_start))

    def _named_beside(self, other: Candidate) -> bool:
        """True for a person with an office or a name, who speaks for himself behind what a paper says."""
        source = other.source
        return source.kind == "person" and source.sure and source.link == "same_sentence"

    def _speaks_inside(self, c: Candidate, other: Candidate) -> bool:
        """True for somebody else's words in marks behind a colon: ``他告诉记者，导师曾对他讲：“…”``."""
        marked = other.pair is not None and self.text.folded[other.pair.start - 1] == ":"
        return marked and other.source.kind != "none" and other.source.name != c.source.name

    def _passes_on(self, c: Candidate) -> bool:
        """True for a medium or hearsay, in whose statement another one may begin: ``据A报道，B表示``."""
        cited = c.shape.id.startswith("quote.cited")  # 据A援引知情人士透露，B预计
        return cited or self.lexicon.role["learns"].match(self.text.masked, c.cue_start) is not None

    def _rests_on(self, c: Candidate, other: Candidate) -> bool:
        """True for a paper that somebody rests what he says on: ``根据测试结果，该公司宣称…``."""
        speaks = other.source.kind in ("person", "organization") and other.source.sure
        at_once = not self._says_much(c.start, other.clause)
        cited = c.shape.id in ("quote.document", "quote.according")
        return cited and speaks and at_once and other.stance == "say"

    def _says_much(self, start: int, end: int) -> bool:
        """True when something is said between the two: more than where, when and about what."""
        masked, adverbials = self.text.masked, self.lexicon.adverbials
        while start < end:
            comma = _COMMA.search(masked, start, end)
            stop = comma.start() if comma else end
            front = adverbials.front.match(masked, start, stop)
            placed = front.end() if front else start
            where = self.lexicon.role["placed"].match(masked, start, stop)
            aside = where and masked[start:stop].endswith(ASIDE)
            if not aside and not adverbials.aside.match(masked, start, stop) and placed < stop:
                return True
            start = comma.end() if comma else end
        return False

    def _opens_marks(self, c: Candidate, other: Candidate) -> bool:
        """True for a statement of the same speaker in marks behind a colon: the one around it ends there."""
        same = other.source.name == c.source.name
        return same and other.pair is not None and self.text.folded[other.pair.start - 1] == ":"

    # ------------------------------------------------------------------ rows

    def _row(self, c: Candidate) -> Quote | None:
        """The row of a candidate; None when nothing is left of its statement."""
        if c.pair is not None:
            start, end = self.text.trim(c.pair.inner, c.pair.inner_end)
            kind = "direct"
        else:
            start, end, kind = c.start, c.end, "indirect"
            inside = self.text.pairs_between(start, end)
            if (
                inside
                and inside[-1].spoken
                and inside[-1].end >= end
                and self._apart(inside[-1], start)
            ):
                start, end = self.text.trim(start, inside.pop().start)
            if inside:
                names = all(map(self._names, inside))
                kind = "indirect" if names else "mixed"
                self.cues.claimed.update(p.start for p in inside)
        end = self._link_end(start, end)
        if end - start < 2 or not WORDS.search(self.text.folded, start, end):
            return None
        cue = c.cue_start, c.cue_end
        return self._quote(c.source, c.shape, kind, c.stance, cue, start, end, self._date(c))

    def _names(self, pair: Pair) -> bool:
        """True for marks around a name: a Latin one, that of a chip, or a short one that the document
        marks again and again."""
        folded, places = self.text.folded, self.register.places
        name = folded[pair.inner : pair.inner_end]
        often = len(name) <= _SHORTEST_CARRIED and (
            folded.count(folded[pair.start : pair.end]) >= _MARKED_OFTEN
        )
        latin_name = _NAME_IN_MARKS.fullmatch(name)
        chip = name in places.chips and name[-1:].isdecimal()  # 天玑9000
        return latin_name is not None or chip or (often and name.isalnum())

    def _date(self, c: Candidate) -> str:
        """When it was said: the last date beside source and cue, outside of both statement and source."""
        published = self.document.article.published
        found = self.dates.find(self.text.masked, published, c.clause, c.cue_start)
        named = [d for d in found if d.earliest and not c.source.start <= d.start < c.source.end]
        if not named:
            return ""
        first, last = named[-1].earliest, named[-1].latest
        return first if first == last else f"{first}/{last}"

    def _link_end(self, start: int, end: int) -> int:
        """The end of a statement that a link of Markdown ends: with its address."""
        text = self.original
        if text[start:end].count("[") > text[start:end].count("]") and text.startswith("](", end):
            return text.find(")", end) + 1 or end
        return end

    def _apart(self, pair: Pair, start: int) -> bool:
        """True when marks at the end of an unmarked statement hold one of their own: ``…。”`` or ``:“…”``."""
        folded = self.text.folded
        before = folded[start : pair.start].rstrip()[-1:]
        if before == ":":
            return True
        ended = before in ("，", ",", "。") and folded[pair.inner_end - 1] in "。!?"
        if self.lexicon.role["leads_on"].fullmatch(folded, start, pair.start):
            return False  # 预警，由于成本考量，“…。”
        return ended and not self.lexicon.role["goes_on"].match(folded, pair.inner)

    def _quote(self, source: Source, shape: QuoteShape, kind: str, stance: str, cue: tuple[int, int] | None,
               start: int, end: int, date: str = "") -> Quote:  # fmt: skip
        original, entity = self.original, source.entity
        title = source.title or (entity.titles[0] if entity and entity.titles else "")
        organization = source.organization or (entity.place(title) if entity else "")
        if not organization and self._of_company(source, title):
            organization = self._context(source.start)
        begin = max(source.start, source.head)
        words = original[begin : source.end]
        cue_start, cue_end = cue or (None, None)
        confidence = shape.confidence * (_UNRESOLVED if source.link == "none" else 1)
        return Quote(
            article=self.article, sentence=self._number(start), speaker=_one_line(source.name or words),
            speaker_type=source.kind, title=_one_line(title), organization=_one_line(organization),
            speaker_text=words, speaker_start=begin, speaker_end=source.end,
            cue=original[slice(*cue)] if cue else "", cue_start=cue_start, cue_end=cue_end,
            kind=kind, stance=stance, date=date, content=original[start:end], start=start, end=end,
            link=source.link, confidence=round(confidence, 2), rule=shape.id,
        )  # fmt: skip

    def _of_company(self, source: Source, title: str) -> bool:
        """True when a source belongs to a company even where its words do not say so: CEO, 财报."""
        if source.kind == "document":
            name = simple(source.name)
            return bool(
                self.lexicon.nouns["paper"].search(name) or self.lexicon.role["own"].match(name)
            )
        return (
            bool(title)
            and source.kind == "person"
            and not self.lexicon.callings.search(simple(title))
        )

    def _context(self, position: int) -> str:
        """The organisation whose CEO is meant where the text says only CEO: the one that labels its
        paragraph, that the document is about, or else that the paragraph was about last."""
        register, since = self.register, self.text.paragraph_before(position)
        kinds = ("organization",)
        clause = self.text.clause(position, since)
        roles = self.lexicon.role["points_back"], self.lexicon.role["they"]
        back = any(role.match(self.text.masked, clause, position) for role in roles)
        entity = None
        if not back:  # 该机构|副总经理孟繁昭, 公司|创始人孟繁昭: of whoever was named before
            entity = register.label(self.text.block_at(position)) or register.main("organization")
        if entity is None:
            named = register.last_named(position, since, kinds) or register.last_named(
                position, since, kinds, False
            )
            entity = named[1] if named else None
        return (
            entity.name if entity and simple(entity.name) not in self.lexicon.whole["place"] else ""
        )

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [s.start for s in self.document.sentences]

    def _number(self, position: int) -> int:
        index = bisect_right(self._sentence_starts, position) - 1
        return self.document.sentences[max(0, index)].number if self._sentence_starts else 0

    def _reject(self, hit: Hit) -> Reject:
        reason = "no source stands before the cue; a noun for one belongs into sources.csv"
        words = self.original[hit.start : hit.end]
        return Reject(self.article, "", "attribute", reason, words, hit.start, hit.end, "cues.csv")

    # ------------------------------------------------------------------ interviews

    def _turns(self, turns: list[Turn]) -> list[Quote]:
        """The answers of an interview; the questions are nobody's statement."""
        text, folded = self.text, self.text.folded
        answers = [(turn, self._answers(turn)) for turn in turns if turn.answer]
        known = {
            s.entity.name: s.entity for _, s in answers if s.entity is not None and s.entity.titles
        }
        out = []
        for turn, source in answers:
            label = self.text.folded[turn.label_start : turn.label_end].strip(" *")
            nickname = self.lexicon.address.fullmatch(label) and not turn.generic
            if source.entity is None and len(known) == 1 and not nickname:
                source.entity = next(iter(known.values()))  # one person answers, whatever the label
                source.name, source.link = source.entity.name, "heading"
            if turn.generic and (source.entity is None or not source.entity.titles):
                continue  # the answers are nobody's: the author asks and answers
            start, end = text.trim(turn.start, turn.end)
            pair = text.opens.get(start)
            if pair is not None and pair.end >= end:
                start, end = text.trim(pair.inner, pair.inner_end)
            if WORDS.search(folded, start, end):
                colon = turn.colon, turn.colon + 1
                out.append(
                    self._quote(
                        source, self.shapes["quote.turn"], "direct", "say", colon, start, end
                    )
                )
                self.cues.claimed.update(p.start for p in text.pairs_between(turn.start, turn.end))
        return out

    def _labels(self, rows: list[Quote]) -> list[Quote]:
        """What stands behind a name and a colon in running text: 孟繁昭登台。孟繁昭：大家好。"""
        text, register, out = self.text, self.register, []
        taken = {row.start for row in rows}
        for found in _LABELLED.finditer(text.masked):
            label, at = found["label"].strip(" *"), found.start("label")
            block = text.block_at(at)
            entity = register.people.get(label) or register.called(label)
            pair = text.opens.get(found.end())
            latin = pair is not None and " " in label and LATIN_NAME.fullmatch(label) is not None
            known = entity is not None and entity.kind == "person" and bool(entity.titles)
            if not (known or latin) or block.kind not in ("paragraph", "item"):
                continue
            if label in register.groups or at in register.places.spans:
                continue
            end = text.sentence(found.end())[1] if pair is None else pair.inner_end
            start, end = text.trim(found.end() if pair is None else pair.inner, end)
            if start in taken or end - start < 4 or not WORDS.search(text.folded, start, end):
                continue
            source = Source(at, at + len(label), "person", label, entity=entity)
            if entity is not None:
                source.name = entity.name
            colon = found.end() - 1, found.end()
            out.append(
                self._quote(source, self.shapes["quote.turn"], "direct", "say", colon, start, end)
            )
            if pair is not None:
                self.cues.claimed.add(pair.start)
        return out

    def _answers(self, turn: Turn) -> Source:
        """Who answers under a label: a name, a first name, initials, or whom the interview is about."""
        register, start, end = self.register, turn.label_start, turn.label_end
        label = self.text.folded[start:end].strip(" *")
        entity = (
            register.main("person")
            if turn.generic
            else register.people.get(label) or register.called(label)
        )
        if entity is None and not turn.generic:
            read = self.phrases.read(start, end)
            if read is not None and read.kind == "person":
                return Source(start, end, "person", read.name, read.title, read.organization)
        if entity is None:
            return Source(start, end, "person", self.original[start:end].strip(" *"))
        link = "same_sentence" if label in register.people else "heading"
        return Source(start, end, "person", entity.name, entity=entity, link=link)

    # ------------------------------------------------------------------ words set apart

    def _signatures(self) -> list[Quote]:
        """Words set apart, in marks or as a block quote, with a dash and a name below them."""
        text, out = self.text, []
        said: Block | None = None
        for block in text.blocks:
            signed = _SIGNED.match(text.masked, block.start, block.end)
            if signed and said is not None:
                row = self._signature(said, *signed.span("dash"), signed.end())
                out += [row] if row is not None else []
            if WORDS.search(text.folded, block.start, block.end):
                said = block
            row = self._signed(block)
            out += [row] if row is not None else []
        return out

    def _signed(self, block: Block) -> Quote | None:
        """Words in marks that a dash and a name follow in their own line: ``“…。” — 孟繁昭``."""
        pair = next(iter(self.text.pairs_between(block.start, block.end)), None)
        if pair is None or self.text.masked[block.start : pair.start].strip(" >*•·-"):
            return None
        signed = _SIGNED.match(self.text.masked, pair.end, block.end)
        if signed is None or not pair.spoken:
            return None
        said = Block(block.number, pair.start, pair.end, block.kind)
        return self._signature(said, *signed.span("dash"), signed.end())

    def _signature(self, said: Block, dash: int, start: int, end: int) -> Quote | None:
        """What stands in the block ``said``, of whoever is named at start:end."""
        text = self.text
        source = self.phrases.read(start, end)
        quoted = _QUOTED.match(text.folded, said.start)
        begin = quoted.end() if quoted else said.start
        pair = text.opens.get(begin)
        whole = pair is not None and pair.end >= said.end
        claimed = pair is not None and pair.start in self.cues.claimed
        named = source is not None and source.speaks_as in ("person", "anonymous")
        if source is None or not named or claimed or not (quoted or whole):
            return None
        if pair is not None and whole:
            self.cues.claimed.add(pair.start)
            begin, stop = text.trim(pair.inner, pair.inner_end)
        else:
            begin, stop = text.trim(begin, said.end)
        shape = self.shapes["quote.signed"]
        return self._quote(source, shape, "direct", "say", (dash, start), begin, stop)

    # ------------------------------------------------------------------ marks without a cue

    def _carried(self, rows: list[Quote]) -> list[Quote]:
        """Marks without a cue of their own: the speech of whoever is speaking.

        After a colon it is the subject of that sentence (段长川至今耿耿于怀：“…”); at the head of a sentence, who
        stands right behind the marks, or who spoke last in this or the previous paragraph.
        """
        out: list[Quote] = []
        spoken = sorted((r for r in rows if r.speaker_type in _SPEAKERS), key=_place)
        covered = _merged([(r.start, r.end) for r in spoken])
        for pair in self.text.pairs:
            block = self.text.block_at(pair.start)
            if (
                pair.start in self.cues.claimed
                or block.kind == "heading"
                or not self.text.readable(block)
            ):
                continue
            if _covers(covered, pair.start):
                continue
            source = self._carrier(pair, spoken)
            start, end = self.text.trim(pair.inner, pair.inner_end)
            if source is None or source.kind == "author" or end - start < 4:
                continue
            if source.kind in ("he", "they", "role"):
                self.resolver.refer(source)
            if source.entity is not None:
                source.name = source.entity.name
            row = self._quote(
                source, self.shapes["quote.carried"], "direct", "say", None, start, end
            )
            out.append(row)
            insort(spoken, row, key=_place)
        return out

    def _carrier(self, pair: Pair, spoken: list[Quote]) -> Source | None:
        """Who says what stands in marks that no cue claims."""
        masked, folded = self.text.masked, self.text.folded
        at = pair.start
        while at > 0 and masked[at - 1] in " *":
            at -= 1
        lead = masked[at - 1] if at else "\n"
        begin = self.text.sentence(pair.start)[0]
        inner = folded[pair.inner : pair.inner_end].rstrip('”」』’" ')
        ended = inner[-1:] in ("。", "!", "?", "…") or masked.startswith(("。", "!"), pair.end)
        if lead == ":" and self.lexicon.role["entitles"].search(masked, begin, at - 1):
            return None
        if self.lexicon.role["questioned"].search(masked, max(0, at - 12), at):
            return None  # 被问到，“…”
        if lead == ":" and pair.spoken:
            return self._subject(begin, at - 1)
        above = len(masked[:at].rstrip(" \n*"))
        if lead == "\n" and pair.spoken and masked.startswith(":", above - 1):
            sentence, clause = self.text.sentence(above - 1)[0], self.text.clause(above - 1, 0)
            if self.lexicon.role["voices"].search(masked, clause, above):
                return self._subject(sentence, above - 1)  # 孟繁昭给出了回应:|“…”
        if begin == pair.start or lead in "\n。!?\x01":
            comma = inner.endswith(("，", ",")) or masked.startswith(("，", ","), pair.end)
            if (not ended and not comma) or pair.end - pair.start < _SHORTEST_CARRIED:
                return None
            behind = self._behind(pair)
            return (
                behind
                if inner.endswith(("，", ","))
                else behind or self._last_speaker(pair, spoken)
            )
        if lead in "，," and self.text.pair_over(at - 2) is not None and ended:
            return self._last_speaker(pair, spoken)
        if lead in "，," and ended and pair.spoken:
            start, stop = self.phrases.bounds(max(begin, self.text.near(at)), at - 1)
            subject = self._subject(begin, at - 1) if start < stop else None
            if subject is None or subject.kind not in ("person", "he"):
                index = bisect_left(spoken, pair.start, key=lambda r: r.start) - 1
                speaks = index >= 0 and (spoken[index].cue_start or -1) >= begin
                if speaks or start >= stop:  # 孟繁昭直言，…，公司迎难而上，“…”
                    return self._last_speaker(pair, spoken)
            return subject
        return None

    def _behind(self, pair: Pair) -> Source | None:
        """The person right behind the marks: ``“可以。”孟繁昭点点头。``"""
        masked, end = self.text.masked, self.text.sentence(pair.end)[1]
        if pair.end >= end or masked[pair.end] == "\n":
            return None
        if masked[pair.end] in "，,":  # “不会。”，孟繁昭摇了摇头，“…”
            more = next(iter(self.text.pairs_between(pair.end, end)), None)
            if more is None or masked[more.start - 1] not in "，,":
                return None
            source = self._subject(pair.end + 1, more.start - 1)
        else:
            source = self.phrases.leading(*self.phrases.bounds(pair.end, end))
        return source if source is not None and source.kind in ("person", "he") else None

    def _subject(self, begin: int, end: int) -> Source | None:
        """The person or organisation that a sentence so far is about, the nearest clause first."""
        at = end
        for _ in range(4):
            clause = self.text.clause(at, begin)
            start, _ = self.phrases.bounds(clause, at)
            source = self.phrases.leading(start, at) if start < at else None
            if source is not None and source.kind != "document":
                return source
            if clause <= begin:
                return None
            at = clause - 1
        return None

    def _announced(self, pair: Pair) -> Source | None:
        """The person who speaks in the sentence before marks: ``孟繁昭谈到了未来。“…”``."""
        block = self.text.block_at(pair.start)
        if pair.start <= block.start:
            return None
        begin, end = self.text.sentence(pair.start - 1)
        if not self.lexicon.role["speaks"].search(self.text.masked, begin, end):
            return None
        subject = self._subject(begin, min(end, pair.start))
        return subject if subject is not None and subject.kind in ("person", "he") else None

    def _next_speaker(self, block: Block, spoken: list[Quote]) -> Source | None:
        """Who goes on in marks in the paragraph below one that is all in marks: ``“…。”⏎孟繁昭说，“…。”``"""
        above = self.text.paragraph_before(block.start)
        if self.register.last_named(block.start, above, ("person",)) is not None:
            return None  # 沈若棠花了五个月。|“…。”|孟繁昭说，“…。”
        below = self.text.blocks[block.number + 1 : block.number + 2]
        index = bisect_left(spoken, block.end, key=lambda r: r.start)
        if not below or index == len(spoken) or spoken[index].start >= below[0].end:
            return None
        row = spoken[index]
        return self._same(row) if row.kind == "direct" and row.speaker_type == "person" else None

    def _last_speaker(self, pair: Pair, spoken: list[Quote]) -> Source | None:
        """Who spoke last in this paragraph or the one before."""
        index = bisect_left(spoken, pair.start, key=lambda r: r.start)
        block = self.text.block_at(pair.start)
        alone = pair.start == block.start and pair.end >= block.end
        since = self.text.paragraph_before(pair.start)
        if index == 0 or spoken[index - 1].start < since:
            return self._announced(pair) or (self._next_speaker(block, spoken) if alone else None)
        row = spoken[index - 1]
        since = max(row.end, self.text.block_at(pair.start).start)
        named = self.register.last_named(pair.start, since, ("person",))
        if named is not None and named[1].name != row.speaker:  # 孟樸看好武汉。|“…”
            at, person = named
            name = self.register.named_at(at, pair.start)
            return Source(at, name[0] if name else at, "person", person.name, entity=person)
        return self._same(row)

    def _same(self, row: Quote) -> Source:
        """The source of another row."""
        start, end = row.speaker_start or 0, row.speaker_end or 0
        entity = self.register.people.get(self.text.folded[start:end])
        return Source(
            start, end, row.speaker_type, row.speaker, row.title, row.organization, entity, "elided"
        )


def _one_line(name: str) -> str:
    """A name that a scrape broke over two lines, in one."""
    return name.replace("\n", " ")


def _place(row: Quote) -> tuple[int, int]:
    return row.start, row.end


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans with the overlapping ones joined."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], end)
        else:
            out.append((start, end))
    return out


def _covers(spans: list[tuple[int, int]], position: int) -> bool:
    index = bisect_right(spans, position, key=lambda s: s[0]) - 1
    return index >= 0 and position < spans[index][1]


def _distinct(rows: list[Quote]) -> list[Quote]:
    """One row for a span: that of the first rule."""
    out: list[Quote] = []
    for row in rows:
        if not out or (out[-1].start, out[-1].end) != (row.start, row.end):
            out.append(row)
    return out
