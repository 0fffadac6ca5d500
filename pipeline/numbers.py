"""Folded text -> numbers with units, read into canonical units."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Document, NameMention, Quantity, Reject
from pipeline.rules import CsvSchema, Rulebook, TomlSchema

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The compiled units, numerals and metric shapes."""

    @staticmethod
    def compile(rules: Rulebook) -> Numbers:
        return Numbers()

    def find(self, document: Document, names: list[NameMention]) -> tuple[list[Quantity], list[Reject]]:
        return [], []
