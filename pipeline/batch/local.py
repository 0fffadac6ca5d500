"""Many articles: shards, worker processes, one folder of tables.

In: sources and a folder. Out: the folder with the tables of the run, and a ``Report`` of what happened.

Sources, sorted by path, are cut into shards. A worker reads and extracts the articles of one shard and
leaves spools (``pipeline.batch.spool``): finished articles, sorted by their ids. Merging the spools by id
gives the tables. So memory holds a few thousand articles a worker, and the bytes do not depend on the
number of workers or on the order of the inputs.

Spools lie in ``.unfinished`` beside the tables until these are in their places. A run that was stopped,
however, is taken up where it was by the next one over the same folder; articles that the tables hold
already are read, known again and not extracted (``pipeline.batch.earlier``).

An article that takes too long, too much memory or the whole worker with it is refused; the others of
its shard are not concerned (``pipeline.batch.workers``).
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import platform
import shutil
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from pipeline import Extractor, __version__, load_rules
from pipeline.batch import spool
from pipeline.batch.earlier import KEYS, LIBRARIES, Earlier, engine, write_keys
from pipeline.batch.spool import Record, key_of
from pipeline.batch.workers import Dead, Death, Mark, each, limit_memory, limited
from pipeline.model import Article, ArticleRow, Facts, Reject
from pipeline.output.derived import DERIVED, derive
from pipeline.output.write import (
    TABLES,
    Staging,
    Unwritable,
    blocks,
    cells,
    header,
    lines,
    package,
    to_json,
    unwritable,
)
from pipeline.readers.page_rules import PageRules
from pipeline.readers.sources import Found, Reading, Refused, Source, read, shown
from pipeline.rules import Rulebook, RuleErrors

if sys.platform != "win32":
    import fcntl

SHARD_BYTES = 2_000_000
SHARD_FILES = 200
SPOOL_CHARS = 1_000_000
"""A spool holds about this much text, so that memory does not grow with a file of many articles."""
TEXTS = "text"
"""Folder beside the tables: the text of each article, in which offsets count."""
UNFINISHED = ".unfinished"
"""Folder beside the tables: what a run has done so far."""
_MANY = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".warc", ".zip", ".gz", ".zst")
"""Kinds of files whose articles several workers share out among them."""
_ATTEMPTS = 3
_LOCK_TRIES, _LOCK_WAIT = 50, 0.1
"""A folder is tried so often, with so many seconds between."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one article may take before it is refused."""

    seconds: float = 60
    """For an article of up to a million characters; longer ones have more."""
    megabytes: int = 2000
    """Beyond what the worker has before the first article. 0: no limit."""

    def for_chars(self, chars: int) -> float:
        return self.seconds * max(1.0, chars / 1_000_000)


@dataclass(slots=True)
class Report:
    """What a run did."""

    rows: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    kept: int = 0
    """Articles among them that an earlier run had done."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """Path and reason of each input that gave no article; they are rows of rejected too."""
    chars: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known after a spool."""

    articles: int
    kept: int
    refused: int
    chars: int
    share: float
    """How much of the bytes of all inputs is done, from 0 to 1."""
    seconds: float

    @property
    def rate(self) -> float:
        """Characters a second."""
        return self.chars / self.seconds if self.seconds else 0.0

    @property
    def left(self) -> float:
        """Seconds that the rest will take; not a number while nothing is known."""
        return self.seconds / self.share - self.seconds if self.share else float("nan")


def run(
    inputs: list[Source],
    out: Path,
    rules: tuple[str, ...] = (),
    workers: int = 1,
    watch: Callable[[Progress], None] = lambda progress: None,
    passed_over: int = 0,
    reading: Reading | None = None,
    texts: bool = True,
    since: Path | None = None,
    fresh: bool = False,
    limits: Limits = Limits(),
) -> Report:
    """Extract every source and put the tables into ``out``, and with ``texts`` the articles' texts.

    What the run in ``since`` (without: in ``out``) found in the same articles by the same rules is
    taken from there; ``fresh`` takes nothing from anywhere. The bytes are the same in all cases.

    Raises ``RuleErrors`` for a faulty rule pack and ``write.Unwritable`` for the folder; a file that
    cannot be read is a row of rejected.
    """
    if since and not (since / KEYS).exists():
        raise FileNotFoundError(f"{since}: no {KEYS}; is it a folder that xinwen run wrote?")
    started = datetime.now(UTC)
    extractor = Extractor(load_rules(*rules))
    clock = time.perf_counter()
    report = Report()
    known_by = engine(extractor.rules)
    with _unfinished(out, known_by, fresh) as unfinished, Staging(out) as staging:
        earlier = Earlier() if fresh else Earlier.of(since or out, unfinished, known_by)
        work = Work(
            rules, reading or Reading(), texts, limits, earlier, unfinished, staging.folder,
            _standard_input(inputs, unfinished), uuid.uuid4().hex,
        )  # fmt: skip
        work.compile(extractor)
        bytes_done, bytes_of = 0.0, max(sum(source.size for source in inputs), 1)
        spools = []
        try:
            for done in _each(work, list(shards(inputs, workers)), workers):
                spools.append(done.spool)
                report.chars += done.chars
                report.articles += done.articles
                report.kept += done.kept
                report.refused += done.refused
                bytes_done += done.bytes
                report.seconds = time.perf_counter() - clock
                watch(
                    Progress(
                        report.articles, report.kept, len(report.refused), report.chars,
                        min(bytes_done / bytes_of, 1.0), report.seconds,
                    )
                )  # fmt: skip
            report.rows = merge(sorted(spools), earlier, staging.folder, known_by, extractor.rules)
            report.refused.sort()
            report.seconds = time.perf_counter() - clock
            journal = _journal(started, report, inputs, extractor, rules, workers, passed_over)
            (staging.folder / "run.json").write_text(to_json(journal), encoding="utf-8")
            staging.publish()
        except OSError as error:
            raise unwritable(out, error) from error
    shutil.rmtree(out / UNFINISHED)
    return report


def _locked(lock: IO[str]) -> bool:
    """Whether the folder is this run's: the workers of a run that was killed hold it until they notice."""
    for left in reversed(range(_LOCK_TRIES)):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if left:
                time.sleep(_LOCK_WAIT)
        else:
            return True
    return False


@contextlib.contextmanager
def _unfinished(out: Path, engine: str, fresh: bool) -> Iterator[Path]:
    """The folder of spools, for this run alone. Spools of another engine are thrown away.

    It outlives a run that fails or is stopped: the next run finds what is done.
    """
    folder = out / UNFINISHED
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / "lock").open("a")
    except OSError as error:
        raise unwritable(out, error) from error
    with lock:
        if sys.platform != "win32" and not _locked(lock):
            raise Unwritable(f"{out}: another run is writing into this folder")
        made_by = folder / "engine"
        try:
            if fresh or not made_by.exists() or made_by.read_text() != engine:
                for path in folder.iterdir():
                    if path.name != "lock":
                        path.unlink()
                made_by.write_text(engine)
            for path in folder.glob("*.part"):
                path.unlink()
        except OSError as error:
            raise unwritable(out, error) from error
        yield folder


def _standard_input(inputs: list[Source], folder: Path) -> Path | None:
    """Standard input as a file, which every worker can read, and again if need be."""
    if all(source.path != "-" for source in inputs):
        return None
    path = folder / "stdin"
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    return path


# --------------------------------------------------------------------------------------- shards

Place = tuple[int, int]
"""Which source of a shard, and which of its articles, both from 0."""
_READING, _EXTRACTING = 0, 1


@dataclass(frozen=True, slots=True)
class Shard:
    """A piece of work."""

    number: int
    sources: tuple[Source, ...]
    share: tuple[int, int] = (0, 1)
    """(k, n): this shard is every n-th article of its sources, from the k-th."""
    begin: Place = (0, 0)
    """What stands before is done."""
    deaths: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    """Where workers died (the article and whether they read or extracted it), and how often."""
    refused: dict[tuple[int, int, int], str] = field(default_factory=dict)
    """Why an article is not tried again."""


@dataclass(slots=True)
class Done:
    """A finished spool, and what went into it."""

    shard: int
    spool: Path = Path()
    end: Place = (0, 0)
    """The first article that is not in it."""
    articles: int = 0
    kept: int = 0
    chars: int = 0
    bytes: float = 0.0
    """Of the inputs, so far as one can tell where a file holds many articles."""
    refused: list[tuple[str, str]] = field(default_factory=list)

    def clear(self) -> None:
        """Begin the next spool."""
        self.articles = self.kept = self.chars = 0
        self.bytes, self.refused = 0.0, []


def shards(inputs: Iterable[Source], workers: int = 1) -> Iterator[Shard]:
    """Runs of sources that make a piece of work: not too many files, not too many bytes, and enough
    pieces for all workers. A large file of many articles is shared out among the workers.
    """
    inputs = list(inputs)
    numbers = itertools.count()
    most = min(SHARD_BYTES, max(sum(s.size for s in inputs) // (workers * 8), 100_000))
    shard: list[Source] = []
    size = 0
    for source in inputs:
        many = source.size > most and source.path.lower().endswith(_MANY)
        if shard and (many or size + source.size > most or len(shard) >= SHARD_FILES):
            yield Shard(next(numbers), tuple(shard))
            shard, size = [], 0
        if many:
            for share in range(workers):
                yield Shard(next(numbers), (source,), (share, workers))
        else:
            shard.append(source)
            size += source.size
    if shard:
        yield Shard(next(numbers), tuple(shard))


def _each(work: Work, tasks: list[Shard], workers: int) -> Iterator[Done]:
    """What is done, in whatever order. A shard whose worker died goes on behind its last spool."""
    ends: dict[int, Place] = {}

    def again(shard: Shard, death: Death) -> Shard:
        begin = ends.get(shard.number, shard.begin)
        deaths = shard.deaths + Counter([death.mark])
        refused = dict(shard.refused)
        if death.mark[0] < 0 and deaths[death.mark] >= _ATTEMPTS:
            raise Dead(f"worker processes end before they have done anything ({death})")
        if death.out_of_time:
            refused[death.mark] = f"takes longer than {work.limits.seconds:g} seconds"
        elif death.out_of_memory:
            refused[death.mark] = f"needs more than {work.limits.megabytes} MB of memory"
        elif deaths[death.mark] >= 2:  # the first may have been somebody else's fault
            refused[death.mark] = f"ends the worker process ({death})"
        return replace(shard, begin=begin, deaths=deaths, refused=refused)

    for done in each(work, tasks, min(workers, max(len(tasks), 1)), again):
        ends[done.shard] = done.end
        yield done


@dataclass(slots=True)
class Work:
    """What a worker process does with a shard."""

    rules: tuple[str, ...]
    reading: Reading
    texts: bool
    """Whether the text of each article is written beside the tables."""
    limits: Limits
    earlier: Earlier
    unfinished: Path
    """Folder for the spools."""
    staging: Path
    """Folder for the tables to be, and for the texts."""
    standard_input: Path | None
    token: str
    """Of this run: it begins the names of its spools."""
    extractor: Extractor | None = None
    """Made before processes fork, so that all have it; where they do not, each makes its own."""

    def compile(self, extractor: Extractor) -> None:
        """Make what the rules make."""
        self.extractor = extractor
        extractor.attribution.lexicon.words.cut(
            "芯片"
        )  # loads its dictionary: once for all workers
        self.reading = replace(self.reading, pages=PageRules.compile(extractor.rules))

    def __getstate__(self) -> Any:
        return [None if name == "extractor" else getattr(self, name) for name in self.__slots__]

    def __setstate__(self, state: Any) -> None:
        for name, value in zip(self.__slots__, state, strict=True):
            setattr(self, name, value)

    def prepare(self) -> None:
        """What a process does first."""
        if self.extractor is None:
            self.compile(Extractor(load_rules(*self.rules)))
        limit_memory(self.limits.megabytes)

    def __call__(self, shard: Shard, mark: Mark) -> Iterator[Done]:
        """Extract one shard and write its spools: several where a file holds very many articles."""
        if self.texts:
            (self.staging / TEXTS).mkdir(exist_ok=True)
        records: list[Record] = []
        held = 0
        done = Done(shard.number)
        for place, found in self._articles(shard, mark, done):
            records.append(self._record(found, place, shard, mark, done))
            held += len(found.text) if isinstance(found, Article) else 0
            if held > SPOOL_CHARS:
                yield self._spool(records, done, (place[0], place[1] + 1))
                done.clear()
                records, held = [], 0
        mark[0] = -1
        yield self._spool(records, done, (len(shard.sources), 0))

    def _articles(self, shard: Shard, mark: Mark, done: Done) -> Iterator[tuple[Place, Found]]:
        """The articles of a shard that are still to do, each with its place."""
        share, shares = shard.share
        for index in range(shard.begin[0], len(shard.sources)):
            source = shard.sources[index]
            bytes_left = source.size / shares
            for number, found in enumerate(self._read(source, index, shard, mark)):
                if (index, number) >= shard.begin and number % shares == share:
                    yield (index, number), found
                    if shares > 1 and isinstance(found, Article):
                        bytes_left -= len(found.text.encode())
                        done.bytes += len(found.text.encode())
            done.bytes += bytes_left

    def _read(self, source: Source, index: int, shard: Shard, mark: Mark) -> Iterator[Found]:
        """The articles of a source. Where reading goes wrong stands a refusal, and nothing behind it."""
        if source.path == "-" and self.standard_input:
            sys.stdin = self.standard_input.open(encoding="utf-8")
        articles = read(source, self.reading)
        for number in itertools.count():
            here = (index, number, _READING)
            mark[:] = list(here)
            if reason := shard.refused.get(here):
                yield _unread(source, f"reading it {reason}")
                return
            try:
                with limited(self.limits.for_chars(source.size // 3)):
                    found = next(articles, None)
            except Exception as error:  # noqa: BLE001 - no fault of a file may cost another one
                yield _unread(source, f"reading it fails ({_said(error)})")
                return
            if found is None:
                return
            yield found

    def _record(self, found: Found, place: Place, shard: Shard, mark: Mark, done: Done) -> Record:
        """What becomes of an article: its rows, or word that an earlier run has them, or a refusal."""
        if isinstance(found, Refused):
            done.refused.append((found.path, found.reason))
            facts = Facts(found.article, rejected=(found.reject,))
            return _spooled(facts, "")
        digest = sha256(found.text.encode("utf-8", "surrogatepass")).hexdigest()
        identity = "a" + digest[:12]
        key = key_of(identity, found)
        here = (*place, _EXTRACTING)
        mark[:] = list(here)
        done.chars += len(found.text)
        if key in self.earlier:
            done.kept += 1
            record = Record(identity, found.path, key, None)
        elif reason := shard.refused.get(here):
            return _refusal(found, digest, reason, done)
        else:
            assert self.extractor is not None
            try:
                with limited(self.limits.for_chars(len(found.text))):
                    facts = self.extractor(found)
            except RuleErrors:  # the article is not to blame, and the next would meet it too
                raise
            except Exception as error:  # noqa: BLE001 - no fault of an article may cost another one
                return _refusal(found, digest, f"extracting fails ({_said(error)})", done)
            record = _spooled(facts, key)
        done.articles += 1
        if self.texts:
            path = self.staging / TEXTS / f"{identity}.txt"
            path.write_text(found.text, encoding="utf-8", newline="")
        return record

    def _spool(self, records: list[Record], done: Done, end: Place) -> Done:
        """The finished articles on disk."""
        done.end = end
        name = f"{self.token}-{done.shard:08}-{end[0]:06}-{end[1]:010}.spool"
        done.spool = spool.write(sorted(records, key=lambda r: r.order), self.unfinished / name)
        return done


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _spooled(facts: Facts, key: str) -> Record:
    rows = {name: (count, text.encode()) for name, (count, text) in blocks(facts).items()}
    return Record(facts.article.article, facts.article.path, key, rows)


def _unread(source: Source, reason: str) -> Refused:
    path = shown(source.path)
    return Refused(path, reason, sha256(path.encode()).hexdigest())


def _refusal(article: Article, digest: str, reason: str, done: Done) -> Record:
    """An article that was read and could not be extracted."""
    done.refused.append((article.path, reason))
    identity = "a" + digest[:12]
    row = ArticleRow(
        article=identity, path=article.path, title=article.title, author=article.author,
        publisher=article.publisher, published=article.published, url=article.url,
        script="", encoding=article.encoding, chars=len(article.text), sha256=digest,
        status="rejected", reason=reason,
    )  # fmt: skip
    return _spooled(Facts(row, rejected=(Reject(identity, article.path, "extract", reason),)), "")


# --------------------------------------------------------------------------------------- tables


def merge(
    spools: list[Path], earlier: Earlier, folder: Path, engine: str, rules: Rulebook | None = None
) -> Counter[str]:
    """The tables, their description and the keys, from the spools of a run and what was known before.

    Gives the number of rows of each table. Identical texts have one id: the first path is taken, the
    others are rows of rejected.
    """
    rows: Counter[str] = Counter()
    keys: list[bytes] = []
    streams = (
        ((True, record) for record in spool.merged(spools)),
        ((False, record) for record in spool.merged(list(earlier.spools))),
        ((False, record) for record in earlier.records()),
    )
    with contextlib.ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for name, table in TABLES.items():
            if name not in DERIVED:
                files[name] = stack.enter_context((folder / f"{name}.csv").open("wb"))
                files[name].write(header(table).encode())
        every = heapq.merge(*streams, key=lambda pair: pair[1].order)
        for article, group in itertools.groupby(every, key=lambda pair: pair[1].article):
            copies, known = [], {}
            for live, record in group:
                if live:
                    copies.append(record)
                if record.rows is not None:
                    known[record.key] = record.rows
            if not copies:
                continue  # an article of an earlier run that is not among the inputs any more
            taken, *others = copies
            reason = f"the same text as {taken.path}, which stands for both"
            for other in others:
                again = Reject(article, other.path, "read", reason)
                files["rejected"].write(lines([cells(again)]).encode())
                rows["rejected"] += 1
            found = known[taken.key] if taken.rows is None else taken.rows
            for name, (count, text) in found.items():
                files[name].write(text)
                rows[name] += count
            if taken.key:
                keys.append(bytes.fromhex(taken.key))
    rows.update(derive(folder, rules or load_rules(), (folder / TEXTS, folder.parent / TEXTS)))
    (folder / "datapackage.json").write_text(package(folder), encoding="utf-8")
    write_keys(b"".join(keys), folder, engine)
    return rows


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
            **{name: version(name) for name in LIBRARIES},
        },
        "rules": {"fingerprint": extractor.rules.fingerprint, "folders": list(rules)},
        "inputs": {
            "files": len(inputs),
            "bytes": sum(source.size for source in inputs),
            "articles": report.articles,
            "kept": report.kept,
            "chars": report.chars,
            "refused": [{"path": path, "reason": reason} for path, reason in report.refused],
            "passed_over": passed_over,
        },
        "rows": {name: report.rows[name] for name in TABLES},
    }
