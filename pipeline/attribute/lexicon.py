"""rules/ -> the compiled words of the quotes stage.

In: cues.csv, titles.csv, sources.csv, adverbials.csv, endings.csv, attribution.csv, characters.csv and
the frames of quotes.toml. Out: one automaton that finds every cue, title, frame and known organisation
in one pass over a text, and the regexes that read the words around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from pipeline.attribute.shapes import RUN, QuoteShape
from pipeline.attribute.shapes import SCHEMA as QUOTES
from pipeline.document.clean import fold
from pipeline.document.openings import Before, Ending, beginning, endings, gated
from pipeline.document.words import Words
from pipeline.model import SPEAKER_TYPES, STANCES
from pipeline.rules import (
    CsvSchema,
    Late,
    Row,
    Rulebook,
    RuleErrors,
    TomlSchema,
    alternation,
    compiled,
)

NOUNS = (
    "person", "organization", "author", "anonymous", "document", "medium", "company", "suffix",
    "department", "class", "quantifier", "reference", "listener", "asks", "answers", "paper", "negator",
    "place", "field", "opinion", "company_suffix", "famous",
)  # fmt: skip
TITLES = ("core", "calling", "role", "modifier", "work", "address")
ROLES = (
    "additive", "no_surname", "deeds", "hands_out", "figure", "issues", "intends", "joins", "conceded", "contrast", "cited", "there_is", "does", "acts", "predicate",
    "he", "they", "someone", "myself", "nobody", "has", "human", "back_group", "back_person",
    "insider", "inside", "outsider", "channel", "latin_group", "organized", "no_subject", "loose",
    "counted", "after_name", "verb_like", "not_in_name", "no_name", "no_last", "one_person", "owes", "leads_on", "not_in_group", "office_of", "points_back", "amid",
    "such_as", "former", "company_acts", "common_after", "latin_acts", "of_document", "came_from",
    "polite", "apart", "book", "issued", "suffers", "goes_on", "noun_cue", "report", "names_itself", "any_office",
    "goes_to", "nickname", "several", "whether", "hypothetical", "noun_too", "gives", "publishes",
    "thus", "kind_of_person", "prepositional", "verdict", "matter", "entitles", "meanwhile",
    "held_at", "held_once", "in_manner", "other_side", "reports", "goes_after", "declines", "denies", "done", "wills", "when", "past", "formerly", "unit", "of_trade", "region", "covered", "hearsay", "joint", "runs_on", "side", "no_company", "is_named",
    "founded", "called", "learns", "bare_adverb", "asserts", "holds", "placed", "appoints", "turns",
    "hedged", "blogger", "counted_paper", "asked", "opinions", "noun_phrase", "lists", "voice", "stresses", "measure",
    "takes", "rank", "in_charge", "questioned", "state", "dated", "names", "trade", "works_at", "writes", "own",
    "ministry", "state_office", "replies", "dateline", "says_so", "voices", "compound", "speaks", "published", "unsigned", "piece", "copula", "nominal", "expert",
)  # fmt: skip
ENDINGS = (
    "any",
    "plain",
    "bare",
    "conceded",
    "impersonal",
    "when",
    "inverted",
    "heard",
    "unsourced",
)

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    "cues": CsvSchema(
        ("cue", "stance"),
        ("form", "bare", "object", "suffix", "not_before", "not_after"),
        enums={
            "stance": (*STANCES, "none"), "form": ("comma", "colon", "mark"), "bare": SPEAKER_TYPES,
            "object": ("yes", "listener"),
        },
        key=("cue",),
    ),
    "titles": CsvSchema(("title", "kind"), enums={"kind": TITLES}, key=("title", "kind")),
    "sources": CsvSchema(("word", "kind"), enums={"kind": NOUNS}, key=("word", "kind")),
    "adverbials": CsvSchema(
        ("place", "words", "example"), enums={"place": ("front", "between", "both", "clause")}
    ),
    "endings": CsvSchema(("when", "words", "example"), enums={"when": ENDINGS}),
    "attribution": CsvSchema(("role", "pattern", "example"), enums={"role": ROLES}, key=("role",)),
    "characters": CsvSchema(
        ("kind", "characters"),
        enums={"kind": ("surname", "compound", "japanese", "transliteration", "dotted")},
        key=("kind",),
    ),
    "quotes": QUOTES,
}  # fmt: skip


@lru_cache(maxsize=10_000)
def simple(words: str) -> str:
    """Words of the text as they are in the rules: simplified, half-width."""
    return fold(words, "hant")


_BEFORE_NAMES = "了的在与和对是为由向从给到将被让及访任前"
"""What may stand right before the name of a company inside a clause."""
_HAN = r"[\u3400-\u9fff\U00020000-\U000323af]"


@dataclass(frozen=True, slots=True)
class Cue:
    """One word of attribution with what its row says about it."""

    word: str
    stance: str
    form: str
    bare: frozenset[str]
    object: str
    not_before: Late | None
    not_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a word of the lexicon may be; ``kind``: title, company, medium or famous (a person)."""

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
class Adverbials:
    """What stands around a source and is no part of its name."""

    front: re.Pattern[str]
    """What opens a clause before its source, as often as it comes."""
    between: tuple[re.Pattern[str], ...]
    """One adverbial between a source and its cue: a word; a phrase, as short and as long as may be."""
    anywhere: re.Pattern[str]
    """Any of them, or a space: where one may begin."""
    ends: frozenset[str]
    """What the last of them may end with, but for those that go on with any words: ``open``."""
    open: re.Pattern[str]
    aside: re.Pattern[str]
    """The beginning of a clause that has no subject of its own: 随着…, 对于…."""

    def strip(self, text: str, start: int, end: int) -> int:
        """Where the source ends whose cue stands at ``end``: the first place from which adverbials
        fill the rest (``何小鹏|在发布会上``). Tried from left to right, each place once: linear."""
        last = text[end - 1 : end]
        if last not in self.ends and not self.open.search(text, start, end):
            return end
        fills = {end: True}

        def filled(at: int) -> bool:
            if at not in fills:
                fills[at] = False
                steps = {m.end() for p in self.between if (m := p.match(text, at, end))}
                if text[at] == " " or (text[at] == "地" and at > start):  # 无奈|地
                    steps.add(at + 1)
                fills[at] = any(filled(step) for step in steps if step > at)
            return fills[at]

        found = self.anywhere.search(text, start, end)
        while found and not filled(found.start()):
            found = self.anywhere.search(text, found.start() + 1, end)
        return found.start() if found else end


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the stage knows about words."""

    words: Words
    literals: dict[str, Entry | None]
    """All words to find; None for one that only hides a cue inside it (名称, 显示器)."""
    automaton: AhoCorasick
    entries: tuple[Entry | None, ...]
    """What each word of the automaton may be; None for one that only hides a cue inside it (名称, 显示器)."""
    across: dict[str, list[tuple[int, str, Entry]]]
    """For a word that hides a cue the cues that may begin in it and end with it or behind it."""
    nouns: dict[str, Ending]
    """By kind: the words of sources.csv at the end of a phrase."""
    forms: dict[str, tuple[str, ...]]
    """Every form of a famous name -> all of them: 黄仁勋, Jensen Huang, 老黄."""
    whole: dict[str, frozenset[str]]
    """By kind: the words of sources.csv, and of titles.csv, as sets."""
    role: dict[str, re.Pattern[str]]
    """By role: the patterns of attribution.csv."""
    endings: dict[str, re.Pattern[str]]
    adverbials: Adverbials
    source_nouns: re.Pattern[str]
    """Nouns for unnamed sources and documents, anywhere."""
    titles: re.Pattern[str]
    """A title or a chain of them: 联合创始人兼CEO."""
    title_end: re.Pattern[str]
    minister: re.Pattern[str]
    """A place and the office of its minister, with its department: ``德国|经济和气候保护部长``."""
    fields: re.Pattern[str]
    """The fields of work that a title begins with: ``产品营销|总监``."""
    callings: re.Pattern[str]
    """A title that belongs to no organisation, at the end."""
    address: re.Pattern[str]
    """A surname with an address, whole: 雷总, 李博士, 老黄."""
    address_end: re.Pattern[str]
    """A surname with an address of two characters, at the end: 该公司|苏先生."""
    reference: re.Pattern[str]
    """该, 这位, 上述 and the like at the start of a phrase."""
    quantifier: re.Pattern[str]
    trailing: Ending
    """What may stand between an organisation and a title: 的, 一位."""
    before_group: re.Pattern[str]
    """前, 某, 一家 before the name of an organisation."""
    class_noun: re.Pattern[str]
    """A phrase up to a class noun that stands before a proper name: ``手机芯片巨头|联发科``."""
    general: re.Pattern[str]
    """Places and fields, which name no organisation: 中国产业."""
    department: re.Pattern[str]
    """An organisation with a department of its own, whole: ``华硕科技|消费电脑事业部``."""
    company: Before
    """A company by its shape where a clause begins: 星澜微电子."""
    called_company: re.Pattern[str]
    """A company behind a noun for one, doing what companies do: 创业公司|驭流|成立."""
    company_end: re.Pattern[str]
    """What may end the name of a known company: 中信建投|证券."""
    company_field: re.Pattern[str]
    """A company and its field, whole: ``华岭证券|电子``."""
    latin_company: re.Pattern[str]
    """A Latin name that does what companies do: Fjordlogic 推出."""
    listener: re.Pattern[str]
    """Whom a source speaks to, then a comma or colon: ``记者，``."""
    asks: re.Pattern[str]
    answers: re.Pattern[str]
    """Labels of interview turns, whole: 问, 记者; 答, A."""
    name: re.Pattern[str]
    """A Chinese personal name by its shape, whole."""
    opening_name: re.Pattern[str]
    """Three characters that may be such a name, behind what ends a clause."""
    foreign: re.Pattern[str]
    """A transliterated name, whole: 扎克伯格, 帕特·基辛格."""
    foreign_run: re.Pattern[str]
    """Three and more characters of foreign names."""
    hyphened: re.Pattern[str]
    """A transliterated name with hyphens: 雨果-斯科特."""
    japanese: re.Pattern[str]
    """A Japanese surname with a character of a given name: 黑田|忠."""
    whole_surnames: frozenset[str]
    """Surnames of two characters."""
    dotted: frozenset[str]
    """Characters of foreign names, and those that only stand behind a dot."""
    office_of: re.Pattern[str]
    """A name and a verb of office: ``邵其岚是``."""
    shown: re.Pattern[str]
    """A name and a space, perhaps behind a label: ``嘉宾|郗未央 ``."""
    negators: tuple[str, ...]
    negated: re.Pattern[str]
    """A negation among the adverbials between a source and its cue."""

    @staticmethod
    def compile(rules: Rulebook, frames: tuple[QuoteShape, ...]) -> Lexicon:
        """Compile the tables. Raises ``RuleErrors`` with every pattern that fails its example."""
        faults: list[str] = []
        words = {kind: _column(rules, "sources", "word", kind) for kind in NOUNS}
        forms = [tuple(f"{names}|{simple(names)}".split("|")) for names in words["famous"]]
        words["famous"] = [name for names in forms for name in names]
        titles = {kind: _column(rules, "titles", "title", kind) for kind in TITLES}
        characters = {row["kind"]: row["characters"] for row in rules.table("characters")}
        known = _literals(rules, words, titles, frames)
        adverbials = _adverbials(rules, faults)
        endings = _endings(rules, faults)
        role = _roles(rules, faults)
        if faults:
            raise RuleErrors(faults)

        any_of = {kind: alternation(words[kind]) for kind in NOUNS}
        cores = titles["core"] + titles["calling"] + titles["role"]
        han, latin = (
            alternation([t for t in cores if t.isascii() is ascii]) for ascii in (False, True)
        )
        officer = rf"首席 ?(?:{_HAN}{{2,6}}?官|[A-Z]{{2,5}} ?{_HAN}{{0,4}}?[官师家长员])"
        chief = rf"首席{_HAN}{{2,6}}?(?:师|家|长|员)"
        title = (
            # a look at one character spares the trial of hundreds of words at most places
            rf"{beginning([*titles['modifier'], *titles['work'], *cores, '首席'])}"
            rf"(?:(?:{alternation(titles['modifier'] + titles['work'])})"
            rf"(?: ?[和与及、&] ?(?:{alternation(titles['work'])}))? ?)*"
            rf"(?:{officer}|{han}|{chief}|(?:(?<![A-Za-z])|(?=C[A-Z]O{_HAN}))(?:{latin})(?![A-Za-z]))"
        )
        joined = rf"(?: ?(?:(?:兼任?|暨|/|&|及) ?[^，,、兼暨的]{{0,10}}?|[、和] ?){title})*"
        surname = f"(?:{characters['compound']}|[{characters['surname']}])"
        foreign = characters["transliteration"]
        long_suffix = alternation([w for w in words["company_suffix"] if len(w) > 1])
        general = rf"(?:(?:{alternation(words['place'] + words['field'])}) ?)+"
        nouns = [w for kind in ("anonymous", "document") for w in words[kind] if len(w) > 1]
        quantifier = rf"(?:{any_of['quantifier']}|\d+ ?[位名家个])"
        firms = (w for w in words["class"] if len(w) > 1 and role["organized"].search(w))
        class_ends = sorted({word[-2:] for word in firms})
        behind = "|".join(f"(?<={end})" for end in class_ends)
        behind_class = f"(?:{behind})(?!商)"  # 芯片供应商|星澜科技
        long_addresses = alternation([w for w in titles["address"] if len(w) > 1])
        long_negators = alternation([w for w in words["negator"] if len(w) > 1])
        return Lexicon(
            words=Words.compile(rules),
            literals=known,
            automaton=AhoCorasick(list(known), matchkind=MATCHKIND_LEFTMOST_LONGEST),
            entries=tuple(known.values()),
            across=_across(known),
            nouns={
                kind: Ending(
                    re.compile(
                        rf"(?:{any_of[kind]}){'们?' if kind in ('anonymous', 'class') else ''}\Z"
                    ),
                    frozenset(word[-1] for word in words[kind]) | {"们"},
                )
                for kind in NOUNS
            },
            forms={name: names for names in forms for name in names},
            whole={kind: frozenset(found) for kind, found in (words | titles).items()},
            role=role,
            endings=endings,
            adverbials=adverbials,
            source_nouns=re.compile(alternation(nouns)),
            titles=re.compile(title + joined),
            title_end=re.compile(rf"(?:{title}{joined})\Z"),
            minister=re.compile(
                rf"(?:{any_of['place']})(?:联邦|政府)?(?P<office>(?:(?!部副)[\u4e00-\u9fff]){{2,14}}?(?:部长官?|副部长|大臣|次官|次长))"
            ),
            fields=re.compile(
                rf"(?:(?:{alternation(titles['work'])}) ?(?:[和与及、&] ?(?=(?:{alternation(titles['work'])})))?)+"
            ),
            callings=re.compile(rf"(?:{alternation(titles['calling'])})\Z"),
            address=re.compile(rf"{surname}(?:{alternation(titles['address'])})|[老小阿]{surname}"),
            address_end=re.compile(rf"(?:{surname}(?:{long_addresses}))\Z"),
            reference=re.compile(rf"(?:{any_of['reference']})(?=\S)(?!(?<=此)[前后外次时])"),
            quantifier=re.compile(quantifier),
            trailing=Ending.of(rf"(?:的|{quantifier}| )+\Z"),
            before_group=re.compile(rf"(?:{role['former'].pattern}|{quantifier}| )*"),
            class_noun=re.compile(rf".*(?:{any_of['class']})(?=[^的]{{2}})"),
            general=re.compile(general),
            department=re.compile(
                rf"(.{{2,14}}?(?:{any_of['suffix']}))(.{{0,14}}(?:{any_of['department']}))"
            ),
            company=Before(
                rf"(?:(?<!{_HAN})|(?<=[{_BEFORE_NAMES}])|{behind_class})(?<![A-Za-z])({_HAN}{{2,4}}?)"
                rf"{beginning(words['company_suffix'])}(?:{any_of['company_suffix']})"
                r"(?:有限公司|公司)?",
                words["company_suffix"],
                2,
                4,
            ),
            company_end=re.compile(
                rf"证券|投顾|银行|集团|研究院|(?:{long_suffix}|有限|责任|股份){{1,4}}公司"
            ),
            called_company=re.compile(
                rf"(?:公司|企业|厂商|创企|独角兽|品牌|团队)({_HAN}{{2,4}}?)(?={role['company_acts'].pattern}|的(?:创始|CEO|首席|总|董事))"
            ),
            company_field=re.compile(rf"(.{{2,}}?(?:{long_suffix})){general}"),
            latin_company=re.compile(
                r"([A-Z](?<![A-Za-z0-9.·\-].)[a-z]{2,}+(?:[A-Z][a-z]+)*(?: [A-Z][a-z]{2,})?) ?"
                rf"(?={role['latin_acts'].pattern})"
            ),
            listener=re.compile(rf"(?:{RUN}{{0,8}}(?:{any_of['listener']}))(?:表示)?[，,:]"),
            asks=re.compile(rf"(?:{any_of['asks']})[\d一二三]?", re.I),
            answers=re.compile(rf"(?:{any_of['answers']})[\d一二三]?", re.I),
            name=re.compile(
                rf"(?!{role['no_name'].pattern}){surname}{_HAN}"
                rf"(?:{_HAN}(?<!{role['no_last'].pattern}))?"
            ),
            opening_name=re.compile(rf"[，。,;:!?\n“”「」、 )](?={surname})({_HAN}{{3}})"),
            foreign=re.compile(
                rf"[{foreign}]{{2,8}}(?: ?· ?[{foreign}\u4e00-\u9fff]{{1,7}})*"
                rf"|{_HAN}{{1,6}}(?: ?[·.] ?{_HAN}{{1,7}})+"
            ),
            foreign_run=re.compile(rf"[{foreign}]{{3,8}}"),
            hyphened=re.compile(rf"{_HAN}{{1,5}}(?:-[{foreign}]{{2,7}}){{1,3}}"),
            japanese=re.compile(f"(?:{characters['japanese']})(?={_HAN})"),
            whole_surnames=frozenset(characters["compound"].split("|")),
            dotted=frozenset(foreign + characters["dotted"]),
            office_of=re.compile(
                rf"({_HAN}{{2,4}}?|[A-Z][A-Za-z.\-]+(?: [A-Z][A-Za-z.\-]+){{0,2}}) ?(?:\([^()\n]{{2,30}}\))? ?(?:目前|如今|现在?|曾|还|同时|此前)?(?:在(?P<at>[^，。的]{{2,16}}?))?(?:{role['office_of'].pattern})"
            ),
            shown=re.compile(rf"(?:[^|，。]{{2,6}}\|)?({surname}{_HAN}{{1,2}}) "),
            negators=tuple(words["negator"]),
            negated=re.compile(
                rf"{long_negators}|没|未|(?<!毫)不(?![仅但过断约久无讳避止只光单同少忘禁由得])"
            ),
        )

    def hits(self, folded: str) -> list[Hit]:
        """Every word of the lexicon, the longest where several begin; none overlapping another."""
        out: list[Hit] = []
        for index, start, end in self.automaton.find_matches_as_indexes(folded):
            entry = self.entries[index]
            hit = self._across(folded, start, end) if entry is None else Hit(start, end, entry)
            if hit is not None and (not out or hit.start >= out[-1].end):
                out.append(hit)
        return out

    def _across(self, folded: str, start: int, end: int) -> Hit | None:
        """The cue that begins in a word that is none, where the segmenter says so: ``后来|回忆`` and
        ``站出来|说``, not ``传说|明天``."""
        for offset, cue, entry in self.across[folded[start:end]]:
            at = start + offset
            if folded.startswith(cue, at):
                stop, begin = at + len(cue), max(0, start - 6)
                words = self.words.cut(folded[begin : stop + 4])
                edges = {begin + edge for edge in accumulate(map(len, words))}
                if at in edges and stop in edges:
                    return Hit(at, stop, entry)
        return None


def _across(known: dict[str, Entry | None]) -> dict[str, list[tuple[int, str, Entry]]]:
    """The cues of up to four characters that begin in a hiding word, by their place, longest first."""
    cues: dict[str, list[tuple[str, Entry]]] = {}
    for word, entry in sorted(known.items(), key=lambda item: -len(item[0])):
        if entry is not None and entry.cue is not None and len(word) <= 4:
            for end in range(1, len(word) + 1):
                cues.setdefault(word[:end], []).append((word, entry))
    return {
        word: [
            (at, cue, entry) for at in range(1, len(word)) for cue, entry in cues.get(word[at:], ())
        ]
        for word, hiding in known.items()
        if hiding is None
    }


def _column(rules: Rulebook, table: str, column: str, kind: str) -> list[str]:
    return [row[column] for row in rules.table(table) if row["kind"] == kind]


def _literals(
    rules: Rulebook, words: dict[str, list[str]], titles: dict[str, list[str]],
    frames: Iterable[QuoteShape],
) -> dict[str, Entry | None]:  # fmt: skip
    """All literals of the automaton."""
    known: dict[str, Entry | None] = {}
    cues = {row["cue"]: _cue(row) for row in rules.table("cues")}
    for row in rules.table("cues"):
        cue = cues[row["cue"]]
        known.setdefault(row["cue"], Entry(cue) if cue else None)
        if cue is None:
            continue
        for suffix in row.list("suffix"):
            last = cues.get(suffix) or cue  # what follows 回复称 is what follows 称
            joined = replace(
                cue, form=last.form, bare=cue.bare | last.bare, not_before=last.not_before
            )
            known.setdefault(row["cue"] + suffix, Entry(joined))
    for kind in ("company", "medium", "famous"):
        names = (*words[kind], *map(simple, words[kind]))
        known |= dict.fromkeys(names, Entry(kind=kind))
    for title in titles["core"] + titles["calling"] + titles["role"]:
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
        row["object"], Late(row, "not_before", after) if after else None, row.list("not_after"),
    )  # fmt: skip


def _adverbials(rules: Rulebook, faults: list[str]) -> Adverbials:
    front: list[str] = []
    aside: list[str] = []
    short: list[str] = []
    long: list[str] = []
    words: list[str] = []
    few, many = RUN.replace("^", "^的") + "{0,16}", RUN + "{1,24}"
    for row in rules.table("adverbials"):
        lazy = row["words"].replace("‥", few + "?").replace("…", many + "?")
        if not _fits(lazy, row, faults, whole=True):
            continue
        if row["place"] in ("front", "both"):
            front.append(lazy)
        if row["place"] == "clause":
            aside.append(lazy)
        if row["place"] in ("between", "both"):
            plain = re.fullmatch(rf"{_HAN}+(?:\|{_HAN}+)*", row["words"])
            words += row["words"].split("|") if plain else []
            short += [] if plain else [lazy]
            long += [] if plain else [row["words"].replace("‥", few).replace("…", many)]
    between = alternation(words), "|".join(short), "|".join(long)
    ends = {pattern: endings(pattern) for pattern in short}
    return Adverbials(
        re.compile(rf"(?:(?:{gated('|'.join(front)).pattern})[ 、]*)*+"),
        tuple(re.compile(pattern) for pattern in between),
        re.compile(rf"{between[0]}|{between[1]}| "),
        frozenset(" ").union(*(found or () for found in ends.values()), *(w[-1] for w in words)),
        re.compile("|".join(pattern for pattern, found in ends.items() if found is None)),
        gated("|".join(aside)),
    )


def _endings(rules: Rulebook, faults: list[str]) -> dict[str, re.Pattern[str]]:
    """What cuts a statement short, by the kind of statement that it cuts."""
    patterns: dict[str, list[str]] = {when: ["(?!)"] for when in ENDINGS}
    for row in rules.table("endings"):
        pattern = re.sub(r"(?<!\^)，", "[，,]", row["words"]).replace("[^，。；]", RUN)
        if _fits(pattern, row, faults):
            patterns[row["when"]].append(pattern)
    return {when: gated("|".join(found)) for when, found in patterns.items()}


def _roles(rules: Rulebook, faults: list[str]) -> dict[str, re.Pattern[str]]:
    out = {}
    for row in rules.table("attribution"):
        flags = re.I if row["role"] == "latin_group" else 0
        pattern = row["pattern"].replace("[^，。;:]", RUN)
        if _fits(pattern, row, faults, flags):
            out[row["role"]] = compiled(pattern, flags)
    missing = [role for role in ROLES if role not in out]
    if missing and not faults:
        faults.append(f"rules/attribution.csv:1: roles are missing: {', '.join(missing)}")
    return out


def _fits(pattern: str, row: Row, faults: list[str], flags: int = 0, whole: bool = False) -> bool:
    """True when a pattern compiles and is found in its row's example (or is all of it); else a fault."""
    try:
        found = compiled(pattern, flags)
    except re.error as error:
        faults.append(f"{row.where}: {error}")
        return False
    holds = found.fullmatch(row["example"]) if whole else found.search(row["example"])
    if not holds:
        faults.append(f"{row.where}: the words do not match {row['example']!r}")
    return bool(holds)
