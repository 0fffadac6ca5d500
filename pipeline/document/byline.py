"""Head and foot of an article -> title, author, publisher, date, address.

In: an article and its folded text. Out: the article with the empty ones of these fields filled from
what it says itself: words with a value (``作者 | 方文三``, ``来源：某网``, ``发布时间：2024年2月29日``), lines that hold an
outlet and a day (``山海科技 2024-02-29``), datelines (``山海社上海2月29日电（记者林舟）``), a footer's date split over lines
``2024 / 02/29 / 15:24``. A date without its year stays empty. What captions say (``（来源：某公司）`` behind words)
is not of the article.

The words that open a byline are rows of ``rules/bylines.csv``, names of sites behind titles those of ``rules/pages.csv``.

>>> from pipeline import load_rules
>>> text = "# 国产芯片新进展\\n作者 | 林舟  来源:山海科技\\n2024-02-29 08:30\\n正文……"
>>> found = Bylines.compile(load_rules()).complete(Article(text), text)
>>> found.title, found.author, found.publisher, found.published
('国产芯片新进展', '林舟', '山海科技', '2024-02-29')
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.document.openings import beginning
from pipeline.document.stamps import DATE, date_in, day, of_address, written_out
from pipeline.model import Article
from pipeline.rules import CsvSchema, Rulebook, alternation

FIELDS = ("title", "author", "publisher", "published", "url")
SCHEMAS = {
    "bylines": CsvSchema(
        ("field", "word", "example"),
        enums={"field": (*FIELDS, "original", "account", "other")},
        key=("word",),
    )
}

_LINES = 15
"""How many lines at the head and at the foot can hold a byline."""
_MENU = 6
"""Lines as short as this, and links, are those of menus, which can be long; they do not count, up to the .."""
_MOST = 80
""".. lines that are looked at."""
_SHORT = 120
"""Longer lines are prose."""
_NEAR_TITLE = 5
"""How many lines below the top can hold nothing but an outlet and a day."""

_YEAR_LINE = re.compile(r"((?:19|20)\d\d)年?")
_DAY_LINE = re.compile(r"(1[0-2]|0?[1-9])[-/.月](3[01]|[12]\d|0?[1-9])日?")
_DATELINE = re.compile(
    rf"[^。]{{0,24}}?{DATE.pattern} ?日?(?:[^。，,]{{0,6}}(?:消息|讯|电|报道)|[，,])"
)
_REPORTER = re.compile(
    r"(?:^|[(（/ \n]|(?<=\n)|[\u4e00-\u9fff]社)(?:本报|本社)?记者 ?"
    r"(?:([\u4e00-\u9fff·]{2,4})(?=[)）/])|([\u4e00-\u9fff]{2,3}?)[\u4e00-\u9fff]{2}\d{1,2}日[电讯])"
)
"""山海社上海2月29日电（记者林舟）, 山海新聞網／記者林舟／台北報導, （山海社記者林予舟台北29日電）"""
_OUTLET = r"[A-Za-z0-9\u4e00-\u9fff](?:[\w·.]|(?<=[\w]) (?=[A-Z\u4e00-\u9fff])){1,15}?"
_WIRE = re.compile(
    rf"[(（]?(?![^，。]{{0,8}}(?:时间|近日|日前)|据|今)({_OUTLET})(?:讯 ?| ?(?:20\d\d ?年)| |(?<=社)[\u4e00-\u9fff]{{2,3}})?"
    r" ?\d{1,2} ?月 ?\d{1,2} ?日(?:[早晚午]间|[上下]午)?(?:消息|讯|报道|电)"
)
"""Whose news it is: 山海之家 2 月 29 日消息, 山海社上海2月29日电"""
_STAMPED = re.compile(
    rf"({_OUTLET})(?: ?[(（][^()（）]{{1,12}}[)）])? (?:{DATE.pattern}) ?日?(?: ?\d{{1,2}}:\d\d(?::\d\d)?)?"
)
"""山海科技 2024-02-29, on a line with nothing else"""
_ORIGINAL = re.compile(
    r"(?:本文|均)(?:为|系|由) ?(?!博主|作者|笔者|本人)\*{0,2}([^\s，。,“”*]{2,12}?)\*{0,2} ?原创"
)
"""本文由山海科技原创发布, 否则均为山海网原创内容"""
_LIST = re.compile(r"[、,，/&和]|\band\b")
_PROSE = re.compile(r"[。！？!?;；]")
_NAVIGATION = re.compile(r"(?:[^|｜>]*[|｜>]){2}|.*[▲▼]|[<>{!|-]|[*•·] ?\[|https?:")
_SECTIONS = re.compile(r"([^|｜]{10,})(?:[|｜][^|｜]{1,12}){0,2}[|｜]([^|｜]{2,16})")
"""國產晶片新進展 | 科技 | 山海新聞網: a title, its section, the site"""
_BESIDE = re.compile(r"[▲△]|图|[^\s(（]+ ?[(（]$|.*[。！？；]")
"""What stands before a word for the source in a caption, or behind a paragraph."""
_URL = re.compile(r"https?://[^\s<>\"'（）()，。\]]+")
_ADDRESS = re.compile(r"https?:|[\w-]+(?:\.[\w-]+)*\.(?:com|cn|net|org|io|tw|hk)(?!\w)", re.I)

_MARKUP = re.compile(r"\*+|^(?:[#>]+\s+)+|[\s|]+$|[\u200b\ufeff]")
_LINKED = re.compile(r"!?\[([^\[\]]*)(?:\]\([^()]*\)?|$)")
_BLANKS = re.compile(r"\s+|&nbsp;")

Line = tuple[int, int]
"""Start and end of a line."""


@dataclass(frozen=True, slots=True)
class Bylines:
    """The compiled words that open a byline."""

    labels: dict[str, re.Pattern[str]]
    """Field -> the word, a separator, and the value as the last group that is filled."""
    alone: dict[str, re.Pattern[str]]
    """Field -> the word on a line of its own, the value being the next line."""
    any_label: re.Pattern[str]
    sites: re.Pattern[str]
    """A sign and the name of a site behind a title."""
    outlet: re.Pattern[str]
    """What looks like the name of a site or a paper."""
    person: re.Pattern[str]
    placed: re.Pattern[str]
    """A person, and where he writes from: 林舟／台北."""
    boilerplate: re.Pattern[str]
    """Lines that cannot be titles."""

    @staticmethod
    def compile(rules: Rulebook) -> Bylines:
        words: dict[str, list[str]] = {}
        for row in rules.table("bylines"):
            words.setdefault(row["field"], []).append(row["word"])
        every = alternation([w for group in words.values() for w in group]) or "(?!)"
        more = rf"(?:(?:[/、]|和)(?:{every}))*"  # 采访/整理:林舟
        bare = r" +([\u4e00-\u9fff·]{2,4})(?=[ )\]】|,，]|$)"  # 记者 林舟
        latin = r" +([A-Z][\w.'-]+(?: [A-Z][\w.'-]+){0,2})(?=[)\]】|,，]|$)"  # 原作者 Dana，
        ago = r"昨[天日]|前天|今[天日]|刚刚|\d{1,3} ?(?:分钟|小时|天)前|\d{1,2}[-/月]\d"
        stop = (
            rf"(?= {{2,}}| ?[|丨(（)）\]】;；。,，]| +(?:{every})(?: ?[:|丨/]| |$)| +(?:19|20)\d\d| +[·•](?: |$)"
            rf"| +(?:{ago})|$)"
        )
        labels, alone = {}, {}
        for name in (*FIELDS, "original"):
            word = alternation(words.get(name, [])) or "(?!)"
            begin = (
                beginning(words.get(name, []))
                + r"(?<!Powered )(?:^|(?<=[\s|丨·(（\[【>#*/;；。，,]))"
            )
            # a publisher ends at a blank between Han, where other words of the page begin; authors can be several
            ends = (
                stop.replace("|$)", r"|(?<=[\u4e00-\u9fff]) [\u4e00-\u9fff]|$)")
                if name == "publisher"
                else stop
            )
            persons = alternation([w for w in words.get(name, []) if w.isascii() or w[-1] == "者"])
            labels[name] = re.compile(
                rf"{begin}(?:(?:{word}){more}(?: {{0,4}}[:|丨/] *([^\s:(](?:[^:\n]{{0,60}}?[^\s:])??){ends}|{bare})"
                rf"|(?:{persons or '(?!)'})(?-i:{latin}))",
                re.I,
            )
            alone[name] = re.compile(rf"[\W_]*(?:{word})[\s:|丨]*", re.I)
        labels["title"] = re.compile(
            rf"[\s*#>-]*(?:{alternation(words.get('title', [])) or '(?!)'}) *: *(\S.*)", re.I
        )
        account = alternation(words.get("account", [])) or "(?!)"
        labels["account"] = re.compile(
            rf"(?:{account}) ?(?:[:：]? ?[“\"「]([^“”\"「」\n]{{1,24}})[”\"」]|[:：] ?([^\s“\"「(（，,。]{{2,16}}))"
        )
        names = {row["kind"]: row["characters"] for row in rules.table("characters")}
        person = rf"(?:{names['compound']}|[{names['surname']}])[\u4e00-\u9fff]{{1,2}}"
        return Bylines(
            labels,
            alone,
            re.compile(rf"[\W_]*(?:{every})(?: ?[:|丨/]| +|$)", re.I),
            sites(rules),
            re.compile(_sites(rules) or "(?!)", re.I),
            re.compile(person),
            re.compile(rf"({person}) ?/ ?[\u4e00-\u9fff]{{2,3}}(?:报[导道])?"),
            re.compile("|".join(r["pattern"] for r in rules.table("boilerplate")) or "(?!)", re.I),
        )

    def complete(self, article: Article, folded: str) -> Article:
        """The article with the fields filled that were empty."""
        head = list(_head(article.text, folded))
        foot = [line for line in _foot(folded) if not head or line[0] > head[-1][0]]
        lines = head + foot
        text = article.text
        title, site = article.title, ""
        writer, account = self._signed(text, folded, head)
        if not title:
            title, site = self._split(self._title(text, folded, head))
        for start, end in head:
            shown = _plain(text[start:end]) if title[:1] in text[start:end] else ""
            if len(shown) >= 4 and shown != title and sited(title, shown):
                title = shown  # as the article has it, not as the page or the file
        url = article.url or self._url(text, folded, lines)
        return replace(
            article,
            title=title,
            url=url,
            author=article.author
            or self._labelled("author", text, folded, lines)
            or _found(_REPORTER, text, folded, head)
            or self._labelled("original", text, folded, lines)
            or _whole(self.placed, text, folded, head)
            or writer,
            publisher=article.publisher
            or self._labelled("publisher", text, folded, lines)
            or _found(self.labels["account"], text, folded, lines)
            or self._stamped(text, folded, head[:_NEAR_TITLE])
            or _found(_ORIGINAL, text, folded, lines)
            or _start(_WIRE, text, folded, head)
            or self._account(text, folded, head)
            or account
            or self._linked(text, folded, foot)
            or site,
            published=article.published
            or self._published(folded, head, foot, article.fetched)
            or of_address(url),
        )

    # ------------------------------------------------------------------------------------ title

    def _title(self, text: str, folded: str, head: list[Line]) -> str:
        """The first heading of the first level, else the first line that looks like a title."""
        for start, end in head:
            if found := self.labels["title"].match(folded, start, end):
                return _plain(text[slice(*found.span(1))]).strip("'\"“”")
        for start, end in head:
            if end - start <= _SHORT and re.match(r"# *[^#\s]", folded[start:end]):
                return _plain(text[start:end])
        for (start, end), (start2, end2) in itertools.combinations(head, 2):
            # the title of the page, and again above the article
            again = folded[start2:end2]
            if len(again) >= 10 and "。" not in again and sited(folded[start:end], again):
                return _plain(text[start:end])
        told = False
        for start, end in head:
            line = folded[start:end]
            if told and line.startswith("##"):
                return ""  # a section, below an introduction
            if _SECTIONS.fullmatch(line) and not _PROSE.search(line):
                return _plain(text[start:end])
            if (
                _NAVIGATION.match(text, start, end)
                or self.any_label.match(line)
                or self.boilerplate.fullmatch(line)
                or DATE.match(line)
            ):
                told = told or line.endswith("。")
                continue
            prose = "。" in line or line[-1] in "；;,，" or len(line) > 100
            return "" if prose else _plain(text[start:end])
        return ""

    def _split(self, title: str) -> tuple[str, str]:
        """A title without the name of its site, and that name."""
        if found := _SECTIONS.fullmatch(title):
            return found[1].strip(), found[2].partition(" - ")[0].strip()
        site = ""
        while found := self.sites.search(title):
            title, site = title[: found.start()], site or found[1].strip()
        return title.strip(), site

    # -------------------------------------------------------------------------- author, publisher

    def _labelled(self, field: str, text: str, folded: str, lines: list[Line]) -> str:
        """The value behind the first word of ``field``: on its line, or on the next."""
        for number, (start, end) in enumerate(lines):
            if end - start > _SHORT:
                continue
            found = self.labels[field].search(folded, start, end)
            if found:
                if field == "publisher" and _BESIDE.match(folded[start : found.start()].strip()):
                    continue
                value = _plain(text[slice(*found.span(found.lastindex or 0))])
                # 采访：两家公司的执行官谈竞争 is a title
                most = 12 if folded[start] == "#" else 20
                names = len(value) <= most or field != "author" or _LIST.search(value)
                if names and not _ADDRESS.match(value):
                    return value
            if number + 1 < len(lines) and self.alone[field].fullmatch(folded, start, end):
                start, end = lines[number + 1]
                if end - start <= 30 and ":" not in folded[start:end]:
                    return _plain(text[start:end])
        return ""

    def _account(self, text: str, folded: str, head: list[Line]) -> str:
        """Below the mark of an original article and its author stands the account that published it."""
        for (start, end), _, (start2, end2) in zip(head, head[1:], head[2:], strict=False):
            if self.alone["original"].fullmatch(folded, start, end) and end2 - start2 <= 16:
                account = folded[start2:end2]
                return "" if _PROSE.search(account) or ":" in account else _plain(text[start2:end2])
        return ""

    def _signed(self, text: str, folded: str, head: list[Line]) -> tuple[str, str]:
        """Author and account that stand on lines of their own: below a title that stands twice, as in archives
        of WeChat, the account last; or beside the day, where one looks like an outlet and one like a name."""
        titles = [line for line in head[:2] if folded[line[0]] == "#"]
        if len(titles) == 2 and len({folded[slice(*line)] for line in titles}) == 1:
            names = [""]
            for start, end in head[2:]:
                line = folded[start:end]
                if self.alone["original"].fullmatch(line):
                    continue
                if (
                    end - start > 16
                    or len(names) > 2
                    or text.startswith(("#", "*", "!", "["), text.rfind("\n", 0, start) + 1)
                    or re.search(r"[，,:|]", line)
                    or _PROSE.search(line)
                ):
                    break
                names.append(_plain(text[start:end]))
            return (names[-2], names[-1]) if len(names) > 1 else ("", "")
        for at, (start, end) in enumerate(head):
            if end - start > 24 or not DATE.search(folded, start, end):
                continue
            for pair in (head[max(at - 2, 0) : at], head[at + 1 : at + 3]):
                writers = [x for x in pair if self.person.fullmatch(folded[slice(*x)])]
                outlets = [x for x in pair if self.outlet.fullmatch(folded[slice(*x)])]
                if len(pair) == 2 and len(writers) == len(outlets) == 1 and writers != outlets:
                    return text[slice(*writers[0])], text[slice(*outlets[0])]
        return "", ""

    def _stamped(self, text: str, folded: str, head: list[Line]) -> str:
        """The outlet of a line with nothing but it and a day."""
        lines = [line for line in head if not self.any_label.match(folded[slice(*line)])]
        found = _whole(_STAMPED, text, folded, lines)
        return "" if re.search(r"原创|记者|記者|发布", found) else found

    def _linked(self, text: str, folded: str, foot: list[Line]) -> str:
        """An outlet where an address would stand: 原文链接：山海网."""
        value = self._labelled("url", text, folded, foot)
        return value if re.fullmatch(r"[\u4e00-\u9fff]{2,8}", value) else ""

    # ------------------------------------------------------------------------------ date, address

    def _published(self, folded: str, head: list[Line], foot: list[Line], fetched: str) -> str:
        """The date behind a word for it, else in a line of the head that is no prose, else in the foot:
        on a line, or split over two; else in a dateline; else one that counts from the day of fetching."""
        short = [line for line in head + foot if line[1] - line[0] <= _SHORT]
        for start, end in short:
            found = self.labels["published"].search(folded, start, end)
            if found and (date := written_out(folded, found.start(), end)):
                return date
        for start, end in short:
            line = folded[start:end]
            if not _PROSE.search(line) and (date := written_out(line)):
                return date
        for (start, end), (start2, end2) in itertools.pairwise(head + foot):
            year = _YEAR_LINE.fullmatch(folded, start, end)
            month = _DAY_LINE.fullmatch(folded, start2, end2)
            if year and month:
                return day(year[1], month[1], month[2])
        for start, end in head:
            if found := _DATELINE.match(folded, start, end):
                return day(found[1], found[2], found[3])
        for start, end in short if fetched else ():
            line = folded[start:end]
            if not _PROSE.search(line) and (date := date_in(line, fetched)):
                return date
        return ""

    def _url(self, text: str, folded: str, lines: list[Line]) -> str:
        """The address behind a word for it or for the source; folding has blanked it, so it is read
        from the text."""
        for field in ("url", "publisher"):
            for start, end in lines:
                label = self.alone[field].match(folded, start, end)
                if label and (field == "url" or not folded[label.end() : end].strip(" <>[]()")):
                    stop = text.find("\n", start)
                    found = _URL.search(text, start, stop if stop >= 0 else len(text))
                    if found:
                        return found[0]
        return ""


def sites(rules: Rulebook) -> re.Pattern[str]:
    """A sign and the name of a site behind the title of a page; the name is group 1."""
    names = _sites(rules)
    return re.compile(rf"\s*[-_|–—·丨｜]+\s*({names})\s*$" if names else r"(?!)()", re.I)


def sited(line: str, title: str) -> bool:
    """Whether a line is a title, perhaps with the name of a site behind it."""
    rest = line.removeprefix(title).lstrip()
    return line.startswith(title) and (not rest or rest[0] in "|-_–—·丨｜")


def _sites(rules: Rulebook) -> str:
    return "|".join(r["name"] for r in rules.table("pages") if r["form"] == "suffix")


def _found(pattern: re.Pattern[str], text: str, folded: str, lines: list[Line]) -> str:
    """The group of a pattern in the first line that holds it."""
    for start, end in lines:
        if found := pattern.search(folded, start, min(end, start + _SHORT)):
            return _plain(text[slice(*found.span(found.lastindex or 0))])
    return ""


def _start(pattern: re.Pattern[str], text: str, folded: str, lines: list[Line]) -> str:
    """The group of a pattern that a line begins with."""
    for start, end in lines:
        if found := pattern.match(folded, start, end):
            return _plain(text[slice(*found.span(1))])
    return ""


def _whole(pattern: re.Pattern[str], text: str, folded: str, lines: list[Line]) -> str:
    """The group of a pattern that is all of a line."""
    for start, end in lines:
        if found := pattern.fullmatch(folded, start, end):
            return _plain(text[slice(*found.span(1))])
    return ""


def _head(text: str, folded: str) -> Iterator[Line]:
    """The first lines that are not empty, without the white space around them."""
    start = count = seen = 0
    while start < len(folded) and count < _LINES and seen < _MOST:
        stop = folded.find("\n", start)
        stop = len(folded) if stop < 0 else stop
        if line := _trimmed(folded, start, stop):
            yield line
            seen += 1
            link = re.match(r"[*•·-]? *\[|\|", text[start:stop].lstrip())
            count += not link and line[1] - line[0] > _MENU
        start = stop + 1


def _foot(folded: str) -> list[Line]:
    """The last lines that are not empty, in their order."""
    lines: list[Line] = []
    stop = len(folded)
    while stop >= 0 and len(lines) < _LINES:
        start = folded.rfind("\n", 0, stop) + 1
        if line := _trimmed(folded, start, stop):
            lines.append(line)
        stop = start - 1
    return lines[::-1]


def _trimmed(folded: str, start: int, stop: int) -> Line | None:
    line = folded[start:stop]
    left = len(line) - len(line.lstrip())
    return (start + left, start + len(line.rstrip())) if left < len(line) else None


def _plain(text: str) -> str:
    """A value without the markup around it."""
    text = _LINKED.sub(r"\1", _MARKUP.sub("", text))
    return _BLANKS.sub(" ", text).strip()
