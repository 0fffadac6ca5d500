"""Tables against gold: the scores, their parts, the differences, the floors."""

import importlib.util
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.model import ArticleRow, Chip, Event, Metric, Quote
from pipeline.output.write import TABLES, cell, header, lines
from pipeline.review import mistakes
from pipeline.review.evaluate import (
    FLOORED,
    MEASURES,
    beside,
    differences,
    evaluate,
    fallen,
    name_key,
    overlap,
    raised,
    render,
    same_name,
    shown,
)

SHARED = Path(__file__).parent.parent.parent / "shared"
TEXT = "思元370采用7纳米工艺，功耗为75瓦。林舟表示，产能已经恢复，价格不会上涨。性能是T4的两倍。思元370去年12月量产。"

GOLD: dict[str, Any] = {
    "doc": "a.txt",
    "chips": [
        {"names": ["思元370", "寒武纪思元370"], "maker": ["寒武纪"], "optional": False},
        {"names": ["T4", "英伟达T4"], "maker": ["英伟达"], "optional": True},
    ],
    "metrics": [
        {"subject": ["思元370"], "subject_type": "chip", "metric": "process_node", "value": 7,
         "value_max": None, "unit": "nm", "bound": "=", "precision": None, "status": "asserted",
         "evidence": "采用7纳米", "text": "7纳米", "optional": False},
        {"subject": ["思元370"], "subject_type": "chip", "metric": "power", "value": 75,
         "value_max": None, "unit": "W", "bound": "=", "precision": None, "status": "asserted",
         "evidence": "功耗为75瓦", "text": "75瓦", "optional": False},
        {"subject": ["思元370"], "subject_type": "chip", "metric": "relative", "value": 2,
         "value_max": None, "unit": "x", "bound": "=", "precision": None, "status": "asserted",
         "aspect": "performance", "comparison": "of", "reference": ["T4"],
         "evidence": "性能是T4的两倍", "text": "两倍", "optional": False},
    ],
    "quotes": [
        {"speaker": ["林舟"], "speaker_type": "person", "title": None, "organization": None,
         "cue": "表示", "kind": "indirect", "content": "产能已经恢复，价格不会上涨", "optional": False},
    ],
    "events": [
        {"chip": ["思元370"], "event": ["mass_production"], "earliest": "2023-12-01", "latest": "2023-12-31",
         "status": "asserted", "evidence": "思元370去年12月量产", "text": "量产", "optional": False},
    ],
}  # fmt: skip

Row = Chip | Metric | Quote | Event


def metric(**columns: Any) -> Metric:
    start = TEXT.index(columns["text"])
    return Metric("a0", subject="思元370", subject_type="chip", link="same_clause", rule="r",
                  start=start, end=start + len(columns["text"]), confidence=0.87, **columns)  # fmt: skip


RIGHT: dict[str, list[Row]] = {
    "chips": [Chip("a0", "思元370", surfaces="思元370", start=0, end=5, rule="r")],
    "metrics": [
        metric(metric="process_node", value=7.0, unit="nm", text="7纳米"),
        metric(metric="power", value=75.0, unit="W", text="75瓦"),
        metric(metric="relative", value=100.0, unit="%", comparison="increase", reference="英伟达T4",
               aspect="performance", text="两倍"),
    ],
    "quotes": [
        Quote("a0", speaker="林舟", speaker_type="person", cue="表示", kind="indirect",
              content="产能已经恢复，价格不会上涨", start=TEXT.index("产能"), end=TEXT.index("。性能"),
              link="same_sentence", rule="q", confidence=0.9),
    ],
    "events": [
        Event("a0", chip="思元370", event="mass_production", earliest="2023-12-01", latest="2023-12-31",
              text="量产", start=TEXT.index("量产"), end=TEXT.index("量产") + 2, rule="e"),
    ],
}  # fmt: skip


def folder(tmp_path: Path, rows: dict[str, list[Row]]) -> Path:
    """A run with these rows beside a folder of gold."""
    from dataclasses import astuple

    gold = tmp_path / "gold"
    gold.mkdir(exist_ok=True)
    (gold / "a.txt").write_text(TEXT, encoding="utf-8")
    (gold / "a.gold.json").write_text(json.dumps(GOLD), encoding="utf-8")
    all_rows: dict[str, list[Any]] = {"articles": [ArticleRow("a0", "somewhere/a.txt")], **rows}
    for name, found in all_rows.items():
        text = header(TABLES[name]) + lines(map(cell, astuple(row)) for row in found)
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return gold


def test_all_right(tmp_path: Path) -> None:
    result = evaluate(tmp_path, folder(tmp_path, RIGHT))
    assert {m.name: result.scores(m.name).f1 for m in MEASURES} == {m.name: 1.0 for m in MEASURES}
    assert result.spans == {"exact": 5} and not differences(result)
    assert result.boundaries == {True: 3}
    assert result.attributes()["cue"] == result.attributes()["content 1.0"] == (1, 1)
    assert "F1 1.000" in render(result)


def test_differences_are_rows(tmp_path: Path) -> None:
    wrong = dict(RIGHT)
    node, _, ratio = RIGHT["metrics"]
    assert isinstance(ratio, Metric)
    wrong["metrics"] = [node, replace(ratio, reference="A100")]
    wrong["chips"] = [*RIGHT["chips"], Chip("a0", "L2", surfaces="L2", rule="r")]
    wrong["quotes"] = []
    result = evaluate(tmp_path, folder(tmp_path, wrong))
    assert [(d.kind, d.table) for d in differences(result)] == [
        ("added", "chips"), ("removed", "metrics"), ("removed", "quotes"), ("changed", "metrics"),
    ]  # fmt: skip
    told = shown(result).splitlines()
    for line in (
        "+ chip L2 [r]",
        "- metric 思元370 power 75 W [gold]",
        "- quote 林舟 表示 [gold]",
        "~ metric 思元370 relative 100 % performance increase A100 [r] "
        "reference: T4 -> A100; value: 2 -> 100; unit: x -> %; comparison: of -> increase",
        "1 added, 2 removed, 1 changed",
    ):
        assert line in told, line
    sentence = next(line for line in told if "«75瓦»" in line)
    assert sentence.strip() in TEXT.replace("75瓦", "«75瓦»")
    assert result.scores("metrics_value").plain()["recall"] == round(2 / 3, 4)
    assert result.grouped("metrics_strict", "confidence")["0.8"].precision == 0.5
    assert result.grouped("metrics_strict", "metric")["power"].missed == 1


def test_optional_facts_cost_nothing(tmp_path: Path) -> None:
    rows = dict(RIGHT, chips=[*RIGHT["chips"], Chip("a0", "T4", surfaces="T4", rule="r")])
    scores = evaluate(tmp_path, folder(tmp_path, rows)).scores("chips")
    assert (scores.right, scores.false, scores.missed) == (1, 0, 0)


def test_a_fact_said_twice_counts_once(tmp_path: Path) -> None:
    rows = dict(RIGHT, metrics=RIGHT["metrics"] * 2)
    scores = evaluate(tmp_path, folder(tmp_path, rows)).scores("metrics_strict")
    assert (scores.right, scores.false) == (3, 0)


def test_events_by_kind_and_by_date(tmp_path: Path) -> None:
    (event,) = RIGHT["events"]
    assert isinstance(event, Event)
    late = replace(event, earliest="2024-01-01", latest="2024-12-31", status="planned")
    other = replace(event, event="delivery")
    result = evaluate(tmp_path, folder(tmp_path, dict(RIGHT, events=[late, other])))
    assert (result.scores("events").right, result.scores("events").false) == (1, 1)
    assert result.scores("events_dated").right == 0
    assert result.attributes()["event status"] == (0, 1)
    assert [d.kind for d in differences(result)] == ["added", "changed"]


def test_a_table_without_gold_is_not_scored(tmp_path: Path) -> None:
    gold = folder(tmp_path, RIGHT)
    (gold / "a.gold.json").write_text(
        json.dumps({k: v for k, v in GOLD.items() if k != "events"}), encoding="utf-8"
    )
    result = evaluate(tmp_path, gold)
    assert not result.of("events") and "events" not in raised(result, {})
    assert raised(result, {"events": 0.9})["events"] == 0.9
    assert "events" not in render(result).split("metrics_strict by metric")[0]


def test_names() -> None:
    assert same_name("NVIDIA A100 GPU", ["A100"])
    assert same_name("骁龙 8 Gen 3", ["高通骁龙8 Gen3"])
    assert not same_name("A100X", ["A100"])
    assert name_key("GPU") == "gpu"


def test_overlap() -> None:
    assert overlap("产能已经恢复", "“产能已经恢复”") == 1.0
    assert overlap("产能已经恢复", "产能") == 0.5
    assert overlap("", "产能") == 0.0


def test_broken_offsets_are_seen(tmp_path: Path) -> None:
    rows = dict(
        RIGHT, metrics=[Metric("a0", metric="power", text="75瓦", start=0, end=3, unit="W")]
    )
    result = evaluate(tmp_path, folder(tmp_path, rows))
    assert result.spans["broken"] == 1
    assert "offsets" in fallen(result, {})[0]


def test_floors_rise_and_never_fall(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gold = folder(tmp_path, RIGHT)
    command = ["evaluate", str(tmp_path), str(gold)]
    assert main([*command, "--update"]) == 0
    floors = json.loads((gold / "floors.json").read_text())
    assert floors == dict.fromkeys(FLOORED, 1.0)
    folder(tmp_path, dict(RIGHT, quotes=[]))
    assert main([*command, "--update"]) == 3
    assert "quotes_strict: F1 0.0000 is below its floor 1.0" in capsys.readouterr().err
    assert json.loads((gold / "floors.json").read_text()) == floors
    assert raised(evaluate(tmp_path, gold), {"chips": 0.3})["chips"] == 1.0


NODE, POWER, RATIO = (row for row in RIGHT["metrics"] if isinstance(row, Metric))
QUOTE = next(row for row in RIGHT["quotes"] if isinstance(row, Quote))


def told(content: str, **columns: Any) -> Quote:
    """The quote of the gold with another extent."""
    start = TEXT.index(content)
    return replace(QUOTE, content=content, start=start, end=start + len(content), **columns)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({}, {}),
        ({"chips": []}, {"chips: missed": 1}),
        ({"chips": [*RIGHT["chips"], Chip("a0", "L2", surfaces="L2", rule="r")]}, {"chips: false": 1}),
        ({"metrics": [NODE, RATIO]}, {"metrics: not found": 1}),
        ({"metrics": [NODE, RATIO, replace(POWER, value=7.5)]}, {"metrics: value wrong": 1}),
        ({"metrics": [NODE, RATIO, replace(POWER, unit="GB")]}, {"metrics: unit wrong": 1}),
        ({"metrics": [NODE, RATIO, replace(POWER, metric="process_node", unit="nm")]},
         {"metrics: metric wrong": 1}),
        ({"metrics": [NODE, RATIO, replace(POWER, subject="T4", decider="previous")]},
         {"metrics: subject wrong, by previous": 1}),
        ({"metrics": [NODE, RATIO, POWER, replace(POWER, subject="T4")]},
         {"metrics: one subject too many": 1}),
        ({"metrics": [NODE, RATIO, POWER, metric(metric="power", value=370.0, unit="W", text="370")]},
         {"metrics: found but false": 1}),
        ({"metrics": [NODE, RATIO, POWER, replace(POWER, subject="T4", decider="previous", text="370",
                                                  start=2, end=5)]},
         {"metrics: said again, subject wrong, by previous": 1}),
        ({"metrics": [NODE, POWER, replace(RATIO, reference="A100")]}, {"metrics: reference wrong": 1}),
        ({"metrics": [NODE, POWER, replace(RATIO, value=2.0, unit="x", comparison="decrease")]},
         {"metrics: comparison wrong": 1}),
        ({"metrics": [NODE, replace(POWER, bound="<=", status="rumor"), replace(RATIO, aspect="speed")]},
         {f"metrics that matched: {name} wrong": 1 for name in ("bound", "status", "aspect")}),
        ({"quotes": []}, {"quotes: missed": 1}),
        ({"quotes": [QUOTE, told("性能是T4的两倍")]}, {"quotes: false": 1}),
        ({"quotes": [replace(QUOTE, speaker="陆远")]}, {"quotes: speaker wrong": 1}),
        ({"quotes": [told("产能已经恢复")]}, {"quotes: boundary ends early": 1}),
        ({"quotes": [told("价格不会上涨", speaker="陆远")]},
         {"quotes: boundary begins late, speaker wrong": 1}),
        ({"quotes": [told("功耗为75瓦。林舟表示，产能已经恢复，价格不会上涨。性能是T4的两倍")]},
         {"quotes: boundary begins early and ends late": 1}),
        ({"quotes": [told("产能已经恢复"), told("价格不会上涨")]}, {"quotes: split": 1}),
        ({"quotes": [told("产能已经恢复，价格不会上", cue="说")]},
         {"quotes that matched: boundary ends early": 1, "quotes that matched: cue wrong": 1}),
        ({"quotes": [told("产能已经恢复，价格不会上涨。")]}, {}),
    ],
)  # fmt: skip
def test_mistakes_by_kind(
    rows: dict[str, list[Row]], expected: dict[str, int], tmp_path: Path
) -> None:
    found = mistakes.kinds(evaluate(tmp_path, folder(tmp_path, RIGHT | rows)))
    assert {f"{kind.group}: {kind.name}": kind.count for kind in found} == expected


@pytest.mark.parametrize(
    "contents",
    [
        ("产能已经恢复", "性能是T4的两倍"),  # the row is neither
        ("产能已经恢复，价格不会上涨", "性能是T4的两倍"),
        ("产能", "已经恢复，价格不会上涨。性能是T4的两倍"),  # the row is the second
    ],
)
def test_a_row_over_two_statements_is_one_mistake(
    contents: tuple[str, str], tmp_path: Path
) -> None:
    both = told("产能已经恢复，价格不会上涨。性能是T4的两倍")
    folder(tmp_path, RIGHT | {"quotes": [both]})
    quotes = [{**GOLD["quotes"][0], "content": content} for content in contents]
    gold = tmp_path / "gold" / "a.gold.json"
    gold.write_text(json.dumps(GOLD | {"quotes": quotes}), encoding="utf-8")
    found = mistakes.kinds(evaluate(tmp_path, tmp_path / "gold"))
    errors = [(kind.name, kind.count) for kind in found if kind.group == "quotes"]
    assert errors == [("run together", 1)]


def test_mistakes_are_shown_with_their_share(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = RIGHT | {"metrics": [replace(NODE, subject="T4", decider="clause")]}
    gold = folder(tmp_path, wrong)
    assert main(["evaluate", str(tmp_path), str(gold), "--errors"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["metrics:", "3"] in lines
    assert ["not", "found", "2", "66.7%"] in lines
    assert ["subject", "wrong,", "by", "clause", "1", "33.3%"] in lines
    assert main(["evaluate", str(tmp_path), str(gold), "--errors", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["errors"]
    assert told[0] == {"group": "metrics", "kind": "not found", "count": 2, "share": 0.6667}


def test_two_runs_beside_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    golds = folder(one, RIGHT), folder(two, RIGHT | {"metrics": [NODE], "quotes": []})
    numbers = beside(evaluate(one, golds[0]), evaluate(two, golds[1]))
    assert numbers["chips F1"] == {"first": 1.0, "second": 1.0, "distance": 0.0}
    assert numbers["metrics_strict recall"] == {"first": 1.0, "second": 0.3333, "distance": 0.6667}
    assert numbers["right: bound"]["distance"] == 0.0 and "right: cue" not in numbers
    command = ["evaluate", str(one), str(golds[0]), "--beside", str(two), str(golds[1])]
    assert main(command) == 0
    shown = capsys.readouterr().out
    assert ["metrics_strict", "recall", "1.000", "0.333", "+0.667"] in [
        line.split() for line in shown.splitlines()
    ]
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["beside"] == numbers
    assert main([*command[:-1], str(tmp_path)]) == 2


@pytest.mark.skipif(not SHARED.is_dir(), reason="the scorer of the project's owner is not here")
def test_the_totals_are_those_of_the_reference_scorer(corpus_run: Path, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("reference_scorer", SHARED / "score.py")
    assert spec and spec.loader
    scorer = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = scorer
    spec.loader.exec_module(scorer)
    gold = Path(__file__).parent.parent / "corpus" / "articles"
    theirs, _ = scorer.score(corpus_run, gold)
    ours = evaluate(corpus_run, gold).plain()
    for name in FLOORED:
        if name.startswith("events"):
            continue  # which only this project scores
        a, b = theirs[name], ours["scores"][name]
        assert (a["tp"], a["fp"], a["fn"], a["f1"]) == (
            b["right"],
            b["false"],
            b["missed"],
            b["f1"],
        )
    for name, a in theirs["by_metric"].items():
        b = ours["by_metric"].get(name, {"right": 0, "false": 0, "missed": 0})
        assert (a["tp"], a["fp"], a["fn"]) == (b["right"], b["false"], b["missed"]), name
    assert theirs["spans"].get("broken", 0) == ours["spans"]["broken"]
    for name, told in theirs["attributes"].items():
        name = {"quote kind": "kind"}.get(name, name)
        assert told == ours["attributes"][name], name
