"""Units: what stands behind a number, or the currency before it.

In: a folded text and where a number stands. Out: the unit there, and where it ends. A unit has a
dimension (GB is "bytes"); what is measured in it, memory or a cache, is asked in ``contexts.py``.
Words stand in rules/units.csv and rules/currencies.csv.

>>> from pipeline import Extractor
>>> unit, end = Extractor().numbers.units.at("主频3.2 GHz", 5, 9)
>>> unit.dimension, unit.unit, unit.scale, end
('frequency', 'GHz', 1.0, 9)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.document.openings import Openings
from pipeline.metrics.numerals import Numerals
from pipeline.rules import CsvSchema, Row, Rulebook, alternation, compiled, ungrouped

SCHEMAS = {
    "units": CsvSchema(
        ("id", "pattern", "dimension", "unit", "scale", "examples"), ("hant_unit",), key=("id",)
    ),
    "currencies": CsvSchema(("surface", "unit"), key=("surface",)),
}
RELATIVE = ("percent", "times", "tenths")
"""Dimensions that say how one thing stands to another; ``ratios.py`` reads on from them."""
_HAN = re.compile(r"[\u4e00-\u9fff]")
_JOINT = re.compile(r"[个颗枚]?\s?(?:[/、]|和|与|及|以及|或)\s?")
_SHARES = re.compile(r"/| / |、|[个颗枚]?\s?[和与或]")
"""What stands between numbers that share the unit of the last."""
_LONGEST_LIST = 4
Match = Callable[[str, int, int], "re.Match[str] | None"]


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    dimension: str
    unit: str
    scale: float
    hant_unit: str = ""
    """The unit in a traditional text, where it differs (元 is a Taiwan dollar there)."""


@dataclass(frozen=True, slots=True)
class Units:
    """The compiled units and currencies."""

    openings: Openings[tuple[Match, Unit]]
    """For the character behind a number: the units that may begin there, each with what matches it."""
    currencies: dict[str, Unit]
    """By the sign or word that stands before the amount."""
    currency: re.Pattern[str]
    currency_ends: frozenset[str]
    """The characters that ``currency`` can end with."""
    dimensions: frozenset[str]
    numeral: re.Pattern[str]

    @staticmethod
    def compile(rules: Rulebook, numerals: Numerals, faults: list[str]) -> Units:
        units = [
            (
                # where marks stood (`84` 个 `SM`) there are several blanks
                ungrouped(r.where, r["pattern"].replace(r"\s?", r"\s{0,3}"), faults),
                Unit(r["id"], r["dimension"], r["unit"], _scale(r, faults), r["hant_unit"]),
            )
            for r in rules.table("units")
        ]
        currencies = {r["surface"]: r["unit"] for r in rules.table("currencies")}
        return Units(
            Openings((p, (compiled(p).match, unit)) for p, unit in units),
            {s: Unit("price.currency", "money", c, 1.0) for s, c in currencies.items()},
            re.compile(rf"({alternation(list(currencies))})\s?$"),
            frozenset([s[-1] for s in currencies] + [" "]),
            frozenset(unit.dimension for _, unit in units),
            numerals.scan,
        )

    def at(self, folded: str, position: int, high: int) -> tuple[Unit | None, int]:
        """The unit that stands at a position, or behind the blanks there, and its end."""
        behind = position
        while behind < min(position + 3, high) and folded[behind] in " \n":
            behind += 1
        for at in (behind, position) if behind > position else (position,):
            # two characters tell GHz from GB
            for match, unit in self.openings[folded[at : min(at + 2, high)]]:
                if found := match(folded, at, high):
                    return unit, found.end()
        return None, position

    def before(
        self, folded: str, start: int, low: int, unit: Unit | None
    ) -> tuple[Unit, int] | None:
        """The currency before a number, and where it begins: a sign makes it money, a word says whose 元 it is."""
        if folded[start - 1 : start] not in self.currency_ends:
            return None
        sign = self.currency.search(folded, max(low, start - 5), start)
        if sign and (unit.dimension == "money" if unit else not _HAN.match(sign[1])):
            return self.currencies[sign[1]], sign.start()
        return None

    def of_list(self, folded: str, start: int, end: int, low: int, high: int) -> Unit | None:
        """The unit at the end of a list whose first number is start:end: 12/14nm, 10、20、40倍."""
        if not _SHARES.match(folded, end, high):
            return None
        if folded[end] == "、" and start == low:  # 1、7nm工艺 is the first point of a list
            return None
        first = end
        for _ in range(_LONGEST_LIST):
            joint = _JOINT.match(folded, end, high)
            member = joint and self.numeral.match(folded, joint.end(), high)
            if not joint or not member:
                return None
            unit, _ = self.at(folded, member.end(), high)
            if unit is not None:
                small = unit.dimension == "money" and not folded[start:first].isdigit()
                fraction = joint[0].strip() == "/" and (unit.dimension in RELATIVE or small)
                return None if fraction else unit
            end = member.end()
        return None


def _scale(row: Row, faults: list[str]) -> float:
    try:
        return float(row["scale"])
    except ValueError:
        faults.append(f"{row.where}: scale {row['scale']!r} is not a number")
        return 0.0
