"""The command: what it prints, where, and its exit codes."""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline import __version__
from pipeline.cli import listing, main
from pipeline.model import ArticleRow, Chip, Facts

TEXT = "# 新品发布\n\n思元370采用7纳米工艺，最大算力可达256TOPS。\n"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_run_says_what_it_wrote(
    article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", str(article), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "1 articles" in said.err and "run.json" in said.err and str(tmp_path / "out") in said.err
    assert (tmp_path / "out" / "metrics.csv").exists()


def test_run_is_partial_when_a_file_is_refused(
    article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.txt").write_bytes(b"\xff\x81\xff\xff")
    assert main(["run", str(tmp_path), "--out", str(tmp_path / "out")]) == 3
    assert "b.txt: cannot be decoded: byte 0xFF at 0 (line 1)" in capsys.readouterr().err
    assert (tmp_path / "out" / "metrics.csv").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere", "--out", "out"], "nowhere: no such file or folder"),
        (["run", "{folder}/empty", "--out", "out"], "no file to read in"),
        (["run", "{folder}/a.txt", "--out", "{folder}/a.txt"], "cannot be written"),
        (
            ["run", "{folder}/a.txt", "--out", "out", "--rules", "nowhere"],
            "nowhere: no such folder",
        ),
        (
            ["run", "{folder}/a.txt", "--out", "out", "--rules", "{folder}/rules"],
            "units+.csv:1: unknown column",
        ),
        (["extract", "nowhere.txt"], "nowhere.txt: no such file"),
        (["evaluate", "{folder}", "{folder}"], "no articles.csv"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_done(
    arguments: list[str], words: str, article: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = article.parent
    monkeypatch.chdir(folder)
    (folder / "empty").mkdir()
    (folder / "rules").mkdir()
    (folder / "rules" / "units+.csv").write_text("id,patern\n", encoding="utf-8")
    assert main([a.format(folder=folder) for a in arguments]) == 2
    assert words in capsys.readouterr().err
    assert not (folder / "out").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_folder(article: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir(mode=0o500)
    assert main(["run", str(article), "--out", str(tmp_path / "out")]) == 2


def test_usage_is_two() -> None:
    for arguments in ([], ["run"], ["fly"], ["run", "a", "--out", "b", "--workers", "0"]):
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        assert stop.value.code == 2


def test_extract_for_people(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(article)]) == 0
    said = capsys.readouterr().out
    assert "新品发布" in said and "256 TOPS" in said and "7 nm" in said and "思元370" in said


def test_extract_lists_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("思元370于2023年10月量产。", encoding="utf-8")
    assert main(["extract", str(tmp_path / "a.txt")]) == 0
    events = capsys.readouterr().out.partition("events (1)")[2]
    assert "思元370  mass_production  2023年10月" in events and "«量产»" in events


def test_extract_for_programs(article: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", str(article), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    text = article.read_text(encoding="utf-8")
    assert {m["metric"] for m in facts["metrics"]} == {"process_node", "compute"}
    assert all(text[m["start"] : m["end"]] == m["text"] for m in facts["metrics"])


def test_extract_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    assert main(["extract", str(tmp_path / "a.txt")]) == 3
    assert "empty" in capsys.readouterr().err


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode("gb18030"))))
    assert main(["run", "-", "--out", str(tmp_path / "out"), "--workers", "2", "--quiet"]) == 0
    assert "gb18030" in (tmp_path / "out" / "articles.csv").read_text(encoding="utf-8")


def test_listing_is_aligned_where_han_are_wide() -> None:
    chips = tuple(
        Chip("a0", name, maker="某", surfaces=name, mentions=1) for name in ("思元370", "A100")
    )
    lines = [line for line in listing(Facts(ArticleRow(), chips)).splitlines() if "某" in line]
    assert lines == ["  思元370  某  other  ×1  思元370", "  A100     某  other  ×1  A100"]


def test_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert "subject_text" in capsys.readouterr().out
    assert main(["schema", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["profile"] == "tabular-data-package"


def test_every_help_has_an_example() -> None:
    for command in ([], ["run"], ["spark"], ["extract"], ["rules"], ["evaluate"], ["schema"]):
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *command, "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert "example" in done.stdout and "xinwen" in done.stdout


def test_log_for_programs(
    article: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b.txt").write_bytes(b"\xff\x81\xff\xff")
    run = ["run", str(tmp_path), "--out", str(tmp_path / "out"), "--log", "json"]
    assert main(run) == 3
    events = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [e["event"] for e in events] == ["start", "refused", "done"]
    assert events[-1]["articles"] == 1 and events[-1]["rows"]["metrics"] == 2
    assert main([*run, "--quiet"]) == 3
    (event,) = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert event["event"] == "refused" and event["path"].endswith("b.txt")


def test_version_imports_little() -> None:
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pipeline", "--version"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert shown.stdout == f"xinwen {__version__}\n"
    for module in ("pandas", "numpy", "spacy", "jieba", "opencc"):
        assert f"| {module}\n" not in shown.stderr


def test_run_to_csv_imports_little(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("思元370采用7纳米工艺。", encoding="utf-8")
    command = "run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--formats", "csv"
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pipeline", *command],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "pipeline.batch.local" in imported
    assert not imported & {"pandas", "numpy", "spacy", "jieba", "pyarrow", "duckdb", "lxml"}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_is_clean(workers: str, tmp_path: Path) -> None:
    """Stopped in the middle: a word about it, code 130, the last good tables, nothing half-written."""
    (tmp_path / "in").mkdir()
    for number in range(300):
        text = f"第{number}篇。思元370采用7纳米工艺，最大算力可达256TOPS。\n" * 60
        (tmp_path / "in" / f"{number}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "chips.csv").write_text("good")
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "run", "in", "--out", "out", "--workers", workers],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)},
        # tests that a shell runs in the background ignore Ctrl-C, and so would what they start
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    while not (tmp_path / "out" / ".unfinished").exists():
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert said.startswith("xinwen: stopped; tables of an earlier run are as they were")
    assert len(said.splitlines()) == 1
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"chips.csv", ".unfinished"}
