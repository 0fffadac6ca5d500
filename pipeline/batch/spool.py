"""Finished articles on disk, sorted, until the tables are made of them.

In: one ``Record`` an article: its id, its path, the key under which it is known again, and the CSV text
of its rows by table. Out: the same records, merged by id from any number of spools, holding one record
a spool in memory.

A spool is a line of JSON with the lengths, then the rows as they will stand in the tables, again and
again: merging copies bytes and parses nothing. A spool has its name only when it is whole; one that a
killed process left half-written is called ``….part`` and is never read.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
from collections.abc import Generator, Iterable, Iterator
from dataclasses import astuple, dataclass
from hashlib import blake2b
from pathlib import Path

from pipeline.model import Article

FAN_IN = 200
"""Spools merged at a time: each is an open file."""
_KEY_BYTES = 10


@dataclass(frozen=True, slots=True)
class Record:
    """An article as far as the tables know it."""

    article: str
    path: str
    key: str
    """See ``key_of``; empty for what was refused, which is never known again."""
    rows: dict[str, tuple[int, bytes]] | None
    """Number of rows and their CSV text by table. ``None``: an earlier run has them."""

    @property
    def order(self) -> tuple[str, str]:
        """Tables are sorted by article; of two identical texts the first path counts."""
        return self.article, self.path


def key_of(identity: str, article: Article) -> str:
    """What tells whether an article is the same as one before: its text (in the id) and all that is
    known about it. Sorted keys are sorted by id.
    """
    text = article.text
    known = repr(tuple(x for x in astuple(article) if x is not text)).encode(
        "utf-8", "backslashreplace"
    )
    return identity[1:] + blake2b(known, digest_size=_KEY_BYTES).hexdigest()


def write(records: Iterable[Record], path: Path) -> Path:
    """Write records, sorted already, so that ``path`` is there whole or not at all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for record in records:
            rows = record.rows or {}
            sizes = {name: (count, len(text)) for name, (count, text) in rows.items()}
            head = [record.article, record.path, record.key, record.rows is not None, sizes]
            file.write(json.dumps(head).encode() + b"\n")
            file.writelines(text for _, text in rows.values())
        file.flush()
        os.fsync(file.fileno())
    return part.replace(path)


def read(path: Path) -> Generator[Record, None, None]:
    """The records of one spool."""
    with path.open("rb") as file:
        for line in file:
            article, where, key, has_rows, sizes = json.loads(line)
            rows = {name: (count, file.read(size)) for name, (count, size) in sizes.items()}
            yield Record(article, where, key, rows if has_rows else None)


def merged(spools: list[Path]) -> Iterator[Record]:
    """The records of many spools, in order. More than ``FAN_IN`` of them are joined to fewer first."""
    level = 0
    while len(spools) > FAN_IN:
        groups = [spools[i : i + FAN_IN] for i in range(0, len(spools), FAN_IN)]
        spools = [_joined(group, level) for group in groups]
        level += 1
    with contextlib.ExitStack() as stack:
        streams = [stack.enter_context(contextlib.closing(read(path))) for path in spools]
        yield from heapq.merge(*streams, key=lambda record: record.order)


def _joined(spools: list[Path], level: int) -> Path:
    """Several spools as one, which stands before they go: a killed run loses none."""
    path = write(merged(spools), spools[0].with_suffix(f".{level}.spool"))
    for spool in spools:
        spool.unlink()
    return path
