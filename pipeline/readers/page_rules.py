"""rules/pages.csv -> what is known of web pages: where body and metadata stand.

In: rows such as ``body,id,js_content`` or ``published,meta,article:published_time``. Out: for every
field the places to look, in the order of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.document.byline import sites
from pipeline.rules import CsvSchema, Rulebook, alternation

FIELDS = ("title", "author", "publisher", "published", "url")
FORMS = ("meta", "id", "class", "script", "front", "suffix")
SCHEMAS = {
    "pages": CsvSchema(
        ("field", "form", "name"),
        optional=("seen",),
        enums={"field": (*FIELDS, "body", "drop"), "form": FORMS},
        key=("field", "form", "name"),
    )
}


@dataclass(frozen=True, slots=True)
class PageRules:
    """Places by field: of ``meta`` tags and ``front`` matter the name, of elements the id or a class."""

    places: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """Field -> (form, name), in order of trust."""
    drop: re.Pattern[str] = re.compile(r"(?!)")
    """A word of an id or class that marks an element as no part of the article."""
    scripts: dict[str, tuple[re.Pattern[str], ...]] = field(default_factory=dict)
    """Field -> what finds its value as group 1 in a script of the page, in order of trust."""
    labels: dict[str, re.Pattern[str]] = field(default_factory=dict)
    """Field, or ``any`` -> a word that opens a byline, with its sign: 作者："""
    suffix: re.Pattern[str] = re.compile(r"(?!)")
    """The name of the site behind a page's title, with the sign between."""

    @staticmethod
    def compile(rules: Rulebook) -> PageRules:
        places: dict[str, list[tuple[str, str]]] = {}
        scripts: dict[str, tuple[re.Pattern[str], ...]] = {}
        drop = []
        words: dict[str, list[str]] = {"any": []}
        for row in rules.table("bylines"):
            words.setdefault(row["field"], []).append(row["word"])
            words["any"].append(row["word"])
        for row in rules.table("pages"):
            name = row["name"]
            if row["field"] == "drop":
                drop.append(name)
            elif row["form"] == "script":
                scripts[row["field"]] = (*scripts.get(row["field"], ()), re.compile(name))
            elif row["form"] != "suffix":
                places.setdefault(row["field"], []).append((row["form"], name.lower()))
        return PageRules(
            {name: tuple(found) for name, found in places.items()},
            re.compile(rf"(?<![a-z])(?:{'|'.join(drop)})(?![a-z])", re.I)
            if drop
            else PageRules().drop,
            scripts,
            {
                name: re.compile(rf"^\s*(?:{alternation(found) or '(?!)'}) ?[:：|｜] ?", re.I)
                for name, found in words.items()
            },
            sites(rules),
        )

    def named(self, field: str, form: str) -> tuple[str, ...]:
        """Names under which a field stands in places of one form."""
        return tuple(name for kind, name in self.places.get(field, ()) if kind == form)
