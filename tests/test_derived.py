"""Near copies, levels, alarms: what the specs count and what is flagged."""

from pathlib import Path

import pytest

from pipeline import Article, Extractor, load_rules
from pipeline.cli import main
from pipeline.output.write import read_table
from pipeline.rules import RuleErrors
from pipeline.sheets.reprints import reprints
from pipeline.sheets.sanity import alarms

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


def fact(metric: str, value: str, unit: str, start: int = 0, **more: str) -> dict[str, str]:
    return {
        "article": "a1", "subject": "甲", "subject_type": "chip", "metric": metric, "value": value,
        "unit": unit, "text": value, "start": str(start), "end": str(start + 1), "status": "asserted",
        "aspect": "", "comparison": "", "reference": "", "level": "",
    } | more  # fmt: skip


def flagged(*rows: dict[str, str]) -> list[tuple[str, float]]:
    return [(str(row[6]), float(row[7])) for row in alarms(load_rules(), rows)]


@pytest.mark.parametrize(
    ("rows", "flags"),
    [
        ([fact("process_node", "7", "nm")], []),
        ([fact("process_node", "0.07", "nm")], [("range.process-node", 0.07)]),
        ([fact("power", "600000", "W")], [("range.power", 600000)]),
        ([fact("power", "600000", "W", level="system")], []),
        ([fact("power", "600000", "W", subject_type="system")], []),
        ([fact("power", "600000", "W", status="negated")], []),
        ([fact("compute", "100", "TOPS"), fact("power", "10", "W"), fact("energy_efficiency", "10", "TOPS/W")], []),
        ([fact("compute", "100", "TOPS"), fact("power", "10", "W"), fact("energy_efficiency", "1", "TOPS/W")],
         [("quotient.tops-per-watt", 0.1)]),
        # 25 W said to be 0.05 % of another chip's power implies 50 kW
        ([fact("power", "25", "W"), fact("relative", "0.05", "%", aspect="power", comparison="of", reference="乙")],
         [("implied.power", 50000)]),
        ([fact("power", "25", "W"), fact("relative", "99.95", "%", aspect="power", comparison="decrease", reference="乙")],
         [("implied.power", 50000)]),
        ([fact("power", "25", "W"), fact("relative", "50", "%", aspect="power", comparison="of", reference="乙")], []),
        ([fact("relative", "0.05", "%", aspect="power", comparison="of", reference="乙")], []),
    ],
)  # fmt: skip
def test_alarms(rows: list[dict[str, str]], flags: list[tuple[str, float]]) -> None:
    assert flagged(*rows) == flags


def test_alarms_of_a_run_point_into_its_articles(tmp_path: Path) -> None:
    text = "思元370采用7纳米工艺，功耗为3万千瓦。\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    assert main(["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    (row,) = read_table(tmp_path / "out" / "alarms.csv")
    assert text[int(row["start"]) : int(row["end"])] == row["text"]
    assert row["rule"] == "range.power" and "expected" in row["reason"]
    # flags only: the fact is there as it was
    assert "30000000" in {m["value"] for m in read_table(tmp_path / "out" / "metrics.csv")}


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("思元370单颗裸片的面积为300平方毫米，整卡功耗为150瓦。", ["die", "card"]),
        ("思元370采用7纳米工艺，单卡功耗150瓦。", ["", "card"]),
        ("思元370每台服务器功耗10千瓦。", ["system"]),
        ("思元370的功耗为150瓦。", [""]),
        ("单机版的软件，思元370功耗为150瓦。", [""]),
    ],
)
def test_levels(text: str, levels: list[str], extractor: Extractor) -> None:
    assert [m.level for m in extractor(Article(text)).metrics] == levels


def test_levels_must_find_their_examples(tmp_path: Path) -> None:
    (tmp_path / "levels+.csv").write_text(
        "id,level,pattern,example\nx,die,(?:甲),乙\n", encoding="utf-8"
    )
    with pytest.raises(RuleErrors, match=r"levels\+.csv:2: the pattern does not find its example"):
        Extractor(load_rules(str(tmp_path)))


def test_near_copies_are_found_and_others_not() -> None:
    texts = {p.stem: p.read_text(encoding="utf-8") for p in sorted(ARTICLES.glob("*.txt"))}
    articles = [(name, "2024-02-02", text) for name, text in texts.items()]
    assert reprints(articles) == []
    name, text = next(iter(texts.items()))
    lines = text.splitlines()
    copy = "\n".join(["转载自某网，编辑整理如下：", *lines[:-2], "本文经授权转载。"])
    (row,) = reprints([*articles, ("copy", "2024-02-03", copy)])
    assert row[:2] == ("copy", name) and row[2] > 0.5
    (row,) = reprints([*articles, ("copy", "2024-02-01", copy)])
    assert row[:2] == (name, "copy"), "the earliest is the original"


def test_a_reprint_is_no_second_source(tmp_path: Path) -> None:
    body = "".join(f"第{n}段说的是晶圆厂排产和交付的安排，与芯片本身无关。\n" for n in range(20))
    (tmp_path / "in").mkdir()
    for name, more in (("a", ""), ("b", "本文由某某网转载，版权归原作者所有。\n")):
        text = f"思元370采用7纳米工艺。\n{body}{more}"
        (tmp_path / "in" / f"{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "in" / "c.txt").write_text(
        "寒武纪介绍，思元370采用7纳米工艺，已经量产。", encoding="utf-8"
    )
    assert main(["run", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    (row,) = read_table(tmp_path / "out" / "specs.csv")
    assert (row["process_nm"], row["process_nm_facts"], row["process_nm_articles"]) == (
        "7",
        "3",
        "2",
    )
    assert len(list(read_table(tmp_path / "out" / "reprints.csv"))) == 1
