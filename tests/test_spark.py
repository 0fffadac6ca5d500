"""The same rows on Spark as here, also when a worker is killed in the middle."""

import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from pipeline import Article, Extractor, load_rules
from pipeline.batch.local import run as run_here
from pipeline.batch.spark import OtherEngine, Pack, extracted, extractor_of
from pipeline.model import TABLES
from pipeline.output.write import read_table
from pipeline.readers.sources import sources

pa = pytest.importorskip("pyarrow")
ROOT = Path(__file__).parent.parent
ARTICLES = sorted((ROOT / "corpus" / "articles").glob("*.txt"))


def rows_of(article: Article, extractor: Extractor) -> dict[str, Any]:
    facts = asdict(extractor(article))
    return {name: list(facts[name]) for name in TABLES if name != "articles"} | {
        "article": facts["article"]
    }


def test_partition_gives_what_the_function_gives(extractor: Extractor) -> None:
    """What a worker does, without Spark: every row, typed."""
    articles = [
        Article(p.read_text(encoding="utf-8"), path=p.name, title="题") for p in ARTICLES[:5]
    ]
    batch = pa.RecordBatch.from_pylist(
        [{"text": a.text, "path": a.path, "title": a.title} for a in articles]
    )
    found = [row for b in extracted([batch], Pack.of(extractor.rules)) for row in b.to_pylist()]
    assert found == [rows_of(article, extractor) for article in articles]


def test_articles_without_text_are_refused(extractor: Extractor) -> None:
    batch = pa.RecordBatch.from_pylist([{"text": None, "path": "a"}, {"text": " ", "path": "b"}])
    found = [r for b in extracted([batch], Pack.of(extractor.rules)) for r in b.to_pylist()]
    assert [r["article"]["status"] for r in found] == ["rejected", "rejected"]
    assert [r["rejected"][0]["path"] for r in found] == ["a", "b"]


def test_worker_with_another_program_does_nothing(extractor: Extractor) -> None:
    with pytest.raises(OtherEngine, match="install the same versions"):
        extractor_of(Pack(pickle.dumps(extractor.rules), "of another version"))


# ------------------------------------------------------------------------------------- clusters


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two worker processes as on a cluster, each with its own Java."""
    pyspark = pytest.importorskip("pyspark")
    from pyspark.sql import SparkSession

    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["PYTHONPATH"] = str(ROOT)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.executorEnv.PYTHONPATH", str(ROOT))
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "20")
        .getOrCreate()
    )
    yield session
    session.stop()


def articles(folder: Path, count: int) -> tuple[Path, Path]:
    """The same articles as files and as Parquet, some of them twice."""
    import pyarrow.parquet

    (folder / "files").mkdir()
    rows = []
    for number in range(count):
        text = ARTICLES[number % len(ARTICLES)].read_text(encoding="utf-8")
        if number >= len(ARTICLES) * 2:  # the first ones stay reprints
            text += f"\n思元{number}采用7纳米工艺。\n"
        path = folder / "files" / f"{number:04}.txt"
        path.write_text(text, encoding="utf-8")
        rows.append({"path": str(path), "text": text})
    table = pa.Table.from_pylist(rows)
    pyarrow.parquet.write_table(table, folder / "articles.parquet", row_group_size=8)
    return folder / "files", folder / "articles.parquet"


def tables_here(files: Path, out: Path) -> dict[str, list[dict[str, str]]]:
    run_here(sources([str(files)])[0], out)
    return {name: list(read_table(out / f"{name}.csv")) for name in TABLES}


def tables_there(spark: Any, out: Path) -> dict[str, list[dict[str, str]]]:
    """The rows that Spark wrote, as the CSV tables show them."""
    found = {}
    for name in TABLES:
        rows = [row.asDict() for row in spark.read.parquet(f"{out}/{name}").collect()]
        found[name] = [{key: _cell(value) for key, value in row.items()} for row in rows]
    return found


def _cell(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.12g}"


def in_order(tables: dict[str, list[dict[str, str]]]) -> dict[str, list[list[str]]]:
    def plain(cell: str) -> str:
        try:
            return f"{float(cell):.12g}"
        except ValueError:
            return cell

    return {
        n: sorted([plain(c) for c in row.values()] for row in rows) for n, rows in tables.items()
    }


@pytest.mark.slow
def test_rows_equal_to_a_local_run(cluster: Any, tmp_path: Path) -> None:
    from pipeline.batch.spark import run

    files, parquet = articles(tmp_path, len(ARTICLES) * 2 + 10)
    here = in_order(tables_here(files, tmp_path / "here"))
    counts = run(cluster, str(parquet), str(tmp_path / "there"))
    assert in_order(tables_there(cluster, tmp_path / "there")) == here
    assert counts == {name: len(rows) for name, rows in here.items()}
    run(cluster, str(files), str(tmp_path / "from-files"), files=True)
    assert in_order(tables_there(cluster, tmp_path / "from-files")) == here


def _command(process: Path) -> bytes:
    try:
        return process.read_bytes()
    except OSError:  # it has ended meanwhile
        return b""


@pytest.mark.slow
def test_killed_worker_costs_no_row(cluster: Any, tmp_path: Path) -> None:
    """One of the two executors is killed while the job runs."""
    from pipeline.batch.spark import facts, run, table

    files, parquet = articles(tmp_path, 150)
    frame = cluster.read.parquet(str(parquet)).repartition(40)
    frame.write.parquet(str(tmp_path / "parts"))
    killed = []

    application = cluster.sparkContext.applicationId.encode()

    def kill() -> None:
        time.sleep(4)
        executors = [
            int(process.parent.name)
            for process in Path("/proc").glob("[0-9]*/cmdline")
            if all(word in _command(process) for word in (b"ExecutorBackend", application))
        ]
        os.kill(executors[0], signal.SIGKILL)
        killed.append(time.monotonic())

    killer = threading.Thread(target=kill)
    killer.start()
    run(cluster, str(tmp_path / "parts"), str(tmp_path / "there"))
    ended = time.monotonic()
    killer.join()
    assert killed and killed[0] < ended, "the job was over before anything was killed"
    here = in_order(tables_here(files, tmp_path / "here"))
    assert in_order(tables_there(cluster, tmp_path / "there")) == here
    chips = table(facts(cluster.read.parquet(str(parquet)).limit(3), load_rules()), "chips")
    assert chips.count() > 0
