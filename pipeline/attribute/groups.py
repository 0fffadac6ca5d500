"""The organisations of a document, and the one in the words before a title.

In: the text, the organisations that the names stage and the lexicon found. Out: ``Groups``: where
organisations are named, those too that nobody knows (星澜微电子 at the head of a clause, doing what companies do),
and which of them an office belongs to (``设计服务业者「睿晟电子」|总经理``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Container

from pipeline.attribute.content import Text
from pipeline.attribute.lexicon import Lexicon
from pipeline.attribute.names import MARKED_NAME, SPACE, Span, count, edges, stripped
from pipeline.document.openings import finder

_LATIN_TAIL = re.compile(
    r"(?<![A-Za-z])([A-Z][A-Za-z.&'\-]+(?: [A-Z][A-Za-z.&'\-]+){0,3}) ?([\u4e00-\u9fff]{2,12})\Z"
)
_SHORT = 8
"""How long the name of a part of an organisation may be that has no form of its own: 中国区."""
_NO_BEGINNING = frozenset(
    "前原某该在与由被对向从将和及其是了让把给为他她我你它这那一两几访任的到就"
)
"""What no name of a company that nobody knows begins with."""


class Groups:
    """The organisations of one document."""

    def __init__(self, lexicon: Lexicon, text: Text, spans: dict[int, int], chips: set[str],
                 people: Container[str]):  # fmt: skip
        """``spans``: start -> end of those that the lexicon or the names stage found; ``chips``: names,
        as folded, that are no organisations; ``people``: names of persons, as they become known."""
        self.lexicon = lexicon
        self.folded = text.folded
        self.masked = text.masked
        self.spans = spans
        self.chips = chips
        self.people = people
        self._discover()
        self._starts = sorted(spans)
        self._beginnings: set[str] | None = None

    def _before_name(self, stem: str) -> int:
        """How many characters at the head of a stem are no part of a name: ``对话|驭流``, ``他是|驭流``."""
        skip, last = 0, len(stem) - 2
        for word in self.lexicon.words.cut(stem):
            plain = len(word) > 1 or word in _NO_BEGINNING
            if not plain or skip + len(word) > last:
                break
            skip += len(word)
        return skip

    def _discover(self) -> None:
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
                or lexicon.role["runs_on"].match(folded, found.end())
            ):
                continue
            known_word = len(lexicon.words.cut(stem)) == 1
            if (known_word and not lexicon.titles.match(folded, found.end())) or stem.startswith(
                places
            ):
                continue
            start = found.start() + skip
            rest = folded[self.spans.get(start, found.end(1)) : found.end(1)]
            if rest and len(lexicon.words.cut(rest)) == 1:
                continue  # 苹果|无线软件: a field of work of a firm that is known
            times = count(self.folded, start, found.end(1))
            invented = len(lexicon.words.cut(stem)) == len(stem) and stem[0] not in _NO_BEGINNING
            common = lexicon.role["common_after"].match(folded, found.end())
            acts = lexicon.role["company_acts"].match(folded, found.end()) or self._has(found.end())
            if times < 2 and not acts and (not invented or common or len(name) < len(stem) + 2):
                continue
            names.add(name)
            if times > count(self.folded, start, found.end()) + 1 and invented:
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
        taken = sorted(self.spans.items())
        ends = [end for _, end in taken]
        automaton = finder(sorted(names), longest=True)
        for _, start, end in automaton.find_matches_as_indexes(folded):
            index = bisect_right(ends, start)
            other = taken[index] if index < len(taken) and taken[index][0] < end else None
            if (other is None or (other[0] >= start and other[1] < end)) and edges(
                self.folded, start, end
            ):
                self.spans[start] = end

    def _has(self, end: int) -> bool:
        """True when the name of somebody follows, who belongs to what ends here: ``星澜微电子|的孟繁昭``."""
        if not self.folded.startswith("的", end):
            return False
        name = self.lexicon.name.match(self.folded, end + 1)
        after_name = self.lexicon.role["after_name"]
        return name is not None and any(
            after_name.match(self.folded, stop) for stop in (name.end(), name.end() - 1)
        )

    def _of_country(self, group: Span, low: int) -> Span:
        """韩国|商务部: an office of a state with the state's name."""
        country = self.lexicon.nouns["place"].search(self.folded, low, group[0])
        state = country and self.lexicon.role["state_office"].search(self.folded, *group)
        return (country.start(), group[1]) if country and state else group

    def of_title(self, start: int, end: int) -> Span | None:
        """The organisation in the words before a title: ``设计服务业者「睿晟电子」`` -> 睿晟电子."""
        folded, lexicon, title = self.folded, self.lexicon, end
        if folded.startswith("长", end + 1):  # 美国商务部长: the organisation ends inside the title
            shared = [s for s in self.inside(start, end + 1) if s[1] == end + 1]
            if shared:
                return shared[0]
        if folded.startswith("部长", end) or folded.startswith("部长", end + 2):
            ministry = lexicon.role["ministry"].match(folded, start, title + 4)
            if ministry and not self.inside(start, end):
                return ministry.span()  # 财政部|长
        if lexicon.role["covered"].search(folded, start, title + 3):
            return None
        while start < end and folded[end - 1] in SPACE + "、":
            end -= 1
        if end > start and folded[end - 1] == ")" and folded.rfind("(", start, end) > start:
            end = folded.rfind("(", start, end)  # 韩国科学技术院(KAIST)教授
        owned = end > start and folded[end - 1] == "的"
        trailing = lexicon.trailing.search(folded, start, end)
        if trailing:
            end = trailing.start()
        while start < end and folded[start] in SPACE + "、":
            start += 1
        once = lexicon.role["held_once"].match(folded, start, end)
        if once:  # 曾任高通副总裁的|芯矩科技
            start = once.end()
        known = self.inside(start, end)
        if known:
            placed = self._placed(known, start, end)
            if placed is not None:
                return self._of_country(placed, start)
        bracket = folded.find("(", start, end)
        if start < bracket and folded.find(")", bracket, end) > 0:
            end = bracket
        marked = list(MARKED_NAME.finditer(folded, start, end))
        if marked:
            return marked[-1].span(1)
        for held in lexicon.role["held_at"].finditer(folded, start, end):
            start = held.end()
        unknown = lexicon.company.match(folded, start, end)
        if unknown and lexicon.role["in_charge"].match(folded, unknown.end(), end):
            return unknown.span()  # 澄江科技|负责供应链的
        if lexicon.role["in_charge"].match(folded, start, end):
            return None  # 负责内存开发的|副总裁
        at = folded.rfind("的", start, end)
        if at >= 0:
            part = folded[at + 1 : end]
            if (
                len(part) < 2
                or lexicon.nouns["department"].pattern.fullmatch(part)
                or lexicon.general.fullmatch(part)
            ):
                return self.of_title(start, at)
            start = at + (2 if folded.startswith("是", at + 1) else 1)
        span = self._without_modifiers(start, end)
        phrase = folded[slice(*span)]
        state = lexicon.role["state"].match(folded, title)
        if state and lexicon.role["region"].search(phrase) and len(phrase) <= 8:
            return span  # 亚利桑那州|参议员
        if (
            not 2 <= len(phrase) <= 24
            or any(
                phrase in lexicon.whole[kind]
                for kind in ("organization", "class", "document", "field")
            )
            or lexicon.titles.match(phrase)
            or phrase in self.people
            or (not phrase.isascii() and lexicon.role["not_in_group"].search(self._organ(phrase)))
            or lexicon.nouns["department"].pattern.fullmatch(phrase)
            or lexicon.role["unit"].search(phrase)
            or (lexicon.general.fullmatch(phrase) and not self._state(phrase, title))
            or (lexicon.role["trade"].match(folded, title) and self.of_field(*span))
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
                    return stripped(
                        self.folded, whole, generic.end()
                    )  # 某云厂商|推理: a department
                start = generic.end()
        if whole < start and folded[start:end] in lexicon.whole["class"]:
            return stripped(self.folded, whole, end)  # 某运营商
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
        whole_name = split and (
            split[2].startswith("大学")
            or (
                split[2].endswith(("系", "学院", "學院"))
                and not split[1].endswith(("大学", "大學"))
            )
            or split[2] in lexicon.whole["suffix"]
        )
        if split and split[2] and not whole_name:  # 深度科技|研究院 is one name
            end = split.end(1)
        field = lexicon.company_field.fullmatch(folded, start, end)
        if field:
            end = field.end(1)
        return stripped(self.folded, start, end)

    def _common(self, start: int, end: int) -> bool:
        """True for words that make no name: 推理, 基础设施; not for 睿晟电子."""
        phrase, lexicon = self.folded[start:end].strip(SPACE), self.lexicon
        if lexicon.nouns["department"].search(phrase):
            return True
        if not phrase or phrase.isascii() or lexicon.nouns["suffix"].search(phrase):
            return False
        return all(len(word) > 1 for word in lexicon.words.cut(phrase))

    def _organ(self, phrase: str) -> str:
        """The name of an office of the state without its 及: 创新科技|及|工业局."""
        joint = self.lexicon.role["joint"].fullmatch(phrase)
        return joint[1] + joint[2] if joint else phrase

    def _state(self, phrase: str, title: int) -> bool:
        """True for the place that a title of the state at ``title`` belongs to: ``美国|总统``."""
        lexicon = self.lexicon
        return phrase in lexicon.whole["place"] and bool(
            lexicon.role["state"].match(self.folded, title)
        )

    def of_field(self, start: int, end: int) -> bool:
        """True for a field, no organisation: ``设备|经理``, ``技术|报告``; not for ``安防厂商|经理``."""
        phrase, lexicon = self.folded[start:end], self.lexicon
        proper = lexicon.nouns["suffix"].search(phrase) or lexicon.role["organized"].search(phrase)
        return not proper and self._common(start, end)

    def without(self, start: int, end: int) -> str:
        """The words at start:end with the names of organisations blanked: 华为 holds no 为."""
        words, at = "", start
        for begin, stop in self.inside(start, end):
            words, at = words + self.masked[at:begin] + "A" * (stop - begin), max(at, stop)
        return words + self.masked[at:end]

    def inside(self, start: int, end: int) -> list[Span]:
        """The known organisations that are named between start and end."""
        starts = self._starts
        found = starts[bisect_left(starts, start) : bisect_left(starts, end)]
        return [(at, self.spans[at]) for at in found if self.spans[at] <= end]

    def office_at(self, start: int, end: int) -> Span | None:
        """Where an office is held; of several (A董事长、B技术总师魏少军) the last that says so."""
        last = self.folded.rfind("、", start, end) + 1
        group = self.of_title(last, end) if last else None
        if group and self.in_part(start, last, end):
            group = None  # 睿晟电子副总裁、座舱产品线总经理; 华为董事、战略行销总裁
        group = group or self.of_title(start, end)
        if group is None:
            for chain in reversed(list(self.lexicon.titles.finditer(self.folded, start, end))):
                group = group or self.of_title(start, chain.start())
        return group

    def in_part(self, begin: int, last: int, end: int) -> bool:
        """True when the words between ``last`` and a title at ``end`` name a part of the organisation
        before them: ``星澜副总裁、|座舱产品线|总经理``, ``星澜副总裁、|中国区|董事长``."""
        former = self.lexicon.role["former"]
        if former.match(self.folded, begin, last) or former.match(self.folded, last, end):
            return False  # 前星澜工程师、|现衡川总裁
        group = self.of_title(last, end)
        if group is None:
            return 0 < len(self.folded[last:end].strip(SPACE)) <= _SHORT
        known = group[0] in self.spans
        return not known and (self._unit(*group) or self._under(begin, last, *group))

    def _under(self, begin: int, stop: int, start: int, end: int) -> bool:
        """True for words behind the office in a known organisation that name no other one by their form."""
        return bool(self.inside(begin, stop)) and not self.lexicon.nouns["suffix"].search(
            self.folded, start, end
        )

    def field_before(self, begin: int, start: int) -> int:
        """Where the field of work begins that stands between an organisation and a title at ``start``."""
        group, lexicon = self.of_title(begin, start), self.lexicon
        if group is None or group[1] >= start:
            return start
        at, end = stripped(self.folded, group[1], start)
        words = self.folded[at:end]
        other = (
            len(words) > 8
            or lexicon.role["not_in_group"].search(words)
            or lexicon.quantifier.search(words)
            or lexicon.titles.search(words)
            or any(lexicon.nouns[kind].search(words) for kind in ("department", "suffix", "class"))
        )
        return start if other else at

    def _unit(self, start: int, end: int) -> bool:
        """True for a part of an organisation: 座舱产品线."""
        return bool(self.lexicon.nouns["department"].search(self.folded, start, end))

    def in_full(self, name: str) -> bool:
        """True when a known organisation is called ``name`` for short."""
        if self._beginnings is None:
            names = (self.folded[start:end] for start, end in self.spans.items())
            self._beginnings = {n[:k] for n in names for k in (2, 3, 4) if len(n) >= k + 2}
        return not name.isascii() and name in self._beginnings
