"""Tables made from other tables of a run: reprints, specs, alarms.

In: a folder with the tables articles, chips and metrics, and the articles' texts in ``text/``. Out:
these three tables beside them. Without texts (``--no-text``) no reprint is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from pipeline.output.write import TABLES, cell, header, lines, read_table
from pipeline.rules import Rulebook
from pipeline.sheets.reprints import reprints
from pipeline.sheets.sanity import alarms
from pipeline.sheets.specs import specs

_AT_ONCE = 1_000
"""Rows that are formatted at a time."""
DERIVED = ("reprints", "specs", "alarms")


def derive(folder: Path, rules: Rulebook, texts: tuple[Path, ...]) -> Counter[str]:
    """Write the derived tables; gives how many rows each has. ``texts`` are folders of texts."""

    def table(name: str) -> Iterator[dict[str, str]]:
        return read_table(folder / f"{name}.csv")

    rows: Counter[str] = Counter()
    copies = reprints(_texts(table("articles"), texts))
    rows["reprints"] = _write(folder, "reprints", copies)
    same = {article: original for article, original, _ in copies}
    sheet = specs(table("articles"), table("chips"), table("metrics"), same)
    rows["specs"] = _write(folder, "specs", sheet)
    rows["alarms"] = _write(folder, "alarms", alarms(rules, table("metrics")))
    return rows


def _texts(
    articles: Iterable[dict[str, str]], folders: tuple[Path, ...]
) -> Iterator[tuple[str, str, str]]:
    for row in articles:
        for folder in folders:
            path = folder / f"{row['article']}.txt"
            if row["status"] == "ok" and path.is_file():
                yield row["article"], row["published"], path.read_text(encoding="utf-8")
                break


def _write(folder: Path, name: str, rows: Iterable[Iterable[str | int | float]]) -> int:
    count = 0
    # most cells of a row of specs are empty
    written = ([value if value == "" else cell(value) for value in row] for row in rows)
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(header(TABLES[name]))
        while some := list(islice(written, _AT_ONCE)):
            file.write(lines(some))
            count += len(some)
    return count
