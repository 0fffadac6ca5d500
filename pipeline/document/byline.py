"""Head and foot of an article -> title, author, publisher, date, address.

In: an article and its folded text. Out: the article with the empty ones of these fields filled from
what it says itself (``作者 | 方文三``, ``来源：某网``, ``发布时间：2024年2月29日``, a footer's date split
over lines ``2024 / 02/29 / 15:24``). A date without its year stays empty.

The words that open a byline are rows of ``rules/bylines.csv``.

>>> from pipeline import load_rules
>>> text = "# 国产芯片新进展\\n作者 | 林舟  来源：山海科技\\n2024-02-29 08:30\\n正文……"
>>> found = Bylines.compile(load_rules()).complete(Article(text), text)
>>> found.title, found.author, found.publisher, found.published
('国产芯片新进展', '林舟', '山海科技', '2024-02-29')
"""

from __future__ import annotations

import contextlib
import datetime
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.document.openings import beginning
from pipeline.model import Article
from pipeline.rules import CsvSchema, Rulebook, alternation

FIELDS = ("title", "author", "publisher", "published", "url")
SCHEMAS = {
    "bylines": CsvSchema(
        ("field", "word", "example"), enums={"field": (*FIELDS, "other")}, key=("word",)
    )
}

_LINES = 15
"""How many lines at the head and at the foot can hold a byline."""
_SHORT = 120
"""Longer lines are prose."""

_DATE = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)(?: ?(?:[-/.]|年) ?| (?=\d{1,2}[-/月]))(1[0-2]|0?[1-9]) ?(?:[-/.]|月) ?"
    r"(3[01]|[12]\d|0?[1-9])(?![\d.])"
)
_YEAR_LINE = re.compile(r"((?:19|20)\d\d)年?")
_DAY_LINE = re.compile(r"(1[0-2]|0?[1-9])[-/.月](3[01]|[12]\d|0?[1-9])日?")
_DATELINE = re.compile(
    rf"[^。]{{0,24}}?{_DATE.pattern} ?日?(?:[^。，,]{{0,6}}(?:消息|讯|电|报道)|[，,])"
)
_REPORTER = re.compile(r"(?:^|[(（/ ])(?:本报|本社)?记者 ?([\u4e00-\u9fff·]{2,4})(?=[)）/])")
"""山海社上海2月29日电（记者林舟）, 山海新聞網／記者林舟／台北報導"""
_PROSE = re.compile(r"[。！？!?;；]")
_NAVIGATION = re.compile(r"(?:[^|｜>]*[|｜>]){2}|.*[▲▼]|[<>{!|-]|[*•·] ?\[|https?:")
_URL = re.compile(r"https?://[^\s<>\"'（）()，。]+")


Line = tuple[int, int]
"""Start and end of a line."""


@dataclass(frozen=True, slots=True)
class Bylines:
    """The compiled words that open a byline."""

    labels: dict[str, re.Pattern[str]]
    """Field -> the word, a separator, and the value as group 1."""
    alone: dict[str, re.Pattern[str]]
    """Field -> the word on a line of its own, the value being the next line."""
    any_label: re.Pattern[str]

    @staticmethod
    def compile(rules: Rulebook) -> Bylines:
        words: dict[str, list[str]] = {name: [] for name in (*FIELDS, "other")}
        for row in rules.table("bylines"):
            words[row["field"]].append(row["word"])
        every = alternation([w for group in words.values() for w in group]) or "(?!)"
        more = rf"(?:(?:[/、]|和)(?:{every}))*"  # 采访/整理:林舟
        bare = r" +([\u4e00-\u9fff·]{2,4})(?=[ )\]】|,，]|$)"  # 记者 林舟
        ago = r"昨[天日]|前天|今[天日]|刚刚|\d{1,3} ?(?:分钟|小时|天)前|\d{1,2}[-/月]\d"
        stop = (
            rf"(?= {{2,}}| ?[|丨(（)）\]】;；。,，]| +(?:{every})(?: ?[:|丨/]| |$)| +(?:19|20)\d\d| +[·•](?: |$)"
            rf"| +(?:{ago})|$)"
        )
        labels, alone = {}, {}
        for name in FIELDS:
            word = alternation(words[name]) or "(?!)"
            begin = beginning(words[name]) + r"(?:^|(?<=[\s|丨·(（\[【>#*/;；。]))"
            # a publisher ends at a blank between Han, where other words of the page begin; authors can be several
            ends = (
                stop.replace("|$)", r"|(?<=[\u4e00-\u9fff]) [\u4e00-\u9fff]|$)")
                if name == "publisher"
                else stop
            )
            labels[name] = re.compile(
                rf"{begin}(?:{word}){more}(?: ?[:|丨/] *([^\s:](?:[^:\n]{{0,60}}?[^\s:])??){ends}|{bare})",
                re.I,
            )
            alone[name] = re.compile(rf"[\W_]*(?:{word})[\s:|丨]*", re.I)
        return Bylines(labels, alone, re.compile(rf"[\W_]*(?:{every})(?: ?[:|丨/]| +|$)", re.I))

    def complete(self, article: Article, folded: str) -> Article:
        """The article with the fields filled that were empty."""
        head = list(_head(folded))
        foot = [line for line in _foot(folded) if not head or line[0] > head[-1][0]]
        lines = head + foot
        return replace(
            article,
            title=article.title or self._title(article.text, folded, head),
            author=article.author
            or self._labelled("author", article.text, folded, lines)
            or _reporter(article.text, folded, head),
            publisher=article.publisher or self._labelled("publisher", article.text, folded, lines),
            published=article.published or self._published(folded, head, foot, article.fetched),
            url=article.url or self._url(article.text, folded, lines),
        )

    def _title(self, text: str, folded: str, head: list[Line]) -> str:
        """The first heading of the first level, else the first line that looks like a title."""
        labelled = self._labelled("title", text, folded, head)
        if labelled:
            return labelled
        for start, end in head:
            if end - start <= _SHORT and re.match(r"# *[^#\s]", folded[start:end]):
                return _plain(text[start:end])
        for start, end in head:
            line = folded[start:end]
            if (
                _NAVIGATION.match(text, start, end)
                or self.any_label.match(line)
                or _DATE.match(line)
            ):
                continue
            prose = "。" in line or line[-1] in "；;,，" or len(line) > 100
            return "" if prose else _plain(text[start:end])
        return ""

    def _labelled(self, field: str, text: str, folded: str, lines: list[Line]) -> str:
        """The value behind the first word of ``field``: on its line, or on the next."""
        for number, (start, end) in enumerate(lines):
            if end - start > _SHORT:
                continue
            found = self.labels[field].search(folded, start, end)
            if found:
                start, end = found.span(found.lastindex or 0)
                return _plain(text[start:end])
            if number + 1 < len(lines) and self.alone[field].fullmatch(folded, start, end):
                start, end = lines[number + 1]
                if end - start <= 30 and ":" not in folded[start:end]:
                    return _plain(text[start:end])
        return ""

    def _published(self, folded: str, head: list[Line], foot: list[Line], fetched: str) -> str:
        """The date behind a word for it, else in a line of the head that is no prose, else in the foot:
        on a line, or split over two; else in a dateline; else one that counts from the day of fetching."""
        short = [line for line in head + foot if line[1] - line[0] <= _SHORT]
        for start, end in short:
            found = self.labels["published"].search(folded, start, end)
            if found and (date := _iso(_DATE.search(found[0]))):
                return date
        for start, end in short:
            line = folded[start:end]
            if not _PROSE.search(line) and (date := _iso(_DATE.search(line))):
                return date
        for (start, end), (start2, end2) in itertools.pairwise(head + foot):
            year = _YEAR_LINE.fullmatch(folded, start, end)
            day = _DAY_LINE.fullmatch(folded, start2, end2)
            if year and day:
                return _date(year[1], day[1], day[2])
        for start, end in head:
            if date := _iso(_DATELINE.match(folded, start, end)):
                return date
        for start, end in short if fetched else ():
            line = folded[start:end]
            if not _PROSE.search(line) and (date := date_in(line, fetched)):
                return date
        return ""

    def _url(self, text: str, folded: str, lines: list[tuple[int, int]]) -> str:
        """The address behind a word for it; folding has blanked it, so it is read from the text."""
        for start, end in lines:
            if self.alone["url"].match(folded, start, end):
                stop = text.find("\n", start)
                found = _URL.search(text, start, stop if stop >= 0 else len(text))
                if found:
                    return found[0]
        return ""


def _reporter(text: str, folded: str, head: list[Line]) -> str:
    """Who reports, in a dateline."""
    for start, end in head:
        found = _REPORTER.search(folded, start, min(end, start + _SHORT))
        if found:
            return text[found.start(1) : found.end(1)]
    return ""


def _head(folded: str) -> Iterator[Line]:
    """The first lines that are not empty, without the white space around them."""
    start = count = 0
    while start < len(folded) and count < _LINES:
        stop = folded.find("\n", start)
        stop = len(folded) if stop < 0 else stop
        if line := _trimmed(folded, start, stop):
            yield line
            count += folded[line[0]] not in "*[|"  # menus of links can be long
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
    return re.sub(
        r"\s+", " ", re.sub(r"\*+|^(?:[#>]+\s+)+|[\s|]+$|[\u200b\ufeff]", "", text)
    ).strip()


_AGO = re.compile(
    r"(\d{1,3}) ?(秒|分钟|分鐘|小时|小時|天|周|个月)前|(刚刚|剛剛|今天|今日|昨天|昨日|前天)"
)
_DAYS_AGO = {"刚刚": 0, "剛剛": 0, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
_DAY = re.compile(
    r"(?<![\d/.-])(1[0-2]|0?[1-9])(?:[-/]|月)(3[01]|[12]\d|0?[1-9])(?:日|(?![\d/.-]))"
)
_STAMP = re.compile(r"1\d{9}(?:\d{3})?")
_CHINA = datetime.timezone(datetime.timedelta(hours=8))
"""Stamps and times with an offset are told in the time of their readers."""


def date_in(text: str, fetched: str = "") -> str:
    """The date that a short text tells, ISO 8601; empty when it tells none.

    >>> date_in("2024年2月29日 08:30"), date_in("2024-02-28T18:00:00Z"), date_in("1709190000")
    ('2024-02-29', '2024-02-29', '2024-02-29')

    With the day of fetching also what counts from it:

    >>> date_in("3小时前", "2024-03-01T01:00:00"), date_in("02/29 15:24", "2024-03-01")
    ('2024-02-29', '2024-02-29')
    """
    text = text.strip()
    if _STAMP.fullmatch(text):
        moment = datetime.datetime.fromtimestamp(int(text[:10]), _CHINA)
        return moment.date().isoformat()
    if len(text) > 10 and text[10] in "T ":
        with contextlib.suppress(ValueError, OverflowError):
            moment = datetime.datetime.fromisoformat(text)
            if moment.tzinfo:
                moment = moment.astimezone(_CHINA)
            return moment.date().isoformat()
    if date := _iso(_DATE.search(text)):
        return date
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        return _date(text[:4], text[4:6], text[6:])
    return _from_fetched(text, fetched) if fetched else ""


def _from_fetched(text: str, fetched: str) -> str:
    """A date that counts from the day of fetching."""
    try:
        now = datetime.datetime.fromisoformat(fetched)
        if found := _AGO.search(text):
            hours = {"秒": 0, "分": 1 / 60, "小": 1, "天": 24, "周": 168, "个": 730}
            back = _DAYS_AGO[found[3]] * 24 if found[3] else int(found[1]) * hours[found[2][0]]
            return (now - datetime.timedelta(hours=back)).date().isoformat()
    except (ValueError, OverflowError):
        return ""
    found = _DAY.search(text)
    if found:
        # the last such day before it was fetched
        for year in (now.year, now.year - 1):
            date = _date(str(year), found[1], found[2])
            if date and date <= (now + datetime.timedelta(days=1)).date().isoformat():
                return date
    return ""


def _iso(found: re.Match[str] | None) -> str:
    return _date(found[1], found[2], found[3]) if found else ""


def _date(year: str, month: str, day: str) -> str:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:  # 2月30日
        return ""
