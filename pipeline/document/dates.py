"""Expressions of dates -> intervals: 去年12月, 今年第二季, 上月底, 2024H2, 本周三, 明年初.

In: a folded text and the day on which the article was published (may be unknown). Out: a ``Date`` for each
expression: the first and the last day it can mean, how precise it is, and what it was counted from.

>>> from pipeline import load_rules
>>> dates = Dates.compile(load_rules())
>>> [(d.earliest, d.latest, d.precision) for d in dates.find("去年12月发布，明年初量产", "2024-02-29")]
[('2023-12-01', '2023-12-31', 'month'), ('2025-01-01', '2025-03-31', 'part')]

What needs an anchor and has none keeps empty ends. A month or a quarter without its year is the last one
before publication; the next one where ``ahead`` says that the text looks forward.
"""

from __future__ import annotations

import calendar
import datetime
import re
from dataclasses import dataclass

from pipeline.document.openings import beginning
from pipeline.rules import CsvSchema, Rulebook, alternation

KINDS = ("year", "part", "month", "third", "week", "weekday", "day")
PRECISIONS = ("day", "week", "third", "month", "quarter", "half", "part", "year")
SCHEMAS = {
    "dates": CsvSchema(
        ("kind", "word", "value", "example"), enums={"kind": KINDS}, key=("kind", "word")
    )
}


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
    """explicit: the text says it; published: counted from the day of publication; none: not resolved."""


@dataclass(frozen=True, slots=True)
class Dates:
    """The compiled words of rules/dates.csv."""

    pattern: re.Pattern[str]
    values: dict[str, dict[str, str]]
    """Kind -> word -> value."""

    @staticmethod
    def compile(rules: Rulebook) -> Dates:
        values: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
        for row in rules.table("dates"):
            values[row["kind"]][row["word"]] = row["value"]
        words = {kind: alternation(list(found)) or "(?!)" for kind, found in values.items()}
        short = [w for w in values["part"] if len(w) == 1]  # 初, 底: only behind a year
        alone = alternation([w for w in values["part"] if len(w) > 1 and not w.isascii()]) or "(?!)"
        latin = alternation([w for w in values["part"] if w.isascii()]) or "(?!)"
        month = rf"(?P<m>1[0-2]|0?[1-9]) ?月(?:份| ?(?P<d>3[01]|[12]\d|0?[1-9]) ?[日号]| ?(?P<third>{words['third']})(?!国|国际|央|期|间))?"
        part = rf"(?: ?的?(?P<part>{alone}|{latin})|(?P<short>{alternation(short) or '(?!)'})(?![始期步次见端代]))"
        pattern = (
            rf"(?:(?P<y>(?:19|20)\d\d) ?(?:年度?|(?={latin}|/(?:{latin})))/?|(?P<ry>{words['year']})) ?(?:{month}|{part})?"
            rf"|(?<![A-Za-z0-9])(?P<half>[1-4][QH])(?: ?(?:20)?(?P<yy>2\d)(?!\d)| ?'(?P<yq>2\d))"
            rf"|(?<![\d.])(?P<iso>20\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9]))(?![\d.])"
            rf"|(?P<rm>{words['month']}) ?(?:(?P<rd>3[01]|[12]\d|0?[1-9]) ?[日号]|(?P<rthird>{words['third']})(?!国|央|期|间))?"
            rf"|(?P<w>{words['week']})(?P<wd>{words['weekday']})?"
            rf"|(?<![每两几数\d])(?:周|星期|礼拜)(?P<wd2>{words['weekday']})(?![\u4e00-\u9fff]?[期线])"
            rf"|(?P<day>{words['day']})"
            rf"|(?<![\d.年/-])(?P<m2>1[0-2]|0?[1-9]) ?月(?:份| ?(?P<d2>3[01]|[12]\d|0?[1-9]) ?[日号]|(?P<third2>{words['third']})(?!国|央|期|间))?(?!\d)"
            rf"|(?P<part2>{alone})"
        )
        # a look at one character spares the trial of all this at most places
        spelled = [w for kind in ("year", "month", "week", "day", "part") for w in values[kind]]
        first = beginning([*spelled, *"0123456789周星礼"])
        return Dates(re.compile(f"{first}(?:{pattern})"), values)

    def find(
        self,
        folded: str,
        published: str,
        start: int = 0,
        end: int | None = None,
        *,
        ahead: bool = False,
    ) -> list[Date]:
        """The dates of a stretch of text, in order."""
        try:
            anchor = datetime.date.fromisoformat(published[:10]) if published else None
        except ValueError:
            anchor = None
        found = self.pattern.finditer(folded, start, len(folded) if end is None else end)
        return [date for match in found if (date := self._date(match, anchor, ahead))]

    def _date(self, match: re.Match[str], anchor: datetime.date | None, ahead: bool) -> Date | None:
        """What one expression means; None for one that no calendar knows (2月30日)."""
        get = match.groupdict().get
        explicit = bool(get("y") or get("yy") or get("yq") or get("iso"))
        try:
            found = self._interval(match, anchor, ahead)
            if found is None:
                return Date(match.start(), match.end(), "", "", self._precision(match), "none")
        except (ValueError, OverflowError):
            return None
        first, last, precision = found
        told = "explicit" if explicit else "published"
        return Date(
            match.start(), match.end(), first.isoformat(), last.isoformat(), precision, told
        )

    def _precision(self, match: re.Match[str]) -> str:
        """How precise an expression is, told without resolving it: against any day."""
        found = self._interval(match, datetime.date(2024, 1, 1), False)
        return found[2] if found else ""

    def _interval(
        self, match: re.Match[str], anchor: datetime.date | None, ahead: bool
    ) -> tuple[datetime.date, datetime.date, str] | None:
        get = match.groupdict().get
        if iso := get("iso"):
            year, month, day = map(int, re.split(r"[-/.]", iso))
            return _day(datetime.date(year, month, day))
        if half := get("half"):
            return self._part(2000 + int(get("yy") or get("yq") or 0), half)
        if year_word := get("y"):
            return self._in_year(
                int(year_word), get("m"), get("d"), get("third"), get("part") or get("short")
            )
        if anchor is None:
            return None
        if word := get("ry"):
            year = anchor.year + int(self.values["year"][word])
            return self._in_year(
                year, get("m"), get("d"), get("third"), get("part") or get("short")
            )
        if word := get("rm"):
            index = anchor.year * 12 + anchor.month - 1 + int(self.values["month"][word])
            return self._in_month(index // 12, index % 12 + 1, get("rd"), get("rthird"))
        if word := get("w"):
            monday = anchor - datetime.timedelta(days=anchor.weekday())
            monday += datetime.timedelta(weeks=int(self.values["week"][word]))
            if weekday := get("wd"):
                return _day(
                    monday + datetime.timedelta(days=int(self.values["weekday"][weekday]) - 1)
                )
            return monday, monday + datetime.timedelta(days=6), "week"
        if word := get("wd2"):
            days = int(self.values["weekday"][word]) - 1 - anchor.weekday()
            days += 7 if ahead and days < 0 else -7 if not ahead and days > 0 else 0
            return _day(anchor + datetime.timedelta(days=days))
        if word := get("day"):
            return _day(anchor + datetime.timedelta(days=int(self.values["day"][word])))
        candidates = []
        for year in (anchor.year - 1, anchor.year, anchor.year + 1):
            if get("m2"):
                candidates.append(
                    self._in_month(year, int(get("m2") or 0), get("d2"), get("third2"))
                )
            else:
                candidates.append(self._part(year, get("part2") or ""))
        if ahead:
            return next(c for c in candidates if c[1] >= anchor)
        return next(c for c in reversed(candidates) if c[0] <= anchor)

    def _in_year(
        self, year: int, month: str | None, day: str | None, third: str | None, part: str | None
    ) -> tuple[datetime.date, datetime.date, str]:
        if month:
            return self._in_month(year, int(month), day, third)
        if part:
            return self._part(year, part)
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31), "year"

    def _in_month(
        self, year: int, month: int, day: str | None, third: str | None
    ) -> tuple[datetime.date, datetime.date, str]:
        if day:
            return _day(datetime.date(year, month, int(day)))
        last = calendar.monthrange(year, month)[1]
        if third:
            low, high = map(int, self.values["third"][third].split("-"))
            return (
                datetime.date(year, month, low),
                datetime.date(year, month, min(high, last)),
                "third",
            )
        return datetime.date(year, month, 1), datetime.date(year, month, last), "month"

    def _part(self, year: int, word: str) -> tuple[datetime.date, datetime.date, str]:
        low, high = map(int, self.values["part"][word].split("-"))
        known = "季" in word or "Q" in word
        precision = "half" if "半年" in word or "H" in word else "quarter" if known else "part"
        last = calendar.monthrange(year, high)[1]
        return datetime.date(year, low, 1), datetime.date(year, high, last), precision


def _day(day: datetime.date) -> tuple[datetime.date, datetime.date, str]:
    return day, day, "day"
