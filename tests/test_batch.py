"""Many articles: the same bytes however they are run, nothing lost, nothing half-written."""

import json
import shutil
from pathlib import Path

import frictionless
import pytest

from pipeline import Article, Extractor, Facts
from pipeline.batch import local as batch
from pipeline.batch import spool
from pipeline.batch.earlier import Earlier
from pipeline.batch.local import merge, run, shards
from pipeline.output.write import TABLES, read_table
from pipeline.readers.sources import Source, sources
from pipeline.rules import RuleErrors

FILES = [f"{name}.csv" for name in TABLES] + ["datapackage.json"]


@pytest.fixture
def articles(tmp_path: Path, pytestconfig: pytest.Config) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for path in sorted((pytestconfig.rootpath / "corpus" / "articles").glob("*.txt"))[:12]:
        shutil.copy(path, folder)
    return folder


def tables(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def test_same_bytes_for_any_number_of_workers_and_shards(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, _ = sources([str(articles)])
    run(inputs, tmp_path / "one")
    monkeypatch.setattr(batch, "SHARD_FILES", 2)
    monkeypatch.setattr(spool, "FAN_IN", 3)
    run(inputs, tmp_path / "shards")
    run(inputs, tmp_path / "two", workers=2)
    assert tables(tmp_path / "one") == tables(tmp_path / "shards") == tables(tmp_path / "two")
    assert sorted(p.name for p in (tmp_path / "two").iterdir()) == sorted(
        [*FILES, ".keys", "run.json", "text"]
    )


def test_again_over_the_same_folder_gives_the_same_bytes(articles: Path, tmp_path: Path) -> None:
    inputs, _ = sources([str(articles)])
    run(inputs, tmp_path / "out")
    first = tables(tmp_path / "out")
    run(inputs, tmp_path / "out")
    assert tables(tmp_path / "out") == first


@pytest.mark.parametrize("workers", [1, 2])
def test_a_broken_rule_ends_the_run_and_is_told_once(
    workers: int, articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pattern that compiles when it is first tried is no fault of the article that tries it."""
    inputs, _ = sources([str(articles)])
    out = tmp_path / "out"
    run(inputs, out, workers=workers)
    first = tables(out)

    def broken(self: Extractor, article: Article) -> Facts:
        raise RuleErrors(["rules/chips.csv:7: tail does not compile", "rules/cues.csv:2: no cue"])

    monkeypatch.setattr(Extractor, "__call__", broken)
    with pytest.raises(RuleErrors) as told:
        run(inputs, out, workers=workers, fresh=True)
    assert told.value.faults == [
        "rules/chips.csv:7: tail does not compile", "rules/cues.csv:2: no cue"
    ]  # fmt: skip
    assert tables(out) == first


def test_identical_texts_count_once(articles: Path, tmp_path: Path) -> None:
    original = min(articles.iterdir())
    inputs, _ = sources([str(articles)])
    run(inputs, tmp_path / "before")
    shutil.copy(original, articles / "zz-reprint.txt")
    report = run(sources([str(articles)])[0], tmp_path / "after")
    for name in ("articles", "chips", "metrics", "quotes", "specs"):
        file = f"{name}.csv"
        assert (tmp_path / "before" / file).read_bytes() == (tmp_path / "after" / file).read_bytes()
    (again,) = [
        r for r in read_table(tmp_path / "after" / "rejected.csv") if "zz-reprint" in r["path"]
    ]
    assert str(original) in again["reason"] and again["stage"] == "read"
    assert not report.refused


def test_refused_files_have_rows_and_cost_nobody_elses(articles: Path, tmp_path: Path) -> None:
    (articles / "broken.txt").write_bytes(b"\xff\x81\xff\xff")
    (articles / "empty.txt").write_bytes(b"")
    (articles / "empty-too.txt").write_bytes(b"")
    report = run(sources([str(articles)])[0], tmp_path / "out")
    assert report.articles == 12
    assert [Path(path).name for path, _ in report.refused] == [
        "broken.txt",
        "empty-too.txt",
        "empty.txt",
    ]
    rows = list(read_table(tmp_path / "out" / "articles.csv"))
    assert len({row["article"] for row in rows}) == len(rows)
    refused = {Path(r["path"]).name: r for r in rows if r["status"] == "rejected"}
    assert refused.keys() == {"broken.txt", "empty-too.txt"}
    rejected = {Path(r["path"]).name for r in read_table(tmp_path / "out" / "rejected.csv")}
    assert {"broken.txt", "empty.txt", "empty-too.txt"} <= rejected
    assert frictionless.validate(str(tmp_path / "out" / "datapackage.json")).valid


def test_stopped_run_leaves_the_last_tables(
    articles: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, _ = sources([str(articles)])
    run(inputs[:3], tmp_path / "out")
    before = tables(tmp_path / "out")

    def stop(*ignored: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(batch, "derive", stop)
    with pytest.raises(KeyboardInterrupt):
        run(inputs, tmp_path / "out")
    assert tables(tmp_path / "out") == before
    assert not (tmp_path / "out" / ".partial").exists()


def test_article_of_twenty_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    line = "云岭科技表示，思元370采用7纳米工艺，算力达到256TOPS。天气不错，大家都去散步了，没有人谈芯片。\n"
    path.write_text(
        line * 60 + "今天没有新闻，只有风吹过树叶的声音和远处的钟声。\n" * 280_000, encoding="utf-8"
    )
    assert path.stat().st_size > 20_000_000
    report = run(sources([str(path)])[0], tmp_path / "out")
    assert report.articles == 1 and not report.refused
    (row,) = read_table(tmp_path / "out" / "articles.csv")
    assert int(row["chars"]) == len(path.read_text(encoding="utf-8"))


def test_journal(articles: Path, tmp_path: Path) -> None:
    inputs, _ = sources([str(articles)])
    report = run(inputs, tmp_path / "out", passed_over=3)
    journal = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert journal["inputs"]["articles"] == 12 and journal["inputs"]["passed_over"] == 3
    assert len(journal["rules"]["fingerprint"]) == 64
    for name in TABLES:
        rows = list(read_table(tmp_path / "out" / f"{name}.csv"))
        assert journal["rows"][name] == report.rows[name] == len(rows)


def test_shards_keep_all_and_stay_small() -> None:
    inputs = [Source(str(n), size) for n, size in enumerate([1, 5_000_000, 1, 1, *[0] * 500])]
    found = list(shards(inputs))
    assert [s for shard in found for s in shard.sources] == inputs
    assert max(len(shard.sources) for shard in found) <= batch.SHARD_FILES
    assert [len(shard.sources) for shard in found[:2]] == [1, 1]


def test_no_shards_give_empty_tables(tmp_path: Path) -> None:
    assert merge([], Earlier(), tmp_path, "").total() == 0
    assert not list(read_table(tmp_path / "chips.csv"))
