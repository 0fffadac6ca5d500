"""What each rule of a pack does on articles with gold.

In: a rulebook and folders of gold. Out: a ``Coverage``: the rules that fired with the precision of
their rows, those that never fired, and, when asked for, what each shape alone contributes: the
articles are extracted again without it, and what is then lost and gained is counted.

A rule is known by its id in column ``rule`` of the tables (several ids are joined by ``+``), a cue by
column ``cue``. Some shapes only decide something about the rows of others (``linking.toml``, the frames
of ``ratios.toml``) and stand in no column: only leaving them out tells what they do.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline import Extractor
from pipeline.document.clean import fold
from pipeline.model import Article, Facts
from pipeline.output.write import TABLES, blocks, unguard
from pipeline.readers.sources import Source, read
from pipeline.review.evaluate import Evaluation, Row, Scores, compare, scores_of
from pipeline.rules import Rulebook, RuleErrors, Shape

WEAK = 0.7
"""Rules with a precision below this are marked."""
_MEASURES = {"chips": "chips", "metrics": "metrics_strict", "quotes": "quotes_strict"}
_FOUND_BY_COLUMN = ("discovery", "metrics", "quotes", "ratios")
"""Files of shapes that put their ids into column rule …"""
_BESIDE = ("reference", "change", "pronoun")
"""… but for these kinds."""
_ALONE = ("discovery", "linking", "metrics", "quotes", "ratios")


class UnknownShape(ValueError):
    """A shape that is to be left out is not in the rules."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that made rows."""

    rule: str
    table: str
    rows: int
    """All rows; those that repeat a fact, or match an optional one, are neither right nor wrong."""
    scores: Scores

    @property
    def weak(self) -> bool:
        """Whether fewer of its rows are right than should be."""
        return bool(self.scores.right + self.scores.false) and self.scores.precision < WEAK


@dataclass(frozen=True, slots=True)
class Alone:
    """What comes out otherwise when one shape is left out."""

    shape: str
    lost: int
    """Gold facts that only this shape finds."""
    gained: int
    """Gold facts that it keeps from being found."""
    false_more: int
    """False rows that come out without it."""
    false_fewer: int
    """False rows that come out because of it."""
    needed: bool = False
    """It cannot be left out, since others need it; the counts are 0."""

    @property
    def worth(self) -> int:
        """Facts and rows that are right because of it, less those that are wrong."""
        return self.lost - self.gained + self.false_more - self.false_fewer


@dataclass(slots=True)
class Coverage:
    """What the rules of a pack do on some articles."""

    documents: int
    fired: list[Fired]
    """Lowest precision first."""
    refused_only: dict[str, int]
    """Rules that made no row but refused so many."""
    never: dict[str, list[str]]
    """By file: rules that stand in no column of any table."""
    beside: list[str]
    """Shapes that never stand in a column."""
    alone: list[Alone] = field(default_factory=list)
    """What contributes most first."""

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "documents": self.documents,
            "fired": [
                {"rule": f.rule, "table": f.table, "rows": f.rows, "right": f.scores.right,
                 "wrong": f.scores.false, "precision": round(f.scores.precision, 4), "weak": f.weak}
                for f in self.fired
            ],
            "refused_only": self.refused_only,
            "never": self.never,
            "beside": self.beside,
            "alone": [
                {"shape": a.shape, "lost": a.lost, "gained": a.gained, "false_more": a.false_more,
                 "false_fewer": a.false_fewer, "needed": a.needed}
                for a in self.alone
            ],
        }  # fmt: skip


def coverage(
    rules: Rulebook,
    gold: Sequence[Path],
    alone: Collection[str] | None = None,
    watch: Callable[[int, int, str], None] = lambda done, of, shape: None,
) -> Coverage:
    """What the rules do on the articles of the folders.

    ``alone`` are ids of shapes to leave out, one after the other (empty: every shape), an extraction
    each; ``watch`` is told before each how many are done, of how many, and the shape. Raises
    ``FileNotFoundError`` for a folder without gold and ``UnknownShape``.
    """
    shapes = [s for name in _ALONE for s in rules.shapes_of(name) if not alone or s.id in alone]
    if unknown := set(alone or ()) - {s.id for s in shapes}:
        raise UnknownShape(
            f"no shape of {', '.join(_ALONE)} has the id {', '.join(sorted(unknown))}"
        )
    folders = [(folder, _articles(folder)) for folder in gold]
    rows, results = _extracted(Extractor(rules), folders)
    found = _fired(rows, results)
    refused: Counter[str] = Counter()
    for row in rows["rejected"]:
        refused.update(_ids(row))
    made = {f.rule for f in found}
    never, beside = _never(rules, made | refused.keys(), rows["quotes"])
    result = Coverage(
        documents=sum(r.documents for r in results),
        fired=found,
        refused_only={rule: refused[rule] for rule in sorted(refused.keys() - made - {""})},
        never=never,
        beside=beside,
    )
    if alone is not None:
        before = _outcomes(results)
        for done, shape in enumerate(shapes):
            watch(done, len(shapes), shape.id)
            result.alone.append(_without(shape, rules, folders, before))
        result.alone.sort(key=lambda a: (-a.needed, -a.worth, a.shape))
    return result


Articles = list[tuple[str, Article]]
Rows = dict[str, list[Row]]


def _articles(folder: Path) -> Articles:
    """The articles of a folder that have gold, by the names that gold files give them."""
    out: Articles = []
    for path in sorted(folder.glob("*.gold.json")):
        text = folder / json.loads(path.read_text(encoding="utf-8"))["doc"]
        for found in read(Source(str(text), text.stat().st_size)):
            if isinstance(found, Article):
                out.append((text.stem, found))
    if not out:
        raise FileNotFoundError(f"{folder}: no NAME.gold.json in this folder")
    return out


def _extracted(
    extractor: Extractor, folders: list[tuple[Path, Articles]], without: str = ""
) -> tuple[Rows, list[Evaluation]]:
    """All rows by table but those of the rule ``without``, and each folder's evaluation."""
    rows: Rows = {"chips": [], "metrics": [], "quotes": [], "rejected": []}
    results = []
    for folder, articles in folders:
        by_document: dict[str, dict[str, list[Row]]] = {t: defaultdict(list) for t in _MEASURES}
        for name, article in articles:
            facts = extractor(article)
            for table, all_rows in rows.items():
                found = [
                    row for row in _rows(facts, table) if not without or row["rule"] != without
                ]
                all_rows += found
                if table in by_document:
                    by_document[table][name] += found
        results.append(compare(by_document, folder))
    return rows, results


def _rows(facts: Facts, table: str) -> Iterator[Row]:
    """Rows of an article as they are read back from the table of a run."""
    _, text = blocks(facts).get(table, (0, ""))
    for cells in csv.reader(io.StringIO(text, newline="")):
        yield dict(zip(TABLES[table].names, map(unguard, cells), strict=True))


def _ids(row: Row) -> list[str]:
    return row["rule"].split("+")


def _fired(rows: Rows, results: Iterable[Evaluation]) -> list[Fired]:
    """Each rule that made rows, with the scores of these."""
    outcomes = defaultdict(list)
    for result in results:
        for table, measure in _MEASURES.items():
            for outcome in result.of(measure):
                for rule in _ids(outcome.row) if outcome.row is not None else ():
                    outcomes[table, rule].append(outcome)
    count = Counter(
        (table, rule) for table in _MEASURES for row in rows[table] for rule in _ids(row)
    )
    found = [
        Fired(rule, table, n, scores_of(outcomes[table, rule]))
        for (table, rule), n in count.items()
    ]
    return sorted(found, key=_precision)


def _precision(fired: Fired) -> tuple[bool, float, int, str, str]:
    """Lowest precision first, of equals the one with more that is wrong; what was not judged last."""
    s = fired.scores
    return not s.right + s.false, s.precision, -s.false, fired.table, fired.rule


def _never(
    rules: Rulebook, seen: set[str], quotes: list[Row]
) -> tuple[dict[str, list[str]], list[str]]:
    """By file: rules that were not seen; and the shapes that stand in no column whatever they do."""
    never: dict[str, list[str]] = {}
    beside: list[str] = []
    for name, shapes in rules.shapes.items():
        for shape in shapes:
            if shape.id in seen:
                continue
            shown = name in _FOUND_BY_COLUMN and shape.get("kind") not in _BESIDE
            (never.setdefault(f"{name}.toml", []) if shown else beside).append(shape.id)
    never["chips.csv"] = [
        id for id in dict.fromkeys(r["id"] for r in rules.table("chips")) if id not in seen
    ]
    cues = {fold(row["cue"], "hant") for row in quotes}
    never["cues.csv"] = [
        row["cue"]
        for row in rules.table("cues")
        if row["stance"] != "none"
        and not any(fold(row["cue"] + end, "hant") in cues for end in ("", *row.list("suffix")))
    ]
    return {file: ids for file, ids in never.items() if ids}, beside


# ------------------------------------------------------------------------ one shape left out

Outcomes = tuple[Counter[tuple[str, str, str]], Counter[tuple[str, str, str]]]
"""Gold facts that were found, and rows that are false: document, measure, and what they say."""


def _outcomes(results: Iterable[Evaluation]) -> Outcomes:
    right: Counter[tuple[str, str, str]] = Counter()
    false: Counter[tuple[str, str, str]] = Counter()
    for result in results:
        for measure in _MEASURES.values():
            for outcome in result.of(measure):
                if outcome.verdict == "right":
                    said = json.dumps(outcome.gold, sort_keys=True)
                    right[outcome.document, measure, said] += 1
                elif outcome.verdict == "false" and outcome.row is not None:
                    said = _said(outcome.row, measure)
                    false[outcome.document, measure, said] += 1
    return right, false


def _said(row: Row, measure: str) -> str:
    """What a false row states: not by which rule, since another may make the same row."""
    names = {"chips": ("chip",), "quotes_strict": ("speaker", "content")}.get(
        measure,
        ("subject", "metric", "value", "value_max", "unit", "precision", "comparison", "reference"),
    )
    return json.dumps([row[name] for name in names])


def _without(
    shape: Shape, rules: Rulebook, folders: list[tuple[Path, Articles]], before: Outcomes
) -> Alone:
    try:
        _, results = _extracted(Extractor(_put(rules, shape, ())), folders)
    except LookupError:  # others ask for it by its id: it stays there, and matches nothing
        dead = {name: "(?!)" for name in _PATTERNS if name in shape.keys}
        emptied = replace(shape, keys=shape.keys | dead)
        try:
            extractor = Extractor(_put(rules, shape, (emptied,)))
            _, results = _extracted(extractor, folders, shape.id)
        except (LookupError, RuleErrors):
            return Alone(shape.id, 0, 0, 0, 0, needed=True)
    right, false = _outcomes(results)
    return Alone(
        shape.id,
        lost=(before[0] - right).total(),
        gained=(right - before[0]).total(),
        false_more=(false - before[1]).total(),
        false_fewer=(before[1] - false).total(),
    )


_PATTERNS = ("after", "before", "follows", "left", "pattern", "right")
"""Keys of shapes that hold patterns."""


def _put(rules: Rulebook, shape: Shape, instead: tuple[Shape, ...]) -> Rulebook:
    """The rules with others in the place of a shape."""
    shapes = {
        name: tuple(s for one in group for s in (instead if one.id == shape.id else (one,)))
        for name, group in rules.shapes.items()
    }
    return replace(rules, shapes=shapes)


# --------------------------------------------------------------------------- reading the result


def render(result: Coverage) -> str:
    """The coverage for people."""
    out = [f"{result.documents} articles with gold", ""]
    out.append(f"fired, lowest precision first (! below {WEAK})")
    out.append(f"    {'rule':36} {'table':8} {'rows':>5} {'right':>5} {'wrong':>5}  precision")
    for f in result.fired:
        s = f.scores
        precision = f"{s.precision:.3f}" if s.right + s.false else "not judged"
        out.append(
            f"  {'!' if f.weak else ' '} {f.rule or '(none)':36} {f.table:8} "
            f"{f.rows:5} {s.right:5} {s.false:5}  {precision}"
        )
    if result.refused_only:
        out += ["", f"made no row, only refused: {len(result.refused_only)}"]
        out += [f"    {rule:36} {n:5} refused" for rule, n in result.refused_only.items()]
    for file, ids in result.never.items():
        out += ["", f"{file}: {len(ids)} never fired", *_wrapped(ids)]
    if result.beside:
        told = "" if result.alone else "; --alone tells what they do"
        out += [
            "",
            f"{len(result.beside)} shapes decide about rows of others and stand in no column{told}",
        ]
        out += _wrapped(result.beside)
    if result.alone:
        out += ["", "without this shape: gold facts lost and gained, false rows more and fewer"]
        out.append(f"    {'shape':36} {'lost':>5} {'gained':>6} {'false+':>6} {'false-':>6}")
        for a in result.alone:
            counts = f"{a.lost:5} {a.gained:6} {a.false_more:6} {a.false_fewer:6}"
            mark = "!" if a.worth < 0 else " "
            told = "cannot be left out: others need it" if a.needed else counts
            out.append(f"  {mark} {a.shape:36} {told}")
        idle = sum(
            not (a.needed or a.lost or a.gained or a.false_more or a.false_fewer)
            for a in result.alone
        )
        out.append(f"    {idle} of {len(result.alone)} shapes change nothing here when left out")
    return "\n".join(out)


def _wrapped(ids: list[str]) -> Iterator[str]:
    """Ids side by side, in lines of some 100 characters."""
    line = "   "
    for name in ids:
        if len(line) + len(name) > 100:
            yield line
            line = "   "
        line += f" {name}"
    yield line
