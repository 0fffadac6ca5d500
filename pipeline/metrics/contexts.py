"""Contexts: what a number with a unit measures, told by the words around it.

In: a unit of a dimension and where its number stands. Out: the shape of rules/metrics.toml that applies
there: 900GB/s is of a memory or of a link, 25W of a chip or of a charger, as the nearest word says.
A shape may also refuse the number.

>>> from pipeline import Extractor
>>> numbers, text = Extractor().numbers, "显存为24GB"
>>> unit, end = numbers.units.at(text, 5, 7)
>>> numbers.contexts.of(unit, text, (3, end), (0, end), (0, end)).metric
'memory_capacity'
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.document.openings import gated
from pipeline.metrics.units import Unit
from pipeline.model import METRICS, Quantity
from pipeline.rules import Rulebook, Shape, TomlSchema, compiled, pattern_of, ungrouped

SCHEMAS = {
    "metrics": TomlSchema(
        ("metric",),
        (
            "dimension",
            "near",
            "refuse",
            "unit",
            "factor",
            "per",
            "requires",
            "pattern",
            "refuse_after",
            "words",
            "first",
            "before",
            "behind",
            "behind_chip",
            "becomes",
            "least",
            "most",
        ),
        enums={"metric": tuple(METRICS)},
        numbers=("factor", "least", "most"),
    ),
}
"""Shapes with a ``pattern`` of their own are read by ``labels.py``."""
NEXT = 60
"""Characters after which a number is of what the one before it was of no more: M4 Max也是128GB."""
_LISTS = re.compile(r"[、和与及+]|以及")
_LISTED = 20
"""Characters that a word counts as farther away when a list divides it from the number."""
_LIKEWISE = re.compile(
    r"^[^\n]*(?:也|则|却|只|仅|同样|同)(?:就?是|为|有|达到?|能到|会是)?了?(?:约|近|高达|最高)?\s*$"
)


@dataclass(frozen=True, slots=True)
class Context:
    """One shape of rules/metrics.toml, compiled."""

    id: str
    metric: str
    near: re.Pattern[str] | None
    refuse: bool
    unit: str
    factor: float
    per: str
    requires: re.Pattern[str] | None
    """What must stand in the number's own words."""
    least: float
    most: float
    """Bounds of what is measured: a hundred million dollars are no price of a chip."""

    def unit_of(self, unit: Unit, hant: bool = False) -> str:
        """The canonical unit of a number that stands in ``unit``."""
        written = self.unit or (hant and unit.hant_unit) or unit.unit
        return f"{written}/{self.per}" if self.per else written


@dataclass(frozen=True, slots=True)
class Dimension:
    """The contexts of one dimension: their words in one pattern, and those that need none."""

    named: dict[str, Context]
    """By the name of its group in ``near``."""
    near: re.Pattern[str] | None
    default: Context | None
    last: tuple[Context, ...]
    """What applies where no word does, to the units that it requires: 73ns."""

    @staticmethod
    def join(options: list[Context]) -> Dimension:
        named = {f"c{i}": c for i, c in enumerate(options) if c.near}
        words = [f"(?P<{name}>{c.near.pattern})" for name, c in named.items() if c.near]
        bare = [c for c in options if c.near is None]
        default = next((c for c in bare if c.requires is None), None)
        last = tuple(c for c in bare if c.requires)
        return Dimension(named, gated("|".join(words)) if words else None, default, last)


@dataclass(frozen=True, slots=True)
class Turn:
    """What makes a number of one dimension one of another: bytes behind 每秒 are a bandwidth."""

    becomes: str
    unit: str
    before: re.Pattern[str]
    behind: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Contexts:
    """The compiled contexts of all dimensions."""

    dimensions: dict[str, Dimension]
    turns: dict[str, Turn]
    """By the dimension that they turn into another."""
    behind_chip: dict[str, tuple[re.Pattern[str], Context]]
    """By dimension what may stand between a chip and a number without a word, and what it measures."""

    @staticmethod
    def compile(rules: Rulebook, known: Iterable[str], faults: list[str]) -> Contexts:
        """``known`` are the dimensions that units have."""
        contexts: dict[str, list[Context]] = {}
        turns: dict[str, Turn] = {}
        behind_chip: dict[str, tuple[re.Pattern[str], Context]] = {}
        for shape in rules.shapes_of("metrics"):
            dimension = shape.get("dimension")
            if dimension and dimension not in known:
                faults.append(f"{shape.where}: no unit has the dimension {dimension!r}")
            before, behind = (pattern_of(shape, key, faults) for key in ("before", "behind"))
            between = pattern_of(shape, "behind_chip", faults)
            if before and behind:
                turns[dimension] = Turn(shape.get("becomes"), shape.get("unit"), before, behind)
            elif between:
                behind_chip[dimension] = between, _context(shape, faults)
            elif not shape.get("pattern"):
                contexts.setdefault(dimension, []).append(_context(shape, faults))
        joined = {d: Dimension.join(c) for d, c in contexts.items()}
        return Contexts(joined, turns, behind_chip)

    def turned(
        self, unit: Unit, folded: str, number: tuple[int, int], sentence: tuple[int, int]
    ) -> Unit:
        """The unit, of another dimension where a word beside the number makes it one of that."""
        turn = self.turns.get(unit.dimension)
        if turn and (
            turn.before.search(folded, sentence[0], number[0])
            or turn.behind.match(folded, number[1], sentence[1])
        ):
            return replace(unit, dimension=turn.becomes, unit=turn.unit)
        return unit

    def of(
        self,
        unit: Unit,
        folded: str,
        number: tuple[int, int],
        clause: tuple[int, int],
        sentence: tuple[int, int],
    ) -> Context | None:
        """The context of the unit's dimension whose word stands nearest; None when none may apply."""
        contexts = self.dimensions.get(unit.dimension)
        if contexts is None:
            return None
        if contexts.near is None:
            return contexts.default
        (start, end), (left, right), low = number, clause, sentence[0]
        # a label may stand before a colon or a bar (显存 | 24GB), and what a bandwidth is of at the
        # beginning of its sentence
        far = left if contexts.default and unit.dimension != "bandwidth" else low
        for a in dict.fromkeys((left, max(low, left - 24), far)):
            best, best_distance = None, 1 << 30
            for word in contexts.near.finditer(folded, a, right):
                context = contexts.named[word.lastgroup or ""]
                if context.requires and not context.requires.search(folded, start, end):
                    continue
                first, last = word.span()
                # what stands before a number tells more than what stands after it, and what
                # another member of a list stands between, less than either: Cache 和 16GB 显存
                if last <= start:
                    distance = start - last
                    distance += _LISTED if _LISTS.search(folded, last, start) else 0
                elif first >= end:
                    head = folded[end:first].strip() == "的"  # 17GB/s 的|内存带宽
                    distance = 1 if head else 2 + 2 * (first - end)
                    distance += _LISTED if _LISTS.search(folded, end, first) else 0
                else:
                    distance = 0
                if distance < best_distance:
                    best, best_distance = context, distance
            if best is not None:
                return best
        fits = (c for c in contexts.last if c.requires and c.requires.search(folded, start, end))
        return contexts.default or next(fits, None)

    def likewise(self, unit: Unit, folded: str, start: int, last: Quantity) -> Context | None:
        """显存为128GB，M4 Max也是128GB: a number of what the one before it was of."""
        contexts = self.dimensions.get(unit.dimension)
        between = folded[last.end : start]
        if contexts is None or len(between) > NEXT or not _LIKEWISE.search(between):
            return None
        return next(
            (c for c in contexts.named.values() if c.metric == last.metric and not c.refuse), None
        )


def _context(shape: Shape, faults: list[str]) -> Context:
    near = shape.get("near")
    return Context(
        shape.id,
        shape.get("metric"),
        compiled(ungrouped(shape.where, near, faults)) if near else None,
        bool(shape.get("refuse", False)),
        shape.get("unit"),
        float(shape.get("factor", 1)),
        shape.get("per"),
        pattern_of(shape, "requires", faults),
        float(shape.get("least", 0)),
        float(shape.get("most", "inf")),
    )
