"""What kinds of mistakes a run makes, and how many of each.

In: an ``Evaluation``. Out: a ``Kind`` for each kind of mistake, with its count and its share.

A row that is false and a gold fact that is missed are one mistake when they are about the same: then
the kind says what differs (the subject, the value, where a statement begins). Each counts once, under
the first difference in the order below. What is left is a fact that was not found, or a row that is
nothing. Attributes that the scores do not ask for (bound, status, cue, …) are counted apart, over the
rows that matched.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.review.evaluate import (
    MEASURES,
    Evaluation,
    Gold,
    Outcome,
    Row,
    metric_places,
    overlap,
    same_name,
    same_speaker,
)

_VALUE = next(m.agree for m in MEASURES if m.name == "metrics_value")
_ENOUGH = 0.8
"""From which overlap on a statement counts as the same, as in quotes_strict."""
_RELATED = 0.3
"""From which overlap on two statements are about the same when they stand nowhere together."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mistake."""

    group: str
    """chips, metrics, quotes: what the strict scores lose; … that matched: attributes beside them."""
    name: str
    count: int
    share: float
    """Of all mistakes of the group."""

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "group": self.group,
            "kind": self.name,
            "count": self.count,
            "share": round(self.share, 4),
        }


def kinds(result: Evaluation) -> list[Kind]:
    """Every kind of mistake that was made, by group, the commonest first."""
    out = []
    for group, found in (
        ("chips", _chips(result)),
        ("metrics", _by_document(result, "metrics_strict")),
        ("metrics that matched", _metric_attributes(result)),
        ("quotes", _by_document(result, "quotes_strict")),
        ("quotes that matched", _quote_attributes(result)),
    ):
        counts = Counter(found)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        out += [Kind(group, name, n, n / counts.total()) for name, n in ordered]
    return out


def render(found: list[Kind]) -> str:
    """Kinds of mistakes for people, a table a group."""
    out = ["mistakes by kind: count, share of the group"]
    for group in dict.fromkeys(kind.group for kind in found):
        members = [kind for kind in found if kind.group == group]
        out += ["", f"{group}: {sum(kind.count for kind in members)}"]
        out += [f"  {kind.name:40} {kind.count:5}  {kind.share:5.1%}" for kind in members]
    return "\n".join(out if found else ["no mistakes"])


def _chips(result: Evaluation) -> Iterator[str]:
    for outcome in result.of("chips"):
        if outcome.verdict in ("missed", "false"):
            yield outcome.verdict


def _by_document(result: Evaluation, measure: str) -> Iterator[str]:
    outcomes: dict[str, list[Outcome]] = {}
    for outcome in result.of(measure):
        outcomes.setdefault(outcome.document, []).append(outcome)
    read = _metrics if measure == "metrics_strict" else _quotes
    for document, found in outcomes.items():
        yield from read(result.texts[document], found)


def _sides(outcomes: list[Outcome]) -> tuple[list[Row], list[Gold]]:
    """Rows that are false and facts that are missed."""
    false = [o.row for o in outcomes if o.row is not None and o.gold is None]
    missed = [o.gold for o in outcomes if o.gold is not None and o.row is None]
    return false, missed


def _span(row: Row) -> Span:
    return int(row["start"]), int(row["end"])


def _meet(a: Span, b: Span) -> int:
    """How many characters two spans share."""
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


# ---------------------------------------------------------------------------------------- metrics


def _metrics(text: str, outcomes: list[Outcome]) -> Iterator[str]:
    false, missed = _sides(outcomes)
    pairs = []
    for g, gold in enumerate(missed):
        places = list(metric_places(text, gold))
        for r, row in enumerate(false):
            closeness = 2 * _at(row, places) + (_VALUE(row, gold) > 0)
            if closeness:
                pairs.append((closeness, same_name(row["subject"], gold["subject"]), -g, -r))
    rows, facts = dict(enumerate(false)), dict(enumerate(missed))
    for *_, g, r in sorted(pairs, reverse=True):
        if -g in facts and -r in rows:
            yield _metric_difference(rows.pop(-r), facts.pop(-g))
    matched = [(o.row, o.gold) for o in outcomes if o.row is not None and o.gold is not None]
    for gold in facts.values():
        places = list(metric_places(text, gold))
        beside = any(_VALUE(row, gold) and _at(row, places) for row, _ in matched)
        yield "one of several subjects not found" if beside else "not found"
    for row in rows.values():
        # by value a fact that was matched: the number is said again here, or shared by subjects
        same = [(other, gold) for other, gold in matched if _VALUE(row, gold)]
        if any(_meet(_span(row), _span(other)) for other, _ in same):
            yield "one subject too many"
        elif same:
            yield f"said again, {_metric_difference(row, same[0][1])}"
        else:
            yield "found but false"


def _at(row: Row, places: list[Span]) -> bool:
    return any(_meet(_span(row), place) for place in places)


def _metric_difference(row: Row, gold: Gold) -> str:
    """What differs between a row and the fact that it should be."""
    if row["metric"] != gold["metric"]:
        return "metric wrong"
    if not _VALUE(row, gold):
        if not _same_numbers(row, gold):
            return "value wrong"
        return "unit wrong" if row["unit"] != gold["unit"] else "comparison wrong"
    if not same_name(row["subject"], gold["subject"]):
        return f"subject wrong, by {row['decider'] or 'no decider'}"
    reference = gold.get("reference")
    if gold["metric"] == "relative" and reference and not same_name(row["reference"], reference):
        return "reference wrong"
    return "precision wrong"


def _same_numbers(row: Row, gold: Gold) -> bool:
    for name in ("value", "value_max"):
        cell, value = row[name], gold.get(name)
        if not cell or value is None:
            if cell or value is not None:
                return False
        elif not math.isclose(float(cell), value, rel_tol=1e-3):
            return False
    return True


def _metric_attributes(result: Evaluation) -> Iterator[str]:
    for outcome in result.of("metrics_strict"):
        row, gold = outcome.row, outcome.gold
        if row is not None and gold is not None:
            for name in ("bound", "status", "aspect", "item"):
                if gold.get(name) and row[name] != gold[name]:
                    yield f"{name} wrong"


# ----------------------------------------------------------------------------------------- quotes


def _quotes(text: str, outcomes: list[Outcome]) -> Iterator[str]:
    false, missed = _sides(outcomes)
    every_row = [o.row for o in outcomes if o.row is not None]
    every_fact = [_place(text, o.gold, None) for o in outcomes if o.gold is not None]
    while missed:
        gold = missed.pop(0)
        best = max(false, key=lambda row: _nearness(text, row, gold), default=None)
        if best is None or not _nearness(text, best, gold):
            inside = any(o.gold and o.row and _shared(text, o.row, gold) for o in outcomes)
            yield "run together" if inside else "missed"
            continue
        place = _place(text, gold, best)
        parts = [row for row in every_row if place and _meet(_span(row), place)]
        whole = [fact for fact in every_fact if fact and _meet(_span(best), fact)]
        if len(parts) > 1:
            false = [row for row in false if row is not best and row not in parts]
            yield "split"
            continue
        false.remove(best)
        if len(whole) > 1:
            missed = [fact for fact in missed if not _shared(text, best, fact)]
            yield "run together"
        else:
            yield _quote_difference(text, best, gold)
    for row in false:
        part = any(o.row and o.gold and _shared(text, row, o.gold) for o in outcomes)
        yield "split" if part else "false"


def _nearness(text: str, row: Row, gold: Gold) -> float:
    """How much a row is about a statement: what they share in the text, or else in words."""
    place = _place(text, gold, row)
    alike = overlap(row["content"], gold["content"])
    if place is None:
        return alike if alike >= _RELATED else 0.0
    return _meet(_span(row), place) + (alike if alike >= _RELATED else 0.0)


def _shared(text: str, row: Row, gold: Gold) -> int:
    """How many characters of the text a row and a statement share."""
    return _meet(_span(row), _place(text, gold, row) or (0, 0))


def _place(text: str, gold: Gold, row: Row | None) -> Span | None:
    """Where a statement stands; of several places the one that the row is at."""
    found = [m.span() for m in re.finditer(re.escape(gold["content"]), text)]
    if row is None:
        return found[0] if found else None
    return max(found, key=lambda place: _meet(_span(row), place), default=None)


def _quote_difference(text: str, row: Row, gold: Gold) -> str:
    if overlap(row["content"], gold["content"]) >= _ENOUGH:
        return "speaker wrong"
    boundary = _boundary(text, row, gold)
    return boundary if same_speaker(row, gold) else f"{boundary}, speaker wrong"


def _boundary(text: str, row: Row, gold: Gold) -> str:
    """Where a row begins and ends against the statement; marks are no difference."""
    place = _place(text, gold, row)
    if place is None or not _meet(_span(row), place):
        return "boundary elsewhere"
    told = []
    for verb, at, right in zip(("begins", "ends"), _span(row), place, strict=True):
        if re.search(r"\w", text[min(at, right) : max(at, right)]):
            told.append(f"{verb} {'early' if at < right else 'late'}")
    return "boundary " + " and ".join(told) if told else ""


def _quote_attributes(result: Evaluation) -> Iterator[str]:
    for outcome in result.of("quotes_strict"):
        row, gold = outcome.row, outcome.gold
        if row is None or gold is None:
            continue
        boundary = _boundary(result.texts[outcome.document], row, gold)
        if boundary:
            yield boundary
        for name in ("cue", "kind", "speaker_type"):
            if gold.get(name) and row[name] != gold[name]:
                yield f"{name} wrong"
        for name in ("title", "organization"):
            if gold.get(name) and not same_name(row[name], gold[name]):
                yield f"{name} wrong"
