"""quotes.toml -> compiled shapes.

In: the shapes of the rulebook. Out: those that read what follows a cue (``follows``), in file order,
and the frames that hold source and cue in one pattern (``anchors`` and ``pattern``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.rules import Rulebook, RuleErrors, Shape, fill

RUN = r"[^，,。;:!?\n\x01]"
"""One character of the same clause; slot {run} in the patterns. Spoken marks are \\x01 by then."""


@dataclass(frozen=True, slots=True)
class QuoteShape:
    """One compiled shape."""

    id: str
    pattern: re.Pattern[str]
    content: str
    confidence: float
    sources: frozenset[str]
    stance: str
    anchors: tuple[str, ...]


def compile_shapes(rules: Rulebook) -> tuple[dict[str, QuoteShape], tuple[QuoteShape, ...]]:
    """The shapes of cues by id, and the frames in file order. Raises ``RuleErrors``."""
    faults: list[str] = []
    after: dict[str, QuoteShape] = {}
    frames: list[QuoteShape] = []
    for shape in rules.shapes_of("quotes"):
        source = fill(shape.get("follows") or shape.get("pattern"), {"run": RUN}, shape.where, faults)
        try:
            pattern = re.compile(source)
        except re.error as error:
            faults.append(f"{shape.where}: {error}")
            continue
        made = _made(shape, pattern)
        if shape.get("follows"):
            after[shape.id] = made
        else:
            if "cue" not in pattern.groupindex:
                faults.append(f"{shape.where}: the pattern of a frame needs a group 'cue'")
            frames.append(made)
    if faults:
        raise RuleErrors(faults)
    return after, tuple(frames)


def _made(shape: Shape, pattern: re.Pattern[str]) -> QuoteShape:
    return QuoteShape(
        shape.id, pattern, shape.get("content", "sentence"), float(shape.get("confidence", 0.8)),
        frozenset(shape.get("sources", ())), shape.get("stance", ""), tuple(shape.get("anchors", ())),
    )  # fmt: skip
