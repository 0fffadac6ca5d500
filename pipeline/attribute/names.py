"""Where the name of a person begins and ends: behind a title, before one, with and without marks.

In: the text and the names known so far. Out: spans. Chinese names have two or three characters, and
nothing tells where they end but what follows and how often they stand in the document (马越|认为, 余凯|进行); foreign
names have a dot or are Latin; nicknames stand in marks, behind an @, or behind 博主.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator

from pipeline.attribute.lexicon import Lexicon, simple

SPACE = " \n\t*_"
LATIN_NAME = re.compile(
    r"[A-Z][A-Za-z.'’\-\u00c0-\u024f]*"
    r"(?: (?:[A-Z][A-Za-z.'’\-\u00c0-\u024f]*|de|van|von|der|bin|al)){0,3}"
)
LATIN_END = re.compile(rf"(?<![A-Za-z])({LATIN_NAME.pattern}) ?\Z")
"""Such a name right before a title."""
MARKED_NAME = re.compile(r"[“「\"『‘]([^”」\"』’，。,;:!?]{1,16})[”」\"』’]")
HANDLE = re.compile(r"(?:@|(?<![A-Za-z])u/)[\w\-·]{1,20}")
USER_NAME = re.compile(r"(?=[A-Za-z]*[\d_])[A-Za-z][A-Za-z\d_]{3,19}")
"""A name that somebody goes by online: ``Kopite7kimi``."""
NICKNAME = re.compile(r"[a-z][a-z\d_]{3,19}(?![A-Za-z\d_])")
"""What somebody goes by online, where the words before say so: ``爆料人 kestrel``."""
DOTTED_NAME = re.compile(r"[\u4e00-\u9fff]{1,6}(?: ?· ?[\u4e00-\u9fff]{1,7}){1,4}")
HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
_BRACKETED = re.compile(r" ?\(([^()，,\n]{2,30})\)")
_NEIGHBOURHOOD = 4000
"""How far around a name its other mentions are counted."""
_TO_CUE = 24
"""How far behind a title the cue may stand that a name of unknown characters needs."""
_LONGEST = 12
"""How long a known name behind a title may be."""

Span = tuple[int, int]


def latin(text: str, at: int) -> bool:
    """True when a Latin letter or digit stands at ``at``."""
    return 0 <= at < len(text) and text[at].isascii() and text[at].isalnum()


def edges(text: str, start: int, end: int) -> bool:
    """True when no Latin word goes on across an edge of start:end."""
    return not (latin(text, start - 1) and latin(text, start)) and not (
        latin(text, end - 1) and latin(text, end)
    )


def stripped(text: str, start: int, end: int) -> Span:
    """start:end without white space at either end."""
    while start < end and text[start] in SPACE:
        start += 1
    while start < end and text[end - 1] in SPACE:
        end -= 1
    return start, end


def count(text: str, start: int, end: int) -> int:
    """How often the words at start:end stand in the text around them."""
    words = text[start:end]
    return text.count(words, max(0, start - _NEIGHBOURHOOD), end + _NEIGHBOURHOOD)


def dotted_names(folded: str) -> Iterator[re.Match[str]]:
    """All that ``DOTTED_NAME`` finds, looked for by the dot: few texts have one."""
    end = 0
    dot = folded.find("·")
    while dot >= 0:
        start = dot - folded.startswith(" ", dot - 1)  # 格雷格 · 费尔登
        while start > max(end, dot - 6) and HAN.match(folded, start - 1):
            start -= 1
        found = DOTTED_NAME.match(folded, start) if start < dot else None
        if found:
            yield found
            end = found.end()
        dot = folded.find("·", found.end() if found else dot + 1)


class Names:
    """Reads the names of persons in one document."""

    def __init__(self, lexicon: Lexicon, folded: str, people: Container[str],
                 groups: Callable[[int, int], list[Span]]):  # fmt: skip
        """``people``: the names known so far, growing; ``groups``: the organisations between two places."""
        self.lexicon = lexicon
        self.folded = folded
        self.people = people
        self.groups_in = groups
        self.cues: set[int] = set()
        """Where cues begin: a name does not run into one (马越|认为)."""

    def after(self, start: int) -> Span | None:
        """The name that begins where a title ends, cut at its likeliest length."""
        folded, lexicon = self.folded, self.lexicon
        while folded.startswith((" ", "*", "_"), start):
            start += 1
        for stop in range(min(len(folded), start + _LONGEST), start + 1, -1):
            if folded[start:stop] in self.people and edges(folded, start, stop):
                return start, stop
        found = LATIN_NAME.match(folded, start)
        after = folded[found.end() : found.end() + 1] if found else ""
        if after.isdecimal() or after == "_":
            found = USER_NAME.match(folded, start) or found  # 爆料人Kestrel77
        if found is None and lexicon.role["blogger"].search(folded, max(0, start - 6), start):
            found = USER_NAME.match(folded, start)  # 爆料人kestrel77
            nickname = found or NICKNAME.match(folded, start)
            if nickname:
                return nickname.span()
        if found and len(found[0]) > 2 and (" " in found[0] or not found[0].isupper()):
            return found.span()
        found = MARKED_NAME.match(folded, start)
        if found:
            return found.span()
        found = HANDLE.match(folded, start)
        if found:
            cues = (at for at in range(start + 2, found.end()) if at in self.cues)
            end = next(cues, found.end())  # @数码小灶|分享了
            said = folded[end : end + 1] in ("，", ",", ":")
            return start, end - (
                said and lexicon.role["no_last"].match(folded, end - 1) is not None
            )
        if lexicon.role["blogger"].search(folded, max(0, start - 6), start):
            stop = next((at for at in range(start + 2, start + 11) if at in self.cues), start)
            if start < stop and not lexicon.role["not_in_name"].search(folded, start, stop):
                return start, stop  # 博主|数码小灶|透露
        called = lexicon.role["called"].match(folded, start)
        if called:
            start = called.end()  # 首席执行官的|帕特·基辛格, 创始人叫|郗未央
        found = DOTTED_NAME.match(folded, start)
        if found:
            return start, self.foreign_end(start, found.end())
        found = lexicon.hyphened.match(folded, start)
        if found:
            return found.span()  # 雨果-斯科特
        found = lexicon.japanese.match(folded, start)
        if found and found.end() not in self.cues:
            return start, self._given_end(found.end())
        found = lexicon.name.match(folded, start)
        if found:
            return self._name_end(start, found.end())
        pair = folded[start : start + 2]
        if (
            pair[:1] in "老小阿"
            and lexicon.address.fullmatch(pair)
            and (
                len(lexicon.words.cut(folded[start : start + 3])[0]) == 1
                or start + 2 in self.cues
                or lexicon.role["verb_like"].match(folded, start + 2)
            )
        ):
            return start, start + 2  # 产品线负责人|老曲
        if (
            lexicon.foreign.fullmatch(pair)
            and folded[start + 2 : start + 3] in "，,("
            and (len(lexicon.words.cut(pair)) > 1 or folded[start + 3 : start + 4] in "他她")
        ):
            return start, start + 2  # 执行长|哈斯，
        found = lexicon.foreign_run.match(folded, start)
        if found and lexicon.role["after_name"].match(folded, found.end()):
            # 克里斯托弗罗兰|曾在本月表示
            last = lexicon.role["no_last"].match(folded, found.end() - 1)
            return start, found.end() - (last is not None and len(found[0]) > 3)
        return self._unknown(start)

    def _unknown(self, start: int) -> Span | None:
        """A name of three or four characters of which the segmenter makes no word: 设计师|胜沼润|也证实."""
        folded, lexicon = self.folded, self.lexicon
        alone = self._left_over(start)
        if alone:
            return start, alone
        after_name = lexicon.role["after_name"]
        for stop in (start + 3, start + 4):
            run = folded[start:stop]
            cue = next((at for at in range(stop, stop + 9) if at in self.cues), None)
            if (
                cue is not None
                and all(map(HAN.match, folded[start:cue]))
                and not any(after_name.match(folded, at) for at in range(start, stop))
                and (cue == stop or after_name.match(folded, stop))
                and len(lexicon.words.cut(run)) == len(run)
            ):
                return start, stop
        return None

    def _left_over(self, start: int) -> int:
        """Where a name ends that is all between a title and a cue but adverbials, and no word of the
        language: ``技术总监|衣志远|曾告诉记者``; 0 when something else stands there."""
        folded, lexicon = self.folded, self.lexicon
        reach = range(start + 2, min(len(folded), start + _TO_CUE))
        cue = next((at for at in reach if at in self.cues), None)
        bracket = folded.find("(", start + 2, start + 5)
        if cue is None or (bracket < 0 and not all(map(HAN.match, folded[start:cue]))):
            return 0
        stop = bracket if 0 < bracket < cue else lexicon.adverbials.strip(folded, start, cue)
        run = folded[start:stop]
        if not 2 <= len(run) <= 3 or not all(map(HAN.match, run)):
            return 0
        cut = lexicon.words.cut(run)
        ends = lexicon.role["after_name"].match(folded, stop - 1) is None
        spelt = len(cut) == len(run) or (len(cut) == 2 and (len(cut[0]) == 1 or ends))
        verbal = lexicon.role["not_in_name"].search(run) or lexicon.role["no_surname"].match(run)
        return stop if spelt and not verbal else 0

    def foreign_end(self, start: int, end: int) -> int:
        """Where the characters stop being those of foreign names: ``帕特·基辛格|表示``; what is not one
        of them is in the name where the name ends with its run (哈兰·苏尔(Harlan Sur))."""
        at = self.folded.rfind("·", start, end) + 1
        at += self.folded.startswith(" ", at)
        manner = self._manner(at + 2, end)
        if manner:
            return manner
        if self.folded[end : end + 1] in ("(", "，", ",", "、"):
            return end - bool(self.lexicon.role["no_last"].match(self.folded, end - 1))
        after_name = self.lexicon.role["after_name"]
        dotted, begun = self.lexicon.dotted, at
        while at < end:
            if self.folded[at] not in dotted:
                behind = self.folded[at + 1 : min(end, at + 3)]
                inside = behind and (len(behind) == 2 or at == begun) and dotted.issuperset(behind)
                if not inside or at in self.cues or after_name.match(self.folded, at):
                    break  # but 纳加·|钱|德拉塞卡兰
            at += 1
        return at

    def foreign_start(self, start: int) -> int:
        """Where the name begins that a dot ends the first part of: ``企业家|埃隆·马斯克``."""
        dot = self.folded.index("·", start)
        dot = at = dot - self.folded.startswith(" ", dot - 1)
        while at > start and self.folded[at - 1] in self.lexicon.dotted:
            at -= 1
        return at if at < dot else start

    def _name_end(self, start: int, end: int) -> Span | None:
        """The end of a Chinese name of two or three characters; None for a common word."""
        folded, lexicon, role = self.folded, self.lexicon, self.lexicon.role
        if start in self.cues:
            return None  # 科学家|解释了
        manner = self._manner(start + 2, end)
        if manner:
            return start, manner
        best = None
        if end - start > 2 and simple(folded[end : end + 2]) in lexicon.whole["address"]:
            return start, end  # 张晓强|博士
        if self._of_four(start, end):
            return start, end + 1
        for stop in range(end, start + 1, -1):
            if folded[start:stop] in self.people:
                return start, stop
            if best is None and role["after_name"].match(folded, stop):
                best = stop
        if end - start > 2 and len(lexicon.words.cut(folded[end - 1 : end + 3])[0]) > 2:
            return start, end - 1  # 孟樸|进一步表示
        full, short = count(self.folded, start, end), count(self.folded, start, end - 1)
        if best is None and full >= 2:
            best = end
        if best is None and short > 2 * full:
            best = end - 1  # 余凯|进行
        if end - start > 2 and (end - 1 in self.cues or role["dated"].match(folded, end - 1)):
            return start, end - 1
        runs_on = len(self.lexicon.words.cut(folded[end - 1 : end + 1])) == 1
        if (
            end - start > 2
            and runs_on
            and short >= full
            and role["after_name"].match(folded, end - 1)
        ):
            return start, end - 1  # 孟樸|接受, 林舟|发表了演讲
        cut_verb = best == end and end - start > 2 and role["verb_like"].match(folded, end - 1)
        if cut_verb and (short > 1.5 * full or full == short == 1):
            best = end - 1  # 李想|说
        for stop in range(end, start + 1, -1):
            if self.alias(folded[start:stop], stop):
                return start, stop  # 金泰(Tae Kim)
        if best is None:
            best = self._before_word(start, end)
        if best is None or (
            best - start == 2 and len(self.lexicon.words.cut(folded[start:best])) == 1
        ):
            return None
        return start, best

    def _before_word(self, start: int, end: int) -> int | None:
        """Where a word begins behind characters that make none themselves: 孟繁昭|造访台北."""
        cut = self.lexicon.words.cut
        if self.lexicon.foreign_run.match(self.folded, start):
            return None  # 范德维尔
        for stop in (end, end - 1):
            spelt = len(cut(self.folded[start:stop])) == stop - start >= 2
            runs_on = HAN.match(self.folded, stop) is not None
            if spelt and runs_on and len(cut(self.folded[stop : stop + 4])[0]) > 1:
                return stop
        return None

    def _manner(self, start: int, end: int) -> int | None:
        """Where the words begin that say how somebody speaks: 唐皓|无奈地说, 邵一鸣|大笑着说."""
        for stop in range(start, end + 1):
            told = self.lexicon.role["in_manner"].match(self.folded, stop)
            if told and min(map(len, self.lexicon.words.cut(told["how"]))) > 1:
                return stop
        return None

    def _given_end(self, start: int) -> int:
        """The end of a Japanese given name of two characters, or of one or three: 黑田|忠广|表示, 石破|茂|说."""
        folded, role = self.folded, self.lexicon.role
        after_name, verb_like = role["after_name"], role["verb_like"]
        if verb_like.match(folded, start + 1) and not verb_like.match(folded, start + 2):
            return start + 1  # 松冈|聪|说，and not 松冈|直也|说
        stops = (start + 2, start + 1, start + 3)
        cue = next((stop for stop in stops if stop in self.cues), None)
        ends = (s for s in stops if after_name.match(folded, s) or not HAN.match(folded, s))
        return cue or next(ends, start + 2)

    def _of_four(self, start: int, end: int) -> bool:
        """True for two surnames before a given name of two characters (林司维舟), which stand together
        wherever the document has the first three."""
        folded, four = self.folded, end + 1
        if end - start != 3 or not self.lexicon.name.match(folded, start + 1) or end in self.cues:
            return False
        times = count(folded, start, four)
        return (
            times >= 2
            and HAN.match(folded, end) is not None
            and times == count(folded, start, end)
            and self.lexicon.role["after_name"].match(folded, end) is None
            and self.lexicon.role["verb_like"].match(folded, end) is None
        )

    def _names_group(self, start: int, end: int) -> bool:
        """True when an organisation, its department or a title ends where a name may begin."""
        nouns, phrase = self.lexicon.nouns, self.folded[start:end].rstrip(SPACE)
        return any(stop >= start + len(phrase) for _, stop in self.groups_in(start, end)) or any(
            nouns[kind].search(phrase) for kind in ("suffix", "department")
        )

    def bearer(self, start: int, end: int, title: str) -> Span | None:
        """Who bears a title that follows the name: ``魏少军|教授``, ``雷军|CEO``; not ``康佳|CEO``."""
        folded, lexicon = self.folded, self.lexicon
        start, end = stripped(self.folded, start, end)
        if end > start and folded[end - 1] == ")":
            end = max(start, folded.rfind("(", start, end))  # 金正浩(Kim Jung-ho)教授
        if start >= end or any(stop == end for _, stop in self.groups_in(start, end)):
            return None
        if folded[start:end] in self.people:
            return start, end
        if simple(title) not in lexicon.whole["address"] and not lexicon.role["polite"].search(
            simple(title)
        ):
            return None
        spelt = LATIN_END.search(folded, start, end)
        if spelt and " " in spelt[1] and not lexicon.role["latin_group"].search(spelt[1]):
            return spelt.span(1)  # Dana Whitfield|博士
        for at in range(max(start, end - 4), end - 1):
            name = folded[at:end]
            if not lexicon.name.fullmatch(name) or lexicon.nouns["suffix"].search(name):
                continue
            before = folded[start:at].rstrip(SPACE)
            placed = not before or before[-1] == "的" or self._names_group(start, at)
            if placed and (name in self.people or len(lexicon.words.cut(name)) > 1):
                return at, end
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

    def alias(self, name: str, end: int) -> str:
        """The same name in the other script, in brackets behind it: ``苏姿丰(Lisa Su)``."""
        found = _BRACKETED.match(self.folded, end)
        if found is None or bool(HAN.search(found[1])) == bool(HAN.search(name)):
            return ""
        lexicon = self.lexicon
        fits = (
            LATIN_NAME.fullmatch(found[1])
            if name and HAN.search(name)
            else (lexicon.name.fullmatch(found[1]) or lexicon.foreign.fullmatch(found[1]))
        )
        return found[1] if fits and not found[1].isupper() else ""
