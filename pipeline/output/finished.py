"""A run's folder, opened again: its tables with types, and the texts they point into.

In: the folder that ``xinwen run`` wrote. Out: rows as typed values (an empty cell is ``None``), and the
text of every article, from ``text/`` beside the tables or from where it was read, known again by its
hash. What shows facts in their sentences asks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline import load_rules
from pipeline.document.segment import Boilerplate, segment
from pipeline.model import Article
from pipeline.output.write import TABLES, read_table
from pipeline.readers.sources import Source, read
from pipeline.schema import Column, TableSchema

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
            if row["status"] == "ok":
                text = self._text(row["article"], row["path"], row["sha256"])
                if text is not None:
                    yield row["article"], text

    def _text(self, article: str, path: str, digest: str) -> str | None:
        kept = self.folder / "text" / f"{article}.txt"
        if kept.is_file():
            with kept.open(encoding="utf-8", newline="") as file:
                text = file.read()
            return text if _digest(text) == digest else None
        relative = Path(path.lstrip("/"))
        places = [Path(path)]
        for folder in self.articles:
            places += [folder / relative, folder / relative.name]
        for place in places:
            if place.is_file():
                for found in read(Source(str(place))):
                    if isinstance(found, Article) and _digest(found.text) == digest:
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
