"""Facts -> files: CSV cells and rows, datapackage.json, run.json, and how a folder is replaced.

Tables are written for people who open them in a spreadsheet and for programs that compare bytes:
UTF-8 with a byte-order mark, CRLF, numbers in the shortest exact form, no cell that a spreadsheet
would run. Nothing of a run is seen in its folder before all of it is ready (``Staging``).
"""

from __future__ import annotations

import csv
import errno
import io
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from decimal import Decimal
from hashlib import sha256
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from pipeline.model import TABLES as ROWS
from pipeline.model import Facts
from pipeline.schema import TableSchema, descriptor, table_of
from pipeline.sheets.reprints import REPRINTS
from pipeline.sheets.sanity import ALARMS
from pipeline.sheets.specs import SPECS

if TYPE_CHECKING:
    import pandas

TABLES: dict[str, TableSchema] = {
    **{name: table_of(name, row) for name, row in ROWS.items() if name != "rejected"},
    "specs": SPECS,
    "alarms": ALARMS,
    "reprints": REPRINTS,
    "rejected": table_of("rejected", ROWS["rejected"]),
}
"""All tables of a run, in the order in which they are shown."""

BOM = "\ufeff"

csv.field_size_limit(2**31 - 1)  # a quote may be longer than the 131,072 characters of the default

# A lone sign (the bound "=") is no formula. An apostrophe of the text before a sign is guarded as
# well, so that taking one apostrophe away always gives the text back.
_FORMULA = re.compile(r"'*[=+\-@\t\r].", re.S)
_OPENERS = frozenset("'=+-@\t\r")


def cell(value: str | float | None) -> str:
    """A value as it stands in a CSV file: ``7.0`` -> ``7``, ``3.9e10`` -> ``39000000000``."""
    if isinstance(value, str):
        return guard(value) if value[:1] in _OPENERS else value
    if value is None:
        return ""
    if isinstance(value, int):
        return str(value)
    shortest = repr(value)
    if "e" in shortest:
        shortest = format(Decimal(shortest), "f")
    return shortest.removesuffix(".0")


def guard(text: str) -> str:
    """Keep a spreadsheet from running a text as a formula: ``=1+1`` -> ``'=1+1``."""
    return "'" + text if _FORMULA.match(text) else text


def unguard(text: str) -> str:
    """What ``guard`` was given."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def lines(rows: Iterable[Iterable[str]]) -> str:
    """Rows as CSV text."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def header(table: TableSchema) -> str:
    """What a table's file begins with."""
    return BOM + lines([table.names])


def blocks(facts: Facts) -> dict[str, tuple[int, str]]:
    """The rows of one article by table: how many, and their CSV text, sorted as the tables are.

    Tables are sorted by article first, so the whole tables are these blocks in the order of the
    articles' ids.
    """
    rows = {"articles": (facts.article,), "chips": facts.chips, "metrics": facts.metrics,
            "quotes": facts.quotes, "events": facts.events, "rejected": facts.rejected}  # fmt: skip
    return {
        name: (len(found), lines(_sorted(name, found))) for name, found in rows.items() if found
    }


def cells(row: Any) -> tuple[str, ...]:
    """A row's cells, in the order of its table's columns."""
    return tuple(cell(getattr(row, name)) for name in row.__slots__)


def _sorted(name: str, rows: Sequence[Any]) -> list[tuple[str, ...]]:
    """Cells of the rows by start, end, rule and then everything; the article is the same for all."""
    # a column at a time: what is one of a few words or a whole number needs no look at each cell
    found = list(zip(*[as_cells(map(get, rows)) for get, as_cells in _COLUMNS[name]], strict=True))
    if "start" not in TABLES[name].names:
        return found
    keyed = [
        (-1 if row.start is None else row.start, -1 if row.end is None else row.end, row.rule, line)
        for row, line in zip(rows, found, strict=True)
    ]
    return [line for *_, line in sorted(keyed)]


def _words(values: Iterable[str]) -> list[str]:
    return [guard(v) if v[:1] in _OPENERS else v for v in values]


def _integers(values: Iterable[int | None]) -> list[str]:
    return ["" if v is None else str(v) for v in values]


def _numbers(values: Iterable[float | None]) -> list[str]:
    return list(map(cell, values))


_COLUMNS: dict[str, list[tuple[attrgetter[Any], Callable[[Iterable[Any]], list[str]]]]] = {
    name: [
        (
            attrgetter(c.name),
            list if c.enum else {"integer": _integers, "number": _numbers}.get(c.type, _words),
        )
        for c in TABLES[name].columns
    ]
    for name in ROWS
}
"""For each column of a table how to get its values, and what makes cells of them."""


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a table of a run as they were before they were guarded."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        names = next(rows, [])
        for row in rows:
            values = [unguard(v) if v[:1] == "'" else v for v in row]
            yield dict(zip(names, values, strict=True))


def plain(facts: Facts) -> dict[str, Any]:
    """Facts as the JSON that ``xinwen extract --json`` prints."""
    return asdict(facts)


def frames(*facts: Facts) -> dict[str, pandas.DataFrame]:
    """Facts of one or more articles as one pandas DataFrame a table, columns as in the files: ``frames(extract(text))["metrics"]``."""
    import pandas

    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ROWS}
    for one in facts:
        for name, rows in (plain(one) | {"articles": [asdict(one.article)]}).items():
            if name in found:
                found[name] += rows
    return {name: pandas.DataFrame(found[name], columns=list(TABLES[name].names)) for name in ROWS}


def package(folder: Path) -> str:
    """The text of datapackage.json for the tables in ``folder``."""
    files = {}
    for name in TABLES:
        data = sha256()
        with (folder / f"{name}.csv").open("rb") as file:
            while chunk := file.read(1 << 20):
                data.update(chunk)
        size = (folder / f"{name}.csv").stat().st_size
        files[name] = {"bytes": size, "hash": f"sha256:{data.hexdigest()}"}
    return to_json(descriptor(TABLES, files))


def to_json(data: Any) -> str:
    """JSON for files that people may read."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


class Unwritable(Exception):
    """The folder for a run cannot be written; the message says why and what would cure it."""


def unwritable(folder: Path, error: OSError) -> Unwritable:
    """What to say when a folder cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        cure = "make room and run again: what is done is not done twice"
    else:
        cure = "choose another folder with --out or change its permissions"
    return Unwritable(f"{folder}: cannot be written ({error.strerror}); {cure}")


_READY = ".ready"
_OLD = ".old-"


class Staging:
    """A folder inside a run's folder, in which everything is made before it takes its place.

    >>> with Staging(Path("out")) as staging:  # doctest: +SKIP
    ...     (staging.folder / "chips.csv").write_text("…")
    ...     staging.publish()

    Left without ``publish`` (an error, Ctrl-C), it is removed and the last good tables stay. Files
    take their places one by one, run.json last: what stands in datapackage.json under ``hash``
    tells a table of this run from one of the run before.
    """

    def __init__(self, target: Path):
        self.target = target
        self.folder = target / ".partial"

    def __enter__(self) -> Staging:
        try:
            self.target.mkdir(parents=True, exist_ok=True)
            if (self.folder / _READY).exists():  # killed while files took their places
                self._move()
            if self.folder.exists():  # killed before
                shutil.rmtree(self.folder)
            self.folder.mkdir()
        except OSError as error:
            raise unwritable(self.target, error) from error
        return self

    def publish(self) -> None:
        """Move every file to its place; killed in the middle, the next one over the folder goes on."""
        (self.folder / _READY).touch()
        self._move()

    def _move(self) -> None:
        """Files and folders to their places; a folder holds nothing of the run before then."""
        for folder in sorted(self.folder.iterdir()):
            if folder.is_dir() and not folder.name.startswith(_OLD):
                if (self.target / folder.name).exists():
                    (self.target / folder.name).replace(self.folder / f"{_OLD}{folder.name}")
                folder.replace(self.target / folder.name)
        names = sorted(p.name for p in self.folder.iterdir() if p.is_file() and p.name != _READY)
        for name in sorted(names, key=lambda n: (n == "run.json", n)):
            (self.folder / name).replace(self.target / name)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
