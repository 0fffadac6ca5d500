"""Facts of many articles -> one row a chip, conflicts kept.

In: rows of the tables articles, chips and metrics. Out: rows of the table specs. For every property of
a spec sheet (``process_nm``, ``int8_tops``, …) the facts of all articles are grouped by the value they
state, and one group is chosen: of the chip over a part of it or a system around it, asserted over
rumor, exact over bounded, newer over older, more independent articles over fewer. Other values stay
in ``<property>_conflict``, figures of its dies, cards and systems in ``<property>_levels``, and what
decided in ``<property>_why``. An article that gives several values (two kinds of cores, base and boost
clock) does not contradict itself: ``<property>_against`` counts the articles that say only otherwise.

寒武纪's 思元370 with ``7纳米`` in two articles and ``据传…5纳米`` in a third gives ``process_nm`` 7,
``process_nm_facts`` 2, ``process_nm_conflict`` ``5 (rumor)``, ``process_nm_against`` 1,
``process_nm_why`` asserted over rumor.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from pipeline.model import BOUNDS, CHIP_KINDS, LEVELS, METRICS, PRECISIONS, STATUSES
from pipeline.schema import Column, TableSchema

Row = Mapping[str, str]

_PROPERTIES = {
    "process_node": "process_nm",
    "transistor_count": "transistors",
    "transistor_density": "transistors_per_mm2",
    "power": "tdp_w",
    "memory_capacity": "memory_gb",
    "memory_bandwidth": "memory_bandwidth_gbs",
    "cache_size": "cache_mb",
    "die_area": "die_mm2",
    "clock_frequency": "clock_ghz",
    "core_count": "cores",
    "parameter_count": "model_parameters",
    "latency": "latency_ms",
}
"""Metrics that are one property each; the others are told apart by unit, precision or item."""
_ITEMS = ("tokens", "images", "frames")
_PARTS = frozenset(("memory_gb", "cache_mb", "clock_ghz", "cores"))
"""Properties that a chip has several of at once (clusters of cores, levels of cache, base and boost
clock, sizes of memory): of those that are stated equally well the highest is the chip's."""
_LEVELS = ("", "card", "package", "die", "system")
"""Levels, the nearest to the chip as it is sold first."""
_SURE = 0.8
"""Confidence from which a fact counts as surely its chip's."""
_NEAR = {"=": 0.025, "~": 0.1}
"""How far a figure may lie from another and still mean the same."""


def property_of(row: Row) -> str:
    """The property of the spec sheet that a row of metrics states, empty for none."""
    metric, unit = row["metric"], row["unit"]
    if metric in _PROPERTIES:
        return _PROPERTIES[metric]
    if metric == "compute":
        precision = row["precision"].lower()
        if not precision:
            return unit.lower()
        return f"{precision}_{'tops' if precision.startswith('int') else 'tflops'}"
    if metric == "energy_efficiency":
        return unit.lower().replace("/", "_per_")
    if metric == "interconnect_bandwidth":
        return "interconnect_gbs" if unit == "GB/s" else "interconnect_gbits"
    if metric == "throughput" and row["item"] in _ITEMS:
        return f"{row['item']}_per_s"
    if metric == "price":
        return f"price_{unit.lower()}"
    return ""


def _properties() -> Iterator[tuple[str, tuple[str, str]]]:
    """Every property with its metric and unit, in the order of the columns."""
    for metric, units in METRICS.items():
        precisions = ("", *PRECISIONS) if metric == "compute" else ("",)
        items = _ITEMS if metric == "throughput" else ("",)
        for precision, item, unit in itertools.product(precisions, items, units):
            if precision and (unit == "TOPS") != precision.startswith("INT"):
                continue
            row = {"metric": metric, "unit": unit, "precision": precision, "item": item}
            if name := property_of(row):
                yield name, (metric, unit.replace("item", item or "item"))


PROPERTIES = dict(_properties())
"""Name -> metric and unit of every property of the spec sheet."""


_BESIDE: tuple[Column, ...] = (
    Column("max", "number", "upper end, if it is a range"),
    Column("bound", "string", "how it bounds the fact", enum=BOUNDS),
    Column("level", "string", "of what, if not of the chip", enum=LEVELS),
    Column("status", "string", "how the articles hold it", enum=STATUSES),
    Column("facts", "integer", "how many facts say so"),
    Column("articles", "integer", "how many independent articles say so"),
    Column("against", "integer", "how many independent articles say only what disagrees with it"),
    Column("conflict", "string", "other values, joined by |"),
    Column("spread", "number", "highest over lowest of what is said of this level", "x"),
    Column("levels", "string", "what is said of other levels (die, card, system), joined by |"),
    Column("why", "string", "what decided between the values"),
    Column("evidence", "string", "article:start of the fact"),
)
"""What stands beside each property, as ``<property>_max`` and so on."""


def _columns() -> Iterator[Column]:
    yield Column("chip", "string", "canonical name, without the maker", key="primary")
    yield Column("maker", "string", "canonical name of the maker")
    yield Column("kind", "string", "what kind of processor", enum=CHIP_KINDS)
    yield Column("aliases", "string", "each spelling in the articles, joined by |")
    for name, (metric, unit) in PROPERTIES.items():
        yield Column(name, "number", f"{metric}: the chosen value", unit)
        for c in _BESIDE:
            of = unit if c.name == "max" else c.unit
            yield replace(c, name=f"{name}_{c.name}", unit=of, beside=name)
    yield Column("articles", "integer", "number of articles that name the chip")
    yield Column("first_published", "date", "date of the first dated article that names it")
    yield Column("last_published", "date", "date of the last dated article that names it")


SPECS = TableSchema("specs", "one row per chip over all articles of the run.", tuple(_columns()))

SHEET = TableSchema(
    "sheet",
    "one row per chip and property: what specs says of it, set upright.",
    (
        Column("chip", "string", "canonical name, without the maker", key="specs.chip"),
        Column("maker", "string", "canonical name of the maker"),
        Column("kind", "string", "what kind of processor", enum=CHIP_KINDS),
        Column("property", "string", "column of specs"),
        Column("metric", "string", "what was measured", enum=tuple(METRICS)),
        Column("value", "number", "the chosen value"),
        *(replace(c, unit="") for c in _BESIDE if c.name != "evidence"),
        Column("unit", "string", "canonical unit"),
        Column("article", "string", "article of the fact", key="articles.article"),
        Column("start", "integer", "start of the fact", "code points"),
    ),
)
"""For databases: a table of some twenty columns is looked at and queried more easily than specs."""


def upright(
    row: Mapping[str, str | int | float | None],
) -> Iterator[list[str | int | float | None]]:
    """Rows of ``sheet`` from a row of ``specs``, a row a property that is known."""
    for name, (metric, unit) in PROPERTIES.items():
        if row[name] is not None:
            beside = [row[f"{name}_{c.name}"] for c in _BESIDE if c.name != "evidence"]
            article, _, start = str(row[f"{name}_evidence"]).partition(":")
            yield [row["chip"], row["maker"], row["kind"], name, metric, row[name], *beside, unit,
                   article, int(start)]  # fmt: skip


@dataclass(slots=True)
class _Claim:
    """What one or more facts say of a property: one value of one level."""

    value: str
    value_max: str
    level: str
    bound: str = ""
    status: str = "negated"
    facts: int = 0
    articles: set[str] = field(default_factory=set)
    published: str = ""
    confidence: float = 0.0
    evidence: tuple[str, int] = ("", 0)
    best: tuple[int, bool, str, float] = (0, False, "", 0.0)

    def add(self, row: Row, published: str, source: str) -> None:
        """One more fact. ``source`` stands for the article and its near copies. Bound and evidence are
        those of the best-held, exact, newest, surest fact, the first one in the tables' order."""
        here, sure = (row["article"], int(row["start"])), float(row["confidence"] or 0)
        fact = (-STATUSES.index(row["status"]), row["bound"] == "=", published, sure)
        if not self.facts or fact > self.best or (fact == self.best and here < self.evidence):
            self.best, self.evidence, self.bound = fact, here, row["bound"]
        self.status = min(self.status, row["status"], key=STATUSES.index)
        self.published = max(self.published, published)
        self.confidence = max(self.confidence, sure)
        self.facts += 1
        self.articles.add(source)

    def rank(self, parts: bool) -> tuple[int, int, bool, str, int, bool, float, int, float]:
        """The higher, the better: what decides between claims that differ, in the order of ``why``."""
        exact = parts or (self.bound == "=" and not self.value_max)
        highest = float(self.value_max or self.value) if parts else 0.0
        return (-_LEVELS.index(self.level), -STATUSES.index(self.status), exact, self.published,
                len(self.articles), self.confidence >= _SURE, highest, self.facts, self.confidence)  # fmt: skip

    def why(self, other: _Claim, parts: bool) -> str:
        """The first thing in which this claim is better than another."""
        surer = f"surer ({self.confidence:g} over {other.confidence:g})"
        reasons = (
            f"of the {self.level or 'chip'} over {other.level}",
            f"{self.status} over {other.status}",
            "exact over bounded",
            f"newer ({self.published} over {other.published or 'no date'})",
            f"more articles ({len(self.articles)} over {len(other.articles)})",
            surer,
            "the highest of several",
            f"said more often ({self.facts} over {other.facts})",
            surer,
        )
        for reason, mine, its in zip(reasons, self.rank(parts), other.rank(parts), strict=True):
            if mine != its:
                return reason
        return "the first of equals"

    def agrees(self, other: _Claim) -> bool:
        """True when both can be true of one thing: ``<=256`` and 256, ``~2.45`` and 2.4576, not 7 and 5."""
        (low, high), (least, most) = self._range(), other._range()
        return low <= most and least <= high

    def _range(self) -> tuple[float, float]:
        low, high = float(self.value), float(self.value_max or self.value)
        near = _NEAR.get(self.bound, _NEAR["="])
        low = 0.0 if self.bound in ("<", "<=") else low * (1 - near)
        return low, float("inf") if self.bound in (">", ">=") else high * (1 + near)

    def __str__(self) -> str:
        bound = "" if self.bound == "=" else self.bound
        upper = f"-{self.value_max}" if self.value_max else ""
        status = "" if self.status == "asserted" else f" ({self.status})"
        level = f" ({self.level})" if self.level else ""
        return f"{bound}{self.value}{upper}{level}{status}"


@dataclass(slots=True)
class _Sheet:
    """All that the articles of a run say of one chip."""

    makers: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    aliases: set[str] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)
    claims: dict[str, dict[tuple[str, str, str], _Claim]] = field(default_factory=dict)


def specs(
    articles: Iterable[Row], chips: Iterable[Row], metrics: Iterable[Row],
    same: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[list[str]]:  # fmt: skip
    """Rows of table specs, sorted by chip; cells as they stand in the file.

    ``same`` gives the original of every article that is a near copy: both are one source.
    """
    published = {row["article"]: row["published"] for row in articles}
    # one string for an article, however many rows name it: sets of them are most of the memory
    one = {article: article for article in published}
    sheets: dict[str, _Sheet] = {}
    for row in chips:
        sheet = sheets.setdefault(row["chip"], _Sheet())
        sheet.makers[row["maker"]] = sheet.makers.get(row["maker"], 0) + 1
        sheet.kinds[row["kind"]] = sheet.kinds.get(row["kind"], 0) + 1
        sheet.aliases.update(row["surfaces"].split("|"))
        sheet.articles.add(one[row["article"]])
    for row in metrics:
        name = property_of(row)
        if not name or row["subject"] not in sheets or row["status"] == "negated":
            continue
        sheet = sheets[row["subject"]]
        claims = sheet.claims.setdefault(name, {})
        key = (row["value"], row["value_max"], _level(name, row["level"], sheet))
        article = one[row["article"]]
        claim = claims.setdefault(key, _Claim(*key))
        claim.add(row, published[article], same.get(article, article))
    for chip in sorted(sheets):
        yield _cells(chip, sheets[chip], published)


def _level(name: str, level: str, sheet: _Sheet) -> str:
    """The level of a figure, empty where it is what the property is about: the area of a die, the power
    of a chip that is sold as a card."""
    own = (name == "die_mm2" and level == "die") or (
        level == "card" and _most(sheet.kinds) == "card"
    )
    return "" if own else level


def _most(counts: Mapping[str, int]) -> str:
    """What most articles say; an empty cell only when all are empty."""
    return max(counts, key=lambda name: (bool(name), counts[name], name))


def _cells(chip: str, sheet: _Sheet, published: Mapping[str, str]) -> list[str]:
    out = [chip, _most(sheet.makers), _most(sheet.kinds), "|".join(sorted(sheet.aliases))]
    for name in PROPERTIES:
        out += _property(name, [*sheet.claims[name].values()]) if name in sheet.claims else _NOTHING
    dates = sorted(filter(None, (published[a] for a in sheet.articles)))
    return [*out, str(len(sheet.articles)), *((dates[0], dates[-1]) if dates else ("", ""))]


def _property(name: str, claims: list[_Claim]) -> tuple[str, ...]:
    """The columns of a property: what is chosen of the claims, and what stands beside it."""
    parts = name in _PARTS
    claims.sort(key=lambda c: c.evidence)
    chosen = max(claims, key=lambda c: c.rank(parts))
    others = [c for c in claims if c is not chosen]
    conflict = [c for c in others if c.level == chosen.level]
    article, start = chosen.evidence
    why = chosen.why(max(others, key=lambda c: c.rank(parts)), parts) if others else ""
    return (
        chosen.value, chosen.value_max, chosen.bound, chosen.level, chosen.status, str(chosen.facts),
        str(len(chosen.articles)), str(_against(chosen, conflict)), "|".join(map(str, conflict)),
        _spread(chosen, claims), "|".join(str(c) for c in others if c.level != chosen.level), why,
        f"{article}:{start}",
    )  # fmt: skip


def _against(chosen: _Claim, others: list[_Claim]) -> int:
    """How many independent articles state no value that agrees with the chosen one."""
    agree = chosen.articles.union(*(c.articles for c in others if chosen.agrees(c)))
    return len(set().union(*(c.articles for c in others)) - agree)


def _spread(chosen: _Claim, claims: list[_Claim]) -> str:
    """How many times the lowest the highest is: ``1.5`` where some say 100 and others 150."""
    said = [
        float(value)
        for claim in claims
        if claim.level == chosen.level
        for value in (claim.value, claim.value_max)
        if value
    ]
    if len(said) < 2 or min(said) <= 0 or min(said) == max(said):
        return ""
    return f"{max(said) / min(said):.4g}" if max(said) / min(said) < 1e4 else "10000"


_NOTHING = ("",) * (1 + len(_BESIDE))
"""The columns of a property that nothing is said of."""
