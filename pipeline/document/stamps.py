"""Dates of publication, as bylines, pages and feeds write them -> ISO 8601.

In: a short text such as ``发布于3小时前``, and the day of fetching where it is known. Out: a date, empty where
there is none. What is told with an offset is told in the time of its readers, that of China.

>>> date_in("2024年2月29日 08:30"), date_in("2024-02-28T18:00:00Z"), date_in("1709190000")
('2024-02-29', '2024-02-29', '2024-02-29')
>>> date_in("Wed, 28 Feb 2024 18:00:00 GMT"), date_in("3小时前", "2024-03-01T01:00:00")
('2024-02-29', '2024-02-29')
"""

from __future__ import annotations

import contextlib
import datetime
import re

DATE = re.compile(  # also with the time of day right before it: 15:282024/02/29
    r"(?:(?<![\d.])|(?<=:\d\d))((?:19|20)\d\d)(?: ?(?:[-/.]|年) ?| (?=\d{1,2}[-/月]))(1[0-2]|0?[1-9]) ?(?:[-/.]|月) ?"
    r"(3[01]|[12]\d|0?[1-9])(?![\d.])"
)
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_FEED = re.compile(
    r"(?<!\d)(3[01]|[12]\d|0?[1-9]) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*,? "
    r"((?:19|20)\d\d)(?: (\d\d:\d\d(?::\d\d)?) ?(GMT|UTC|Z|[+-]\d{4})?)?(?!\d)"
)
"""Sun, 04 Apr 2021 03:21:00 GMT, as mails and feeds have it."""
_AGO = re.compile(
    r"(\d{1,3}) ?(秒|分钟|分鐘|小时|小時|天|周|个月)前|(刚刚|剛剛|今天|今日|昨天|昨日|前天)"
)
_DAYS_AGO = {"刚刚": 0, "剛剛": 0, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
_DAY = re.compile(
    r"(?<![\d/.-])(1[0-2]|0?[1-9])(?:[-/]|月)(3[01]|[12]\d|0?[1-9])(?:日|(?![\d/.-]))"
)
_STAMP = re.compile(r"1\d{9}(?:\d{3})?")
_PATH = re.compile(
    r"/((?:19|20)\d\d)([-/]?)(0?[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01]|[1-9](?=/))(?=[/_.t-]|$)"
)
"""/2024/02/29/, /20240229/, /2024-02-29-"""
_CHINA = datetime.timezone(datetime.timedelta(hours=8))


def date_in(text: str, fetched: str = "") -> str:
    """The date that a short text tells; with the day of fetching also what counts from it."""
    text = text.strip()
    if _STAMP.fullmatch(text):
        moment = datetime.datetime.fromtimestamp(int(text[:10]), _CHINA)
        return moment.date().isoformat()
    if len(text) > 10 and text[10] in "T ":
        with contextlib.suppress(ValueError, OverflowError):
            return _local(datetime.datetime.fromisoformat(text))
    if date := written_out(text):
        return date
    if re.fullmatch(r"(?:19|20)\d{6}", text):
        return day(text[:4], text[4:6], text[6:])
    return _from_fetched(text, fetched) if fetched else ""


def written_out(text: str, start: int = 0, end: int | None = None) -> str:
    """The first date with its year in a stretch of text."""
    end = len(text) if end is None else end
    if found := DATE.search(text, start, end):
        return day(found[1], found[2], found[3])
    if found := _FEED.search(text, start, end):
        month = _MONTHS.index(found[2]) // 3 + 1
        date = day(found[3], str(month), found[1])
        if not (date and found[4] and found[5]):
            return date
        offset = found[5] if found[5][0] in "+-" else "+0000"
        time = found[4] if len(found[4]) > 5 else f"{found[4]}:00"
        with contextlib.suppress(ValueError, OverflowError):
            return _local(datetime.datetime.fromisoformat(f"{date}T{time}{offset}"))
    return ""


def of_address(url: str) -> str:
    """The date that the path of an address holds, as those of many publishers do."""
    found = _PATH.search(url)
    return day(found[1], found[3], found[4]) if found else ""


def day(year: str, month: str, day: str) -> str:
    """ISO 8601; empty for a day that no calendar has (2月30日)."""
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _local(moment: datetime.datetime) -> str:
    return (moment.astimezone(_CHINA) if moment.tzinfo else moment).date().isoformat()


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
            date = day(str(year), found[1], found[2])
            if date and date <= (now + datetime.timedelta(days=1)).date().isoformat():
                return date
    return ""
