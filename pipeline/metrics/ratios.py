"""Quantities -> the same, with every ratio told: how it compares, in what, and with what.

In: a document, its names, and the quantities of ``numbers.py``, in which 40% and 2倍 are still bare.
Out: the quantities, where a ratio has its comparison (of, increase, decrease), its aspect
(性能 -> performance) and its reference (比A100 -> A100); ratios that are words of their own (翻倍,
腰斩, 四分之一) are added, and ratios that speak of business (营收增长40%) are refused.

The three questions are answered apart, each from its rule file, because Chinese says them apart:
与A100相比 (with what), 训练性能 (in what), 提升了40% (how).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from operator import attrgetter

from pipeline.document.openings import Words, gated
from pipeline.document.segment import clause
from pipeline.metrics.bounds import Bounds
from pipeline.metrics.differences import Differences
from pipeline.metrics.named import Named
from pipeline.metrics.numerals import Numerals
from pipeline.model import ASPECTS, Document, NameMention, Quantity, Reject, Sentence
from pipeline.rules import CsvSchema, Rulebook, RuleErrors, Shape, TomlSchema, alternation

WORDS = (
    "company", "period", "pronoun", "nothing", "itself", "hedge", "head", "taken_on", "edge", "told_apart",
    "amount", "part", "generation", "alike", "beside", "changed",
)  # fmt: skip
"""Kinds of shapes that are words by which ratios are read; ratios.toml says what each is for."""
SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    "aspects": CsvSchema(
        ("surface", "aspect", "role"),
        enums={"aspect": ASPECTS, "role": ("noun", "verb", "weak", "per", "metric")},
        key=("surface",),
    ),
    "ratios": TomlSchema(
        ("kind",),
        ("comparison", "before", "after", "pattern", "unit", "value", "owner", "words"),
        enums={
            "kind": (
                "comparison",
                "reference",
                "token",
                "change",
                "cell",
                "column",
                *WORDS,
            ),
            "comparison": ("of", "increase", "decrease"),
        },
    ),
}

THAN = ("reference.than", "reference.over")
"""Frames of difference: a percentage beside one is never a share."""
BEING = ("ratio.of-verb-percent", "ratio.of-verb")
"""Verbs of being, which say how something compares only where nothing before them does."""
BASELINE = "reference.baseline"
"""The frame that may stand before a table and hold for all its cells."""
BUSINESS = ("ratio.company", "ratio.period")
"""What refuses a ratio of business."""
NAMED = 8
"""Characters between an aspect word and the number that it is the name of: 速度约28 token/s."""
_MASK = "\ue000"
_start, _span = attrgetter("start"), attrgetter("start", "end")
_KIND = re.compile(r"[^\s的比与和是了，。]{0,4}")
"""提升60%的|游戏|性能: of which kind it is."""
_SHARES = 2 * NAMED + 10
"""How far behind 分别 the first of its ratios may stand: 分别是NAME的…."""
_MARK = re.compile(r"[，,；;。、]")
_JOIN = re.compile(r"\s?(?:、|和|与|及|以及|/|或)\s?")


@dataclass(frozen=True, slots=True)
class Comparison:
    id: str
    comparison: str
    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    unit: str


@dataclass(frozen=True, slots=True)
class Token:
    id: str
    comparison: str
    value: float | None
    unit: str
    words: tuple[str, ...]
    """One of these stands in every match."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A shape that names what a ratio is compared with."""

    id: str
    pattern: re.Pattern[str]
    owner: bool
    words: tuple[str, ...]
    """One of these stands in every match; none given, a ratio does."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Words that name what a ratio is compared with: 比A100高40%."""

    start: int
    end: int
    ratio: tuple[int, int] | None
    """The ratio that stands in the frame, if one does."""
    owner: bool
    """X的N倍: the frame holds only when the ratio is an "of"."""
    comparison: str = ""
    """What the verb of the frame says: 领先A100 29% is an increase."""
    rule: str = ""
    """Id of the shape."""


@dataclass(frozen=True, slots=True)
class Ratios:
    """The compiled ratio shapes and aspect words."""

    comparisons: tuple[Comparison, ...]
    references: tuple[Reference, ...]
    reference_words: Words
    tokens: tuple[Token, ...]
    token_words: Words
    token: re.Pattern[str]
    words: dict[str, re.Pattern[str]]
    """What is read by each of ``WORDS``."""
    noun: re.Pattern[str]
    verb: re.Pattern[str]
    aspects: dict[str, str]
    metrics: dict[str, str]
    """Aspect of the ratio of two numbers of a metric."""
    weak: frozenset[str]
    """Aspect words that give way to what the clause says is fast: 性能快5%."""
    per: frozenset[str]
    """Aspect words that hold over performance behind them: 每瓦结构性能."""
    numerals: Numerals
    bounds: Bounds
    differences: Differences
    distributive: re.Pattern[str]
    """Words by which the i-th ratio is in the i-th aspect: 分别."""

    @staticmethod
    def compile(rules: Rulebook, numerals: Numerals, bounds: Bounds) -> Ratios:
        faults: list[str] = []
        shapes: dict[str, list[Shape]] = {}
        for shape in rules.shapes_of("ratios"):
            shapes.setdefault(shape.get("kind"), []).append(shape)
        written = {
            kind: "|".join(
                _compiled(s, s.get("pattern"), faults).pattern for s in shapes.get(kind, ())
            )
            or "(?!)"
            for kind in WORDS
        }
        bounding = alternation(
            [r["surface"] for r in rules.table("bounds") if r["side"] == "before"]
        )
        hedge = rf"\s*[“「\"]?(?:(?:{bounding}|{written['hedge']})\s*){{0,4}}[“「\"]?\s*"
        change = "|".join(s.get("pattern") for s in shapes.get("change", ())) or "(?!)"
        references = tuple(
            Reference(
                s.id,
                _reference(s, change, faults),
                bool(s.get("owner", False)),
                tuple(s.get("words", ())),
            )
            for s in shapes.get("reference", ())
        )
        comparisons = tuple(
            Comparison(
                s.id, s.get("comparison"),
                _compiled(s, rf"(?:{s.get('before')})\s*{hedge}$", faults) if s.get("before") else None,
                _compiled(s, rf"(?:[)）]|[(（][^()（）\d]{{1,12}}[)）])?\s?(?:{s.get('after')})", faults) if s.get("after") else None,
                s.get("unit"),
            )
            for s in shapes.get("comparison", ())
        )  # fmt: skip
        tokens = shapes.get("token", [])
        faults += [
            f"{s.where}: {s.id!r} needs words: one of them stands in every match"
            for s in tokens
            if not s.get("words")
        ]
        joined = "|".join(f"(?P<t{i}>{s.get('pattern')})" for i, s in enumerate(tokens)) or "(?!)"
        words = rules.table("aspects")
        try:
            token = gated(joined)
        except re.error as error:
            faults.append(f"rules/ratios.toml:1: token patterns: {error}")
            token = re.compile("(?!)")
        metrics = {w["surface"]: w["aspect"] for w in words if w["role"] == "metric"}
        differences = Differences.compile(
            [*shapes.get("cell", ()), *shapes.get("column", ())], metrics, faults
        )
        distributive = [
            _compiled(s, s.get("pattern"), faults).pattern
            for s in rules.shapes_of("linking")
            if s.get("role") == "distributive"
        ]
        if faults:
            raise RuleErrors(faults)
        return Ratios(
            comparisons, references,
            Words((word, i) for i, r in enumerate(references) for word in r.words),
            tuple(
                Token(s.id, s.get("comparison"), s.get("value", None), s.get("unit"), tuple(s.get("words", ())))
                for s in tokens
            ),
            Words((word, 0) for s in tokens for word in s.get("words", ())),
            token,
            {kind: gated(pattern) for kind, pattern in written.items()},
            re.compile(alternation([w["surface"] for w in words if w["role"] != "metric"])),
            re.compile(rf"(?:{alternation([w['surface'] for w in words if w['role'] == 'verb'])})"),
            {w["surface"]: w["aspect"] for w in words if w["role"] != "metric"},
            metrics,
            frozenset(w["surface"] for w in words if w["role"] == "weak"),
            frozenset(w["surface"] for w in words if w["role"] == "per"),
            numerals,
            bounds,
            differences,
            re.compile("|".join(distributive) or "(?!)"),
        )  # fmt: skip

    def read(
        self, document: Document, names: list[NameMention], quantities: list[Quantity]
    ) -> tuple[list[Quantity], list[Reject], Frames]:
        """Quantities with their ratios told, the ratios that were refused, the frames of their sentences."""
        folded = document.folded
        quantities = self._with_tokens(document, names, quantities)
        out: list[Quantity] = []
        refused: list[Reject] = []
        ends = [s.end for s in document.sentences]
        sentence: Sentence | None = None
        rows = {b.number for b in document.blocks if b.kind == "row"}
        starts = [n.start for n in names]
        present: list[NameMention] = []
        frames: list[Frame] = []
        seen = Frames(self, document)
        last: Quantity | None = None
        for index, quantity in enumerate(quantities):
            if quantity.metric != "relative":
                out.append(quantity)
                last = quantity
                continue
            at = bisect_right(ends, quantity.start)
            if sentence is not document.sentences[at]:
                sentence = document.sentences[at]
                frames = seen.read(sentence, quantities, index)
                present = names[
                    bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)
                ]
            measured = last if last and last.start >= sentence.start else None
            reading = self._read(document, sentence, quantity, present, frames, measured)
            if isinstance(reading, Reject) and out and out[-1].metric == "relative":
                reading = self._listed(folded, out[-1], quantity) or reading
            if isinstance(reading, Quantity) and out and out[-1].metric == "relative":
                reading = self._going_on(sentence, out[-1], reading)
            if sentence.block in rows and (isinstance(reading, Reject) or not reading.reference):
                reading = self._in_table(document, sentence, names, out, quantity) or reading
            if isinstance(reading, Quantity) and sentence.block in rows and not reading.reference:
                reading = Reject(stage="ratios", reason="a table cell does not say with what it compares",
                                 text=folded[quantity.start : quantity.end], start=quantity.start,
                                 end=quantity.end, rule=quantity.rule)  # fmt: skip
            if isinstance(reading, Reject):
                refused.append(reading)
            else:
                out.append(reading)
        return self._shared_out(document, out), refused, seen

    def _shared_out(self, document: Document, quantities: list[Quantity]) -> list[Quantity]:
        """显存和带宽分别是H100的1.76倍和1.4倍: each ratio has the aspect that stands in its place."""
        folded = document.folded
        out = list(quantities)
        for hit in self.distributive.finditer(folded):
            first = bisect_left(out, hit.end(), key=_start)
            last = first
            while last < len(out) and out[last].metric == "relative":
                last += 1
                if last < len(out) and not _JOIN.fullmatch(
                    folded, out[last - 1].end, out[last].start
                ):
                    break
            if last - first < 2 or out[first].start - hit.end() > _SHARES:
                continue
            low = out[first].left
            opens = (
                hit.start() - low < 2
            )  # 有144GB显存和4.9TB/s带宽，分别是…: of the clauses before
            if opens:
                low = folded.rfind("。", 0, hit.start()) + 1
            nouns = [n[0] for n in self.noun.finditer(folded, low, hit.start())]
            if opens:
                nouns = nouns[first - last :]
            if len(nouns) == last - first:
                for index, noun in enumerate(nouns, first):
                    out[index] = out[index]._replace(aspect=self.aspects[noun])
        return out

    def _listed(self, folded: str, first: Quantity, q: Quantity) -> Quantity | None:
        """分别降低45%和36%, 算力约为前代的八倍、内存容量九倍: a ratio shares what is said of the one before it."""
        joined = _JOIN.match(folded, first.end, q.start)
        label = folded[joined.end() : q.start].strip() if joined else ""
        nouns = list(self.noun.finditer(label))
        named = bool(nouns) and nouns[-1].end() == len(label) <= NAMED and q.unit == first.unit
        if joined is None or (label and not named):
            return None
        return q._replace(
            aspect=self.aspects[nouns[-1][0]] if named else first.aspect,
            comparison=first.comparison, reference=first.reference, frame=first.frame, rule=first.rule,
        )  # fmt: skip

    def _going_on(self, sentence: Sentence, first: Quantity, q: Quantity) -> Quantity:
        """速度提升22%，编码更是达到27%: a verb of being goes on about the growth before it."""
        told = q.rule in BEING and q.unit == first.unit == "%"
        grows = first.comparison != "of" and first.start >= sentence.start
        return q._replace(comparison=first.comparison) if told and grows else q

    def _in_table(
        self,
        document: Document,
        sentence: Sentence,
        names: list[NameMention],
        told: list[Quantity],
        q: Quantity,
    ) -> Quantity | None:
        """The ratio of two numbers of the row, else a bare 118% in a table below 以RTX 4060 Ti为基准: a share
        of what the line before the table names."""
        if q.unit not in ("%", "x"):
            return None
        difference = self.differences.read(document, names, told, q)
        if difference is not None:
            return difference
        first = sentence.block
        while first and document.blocks[first].kind in ("row", "caption"):
            first -= 1
        line = document.blocks[first]
        shape = next((r for r in self.references if r.id == BASELINE), None)
        hit = shape.pattern.search(document.folded, line.start, line.end) if shape else None
        if shape is None or hit is None:
            return None
        reference, span = self._reference(
            document, Frame(*hit.span("ref"), None, False, "", shape.id), names
        )
        label = self.noun.search(document.folded, sentence.start, q.start)
        return q._replace(
            comparison="of",
            reference=reference,
            frame=span,
            rule=shape.id,
            aspect=self.aspects[label[0]] if label else "performance",
        )

    def _with_tokens(
        self, document: Document, names: list[NameMention], quantities: list[Quantity]
    ) -> list[Quantity]:
        """The quantities with those that are words of their own: 翻倍, 四分之一."""
        folded = document.folded
        added: list[Quantity] = []
        words_of: set[int] = set()
        """Where the numbers begin that are a part of such a word."""
        named = Named(names)
        for sentence, hit in (
            (held, hit)
            for held in self.token_words.sentences(document).get(0, ())
            for hit in self.token.finditer(folded, held.start, held.end)
        ):
            start, end = hit.span()
            after = bisect_left(quantities, end, key=_start)
            number = quantities[after - 1] if after and quantities[after - 1].end > start else None
            if number is not None:
                # 翻|一倍 is one word; in 一倍以上 the number is what is said
                if not (start < number.start and number.end <= end and number.metric == "relative"):
                    continue
                words_of.add(number.start)
            if named.hold(start):
                continue
            token = next(t for i, t in enumerate(self.tokens) if hit[f"t{i}"] is not None)
            value = token.value
            if value is None:
                groups = {
                    k.rstrip("2"): v
                    for k, v in hit.groupdict().items()
                    if v and not k.startswith("t")
                }
                top = self.numerals.value(groups.get("numerator", ""))
                bottom = self.numerals.value(groups.get("denominator", ""))
                if not top or not bottom or (top >= bottom and bottom != 100):
                    continue
                value = round(100 * top / bottom, 4)
            left, right = clause(document.clause_marks, start, end, sentence.start, sentence.end)
            bound = self.bounds.of(folded, start, end, end, left, folded[start:end])
            added.append(Quantity(
                start, end, "relative", float(value), None, token.unit, bound, rule=token.id,
                left=left, right=right, comparison=token.comparison,
            ))  # fmt: skip
        if not added:
            return quantities
        kept = [q for q in quantities if q.metric != "relative" or q.start not in words_of]
        return sorted([*kept, *added], key=_span)

    def _read(
        self,
        document: Document,
        sentence: Sentence,
        q: Quantity,
        names: list[NameMention],
        frames: list[Frame],
        measured: Quantity | None,
    ) -> Quantity | Reject:
        def refuse(reason: str, rule: str = q.rule) -> Reject:
            return Reject(
                stage="ratios",
                reason=reason,
                text=document.folded[q.start : q.end],
                start=q.start,
                end=q.end,
                rule=rule,
            )

        folded = document.folded
        comparison, rule = q.comparison, q.rule
        own = [f for f in frames if f.ratio and f.ratio[0] <= q.start < f.ratio[1]]
        owner = next((f for f in own if f.owner), None)
        if not comparison:
            comparison, rule = self._comparison(folded, sentence, q)
        if not comparison or rule in BEING:
            # 领先A100高达66%: the verb of the frame says more than one of being
            comparison, rule = next(
                ((f.comparison, f.rule) for f in own if f.comparison), (comparison, rule)
            )
        if not comparison and owner is not None:
            comparison, rule = "of", "ratio.of-possessive"
        if not comparison and q.unit == "%":
            # 比A100有15%的优势: a percentage beside 比 is a difference
            than = [f for f in frames if f.rule in THAN and q.left <= f.start and f.end <= q.start]
            comparison, rule = ("increase", than[-1].rule) if than else ("", rule)
        if not comparison:
            return refuse("nothing beside it says how it compares")
        aspect = self._aspect(folded, sentence, q, measured)
        business = self.words["company"].search(folded[q.left : q.right])
        since = self.words["period"].search(folded, q.left, q.right)
        if since and not self._of_price(folded, sentence, q, measured):
            business = since
        if not business and not self.noun.search(folded, q.left, q.right):
            # 净利润198亿元,同比增长27%: the clause says nothing of what grew, the one before does; but
            # 出货3万台,功耗140千瓦,是A100的3倍: of what was measured last
            low = measured.left if measured is not None else sentence.start
            business = self.words["company"].search(folded, low, q.left)
        if business:
            return refuse(
                f"{business[0]} beside it: a ratio of business", BUSINESS[business is since]
            )
        frame = self._frame(q, comparison, frames, owner, folded)
        if not aspect:
            chip_near = any(n.kind in ("chip", "memory", "process") for n in names)
            if not (frame or chip_near):
                return refuse("neither an aspect nor a chip beside it")
            aspect = "performance" if frame else "other"
        if comparison == "of" and q.unit == "%" and frame is not None and frame.rule in THAN:
            comparison = "increase"
        if comparison == "of" and q.unit == "x" and q.value == 1:
            comparison = "increase"  # 有一倍的差异: one times as much is no difference
        reference, span = self._reference(document, frame, names) if frame else ("", None)
        bound = q.bound
        if bound == "=" and frame is not None and frame.owner and span is not None:
            # 接近A100的90%: the bound stands before the owner
            bound = self.bounds.of(folded, span[0], q.end, q.end, q.left, folded[q.start : q.end])
        return q._replace(
            bound=bound,
            aspect=aspect,
            comparison=comparison,
            reference=reference,
            frame=span,
            rule=rule,
        )

    def _of_price(
        self, folded: str, sentence: Sentence, q: Quantity, measured: Quantity | None
    ) -> bool:
        """合约价为3.71美元，环比下降9.51%: whether the sentence speaks of a price."""
        nouns = self.noun.finditer(folded, sentence.start, q.start)
        told = measured is not None and measured.metric == "price"
        return told or any(self.aspects[noun[0]] == "price" for noun in nouns)

    def _comparison(self, folded: str, sentence: Sentence, q: Quantity) -> tuple[str, str]:
        before = folded[max(sentence.start, q.start - 36) : q.start]
        for shape in self.comparisons:
            if shape.unit and shape.unit != q.unit:
                continue
            if shape.before and not shape.before.search(before):
                continue
            if shape.after and not shape.after.match(folded, q.end, sentence.end):
                continue
            return shape.comparison, shape.id
        return "", ""

    def _aspect(
        self, folded: str, sentence: Sentence, q: Quantity, measured: Quantity | None
    ) -> str:
        """The aspect word right behind (25%的性能提升), else nearest before, else further behind."""
        beside = self.words["beside"].match(folded, q.end, q.end + 12)
        position = beside.end() if beside else q.end
        behind = self.noun.search(folded, position, min(sentence.end, position + 14))
        comma = _MARK.search(folded, position, position + 14)
        if behind and (not comma or behind.start() < comma.start()):
            verb_before = self.words["changed"].search(
                folded, max(sentence.start, q.start - 8), q.start
            )
            # 提升10%速度，降低20%功耗: right behind it, in a clause that names none before
            kind = _KIND.fullmatch(folded, position, behind.start())
            alone = kind and not any(self._nouns(folded, q.left, q.start))
            if not verb_before or alone:
                return self.aspects[behind[0]]
        for low in (q.left, sentence.start):
            last, at = "", low
            for word in self._nouns(folded, low, q.start):
                if word[0] in self.weak and self.aspects.get(last) in ("performance", "latency"):
                    continue
                if last in self.per and self.aspects[word[0]] == "performance":
                    continue
                last, at = word[0], word.start()
            named = (
                measured is not None
                and last
                and measured.left <= at
                and measured.start - at <= NAMED
            )
            if (
                measured is not None and not named
                and measured.start >= at and measured.metric in self.metrics
            ):  # fmt: skip
                # 比RTX 5090的96MB再多三分之一: of what the number before measures
                return self.metrics[measured.metric]
            if last:
                return self.aspects[last]
        if behind and not comma:
            return self.aspects[behind[0]]
        return ""

    def _nouns(self, folded: str, low: int, high: int) -> Iterator[re.Match[str]]:
        """The nouns for aspects between two positions, but for those that stay as they are: 同功耗下, 在相同面积下."""
        return (
            noun for noun in self.noun.finditer(folded, low, high)
            if not self.words["alike"].search(folded, max(low, noun.start() - 4), noun.start())
        )  # fmt: skip

    def _frame(
        self,
        q: Quantity,
        comparison: str,
        frames: list[Frame],
        owner: Frame | None,
        folded: str,
    ) -> Frame | None:
        """The frame that gives this number its reference: its own owner, one tied to it, the latest before."""
        if comparison == "of" and owner is not None:
            return owner
        tied = [f for f in frames if not f.owner and f.ratio and f.ratio[0] <= q.start < f.ratio[1]]
        open_frames = [f for f in frames if not f.owner and not f.ratio and f.end <= q.start]
        # 比A高20%,功耗低30%: the second ratio is still compared with A
        earlier = [f for f in frames if f.ratio and f.ratio[1] <= q.start]
        for group in (tied, sorted(open_frames, key=lambda f: (f.start, f.end)), earlier):
            if group:
                return group[-1]
        # 性能提升35%，功耗较前一代降低40%: what the next ratio of the sentence is held against
        semicolon = folded.find(";", q.end)
        later = [
            f for f in frames
            if not f.owner and f.rule in THAN and f.start >= q.end
            and not q.end <= semicolon < f.start
        ]  # fmt: skip
        return later[0] if later and comparison != "of" else None

    def _reference(
        self, document: Document, frame: Frame, names: list[NameMention]
    ) -> tuple[str, tuple[int, int]]:
        """Canonical name of the chip in a frame (the head stands last in Chinese), else its words.

        The span that comes with it is what no subject may stand in: the frame, but of an owner (LS200
        号称…前者的50%) only the owner itself.
        """
        folded, text = document.folded, document.article.text
        read = self.words
        verb = read["head"].match(folded, frame.start, frame.end) if frame.owner else None
        whole = verb and not any(n.start < verb.end() < n.end for n in names)
        if verb and whole and folded[verb.end() : frame.end].strip():
            frame = replace(frame, start=verb.end())  # 而BR106只有|它|的一半
        inside = [n for n in names if frame.start <= n.start and n.end <= frame.end]
        named = [n for n in inside if n.kind in ("chip", "process")] or [
            n for n in inside
            if n.kind in ("product", "system")
            or (n.kind == "memory" and not folded[n.end : frame.end].strip())
        ]  # fmt: skip
        if named:
            head = len(named) - 1
            while head and _JOIN.fullmatch(folded, named[head - 1].end, named[head].start):
                head -= 1
            name = named[head].name or text[named[head].start : named[head].end]
            first = head
            while first and read["part"].search(folded, frame.start, named[first - 1].start):
                first -= 1  # 配有X50调制解调器的骁龙855: the modem is a part of the reference
            modified = read["told_apart"].search(folded, frame.start, named[head].start)
            if modified and named[head].kind in ("product", "system"):
                name = text[modified.start() : named[head].end]
            return name, (named[first].start if frame.owner else frame.start, frame.end)
        words = folded[frame.start : frame.end]
        if frame.owner:
            words = read["head"].sub("", words)
        # 相比上一代|有显著提升: what follows a verb is no part of the reference
        cut = read["taken_on"].split(words, maxsplit=1)[0]
        words = read["edge"].sub("", cut).strip() or words.strip()
        words = read["amount"].sub("", words) or words
        if read["nothing"].fullmatch(words):
            return "", (frame.start, frame.end)
        generation = read["generation"].match(words)
        words = generation[0] if generation else words
        nouns = list(self.noun.finditer(words))
        last = nouns[-1] if nouns else None
        # 英伟达相同产品|功耗: the aspect is no part of what is compared
        kept = read["itself"].search(words)
        if last is not None and last.end() == len(words) and last.start() > 1 and not kept:
            words = read["edge"].sub("", words[: last.start()])
        at = max(folded.find(words, frame.start, frame.end), frame.start)
        return text[at : at + len(words)], (at if frame.owner else frame.start, frame.end)


class Frames:
    """The reference frames of the sentences of a document, each found when it is first asked for."""

    def __init__(self, ratios: Ratios, document: Document):
        self._ratios = ratios
        self.pronoun = ratios.words["pronoun"]
        self._folded = document.folded
        self._cued = ratios.reference_words.shapes(document)
        self._known: dict[int, list[Frame]] = {}

    def of(self, sentence: Sentence) -> list[Frame]:
        """The frames of a sentence; those of one with ratios were read with them."""
        known = self._known.get(sentence.number)
        return self.read(sentence, [], 0) if known is None else known

    def read(self, sentence: Sentence, quantities: list[Quantity], first: int) -> list[Frame]:
        """The frames of a sentence, its quantities being those from the ``first`` on."""
        cued = self._cued.get(sentence.number, ())
        found: list[Frame] = []
        self._known[sentence.number] = found
        masked, ratio = mask(self._folded, sentence, quantities, first)
        if not cued and not ratio:
            return found
        offset = sentence.start
        for number, shape in enumerate(self._ratios.references):
            if number not in cued if shape.words else not ratio:
                continue
            for hit in shape.pattern.finditer(masked):
                groups = {k: hit.span(k) for k, v in hit.groupdict().items() if v}
                a, b = groups["ref"]
                tied = groups.get("ratio")
                found.append(Frame(
                    a + offset, b + offset,
                    (tied[0] + offset, tied[1] + offset) if tied else None, shape.owner,
                    "increase" if "more" in groups else "decrease" if "less" in groups else "",
                    shape.id,
                ))  # fmt: skip
        return found


def mask(
    folded: str, sentence: Sentence, quantities: list[Quantity], first: int
) -> tuple[str, bool]:
    """The sentence with its ratios as runs of one private character, for patterns to name; whether
    it has any. Its quantities are those from the ``first`` on."""
    pieces, at = [], sentence.start
    for number in range(first, len(quantities)):
        q = quantities[number]
        if q.start >= sentence.end:
            break
        if q.metric == "relative":
            pieces += [folded[at : q.start], _MASK * (q.end - q.start)]
            at = q.end
    return "".join([*pieces, folded[at : sentence.end]]), bool(pieces)


def _reference(shape: Shape, change: str, faults: list[str]) -> re.Pattern[str]:
    """A reference shape with its slots filled; a ratio never stands inside a reference."""
    pattern = shape.get("pattern").replace("{change}", f"(?:{change})")
    pattern = pattern.replace("{ratio}", f"(?P<ratio>{_MASK}+)")
    # the comma of 1,999 ends no reference
    pattern = re.sub(r"\[\^，,([^]]*)\]", rf"(?:[^{_MASK}，,\1]|(?<=\\d),(?=\\d{{3}}))", pattern)
    pattern = pattern.replace(r"\s?\d)", rf"\s?[\d{_MASK}])")
    return _compiled(shape, pattern, faults, gated)


def _compiled(
    shape: Shape,
    pattern: str,
    faults: list[str],
    compiled: Callable[[str], re.Pattern[str]] = re.compile,
) -> re.Pattern[str]:
    try:
        return compiled(pattern)
    except re.error as error:
        faults.append(f"{shape.where}: {error} in {pattern!r}")
        return re.compile("(?!)")
