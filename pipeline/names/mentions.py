"""Folded text -> mentions of names: chips, organisations, and what only looks like a chip.

In: a document. Out: ``NameMention``s, sorted, none overlapping another, all mentions of one thing
under one ``name``; and the rows of table ``chips``. The gazetteer says where a known name may
stand; this stage decides which of them are meant (T4 needs a chip nearby, M3 may be a car), reads
what hangs on a name (骁龙665、730和730G; 910B/C; M2 Pro 与 Max), the short forms (835 once 骁龙835
was named), the names that the text itself introduces (Inferentia2(Inf2)), and the chips that no
rule knows (推理芯片玄舟X3).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from pipeline.document.openings import finder
from pipeline.model import Chip, Document, NameMention, Reject
from pipeline.names import discovery, gazetteer
from pipeline.names.discovery import Discovery, skeleton
from pipeline.names.gazetteer import ALNUM, MARKS, Family, Gazetteer, Hit
from pipeline.rules import CsvSchema, Rulebook, TomlSchema, alternation

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {**gazetteer.SCHEMAS, **discovery.SCHEMAS}

_DECIMAL = re.compile(r"\.\d")
_MEMBER = re.compile(
    r"[ -]((?i:Turbo|Ultra|Max|Pro|Plus|Super|Extreme|Lite|Nano|Mini))(?![A-Za-z0-9])"
)
"""What a member of a family may be called that no rule tells apart."""
_GAPS = re.compile(r"(?<=[A-Z]) (?=\d)")
_STOPS = frozenset("，。、")
_PART = re.compile(r"[A-Za-z]{2}(?P<number>[1-9]\d{3,4}(?<!00)[A-Z]?)$")
"""The number of a part, by which an article calls it afterwards: 3588 of RK3588, no round one."""
_PARAMETERS = re.compile(r"\s?(?:个|级|规模的?)?(?:参数|模型|大模型)")
"""What makes 910B a size of a model."""
_NUMBERED = re.compile(r" ?(?P<digits>\d{3,}|\d+(?=[A-Z]))[A-Z]{0,2}")
_LETTERED = re.compile(
    # here and below one class of characters first, which the search jumps along
    r"(?P<digits>\d(?<![A-Za-z0-9./\-].)\d*)(?![GKTWVA](?![A-Z])|[KMGT][BW]|[DG](?![A-Z]))[A-Z]{1,2}"
    r"(?![A-Za-z0-9])(?=\s?(?:[，。、；：:()（）/\u4e00-\u9fff]|$))(?!\s?(?:像素|字节|内存|缓存|参数|模型|显存))"
)
_MODEL = re.compile(
    r"[A-Z\d](?<![A-Za-z0-9./@#_\-].)"
    r"(?:(?<=[A-Z])[A-Z]{0,2}\d{1,4}[A-Z]{0,2}|(?<=\d)\d{2,3}[CEHLPUX])"
    r"(?![A-Za-z0-9_]|\.\d|-[A-Za-z0-9])"
)
"""A short form of letters and digits: O1, C500, LG200, 9000C."""
_INTRODUCED = re.compile(r"(?:的|[和与及、，；：:;,]|版本|包括|有|为|是)\s?$")
"""What may stand before a name of one digit and a letter: 中阶的|6E."""

_LETTERS_FIRST = re.compile(r"[^\d]*")
_BETWEEN = re.compile(r"[\s\-]+")
_LATIN = re.compile(r" ?[A-Za-z0-9]")
_LETTERS = re.compile(r"(?!AI|[KMGT]B|OS)[A-Z]{2}(?![A-Za-z0-9])")
"""Two letters that take the place of the end of a name right behind a stroke: i9-12900K/KF."""


@dataclass(frozen=True, slots=True)
class Names:
    """The compiled gazetteer and the words of the document logic."""

    gazetteer: Gazetteer
    discovery: Discovery
    separator: re.Pattern[str]
    """Between the members of a list: 、 和 /."""
    series: re.Pattern[str]
    measure: re.Pattern[str]
    """What follows a number that counts or measures: 元, GB, 万."""
    before: re.Pattern[str]
    """What stands before a number that is no name: 约, ¥."""
    suffix: re.Pattern[str]
    """Pro, Max, Ti, a letter: what may take the place of the end of a name."""
    brand: re.Pattern[str]
    """What follows the name of a brand that is spoken of itself: 骁龙|峰会."""

    @staticmethod
    def compile(rules: Rulebook) -> Names:
        words: dict[str, list[str]] = {}
        for row in rules.table("name_words"):
            words.setdefault(row["role"], []).append(row["word"])
        latin = [w for w in words.get("spelling", []) if w.isascii() and w.isalpha()]
        return Names(
            Gazetteer.compile(rules),
            Discovery.compile(rules),
            re.compile(rf"\s?(?:{alternation(words.get('separator', []))})\s?"),
            re.compile(rf"[ \n]?(?:{alternation(words.get('series', []))})"),
            re.compile(
                rf"\s?(?!{alternation(words.get('no_measure', []))})(?:{alternation(words.get('measure', []))})"
                r"|[A-Za-z0-9%℃°×]|[.,:]\d|-\d",
                re.I,
            ),
            re.compile(
                rf"(?:{alternation(words.get('before', []))}|[A-Za-z0-9]|\d[.,:]|[A-Za-z0-9][-/])\s?$",
                re.I,
            ),
            re.compile(rf"(?:{alternation(latin)}|[A-Za-z])(?![A-Za-z0-9])", re.I),
            re.compile(
                rf"[ ”」]?(?:{alternation(words.get('brand', []))}|[A-Za-z]|\d{{1,2}}(?![\d.%]))"
            ),
        )

    def find(self, document: Document) -> Mentions:
        """All mentions of names, sorted, none overlapping another."""
        folded = document.folded
        hidden = [(b.start, b.end) for b in document.blocks if b.kind == "boilerplate"]
        hits: list[Hit] = []
        marks: list[Hit] = []
        for hit in self.gazetteer.hits(folded):
            if not (hidden and _inside(hit.start, hidden)):
                (marks if hit.family.kind in MARKS else hits).append(hit)
        accepted, refused, topical = self._decide(folded, hits, marks)
        spans = _longest(accepted)
        spans = _longest(
            self._listed(folded, spans),
            self._elliptic(folded, spans, marks),
            self._cousins(folded, spans),
        )
        found = self.discovery.find(folded, spans, marks, topical, self.gazetteer.makers)
        spans = _longest(spans, found)
        spans = _longest(spans, self.discovery.aliases(folded, spans), self._shorts(folded, spans))
        same = _same(folded, spans, {m.start: m.end for m in marks if m.family.kind == "noun"})
        line = {h.name for h in spans if h.family.flag == "line"}
        line = {n for n in line if any(h.name != n and h.name.startswith(n) for h in spans)}
        mentions = [
            self._mention(folded, hit, same.get(hit.name, hit.name), hit.name in line)
            for hit in spans
            if hit.family.kind != "word" and not (hidden and _inside(hit.start, hidden))
        ]
        return Mentions(
            self._members(folded, mentions),
            [(h.start, h.end, h.family.id) for h in refused if h.family.kind == "chip"],
        )

    def _decide(
        self, folded: str, hits: list[Hit], marks: list[Hit]
    ) -> tuple[list[Hit], list[Hit], bool]:
        """Hits whose context carries them, those refused for want of it, and whether the article
        speaks of chips a lot. A name carried once is carried everywhere in the article."""
        sure = [h for h in hits if not h.family.needs]
        evidence = [h.start for h in marks if h.family.kind in ("noun", "sign")]
        evidence += [h.start for h in sure if h.family.kind == "chip"]
        evidence.sort()
        topical = len(evidence) > 3
        own: dict[str, list[int]] = {}
        for h in sure:
            own.setdefault(h.family.maker, []).append(h.start)
        named = {maker: sorted(positions) for maker, positions in own.items()}
        ends = {(h.end, h.family.maker) for h in sure}
        starts = {h.start for h in marks if h.family.kind == "noun"}
        stops = {h.end for h in marks if h.family.kind == "noun"}
        # Galaxy A55 makes a later A55 the phone
        # but Mac mini M4 does not make M4 a product
        products = {
            folded[h.start : h.end].split()[-1]: h.family.maker
            for h in sure
            if h.family.kind == "product"
        }
        # A16制程 makes every A16 the process
        processes = {folded[h.start : h.stem_end] for h in sure if h.family.kind == "process"}
        firms = self.discovery.firms(folded)
        strange: set[str] = set()
        doubtful: list[Hit] = []
        refused: list[Hit] = []
        members: dict[str, set[str]] = {}
        paired = {(h.end + 1, h.family.id) for h in hits if folded[h.end : h.end + 1] == "/"}
        for h in hits:
            if h.family.needs:
                text = folded[h.start : h.end]
                counts = (
                    text.isdigit()
                    and (h.start, h.family.id) not in paired  # 8650 in 8295/8650
                    and self._counts(folded, h.start, h.end)
                )
                # LX-A40 is no A40
                part = folded[h.start - 1 : h.start] == "-" and folded[h.start - 2] in ALNUM
                product = products.get(text, h.family.maker) != h.family.maker
                process = h.family.kind == "chip" and text in processes
                (refused if counts or part or product or process else doubtful).append(h)
                if folded[h.start - 2 : h.start] in firms and not own.get(h.family.maker):
                    strange.add(skeleton(text))
                if any(map(str.isdigit, text)):
                    members.setdefault(h.family.id, set()).add(h.name)
        # 玄舟X300 of 玄舟半导体 makes X300 and X100 its own where their known makers are not named
        foreign = [
            h
            for h in doubtful
            if strange
            and skeleton(folded[h.start : h.end]) in strange
            and not own.get(h.family.maker)
        ]
        refused += foreign
        doubtful = [h for h in doubtful if h not in foreign]
        written = {h.family.maker for h in hits if h.family.kind == "organization"} | own.keys()
        carried: set[tuple[str, str]] = set()
        # what the first round carries is evidence for the second
        for _ in range(2):
            for h in doubtful:
                family, mine = h.family, own.get(h.family.maker, [])
                if (family.id, h.name) not in carried and (
                    (family.kind == "process" and folded[h.start : h.stem_end] in processes)
                    or (family.needs in ("topic", "document") and mine)
                    # A78 and A77 vouch for each other
                    or (family.needs in ("topic", "near") and len(members.get(family.id, ())) > 1)
                    or (family.needs == "topic" and topical)
                    or (family.needs in ("maker", "near") and _distance(mine, h.start) <= 200)
                    or (family.needs == "near" and _distance(evidence, h.start) <= 40)
                    or any((h.start - gap, family.maker) in ends for gap in range(3))
                    or (
                        family.needs != "document"
                        and (family.needs != "maker" or family.maker in written)
                        and any(h.end + gap in starts or h.start - gap in stops for gap in range(2))
                    )
                ):
                    carried.add((family.id, h.name))
            # V1 is vivo's where V2 is, by its class word, and vivo stands near
            kinds = {(family, _letters(name)) for family, name in carried}
            carried.update(
                (h.family.id, h.name)
                for h in doubtful
                if h.family.needs == "adjacent"
                and (h.family.id, _letters(h.name)) in kinds
                and _distance(own.get(h.family.maker, []), h.start, but=h.start) <= 100
            )
            more = [h for h in doubtful if (h.family.id, h.name) in carried]
            for h in more:
                own.setdefault(h.family.maker, []).append(h.start)
            for positions in own.values():
                positions.sort()
        # where two families claim the same characters, the one whose maker stands nearer has them
        # (960 behind 鲲鹏950 is Kunpeng's, not Ascend's); what is sure decides before what is not
        brands: dict[str, list[int]] = {}
        for h in sure:
            if h.family.kind == "chip":
                brands.setdefault(_letters(h.name), []).append(h.start)
        more.sort(
            key=lambda h: (
                _distance(named.get(h.family.maker, []), h.start),
                _distance(brands.get(_letters(h.name), []), h.start),
                _distance(own[h.family.maker], h.start, but=h.start),
            )
        )
        refused += [h for h in doubtful if (h.family.id, h.name) not in carried]
        chips = [h for h in sure if h.family.kind == "chip"]
        others = [h for h in sure if h.family.kind != "chip"]
        return [*chips, *more, *others], refused, topical

    def _counts(self, folded: str, start: int, end: int) -> bool:
        """True when the digits at start:end count or measure something: 835 元, 约 590, 2020年."""
        return bool(
            self.measure.match(folded, end) or self.before.search(folded, max(0, start - 4), start)
        )

    def _listed(self, folded: str, spans: list[Hit]) -> list[Hit]:
        """``spans`` and what shares the stem of a name before it, also where the bare number was
        doubtfully another's: 920 in 麒麟910、920 is no 昇腾920."""
        members = {(h.start, h.end): h for h in self._lists(folded, spans)}
        kept = [
            h
            for h in spans
            if not h.family.needs
            or (h.start, h.end) not in members
            or not folded[h.start : h.end].isdigit()
        ]
        return _longest(kept, members.values())

    def _lists(self, folded: str, spans: list[Hit]) -> Iterator[Hit]:
        """What shares the stem of the name before it: 730 in 骁龙665、730; Max in M2 Pro 与 Max."""
        for hit in spans:
            if hit.family.kind != "chip" or hit.family.tail is None:
                continue
            while gap := self.separator.match(folded, hit.end):
                follower = self._follower(folded, hit, gap.end())
                if not follower:
                    break
                yield follower
                hit = follower

    def _follower(self, folded: str, hit: Hit, at: int) -> Hit | None:
        """The name at ``at`` that shares the stem of ``hit``."""
        read = self.gazetteer.read
        families = self.gazetteer.relatives.get((hit.family.id, hit.family.name), ())
        followers = [f for f in (read(family, folded, at, {}) for family in families) if f]
        if followers:
            follower = max(followers, key=lambda f: f.end)
            if any(map(str.isdigit, folded[at : follower.end])):
                return None if self.measure.match(folded, follower.end) else follower
        suffix = self.suffix.match(folded, at)
        if suffix and _LATIN.match(folded, suffix.end()):  # i.MX 95、TI AM69A
            suffix = None
        if not suffix and folded[at - 1] == "/":
            suffix = _LETTERS.match(folded, at)
        if not suffix:
            return None
        # put the suffix in the place of the one before it, and read the whole again
        own = folded[hit.stem_end : hit.end]
        for base in (re.sub(r"(?i)(?<=[\d ])[A-Z]+$", "", own), own):
            text = base + suffix[0]
            for family in families:
                whole = read(family, text, 0, {})
                if whole and whole.end == len(text) and whole.name != hit.name:
                    return Hit(at, suffix.end(), family, whole.name, whole.short, at)
        return None

    def _elliptic(self, folded: str, spans: list[Hit], marks: list[Hit]) -> Iterator[Hit]:
        """A number behind 前代, 下一代 in an article that names its family: 前代7390 for 海光7390."""
        numbered = [h for h in spans if h.short and h.family.kind == "chip"]
        starts = [h.start for h in numbered]
        for at in (h.end for h in marks if h.family.kind == "generation"):
            last = bisect_right(starts, at)
            near = [*reversed(numbered[max(0, last - 12) : last]), *numbered[last : last + 4]]
            for family in dict.fromkeys(h.family for h in near):
                hit = self.gazetteer.read(family, folded, at, {})
                digits = hit is not None and folded[hit.end - 1].isdigit()
                if hit and not (digits and self.measure.match(folded, hit.end)):
                    yield hit  # 上一代的7735HS 分|别: letters measure nothing
                    break

    def _cousins(self, folded: str, spans: list[Hit]) -> Iterator[Hit]:
        """What differs from a short form by its letters only: 6E和6M beside 征程6B, 910C beside 昇腾910B."""
        families: dict[str, Family] = {}
        shapes: dict[str, Family] = {}
        for hit in spans:
            if hit.family.kind == "chip" and hit.family.tail is not None:
                numbered = _NUMBERED.fullmatch(folded, hit.stem_end, hit.end)
                if numbered:
                    families.setdefault(numbered["digits"], hit.family)
                elif _MODEL.fullmatch(hit.short):
                    shapes.setdefault(skeleton(hit.short), hit.family)
        if shapes:
            yield from self._kin(folded, shapes, spans)
        if not families:
            return
        for word in _LETTERED.finditer(folded):
            family = families.get(word["digits"])
            one = len(word["digits"]) < 3
            if family is None or (one and not _INTRODUCED.search(folded, 0, word.start())):
                continue
            whole = self.gazetteer.read(family, word[0], 0, {})
            if whole and whole.end == len(word[0]):
                yield Hit(*word.span(), family, whole.name, whole.short, word.start())

    def _kin(self, folded: str, shapes: dict[str, Family], spans: list[Hit]) -> Iterator[Hit]:
        """What differs from a short form by its digits only: O2 beside 玄戒O1, C600 beside 曦云C500."""
        products = {
            folded[h.start : h.end].split()[-1] for h in spans if h.family.kind == "product"
        }
        for word in _MODEL.finditer(folded):
            family = shapes.get(skeleton(word[0]))
            if family is None or word[0] in products or self.discovery.other(folded, *word.span()):
                continue
            whole = self.gazetteer.read(family, folded, word.start(), {})
            if whole and whole.end >= word.end():
                yield Hit(word.start(), whole.end, family, whole.name, whole.short, word.start())

    def _shorts(self, folded: str, spans: list[Hit]) -> Iterator[Hit]:
        """Short forms of what was named in full: 835 for 骁龙835, A78 for Cortex-A78."""
        owner = _owners(spans)
        shorts = [(short, hit) for short, hit in owner.items() if hit]
        if not shorts:
            return
        size = len(folded)
        # HX370 for HX 370, where letters come before digits
        tight = [(_GAPS.sub("", s), h) for s, h in shorts if s[0].isalpha() and _GAPS.search(s)]
        shorts += [(s, h) for s, h in tight if s not in owner]
        automaton = finder([short for short, _ in shorts])
        for index, start, end in automaton.find_matches_as_indexes(folded, overlapping=True):
            short, hit = shorts[index]
            if (
                (start and folded[start - 1] in ALNUM)
                or (end < size and (folded[end] in ALNUM or _DECIMAL.match(folded, end)))
                or (short.isdigit() and self._counts(folded, start, end))
                or (short[-1] == "B" and _PARAMETERS.match(folded, end))
            ):
                continue
            yield Hit(start, end, hit.family, hit.name, short, end)

    def _mention(self, folded: str, hit: Hit, name: str, line: bool) -> NameMention:
        """The mention of a hit; ``line`` says that a member of the product line is named too."""
        family, end, chip_kind = hit.family, hit.end, hit.family.chip_kind
        if family.kind == "chip" and folded[end : end + 1] not in _STOPS:
            # Falcrum Nano: a discovered name has no family that would spell its members
            open_ended = name[-1:].isdigit() or (name[-1:] in ALNUM and not family.name)
            word = _MEMBER.match(folded, end) if open_ended else None
            if word:  # WSE-3 Turbo is another chip than WSE-3
                end, name = word.end(), f"{name} {word[1].title()}"
            series = self.series.match(folded, end)
            if series:
                end = series.end()
                name = name.removesuffix("系列") + "系列"
                chip_kind = "series"
        return NameMention(
            hit.start, end, family.kind, name, family.maker, chip_kind,  # type: ignore[arg-type]
            family.id, family.confidence, line or family.flag == "generic",
        )  # fmt: skip

    def _members(self, folded: str, mentions: list[NameMention]) -> Iterator[NameMention]:
        """The mentions, a brand's being those of its member where the article has one: 骁龙领先5%."""
        members: dict[str, set[str]] = {}
        chips = [m for m in mentions if m.kind == "chip"]
        firm = [(m.maker, folded[m.start : m.end], m.name) for m in chips if not m.generic]
        for maker, stem in {(m.maker, folded[m.start : m.end]) for m in chips if m.generic}:
            members[stem] = {
                name for made, words, name in firm if made == maker and words.startswith(stem)
            }
        firsts = {m.name: m for m in reversed(chips)}
        for m in mentions:
            brand = m.generic and m.rule.endswith(".brand")
            own = members.get(folded[m.start : m.end]) if brand else None
            if own and len(own) == 1 and not self.brand.match(folded, m.end):
                member = firsts[next(iter(own))]
                if member.start < m.start:
                    yield m._replace(name=member.name, chip_kind=member.chip_kind, generic=False)
                    continue
            yield m

    def chips(
        self, document: Document, mentions: list[NameMention], article: str
    ) -> tuple[list[Chip], list[Reject]]:
        """The rows of table chips, one per distinct chip of the article, and what looked like one."""
        rows: dict[str, list[NameMention]] = {}
        keys: dict[str, str] = {}
        for mention in mentions:
            if mention.kind == "chip" and not mention.generic:
                key = keys.get(mention.name) or keys.setdefault(mention.name, _key(mention.name))
                rows.setdefault(key, []).append(mention)
        text = document.article.text
        chips = []
        for found in rows.values():
            first = found[0]
            surfaces = dict.fromkeys(" ".join(text[m.start : m.end].split()) for m in found)
            chips.append(Chip(
                article, first.name, first.maker, first.chip_kind, "|".join(surfaces), len(found),
                first.start, first.end, first.rule, max(m.confidence for m in found),
            ))  # fmt: skip
        refused = mentions.refused if isinstance(mentions, Mentions) else []
        rejects = [
            Reject(article, stage="names", reason="no maker and no word for chips near enough",
                   text=text[start:end], start=start, end=end, rule=rule)
            for start, end, rule in _uncovered(refused, mentions)
        ]  # fmt: skip
        return chips, rejects


class Mentions(list[NameMention]):
    """The mentions of an article, and where the context was too thin to take a name for one."""

    def __init__(self, mentions: Iterable[NameMention], refused: list[tuple[int, int, str]]):
        super().__init__(mentions)
        self.refused = refused
        """start, end, id of the rule."""


def _uncovered(
    refused: list[tuple[int, int, str]], mentions: list[NameMention]
) -> Iterator[tuple[int, int, str]]:
    """What was refused and is not part of anything that was taken; one rule for each place."""
    starts = [m.start for m in mentions]
    last = -1
    for start, end, rule in sorted(refused, key=lambda r: (r[0], -r[1])):
        at = bisect_right(starts, start) - 1
        covered = at >= 0 and mentions[at].end > start
        if not covered and start >= last and not (at + 1 < len(starts) and starts[at + 1] < end):
            last = end
            yield start, end, rule


def _same(folded: str, spans: list[Hit], nouns: dict[int, int]) -> dict[str, str]:
    """Names that this article uses for one thing: a short form that is a name of its own (9950X
    for Ryzen 9 9950X), a part number beside it (骁龙835(MSM8998), 骁龙S4 Pro APQ8064, Rubin GPU
    (R200)). ``nouns`` says where class words begin and end."""
    same: dict[str, str] = {}
    owner = _owners(spans)
    for hit in spans:
        full = owner.get(folded[hit.start : hit.end])
        if (
            full
            and full.name != hit.name
            and full.family.maker == hit.family.maker
            and full.name.startswith(_letters(hit.name).strip())  # 昇腾960 is no 鲲鹏960
        ):
            same[hit.name] = full.name
    for one, other in pairwise(spans):
        part, whole = (other, one) if other.family.flag == "part" else (one, other)
        alike = part.family.maker == whole.family.maker and part.name != whole.name
        if (
            part.family.flag != "part"
            or not alike
            or not one.family.kind == other.family.kind == "chip"
        ):
            continue
        end = one.end + folded.startswith(" ", one.end)
        between = folded[nouns.get(end, end) : other.start].strip()
        closed = folded[other.end : other.end + 1] == ")"
        if not between or (between in ("(", ",", "，") and closed):
            same[part.name] = whole.name
    return same


def _owners(spans: list[Hit]) -> dict[str, Hit | None]:
    """Short forms and what they are short for; None where two names claim one."""
    owner: dict[str, Hit | None] = {}
    for hit in spans:
        if hit.family.kind != "chip":
            continue
        name = hit.name.replace(" ", "") if hit.family.id.startswith("discovery.") else hit.name
        number = None if hit.short else _PART.search(name)
        short = number["number"] if number else hit.short
        if short:
            known = owner.setdefault(short, hit)
            if known and known.name != hit.name:
                owner[short] = None
    return owner


def _letters(name: str) -> str:
    """The letters that a name begins with: V of V1+."""
    return _LETTERS_FIRST.match(name)[0]  # type: ignore[index]  # it matches always


def _key(name: str) -> str:
    """One form for the spellings of a name: case, spaces and hyphens aside."""
    return _BETWEEN.sub("", name).casefold()


def _inside(position: int, intervals: list[tuple[int, int]]) -> bool:
    """Is the position in one of the sorted intervals?"""
    at = bisect_right(intervals, (position, 1 << 60)) - 1
    return at >= 0 and position < intervals[at][1]


def _distance(positions: list[int], position: int, but: int = -1) -> int:
    """How far the nearest of the sorted positions is, ``but`` aside."""
    at = bisect_left(positions, position)
    near = [p for p in positions[max(0, at - 2) : at + 2] if p != but]
    return min((abs(p - position) for p in near), default=1 << 30)


def _longest(spans: list[Hit], *more: Iterable[Hit]) -> list[Hit]:
    """Leftmost, then longest; what overlaps an earlier one is dropped."""
    added = [hit for hits in more for hit in hits]
    if more and not added:
        return spans
    out: list[Hit] = []
    end = 0
    for hit in sorted([*spans, *added], key=lambda h: (h.start, -h.end)):
        if hit.start >= end:
            out.append(hit)
        elif hit.family.kind == "chip" and hit.end > end and out[-1].family.kind == "organization":
            out[-1] = hit  # 百度昆仑 must not hide 昆仑芯2
        else:
            continue
        end = hit.end
    return out
