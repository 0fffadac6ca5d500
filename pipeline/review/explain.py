"""Why a fact came out as it did, and why a piece of text gave none.

In: an article, an extractor, and the place in question (all of the article when there is none). Out:
lines for people. A fact is told by the rule that read it (with its place in the rule files), the
name it was given to and how, and what became of its words. For words that gave nothing: what refused
them, or the rules that came nearest and the character at which each of them stopped.

    采用7奈克工艺  ->  nothing here: nearest length.nm (rules/units.csv) reads «7奈» and is stopped by '克'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NamedTuple

import regex

from pipeline import Extractor
from pipeline.document.segment import segment
from pipeline.model import Article, Chip, Document, Event, Facts, Metric, NameMention, Quote, Reject
from pipeline.names.gazetteer import ALNUM
from pipeline.review.unquoted import Unquoted
from pipeline.rules import Rulebook

Row = Chip | Metric | Quote | Event
WINDOW = 40
"""Characters that a rule is followed beyond the piece of text in question."""
_SHOWN = 3
"""Rules that are told as nearest."""


class Place(NamedTuple):
    """A piece of the article, as code points."""

    start: int
    end: int

    def touches(self, start: int | None, end: int | None) -> bool:
        return start is not None and end is not None and start < self.end and self.start < end


class Near(NamedTuple):
    """How far a rule came: from the start of its match to the character that stopped it."""

    rule: str
    start: int
    stop: int
    known: int
    """Characters of it that were right; the more, the nearer."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Where every rule stands, and the sentence about it."""

    where: dict[str, tuple[str, str]]

    @staticmethod
    def of(rules: Rulebook) -> Rules:
        found: dict[str, tuple[str, str]] = {}
        for table in rules.rows.values():
            for row in table:
                name = row.cells.get("id", "")
                if name:
                    found.setdefault(name, (row.where, row.cells.get("about", "")))
                    found.setdefault(f"maker.{name}", (row.where, ""))
        for shapes in rules.shapes.values():
            for shape in shapes:
                found[shape.id] = (shape.where, shape.about)
        return Rules(found)

    def told(self, name: str) -> str:
        """``process.node (rules/metrics.toml:5): A length in nanometres …``."""
        where, about = self.where.get(name, ("", ""))
        told = f"{name} ({where})" if where else name or "no rule of its own"
        return f"{told}: {about}" if about else told


def places(article: Article, at: int | None, text: str | None) -> list[Place]:
    """The places in question. Raises ``ValueError`` when the article does not have them."""
    if text:
        found = [
            Place(m.start(), m.end()) for m in regex.finditer(regex.escape(text), article.text)
        ]
        if not found:
            raise ValueError(f"the article does not hold {text!r}")
        return found
    if at is not None:
        if not 0 <= at < len(article.text):
            raise ValueError(
                f"the article has {len(article.text)} characters; there is none at {at}"
            )
        return [Place(at, at + 1)]
    return [Place(0, len(article.text))]


def explain(
    article: Article, extractor: Extractor, at: int | None = None, text: str | None = None
) -> str:
    """The story of every fact at a place, or of all facts; and of a place without any."""
    facts = extractor(article)
    document = segment(article, extractor.boilerplate)
    mentions = extractor.names.find(document)
    rules = Rules.of(extractor.rules)
    whole = at is None and not text
    unquoted = Unquoted.of(document, mentions, extractor, facts.quotes, rules.told, _follows)
    out: list[str] = []
    for place in places(article, at, text):
        told = list(_facts(facts, document, mentions, rules, place))
        out += told
        if whole:
            continue
        refused = [r for r in facts.rejected if place.touches(r.start, r.end)]
        out += [line for r in refused for line in _refused(r, rules)]
        if not told:
            out += _nothing(document, mentions, extractor, rules, place, bool(refused))
        out += _eventless(facts, document, mentions, extractor, place)
        if not told or unquoted.silent(*place):
            out += [*unquoted.lines(*place), ""]
    return "\n".join(out) if out else "no facts in this article"


# --------------------------------------------------------------------------- what came out


def _facts(
    facts: Facts, document: Document, mentions: Iterable[NameMention], rules: Rules, place: Place
) -> Iterator[str]:
    rows: list[Row] = [*facts.chips, *facts.metrics, *facts.quotes, *facts.events]
    for row in sorted(rows, key=lambda r: (r.start, r.end)):
        if place.touches(row.start, row.end):
            yield from _fact(row, document, list(mentions), rules)
            yield ""


def _fact(row: Row, document: Document, mentions: list[NameMention], rules: Rules) -> Iterator[str]:
    text = document.article.text
    yield f"{_heading(row)}   {_shown(text, row.start, row.end)}"
    yield f"  rule     {rules.told(row.rule)}"
    if isinstance(row, Chip):
        yield f"  name     {row.chip} stands for {row.surfaces.replace('|', ', ')}; named {row.mentions} times"
    elif isinstance(row, Metric):
        bound = _before(text, row.start)
        yield f"  read     {bound}«{row.text}» as {_amount(row)}" + _stated(
            row, ("precision", "item", "aspect", "comparison", "reference")
        )
        yield from _linked(
            "subject",
            row.subject,
            row.subject_start,
            row.subject_end,
            row.link,
            document,
            mentions,
            rules,
        )
    elif isinstance(row, Event):
        yield from _linked(
            "chip",
            row.chip,
            row.chip_start,
            row.chip_end,
            "nearest in its sentence",
            document,
            mentions,
            rules,
        )
        yield f"  date     {_dated(row, text)}"
        yield f"  status   {row.status}"
    else:
        yield from _linked(
            "speaker",
            row.speaker,
            row.speaker_start,
            row.speaker_end,
            row.link,
            document,
            mentions,
            rules,
        )
        yield f"  cue      {row.cue!s} at {row.cue_start} ({row.stance}); {row.kind}" + _stated(
            row, ("title", "organization")
        )
    if isinstance(row, Metric):
        yield f"  status   {row.status}" + (f", said by {row.source}" if row.source else "")
    if not isinstance(row, Event) and row.confidence:
        yield f"  trust    {row.confidence:g}"


def _linked(
    role: str, name: str, start: int | None, end: int | None, link: str, document: Document,
    mentions: list[NameMention], rules: Rules,
) -> Iterator[str]:  # fmt: skip
    """Whose it is, the words that say so, and the rule that knew the name."""
    if not name:
        yield f"  {role:7}  none: no decider took it"
        return
    words = ""
    if start is not None and end is not None:
        words = f" through {_shown(document.article.text, start, end)}"
        mention = next((m for m in mentions if m.start < end and start < m.end), None)
        if mention and mention.rule:
            words += f", known by {rules.told(mention.rule)}"
    yield f"  {role:7}  {name}: {link}{words}"


def _heading(row: Row) -> str:
    if isinstance(row, Chip):
        return f"chip {row.chip} ({' '.join(filter(None, (row.maker, row.kind)))})"
    if isinstance(row, Metric):
        return f"metric {row.metric} {_amount(row)} of {row.subject or '?'}"
    if isinstance(row, Event):
        return f"event {row.event} of {row.chip}"
    return f"quote of {row.speaker or '?'}"


def _dated(row: Event, text: str) -> str:
    """The words of a date, what they mean, and what that was counted from."""
    if row.date_start is None or row.date_end is None:
        return "none beside it"
    words = _shown(text, row.date_start, row.date_end)
    if not row.earliest:
        return f"{words} is not resolved: nothing says from which day it counts"
    counted = "" if row.anchor == "explicit" else ", counted from the day of publication"
    return f"{words} is {row.earliest} to {row.latest} ({row.date_precision}{counted})"


def _amount(row: Metric) -> str:
    bound = "" if row.bound == "=" else row.bound
    upper = "" if row.value_max is None else f"-{row.value_max:.12g}"
    return f"{bound}{row.value:.12g}{upper} {row.unit}"


def _stated(row: Any, names: tuple[str, ...]) -> str:
    known = {f.name for f in fields(row)}
    return "".join(f", {n} {getattr(row, n)}" for n in names if n in known and getattr(row, n))


def _before(text: str, start: int) -> str:
    """The few characters that may bound a number: 不到 before 25瓦."""
    before = text[max(0, start - 6) : start].rsplit("\n", 1)[-1]
    return f"…{before}" if before else ""


def _shown(text: str, start: int, end: int) -> str:
    words = text[start:end].replace("\n", "⏎")
    return f"«{words if len(words) <= 60 else words[:57] + '…'}» {start}-{end}"


# ------------------------------------------------------------------------ what did not come out


def _refused(row: Reject, rules: Rules) -> Iterator[str]:
    yield f"refused {_reject(row)}"
    yield f"  why      {row.reason} (stage {row.stage})"
    yield f"  rule     {rules.told(row.rule)}"
    yield ""


def _reject(row: Reject) -> str:
    return f"«{row.text}» {row.start}-{row.end}"


def _nothing(
    document: Document, mentions: Iterable[NameMention], extractor: Extractor, rules: Rules,
    place: Place, told: bool,
) -> Iterator[str]:  # fmt: skip
    """What stands in the way of a fact at a place that gave none."""
    text = document.article.text
    yield f"nothing {'else ' if told else ''}here: {_shown(text, *place)}"
    for block in document.blocks:
        if block.kind == "boilerplate" and place.touches(block.start, block.end):
            yield "  in a line that rules/boilerplate.csv takes for navigation, an advert or a footer"
            return
    for mention in mentions:
        if place.touches(mention.start, mention.end):
            yield (
                f"  {_shown(text, mention.start, mention.end)} is read as {mention.kind} "
                f"{mention.name}, by {rules.told(mention.rule)}"
            )
    nearest = sorted(
        (*_names(document, extractor, place), *_units(document, extractor, place),
         *_shapes(document, extractor, place)),
        key=lambda near: (-near.known, near.start, near.rule),
    )  # fmt: skip
    seen: set[str] = set()
    for near in nearest:
        if near.rule in seen or len(seen) == _SHOWN:
            continue
        seen.add(near.rule)
        stop = text[near.stop : near.stop + 1]
        at = f"{stop!r} at {near.stop}" if stop else "the end of the text"
        if near.stop < near.start:
            yield f"  nearest  {rules.told(near.rule)}"
            yield f"           refused by what stands before «{text[near.start : near.start + near.known]}»: {at}"
        else:
            yield f"  nearest  {rules.told(near.rule)}"
            yield f"           reads «{text[near.start : near.stop]}» and is stopped by {at}"
    if not seen:
        yield "  no rule begins with any of these characters"


def _eventless(
    facts: Facts, document: Document, mentions: Iterable[NameMention], extractor: Extractor, place: Place
) -> Iterator[str]:  # fmt: skip
    """Words for events that stand here and told of none."""
    given = {event.start for event in facts.events}
    for hit in extractor.events.words.finditer(document.folded, max(0, place.start - 8)):
        if hit.start() >= place.end:
            break
        if hit.start() in given or not place.touches(*hit.span()):
            continue
        row = next(r for p, r in extractor.events.tellers if p.match(document.folded, hit.start()))
        sentence = next(s for s in document.sentences if s.start <= hit.start() < s.end)
        chip = any(m.kind == "chip" and sentence.start <= m.start < sentence.end for m in mentions)
        yield f"  event    {hit[0]} at {hit.start()} ({row.where}) tells of nothing"
        if not chip:
            yield "           no chip stands in its sentence"
        elif row["undated"]:
            yield "           its clause names no chip, and no date that would count for another's"
        else:
            yield "           no date stands beside it, and the word alone says nothing of when"
        yield ""


def _reach(pattern: Any, folded: str, start: int, limit: int) -> int:
    """How far a pattern follows the text from ``start``: the first position that it cannot take.

    >>> _reach(regex.compile("纳米|奈米"), "7奈秒", 1, 3)
    2
    """
    low, high = start, limit
    while low < high:
        middle = (low + high + 1) // 2
        if pattern.match(folded[:middle], start, partial=True):
            low = middle
        else:
            high = middle - 1
    return low


def _follows(pattern: re.Pattern[str], folded: str, start: int, limit: int) -> int:
    return _reach(_partial(pattern), folded, start, limit)


@cache
def _partial(pattern: Any) -> Any:
    """The pattern as a ``regex``, which can tell how far a text follows it."""
    return regex.compile(pattern.pattern, (regex.I if pattern.flags & 2 else 0) | regex.V0)


def _names(document: Document, extractor: Extractor, place: Place) -> Iterator[Near]:
    """Families of names whose stem stands here and whose edges or tail refuse what is around it."""
    folded, gazetteer = document.folded, extractor.names.gazetteer
    limit = min(len(folded), place.end + WINDOW)
    low = max(0, place.start - WINDOW)
    found = gazetteer.automaton.find_matches_as_indexes(folded[low:limit], overlapping=True)
    for index, start, end in found:
        start, end = start + low, end + low
        if not place.touches(start, end):
            continue
        begins, ends, families = gazetteer.entries[index]
        for family in families:
            if family.kind != "chip":
                continue
            if begins and start and folded[start - 1] in ALNUM:
                yield Near(family.id, start, start - 1, end - start)
            elif family.tail is None:
                if ends and end < len(folded) and folded[end] in ALNUM:
                    yield Near(family.id, start, end, end - start)
            elif not family.tail.match(folded, end):
                stop = _reach(_partial(family.tail), folded, end, limit)
                yield Near(family.id, start, stop, stop - start)


def _units(document: Document, extractor: Extractor, place: Place) -> Iterator[Near]:
    """Numbers that no unit follows: the units that come furthest."""
    folded = document.folded
    limit = min(len(folded), place.end + WINDOW)
    units = [
        (row["id"], regex.compile(f"[ ]?(?:{row['pattern']})"))
        for row in extractor.rules.table("units")
    ]
    for numeral in extractor.numbers.numerals.scan.finditer(
        folded, max(0, place.start - WINDOW), limit
    ):
        start, end = numeral.span()
        if place.touches(start, end + 1) and not any(unit.match(folded, end) for _, unit in units):
            for name, unit in units:
                stop = _reach(unit, folded, end, limit)
                yield Near(name, start, stop, stop - start)


def _shapes(document: Document, extractor: Extractor, place: Place) -> Iterator[Near]:
    """Shapes with a pattern of their own (labelled numbers) that begin here."""
    folded = document.folded
    limit = min(len(folded), place.end + WINDOW)
    for shape in extractor.numbers.labels.shapes:
        pattern = _partial(shape.pattern)
        for start in range(place.start, min(place.end, place.start + WINDOW)):
            stop = _reach(pattern, folded, start, limit)
            if stop > start + 1 and not pattern.match(folded, start):
                yield Near(shape.id, start, stop, stop - start)
