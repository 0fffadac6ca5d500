"""Cues and frames with the words beside them -> candidates: whose statement, and where it begins.

In: the hits of the lexicon in one document. Out: ``Candidate``s in text order. Each has its source as
the words name it, still unresolved, and either the marks that hold its statement or the place where
the statement begins. A cue that only looks like one (电影说明书, 不表示) gives none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.attribute.content import FARTHEST, Text
from pipeline.attribute.lexicon import Cue, Hit, Lexicon
from pipeline.attribute.marks import Pair
from pipeline.attribute.shapes import QuoteShape
from pipeline.attribute.sources import Phrases, Source
from pipeline.attribute.tokens import TokenMatch

WORDS = re.compile(r"\w")
_INVERTED_TAIL = re.compile(r"[^，,。;:!?\n\x01]{0,12}(?:[，,。:;!?\n]|\Z|\x01)")
_BLANK = re.compile(r"[。 \n]*")
ASIDE = ("后", "前", "时", "中", "以来", "期间", "来看", "来说", "而言")
"""How a first clause ends that tells when or for whom."""
BARE = ("quote.bare", "quote.did")
"""The shapes of statements with nothing between."""
_FRAME_REACH = 300
"""How far a frame may reach to either side of its anchor, addresses of links among it."""
_CUES = 12
"""How many cues of one clause are read: bounds the work on endless clauses."""
_OFFICE = 24
"""How long an organisation and an office may be."""
_EARLIER_CLAUSES = 4
"""How many clauses before that of a cue may hold its source."""

After = tuple[QuoteShape, int, Pair | None]


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


class CueReader:
    """Reads the cues of one document."""

    def __init__(
        self,
        lexicon: Lexicon,
        shapes: dict[str, QuoteShape],
        text: Text,
        original: str,
        phrases: Phrases,
    ):
        self.lexicon = lexicon
        self.shapes = shapes
        self.text = text
        self.masked = text.masked
        self.original = original
        self.phrases = phrases
        self.claimed: set[int] = set()
        """Where the pairs of marks open that are somebody's statement already."""
        self.unsourced: list[Hit] = []
        """Cues that a statement follows and no source precedes."""
        self._last_cue = -1
        self._without_subject: set[tuple[int, int, int, int]] = set()
        """Clauses without a subject, with how many people and groups were known when they were read."""

    def candidates(self, hits: Iterable[Hit], turns: set[int]) -> list[Candidate]:
        """Every cue and frame outside of marks, ``turns`` (numbers of blocks), tables and captions."""
        out: list[Candidate] = []
        taken = clause = -1
        read = 0  # cues of the clause
        for hit in hits:
            entry = hit.entry
            hidden = self.masked[hit.start] != self.text.folded[hit.start]
            if hit.start < taken or hidden or (entry.cue is None and not entry.frames):
                continue
            block = self.text.block_at(hit.start)
            if not self.text.readable(block) or block.number in turns:
                continue
            heading = block.kind == "heading" or self.text.in_headline(hit.start)
            frame = next(
                (c for shape in entry.frames if (c := self._frame(shape, hit)) is not None), None
            )
            if frame is not None:
                taken = max(frame.start, frame.cue_end)
                found = [frame]
            else:
                begun = self.text.clause(hit.start, 0)
                clause, read = begun, read + 1 if begun == clause else 1
                if read > _CUES:
                    continue
                inner = hit if entry.cue is not None else self._inner(hit)
                found = self._cue(inner, inner.entry.cue, heading) if inner.entry.cue else []
            if found:
                self._last_cue = hit.start
                out += found
        self.claimed |= {c.pair.start for c in out if c.pair is not None}
        held = [c.pair for c in out if c.pair is not None and not c.pair.spoken]
        out = [c for c in out if not any(p.start < c.cue_start < p.end for p in held)]
        return self._without_nouns(sorted(out, key=lambda c: (c.cue_start, c.start)))

    def _inner(self, hit: Hit) -> Hit:
        """The cue inside of words that make no frame here: 交易|所指出."""
        for start in range(hit.start + 1, hit.end):
            entry = self.lexicon.literals.get(self.masked[start : hit.end])
            if entry is not None and entry.cue is not None:
                return Hit(start, hit.end, entry)
        return hit

    def _without_nouns(self, found: list[Candidate]) -> list[Candidate]:
        """Without cues that are nouns, another cue following at once: ``提出批评，认为…``, ``给予评价，并称…``."""
        out: list[Candidate] = []
        for c, after in zip(found, [*found[1:], None], strict=False):
            if (
                c.pair is not None
                or after is None
                or after.source.kind != "none"
                or not self._at_once(c, after)
            ):
                out.append(c)
            elif (
                not out
                or out[-1].pair is not None
                or out[-1].start < self.text.sentence(c.cue_start)[0]
            ):
                after.source, after.source.link = c.source, "elided"
        return out

    def _at_once(self, c: Candidate, after: Candidate) -> bool:
        if after.cue_start <= c.start:
            return after.cue_start == c.start
        return (
            self.lexicon.role["additive"].fullmatch(self.masked, c.start, after.cue_start)
            is not None
        )

    # ------------------------------------------------------------------ frames

    def _frame(self, shape: QuoteShape, hit: Hit) -> Candidate | None:
        """A frame around an anchor: its source stands inside (``在孟繁昭看来，``)."""
        begin, end = self.text.sentence(hit.start)
        found = self._around(shape, hit, begin, end)
        if found is None:
            return None
        cue_start, cue_end = found.span("cue")
        source: Source | None
        if shape.names_source:
            source = self._framed(shape, *found.span("source"), begin)
        else:
            source = Source(cue_start, cue_end, "anonymous", self.original[cue_start:cue_end])
            spoken = found.groupdict().get("speaker")
            if spoken:  # 据最新|爆料
                source.start, source.end = found.span("speaker")
                source.name = self.original[source.start : source.end]
            according = re.match("根?据", self.masked[cue_start:cue_end])
            if according and not spoken and cue_end - cue_start > according.end():
                source.start += according.end()
        if source is None or source.kind == "author" or not _takes(shape, source):
            return None
        clause = self.text.clause(found.start(), begin)
        denied = self.lexicon.role["denies"].search(self.masked, clause, source.start)
        if shape.id == "quote.heard" and denied:
            return None  # 英特尔否认了延期的传闻，称…: who denies says it
        if shape.id == "quote.document" and self.masked.startswith("对", source.start):
            return None  # 根据对现状的评估，…
        if shape.id == "quote.document" and self._measure(source):
            return None  # 根据公布的规格，…
        if (
            shape.id == "quote.document"
            and source.kind != "document"
            and not self.lexicon.role["published"].search(self.masked, source.start, source.end)
            and not self._medium(source)
        ):
            return None  # 根据高通，…
        self._publisher(source, cue_start, cue_end)
        noun = self.lexicon.role["noun_too"].match(self.masked, cue_start, cue_end)
        field = self.masked[source.start : source.end] in self.lexicon.whole["field"]
        if shape.id == "quote.according" and field and noun:
            source.name = self.original[source.start : noun.end()]  # 据行业|预测
        if (
            not source.sure
            and source.kind != "person"
            and not self.masked.startswith(("报道", "报导", "消息"), cue_start)
        ):
            return None
        at = (cue_start, cue_end, shape.stance or "say", source, found.start())
        start = found.end()
        last = start >= end or self.masked[start : start + 1] == "。"
        if last and shape.content == "colon":
            return None  # 对此，孟繁昭给出了回应：|“…”
        if last and self.masked[found.start() - 1 : found.start()] in ("，", ","):
            postposed = self.shapes["quote.postposed"]
            return Candidate(
                postposed,
                cue_start,
                cue_end,
                shape.stance,
                source,
                found.start(),
                begin,
                found.start() - 1,
            )
        if not WORDS.search(self.text.folded, start, self.text.block_at(start - 1).end):
            return None
        return Candidate(shape, *at, start, pair=self.text.whole(start))

    def _measure(self, source: Source) -> bool:
        """True for what one reckons by, unless somebody is named who gave it out: ``星澜公布的规格``."""
        role, span = self.lexicon.role, (source.start, source.end)
        given = role["issued"].search(self.masked, span[0], self.masked.rfind("的", *span) + 1)
        owned = given is not None and self.phrases.employs(span[0], given.start())
        return not owned and role["measure"].search(self.masked, *span) is not None

    def _publisher(self, source: Source, start: int, end: int) -> None:
        """A Latin name of two words that publishes is no person: ``据 DRAM Exchange 统计``."""
        entity = source.entity
        if entity is None or entity.kind != "person" or entity.titles or not entity.name.isascii():
            return
        if self.masked[max(0, source.start - 3) : source.start].rstrip().endswith("的"):
            return  # 彭博社的|Dana Whitfield
        if self.lexicon.role["publishes"].match(self.masked, start, end):
            source.kind = entity.kind = "organization"

    def _around(
        self, shape: QuoteShape, hit: Hit, begin: int, end: int
    ) -> re.Match[str] | TokenMatch | None:
        """The match of a frame that holds its anchor."""
        stop = min(end, hit.end + _FRAME_REACH)
        if shape.opens:
            return shape.pattern.match(self.masked, hit.start, stop)
        at = max(begin, hit.start - _FRAME_REACH)
        while at <= hit.start:
            found = shape.search(self.masked, at, stop)
            if found is None or found.start() > hit.start:
                return None
            if hit.start < found.end():
                return found
            at = found.end()
        return None

    def _framed(self, shape: QuoteShape, start: int, stop: int, begin: int) -> Source | None:
        """The source inside a frame."""
        start = self.text.clause(stop, max(start, begin))
        if self.lexicon.role["cited"].search(self.masked, start, stop) and not shape.id.startswith(
            "quote.cited"
        ):
            return None
        if not self.lexicon.nouns["document"].search(self.masked, start, stop):
            start, stop = self.phrases.bounds(start, stop)
        source = self.phrases.read(start, stop)
        if shape.content == "colon" and (source is None or not source.sure):
            return self.phrases.leading(start, stop)
        return source

    # ------------------------------------------------------------------ cues

    def _cue(self, hit: Hit, cue: Cue, heading: bool) -> list[Candidate]:
        """What one cue attributes: a statement after it, one before it, or both."""
        masked, text = self.masked, self.text
        before_cue = max(0, hit.start - 6)
        noun = self.lexicon.role["noun_cue"].search(masked, before_cue, hit.start)
        if hit.end - hit.start > len(cue.word) and not noun:  # 市场分析|指出
            stop = hit.start + len(cue.word)
            found = self.lexicon.nouns["anonymous"].search(masked, before_cue, stop)
            noun = found if found and found.start() < hit.start else None
            noun = noun or self._compound(hit.start, stop)
        hidden = masked.endswith(
            ("的", "被", "遭", "篇", "份", *cue.not_after), before_cue, hit.start
        )
        if noun or (hidden and self.phrases.register.named_before(before_cue, hit.start) is None):
            return self._suffix(hit, cue, heading)
        if cue.stance != "opinion" and masked.endswith(
            self.lexicon.negators, before_cue, hit.start
        ):
            return []
        begin, end = text.sentence(hit.start)
        near = text.near(hit.start)
        clause = own = text.clause(hit.start, near)
        after = self._after(hit, cue, end)
        before = self._before(hit, clause) or self._before(hit, self._whole_clause(clause, near))
        if before is None and after is None and self._last(hit, end):
            before = self._before(hit, begin)  # “…”6月26日，北京，孟繁昭对我说。
        postposed = after is None and before is None and clause - begin > 8 and self._last(hit, end)
        if (after is None and before is None and not postposed) or (
            heading and (after is None or after[2] is None)
        ):
            return []
        source = self._source(hit, cue, near, clause)
        if source is not None and source.start < hit.start < source.end < hit.end:
            entry = self.lexicon.literals.get(masked[source.end : hit.end])
            if entry is not None and entry.cue is not None:
                hit = Hit(source.end, hit.end, hit.entry)  # 有分析|指出
        if source is None and after is not None and after[0].id in ("quote.mark", "quote.colon"):
            source = self._earlier(cue, clause, near)  # 孟繁昭急了，赶紧站出来说：
        if source is None:
            if after is not None and after[0].id in ("quote.comma", "quote.colon", "quote.mark"):
                self.unsourced.append(hit)
            return []
        negated = clause <= source.end <= hit.start and self.lexicon.negated.search(
            text.without_marks(source.end, hit.start)
        )
        if (
            before is not None
            and source.kind != "none"
            and before.start <= source.start < before.end
        ):
            return []  # “我不认为这是泡沫”，谈及质疑时，…: nobody stands between the two
        if source.kind == "author" or (negated and cue.stance != "opinion"):
            return []
        between = min(max(source.end, own), hit.start), hit.start
        if any(self.lexicon.role[role].search(masked, *between) for role in ("whether", "hedged")):
            return []
        self._publisher(source, hit.start, hit.end)
        if self._object(hit, cue, source, clause):
            return []
        if source.kind != "none" and source.end <= clause:
            clause = text.clause(source.start, near)
        if self.lexicon.role["hypothetical"].match(masked, clause + (masked[clause] == " ")):
            return []  # 除非高通说…
        at = (hit.start, hit.end, cue.stance, source, self._whole_clause(clause, near))
        out = []
        if before is not None and source.kind != "none":
            self.claimed.add(before.start)
            out.append(Candidate(self.shapes["quote.inverted"], *at, before.start, pair=before))
        if (
            postposed
            and source.sure
            and (cue.bare or self.lexicon.role["thus"].search(masked, source.end, hit.start))
            and source.kind != "none"
            and source.link == "same_sentence"
            and self.lexicon.adverbials.strip(masked, source.end, hit.start) == source.end
        ):
            out.append(Candidate(self.shapes["quote.postposed"], *at, begin, clause - 1))
        if (
            out
            and after is not None
            and after[2] is None
            and self.lexicon.endings["inverted"].match(masked, after[1])
        ):
            after = None
        if after is not None and self._allowed(cue, after[0], source, after[1], own, hit):
            shape, start, pair = after
            if pair is not None:
                self.claimed.add(pair.start)
            out.append(
                Candidate(
                    shape, *at, start, pair=pair, unnamed=self._unnamed(source, cue, own, hit)
                )
            )
        return out

    def _object(self, hit: Hit, cue: Cue, source: Source, clause: int) -> bool:
        """True when a cue is the object of the verb before it: ``遭遇了各种爆料``."""
        role, masked = self.lexicon.role, self.masked
        shows = cue.stance == "evidence" and "document" in cue.bare  # 市场表现|显示
        if not shows and not self._noun_too(hit):
            return False
        start = source.end if clause <= source.end <= hit.start else clause
        start += source.kind == "document" and masked.startswith(("中", "里"), start)  # 报告中|建议
        titled = self.lexicon.titles.match(masked, start, hit.start)
        start = titled.end() if titled else start  # 孟繁昭|博士|介绍
        front = self.lexicon.adverbials.front.match(masked, start, hit.start)
        if front and start == clause:
            start = front.end()  # 但|警告
        verb = self.lexicon.adverbials.strip(masked, start, hit.start)
        start += len(masked[start:verb]) - len(masked[start:verb].lstrip())
        unlikely = (
            cue.stance in ("say", "disclose") and source.kind == "organization" and not source.sure
        )
        return unlikely or (start < verb and not role["gives"].match(masked, start, verb))

    def _noun_too(self, hit: Hit) -> bool:
        return bool(self.lexicon.role["noun_too"].fullmatch(self.masked, hit.start, hit.end))

    def _wills(self, hit: Hit) -> bool:
        return bool(self.lexicon.role["wills"].fullmatch(self.masked, hit.start, hit.end))

    def _intends(self, start: int) -> bool:
        """True where what is promised is to come: ``承诺|将在三年内投产``."""
        return bool(self.lexicon.role["intends"].match(self.masked, start))

    def _suffix(self, hit: Hit, cue: Cue, heading: bool) -> list[Candidate]:
        """What the second half of a cue attributes, the first being a noun: ``彭博社的一篇报道|称``."""
        start = hit.start + len(cue.word)
        entry = self.lexicon.literals.get(self.masked[start : hit.end])
        if entry is None or entry.cue is None:
            inner = self._inner(hit)  # 高盛的一份报告|称, 在一份声明中|说
            start, entry = inner.start, inner.entry if inner is not hit else None
        if entry is None or entry.cue is None:
            return []
        return self._cue(Hit(start, hit.end, entry), entry.cue, heading)

    def _last(self, hit: Hit, end: int) -> bool:
        """True when a cue ends its sentence and no marks follow."""
        blank = _BLANK.match(self.masked, hit.end, end)
        return bool(
            blank and blank.end() == end and self.masked[end : end + 4].lstrip()[:1] != "\x01"
        )

    def _unnamed(self, source: Source, cue: Cue, clause: int, hit: Hit) -> bool:
        joined = self.lexicon.role["additive"].match(self.masked, clause, hit.end)
        return source.kind == "none" and not joined and cue.stance in ("opinion", "forecast")

    def _after(self, hit: Hit, cue: Cue, end: int) -> After | None:
        """The shape that reads what follows a cue, where the statement begins, and its marks."""
        masked, shapes, text = self.masked, self.shapes, self.text
        limit = text.block_at(hit.start).end
        found = shapes["quote.mark"].pattern.match(masked, hit.end)
        if found:
            pair = text.opens.get(found.end()) if ":" in found[0] else text.whole(found.end())
            if pair is not None and text.names(pair):
                pair = None  # 有人总结：“造芯”掌门人…
            if pair is not None and cue.stance == "report" and self._ends_saying(pair):
                return None
            if pair is not None:
                return shapes["quote.mark"], pair.start, pair
        if cue.form == "mark":
            return None
        order = ["quote.colon"] if cue.form == "colon" else ["quote.colon", "quote.comma"]
        if cue.object == "yes" or (cue.object and self.lexicon.listener.match(masked, hit.end)):
            order.append("quote.addressed")
        for name in (*order, "quote.topic"):
            found = shapes[name].pattern.match(masked, hit.end, limit)
            if found and hit.end < found.end() and self._follows(name, cue, found):
                start = found.end()
                if start >= limit:
                    start = self._next_paragraph(start) if ":" in found[0] else limit
                if start != limit:
                    start = text.with_bracket(start)
                    return shapes[name], start, text.whole(start)
        if cue.object == "yes":
            found = shapes["quote.told"].pattern.match(masked, hit.end, limit)
            if found and found.end() < end and masked[found.end()] not in "，,。;:!?、)的\x01”」":
                return shapes["quote.told"], text.with_bracket(found.end()), None
        noun = self._noun_too(hit) and self.lexicon.role["compound"].match(masked, hit.end)
        # 认为A，并|预计|到明年B: what goes on about the same speaker is no aside (，预计到明年投产)
        goes_on = cue.stance == "forecast" and masked.endswith("，并", 0, hit.start)
        barred = cue.not_before and not goes_on and cue.not_before.match(masked, hit.end)
        if cue.bare and not noun and not barred:
            found = shapes["quote.bare"].pattern.match(masked, hit.end, limit)
            if found and found.end() < end and masked[found.end()] not in "，,。;:!?、)的\x01”」":
                return shapes["quote.bare"], text.with_bracket(found.end()), None
        found = shapes["quote.did"].pattern.match(masked, hit.end, limit)
        if found and cue.bare and cue.stance == "disclose":
            return shapes["quote.did"], text.with_bracket(found.end()), None
        return None

    def _ends_saying(self, pair: Pair) -> bool:
        """True when somebody says what marks behind a dateline hold: ``本报讯：“…”孟繁昭说。``"""
        end = self.text.sentence(pair.end)[1]
        return bool(self.lexicon.role["says_so"].match(self.masked, pair.end, end))

    def _next_paragraph(self, end: int) -> int:
        """Where the text goes on behind a paragraph that a colon ends; ``end`` if with something else."""
        block = self.text.block_at(end - 1)
        after = self.text.blocks[block.number + 1 : block.number + 2]
        return after[0].start if after and after[0].kind == "paragraph" else end

    def _follows(self, shape: str, cue: Cue, found: re.Match[str]) -> bool:
        """Whether the words between a cue and a statement let the statement be its own."""
        if shape == "quote.addressed":
            colon = cue.form != "colon" or ":" in found[0]
            told = self.shapes["quote.told"].pattern.match(self.masked, found.start())
            rest = found[0][told.end() - found.start() :].rstrip(" ，,:") if told else ""
            if len(rest) > 3 and not self.lexicon.listener.match(self.masked, found.start()):
                return False  # 告诉记者|公司不缺订单，只希望…
            return colon and not self.masked.startswith(("了", "的", "，", ","), found.start())
        if shape == "quote.topic":
            marked = self.text.whole(found.end()) is not None
            predicate = cue.bare and self.lexicon.role["predicate"].search(found[0][:-1])
            noun = found.start("noun") if found["noun"] else 0
            cues = self.phrases.register.names.cues
            if any(at in cues for at in range(found.start(), noun)):
                return False  # 多篇技术|分析|提到一个细节：
            return bool(found["did"] or noun or (marked and not predicate))
        return True

    def _before(self, hit: Hit, clause: int) -> Pair | None:
        """The pair of marks right before the clause of a cue, when it is the statement."""
        masked, folded = self.masked, self.text.folded
        at = clause
        while at > 0 and masked[at - 1] in " ，,":
            at -= 1
        block = self.text.block_at(hit.start)
        if at == block.start and block.number and self._last(hit, self.text.sentence(hit.start)[1]):
            at = self.text.blocks[
                block.number - 1
            ].end  # 「…」 and in the next paragraph 方砚秋这样说。
        if at == 0 or (masked[at - 1] != "\x01" and folded[at - 1] not in '”」"'):
            return None
        pair = self.text.pair_over(at - 1)
        if pair is None or pair.start in self.claimed:
            return None
        dateline = self.lexicon.role["dateline"].search(masked, block.start, pair.start)
        if masked[pair.start - 1 : pair.start] == ":" and not dateline:
            return None
        if not pair.spoken and self.text.sentence(pair.start)[0] != pair.start:
            return None
        if self.lexicon.role["asked"].search(masked, max(0, pair.start - 8), pair.start):
            return None  # 被问到，“…”
        begin = self.text.sentence(pair.start)[0]
        if masked[pair.start - 1] in "，," and folded[pair.inner_end - 1] in "。!?":
            clause = self.text.clause(pair.start - 1, begin)
            led = self._subject(clause, pair.start - 1)
            if led is not None and led.speaks_as == "person":
                return None  # 他指了指柜台，“…。”|孟繁昭插话：…
        if self.lexicon.role["amid"].match(masked, hit.end):
            return None  # “…”，孟繁昭在回答分析师|提问|时直言
        return pair if _INVERTED_TAIL.match(masked, hit.end) else None

    def _allowed(
        self, cue: Cue, shape: QuoteShape, source: Source, start: int, clause: int, hit: Hit
    ) -> bool:
        """Whether a cue with this source may carry a statement in this shape."""
        if not _takes(shape, source):
            return False
        says = cue.stance in ("say", "disclose", "deny")
        bare = shape.id in BARE
        if (bare or shape.id == "quote.comma") and self.lexicon.role["suffers"].search(
            self.masked, clause, hit.start
        ):
            return False  # 遭到玩家吐槽，公司…
        additive = bool(self.lexicon.role["additive"].match(self.masked, clause, hit.end))
        if bare and self._weighs(hit, start):
            return False
        if bare and cue.stance == "forecast" and self._figure(start):
            return False  # 市场预期为7.7亿美元
        if (
            bare
            and cue.stance == "disclose"
            and self.lexicon.role["noun_phrase"].match(
                self.masked, start, self.text.sentence(start)[1]
            )
        ):
            return False  # 宣布|公司取得的进展
        site = self.lexicon.role["published"].search(self.masked, source.start, source.end)
        shows = cue.stance == "evidence" and "document" in cue.bare and not site  # 高通官网|显示
        if shows and source.kind not in cue.bare:
            return source.kind == "none" and additive  # ，显示…: not who spoke before
        adjoins = source.kind != "none" and source.link == "same_sentence"
        loose = not adjoins or self.masked.startswith("有", hit.start - 1)
        loose |= self.lexicon.role["conceded"].match(self.masked, clause) is not None
        if (
            loose
            and shape.id == "quote.comma"
            and self.lexicon.role["turns"].match(self.masked, start)
        ):
            return False  # 有提及，不过…; 虽然十分看好，但…
        if (
            shape.id == "quote.comma"
            and self.lexicon.role["issues"].search(self.masked, clause, hit.start)
            and self.lexicon.role["deeds"].match(self.masked, start)
        ):
            return False  # 发布公告，披露了进展，称…
        if shape.id == "quote.comma" and self.masked.startswith("了", hit.start - 1):
            return False  # 作了答复，…
        if (
            shape.id == "quote.comma"
            and self._noun_too(hit)
            and self.lexicon.role["nominal"].match(self.masked, start)
        ):
            return False  # 每次回答，都需要…
        weak = cue.form == "colon" and bare
        if source.kind == "none":
            if cue.stance == "report":
                return False  # 但也传出…
            if (weak or (bare and self._wills(hit))) and not additive:
                return False
            known = source.sure and (cue.stance != "forecast" or source.start < source.end)
            return additive or known or (says and not bare and clause < hit.start)
        if (
            source.link == "elided"
            and not additive
            and (
                weak
                or (bare and self._wills(hit) and not self._intends(start))
                or cue.stance == "forecast"
                or (bare and not says and cue.stance != "opinion")
            )
        ):
            return False
        says_so = source.kind == "document" and cue.stance == "say"  # 这些文件指出
        sure = (
            says_so
            or (site is not None and cue.stance == "evidence")
            or source.sure
            or (source.kind == "person" and cue.stance not in ("forecast", "evidence"))
        )
        if (not source.sure and source.link == "elided") or (
            not sure and not cue.bare & {"person", "organization"}
        ):
            return False
        if shape.id == "quote.topic" and source.kind == "document" and "document" not in cue.bare:
            return False  # 该分析回应了一个问题：…
        if shape.id == "quote.topic" and not self._spelt_out(source, hit, start):
            return False
        if shape.id == "quote.topic":
            return sure and (start in self.text.opens or self._clausal(start, 6))
        if shape.id == "quote.addressed":
            return sure
        if shape.id == "quote.told":
            return sure and self._clausal(start)
        if bare:
            whole = (
                hit.end - hit.start > 1
                or additive
                or self.lexicon.words.begins(self.masked, hit.start, hit.end)
            )
            return sure and source.speaks_as in cue.bare and self._clausal(start) and whole
        return True

    def _spelt_out(self, source: Source, hit: Hit, start: int) -> bool:
        """True when what a colon spells out is said, not listed: ``透露了他的看法：``; not ``公布了规格：``."""
        role, words = self.lexicon.role, self.masked[hit.end : start].rstrip("：: ，,")
        marked = self.text.whole(start) is not None
        if role["replies"].match(self.masked, hit.start, start) and not marked:
            return False  # 回应了一个问题：能否…
        said = role["opinions"].search(words) or marked
        if said or role["stresses"].match(self.masked, hit.start):
            return True
        return source.speaks_as == "person" and not role["lists"].match(self.masked, hit.start)

    def _compound(self, start: int, stop: int) -> re.Match[str] | None:
        """The noun before the first half of a cue, a noun as well: ``规格|爆料|称``."""
        noun_too = self.lexicon.role["noun_too"].fullmatch(self.masked, start, stop)
        before = self.lexicon.role["measure"].search(self.masked, max(0, start - 6), start)
        return before if noun_too else None

    def _figure(self, start: int) -> bool:
        """True where nothing but a number follows a cue."""
        return self.lexicon.role["figure"].match(self.masked, start) is not None

    def _weighs(self, hit: Hit, start: int) -> bool:
        """True for what only looks like a statement: ``说它垄断市场不为过``, ``强调这对产业的意义``."""
        role, end = self.lexicon.role, self.text.sentence(start)[1]
        if end - start > FARTHEST:
            return False
        words = self.masked[start:end].rstrip("。!? \n")
        if hit.entry.cue is not None and hit.entry.cue.stance == "deny":
            words = words.replace(",", "，").partition("，")[0]  # 不否认|对手的存在，但强调…
        alone = not role["asserts"].search(words)
        own = hit.start == self.text.clause(hit.start, 0)
        return bool(
            (own and role["verdict"].search(words)) or (alone and role["matter"].search(words))
        )

    def _clausal(self, start: int, least: int = 3) -> bool:
        """True when what follows a cue at once is a clause, not its object (表示满意)."""
        end = self.text.sentence(start)[1]
        words = self.phrases.register.places.without(start, min(end, start + 20)).rstrip("。!? \n")
        predicate = self.lexicon.role["predicate"]
        object_, comma, _ = words.replace(",", "，").partition("，")
        aside = self.lexicon.adverbials.front.fullmatch(object_) or object_.endswith(ASIDE)
        if comma and len(object_) <= 8 and not aside and not predicate.search(object_):
            return False  # 批评这笔交易，…
        return len(words) > least and (
            len(words) > 12 or bool(self.lexicon.role["predicate"].search(words))
        )

    # ------------------------------------------------------------------ sources

    def _whole_clause(self, clause: int, begin: int) -> int:
        """The start of a clause with the adverbials before it (``|而在发布会上，他进一步…``) and the first
        of two offices (``|星澜创始人，CEO孟繁昭``)."""
        adverbials, titles = self.lexicon.adverbials, self.lexicon.titles
        while clause - 1 > begin and self.masked[clause - 1] in "，,":
            previous = self.text.clause(clause - 1, begin)
            front = adverbials.front.match(self.masked, previous, clause - 1)
            whole = front is not None and front.end() >= clause - 1
            if titles.match(self.masked, clause):
                end = self.lexicon.title_end.search(self.masked, previous, clause - 1)
                whole |= end is not None and clause - previous <= _OFFICE
            if not whole and not adverbials.aside.match(self.masked, previous, clause - 1):
                break
            clause = previous
        return clause

    def _source(self, hit: Hit, cue: Cue, begin: int, clause: int) -> Source | None:
        """The source of a cue: in its clause, in an earlier one of its sentence, or not named at all."""
        phrases, masked = self.phrases, self.masked
        start, stop = phrases.bounds(clause, hit.start)
        adverb = self.lexicon.role["bare_adverb"].fullmatch(masked, start, stop)
        heard = self.lexicon.nouns["anonymous"].search(masked, start, stop)
        if adverb and not heard and phrases.register.named_before(start, stop) is None:
            start = stop  # 也顺势|表示
        if masked.startswith("被", start):
            described = masked.rfind("的", start, stop) + 1  # 被问及销量的|孟繁昭, not 被业内认为
            source = phrases.read(described, stop) if described else None
            return source if source is not None and source.kind == "person" else None
        if start < stop:
            if self.lexicon.role["there_is"].fullmatch(masked, start, stop):  # 有分析认为
                end = hit.start + len(cue.word)
                return Source(start, end, "anonymous", self.original[hit.start : end])
            source = phrases.read(start, stop)
            if source is None or (
                not source.sure and source.kind != "person" and cue.stance != "report"
            ):
                source = phrases.leading(start, hit.start) or source
            if source is None and self.lexicon.role["placed"].match(masked, start, hit.start):
                source = self._earlier(cue, clause, begin)  # 萨达纳，在展会现场表示，
            return source
        named = self.lexicon.role["names_itself"].match(masked, hit.start, hit.end)
        posted = self.lexicon.role["published"].search(masked, begin, max(begin, clause - 1))
        medium = self._earlier(cue, clause, begin) if named and posted else None
        if medium is not None and medium.kind == "organization":
            medium.link = "same_sentence"
            return medium  # 云芯网发布博文，|报道称…
        if named:  # 报道指出，…
            words = self.original[hit.start : named.end()]
            kind = "document" if self.lexicon.nouns["document"].search(words) else "anonymous"
            return Source(hit.start, named.end(), kind, words)
        half = masked.rfind(";", begin, clause) + 1
        if self.lexicon.role["additive"].match(masked, clause, hit.start):
            half = begin  # ；又说…
        if self._last_cue >= (half or begin):
            return Source(clause, clause, "none")  # who is quoted in this sentence already
        return self._earlier(cue, clause, begin) or Source(clause, clause, "none", sure=False)

    def _earlier(self, cue: Cue, clause: int, begin: int) -> Source | None:
        """The subject of an earlier clause of the sentence, the nearest first."""
        masked, at = self.masked, clause
        for _ in range(_EARLIER_CLAUSES):
            if at - 1 <= begin or masked[at - 1] in "\x01—":
                return None
            previous = self.text.clause(at - 1, begin)
            if at == clause and cue.stance == "evidence" and "document" in cue.bare:
                paper = self.phrases.paper(previous, at - 1)
                if paper is not None:
                    return paper  # 英特尔公布了财报，|显示…
            if not self.lexicon.adverbials.aside.match(masked, previous, at - 1):
                source = self._subject(previous, at - 1)
                placed = masked.startswith("在", previous)  # 在对手公布的数据中，…
                if source is not None and (
                    source.kind != "document" or ("document" in cue.bare and not placed)
                ):
                    if source.kind != "author" and masked[source.end : at - 1].strip():
                        source.link = "elided"
                    return source
            at = previous
        return None

    def _subject(self, begin: int, end: int) -> Source | None:
        """The subject of the clause between two places; asked once while it has none."""
        register = self.phrases.register
        asked = begin, end, len(register.people), len(register.groups)
        if asked in self._without_subject:
            return None
        source = self._subject_of(begin, end)
        if source is None:
            self._without_subject.add(asked)
        return source

    def _subject_of(self, begin: int, end: int) -> Source | None:
        start, stop = self.phrases.bounds(begin, end)
        if start >= stop or self.lexicon.role["owes"].match(self.masked, start, stop):
            return None
        source = self.phrases.read(start, stop) if stop - start <= 40 else None
        between = (
            self.lexicon.role["not_in_group"].search(self.masked, start, source.start)
            if source
            else None
        )
        if source is not None and source.sure and not between:
            does = self.lexicon.role["does"].search(self.masked, start, stop)
            unnamed = source.kind in ("document", "anonymous") or source.entity is None
            if not does or not unnamed or source.kind == "he":  # 星澜起诉了一名|前工程师
                return source
        return self.phrases.leading(start, end)

    def _medium(self, source: Source) -> bool:
        """Whether a source is a medium, which reports where others only are: 据路透社，…"""
        name = self.masked[source.start : source.end].strip("《》 ")
        medium = self.lexicon.nouns["medium"].search(name)
        return medium is not None and medium.end() == len(name)


def _takes(shape: QuoteShape, source: Source) -> bool:
    return not shape.sources or source.speaks_as in shape.sources
