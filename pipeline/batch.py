"""Many articles: shards, worker processes, one folder of tables.

In: sources and a folder. Out: the folder with the tables of the run, and a ``Report`` of what happened.

Sources, sorted by path, are cut into shards; a worker reads and extracts one shard and leaves a spool
file beside the tables to be: one line of JSON an article with its CSV rows, sorted by the article's
id. Merging the spools by id gives the tables. So memory holds one shard a worker, and the bytes do not
depend on the number of workers or on the order of the inputs.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import json
import multiprocessing
import platform
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from pipeline import Extractor, __version__, load_rules
from pipeline.model import Facts, Reject
from pipeline.read import Refused, Source, read
from pipeline.specs import specs
from pipeline.write import (
    TABLES,
    Staging,
    blocks,
    cell,
    cells,
    header,
    lines,
    package,
    read_table,
    to_json,
)

SHARD_BYTES = 2_000_000
SHARD_FILES = 200
_FAN_IN = 200
"""Spools merged at a time: each is an open file."""


@dataclass(slots=True)
class Report:
    """What a run did."""

    rows: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Path and reason of each input that gave no article; they are rows of rejected too."""
    chars: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known after a shard."""

    articles: int
    of: int
    chars: int
    refused: int
    seconds: float


def run(
    inputs: list[Source],
    out: Path,
    rules: tuple[str, ...] = (),
    workers: int = 1,
    watch: Callable[[Progress], None] = lambda progress: None,
    passed_over: int = 0,
) -> Report:
    """Extract every source and put the tables into ``out``.

    Raises ``RuleErrors`` for a faulty rule pack and ``write.Unwritable`` for the folder; a file that
    cannot be read is a row of rejected.
    """
    started = datetime.now(UTC)
    extractor = Extractor(load_rules(*rules))
    clock = time.perf_counter()
    report = Report()
    with Staging(out) as staging:
        spools = []
        tasks = [(number, shard) for number, shard in enumerate(shards(inputs))]
        work = partial(spool_shard, staging.folder)
        for path, chars, articles, refused in _each(work, tasks, extractor, rules, workers):
            spools.append(path)
            report.chars += chars
            report.articles += articles
            report.refused += refused
            seconds = time.perf_counter() - clock
            done = report.articles + len(report.refused)
            watch(Progress(done, len(inputs), report.chars, len(report.refused), seconds))
        report.rows = merge(sorted(spools), staging.folder)
        report.rows["specs"] = _write_specs(staging.folder)
        report.refused.sort()
        report.seconds = time.perf_counter() - clock
        (staging.folder / "datapackage.json").write_text(package(staging.folder), encoding="utf-8")
        (staging.folder / "run.json").write_text(
            to_json(_journal(started, report, inputs, extractor, rules, workers, passed_over)),
            encoding="utf-8",
        )
        staging.publish()
    return report


def shards(inputs: Iterable[Source]) -> Iterator[list[Source]]:
    """Runs of sources that make a piece of work: not too many files, not too many bytes."""
    shard: list[Source] = []
    size = 0
    for source in inputs:
        if shard and (size + source.size > SHARD_BYTES or len(shard) >= SHARD_FILES):
            yield shard
            shard, size = [], 0
        shard.append(source)
        size += source.size
    if shard:
        yield shard


Done = tuple[Path, int, int, list[tuple[str, str]]]
"""A finished shard: its spool, characters read, articles, and what was refused with the reason."""
Task = tuple[int, list[Source]]

_extractor: Extractor | None = None
"""The extractor of a worker process, made once: inherited where processes fork, else built there."""


def _each(
    work: Callable[[Task], Done],
    tasks: list[Task],
    extractor: Extractor,
    rules: tuple[str, ...],
    workers: int,
) -> Iterator[Done]:
    """Results of the work in whatever order they come, from this process or from several."""
    global _extractor
    _extractor = extractor
    if workers < 2 or len(tasks) < 2 or any(s.path == "-" for _, shard in tasks for s in shard):
        yield from map(work, tasks)
        return
    with _undisturbed():
        pool = multiprocessing.Pool(min(workers, len(tasks)), _prepare, (rules,))
    with pool:
        yield from pool.imap_unordered(work, tasks)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits: one that comes while a process forks can be lost in a callback of the fork."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows, where nothing forks
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _prepare(rules: tuple[str, ...]) -> None:
    """What a worker process does first. Ctrl-C is for the process that started it."""
    global _extractor
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if _extractor is None:
        _extractor = Extractor(load_rules(*rules))


def spool_shard(folder: Path, task: Task) -> Done:
    """Extract one shard and write its spool."""
    assert _extractor is not None
    number, shard = task
    records, refused, chars = [], [], 0
    for source in shard:
        found = read(source)
        if isinstance(found, Refused):
            refused.append((found.path, found.reason))
            facts = Facts(found.article, rejected=(found.reject,))
        else:
            facts = _extractor(found)
            chars += facts.article.chars
        records.append((facts.article.article, facts.article.path, blocks(facts)))
    records.sort(key=lambda record: record[:2])
    path = folder / f"{number:08}.spool"
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return path, chars, len(shard) - len(refused), refused


def merge(spools: list[Path], folder: Path) -> Counter[str]:
    """The tables but specs, from the spools. Gives the number of rows of each table.

    Identical texts have one id: the first path is taken, the others are rows of rejected.
    """
    while len(spools) > _FAN_IN:
        groups = [spools[i : i + _FAN_IN] for i in range(0, len(spools), _FAN_IN)]
        spools = [_join(group, group[0].with_suffix(f".{len(spools)}")) for group in groups]
    rows: Counter[str] = Counter()
    with contextlib.ExitStack() as stack:
        files: dict[str, IO[str]] = {}
        for name, table in TABLES.items():
            if name != "specs":
                path = folder / f"{name}.csv"
                files[name] = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
                files[name].write(header(table))
        for article, copies in itertools.groupby(_records(spools), key=lambda record: record[0]):
            (_, taken, found), *others = copies
            reason = f"the same text as {taken}, which stands for both"
            for _, other, _ in others:
                again = Reject(article, other, "read", reason)
                files["rejected"].write(lines([cells(again)]))
                rows["rejected"] += 1
            for name, (count, text) in found.items():
                files[name].write(text)
                rows[name] += count
    for spool in spools:
        spool.unlink()
    return rows


Record = tuple[str, str, dict[str, tuple[int, str]]]
"""A line of a spool: an article's id, its path, and its rows (number and CSV text) by table."""


def _records(spools: list[Path]) -> Iterator[Record]:
    """The records of sorted spools, in order."""
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(path.open(encoding="utf-8")) for path in spools]
        yield from heapq.merge(*(map(json.loads, file) for file in files), key=lambda r: r[:2])


def _join(spools: list[Path], path: Path) -> Path:
    """Several spools as one."""
    with path.open("w", encoding="utf-8") as file:
        for record in _records(spools):
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    for spool in spools:
        spool.unlink()
    return path


def _write_specs(folder: Path) -> int:
    """Table specs from the tables it is made of. Gives its number of rows."""
    tables = (read_table(folder / f"{name}.csv") for name in ("articles", "chips", "metrics"))
    count = 0
    with (folder / "specs.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(header(TABLES["specs"]))
        for count, row in enumerate(specs(*tables), 1):  # noqa: B007
            file.write(lines([map(cell, row)]))
    return count


def _journal(
    started: datetime,
    report: Report,
    inputs: list[Source],
    extractor: Extractor,
    rules: tuple[str, ...],
    workers: int,
    passed_over: int,
) -> dict[str, Any]:
    """What run.json holds: how the tables came about."""
    return {
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(report.seconds, 3),
        "chars_per_second": round(report.chars / report.seconds) if report.seconds else 0,
        "workers": workers,
        "versions": {
            "xinwen": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("jieba", "rjieba", "ahocorasick_rs", "opencc")},
        },
        "rules": {"fingerprint": extractor.rules.fingerprint, "folders": list(rules)},
        "inputs": {
            "files": len(inputs),
            "bytes": sum(source.size for source in inputs),
            "articles": report.articles,
            "chars": report.chars,
            "refused": [{"path": path, "reason": reason} for path, reason in report.refused],
            "passed_over": passed_over,
        },
        "rows": {name: report.rows[name] for name in TABLES},
    }
