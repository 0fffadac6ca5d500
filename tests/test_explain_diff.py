"""Reasons, and two runs side by side."""

import json
from pathlib import Path

import pytest

from pipeline import Article, Extractor
from pipeline.cli import main
from pipeline.review.explain import explain

TEXT = "寒武纪的思元370采用7纳米工艺，功耗不到150瓦。它有5奈克的XT4卡。云岭证券分析师林舟表示：“产能已经恢复。”"


@pytest.fixture(scope="module")
def story(extractor: Extractor) -> str:
    return explain(Article(TEXT), extractor)


@pytest.mark.parametrize(
    "words",
    [
        "chip 思元370 (寒武纪 ",
        "metric process_node 7 nm of 思元370   «7纳米» 11-14",
        "process.node (rules/metrics.toml:",
        "subject  思元370: same_clause through «思元370» 4-9, known by ",
        "功耗不到«150瓦» as <150 W",
        "quote of 林舟   «产能已经恢复»",
        "cue      表示 at ",
    ],
)
def test_every_fact_is_told(words: str, story: str) -> None:
    assert words in story


def test_one_place(extractor: Extractor) -> None:
    told = explain(Article(TEXT), extractor, at=12)
    assert told.count("metric ") == 1 and "quote" not in told


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("XT4", "refused by what stands before «T4»: 'X' at"),
        ("5奈克", "is stopped by '克' at"),
        ("5奈克", "(rules/units.csv:"),
        ("的XT", "no cue of rules/cues.csv stands in this sentence"),
    ],
)
def test_what_gave_nothing(words: str, reason: str, extractor: Extractor) -> None:
    assert reason in explain(Article(TEXT), extractor, text=words)


@pytest.mark.parametrize(
    ("text", "words", "reasons"),
    [
        ("林舟并未表示产能已经恢复。", "表示",
         ["cue      表示 at 4 (rules/cues.csv:", "refused by what stands before it: «并未» at 2, a negator"]),
        ("林舟是否表示产能已经恢复，没人知道。", "是否表示", ["«是否» at 2, whether in rules/attribution.csv"]),
        ("云岭证券分析师林舟表示满意。", "表示满意",
         ["quote.bare is refused by what follows the cue: «满意» at 11, not_before", "read as person"]),
        ("云岭证券分析师林舟表示了对产能的看法。", "表示",
         ["nearest  quote.topic (rules/quotes.toml:", "and is stopped by '。' at 18"]),
        ("昨天下午的雨声说，产能已经恢复。", "产能已经",
         ["quote.comma reads a statement from 9", "nobody who speaks is read in «昨天下午的雨声» at 0"]),
        ("在林舟的眼睛看来。", "看来",
         ["frame    «看来» at 6 opens no frame", "nearest  quote.view (rules/quotes.toml:"]),
        ("孟繁昭点头微笑：产能已经恢复。", "微笑", ["no cue of rules/cues.csv", "«点头微笑» at 3 stands before"]),
        ("林舟表示，产能已经恢复。", "林舟", ["cue      «表示» at 2 carries the statement 5-11 (quote.comma)"]),
    ],
)  # fmt: skip
def test_what_gave_no_statement(
    text: str, words: str, reasons: list[str], extractor: Extractor
) -> None:
    """The nearest quote shape, and the guard or the character that refused it."""
    told = explain(Article(text), extractor, text=words)
    assert [reason for reason in reasons if reason not in told] == [], told


@pytest.mark.parametrize(
    ("text", "words", "reasons"),
    [
        ("思元370于2023年10月量产。", "量产",
         ["event mass_production of 思元370   «量产»", "rules/events.csv:", "through «思元370» 0-5",
          "«2023年10月» 6-14 is 2023-10-01 to 2023-10-31 (month)", "status   asserted"]),
        ("思元370去年10月量产。", "量产", ["«去年10月» 5-10 is not resolved"]),
        ("这条产线已经量产。", "量产", ["(rules/events.csv:", "no chip stands in its sentence"]),
        ("思元370很好，大家都来参加发布。", "发布", ["event    发布 at", "tells of nothing"]),
    ],
)  # fmt: skip
def test_events_are_told(text: str, words: str, reasons: list[str], extractor: Extractor) -> None:
    told = explain(Article(text), extractor, text=words)
    assert [reason for reason in reasons if reason not in told] == [], told


def test_what_was_refused(extractor: Extractor) -> None:
    told = explain(
        Article("思元370采用7纳米工艺，光刻机的光源波长为193纳米。"), extractor, text="193纳米"
    )
    assert "refused «193纳米»" in told and "process.not-a-node (rules/metrics.toml:" in told


def test_boilerplate(extractor: Extractor) -> None:
    text = "思元370采用7纳米工艺，功耗不到150瓦。\n" * 4 + "相关阅读\n思元290\n"
    assert "rules/boilerplate.csv" in explain(Article(text), extractor, text="思元290")


def test_places_that_are_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    assert main(["explain", str(tmp_path / "a.txt"), "--text", "没有的话"]) == 2
    assert main(["explain", str(tmp_path / "a.txt"), "--at", "9999"]) == 2
    said = capsys.readouterr().err
    assert "does not hold '没有的话'" in said and "there is none at 9999" in said


def test_hostile_text_is_explained_in_time(extractor: Extractor) -> None:
    explain(Article("7" * 20_000 + "纳" + "骁龙" * 2_000), extractor, at=20_001)


def _run(folder: Path, name: str, text: str, *more: str) -> Path:
    (folder / "a.txt").write_text(text, encoding="utf-8")
    assert main(["run", str(folder / "a.txt"), "--out", str(folder / name), "--quiet", *more]) == 0
    return folder / name


def test_a_rule_edit_can_be_reviewed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One unit taken away and one bound changed: what changes is shown in its sentence."""
    before = _run(tmp_path, "before", TEXT)
    rules = tmp_path / "rules"
    rules.mkdir()
    for name in ("units", "bounds"):
        source = Path(__file__).parent.parent / "rules" / f"{name}.csv"
        lines = source.read_text(encoding="utf-8").splitlines()
        if name == "units":
            lines = [line for line in lines if "纳米" not in line]
        else:
            lines = [line.replace("不到,before,<", "不到,before,<=") for line in lines]
        (rules / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    after = _run(tmp_path, "after", TEXT, "--rules", str(rules))
    capsys.readouterr()
    assert main(["diff", str(before), str(after)]) == 0
    shown = capsys.readouterr().out
    assert "- metric 思元370 process_node 7 nm [process.node]" in shown
    assert "bound: < -> <=" in shown
    assert "寒武纪的思元370采用«7纳米»工艺，功耗不到150瓦。" in shown
    assert shown.rstrip().endswith("0 added, 1 removed, 1 changed")
    assert main(["diff", str(after), str(before), "--json"]) == 0
    kinds = [d["kind"] for d in json.loads(capsys.readouterr().out)]
    assert sorted(kinds) == ["added", "changed"]


def test_the_same_run_has_no_differences(
    corpus_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", str(corpus_run), str(corpus_run)]) == 0
    assert capsys.readouterr().out.strip() == "0 added, 0 removed, 0 changed"


def test_articles_that_only_one_run_has(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = _run(tmp_path, "before", TEXT), _run(tmp_path, "after", TEXT + "又及。")
    capsys.readouterr()
    assert main(["diff", str(before), str(after)]) == 0
    said = capsys.readouterr()
    assert f"only in {before}:" in said.err and f"only in {after}:" in said.err
