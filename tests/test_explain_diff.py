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
