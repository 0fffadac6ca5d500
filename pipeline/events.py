"""What happened to a chip and when: announced, launched, tape-out, samples, mass production, delivery.

In: a document, its names, the article's id. Out: one ``Event`` for each word for an event that belongs to a
chip, with the interval of the date that it is told with:

    思元590预计明年初量产  ->  chip 思元590, mass_production, 2025-01-01 to 2025-03-31, planned

The chip is the object of the word (推出了思元590, 去年推出的思元590), else the last one named before it in its
clause (思元590…量产), else, where nothing else is its subject, the one before that. A thing that has the chip
in it (搭载思元590的服务器年底上市) and what is told about it (思元590的参数) are other subjects.
Words are rows of rules/events.csv, dates of rules/dates.csv.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from pipeline.document.dates import Date, Dates
from pipeline.document.openings import gated
from pipeline.model import EVENTS, Document, Event, NameMention, Sentence
from pipeline.rules import CsvSchema, Row, Rulebook, RuleErrors

STATUS_WORDS = ("planned", "rumor", "negated")
OTHER_WORDS = ("past", "told", "bearer", "again", "filler", "behind")
SCHEMAS = {
    "events": CsvSchema(
        ("id", "sets", "pattern", "example"),
        optional=("object", "undated"),
        enums={
            "sets": (*EVENTS, *STATUS_WORDS, *OTHER_WORDS),
            "object": ("yes", "only", "date"),
            "undated": ("yes",),
        },
        key=("id",),
    )
}
_CLAUSE = re.compile(r"[，。；！？!?;\n|]|,(?!\d{3}(?!\d))|(?<!\d),")
_BESIDE = re.compile(r"[\s,、/和与及以跟同“”\"《》（）()「」]*")
"""What stands between names of one list."""
_NEAR = 16
"""Characters between a word and the name that is its object."""
_NEGATED_REACH, _PLANNED_REACH = 8, 32
"""Characters before a word in which 尚未 or 预计 belong to it."""
_LEAD = 10
"""Characters beside the date of a clause that does nothing but tell when (在2019年的开发者大会上，)."""
_RELEASED = ("announced", "launched")
"""Events that are done by telling: 去年8月宣布推出."""
_OF = re.compile(r"\s?(?:之[后前上下])?的")
_IS = re.compile(r"(?:是|达到?|相当于|接近|约为|(?<![名号作])为)[^\u4e00-\u9fff]{0,3}$")
_COLON = re.compile(r"[:(]")
_ENDS = ("", "时", "后", "之后", "以来")
_DATES_BACK = 6
_LONGEST_DATE = 60
_FOUNDED = re.compile(r"(?:成立|创[立办]|诞生|建)[于在]$")
_MARKS = re.compile(r"[\s“”\"'「」『』《》()（）:：、·*—-]+")


@dataclass(frozen=True, slots=True)
class Events:
    """The compiled words for events, and for what stands around them."""

    words: re.Pattern[str]
    firm: re.Pattern[str]
    """Those that are an event whatever follows: 宣布 is none by itself."""
    tellers: tuple[tuple[re.Pattern[str], Row], ...]
    """Each word with its row, to know which one was found."""
    context: dict[str, re.Pattern[str]]
    """By what they set: words that are no event, but say how sure it is, or whose."""
    dates: Dates

    @staticmethod
    def compile(rules: Rulebook) -> Events:
        faults = []
        for row in rules.table("events"):
            try:
                if not (found := re.search(row["pattern"], row["example"])) or not found[0]:
                    faults.append(f"{row.where}: the pattern does not find its example")
            except re.error as error:
                faults.append(f"{row.where}: pattern does not compile: {error}")
        if faults:
            raise RuleErrors(faults)
        rows = tuple(r for r in rules.table("events") if r["sets"] in EVENTS)
        context = {
            sets: re.compile(
                "|".join(r["pattern"] for r in rules.table("events") if r["sets"] == sets) or "(?!)"
            )
            for sets in (*STATUS_WORDS, *OTHER_WORDS)
        }
        # one alternation without groups, which is scanned by first characters
        words = gated("|".join(r["pattern"] for r in rows) or "(?!)")
        firm = [r["pattern"] for r in rows if r["object"] != "only"]
        tellers = tuple((re.compile(r["pattern"]), r) for r in rows)
        return Events(
            words, re.compile("|".join(firm) or "(?!)"), tellers, context, Dates.compile(rules)
        )

    def find(
        self, document: Document, mentions: Iterable[NameMention], article: str
    ) -> list[Event]:
        """The events of an article, in order."""
        names = sorted(mentions)
        chips = [m for m in names if m.kind == "chip"]
        if not chips:
            return []
        folded, sentences = document.folded, document.sentences
        starts = [m.start for m in names]
        told = _Told(self.dates, document)
        out: list[Event] = []
        folded = document.folded
        named = 0  # index of the first chip that may stand in the sentence
        for sentence in sentences:
            while named < len(chips) and chips[named].end <= sentence.start:
                named += 1
            upto = named
            while upto < len(chips) and chips[upto].start < sentence.end:
                upto += 1
            low = sentences[sentence.number - 1].start if sentence.number else 0
            first = named
            while first and chips[first - 1].start >= low:
                first -= 1
            if first == upto:
                continue  # nothing that an event could be of
            hits = list(self.words.finditer(folded, sentence.start, sentence.end))
            if not hits:
                continue
            near = names[bisect_left(starts, low) : bisect_left(starts, sentence.end)]
            reading = _Reading(
                self, document, sentence, chips[named:upto], chips[first:named], near, told,
                told.between(low, sentence.end),
            )  # fmt: skip
            for hit in hits:
                out += reading.events(hit, article)
        return out


class _Told:
    """The expressions of dates of an article, looked for where they are asked for: few sentences tell an event."""

    def __init__(self, dates: Dates, document: Document):
        self.dates = dates
        self.published = document.article.published
        self._folded = document.folded

    def between(self, low: int, high: int) -> list[re.Match[str]]:
        """Those that begin in a stretch of text, in order."""
        found = self.dates.spot(self._folded, low, high + _LONGEST_DATE)
        return [m for m in found if m.start() < high]

    @cached_property
    def everywhere(self) -> list[re.Match[str]]:
        """Those of the whole article, in order."""
        return list(self.dates.spot(self._folded))

    def before(self, match: re.Match[str], near: list[re.Match[str]]) -> Date | None:
        """The date that one counts from: 当天 from a day, 当月 from a month, 同年 from any, wherever it stands;
        any other from one that stands near."""
        wanted = ("day",) if match["sday"] else ("day", "third", "month") if match["sm"] else ()
        back = self.everywhere if match["sy"] or match["sm"] or match["sday"] else near
        at = bisect_left(back, match.start(), key=lambda m: m.start())
        for earlier in reversed(back[max(0, at - _DATES_BACK) : at]):
            if match["sday"] and earlier["day"]:
                continue  # 今天 in the words of somebody
            date = self.dates.read(earlier, self.published, None, None)
            if date and date.earliest and (not wanted or date.precision in wanted):
                return date
        return None


@dataclass(frozen=True, slots=True)
class _Reading:
    """A sentence with what stands in it, and what was told before."""

    rules: Events
    document: Document
    sentence: Sentence
    chips: list[NameMention]
    before: list[NameMention]
    """Chips of the sentence before."""
    names: list[NameMention]
    """All names of the two."""
    told: _Told
    near: list[re.Match[str]]
    """Expressions of dates of the two."""

    def events(self, hit: re.Match[str], article: str) -> Iterator[Event]:
        """What one word tells: of one chip, of all of a list, or of none."""
        folded = self.document.folded
        row = next(r for pattern, r in self.rules.tellers if pattern.match(folded, hit.start()))
        if any(c.start < hit.end() and hit.start() < c.end for c in self.chips):
            return
        left, right = _clause(folded, self.sentence, hit.start(), hit.end())
        subjects = self._subjects(hit, row, left, right)
        if not subjects:
            return
        status = self._status(left, hit)
        date = self._date(hit, row, left, right, status)
        bare = row["undated"] and subjects[-1].start >= left
        if date is None and (not bare or folded.startswith("后", hit.end())):
            return
        published = self.document.article.published
        if date and status == "asserted" and published and date.earliest > published:
            status = "planned"
        text = self.document.article.text
        for chip in subjects:
            yield Event(
                article=article, sentence=self.sentence.number, chip=chip.name,
                chip_text=text[chip.start : chip.end], chip_start=chip.start, chip_end=chip.end,
                event=row["sets"],
                earliest=date.earliest if date else "", latest=date.latest if date else "",
                date_precision=date.precision if date else "", anchor=date.anchor if date else "",
                date_text=text[date.start : date.end] if date else "",
                date_start=date.start if date else None, date_end=date.end if date else None,
                status=status, text=text[hit.start() : hit.end()], start=hit.start(), end=hit.end(),
                rule=row["id"],
            )  # fmt: skip

    # --------------------------------------------------------------------------------- whose

    def _subjects(self, hit: re.Match[str], row: Row, left: int, right: int) -> list[NameMention]:
        folded = self.document.folded
        behind = [c for c in self.chips if hit.end() <= c.start < right] or self._apposed(right)
        ahead = [c for c in self.chips if left <= c.start and c.end <= hit.start()]
        relative = folded.startswith("的", hit.end())
        may_follow = behind and (row["object"] or relative)
        if may_follow and (found := self._object(hit, row, behind, right, alone=not ahead)):
            return found
        if row["object"] == "only":
            return []
        if row["object"] == "yes" and row["sets"] in _RELEASED and not relative:
            colon = _COLON.search(folded, hit.end(), right)
            if self._rest(hit.end(), colon.start() if colon else right):  # 推出了一套工具
                return []
        if ahead:
            found = self._last(ahead)
            return found if found and self._is_subject(found[-1], hit) else []
        again = self.rules.context["again"].match(folded, left)
        first = self.rules.context["again"].match(folded, self.sentence.start)
        if len(self._rest(again.end() if again else left, hit.start())) > (4 if again else 0):
            return []  # something else is the subject
        if row["sets"] in _RELEASED and not row["object"] and self._of_a_company(left, hit.start()):
            return []
        half = max(
            folded.rfind(";", self.sentence.start, left),
            folded.rfind("；", self.sentence.start, left),
        )
        if earlier := [c for c in self.chips if half < c.start and c.end <= left]:
            left = _clause(folded, self.sentence, earlier[-1].start, earlier[-1].end)[0]
            return self._first([c for c in earlier if c.start >= left]) or self._first(earlier)
        goes_on = again or first or not self._rest(self.sentence.start, left)
        return self._first(self.before) if goes_on and self._block(-1) == self._block(0) else []

    def _apposed(self, end: int) -> list[NameMention]:
        """The chip behind a comma that a class word ends before: 推出了它的加速器，MI325X."""
        if not any(n.kind == "class" and n.end == end for n in self.names):
            return []
        chips = [c for c in self.chips if c.start > end]
        return chips if chips and not self._plain(end, chips[0].start).strip(" ，,") else []

    def _object(
        self, hit: re.Match[str], row: Row, behind: list[NameMention], right: int, *, alone: bool
    ) -> list[NameMention]:
        """The chips that the word is said of as its object; none where they only stand near it."""
        folded = self.document.folded
        gap = folded[hit.end() : behind[0].start]
        relative = gap.startswith("的")
        close = gap.rpartition("的")[2]
        if len(close) > _NEAR and (relative or not alone or row["object"] == "only"):
            return []
        if self.rules.context["bearer"].search(close):
            return []
        if row["object"] == "only" and self.rules.firm.search(gap):
            return []  # 宣布推出X: the other word tells it
        found = self._list(behind, 0, 1)
        end = self._end_of_name(found[-1].end)
        part = self.rules.context["behind"].match(folded, end)
        if _OF.match(folded, end) and not part:
            return []
        if row["object"] == "only" and not relative:
            rest = _MARKS.sub("", self._plain(part.end() if part else end, right))
            if rest not in _ENDS:
                return []
        return found

    def _is_subject(self, chip: NameMention, hit: re.Match[str]) -> bool:
        """Whether what stands between chip and word leaves the chip its subject: not 搭载X的手机上市."""
        folded = self.document.folded
        end = self._end_of_name(chip.end)
        joint = _OF.match(folded, end)
        if not joint or not self._rest(joint.end(), hit.start()):
            return True
        return self.rules.context["behind"].match(folded, end) is not None

    def _first(self, chips: list[NameMention]) -> list[NameMention]:
        """The first chip that is told of, with those listed beside it."""
        at = next((i for i, c in enumerate(chips) if not self._beside(c)), None)
        return [] if at is None else self._list(chips, at, 1)

    def _last(self, chips: list[NameMention]) -> list[NameMention]:
        """The last chip that is told of, with those listed beside it."""
        at = len(chips) - 1
        while at >= 0:
            found = self._list(chips, at, -1)
            if not self._beside(found[0]):
                return found
            at -= len(found)
        return []

    def _list(self, here: Sequence[NameMention], at: int, step: int) -> list[NameMention]:
        """A chip and those listed beside it: H100和H200."""
        out = [here[at]]
        while 0 <= at + step < len(here):
            first, second = sorted((here[at], here[at + step]), key=lambda c: c.start)
            if first.end > second.start or not _BESIDE.fullmatch(
                self._plain(first.end, second.start)
            ):
                break
            at += step
            if here[at].name != out[-1].name:
                out.append(here[at])
        return sorted(out, key=lambda c: c.start)

    def _beside(self, chip: NameMention) -> bool:
        """Whether a chip only stands beside what is told of: 接替X, 是X的两倍."""
        folded = self.document.folded
        begin = max(0, chip.start - _NEAR)
        if any(
            not self._rest(found.end(), chip.start)
            for found in self.rules.context["bearer"].finditer(folded, begin, chip.start)
        ):
            return True
        return bool(_IS.search(folded, begin, chip.start) and _OF.match(folded, chip.end))

    def _end_of_name(self, end: int) -> int:
        """Where the class word behind a name ends: 思元590芯片|的."""
        return next(
            (n.end for n in self.names if n.kind == "class" and 0 <= n.start - end <= 1), end
        )

    def _of_a_company(self, left: int, right: int) -> bool:
        """Whether a company is the subject of a clause: 寒武纪于2020年上市."""
        return any(
            n.kind == "organization" and not self._rest(left, n.start)
            for n in self.names
            if left <= n.start and n.end <= right
        )

    def _block(self, step: int) -> int:
        number = self.sentence.number + step
        return self.document.sentences[number].block if number >= 0 else -1

    def _plain(self, start: int, end: int) -> str:
        """A stretch of text without dates, names of makers and class words."""
        spans = [m.span() for m in self.near if start <= m.start() and m.end() <= end]
        spans += [
            (n.start, n.end)
            for n in self.names
            if start <= n.start and n.end <= end and n.kind in ("organization", "class")
        ]
        kept, position = "", start
        for low, high in sorted(spans):
            if low >= position:
                kept += self.document.folded[position:low] + " "
                position = high
        return kept + self.document.folded[position:end]

    def _rest(self, start: int, end: int) -> str:
        """What it holds besides adverbs, words of time and of telling, and marks."""
        kept = self._plain(start, end)
        for sets in ("planned", "rumor", "negated", "told", "filler"):
            kept = self.rules.context[sets].sub(" ", kept)
        return _MARKS.sub("", kept)

    # ---------------------------------------------------------------------------- how sure, when

    def _status(self, left: int, hit: re.Match[str]) -> str:
        """How sure the sentence is of what it tells: the strongest word before the event."""
        folded, at = self.document.folded, hit.start()
        context = self.rules.context
        if context["rumor"].search(folded, self.sentence.start, at):
            return "rumor"
        if context["negated"].search(folded, max(left, at - _NEGATED_REACH), at):
            return "negated"
        if context["planned"].search(folded, max(left, at - _PLANNED_REACH), at):
            return "planned"
        return "asserted"

    def _date(
        self, hit: re.Match[str], row: Row, left: int, right: int, status: str
    ) -> Date | None:
        """The date that the word is told with: before it, right behind it, or alone in a clause before."""
        folded, words = self.document.folded, self.rules.firm
        told = self.rules.context["told"]
        planned = self.rules.context["planned"].search(folded, left, hit.start())
        past = self.rules.context["past"].search(folded, left, hit.end() + 1)
        ahead = True if planned else False if past else None
        if row["object"] == "date":  # 量产时间从今年推到了明年
            behind = [m for m in self.near if hit.end() <= m.start() and m.end() <= right]
            return self._read(behind[-1], True) if behind else None
        said = row["sets"] not in _RELEASED or status != "asserted"
        for match in reversed(self.near):
            if match.end() > hit.start() or match.start() < self.sentence.start:
                continue
            between = folded[match.end() : hit.start()]
            if _FOUNDED.search(folded, max(0, match.start() - 4), match.start()):
                continue
            if words.search(between) or (said and told.search(between)):
                break  # the date of another word: 去年推出的X已经出货; the day of telling: 周三称X已经出货
            if match.start() < left and (status == "negated" or not self._leads(match)):
                break
            return self._read(match, ahead)
        for match in self.near:
            if hit.end() <= match.start() and match.end() <= right:
                owned = words.search(folded, match.end(), right)
                near = not self._rest(hit.end(), match.start())
                return self._read(match, ahead) if near and not owned else None
        return None

    def _leads(self, match: re.Match[str]) -> bool:
        """Whether a date of a clause before holds on: 去年12月，云岭推出了X1; 在去年的开发者大会上，…"""
        low, high = _clause(self.document.folded, self.sentence, match.start(), match.end())
        return len(self._rest(low, high)) <= _LEAD and not any(
            low <= c.start < high for c in self.chips
        )

    def _read(self, match: re.Match[str], ahead: bool | None) -> Date | None:
        """The date, counted from that of its telling where it is planned: 2月宣布X将于3月交付."""
        published = self.document.article.published
        before = self.told.before(match, self.near)
        bare = match["m2"] or match["part2"] or match["part3"] or match["bare"]
        if ahead and bare and before and before.start >= self.sentence.start:
            between = self.document.folded[before.end : match.start()]
            if self.rules.context["told"].search(between):
                published = min(before.earliest, published or before.earliest)
        return self.rules.dates.read(match, published, ahead, before)


def _clause(folded: str, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """Start and end of the clause around a stretch of text."""
    left = sentence.start
    for cut in _CLAUSE.finditer(folded, sentence.start, start):
        left = cut.end()
    cut_behind = _CLAUSE.search(folded, end, sentence.end)
    return left, cut_behind.start() if cut_behind else sentence.end
