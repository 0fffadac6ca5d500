"""Which rules fire on gold: precision, what never fires, what a shape alone contributes."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline import load_rules
from pipeline.cli import main
from pipeline.review.coverage import Coverage, UnknownShape, coverage, render
from pipeline.rules import Rulebook

TEXT = "思元370采用7纳米工艺，只要75瓦。林舟念叨，产能已经恢复。\n"
PACK = {
    "cues+.csv": "cue,stance,form\n念叨,say,comma\n嘀嘀咕咕,say,comma\n",
    "ratios+.toml": """
[[shape]]
id = "ratio.leap"
about = "猛蹿N%"
kind = "comparison"
comparison = "increase"
before = "猛蹿(?:了)?"
examples = ["与思元370相比,思元590的性能猛蹿了[40%](relative increase 40 % of:思元590 vs:思元370)。"]
""",
}


def fact(metric: str, value: float, unit: str, evidence: str, text: str, **more: Any) -> Any:
    return {"subject": ["思元370"], "subject_type": "chip", "metric": metric, "value": value,
            "value_max": None, "unit": unit, "bound": "=", "precision": None, "status": "asserted",
            "evidence": evidence, "text": text, "optional": False, **more}  # fmt: skip


QUOTE = {"speaker": ["林舟"], "speaker_type": "person", "title": None, "organization": None,
         "cue": "念叨", "kind": "indirect", "content": "产能已经恢复", "optional": False}  # fmt: skip


def gold_folder(folder: Path, text: str = TEXT, power: float = 80) -> Path:
    """One article; by default its gold says that the power is another than the text does."""
    folder.mkdir()
    gold = {
        "doc": "a.txt",
        "chips": [{"names": ["思元370"], "maker": ["寒武纪"], "optional": False}],
        "metrics": [
            fact("process_node", 7, "nm", "采用7纳米", "7纳米"),
            fact("power", power, "W", "功耗为75瓦", "75瓦"),
        ],
        "quotes": [QUOTE],
    }
    (folder / "a.txt").write_text(text, encoding="utf-8")
    (folder / "a.gold.json").write_text(json.dumps(gold), encoding="utf-8")
    return folder


def pack(folder: Path) -> Rulebook:
    folder.mkdir()
    for name, text in PACK.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_rules(str(folder))


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rulebook:
    """The default rules with the pack over them."""
    return pack(tmp_path_factory.mktemp("pack") / "rules")


@pytest.fixture(scope="module")
def result(rules: Rulebook, tmp_path_factory: pytest.TempPathFactory) -> Coverage:
    """One article, nothing left out."""
    return coverage(rules, [gold_folder(tmp_path_factory.mktemp("one") / "gold")])


def test_precision_of_the_rules_that_fired(result: Coverage) -> None:
    fired = {
        f.rule: (f.table, f.rows, f.scores.right, f.scores.false, f.weak) for f in result.fired
    }
    assert fired == {
        "power.watt": ("metrics", 1, 0, 1, True),
        "process.node": ("metrics", 1, 1, 0, False),
        "quote.comma": ("quotes", 1, 1, 0, False),
        "cambricon.siyuan": ("chips", 1, 1, 0, False),
    }
    assert result.fired[0].rule == "power.watt"
    shown = render(result).splitlines()
    assert [line.split()[:2] for line in shown if "power.watt" in line] == [["!", "power.watt"]]
    assert not any(line.startswith("  !") for line in shown if "power.watt" not in line)


def test_what_never_fired(result: Coverage) -> None:
    assert "ratio.leap" in result.never["ratios.toml"]
    assert "嘀嘀咕咕" in result.never["cues.csv"] and "念叨" not in result.never["cues.csv"]
    assert "power.watt" not in result.never["metrics.toml"]
    assert "link.anaphor" in result.beside and "link.anaphor" not in str(result.never)


def test_a_rule_fires_in_any_of_the_folders(rules: Rulebook, tmp_path: Path) -> None:
    leap = "与思元370相比，思元590的性能猛蹿了40%。\n"
    folders = [gold_folder(tmp_path / "one"), gold_folder(tmp_path / "two", TEXT + leap)]
    result = coverage(rules, folders)
    assert result.documents == 2 and "ratio.leap" not in result.never["ratios.toml"]
    assert {f.rule: f.rows for f in result.fired}["process.node"] == 2


def test_what_a_shape_alone_contributes(rules: Rulebook, tmp_path: Path) -> None:
    gold = gold_folder(tmp_path / "gold")
    result = coverage(rules, [gold], ["process.node", "power.watt", "ratio.leap"])
    alone = {a.shape: a for a in result.alone}
    assert alone["process.node"].lost == 1
    assert (alone["power.watt"].lost, alone["power.watt"].false_fewer) == (0, 1)
    assert alone["ratio.leap"].worth == alone["ratio.leap"].lost == 0
    assert [a.shape for a in result.alone] == ["process.node", "ratio.leap", "power.watt"]
    assert "1 of 3 shapes change nothing here" in render(result)
    asked_for_by_id = coverage(rules, [gold], ["quote.comma"])
    assert asked_for_by_id.alone[0].lost == 1
    with pytest.raises(UnknownShape, match=r"no shape .* has the id process.nod$"):
        coverage(rules, [gold], ["process.nod"])


def test_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = gold_folder(tmp_path / "gold")
    pack(tmp_path / "rules")
    monkeypatch.chdir(tmp_path)
    command = ["rules", "coverage", "--rules", "rules"]
    assert main([*command, "--gold", str(gold), "--json", "--alone", "process.node"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["documents"] == 1 and told["alone"][0]["lost"] == 1
    assert said.err == "1/1 without process.node\n"
    assert main(command) == 2
    assert "no corpus/articles here" in capsys.readouterr().err
    (tmp_path / "empty").mkdir()
    assert main([*command, "--gold", "empty"]) == 2
    assert "no NAME.gold.json" in capsys.readouterr().err
    assert main([*command, "--gold", str(gold), "--alone", "nothing"]) == 2
    assert "has the id nothing" in capsys.readouterr().err
    (tmp_path / "corpus").mkdir()
    gold.rename(tmp_path / "corpus" / "articles")
    assert main(command) == 0
    assert "1 articles with gold" in capsys.readouterr().out
