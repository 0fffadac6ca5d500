"""Document and names -> attributed statements: who said what."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.model import Document, NameMention, Quote, Reject
from pipeline.rules import CsvSchema, Rulebook, TomlSchema

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {}


@dataclass(frozen=True, slots=True)
class Attribution:
    """The compiled cues, titles and quote shapes."""

    @staticmethod
    def compile(rules: Rulebook) -> Attribution:
        return Attribution()

    def quotes(self, document: Document, names: list[NameMention], article: str) -> tuple[list[Quote], list[Reject]]:
        """The rows of table quotes, sorted by position."""
        return [], []
