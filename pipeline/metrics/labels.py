"""Numbers that no unit tells but a label beside them, or their own form: 核心数：8, 8P+16E, N3P, 双核.

In: a document and the shapes of rules/metrics.toml that have a pattern of their own. Out: their numbers,
put among those that are read already; what one of them or a name has, no label takes.

>>> from pipeline import Article, Extractor
>>> from pipeline.document.segment import segment
>>> x = Extractor()
>>> document = segment(Article("采用N5P工艺。"), x.boilerplate)
>>> [(q.metric, q.value, q.unit) for q in x.numbers.labels.read(document, Named([]), [])]
[('process_node', 5.0, 'nm')]
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from pipeline.document.openings import Words
from pipeline.document.segment import clause
from pipeline.metrics.bounds import Bounds
from pipeline.metrics.named import Named
from pipeline.metrics.numerals import Numerals
from pipeline.metrics.precisions import Precisions
from pipeline.model import Document, Quantity, Sentence
from pipeline.rules import Rulebook, Shape, compiled, pattern_of

_start = attrgetter("start")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A shape with a pattern of its own: numbers without a unit, named nodes, products of sides."""

    id: str
    metric: str
    unit: str
    pattern: re.Pattern[str]
    near: re.Pattern[str] | None
    refuse_after: re.Pattern[str] | None
    words: tuple[str, ...]
    """One of these stands in every match: a sentence without them is not searched."""
    first: re.Pattern[str] | None
    """What a match begins with, where the pattern itself begins in many ways."""

    def among(self, document: Document) -> Sequence[Sentence]:
        """The sentences in which a match may begin."""
        if self.first is None:
            return document.sentences
        ends = [sentence.end for sentence in document.sentences]
        held = {bisect_right(ends, m.start()) for m in self.first.finditer(document.folded)}
        return [document.sentences[at] for at in sorted(held - {len(ends)})]

    def find(self, folded: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Matches of the shape between two positions."""
        if self.first is None:
            yield from self.pattern.finditer(folded, start, end)
            return
        for first in self.first.finditer(folded, start, end):
            found = self.pattern.match(folded, first.start(), end)
            if found:
                yield found


@dataclass(frozen=True, slots=True)
class Labels:
    """The compiled shapes."""

    shapes: tuple[Labelled, ...]
    words: Words
    """The words of the shapes, each with those that it stands in."""
    numerals: Numerals
    bounds: Bounds
    precisions: Precisions

    @staticmethod
    def compile(
        rules: Rulebook,
        numerals: Numerals,
        bounds: Bounds,
        precisions: Precisions,
        faults: list[str],
    ) -> Labels:
        shapes = tuple(
            _labelled(shape, numerals.pattern, faults)
            for shape in rules.shapes_of("metrics")
            if shape.get("pattern") and not shape.get("becomes")
        )
        words = Words((word, i) for i, shape in enumerate(shapes) for word in shape.words)
        return Labels(shapes, words, numerals, bounds, precisions)

    def read(self, document: Document, names: Named, known: list[Quantity]) -> list[Quantity]:
        """What is known and what the shapes add to it, sorted by position."""
        found = known.copy()
        sentences_with = self.words.sentences(document)
        for number, shape in enumerate(self.shapes):
            for sentence in (
                sentences_with.get(number, ()) if shape.words else shape.among(document)
            ):
                for hit in shape.find(document.folded, sentence.start, sentence.end):
                    quantity = self._read(shape, document, hit, sentence, names, found)
                    if quantity is not None:
                        insort(found, quantity, key=_start)
        return found

    def _read(
        self,
        shape: Labelled,
        document: Document,
        hit: re.Match[str],
        sentence: Sentence,
        names: Named,
        found: list[Quantity],
    ) -> Quantity | None:
        """The quantity that a labelled shape reads, unless another one or a name has its characters."""
        folded = document.folded
        groups = {k: v for k, v in hit.groupdict().items() if v is not None}
        whole = "number" not in groups
        start, end = hit.span() if whole else hit.span("number")
        if names.hold(start, chips_only=whole):
            return None
        after = bisect_left(found, end, key=_start)
        if after and found[after - 1].end > start:
            return None
        window = folded[max(sentence.start, start - 24) : min(sentence.end, end + 16)]
        if shape.near and not shape.near.search(window):
            return None
        if shape.refuse_after and shape.refuse_after.match(folded[end : end + 4].strip()):
            return None
        value = self._value(groups)
        if value is None or (groups.get("number") == "一" and shape.unit == "count"):
            return None
        left, right = clause(document.clause_marks, start, end, sentence.start, sentence.end)
        bound = "=" if whole else self.bounds.of(folded, start, end, end, left, folded[start:end])
        precision = ""
        if shape.metric == "compute":
            precision, _ = self.precisions.beside(folded, (start, end), left, right)
        return Quantity(
            start, end, shape.metric, value, None, shape.unit, bound,
            precision=precision, rule=shape.id, left=left, right=right,
        )  # fmt: skip

    def _value(self, groups: dict[str, str]) -> float | None:
        """The value that a labelled pattern names by its groups: number, nm, angstrom, side1 × side2."""
        if "number" in groups:
            return self.numerals.value(groups["number"])
        if "side1" in groups:
            return float(Decimal(groups["side1"]) * Decimal(groups["side2"]))
        for name, text in groups.items():
            if name.startswith("nm"):
                return float(text)
            if name.startswith("angstrom"):
                return float(Decimal(text) / 10)
            if name.startswith("count"):
                return float(name[5:])
            if name.startswith("tera"):
                return float(name[4:])
        return None


def _labelled(shape: Shape, number: str, faults: list[str]) -> Labelled:
    pattern = shape.get("pattern").replace("{number}", f"(?P<number>{number})")
    try:
        found = compiled(pattern)
    except re.error as error:
        faults.append(f"{shape.where}: {error} in {shape.get('pattern')!r}")
        found = compiled("(?!)")
    return Labelled(
        shape.id, shape.get("metric"), shape.get("unit"), found,
        pattern_of(shape, "near", faults), pattern_of(shape, "refuse_after", faults),
        tuple(shape.get("words", ())), pattern_of(shape, "first", faults),
    )  # fmt: skip
