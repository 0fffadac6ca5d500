"""Quantities -> metrics: whose number is it.

In: a document, its names, the quantities that ``numbers.py`` and ``ratios.py`` read, the quotes.
Out: the rows of table metrics. A sieve of deciders, the most certain first; what one has decided
the next does not touch. Each module holds the deciders that look in one place; their order is that
of ``Linker.compile``:

    cells.py         table        the name in the cell, above it or before it in its row
    attributes.py    attribute    7纳米工艺的AI芯片Gaudi2: a name right behind the number
                     described    首款6nm的域控芯片: what has no name, and is made in the process
    others.py        other        Zen 4采用5纳米: an architecture, where no chip is spoken of
    processes.py     process      台积电的5纳米产能: a process that is spoken of itself
    anaphora.py      pair         前者, 后者, 两者: the chips named last
                     class        该系统, 该芯片: an anaphor that says of which kind it is
    coordination.py  coordinate   A和B的功耗分别为45W和65W: a list of names before it
    clauses.py       clause       the name before it in its own clause
                     sentence     the subject of an earlier clause, else (later) of a later one
    others.py        other        HBM4的带宽…: a process, a memory or an architecture that a clause opens with
                     nameless     大核比小核快50%: what has no name, held against what has none
    anaphora.py      kindred      每颗GPU after a sentence on CPUs: the chip of that class named last
                     anaphora     其, 该芯片: the subject of what went before; 新卡: the title's chip
    discourse.py     heading      the name in the heading that it stands under
                     previous     the subject of the sentences before, in the same section
    fallbacks.py     part, any, memory, company, class_noun: what is left, the likelier first

What something has changed from, or is held against (``origin``: 显存由80GB增至141GB, 前代为80GB), is
taken from the subject and given to the one it is compared with (``origins.py``).

A name that only says what a ratio is compared with (比A100高40%) is never its subject. Words of the
language (joiners, anaphors, 预计, 据传) stand in rules/linking.toml; none stands here.

>>> from pipeline import extract
>>> [(m.subject, m.value, m.decider) for m in extract("A100发布。其功耗为400W。").metrics]
[('A100', 400.0, 'anaphora')]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.metrics.anaphora import Anaphora
from pipeline.metrics.attributes import Attributes
from pipeline.metrics.cells import Cells
from pipeline.metrics.clauses import Clauses
from pipeline.metrics.coordination import Coordination
from pipeline.metrics.discourse import Discourse
from pipeline.metrics.fallbacks import Fallbacks
from pipeline.metrics.origins import Origins
from pipeline.metrics.others import Others
from pipeline.metrics.processes import Processes
from pipeline.metrics.ratios import Frames
from pipeline.metrics.references import References
from pipeline.metrics.roles import SCHEMAS as ROLE_SCHEMAS
from pipeline.metrics.roles import Roles
from pipeline.metrics.rows import Speakers, metric_row, refusal
from pipeline.metrics.scenes import NODE, Scene, Scenes
from pipeline.metrics.status import Status
from pipeline.metrics.subjects import Subject
from pipeline.metrics.themes import Themes
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
UNMEASURED = 0.5
"""Confidence of what no gold has measured yet."""
Decider = Callable[[Scene, Quantity], list[Subject]]
"""What finds the subjects of a number, or none."""


@dataclass(frozen=True, slots=True)
class Linker:
    """The compiled deciders."""

    roles: Roles
    scenes: Scenes
    coordination: Coordination
    origins: Origins
    deciders: tuple[Decider, ...]
    """In the order in which they are asked."""
    confidence: dict[tuple[str, str], float]
    """Measured precision of each decider, of numbers and of ratios apart."""

    @staticmethod
    def compile(rules: Rulebook) -> Linker:
        confidence = {
            (row["decider"], row["of"]): float(row["precision"])
            for row in rules.table("confidence")
        }
        roles = Roles.compile(rules)
        coordination, discourse = Coordination(roles), Discourse(roles)
        clauses = Clauses(roles, Themes(roles), coordination)
        anaphora = Anaphora(roles, coordination, discourse)
        others, fallbacks = Others(roles), Fallbacks(roles)
        deciders: tuple[Decider, ...] = (
            Cells(roles).subject,
            Attributes(roles, coordination).subject,
            others.architecture,
            Processes(roles).subject,
            anaphora.pair,
            anaphora.of_class,
            clauses.clause,
            others.standing,
            clauses.sentence,
            others.opening,
            others.nameless,
            anaphora.kindred,
            anaphora.pronoun,
            discourse.heading,
            discourse.previous,
            fallbacks.part,
            fallbacks.any_kind,
            fallbacks.mentioned,
        )
        return Linker(roles, Scenes(roles), coordination, Origins(roles), deciders, confidence)

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
        speakers = Speakers(quotes)
        references = References(self.roles, frames.pronoun)
        status = Status(self.roles)
        for scene in self.scenes.of(document, names, quantities, frames):
            references.enter(scene)
            shared = self.coordination.distributed(scene)
            for quantity in scene.quantities:
                if self.origins.difference(scene, quantity):
                    why = "a difference, not a value"
                    refused.append(refusal(document, article, quantity, why))
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
                    refused.append(refusal(document, article, quantity, why))
                    continue
                held = status.of(scene, quantity)
                if held == "forecast" and quantity.metric == NODE and subjects[0].type == "process":
                    held = "asserted"  # 2nm将于2025年量产: the node is what it is called
                outdone = subjects[0].decider == "attribute" and self.roles.words["outdoes"].search(
                    scene.document.folded, quantity.left, quantity.start
                )
                if outdone and quantity.bound != "=":
                    # 性能超过60W的RTX 4050 says of its power that it is 60 W
                    quantity = quantity._replace(bound="=")
                if held == "negated" and quantity.bound == "<":
                    quantity = quantity._replace(bound="=")  # 并未达到400瓦 denies 400, not <400
                if quantity.metric not in ("relative", "price") and self.origins.elsewhere(
                    scene, quantity
                ):
                    subjects = [
                        self.origins.owner(scene, quantity, s, references) for s in subjects
                    ]
                if quantity.metric == "relative":
                    quantity = references.resolved(scene, quantity, subjects[0].name)
                    # A和B之间有30%的差距: B is what A is compared with, not compared with itself
                    subjects = [s for s in subjects if s.name != quantity.reference] or subjects
                for subject in subjects:
                    kind = "ratio" if quantity.metric == "relative" else "number"
                    confidence = self.confidence.get((subject.decider, kind), UNMEASURED)
                    rows.append(metric_row(
                        document, article, scene.sentence.number, quantity, subject, held,
                        speakers.at(quantity.start, quantity.end), confidence,
                    ))  # fmt: skip
        return rows, refused

    def _decide(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The subjects that the first decider finds which finds any."""
        for decider in self.deciders:
            found = decider(scene, q)
            if found:
                return found
        return []
