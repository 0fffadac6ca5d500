"""What happened to a chip and when: announced, launched, tape-out, samples, mass production, delivery.

In: a document, its names, the article's id. Out: one ``Event`` for each word for an event that belongs to a
chip, with the interval of the date in its sentence:

    思元590预计明年初量产  ->  chip 思元590, mass_production, 2025-01-01 to 2025-03-31, planned

The chip stands before the word in its clause (思元590…量产), right behind a word that takes an object
(推出了思元590, 去年推出的思元590), else earlier in the sentence, else it is the heading's. Words are
rows of rules/events.csv, dates of rules/dates.csv.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.document.dates import Date, Dates
from pipeline.model import EVENTS, Document, Event, NameMention, Sentence
from pipeline.rules import CsvSchema, Row, Rulebook, RuleErrors

STATUS_WORDS = ("planned", "rumor", "negated")
SCHEMAS = {
    "events": CsvSchema(
        ("id", "sets", "pattern", "example"),
        optional=("object", "undated"),
        enums={"sets": (*EVENTS, *STATUS_WORDS), "object": ("yes",), "undated": ("yes",)},
        key=("id",),
    )
}
_CLAUSE = re.compile(r"[，。；！？!?;\n|]|,(?!\d)")
_BESIDE = re.compile(r"[\s,、/和与及以跟同“”\"《》（）()]*")
"""What stands between names of one list."""
_NEAR = 14
"""Characters between a word and the name that is its object."""
_STATUS_REACH = 16
"""Characters before a word in which 预计 or 尚未 belong to it."""
_BACK = re.compile(r"其|它|该|这[款颗枚]|此[款芯]|新[品款]|两[款者]")
"""How a sentence takes up the chip of the one before."""


@dataclass(frozen=True, slots=True)
class Events:
    """The compiled words for events, and for how sure they are."""

    words: re.Pattern[str]
    tellers: tuple[tuple[re.Pattern[str], Row], ...]
    """Each word with its row, to know which one was found."""
    statuses: dict[str, re.Pattern[str]]
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
        statuses = {
            status: re.compile(
                "|".join(r["pattern"] for r in rules.table("events") if r["sets"] == status)
                or "(?!)"
            )
            for status in STATUS_WORDS
        }
        # one alternation without groups, which is scanned by first characters
        words = re.compile("|".join(r["pattern"] for r in rows) or "(?!)")
        tellers = tuple((re.compile(r["pattern"]), r) for r in rows)
        return Events(words, tellers, statuses, Dates.compile(rules))

    def find(
        self, document: Document, mentions: Iterable[NameMention], article: str
    ) -> list[Event]:
        """The events of an article, in order."""
        chips = [m for m in mentions if m.kind == "chip"]
        if not chips:
            return []
        out: list[Event] = []
        folded = document.folded
        named = 0  # index of the first chip that may stand in the sentence
        for sentence in document.sentences:
            while named < len(chips) and chips[named].end <= sentence.start:
                named += 1
            upto = named
            while upto < len(chips) and chips[upto].start < sentence.end:
                upto += 1
            here = chips[named:upto]
            before = chips[named - 1] if named else None
            if not here and not (before and _BACK.match(folded, sentence.start)):
                continue  # nothing that an event could be of
            for hit in self.words.finditer(folded, sentence.start, sentence.end):
                out += self._events(document, sentence, hit, here, before, article)
        return out

    def _events(
        self,
        document: Document,
        sentence: Sentence,
        hit: re.Match[str],
        here: list[NameMention],
        before: NameMention | None,
        article: str,
    ) -> Iterable[Event]:
        folded = document.folded
        row = next(row for pattern, row in self.tellers if pattern.match(folded, hit.start()))
        left, right = _clause(folded, sentence, hit)
        if any(c.start < hit.end() and hit.start() < c.end for c in here):
            return
        subjects = _subjects(folded, hit, here, left, right, bool(row["object"]))
        if not subjects and before and _BACK.match(folded, sentence.start, hit.start()):
            subjects = [before]
        if not subjects:
            return
        status = self._status(folded, left, hit.start())
        date = self._date(document, sentence, hit, left, right, ahead=status == "planned")
        if date is None and not (row["undated"] and subjects[-1].start >= left):
            return
        published = document.article.published
        if date and status == "asserted" and published and date.earliest > published:
            status = "planned"
        text = document.article.text
        for chip in subjects:
            yield Event(
                article=article, sentence=sentence.number, chip=chip.name,
                chip_text=text[chip.start : chip.end], chip_start=chip.start, chip_end=chip.end,
                event=row["sets"],
                earliest=date.earliest if date else "", latest=date.latest if date else "",
                date_precision=date.precision if date else "", anchor=date.anchor if date else "",
                date_text=text[date.start : date.end] if date else "",
                date_start=date.start if date else None, date_end=date.end if date else None,
                status=status, text=text[hit.start() : hit.end()], start=hit.start(), end=hit.end(),
                rule=row["id"],
            )  # fmt: skip

    def _status(self, folded: str, left: int, at: int) -> str:
        """How sure the clause is of what it tells: the strongest word before the event."""
        if self.statuses["rumor"].search(folded, left, at):
            return "rumor"
        if self.statuses["negated"].search(folded, max(left, at - _STATUS_REACH // 2), at):
            return "negated"
        if self.statuses["planned"].search(folded, max(left, at - 2 * _STATUS_REACH), at):
            return "planned"
        return "asserted"

    def _date(
        self,
        document: Document,
        sentence: Sentence,
        hit: re.Match[str],
        left: int,
        right: int,
        *,
        ahead: bool,
    ) -> Date | None:
        """The date next to the word in its clause, else the one that opens the sentence."""
        published = document.article.published
        folded = document.folded
        found = self.dates.find(folded, published, left, right, ahead=ahead)
        if found:
            earlier = [d for d in found if d.end <= hit.start()]
            if not earlier:
                return found[0]
            # 去年推出的X已经出货: the date of 推出 is not that of 出货
            other = self.words.search(folded, earlier[-1].end, hit.start())
            return None if other and folded.startswith("的", other.end()) else earlier[-1]
        # 去年12月，云岭推出了X1: the date of a clause without an event of its own holds on
        for date in reversed(self.dates.find(folded, published, sentence.start, left, ahead=ahead)):
            if not self.words.search(folded, date.end, left):
                return date
        return None


def _clause(folded: str, sentence: Sentence, hit: re.Match[str]) -> tuple[int, int]:
    """Start and end of the clause around a word."""
    left = sentence.start
    for cut in _CLAUSE.finditer(folded, sentence.start, hit.start()):
        left = cut.end()
    cut_behind = _CLAUSE.search(folded, hit.end(), sentence.end)
    return left, cut_behind.start() if cut_behind else sentence.end


def _subjects(
    folded: str,
    hit: re.Match[str],
    here: list[NameMention],
    left: int,
    right: int,
    takes_object: bool,
) -> list[NameMention]:
    """The chips that an event is told of: one, or all of a list."""
    behind = [i for i, c in enumerate(here) if hit.end() <= c.start < right]
    ahead = [i for i, c in enumerate(here) if left <= c.start and c.end <= hit.start()]
    if behind:
        gap = folded[hit.end() : here[behind[0]].start]
        if (gap[:1] == "的" and len(gap) <= _NEAR) or (
            takes_object and (len(gap) <= _NEAR or not ahead)
        ):
            return _list(folded, here, behind[0], 1)
    if ahead:
        return _list(folded, here, ahead[-1], -1)
    earlier = [i for i, c in enumerate(here) if c.end <= left]
    return _list(folded, here, earlier[-1], -1) if earlier else []


def _list(folded: str, here: list[NameMention], at: int, step: int) -> list[NameMention]:
    """A chip and those listed beside it: H100和H200."""
    out = [here[at]]
    while 0 <= at + step < len(here):
        first, second = sorted((here[at], here[at + step]), key=lambda c: c.start)
        if first.end > second.start or not _BESIDE.fullmatch(folded, first.end, second.start):
            break
        at += step
        if here[at].name != out[-1].name:
            out.append(here[at])
    return sorted(out, key=lambda c: c.start)
