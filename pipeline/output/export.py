"""The tables of a run in the formats that people open: Parquet, SQLite, DuckDB, XLSX, JSON Lines, HTML.

In: the folder of a finished run. Out: files beside its CSV tables, all from the same rows: typed,
an empty cell as null, texts as they stand in the articles (the apostrophe that guards a CSV cell is
for CSV only). Each file is made whole in a staging folder and then takes its place.

| format | files | for |
|---|---|---|
| parquet | ``chips.parquet`` … | pandas, polars, Spark; each field says what it holds and its unit |
| sqlite | ``xinwen.sqlite``, ``datasette.json`` | SQL and Datasette; ``search`` finds Chinese words |
| duckdb | ``xinwen.duckdb`` | SQL over large tables |
| xlsx | ``xinwen.xlsx`` | spreadsheets: filters, widths, links into the report |
| jsonl | ``chips.jsonl`` … | programs |
| report | ``report.html`` | eyes: facts beside the text they stand in |

The libraries of a format are imported when it is asked for; ``pip install 'xinwen[formats]'``.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.document.clean import fold, script_of, traditional
from pipeline.output import report
from pipeline.output.finished import Finished, Sentences, Value
from pipeline.output.write import TABLES, Staging, to_json
from pipeline.schema import Column, TableSchema
from pipeline.sheets.specs import SHEET, SPECS, upright

if TYPE_CHECKING:
    import pyarrow

BATCH = 50_000
"""Rows held at a time."""


class MissingLibrary(Exception):
    """A format needs a library that is not installed; the message says which and how to get it."""


def formats(text: str) -> tuple[str, ...]:
    """The formats that an option names: ``csv,xlsx`` or ``all``. Raises ``ValueError`` with the known ones."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = ("csv", *FORMATS)
    for name in names:
        if name not in (*known, "all"):
            raise ValueError(f"unknown format {name!r} - known: {', '.join(known)}, all")
    return tuple(known) if "all" in names else tuple(dict.fromkeys(names))


def require(names: Iterable[str]) -> None:
    """Raises ``MissingLibrary`` when a format cannot be written here."""
    for name in names:
        for library in _LIBRARIES.get(name, ()):
            if importlib.util.find_spec(library) is None:
                raise MissingLibrary(
                    f"format {name} needs {library}: pip install 'xinwen[formats]', or leave it out"
                )


def export(run: Finished, names: Sequence[str]) -> list[str]:
    """Write the formats into the run's folder; gives the names of what was written, in order.

    Raises ``MissingLibrary`` before anything is written, ``write.Unwritable`` for the folder.
    """
    require(names)
    with Staging(run.folder) as staging:
        for name in names:
            if name != "csv":
                FORMATS[name](run, staging.folder)
        made = sorted(path.name for path in staging.folder.iterdir())
        staging.publish()
    return made


def remove(folder: Path) -> None:
    """Take away what ``export`` wrote beside the tables of an earlier run: it would tell of other facts."""
    for name in ("xinwen.sqlite", "datasette.json", "xinwen.duckdb", "xinwen.xlsx", "report.html"):
        (folder / name).unlink(missing_ok=True)
    for table in TABLES:
        (folder / f"{table}.parquet").unlink(missing_ok=True)
        (folder / f"{table}.jsonl").unlink(missing_ok=True)
    shutil.rmtree(folder / report.PAGES, ignore_errors=True)


def _batches(rows: Iterator[list[Value]]) -> Iterator[list[list[Value]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


# -------------------------------------------------------------------------------- JSON Lines


def _jsonl(run: Finished, folder: Path) -> None:
    """Every record has every key: readers that guess (DuckDB) take sparse ones for one map."""
    for table in TABLES.values():
        with (folder / f"{table.name}.jsonl").open("w", encoding="utf-8", newline="\n") as file:
            for row in run.values(table):
                record = dict(zip(table.names, row, strict=True))
                file.write(json.dumps(record, ensure_ascii=False) + "\n")


# ----------------------------------------------------------------------------------- Parquet


def _arrow(table: TableSchema) -> pyarrow.Schema:
    """A table's columns with their description, unit and vocabulary as field metadata."""
    import pyarrow

    types = {"string": pyarrow.string(), "date": pyarrow.string(), "integer": pyarrow.int64(),
             "number": pyarrow.float64()}  # fmt: skip

    def field(column: Column) -> pyarrow.Field:
        metadata = {"description": column.description, "unit": column.unit,
                    "enum": "|".join(column.enum), "key": column.key}  # fmt: skip
        return pyarrow.field(
            column.name, types[column.type], metadata={k: v for k, v in metadata.items() if v}
        )

    return pyarrow.schema(map(field, table.columns), metadata={"description": table.about})


def _parquet(run: Finished, folder: Path) -> None:
    from pyarrow import RecordBatch, parquet

    for table in TABLES.values():
        schema = _arrow(table)
        path = folder / f"{table.name}.parquet"
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in _batches(run.values(table)):
                columns = [list(column) for column in zip(*batch, strict=True)]
                arrays = {name: columns[i] for i, name in enumerate(table.names)}
                writer.write_batch(RecordBatch.from_pydict(arrays, schema))


# ------------------------------------------------------------------------------ SQL databases

_SQLITE = {"string": "TEXT", "date": "TEXT", "integer": "INTEGER", "number": "REAL"}
_DUCKDB = {"string": "VARCHAR", "date": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}


def quoted(name: str) -> str:
    """A name or a text in SQL, between the quotes of names."""
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _definition(table: TableSchema, types: dict[str, str], references: bool) -> str:
    """The CREATE TABLE of a table: types and keys."""
    lines = []
    if not any(c.key == "primary" for c in table.columns):
        lines.append(f'"id" {types["integer"]} PRIMARY KEY')
    for column in table.columns:
        line = f"{quoted(column.name)} {types[column.type]}"
        if column.key == "primary":
            line += " PRIMARY KEY NOT NULL"
        if references and "." in column.key:
            other, _, key = column.key.partition(".")
            line += f" REFERENCES {quoted(other)} ({quoted(key)})"
        lines.append(line)
    body = ",\n  ".join(lines)
    return f"CREATE TABLE {quoted(table.name)} (\n  {body}\n)"


def _numbered(table: TableSchema, rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
    """Rows with the ``id`` that a table without a key of its own gets."""
    if any(c.key == "primary" for c in table.columns):
        return rows
    return ([number, *row] for number, row in enumerate(rows, 1))


_SENTENCES = """\
CREATE TABLE sentences (
  article TEXT NOT NULL REFERENCES articles (article),
  sentence INTEGER NOT NULL,
  start INTEGER NOT NULL,
  end INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (article, sentence)
) STRICT, WITHOUT ROWID"""

# The words of the index are not the words of the text, so it is filled by hand and reads the text
# that it shows from passages ("external content").
_SEARCH = """\
CREATE TABLE passages (
  id INTEGER PRIMARY KEY,
  source TEXT NOT NULL CHECK (source IN ('sentence', 'metric', 'quote', 'chip')),
  article TEXT NOT NULL REFERENCES articles (article),
  start INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE search USING fts5(
  source UNINDEXED, article UNINDEXED, start UNINDEXED, text,
  content = 'passages', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0'
)"""

_PASSAGES = (
    "SELECT 'chip', article, start, replace(surfaces, '|', ' ') FROM chips",
    "SELECT 'metric', article, start, ifnull(subject || ' ', '') || text FROM metrics",
    "SELECT 'quote', article, start, ifnull(speaker || ' ', '') || content FROM quotes",
    "SELECT 'sentence', article, start, text FROM sentences",
)
_INDEXES = (
    ("chips", "article"), ("chips", "chip"), ("metrics", "article"), ("metrics", "subject"),
    ("metrics", "metric"), ("quotes", "article"), ("quotes", "speaker"), ("events", "chip"),
    ("sheet", "chip"), ("sheet", "property"), ("rejected", "article"),
)  # fmt: skip

# What ``phrase`` does, in SQL: words as they are typed -> a query of pieces of two characters.
_FIND = """\
with recursive typed(words) as (select trim(replace(:words, '"', ' '))),
spelt(at, last, here, next, query) as (
  select 1, '', substr(words, 1, 1), substr(words, 2, 1), '"' from typed
  union all
  select at + 1, here, next, substr(words, at + 2, 1), query || case
    when here = ' ' then '" "'
    when han(here) and han(next) then here || next || ' '
    when han(here) and han(last) then ' '
    when han(here) then '" "' || here || '" "'
    when han(next) then here || ' '
    else here end
  from spelt, typed where here <> ''
)
select p.source, p.text, a.title, a.published, p.article, p.start
from search join passages p on p.id = search.rowid join articles a on a.article = p.article
where search match (select query || '"' from spelt order by at desc limit 1)
order by rank limit 200"""
_HAN = "(unicode({0}) between 0x3400 and 0x9fff or unicode({0}) >= 0x20000)"


def search_query() -> str:
    """SQL that finds passages for ``:words`` of any length, Chinese or Latin, all of them."""
    return re.sub(r"han\((\w+)\)", lambda found: _HAN.format(found[1]), _FIND)


def grams(text: str) -> str:
    """What stands in the search index for a text: its runs of Han cut into pieces of two characters.

    After them come its single characters and pieces of three and four, so that a word of up to four
    characters is found as it is typed; a longer one is a phrase of pieces of two (see ``phrase``).
    A text is found in its own characters, in simplified and in traditional ones.

    >>> grams("GPU算力大")
    'GPU 算力 力大 算 力 大 算力大'
    """
    folded = fold(text, script_of(text))
    return " ".join(dict.fromkeys(map(_grams, (folded, text, traditional(folded)))))


def _grams(text: str) -> str:
    runs = _RUNS.findall(text)
    twos, others = [], []
    for run in runs:
        if not _han(run[0]):
            twos.append(run)
            continue
        if len(run) > 1:
            twos += [run[i : i + 2] for i in range(len(run) - 1)]
        for size in (1, 3, 4):
            others += [run[i : i + size] for i in range(len(run) - size + 1)]
    return " ".join([*twos, *others])


def phrase(words: str) -> str:
    """A query for ``search MATCH``: the words as they must stand in the text, one after the other.

    A character alone between others, which the index knows by itself only, is asked for beside them.

    >>> phrase("晶体管密度5nm")
    '"晶体 体管 管密 密度 5nm"'
    >>> phrase("思元370的")
    '"思元 370" "的"'
    """
    out: list[list[str]] = [[]]
    for run in _RUNS.findall(fold(words, script_of(words))):
        if not _han(run[0]):
            out[-1].append(run)
        elif len(run) > 1:
            out[-1] += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            out += [[run], []]
    return " ".join(f'"{" ".join(pieces)}"' for pieces in out if pieces)


_RANGE = "\u3400-\u9fff\U00020000-\U0010ffff"
_RUNS = re.compile(f"[{_RANGE}]+|[^\\W_{_RANGE}]+")
"""Runs of Han and runs of other letters and digits: ``GPU算力`` -> ``GPU``, ``算力``."""


def _han(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or character >= "\U00020000"


def _sqlite(run: Finished, folder: Path) -> None:
    with sqlite3.connect(folder / "xinwen.sqlite") as base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
        for table, rows in _database(run):
            base.execute(_definition(table, _SQLITE, references=True) + " STRICT")
            _insert(base, table.name, _numbered(table, rows))
        for name, column in _INDEXES:
            base.execute(f"CREATE INDEX {name}_{column} ON {name} ({column})")
        base.execute(_SENTENCES)
        cut = Sentences()
        for article, text in run.texts():
            sentences = [
                (article, number, start, end, text[start:end])
                for number, (start, end) in enumerate(cut(text))
            ]
            base.executemany("INSERT INTO sentences VALUES (?, ?, ?, ?, ?)", sentences)
        base.executescript(_SEARCH)
        for query in _PASSAGES:
            base.execute(f"INSERT INTO passages (source, article, start, text) {query}")
        indexed = ((i, grams(text)) for i, text in base.execute("SELECT id, text FROM passages"))
        base.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", list(indexed))
        broken = base.execute("PRAGMA foreign_key_check").fetchall()
        assert not broken, broken
    base.close()
    (folder / "datasette.json").write_text(to_json(_datasette()), encoding="utf-8")


def _database(run: Finished) -> Iterator[tuple[TableSchema, Iterator[list[Value]]]]:
    """The tables of a database with their rows: those of the run, and the chip sheet set upright."""
    for table in TABLES.values():
        yield table, run.values(table)
    names = SPECS.names
    rows = (dict(zip(names, row, strict=True)) for row in run.values(SPECS))
    yield SHEET, itertools.chain.from_iterable(map(upright, rows))


def _insert(base: sqlite3.Connection, table: str, rows: Iterator[list[Value]]) -> None:
    for batch in _batches(rows):
        places = ", ".join("?" * len(batch[0]))
        base.executemany(f"INSERT INTO {quoted(table)} VALUES ({places})", batch)


_FACETS = {
    "articles": ("publisher", "script"), "chips": ("maker", "kind"), "metrics": ("metric", "status"),
    "quotes": ("speaker_type", "stance"), "events": ("event", "status"), "rejected": ("stage",),
    "sheet": ("property", "status"),
}  # fmt: skip


def _datasette() -> dict[str, Any]:
    """Metadata for ``datasette xinwen.sqlite --metadata datasette.json``."""

    def told(table: TableSchema) -> dict[str, Any]:
        columns = {c.name: _told(c) for c in table.columns if not c.beside}
        about = {"description": f"{table.about[:1].upper()}{table.about[1:]}", "columns": columns}
        return about | ({"facets": list(_FACETS[table.name])} if table.name in _FACETS else {})

    tables = {table.name: told(table) for table in (*TABLES.values(), SHEET)}
    tables["articles"]["label_column"] = "title"
    tables["specs"]["label_column"] = "chip"
    tables["specs"]["description"] += " The table sheet says the same, a row a property."
    tables["sentences"] = {"description": "Every sentence of every article, numbered from 0."}
    tables["passages"] = {
        "description": "Sentences, facts, statements and names, as the search finds them.",
        "fts_table": "search",
        "fts_pk": "id",
    }
    tables["search"] = {"hidden": True}
    search = {
        "title": "Search (搜索)",
        "description": "Words of any length, Chinese or Latin; between spaces, all of them",
        "sql": search_query(),
        "params": ["words"],
    }
    return {
        "title": "芯闻 · facts from Chinese tech articles",
        "databases": {"xinwen": {"tables": tables, "queries": {"search": search}}},
    }


def _told(column: Column) -> str:
    return column.description + (f" ({column.unit})" if column.unit else "")


def _duckdb(run: Finished, folder: Path) -> None:
    import duckdb
    import pyarrow

    with duckdb.connect(str(folder / "xinwen.duckdb")) as base:
        for table, rows in _database(run):
            base.execute(_definition(table, _DUCKDB, references=False))
            schema = _arrow(table)
            if not any(c.key == "primary" for c in table.columns):
                schema = schema.insert(0, pyarrow.field("id", pyarrow.int64()))
            for batch in _batches(_numbered(table, rows)):
                columns = [list(column) for column in zip(*batch, strict=True)]
                arrays = {name: columns[i] for i, name in enumerate(schema.names)}
                base.register("batch", pyarrow.Table.from_pydict(arrays, schema))
                base.execute(f"INSERT INTO {quoted(table.name)} SELECT * FROM batch")
                base.unregister("batch")
            base.execute(f"COMMENT ON TABLE {quoted(table.name)} IS {_literal(table.about)}")
            for c in table.columns:
                place = f"{quoted(table.name)}.{quoted(c.name)}"
                base.execute(f"COMMENT ON COLUMN {place} IS {_literal(_told(c))}")


# -------------------------------------------------------------------------------------- XLSX

_ROWS = 1_048_575
"""Rows of a sheet below its header."""
_LETTERS = 32_767
"""Characters of a cell."""
_LINKS = 65_000
"""A sheet holds no more hyperlinks than 65,530."""
_WIDTHS = {"text": 24, "content": 60, "surfaces": 30, "reason": 40, "path": 40, "title": 40,
           "sha256": 12, "sentence": 9, "start": 9, "end": 9}  # fmt: skip


def _xlsx(run: Finished, folder: Path) -> None:
    """A workbook with a sheet a table. No text is run, converted to a number or made a link."""
    import xlsxwriter

    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
             "nan_inf_to_errors": True, "constant_memory": True}  # fmt: skip
    with xlsxwriter.Workbook(folder / "xinwen.xlsx", plain) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        link = book.add_format({"font_color": "#0b57d0", "underline": 1})
        _about(book, bold)
        for table in TABLES.values():
            rows = run.values(table)
            number = 0
            while (batch := list(islice(rows, _ROWS))) or not number:
                number += 1
                name = table.name if number == 1 else f"{table.name} {number}"
                sheet = book.add_worksheet(name)
                _sheet(sheet, table, batch, bold, link)
                if name == "metrics":
                    sheet.activate()


def _about(book: Any, bold: Any) -> None:
    """The first sheet: what every column holds."""
    sheet = book.add_worksheet("columns")
    head = ("table", "column", "type", "unit", "what it holds", "vocabulary")
    for at, text in enumerate(head):
        sheet.write_string(0, at, text, bold)
    line = 0
    for table in TABLES.values():
        for c in table.columns:
            line += 1
            for at, text in enumerate(
                (table.name, c.name, c.type, c.unit, c.description, " ".join(c.enum))
            ):
                sheet.write_string(line, at, text)
    sheet.autofilter(0, 0, line, len(head) - 1)
    sheet.freeze_panes(1, 0)
    for at, width in enumerate((10, 30, 9, 10, 60, 60)):
        sheet.set_column(at, at, width)


def _sheet(sheet: Any, table: TableSchema, rows: list[list[Value]], bold: Any, link: Any) -> None:
    names = table.names
    for at, c in enumerate(table.columns):
        # what tells more about a column is folded away; the + above the sheet opens it
        sheet.set_column(at, at, _width(c), None, {"level": 1, "hidden": True} if c.beside else {})
    report_at = len(names)
    for at, name in enumerate(names):
        sheet.write_string(0, at, name, bold)
    sheet.write_string(0, report_at, "report", bold)
    sheet.set_column(report_at, report_at, 8)
    places = report.places(table)
    for number, row in enumerate(rows, 1):
        for at, value in enumerate(row):
            if isinstance(value, str):
                if len(value) > _LETTERS:
                    value = value[: _LETTERS - 30] + f"… (whole in {table.name}.csv)"
                sheet.write_string(number, at, value)
            elif value is not None:
                sheet.write_number(number, at, value)
        place = places(row)
        if place and number <= _LINKS:
            sheet.write_url(number, report_at, f"external:report.html#{place}", link, "report")
    sheet.autofilter(0, 0, max(len(rows), 1), len(names) - 1)
    sheet.freeze_panes(1, 1 if table.name == "specs" else 0)


def _width(column: Column) -> float:
    if column.name in _WIDTHS:
        return _WIDTHS[column.name]
    return 12 if column.type in ("integer", "number") else max(14, min(len(column.name) + 2, 22))


def _report(run: Finished, folder: Path) -> None:
    report.write(run, folder)


FORMATS: dict[str, Callable[[Finished, Path], None]] = {
    "parquet": _parquet,
    "sqlite": _sqlite,
    "duckdb": _duckdb,
    "xlsx": _xlsx,
    "jsonl": _jsonl,
    "report": _report,
}
"""Format -> what writes it into a folder."""
_LIBRARIES = {"parquet": ("pyarrow",), "duckdb": ("duckdb", "pyarrow"), "xlsx": ("xlsxwriter",)}
