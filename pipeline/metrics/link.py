"""Quantities -> metrics: whose number is it.

In: a document, its names, the quantities that ``numbers.py`` and ``ratios.py`` read, the quotes.
Out: the rows of table metrics. A sieve of deciders, the most certain first; what one has decided
the next does not touch:

    table        the header above the cell, or the first cell of its row
    attribute    7纳米工艺的AI芯片Gaudi2: a name right behind the number
    coordinate   A和B的功耗分别为45W和65W; A和B均采用7纳米: a list of names before it
    clause       the name before it in its own clause
    sentence     the subject of an earlier clause, else of a later one
    anaphora     其, 该芯片, 后者: the subject of what went before
    heading      the name in the heading that it stands under
    previous     the subject of the sentences before, in the same section
    topic        the chip that the title names

A name that only says what a ratio is compared with (比A100高40%) is never its subject. Words of the
language (joiners, anaphors, 预计, 据传) stand in rules/linking.toml; none stands here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from pipeline.document.openings import Words, endings, gated
from pipeline.metrics.numbers import Numbers
from pipeline.metrics.ratios import Frames, Ratios
from pipeline.model import (
    Block,
    Document,
    Metric,
    NameMention,
    Quantity,
    Quote,
    Reject,
    Sentence,
)  # fmt: skip
from pipeline.rules import CsvSchema, Rulebook, RuleErrors, TomlSchema

ROLES = (
    "joiner", "distributive", "anaphor", "former", "latter", "filler", "contains", "forecast",
    "rumor", "negated", "foundry", "oblique", "rival", "predecessor", "block",
    "making", "description", "maker_description", "successor",
    "foundry_name", "chip_anaphor",
)  # fmt: skip
SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    "confidence": CsvSchema(
        ("decider", "of", "precision", "facts"),
        enums={"of": ("number", "ratio")},
        key=("decider", "of"),
    ),
    "linking": TomlSchema(("role", "pattern"), ("words",), enums={"role": ROLES}),
}

MANY = ("description", "maker_description", "negated", "foundry")
"""Roles whose patterns begin in many ways."""
BEFORE = ("oblique", "rival", "predecessor", "contains")
OWNERS = frozenset(("chip", "system", "product", "model"))
"""Kinds of names that own numbers; memories and processes only where nothing else can."""
OWN_BESIDES_CHIPS = {
    "memory_capacity": ("system", "product"), "power": ("system", "product"), "price": ("system", "product"),
    "compute": ("system",), "throughput": ("system",), "latency": ("system",),
    "interconnect_bandwidth": ("system",), "memory_bandwidth": ("system",), "relative": ("system",),
    "core_count": ("system",), "clock_frequency": ("system",), "energy_efficiency": ("system",),
    "parameter_count": ("model",),
}  # fmt: skip
"""What else than a chip may own a number of a metric."""
OTHERS = ("process", "memory", "architecture")
"""Kinds of names that own numbers only where a clause is about them."""
OF_MEMORIES = frozenset(("memory_capacity", "memory_bandwidth", "relative", "price", "cache_size"))
"""Metrics that a memory may have."""
SURE = frozenset((
    "process_node", "transistor_count", "transistor_density", "compute", "energy_efficiency", "die_area",
    "core_count", "memory_bandwidth", "cache_size", "clock_frequency", "interconnect_bandwidth",
))  # fmt: skip
"""Metrics that speak of processors even where none is named."""
UNMEASURED = 0.5
"""Confidence of what no gold has measured yet."""
FAR = 5
"""Sentences after which the title's chip is a better guess than the last one named (12 to 4 right at
two sentences, 29 to 20 beyond, on the development articles)."""
FAR_OF_RIVALS = 2
"""The same, when the last one named is another maker's: an article comes back from a comparison."""
OF_PROCESSES = frozenset(("process_node", "relative", "transistor_density", "price"))
"""Metrics that a process may have."""
OF_OTHERS = {
    "process": OF_PROCESSES,
    "memory": OF_MEMORIES,
    "architecture": frozenset(("relative",)),
}


_PROCESS_ENDS = re.compile(
    r"\s?(?:[A-Z]+\s?)?(?:工艺|制程|节点|产能|产线|技术|芯片)*\s?[，,。；;、)）]"
)
"""A process that its clause ends with is the object of something, not its theme."""


_MODEL = re.compile(
    r"(?:规模|级)?的\s?(?P<name>[A-Z][A-Za-z0-9.\-]{1,20})(?=\s|[，。、；,)）的模]|$)"
)
"""2800亿参数的Gopher: a model right behind its size."""


Before = tuple[re.Pattern[str], frozenset[str] | None]
"""What may stand before a name, and the characters that it may end with (None: any)."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a number was given to, and through which decider."""

    name: str
    type: str
    mention: NameMention | None
    link: str
    decider: str


class _Before:
    """What stands right before the names of an article, asked once for each name and role."""

    def __init__(self, folded: str, roles: dict[str, Before]):
        self._folded = folded
        self._roles = roles
        self._known: dict[tuple[str, int], bool] = {}

    def says(self, role: str, name: NameMention, sentence: Sentence) -> bool:
        """Whether words of a role end right where a name begins."""
        key = role, name.start
        known = self._known.get(key)
        if known is None:
            pattern, ends = self._roles[role]
            before = self._folded[max(sentence.start, name.start - 16) : name.start]
            known = bool(before) and (ends is None or before[-1] in ends)
            known = self._known[key] = known and pattern.search(before) is not None
        return known


class _Speakers:
    """Who is quoted where."""

    def __init__(self, quotes: list[Quote]):
        self._quotes = quotes
        self._starts = [q.start for q in quotes]
        self._reach = list(accumulate((q.end for q in quotes), max))
        """How far the quotes up to each one reach."""

    def at(self, start: int, end: int) -> str:
        """The speaker of the last quote that holds start:end."""
        index = bisect_right(self._starts, start) - 1
        while index >= 0 and self._reach[index] >= end:
            if self._quotes[index].end >= end:
                return self._quotes[index].speaker
            index -= 1
        return ""


@dataclass(slots=True)
class _Scene:
    """A sentence with what the deciders look at, and what the sentences before left behind."""

    document: Document
    sentence: Sentence
    block: Block
    owners: list[NameMention]
    """Names that may own a number: not inside a reference frame, not a part of another."""
    parts: list[NameMention]
    """Cores and blocks that the sentence names as parts: 集成4颗Cortex-A720."""
    compared: list[NameMention]
    """Names inside reference frames."""
    frames: list[tuple[int, int]]
    """The reference frames themselves."""
    others: list[NameMention]
    """Processes, memories and architectures, outside reference frames."""
    others_compared: list[NameMention]
    """The same inside reference frames."""
    organizations: list[NameMention]
    clauses: list[tuple[int, int]]
    named: list[tuple[int, int]]
    """The clauses that name an owner, the last first."""
    pairs: bool
    """Whether it says 前者 or 后者."""
    focus: list[NameMention]
    """Subjects of the sentences before, the latest last."""
    recent: list[NameMention]
    """All chips of the sentence before."""
    heading: list[NameMention]
    topic: NameMention | None
    everywhere: list[NameMention]
    """Possible subjects of the whole article."""
    makers: dict[str, str]
    """Their makers by their names."""
    chips: frozenset[str]
    """The names of chips among them."""
    before: _Before
    sentence_starts: list[int]
    predecessor: NameMention | None
    """The chip whose successor the sentences up to here spoke of."""


@dataclass(frozen=True, slots=True)
class Linker:
    """The compiled deciders."""

    words: dict[str, re.Pattern[str]]
    before: dict[str, Before]
    """The roles that stand before a name, as patterns that end where it begins."""
    description_words: Words
    confidence: dict[tuple[str, str], float]
    """Measured precision of each decider, of numbers and of ratios apart."""
    ratios: Ratios
    numbers: Numbers

    @staticmethod
    def compile(rules: Rulebook, numbers: Numbers, ratios: Ratios) -> Linker:
        faults: list[str] = []
        written = dict.fromkeys(ROLES, "(?!)")
        described: list[str] = []
        for shape in rules.shapes_of("linking"):
            try:
                re.compile(shape.get("pattern"))
                written[shape.get("role")] = shape.get("pattern")
            except re.error as error:
                faults.append(f"{shape.where}: {error} in {shape.get('pattern')!r}")
            if shape.get("role") == "description":
                described += shape.get("words", ())
                if not shape.get("words"):
                    faults.append(
                        f"{shape.where}: {shape.id!r} needs words: one of them stands in every match"
                    )
        if faults:
            raise RuleErrors(faults)
        words = {r: (gated if r in MANY else re.compile)(p) for r, p in written.items()}
        before = {r: (gated(p), endings(p)) for r in BEFORE for p in [f"(?:{written[r]})$"]}
        confidence = {
            (row["decider"], row["of"]): float(row["precision"])
            for row in rules.table("confidence")
        }
        return Linker(
            words, before, Words((word, 0) for word in described), confidence, ratios, numbers
        )

    def metrics(
        self,
        document: Document,
        names: list[NameMention],
        quantities: list[Quantity],
        frames: Frames,
        quotes: list[Quote],
        article: str,
    ) -> tuple[list[Metric], list[Reject]]:
        """The rows of table metrics, sorted by position, and what no decider would take."""
        rows: list[Metric] = []
        refused: list[Reject] = []
        text = document.article.text
        speakers = _Speakers(quotes)
        compared: dict[
            str, tuple[int, str]
        ] = {}  # subject -> sentence and reference of its last ratio
        for scene, here in self._scenes(document, names, quantities, frames):
            if scene.predecessor is not None and scene.focus:
                compared[scene.focus[-1].name] = scene.sentence.number, scene.predecessor.name
            if scene.compared and scene.compared[-1].kind == "chip":
                # 频率比7800X3D高了200MHz。游戏平均快8%: held against the same chip still
                theme = next(
                    (n for n in _chips(scene.owners) if n.start < scene.compared[-1].start), None
                )
                theme = theme or (scene.focus[-1] if scene.focus else None)
                if theme is not None and theme.name != scene.compared[-1].name:
                    compared[theme.name] = scene.sentence.number, scene.compared[-1].name
            shared = self._distribute(scene, here)
            for quantity in here:
                subjects = shared.get(quantity.start) or self._decide(scene, quantity)
                product = any(
                    s.mention is not None and s.mention.kind == "product" for s in subjects
                )
                if not subjects or product:
                    refused.append(Reject(
                        article, stage="link",
                        reason="of a phone, a PC or a car" if product else "no chip, card or system to give it to",
                        text=text[quantity.start : quantity.end], start=quantity.start,
                        end=quantity.end, rule=quantity.rule,
                    ))  # fmt: skip
                    continue
                status = self._status(scene, quantity)
                if quantity.metric == "relative":
                    quantity = self._referred(scene, quantity, subjects[0].name, compared)
                for subject in subjects:
                    kind = "ratio" if quantity.metric == "relative" else "number"
                    confidence = self.confidence.get((subject.decider, kind), UNMEASURED)
                    rows.append(_row(
                        document, article, scene.sentence.number, quantity, subject, status,
                        speakers.at(quantity.start, quantity.end), confidence,
                    ))  # fmt: skip
        return rows, refused

    # ------------------------------------------------------------------ scenes

    def _scenes(
        self,
        document: Document,
        names: list[NameMention],
        quantities: list[Quantity],
        known_frames: Frames,
    ) -> Iterator[tuple[_Scene, list[Quantity]]]:
        """Sentences that hold quantities, each with the state of the discourse before it."""
        folded = document.folded
        starts = [n.start for n in names]
        q_starts = [q.start for q in quantities]
        everywhere = [n for n in names if n.kind in OWNERS]
        makers = {n.name: n.maker for n in everywhere}
        chips = frozenset(n.name for n in everywhere if n.kind == "chip")
        before = _Before(folded, self.before)
        described = {s.number for s in self.description_words.sentences(document).get(0, ())}
        sentence_starts = [s.start for s in document.sentences]
        topic = self._topic(document, names, starts)
        focus: list[NameMention] = []
        recent: list[NameMention] = []
        heading_names: list[NameMention] = []
        predecessor: NameMention | None = None
        heading = -1
        for sentence in document.sentences:
            block = document.blocks[sentence.block]
            if block.heading != heading:
                heading = block.heading
                head = document.blocks[heading]
                heading_names = _chips(_between(names, starts, head.start, head.end))
                focus, recent = [], []
            present = _between(names, starts, sentence.start, sentence.end)
            here = quantities[
                bisect_left(q_starts, sentence.start) : bisect_left(q_starts, sentence.end)
            ]
            if not here and not present:
                continue
            frames = self._frames(sentence, here, known_frames) if here or len(present) > 1 else []
            compared = [
                n for n in present if n.kind in OWNERS and any(a <= n.start < b for a, b in frames)
            ]
            free = [n for n in present if n.kind in OWNERS and n not in compared]
            if not _chips(free) or here:
                free = self._with_descriptions(
                    folded, sentence, sentence.number in described, present, free, frames
                )
            parts = self._parts(folded, free, sentence, before)
            owners = [n for n in free if n not in parts] if parts else free
            if here:
                clauses = _clauses(document.clause_marks, sentence)
                yield _Scene(
                    document, sentence, block, owners, parts, compared, frames,
                    *_apart([n for n in present if n.kind in OTHERS], frames),
                    [n for n in present if n.kind == "organization"],
                    clauses, [c for c in reversed(clauses) if any(c[0] <= n.start < c[1] for n in owners)],
                    any(self.words[r].search(folded, sentence.start, sentence.end) for r in ("former", "latter")),
                    focus, recent, heading_names, topic, everywhere, makers, chips, before, sentence_starts,
                    predecessor,
                ), here  # fmt: skip
            predecessor = next(
                (
                    n
                    for n in present
                    if n.kind == "chip" and self.words["successor"].match(folded, n.end)
                ),
                None,
            )
            # 型号 | RX 7900 XTX opens a list of specifications; other rows say nothing of what comes after
            lists = block.kind == "row" and folded.count("|", block.start, block.end) == 1
            if lists or block.kind not in ("row", "caption"):
                focus = self._refocus(folded, sentence, owners, parts, focus, before)
                if not _chips(owners):
                    focus = [
                        *focus,
                        *(
                            n
                            for n in present
                            if n.kind == "process" and n.start - sentence.start <= 3
                        ),
                    ]
                if _chips(free + compared):
                    recent = sorted(_chips(free + compared), key=lambda n: n.start)

    def _with_descriptions(
        self,
        folded: str,
        sentence: Sentence,
        described: bool,
        present: list[NameMention],
        free: list[NameMention],
        frames: list[tuple[int, int]],
    ) -> list[NameMention]:
        """The owners of a sentence and the nameless products it describes: 竞争对手的产品, 联发科的旗舰SoC."""
        hits = (
            self.words["description"].finditer(folded, sentence.start, sentence.end)
            if described
            else ()
        )
        spans = [hit.span() for hit in hits]
        for n in present:
            if n.kind == "organization":
                hit = self.words["maker_description"].match(folded, n.end, sentence.end)
                if hit:
                    spans = [(a, b) for a, b in spans if b <= n.start or a >= hit.end()]
                    spans.append((n.start, hit.end()))
        found = [
            NameMention(a, b, "description", folded[a:b])
            for a, b in spans
            # 联发科的旗舰SoC天玑9400 has a name after all
            if not any(a - 2 <= n.start <= b + 2 for n in present if n.kind == "chip")
            and not any(x < b and a < y for x, y in frames)
        ]
        return sorted([*free, *found], key=lambda n: n.start) if found else free

    def _refocus(
        self,
        folded: str,
        sentence: Sentence,
        owners: list[NameMention],
        parts: list[NameMention],
        focus: list[NameMention],
        before: _Before,
    ) -> list[NameMention]:
        """What 其 and 该芯片 in the next sentence stand for: what this one is about, then the older ones.

        A sentence that opens with an anaphor stays with what it stands for; a name after 对标 or
        前代 is not what a sentence is about.
        """
        firm = [n for n in owners if n.kind == "chip" and not n.generic]
        firm = firm or [n for n in owners if n.kind != "model"]
        about = [
            n for n in firm
            if not any(before.says(r, n, sentence) for r in ("oblique", "rival", "predecessor"))
        ]  # fmt: skip
        aside = folded[sentence.start] in "(（"
        if focus and (
            not about
            or aside
            or self._anaphor_at(folded, sentence.start, min(about[0].start, sentence.start + 12))
        ):
            return focus
        if about or firm:
            return [*focus[-3:], (about or firm)[0]]
        return focus or parts[:1]

    def _parts(
        self, folded: str, names: list[NameMention], sentence: Sentence, before: _Before
    ) -> list[NameMention]:
        """Cores named as parts of something: 集成Cortex-A78, 4颗A720和4颗A520."""
        out: list[NameMention] = []
        system = any(n.kind == "system" for n in names)
        for n in names:
            if n.kind != "chip" or not (self._block(n) or n.generic or system):
                continue
            hosts = any(
                m.kind == "chip" and not self._block(m) and not m.generic
                for m in names
                if m.end <= n.start
            )
            if (
                (hosts and self._block(n))
                or before.says("contains", n, sentence)
                or (out and self.words["joiner"].fullmatch(folded, out[-1].end, n.start))
            ):
                out.append(n)
        return out

    def _frames(
        self, sentence: Sentence, here: list[Quantity], known: Frames
    ) -> list[tuple[int, int]]:
        """Spans of the sentence that only name what something is compared with."""
        return [q.frame for q in here if q.frame] + [
            (f.start, f.end) for f in known.of(sentence) if not f.owner
        ]

    def _topic(
        self, document: Document, names: list[NameMention], starts: list[int]
    ) -> NameMention | None:
        """The one chip that the first lines of the article are about."""
        for block in document.blocks[:3]:
            chips = [
                n for n in _chips(_between(names, starts, block.start, block.end)) if not n.generic
            ]
            if chips and len({n.name for n in chips}) == 1:
                return chips[0]
        return None

    # ---------------------------------------------------------------- deciders

    def _decide(self, scene: _Scene, q: Quantity) -> list[Subject]:
        if scene.block.kind == "row":
            found = self._table(scene, q)
            if found:
                return found
        for decider in (
            self._attribute, self._process, self._pair, self._class, self._clause, self._sentence, self._other,
            self._anaphora, self._heading, self._previous, self._part, self._any, self._nothing,
        ):  # fmt: skip
            found = decider(scene, q)
            if found:
                return found
        return []

    def _table(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """The name in the header of the cell's column, else in the first cell of its row."""
        for table in scene.document.tables:
            if not table.rows[0][0][0] <= q.start <= table.rows[-1][-1][1]:
                continue
            for row in table.rows:
                column = next((i for i, (a, b) in enumerate(row) if a <= q.start < b), None)
                if column is None:
                    continue
                inside = [
                    n for n in _chips(scene.owners)
                    if row[column][0] <= n.start < q.start and not n.generic and not self.words["block"].match(n.name)
                ]  # fmt: skip
                if inside and column:
                    return [_subject(inside[-1], "same_clause", "table")]
                if column < len(table.rows[0]) and row is not table.rows[0]:
                    a, b = table.rows[0][column]
                    above = [n for n in scene.everywhere if a <= n.start < b]
                    if above:
                        return [_subject(above[0], "heading", "table")]
                first = [n for n in scene.owners if row[0][0] <= n.start < row[0][1]]
                if first:
                    return [_subject(first[0], "heading", "table")]
        return []

    def _attribute(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """A name right behind the number, with nothing but class words between: 8 核 Snapdragon X Plus."""
        if q.metric == "relative":
            return []
        folded = scene.document.folded
        behind = [n for n in scene.owners + scene.compared if n.start >= q.end]
        if not behind and q.metric != "parameter_count":
            return []
        filler = self.words["filler"].match(folded, q.end, scene.sentence.end)
        end = filler.end() if filler else q.end
        for n in behind:
            if n.start > end:
                continue
            if n.kind == "chip" and n.generic:
                # 5nm工艺的下一代Exynos SoC(暂定名为Exynos 992): the brand is named right behind
                n = next(
                    (m for m in scene.owners if n.end <= m.start <= n.end + 16 and m.name.startswith(n.name)), n
                )  # fmt: skip
            if n.kind == "chip" and not n.generic and n.chip_kind != "core":
                return self._with_list(scene, n, "same_clause", "attribute", forward=True)
            if n.kind == "model" and q.metric == "parameter_count" and not _chips(scene.owners):
                return [_subject(n, "same_clause", "attribute")]
        model = _MODEL.match(folded, q.end) if q.metric == "parameter_count" else None
        if model:
            return [Subject(model["name"], "model", None, "same_clause", "attribute")]
        return []

    def _process(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """A foundry's own process as the theme of its clause: 而三星的7纳米工艺落后于…"""
        if q.metric != "process_node":
            return []
        folded = scene.document.folded
        low = max(scene.sentence.start - 1, q.start - 40, 0)
        head = self.words["foundry"].search(folded[low : q.start])  # its ^ is the sentence's begin
        behind = _PROCESS_ENDS.match(folded, q.end)
        chip_before = any(n.end <= q.start for n in _chips(scene.owners))
        if head and not behind and not chip_before:
            a, b = (low + x for x in head.span("foundry"))
            return [
                Subject(scene.document.article.text[a:b], "process", None, "same_clause", "process")
            ]
        if _chips(scene.owners) or self.words["making"].search(folded, q.left, q.right):
            return []
        makers = [
            n for n in scene.organizations
            if n.end <= q.start and self.words["foundry_name"].match(n.name)
        ]  # fmt: skip
        if makers:
            name = scene.document.article.text[makers[0].start : makers[0].end]
            return [Subject(name, "process", makers[0], "same_sentence", "process")]
        return []

    def _pair(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """前者 and 后者: the first and the last of the two chips named before."""
        if not scene.pairs:
            return []
        folded = scene.document.folded
        # 后者只有20组,功耗190W: it holds until another name comes
        low = max(
            (n.end for n in _chips(scene.owners) if n.end <= q.start), default=scene.sentence.start
        )
        for role, which in (("latter", -1), ("former", -2)):
            hit = self.words[role].search(folded, low, q.start)
            if hit and not any(a <= hit.start() < b for a, b in scene.frames):
                two = self._two(scene, hit.start())
                if len(two) > 1:
                    return [_subject(two[which], "anaphora", "pair")]
        return []

    def _class(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """小米14搭载骁龙8 Gen 3，该芯片的售价为200美元: an anaphor that says chip stands for no phone."""
        hit = self.words["chip_anaphor"].search(scene.document.folded, q.left, q.start)
        if hit is None or any(hit.start() <= n.start < q.start for n in _chips(scene.owners)):
            return []
        named = [
            n for n in _chips(scene.owners + scene.parts) if n.end <= hit.start() and not n.generic
        ]
        others = any(n.kind in ("product", "system") and n.end <= hit.start() for n in scene.owners)
        return (
            [_subject(max(named, key=lambda n: n.start), "anaphora", "class")]
            if named and others
            else []
        )

    def _two(self, scene: _Scene, position: int) -> list[NameMention]:
        """The last two different chips named before a position, in this sentence or the one before."""
        named = [
            n
            for n in scene.owners + scene.compared + scene.parts
            if n.kind == "chip" and n.end <= position
        ]
        named.sort(key=lambda n: n.start)
        out: list[NameMention] = []
        for n in reversed([*scene.recent, *named]):
            if all(n.name != m.name for m in out):
                out.insert(0, n)
            if len(out) == 2:
                break
        return out

    def _clause(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """The name before the number in its own clause."""
        owner = [
            n
            for n in scene.compared + scene.owners
            if q.metric != "relative" and _owns(scene, n, q)
        ]
        if owner:
            return [_subject(owner[-1], "same_clause", "clause")]
        best = self._themes(scene, q, q.left, q.start, nearest=True, any_name=True)
        if best is None:
            return []
        return self._with_list(scene, best, "same_clause", "clause")

    def _sentence(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """The subject of the nearest earlier clause that has one, else of a later one."""
        for a, b in scene.named:
            if b > q.left:
                continue
            # 它拥有G78的所有功能: the clause is about what 它 stands for
            opens = scene.focus and self._anaphor_at(scene.document.folded, a, min(b, a + 4))
            best = self._themes(
                scene, q, a, b, nearest=False, any_name=not scene.focus, hosts=not opens
            )
            if best is not None:
                return self._with_list(scene, best, "same_sentence", "sentence")
        if scene.focus or scene.heading or scene.topic:
            return []
        best = self._best([n for n in scene.owners if n.start >= q.end], q, nearest=False)
        return self._with_list(scene, best, "same_sentence", "later") if best else []

    def _anaphora(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """其, 该芯片 in a clause up to here: the subject of the sentences before."""
        if not self._anaphor_at(scene.document.folded, scene.sentence.start, q.start):
            return []
        last = self._last(scene, q)
        return [_subject(last, "anaphora", "anaphora")] if last else []

    def _heading(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """The chip in the heading, when nothing was named since."""
        if scene.heading and not scene.focus:
            return [_subject(scene.heading[0], "heading", "heading")]
        return []

    def _previous(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """The subject of the sentences before, in the same section."""
        last = self._last(scene, q)
        return [_subject(last, "previous_sentence", "previous")] if last else []

    def _last(self, scene: _Scene, q: Quantity) -> NameMention | None:
        """The latest subject that numbers of this metric may belong to; the title's chip when it is far off."""
        kinds = ("chip", "description", *OWN_BESIDES_CHIPS.get(q.metric, ()))
        kinds += ("process",) if q.metric in OF_PROCESSES else ()
        about = [n for n in scene.focus if n.kind in kinds and not n.generic]
        last = about[-1] if about else None
        if last is not None and self._block(last) and last.start < scene.sentence.start:
            # GPU换成Xclipse 950。NPU则…: a sentence on is about the host again
            last = next((n for n in reversed(about) if not self._block(n)), last)
        if last is not None:
            makers = {n.name for n in scene.organizations if n.end <= q.start}
            if last.maker and makers and last.maker not in makers:
                # 联发科用的是9核版本, after a sentence on 麒麟990: of the maker that is named now
                own = [n for n in [scene.topic, *about] if n is not None and n.maker in makers]
                last = own[-1] if own else last
        if scene.topic is not None and (
            last is None
            or (
                last.start < scene.block.start
                and self._distance(scene, last) >= self._far(scene, last)
            )
        ):
            return scene.topic
        return last

    def _far(self, scene: _Scene, name: NameMention) -> int:
        rival = (
            scene.topic is not None
            and name.maker
            and scene.topic.maker
            and name.maker != scene.topic.maker
        )
        return FAR_OF_RIVALS if rival else FAR

    def _block(self, name: NameMention) -> bool:
        """Whether a name is of what lies inside chips: Cortex-X4, Adreno 750."""
        return name.chip_kind == "core" or bool(self.words["block"].match(name.name))

    def _distance(self, scene: _Scene, name: NameMention) -> int:
        """How many sentences lie between a name and the sentence at hand."""
        at = bisect_right(scene.sentence_starts, name.start)
        return scene.sentence.number + 1 - at

    def _part(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """A core, when no host of it is known."""
        parts = [n for n in scene.parts if n.end <= q.start] or scene.parts
        if parts and q.metric != "core_count":
            return [_subject(parts[-1], "same_sentence", "part")]
        return []

    def _any(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """A brand or a product of any kind, when the article names nothing better."""
        if any(n.kind == "chip" and not n.generic for n in scene.everywhere):
            return []
        before = [n for n in scene.owners if n.end <= q.start and n.kind != "model"]
        before = before or [n for n in scene.focus if n.kind != "model"]
        return (
            [
                _subject(
                    before[-1],
                    "same_sentence" if before[-1] in scene.owners else "previous_sentence",
                    "any",
                )
            ]
            if before
            else []
        )

    def _nothing(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """A number that is surely of a chip, though the text does not say of which."""
        memories = [n for n in scene.others if n.kind == "memory" and n.end <= q.start]
        if memories and q.metric in OF_MEMORIES and not scene.frames:
            return [_subject(memories[-1], "same_sentence", "memory")]
        makers = [n for n in scene.organizations if n.end <= q.start]
        if makers and q.metric in SURE:
            return [_subject(makers[0], "same_sentence", "company")]
        if q.metric in SURE:
            return [Subject("", "other", None, "none", "nothing")]
        return []

    def _other(self, scene: _Scene, q: Quantity) -> list[Subject]:
        """A process or a memory that a clause opens with: N2首度采用…, 速度提升10%."""
        heads = [a for a, _ in scene.clauses]
        if (
            q.metric == "relative"
            and not _chips(scene.compared)
            and any(
                n.kind == o.kind and q.frame and q.frame[0] <= n.start < q.frame[1]
                for n in scene.others_compared
                for o in scene.others
            )
        ):
            # 2028年的A14又比N2省電30%: what is held against a process is a process
            before = [n for n in scene.others if n.end <= q.start]
            if before:
                return [_subject(before[-1], "same_sentence", "other")]
        chip_at_hand = any(n.kind == "chip" and n.start >= scene.block.start for n in scene.focus)
        for n in reversed(scene.others):
            if n.end > q.start or q.metric not in OF_OTHERS[n.kind]:
                continue
            if n.kind == "memory" and chip_at_hand:
                continue
            if any(0 <= n.start - head <= 3 for head in heads):
                return [_subject(n, "same_sentence", "other")]
        return []

    # ------------------------------------------------------------------- pieces

    def _anaphor_at(self, folded: str, start: int, end: int) -> bool:
        return bool(self.words["anaphor"].search(folded, start, end))

    def _themes(
        self,
        scene: _Scene,
        q: Quantity,
        start: int,
        end: int,
        *,
        nearest: bool,
        any_name: bool,
        hosts: bool = True,
    ) -> NameMention | None:
        """Of the names between two positions what is spoken of, else what carries it, else any."""
        here = [n for n in scene.owners if start <= n.start < end]
        if not here:
            return None
        folded = scene.document.folded
        no_rivals: list[NameMention] = []
        for n in here:
            # 和 before a name holds it against nothing when it joins it to the theme: A100和H100都…
            listed = bool(no_rivals) and self.words["joiner"].fullmatch(
                folded, no_rivals[-1].end, n.start
            )
            if listed or not scene.before.says("rival", n, scene.sentence):
                no_rivals.append(n)
        themes = [n for n in no_rivals if not scene.before.says("oblique", n, scene.sentence)]
        for group in (themes, no_rivals if hosts else [], here if any_name else []):
            best = self._best(group, q, nearest=nearest)
            if best is not None:
                return best
        return None

    def _best(self, names: list[NameMention], q: Quantity, *, nearest: bool) -> NameMention | None:
        """Of the names of a clause the one that owns numbers of this metric."""
        chips = _chips(names)
        firm = [n for n in chips if not n.generic]
        if q.metric == "core_count":
            firm = [n for n in firm if n.chip_kind != "core"] or firm
        if firm:
            return firm[-1] if nearest else firm[0]
        kinds = (*OWN_BESIDES_CHIPS.get(q.metric, ()), "description")
        others = [n for n in names if n.kind in kinds]
        if others:
            return others[-1] if nearest else others[0]
        return chips[-1] if chips and chips[-1].chip_kind == "series" else None

    def _with_list(
        self, scene: _Scene, name: NameMention, link: str, decider: str, *, forward: bool = False
    ) -> list[Subject]:
        """A name and those it is listed with: A、B和C都采用7纳米 is a fact of each."""
        folded = scene.document.folded
        pool = scene.compared if name in scene.compared else scene.owners
        pool = [n for n in pool if n.kind == name.kind]
        pool.sort(key=lambda n: n.start)
        at = pool.index(name)
        group = [name]
        low = high = at
        joiner = self.words["joiner"]
        while low > 0 and joiner.fullmatch(folded, pool[low - 1].end, pool[low].start):
            # 有别于A100，H100采用7纳米: the comma ends what is set aside
            comma = folded[pool[low - 1].end : pool[low].start].strip() in (",", "，")
            if comma and scene.before.says("rival", pool[low - 1], scene.sentence):
                break
            low -= 1
            group.insert(0, pool[low])
        # a subject found in an earlier clause may open its list: A和B两款, …采用7纳米
        while (
            (forward or link != "same_clause")
            and high + 1 < len(pool)
            and joiner.fullmatch(folded, pool[high].end, pool[high + 1].start)
        ):
            high += 1
            group.append(pool[high])
        seen: dict[str, NameMention] = {}
        for n in group:
            if n is name or not n.generic:
                seen.setdefault(n.name, n)
        return [_subject(n, link, decider) for n in seen.values()]

    def _distribute(self, scene: _Scene, here: list[Quantity]) -> dict[int, list[Subject]]:
        """分别: the i-th number of a run belongs to the i-th name of the list before it."""
        folded = scene.document.folded
        out: dict[int, list[Subject]] = {}
        for mark in self.words["distributive"].finditer(
            folded, scene.sentence.start, scene.sentence.end
        ):
            run: list[Quantity] = []
            for q in here:
                if q.start < mark.end() or (
                    run and (q.metric != run[0].metric or q.start - run[-1].end > 12)
                ):
                    continue
                if not run and q.start - mark.end() > 24:
                    break
                run.append(q)
            chips = [n for n in _chips(scene.owners) if n.end <= mark.start()]
            if not chips or len(run) < 2:
                continue
            group = self._with_list(scene, chips[-1], "same_sentence", "coordinate")
            if len(group) == len(run):
                for subject, q in zip(group, run, strict=True):
                    out[q.start] = [subject]
        return out

    def _referred(
        self, scene: _Scene, q: Quantity, subject: str, compared: dict[str, tuple[int, str]]
    ) -> Quantity:
        """A ratio with its reference resolved: 后者, 它, or what the subject was just compared with."""
        reference = q.reference
        if (q.frame and self.words["latter"].fullmatch(reference)) or reference in (
            "它",
            "其",
            "它们",
        ):
            two = [n for n in self._two(scene, q.frame[0]) if n.name != subject] if q.frame else []
            reference = two[-1].name if two else reference
        elif q.frame and self.words["former"].fullmatch(reference):
            two = self._two(scene, q.frame[0])
            reference = two[0].name if len(two) > 1 else reference
        if not reference and q.comparison != "of":
            sentence, last = compared.get(subject, (-9, ""))
            if scene.sentence.number - sentence <= 3:
                reference = last
            if not reference:
                named = [
                    n
                    for n in [*scene.recent, *scene.owners, *scene.compared]
                    if n.kind == "chip" and n.end <= q.start
                ]
                mine = scene.makers.get(subject, "")
                other = [n for n in named if n.name != subject and n.maker == mine]
                reference = other[-1].name if other else ""
        if reference == subject:
            # A和B相比，后者的能效高10%: nothing is held against itself
            two = [n for n in self._two(scene, q.start) if n.name != subject]
            reference = two[-1].name if two else ""
        if reference in scene.chips:
            compared[subject] = scene.sentence.number, reference
        return q._replace(reference=reference)

    def _status(self, scene: _Scene, q: Quantity) -> str:
        folded = scene.document.folded
        words = self.words
        if words["negated"].search(folded, max(q.left, q.start - 12), q.start):
            return "negated"
        if words["rumor"].search(folded, scene.sentence.start, q.end):
            return "rumor"
        if words["forecast"].search(folded, q.left, q.start) or words["forecast"].search(
            folded, q.end, q.right
        ):
            return "forecast"
        return "asserted"


def _owns(scene: _Scene, name: NameMention, q: Quantity) -> bool:
    """T4的1.86TOPS/W: the name inside a frame owns the number when only 的 stands between."""
    between = scene.document.folded[name.end : q.start].strip()
    return name.end <= q.start and between in ("的", "")


def _apart(
    names: list[NameMention], frames: list[tuple[int, int]]
) -> tuple[list[NameMention], list[NameMention]]:
    """The names outside the frames, and those inside."""
    inside = [n for n in names if any(a <= n.start < b for a, b in frames)]
    return [n for n in names if n not in inside], inside


def _chips(names: Iterable[NameMention]) -> list[NameMention]:
    return [n for n in names if n.kind == "chip"]


def _between(names: list[NameMention], starts: list[int], low: int, high: int) -> list[NameMention]:
    return names[bisect_left(starts, low) : bisect_left(starts, high)]


def _clauses(marks: tuple[int, ...], sentence: Sentence) -> list[tuple[int, int]]:
    """The clauses of a sentence as spans."""
    inside = marks[bisect_left(marks, sentence.start) : bisect_left(marks, sentence.end)]
    starts = [sentence.start, *(mark + 1 for mark in inside)]
    return list(zip(starts, (*inside, sentence.end), strict=True))


def _subject(name: NameMention, link: str, decider: str) -> Subject:
    kind = {"description": "chip", "organization": "company", "architecture": "other"}.get(
        name.kind, name.kind
    )
    kind = "card" if name.chip_kind == "card" else kind
    return Subject(name.name, kind, name, link, decider)


def _row(
    document: Document,
    article: str,
    sentence: int,
    q: Quantity,
    subject: Subject,
    status: str,
    source: str,
    confidence: float,
) -> Metric:
    text = document.article.text
    at = subject.mention
    written = at is not None and at.kind in ("description", "organization")
    return Metric(
        # what has no canonical name stands as it is written: 聯發科的旗艦SoC
        article=article, sentence=sentence,
        subject=text[at.start : at.end] if written and at else subject.name, subject_type=subject.type,
        subject_text=text[at.start : at.end] if at else "",
        subject_start=at.start if at else None, subject_end=at.end if at else None,
        link=subject.link, metric=q.metric, value=q.value, value_max=q.value_max, unit=q.unit,
        bound=q.bound, precision=q.precision, item=q.item, aspect=q.aspect,
        comparison=q.comparison, reference=q.reference, status=status, source=source,
        text=text[q.start : q.end], start=q.start, end=q.end, rule=q.rule,
        confidence=confidence, decider=subject.decider,
    )  # fmt: skip
