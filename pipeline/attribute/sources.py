"""The words before a cue -> who is meant: name, title, organisation.

In: a phrase such as ``英特尔首席执行官帕特·基辛格`` or ``该发言人``. Out: a ``Source`` with its span. The
readers go from what is certain to what is only likely: pronouns, nouns that point back, titles,
names known from elsewhere in the document, unnamed sources and documents, names by their shape.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.attribute.lexicon import Lexicon
from pipeline.attribute.register import (
    _HANDLE, _LATIN_NAME, _MARKED_NAME, _VERBAL, Entity, Register, Span,
)  # fmt: skip

_SPACE = " \n\t*_"
_NOT_NAME = re.compile(r"[的了是在有不被把让使这那哪么吗呢吧着过很更最，,:;!?]")
_BOOK = re.compile(r"《([^》]{1,24})》(?:杂志|报|网站|周刊|月刊|网|社|播客|节目|专栏|Podcast|访谈|专访|记者|编辑部)*")
_ORGANIZED = re.compile(r"(?:厂商|公司|厂|机构|方|企业|部门|商|部|局|所|院|校|大学)\Z")
_GROUP_WORD = re.compile(r"(?i)\b(?:labs?|inc|corp|research|technolog\w+|compute|computing|networks?|group|semiconductors?|systems?|ai|capital|securities|news|times|journal|media|electronics|micro\w*|company|ltd|llc|insights?|partners|logic|silicon|forum|review|silicon|studios?|foundation|institute|university|post|weekly|today|hardware)\b")
_BACK_GROUP = re.compile(r"(?:公司|企业|厂商|机构|商|巨头|品牌|集团|平台|厂|媒体|网站|杂志|社|报|大学|团队|部门|基金|银行|协会|刊物|实验室|出版物)\Z")
_HUMAN = re.compile(r"(?:人士?|人员|员工?|者|师|家|友|客|商|高管|主管|经理|伙人|官员|学生|同学|老师|总监|领导|代表|采销|成员|博主|楼主)\Z")
_HAS = re.compile(r"[^的]{0,8}?(?<![没拥所具持含仅只])有(?!人|限|关)(?=..)|[也又还另更却则而但]+(?=有人)|据|而|但|则")
_NOBODY = re.compile(r"(?:并?不是|并非|没有)(?=.*(?:人|者|家|方)\Z)")
_CHANNEL = re.compile(r"(?:官方微博|官方微信|官方公众号|公众号|官微|官博|官方|方面|官网)\Z")
_MYSELF = re.compile(r"(?:我们?|本报|本刊|笔者|小编)(?!国)")
_INSIDER = re.compile(r"(?:方面|中国区|中国|公司|官方)?的?(?:一[位名])?(?:不愿具名的)?(?:内部|核心|相关|有关)?")
_OUTSIDERS = re.compile(r"(?:客户|用户|供应商|合作伙伴|对手|供应链|产业链|股东|投资者|渠道商?|竞争对手|粉丝|玩家)\Z")


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

    @property
    def human(self) -> bool:
        """True for a person, named or not: what 他 may stand for."""
        return self.kind == "person" or self.kind == "anonymous" and bool(self.title or _HUMAN.search(self.name))


class Phrases:
    """Reads the phrases of one document."""

    def __init__(self, lexicon: Lexicon, text: str, masked: str, register: Register):
        self.lexicon = lexicon
        self.text = text
        self.masked = masked
        self.register = register

    def bounds(self, start: int, end: int) -> tuple[int, int]:
        """A clause up to a cue without what is no part of its source: ``但何小鹏周二也`` -> 何小鹏."""
        masked, lexicon = self.masked, self.lexicon
        start = max(start, end - 90)
        if masked[start:end].strip() in lexicon.whole["organization"]:
            return start, end
        front = lexicon.front.match(masked, start, end)
        if front:
            start = front.end()
        split = lexicon.tail.fullmatch(masked, start, end)
        stop = split.end(1) if split else end
        while start < stop and masked[start] in _SPACE:
            start += 1
        while start < stop and masked[stop - 1] in _SPACE:
            stop -= 1
        return start, stop

    def read(self, start: int, end: int) -> Source | None:
        """What stands at start:end, or None when it names no source."""
        masked, lexicon = self.masked, self.lexicon
        while start < end and masked[start] in _SPACE + "、└│•-":
            start += 1
        while start < end and masked[end - 1] in _SPACE + "、":
            end -= 1
        if start >= end:
            return None
        has = _HAS.match(masked, start, end)
        if has and has.end() < end:
            start = has.end()
        if end - start > 2 and masked[end - 1] in "里中上内" and lexicon.nouns["document"].search(masked, start, end - 1):
            end -= 1
        phrase = masked[start:end]
        if lexicon.nouns["author"].search(phrase) or _MYSELF.match(phrase) or _NOBODY.match(phrase):
            return Source(start, end, "author")
        channel = _CHANNEL.search(phrase)
        if channel and channel.start() >= 2:
            inner = self.read(start, start + channel.start())
            if inner is not None and inner.kind == "organization":
                inner.end = end
                return inner
        pronoun = lexicon.nouns["person"].search(phrase)
        if pronoun and not phrase.endswith(("其他", "吉他")):
            return Source(start + pronoun.start(), end, "he")
        pronoun = lexicon.nouns["organization"].search(phrase)
        if pronoun and (pronoun.start() == 0 or pronoun[0][0] in "该这他她"):
            return Source(start + pronoun.start(), end, "they")
        if lexicon.reference.match(phrase):
            return self._back(start, end)
        if lexicon.address.fullmatch(phrase):
            entity = self.register.by_surname(phrase)
            if entity is not None or phrase[-1] in "总董工" or phrase[0] in "老小阿":
                return Source(start, end, "person", entity.name if entity else self.text[start:end], entity=entity)
        return (
            self._titled(start, end)
            or self._known(start, end)
            or self._unnamed(start, end)
            or self._shaped(start, end)
        )

    def _back(self, start: int, end: int) -> Source | None:
        """A noun that points back: 该发言人, 上述人士, 这家芯片制造商."""
        phrase = self.masked[start:end]
        body = self.lexicon.reference.sub("", phrase, count=1)
        if not body or len(body) > 16:
            return None
        if re.search(rf"(?:{self.lexicon.titles.pattern})\Z", body):
            title = self.lexicon.titles.search(body)
            return Source(start, end, "role", title=title[0] if title else body)
        if self.lexicon.nouns["document"].search(body):
            return Source(start, end, "document", self.text[start:end], sure=not phrase.startswith(("这些", "此")))
        if _BACK_GROUP.search(body):
            return Source(start, end, "they")
        if body in ("用户", "网友", "账号", "博主", "玩家", "坛友"):
            return Source(start, end, "he")
        if self.lexicon.nouns["anonymous"].search(body):
            return Source(start, end, "anonymous", self.text[start:end])
        return None

    # ------------------------------------------------------------------ titles

    def _titled(self, start: int, end: int) -> Source | None:
        """ORG TITLE NAME, ORG TITLE, NAME TITLE."""
        lexicon, masked, text, register = self.lexicon, self.masked, self.text, self.register
        chains = list(lexicon.titles.finditer(masked, start, end))
        if not chains:
            return None
        chain = chains[-1]
        if len(chains) > 1 and chain.end() == end and chain[0] in lexicon.whole_address:
            between = self._name_stop(chains[-2].end(), chain.start())
            if between is not None:  # 卫生部门主任克里斯蒂娜·加利博士
                chain, end = chains[-2], chain.start()
        title_start, title_end = register.title_span(*chain.span())
        title = text[title_start:title_end].strip(_SPACE)
        name_start = title_end
        while name_start < end and masked[name_start] in _SPACE + "的、:":
            name_start += 1
        if name_start < end:
            stop = self._name_stop(name_start, end)
            if stop is None:
                return None
            group = register.organization(start, title_start)
            entity = register.person(*register.bare(name_start, stop), title, group)
            return Source(name_start, stop, "person", entity.name, title, self._words(group), entity)
        before_end = title_start
        while before_end > start and masked[before_end - 1] in _SPACE:
            before_end -= 1
        before = masked[start:before_end]
        if before and self._person_before(before, before_end, title):
            entity = register.person(start, before_end, title)
            return Source(start, before_end, "person", entity.name, title, "", entity)
        if before in ("", "公司", "集团", "其"):
            if not before and lexicon.nouns["anonymous"].search(masked[start:end]):
                return Source(start, end, "anonymous", text[start:end], title)
            return Source(start, end, "role", title=title)
        group = register.organization(start, title_start)
        organization = self._words(group)
        name = text[start:end]
        named = group is not None and (group[0] in register.organizations or masked[slice(*group)] in register.groups)
        apart = re.match(rf"(?:{lexicon.quantifier.pattern}|不愿|匿名|来自|前|已|曾|接近|负责)", before)
        if organization and (named or not apart and (lexicon.nouns["suffix"].search(organization) or organization.isascii())) and not apart:
            return Source(start, end, "person", name, title, organization)
        if not named and not lexicon.nouns["suffix"].search(organization) and not _ORGANIZED.search(organization):
            organization = ""
        return Source(start, end, "anonymous", name, title, organization)

    def _words(self, span: Span | None) -> str:
        return self.text[slice(*span)] if span else ""

    def _name_stop(self, start: int, end: int) -> int | None:
        """Where the name that follows a title ends; None when no name follows."""
        register, lexicon = self.register, self.lexicon
        known = register.named_at(start, end)
        if known is not None and known[1].kind == "person":
            return known[0]
        name = self.masked[start:end]
        if _MARKED_NAME.fullmatch(name) or _HANDLE.fullmatch(name) or _LATIN_NAME.fullmatch(name):
            return end
        if lexicon.name.fullmatch(name) or lexicon.foreign.fullmatch(name) or 2 <= len(name) <= 3 and not _NOT_NAME.search(name):
            return end
        span = register.name_after(start)
        return span[1] if span is not None and span[0] == start and span[1] <= end else None

    def _person_before(self, before: str, end: int, title: str) -> bool:
        """True when a title follows its bearer: 魏少军教授, 雷军CEO; not 康佳CEO."""
        if end in self.register.organization_ends:
            return False
        if before in self.register.people:
            return True
        polite = title in self.lexicon.whole_address or title.endswith(("教授", "院士", "博士"))
        return polite and bool(self.lexicon.name.fullmatch(before)) and not self.lexicon.nouns["suffix"].search(before)

    # ------------------------------------------------------------------ known, unnamed, shaped

    def _known(self, start: int, end: int) -> Source | None:
        """Somebody whom the document has named before, at the end of the phrase."""
        register, masked, text = self.register, self.masked, self.text
        named = register.named_before(start, end)
        if named is None:
            return None
        at, entity = named
        if at > start and masked[at - 1] in "和与及、":
            first = register.named_before(start, at - 1)
            return Source(first[0], end, entity.kind, text[first[0] : end]) if first else None
        if at > start and masked[at - 1] in "跟对向给为":
            return None
        return Source(at, end, entity.kind, entity.name, entity=entity)

    def _unnamed(self, start: int, end: int) -> Source | None:
        """Anonymous and collective sources, and documents."""
        lexicon, masked, text = self.lexicon, self.masked, self.text
        phrase = masked[start:end]
        if len(phrase) > 44:
            return None
        document = lexicon.nouns["document"].search(phrase)
        if document:
            if re.match(r"这|此", phrase):
                return None
            owner = self._owner(start, start + document.start())
            return Source(start, end, "document", text[start:end], organization=owner)
        head = lexicon.nouns["anonymous"].search(phrase)
        if head is None:
            return None
        before = phrase[: head.start()]
        if len(head[0]) == 1 and before and not re.search(r"(?:的|[一两三四多几数]名?|[这那]些)\Z", before):
            return None
        if before.endswith("的") and lexicon.nouns["opinion"].search(phrase) or re.search(r"的[^的]{0,4}(?:%s)\Z" % lexicon.nouns["opinion"].pattern.removesuffix("\\Z"), phrase):
            owner = self.read(start, start + phrase.rindex("的"))
            if owner is not None and owner.kind in ("organization", "person"):
                return owner
        owner_end = self.register.organizations.get(start, 0)
        if start < owner_end <= start + head.start() and not _OUTSIDERS.search(head[0]) and _INSIDER.fullmatch(masked[owner_end : start + head.start()].strip(_SPACE)):
            return Source(start, end, "person", text[start:end], head[0], text[start:owner_end])
        loose = re.search(r"的\Z|^(?:一|两|三|多|几|数|某|部分|不|很多|许多|大|绝大|有|业|相关|知名|资深|另|其中|匿名|国内|海外|前)", before)
        if before and len(before) > 8 and not loose and not re.search(r"[业链道系界类区坛]\Z", before):
            return None
        return Source(start, end, "anonymous", text[start:end])

    def _owner(self, start: int, end: int) -> str:
        """The organisation whose report it is: ``世界银行数据`` -> 世界银行."""
        known = self.register.organizations_in(start, end)
        if known:
            return self.text[known[0][0] : known[0][1]]
        phrase = self.masked[start:end]
        book = _BOOK.search(phrase)
        if book:
            return self.text[start + book.start(1) : start + book.end(1)]
        came = re.match(r"(?:一[份篇项则张份])?(?:来自|由|出自)", phrase)
        if came:
            start, phrase = start + came.end(), phrase[came.end() :]
        phrase = re.split(r"的|最新|最近|此前|撰写|一[份项篇则张]|[今去]年|[上本]?周[一二三四五六日末]?|上月|昨|近日|日前|发布|公布|提供|发表|出具|给出|官方|在|\d", phrase)[0]
        stripped = phrase.lstrip(_SPACE)
        start, phrase = start + len(phrase) - len(stripped), stripped.rstrip(_SPACE)
        generic = self.lexicon.class_noun.match(phrase)
        if generic:
            start, phrase = start + generic.end(), phrase[generic.end() :]
        if not 2 <= len(phrase) <= 16 or _VERBAL.search(phrase) or self.lexicon.nouns["anonymous"].search(phrase):
            return ""
        return self.text[start : start + len(phrase)]

    def _presents(self, words: str) -> bool:
        """True for words that may stand before a nickname: 博主, 坛友, 设计服务业者."""
        words = words.strip(_SPACE)
        nouns = self.lexicon.nouns
        return bool(nouns["anonymous"].search(words) or nouns["class"].search(words) or re.search(rf"(?:{self.lexicon.titles.pattern})\Z", words))

    def _shaped(self, start: int, end: int) -> Source | None:
        """A name that nothing introduces, by its shape and its place before a cue."""
        lexicon, masked, text, register = self.lexicon, self.masked, self.text, self.register
        phrase = masked[start:end]
        for pattern in (_HANDLE, _MARKED_NAME):
            found = re.search(rf"(?:{pattern.pattern})\Z", phrase)
            if found and (found.start() == 0 or self._presents(phrase[: found.start()])):
                entity = register.person(*register.bare(start + found.start(), end))
                return Source(start + found.start(), end, "person", entity.name, entity=entity)
        book = re.search(rf"{_BOOK.pattern}\Z", phrase)
        if book and book.start() <= 12:
            entity = register.group(start + book.start(1), start + book.end(1))
            return Source(start + book.start(), end, "organization", entity.name, entity=entity)
        if "的" in phrase:
            tail = phrase.rpartition("的")[2]
            if (
                lexicon.name.fullmatch(tail) or _LATIN_NAME.fullmatch(tail) or lexicon.nouns["suffix"].search(tail)
                or "·" in tail and lexicon.foreign.fullmatch(tail)
            ):  # fmt: skip
                start, phrase = end - len(tail), tail
        else:
            generic = lexicon.class_noun.match(phrase)
            if generic and len(phrase) - generic.end() >= 2:
                start += generic.end()
                while masked[start] in _SPACE:
                    start += 1
                phrase = masked[start:end]
        if _LATIN_NAME.fullmatch(phrase):
            words = phrase.split()
            if 2 <= len(words) <= 4 and not _GROUP_WORD.search(phrase) and not phrase.isupper():
                entity = register.person(start, end)
                return Source(start, end, "person", entity.name, entity=entity)
            entity = register.group(start, end)
            return Source(start, end, "organization", entity.name, entity=entity, sure=len(phrase) > 1)
        verbal = _VERBAL.search(phrase)
        if lexicon.nouns["suffix"].search(phrase) and len(phrase) <= 20 and not verbal:
            entity = register.group(start, end)
            suffix = lexicon.nouns["suffix"].search(phrase)
            return Source(start, end, "organization", entity.name, entity=entity, sure=bool(suffix) and len(suffix[0]) > 1)
        foreign = lexicon.foreign.fullmatch(phrase)
        if foreign and ("·" in phrase or len(phrase) >= 3) or lexicon.name.fullmatch(phrase):
            if len(phrase) == 2 and len(lexicon.words.cut(phrase)) == 1:
                return Source(start, end, "organization", text[start:end], sure=False)
            entity = register.person(start, end)
            return Source(start, end, "person", entity.name, entity=entity, sure=len(phrase) > 2)
        if 2 <= len(phrase) <= 12 and not verbal and not phrase.isdigit():
            return Source(start, end, "organization", text[start:end], sure=False)
        return None
