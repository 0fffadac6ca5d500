"""The words that decide whose number it is, by the part they play: joiners, anaphors, 搭载, 预计, 据传.

In: a rulebook. Out: a pattern for each role of rules/linking.toml, and the same patterns bound to what
stands right before a name. No word of the language stands here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.document.openings import Ending, Words, gated
from pipeline.model import Document, NameMention
from pipeline.rules import Rulebook, RuleErrors, TomlSchema

ROLES = (
    "joiner", "distributive", "anaphor", "former", "latter", "filler", "contains", "forecast",
    "actual", "rumor", "negated", "oblique", "rival", "predecessor", "block",
    "making", "description", "maker_description", "successor",
    "foundry_name", "owned", "of_which", "made_of", "named", "model", "opening", "stranger", "nameless", "products", "die", "bracket", "class_noun", "difference", "generation", "from", "to", "fresh", "again", "origin", "made_behind", "class_behind", "production", "made_in", "bare", "by", "chip_anaphor", "system_anaphor", "contrast", "available", "both", "new_anaphor", "framework", "made_itself", "technology", "node_ends", "node_alone", "memory_made", "no_memory", "set_beside", "modifies", "on_sale", "served", "serves", "predicated", "listed", "machine", "kindred", "memory_itself", "presents", "by_contrast", "this", "causative", "kin", "member", "on_board", "generation_theme", "all", "side", "owns", "set_apart", "also", "choice", "several", "launched", "set_off", "outdoes", "apposed", "copula", "classed", "alike", "composed", "process_tag", "makers_chip", "process_theme", "architecture_anaphor", "process_anaphor", "altogether", "apiece", "plant", "leading",
)  # fmt: skip
SCHEMAS = {"linking": TomlSchema(("role", "pattern"), ("words",), enums={"role": ROLES})}
WORDED = ("description", "machine")
"""Roles of long patterns, tried only in sentences that hold one of their ``words``."""
BEFORE = (
    "oblique",
    "rival",
    "predecessor",
    "contains",
    "origin",
    "bracket",
    "named",
    "made_of",
    "several",
    "launched",
    "served",
)
"""Roles that stand before a name."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The compiled patterns of all roles."""

    words: dict[str, re.Pattern[str]]
    before: dict[str, Ending]
    """The roles that stand before a name, as patterns that end where it begins."""
    worded: Words
    """The words of ``WORDED``, by the number of the role there."""

    @staticmethod
    def compile(rules: Rulebook) -> Roles:
        faults: list[str] = []
        written = dict.fromkeys(ROLES, "(?!)")
        words = {role: gated(pattern) for role, pattern in written.items()}
        needed: list[tuple[str, int]] = []
        for shape in rules.shapes_of("linking"):
            try:
                words[shape.get("role")] = gated(shape.get("pattern"))
                written[shape.get("role")] = shape.get("pattern")
            except re.error as error:
                faults.append(f"{shape.where}: {error} in {shape.get('pattern')!r}")
            if shape.get("role") in WORDED:
                needed += (
                    (word, WORDED.index(shape.get("role"))) for word in shape.get("words", ())
                )
                if not shape.get("words"):
                    faults.append(
                        f"{shape.where}: {shape.id!r} needs words: one of them stands in every match"
                    )
        if faults:
            raise RuleErrors(faults)
        before = {role: Ending.of(f"(?:{written[role]})$") for role in BEFORE}
        return Roles(words, before, Words(needed))

    def hinted(self, document: Document) -> dict[str, set[int]]:
        """For each role of ``WORDED`` the numbers of the sentences that hold one of its words."""
        found = self.worded.sentences(document)
        return {r: {s.number for s in found.get(n, ())} for n, r in enumerate(WORDED)}

    def anaphor_at(self, folded: str, start: int, end: int) -> bool:
        """Whether a word that stands for an earlier subject lies between two positions."""
        return bool(self.words["anaphor"].search(folded, start, end))

    def block(self, name: NameMention) -> bool:
        """Whether a name is of what lies inside chips: Cortex-X4, Adreno 750."""
        return name.chip_kind == "core" or bool(self.words["block"].match(name.name))
