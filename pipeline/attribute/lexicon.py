"""rules/ -> the compiled words of the quotes stage: cues, titles, nouns for sources, adverbials.

In: the rows of cues.csv, titles.csv, sources.csv, adverbials.csv and characters.csv. Out: one
automaton that finds every cue, every title and every known source in one pass over a text, and the
regexes that read the words around them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from pipeline.attribute.shapes import QuoteShape
from pipeline.model import STANCES
from pipeline.rules import CsvSchema, Row, Rulebook, RuleErrors, TomlSchema, alternation

SOURCE_KINDS = ("person", "organization", "document", "anonymous")
FORMS = ("comma", "colon", "mark")

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    "cues": CsvSchema(
        ("cue", "stance"),
        ("form", "bare", "object", "suffix", "not_before", "not_after"),
        enums={"stance": (*STANCES, "none"), "form": FORMS, "bare": SOURCE_KINDS, "object": ("yes",)},
        key=("cue",),
    ),
    "titles": CsvSchema(
        ("title", "kind"),
        enums={"kind": ("core", "role", "modifier", "address")},
        key=("title", "kind"),
    ),
    "sources": CsvSchema(
        ("word", "kind"),
        enums={
            "kind": (
                "person", "organization", "author", "anonymous", "document", "medium", "company",
                "suffix", "class", "quantifier", "reference",
            )
        },
        key=("word", "kind"),
    ),
    "adverbials": CsvSchema(
        ("place", "pattern", "example"), enums={"place": ("front", "between", "both")}
    ),
    "quotes": TomlSchema(
        optional=("follows", "anchors", "pattern", "content", "confidence", "sources", "stance"),
        enums={"content": ("mark", "sentence", "colon", "before")},
    ),
    "characters": CsvSchema(
        ("kind", "characters"), enums={"kind": ("surname", "compound", "transliteration")}, key=("kind",)
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cue:
    """One word of attribution with what its row says about it."""

    word: str
    stance: str
    form: str
    bare: frozenset[str]
    takes_object: bool
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word of the lexicon may be; ``kind``: title, company or medium."""

    cue: Cue | None = None
    kind: str = ""
    frames: tuple[QuoteShape, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A word of the lexicon in the text."""

    start: int
    end: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the stage knows about words."""

    automaton: AhoCorasick
    entries: tuple[Entry | None, ...]
    titles: re.Pattern[str]
    """A title or a chain of them: 联合创始人兼CEO."""
    address: re.Pattern[str]
    """A surname with an address, whole: 雷总, 李博士, 老黄."""
    front: re.Pattern[str]
    """What stands in front of a source, as often as it comes."""
    tail: re.Pattern[str]
    """A source and what stands between it and its cue, whole: ``何小鹏|在发布会上``."""
    person: re.Pattern[str]
    """A pronoun for a person at the end of a phrase."""
    organization: re.Pattern[str]
    """A pronoun for an organisation at the end of a phrase."""
    author: re.Pattern[str]
    anonymous: re.Pattern[str]
    document: re.Pattern[str]
    reference: re.Pattern[str]
    suffix: re.Pattern[str]
    quantifier: re.Pattern[str]
    class_noun: re.Pattern[str]
    name: re.Pattern[str]
    """A personal name by its shape, whole."""
    foreign: re.Pattern[str]
    """A transliterated name, whole: 扎克伯格, 帕特·基辛格."""
    latin: re.Pattern[str]

    @staticmethod
    def compile(rules: Rulebook, frames: tuple[QuoteShape, ...]) -> Lexicon:
        faults: list[str] = []
        words: dict[str, list[str]] = {}
        for row in rules.table("sources"):
            words.setdefault(row["kind"], []).append(row["word"])
        titles: dict[str, list[str]] = {}
        for row in rules.table("titles"):
            titles.setdefault(row["kind"], []).append(row["title"])
        characters = {row["kind"]: row["characters"] for row in rules.table("characters")}

        known: dict[str, Entry | None] = {}
        for row in rules.table("cues"):
            cue = _cue(row)
            for suffix in ("", *row.list("suffix")):
                known.setdefault(row["cue"] + suffix, Entry(cue) if cue else None)
        for kind in ("company", "medium"):
            known |= dict.fromkeys(words.get(kind, []), Entry(kind=kind))
        for kind in ("core", "role"):
            known |= dict.fromkeys(titles.get(kind, []), Entry(kind="title"))
        for frame in frames:
            for anchor in frame.anchors:
                entry = known.get(anchor) or Entry()
                known[anchor] = replace(entry, frames=(*entry.frames, frame))

        front, between = [], []
        for row in rules.table("adverbials"):
            pattern = row["pattern"].replace("…", "[^，。；:]{1,24}?")
            try:
                if not re.fullmatch(pattern, row["example"]):
                    faults.append(f"{row.where}: the pattern does not match {row['example']!r} whole")
                    continue
            except re.error as error:
                faults.append(f"{row.where}: {error}")
                continue
            if row["place"] != "between":
                front.append(pattern)
            if row["place"] != "front":
                between.append(pattern)
        if faults:
            raise RuleErrors(faults)

        core = alternation([t for k in ("core", "role") for t in titles.get(k, []) if not t.isascii()])
        latin_core = alternation([t for k in ("core", "role") for t in titles.get(k, []) if t.isascii()])
        modifier = alternation(titles.get("modifier", []))
        title = rf"(?:(?:{modifier}) ?)*(?:(?:{core})|(?<![A-Za-z])(?:{latin_core})(?![A-Za-z]))"
        surname = f"(?:{characters['compound']}|[{characters['surname']}])"
        word = r"[A-Z][A-Za-z.'’\-]*"
        foreign = characters["transliteration"]
        return Lexicon(
            automaton=AhoCorasick(list(known), matchkind=MATCHKIND_LEFTMOST_LONGEST),
            entries=tuple(known.values()),
            titles=re.compile(rf"{title}(?: ?(?:兼任?|暨|、|/|&|及|和) ?[^，、兼暨的]{{0,10}}?{title})*"),
            address=re.compile(rf"{surname}(?:{alternation(titles.get('address', []))})|[老小阿]{surname}"),
            front=re.compile(rf"(?:(?:{'|'.join(front)})[ 、]*)*+"),
            tail=re.compile(rf"(.*?)((?:(?:{'|'.join(between)})|[ ])*)"),
            person=_ending(words.get("person", [])),
            organization=_ending(words.get("organization", [])),
            author=_ending(words.get("author", [])),
            anonymous=_ending(words.get("anonymous", [])),
            document=_ending(words.get("document", [])),
            reference=re.compile(rf"(?:{alternation(words.get('reference', []))})(?=\S)"),
            suffix=re.compile(alternation(words.get("suffix", []))),
            quantifier=re.compile(rf"(?:{alternation(words.get('quantifier', []))})"),
            class_noun=re.compile(rf".*(?:{alternation(words.get('class', []))})(?=[^的]{{2}})"),
            name=re.compile(rf"{surname}[\u4e00-\u9fff]{{1,2}}"),
            foreign=re.compile(rf"[{foreign}]{{2,6}}(?:·[{foreign}\u4e00-\u9fff]{{1,7}})*|[\u4e00-\u9fff]{{1,6}}(?:[·. ][\u4e00-\u9fff]{{1,7}})+"),
            latin=re.compile(rf"{word}(?: (?:{word}|de|van|von|der)){{0,3}}"),
        )

    def hits(self, folded: str) -> list[Hit]:
        """Every word of the lexicon, the longest where several begin; none overlapping another."""
        return [
            Hit(start, end, entry)
            for index, start, end in self.automaton.find_matches_as_indexes(folded)
            if (entry := self.entries[index]) is not None
        ]


def _cue(row: Row) -> Cue | None:
    if row["stance"] == "none":
        return None
    return Cue(
        row["cue"], row["stance"], row["form"] or "comma", frozenset(row.list("bare")),
        row["object"] == "yes", row.list("not_before"), row.list("not_after"),
    )  # fmt: skip


def _ending(words: list[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{alternation(words)})\Z")
