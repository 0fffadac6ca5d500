"""The examples of a rule pack: what each says must come out, and whether it does.

In: a rulebook and an extractor. Out: a ``Case`` for each example and never-case, and the faults of a
case. ``xinwen rules check`` prints them; ``pytest_rules.py`` makes each case a test.

An example of a shape (TOML) is a sentence with its facts marked inline, ``[text](label …)``:

- metrics ``[256TOPS](compute <=256 TOPS INT8 of:思元370)``: the metric, bound and value (a range as
  ``5-7``), the unit, then any of precision, aspect, comparison, status, ``item:images``, ``of:SUBJECT``,
  ``vs:REFERENCE``, ``link:anaphora``; an underscore stands for a space in a name,
- chips ``[骁龙8 Gen 3](chip:骁龙8_Gen_3)``,
- quotes ``林舟表示，[产能已经恢复](quote speaker:林舟 cue:表示)`` with any columns of table quotes
  (``type:``, ``start:`` and the like: see ``_QUOTE_COLUMNS``).

Every marked fact must come out of the whole extraction, one at least under the shape's id (or the
shape must have refused something: that is what some are for); from a ``never`` sentence no fact may. Words (CSV) are checked by the columns they have: an ``example`` must
match its row's ``pattern``; a name among ``examples`` must be found whole and under the row's id.

>>> marked = parse("最大算力可达[256TOPS](compute <=256 TOPS of:思元370)。", "compute.peak")
>>> marked.text, [m.columns["value"] for m in marked.marks]
('最大算力可达256TOPS。', [256.0])
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

from pipeline import Extractor
from pipeline.document.segment import segment
from pipeline.model import (
    ASPECTS,
    METRICS,
    PRECISIONS,
    STATUSES,
    Article,
    Chip,
    Facts,
    Metric,
    Quote,
    Reject,
)
from pipeline.rules import Row, Rulebook, Shape

_COMPARISONS = ("of", "increase", "decrease")
_WORDS = {
    **dict.fromkeys(PRECISIONS, "precision"),
    **dict.fromkeys(ASPECTS, "aspect"),
    **dict.fromkeys(_COMPARISONS, "comparison"),
    **dict.fromkeys(STATUSES, "status"),
}
_METRIC_COLUMNS = {"item": "item", "of": "subject", "vs": "reference", "link": "link"}
_QUOTE_COLUMNS = {
    "speaker": "speaker", "cue": "cue", "kind": "kind", "type": "speaker_type", "title": "title",
    "org": "organization", "stance": "stance", "link": "link",
}  # fmt: skip
_VALUE = re.compile(r"(~|[<>]=?|=)?(\d[\d.]*(?:e\d+)?)(?:-(\d[\d.]*(?:e\d+)?))?")
_LABEL = re.compile(rf"\]\(((?:chip:|quote\b|rejected\b|(?:{'|'.join(METRICS)})\b)[^()]*)\)")
_TOKEN = re.compile(rf"\[|{_LABEL.pattern}|\]")


class Unreadable(ValueError):
    """A mark that is not in the notation."""


Table = Literal["chips", "metrics", "quotes", "rejected"]
Fact = Chip | Metric | Quote | Reject


@dataclass(frozen=True, slots=True)
class Mark:
    """A fact that an example promises, and where it stands."""

    table: Table
    start: int
    end: int
    columns: dict[str, Any]

    def found_in(self, facts: Facts, text: str) -> list[Fact]:
        """The rows that are this fact."""
        if self.table == "chips":
            return [
                row
                for row in facts.chips
                if row.chip == self.columns["chip"]
                and text[self.start : self.end] in row.surfaces.split("|")
            ]
        return [row for row in getattr(facts, self.table) if self._is(row)]

    def at(self, facts: Facts) -> list[Fact]:
        """The rows that overlap this fact: what came out in its stead."""
        return [
            row
            for row in getattr(facts, self.table)
            if row.start is not None and row.start < self.end and row.end > self.start
        ]

    def _is(self, row: Metric | Quote | Reject) -> bool:
        return (row.start, row.end) == (self.start, self.end) and all(
            getattr(row, name) == value
            if not isinstance(value, float)
            else abs((getattr(row, name) or 0.0) - value) <= 1e-6 * abs(value)
            for name, value in self.columns.items()
        )


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence and the facts marked in it."""

    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One example or never-case of a rule."""

    kind: Literal["shape", "name", "pattern"]
    rule: str
    where: str
    text: str
    never: bool = False
    pattern: str = ""
    around: tuple[str, str] = ("", "")
    """What must stand before and behind a name that needs its maker or a class word nearby."""

    @property
    def name(self) -> str:
        return f"{self.rule} {'never ' if self.never else ''}{self.text}"


def parse(source: str, where: str) -> Marked:
    """Take the marks out of an example. Raises ``Unreadable``; marks may stand inside one another."""
    opened: list[int] = []
    pairs: dict[int, re.Match[str]] = {}
    for token in _TOKEN.finditer(source):
        if token[0] == "[":
            opened.append(token.start())
        elif token[1] is not None:
            if not opened:
                raise Unreadable(f"{where}: {token[0]} closes a mark that was not opened")
            pairs[opened.pop()] = token
        elif opened:
            opened.pop()
    ends = {token.start(): (start, token) for start, token in pairs.items()}
    out: list[str] = []
    began: dict[int, int] = {}
    marks = []
    at = length = 0
    for place in sorted([*pairs, *ends]):
        out.append(source[at:place])
        length += place - at
        if place in pairs:
            began[place] = length
            at = place + 1
        else:
            start, token = ends[place]
            table, columns = _columns(token[1], where)
            marks.append(Mark(table, began[start], length, columns))
            at = token.end()
    return Marked("".join(out) + source[at:], tuple(marks))


def _columns(label: str, where: str) -> tuple[Table, dict[str, Any]]:
    head, *words = label.split()
    if head.startswith("chip:"):
        return "chips", {"chip": _name(head[5:])}
    if label == "rejected":
        return "rejected", {}
    named = _QUOTE_COLUMNS if head == "quote" else _METRIC_COLUMNS
    columns: dict[str, Any] = {} if head == "quote" else {"metric": head, "unit": "", "value": 0.0}
    unit_next = False
    for word in words:
        key, colon, value = word.partition(":")
        if unit_next:
            columns["unit"], unit_next = word, False
        elif colon and key in named:
            columns[named[key]] = _name(value)
        elif head != "quote" and (number := _VALUE.fullmatch(word)):
            columns["bound"] = number[1] or "="
            columns["value"] = float(number[2])
            columns["value_max"] = float(number[3]) if number[3] else None
            unit_next = True
        elif head != "quote" and word in _WORDS:
            columns[_WORDS[word]] = word
        else:
            raise Unreadable(f"{where}: {word!r} is nothing that a {head} can have")
    if head != "quote" and columns["unit"] not in METRICS[head]:
        raise Unreadable(f"{where}: {head} is in {' or '.join(METRICS[head])}")
    return "quotes" if head == "quote" else "metrics", columns


def _name(word: str) -> str:
    return word.replace("_", " ")


def cases(rules: Rulebook) -> Iterator[Case]:
    """Every example and never-case of a rule pack, in the order of the files."""
    for shapes in rules.shapes.values():
        for shape in shapes:
            yield from _shape_cases(shape)
    for rows in rules.rows.values():
        for row in rows:
            yield from _row_cases(row)


def _shape_cases(shape: Shape) -> Iterator[Case]:
    for never, texts in ((False, shape.examples), (True, shape.never)):
        for text in texts:
            yield Case("shape", shape.id, shape.where, text, never)


def _row_cases(row: Row) -> Iterator[Case]:
    if "stems" in row.cells:
        for never, column in ((False, "examples"), (True, "never")):
            # 谷歌的Tensor is the maker's line; what needs only a class word stands apart from its maker
            joint = "那颗" if row["needs"] == "adjacent" else "的"
            around = (f"{row['maker']}{joint}", "芯片") if row["needs"] and not never else ("", "")
            for text in row.list(column):
                yield Case("name", row["id"], row.where, text, never, around=around)
    elif "pattern" in row.cells:
        column = "examples" if "examples" in row.cells else "example"
        for text in row.list(column) if column == "examples" else filter(None, (row[column],)):
            yield Case("pattern", row.cells.get("id", ""), row.where, text, pattern=row["pattern"])


def faults(case: Case, extractor: Extractor) -> list[str]:
    """What is wrong with a case, a line each; empty when it holds."""
    if case.kind == "pattern":
        holds = re.search(case.pattern, case.text, re.I)
        return [] if holds else [f"{case.where}: the pattern does not match {case.text!r}"]
    if case.kind == "name":
        return _name_faults(case, extractor)
    try:
        marked = parse(case.text, case.where)
    except Unreadable as error:
        return [str(error)]
    facts = extractor(Article(marked.text))
    if case.never:
        rows: tuple[Fact, ...] = (*facts.chips, *facts.metrics, *facts.quotes)
        return [
            f"{case.where}: {case.rule} must not read {case.text!r}, but gave {_shown(row)}"
            for row in rows
            if _under(row, case.rule)
        ]
    if not marked.marks:
        return [f"{case.where}: no fact is marked in {case.text!r}"]
    wrong = []
    found: list[Fact] = []
    for mark in marked.marks:
        here = mark.found_in(facts, marked.text)
        found += here
        if not here:
            instead = "; ".join(map(_shown, mark.at(facts))) or "nothing"
            wanted = " ".join(f"{k}={v}" for k, v in mark.columns.items() if v is not None)
            text = marked.text[mark.start : mark.end]
            wrong.append(f"{case.where}: {case.rule} wants «{text}» {wanted}, got {instead}")
    acted = any(_under(row, case.rule) for row in (*found, *facts.rejected))
    if not wrong and not acted and not _matters(case.rule, marked, facts, extractor.rules):
        by = ", ".join(sorted({row.rule for row in found}))
        wrong.append(
            f"{case.where}: {case.text!r} came out under {by}, with or without {case.rule}"
        )
    return wrong


def _matters(rule: str, marked: Marked, facts: Facts, rules: Rulebook) -> bool:
    """Whether the facts come out otherwise when the rule is left out: lost, changed, or more of them."""
    without = _without(rule, rules)
    if without is None:
        return True
    left = without(Article(marked.text))
    return not all(mark.found_in(left, marked.text) for mark in marked.marks) or (
        (left.metrics, left.quotes) != (facts.metrics, facts.quotes)
    )


@lru_cache(maxsize=1)  # the examples of a rule follow one another
def _without(rule: str, rules: Rulebook) -> Extractor | None:
    """An extractor that lacks one shape; none where no other shape plays its part."""
    shapes = {n: tuple(s for s in group if s.id != rule) for n, group in rules.shapes.items()}
    try:
        return Extractor(replace(rules, shapes=shapes))
    except LookupError:
        return None


def _name_faults(case: Case, extractor: Extractor) -> list[str]:
    before, behind = case.around
    text = before + case.text + behind
    mentions = extractor.names.find(segment(Article(text), extractor.boilerplate))
    whole = [
        mention
        for mention in mentions
        if text[mention.start : mention.end] == case.text and mention.rule == case.rule
    ]
    if case.never and whole:
        return [f"{case.where}: {case.rule} must not name {case.text!r}"]
    if not case.never and not whole:
        found = [(m.rule, text[m.start : m.end]) for m in mentions]
        return [
            f"{case.where}: {case.rule} does not name {case.text!r}; found: {found or 'nothing'}"
        ]
    return []


def _under(row: Fact, rule: str) -> bool:
    """Whether a rule made or refused a row; several that made it together are joined by +."""
    return rule in row.rule.split("+")


def _shown(row: Fact) -> str:
    if isinstance(row, Metric):
        told: tuple[object, ...] = (row.subject, row.metric, f"{row.bound}{row.value:g}", row.value_max, row.unit,
                row.precision, row.aspect, row.comparison, row.reference, row.status)  # fmt: skip
        return f"«{row.text}» {' '.join(str(t) for t in told if t)} [{row.rule}]"
    if isinstance(row, Quote):
        told = (row.speaker, row.speaker_type, row.cue, row.kind, row.title, row.organization)
        return f"«{row.content}» {' '.join(str(t) for t in told if t)} [{row.rule}]"
    if isinstance(row, Reject):
        return f"«{row.text}» refused: {row.reason} [{row.rule}]"
    return f"{row.chip} ({row.surfaces}) [{row.rule}]"
