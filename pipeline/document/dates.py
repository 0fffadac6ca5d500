"""Expressions of dates -> intervals: 去年12月, 今年第二季, 上月底, 2024H2, 本周三, 明年初, 两周前, 同年.

In: a folded text and the day on which the article was published (may be unknown). Out: a ``Date`` for each
expression: the first and the last day it can mean, how precise it is, and what it was counted from.

>>> from pipeline import load_rules
>>> dates = Dates.compile(load_rules())
>>> [(d.earliest, d.latest, d.precision) for d in dates.find("去年12月发布，明年初量产", "2024-02-29")]
[('2023-12-01', '2023-12-31', 'month'), ('2025-01-01', '2025-03-31', 'part')]

A range of like ones (8日至12日, 3、4月, 2024-2025年) is one expression, as precise as its ends. What needs an
anchor and has none keeps empty ends, and so does a fiscal year (2025财年第二季度): each firm begins its own. A month or a quarter without its year is that of the year of
publication; where the text looks ahead the next one, where it looks back the last one, and where it does
neither the last one when that of the year is more than half a year off.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.rules import CsvSchema, Rulebook, alternation

KINDS = (
    "year", "part", "season", "side", "month", "third", "quarter", "week", "weekday", "day", "span",
    "same_year", "same_month", "same_day",
)  # fmt: skip
_OPENING = (
    "year",
    "part",
    "month",
    "quarter",
    "week",
    "day",
    "same_year",
    "same_month",
    "same_day",
)
"""Kinds of words that an expression may begin with."""
SCHEMAS = {
    "dates": CsvSchema(
        ("kind", "word", "value", "example"), enums={"kind": KINDS}, key=("kind", "word")
    )
}
_NUMBERS = {n: i for i, n in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_YEAR = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_HALF_A_YEAR = datetime.timedelta(days=183)
_SAMPLE = datetime.date(2024, 1, 1)
"""Any day, against which the precision of an expression shows."""

Interval = tuple[datetime.date, datetime.date, str]
"""First and last day, precision."""


@dataclass(frozen=True, slots=True)
class Date:
    """An expression of a date in the text."""

    start: int
    end: int
    earliest: str
    """First day it can mean, ISO 8601; empty when it needs an anchor that is not known."""
    latest: str
    precision: str
    anchor: str
    """explicit: the text says it; published: counted from the day of publication; text: from the date before
    it; none: not resolved."""


def _opens(values: dict[str, dict[str, str]]) -> re.Pattern[str]:
    """A character with which an expression may begin, and what is behind it: 上 and 3 open one at few places.

    The class of characters comes first, for the search to jump along, and looks at them again.
    """
    words = {w[:3] for kind in _OPENING for w in values[kind] if kind != "part" or len(w) > 1}
    words |= {day + season for day in "今去明" for season in values["season"]}
    han = "".join(_NUMBERS) + "十半"
    goes_on = rf" ?(?:[年月日号季财第、至到~/{han}-]|{alternation(list(values['span']))})"
    first = re.escape("".join({word[0] for word in words})) + rf"\d{han}昨周星礼月财FHQ第"
    return re.compile(
        rf"[{first}](?<=(?=(?:(?<!\d)|(?=19|20|\d\d? ?财))\d{{1,4}}(?:{goes_on}|[HQ])|(?:19|20)\d\d(?:\.| ?\d?[HQ])"
        rf"|[{han}](?:{goes_on}|[〇零○\d])|{alternation(words)}|[今昨明]\(|周|星期|礼拜|月|财|FY|[HQ]\d"
        rf"|[上下]一?个?财|第[{han}1-4](?:{goes_on}|\d)).)"
    )


@dataclass(frozen=True, slots=True)
class Dates:
    """The compiled words of rules/dates.csv."""

    pattern: re.Pattern[str]
    opens: re.Pattern[str]
    """The first character of what may be an expression."""
    values: dict[str, dict[str, str]]
    """Kind -> word -> value."""

    @staticmethod
    def compile(rules: Rulebook) -> Dates:
        values: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        for row in rules.table("dates"):
            values[row["kind"]][row["word"]] = row["value"]
        words = {kind: alternation(list(found)) or "(?!)" for kind, found in values.items()}
        parts = values["part"]
        short = (
            alternation([w for w in parts if len(w) == 1]) or "(?!)"
        )  # 初, 底: only behind a year
        alone = alternation([w for w in parts if len(w) > 1 and not w.isascii()]) or "(?!)"
        latin = alternation([w for w in parts if w.isascii()]) or "(?!)"
        seasons = words["season"]
        months = r"1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]"
        days = r"3[01]|[12]\d|0?[1-9]"
        written = rf"{days}|二?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九]"  # 三月十五日
        to = " ?[-~至到、] ?"
        third = rf"{words['third']})(?!国|国际|央|期|间)"

        def month(n: str) -> str:
            first = rf"(?:(?P<mf{n}>{months})(?:{to}| ?月 ?[-~至到] ?)|(?P<mp{n}>[一二三四五六七八九])(?=[二三四五六七八九十] ?月))?"
            day = rf"(?:(?P<df{n}>{written})(?: ?[日号])?{to})?(?P<d{n}>{written}) ?[日号]"
            return rf"{first}(?P<m{n}>{months}) ?月(?:份(?!额)| ?{day}| ?(?P<third{n}>{third})?"

        def parts_of(n: str, names: str) -> str:
            """第三季度, 第一、二季度, 三季度末"""
            first = rf"(?:第?(?P<qf{n}>[一二三四1-4])(?:{to})?(?=第?[二三四2-4]季))?"
            return rf"{first}(?P<part{n}>{names})(?P<edge{n}>[初末底](?![始期步次见端代]))?"

        part = (
            rf"(?: ?的?{parts_of('', f'{alone}|{latin}')}|(?P<side>{words['side']})"
            rf"|(?P<short>(?:{short})(?![始期步次见端代国央旬间华])"
            rf"|(?:{seasons})(?=[^\u4e00-\u9fff]|[推发上量出开举将正首送流投交面问登]|$)))"
        )
        year = (
            rf"(?:19|20)\d\d|(?<!\d)[12]\d(?=年 ?(?:(?:{months}) ?月|{alone}|{latin}))"
            r"|二[〇零○][〇零○一二三四五六七八九]{2}(?=年)"
            # 24H2, but for a version of Windows
            rf"|(?<![A-Za-z0-9.-])(?<!1[01] )(?<!ows )(?<!版本)(?<!版本 )2\d(?=(?:{latin})(?![A-Za-z0-9]))"
        )
        pattern = (
            rf"(?:(?:(?P<yf>(?:19|20)\d\d)(?: ?年)? ?[-~至到] ?(?=(?:19|20)\d\d ?年))?"
            rf"(?P<y>{year}) ?(?:年度?(?!代)|(?={latin}|/(?:{latin})))/?|(?P<ry>{words['year']})"
            rf"|(?P<sy>{words['same_year']})) ?的? ?(?:{month('')}|{part})?"
            rf"|(?P<season>[今去明](?:{seasons}))(?![节晚招奥])"
            rf"|(?<![A-Za-z0-9])(?P<half>[1-4][QH]|[QH][1-4])(?: ?(?:20)?(?P<yy>2\d)(?!\d)| ?'(?P<yq>2\d))"
            rf"|(?<![\d.])(?P<iso>20\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:{days}))(?![\d.])"
            rf"|(?P<rm>{words['month']}|(?<![\d上下本个每几数当同])月(?={words['third']}))"
            rf" ?(?:(?:(?P<rdf>{days})(?: ?[日号])?{to})?(?P<rd>{days}) ?[日号]|(?P<rthird>{third})?"
            rf"|(?P<q>{words['quarter']})(?P<qedge>[初末底](?![始期步次见端代]))?"
            rf"|(?P<w>{words['week']})(?P<wd>{words['weekday']})?"
            rf"|(?<![每两几数\d])(?<![日号]\()(?:周|星期|礼拜)(?P<wd2>{words['weekday']})(?![\u4e00-\u9fff]?[期线])"
            rf"|(?P<day>{words['day']})"
            r"|(?P<told>[今昨明])(?:天|日)?\((?P<tday>\d{1,2})(?:日\)|\)日?)"  # 今（9）日
            rf"|(?<![几数\d])(?P<n>\d{{1,2}}|[二三]?十[一二三四五六七八九]?|[一二两三四五六七八九]|半(?=年)) ?(?P<span>{words['span']})"
            r"(?:(?P<ago>之?前|以前)|之?后|以后)"
            rf"|(?P<sm>{words['same_month']}) ?(?:(?P<sd>{days}) ?[日号])?|(?P<sday>{words['same_day']})"
            rf"|(?<![\d.年/-]){month('2')}(?!\d)"
            rf"|(?<![\d.]){parts_of('2', alone)}|(?<![A-Za-z0-9])(?P<part3>Q[1-4])(?![A-Za-z0-9])"
            rf"|(?<![\d月.第号])(?:(?P<bf>{days})(?: ?日)?{to})?(?P<bare>{days}) ?日(?![前内元均后期报本间程志常活语夜韩历式益趋渐])"
        )
        # a fiscal year begins when a firm wants it to
        pattern += (
            rf"|(?P<fiscal>(?:(?:20)?\d\d ?)?财(?:年|政年度)(?: ?的?(?:{alone}|{latin}))?"
            rf"|(?:第?[一二三四1-4]|[上下]一?个?)财季|FY ?(?:20)?\d\d(?: ?(?:{latin}))?)"
        )
        return Dates(re.compile(pattern), _opens(values), values)

    def find(
        self,
        folded: str,
        published: str,
        start: int = 0,
        end: int | None = None,
        *,
        ahead: bool | None = None,
    ) -> list[Date]:
        """The dates of a stretch of text, in order."""
        out: list[Date] = []
        for match in self.spot(folded, start, end):
            if date := self.read(match, published, ahead, out[-1] if out else None):
                out.append(date)
        return out

    def spot(self, folded: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """The expressions of a stretch of text, not yet resolved."""
        end = len(folded) if end is None else end
        for place in self.opens.finditer(folded, start, end):
            found = (
                self.pattern.match(folded, place.start(), end) if place.start() >= start else None
            )
            if found:
                yield found
                start = found.end()

    def read(
        self, match: re.Match[str], published: str, ahead: bool | None, before: Date | None
    ) -> Date | None:
        """What one expression means; ``before`` is the date that 同年 counts from. None for one that no
        calendar knows (2月30日)."""
        try:
            anchor = datetime.date.fromisoformat(published[:10]) if published else None
        except ValueError:
            anchor = None
        then = datetime.date.fromisoformat(before.earliest) if before and before.earliest else None
        get = match.groupdict().get
        told = "published"
        if get("y") or get("yy") or get("yq") or get("iso"):
            told = "explicit"
        elif get("sy") or get("sm") or get("sday"):
            told = "text"
        try:
            found = self._interval(match, anchor, then, ahead)
            if found is None:
                sample = self._interval(match, _SAMPLE, _SAMPLE, True)
                precision = sample[2] if sample else _grain(match[0], "year")
                return Date(match.start(), match.end(), "", "", precision, "none")
        except (ValueError, OverflowError):
            return None
        first, last, precision = found
        return Date(
            match.start(), match.end(), first.isoformat(), last.isoformat(), precision, told
        )

    def _interval(
        self,
        match: re.Match[str],
        anchor: datetime.date | None,
        then: datetime.date | None,
        ahead: bool | None,
    ) -> Interval | None:
        get = match.groupdict().get
        if get("fiscal"):
            return None
        if iso := get("iso"):
            return _day(datetime.date(*map(int, re.split(r"[-/.]", iso))))
        if half := get("half"):
            return self._part(2000 + int(get("yy") or get("yq") or 0), half)
        if told := get("y"):
            year = int(told.translate(_YEAR)) + (2000 if len(told) == 2 else 0)
            first, last, precision = self._in_year(year, match, anchor)
            if get("yf"):
                first = datetime.date(int(get("yf") or 0), 1, 1)
            return _ordered(first, last, precision)
        if word := get("sy") or get("sm") or get("sday"):
            return self._same(match, word, then)
        if anchor is None:
            return None
        if word := get("ry"):
            low, _, high = self.values["year"][word].partition("~")  # 明后年
            first = self._in_year(anchor.year + int(low), match, anchor)[0]
            return (first, *self._in_year(anchor.year + int(high or low), match, anchor)[1:])
        if word := get("season"):
            year = anchor.year + {"去": -1, "今": 0, "明": 1}[word[0]]
            return _months(year, self.values["season"][word[1:]], "part")
        if word := get("rm"):
            index = anchor.year * 12 + anchor.month - 1 + int(self.values["month"].get(word, 0))
            return self._in_month(index // 12, index % 12 + 1, get("rd"), get("rthird"), get("rdf"))
        if word := get("q"):
            index = anchor.year * 4 + (anchor.month - 1) // 3 + int(self.values["quarter"][word])
            return self._quarter(index // 4, index % 4 * 3 + 1, get("qedge"))
        if word := get("w"):
            monday = anchor - datetime.timedelta(days=anchor.weekday())
            monday += datetime.timedelta(weeks=int(self.values["week"][word]))
            if weekday := get("wd"):
                return self._weekday(monday, weekday)
            return monday, monday + datetime.timedelta(days=6), "week"
        if word := get("wd2"):
            monday = anchor - datetime.timedelta(days=anchor.weekday())
            first = self._weekday(monday, word)[0]
            weeks = 1 if ahead and first < anchor else -1 if not ahead and first > anchor else 0
            return self._weekday(monday + datetime.timedelta(weeks=weeks), word)
        if word := get("day"):
            return _day(anchor + datetime.timedelta(days=int(self.values["day"][word])))
        if word := get("told"):
            return _bare(anchor, int(get("tday") or 0), word == "明")
        if word := get("span"):
            if not get("ago") and not ahead:
                return None  # 四年以后 in a story counts from the story
            unit = self.values["span"][word]
            number, unit = (6, "month") if get("n") == "半" else (_number(get("n") or ""), unit)
            return _away(anchor, -number if get("ago") else number, unit)
        if word := get("bare"):
            first, last, precision = _bare(anchor, int(word), ahead)
            return _ordered(first.replace(day=int(get("bf") or word)), last, precision)
        if get("m2"):
            return _recurring(anchor, ahead, lambda y: self._of_months(y, match, "2"))
        word = get("part2") or get("part3") or ""
        return _recurring(anchor, ahead, lambda y: self._part(y, word, get("qf2"), get("edge2")))

    def _same(self, match: re.Match[str], word: str, then: datetime.date | None) -> Interval | None:
        """同年10月, 次日: counted from the date before."""
        if then is None:
            return None
        get = match.groupdict().get
        if get("sy"):
            return self._in_year(then.year + int(self.values["same_year"][word]), match, None)
        if get("sm"):
            index = then.year * 12 + then.month - 1 + int(self.values["same_month"][word])
            return self._in_month(index // 12, index % 12 + 1, get("sd"), None)
        return _day(then + datetime.timedelta(days=int(self.values["same_day"][word])))

    def _in_year(self, year: int, match: re.Match[str], anchor: datetime.date | None) -> Interval:
        get = match.groupdict().get
        if get("m"):
            return self._of_months(year, match, "")
        if part := get("part") or get("short"):
            return self._part(year, part, get("qf"), get("edge"))
        first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        side = self.values["side"].get(get("side") or "")
        if side and anchor and anchor.year == year:
            return (anchor, last, "part") if side == "later" else (first, anchor, "part")
        return first, last, "year"

    def _of_months(self, year: int, match: re.Match[str], n: str) -> Interval:
        """3月, 3月8日至12日, 3月底; 3、4月, 三四月"""
        get = match.groupdict().get
        month = _number(get(f"m{n}") or "")
        if start := get(f"mf{n}") or get(f"mp{n}"):
            if get(f"d{n}") or get(f"third{n}"):
                year_of_first = year - (_number(start) > month)
                first = datetime.date(year_of_first, _number(start), 1)
                return first, *self._in_month(year, month, get(f"d{n}"), get(f"third{n}"))[1:]
            return _months(year, f"{_number(start)}-{month}", "month")
        return self._in_month(year, month, get(f"d{n}"), get(f"third{n}"), get(f"df{n}"))

    def _in_month(
        self, year: int, month: int, day: str | None, third: str | None, start: str | None = None
    ) -> Interval:
        if day:
            last = datetime.date(year, month, _number(day))
            return _ordered(last.replace(day=_number(start or day)), last, "day")
        end = calendar.monthrange(year, month)[1]
        low, high, precision = 1, end, "month"
        if third:
            low, high = map(int, self.values["third"][third].split("-"))
            precision = "third"
        return (
            datetime.date(year, month, low),
            datetime.date(year, month, min(high, end)),
            precision,
        )

    def _weekday(self, monday: datetime.date, word: str) -> Interval:
        """三 of a week, or 末."""
        low, _, high = self.values["weekday"][word].partition("-")
        first, last = (monday + datetime.timedelta(days=int(n) - 1) for n in (low, high or low))
        return first, last, "day"

    def _quarter(self, year: int, first: int, edge: str | None) -> Interval:
        """The quarter that begins with this month, or the month at its edge."""
        if edge:
            month = first if edge == "初" else first + 2
            return _months(year, f"{month}-{month}", "month")
        return _months(year, f"{first}-{first + 2}", "quarter")

    def _part(
        self, year: int, word: str, start: str | None = None, edge: str | None = None
    ) -> Interval:
        """第三季度, 年底, 2024年春; from the quarter ``start`` on, or the month at its edge."""
        value = self.values["part"].get(word) or self.values["season"][word]
        if start:
            value = f"{_number(start) * 3 - 2}-{value[-2:]}"
        if edge:
            month = value[:2] if edge == "初" else value[-2:]
            return _months(year, f"{month}-{month}", "month")
        return _months(year, value, _grain(word, "part"))


def _grain(word: str, other: str) -> str:
    """How precise the name of a part of a year is."""
    if "半年" in word or "H" in word:
        return "half"
    return "quarter" if "季度" in word or word[-1] == "季" or "Q" in word else other


def _day(day: datetime.date) -> Interval:
    return day, day, "day"


def _months(year: int, value: str, precision: str) -> Interval:
    """``07-12`` of a year; ``12-02`` reaches into the next."""
    low, high = map(int, value.split("-"))
    until = year + (high < low)
    last = calendar.monthrange(until, high)[1]
    return datetime.date(year, low, 1), datetime.date(until, high, last), precision


def _ordered(first: datetime.date, last: datetime.date, precision: str) -> Interval:
    if first > last:
        raise ValueError(f"{first} is behind {last}")
    return first, last, precision


def _number(text: str) -> int:
    """12, 十二, 两"""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_NUMBERS.get(tens, 1) * 10 if ten else 0) + _NUMBERS.get(ones, 0)


def _away(anchor: datetime.date, number: int, unit: str) -> Interval:
    """The day, week, month or year that lies so many of them off."""
    if unit == "day":
        return _day(anchor + datetime.timedelta(days=number))
    if unit == "week":
        monday = anchor + datetime.timedelta(weeks=number, days=-anchor.weekday())
        return monday, monday + datetime.timedelta(days=6), "week"
    if unit == "month":
        index = anchor.year * 12 + anchor.month - 1 + number
        return _months(index // 12, f"{index % 12 + 1}-{index % 12 + 1}", "month")
    return _months(anchor.year + number, "1-12", "year")


def _bare(anchor: datetime.date, day: int, ahead: bool | None) -> Interval:
    """26日 without its month: of this one or the last, of the next where the text looks ahead."""
    step = (ahead or False) and day < anchor.day
    index = anchor.year * 12 + anchor.month - 1 + (1 if step else -(not ahead and day > anchor.day))
    return _day(datetime.date(index // 12, index % 12 + 1, day))


def _recurring(
    anchor: datetime.date, ahead: bool | None, of: Callable[[int], Interval]
) -> Interval:
    """What comes every year, of the year that is meant."""
    this = of(anchor.year)
    if ahead and this[1] < anchor:
        return of(anchor.year + 1)
    off = this[0] - anchor
    least = {None: _HALF_A_YEAR, False: datetime.timedelta(0)}.get(ahead)
    return of(anchor.year - 1) if least is not None and off > least else this
