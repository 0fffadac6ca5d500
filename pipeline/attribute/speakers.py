"""The words before a cue -> who is meant: name, title, organisation; pronouns to the person they stand for.

In: a phrase such as ``英特尔首席执行官帕特·基辛格`` or ``该发言人``. Out: a ``Source`` with its spans. One
``Register`` a document keeps every person and organisation that speaks or is introduced with a
title, so that the second mention (基辛格, 雷总, 他) finds the first one, and the title that stands
in the headline is known in the last paragraph.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from pipeline.attribute.lexicon import Hit, Lexicon
from pipeline.model import Block

Kind = str
"""person, organization, document, anonymous, or what must be resolved: he, they, role, author, none."""


@dataclass(slots=True)
class Entity:
    """A person or an organisation of one document."""

    name: str
    kind: str
    start: int
    titles: list[str] = field(default_factory=list)
    organizations: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Source:
    """What a phrase before a cue says about the speaker. ``start:end`` are its words in the text."""

    start: int
    end: int
    kind: Kind
    name: str = ""
    title: str = ""
    organization: str = ""
    entity: Entity | None = None
    link: str = "same_sentence"


_HAN = re.compile(r"[\u4e00-\u9fff]")
_FOLLOWS = re.compile(r"[，。,.;；:!?、()（）“”「」《》\s]|\Z|[在的也还则曾就都对向和与说称是今于并又从将已为认表指透强告补介宣坦直回写预否承提解担出接受等先]")
_NOT_NAME = re.compile(r"[的了是在有不被把让使这那哪么吗呢吧着过很更最]|[，。：:；;！？!?]")
_VERBAL = re.compile(r"[的了是在有不被把让使将会能要这那么吗呢吧着过很更最使因但如为可以及]|[，。：:；;！？!?]")
_SPACE = " \u3000\n\t"
_HANDLE = re.compile(r"@[\w\-·]{1,20}")
_MARKED = re.compile(r"[“「\"『]([^”」\"』]{1,16})[”」\"』]")
_BOOK = re.compile(r"(?:《([^》]{1,24})》)(?:杂志|报|网站|周刊|月刊|记者)?")
_LATIN_ORG = re.compile(r"(?i)\b(?:labs?|inc|corp|research|technolog\w+|compute|computing|networks?|group|semiconductors?|systems?|ai|capital|securities|news|times|journal|media|electronics|micro\w*|company|ltd|llc|insights?|partners|logic|silicon|forum|review)\b")
_COMPANY_ONLY = ("公司", "集团", "企业", "该公司", "本公司", "厂商", "")


class Register:
    """The speakers of one document, and where they are named."""

    def __init__(self, lexicon: Lexicon, text: str, masked: str, blocks: tuple[Block, ...],
                 organizations: dict[int, tuple[int, str]]):  # fmt: skip
        self.lexicon = lexicon
        self.text = text
        self.masked = masked
        self.blocks = blocks
        self.organizations = organizations
        """Start -> end and name of every organisation that the lexicon or the names stage found."""
        self.ends = {end: start for start, (end, _) in organizations.items()}
        self.people: dict[str, Entity] = {}
        self.groups: dict[str, Entity] = {}
        self.mentions: list[tuple[int, int, Entity]] = []
        """Where people and organisations are named, sorted."""
        self._starts: list[int] = []
        self.heard: list[tuple[int, Entity]] = []
        """Who has been quoted so far, and where."""

    # ------------------------------------------------------------------ reading a phrase

    def bounds(self, start: int, end: int) -> tuple[int, int]:
        """A clause up to a cue without what is no part of the source: ``但何小鹏周二也`` -> 何小鹏."""
        found = self.lexicon.front.match(self.masked, start, end)
        start = found.end() if found else start
        phrase = self.masked[start:end]
        if len(phrase) > 80:
            start, phrase = end - 80, phrase[-80:]
        split = self.lexicon.tail.fullmatch(phrase)
        stop = start + len(split[1].rstrip(_SPACE)) if split else end
        while start < stop and self.masked[start] in _SPACE:
            start += 1
        return start, stop

    def read(self, start: int, end: int) -> Source | None:
        """What stands at start:end, or None when it names no source."""
        masked, lexicon = self.masked, self.lexicon
        while start < end and masked[start] in _SPACE + "、*":
            start += 1
        while start < end and masked[end - 1] in _SPACE + "、*":
            end -= 1
        if start >= end:
            return None
        phrase = masked[start:end]
        if lexicon.author.search(phrase):
            return Source(start, end, "author")
        pronoun = lexicon.person.search(phrase)
        if pronoun and not phrase.endswith(("其他", "吉他")):
            return Source(start + pronoun.start(), end, "he")
        pronoun = lexicon.organization.search(phrase)
        if pronoun and (pronoun.start() == 0 or len(pronoun[0]) > 2 and pronoun[0][0] in "该这他她"):
            return Source(start + pronoun.start(), end, "they")
        if lexicon.reference.match(phrase):
            return self._reference(start, end)
        return (
            self._titled(start, end)
            or self._known(start, end)
            or self._unnamed(start, end)
            or self._shaped(start, end)
        )

    def _reference(self, start: int, end: int) -> Source | None:
        """该发言人, 上述人士, 这家芯片制造商: a noun that points back."""
        phrase = self.masked[start:end]
        body = self.lexicon.reference.sub("", phrase, count=1)
        if len(body) > 16 or not body:
            return None
        if re.search(rf"(?:{self.lexicon.titles.pattern})\Z", body):
            return Source(start, end, "role", title=body)
        if self.lexicon.document.search(body):
            return Source(start, end, "document", phrase)
        if self.lexicon.anonymous.search(body) and not re.search(r"(?:公司|企业|厂商|机构|商|巨头)\Z", body):
            return Source(start, end, "anonymous", phrase)
        if re.search(r"(?:公司|企业|厂商|机构|商|巨头|品牌|集团|平台|厂|媒体|网站|杂志|社|报|大学|团队|部门)\Z", body):
            return Source(start, end, "they")
        return None

    def _titled(self, start: int, end: int) -> Source | None:
        """ORG TITLE NAME, ORG TITLE, NAME TITLE."""
        lexicon, masked = self.lexicon, self.masked
        found = None
        for found in lexicon.titles.finditer(masked, start, end):
            pass
        if found is None:
            return None
        name_start, name_end = self._name_span(found.end(), end)
        if name_start < name_end:
            if not self._is_name(name_start, name_end):
                return None
            organization = self.organization(start, found.start())
            title = self.text[found.start() : found.end()].strip(_SPACE)
            name = self._clean(name_start, name_end)
            entity = self.person(name, name_start, title, organization)
            return Source(name_start, name_end, "person", name, title, organization, entity)
        if self.masked[found.end() : end].strip(_SPACE):
            return None
        title = self.text[found.start() : found.end()].strip(_SPACE)
        before = masked[start : found.start()].rstrip(_SPACE)
        stop = start + len(before)
        address = re.search(r"(?:教授|博士|院士|老师|总裁|总|董事长|CEO|律师)\Z", title)
        if before and address and stop not in self.ends and (
            lexicon.name.fullmatch(before) or before in self.people or lexicon.foreign.fullmatch(before)
        ) and not lexicon.suffix.search(before):
            name = self.text[start:stop]
            entity = self.person(name, start, title, "")
            return Source(start, stop, "person", name, title, "", entity)
        organization = self.organization(start, found.start())
        if not organization and lexicon.anonymous.search(masked[start:end]):
            return self._unnamed(start, end)
        known = bool(organization) and self._is_known(organization)
        if not before or before in ("公司", "集团"):
            return Source(start, end, "role", title=title)
        text = self.text[start:end]
        if known or (organization and not re.match(rf"{lexicon.quantifier.pattern}", before)):
            return Source(start, end, "person", text, title, organization)
        return Source(start, end, "anonymous", text, title, organization)

    def _name_span(self, start: int, end: int) -> tuple[int, int]:
        while start < end and self.masked[start] in _SPACE + "的、:*":
            start += 1
        while start < end and self.masked[end - 1] in _SPACE + "*":
            end -= 1
        return start, end

    def _is_name(self, start: int, end: int) -> bool:
        """True when start:end, which follows a title, may be a personal name."""
        name = self.masked[start:end]
        if _MARKED.fullmatch(name) or _HANDLE.fullmatch(name) or self.lexicon.latin.fullmatch(name):
            return True
        if _HAN.search(name) and len(name) <= 14 and ("·" in name or len(name) <= 6):
            return not _NOT_NAME.search(name) and len(name) >= 2
        return not _HAN.search(name) and len(name) <= 40 and name[:1].isalpha()

    def _clean(self, start: int, end: int) -> str:
        name = self.text[start:end].strip(_SPACE + "*")
        marked = _MARKED.fullmatch(name)
        if marked:
            return marked[1]
        return re.sub(r"(?:先生|女士|小姐)\Z", "", name) or name

    def organization(self, start: int, end: int) -> str:
        """The organisation in the words before a title: ``设计服务业者「睿晟电子」`` -> 睿晟电子."""
        masked, text = self.masked, self.text
        while start < end and masked[end - 1] in _SPACE + "的、*,，":
            end -= 1
        quantified = re.search(rf"(?:的|{self.lexicon.quantifier.pattern})+\Z", masked[start:end])
        if quantified:
            end = start + quantified.start()
        while start < end and masked[start] in _SPACE + "、*":
            start += 1
        known = [(s, e) for s, e in self._organizations_in(start, end)]
        if known:
            first = known[0]
            if first[0] == start or masked[start : first[0]].rstrip(_SPACE).endswith(("的", "、", "任", "前")):
                return text[first[0] : first[1]]
            if known[-1][1] == end:
                return text[known[-1][0] : end]
        phrase = masked[start:end]
        marked = list(_MARKED.finditer(phrase))
        if marked:
            return text[start + marked[-1].start(1) : start + marked[-1].end(1)]
        for separator in ("、", "现任", "任职于"):
            at = phrase.rfind(separator)
            if at >= 0:
                start, phrase = start + at + len(separator), phrase[at + len(separator) :]
        at = phrase.rfind("的")
        if at >= 0:
            start, phrase = start + at + 1, phrase[at + 1 :]
        leading = re.match(rf"(?:前任?|现任|时任|原|{self.lexicon.quantifier.pattern})*", phrase)
        if leading:
            start, phrase = start + leading.end(), phrase[leading.end() :]
        generic = self.lexicon.class_noun.match(phrase)
        if generic:
            start, phrase = start + generic.end(), phrase[generic.end() :]
        department = re.match(r"(.{1,12}?(?:公司|集团|科技|微电子|半导体|大学|证券|电子|汽车|资本|银行|智能))(?!大学).{1,14}(?:部|部门|研究院|团队|学院|实验室|区|中心|业务|行业|首席|事业群)\Z", phrase)
        if department:
            phrase = department[1]
        phrase = phrase.strip(_SPACE)
        if phrase in _COMPANY_ONLY or len(phrase) > 24 or _VERBAL.search(phrase) and not phrase.isascii():
            return ""
        begin = start + (len(masked[start:]) - len(masked[start:].lstrip(_SPACE)))
        return text[begin : begin + len(phrase)].strip(_SPACE)

    def _organizations_in(self, start: int, end: int) -> list[tuple[int, int]]:
        return [(s, e) for s in range(start, end) if (e := self.organizations.get(s, (0, ""))[0]) and e <= end]

    def _is_known(self, organization: str) -> bool:
        return organization in self.groups or any(
            self.text[s:e] == organization for s, (e, _) in self.organizations.items()
        )

    def _known(self, start: int, end: int) -> Source | None:
        """A person or an organisation that the document has named before, at the end of the phrase."""
        masked = self.masked
        phrase = masked[start:end]
        address = self.lexicon.address.fullmatch(phrase)
        if address:
            entity = self._by_surname(phrase)
            if entity is not None or re.search(r"[总董工]\Z", phrase) or phrase[0] in "老小阿" and len(phrase) == 2:
                return Source(start, end, "person", entity.name if entity else self.text[start:end], entity=entity)
        for length in (len(phrase), *range(min(len(phrase) - 1, 30), 1, -1)):
            entity = self.people.get(phrase[-length:])
            if entity is None or length < len(phrase) and not self._edge(end - length):
                continue
            return Source(end - length, end, "person", entity.name, entity=entity)
        if end in self.ends and self.ends[end] >= start:
            begin = self.ends[end]
            if begin == start or self._modifier(start, begin):
                return self._group(begin, end)
        return None

    def _edge(self, at: int) -> bool:
        """True when a Latin word does not go on before ``at``."""
        return not (self.masked[at - 1].isascii() and self.masked[at - 1].isalnum() and self.masked[at].isascii())

    def _modifier(self, start: int, end: int) -> bool:
        words = self.masked[start:end].strip(_SPACE)
        return bool(words) and not re.search(r"[和与及、]\Z", words)

    def _group(self, start: int, end: int) -> Source:
        name = self.text[start:end].strip(_SPACE)
        entity = self.groups.setdefault(name, Entity(name, "organization", start))
        return Source(start, end, "organization", name, entity=entity)

    def _by_surname(self, phrase: str) -> Entity | None:
        """The person called 孟总, 老孟 or 孟博士: the last one introduced with that surname."""
        surname = phrase[1:] if phrase[0] in "老小阿" and len(phrase) == 2 else phrase[0]
        for entity in reversed(self.people.values()):
            if entity.name.startswith(surname) and entity.kind == "person" and entity.name != phrase:
                return entity
        return None

    def _unnamed(self, start: int, end: int) -> Source | None:
        """Anonymous and collective sources, and documents."""
        lexicon, masked = self.lexicon, self.masked
        quantified = re.match(rf"(?:有(?!人)|另有|也有(?!人)|还有|又有|更有|已有|据|而|但|则)+", masked[start:end])
        if quantified and quantified.end() < end - start:
            start += quantified.end()
        phrase = masked[start:end]
        document = lexicon.document.search(phrase)
        if document and len(phrase) <= 40 and not re.search(r"^(?:这|此|该?种)", phrase):
            return Source(start, end, "document", self.text[start:end], organization=self._leading_group(start, start + document.start()))
        head = lexicon.anonymous.search(phrase)
        if not head or len(phrase) > 44:
            return None
        before = phrase[: head.start()]
        if start in self.organizations and self.organizations[start][0] < end and "接近" not in before:
            begin, stop = start, self.organizations[start][0]
            rest = masked[stop : start + head.start()].strip(_SPACE)
            if re.fullmatch(r"(?:方面|中国区|中国|公司)?(?:的)?(?:一[位名])?(?:内部|核心|相关|有关)?", rest) and head[0] not in ("客户", "用户", "供应商", "合作伙伴", "竞争对手", "对手", "供应链", "产业链", "股东", "投资者"):
                return Source(start, end, "person", self.text[start:end], phrase[head.start():], self.text[begin:stop])
        if re.search(r"(?:公司|集团)\Z", phrase) or before and not re.search(r"的\Z|^(?:一|两|三|多|几|数|某|部分|不|很多|许多|有|大|绝大)|[业链道系界类]\Z|人\Z", before) and len(before) > 8:
            return None
        return Source(start, end, "anonymous", self.text[start:end])

    def _leading_group(self, start: int, end: int) -> str:
        """The organisation whose report it is: ``世界银行数据`` -> 世界银行."""
        if start in self.organizations and self.organizations[start][0] <= end:
            return self.text[start : self.organizations[start][0]]
        phrase = self.masked[start:end]
        named = _BOOK.match(phrase)
        if named:
            return named[1]
        phrase = re.split(r"的|最新|最近|此前|一份|一项|今年|去年|上月|发布|公布|提供|\d", phrase)[0].strip(_SPACE)
        generic = self.lexicon.class_noun.match(phrase)
        if generic:
            start, phrase = start + generic.end(), phrase[generic.end() :]
        if len(phrase) < 2 or len(phrase) > 16 or _VERBAL.search(phrase) or self.lexicon.anonymous.search(phrase):
            return ""
        at = self.masked.find(phrase, start, end)
        return self.text[at : at + len(phrase)] if at >= 0 else ""

    def _shaped(self, start: int, end: int) -> Source | None:
        """A name that nothing introduces, by its shape."""
        lexicon, masked, text = self.lexicon, self.masked, self.text
        phrase = masked[start:end]
        handle = re.search(rf"({_HANDLE.pattern})\Z", phrase)
        if handle:
            name = text[start + handle.start() + 1 : end]
            return Source(start + handle.start(), end, "person", name, entity=self.person(name, end - len(name), "", ""))
        marked = re.search(rf"{_MARKED.pattern}\Z", phrase)
        if marked and marked.start() <= 12:
            name = text[start + marked.start(1) : start + marked.end(1)]
            return Source(start + marked.start(), end, "person", name, entity=self.person(name, start + marked.start(1), "", ""))
        book = re.search(rf"{_BOOK.pattern}\Z", phrase)
        if book and book.start() <= 8:
            name = text[start + book.start(1) : start + book.end(1)]
            return Source(start + book.start(), end, "organization", name, entity=self.groups.setdefault(name, Entity(name, "organization", start)))
        if "的" in phrase:
            tail = phrase.rsplit("的", 1)[1]
            if lexicon.name.fullmatch(tail) or lexicon.latin.fullmatch(tail) or "·" in tail and lexicon.foreign.fullmatch(tail):
                start, phrase = end - len(tail), tail
        else:
            generic = lexicon.class_noun.match(phrase)
            if generic and len(phrase) - generic.end() >= 2:
                start, phrase = start + generic.end(), phrase[generic.end() :]
                while masked[start] in _SPACE:
                    start, phrase = start + 1, phrase[1:]
        if lexicon.latin.fullmatch(phrase):
            words = phrase.split()
            if 2 <= len(words) <= 4 and not _LATIN_ORG.search(phrase) and not phrase.isupper():
                return Source(start, end, "person", text[start:end], entity=self.person(text[start:end], start, "", ""))
            return self._group(start, end)
        if lexicon.suffix.search(phrase) and re.search(rf"(?:{lexicon.suffix.pattern})\Z", phrase) and len(phrase) <= 20 and not _VERBAL.search(phrase):
            return self._group(start, end)
        if "·" in phrase and lexicon.foreign.fullmatch(phrase) or lexicon.name.fullmatch(phrase) or lexicon.foreign.fullmatch(phrase) and len(phrase) >= 3:
            return Source(start, end, "person", text[start:end], entity=self.person(text[start:end], start, "", ""))
        if 2 <= len(phrase) <= 14 and not _VERBAL.search(phrase) and not phrase.isdigit():
            return self._group(start, end)
        return None

    # ------------------------------------------------------------------ who is known

    def person(self, name: str, start: int, title: str, organization: str) -> Entity:
        """The person of that name, made known now if it is the first time."""
        entity = self.people.get(name) or self._longer(name)
        if entity is None:
            entity = Entity(name, "person", start)
            self.people[name] = entity
            for short in _short_forms(name):
                self.people.setdefault(short, entity)
        self.people.setdefault(name, entity)
        if title and title not in entity.titles:
            entity.titles.append(title)
        if organization and organization not in entity.organizations:
            entity.organizations.append(organization)
        return entity

    def _longer(self, name: str) -> Entity | None:
        """The person whose full name ends or begins with ``name``."""
        if len(name) < 2:
            return None
        for entity in self.people.values():
            if entity.name != name and (
                entity.name.endswith((" " + name, "·" + name)) or (len(name) == 2 and len(entity.name) == 3 and entity.name.startswith(name))
            ):
                return entity
        return None

    def introduce(self, hits: list[Hit]) -> None:
        """Take up everybody whom the text names beside a title, cue or no cue."""
        for hit in hits:
            if hit.entry.kind == "title":
                self._introduced(hit)

    def _introduced(self, hit: Hit) -> None:
        masked, text = self.masked, self.text
        window = masked[max(0, hit.start - 40) : hit.end + 40]
        base = max(0, hit.start - 40)
        chain = next((c for c in self.lexicon.titles.finditer(window) if c.start() + base <= hit.start < c.end() + base), None)
        if chain is None or chain.end() + base > hit.end:
            return  # the chain goes on; its last title does the work
        start, end = chain.start() + base, chain.end() + base
        clause = max(masked.rfind(c, max(0, start - 40), start) for c in "，。,;:!?\n\x01“「”」") + 1
        clause = max(clause, start - 40, 0)
        span = self._name_after(end)
        title = text[start:end].strip(_SPACE)
        found = self.lexicon.front.match(masked, clause, start)
        organization = self.organization(found.end() if found else clause, start)
        if span is not None:
            name = self._clean(*span)
            self.person(name, span[0], title, organization)
            return
        before = self._name_before(clause, start)
        if before is not None:
            name, organization = before
            self.person(name, clause, title, organization)

    def _name_after(self, start: int) -> tuple[int, int] | None:
        """The name that begins where a title ends, cut at its likeliest length."""
        masked = self.masked
        while start < len(masked) and masked[start] in " *":
            start += 1
        found = self.lexicon.latin.match(masked, start)
        if found and len(found[0]) > 2 and (" " in found[0] or not found[0].isupper()):
            return found.span()
        found = _MARKED.match(masked, start) or _HANDLE.match(masked, start)
        if found:
            return found.span()
        found = re.compile(r"[\u4e00-\u9fff]{1,6}(?:·[\u4e00-\u9fff]{1,6})+").match(masked, start)
        if found:
            last = found.end()
            for stop in range(found[0].rfind("·") + start + 2, last + 1):
                if stop < last and self.lexicon.foreign.fullmatch(masked[start : stop + 1].split("·")[-1] + "·阿"):
                    pass
            return start, self._cut_foreign(start, last)
        found = self.lexicon.name.match(masked, start)
        if found:
            return self._cut_name(start, found.end())
        run = re.compile(rf"[{_transliteration(self.lexicon)}]{{2,6}}").match(masked, start)
        if run and run.end() - start >= 3 and _FOLLOWS.match(masked, run.end()):
            return run.span()
        return None

    def _cut_foreign(self, start: int, end: int) -> int:
        """The end of a transliterated name: where its characters stop being those of foreign names."""
        allowed = _transliteration(self.lexicon)
        at = self.masked.rfind("·", start, end) + 1
        while at < end and self.masked[at] in allowed:
            at += 1
        return at

    def _cut_name(self, start: int, end: int) -> tuple[int, int] | None:
        masked = self.masked
        best = None
        for stop in range(end, start + 1, -1):
            name = masked[start:stop]
            if name in self.people:
                return start, stop
            if _FOLLOWS.match(masked, stop) and best is None:
                best = stop
        if best is None:
            three = masked[start:end]
            best = end if masked.count(three) >= 2 else None
        return (start, best) if best is not None else None

    def _name_before(self, clause: int, title: int) -> tuple[str, str] | None:
        """邵其岚是衡川微CEO; 鲁维舟,沐川半导体CTO; 徐婉清(华序证券首席分析师)."""
        text, masked = self.text, self.masked
        phrase = masked[clause:title]
        said = re.match(r"([\u4e00-\u9fff]{2,4}|[A-Z][A-Za-z.\-]+(?: [A-Z][A-Za-z.\-]+){0,2})(?:是|为|担任|出任|现任|曾任|就任|任|接任|升任)", phrase)
        if said and (self.lexicon.name.fullmatch(said[1]) or said[1].isascii()):
            return text[clause : clause + said.end(1)], self.organization(clause + said.end(), title)
        if clause >= 2 and masked[clause - 1] in "，,":
            begin = max(masked.rfind(c, max(0, clause - 16), clause - 1) for c in "，。,;:!?\n、） )*:") + 1
            name = masked[begin : clause - 1].strip(_SPACE + "*")
            if self.lexicon.name.fullmatch(name) or name in self.people:
                return self.text[begin : clause - 1].strip(_SPACE + "*"), self.organization(clause, title)
        return None

    def locate(self) -> None:
        """Find every place where somebody who is known by now is named."""
        names = {n: e for n, e in self.people.items() if len(n) >= 2}
        spans: list[tuple[int, int, Entity]] = []
        if names:
            pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
            for found in pattern.finditer(self.masked):
                if found[0].isascii() and not (self._edge(found.start()) and not self.masked[found.end() : found.end() + 1].isalpha() or _HAN.match(self.masked[found.end() : found.end() + 1] or " ")):
                    continue
                spans.append((found.start(), found.end(), names[found[0]]))
        for start, (end, _) in self.organizations.items():
            name = self.text[start:end].strip(_SPACE)
            entity = self.groups.setdefault(name, Entity(name, "organization", start))
            spans.append((start, end, entity))
        extra = [n for n in self.groups if len(n) >= 2]
        if extra:
            pattern = re.compile("|".join(sorted(map(re.escape, extra), key=len, reverse=True)))
            for found in pattern.finditer(self.text):
                if found.start() not in self.organizations:
                    spans.append((found.start(), found.end(), self.groups[found[0]]))
        spans.sort(key=lambda s: (s[0], -s[1]))
        end = -1
        for span in spans:
            if span[0] >= end:
                self.mentions.append(span)
                end = span[1]
        self._starts = [s for s, _, _ in self.mentions]

    def at(self, start: int) -> tuple[int, Entity] | None:
        """Who is named at exactly this place."""
        index = bisect_right(self._starts, start) - 1
        if index >= 0 and self.mentions[index][0] == start:
            return self.mentions[index][1], self.mentions[index][2]
        return None

    def before(self, position: int, kind: str, since: int, title: str = "") -> Entity | None:
        """The person (or organisation) last heard, or else last named, before ``position``."""
        heard = next(((at, e) for at, e in reversed(self.heard) if at < position and e.kind == kind), None)
        index = bisect_right(self._starts, position - 1) - 1
        named = None
        while index >= 0 and self.mentions[index][0] >= since:
            start, _, entity = self.mentions[index]
            if entity.kind == kind and (not title or any(title in t for t in entity.titles)) and self._subject(start):
                named = (start, entity)
                break
            index -= 1
        if heard and heard[0] >= since and (not title or any(title in t for t in heard[1].titles)):
            if named is None or heard[0] >= named[0]:
                return heard[1]
        return named[1] if named else None

    def _subject(self, start: int) -> bool:
        """True when what is named at ``start`` opens a clause, or follows its title."""
        masked = self.masked
        at = start
        while at > 0 and masked[at - 1] in _SPACE:
            at -= 1
        if at == 0 or masked[at - 1] in "，。,;:!?\n”」\x01、“「*":
            return True
        clause = max(masked.rfind(c, max(0, at - 40), at) for c in "，。,;:!?\n\x01") + 1
        found = self.lexicon.front.match(masked, clause, at)
        if found and found.end() >= at:
            return True
        return bool(re.search(rf"(?:{self.lexicon.titles.pattern}) ?\Z", masked[max(0, at - 24) : at]))


def _transliteration(lexicon: Lexicon) -> str:
    found = re.match(r"\[([^\]]+)\]", lexicon.foreign.pattern)
    return found[1] if found else ""


def _short_forms(name: str) -> list[str]:
    """What a full name is shortened to: 帕特·基辛格 -> 基辛格, Lip-Bu Tan -> Tan."""
    out = []
    if "·" in name:
        out.append(name.rsplit("·", 1)[1])
    elif " " in name and name.isascii():
        last = name.rsplit(" ", 1)[1]
        if len(last) >= 3:
            out.append(last)
    return [s for s in out if len(s) >= 2]
