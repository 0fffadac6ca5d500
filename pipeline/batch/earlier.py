"""What earlier runs have done, so that it is not done again.

In: the folder of a finished run, and the spools that a stopped run left. Out: ``key in earlier`` for an
article that is the same as then, and the records of all that they know.

What was found depends on the article, the rules and the program: ``engine`` is the hash of the last
two. Work of another engine is not used, nor are tables that somebody has changed since (their hashes
are in datapackage.json).

A finished run keeps the keys of its articles in ``.keys``: a line of JSON, then the sorted keys.
"""

from __future__ import annotations

import csv
import itertools
import json
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path

from pipeline import __version__
from pipeline.batch import spool
from pipeline.batch.spool import Record
from pipeline.output.derived import DERIVED
from pipeline.output.write import TABLES, lines
from pipeline.rules import Rulebook

KEYS = ".keys"
_WIDTH = 16
LIBRARIES = ("jieba", "rjieba", "ahocorasick_rs", "opencc")
"""What finds and cuts words; another version may find others."""


def engine(rules: Rulebook) -> str:
    """The hash of everything but the article that decides what is found in it."""
    code = sorted(Path(__file__).parents[1].rglob("*.py"))
    parts = [rules.fingerprint, __version__, *map(version, LIBRARIES)]
    parts += [sha256(path.read_bytes()).hexdigest() for path in code]
    return sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Keys:
    """A sorted set of keys (``spool.key_of``) in as little memory as may be."""

    data: bytes = b""

    def __contains__(self, key: str) -> bool:
        return self.first(key) == key

    def first(self, prefix: str) -> str:
        """The first key that begins with a prefix, empty when none does."""
        wanted = bytes.fromhex(prefix)
        at = bisect_left(range(len(self.data) // _WIDTH), wanted, key=self._at)
        found = self._at(at)
        return found.hex() if found.startswith(wanted) else ""

    def _at(self, number: int) -> bytes:
        return self.data[number * _WIDTH : (number + 1) * _WIDTH]


@dataclass(frozen=True, slots=True)
class Earlier:
    """What a finished run and a stopped run know."""

    run: Path | None = None
    run_keys: Keys = field(default_factory=Keys)
    spools: tuple[Path, ...] = ()
    spool_keys: Keys = field(default_factory=Keys)

    @staticmethod
    def of(run: Path, unfinished: Path, engine: str) -> Earlier:
        """What can be used of the folder of a finished run, and of spools that a stopped run left."""
        keys = _keys_of_run(run, engine)
        spools = tuple(sorted(unfinished.glob("*.spool")))
        found = {
            bytes.fromhex(record.key)
            for path in spools
            for record in spool.read(path)
            if record.key and record.rows is not None
        }
        return Earlier(run if keys.data else None, keys, spools, Keys(b"".join(sorted(found))))

    def __contains__(self, key: str) -> bool:
        return key in self.spool_keys or key in self.run_keys

    def records(self) -> Iterator[Record]:
        """The records of the finished run, in order, out of its tables."""
        if self.run is None:
            return
        read = {name: _groups(self.run / f"{name}.csv") for name in TABLES if name not in DERIVED}
        articles = read.pop("articles")
        heads = {name: next(groups, ("", [])) for name, groups in read.items()}
        path = TABLES["articles"].names.index("path")
        stage = TABLES["rejected"].names.index("stage")
        for article, (row,) in articles:
            found = {"articles": [row]}
            for name, (head, rows) in heads.items():
                if head == article:
                    found[name] = rows
                    heads[name] = next(read[name], ("", []))
            if key := self.run_keys.first(article[1:]):
                # Rows of stage read speak of other files with the same text.
                found["rejected"] = [r for r in found.get("rejected", []) if r[stage] != "read"]
                rows_of = {n: (len(r), lines(r).encode()) for n, r in found.items() if r}
                yield Record(article, row[path], key, rows_of)


def _groups(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    """The rows of a table by article, as they stand in the file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        for article, group in itertools.groupby(rows, key=lambda row: row[0]):
            yield article, list(group)


def _keys_of_run(run: Path, engine: str) -> Keys:
    """The keys that a finished run left, none when its tables cannot be used."""
    try:
        head, _, data = (run / KEYS).read_bytes().partition(b"\n")
        package = (run / "datapackage.json").read_bytes()
        if json.loads(head) != {"engine": engine, "package": sha256(package).hexdigest()}:
            return Keys()
        for table in json.loads(package)["resources"]:
            with (run / table["path"]).open("rb") as file:
                if table["hash"] != f"sha256:{file_digest(file, 'sha256').hexdigest()}":
                    return Keys()
    except (FileNotFoundError, ValueError):
        return Keys()
    return Keys(data)


def write_keys(keys: bytes, folder: Path, engine: str) -> None:
    """Leave the sorted keys of a run's articles beside its tables, for the run after it."""
    package = (folder / "datapackage.json").read_bytes()
    head = {"engine": engine, "package": sha256(package).hexdigest()}
    (folder / KEYS).write_bytes(json.dumps(head).encode() + b"\n" + keys)
