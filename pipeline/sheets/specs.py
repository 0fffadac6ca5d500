"""Facts of many articles -> one row a chip, conflicts kept.

In: rows of the tables articles, chips and metrics. Out: rows of the table specs. For every property of
a spec sheet (``process_nm``, ``int8_tops``, …) the facts of all articles are grouped by what they
say, and one group is chosen: of the chip over one of its levels (die, system), asserted over rumor,
exact over bounded, newer over older, more independent articles over fewer. What the others say stays
in ``<property>_conflict``, and what decided in ``<property>_why``.

寒武纪's 思元370 with ``7纳米`` in two articles and ``据传…5纳米`` in a third gives ``process_nm`` 7,
``process_nm_facts`` 2, ``process_nm_conflict`` ``5 (rumor)``, ``process_nm_why`` asserted over rumor.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
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


def _columns() -> Iterator[Column]:
    yield Column("chip", "string", "canonical name, without the maker", key="primary")
    yield Column("maker", "string", "canonical name of the maker")
    yield Column("kind", "string", "what kind of processor", enum=CHIP_KINDS)
    yield Column("aliases", "string", "each spelling in the articles, joined by |")
    for name, (metric, unit) in PROPERTIES.items():
        yield Column(name, "number", f"{metric}: the chosen value", unit)
        yield Column(f"{name}_max", "number", "upper end, if it is a range", unit, beside=name)
        yield Column(f"{name}_bound", "string", "how it bounds the fact", "", BOUNDS, beside=name)
        yield Column(
            f"{name}_level", "string", "of what, if not of the chip", "", LEVELS, beside=name
        )
        yield Column(f"{name}_facts", "integer", "how many facts say so", beside=name)
        yield Column(
            f"{name}_articles", "integer", "how many independent articles say so", beside=name
        )
        yield Column(f"{name}_conflict", "string", "what others say, joined by |", beside=name)
        yield Column(
            f"{name}_spread", "number", "highest over lowest of what is said of this level", "x",
            beside=name,
        )  # fmt: skip
        yield Column(f"{name}_why", "string", "what decided between the values", beside=name)
        yield Column(f"{name}_evidence", "string", "article:start of the fact", beside=name)
    yield Column("articles", "integer", "number of articles that name the chip")
    yield Column("first_published", "date", "date of the first dated article that names it")
    yield Column("last_published", "date", "date of the last dated article that names it")


SPECS = TableSchema("specs", "one row per chip over all articles of the run.", tuple(_columns()))


@dataclass(slots=True)
class _Claim:
    """What one or more facts say of a property: one value, one bound."""

    value: str
    value_max: str
    bound: str
    level: str
    status: str = "negated"
    facts: int = 0
    articles: set[str] = field(default_factory=set)
    published: str = ""
    evidence: tuple[str, int] = ("", 0)

    def add(self, row: Row, published: str, source: str) -> None:
        """One more fact. ``source`` stands for the article and its near copies. Evidence is the best-held, newest, first one in the tables' order."""
        here = (row["article"], int(row["start"]))
        better = (-STATUSES.index(row["status"]), published)
        held = (-STATUSES.index(self.status), self.published)
        if not self.facts or better > held or (better == held and here < self.evidence):
            self.evidence = here
        self.status = min(self.status, row["status"], key=STATUSES.index)
        self.published = max(self.published, published)
        self.facts += 1
        self.articles.add(source)

    def rank(self) -> tuple[bool, int, bool, str, int, int]:
        """The higher, the better: what decides between claims that differ, in the order of ``why``."""
        exact = self.bound == "=" and not self.value_max
        held = -STATUSES.index(self.status)
        return (not self.level, held, exact, self.published, len(self.articles), self.facts)

    def why(self, other: _Claim) -> str:
        """The first thing in which this claim is better than another."""
        reasons = (
            f"of the chip over {other.level}",
            f"{self.status} over {other.status}",
            "exact over bounded",
            f"newer ({self.published} over {other.published or 'no date'})",
            f"more articles ({len(self.articles)} over {len(other.articles)})",
            f"said more often ({self.facts} over {other.facts})",
        )
        for reason, mine, its in zip(reasons, self.rank(), other.rank(), strict=True):
            if mine != its:
                return reason
        return "the first of equals"

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
    claims: dict[str, dict[tuple[str, str, str, str], _Claim]] = field(default_factory=dict)


def specs(
    articles: Iterable[Row], chips: Iterable[Row], metrics: Iterable[Row],
    same: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[list[str]]:  # fmt: skip
    """Rows of table specs, sorted by chip; cells as they stand in the file.

    ``same`` gives the original of every article that is a near copy: both are one source.
    """
    published = {row["article"]: row["published"] for row in articles}
    sheets: dict[str, _Sheet] = {}
    for row in chips:
        sheet = sheets.setdefault(row["chip"], _Sheet())
        sheet.makers[row["maker"]] = sheet.makers.get(row["maker"], 0) + 1
        sheet.kinds[row["kind"]] = sheet.kinds.get(row["kind"], 0) + 1
        sheet.aliases.update(row["surfaces"].split("|"))
        sheet.articles.add(row["article"])
    for row in metrics:
        name = property_of(row)
        if not name or row["subject"] not in sheets or row["status"] == "negated":
            continue
        claims = sheets[row["subject"]].claims.setdefault(name, {})
        key = (row["value"], row["value_max"], row["bound"], row["level"])
        article = row["article"]
        claim = claims.setdefault(key, _Claim(*key))
        claim.add(row, published[article], same.get(article, article))
    for chip in sorted(sheets):
        yield _cells(chip, sheets[chip], published)


def _most(counts: Mapping[str, int]) -> str:
    """What most articles say; an empty cell only when all are empty."""
    return max(counts, key=lambda name: (bool(name), counts[name], name))


def _cells(chip: str, sheet: _Sheet, published: Mapping[str, str]) -> list[str]:
    out = [chip, _most(sheet.makers), _most(sheet.kinds), "|".join(sorted(sheet.aliases))]
    for name in PROPERTIES:
        if name not in sheet.claims:
            out += _NOTHING
            continue
        claims = sorted(sheet.claims[name].values(), key=lambda c: c.evidence)
        chosen = max(claims, key=_Claim.rank)
        others = [c for c in claims if c is not chosen]
        article, start = chosen.evidence
        out += (chosen.value, chosen.value_max, chosen.bound, chosen.level, str(chosen.facts))
        out += (str(len(chosen.articles)), "|".join(map(str, others)), _spread(chosen, claims))
        out += (chosen.why(max(others, key=_Claim.rank)) if others else "", f"{article}:{start}")
    dates = sorted(filter(None, (published[a] for a in sheet.articles)))
    return [*out, str(len(sheet.articles)), *((dates[0], dates[-1]) if dates else ("", ""))]


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


_NOTHING = ("",) * 10
"""The columns of a property that nothing is said of."""
