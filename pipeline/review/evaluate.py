"""Tables of a run against gold files: scores, what they hide, and the rows that differ.

In: a run's folder and a folder of ``NAME.txt`` with ``NAME.gold.json`` (the format is told in
``corpus/README.md``). Out: an ``Evaluation``: precision, recall and F1 by table, by kind of metric, by
rule, link and confidence; which attributes of the matched rows are right; every false and missed row.
A table that a gold file has no list for (most have none of ``events``) is not scored in its article.

Facts are compared an article at a time, as sets: a fact stated twice counts once. A gold fact
marked optional costs nothing when missed, and what matches it costs nothing. ``floors.json`` beside the
gold holds scores that must not fall; ``xinwen evaluate --update`` raises them, nothing lowers them.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pipeline.output.write import TABLES, read_table
from pipeline.review.diff import Difference
from pipeline.review.diff import render as show

Row = dict[str, str]
Gold = dict[str, Any]

# Makers that names are compared without. Part of the measure and not of the rules: a measure must
# not move when a rule does.
_MAKERS = (  # noqa: SIM905
    "英伟达 nvidia 輝達 辉达 华为 華為 huawei amd 超威 英特尔 英特爾 intel 高通 qualcomm 苹果 蘋果 apple "
    "三星 samsung 联发科 聯發科 mediatek 谷歌 google 微软 microsoft 亚马逊 aws amazon meta 特斯拉 tesla "
    "寒武纪 cambricon 壁仞 壁仞科技 biren 燧原 燧原科技 平头哥 阿里 阿里巴巴 百度 腾讯 海光 龙芯 龍芯 "
    "loongson 兆芯 飞腾 鲲鹏 摩尔线程 天数智芯 沐曦 登临 地平线 黑芝麻 瑞芯微 rockchip 紫光展锐 小米 "
    "xiaomi groq arm ibm 博通 broadcom 美满 marvell geforce instinct habana 海思 hisilicon"
).split()
_JOINTS = re.compile(r"[\s\-‑–—_·・/（）()\[\]【】「」“”\"'®™]+")
_CLASS = re.compile(r"(系列|芯片|处理器|處理器|晶片|加速卡|显卡|顯卡|gpu|cpu|npu|soc|apu)$")


@cache
def name_key(name: str) -> str:
    """A name without case, width, joints, makers in front and a class word behind."""
    key = _JOINTS.sub("", unicodedata.normalize("NFKC", name).casefold())
    for _ in range(2):
        for maker in _MAKERS:
            if key.startswith(maker) and len(key) > len(maker) + 1:
                key = key[len(maker) :]
                break
    return _CLASS.sub("", key) or key


def same_name(name: str, accepted: Iterable[str] | None) -> bool:
    """Whether a name is one of those that the gold accepts."""
    return name_key(name) in {name_key(n) for n in accepted or ()}


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def _close(a: float | None, b: float | None, slack: float = 1e-3) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= slack * max(abs(a), abs(b), 1e-12)


@cache
def overlap(a: str, b: str) -> float:
    """How alike two statements are: F1 of their longest common block, punctuation aside."""
    a, b = (re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", s)) for s in (a, b))
    if not a or not b:
        return 0.0
    longest, row = 0, [0] * (len(b) + 1)
    for x in a:
        row = [0] + [row[i] + 1 if x == y else 0 for i, y in enumerate(b)]
        longest = max(longest, *row)
    return 2 * longest / (len(a) + len(b))


# ------------------------------------------------------------------------ what agrees with what


def _chip(row: Row, gold: Gold) -> float:
    names = [row["chip"], *filter(None, row["surfaces"].split("|"))]
    return float(any(same_name(name, gold["names"]) for name in names))


def _ratio(value: float | None, unit: str, comparison: str | None) -> tuple[str, float] | None:
    """One form for ratios that say the same: 翻倍 is "of" 2 x, "increase" 100 %, "increase" 1 x.

    "increase" N x for N over 1 (提升三倍) stays as it is: readers disagree whether it is 3 or 4 times.
    """
    if value is None or comparison not in ("of", "increase", "decrease"):
        return None
    share = value / 100 if unit == "%" else value
    if comparison == "of":
        return "times", share
    if comparison == "increase":
        return ("times", 1 + share) if unit == "%" or share <= 1 else ("more by", share)
    return ("times", 1 - share) if share <= 1 else ("less by", share)


def _same_ratio(row: Row, gold: Gold) -> bool:
    for name in ("value", "value_max"):
        a = _ratio(_number(row[name]), row["unit"], row["comparison"])
        b = _ratio(gold.get(name), gold["unit"], gold.get("comparison"))
        if a is None or b is None:
            if a is not b:
                return False
        elif a[0] != b[0] or not _close(a[1], b[1]):
            return False
    return True


def _value(row: Row, gold: Gold) -> float:
    if row["metric"] != gold["metric"]:
        return 0.0
    if gold["metric"] == "relative":
        return float(_same_ratio(row, gold))
    # KB are 1000 or 1024 bytes to different readers
    slack = 0.025 if gold["metric"] == "cache_size" else 1e-3
    return float(
        row["unit"] == gold["unit"]
        and _close(_number(row["value"]), gold["value"], slack)
        and _close(_number(row["value_max"]), gold.get("value_max"), slack)
    )


def _strict(row: Row, gold: Gold) -> float:
    reference = gold.get("reference") if gold["metric"] == "relative" else None
    return float(
        _value(row, gold)
        and same_name(row["subject"], gold["subject"])
        and (not gold.get("precision") or row["precision"] == gold["precision"])
        and (not reference or same_name(row["reference"], reference))
    )


def same_speaker(row: Row, gold: Gold) -> bool:
    """Whether a statement is given to one whom the gold names, by the name or by the words there."""
    return same_name(row["speaker"], gold["speaker"]) or same_name(
        row["speaker_text"], gold["speaker"]
    )


def same_cue(row: Row, gold: Gold) -> bool:
    """Whether a statement has the cue of the gold, or one of both holds the other: 据报道 and 报道."""
    one, other = (name_key(side["cue"] or "") for side in (row, gold))
    return one == other or bool(one and other and (one in other or other in one))


def _content(least: float, *parts: Callable[[Row, Gold], bool]) -> Callable[[Row, Gold], float]:
    def agree(row: Row, gold: Gold) -> float:
        alike = overlap(row["content"], gold["content"])
        return alike if alike >= least and all(part(row, gold) for part in parts) else 0.0

    return agree


def _event(dated: bool) -> Callable[[Row, Gold], float]:
    def agree(row: Row, gold: Gold) -> float:
        when = (gold.get("earliest") or "", gold.get("latest") or "")
        return float(
            row["event"] in gold["event"]
            and (same_name(row["chip"], gold["chip"]) or same_name(row["chip_text"], gold["chip"]))
            and (not dated or (row["earliest"], row["latest"]) == when)
        )

    return agree


def _happened(row: Row) -> Hashable:
    return name_key(row["chip"]), row["event"], row["earliest"], row["latest"]


def _gold_happened(gold: Gold) -> Hashable:
    return (_first(gold["chip"]), *gold["event"], gold.get("earliest"), gold.get("latest"))


def _first(names: list[str] | None) -> str:
    return name_key((names or [""])[0])


def _stated(row: Row) -> Hashable:
    columns = ("metric", "unit", "precision", "comparison")
    values = (_number(row["value"]), _number(row["value_max"]))
    return (
        name_key(row["subject"]),
        name_key(row["reference"]),
        values,
        *(row[c] for c in columns),
    )


def _gold_stated(gold: Gold) -> Hashable:
    columns = ("metric", "unit", "value", "value_max", "precision", "comparison")
    return (_first(gold["subject"]), _first(gold.get("reference")), *(gold.get(c) for c in columns))


def _stated_value(row: Row) -> Hashable:
    values = (_number(row["value"]), _number(row["value_max"]))
    return (values, *(row[c] for c in ("metric", "unit", "comparison")))


def _gold_value(gold: Gold) -> Hashable:
    return tuple(gold.get(c) for c in ("metric", "unit", "value", "value_max", "comparison"))


Key = Callable[[Any], Hashable]


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to compare a table's rows with gold."""

    name: str
    table: Literal["chips", "metrics", "quotes", "events"]
    agree: Callable[[Row, Gold], float]
    """0 for no, else how well they agree."""
    same_row: tuple[Key, ...] = ()
    """What makes two rows one fact said twice, told apart in this order."""
    same_gold: tuple[Key, ...] = ()


MEASURES = (
    Measure("chips", "chips", _chip, (lambda row: name_key(row["chip"]),)),
    Measure("metrics_strict", "metrics", _strict, (_stated,), (_gold_stated,)),
    Measure("metrics_value", "metrics", _value, (_stated, _stated_value), (_gold_value,)),
    Measure("quotes_strict", "quotes", _content(0.8, same_speaker)),
    Measure("quotes_content", "quotes", _content(0.8)),
    Measure("quotes_exact", "quotes", _content(1.0, same_speaker)),
    Measure("content_exact", "quotes", _content(1.0)),
    Measure("content_half", "quotes", _content(0.5)),
    Measure("source", "quotes", _content(0.5, same_speaker)),
    Measure("cue", "quotes", _content(0.5, same_cue)),
    Measure("relation", "quotes", _content(0.8, same_speaker, same_cue)),
    Measure("events", "events", _event(dated=False), (_happened,), (_gold_happened,)),
    Measure("events_dated", "events", _event(dated=True), (_happened,), (_gold_happened,)),
)
FLOORED = (
    "chips",
    "metrics_strict",
    "metrics_value",
    "quotes_strict",
    "quotes_content",
    "quotes_exact",
    "events",
    "events_dated",
)
_ALWAYS = {"process_node", "transistor_count", "compute", "power", "memory_bandwidth"}
"""Kinds of metric that are scored in every article; the others where its gold has any."""


# ------------------------------------------------------------------------------------- matching


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a row, of a gold fact, or of both."""

    document: str
    measure: str
    row: Row | None
    gold: Gold | None

    @property
    def verdict(self) -> Literal["right", "false", "missed", "free"]:
        """``free`` is a row that matches an optional fact: it counts for nothing."""
        if self.gold is None:
            return "false"
        if self.row is None:
            return "missed"
        return "free" if self.gold.get("optional") else "right"


@dataclass(frozen=True, slots=True)
class Scores:
    """Precision, recall and F1 of some outcomes."""

    right: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.false) if self.right else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (2 * self.right + self.false + self.missed) if self.right else 0.0

    def plain(self) -> dict[str, float]:
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "right": self.right,
            "false": self.false,
            "missed": self.missed,
        }


def _once(rows: list[Row], key: Key) -> list[Row]:
    """The first of the rows that say the same."""
    kept: dict[Hashable, Row] = {}
    for row in rows:
        kept.setdefault(key(row), row)
    return list(kept.values())


def _gold_once(facts: list[Gold], key: Key) -> list[Gold]:
    """Gold facts that say the same as one: firm if one is, with the names of all."""
    found: dict[Hashable, Gold] = {}
    for fact in facts:
        held = found.setdefault(key(fact), dict(fact))
        if not fact.get("optional"):
            held["optional"] = False
        for names in ("subject", "reference"):
            if isinstance(fact.get(names), list) and isinstance(held.get(names), list):
                held[names] = list(dict.fromkeys(held[names] + fact[names]))
    return list(found.values())


def _match(document: str, measure: Measure, rows: list[Row], gold: list[Gold]) -> Iterator[Outcome]:
    """Pair rows with gold facts one to one: each fact, firm ones first, takes the best row left."""
    for key in measure.same_row:
        rows = _once(rows, key)
    for key in measure.same_gold:
        gold = _gold_once(gold, key)
    agreement = [[measure.agree(row, fact) for row in rows] for fact in gold]
    free = dict.fromkeys(range(len(rows)))
    for g in sorted(range(len(gold)), key=lambda g: bool(gold[g].get("optional"))):
        best = max(free, key=lambda r: agreement[g][r], default=None)
        if best is not None and agreement[g][best] > 0:
            del free[best]
            yield Outcome(document, measure.name, rows[best], gold[g])
        elif not gold[g].get("optional"):
            yield Outcome(document, measure.name, None, gold[g])
    for r in free:
        # what agrees with a fact that is already matched repeats it and is no error
        if not any(row[r] > 0 for row in agreement):
            yield Outcome(document, measure.name, rows[r], None)


@dataclass(slots=True)
class Evaluation:
    """All outcomes of a run against a folder of gold."""

    outcomes: list[Outcome] = field(default_factory=list)
    documents: int = 0
    spans: Counter[str] = field(default_factory=Counter)
    """Rows whose offsets cut their own text out of the article (exact), and others (broken)."""
    boundaries: Counter[bool] = field(default_factory=Counter)
    """Matched metrics whose text begins and ends where a gold fact's does (True)."""
    texts: dict[str, str] = field(default_factory=dict)
    tables: set[str] = field(default_factory=set)
    """Tables that some gold file has a list for."""

    def of(self, measure: str) -> list[Outcome]:
        return [o for o in self.outcomes if o.measure == measure]

    def scored(self) -> tuple[Measure, ...]:
        """The measures of tables that some gold file has."""
        return tuple(m for m in MEASURES if m.table in self.tables)

    def scores(self, measure: str) -> Scores:
        return scores_of(self.of(measure))

    def grouped(self, measure: str, column: str) -> dict[str, Scores]:
        """Scores by a column that rows and gold share (metric), or that rows alone have (rule, link).

        Where gold has no such column nothing is missed, so only the precision means something.
        """
        groups = defaultdict(list)
        for outcome in self.of(measure):
            side = outcome.gold if outcome.gold and column in outcome.gold else outcome.row
            if side is not None:
                groups[_group(column, str(side[column]))].append(outcome)
        return {name: scores_of(found) for name, found in sorted(groups.items())}

    def attributes(self) -> dict[str, tuple[int, int]]:
        """Of the rows that matched: how many have the attribute right, of how many where gold has it."""
        found: dict[str, Counter[bool]] = defaultdict(Counter)
        for outcome in self.outcomes:
            row, gold = outcome.row, outcome.gold
            if row is None or gold is None:
                continue
            if outcome.measure == "metrics_strict":
                for name in ("bound", "status", "aspect", "item"):
                    if gold.get(name):
                        found[name][row[name] == gold[name]] += 1
            elif outcome.measure == "quotes_strict":
                found["kind"][row["kind"] == gold["kind"]] += 1
                found["speaker_type"][row["speaker_type"] == gold["speaker_type"]] += 1
                for name in ("title", "organization"):
                    if gold.get(name):
                        found[name][same_name(row[name], gold[name])] += 1
            elif outcome.measure == "events":
                found["event status"][row["status"] == gold["status"]] += 1
            elif outcome.measure == "content_half":
                found["speaker"][same_speaker(row, gold)] += 1
                found["cue"][row["cue"] == gold["cue"]] += 1
                for least in (0.5, 0.8, 1.0):
                    alike = overlap(row["content"], gold["content"]) >= least
                    found[f"content {least}"][alike] += 1
        return {name: (count[True], count.total()) for name, count in found.items()}

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "documents": self.documents,
            "scores": {m.name: self.scores(m.name).plain() for m in self.scored()},
            "by_metric": {
                k: s.plain() for k, s in self.grouped("metrics_strict", "metric").items()
            },
            **{
                f"{table}_by_{column}": {
                    name: scores.plain() for name, scores in self.grouped(measure, column).items()
                }
                for table, measure, column in _GROUPS
            },
            "attributes": {k: {"right": a, "of": b} for k, (a, b) in self.attributes().items()},
            "boundaries": {"right": self.boundaries[True], "of": self.boundaries.total()},
            "spans": {name: self.spans[name] for name in ("exact", "broken")},
        }


_GROUPS = (
    ("chips", "chips", "rule"),
    ("metrics", "metrics_strict", "link"),
    ("metrics", "metrics_strict", "rule"),
    ("metrics", "metrics_strict", "confidence"),
    ("quotes", "quotes_strict", "link"),
    ("quotes", "quotes_strict", "rule"),
    ("quotes", "quotes_strict", "confidence"),
    ("events", "events_dated", "rule"),
)


def _group(column: str, value: str) -> str:
    """Confidence in bands of a tenth: 0.87 -> 0.8."""
    return f"{math.floor(float(value) * 10) / 10:.1f}" if column == "confidence" else value


def scores_of(outcomes: Iterable[Outcome]) -> Scores:
    """Precision, recall and F1 of some outcomes; free ones count for nothing."""
    count = Counter(o.verdict for o in outcomes)
    return Scores(count["right"], count["false"], count["missed"])


_TABLES = ("chips", "metrics", "quotes", "events")


def evaluate(run: Path, gold_folder: Path) -> Evaluation:
    """Compare a run's tables with every gold file of a folder, article by article.

    An article and a gold file belong together when the stem of the article's path is the file's
    name. Raises ``FileNotFoundError`` when the run lacks a table or the folder has no gold.
    """
    for table in ("articles", *_TABLES[:3]):
        if not (run / f"{table}.csv").is_file():
            raise FileNotFoundError(f"{run}: no {table}.csv; is it a folder that xinwen run wrote?")
    stems = {row["article"]: Path(row["path"]).stem for row in read_table(run / "articles.csv")}
    rows: dict[str, dict[str, list[Row]]] = {}
    for table in _TABLES:
        if not (run / f"{table}.csv").is_file():  # of a version that knew no events
            continue
        rows[table] = defaultdict(list)
        for row in read_table(run / f"{table}.csv"):
            rows[table][stems.get(row["article"], row["article"])].append(row)
    return compare(rows, gold_folder)


def compare(rows: Mapping[str, Mapping[str, list[Row]]], gold_folder: Path) -> Evaluation:
    """Compare rows, by table and by the name of their document, with every gold file of a folder.

    Raises ``FileNotFoundError`` when the folder has no gold.
    """
    files = sorted(gold_folder.glob("*.gold.json"))
    if not files:
        raise FileNotFoundError(f"{gold_folder}: no NAME.gold.json in this folder")
    result = Evaluation(documents=len(files))
    for path in files:
        gold = json.loads(path.read_text(encoding="utf-8"))
        document = Path(gold["doc"]).stem
        text = (gold_folder / gold["doc"]).read_text(encoding="utf-8")
        result.texts[document] = text
        found = {table: by_document.get(document, []) for table, by_document in rows.items()}
        metrics = gold.get("metrics", [])
        scored = _ALWAYS | {fact["metric"] for fact in metrics}
        for column, table in (("text", "metrics"), ("content", "quotes"), ("text", "events")):
            for row in found.get(table, []):
                cut = text[int(row["start"]) : int(row["end"])]
                result.spans["exact" if cut == row[column] else "broken"] += 1
        found["metrics"] = [row for row in found.get("metrics", []) if row["metric"] in scored]
        for measure in MEASURES:
            if measure.table in gold and measure.table in found:
                result.tables.add(measure.table)
                facts = gold[measure.table]
                result.outcomes += _match(document, measure, found[measure.table], facts)
        places = {place for fact in metrics for place in metric_places(text, fact)}
        for outcome in result.of("metrics_strict"):
            matched = outcome.row if outcome.gold else None
            if outcome.document == document and matched:
                here = int(matched["start"]), int(matched["end"])
                result.boundaries[here in places] += 1
    return result


def metric_places(text: str, fact: Gold) -> Iterator[tuple[int, int]]:
    """Where a gold metric stands in the text: its text in each occurrence of its evidence."""
    for found in re.finditer(re.escape(fact["evidence"]), text):
        start = found.start() + fact["evidence"].index(fact["text"])
        yield start, start + len(fact["text"])


# --------------------------------------------------------------------------- reading the result


def render(result: Evaluation, diff: bool = False) -> str:
    """The evaluation for people; with ``diff`` every row that is false or missed."""
    out = [f"{result.documents} articles with gold", ""]
    out += [f"{m.name:16} {_line(result.scores(m.name))}" for m in result.scored()]
    out += ["", "metrics_strict by metric"]
    for name, scores in result.grouped("metrics_strict", "metric").items():
        out.append(f"  {name:24} {_line(scores)}")
    for column in ("kind", "speaker_type"):
        out += ["", f"quotes_strict by {column}"]
        for name, scores in result.grouped("quotes_strict", column).items():
            out.append(f"  {name:24} {_line(scores)}")
    for table, measure_name, column in _GROUPS:
        groups = result.grouped(measure_name, column)
        groups.pop("", None)
        out += ["", f"{table} by {column}: precision (right/found)"]
        if column == "rule":  # there are hundreds: those that err, the worst first
            groups = {n: s for n, s in groups.items() if s.false}
            groups = dict(sorted(groups.items(), key=lambda group: -group[1].false))
        out += [
            f"  {name:40} {s.precision:.3f} ({s.right}/{s.right + s.false})"
            for name, s in groups.items()
            if s.right + s.false
        ]
    out += ["", "of the rows that matched, right"]
    out += [f"  {name:16} {a}/{b}" for name, (a, b) in result.attributes().items()]
    out.append(f"  {'boundaries':16} {result.boundaries[True]}/{result.boundaries.total()}")
    out.append(f"spans: {result.spans['exact']} exact, {result.spans['broken']} broken")
    if diff:
        out += ["", shown(result)]
    return "\n".join(out)


def _line(s: Scores) -> str:
    return (
        f"F1 {s.f1:.3f}  P {s.precision:.3f}  R {s.recall:.3f}  "
        f"(right {s.right} false {s.false} missed {s.missed})"
    )


def beside(first: Evaluation, second: Evaluation) -> dict[str, dict[str, float]]:
    """Numbers of two evaluations and how far they lie apart: name -> first, second, distance.

    Names are ``chips F1``, ``chips precision``, … for every measure, then ``right: bound``, … for the
    attributes that both have. The distance is the first minus the second.
    """
    pairs: dict[str, tuple[float, float]] = {}
    for measure in first.scored():
        if measure not in second.scored():
            continue
        a, b = first.scores(measure.name), second.scores(measure.name)
        pairs[f"{measure.name} F1"] = a.f1, b.f1
        pairs[f"{measure.name} precision"] = a.precision, b.precision
        pairs[f"{measure.name} recall"] = a.recall, b.recall
    ones, others = _shares(first), _shares(second)
    pairs |= {f"right: {name}": (ones[name], others[name]) for name in ones if name in others}
    return {
        name: {"first": round(a, 4), "second": round(b, 4), "distance": round(a - b, 4)}
        for name, (a, b) in pairs.items()
    }


def _shares(result: Evaluation) -> dict[str, float]:
    counts = result.attributes()
    if result.boundaries:
        counts["boundaries"] = result.boundaries[True], result.boundaries.total()
    return {name: right / of for name, (right, of) in counts.items()}


def render_beside(first: Evaluation, second: Evaluation) -> str:
    """What ``beside`` gives, for people."""
    out = [f"{first.documents} articles with gold beside {second.documents}", ""]
    out.append(f"{'':28}  first  second  first minus second")
    out += [
        f"{name:28}  {n['first']:.3f}  {n['second']:.3f}   {n['distance']:+.3f}"
        for name, n in beside(first, second).items()
    ]
    return "\n".join(out)


def differences(
    result: Evaluation,
    measures: tuple[str, ...] = ("chips", "metrics_strict", "quotes_strict", "events_dated"),
) -> list[Difference]:
    """Gold and run side by side, as ``xinwen diff`` shows two runs: a fact missed is removed, a false row
    added, and a row that says of the same words what gold does not is changed, from gold to the run."""
    out: list[Difference] = []
    for name in measures:
        left = [o for o in result.of(name) if o.verdict in ("false", "missed")]
        false = [o for o in left if o.verdict == "false"]
        for missed in (o for o in left if o.verdict == "missed"):
            twin = next((o for o in false if _same_place(o, missed)), None)
            if twin is None or twin.row is None or missed.gold is None:
                out.append(_difference(result, "removed", missed, {}))
                continue
            false.remove(twin)
            out.append(_difference(result, "changed", twin, _changes(missed.gold, twin.row)))
        out += [_difference(result, "added", o, {}) for o in false]
    return sorted(out, key=lambda d: (d.path, int(d.row["start"]), d.table, d.kind))


def shown(result: Evaluation) -> str:
    """The differences for people, each in its sentence."""
    return show(differences(result), result.texts)


def _same_place(false: Outcome, missed: Outcome) -> bool:
    row, gold = false.row, missed.gold
    if false.document != missed.document or row is None or gold is None:
        return False
    if "metric" in gold or "event" in gold:
        return bool(row["text"] == gold["text"] or row["text"] in gold["evidence"])
    return "content" in gold and overlap(row["content"], gold["content"]) >= 0.3


def _difference(
    result: Evaluation, kind: Literal["added", "removed", "changed"], outcome: Outcome,
    changes: dict[str, tuple[str, str]],
) -> Difference:  # fmt: skip
    table = next(m.table for m in MEASURES if m.name == outcome.measure)
    row = outcome.row or _as_row(table, outcome.gold or {}, result.texts[outcome.document])
    return Difference(
        kind, table, row | {"article": outcome.document}, changes, outcome.document, ""
    )


def _as_row(table: str, gold: Gold, text: str) -> Row:
    """A gold fact as a row: of names that are all right the first, and where its words stand."""
    row = dict.fromkeys(TABLES[table].names, "") | {
        name: _cell(value) for name, value in gold.items() if name in TABLES[table].names
    }
    words = next((name for name in gold.get("names", ()) if name in text), gold.get("content", ""))
    if table == "chips":
        row |= {"chip": _cell(gold["names"]), "surfaces": words}
    start = max(text.find(words), 0)
    if table in ("metrics", "events"):
        words = gold["text"]
        start = next(metric_places(text, gold), (0, 0))[0]
    return row | {"start": str(start), "end": str(start + len(words)), "rule": "gold"}


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return str(value[0]) if value else ""
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


def _changes(gold: Gold, row: Row) -> dict[str, tuple[str, str]]:
    """Columns in which a row is not what gold says: before and after, gold's first."""
    names = ("subject", "reference", "speaker", "chip", "event")
    others = (
        "metric",
        "value",
        "value_max",
        "unit",
        "precision",
        "aspect",
        "comparison",
        "content",
        "earliest",
        "latest",
    )
    found: dict[str, tuple[str, str]] = {}
    for column in (*names, *others):
        before, after = _cell(gold.get(column)), row.get(column, "")
        a, b = _number(before), _number(after)
        same = before == after if a is None or b is None else _close(a, b)
        if column in gold and not same and not (column in names and same_name(after, gold[column])):
            found[column] = before, after
    return found


# ----------------------------------------------------------------------------------------- floors


def fallen(result: Evaluation, floors: Mapping[str, float]) -> list[str]:
    """What is worse than it may be, a line each."""
    lines = [
        f"{name}: F1 {result.scores(name).f1:.4f} is below its floor {floor}"
        for name, floor in floors.items()
        if result.scores(name).f1 < floor
    ]
    if result.spans["broken"]:
        lines.append(f"{result.spans['broken']} rows do not stand where their offsets say")
    return lines


def raised(result: Evaluation, floors: Mapping[str, float]) -> dict[str, float]:
    """Floors that are as high as this result, and nowhere lower than they were."""
    scores = {
        name: math.floor(result.scores(name).f1 * 1000) / 1000
        for name in FLOORED
        if name in {m.name for m in result.scored()}
    }
    return dict(floors) | {n: max(score, floors.get(n, 0.0)) for n, score in scores.items()}


# ------------------------------------------------------------------------------------ calibration


def calibration(result: Evaluation) -> str:
    """rules/confidence.csv: how often each decider of ``link.py`` was right, numbers and ratios apart.

    One right and one wrong are added to both (Laplace), so that a decider seen once is not certain.
    """
    groups: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in result.of("metrics_strict"):
        if outcome.row is not None:
            of = "ratio" if outcome.row["metric"] == "relative" else "number"
            groups[outcome.row["decider"], of].append(outcome)
    lines = ["# Written by xinwen evaluate --calibrate: measured precision of the deciders of link.py.",
             "decider,of,precision,facts"]  # fmt: skip
    for (decider, of), outcomes in sorted(groups.items()):
        s = scores_of(outcomes)
        measured = (s.right + 1) / (s.right + s.false + 2)
        lines.append(f"{decider},{of},{measured:.2f},{s.right + s.false}")
    return "\n".join(lines) + "\n"
