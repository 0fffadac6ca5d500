"""Facts that cannot be right -> flags. Nothing is changed and nothing is taken away.

In: rows of the tables metrics and chips, and rules/sanity.csv. Out: rows of the table alarms: a value
that no chip has; an efficiency that is not compute over power of the same chip in the same article; a
ratio from which an impossible figure of the other chip follows.

``功耗仅为25瓦，是甲的0.05%`` makes 甲 draw 50 kW: alarm ``implied.power``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from pipeline.model import ASPECTS, METRICS
from pipeline.rules import CsvSchema, Rulebook
from pipeline.rules import Row as Rule
from pipeline.schema import Column, TableSchema

Row = Mapping[str, str]
Figures = dict[tuple[str, str, str], list[float]]
"""By subject, metric and unit: what an article says, in its order."""
_MOST = 20
"""Figures of a subject that others are held against: bounds the work on endless articles."""

SCHEMAS = {
    "sanity": CsvSchema(
        ("id", "kind", "metric", "unit", "about"), ("low", "high"), key=("id",),
        enums={"kind": ("range", "quotient", "implied"), "metric": tuple(dict.fromkeys((*METRICS, *ASPECTS)))},
    )
}  # fmt: skip

ALARMS = TableSchema(
    "alarms",
    "one row per fact that cannot be right as it stands; flags only, nothing is changed.",
    (
        Column("article", "string", "article that states it", key="articles.article"),
        Column("subject", "string", "what the fact is about"),
        Column("metric", "string", "what was measured", enum=tuple(METRICS)),
        Column("text", "string", "the exact characters that carry the value"),
        Column("start", "integer", "start of text", "code points"),
        Column("end", "integer", "end of text", "code points"),
        Column("rule", "string", "row of rules/sanity.csv that was broken"),
        Column(
            "figure", "number", "the figure that broke it: stated, or following from what is stated"
        ),
        Column("unit", "string", "unit of the figure; x for a quotient"),
        Column("reason", "string", "what is wrong with it"),
    ),
)


def alarms(rules: Rulebook, metrics: Iterable[Row]) -> Iterator[list[str | int | float]]:
    """Rows of table alarms, in the order of the metrics. These must be sorted by article."""
    table = rules.table("sanity")
    ranges = {(r["metric"], r["unit"]): r for r in table if r["kind"] == "range"}
    quotients = {r["unit"]: r for r in table if r["kind"] == "quotient"}
    implied = {r["metric"]: r for r in table if r["kind"] == "implied"}
    for _, group in groupby(metrics, key=lambda row: row["article"]):
        rows = [r for r in group if r["status"] != "negated"]
        said = _figures(rows)
        for row in rows:
            if row["subject_type"] not in ("chip", "card") or row["level"] == "system":
                continue  # a rack may draw what no chip does
            value = float(row["value"])
            rule = ranges.get((row["metric"], row["unit"]))
            if rule and _outside(value, rule):
                yield _alarm(row, rule, value, row["unit"])
            rule = quotients.get(row["unit"]) if row["metric"] == "energy_efficiency" else None
            if rule and (quotient := _quotient(row, said)) is not None and _outside(quotient, rule):
                yield _alarm(row, rule, quotient, "x")
            rule = implied.get(row["aspect"])
            if (
                rule
                and (figure := _implied(row, said, rule)) is not None
                and _outside(figure, rule)
            ):
                yield _alarm(row, rule, figure, rule["unit"])


def _outside(value: float, rule: Rule) -> bool:
    return bool(
        (rule["low"] and value < float(rule["low"]))
        or (rule["high"] and value > float(rule["high"]))
    )


def _alarm(row: Row, rule: Rule, figure: float, unit: str) -> list[str | int | float]:
    figure = float(f"{figure:.6g}")
    limits = f"{rule['low'] or '…'} to {rule['high'] or '…'}"
    return [row["article"], row["subject"], row["metric"], row["text"], int(row["start"]),
            int(row["end"]), rule["id"], figure, unit, f"{rule['about']} (expected {limits})"]  # fmt: skip


def _figures(rows: Iterable[Row]) -> Figures:
    """What the rows of an article say of each subject, by metric and unit."""
    out: Figures = {}
    for row in rows:
        said = out.setdefault((row["subject"], row["metric"], row["unit"]), [])
        if len(said) < _MOST:
            said.append(float(row["value"]))
    return out


def _quotient(row: Row, said: Figures) -> float | None:
    """Stated efficiency over the nearest that compute and power of the same subject give."""
    subject, unit = row["subject"], row["unit"].partition("/")[0]
    powers = said.get((subject, "power", "W"), ()) if subject else ()
    computes = said.get((subject, "compute", unit), ())
    found = [
        float(row["value"]) * power / compute for power in powers for compute in computes if compute
    ]
    return min(found, key=lambda q: max(q, 1 / q) if q > 0 else float("inf"), default=None)


def _implied(row: Row, said: Figures, rule: Rule) -> float | None:
    """The figure of the reference that a ratio and the subject's own figure give."""
    if row["metric"] != "relative" or not row["reference"]:
        return None
    metric = {"area": "die_area"}.get(rule["metric"], rule["metric"])
    share = float(row["value"]) / (100 if row["unit"] == "%" else 1)
    if row["comparison"] == "increase":
        share += 1
    elif row["comparison"] == "decrease":
        share = 1 - share
    own = [
        v for unit in METRICS.get(metric, ()) for v in said.get((row["subject"], metric, unit), ())
    ]
    return min(own) / share if own and share > 0 else None
