"""Who is known in a document: people and organisations, and where they are named.

In: the text, the organisations that the names stage found, the titles of the lexicon. Out: an
``Entity`` for every person and organisation, so that the second mention (基辛格, 雷总, 他) finds the
first one, and the title that stands in the headline is known in the last paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Hit, Lexicon
from pipeline.document.openings import finder

SPACE = " \n\t*_"
LATIN_NAME = re.compile(
    r"[A-Z][A-Za-z.'’\-\u00c0-\u024f]*"
    r"(?: (?:[A-Z][A-Za-z.'’\-\u00c0-\u024f]*|de|van|von|der|bin|al)){0,3}"
)
MARKED_NAME = re.compile(r"[“「\"『‘]([^”」\"』’，。,;:!?]{1,16})[”」\"』’]")
HANDLE = re.compile(r"@[\w\-·]{1,20}")
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

Span = tuple[int, int]


@dataclass(slots=True)
class Entity:
    """A person (named or not: ``anonymous``) or an organisation of one document."""

    name: str
    kind: str
    titles: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)


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
        self._discover_companies(chips)
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
        self._back_references: list[tuple[int, str, Span | None]] = []
        """Titles of somebody named before: 这位榫卯科技的董事长, 他担任主席."""
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
        self.people.setdefault(key, entity)
        alias = self._alias(key, end)
        if alias:
            self.people.setdefault(alias, entity)
            if _short_form(alias):
                self.people.setdefault(_short_form(alias), entity)
        if title and title not in entity.titles:
            entity.titles.append(title)
        if group is not None:
            name = self.group(*group).name
            if name not in entity.organizations:
                entity.organizations.append(name)
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
        surname = phrase[1:] if phrase[0] in "老小阿" and len(phrase) == 2 else phrase[0]
        for name, entity in reversed(self.people.items()):
            if name.startswith(surname) and name != phrase and len(name) >= 2:
                return entity
        return None

    def called(self, label: str) -> Entity | None:
        """The person whom an interview calls by the first name or by initials: Paul, PW."""
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
            if hit.entry.kind == "title":
                self._introduced(hit)
            elif hit.entry.kind == "famous":
                self.person(hit.start, hit.end)

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
            found = self.bare(*span), self._office_at(begin, start)
        else:
            found = self._name_before(clause, start)
        if found is not None:
            entity = self.person(*found[0], title, found[1])
            of_company = folded[begin:start].strip(SPACE) in lexicon.whole["organization"]
            if found[1] is None and (of_company or not lexicon.callings.search(title)):
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
            places = [self.original[slice(*group)]] if group else []
            self._strangers.append(
                (begin, end, Entity(self.original[begin:end], "anonymous", [title], places))
            )

    def title_span(self, start: int, end: int) -> Span:
        """A title without what belongs to the name of the organisation before it: 磐石微架构|创办人."""
        for at in range(max(0, start - 12), start):
            over = self.organizations.get(at, 0)
            if start < over < end:
                return over, end
        return start, end

    def name_after(self, start: int) -> Span | None:
        """The name that begins where a title ends, cut at its likeliest length."""
        folded, lexicon = self.folded, self.lexicon
        while folded.startswith((" ", "*", "_"), start):
            start += 1
        found = LATIN_NAME.match(folded, start)
        if found and len(found[0]) > 2 and (" " in found[0] or not found[0].isupper()):
            return found.span()
        found = MARKED_NAME.match(folded, start) or HANDLE.match(folded, start)
        if found:
            return found.span()
        if folded.startswith("的", start):
            start += 1  # 首席执行官的|帕特·基辛格
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
        best = None
        for stop in range(end, start + 1, -1):
            if folded[start:stop] in self.people:
                return start, stop
            if best is None and role["after_name"].match(folded, stop):
                best = stop
        full, short = self._count(start, end), self._count(start, end - 1)
        if best is None and full >= 2:
            best = end
        if end - start > 2 and end - 1 in self._cues:
            return start, end - 1
        cut_verb = best == end and end - start > 2 and role["verb_like"].match(folded, end - 1)
        if cut_verb and (short > 1.5 * full or full == short == 1):
            best = end - 1  # 李想|说
        if best is None or (
            best - start == 2 and len(self.lexicon.words.cut(folded[start:best])) == 1
        ):
            return None
        return start, best

    def _count(self, start: int, end: int) -> int:
        name = self.folded[start:end]
        return self.folded.count(name, max(0, start - _NEIGHBOURHOOD), end + _NEIGHBOURHOOD)

    def _name_before(self, clause: int, title: int) -> tuple[Span, Span | None] | None:
        """邵其岚是衡川微CEO; 鲁维舟,沐川半导体CTO; 徐婉清(华序证券首席分析师)."""
        folded, lexicon = self.folded, self.lexicon
        said = lexicon.office_of.match(folded, clause, title)
        if said and (
            lexicon.name.fullmatch(said[1]) or said[1].isascii() or said[1] in self.people
        ):
            return said.span(1), self.organization(said.end(), title)
        if clause < 2 or folded[clause - 1] not in "，,(":
            return None
        begin = max(folded.rfind(c, max(0, clause - 24), clause - 1) for c in _NAME_STARTS) + 1
        name = self.bare(begin, clause - 1)
        if lexicon.name.fullmatch(folded[slice(*name)]) or folded[slice(*name)] in self.people:
            return name, self.organization(clause, title)
        found = _LATIN_END.search(folded, max(0, clause - 40), clause - 1)
        if found and " " in found[1]:
            return found.span(1), self.organization(clause, title)
        return None

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
        for found in _dotted_names(folded):
            self.person(self._foreign_start(found.start()), self._foreign_end(*found.span()))
        for found in MARKED_NAME.finditer(folded):
            before = lexicon.title_end.search(folded, max(0, found.start() - 8), found.start())
            if before and not lexicon.nouns["document"].search(found[1]):  # 论坛大佬「冷月」
                self.person(*found.span(1))
        heads: Counter[str] = Counter()
        for opening in lexicon.opening_name.finditer("\n" + folded):
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
            if ends and len(lexicon.words.cut(name)[0]) == surname:
                self.person(at, at + length)

    def _places(self, names: list[str]) -> dict[str, list[int]]:
        """Where names stand, overlapping ones too; in one pass."""
        out: dict[str, list[int]] = {name: [] for name in names}
        if names:
            for index, start, _ in finder(names).find_matches_as_indexes(
                self.folded, overlapping=True
            ):
                out[names[index]].append(start)
        return out

    # ------------------------------------------------------------------ organisations

    def _discover_companies(self, chips: set[str]) -> None:
        """Take up companies that nobody knows: 星澜微电子 at the head of a clause, named again or doing
        what companies do, the segmenter knowing no word 星澜; and Latin names that do (Fjordlogic 推出)."""
        folded, lexicon = self.folded, self.lexicon
        names: set[str] = set()
        places = tuple(lexicon.whole["place"])
        for found in lexicon.company.finditer(folded):
            name, stem = found[0], found[1]
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
            times = self._count(*found.span(1))
            if times < 2 and not lexicon.role["company_acts"].match(folded, found.end()):
                continue
            names.add(name)
            if times > self._count(*found.span()) + 1 and len(lexicon.words.cut(stem)) == len(stem):
                names.add(stem)
        heads = Counter(found[1] for found in lexicon.latin_company.finditer(folded))
        names |= {
            name
            for name, count in heads.items()
            if count >= 2 and folded.count(name) >= 3 and name not in chips
        }
        if not names:
            return
        taken = sorted(self.organizations.items())
        ends = [end for _, end in taken]
        automaton = finder(sorted(names), longest=True)
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
        for separator in ("、", "现任", "任职于", "来自"):
            at = folded.rfind(separator, start, end)
            if at >= 0:
                start = at + len(separator)
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
            tail and not suffixed and not lexicon.role["not_in_group"].search(tail[2])
        ):  # 我们有机会与Halcyon客户端业务总经理
            start, end = tail.span(1)
        split = lexicon.department.fullmatch(folded, start, end)
        if split and split[2] and not split[2].startswith("大学"):
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
            automaton = finder(names, longest=True)
            for index, start, end in automaton.find_matches_as_indexes(self.masked):
                if self._edges(start, end):
                    self.mentions.append((start, end, entities[index]))
        for start, end in self.organizations.items():
            if self.folded[start:end] not in names:
                self.mentions.append((start, end, self.group(start, end)))
        self.mentions += self._strangers
        self.mentions.sort(key=lambda m: (m[0], -m[1]))
        self._starts = [m[0] for m in self.mentions]
        for position, entity in self._unplaced:
            if not entity.organizations:
                near = self._place_before(position)
                place = near or self.main("organization")
                if place is not None and place.name not in self.lexicon.whole["place"]:
                    entity.organizations.append(place.name)
        for position, title, group in self._back_references:
            named = self.last_named(position, max(0, position - 400), ("person",), subject=False)
            if named is not None and title not in named[1].titles:
                named[1].titles.append(title)
                if group is not None:
                    named[1].organizations.append(self.original[slice(*group)])

    def _office_at(self, start: int, end: int) -> Span | None:
        """Where an office is held; of several (A董事长、B技术总师魏少军) the last that says so."""
        group = self.organization(start, end)
        if group is None:
            for chain in reversed(list(self.lexicon.titles.finditer(self.folded, start, end))):
                group = group or self.organization(start, chain.start())
        return group

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
        if before.endswith("的") and start in self.organizations:  # 成立十年的星澜
            return True
        return (
            start in self.organizations
            and len(before) <= 8
            and bool(lexicon.nouns["class"].search(before))
        )

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
            clear = best and best[0][1] >= 2 and (not rivals or best[0][1] >= 1.5 * rivals[0])
            self._main[kind] = entities[best[0][0]] if clear else None
        return self._main[kind]


def _dotted_names(folded: str) -> Iterator[re.Match[str]]:
    """The names that the pattern finds, looked for by their dot: few texts have one."""
    end = 0
    dot = folded.find("·")
    while dot >= 0:
        start = dot
        while start > max(end, dot - 6) and _HAN.match(folded, start - 1):
            start -= 1
        found = _DOTTED_NAME.match(folded, start) if start < dot else None
        if found:
            yield found
            end = found.end()
        dot = folded.find("·", found.end() if found else dot + 1)


def latin(text: str, at: int) -> bool:
    """True when a Latin letter or digit stands at ``at``."""
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def _short_form(name: str) -> str:
    """What a full name is shortened to: 帕特·基辛格 -> 基辛格, Lip-Bu Tan -> Tan."""
    last = name.rsplit("·" if "·" in name else " ", 1)[-1]
    return last if last != name and len(last) >= (2 if _HAN.search(last) else 3) else ""
