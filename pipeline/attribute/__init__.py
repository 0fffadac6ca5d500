"""Document and names -> attributed statements: who said what.

In: a document and the names found in it. Out: the rows of table ``quotes``, one for every statement
that the article attributes to a source: 英特尔CEO基辛格表示：… gives speaker 基辛格, title CEO,
organization 英特尔. Steps, a file each: ``marks`` pairs the quote marks, ``lexicon`` finds cues and
titles in one pass, ``names`` and ``groups`` say where people and organisations are named, ``register``
keeps who is known, ``sources`` reads the words before a cue, ``cues`` joins them with what follows,
``content`` says where a statement ends, ``resolve`` finds who 他 is, ``turns`` reads interviews,
``reading`` walks through one document.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.attribute.lexicon import SCHEMAS as SCHEMAS
from pipeline.attribute.lexicon import Lexicon
from pipeline.attribute.reading import Reading
from pipeline.attribute.shapes import QuoteShape, compile_shapes
from pipeline.document.dates import Dates
from pipeline.model import Document, NameMention, Quote, Reject
from pipeline.rules import Rulebook


@dataclass(frozen=True, slots=True)
class Attribution:
    """The compiled cues, titles, quote shapes and words for dates."""

    lexicon: Lexicon
    shapes: dict[str, QuoteShape]
    dates: Dates

    @staticmethod
    def compile(rules: Rulebook) -> Attribution:
        shapes, frames = compile_shapes(rules)
        return Attribution(Lexicon.compile(rules, frames), shapes, Dates.compile(rules))

    def quotes(
        self, document: Document, names: list[NameMention], article: str
    ) -> tuple[list[Quote], list[Reject]]:
        """The rows of table quotes, sorted by position."""
        return Reading(self.lexicon, self.shapes, self.dates, document, names, article).quotes()
