"""A run's folder, opened again: its tables with types, and the texts they point into.

In: the folder that ``xinwen run`` wrote. Out: rows as typed values (an empty cell is ``None``), and the
text of every article that still stands where it was read from, known again by its hash. A table holds
no text of its own beside what a fact quotes, so what shows facts in their sentences asks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline import load_rules
from pipeline.model import Article
from pipeline.read import Refused, Source, read
from pipeline.schema import Column, TableSchema
from pipeline.segment import Boilerplate, segment
from pipeline.write import TABLES, read_table

Value = str | int | float | None


def typed(column: Column, cell: str) -> Value:
    """What a cell holds: ``39000000000`` of a number column is 3.9e10, an empty cell is ``None``."""
    if not cell:
        return None
    if column.type == "integer":
        return int(cell)
    return float(cell) if column.type == "number" else cell


@dataclass(frozen=True, slots=True)
class Finished:
    """The folder of a finished run. ``articles`` are folders to look in for texts that were moved."""

    folder: Path
    articles: tuple[Path, ...] = ()

    @staticmethod
    def open(folder: Path, articles: tuple[Path, ...] = ()) -> Finished:
        """Raises ``FileNotFoundError`` when the folder is not one that ``xinwen run`` wrote."""
        for name in TABLES:
            if not (folder / f"{name}.csv").is_file():
                raise FileNotFoundError(
                    f"{folder}: no {name}.csv; is it a folder that this version's xinwen run wrote?"
                )
        return Finished(folder, articles)

    def rows(self, table: str) -> Iterator[dict[str, str]]:
        """Rows of a table, cells as text."""
        return read_table(self.folder / f"{table}.csv")

    def values(self, table: TableSchema) -> Iterator[list[Value]]:
        """Rows of a table as typed values, in the order of its columns."""
        for row in self.rows(table.name):
            yield [typed(column, row[column.name]) for column in table.columns]

    def texts(self) -> Iterator[tuple[str, str]]:
        """Article and text, of every article whose text is found and is the text that was read."""
        for row in self.rows("articles"):
            if row["status"] == "ok" and (text := self._text(row["path"], row["sha256"])) is not None:
                yield row["article"], text

    def _text(self, path: str, digest: str) -> str | None:
        relative = Path(path.lstrip("/"))
        places = [Path(path)]
        for folder in self.articles:
            places += [folder / relative, folder / relative.name]
        for place in places:
            if place.is_file():
                found = read(Source(str(place)))
                if not isinstance(found, Refused) and _digest(found.text) == digest:
                    return found.text
        return None


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Sentences:
    """Where the sentences of a text begin and end: the numbers in column ``sentence``."""

    def __init__(self) -> None:
        self._boilerplate = Boilerplate.compile(load_rules())

    def __call__(self, text: str) -> list[tuple[int, int]]:
        document = segment(Article(text), self._boilerplate)
        return [(sentence.start, sentence.end) for sentence in document.sentences]
