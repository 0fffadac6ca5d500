"""Who is known in a document: people and organisations, and where they are named.

In: the text, the organisations that the names stage found, the titles of the lexicon. Out: an
``Entity`` for every person and organisation, so that the second mention (基辛格, 雷总, 他) finds the
first one, and the title that stands in the headline is known in the last paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Hit, Lexicon, simple

SPACE = " \n\t*_"
LATIN_NAME = re.compile(
    r"[A-Z][A-Za-z.'’\-\u00c0-\u024f]*"
    r"(?: (?:[A-Z][A-Za-z.'’\-\u00c0-\u024f]*|de|van|von|der|bin|al)){0,3}"
)
MARKED_NAME = re.compile(r"[“「\"『‘]([^”」\"』’，。,;:!?]{1,16})[”」\"』’]")
HANDLE = re.compile(r"@[\w\-·]{1,20}")
USER_NAME = re.compile(r"(?=[A-Za-z]*[\d_])[A-Za-z][A-Za-z\d_]{3,19}")
"""A name that somebody goes by online: ``Kopite7kimi``."""
_DOTTED_NAME = re.compile(r"[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,7}){1,4}")
_LATIN_END = re.compile(rf"({LATIN_NAME.pattern}) ?\Z")
_LATIN_TAIL = re.compile(
    r"(?<![A-Za-z])([A-Z][A-Za-z.&'\-]+(?: [A-Z][A-Za-z.&'\-]+){0,3}) ?([\u4e00-\u9fff]{2,12})\Z"
)
_BRACKETED = re.compile(r" ?\(([^()，,\n]{2,30})\)")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DELIMITERS = "，,;:。!?\n\x01"
_NAME_STARTS = "，。,;:!?\n、()*①②③④⑤⑥⑦⑧⑨” "
_NEIGHBOURHOOD = 4000
"""How far around a name its other mentions are counted."""

_NO_BEGINNING = frozenset(
    "前原某该在与由被对向从将和及其是了让把给为他她我你它这那一两几访任的到就"
)
"""What no name of a company that nobody knows begins with."""
_MENTIONS = 60
"""How many names back the medium of a report may stand."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Office:
    """What somebody is or was, and where; either may be empty."""

    title: str
    organization: str
    past: bool = False


@dataclass(slots=True)
class Entity:
    """A person (named or not: ``anonymous``) or an organisation of one document."""

    name: str
    kind: str
    offices: list[Office] = field(default_factory=list)

    @property
    def titles(self) -> list[str]:
        """All titles, the present one first."""
        return [o.title for o in sorted(self.offices, key=lambda o: o.past) if o.title]

    @property
    def organizations(self) -> list[str]:
        """All organisations, the present one first."""
        return [
            o.organization for o in sorted(self.offices, key=lambda o: o.past) if o.organization
        ]

    def place(self, title: str) -> str:
        """The organisation where the title is held, or else the present one."""
        held = [o.organization for o in self.offices if o.organization and title in o.title]
        return next(iter([*held, *self.organizations] if title else self.organizations), "")


class Register:
    """The people and organisations of one document."""

    def __init__(self, lexicon: Lexicon, original: str, text: Text, organizations: dict[int, int],
                 chips: set[str]):  # fmt: skip
        """``organizations``: start -> end of those that the lexicon or the names stage found;
        ``chips``: names, as folded, that are no organisations."""
        self.lexicon = lexicon
        self.original = original
        self.folded = text.folded
        self.masked = text.masked
        self.organizations = organizations
        self.chips = chips
        self._discover_companies()
        self._organization_starts = sorted(organizations)
        self.people: dict[str, Entity] = {}
        """By every form of the name, full and short, as folded."""
        self.groups: dict[str, Entity] = {}
        self._by_beginning: dict[str, Entity] = {}
        self.mentions: list[tuple[int, int, Entity]] = []
        """Where they are named, sorted; filled by ``locate``."""
        self._starts: list[int] = []
        self._strangers: list[tuple[int, int, Entity]] = []
        self._main: dict[str, Entity | None] = {}
        self._beginnings: set[str] | None = None
        self._back_references: list[tuple[int, str, Span | None]] = []
        """Titles of somebody named before: 这位榫卯科技的董事长, 他担任主席."""
        self._its: list[tuple[int, Entity]] = []
        """Whom the text introduces by 其, whose office is that of who was named right before."""
        self._unplaced: list[tuple[int, Entity]] = []
        """Whom the text introduces by an office without saying where: 公司总裁孟繁昭."""
        self._read_titles: set[int] = set()
        self._cues: set[int] = set()
        """Where cues begin: a name does not run into one (马越|认为)."""

    # ------------------------------------------------------------------ people

    def person(self, start: int, end: int, title: str = "", group: Span | None = None) -> Entity:
        """The person named at start:end, made known now if it is the first time."""
        key = self.folded[start:end]
        entity = self.people.get(key) or (self._by_beginning.get(key) if len(key) == 2 else None)
        if entity is None:
            short = _short_form(key)
            entity = self.people.get(short)
            if entity is not None and len(entity.name) == len(short):
                entity.name = self.original[start:end]  # known by the last name until now
            else:
                entity = Entity(self.original[start:end], "person")
            if short:
                self.people.setdefault(short, entity)
            if len(key) == 3:
                self._by_beginning.setdefault(key[:2], entity)  # 高桥 of 高桥谅
        for form in self.lexicon.forms.get(key, (key,)):
            self.people.setdefault(form, entity)
        alias = self._alias(key, end)
        if alias:
            self.people.setdefault(alias, entity)
            for short in (_short_form(alias), alias.split(" ")[0] if _HAN.search(key) else ""):
                if len(short) > 1:
                    self.people.setdefault(short, entity)
        place = self.group(*group).name if group is not None else ""
        if title or place:
            past = bool(
                group
                and self.lexicon.role["past"].search(self.folded, max(0, group[0] - 4), group[0])
            )
            office = Office(title, place, past)
            if office not in entity.offices:
                entity.offices.append(office)
        return entity

    def _alias(self, name: str, end: int) -> str:
        """The same name in the other script, in brackets behind it: ``苏姿丰(Lisa Su)``."""
        found = _BRACKETED.match(self.folded, end)
        if found is None or bool(_HAN.search(found[1])) == bool(_HAN.search(name)):
            return ""
        lexicon = self.lexicon
        fits = (
            LATIN_NAME.fullmatch(found[1])
            if name and _HAN.search(name)
            else (lexicon.name.fullmatch(found[1]) or lexicon.foreign.fullmatch(found[1]))
        )
        return found[1] if fits and not found[1].isupper() else ""

    def group(self, start: int, end: int) -> Entity:
        """The organisation named at start:end."""
        name = self.original[start:end]
        return self.groups.setdefault(self.folded[start:end], Entity(name, "organization"))

    def by_surname(self, phrase: str) -> Entity | None:
        """The person called 孟总, 老孟 or 孟博士: the last one introduced with that surname."""
        nick = phrase[0] in "老小阿" and len(phrase) == 2
        surname = phrase[1:] if nick else phrase[0]
        for name, entity in reversed(self.people.items()):
            if name.startswith(surname) and name != phrase and len(name) >= 2:
                return entity
        return None

    def in_full(self, name: str) -> bool:
        """True when a known organisation is called ``name`` for short."""
        if self._beginnings is None:
            names = (self.folded[start:end] for start, end in self.organizations.items())
            self._beginnings = {n[:k] for n in names for k in (2, 3, 4) if len(n) >= k + 2}
        return not name.isascii() and name in self._beginnings

    def called(self, label: str) -> Entity | None:
        """The person whom an interview calls by the first name, initials or surname: Paul, PW, 孟, 孟总."""
        if self.lexicon.address.fullmatch(label) or (len(label) == 1 and _HAN.match(label)):
            return self.by_surname(label)
        for name, entity in self.people.items():
            parts = re.split("[ ·]", name)
            if len(parts) > 1 and label in (parts[0], "".join(p[:1] for p in parts)):
                return entity
        return None

    def named_at(self, start: int, stop: int) -> tuple[int, Entity] | None:
        """Who is named at exactly ``start``: the end of the longest name, and the entity."""
        for length in range(min(30, stop - start), 1, -1):
            entity = self._entity(start, start + length)
            if entity is not None:
                return start + length, entity
        return None

    def named_before(self, start: int, end: int) -> tuple[int, Entity] | None:
        """Who is named right before ``end``: the start of the longest name, and the entity."""
        for at in range(max(start, end - 30), end - 1):
            entity = self._entity(at, end)
            if entity is not None:
                return at, entity
        return None

    def _entity(self, start: int, end: int) -> Entity | None:
        name = self.masked[start:end]
        entity = self.people.get(name) or self.groups.get(name)
        if entity is None and self.organizations.get(start) == end:
            entity = self.group(start, end)
        return entity if entity is not None and self._edges(start, end) else None

    def _edges(self, start: int, end: int) -> bool:
        """True when no Latin word goes on across an edge of start:end."""
        text = self.masked
        return not (latin(text, start - 1) and latin(text, start)) and not (
            latin(text, end - 1) and latin(text, end)
        )

    # ------------------------------------------------------------------ introductions

    def introduce(self, hits: list[Hit]) -> None:
        """Take up everybody whom the text names beside a title, cue or no cue."""
        self._cues = {
            hit.start for hit in hits if hit.entry.cue is not None and hit.end - hit.start > 1
        }
        for hit in hits:
            if hit.entry.kind == "famous":
                self.person(hit.start, hit.end)
        for hit in hits:
            if hit.entry.kind == "title":
                self._introduced(hit)

    def _introduced(self, hit: Hit) -> None:
        folded, lexicon = self.folded, self.lexicon
        for chain in lexicon.titles.finditer(folded, max(0, hit.start - 24), hit.end + 24):
            if chain.start() <= hit.start < chain.end():
                break
        else:
            return
        if chain.end() in self._read_titles:
            return
        start, end = self.title_span(*chain.span())
        self._read_titles.add(end)
        inside = self.masked[start] != folded[start]  # in brackets: 徐婉清(华序证券首席分析师)
        text, marks = (folded, "“「”」(") if inside else (self.masked, "“「”」")
        clause = max(text.rfind(c, max(0, start - 60), start) for c in _DELIMITERS + marks) + 1
        clause = max(clause, start - 60, 0)
        front = lexicon.adverbials.front.match(folded, clause, start)
        begin = front.end() if front else clause
        title = self.original[start:end].strip(SPACE)
        found: tuple[Span, Span | None] | None
        span = self.name_after(end)
        if span is not None:
            found = self.bare(*span), self.office_at(begin, start)
        else:
            found = self._name_before(clause, start, title)
        if found is not None:
            entity = self.person(*found[0], title, found[1])
            whose = folded[begin:start].strip(SPACE)
            if found[1] is None and whose == "其":
                self._its.append((start, entity))
            of_company = whose in lexicon.whole["organization"]
            if found[1] is None and (of_company or not lexicon.callings.search(simple(title))):
                self._unplaced.append((start, entity))
            return
        back = lexicon.role["points_back"].match(folded, begin, start)
        if back:
            self._back_references.append((begin, title, self.organization(back.end(), start)))
        elif re.match(r"一[位名]|某", folded[begin:start]) and folded[end : end + 1] not in (
            "的",
            "们",
        ):
            group = self.organization(begin, start)
            place = self.original[slice(*group)] if group else ""
            self._strangers.append(
                (begin, end, Entity(self.original[begin:end], "anonymous", [Office(title, place)]))
            )

    def title_span(self, start: int, end: int) -> Span:
        """A title without what belongs to the name of the organisation before it: 磐石微架构|创办人."""
        for at in range(max(0, start - 12), start):
            over = self.organizations.get(at, 0)
            if start < over < end and self.lexicon.titles.fullmatch(self.folded, over, end):
                return over, end
        return start, end

    def name_after(self, start: int) -> Span | None:
        """The name that begins where a title ends, cut at its likeliest length."""
        folded, lexicon = self.folded, self.lexicon
        while folded.startswith((" ", "*", "_"), start):
            start += 1
        known = self.named_at(start, min(len(folded), start + 12))
        if known is not None and known[1].kind == "person":
            return start, known[0]
        found = LATIN_NAME.match(folded, start)
        if found and len(found[0]) > 2 and (" " in found[0] or not found[0].isupper()):
            return found.span()
        found = MARKED_NAME.match(folded, start)
        if found:
            return found.span()
        found = HANDLE.match(folded, start)
        if found:
            cues = (at for at in range(start + 2, found.end()) if at in self._cues)
            return start, next(cues, found.end())  # @数码小灶|分享了
        if lexicon.role["blogger"].search(folded, max(0, start - 6), start):
            stop = next((at for at in range(start + 2, start + 11) if at in self._cues), start)
            if start < stop and not lexicon.role["not_in_name"].search(folded, start, stop):
                return start, stop  # 博主|数码小灶|透露
        called = lexicon.role["called"].match(folded, start)
        if called:
            start = called.end()  # 首席执行官的|帕特·基辛格, 创始人叫|郗未央
        found = _DOTTED_NAME.match(folded, start)
        if found:
            return start, self._foreign_end(start, found.end())
        found = lexicon.name.match(folded, start)
        if found:
            return self._name_end(start, found.end())
        found = lexicon.foreign_run.match(folded, start)
        if found and lexicon.role["after_name"].match(folded, found.end()):
            return found.span()
        return None

    def _foreign_end(self, start: int, end: int) -> int:
        """Where the characters stop being those of foreign names: ``帕特·基辛格|表示``."""
        at = self.folded.rfind("·", start, end) + 1
        while at < end and self.folded[at] in self.lexicon.dotted:
            at += 1
        return at

    def _foreign_start(self, start: int) -> int:
        """Where the name begins that a dot ends the first part of: ``企业家|埃隆·马斯克``."""
        dot = at = self.folded.index("·", start)
        while at > start and self.folded[at - 1] in self.lexicon.dotted:
            at -= 1
        return at if at < dot else start

    def _name_end(self, start: int, end: int) -> Span | None:
        """The end of a Chinese name of two or three characters; None for a common word."""
        folded, role = self.folded, self.lexicon.role
        if start in self._cues:
            return None  # 科学家|解释了
        best = None
        for stop in range(end, start + 1, -1):
            if folded[start:stop] in self.people:
                return start, stop
            if best is None and role["after_name"].match(folded, stop):
                best = stop
        full, short = self._count(start, end), self._count(start, end - 1)
        if best is None and full >= 2:
            best = end
        if best is None and short > 2 * full:
            best = end - 1  # 余凯|进行
        if end - start > 2 and end - 1 in self._cues:
            return start, end - 1
        cut_verb = best == end and end - start > 2 and role["verb_like"].match(folded, end - 1)
        if cut_verb and (short > 1.5 * full or full == short == 1):
            best = end - 1  # 李想|说
        for stop in range(end, start + 1, -1):
            if self._alias(folded[start:stop], stop):
                return start, stop  # 金泰(Tae Kim)
        if best is None or (
            best - start == 2 and len(self.lexicon.words.cut(folded[start:best])) == 1
        ):
            return None
        return start, best

    def _count(self, start: int, end: int) -> int:
        name = self.folded[start:end]
        return self.folded.count(name, max(0, start - _NEIGHBOURHOOD), end + _NEIGHBOURHOOD)

    def _name_before(self, clause: int, title: int, words: str) -> tuple[Span, Span | None] | None:
        """邵其岚是衡川微CEO; 鲁维舟,沐川半导体CTO; 徐婉清(华序证券首席分析师); 江城大学的方砚秋教授."""
        folded, lexicon = self.folded, self.lexicon
        bearer = self.bearer(clause, title, words)
        if bearer is not None:
            return bearer, self.organization(clause, bearer[0])
        said = lexicon.office_of.match(folded, clause, title)
        if said and (
            lexicon.name.fullmatch(said[1]) or said[1].isascii() or said[1] in self.people
        ):
            at = self.organization(*said.span("at")) if said["at"] else None
            return said.span(1), at or self.organization(said.end(), title)
        takes = lexicon.role["takes"].search(folded, clause, title)
        named = self.named_before(clause, takes.start()) if takes else None
        if named is not None and named[1].kind == "person":  # 英特尔换了基辛格担任|CEO
            groups = self.organizations_in(clause, named[0])
            assert takes is not None
            return (named[0], takes.start()), groups[-1] if groups else None
        holds = lexicon.role["holds"].match(folded, clause, title)
        if holds:  # 贾新光是一名老兵，现任…理事
            sentence = max(folded.rfind(c, max(0, clause - 120), clause) for c in "。!?\n") + 1
            head = self.name_after(sentence) if sentence < clause else None
            if head is None and clause > sentence:
                described = folded.rfind("的", sentence, clause) + 1  # 生于永康的|胡伟武，现任
                head = self.name_after(described) if described else None
            if head is not None:
                return head, self.organization(holds.end(), title)
        shown = lexicon.shown.match(folded, clause, title)
        if shown and len(lexicon.words.cut(shown[1])) > 1:  # 嘉宾|郗未央 驭流科技创始人
            group = self.organization(shown.end(), title)
            return (shown.span(1), group) if group else None
        if clause < 2 or folded[clause - 1] not in "，,(":
            return None
        begin = max(folded.rfind(c, max(0, clause - 24), clause - 1) for c in _NAME_STARTS) + 1
        name = self.bare(begin, clause - 1)
        told = lexicon.role["is_named"].match(folded, *name)
        if told:  # 嘉宾是郗未央(驭流科技创始人)
            name = told.end(), name[1]
        if lexicon.name.fullmatch(folded[slice(*name)]) or folded[slice(*name)] in self.people:
            group = self.organization(clause, title)
            if group is not None or not folded[clause:title].strip(SPACE):
                return name, group
        found = _LATIN_END.search(folded, max(0, clause - 40), clause - 1)
        if found and " " in found[1]:
            return found.span(1), self.organization(clause, title)
        return None

    def bearer(self, start: int, end: int, title: str) -> Span | None:
        """Who bears a title that follows the name: ``魏少军|教授``, ``雷军|CEO``; not ``康佳|CEO``."""
        folded, lexicon = self.folded, self.lexicon
        start, end = self._stripped(start, end)
        if end > start and folded[end - 1] == ")":
            end = max(start, folded.rfind("(", start, end))  # 金正浩(Kim Jung-ho)教授
        if start >= end or any(stop == end for _, stop in self.organizations_in(start, end)):
            return None
        if folded[start:end] in self.people:
            return start, end
        if simple(title) not in lexicon.whole["address"] and not lexicon.role["polite"].search(
            simple(title)
        ):
            return None
        for at in range(max(start, end - 4), end - 1):
            name = folded[at:end]
            if not lexicon.name.fullmatch(name) or lexicon.nouns["suffix"].search(name):
                continue
            before = folded[start:at].rstrip(SPACE)
            placed = not before or before[-1] == "的" or self._names_group(start, at)
            if placed and (name in self.people or len(lexicon.words.cut(name)) > 1):
                return at, end
        return None

    def _names_group(self, start: int, end: int) -> bool:
        """True when an organisation, its department or a title ends where a name may begin."""
        nouns, phrase = self.lexicon.nouns, self.folded[start:end].rstrip(SPACE)
        return any(
            stop >= start + len(phrase) for _, stop in self.organizations_in(start, end)
        ) or any(nouns[kind].search(phrase) for kind in ("suffix", "department"))

    def bare(self, start: int, end: int) -> Span:
        """The span of a name without marks, @ and forms of address."""
        folded = self.folded
        while start < end and folded[start] in SPACE + "@":
            start += 1
        while start < end and folded[end - 1] in SPACE:
            end -= 1
        marked = MARKED_NAME.fullmatch(folded, start, end)
        if marked:
            return marked.span(1)
        if end - start > 3 and folded.startswith(("先生", "女士", "小姐"), end - 2):
            end -= 2
        return start, end

    def discover(self) -> None:
        """Take up people whom no title introduces: foreign names with a dot, and a surname with one or
        two characters, again and again at the head of clauses, where the segmenter knows no such word."""
        folded, lexicon = self.folded, self.lexicon
        for found in _DOTTED_NAME.finditer(folded):
            self.person(self._foreign_start(found.start()), self._foreign_end(*found.span()))
        for found in MARKED_NAME.finditer(folded):
            before = lexicon.title_end.search(folded, max(0, found.start() - 8), found.start())
            if before and not lexicon.nouns["document"].search(found[1]):  # 论坛大佬「冷月」
                self.person(*found.span(1))
        heads: Counter[str] = Counter()
        for opening in lexicon.opening_name.finditer(folded):
            heads[opening[1]] += 1
            heads[opening[1][:2]] += 1
        names = [name for name, count in heads.items() if len(name) > 2 or count > 1]
        for name, starts in self._places(names).items():
            at, length = starts[0], len(name)
            after = {folded[start + length : start + length + 1] for start in starts}
            known = name in self.people or name[:2] in self.people
            if len(starts) < 3 or len(after) < 2 or known or at in self.organizations:
                continue
            surname = 2 if name[:2] in lexicon.whole_surnames else 1
            ends = any(lexicon.role["after_name"].match(character) for character in after)
            if lexicon.address.fullmatch(name):
                continue  # 金教授
            if ends and len(lexicon.words.cut(name)[0]) == surname:
                self.person(at, at + length)

    def _places(self, names: list[str]) -> dict[str, list[int]]:
        """Where names stand, overlapping ones too; in one pass."""
        out: dict[str, list[int]] = {name: [] for name in names}
        if names:
            for index, start, _ in AhoCorasick(names).find_matches_as_indexes(
                self.folded, overlapping=True
            ):
                out[names[index]].append(start)
        return out

    # ------------------------------------------------------------------ organisations

    def _before_name(self, stem: str) -> int:
        """How many characters at the head of a stem are no part of a name: ``对话|驭流``, ``他是|驭流``."""
        skip, last = 0, len(stem) - 2
        for word in self.lexicon.words.cut(stem):
            plain = len(word) > 1 or word in _NO_BEGINNING
            if not plain or skip + len(word) > last:
                break
            skip += len(word)
        return skip

    def _discover_companies(self) -> None:
        """Take up companies that nobody knows: 星澜微电子 at the head of a clause, named again or doing
        what companies do, the segmenter knowing no word 星澜; and Latin names that do (Fjordlogic 推出)."""
        folded, lexicon = self.folded, self.lexicon
        names: set[str] = set()
        places = tuple(lexicon.whole["place"])
        for found in lexicon.company.finditer(folded):
            skip = self._before_name(found[1])
            name, stem = found[0][skip:], found[1][skip:]
            if (
                name in names
                or lexicon.role["not_in_group"].search(stem)
                or lexicon.general.fullmatch(stem)
            ):
                continue
            known_word = len(lexicon.words.cut(stem)) == 1
            if (known_word and not lexicon.titles.match(folded, found.end())) or stem.startswith(
                places
            ):
                continue
            start = found.start() + skip
            times = self._count(start, found.end(1))
            invented = len(lexicon.words.cut(stem)) == len(stem) and stem[0] not in _NO_BEGINNING
            common = lexicon.role["common_after"].match(folded, found.end())
            acts = lexicon.role["company_acts"].match(folded, found.end())
            if times < 2 and not acts and (not invented or common or len(name) < len(stem) + 2):
                continue
            names.add(name)
            if times > self._count(start, found.end()) + 1 and invented:
                names.add(stem)
        for found in lexicon.called_company.finditer(folded):
            if len(lexicon.words.cut(found[1])) == len(found[1]):
                names.add(found[1])
        heads = Counter(found[1] for found in lexicon.latin_company.finditer(folded))
        names |= {
            name
            for name, count in heads.items()
            if count >= 2 and folded.count(name) >= 3 and name not in self.chips
        }
        if not names:
            return
        taken = sorted(self.organizations.items())
        ends = [end for _, end in taken]
        automaton = AhoCorasick(sorted(names), matchkind=MATCHKIND_LEFTMOST_LONGEST)
        for _, start, end in automaton.find_matches_as_indexes(folded):
            index = bisect_right(ends, start)
            other = taken[index] if index < len(taken) and taken[index][0] < end else None
            if (other is None or (other[0] >= start and other[1] < end)) and self._edges(
                start, end
            ):
                self.organizations[start] = end

    def organization(self, start: int, end: int) -> Span | None:
        """The organisation in the words before a title: ``设计服务业者「睿晟电子」`` -> 睿晟电子."""
        folded, lexicon = self.folded, self.lexicon
        if folded.startswith("长", end + 1):  # 美国商务部长: the organisation ends inside the title
            shared = [s for s in self.organizations_in(start, end + 1) if s[1] == end + 1]
            if shared:
                return shared[0]
        while start < end and folded[end - 1] in SPACE + "、":
            end -= 1
        if end > start and folded[end - 1] == ")" and folded.rfind("(", start, end) > start:
            end = folded.rfind("(", start, end)  # 韩国科学技术院(KAIST)教授
        owned = end > start and folded[end - 1] == "的"
        trailing = re.search(rf"(?:的|{lexicon.quantifier.pattern}| )+\Z", folded[start:end])
        if trailing:
            end = start + trailing.start()
        while start < end and folded[start] in SPACE + "、":
            start += 1
        known = self.organizations_in(start, end)
        if known:
            placed = self._placed(known, start, end)
            if placed is not None:
                return placed
        bracket = folded.find("(", start, end)
        if start < bracket and folded.find(")", bracket, end) > 0:
            end = bracket
        marked = list(MARKED_NAME.finditer(folded, start, end))
        if marked:
            return marked[-1].span(1)
        for held in lexicon.role["held_at"].finditer(folded, start, end):
            start = held.end()
        at = folded.rfind("的", start, end)
        if at >= 0:
            if end - at < 3 or lexicon.nouns["department"].fullmatch(folded[at + 1 : end]):
                return self.organization(start, at)
            start = at + (2 if folded.startswith("是", at + 1) else 1)
        span = self._without_modifiers(start, end)
        phrase = folded[slice(*span)]
        if (
            not 2 <= len(phrase) <= 24
            or any(
                phrase in lexicon.whole[kind]
                for kind in ("organization", "class", "document", "field")
            )
            or lexicon.titles.match(phrase)
            or phrase in self.people
            or (not phrase.isascii() and lexicon.role["not_in_group"].search(phrase))
            or lexicon.nouns["department"].fullmatch(phrase)
            or lexicon.general.fullmatch(phrase)
            or (
                owned
                and not (
                    lexicon.nouns["suffix"].search(phrase) or phrase.isascii() or len(phrase) <= 4
                )
            )
        ):
            return None
        return span

    def _placed(self, known: list[Span], start: int, end: int) -> Span | None:
        """The one of several known organisations that a title belongs to."""
        folded, not_in_group = self.folded, self.lexicon.role["not_in_group"]
        if len(known) == 1 and not folded.startswith(("的竞争对手", "的对手"), known[0][1]):
            return known[0]
        for s, e in known:
            if s == start or folded[start:s].rstrip(SPACE).endswith(
                ("的", "、", "任", "前", "在", "现", "商", "头", "业", "司", "者", "如")
            ):
                return s, e
        for s, e in reversed(
            known
        ):  # 我们采访了Arm客户业务部总经理: what stands between is a department
            between = folded[e:end].strip(SPACE)
            if len(between) <= 16 and not not_in_group.search(between):
                return s, e
        return None

    def _without_modifiers(self, start: int, end: int) -> Span:
        """Without 前 and 一家, class nouns, places, and the department behind it."""
        folded, lexicon = self.folded, self.lexicon
        whole = start
        leading = lexicon.before_group.match(folded, start, end)
        if leading:
            start = leading.end()
        for pattern in (lexicon.class_noun, lexicon.general, lexicon.role["such_as"]):
            generic = pattern.match(folded, start, end)
            suffixed = pattern is lexicon.general and lexicon.nouns["suffix"].search(
                folded[start:end]
            )
            if generic and generic.end() < end and not suffixed:
                if pattern is lexicon.class_noun and self._common(generic.end(), end):
                    return self._stripped(whole, generic.end())  # 某云厂商|推理: a department
                start = generic.end()
        if whole < start and folded[start:end] in lexicon.whole["class"]:
            return self._stripped(whole, end)  # 某运营商
        tail = _LATIN_TAIL.search(folded, start, end)
        suffixed = tail and lexicon.nouns["suffix"].search(tail[2])
        if (
            tail
            and not suffixed
            and (
                lexicon.nouns["department"].search(tail[2])
                or not lexicon.role["not_in_group"].search(tail[2])
            )
        ):  # 我们有机会与Halcyon客户端业务总经理
            start, end = tail.span(1)
        split = lexicon.department.fullmatch(folded, start, end)
        whole_name = split and (split[2].startswith("大学") or split[2] in lexicon.whole["suffix"])
        if split and split[2] and not whole_name:  # 深度科技|研究院 is one name
            end = split.end(1)
        field = lexicon.company_field.fullmatch(folded, start, end)
        if field:
            end = field.end(1)
        return self._stripped(start, end)

    def _common(self, start: int, end: int) -> bool:
        """True for words that make no name: 推理, 基础设施; not for 睿晟电子."""
        phrase, lexicon = self.folded[start:end].strip(SPACE), self.lexicon
        if lexicon.nouns["department"].search(phrase):
            return True
        if not phrase or phrase.isascii() or lexicon.nouns["suffix"].search(phrase):
            return False
        return all(len(word) > 1 for word in lexicon.words.cut(phrase))

    def _stripped(self, start: int, end: int) -> Span:
        while start < end and self.folded[start] in SPACE:
            start += 1
        while start < end and self.folded[end - 1] in SPACE:
            end -= 1
        return start, end

    def without_groups(self, start: int, end: int) -> str:
        """The words at start:end with the names of organisations blanked: 华为 holds no 为."""
        words, at = "", start
        for begin, stop in self.organizations_in(start, end):
            words, at = words + self.masked[at:begin] + "A" * (stop - begin), max(at, stop)
        return words + self.masked[at:end]

    def organizations_in(self, start: int, end: int) -> list[Span]:
        """The known organisations that are named between start and end."""
        starts = self._organization_starts
        found = starts[bisect_left(starts, start) : bisect_left(starts, end)]
        return [(at, self.organizations[at]) for at in found if self.organizations[at] <= end]

    # ------------------------------------------------------------------ where they are named

    def locate(self) -> None:
        """Find every place where somebody who is known by now is named, and what is told of them there."""
        names = {n: e for n, e in (*self.groups.items(), *self.people.items()) if len(n) >= 2}
        if names:
            entities = list(names.values())
            automaton = AhoCorasick(list(names), matchkind=MATCHKIND_LEFTMOST_LONGEST)
            for index, start, end in automaton.find_matches_as_indexes(self.masked):
                if self._edges(start, end):
                    self.mentions.append((start, end, entities[index]))
        for start, end in self.organizations.items():
            if self.folded[start:end] not in names:
                self.mentions.append((start, end, self.group(start, end)))
        ends = {end: start for start, end in self.organizations.items()}
        for start, _, entity in self.mentions:  # 驭流科技的|郗未央
            stop = start - self.masked.startswith("的", start - 1)
            owner = ends.get(stop)
            if owner is not None and entity.kind == "person" and not entity.organizations:
                entity.offices.append(Office("", self.original[owner:stop]))
        self.mentions += self._strangers
        self.mentions.sort(key=lambda m: (m[0], -m[1]))
        self._starts = [m[0] for m in self.mentions]
        self._founders()
        for position, entity in self._its:
            near = self.last_named(position, position - 120, ("organization",), subject=False)
            if near is not None and not entity.organizations:
                entity.offices.append(Office("", near[1].name))
        for position, entity in self._unplaced:
            if not entity.organizations:
                near = self._place_before(position)
                place = near or self.main("organization")
                if place is not None and simple(place.name) not in self.lexicon.whole["place"]:
                    entity.offices.append(Office("", place.name))
        for position, title, group in self._back_references:
            named = self.last_named(position, max(0, position - 400), ("person",), subject=False)
            if named is not None and title not in named[1].titles:
                place = self.original[slice(*group)] if group is not None else ""
                named[1].offices.append(Office(title, place))

    def office_at(self, start: int, end: int) -> Span | None:
        """Where an office is held; of several (A董事长、B技术总师魏少军) the last that says so."""
        last = self.folded.rfind("、", start, end) + 1
        group = (self.organization(last, end) if last else None) or self.organization(start, end)
        if group is None:
            for chain in reversed(list(self.lexicon.titles.finditer(self.folded, start, end))):
                group = group or self.organization(start, chain.start())
        return group

    def _founders(self) -> None:
        """Give those who founded or lead an organisation their place: ``郗未央创办了驭流科技``."""
        role = self.lexicon.role
        for start, end in self.organizations.items():
            found = role["founded"].search(self.masked, max(0, start - 12), start)
            if found is None:
                continue
            sentence = max(self.masked.rfind(c, max(0, start - 80), start) for c in "。!?\n") + 1
            named = self.last_named(found.start() + 1, sentence, ("person",), subject=False)
            if named is not None and not named[1].organizations:
                named[1].offices.append(Office("", self.original[start:end]))

    def _place_before(self, position: int) -> Entity | None:
        """The organisation that the words before an office were about."""
        kinds = ("organization",)
        named = (
            self.last_named(position, position - 16, kinds, subject=False)
            or self.last_named(position, position - 300, kinds)
            or self.last_named(position, position - 100, kinds, subject=False)
        )
        return named[1] if named else None

    def last_named(
        self, position: int, since: int, kinds: tuple[str, ...], subject: bool = True
    ) -> tuple[int, Entity] | None:
        """Who of ``kinds`` was last named between ``since`` and ``position``; as a subject, if asked."""
        index = bisect_left(self._starts, position) - 1
        while index >= 0 and self.mentions[index][0] >= since:
            start, end, entity = self.mentions[index]
            if (
                end <= position
                and entity.kind in kinds
                and (not subject or self._subject(start, end))
            ):
                return start, entity
            index -= 1
        return None

    def _subject(self, start: int, end: int) -> bool:
        """True when what is named at start:end opens a clause, or follows its title there."""
        masked, lexicon = self.masked, self.lexicon
        if masked.startswith(("的", "、", "和"), end):
            return False
        clause = max(masked.rfind(c, max(0, start - 48), start) for c in _DELIMITERS + "()”」") + 1
        front = lexicon.adverbials.front.match(masked, clause, start)
        before = masked[front.end() if front else clause : start].strip(SPACE + "、“「")
        if not before or lexicon.title_end.search(before):
            return True
        if before.endswith("的"):  # 成立十年的星澜, 生于永康的胡伟武，
            return start in self.organizations or masked.startswith(("，", ","), end)
        return (
            start in self.organizations
            and len(before) <= 8
            and bool(lexicon.nouns["class"].search(before))
        )

    def reporter(self, position: int) -> Entity | None:
        """The medium that was last said to report something before ``position``."""
        lexicon = self.lexicon
        index = bisect_left(self._starts, position) - 1
        for _, end, entity in reversed(self.mentions[max(0, index - _MENTIONS) : index + 1]):
            medium = entity.kind == "organization" and lexicon.nouns["medium"].search(
                simple(entity.name)
            )
            if medium and lexicon.role["reports"].match(self.masked, end, position):
                return entity
        return None

    def main(self, kind: str) -> Entity | None:
        """The person (or organisation) that the document is about: the one it names most often."""
        if kind not in self._main:
            entities = {e.name: e for _, _, e in self.mentions if e.kind == kind}
            counts = Counter(e.name for _, _, e in self.mentions if e.kind == kind)
            best = counts.most_common(12)
            for name, count in best:  # 星澜 and 星澜微电子 are one
                for longer, _ in best:
                    if longer != name and longer.startswith(name):
                        counts[longer] += count
            best = counts.most_common(3)
            rivals = [n for name, n in best[1:] if not best[0][0].startswith(name)]
            clear = (
                best
                and (best[0][1] >= 2 or len(counts) == 1)
                and (not rivals or best[0][1] >= 1.5 * rivals[0])
            )
            self._main[kind] = entities[best[0][0]] if clear else None
        return self._main[kind]


def latin(text: str, at: int) -> bool:
    """True when a Latin letter or digit stands at ``at``."""
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def _short_form(name: str) -> str:
    """What a full name is shortened to: 帕特·基辛格 -> 基辛格, Lip-Bu Tan -> Tan."""
    last = name.rsplit("·" if "·" in name else " ", 1)[-1]
    return last if last != name and len(last) >= (2 if _HAN.search(last) else 3) else ""
