"""Who is known in a document: people and organisations, and where they are named.

In: the text, the organisations that the names stage found, the titles of the lexicon. Out: an
``Entity`` for every person and organisation, so that the second mention (基辛格, 雷总, 他) finds the
first one, and the title that stands in the headline is known in the last paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from pipeline.attribute.content import Text, joined
from pipeline.attribute.groups import Groups
from pipeline.attribute.lexicon import Hit, Lexicon, simple
from pipeline.attribute.names import (
    HAN,
    LATIN_END,
    MARKED_NAME,
    SPACE,
    Names,
    Span,
    dotted_names,
    edges,
)
from pipeline.document.openings import finder
from pipeline.document.segment import after_mark
from pipeline.model import Block

_SOME = re.compile("一[位名]|某")
_PARTS = re.compile("[ ·]")
_LABELS = re.compile(r"[\d.、()①-⑳•·*_【\[ \-]{0,8}")
_COLON = re.compile(r"[*_ ]{0,3}[:】\]]")
"""What stands before and behind a label."""
_DELIMITERS = "，,;:。!?\n\x01"
_NAME_STARTS = "，。,;:!?\n、()*①②③④⑤⑥⑦⑧⑨” "
_LONGEST = 30
"""How long the name of anybody may be."""
_NONE: frozenset[int] = frozenset()
_MENTIONS = 60
"""How many names back the medium of a report may stand."""
_MEMORY = 120
"""How many names back somebody may be meant: bounds the work on endless paragraphs."""


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
        self.people: dict[str, Entity] = {}
        """By every form of the name, full and short, as folded."""
        self._of_surname: dict[str, list[str]] = {}
        """Those forms by their first character."""
        self._first_names: dict[str, Entity] = {}
        """By the first part of a name and by its initials."""
        self._begins: dict[str, set[int]] = {}
        self._ends: dict[str, set[int]] = {}
        """How long the names are, of people and groups, by their first and by their last character."""
        self.places = Groups(lexicon, text, organizations, chips, self.people)
        self.names = Names(lexicon, joined(text.folded), self.people, self.places.inside)
        self._places_before: dict[int, set[int]] = {}
        """How long the organisations are that end somewhere."""
        for start, end in self.places.spans.items():
            self._places_before.setdefault(end, set()).add(end - start)
        self.groups: dict[str, Entity] = {}
        self._group_beginnings: set[str] = set()
        self._by_beginning: dict[str, Entity] = {}
        self.mentions: list[tuple[int, int, Entity]] = []
        """Where they are named, sorted; filled by ``locate``."""
        self._starts: list[int] = []
        self._strangers: list[tuple[int, int, Entity]] = []
        self._subjects: dict[Span, bool] = {}
        self._main: dict[str, Entity | None] = {}
        self._back_references: list[tuple[int, str, Span | None]] = []
        """Titles of somebody named before: 这位榫卯科技的董事长, 他担任主席."""
        self._its: list[tuple[int, Entity]] = []
        """Whom the text introduces by 其, whose office is that of who was named right before."""
        self._unplaced: list[tuple[int, Entity]] = []
        """Whom the text introduces by an office without saying where: 公司总裁孟繁昭."""
        self._read_titles: set[int] = set()

    # ------------------------------------------------------------------ people

    def person(self, start: int, end: int, title: str = "", group: Span | None = None) -> Entity:
        """The person named at start:end, made known now if it is the first time."""
        key = self.folded[start:end]
        entity = self.people.get(key) or (self._by_beginning.get(key) if len(key) == 2 else None)
        alias = self.names.alias(key, end)
        short = _short_form(key)
        if entity is None and alias in self.people:
            # 克里斯蒂亚诺·阿蒙(Cristiano Amon), where the Latin name is a well-known one
            entity = self.people[alias]
            entity.name = self.original[start:end]
            if short:
                self._call(short, entity)
        if entity is None:
            entity = self.people.get(short)
            if entity is not None and len(entity.name) == len(short):
                entity.name = self.original[start:end]  # known by the last name until now
            else:
                entity = Entity(self.original[start:end], "person")
            if short:
                self._call(short, entity)
            if len(key) == 3:
                self._by_beginning.setdefault(key[:2], entity)  # 高桥 of 高桥谅
        for form in self.lexicon.forms.get(key, (key,)):
            self._call(form, entity)
        if alias:
            self._call(alias, entity)
            for short in (_short_form(alias), alias.split(" ")[0] if HAN.search(key) else ""):
                if len(short) > 1:
                    self._call(short, entity)
        place = self.group(*group).name if group is not None else ""
        if title in self.lexicon.whole["address"] and any(o.title for o in entity.offices):
            title = ""  # 郭明錤老师, of whom it was said that he is an analyst
        if title or place:
            past = bool(
                group
                and self.lexicon.role["past"].search(self.folded, max(0, group[0] - 4), group[0])
            )
            office = Office(title, place, past)
            if office not in entity.offices:
                entity.offices.append(office)
        return entity

    def group(self, start: int, end: int) -> Entity:
        """The organisation named at start:end."""
        name = self.folded[start:end]
        entity = self.groups.get(name)
        if entity is None:
            entity = self.groups[name] = Entity(self.original[start:end], "organization")
            self._measure(name)
            self._group_beginnings |= {name[:k] for k in (2, 3, 4) if len(name) >= k + 2}
        return entity

    def in_full(self, name: str) -> bool:
        """True when an organisation that the text quotes is called ``name`` (2 to 4 characters) for short."""
        return name in self._group_beginnings

    def _call(self, name: str, entity: Entity) -> None:
        """Make a form of a person's name known, unless it is another's."""
        if name in self.people:
            return
        self.people[name] = entity
        self._measure(name)
        if len(name) > 1:
            self._of_surname.setdefault(name[0], []).append(name)
        family = self.lexicon.japanese.match(name)
        if family and entity.kind == "person":
            self._call(family[0], entity)  # 佐佐木健, and then 佐佐木
        parts = _PARTS.split(name)
        if len(parts) > 1:
            for short in (parts[0], "".join(p[:1] for p in parts)):
                self._first_names.setdefault(short, entity)

    def _measure(self, name: str) -> None:
        """Take up how long a name is, by the characters at its ends: where it may stand."""
        self._begins.setdefault(name[:1], set()).add(len(name))
        self._ends.setdefault(name[-1:], set()).add(len(name))

    def by_surname(self, phrase: str) -> Entity | None:
        """The person called 孟总, 老孟 or 孟博士: the last one introduced with that surname."""
        nick = phrase[0] in "老小阿" and len(phrase) == 2
        names = self._of_surname.get(phrase[1] if nick else phrase[0], ())
        return next((self.people[name] for name in reversed(names) if name != phrase), None)

    def called(self, label: str) -> Entity | None:
        """The person whom an interview calls by the first name, initials or surname: Paul, PW, 孟, 孟总."""
        if self.lexicon.address.fullmatch(label) or (len(label) == 1 and HAN.match(label)):
            return self.by_surname(label)
        return self._first_names.get(label)

    def named_at(self, start: int, stop: int) -> tuple[int, Entity] | None:
        """Who is named at exactly ``start``: the end of the longest name, and the entity."""
        lengths = self._begins.get(self.masked[start : start + 1], _NONE)
        place = self.places.spans.get(start, start) - start
        for length in sorted({*lengths, place} if place else lengths, reverse=True):
            if 1 < length <= min(_LONGEST, stop - start):
                entity = self._entity(start, start + length)
                if entity is not None:
                    return start + length, entity
        return None

    def named_before(self, start: int, end: int) -> tuple[int, Entity] | None:
        """Who is named right before ``end``: the start of the longest name, and the entity."""
        lengths = self._ends.get(self.masked[end - 1 : end], _NONE)
        places = self._places_before.get(end, _NONE)
        for length in sorted(lengths | places, reverse=True):
            if 1 < length <= min(_LONGEST, end - start):
                entity = self._entity(end - length, end)
                if entity is not None:
                    return end - length, entity
        return None

    def _entity(self, start: int, end: int) -> Entity | None:
        name = self.masked[start:end]
        entity = self.people.get(name) or self.groups.get(name)
        if entity is None and self.places.spans.get(start) == end:
            entity = self.group(start, end)
        return entity if entity is not None and edges(self.masked, start, end) else None

    # ------------------------------------------------------------------ introductions

    def introduce(self, hits: list[Hit]) -> None:
        """Take up everybody whom the text names beside a title, cue or no cue."""
        self.names.cues = {
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
        clause = after_mark(text, max(0, start - 60), start, _DELIMITERS + marks)
        front = lexicon.adverbials.front.match(folded, clause, start)
        begin = front.end() if front else clause
        found: tuple[Span, Span | None] | None
        span = self.names.after(end)
        if (
            span is None
            and folded.startswith(("作为", "身为"), clause)
            and folded[end : end + 1] in "，,"
        ):
            span = self.names.after(end + 1)  # 作为星澜的首席执行官，|孟繁昭
        if span is not None:
            title, group = self.office(begin, start, end)
            if group is None and begin == start and folded[clause - 1 : clause] in ("，", ","):
                group = self._same_office(clause - 1, text)  # 星澜微电子创始人，|CEO孟繁昭
            found = self.names.bare(*span), group
        else:
            title = self.title_words(begin, start, end)
            found = self._name_before(clause, start, title)
        if found is not None:
            entity = self.person(*found[0], title, found[1])
            whose = folded[begin:start].strip(SPACE)
            if found[1] is None and whose == "其":
                self._its.append((start, entity))
            of_company = whose in lexicon.whole["organization"]
            of_trade = lexicon.role["of_trade"].search(folded, begin, start)  # 芯片行业|高管
            calling = of_trade or lexicon.callings.search(simple(title))
            if found[1] is None and (of_company or not calling):
                self._unplaced.append((start, entity))
            return
        back = lexicon.role["points_back"].match(folded, begin, start)
        if back and lexicon.role["back_group"].search(folded, back.end(), start):
            return  # 该公司|发言人: of whom was named, not who was named
        if back:
            self._back_references.append((begin, title, self.places.of_title(back.end(), start)))
        elif _SOME.match(folded, begin, start) and folded[end : end + 1] not in (
            "的",
            "们",
        ):
            group = self.places.of_title(begin, start)
            place = self.original[slice(*group)] if group else ""
            self._strangers.append(
                (begin, end, Entity(self.original[begin:end], "anonymous", [Office(title, place)]))
            )

    def _same_office(self, end: int, text: str) -> Span | None:
        """Where an office is held that fills the clause before ``end``: ``星澜微电子创始人，``."""
        clause = after_mark(text, max(0, end - 40), end, _DELIMITERS)
        title = self.lexicon.title_end.search(self.folded, clause, end)
        return self.places.of_title(clause, title.start()) if title else None

    def title_span(self, start: int, end: int) -> Span:
        """A title without what belongs to the name of the organisation before it: 磐石微架构|创办人."""
        for at in range(max(0, start - 12), start):
            over = self.places.spans.get(at, 0)
            if start < over < end and self.lexicon.titles.fullmatch(self.folded, over, end):
                return over, end
        for office in self.lexicon.minister.finditer(self.folded, max(0, start - 20), end):
            at = office.start("office")
            alone = not any(stop == office.start() for _, stop in self.places.inside(at - 16, at))
            own = [stop for _, stop in self.places.inside(at, end) if stop < end - 1]
            if office.end() == end and alone and not own:
                return at, end  # 德国|经济和气候保护部长
        return start, end

    def office(self, begin: int, start: int, end: int) -> tuple[str, Span | None]:
        """The title at start:end before a name, and where it is held; the one before it, where the last is
        a past one (``星澜创始人、前英特尔工程师``) or leads a part of it (``星澜副总裁、座舱产品线总经理``)."""
        last = self.folded.rfind("、", begin, start) + 1
        if last and self.places.in_part(begin, last, start):
            for chain in self.lexicon.titles.finditer(self.folded, begin, last):
                if self.folded.startswith("、", chain.end()):
                    title = self.title_words(begin, *self.title_span(*chain.span()))
                    return title, self.places.office_at(begin, start)
        if last and self.lexicon.role["past"].fullmatch(self.folded, last, last + 1):
            for chain in self.lexicon.titles.finditer(self.folded, begin, last):
                start, end = self.title_span(*chain.span())
        return self.title_words(begin, start, end), self.places.office_at(begin, start)

    def title_words(self, begin: int, start: int, end: int) -> str:
        """The words of the title at start:end, without fields of work that stand apart from the
        organisation before them: ``星澜芯片研发|负责人``, but ``星澜|研发负责人``; an expert's field, of
        which the lexicon knows the end at most, belongs to the title: ``星澜|芯片产品高级总监``."""
        fields = self.lexicon.fields.match(self.folded, start, end)
        if self.lexicon.role["expert"].search(simple(self.folded[start:end])):
            field = self.places.field_before(begin, start)
            return self.original[field:end].strip(SPACE)
        if fields and self.lexicon.role["rank"].search(simple(self.folded[fields.end() : end])):
            group = self.places.of_title(begin, start)
            between = self.folded[group[1] : start].strip(SPACE + "的、") if group else ""
            if between and not self.lexicon.quantifier.fullmatch(between):
                start = fields.end()
        return self.original[start:end].strip(SPACE)

    def _name_before(self, clause: int, title: int, words: str) -> tuple[Span, Span | None] | None:
        """邵其岚是衡川微CEO; 鲁维舟,沐川半导体CTO; 徐婉清(华序证券首席分析师); 江城大学的方砚秋教授."""
        folded, lexicon = self.folded, self.lexicon
        bearer = self.names.bearer(clause, title, words)
        if bearer is not None:
            return bearer, self.places.of_title(clause, bearer[0])
        said = lexicon.office_of.match(folded, clause, title)
        described = folded.find("的", clause, title) + 1
        if said is None and described:  # 工作十年的|孟繁昭如今是…
            said = lexicon.office_of.match(folded, described, title)
        if said and (
            lexicon.name.fullmatch(said[1]) or said[1].isascii() or said[1] in self.people
        ):
            at = self.places.of_title(*said.span("at")) if said["at"] else None
            return said.span(1), at or self.places.of_title(said.end(), title)
        takes = lexicon.role["takes"].search(folded, clause, title)
        taker = self._taker(clause, takes.start()) if takes else None
        if takes and taker:  # 英特尔换了基辛格担任|CEO
            groups = self.places.inside(clause, taker[0])
            held = self.places.of_title(takes.end(), title)
            return taker, held or (groups[-1] if groups else None)
        given = lexicon.role["names"].search(folded, clause, title)
        named = self.names.after(given.end()) if given else None
        if named and title - named[1] <= 3:  # 任命孟繁昭为|CEO
            groups = self.places.inside(clause, named[0])
            return named, groups[-1] if groups else None
        holds = lexicon.role["holds"].match(folded, clause, title)
        if holds:  # 贾新光是一名老兵，现任…理事
            sentence = max(folded.rfind(c, max(0, clause - 120), clause) for c in "。!?\n") + 1
            head = self.names.after(sentence) if sentence < clause else None
            if head is None and clause > sentence:
                described = folded.rfind("的", sentence, clause) + 1  # 生于永康的|胡伟武，现任
                head = self.names.after(described) if described else None
            if head is not None:
                return head, self.places.of_title(holds.end(), title)
        shown = lexicon.shown.match(folded, clause, title)
        if shown and len(lexicon.words.cut(shown[1])) > 1:  # 嘉宾|郗未央 驭流科技创始人
            group = self.places.of_title(shown.end(), title)
            return (shown.span(1), group) if group else None
        if clause < 2 or folded[clause - 1] not in "，,(":
            return None
        begin = max(folded.rfind(c, max(0, clause - 24), clause - 1) for c in _NAME_STARTS) + 1
        name = self.names.bare(begin, clause - 1)
        told = lexicon.role["is_named"].match(folded, *name)
        if told:  # 嘉宾是郗未央(驭流科技创始人)
            name = told.end(), name[1]
        called = folded[slice(*name)]
        if (
            lexicon.name.fullmatch(called)
            or called in self.people
            or (called[:1] in "老小阿" and lexicon.address.fullmatch(called))
        ):
            group = self.places.of_title(clause, title)
            if group is not None or not folded[clause:title].strip(SPACE):
                return name, group
        found = LATIN_END.search(folded, max(0, clause - 40), clause - 1)
        if found and " " in found[1]:
            return found.span(1), self.places.of_title(clause, title)
        return None

    def _taker(self, clause: int, end: int) -> Span | None:
        """Who takes an office, before the verb: ``孟繁昭将|担任``, ``孟繁昭接替林舟|出任``."""
        named = self.named_before(clause, end)
        if named is not None and named[1].kind == "person":
            return named[0], end
        front = self.lexicon.adverbials.front.match(self.folded, clause, end)
        head = self.names.after(front.end() if front else clause)
        if head is None or head[1] > end:
            return None
        bracket = self.folded.find(")", head[1], end) if self.folded[head[1]] == "(" else -1
        return head if end <= max(head[1], bracket) + 8 else None

    def discover(self) -> None:
        """Take up people whom no title introduces: foreign names with a dot, and a surname with one or
        two characters, again and again at the head of clauses, where the segmenter knows no such word."""
        folded, lexicon = self.folded, self.lexicon
        for found in dotted_names(folded):
            start, end = (
                self.names.foreign_start(found.start()), self.names.foreign_end(*found.span())
            )  # fmt: skip
            if not any(folded[at:end] in self.people for at in range(start + 1, end - 2)):
                self.person(start, end)  # and not 经|理凯文·帕特森, whom a title has introduced
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
            if len(starts) < 3 or len(after) < 2 or known or at in self.places.spans:
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
            for index, start, _ in finder(names).find_matches_as_indexes(
                self.folded, overlapping=True
            ):
                out[names[index]].append(start)
        return out

    # ------------------------------------------------------------------ where they are named

    def locate(self) -> None:
        """Find every place where somebody who is known by now is named, and what is told of them there."""
        names = {n: e for n, e in (*self.groups.items(), *self.people.items()) if len(n) >= 2}
        if names:
            entities = list(names.values())
            automaton = finder(names, longest=True)
            for index, start, end in automaton.find_matches_as_indexes(self.masked):
                if edges(self.masked, start, end):
                    self.mentions.append((start, end, entities[index]))
        for start, end in self.places.spans.items():
            if self.folded[start:end] not in names:
                self.mentions.append((start, end, self.group(start, end)))
        ends = {end: start for start, end, e in self.mentions if e.kind == "organization"}
        for start, _, entity in self.mentions:  # 驭流科技的|郗未央
            stop = start - self.masked.startswith(" ", start - 1)
            if self.masked.startswith("的", stop - 1):
                stop -= 1 + self.masked.startswith(" ", stop - 2)
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
                employer = self._place_before(position) or self.main("organization")
                if employer and simple(employer.name) not in self.lexicon.whole["place"]:
                    entity.offices.append(Office("", employer.name))
        for position, title, group in self._back_references:
            named = self.last_named(position, max(0, position - 400), ("person",), subject=False)
            if named is not None and title not in named[1].titles:
                place = self.original[slice(*group)] if group is not None else ""
                calling = self.lexicon.callings.search(simple(title))
                if not place and not named[1].organizations and not calling:
                    employer = self._place_before(position) or self.main("organization")
                    place = employer.name if employer else ""  # 他是这家公司的|首席架构师
                named[1].offices.append(Office(title, place))

    def _founders(self) -> None:
        """Give those who founded, lead or joined an organisation their place: ``郗未央创办了驭流科技``."""
        role = self.lexicon.role
        for start, end in self.places.spans.items():
            before = max(0, start - 12), start
            found = role["founded"].search(self.masked, *before) or role["works_at"].search(
                self.masked, *before
            )
            if found is None:
                continue
            sentence = max(self.masked.rfind(c, max(0, start - 80), start) for c in "。!?\n") + 1
            named = self.last_named(found.start() + 1, sentence, ("person",), subject=False)
            if named is not None and not named[1].organizations:
                named[1].offices.append(Office("", self.original[start:end]))

    def _place_before(self, position: int) -> Entity | None:
        """The organisation that the words before an office were about."""
        kinds = ("organization",)
        paragraph = self.masked.rfind("\n", 0, position) + 1
        named = (
            self.last_named(position, position - 16, kinds, subject=False)
            or self.last_named(position, max(paragraph, position - 300), kinds)
            or self.last_named(position, max(paragraph, position - 150), kinds, subject=False)
            or self.last_named(position, position - 300, kinds)
        )
        if named is not None:
            return named[1]
        beside = self.last_named(position, position - 100, kinds, subject=False)
        return self.main("organization") or (beside[1] if beside else None)

    def last_named(
        self, position: int, since: int, kinds: tuple[str, ...], subject: bool = True
    ) -> tuple[int, Entity] | None:
        """Who of ``kinds`` was last named between ``since`` and ``position``; as a subject, if asked."""
        upto = bisect_left(self._starts, position)
        for start, end, entity in reversed(self.mentions[max(0, upto - _MEMORY) : upto]):
            if start < since:
                return None
            if (
                end <= position
                and entity.kind in kinds
                and self.masked[start] != "\x01"  # whom a quotation names is only spoken of
                and (not subject or self._subject(start, end))
                and not self._formerly(start)
                and not self.lexicon.role["unit"].search(entity.name)
            ):
                return start, entity
        return None

    def _formerly(self, start: int) -> bool:
        """True for an organisation where somebody worked before: ``此前在|高通``."""
        return (
            self.lexicon.role["formerly"].search(self.masked, max(0, start - 8), start) is not None
        )

    def _subject(self, start: int, end: int) -> bool:
        """True when what is named at start:end opens a clause, or follows its title there."""
        known = self._subjects.get((start, end))
        if known is None:
            known = self._subjects[start, end] = self._leads(start, end)
        return known

    def _leads(self, start: int, end: int) -> bool:
        """The same, asked for the first time."""
        masked, lexicon = self.masked, self.lexicon
        if masked.startswith(("的", "、", "和"), end) or lexicon.role["polite"].fullmatch(
            masked, end, end + 2
        ):
            return False
        clause = max(masked.rfind(c, max(0, start - 48), start) for c in _DELIMITERS + "()”」") + 1
        front = lexicon.adverbials.front.match(masked, clause, start)
        before = masked[front.end() if front else clause : start].strip(SPACE + "、“「")
        if not before or lexicon.title_end.search(before):
            return True
        if before.endswith("的"):  # 成立十年的星澜, 生于永康的胡伟武，
            head = start - len(before)
            owned = any(stop == start - 1 for _, stop in self.places.inside(head, start))
            comma = masked.startswith(("，", ","), end)
            return start in self.places.spans or owned or comma  # 星澜的|孟繁昭
        return (
            start in self.places.spans
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

    def label(self, block: Block) -> Entity | None:
        """The organisation that a paragraph opens with as its label, as in a digest: ``6、高通：…``."""
        index = bisect_left(self._starts, block.start)
        if index == len(self.mentions):
            return None
        start, end, entity = self.mentions[index]
        labels = entity.kind == "organization" and _LABELS.fullmatch(
            self.folded, block.start, start
        )
        return entity if labels and _COLON.match(self.folded, end, block.end) else None

    def main(self, kind: str) -> Entity | None:
        """The person (or organisation) that the document is about: the one it names most often."""
        if kind not in self._main:
            unit = self.lexicon.role["unit"]
            named = [
                e
                for start, _, e in self.mentions
                if e.kind == kind and not self._formerly(start) and not unit.search(e.name)
            ]
            entities = {e.name: e for e in named}
            counts = Counter(e.name for e in named)
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


def _short_form(name: str) -> str:
    """What a full name is shortened to: 帕特·基辛格 -> 基辛格, 雨果-斯科特 -> 斯科特, Lip-Bu Tan -> Tan."""
    hyphened = "-" in name and HAN.match(name) is not None
    last = name.rsplit("·" if "·" in name else "-" if hyphened else " ", 1)[-1].lstrip()
    return last if last != name and len(last) >= (2 if HAN.search(last) else 3) else ""
