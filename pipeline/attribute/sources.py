"""The words before a cue -> who is meant: name, title, organisation.

In: a phrase such as ``英特尔首席执行官帕特·基辛格`` or ``该发言人``. Out: a ``Source`` with its span. The
readers go from what is certain to what is only likely: pronouns, nouns that point back, titles,
names known from elsewhere in the document, unnamed sources and documents, names by their shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Lexicon, simple
from pipeline.attribute.names import (
    HANDLE,
    LATIN_NAME,
    MARKED_NAME,
    NICKNAME,
    SPACE,
    USER_NAME,
    Span,
)
from pipeline.attribute.register import Entity, Register

_REACH = 90
"""How many characters before a cue its source may begin."""
_LONGEST = 60
_LATIN_END = re.compile(r"[A-Z]{2,5}\Z")  # PC厂商
"""How long the words for an unnamed source or a document may be."""
_HANDLE_END = re.compile(rf"(?:{HANDLE.pattern})\Z")
_MARKED_END = re.compile(rf"(?:{MARKED_NAME.pattern})\Z")


@dataclass(slots=True)
class Source:
    """A speaker as the text names it. ``start:end`` are its words.

    ``kind`` is a speaker type, or what is still to be resolved: he, they, role (a title alone),
    none (no words at all), author (the writer: no source). ``sure`` is False for a bare phrase that
    only its place makes a name.
    """

    start: int
    end: int
    kind: str
    name: str = ""
    title: str = ""
    organization: str = ""
    entity: Entity | None = None
    link: str = "same_sentence"
    sure: bool = True
    head: int = -1
    """Where the noun begins that its words describe, if not at ``start``: ``高盛最近发布的|报告``."""

    @property
    def speaks_as(self) -> str:
        """The speaker type, also while it is still to be resolved."""
        return {"he": "person", "they": "organization", "role": "person"}.get(self.kind, self.kind)


class Phrases:
    """Reads the phrases of one document."""

    def __init__(self, lexicon: Lexicon, original: str, text: Text, register: Register):
        self.lexicon = lexicon
        self.original = original
        self.masked = text.masked
        self.register = register

    def bounds(self, start: int, end: int) -> Span:
        """A clause up to a cue without what is no part of its source: ``但何小鹏周二也`` -> 何小鹏."""
        masked, lexicon = self.masked, self.lexicon
        start = max(start, end - _REACH)
        if masked[start:end].strip() in lexicon.whole["organization"]:
            return start, end
        front = lexicon.adverbials.front.match(masked, start, end)
        if front:
            start = front.end()
            start += start > 0 and masked.startswith("的", start, end)  # 此前的|泄漏
        if masked.startswith("根据", start, end):  # 根据上个月|相关分析|显示
            start += len("根据")
            front = lexicon.adverbials.front.match(masked, start, end)
            start = front.end() if front else start
        stop = lexicon.adverbials.strip(masked, start, end)
        if masked.rfind("《", start, stop) > masked.rfind("》", start, stop):
            stop = end  # 《中国芯片产业全面观察》报告: a title holds no adverbs
        paper = lexicon.nouns["document"].search(masked, start, end)
        if paper and lexicon.quantifier.fullmatch(masked, start, stop):
            stop = end  # 一项|针对五百家企业的调查
        start, stop = self._within(start, stop)
        named = self.register.named_at(start, end)
        if named is not None and named[0] > stop:
            stop = named[0]  # 曾毓群 does not end before 曾
        inside = self.register.named_at(stop, end) if stop > start else None
        if inside is not None and lexicon.role["in_manner"].match(masked, inside[0]):
            stop = inside[0]  # 星澜CEO|唐皓|无奈地
        return self._within(start, stop)

    def _within(self, start: int, end: int, also: str = "") -> Span:
        """start:end without spaces and the like at either end."""
        masked, idle = self.masked, SPACE + also
        while start < end and masked[start] in idle:
            start += 1
        while start < end and masked[end - 1] in idle:
            end -= 1
        return start, end

    def human(self, source: Source) -> bool:
        """True for a person, named or not: what 他 may stand for."""
        if source.kind == "anonymous":
            return bool(source.title or self.lexicon.role["human"].search(simple(source.name)))
        return source.kind == "person"

    def read(self, start: int, end: int) -> Source | None:
        """What stands at start:end, or None when it names no source."""
        masked, lexicon, role = self.masked, self.lexicon, self.lexicon.role
        start, end = self._within(start, end, "、└│•>-")
        if start >= end:
            return None
        if role["prepositional"].match(masked, start, end) and not self.register.named_at(
            start, end
        ):
            described = masked.rfind("的", start, end) + 1  # 以做空闻名的|孟繁昭
            passed = masked.startswith(("从", "由"), start) and described and described < end
            if passed and self._passed_on(described, end):  # 从供应链传来的|消息
                return Source(described, end, "anonymous", self.original[described:end])
            named = self.register.named_at(described, end) if described else None
            if named is None or named[0] < end or named[1].kind != "person":
                return None
            start = described
        if masked[end - 1] in "于以把被将让与及或是为" and not self.register.named_before(
            start, end
        ):
            return None
        has = role["has"].match(masked, start, end)
        if has and has.end() < end and self.register.named_at(has.end() - 1, end) is None:
            start = has.end()  # but 社长有马浩二
        if (
            end - start > 2
            and masked[end - 1] in "里中上内"
            and (
                lexicon.nouns["document"].search(masked, start, end - 1)
                or lexicon.nouns["anonymous"].search(masked, start, end - 1)
            )
        ):
            end -= 1
        if end - start > 4 and masked.endswith("之一", start, end):
            titled = lexicon.title_end.search(masked, start, end - len("之一"))
            end -= len("之一") if titled else 0  # 该公司创始人|之一
        phrase = masked[start:end]
        if phrase == "其":
            return Source(start, end, "none")
        if (
            lexicon.nouns["author"].search(phrase)
            or role["myself"].match(phrase)
            or role["nobody"].match(phrase)
        ):
            return Source(start, end, "author")
        channel = role["channel"].search(phrase)
        if channel and channel.start() >= 2:
            inner = self.read(start, start + channel.start())
            if inner is not None and (
                (inner.kind == "organization" and channel[0] != "团队")
                or (inner.kind == "person" and inner.entity)
            ):
                inner.end = end
                return inner
        pronoun = lexicon.nouns["person"].search(phrase)
        if pronoun and not phrase.endswith(("其他", "吉他")):
            return Source(start + pronoun.start(), end, "he")
        pronoun = lexicon.nouns["organization"].search(phrase)
        if pronoun and (pronoun.start() == 0 or pronoun[0][0] in "该这他她"):
            return Source(start + pronoun.start(), end, "they")
        called = lexicon.address_end.search(phrase)
        if called and called.start() > 0 and self.employs(start, start + called.start()):
            return self._person(start + called.start(), end)  # 该公司|苏先生
        employer = self.register.named_at(start, end)
        if employer is not None and employer[1].kind == "organization":
            pointed = lexicon.reference.match(masked, employer[0], end)
            back = self._back(employer[0], end) if pointed else None
            if back is not None and back.kind == "role":  # 高通|这位新任CEO
                back.start, back.organization = start, employer[1].name
                return back
        if lexicon.reference.match(phrase):
            return self._back(start, end) or self._titled(start, end) or self._unnamed(start, end)
        described = start + phrase.rfind("的") + 1
        if start < described and lexicon.address.fullmatch(masked, described, end):
            return self.read(described, end)  # 卖内存的|老孟
        if lexicon.address.fullmatch(phrase):
            known = self.register.people.get(phrase)  # 阿蒙, who is no 阿 + surname
            entity = known or self.register.by_surname(phrase)
            if entity is not None or not phrase.endswith(("长", "任")):
                name = entity.name if entity else self.original[start:end]
                told = entity is not None and any(office.title for office in entity.offices)
                polite = not told and phrase.endswith(("教授", "院士", "博士", "老师"))
                title = phrase[-2:] if polite else ""
                return Source(start, end, "person", name, title, entity=entity)
        return (
            self._titled(start, end)
            or self._known(start, end)
            or self._unnamed(start, end)
            or self._short(start, end)
            or self._shaped(start, end)
        )

    def _passed_on(self, start: int, end: int) -> bool:
        """True for a noun that stands for an unnamed source and nothing more."""
        head = self.lexicon.nouns["anonymous"].search(self.masked, start, end)
        return head is not None and head.start() == start

    def employs(self, start: int, end: int) -> bool:
        """True for the words for an organisation or a place of work: 该公司, 高通, 华强北某店的."""
        nouns, masked = self.lexicon.nouns, self.masked
        words = masked[start:end].rstrip(SPACE + "的")
        kinds = ("organization", "class", "suffix", "department")
        return any(nouns[kind].search(words) for kind in kinds) or any(
            stop >= end - (masked[end - 1] in SPACE + "的")
            for _, stop in self.register.places.inside(start, end)
        )

    def _back(self, start: int, end: int) -> Source | None:
        """A noun that points back: 该发言人, 上述人士, 这家芯片制造商."""
        lexicon, phrase = self.lexicon, self.masked[start:end]
        body = lexicon.reference.sub("", phrase, count=1)
        if not body or len(body) > 16:
            return None
        if lexicon.title_end.search(body):
            title = lexicon.titles.search(body)
            if title is None:
                return Source(start, end, "role", title=body)
            last = lexicon.title_end.search(body)
            if last and title.end() < last.start():
                return None  # 该院院长|孟繁昭|院士
            at = end - len(body)
            place = self._words(self.register.places.of_title(at, at + title.start()))
            return Source(start, end, "role", title=title[0], organization=place)
        if lexicon.nouns["document"].search(body):
            return Source(
                start,
                end,
                "document",
                self.original[start:end],
                sure=not phrase.startswith(("这些", "此")),
            )
        if lexicon.role["back_group"].search(body):
            return Source(start, end, "they")
        if lexicon.role["back_person"].fullmatch(body):
            return Source(start, end, "he")
        if lexicon.nouns["anonymous"].search(body) and not lexicon.role["copula"].search(body):
            return Source(start, end, "anonymous", self.original[start:end])
        return None

    # ------------------------------------------------------------------ titles

    def _titled(self, start: int, end: int) -> Source | None:
        """ORG TITLE NAME, ORG TITLE, NAME TITLE."""
        lexicon, masked, original, register = (
            self.lexicon,
            self.masked,
            self.original,
            self.register,
        )
        chains = list(lexicon.titles.finditer(masked, start, end))
        if not chains:
            return None
        chain = chains[-1]
        polite = len(chains) > 1 and chain.end() == end
        if polite:  # 卫生部门主任克里斯蒂娜·加利|博士
            named = self._within(chains[-2].end(), chain.start(), "的")
            if named[0] < named[1] and self._name_stop(*named) is not None:
                chain, end = chains[-2], named[1]
        title_start, title_end = register.title_span(*chain.span())
        title = register.title_words(start, title_start, title_end)
        name_start, _ = self._within(title_end, end, "的、:")
        if name_start < end:
            stop = self._name_stop(name_start, end)
            if stop is None:
                return None
            title, group = register.office(start, title_start, title_end)
            entity = register.person(*register.names.bare(name_start, stop), title, group)
            return Source(
                name_start, stop, "person", entity.name, title, self._words(group), entity
            )
        before = masked[start : self._within(start, title_start)[1]]
        bearer = register.names.bearer(start, title_start, title)
        if bearer is not None:
            group = register.places.of_title(start, bearer[0])
            entity = register.person(*bearer, title, group)
            return Source(*bearer, "person", entity.name, title, self._words(group), entity)
        if not before and lexicon.nouns["anonymous"].search(masked[start:end]):
            return Source(start, end, "anonymous", original[start:end], title)
        if lexicon.role["appoints"].search(before):
            return None  # 换了基辛格担任|CEO
        apposed = self._apposed(start, title)
        if apposed is not None:
            return apposed
        if before in ("", "公司", "集团", "其"):
            return Source(start, end, "role", title=title)
        return self._of_office(start, title_start, end, title)

    def _apposed(self, start: int, title: str) -> Source | None:
        """Who bears a title that stands between commas behind the name: ``孟繁昭，|星澜首席财务官，表示``."""
        if start < 2 or self.masked[start - 1] not in "，,":
            return None
        named = self.register.named_before(max(0, start - 40), start - 1)
        if named is None or named[1].kind != "person" or title not in named[1].titles:
            return None
        at, entity = named
        alone = at == 0 or self.masked[at - 1] in "，,。;:!?\n\x01 "
        return Source(at, start - 1, "person", entity.name, entity=entity) if alone else None

    def _of_office(self, start: int, title_start: int, end: int, title: str) -> Source:
        """An organisation and a title without a name: one person (高通CEO), or nobody in particular."""
        lexicon, register, masked = self.lexicon, self.register, self.masked
        group = register.places.of_title(start, title_start)
        organization, name = self._words(group), self.original[start:end]
        named = group is not None and (
            register.places.inside(*group) or self.masked[slice(*group)] in register.groups
        )
        suffixed = lexicon.nouns["suffix"].search(simple(organization))
        quantified = lexicon.quantifier.match(self.masked, start, title_start)
        begin = quantified.end() if quantified else start
        apart = lexicon.role["apart"].match(self.masked, begin, title_start)
        if (
            quantified
            and simple(title) in lexicon.whole["role"]
            and quantified.end() >= title_start
        ):
            return Source(start, end, "person", name, title)  # 一位发言人: whose, the context says
        several = lexicon.role["several"].search(self.masked, start, title_start)
        places = register.places.inside(start, title_start)
        joined = any(
            masked[stop:at] in ("和", "与", "、", "及") for (_, stop), (at, _) in pairwise(places)
        )
        loose = apart or several or joined or (quantified and not named)
        unnamed = lexicon.role["back_person"].fullmatch(simple(title))
        proper = (
            named
            or suffixed
            or organization.isascii()
            or (group and self._proper(*group, title_start, title))
        )
        if organization and not loose and not unnamed and proper:
            head = self._head(start, group[0] if group else title_start)
            return Source(start, end, "person", name, title, organization, head=head)
        if (
            not named
            and not suffixed
            and not lexicon.role["organized"].search(simple(organization))
        ):
            classed = lexicon.nouns["class"].search(
                self.masked[start:title_start].rstrip(SPACE + "的")
            )
            latin = _LATIN_END.search(masked, start, start + classed.start()) if classed else None
            begins = latin.start() if latin else start + classed.start() if classed else start
            organization = self.original[begins : start + classed.end()] if classed else ""
            if simple(organization) in lexicon.whole["organization"]:
                organization = ""  # 投过三家公司的|合伙人
        head = self._head(start, title_start)
        title = "" if unnamed else title
        return Source(start, end, "anonymous", name, title, organization, head=head)

    def _proper(self, start: int, end: int, title_start: int, title: str) -> bool:
        """True for the name of an organisation that nobody knows: ``睿晟|高管``, ``晟辉|一位渠道经理``."""
        lexicon, masked = self.lexicon, self.masked
        if simple(title) in lexicon.whole["calling"] or end - start > 6:
            return False
        quantified = lexicon.quantifier.match(masked, end, title_start)
        words = lexicon.words.cut(masked[start:end])
        return bool(quantified and quantified.end() > end) or len(words) == end - start

    def _words(self, span: Span | None) -> str:
        return self.original[slice(*span)] if span else ""

    def _name_stop(self, start: int, end: int) -> int | None:
        """Where the name that follows a title ends; None when no name follows."""
        register, lexicon = self.register, self.lexicon
        known = register.named_at(start, end)
        if known is not None and known[1].kind == "person":
            return known[0]
        name = self.masked[start:end]
        blogger = lexicon.role["blogger"].search(self.masked, max(0, start - 6), start)
        if blogger and 2 <= len(name) <= 10 and not lexicon.role["not_in_name"].search(name):
            return end
        if blogger and (NICKNAME.fullmatch(name) or USER_NAME.fullmatch(name)):
            return end
        if MARKED_NAME.fullmatch(name) or HANDLE.fullmatch(name) or LATIN_NAME.fullmatch(name):
            return end
        if lexicon.name.fullmatch(name) or lexicon.foreign.fullmatch(name):
            return end
        spelt = all(len(word) == 1 for word in lexicon.words.cut(name))
        role = lexicon.role
        if (
            2 <= len(name) <= 3
            and spelt
            and not role["not_in_name"].search(name)
            and not role["verb_like"].match(name)
        ):
            return end
        span = register.names.after(start)
        return span[1] if span is not None and span[0] == start and span[1] <= end else None

    # ------------------------------------------------------------------ known, unnamed, shaped

    def _known(self, start: int, end: int) -> Source | None:
        """Somebody whom the document has named before, at the end of the phrase."""
        register, masked = self.register, self.masked
        named = register.named_before(start, end)
        if named is None:
            return None
        at, entity = named
        state = self._state(start, at, entity)
        if state < at:
            entity, at = self.register.group(state, end), state  # 荷兰|外交部
        if at > start and masked[at - 1] in "和与及、":
            first = register.named_before(start, self._within(start, at - 1)[1])
            while first and first[0] > start and masked[first[0] - 1] in "、和与及":
                before = register.named_before(start, self._within(start, first[0] - 1)[1])
                if before is None:
                    break
                first = before  # 三星、|SK海力士和美光
            if first is None:
                return None
            begin = self._state(start, *first)
            return Source(begin, end, entity.kind, self.original[begin:end])
        if at > start and masked[at - 1] in "跟对向给为以把被让":
            return None
        return Source(at, end, entity.kind, entity.name, entity=entity)

    def _state(self, start: int, end: int, office: Entity) -> int:
        """Where the name of a state begins whose ``office`` begins at ``end``; ``end`` when there is none."""
        places, offices = self.lexicon.whole["place"], self.lexicon.role["state_office"]
        if office.kind != "organization" or not offices.search(simple(office.name)):
            return end
        return next((at for at in range(start, end) if self.masked[at:end] in places), end)

    def _short(self, start: int, end: int) -> Source | None:
        """What the document names in full elsewhere: ``黄`` for 黄仁勋, ``永丰`` for 永丰投顾, ``Sunil``."""
        phrase = self.masked[start:end]
        if len(phrase) == 1:
            person = self.register.by_surname(phrase)
            return Source(start, end, "person", person.name, entity=person) if person else None
        if LATIN_NAME.fullmatch(phrase) and len(phrase) > 2 and not phrase.isupper():
            person = self.register.called(phrase)  # Sunil, after Sunil Kaimal
            if person is not None and person.kind == "person":
                return Source(start, end, "person", person.name, entity=person)
        group = 2 <= len(phrase) <= 4 and (
            self.register.places.in_full(phrase) or self.register.in_full(phrase)
        )
        return Source(start, end, "organization", self.original[start:end]) if group else None

    def _unnamed(self, start: int, end: int) -> Source | None:
        """Documents, and anonymous and collective sources."""
        phrase = self.masked[start:end]
        if end - start > _LONGEST or phrase.startswith(("这样", "这种", "这一", "那种")):
            return None
        named = self.register.named_at(start, end)
        if named and self.lexicon.role["goes_to"].search(self.masked, named[0], end):
            return None  # 雷军于5月通过|微博
        found, document = self._document(start, end)
        return document if found else self._anonymous(start, end, named[0] if named else end)

    def _document(self, start: int, end: int) -> tuple[bool, Source | None]:
        """Whether a phrase ends like a document, and the document if it is one."""
        lexicon, original = self.lexicon, self.original
        phrase = self.masked[start:end]
        book = lexicon.role["book"].search(phrase)
        if book and book.end() == len(phrase):
            nouns = lexicon.nouns["document"]
            issued = lexicon.role["issued"].search(phrase, 0, book.start())
            if issued or nouns.search(book[1]) or nouns.search(phrase[: book.start()]):
                head = start + book.start()  # 《集成电路产业白皮书》
                name, owner = original[head + 1 : end - 1], self.owner(start, head)
                return True, Source(start, end, "document", name, organization=owner, head=head)
        noun = lexicon.nouns["document"].search(phrase)
        titled = book is not None and noun is not None and noun.start() == book.end(1) + 1
        if titled and book and not lexicon.nouns["medium"].search(simple(book[1])):
            head = start + book.start()  # 《集成电路产业白皮书》报告
            owner = self.owner(start, head)
            return True, Source(
                start, end, "document", original[head:end], organization=owner, head=head
            )
        published = lexicon.role["piece"].search(phrase) if noun else None
        medium = self._medium(start, start + published.start()) if published else None
        if medium is not None:
            medium.end = end
            return True, medium
        if noun:
            done = lexicon.role["done"].search(phrase, 0, noun.start())
            former = phrase.startswith("此前") and noun.start() > 2  # 此前曝光的|路线图
            if (phrase[0] in "这此" and not former) or done:
                return True, None  # 给出了详细的|数据
            owner = self.owner(start, start + noun.start())
            head = self._head(start, start + noun.start())
            given = phrase.rfind("的", 0, noun.start()) + 1
            dated = any(map(str.isdigit, phrase[:given]))
            if owner and dated and lexicon.role["issued"].search(phrase, 0, given):
                head = start + given  # 星澜科技8月23日发布的|第二季度财报
                words = original[head:end].strip()
            else:
                generic = lexicon.class_noun.match(self.masked, start, start + noun.start())
                named = generic.end() if generic else start
                named += self.masked.startswith(" ", named)
                # 调研机构|Halcyon Research的数据
                whole = named == start or not owner or not original.startswith(owner, named)
                whole |= lexicon.role["issued"].search(phrase, 0, given) is not None
                words = original[start if whole else named : end]
            return True, Source(start, end, "document", words, organization=owner, head=head)
        counted = lexicon.role["counted_paper"].match(phrase)
        if counted and not lexicon.role["declines"].search(phrase):  # 多篇|评论
            head = start + counted.end()
            return True, Source(start, end, "document", original[start:end], head=head)
        return False, None

    def _medium(self, start: int, end: int) -> Source | None:
        """The medium that a phrase for something published begins with: ``《云芯周刊》此前的|文章``."""
        lexicon, masked = self.lexicon, self.masked
        book = lexicon.role["book"].match(masked, start, end)
        at, stop = book.span(1) if book else (start, self.register.places.spans.get(start, start))
        name = masked[at:stop]
        if lexicon.quantifier.search(masked, stop, end):
            return None  # 彭博社上周的一篇|报道
        if not name or not (book or lexicon.nouns["medium"].search(simple(name))):
            return None
        entity = self.register.group(at, stop)
        return Source(at, end, "organization", entity.name, entity=entity)

    def _anonymous(self, start: int, end: int, name_end: int) -> Source | None:
        """A noun for an unnamed source at the end of a phrase; ``name_end``: where a name in front ends."""
        lexicon, masked, original = self.lexicon, self.masked, self.original
        phrase = masked[start:end]
        head = lexicon.nouns["anonymous"].search(phrase)
        if head is None:
            return None
        before = phrase[: head.start()]
        if lexicon.role["copula"].search(self.register.places.without(start, start + head.start())):
            return None  # 两者都是|业界
        if lexicon.role["denies"].search(before):
            return None  # 林舟否认了|传闻
        if len(head[0]) == 1 and before and not lexicon.role["counted"].search(before):
            return None
        opinion = lexicon.nouns["opinion"].search(phrase)
        if opinion and (
            before.endswith("的") or "的" in phrase[max(0, opinion.start() - 5) : opinion.start()]
        ):
            owner_of = self.read(start, start + phrase.rindex("的"))
            if (
                owner_of is not None
                and owner_of.sure
                and owner_of.kind in ("organization", "person")
            ):
                owner_of.end = end
                return owner_of
        group = self._insider(start, start + head.start(), head[0])
        if group and head[0] == "内部":
            return Source(start, end, "anonymous", original[start:end], organization=group)
        if group:
            return Source(start, end, "person", original[start:end], head[0], group)
        if name_end < start + head.start() and not lexicon.role["outsider"].search(
            masked, name_end, end
        ):
            return None  # 雷军恳请|大家
        if len(before) > 8 and not lexicon.role["loose"].search(before):
            return None
        begins = self._head(start, start + head.start())
        came = lexicon.role["came_from"].match(before)
        name = begins if came and before.endswith("的") else start  # 来自供应链的|传闻
        return Source(start, end, "anonymous", original[name:end], head=begins)

    def _head(self, start: int, stop: int) -> int:
        """Where the noun begins that ends behind ``stop``, without what describes or counts it:
        ``一位不愿具名的|芯片贸易商``, ``市场研究机构|集邦咨询的数据``."""
        lexicon, masked = self.lexicon, self.masked
        start = max(start, masked.rfind("的", start, stop) + 1)
        for pattern in (lexicon.reference, lexicon.before_group, lexicon.class_noun):
            found = pattern.match(masked, start, stop + 1)
            if found and found.end() <= stop:
                start = found.end()
        return self._within(start, stop)[0]

    def _insider(self, start: int, end: int, head: str) -> str:
        """The organisation that an unnamed source belongs to: ``高通内部|人士``; empty for 接近高通的人士."""
        lexicon, masked = self.lexicon, self.masked
        quantifier = lexicon.quantifier.match(masked, start, end)
        start = self._within(quantifier.end() if quantifier else start, end)[0]
        stop = self.register.places.spans.get(start) or self._unknown_group(start, end)
        if stop > end or stop == start:
            return ""
        if lexicon.role["outsider"].search(masked, stop, end) or lexicon.role["outsider"].search(
            head
        ):
            return ""
        inside = lexicon.role["insider"].fullmatch(masked[stop:end].strip(SPACE))
        return self.original[start:stop] if inside else ""

    def _unknown_group(self, start: int, end: int) -> int:
        """Where an organisation ends that nobody knows, ``砺元科技|内部``; ``start`` when there is none."""
        lexicon, masked = self.lexicon, self.masked
        inside = lexicon.role["inside"].search(masked, start, end)
        start, stop = self._within(start, inside.start() if inside else end)
        phrase = masked[start:stop]
        if not 2 <= len(phrase) <= 12 or lexicon.role["not_in_group"].search(phrase):
            return start
        suffix = lexicon.nouns["suffix"].search(phrase)
        spelt = LATIN_NAME.fullmatch(phrase) and not (phrase.isupper() and len(phrase) <= 3)
        proper = spelt or len(lexicon.words.cut(phrase)) == len(phrase)
        return stop if proper or (suffix and suffix.start() >= 2) else start

    def owner(self, start: int, end: int) -> str:
        """The organisation whose report it is: ``世界银行数据`` -> 世界银行."""
        lexicon, masked = self.lexicon, self.masked
        places = self.register.places.inside(start, end)
        known = [span for span in places if masked[span[0]] != " "]  # none in brackets
        if known:
            return self._words(known[0])
        book = lexicon.role["book"].search(masked[start:end])
        if book:
            return self.original[start + book.start(1) : start + book.end(1)]
        came = lexicon.role["came_from"].match(masked, start, end)
        if came:
            start = came.end()
        split = lexicon.role["of_document"].search(masked, start, end)
        start, end = self._within(start, split.start() if split else end)
        generic = lexicon.class_noun.match(masked, start, end)
        if generic:
            start = generic.end()
        phrase = masked[start:end]
        if (
            not 2 <= len(phrase) <= (_LONGEST if phrase.isascii() else 16)
            or lexicon.role["not_in_group"].search(phrase)
            or lexicon.nouns["anonymous"].search(phrase)
            or (generic is None and self.register.places.of_field(start, end))
            or simple(phrase) in lexicon.whole["organization"]
        ):
            return ""
        return self.original[start:end]

    def _presents(self, words: str) -> bool:
        """True for words that may stand before a nickname: 博主, 坛友, 设计服务业者."""
        words, lexicon = words.strip(SPACE), self.lexicon
        patterns = lexicon.nouns["anonymous"], lexicon.nouns["class"], lexicon.title_end
        return not words or any(pattern.search(words) for pattern in patterns)

    def _shaped(self, start: int, end: int) -> Source | None:
        """A name that nothing introduces, by its shape and its place before a cue."""
        lexicon, masked, register = self.lexicon, self.masked, self.register
        phrase = masked[start:end]
        for pattern in (_HANDLE_END, _MARKED_END):
            found = pattern.search(phrase)
            if found and self._presents(phrase[: found.start()]):
                return self._person(start + found.start(), end)
        book = lexicon.role["book"].search(phrase)
        if book and book.end() == len(phrase) and book.start() <= 12:
            entity = register.group(start + book.start(1), start + book.end(1))
            return Source(start + book.start(), end, "organization", entity.name, entity=entity)
        head = start
        start = self._without_epithet(start, end)
        phrase = masked[start:end]
        if head < start and (
            lexicon.role["nickname"].fullmatch(phrase) or NICKNAME.fullmatch(phrase)
        ):
            return self._person(start, end)  # 经销商|阿强
        classed = lexicon.nouns["class"].search(masked[head:start].rstrip(SPACE))
        if classed and lexicon.role["back_group"].search(classed[0]) and phrase.isascii():
            return self._group(start, end, True)  # 科技媒体|Chip Watch
        if USER_NAME.fullmatch(phrase) and phrase not in register.places.chips:
            return self._person(start, end)
        if LATIN_NAME.fullmatch(phrase):
            if phrase in register.places.chips:
                return None
            group = lexicon.role["latin_group"].search(phrase)
            if 2 <= len(phrase.split()) <= 4 and not group and not phrase.isupper():
                return self._person(start, end)
            return self._group(start, end, len(phrase) > 1)
        called = lexicon.address_end.search(phrase)
        if called and called.start() and self._presents(phrase[: called.start()]):
            return self._person(start + called.start(), end)  # 华强北商户|蔡女士
        polite = phrase.endswith(("老师", "先生", "女士", "同学")) and len(phrase) > 3
        if polite and (len(phrase) <= 6 or phrase[0].isascii()):
            return self._person(start, end)
        verbal = lexicon.role["not_in_group"].search(phrase) or lexicon.role["copula"].search(
            phrase
        )
        suffix = lexicon.nouns["suffix"].search(phrase)
        counted = lexicon.quantifier.match(masked, head, end)
        declines = lexicon.role["declines"].search(phrase)
        # 一家面板厂|深天马: one of the class, with its name
        one = counted and counted[0].startswith("一") and counted.end() < start
        named = one and not verbal and not suffix and 2 <= len(phrase) <= 6
        if named and len(lexicon.words.cut(phrase)) > 1:
            return self._group(start, end, True)
        if (
            not declines
            and counted
            and counted.end() < end - 1
            and len(phrase) <= 20
            and counted[0][-1] in "位名家"
        ):
            return Source(head, end, "anonymous", self.original[head:end])  # 多位装配商
        if suffix and len(phrase) <= 20 and not verbal:
            return self._group(start, end, len(suffix[0]) > 1)
        foreign = lexicon.foreign.fullmatch(phrase)
        if (foreign and ("·" in phrase or len(phrase) >= 3)) or lexicon.name.fullmatch(phrase):
            alias = register.folded.startswith("(化名)", end)
            if len(phrase) == 2 and len(lexicon.words.cut(phrase)) == 1 and not alias:
                return Source(start, end, "organization", self.original[start:end], sure=False)
            return self._person(start, end, len(phrase) > 2)
        if len(phrase) > 2 and lexicon.role["kind_of_person"].search(phrase) and not verbal:
            return Source(start, end, "anonymous", self.original[start:end])  # 怀疑论者
        if phrase in lexicon.whole["place"]:
            return Source(start, end, "organization", self.original[start:end])
        if not phrase.isascii() and len(lexicon.words.cut(phrase)) == 1:
            return None
        if 2 <= len(phrase) <= 12 and not verbal and not phrase.isdigit():
            return Source(start, end, "organization", self.original[start:end], sure=False)
        return None

    def _without_epithet(self, start: int, end: int) -> int:
        """The start of the name after what describes its bearer: ``负责销售的|孟繁昭``, ``芯片巨头|联发科``."""
        lexicon, phrase = self.lexicon, self.masked[start:end]
        if "的" in phrase:
            tail = phrase.rpartition("的")[2].lstrip(SPACE)
            named = (
                lexicon.name.fullmatch(tail)
                or LATIN_NAME.fullmatch(tail)
                or lexicon.nouns["suffix"].search(tail)
                or ("·" in tail and lexicon.foreign.fullmatch(tail))
            )
            if named:
                return end - len(tail)
        for human in lexicon.source_nouns.finditer(phrase):
            if not lexicon.role["human"].search(human[0]):
                continue
            tail = phrase[human.end() :].lstrip(SPACE)
            spelt = LATIN_NAME.fullmatch(tail) if " " in tail else None
            spelt = spelt or NICKNAME.fullmatch(tail) or USER_NAME.fullmatch(tail)
            if spelt or "·" in tail or (len(tail) == 3 and lexicon.name.fullmatch(tail)):
                return end - len(tail)  # 开发者|孟繁昭
        generic = lexicon.class_noun.match(phrase)
        behind = generic is not None and generic.end() > phrase.rfind("的")
        if generic and behind and len(phrase) - generic.end() >= 2:
            return self._within(start + generic.end(), end)[0]
        return start

    def _person(self, start: int, end: int, sure: bool = True) -> Source:
        entity = self.register.person(*self.register.names.bare(start, end))
        return Source(start, end, "person", entity.name, entity=entity, sure=sure)

    def _group(self, start: int, end: int, sure: bool) -> Source:
        entity = self.register.group(start, end)
        return Source(start, end, "organization", entity.name, entity=entity, sure=sure)

    # ------------------------------------------------------------------ subjects

    def leading(self, start: int, stop: int) -> Source | None:
        """The subject at the head of a clause whose verbs nobody reads: ``他在评论区写下…``."""
        masked, role = self.masked, self.lexicon.role
        found = role["he"].match(masked, start, stop)
        if found:
            return Source(start, found.end(), "he")
        found = role["they"].match(masked, start, stop)
        if found:
            titled = self._noun(start, stop)  # 公司总裁孟繁昭
            return (
                titled
                if titled is not None and titled.kind == "person"
                else Source(start, found.end(), "they")
            )
        found = HANDLE.match(masked, start, stop) or self.lexicon.address.match(masked, start, stop)
        if found:
            return self.read(start, found.end())
        found = role["someone"].match(masked, start, stop)
        if found:
            start, end = found.span(1)  # 也有|网友
            return Source(start, end, "anonymous", self.original[start:end])
        named = self.register.named_at(start, stop)
        if named is not None and not role["no_subject"].match(masked, named[0], stop):
            source = self._noun(start, stop)
            behind = source is not None and source.end > named[0] and source.kind != "organization"
            if (
                source is not None
                and behind
                and not role["goes_to"].search(masked, named[0], source.end)
            ):
                return source
            end, entity = named
            return Source(start, end, entity.kind, entity.name, entity=entity)
        if (
            named is not None
            and named[1].kind == "person"
            and role["voice"].match(masked, named[0])
        ):
            return Source(start, named[0], "person", named[1].name, entity=named[1])
        if named is not None and masked.startswith("的", named[0]):  # 高通的 Arberle
            begin = named[0] + 1 + masked.startswith(" ", named[0] + 1)
            known = self.register.named_at(begin, stop)
            if known is not None and known[1].kind == "person":
                return Source(begin, known[0], "person", known[1].name, entity=known[1])
            span = self.register.names.after(begin)  # 星澜的孟繁昭
            if (
                span is not None
                and span[1] - begin == 3
                and self.lexicon.name.fullmatch(masked, *span)
            ):
                return self._person(*span)
            belongs = LATIN_NAME.match(masked, begin)
            if belongs and role["after_name"].match(masked, belongs.end()):
                return self._person(*belongs.span())
        described = masked.find("的", start, stop) + 1 if named is None else 0
        found = self.lexicon.address.match(masked, described, stop) if described > start else None
        if found and not masked.startswith("的", found.end()):
            return self.read(described, found.end())  # 卖内存的|老孟叼着烟
        side = role["side"].match(masked, start, stop) if named is None else None
        if side and len(self.lexicon.words.cut(side[1])) > 1:
            return self._group(*side.span(1), True)  # 信越|方面在回应时
        return self._noun(start, stop) or self._stranger(start, stop) or self._doer(start, stop)

    def _doer(self, start: int, stop: int) -> Source | None:
        """Who does what the clause tells, before the verb for it: ``通用汽车公司|宣布了新系统``."""
        found = self.lexicon.role["deeds"].search(self.masked, start + 2, stop)
        if found is None:
            return None
        begin, end = self.bounds(start, found.start())
        source = self.read(begin, end) if begin < end else None
        if source is None or not source.sure or source.kind not in ("organization", "person"):
            return None
        # 那条消息令盯着特斯拉|新车的散户很焦虑
        led = self.lexicon.role["not_in_group"].search(self.masked, begin, source.start)
        return None if led else source

    def paper(self, start: int, stop: int) -> Source | None:
        """The document that somebody gives out in the clause at start:stop: ``英特尔公布了|财报``."""
        found = self.lexicon.role["hands_out"].search(self.masked, start, stop)
        if found is None or not self.lexicon.nouns["document"].search(found["paper"]):
            return None
        begin, end = self._within(*found.span("paper"))
        doer = self.leading(*self.bounds(start, stop))
        owner = doer.name if doer is not None and doer.kind == "organization" else ""
        head = self._head(begin, end - 2)
        name = self.original[begin:end]
        return Source(begin, end, "document", name, organization=owner, head=head)

    def _stranger(self, start: int, stop: int) -> Source | None:
        """A personal name that nobody introduced, at the head of a clause: ``孟繁昭只回了六个字``."""
        latin = LATIN_NAME.match(self.masked, start, stop)
        if latin and len(latin[0]) > 2:
            called = None if latin[0].isupper() else self.register.called(latin[0])
            if called is not None and called.kind == "person":  # Dana|展示了样片，
                return Source(*latin.span(), "person", called.name, entity=called)
            after = latin.end() + self.masked.startswith(" ", latin.end())
            goes_on = self.lexicon.role["goes_after"].match(self.masked, after)
            return self._shaped(*latin.span()) if goes_on else None
        found = self.lexicon.name.match(self.masked, start, stop)
        if found is None or len(self.lexicon.words.cut(found[0])[0]) > 1:
            return None
        span = self.register.names.after(start)
        if span is None or span[1] - start < 3 or span[1] > stop:
            return None
        return self._person(*span)

    def _noun(self, start: int, stop: int) -> Source | None:
        """A source at the head of a clause that ends with a title and name, or with a noun for sources."""
        lexicon, masked = self.lexicon, self.masked
        for found in lexicon.titles.finditer(masked, start, min(stop, start + 40)):
            name = self.register.names.after(found.end())
            end = name[1] if name is not None else found.end()
            listed = masked.startswith("、", end)  # 投资人、|星澜总经理孟繁昭
            if name is None and (listed or not lexicon.role["after_name"].match(masked, end)):
                continue
            source = self.read(start, end) if end <= stop else None
            first = self.register.named_at(start, stop)
            unnamed = first is not None and source is not None and source.entity is None
            if unnamed and first and lexicon.role["acts"].search(masked, first[0], found.start()):
                return None  # 苹果起诉了一名|前工程师
            if source is not None and source.sure and source.kind == "person":
                return source
            if name is not None:
                return None
        for found in lexicon.source_nouns.finditer(masked, start, min(stop, start + 32)):
            end = found.end()
            if not lexicon.role["after_name"].match(masked, end) or masked.startswith(
                ("的", "、"), end
            ):
                continue
            cited = lexicon.nouns["document"].search(found[0])
            if cited and lexicon.role["acts"].search(masked, start, found.start()):
                return None  # 星澜引用了一项|数据
            begin = self._within(end, stop)[0]
            named = self.register.named_at(begin, stop)
            if named is not None:  # 研究机构 TrendForce
                return Source(begin, named[0], named[1].kind, named[1].name, entity=named[1])
            if "在" in masked[start : found.start()]:
                return None
            source = self.read(start, end)
            if source is not None and source.sure and source.kind != "organization":
                return source
        return None
