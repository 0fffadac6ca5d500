"""Two runs side by side: facts added, removed and changed, each with its sentence.

In: two finished runs over the same articles, before and after a rule was edited, say. Out:
``Difference``s: facts are the same when they stand at the same place of the same table (and, for
metrics, measure the same thing); what they say there is then compared cell by cell.

    articles/a.txt  新品发布
    ~ metric power 37-41  subject: 思元370 -> T4
        …功耗不到«150瓦»，性能是英伟达T4的两倍。
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from pipeline.output.finished import Finished, Sentences

TABLES = ("chips", "metrics", "quotes", "events")
IGNORED = frozenset(("confidence", "sentence"))
"""Columns whose change is no change of the fact."""
_WIDTH = 60

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that only one run has, or that the two tell differently."""

    kind: Literal["added", "removed", "changed"]
    table: str
    row: Row
    """As the later run has it; as the earlier, when it was removed."""
    changes: dict[str, tuple[str, str]]
    """Column -> before and after."""
    path: str
    title: str

    def plain(self) -> dict[str, Any]:
        return {"kind": self.kind, "table": self.table, "path": self.path, "row": self.row,
                "changes": {name: list(pair) for name, pair in self.changes.items()}}  # fmt: skip


def diff(before: Finished, after: Finished) -> Iterator[Difference]:
    """Differences of the articles that both runs have, in the order of paths and places.

    An article that only one of them has, or whose text is another, is left out: see ``apart``.
    """
    titles = {row["article"]: (row["path"], row["title"]) for row in after.rows("articles")}
    common = {row["article"] for row in before.rows("articles")} & titles.keys()
    found: list[Difference] = []
    for table in TABLES:
        old, new = (_grouped(run.rows(table), table, common) for run in (before, after))
        for key in old.keys() | new.keys():
            place = titles[key[0]]
            for left, right in _paired(old.get(key, []), new.get(key, [])):
                if left is None or right is None:
                    row = left or right or {}
                    found.append(Difference("removed" if left else "added", table, row, {}, *place))
                elif changes := _changes(left, right):
                    found.append(Difference("changed", table, right, changes, *place))
    yield from sorted(
        found, key=lambda d: (d.path, d.row["article"], int(d.row["start"]), d.table, d.kind)
    )


def apart(before: Finished, after: Finished) -> tuple[list[str], list[str]]:
    """Paths of the articles that only the earlier, and only the later run has."""
    old, new = ({r["article"]: r["path"] for r in run.rows("articles")} for run in (before, after))
    return (
        sorted(old[a] for a in old.keys() - new.keys()),
        sorted(new[a] for a in new.keys() - old.keys()),
    )


def _grouped(
    rows: Iterable[Row], table: str, articles: set[str]
) -> dict[tuple[str, ...], list[Row]]:
    """Rows by what makes them one fact."""
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        if row["article"] in articles:
            what = row["chip"] if table == "chips" else row.get("metric", "")
            place = "" if table == "chips" else f"{row['start']}-{row['end']}"
            found[row["article"], place, what].append(row)
    return found


def _paired(old: list[Row], new: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """Facts of one place, the most alike together."""
    left = list(old)
    for row in new:
        best = max(left, key=lambda other: -len(_changes(other, row)), default=None)
        if best is not None:
            left.remove(best)
        yield best, row
    yield from ((row, None) for row in left)


def _changes(old: Row, new: Row) -> dict[str, tuple[str, str]]:
    return {
        name: (old.get(name, ""), new.get(name, ""))
        for name in new
        if name not in IGNORED and old.get(name, "") != new.get(name, "")
    }


def render(differences: Iterable[Difference], texts: dict[str, str]) -> str:
    """Differences for people, by article, and how many there are."""
    cut = Sentences()
    count: Counter[str] = Counter()
    out: list[str] = []
    for (path, title), group in groupby(differences, key=lambda d: (d.path, d.title)):
        out.append(f"{path}  {title}".rstrip())
        for d in group:
            count[d.kind] += 1
            out.append(f"{_SIGNS[d.kind]} {_told(d)}")
            text = texts.get(d.row["article"])
            if text is not None:
                out.append(f"    {in_sentence(text, int(d.row['start']), int(d.row['end']), cut)}")
        out.append("")
    out.append(", ".join(f"{count[kind]} {kind}" for kind in _SIGNS))
    return "\n".join(out)


_SIGNS = {"added": "+", "removed": "-", "changed": "~"}


def _told(d: Difference) -> str:
    row = d.row
    if d.table == "chips":
        told = f"chip {row['chip']} {row['maker']}"
    elif d.table == "metrics":
        columns = ("subject", "metric", "bound", "value", "value_max", "unit", "precision", "aspect",
                   "comparison", "reference", "status")  # fmt: skip
        shown = (row[c] for c in columns if row[c] not in ("=", "asserted"))
        told = "metric " + " ".join(filter(None, shown))
    elif d.table == "events":
        told = f"event {row['chip']} {row['event']} {row['date_text']}"
    else:
        told = f"quote {row['speaker']} {row['cue']}"
    changes = "; ".join(f"{name}: {a or '∅'} -> {b or '∅'}" for name, (a, b) in d.changes.items())
    return " ".join(filter(None, (told.strip(), f"[{row['rule']}]", changes)))


def in_sentence(text: str, start: int, end: int, cut: Sentences) -> str:
    """The sentence around a fact, the fact between « and »; long ones shortened."""
    low, high = next(((a, b) for a, b in cut(text) if a <= start < b), (start, end))
    high = max(high, end)
    before, words, after = text[low:start], text[start:end], text[end:high]
    if len(before) > _WIDTH:
        before = "…" + before[-_WIDTH:]
    if len(after) > _WIDTH:
        after = after[:_WIDTH] + "…"
    return f"{before}«{words}»{after}".replace("\n", "⏎")
