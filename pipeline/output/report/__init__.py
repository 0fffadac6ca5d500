"""A run as one HTML file to look at: facts beside the text they stand in, offline, in Chinese and English.

In: a finished run. Out: ``report.html``, which needs no network and no server; when the run is large, an
index of that name and a page an article in ``report/``.

The page is four files beside this one (``page.html``, ``page.css``, ``page.js``, ``charts.js``) and its words in two
languages (``words.json``); this module puts data into it. Texts are hostile until shown otherwise: the
data is JSON in which no ``<`` stands, the script writes text nodes only, and the page's own
Content-Security-Policy admits this script and this style by their hashes and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.output.finished import Finished, Value
from pipeline.output.write import TABLES
from pipeline.schema import TableSchema
from pipeline.sheets.specs import PROPERTIES, property_of

PAGES = "report"
"""Folder for the pages of a large run."""
MAX_FACTS = 120_000
MAX_CHARACTERS = 20_000_000
"""What one file can hold and stay quick: above either, every article is a page of its own."""
_FACTS = ("chips", "metrics", "quotes", "events", "alarms", "rejected")
_SPEAKERS = 25


def places(table: TableSchema) -> Callable[[list[Value]], str]:
    """Where the rows of a table are in the report, asked in the order of the table: the part of the
    address behind ``#``, empty for what has no place there. (A / in it would be a \\ to Excel.)

    ``metrics:a8f0…:37`` is the fact at 37 of that article, ``metrics:a8f0…:37:2`` the second one there.
    """
    at = {
        name: table.names.index(name)
        for name in ("article", "start", "chip")
        if name in table.names
    }
    if table.name == "specs":
        return lambda row: f"sheet:{quote(str(row[at['chip']]), safe='')}"
    if table.name in ("articles", "reprints"):
        return lambda row: f"articles:{row[at['article']]}"
    if table.name not in _FACTS:
        return lambda row: ""
    seen: tuple[str, int] = ("", 0)

    def fact(row: list[Value]) -> str:
        nonlocal seen
        place = f"{table.name}:{row[at['article']]}:{'' if row[at['start']] is None else row[at['start']]}"
        seen = place, seen[1] + 1 if place == seen[0] else 1
        return place if seen[1] == 1 else f"{place}:{seen[1]}"

    return fact


def write(run: Finished, folder: Path) -> None:
    """Write the report of a run into a folder."""
    articles = list(run.values(TABLES["articles"]))
    chars = TABLES["articles"].names.index("chars")
    counts = {table: Counter(row["article"] for row in run.rows(table)) for table in _FACTS}
    small = (
        sum(map(Counter.total, counts.values())) <= MAX_FACTS
        and sum(int(row[chars] or 0) for row in articles) <= MAX_CHARACTERS
    )
    data = {
        **_common(run),
        "articles": _records(TABLES["articles"], articles),
        "counts": counts,
        "sheet": _sheet(run),
        "speakers": _speakers(run),
        "reprints": {row["article"]: row["original"] for row in run.rows("reprints")},
        "tables": {
            name: _facts(name, run.values(TABLES[name]) if small else ()) for name in _FACTS
        },
        "texts": dict(run.texts()) if small else {},
        "pages": not small,
    }
    (folder / "report.html").write_text(page(data), encoding="utf-8")
    if not small:
        _write_pages(
            run, folder / PAGES, dict(zip((str(r[0]) for r in articles), articles, strict=True))
        )


def page(data: dict[str, Any]) -> str:
    """The page that shows some data."""
    style, script = _asset("page.css"), _script()
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )
    parts = {"policy": policy, "style": style, "script": script, "data": embedded(data)}
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], _asset("page.html"))


def embedded(data: Any) -> str:
    """JSON that can stand in a script element: no ``<``, no half of a surrogate pair."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


@cache
def _asset(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _script() -> str:
    """The charts' functions stand before the page that is set up at the end of its script."""
    head, mark, tail = _asset("page.js").partition("// {{charts}}\n")
    assert mark
    return head + _asset("charts.js") + tail


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


# ---------------------------------------------------------------------------------------- data


def _common(run: Finished) -> dict[str, Any]:
    """What every page has: its words, what the columns hold, how the run was made."""
    journal = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    return {
        "words": json.loads(_asset("words.json")),
        "run": {
            "started": journal["started"],
            "version": journal["versions"]["xinwen"],
            "rules": journal["rules"]["fingerprint"],
        },
        "properties": {name: list(about) for name, about in PROPERTIES.items()},
    }


def _records(table: TableSchema, rows: Iterable[list[Value]]) -> dict[str, Any]:
    """A table as JSON: its columns once, then the rows without names."""
    columns = [
        {"name": c.name, "type": c.type, "unit": c.unit, "about": c.description, "enum": c.enum}
        for c in table.columns
    ]
    return {"columns": columns, "rows": list(rows)}


def _facts(name: str, rows: Iterable[list[Value]]) -> dict[str, Any]:
    """A table of facts; metrics get the property of the chip sheet that they state."""
    table = TABLES[name]
    found = _records(table, rows)
    if name == "metrics":
        found["columns"].append(
            {
                "name": "property",
                "type": "string",
                "unit": "",
                "about": "column of specs",
                "enum": [],
            }
        )
        for row in found["rows"]:
            cells = {k: str(v or "") for k, v in zip(table.names, row, strict=True)}
            row.append(property_of(cells))
    return found


def _sheet(run: Finished) -> list[dict[str, Any]]:
    """The chip sheet: of every chip its properties that are known, each with what stands beside it."""
    beside: dict[str, list[str]] = defaultdict(list)
    for column in TABLES["specs"].columns:
        if column.beside:
            beside[column.beside].append(column.name)
    sheet = []
    names = TABLES["specs"].names
    launched = _launched(run)
    for cells in run.values(TABLES["specs"]):
        row = dict(zip(names, cells, strict=True))
        sheet.append(
            {
                "chip": row["chip"],
                "maker": row["maker"],
                "kind": row["kind"],
                "aliases": row["aliases"],
                "articles": row["articles"],
                "first": row["first_published"],
                "last": row["last_published"],
                "launched": launched.get(str(row["chip"]), ""),
                "cells": {
                    name: {"value": row[name]}
                    | {
                        n.removeprefix(name + "_"): row[n]
                        for n in beside[name]
                        if row[n] is not None
                    }
                    for name in PROPERTIES
                    if row[name] is not None
                },
            }
        )
    return sheet


def _launched(run: Finished) -> dict[str, str]:
    """The earliest day on which articles say that a chip was announced or launched."""
    found: dict[str, str] = {}
    for row in run.rows("events"):
        day = row["earliest"]
        if row["event"] in ("announced", "launched") and row["status"] == "asserted" and day:
            found[row["chip"]] = min(day, found.get(row["chip"], day))
    return found


def _speakers(run: Finished) -> list[tuple[str, int, int]]:
    """Who is quoted most: name, quotes, articles."""
    quotes: Counter[str] = Counter()
    articles: dict[str, set[str]] = defaultdict(set)
    for row in run.rows("quotes"):
        if row["speaker"] and row["speaker_type"] != "anonymous":
            quotes[row["speaker"]] += 1
            articles[row["speaker"]].add(row["article"])
    most = sorted(quotes.items(), key=lambda item: (-item[1], item[0]))[:_SPEAKERS]
    return [(name, count, len(articles[name])) for name, count in most]


def _write_pages(run: Finished, folder: Path, articles: dict[str, list[Value]]) -> None:
    """A page an article. Tables are sorted by article, so one article's facts are held at a time."""
    folder.mkdir()
    common = _common(run)
    texts = run.texts()
    text_of: tuple[str, str] | None = next(texts, None)
    streams = {name: _by_article(run, name) for name in _FACTS}
    ahead = {name: next(stream, None) for name, stream in streams.items()}
    for article, row in articles.items():
        facts: dict[str, list[list[Value]]] = {}
        for name in _FACTS:
            while (held := ahead[name]) is not None and held[0] < article:
                ahead[name] = next(streams[name], None)
            facts[name] = held[1] if held is not None and held[0] == article else []
        text = {}
        if text_of is not None and text_of[0] == article:
            text = {article: text_of[1]}
            text_of = next(texts, None)
        data = {
            **common,
            "articles": _records(TABLES["articles"], [row]),
            "counts": {name: {article: len(rows)} for name, rows in facts.items()},
            "sheet": [],
            "speakers": [],
            "reprints": {},
            "tables": {name: _facts(name, rows) for name, rows in facts.items()},
            "texts": text,
            "pages": True,
            "page": article,
        }
        (folder / f"{article}.html").write_text(page(data), encoding="utf-8")


def _by_article(run: Finished, name: str) -> Any:
    """Runs of rows of one article, with its id."""
    at = TABLES[name].names.index("article")
    held: list[list[Value]] = []
    for row in run.values(TABLES[name]):
        if held and held[0][at] != row[at]:
            yield str(held[0][at] or ""), held
            held = []
        held.append(row)
    if held:
        yield str(held[0][at] or ""), held
