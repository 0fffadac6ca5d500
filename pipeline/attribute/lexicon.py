"""rules/ -> the compiled words of the quotes stage: cues, titles, nouns for sources, adverbials.

In: the rows of cues.csv, titles.csv, sources.csv, adverbials.csv, endings.csv and characters.csv,
and the frames of quotes.toml. Out: one automaton that finds every cue, title, frame and known
organisation in one pass over a text, and the regexes that read the words around them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from pipeline.attribute.shapes import RUN, QuoteShape
from pipeline.model import STANCES
from pipeline.rules import CsvSchema, Row, Rulebook, RuleErrors, TomlSchema, alternation
from pipeline.words import Words

SOURCE_KINDS = ("person", "organization", "document", "anonymous")

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    "cues": CsvSchema(
        ("cue", "stance"),
        ("form", "bare", "object", "suffix", "not_before", "not_after"),
        enums={
            "stance": (*STANCES, "none"), "form": ("comma", "colon", "mark"),
            "bare": SOURCE_KINDS, "object": ("yes", "listener"),
        },
        key=("cue",),
    ),
    "titles": CsvSchema(
        ("title", "kind"),
        enums={"kind": ("core", "calling", "role", "modifier", "address")},
        key=("title", "kind"),
    ),
    "sources": CsvSchema(
        ("word", "kind"),
        enums={
            "kind": (
                "person", "organization", "author", "anonymous", "document", "medium", "company",
                "suffix", "department", "class", "quantifier", "reference", "listener", "asks", "answers",
                "paper", "negator", "place", "field", "opinion",
                "company_suffix",
            )
        },
        key=("word", "kind"),
    ),
    "adverbials": CsvSchema(
        ("place", "pattern", "example"), enums={"place": ("front", "between", "both", "clause")}
    ),
    "endings": CsvSchema(
        ("when", "pattern", "example"), enums={"when": ("any", "plain", "bare", "conceded", "when", "inverted")}
    ),
    "quotes": TomlSchema(
        optional=("follows", "anchors", "pattern", "content", "confidence", "sources", "stance"),
        enums={"content": ("mark", "sentence", "colon", "before")},
    ),
    "characters": CsvSchema(
        ("kind", "characters"), enums={"kind": ("surname", "compound", "transliteration", "dotted")}, key=("kind",)
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cue:
    """One word of attribution with what its row says about it."""

    word: str
    stance: str
    form: str
    bare: frozenset[str]
    object: str
    not_before: re.Pattern[str] | None
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

    words: Words
    automaton: AhoCorasick
    entries: tuple[Entry | None, ...]
    nouns: dict[str, re.Pattern[str]]
    """By kind: the words of sources.csv at the end of a phrase."""
    whole: dict[str, frozenset[str]]
    """By kind: the words of sources.csv as a set."""
    callings: re.Pattern[str]
    """A title that belongs to no organisation, at the end."""
    whole_address: frozenset[str]
    source_nouns: re.Pattern[str]
    """Nouns for unnamed sources and documents, anywhere."""
    company_papers: re.Pattern[str]
    """Documents that belong to the company that a text is about: 财报, 公告."""
    titles: re.Pattern[str]
    """A title or a chain of them: 联合创始人兼CEO."""
    address: re.Pattern[str]
    """A surname with an address, whole: 雷总, 李博士, 老黄."""
    front: re.Pattern[str]
    """What stands in front of a source, as often as it comes."""
    tail: re.Pattern[str]
    """A source and what stands between it and its cue, whole: ``何小鹏|在发布会上``."""
    aside: re.Pattern[str]
    """The beginning of a clause that has no subject of its own: 随着…, 对于…."""
    negators: tuple[str, ...]
    reference: re.Pattern[str]
    """该, 这位, 上述 and the like at the start of a phrase."""
    quantifier: re.Pattern[str]
    general: re.Pattern[str]
    """Places and fields, which name no organisation: 中国产业."""
    class_noun: re.Pattern[str]
    """A phrase up to a class noun that stands before a proper name: ``手机芯片巨头|联发科``."""
    department: re.Pattern[str]
    """An organisation with a department of its own, whole: ``华硕科技|消费电脑事业部``."""
    listener: re.Pattern[str]
    """Whom a source speaks to, then a comma or colon: ``记者，``."""
    asks: re.Pattern[str]
    answers: re.Pattern[str]
    """Labels of interview turns, whole: 问, 记者; 答, A."""
    name: re.Pattern[str]
    """A Chinese personal name by its shape, whole."""
    foreign: re.Pattern[str]
    """A transliterated name, whole: 扎克伯格, 帕特·基辛格."""
    company: re.Pattern[str]
    """A company by its shape where a clause begins: 星澜微电子."""
    company_field: re.Pattern[str]
    """A company and its field, whole: ``华岭证券|电子``."""
    transliteration: str
    dotted: frozenset[str]
    """Characters of foreign names, and those that only stand behind a dot."""
    surname: str
    """Both as the inside of a regex: a class of characters, an alternation."""
    endings: dict[str, re.Pattern[str]]

    @staticmethod
    def compile(rules: Rulebook, frames: tuple[QuoteShape, ...]) -> Lexicon:
        """Compile the tables. Raises ``RuleErrors`` with every pattern that fails its example."""
        faults: list[str] = []
        words = _by_kind(rules, "sources", "word")
        titles = _by_kind(rules, "titles", "title")
        characters = {row["kind"]: row["characters"] for row in rules.table("characters")}
        known = _words_to_find(rules, words, titles, frames)
        front, between, aside = _adverbials(rules, faults)
        endings = _endings(rules, faults)
        if faults:
            raise RuleErrors(faults)

        cores = titles["core"] + titles["calling"] + titles["role"]
        han = alternation([t for t in cores if not t.isascii()])
        latin = alternation([t for t in cores if t.isascii()])
        modifier = alternation(titles.get("modifier", []))
        chief = r"首席[\u4e00-\u9fff]{2,6}?(?:官|师|家|长|员)"
        title = rf"(?:(?:{modifier}) ?)*(?:{han}|{chief}|(?<![A-Za-z])(?:{latin})(?![A-Za-z]))"
        surname = f"{characters['compound']}|[{characters['surname']}]"
        foreign = characters["transliteration"]
        suffix, department = alternation(words["suffix"]), alternation(words["department"])
        return Lexicon(
            words=Words.compile(rules),
            automaton=AhoCorasick(list(known), matchkind=MATCHKIND_LEFTMOST_LONGEST),
            entries=tuple(known.values()),
            nouns={kind: re.compile(rf"(?:{alternation(words[kind])})\Z") for kind in words},
            whole={kind: frozenset(words[kind]) for kind in words},
            callings=re.compile(rf"(?:{alternation(titles['calling'])})\Z"),
            whole_address=frozenset(titles["address"]),
            source_nouns=re.compile(alternation([w for k in ("anonymous", "document") for w in words[k] if len(w) > 1])),
            company_papers=re.compile(rf"(?:{alternation(words['paper'])})\Z"),
            titles=re.compile(rf"{title}(?: ?(?:(?:兼任?|暨|/|&|及) ?[^，,、兼暨的]{{0,10}}?|[、和] ?){title})*"),
            address=re.compile(rf"(?:{surname})(?:{alternation(titles['address'])})|[老小阿](?:{surname})"),
            front=re.compile(rf"(?:(?:{'|'.join(front)})[ 、]*)*+"),
            tail=re.compile(rf"(.*?)((?:(?:{'|'.join(between)})|[ ])*)"),
            aside=re.compile("|".join(aside)),
            negators=tuple(words["negator"]),
            reference=re.compile(rf"(?:{alternation(words['reference'])})(?=\S)"),
            quantifier=re.compile(rf"(?:{alternation(words['quantifier'])})"),
            general=re.compile(rf"(?:(?:{alternation(words['place'] + words['field'])}) ?)+"),
            class_noun=re.compile(rf".*(?:{alternation(words['class'])})(?=[^的]{{2}})"),
            department=re.compile(rf"(.{{2,14}}?(?:{suffix}))(.{{0,14}}(?:{department}))"),
            listener=re.compile(rf"(?:{RUN}{{0,8}}(?:{alternation(words['listener'])}))(?:表示)?[，,:]"),
            asks=re.compile(rf"(?:{alternation(words['asks'])})[\d一二三]?", re.I),
            answers=re.compile(rf"(?:{alternation(words['answers'])})[\d一二三]?", re.I),
            name=re.compile(rf"(?:{surname})[\u4e00-\u9fff]{{1,2}}"),
            foreign=re.compile(
                rf"[{foreign}]{{2,6}}(?:·[{foreign}\u4e00-\u9fff]{{1,7}})*"
                r"|[\u4e00-\u9fff]{1,6}(?:[·.] ?[\u4e00-\u9fff]{1,7})+"
            ),
            company=re.compile(rf"(?<![\u4e00-\u9fffA-Za-z])([\u4e00-\u9fff]{{2,4}}?)(?:{alternation(words['company_suffix'])})(?:有限公司|公司)?"),
            company_field=re.compile(rf"(.{{2,}}?(?:{alternation(words['company_suffix'])}))(?:(?:{alternation(words['place'] + words['field'])}) ?)+"),
            transliteration=foreign,
            dotted=frozenset(foreign + characters["dotted"]),
            surname=surname,
            endings=endings,
        )

    def hits(self, folded: str) -> list[Hit]:
        """Every word of the lexicon, the longest where several begin; none overlapping another."""
        return [
            Hit(start, end, entry)
            for index, start, end in self.automaton.find_matches_as_indexes(folded)
            if (entry := self.entries[index]) is not None
        ]


def _by_kind(rules: Rulebook, table: str, column: str) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for row in rules.table(table):
        out.setdefault(row["kind"], []).append(row[column])
    return out


def _words_to_find(
    rules: Rulebook, words: dict[str, list[str]], titles: dict[str, list[str]],
    frames: tuple[QuoteShape, ...],
) -> dict[str, Entry | None]:  # fmt: skip
    """All literals of the automaton; None for a word that is only there to hide a cue inside it."""
    known: dict[str, Entry | None] = {}
    for row in rules.table("cues"):
        cue = _cue(row)
        for suffix in ("", *row.list("suffix")):
            known.setdefault(row["cue"] + suffix, Entry(cue) if cue else None)
    for kind in ("company", "medium"):
        known |= dict.fromkeys(words.get(kind, []), Entry(kind=kind))
    for kind in ("core", "calling", "role"):
        for title in titles.get(kind, []):
            known[title] = replace(known.get(title) or Entry(), kind="title")
    for frame in frames:
        for anchor in frame.anchors:
            entry = known.get(anchor) or Entry()
            known[anchor] = replace(entry, frames=(*entry.frames, frame))
    return known


def _cue(row: Row) -> Cue | None:
    if row["stance"] == "none":
        return None
    after = row["not_before"].replace("…", RUN + "{1,8}?")
    return Cue(
        row["cue"], row["stance"], row["form"] or "comma", frozenset(row.list("bare")),
        row["object"], re.compile(after) if after else None, row.list("not_after"),
    )  # fmt: skip


def _adverbials(rules: Rulebook, faults: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Patterns in front of a source, between a source and its cue, and of clauses without a subject."""
    front: list[str] = []
    between: list[str] = []
    aside: list[str] = []
    places = {"front": (front,), "between": (between,), "both": (front, between), "clause": (aside,)}
    for row in rules.table("adverbials"):
        pattern = row["pattern"].replace("…", RUN + "{1,24}?").replace("‥?", "‥").replace("‥", RUN.replace("^", "^的") + "{0,16}?")
        try:
            if not re.fullmatch(pattern, row["example"]):
                faults.append(f"{row.where}: the pattern does not match {row['example']!r} whole")
        except re.error as error:
            faults.append(f"{row.where}: {error}")
        for place in places[row["place"]]:
            place.append(pattern)
    return front, between, aside


def _endings(rules: Rulebook, faults: list[str]) -> dict[str, re.Pattern[str]]:
    """What cuts a statement short, by the kind of statement that it cuts."""
    patterns: dict[str, list[str]] = {}
    for row in rules.table("endings"):
        pattern = re.sub(r"(?<!\^)，", "[，,]", row["pattern"]).replace("[^，。；]", RUN)
        try:
            if not re.search(pattern, row["example"]):
                faults.append(f"{row.where}: the pattern is not in {row['example']!r}")
        except re.error as error:
            faults.append(f"{row.where}: {error}")
        patterns.setdefault(row["when"], []).append(pattern)
    return {when: re.compile("|".join(found)) for when, found in patterns.items() if not faults}
