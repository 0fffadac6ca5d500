"""An article that takes the worker with it costs its own rows and nobody else's."""

import faulthandler
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import Extractor
from pipeline.batch import local as batch
from pipeline.batch.local import Limits, run
from pipeline.batch.workers import Dead
from pipeline.model import Article, Facts
from pipeline.output.write import read_table
from pipeline.readers.sources import Found, Reading, Source, read, sources

TEXT = "第{}篇。思元370采用7纳米工艺，最大算力可达256TOPS。\n"
LIMITS = Limits(seconds=2, megabytes=300)


def ends_the_worker(text: str) -> None:
    """What a poisonous text does."""
    if "毒：崩溃" in text:
        faulthandler.disable()  # pytest's report of a death that is meant to happen
        os.abort()
    if "毒：循环" in text:
        while True:
            pass
    if "毒：睡眠" in text:
        time.sleep(1000)
    if "毒：内存" in text:
        hoard = []
        while True:
            hoard.append(bytearray(100_000_000))
    if "毒：错误" in text:
        raise ValueError("no such luck")
    if "毒：深" in text:
        ends_the_worker(text)


POISON = {
    "崩溃": "ends the worker process (SIGABRT)",
    "循环": "takes longer than 2 seconds",
    "睡眠": "takes longer than 2 seconds",
    "内存": "needs more than 300 MB of memory",
    "错误": "extracting fails (ValueError: no such luck)",
    "深": "extracting fails (RecursionError: maximum recursion depth exceeded",
}


@pytest.fixture
def poisonous(monkeypatch: pytest.MonkeyPatch) -> None:
    extract = Extractor.__call__

    def poisoned(self: Extractor, article: Article) -> Facts:
        ends_the_worker(article.text)
        return extract(self, article)

    monkeypatch.setattr(Extractor, "__call__", poisoned)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.usefixtures("poisonous")
def test_poison_costs_nobody_elses_rows(workers: int, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for number in range(20):
        (tmp_path / "in" / f"{number:02}.txt").write_text(TEXT.format(number), encoding="utf-8")
    run(sources([str(tmp_path / "in")])[0], tmp_path / "without")
    for number, kind in enumerate(POISON):
        (tmp_path / "in" / f"{number * 3:02}-poison.txt").write_text(
            f"毒：{kind}", encoding="utf-8"
        )
    report = run(
        sources([str(tmp_path / "in")])[0], tmp_path / "with", workers=workers, limits=LIMITS
    )
    assert report.articles == 20
    for name in ("chips", "metrics", "quotes"):
        rows = list(read_table(tmp_path / "without" / f"{name}.csv"))
        assert list(read_table(tmp_path / "with" / f"{name}.csv")) == rows
    reasons = {Path(path).name: reason for path, reason in report.refused}
    for number, (kind, reason) in enumerate(POISON.items()):
        assert reasons[f"{number * 3:02}-poison.txt"].startswith(reason), kind
    rows = [
        r
        for r in read_table(tmp_path / "with" / "rejected.csv")
        if r["path"].endswith("poison.txt")
    ]
    assert len(rows) == len(POISON) and {r["stage"] for r in rows} == {"extract"}
    articles = {r["path"]: r for r in read_table(tmp_path / "with" / "articles.csv")}
    assert len(articles) == 26 and {
        r["status"] for p, r in articles.items() if p.endswith("poison.txt")
    } == {"rejected"}


@pytest.mark.usefixtures("poisonous")
def test_poison_in_the_middle_of_a_file_of_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "SPOOL_CHARS", 200)
    path = tmp_path / "many.jsonl"
    texts = [TEXT.format(n).strip() for n in range(40)]
    texts[7], texts[29] = "毒：崩溃", "毒：循环"
    path.write_text("".join(f'{{"text": "{text}"}}\n' for text in texts), encoding="utf-8")
    report = run(sources([str(path)])[0], tmp_path / "out", limits=LIMITS)
    assert report.articles == 38 and len(report.refused) == 2


def test_file_that_ends_the_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def poisoned(source: Source, reading: Reading | None = None) -> Iterator[Found]:
        ends_the_worker(Path(source.path).name)
        yield from read(source, reading)

    monkeypatch.setattr(batch, "read", poisoned)
    for name in ("a", "b-毒：错误", "c-毒：循环", "d-毒：崩溃", "e"):
        (tmp_path / f"{name}.txt").write_text(TEXT.format(name), encoding="utf-8")
    report = run(sources([str(tmp_path)])[0], tmp_path / "out", limits=LIMITS)
    assert report.articles == 2
    assert [reason for _, reason in report.refused] == [
        "reading it fails (ValueError: no such luck)",
        "reading it takes longer than 2 seconds",
        "reading it ends the worker process (SIGABRT)",
    ]


def test_worker_killed_by_somebody_else_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first death in an article may be chance: it is tried again."""
    extract = Extractor.__call__
    once = tmp_path / "once"

    def killed(self: Extractor, article: Article) -> Facts:
        if "第3篇" in article.text and not once.exists():
            once.touch()
            os.kill(os.getpid(), 9)
        return extract(self, article)

    monkeypatch.setattr(Extractor, "__call__", killed)
    (tmp_path / "in").mkdir()
    for number in range(8):
        (tmp_path / "in" / f"{number}.txt").write_text(TEXT.format(number), encoding="utf-8")
    report = run(sources([str(tmp_path / "in")])[0], tmp_path / "out")
    assert once.exists() and report.articles == 8 and not report.refused


def test_workers_that_cannot_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "limit_memory", lambda megabytes: os._exit(5))
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    with pytest.raises(Dead, match="exit code 5"):
        run(sources([str(tmp_path / "a.txt")])[0], tmp_path / "out")
