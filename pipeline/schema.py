"""The tables as data: what each column holds, for the data package, the documentation and readers.

In: the dataclasses of ``model.py`` (and the columns that ``specs.py`` makes up). Out: the
Frictionless descriptor that is written as ``datapackage.json``, and ``outputs/README.md``.

>>> from pipeline.model import Chip
>>> columns_of(Chip)[1].name, columns_of(Chip)[1].type
('chip', 'string')
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

Type = Literal["string", "integer", "number", "date"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    type: Type
    description: str
    unit: str = ""
    enum: tuple[str, ...] = ()
    key: str = ""
    """``primary``, or the ``table.column`` that it refers to."""
    beside: str = ""
    """Name of the column that this one tells more about."""


@dataclass(frozen=True, slots=True)
class TableSchema:
    """A table of a run: its columns in order, and one sentence about it."""

    name: str
    about: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.columns)


def columns_of(row: type) -> tuple[Column, ...]:
    """The columns that a row's dataclass declares."""
    types: dict[str, Type] = {"str": "string", "int": "integer", "float": "number"}
    return tuple(
        Column(
            f.name,
            types[str(f.type).removesuffix(" | None")],
            f.metadata["description"],
            f.metadata["unit"],
            f.metadata["enum"],
            f.metadata["key"],
        )
        for f in fields(row)
    )


def table_of(name: str, row: type) -> TableSchema:
    """The table that a row's dataclass declares; the docstring's first line says what it is."""
    about = (row.__doc__ or "").split("\n")[0].partition(": ")[2]
    return TableSchema(name, about, columns_of(row))


def descriptor(
    tables: Mapping[str, TableSchema], files: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The Frictionless Data Package of a run. ``files`` adds bytes and hash of each table's file."""
    return {
        "profile": "tabular-data-package",
        "name": "xinwen",
        "title": "Facts from Chinese tech articles (芯闻)",
        "resources": [
            _resource(table) | (files or {}).get(table.name, {}) for table in tables.values()
        ],
    }


def _resource(table: TableSchema) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(c) for c in table.columns], "missingValues": [""]}
    primary = [c.name for c in table.columns if c.key == "primary"]
    if primary:
        schema["primaryKey"] = primary
    foreign = [(c.name, *c.key.split(".")) for c in table.columns if "." in c.key]
    if foreign:
        schema["foreignKeys"] = [
            {"fields": [name], "reference": {"resource": resource, "fields": [field]}}
            for name, resource, field in foreign
        ]
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": f"{table.name}.csv",
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "quoteChar": '"', "header": True},
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": column.type,
        "description": column.description,
    }
    if column.unit:
        field["unit"] = column.unit
    constraints: dict[str, Any] = {}
    if column.enum:
        constraints["enum"] = list(column.enum)
    if column.key == "primary":
        constraints["required"] = True
    return field | ({"constraints": constraints} if constraints else {})


def markdown(tables: Mapping[str, TableSchema]) -> str:
    """The documentation of every column: the text of ``outputs/README.md``."""
    lines = [
        "# The tables of a run",
        "",
        "*Written by `make docs` from `pipeline/model.py`; a test fails when the two differ.*",
        "",
        "`xinwen run INPUT... --out DIR` writes one folder. CSV files are UTF-8 with a byte-order mark,",
        "comma separated, CRLF, one header row, sorted by article, start, end and rule: the same input gives",
        "the same bytes. Offsets are half-open code-point positions in the article's own text, with line",
        "ends read as one character (as Python's `open` does): `text[start:end]` is the cell. Empty means",
        '"not stated". A text cell that a spreadsheet would run as a formula has an apostrophe before it.',
        "",
        "Beside the tables: `datapackage.json` (Frictionless: the columns below for programs) and `run.json`",
        "(versions, rule fingerprint, inputs, counts, timings: the only file with a clock in it).",
        "",
    ]
    for table in tables.values():
        lines += [f"## {table.name}", "", f"{table.about[:1].upper()}{table.about[1:]}", ""]
        lines += ["| column | type | what it holds |", "|---|---|---|"]
        lines += [f"| `{c.name}` | {c.type} | {_prose(c)} |" for c in table.columns if not c.beside]
        lines.append("")
        first = next((c.beside for c in table.columns if c.beside), "")
        if first:
            lines += [
                f"Beside each of these properties stand more columns, here those of `{first}`:",
                "",
            ]
            lines += ["| column | type | what it holds |", "|---|---|---|"]
            more = (c for c in table.columns if c.beside == first)
            lines += [f"| `{c.name}` | {c.type} | {_prose(c)} |" for c in more]
            lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def _prose(column: Column) -> str:
    parts = [column.description]
    if column.unit:
        parts.append(f"in {column.unit}")
    if column.enum:
        parts.append("one of " + " ".join(f"`{v}`" for v in column.enum))
    if "." in column.key:
        parts.append(f"refers to `{column.key}`")
    if column.key == "primary":
        parts.append("key of the table")
    return "; ".join(parts).replace("|", "\\|")
