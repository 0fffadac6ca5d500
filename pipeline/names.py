"""Folded text -> mentions of names: chips, organisations, and what only looks like a chip."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Chip, Document, NameMention, Reject
from pipeline.rules import CsvSchema, Rulebook, TomlSchema

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {}


@dataclass(frozen=True, slots=True)
class Names:
    """The compiled gazetteer."""

    @staticmethod
    def compile(rules: Rulebook) -> Names:
        return Names()

    def find(self, document: Document) -> list[NameMention]:
        """All mentions of names, sorted, none overlapping another."""
        return []

    def chips(self, document: Document, mentions: list[NameMention], article: str) -> tuple[list[Chip], list[Reject]]:
        """The rows of table chips: one per distinct chip of the article."""
        return [], []
