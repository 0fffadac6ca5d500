"""``make bench-batch``: what many articles cost: two workers, memory, Spark.

Articles are made of the corpus's sentences as in ``bench.py``, in files of their own or, with as many
facts as usual ones have, in one ``.jsonl`` file. Measured are the time of one and of two workers over the same files (the tables must be the
same bytes), the most memory that any worker held over a file of ``--gigabytes``, and what Spark adds to
the plain function for each document.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from bench import articles, sentences

from pipeline import Article, Extractor, load_rules
from pipeline.batch.local import run
from pipeline.output.write import TABLES
from pipeline.readers.sources import sources

PARTS = ("workers", "memory", "spark")


def tables(folder: Path) -> list[bytes]:
    return [(folder / f"{name}.csv").read_bytes() for name in TABLES]


def two_workers(folder: Path, count: int, times: int) -> None:
    """How much quicker two workers are. Every run begins from nothing."""
    (folder / "files").mkdir()
    inputs = articles(folder / "files", count * 5000, 5000)
    taken: dict[int, list[float]] = {1: [], 2: []}
    for _, workers in itertools.product(range(times), taken):
        clock = time.perf_counter()
        run(inputs, folder / f"out{workers}", workers=workers, fresh=True)
        taken[workers].append(time.perf_counter() - clock)
    assert tables(folder / "out1") == tables(folder / "out2"), "tables differ"
    one, two = (statistics.median(taken[workers]) for workers in taken)
    print(f"{len(inputs)} articles: one worker {one:.1f} s, two {two:.1f} s: x {one / two:.2f}")


class Watch(threading.Thread):
    """The most memory that any child of this process holds, looked at ten times a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most, self.over = 0, threading.Event()

    def run(self) -> None:
        me = os.getpid()
        while not self.over.wait(0.1):
            for child in Path(f"/proc/{me}/task/{me}/children").read_text().split():
                try:
                    status = Path(f"/proc/{child}/status").read_text()
                except OSError:
                    continue
                found = [
                    line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")
                ]
                self.most = max([self.most, *map(int, found)])


def memory(folder: Path, gigabytes: float, workers: int) -> None:
    """The most memory that a worker holds while a large file goes through."""
    (folder / "few").mkdir()
    few = articles(folder / "few", 500_000, 5000, pools=sentences(Extractor(load_rules())))
    texts = itertools.cycle([Path(s.path).read_text(encoding="utf-8") for s in few])
    path = folder / "large.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in itertools.count():
            text = f"第{number}篇。\n{next(texts)}"
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            if file.tell() > gigabytes * 1e9:
                break
    watch = Watch()
    watch.start()
    inputs = sources([str(path)])[0]
    report = run(inputs, folder / "large", workers=workers, texts=False, fresh=True)
    watch.over.set()
    parent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{path.stat().st_size / 1e9:.2f} GB, {report.articles:,} articles in {report.seconds:.0f} s with "
        f"{workers} workers: at most {watch.most / 1000:.0f} MB a worker, {parent / 1000:.0f} MB the parent"
    )


def spark(folder: Path, count: int) -> None:
    """What Spark adds to the function, a document: one worker, everything warm, the median of three."""
    import pyarrow as pa
    import pyarrow.parquet
    from pyspark.sql import SparkSession
    from pyspark.sql import functions as f

    from pipeline.batch.spark import facts

    (folder / "documents").mkdir()
    inputs = articles(folder / "documents", count * 1000, 1000)
    texts = [Path(s.path).read_text(encoding="utf-8") for s in inputs]
    extractor = Extractor(load_rules())
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    pa.parquet.write_table(pa.table({"text": texts}), folder / "documents.parquet")
    session = (
        SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    frame = facts(session.read.parquet(str(folder / "documents.parquet")), extractor.rules)

    def here() -> None:
        for text in texts:
            extractor(Article(text))

    def there() -> None:
        frame.agg(f.sum(f.size("metrics") + f.size("quotes") + f.size("rejected"))).collect()

    def median(work: Callable[[], None]) -> float:
        return statistics.median(_timed(work) for _ in range(3))

    there()
    plain, with_spark = median(here), median(there)
    session.stop()
    added = (with_spark - plain) / len(texts) * 1e6
    print(
        f"{len(texts)} documents: the function {plain / len(texts) * 1e6:.0f} µs a document, on Spark "
        f"{with_spark / len(texts) * 1e6:.0f} µs: {added:.0f} µs added"
    )


def _timed(work: Callable[[], None]) -> float:
    clock = time.perf_counter()
    work()
    return time.perf_counter() - clock


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="which (default all)")
    parser.add_argument("--articles", type=int, default=800)
    parser.add_argument("--times", type=int, default=3, help="repetitions; the median counts")
    parser.add_argument("--gigabytes", type=float, default=1.0)
    arguments = parser.parse_args()
    chosen = arguments.part or PARTS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "workers" in chosen:
            two_workers(folder, arguments.articles, arguments.times)
        if "memory" in chosen:
            memory(folder, arguments.gigabytes, 2)
        if "spark" in chosen:
            spark(folder, arguments.articles)


if __name__ == "__main__":
    main()
