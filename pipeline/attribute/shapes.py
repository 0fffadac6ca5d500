"""quotes.toml -> compiled shapes.

In: the shapes of the rulebook. Out: those that read what follows a cue (``follows``), by id, and the
frames that hold source and cue in one pattern (``anchors`` and ``pattern`` or ``tokens``), in file
order.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.attribute.tokens import TokenMatch, TokenPattern, tags_of
from pipeline.document.words import Words
from pipeline.rules import Rulebook, RuleErrors, Shape, TomlSchema, fill

SCHEMA = TomlSchema(
    optional=(
        "follows",
        "anchors",
        "pattern",
        "tokens",
        "content",
        "confidence",
        "sources",
        "stance",
    ),
    enums={"content": ("mark", "sentence", "colon", "before")},
    numbers=("confidence",),
)

RUN = r"[^，,。;:!?\n\x01]"
"""One character of the same clause: slot {run} of the patterns. ``\\x01`` stands for spoken marks."""
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class QuoteShape:
    """One compiled shape."""

    id: str
    pattern: re.Pattern[str]
    """Of a shape with ``tokens``: a pattern that matches nothing."""
    content: str
    confidence: float
    sources: frozenset[str]
    """Kinds of speaker that the shape takes; empty for all."""
    stance: str
    anchors: tuple[str, ...]
    opens: bool
    """True for a frame that begins with its anchor: ``据|孟繁昭透露``, not ``在孟繁昭|看来``."""
    tokens: TokenPattern | None = None

    @property
    def names_source(self) -> bool:
        """True for a frame in which the words of the source stand."""
        return "source" in (self.tokens or self.pattern).groupindex

    def search(self, text: str, start: int, stop: int) -> re.Match[str] | TokenMatch | None:
        """The first match of a frame between two offsets."""
        return (self.tokens or self.pattern).search(text, start, stop)


def compile_shapes(rules: Rulebook) -> tuple[dict[str, QuoteShape], tuple[QuoteShape, ...]]:
    """The shapes of cues by id, and the frames. Raises ``RuleErrors`` with every pattern that fails."""
    faults: list[str] = []
    after: dict[str, QuoteShape] = {}
    frames: list[QuoteShape] = []
    for shape in rules.shapes_of("quotes"):
        if shape.get("tokens"):
            frames += _token_frame(shape, rules, faults)
            continue
        written = shape.get("follows") or shape.get("pattern")
        try:
            pattern = re.compile(fill(written, {"run": RUN}, shape.where, faults))
        except re.error as error:
            faults.append(f"{shape.where}: {error}")
            continue
        if shape.get("follows"):
            after[shape.id] = _compiled(shape, pattern)
        elif "cue" in pattern.groupindex and shape.get("anchors"):
            frames.append(_compiled(shape, pattern))
        else:
            faults.append(
                f"{shape.where}: a frame needs 'anchors' and a group 'cue' in its pattern"
            )
    if faults:
        raise RuleErrors(faults)
    return after, tuple(frames)


def _token_frame(shape: Shape, rules: Rulebook, faults: list[str]) -> list[QuoteShape]:
    """A frame of token patterns, or nothing and why not."""
    try:
        tokens = TokenPattern(shape.get("tokens"), Words.compile(rules), tags_of(rules))
    except ValueError as error:
        faults.append(f"{shape.where}: tokens of {shape.id!r}: {error}")
        return []
    if "cue" not in tokens.groupindex or not shape.get("anchors"):
        faults.append(f"{shape.where}: a frame needs 'anchors' and a token of group 'cue'")
        return []
    return [_compiled(shape, _NOTHING, tokens)]


def _compiled(
    shape: Shape, pattern: re.Pattern[str], tokens: TokenPattern | None = None
) -> QuoteShape:
    anchors = tuple(shape.get("anchors", ()))
    opening = pattern.pattern.partition("(?P<source>")[0]
    return QuoteShape(
        shape.id, pattern, shape.get("content", "sentence"), float(shape.get("confidence", 0.8)),
        frozenset(shape.get("sources", ())), shape.get("stance", ""), anchors,
        any(anchor in opening for anchor in anchors), tokens,
    )  # fmt: skip
