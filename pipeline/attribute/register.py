"""Who is known in a document: people and organisations, where they are named, who spoke last.

In: the text with its marks blanked, the organisations that the names stage found, the titles of the
lexicon. Out: an ``Entity`` for every person and organisation, so that the second mention (基辛格, 雷总,
他) finds the first one, and the title that stands in the headline is known in the last paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field

from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from pipeline.attribute.lexicon import Hit, Lexicon

_DELIMITERS = "，,;:。!?\n\x01"
_SPACE = " \n\t*_"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN_NAME = re.compile(r"[A-Z][A-Za-z.'’\-\u00c0-\u024f]*(?: (?:[A-Z][A-Za-z.'’\-\u00c0-\u024f]*|de|van|von|der|bin|al)){0,3}")
_DOTTED_NAME = re.compile(r"[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,7})+")
_MARKED_NAME = re.compile(r"[“「\"『‘]([^”」\"』’，。,;:!?]{1,16})[”」\"』’]")
_HANDLE = re.compile(r"@[\w\-·]{1,20}")
AFTER_NAME = re.compile(r"[，。,;:!?、()《“「\s\x01]|\Z|[在的也还则曾就都对向和与说称是今于并又从将已为认表指透强告补介宣坦直回写预否承提解担出接受等先说来有被没把给让去昨当周上下此随日通打笑走坐站点摇想看听做拿带叹抬沉反自本仍更最正作发谈问答这那共又其如]")
_VERB_LIKE = re.compile(r"[在的也还则曾就都对向说称是于并又将已表指透强宣坦直回写否承先有没打笑走坐站问答]")
_LATIN_END = re.compile(rf"({_LATIN_NAME.pattern}) ?\Z")
_IS = re.compile(r"([\u4e00-\u9fff]{2,4}|[A-Z][A-Za-z.\-]+(?: [A-Z][A-Za-z.\-]+){0,2}) ?(?:是|为|担任|出任|现任|曾任|就任|任|接任|升任|兼任)(?:了)?")


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

    def __init__(self, lexicon: Lexicon, text: str, folded: str, masked: str,
                 organizations: dict[int, int], chips: set[str]):  # fmt: skip
        self.lexicon = lexicon
        self.text = text
        self.folded = folded
        self.masked = masked
        self.chips = chips
        """Names of chips, as folded: none of them is a company."""
        self.organizations = organizations
        """Start -> end of every organisation that the lexicon or the names stage found, and of companies
        that the document itself makes known."""
        self._discover_companies()
        self.organization_ends = {end: start for start, end in organizations.items()}
        self._organization_starts = sorted(organizations)
        self.known_groups = {folded[s:e] for s, e in organizations.items()}
        self.people: dict[str, Entity] = {}
        """By every form of the name, full and short, as folded."""
        self.groups: dict[str, Entity] = {}
        self.mentions: list[tuple[int, int, Entity]] = []
        """Where they are named, sorted; filled by ``locate``."""
        self._starts: list[int] = []
        self._strangers: list[tuple[int, int, Entity]] = []
        self._main: dict[str, Entity | None] = {}
        self._back_references: list[tuple[int, str, Span | None]] = []
        """Titles of somebody named before: 这位榫卯科技的董事长, 他担任主席."""
        self._unplaced: list[tuple[int, Entity]] = []
        """Whom the text introduces by an office without saying where: 公司总裁孟繁昭."""
        self._introductions: set[int] = set()
        """Ends of the titles that have been read."""

    # ------------------------------------------------------------------ people

    def person(self, start: int, end: int, title: str = "", group: Span | None = None) -> Entity:
        """The person named at start:end, made known now if it is the first time."""
        key = self.folded[start:end]
        entity = self.people.get(key) or self._fuller(key)
        if entity is None:
            short = _short_form(key)
            entity = self.people.get(short)
            if entity is None or len(entity.name) != len(short):
                entity = Entity(self.text[start:end], "person")
            else:
                entity.name = self.text[start:end]  # known by the last name until now
            if short:
                self.people.setdefault(short, entity)
        self.people.setdefault(key, entity)
        if title and title not in entity.titles:
            entity.titles.append(title)
        organization = self.text[slice(*group)] if group else ""
        if organization and organization not in entity.organizations:
            entity.organizations.append(organization)
            self.group(*group)  # type: ignore[misc]
        return entity

    def group(self, start: int, end: int) -> Entity:
        """The organisation named at start:end."""
        return self.groups.setdefault(self.folded[start:end], Entity(self.text[start:end], "organization"))

    def _fuller(self, name: str) -> Entity | None:
        """The person whose full name ends with ``name``, or begins with it (高桥 of 高桥谅)."""
        if len(name) < 2:
            return None
        for full, entity in self.people.items():
            if full.endswith((" " + name, "·" + name)) or len(name) == 2 and len(full) == 3 and full.startswith(name):
                return entity
        return None

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
            if len(parts) > 1 and (parts[0] == label or "".join(p[:1] for p in parts) == label):
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
        return not (_latin(self.masked, start - 1) and _latin(self.masked, start)) and not (
            _latin(self.masked, end - 1) and _latin(self.masked, end)
        )

    # ------------------------------------------------------------------ introductions

    def introduce(self, hits: list[Hit]) -> None:
        """Take up everybody whom the text names beside a title, cue or no cue."""
        for hit in hits:
            if hit.entry.kind == "title":
                self._introduced(hit)

    def _introduced(self, hit: Hit) -> None:
        folded, lexicon = self.folded, self.lexicon
        base = max(0, hit.start - 24)
        chain = None
        for found in lexicon.titles.finditer(folded, base, hit.end + 24):
            if found.start() <= hit.start < found.end():
                chain = found
                break
        if chain is None or chain.end() in self._introductions:
            return
        start, end = self.title_span(*chain.span())
        self._introductions.add(end)
        text, marks = (folded, "“「”」(") if self.masked[start] != folded[start] else (self.masked, "“「”」")
        clause = max(text.rfind(c, max(0, start - 60), start) for c in _DELIMITERS + marks) + 1
        clause = max(clause, start - 60, 0)
        front = lexicon.front.match(folded, clause, start)
        begin = front.end() if front else clause
        title = self.text[start:end].strip(_SPACE)
        span = self.name_after(end)
        before = self._name_before(clause, start) if span is None else None
        if span is not None or before is not None:
            name, group = (self.bare(*span), self.organization(begin, start)) if span is not None else before  # type: ignore[misc]
            entity = self.person(*name, title, group)
            if group is None and not self.lexicon.callings.search(title):
                self._unplaced.append((start, entity))
            return
        back = _POINTS_BACK.match(folded, begin, start)
        if back:
            self._back_references.append((begin, title, self.organization(back.end(), start)))
            return
        if re.match(r"(?:一[位名]|某)", folded[begin:start]) and folded[end : end + 1] not in "的们":
            group = self.organization(begin, start)
            entity = Entity(self.text[begin:end], "anonymous", [title], [self.text[slice(*group)]] if group else [])
            self._strangers.append((begin, end, entity))

    def title_span(self, start: int, end: int) -> Span:
        """A title without what belongs to the name of the organisation before it: 磐石微架构|创办人."""
        for at in range(max(0, start - 12), start):
            over = self.organizations.get(at, 0)
            if start < over < end:
                return over, end
        return start, end

    def name_after(self, start: int) -> tuple[int, int] | None:
        """The name that begins where a title ends, cut at its likeliest length."""
        folded = self.folded
        while folded.startswith((" ", "*", "_"), start):
            start += 1
        found = _LATIN_NAME.match(folded, start)
        if found and len(found[0]) > 2 and (" " in found[0] or not found[0].isupper()):
            return found.span()
        found = _MARKED_NAME.match(folded, start) or _HANDLE.match(folded, start)
        if found:
            return found.span()
        found = _DOTTED_NAME.match(folded, start)
        if found:
            return start, self._foreign_end(start, found.end())
        found = self.lexicon.name.match(folded, start)
        if found:
            return self._name_end(start, found.end())
        run = re.compile(rf"[{self.lexicon.transliteration}]{{3,6}}").match(folded, start)
        if run and AFTER_NAME.match(folded, run.end()):
            return run.span()
        return None

    def _foreign_end(self, start: int, end: int) -> int:
        """Where the characters stop being those of foreign names: ``帕特·基辛格|表示``."""
        at = self.folded.rfind("·", start, end) + 1
        while at < end and self.folded[at] in self.lexicon.dotted:
            at += 1
        return at

    def _name_end(self, start: int, end: int) -> tuple[int, int] | None:
        folded = self.folded
        best = None
        for stop in range(end, start + 1, -1):
            if folded[start:stop] in self.people:
                return start, stop
            if best is None and AFTER_NAME.match(folded, stop):
                best = stop
        full, short = folded.count(folded[start:end]), folded.count(folded[start : end - 1])
        if best is None and full >= 2:
            best = end
        if best == end and end - start > 2 and _VERB_LIKE.match(folded, end - 1) and short > full // 2 + full:
            best = end - 1
        if best == end and end - start > 2 and full == 1 == short and _VERB_LIKE.match(folded, end - 1):
            best = end - 1
        if best is None or best - start == 2 and len(self.lexicon.words.cut(folded[start:best])) == 1:
            return None
        return start, best

    def _name_before(self, clause: int, title: int) -> tuple[Span, Span | None] | None:
        """邵其岚是衡川微CEO; 鲁维舟,沐川半导体CTO; 徐婉清(华序证券首席分析师)."""
        folded = self.folded
        said = _IS.match(folded, clause, title)
        if said and (self.lexicon.name.fullmatch(said[1]) or said[1].isascii() or said[1] in self.people):
            return said.span(1), self.organization(said.end(), title)
        if clause >= 2 and folded[clause - 1] in "，,(":
            begin = max(folded.rfind(c, max(0, clause - 24), clause - 1) for c in "，。,;:!?\n、()*①②③④⑤⑥⑦⑧⑨” ") + 1
            name = self.bare(begin, clause - 1)
            if self.lexicon.name.fullmatch(folded[slice(*name)]) or folded[slice(*name)] in self.people:
                return name, self.organization(clause, title)
            latin = _LATIN_END.search(folded, max(0, clause - 40), clause - 1)
            if latin and " " in latin[1]:
                return latin.span(1), self.organization(clause, title)
        return None

    def bare(self, start: int, end: int) -> Span:
        """The span of a name without marks, @ and forms of address."""
        folded = self.folded
        while start < end and folded[start] in _SPACE + "@":
            start += 1
        while start < end and folded[end - 1] in _SPACE:
            end -= 1
        marked = _MARKED_NAME.fullmatch(folded, start, end)
        if marked:
            return marked.span(1)
        if end - start > 3 and folded.startswith(("先生", "女士", "小姐"), end - 2):
            end -= 2
        return start, end

    def discover(self) -> None:
        """Take up people whom no title introduces: a surname with one or two characters, again and
        again at the head of clauses, where the segmenter knows no such word (祁望北, 何小鹏)."""
        folded, words = self.folded, self.lexicon.words
        for found in _DOTTED_NAME.finditer(folded):
            self.person(found.start(), self._foreign_end(*found.span()))
        opening = re.compile(rf"(?<=[，。,;:!?\n“”「」、 )])(?:{self.lexicon.surname})[\u4e00-\u9fff]{{1,2}}")
        heads = Counter(found[0] for found in opening.finditer(folded))
        for name, count in heads.items():
            for candidate in (name, name[:-1]):
                if len(candidate) < 2 or candidate in self.people:
                    break
                total = folded.count(candidate)
                if total < 3 or count < (2 if len(candidate) == 2 else 1):
                    continue
                surname = candidate[:2] if len(candidate) > 3 or candidate[:2] in self.lexicon.surname else candidate[0]
                if words.cut(candidate)[0] not in (surname, candidate[0]) or candidate in self.known_groups:
                    continue
                after = {folded[m.end() : m.end() + 1] for m in re.finditer(re.escape(candidate), folded)}
                if len(after) >= 2 and any(AFTER_NAME.match(c) for c in after):
                    at = folded.find(candidate)
                    self.person(at, at + len(candidate))
                    break

    # ------------------------------------------------------------------ organisations

    def _discover_companies(self) -> None:
        """Take up companies that nobody knows: 星澜微电子 at the head of a clause, named twice or more,
        the segmenter knowing no word 星澜; and a Latin name that does something (Fjordlogic推出…)."""
        folded, words = self.folded, self.lexicon.words
        names = set()
        for found in self.lexicon.company.finditer(folded):
            name, stem = found[0], found[1]
            if name in names or _VERBAL.search(stem) or self.lexicon.general.fullmatch(stem):
                continue
            if len(words.cut(stem)) == 1 and not self.lexicon.titles.match(folded, found.end()):
                continue
            if folded.count(stem) >= 2 and not any(stem.startswith(w) for w in self.lexicon.whole["place"]):
                names.add(name)
                if len(stem) > 1 and folded.count(stem) > folded.count(name) + 1 and len(words.cut(stem)) == len(stem):
                    names.add(stem)
        heads = Counter(found[1] for found in _LATIN_COMPANY.finditer(folded))
        chips = self.chips
        names |= {name for name, count in heads.items() if count >= 2 and folded.count(name) >= 3 and name not in chips}
        if not names:
            return
        taken = sorted(self.organizations.items())
        ends = [end for _, end in taken]
        automaton = AhoCorasick(list(names), matchkind=MATCHKIND_LEFTMOST_LONGEST)
        for _, start, end in automaton.find_matches_as_indexes(folded):
            index = bisect_right(ends, start)
            if index < len(taken) and taken[index][0] < end:
                if taken[index][0] < start or taken[index][1] >= end:
                    continue
            if not (_latin(folded, start - 1) and _latin(folded, start) or _latin(folded, end - 1) and _latin(folded, end)):
                self.organizations[start] = end

    def organization(self, start: int, end: int) -> Span | None:
        """The organisation in the words before a title: ``设计服务业者「睿晟电子」`` -> 睿晟电子."""
        folded, lexicon = self.folded, self.lexicon
        while start < end and folded[end - 1] in _SPACE + "、":
            end -= 1
        if end > start and folded[end - 1] == ")" and folded.rfind("(", start, end) > start:
            end = folded.rfind("(", start, end)  # 韩国科学技术院(KAIST)教授
        owned = folded[end - 1] == "的" if end > start else False
        trailing = re.search(rf"(?:的|{lexicon.quantifier.pattern}| )+\Z", folded[start:end])
        if trailing:
            end = start + trailing.start()
        while start < end and folded[start] in _SPACE + "、":
            start += 1
        known = self.organizations_in(start, end)
        if len(known) == 1 and not folded.startswith(("的竞争对手", "的对手", "前"), known[0][1]):
            return known[0]
        if known:
            for s, e in known:
                if s == start or folded[start:s].rstrip(_SPACE).endswith(("的", "、", "任", "前", "在", "现", "商", "头", "业", "司", "者", "如")):
                    return s, e
            for s, e in reversed(known):  # 我们采访了Arm客户业务部总经理: what stands between is a department
                between = folded[e:end].strip(_SPACE)
                if len(between) <= 16 and not _VERBAL.search(between):
                    return s, e
        bracket = folded.find("(", start, end)
        if start < bracket and folded.find(")", bracket, end) > 0:
            end = bracket
        phrase = folded[start:end]
        marked = list(_MARKED_NAME.finditer(phrase))
        if marked:
            return start + marked[-1].start(1), start + marked[-1].end(1)
        for separator in ("、", "现任", "任职于", "来自"):
            at = phrase.rfind(separator)
            if at >= 0:
                start, phrase = start + at + len(separator), phrase[at + len(separator) :]
        if "的" in phrase:
            head, _, tail = phrase.rpartition("的")
            at = start + len(head) + 1
            if len(tail) < 2 or lexicon.nouns["department"].fullmatch(tail):
                return self.organization(start, start + len(head))
            start, phrase = at, tail
        leading = re.match(rf"(?:前任?|现任|时任|原|其|{lexicon.quantifier.pattern}| )*", phrase)
        if leading:
            start, phrase = start + leading.end(), phrase[leading.end() :]
        for pattern in (lexicon.class_noun, lexicon.general, _SUCH_AS):
            generic = pattern.match(phrase)
            if generic and generic.end() < len(phrase) and not (pattern is lexicon.general and lexicon.nouns["suffix"].search(phrase)):
                start, phrase = start + generic.end(), phrase[generic.end() :]
        latin = _LATIN_HEAD.match(phrase)
        if latin:
            phrase = latin[1]
        split = lexicon.department.fullmatch(phrase)
        if split and split[2] and not split[2].startswith("大学"):
            phrase = split[1]
        field = lexicon.company_field.fullmatch(phrase)
        if field:
            phrase = field[1]
        stripped = phrase.lstrip(_SPACE)
        start, phrase = start + len(phrase) - len(stripped), stripped.rstrip(_SPACE)
        if (
            len(phrase) < 2 or len(phrase) > 24 or phrase in lexicon.whole["organization"]
            or phrase in lexicon.whole["class"] or not phrase.isascii() and _VERBAL.search(phrase)
            or lexicon.nouns["department"].fullmatch(phrase) or lexicon.general.fullmatch(phrase)
            or owned and not (lexicon.nouns["suffix"].search(phrase) or phrase.isascii() or len(phrase) <= 4)
        ):  # fmt: skip
            return None
        return start, start + len(phrase)

    def organizations_in(self, start: int, end: int) -> list[Span]:
        """The known organisations that are named between start and end."""
        out = []
        for index in range(bisect_left(self._organization_starts, start), len(self._organization_starts)):
            at = self._organization_starts[index]
            if at >= end:
                break
            if self.organizations[at] <= end:
                out.append((at, self.organizations[at]))
        return out

    # ------------------------------------------------------------------ where they are named

    def locate(self) -> None:
        """Find every place where somebody who is known by now is named."""
        names = {name: entity for name, entity in (*self.groups.items(), *self.people.items()) if len(name) >= 2}
        if names:
            entities = list(names.values())
            automaton = AhoCorasick(list(names), matchkind=MATCHKIND_LEFTMOST_LONGEST)
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
                near = self.last_named(position, max(0, position - 300), ("organization",))
                place = near[1] if near else self.main("organization")
                if place is not None and place.name not in self.lexicon.whole["place"]:
                    entity.organizations.append(place.name)
        for position, title, group in self._back_references:
            named = self.last_named(position, max(0, position - 400), ("person",), subject=False)
            if named is not None and title not in named[1].titles:
                named[1].titles.append(title)
                if group:
                    named[1].organizations.append(self.text[slice(*group)])

    def last_named(self, position: int, since: int, kinds: tuple[str, ...], subject: bool = True) -> tuple[int, Entity] | None:
        """Who of ``kinds`` was last named between ``since`` and ``position``; as a subject, if asked."""
        index = bisect_right(self._starts, position - 1) - 1
        while index >= 0 and self.mentions[index][0] >= since:
            start, end, entity = self.mentions[index]
            if end <= position and entity.kind in kinds and (not subject or self._subject(start, end)):
                return start, entity
            index -= 1
        return None

    def _subject(self, start: int, end: int) -> bool:
        """True when what is named at start:end opens a clause, or follows its title there."""
        masked = self.masked
        if masked[end : end + 1] in ("的", "、") or masked.startswith("和", end):
            return False
        clause = max(masked.rfind(c, max(0, start - 48), start) for c in _DELIMITERS + "()”」") + 1
        front = self.lexicon.front.match(masked, clause, start)
        at = front.end() if front else clause
        before = masked[at:start].strip(_SPACE + "、“「")
        return not before or bool(re.search(rf"(?:{self.lexicon.titles.pattern})\Z", before)) or start in self.organizations and len(before) <= 8 and bool(self.lexicon.class_noun.match(before + "某某"))

    def main(self, kind: str) -> Entity | None:
        """The person (or organisation) that the document is about: the one it names most often."""
        if kind not in self._main:
            entities = {e.name: e for _, _, e in self.mentions if e.kind == kind}
            counts = Counter(e.name for _, _, e in self.mentions if e.kind == kind)
            for name in list(counts):  # 星澜 and 星澜微电子 are one
                for longer in [n for n in counts if n != name and n.startswith(name)]:
                    counts[longer] += counts[name]
            best = counts.most_common(3)
            rivals = [n for name, n in best[1:] if not best[0][0].startswith(name)]
            clear = best and best[0][1] >= 2 and (not rivals or best[0][1] >= 1.5 * rivals[0])
            self._main[kind] = entities[best[0][0]] if clear else None
        return self._main[kind]


_POINTS_BACK = re.compile(r"(?:这[位名]|该)|[^，。,;:]{0,12}?(?<![其吉])[他她](?:现在?|曾|还|同时|后来)?(?:是|为|担任|出任|现任|曾任|就任|任|升任|兼任|成为)了?")
_LATIN_HEAD = re.compile(r" *([A-Z][A-Za-z.&'\-]*(?: [A-Z][A-Za-z.&'\-]*){0,3}) ?[\u4e00-\u9fff]{2,12}\Z")
_LATIN_COMPANY = re.compile(r"(?<![A-Za-z0-9.·\-])([A-Z][a-z]{2,}(?:[A-Z][a-z]+)*(?: [A-Z][a-z]{2,})?) ?(?=公司|宣布|推出|发布|表示|成立|是一家|首席|CEO|创始|联合创始|的(?:首席|CEO|创始|联合|总部|股价|工程师|团队|实验室|办公室|产品|芯片|客户|发言人)|目前|方面|计划|拒绝|获得|融资|在[^，。]{1,8}轮)")
_SUCH_AS = re.compile(r".*(?:例如|比如|诸如|包括|如)")
_VERBAL = re.compile(r"[的了是在有不被把让使将会能要这那么吗呢吧着过很更最因但如可以及我你他她您]|负责|接近|[，。：:；;！？!?]")


def _latin(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def _short_form(name: str) -> str:
    """What a full name is shortened to: 帕特·基辛格 -> 基辛格, Lip-Bu Tan -> Tan."""
    last = name.rsplit("·" if "·" in name else " ", 1)[-1]
    return last if last != name and len(last) >= (2 if _HAN.search(last) else 3) else ""
