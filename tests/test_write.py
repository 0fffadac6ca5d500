"""Facts -> files: cells, order of rows, the data package, how a folder is replaced."""

import csv
import json
from pathlib import Path

import frictionless
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import ArticleRow, Chip, Facts, Metric
from pipeline.output.write import (
    TABLES,
    Staging,
    Unwritable,
    blocks,
    cell,
    frames,
    guard,
    header,
    read_table,
    unguard,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7.0, "7"),
        (0.05, "0.05"),
        (39_000_000_000.0, "39000000000"),
        (1.7e16, "17000000000000000"),
        (1e22, "10000000000000000000000"),
        (9.5367431640625e-07, "0.00000095367431640625"),
        (14.44, "14.44"),
        (0.1 + 0.2, "0.30000000000000004"),
        (None, ""),
        (12, "12"),
        ("", ""),
        ("=", "="),
        (">=", ">="),
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-0.5V", "'-0.5V"),
        ("@芯闻", "'@芯闻"),
        ("\tA", "'\tA"),
        ("'=1", "''=1"),
        ("'90年代", "'90年代"),
    ],
)
def test_cell(value: str | float | None, text: str) -> None:
    assert cell(value) == text


@given(st.floats(min_value=1e-12, max_value=1e20))
def test_numbers_are_exact_and_plain(value: float) -> None:
    assert float(cell(value)) == value
    assert "e" not in cell(value)


@given(st.text())
def test_guard_can_be_undone_and_leaves_no_formula(text: str) -> None:
    assert unguard(guard(text)) == text
    assert len(text) < 2 or guard(text)[0] not in "=+-@\t\r"


FACTS = Facts(
    ArticleRow(article="a0", path="a.txt", script="hans", encoding="utf-8"),
    chips=(Chip("a0", "思元370", surfaces="思元370", start=0, end=5, rule="r"),),
    metrics=tuple(
        Metric("a0", text="7纳米", start=start, end=start + 3, rule=rule, subject_type="chip",
               metric="process_node", value=7.0, unit="nm", link="none")
        for start, rule in ((90, "b"), (9, "b"), (9, "a"))
    ),
)  # fmt: skip


def test_rows_are_sorted_by_number_not_by_text() -> None:
    count, text = blocks(FACTS)["metrics"]
    names = TABLES["metrics"].names
    rows = [dict(zip(names, row, strict=True)) for row in csv.reader(text.splitlines())]
    assert count == 3
    assert [(r["start"], r["rule"]) for r in rows] == [("9", "a"), ("9", "b"), ("90", "b")]


def test_frames_have_the_columns_of_the_tables() -> None:
    tables = frames(FACTS)
    assert list(tables["metrics"].columns) == list(TABLES["metrics"].names)
    assert len(tables["metrics"]) == 3 and len(tables["quotes"]) == 0
    assert tables["metrics"]["value"].sum() == 21


def test_the_contract() -> None:
    """Names and order that readers rely on; columns may be added behind them or between."""
    wanted = {
        "articles": "article path title author publisher published url script encoding chars sentences"
        " sha256 status reason",
        "chips": "article chip maker kind surfaces mentions start end rule",
        "metrics": "article sentence subject subject_type subject_text subject_start subject_end link"
        " metric value value_max unit bound precision item aspect comparison reference status source"
        " text start end confidence rule",
        "quotes": "article sentence speaker speaker_type title organization speaker_text speaker_start"
        " speaker_end cue cue_start cue_end kind stance content start end link confidence rule",
        "specs": "chip maker kind aliases process_nm process_nm_facts process_nm_conflict"
        " process_nm_evidence transistors int8_tops fp16_tflops tdp_w memory_gb memory_bandwidth_gbs"
        " die_mm2 articles first_published last_published",
    }
    for table, names in wanted.items():
        held = [name for name in TABLES[table].names if name in names.split()]
        assert held == names.split() or sorted(held) == sorted(names.split())


def test_staging_publishes_all_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "chips.csv").write_text("old")
    with pytest.raises(KeyboardInterrupt), Staging(tmp_path) as staging:
        (staging.folder / "chips.csv").write_text("new")
        raise KeyboardInterrupt
    assert [p.name for p in tmp_path.iterdir()] == ["chips.csv"]
    assert (tmp_path / "chips.csv").read_text() == "old"
    with Staging(tmp_path) as staging:
        (staging.folder / "chips.csv").write_text("new")
        staging.publish()
    assert [p.name for p in tmp_path.iterdir()] == ["chips.csv"]
    assert (tmp_path / "chips.csv").read_text() == "new"


def test_what_a_killed_run_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / ".partial").mkdir()
    (tmp_path / ".partial" / "chips.csv").write_text("half")
    with Staging(tmp_path) as staging:
        assert not list(staging.folder.iterdir())


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Unwritable, match="choose another folder"), Staging(tmp_path / "file"):
        pass


def test_header_and_reading_back(tmp_path: Path) -> None:
    path = tmp_path / "chips.csv"
    path.write_text(
        header(TABLES["chips"]) + blocks(FACTS)["chips"][1], encoding="utf-8", newline=""
    )
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfarticle,chip,maker") and data.endswith(b"\r\n")
    assert [row["chip"] for row in read_table(path)] == ["思元370"]


def test_data_package_is_valid(corpus_run: Path) -> None:
    report = frictionless.validate(str(corpus_run / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])[:10]
    package = json.loads((corpus_run / "datapackage.json").read_text(encoding="utf-8"))
    assert [r["name"] for r in package["resources"]] == list(TABLES)
