"""Quantities -> metrics: whose number is it.

In: a document, its names, the quantities that ``numbers.py`` and ``ratios.py`` read, the quotes.
Out: the rows of table metrics. A sieve of deciders, the most certain first; what one has decided
the next does not touch:

    table        the name in the cell, above it or before it in its row (``cells.py``)
    attribute    7纳米工艺的AI芯片Gaudi2: a name right behind the number
    described    首款6nm的域控芯片: what has no name, and is made in the process
    process      台积电的5纳米产能: a process that is spoken of itself (``processes.py``)
    pair         前者, 后者, 两者: the chips named last
    class        该系统, 该芯片: an anaphor that says of which kind it is
    coordinate   A和B的功耗分别为45W和65W: a list of names before it
    clause       the name before it in its own clause
    sentence     the subject of an earlier clause, else (later) of a later one
    other        HBM4的带宽…: a process, a memory or an architecture that a clause opens with
    nameless     大核比小核快50%: what has no name, held against what has none
    kindred      每颗GPU after a sentence on CPUs: the chip of that class named last
    anaphora     其, 该芯片: the subject of what went before; 新卡: the chip that the title names
    heading      the name in the heading that it stands under
    previous     the subject of the sentences before, in the same section
    part, any, memory, company, class_noun: what is left, the likelier first

What something has changed from, or is held against (``origin``: 显存由80GB增至141GB, 前代为80GB), is
taken from the subject and given to the one it is compared with.

A name that only says what a ratio is compared with (比A100高40%) is never its subject. Words of the
language (joiners, anaphors, 预计, 据传) stand in rules/linking.toml; none stands here.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate, chain

from pipeline.metrics.cells import Cells
from pipeline.metrics.processes import Processes, unnamed
from pipeline.metrics.ratios import Frames
from pipeline.metrics.references import References, two_before
from pipeline.metrics.roles import SCHEMAS as ROLE_SCHEMAS
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import (
    HEAD,
    NODE,
    OF_MEMORIES,
    OF_OTHERS,
    OTHERS,
    OWN_BESIDES_CHIPS,
    SURE,
    Scene,
    Scenes,
    chip_at_hand,
    chips_of,
    names_before,
)
from pipeline.metrics.status import Status
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import Document, Metric, NameMention, Quantity, Quote, Reject
from pipeline.rules import CsvSchema, Rulebook, TomlSchema

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    "confidence": CsvSchema(
        ("decider", "of", "precision", "facts"),
        enums={"of": ("number", "ratio")},
        key=("decider", "of"),
    ),
    **ROLE_SCHEMAS,
}
COUNTED = "core.named"
"""The rule that reads a number of cores by the name of the core: 4颗Cortex-A720."""
OF_CARDS = frozenset(("memory_capacity", "memory_bandwidth", "price", "power"))
"""Metrics of a card rather than of the die on it."""
WITHIN = 12
"""Characters between a chip in a reference and a number there that is its own."""
UNMEASURED = 0.5
"""Confidence of what no gold has measured yet."""
CLASSES = ("cpu", "gpu", "fpga", "dpu")
"""Kinds of chips of which none is a part of another."""
FAR = 5
"""Sentences after which the title's chip is a better guess than the last one named (12 to 4 right at
two sentences, 29 to 20 beyond, on the development articles)."""
FAR_OF_HEADINGS = 2
"""The same, in a section that is headed by one chip."""
FAR_OF_RIVALS = 2
"""The same, when the last one named is another maker's: an article comes back from a comparison."""
_WORDS = re.compile(r"[^，,。；;、：:\d]*")
_IN_BRACKET = re.compile(r"[(（][^()（）。；;]{1,30}")
"""What stands between a name and a later number in the bracket right behind it."""
_MODEL = re.compile(
    r"(?:规模|级)?的\s?(?P<name>[A-Z][A-Za-z0-9.\-]{1,20})(?=\s|[，。、；,)）的模]|$)"
)
"""2800亿参数的Gopher: a model right behind its size."""


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


@dataclass(frozen=True, slots=True)
class Linker:
    """The compiled deciders."""

    roles: Roles
    scenes: Scenes
    cells: Cells
    processes: Processes
    confidence: dict[tuple[str, str], float]
    """Measured precision of each decider, of numbers and of ratios apart."""

    @staticmethod
    def compile(rules: Rulebook) -> Linker:
        confidence = {
            (row["decider"], row["of"]): float(row["precision"])
            for row in rules.table("confidence")
        }
        roles = Roles.compile(rules)
        return Linker(roles, Scenes(roles), Cells(roles), Processes(roles), confidence)

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
        speakers = _Speakers(quotes)
        references = References(self.roles)
        status = Status(self.roles)
        for scene in self.scenes.of(document, names, quantities, frames):
            references.enter(scene)
            shared = self._distribute(scene, scene.quantities)
            for quantity in scene.quantities:
                if self._difference(scene, quantity):
                    refused.append(
                        _refusal(document, article, quantity, "a difference, not a value")
                    )
                    continue
                subjects = shared.get(quantity.start) or self._decide(scene, quantity)
                product = any(
                    s.mention is not None and s.mention.kind == "product" for s in subjects
                )
                if not subjects or product:
                    why = (
                        "of a phone, a PC or a car"
                        if product
                        else "no chip, card or system to give it to"
                    )
                    refused.append(_refusal(document, article, quantity, why))
                    continue
                held = status.of(scene, quantity)
                if held == "forecast" and quantity.metric == NODE and subjects[0].type == "process":
                    held = "asserted"  # 2nm将于2025年量产: the node is what it is called
                if held == "negated" and quantity.bound == "<":
                    quantity = quantity._replace(bound="=")  # 并未达到400瓦 denies 400, not <400
                if quantity.metric not in ("relative", "price") and (
                    self._origin(scene, quantity) or self._opposite(scene, quantity)
                ):
                    subjects = [self._before_it(scene, quantity, s, references) for s in subjects]
                if quantity.metric == "relative":
                    quantity = references.resolved(scene, quantity, subjects[0].name)
                for subject in subjects:
                    kind = "ratio" if quantity.metric == "relative" else "number"
                    confidence = self.confidence.get((subject.decider, kind), UNMEASURED)
                    rows.append(_row(
                        document, article, scene.sentence.number, quantity, subject, held,
                        speakers.at(quantity.start, quantity.end), confidence,
                    ))  # fmt: skip
        return rows, refused

    def _difference(self, scene: Scene, q: Quantity) -> bool:
        """比H100低300瓦, 便宜200元: by how much something differs says not what it is."""
        if q.metric == "relative":
            return False
        low = max(q.left, q.start - 10)
        return bool(self.roles.words["difference"].search(scene.document.folded, low, q.start))

    def _origin(self, scene: Scene, q: Quantity) -> bool:
        """Whether a number is what something has changed from: 从128个|增加到192个."""
        folded = scene.document.folded
        return bool(
            self.roles.words["from"].search(folded, max(q.left, q.start - 10), q.start)
            and self.roles.words["to"].match(folded, q.end, q.right)
        )

    def _of_generation(self, scene: Scene, q: Quantity) -> bool:
        """前代为|150GB/s: whether a number is of the generation before."""
        folded = scene.document.folded[max(q.left, q.start - 12) : q.start]
        return self.roles.words["generation"].search(folded) is not None

    def _opposite(self, scene: Scene, q: Quantity) -> bool:
        """对比|44GB: whether a number is of what something is held against, or of the one before it."""
        return self._contrasted(scene, q) or self._of_generation(scene, q)

    def _contrasted(self, scene: Scene, q: Quantity) -> bool:
        """对比|44GB: whether a number is set against the one before it."""
        folded = scene.document.folded[max(q.left, q.start - 12) : q.start]
        return self.roles.words["contrast"].search(folded) is not None

    def _before_it(
        self, scene: Scene, q: Quantity, subject: Subject, references: References
    ) -> Subject:
        """The chip that a subject has been held against has the number that the subject began from."""
        at = subject.mention
        if at is None or at.end == q.start or subject.decider == "attribute":
            return subject
        name = references.told(scene, q, subject.name) or references.earlier(scene, q, subject.name)
        if self._of_generation(scene, q):
            name = references.earlier(scene, q, subject.name) or name
        # 功耗从400W升至700W goes on from a chip of the same maker; 44GB behind 对比 is of any rival
        rival = self._contrasted(scene, q)
        known = next(
            (n for n in names_before(scene, q.start)
             if n.name == name and n.kind == at.kind and (rival or n.maker == at.maker)), None
        )  # fmt: skip
        return subject_of(known, "same_sentence", "origin") if known else subject

    # ---------------------------------------------------------------- deciders

    def _decide(self, scene: Scene, q: Quantity) -> list[Subject]:
        if scene.block.kind == "row":
            found = self.cells.subject(scene, q)
            if found:
                return found
        for decider in (
            self._attribute, self._architecture, self.processes.subject, self._pair, self._class, self._clause, self._sentence, self._other,
            self._nameless, self._kindred, self._anaphora, self._heading, self._previous, self._part, self._any, self._nothing,
        ):  # fmt: skip
            found = decider(scene, q)
            if found:
                return found
        return []

    def _attribute(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A name right behind the number, with nothing but class words between: 8 核 Snapdragon X Plus."""
        if q.metric == "relative":
            return self._attribute_ratio(scene, q)
        folded = scene.document.folded
        behind = [
            n for n in scene.owners + scene.compared if n.start >= q.end or n.start == q.start
        ]
        if q.metric == NODE:
            behind += [n for n in scene.others if n.kind == "architecture" and n.start >= q.end]
            behind.sort(key=lambda n: n.start)
        if not behind and q.metric != "parameter_count":
            return []
        end = self._filled(scene, q.end)
        if q.metric == NODE:
            classed = self.roles.words["class_behind"].match(folded, q.end, scene.sentence.end)
            end = max(end, classed.end("name") + 1) if classed else end
        for n in behind:
            if n.kind == "description" and q.metric == NODE and n.start <= q.right:
                return [] if self._themed(scene, q) else [subject_of(n, "same_clause", "described")]
            if n.start > end:
                continue
            if n.kind == "chip" and n.generic:
                # 5nm工艺的下一代Exynos SoC(暂定名为Exynos 992): the brand is named right behind
                n = next(
                    (m for m in scene.owners if n.end <= m.start <= n.end + 16 and m.name.startswith(n.name)), n
                )  # fmt: skip
            if n.kind == "chip" and not n.generic and n.chip_kind != "core":
                return self._with_list(scene, n, "same_clause", "attribute", forward=True)
            if n.kind == "model" and q.metric == "parameter_count" and not chips_of(scene.owners):
                return [subject_of(n, "same_clause", "attribute")]
            if n.kind == "architecture" and self.roles.words["framework"].match(folded, n.end):
                return [subject_of(n, "same_clause", "attribute")]
        model = _MODEL.match(folded, q.end) if q.metric == "parameter_count" else None
        if model:
            return [Subject(model["name"], "model", None, "same_clause", "attribute")]
        return []

    def _architecture(self, scene: Scene, q: Quantity) -> list[Subject]:
        """Zen 4采用5纳米工艺: an architecture that a clause opens with, where no chip is spoken of."""
        if q.metric != NODE or scene.topic or chips_of(scene.owners + scene.focus + scene.heading):
            return []
        for n in reversed(scene.others):
            if n.kind != "architecture" or n.end > q.start:
                continue
            opens = any(0 <= n.start - head <= HEAD for head, _ in scene.clauses)
            if opens and self.roles.words["making"].search(scene.document.folded, n.end, q.start):
                return [subject_of(n, "same_sentence", "other")]
        return []

    def _attribute_ratio(self, scene: Scene, q: Quantity) -> list[Subject]:
        """性能提升30%的骁龙888: what grows stands behind, in a clause that names nothing before."""
        low = max([q.left, *(n.end for n in scene.owners if n.end <= q.start)])
        hit = self.roles.words["of_which"].match(scene.document.folded, q.end, q.right)
        behind = next((n for n in chips_of(scene.owners) if hit and n.start == hit.end()), None)
        if (
            behind is None
            or low > q.left
            or behind.generic
            or self.roles.anaphor_at(scene.document.folded, q.left, q.start)
        ):
            return []
        return self._with_list(scene, behind, "same_clause", "attribute", forward=True)

    def _filled(self, scene: Scene, position: int) -> int:
        """Where a name must begin to be right behind a position: class words and its maker may stand between."""
        filler = self.roles.words["filler"]
        folded, high = scene.document.folded, scene.sentence.end
        hit = filler.match(folded, position, high)
        end = hit.end() if hit else position
        # 3.2GHz 16核英特尔Xeon W: more numbers of the same thing
        also = next(
            (p for p in scene.quantities if position < p.start <= end and p.metric != "relative"),
            None,
        )
        if also is not None and not folded[end - 1 : also.start].strip(" 的"):
            return self._filled(scene, also.end)
        maker = next((n for n in scene.organizations if position <= n.start <= end), None)
        if maker is not None:
            hit = filler.match(folded, maker.end, high)
            end = hit.end() if hit else maker.end
        return end

    def _themed(self, scene: Scene, q: Quantity) -> bool:
        """Whether what stands before a number is what it is about: X是一款7nm芯片, 它是首款…."""
        folded = scene.document.folded
        fresh = self.roles.words["fresh"].search(folded, q.left, q.start)
        low = q.left if fresh else scene.sentence.start
        return any(
            n.kind in ("chip", "description") and low <= n.start and n.end <= q.start
            for n in scene.owners
        ) or bool(not fresh and self.roles.anaphor_at(folded, low, q.start))

    def _pair(self, scene: Scene, q: Quantity) -> list[Subject]:
        """前者 and 后者: the first and the last of the two chips named before."""
        if not scene.pairs:
            return []
        folded = scene.document.folded
        both = self._both(scene, q.start) if q.metric != "relative" else []
        if both:
            return [subject_of(n, "anaphora", "pair") for n in both]
        # 后者只有20组,功耗190W: it holds until another name comes
        low = max(
            (n.end for n in chips_of(scene.owners) if n.end <= q.start),
            default=scene.sentence.start,
        )
        for role, which in (("latter", -1), ("former", -2)):
            hit = self.roles.words[role].search(folded, low, q.start)
            if hit and not any(a <= hit.start() < b for a, b in scene.frames):
                two = two_before(scene, hit.start())
                if len(two) > 1:
                    return [subject_of(two[which], "anaphora", "pair")]
        return []

    def _both(self, scene: Scene, position: int) -> list[NameMention]:
        """两者的功耗都是400W: the last two chips, where words for both stand after them."""
        ends = [n.end for n in chips_of(scene.owners) if n.end <= position]
        low = max(ends, default=scene.sentence.start)
        hit = self.roles.words["both"].search(scene.document.folded, low, position)
        two = two_before(scene, hit.start()) if hit else []
        return two if len(two) > 1 else []

    def _class(self, scene: Scene, q: Quantity) -> list[Subject]:
        """该服务器 stands for no chip; 小米14搭载骁龙8 Gen 3，该芯片的售价为200美元: nor 该芯片 for a phone."""
        folded = scene.document.folded
        hit = self.roles.words["system_anaphor"].search(folded, q.left, q.start)
        if hit and not any(hit.end() <= n.start < q.start for n in scene.owners):
            told = names_before(scene, hit.start()) if hit["this"] else ()
            near = [n for n in reversed(scene.focus) if n.start >= scene.block.start]
            machines = (
                n
                for n in chain(scene.owners, near, told)
                if n.kind == "system" and n.end <= hit.start()
            )
            machine = next(machines, None)
            return [subject_of(machine, "anaphora", "class")] if machine else []
        hit = self.roles.words["chip_anaphor"].search(folded, q.left, q.start)
        if hit is None or any(hit.start() <= n.start < q.start for n in chips_of(scene.owners)):
            return []
        named = [
            n
            for n in chips_of(scene.owners + scene.parts)
            if n.end <= hit.start() and not n.generic
        ]
        others = any(n.kind in ("product", "system") and n.end <= hit.start() for n in scene.owners)
        return (
            [subject_of(max(named, key=lambda n: n.start), "anaphora", "class")]
            if named and others
            else []
        )

    def _clause(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The name before the number in its own clause."""
        if q.metric != "relative":
            kinds = ("chip", "description", *OWN_BESIDES_CHIPS.get(q.metric, ()))
            owner = [
                n for n in scene.compared + scene.owners
                if n.kind in kinds and (_owns(scene, n, q) or self._rival_has(scene, n, q))
            ]  # fmt: skip
            owner = owner or self._inside(scene, q) or self._makers_inside(scene, q)
            if owner and scene.document.folded[owner[-1].end : q.start].strip() in ("(", "（"):
                return [subject_of(owner[-1], "same_clause", "clause")]  # A(7nm)和B(5nm)
            if owner:
                return self._with_list(scene, owner[-1], "same_clause", "clause")
        # 它与原版H100共用相同的800亿晶体管: the clause is about what 它 stands for
        opens = self.roles.anaphor_at(scene.document.folded, q.left, min(q.left + 5, q.start))
        alone = bool(opens and scene.focus)
        best = self._themes(scene, q, q.left, q.start, nearest=True, any_name=not alone)
        if best is None:
            return []
        return self._with_list(scene, best, "same_clause", "clause")

    def _rival_has(self, scene: Scene, n: NameMention, q: Quantity) -> bool:
        """较i9的单核5.5GHz还要高: a number that a name held against the theme has."""
        between = scene.document.folded[n.end : q.start].strip()
        near = n.end <= q.start and between.startswith("的") and len(between) <= WITHIN
        return (
            near and _WORDS.fullmatch(between) is not None
            and scene.before.says("rival", n, scene.sentence)
        )  # fmt: skip

    def _inside(self, scene: Scene, q: Quantity) -> list[NameMention]:
        """比i9的单核5.5GHz还高: a number inside the words for a reference is of the chip named there."""
        return [
            n for n in scene.compared
            if n.kind == "chip" and n.end <= q.start and q.start - n.end <= WITHIN
            and any(a <= n.start and q.start < b for a, b in scene.frames)
        ]  # fmt: skip

    def _makers_inside(self, scene: Scene, q: Quantity) -> list[NameMention]:
        """比Intel和AMD的32KB大5倍, 超越英特尔的45 TOPS: a number that makers held against the theme own."""
        return [
            n for n in scene.organizations
            if _owns(scene, n, q)
            and (
                any(a <= n.start and n.end <= q.start < b for a, b in scene.frames)
                or (
                    # 由Intel 3和台积电N3E制造 holds nothing against anything
                    not self.roles.words["joiner"].fullmatch(
                        scene.document.folded, n.start - 1, n.start
                    )
                    and scene.before.says("rival", n, scene.sentence)
                )
            )
        ]  # fmt: skip

    def _sentence(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The subject of the nearest earlier clause that has one, else of a later one."""
        before = [(a, b) for a, b in scene.named if b <= q.left]
        for rivals in (False, True)[: 1 + (not scene.focus)]:  # A接近B的水平，价格…: of A
            for a, b in before:
                # 它拥有G78的所有功能: the clause is about what 它 stands for
                opens = scene.focus and self.roles.anaphor_at(
                    scene.document.folded, a, min(b, a + 4)
                )
                best = self._themes(scene, q, a, b, nearest=False, any_name=rivals, hosts=not opens)
                if best is not None:
                    return self._with_list(scene, best, "same_sentence", "sentence")
        if scene.focus or scene.heading or scene.topic:
            return []
        best = self._best([n for n in scene.owners if n.start >= q.end], q, nearest=False)
        return self._with_list(scene, best, "same_sentence", "later") if best else []

    def _nameless(self, scene: Scene, q: Quantity) -> list[Subject]:
        """大核的性能比小核高50%: what has no name is held against what has none."""
        if q.metric != "relative" or q.frame is None or q.frame[0] <= q.left:
            return []
        if any(q.left <= n.start < q.start for n in scene.owners + scene.compared):
            return []
        hit = self.roles.words["nameless"].match(scene.document.folded, q.left, q.frame[0])
        if hit is None or self.roles.words["generation"].match(q.reference):
            return []
        a, b = hit.span("class" if hit["class"] else "name")
        return [
            subject_of(
                NameMention(a, b, "description", scene.document.folded[a:b]),
                "same_clause",
                "nameless",
            )
        ]

    def _kindred(self, scene: Scene, q: Quantity) -> list[Subject]:
        """每颗GPU有16GB: after a sentence on a CPU, of the GPU named last."""
        last = self._last(scene, q)
        if last is None or last.chip_kind not in CLASSES:
            return []
        kind = ""
        for hit in self.roles.words["kindred"].finditer(scene.document.folded, q.left, q.start):
            if not any(n.start <= hit.end() and hit.start() <= n.end + 1 for n in scene.owners):
                kind = hit.lastgroup or ""
        if kind in ("", last.chip_kind):
            return []
        named = names_before(scene, q.start)
        kin = next((n for n in named if n.chip_kind == kind and not n.generic), None)
        return [subject_of(kin, "anaphora", "kindred")] if kin else []

    def _anaphora(self, scene: Scene, q: Quantity) -> list[Subject]:
        """其, 该芯片 in a clause up to here: the subject of the sentences before; 新卡: the title's."""
        folded = scene.document.folded
        if not self.roles.anaphor_at(folded, scene.sentence.start, q.start):
            return []
        new = self.roles.words["new_anaphor"].search(folded, scene.sentence.start, q.start)
        last = scene.topic if new and scene.topic else self._last(scene, q)
        return [subject_of(last, "anaphora", "anaphora")] if last else []

    def _heading(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The chip in the heading, when nothing was named since."""
        if scene.heading and not scene.focus:
            return [subject_of(scene.heading[0], "heading", "heading")]
        return []

    def _previous(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The subject of the sentences before, in the same section."""
        last = self._last(scene, q)
        if q.metric in OF_MEMORIES and (last is None or last.kind == "memory"):
            # 以最先进的HBM产品来说，总容量约36GB: after sentences on memories, of the one named now
            named = [
                n for n in scene.others
                if n.kind == "memory" and n.end <= q.left and not scene.before.says("oblique", n, scene.sentence)
            ]  # fmt: skip
            if named:
                return [subject_of(named[-1], "same_sentence", "other")]
        return [subject_of(last, "previous_sentence", "previous")] if last else []

    def _last(self, scene: Scene, q: Quantity) -> NameMention | None:
        """The latest subject that numbers of this metric may belong to; the title's chip when it is far off."""
        kinds = ("chip", "description", *OWN_BESIDES_CHIPS.get(q.metric, ()))
        if q.metric != NODE:
            kinds += tuple(kind for kind, metrics in OF_OTHERS.items() if q.metric in metrics)
        about = [
            n for n in scene.focus
            if n.kind in kinds and not n.generic
            # 一个机架, without a name: of its paragraph only
            and (n.rule or n.kind != "system" or n.start >= scene.block.start)
        ]  # fmt: skip
        last = about[-1] if about else None
        if last is not None and self.roles.block(last) and last.start < scene.sentence.start:
            # GPU换成Xclipse 950。NPU则…: a sentence on is about the host again
            last = next((n for n in reversed(about) if not self.roles.block(n)), last)
        if last is not None:
            makers = {n.name for n in scene.organizations if n.end <= q.start}
            if last.maker and makers and last.maker not in makers:
                # 联发科用的是9核版本, after a sentence on 麒麟990: of the maker that is named now
                own = [n for n in [scene.topic, *about] if n is not None and n.maker in makers]
                last = own[-1] if own else last
        if last is not None and last.start < scene.block.start:
            headed = scene.headed
            kin = headed and headed.maker == last.maker
            if kin and self._distance(scene, last) >= FAR_OF_HEADINGS:
                return headed
        if scene.topic is not None and (
            last is None
            or (
                last.start < scene.block.start
                and self._distance(scene, last) >= self._far(scene, last)
            )
        ):
            return scene.topic
        return last

    def _far(self, scene: Scene, name: NameMention) -> int:
        rival = (
            scene.topic is not None
            and name.maker
            and scene.topic.maker
            and name.maker != scene.topic.maker
        )
        return FAR_OF_RIVALS if rival else FAR

    def _distance(self, scene: Scene, name: NameMention) -> int:
        """How many sentences of prose lie between a name and the sentence at hand."""
        at = bisect_right(scene.sentence_starts, name.start) - 1
        return scene.prose[scene.sentence.number] - scene.prose[at]

    def _part(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A core, when no host of it is known."""
        parts = [n for n in scene.parts if n.end <= q.start] or scene.parts
        if parts and q.metric != "core_count":
            return [subject_of(parts[-1], "same_sentence", "part")]
        return []

    def _any(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A brand or a product of any kind, when the article names nothing better."""
        if scene.tells:
            return []
        before = [n for n in scene.owners if n.end <= q.start and n.kind != "model"]
        before = before or [n for n in scene.focus if n.kind != "model"]
        return (
            [
                subject_of(
                    before[-1],
                    "same_sentence" if before[-1] in scene.owners else "previous_sentence",
                    "any",
                )
            ]
            if before
            else []
        )

    def _nothing(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A number of a memory that the sentence names, or of chips that it names by their class only."""
        memories = [n for n in scene.others if n.kind == "memory" and n.end <= q.start]
        if memories and q.metric in OF_MEMORIES and not scene.frames:
            return [subject_of(memories[-1], "same_sentence", "memory")]
        if q.metric == NODE and not scene.organizations:
            return [unnamed(scene, q)]
        built = [
            n for n in (*scene.focus, *scene.others)
            if n.kind == "architecture" and n.end <= q.start
        ]  # fmt: skip
        if built and q.metric in SURE and q.metric != NODE:
            return [subject_of(built[-1], "same_sentence", "other")]  # Blackwell Ultra共160个SM
        makers = [n for n in scene.organizations if n.end <= q.start]
        if makers and q.metric in SURE:
            return [subject_of(makers[0], "same_sentence", "company")]
        if q.metric in SURE or q.metric == "relative":
            folded = scene.document.folded
            for low in dict.fromkeys((q.left, scene.sentence.start)):
                hit = self.roles.words["class_noun"].search(folded, low, q.start)
                if hit:
                    name = NameMention(*hit.span(), "description", folded[hit.start() : hit.end()])
                    return [subject_of(name, "same_sentence", "class_noun")]
        return []

    def _other(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A process or a memory that a clause opens with: N2首度采用…, 速度提升10%."""
        if q.metric in OF_MEMORIES and q.metric != "relative":
            # 较HBM3E的1.2TB/s提升七成: a number inside the words for a reference is of the memory there
            rival = [
                n for n in scene.others_compared
                if n.kind == "memory" and 0 <= q.start - n.end <= WITHIN
                and any(a <= n.start and q.start < b for a, b in scene.frames)
            ]  # fmt: skip
            if rival:
                return [subject_of(rival[-1], "same_clause", "other")]
        heads = [a for a, _ in scene.clauses]
        framed = [
            n
            for n in scene.compared + scene.others_compared
            if q.frame and q.frame[0] <= n.start < q.frame[1]
        ]
        head = max(framed, key=lambda n: n.start, default=None)
        if (
            q.metric == "relative"
            and head is not None
            and head.kind in OTHERS
            and any(
                n.kind == o.kind and q.frame and q.frame[0] <= n.start < q.frame[1]
                for n in scene.others_compared
                for o in scene.others
            )
        ):
            # 2028年的A14又比N2省電30%: what is held against a process is a process
            before = [n for n in scene.others if n.end <= q.start]
            if before:
                return [subject_of(before[-1], "same_sentence", "other")]
        chip = chip_at_hand(scene.focus, scene.block) or (
            # - 片上SRAM：132GB, an item below what it belongs to
            scene.specification and any(n.kind in ("chip", "system") for n in scene.focus)
        )
        folded = scene.document.folded
        for n in reversed(scene.others):
            if n.end > q.start or q.metric not in OF_OTHERS[n.kind] or q.metric == NODE:
                continue
            host = chip or self.roles.anaphor_at(folded, scene.sentence.start, n.start)
            if n.kind == "memory" and host:
                continue
            if any(0 <= n.start - head <= 3 for head in heads):
                return [subject_of(n, "same_sentence", "other")]
        return []

    # ------------------------------------------------------------------- pieces

    def _themes(
        self,
        scene: Scene,
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
            listed = bool(no_rivals) and self.roles.words["joiner"].fullmatch(
                folded, no_rivals[-1].end, n.start
            )
            if listed or not scene.before.says("rival", n, scene.sentence):
                no_rivals.append(n)
        themes = self._not_oblique(scene, no_rivals)
        if q.metric in OF_CARDS:
            # RX 9070 XT的Navi 48塞进539亿个晶体管，搭配16GB: the memory is the card's
            hosted = self._hosted(scene)
            themes = [n for n in themes if n not in hosted]
            no_rivals = [n for n in no_rivals if n not in hosted]
            here = [n for n in here if n not in hosted]
        named = [n for n in here if scene.before.says("named", n, scene.sentence)]
        for group in (named, themes, no_rivals if hosts else [], here if any_name else []):
            best = self._best(group, q, nearest=nearest)
            if best is not None:
                return best
        return None

    def _not_oblique(self, scene: Scene, names: list[NameMention]) -> list[NameMention]:
        """The names that carry nothing: neither 搭载A100, nor 运行在EPYC和MI250X上 with all that is joined."""
        folded, joiner = scene.document.folded, self.roles.words["joiner"]
        out: list[NameMention] = []
        carries: NameMention | None = None
        for n in names:
            if scene.before.says("oblique", n, scene.sentence) or (
                carries is not None and joiner.fullmatch(folded, carries.end, n.start)
            ):
                carries = n
            else:
                out.append(n)
        return out

    def _hosted(self, scene: Scene) -> list[NameMention]:
        """Dies in a sentence that names the card they sit on, or goes on about it: 采用BMG-G31核心."""
        die = self.roles.words["die"]
        out, card = [], False
        for n in chips_of(scene.owners):
            if not die.match(n.name):
                card = True
            elif card or (
                chips_of(scene.focus)
                and not die.match(chips_of(scene.focus)[-1].name)
                and any(
                    scene.before.says(r, n, scene.sentence)
                    for r in ("oblique", "contains", "bracket")
                )
            ):
                out.append(n)
        return out

    def _best(self, names: list[NameMention], q: Quantity, *, nearest: bool) -> NameMention | None:
        """Of the names of a clause the one that owns numbers of this metric."""
        chips = chips_of(names)
        firm = [n for n in chips if not n.generic]
        if q.metric == "core_count":
            # 一个X2、四个A510: what is counted has no cores of its own
            counted = q.rule == COUNTED
            firm = [n for n in firm if n.chip_kind != "core"] or ([] if counted else firm)
        if q.metric == "price" and any(n.kind == "product" for n in names):
            firm = []  # 搭载M1 Ultra的Mac Studio售价3万元
        if firm:
            return firm[-1] if nearest else firm[0]
        kinds = (*OWN_BESIDES_CHIPS.get(q.metric, ()), "description")
        others = [n for n in names if n.kind in kinds]
        if others:
            return others[-1] if nearest else others[0]
        return (
            chips[-1]
            if chips and chips[-1].chip_kind == "series" and _numbered(chips[-1])
            else None
        )

    def _with_list(
        self, scene: Scene, name: NameMention, link: str, decider: str, *, forward: bool = False
    ) -> list[Subject]:
        """A name and those it is listed with: A、B和C都采用7纳米 is a fact of each."""
        folded = scene.document.folded
        pool = scene.compared if name in scene.compared else scene.owners
        pool = scene.organizations if name.kind == "organization" else pool
        pool = [n for n in pool if n.kind == name.kind]
        pool.sort(key=lambda n: n.start)
        at = pool.index(name)
        group = [name]
        low = high = at
        joiner = self.roles.words["joiner"]
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
        return [subject_of(n, link, decider) for n in seen.values()]

    def _distribute(self, scene: Scene, here: list[Quantity]) -> dict[int, list[Subject]]:
        """分别: the i-th number of a run belongs to the i-th name of the list before it."""
        folded = scene.document.folded
        out: dict[int, list[Subject]] = {}
        for mark in self.roles.words["distributive"].finditer(
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
            chips = [n for n in chips_of(scene.owners) if n.end <= mark.start()]
            both = self._both(scene, mark.start())
            if not (chips or both) or len(run) < 2:
                continue
            group = (
                [subject_of(n, "anaphora", "coordinate") for n in both]
                if both
                else self._with_list(scene, chips[-1], "same_sentence", "coordinate")
            )
            if len(group) == len(run):
                for subject, q in zip(group, run, strict=True):
                    out[q.start] = [subject]
        return out


def _owns(scene: Scene, name: NameMention, q: Quantity) -> bool:
    """T4的1.86TOPS/W, RK1860(5nm), H100(80GB / 3.35TB/s): what belongs to a name wherever it stands."""
    if name.end > q.start:
        return False
    between = scene.document.folded[name.end : q.start].strip()
    return between in ("的", "", "(", "（") or bool(
        _IN_BRACKET.fullmatch(between)
        and any(name.end <= p.start and p.end <= q.start for p in scene.quantities)
        and not any(name.end <= n.start < q.start for n in scene.owners + scene.compared)
    )


def _numbered(name: NameMention) -> bool:
    """Whether a series is one of a generation (RTX 40系列) and no brand over many (锐龙系列)."""
    return any(c.isdigit() for c in name.name)


def _refusal(document: Document, article: str, q: Quantity, reason: str) -> Reject:
    return Reject(
        article, stage="link", reason=reason, text=document.article.text[q.start : q.end],
        start=q.start, end=q.end, rule=q.rule,
    )  # fmt: skip


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
