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

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.model import Article
from pipeline.rules import CsvSchema, Rulebook, alternation

FIELDS = ("title", "author", "publisher", "published", "url")
SCHEMAS = {"bylines": CsvSchema(("field", "word", "example"), enums={"field": FIELDS}, key=("word",))}

_HEAD, _FOOT = 2500, 800
"""How many characters of the text can hold a byline."""
_SHORT = 120
"""Longer lines are prose."""

_DATE = re.compile(
    r"(?<![\d.])((?:19|20)\d\d) ?(?:[-/.]|年) ?(1[0-2]|0?[1-9]) ?(?:[-/.]|月) ?"
    r"(3[01]|[12]\d|0?[1-9])(?![\d.])(?: ?日)?"
)
_CLOCK = r"(?:[ T]*(?:周.|星期.|[上下]午)? ?\d{1,2}:\d\d(?::\d\d)?)?"
_DATE_LINE = re.compile(rf"[\W_]*{_DATE.pattern}{_CLOCK}(?:[\W_]+.{{0,40}})?")
_DATE_LAST = re.compile(rf".{{0,60}}[\W_]{_DATE.pattern}{_CLOCK}[\W_]*")
_YEAR_LINE = re.compile(r"((?:19|20)\d\d)年?")
_DAY_LINE = re.compile(r"(1[0-2]|0?[1-9])[-/.月](3[01]|[12]\d|0?[1-9])日?")
_DATELINE = re.compile(rf"[^。]{{0,24}}?{_DATE.pattern}(?:[^。，,]{{0,6}}(?:消息|讯|电|报道)|[，,])")
_MARKUP = re.compile(r"[\s#>*\-–—]+")
_URL = re.compile(r"https?://[^\s<>\"'（）()，。]+")


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
        words: dict[str, list[str]] = {name: [] for name in FIELDS}
        for row in rules.table("bylines"):
            words[row["field"]].append(row["word"])
        every = alternation([w for group in words.values() for w in group]) or "(?!)"
        stop = rf"(?= {{2,}}| ?[|丨]| ?[;；。,，)）\]】]| +(?:{every}) ?[:|丨/]|$)"
        labels, alone = {}, {}
        for name, group in words.items():
            label = rf"(?:^|(?<=[\s|丨·(（\[【>#*/;；。]))(?:{alternation(group) or '(?!)'})"
            labels[name] = re.compile(rf"{label} ?[:|丨/] *(\S(?:.{{0,60}}?\S)??){stop}", re.I | re.M)
            alone[name] = re.compile(rf"[\W_]*(?:{alternation(group) or '(?!)'})[\s:|丨]*", re.I)
        return Bylines(labels, alone, re.compile(rf"[\W_]*(?:{every}) ?[:|丨/]", re.I))

    def complete(self, article: Article, folded: str) -> Article:
        """The article with the fields filled that were empty."""
        head = list(_lines(folded, 0, _HEAD))
        foot = list(_lines(folded, max(_HEAD, len(folded) - _FOOT), len(folded)))
        found = {
            "title": article.title or self._title(article.text, folded, head),
            "author": article.author or self._labelled("author", article.text, folded, head + foot),
            "publisher": article.publisher
            or self._labelled("publisher", article.text, folded, head + foot),
            "published": article.published or self._published(folded, head, foot),
            "url": article.url or self._url(article.text, folded, head + foot),
        }
        return replace(article, **found)

    def _title(self, text: str, folded: str, head: list[tuple[int, int]]) -> str:
        """The first heading of the first level, else the first line when it looks like a title."""
        labelled = self._labelled("title", text, folded, head[:10])
        if labelled:
            return labelled
        for start, end in head:
            if re.match(r"# *[^#\s]", folded[start:end]) and end - start <= _SHORT:
                return _plain(text[start:end])
        for start, end in head[:1]:
            line = folded[start:end]
            if end - start <= 100 and line[-1] not in "。；;,，>" and line[0] not in ">![{<|-":
                return _plain(text[start:end])
        return ""

    def _labelled(self, field: str, text: str, folded: str, lines: list[tuple[int, int]]) -> str:
        """The value behind the first word of ``field``: on its line, or on the next."""
        for number, (start, end) in enumerate(lines):
            if end - start > _SHORT:
                continue
            found = self.labels[field].search(folded, start, end)
            if found:
                return _plain(text[found.start(1) : found.end(1)])
            if number + 1 < len(lines) and self.alone[field].fullmatch(folded, start, end):
                start, end = lines[number + 1]
                if end - start <= 30 and not self.any_label.match(folded, start, end):
                    return _plain(text[start:end])
        return ""

    def _published(
        self, folded: str, head: list[tuple[int, int]], foot: list[tuple[int, int]]
    ) -> str:
        """The date behind a word for it, else on a line of its own, split over lines, in a dateline."""
        lines = head + foot
        labelled = [
            found[1]
            for start, end in lines
            if end - start <= _SHORT and (found := self.labels["published"].search(folded, start, end))
        ]
        for value in labelled:
            if date := _iso(_DATE.match(value)):
                return date
        for start, end in lines:
            if end - start <= _SHORT:
                line = folded[start:end]
                if date := _iso(_DATE_LINE.fullmatch(line) or _DATE_LAST.fullmatch(line)):
                    return date
        for (start, end), (start2, end2) in zip(lines, lines[1:], strict=False):
            year = _YEAR_LINE.fullmatch(folded, start, end)
            day = _DAY_LINE.fullmatch(folded, start2, end2)
            if year and day:
                return _date(year[1], day[1], day[2])
        for start, end in head:
            if date := _iso(_DATELINE.match(folded, start, end)):
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


def _lines(folded: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The lines that begin between two positions, without white space, empty ones left out."""
    end = min(end, len(folded))
    if start:
        start = folded.find("\n", start) + 1 or end
    while start < end:
        stop = folded.find("\n", start)
        stop = len(folded) if stop < 0 else stop
        line = folded[start : min(stop, start + 4 * _SHORT)]
        stripped = line.strip()
        if stripped:
            first = start + len(line) - len(line.lstrip())
            yield first, first + len(stripped)
        start = stop + 1


def _plain(text: str) -> str:
    """A value without the markup around it."""
    return re.sub(r"\s+", " ", re.sub(r"\*+|^[\s#>]+|[\s#|]+$|[\u200b\ufeff]", "", text)).strip()


def _iso(found: re.Match[str] | None) -> str:
    return _date(found[1], found[2], found[3]) if found else ""


def _date(year: str, month: str, day: str) -> str:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:  # 2月30日
        return ""
