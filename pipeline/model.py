"""The nouns of Xinwen: articles, the structure laid over them, and the rows that come out.

A table's dataclass is its contract: the order of the fields is the order of the columns, the
annotation is the type, and ``metadata`` holds what a reader of the data package needs (description,
unit, enumeration, key). ``write.py`` and ``xinwen schema`` read nothing else.

Offsets everywhere are half-open code-point positions in the article's own text: for a row with
``text``, ``start`` and ``end``, ``article.text[row.start:row.end] == row.text``. Nothing in the
pipeline ever moves a character: matching happens on ``Document.folded``, a string of the same
length in which every character stands for the one at the same place (``ＧＰＵ`` -> ``GPU``,
``晶體管`` -> ``晶体管``, a URL -> spaces).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from html import escape
from typing import Any, Literal, NamedTuple

SubjectType = Literal[
    "chip", "card", "system", "process", "memory", "company", "product", "model", "other"
]
METRICS: dict[str, tuple[str, ...]] = {
    "process_node": ("nm",),
    "transistor_count": ("count",),
    "transistor_density": ("count/mm2",),
    "compute": ("TOPS", "TFLOPS"),
    "power": ("W",),
    "energy_efficiency": ("TOPS/W", "TFLOPS/W"),
    "memory_capacity": ("GB",),
    "memory_bandwidth": ("GB/s",),
    "interconnect_bandwidth": ("GB/s", "Gb/s"),
    "cache_size": ("MB",),
    "die_area": ("mm2",),
    "clock_frequency": ("GHz",),
    "core_count": ("count",),
    "parameter_count": ("count",),
    "throughput": ("item/s",),
    "latency": ("ms",),
    "price": ("CNY", "USD", "EUR", "JPY", "KRW", "TWD", "HKD", "GBP"),
    "relative": ("%", "x"),
}
ASPECTS = (
    "performance", "power", "energy_efficiency", "price_performance", "price", "bandwidth",
    "capacity", "area", "density", "latency", "speed", "other",
)  # fmt: skip
BOUNDS = ("=", "~", ">", ">=", "<", "<=")
PRECISIONS = ("INT4", "INT8", "INT16", "FP4", "FP8", "FP16", "BF16", "TF32", "FP32", "FP64")
EVENTS = ("announced", "launched", "tape_out", "sampling", "mass_production", "delivery")
EVENT_STATUSES = ("asserted", "planned", "rumor", "negated")
DATE_PRECISIONS = ("day", "week", "third", "month", "quarter", "half", "part", "year")
STATUSES = ("asserted", "forecast", "rumor", "negated")
LEVELS = ("die", "package", "card", "system")
CHIP_KINDS = (
    "cpu", "gpu", "npu", "soc", "accelerator", "card", "core", "fpga", "dpu", "mcu", "series",
    "other",
)  # fmt: skip
SUBJECT_TYPES = (
    "chip", "card", "system", "process", "memory", "company", "product", "model", "other",
)  # fmt: skip
METRIC_LINKS = (
    "same_clause", "same_sentence", "heading", "anaphora", "previous_sentence", "none",
)  # fmt: skip
SPEAKER_TYPES = ("person", "organization", "document", "anonymous")
QUOTE_KINDS = ("direct", "indirect", "mixed")
STANCES = ("say", "opinion", "disclose", "forecast", "deny", "ask", "evidence", "report")
QUOTE_LINKS = ("same_sentence", "pronoun", "elided", "heading", "none")


# ---------------------------------------------------------------- articles and their structure


@dataclass(frozen=True, slots=True)
class Article:
    """One text as it was read, with what is known about where it came from."""

    text: str
    path: str = ""
    title: str = ""
    author: str = ""
    publisher: str = ""
    published: str = ""
    """ISO date, empty when the article gives none."""
    url: str = ""
    encoding: str = "utf-8"
    fetched: str = ""
    """ISO date (and time) on which it was fetched, when known: 3小时前 is counted from it."""


class Block(NamedTuple):
    """A line or a run of wrapped lines: a paragraph, a heading, a table row, …"""

    number: int
    start: int
    end: int
    kind: Literal["paragraph", "heading", "item", "row", "caption", "boilerplate"]
    heading: int = -1
    """Number of the block that is the topic heading in force here, -1 for none."""
    level: int = 0
    """Depth of a heading, 1 the highest; 0 for other blocks."""


class Sentence(NamedTuple):
    """A sentence inside one block. ``number`` counts from 0 through the whole article."""

    number: int
    start: int
    end: int
    block: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table of specifications: cells as spans, row by row; the first row may be a header."""

    rows: tuple[tuple[tuple[int, int], ...], ...]
    header: bool
    """True when a line of dashes says that the first row is the header."""


@dataclass(frozen=True, slots=True)
class Document:
    """An article with the structure that the later stages share."""

    article: Article
    folded: str
    """Same length as ``article.text``; what all patterns match on."""
    script: Literal["hans", "hant"]
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    tables: tuple[Table, ...] = ()
    clause_marks: tuple[int, ...] = ()
    """Where the marks stand that end clauses: ，；。 and the like."""


# ------------------------------------------------------------------- mentions found in the text


class NameMention(NamedTuple):
    """A name in the text: a chip, a maker, an organisation, or a decoy that must not be a chip."""

    start: int
    end: int
    kind: Literal["chip", "organization", "process", "memory", "model", "architecture", "system",
                  "product", "class", "description"]  # fmt: skip
    name: str
    """Canonical name: the key under which all mentions of the same thing meet."""
    maker: str = ""
    chip_kind: str = ""
    rule: str = ""
    confidence: float = 1.0
    generic: bool = False
    """True for brand lines and series that name no single product (骁龙, MI300系列)."""


class Quantity(NamedTuple):
    """A number with its unit, read but not yet given to anything."""

    start: int
    end: int
    metric: str
    value: float
    value_max: float | None
    unit: str
    bound: str
    precision: str = ""
    item: str = ""
    rule: str = ""
    left: int = 0
    """Start of the clause that holds the number."""
    right: int = 0
    """End of that clause."""
    aspect: str = ""
    comparison: str = ""
    reference: str = ""
    frame: tuple[int, int] | None = None
    """Span of the words that name what a ratio is compared with; no subject stands inside."""


# ---------------------------------------------------------------------------------- table rows


def column(
    description: str,
    *,
    unit: str = "",
    enum: tuple[str, ...] = (),
    key: str = "",
    default: Any = "",
) -> Any:
    """A column of a table: what stands in it, its unit, its vocabulary, ``primary`` or ``table.column`` keys."""
    return field(
        default=default,
        metadata={"description": description, "unit": unit, "enum": enum, "key": key},
    )


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """Table ``articles``: one row per article that was read."""

    article: str = column("a and the first 12 hex digits of the sha256 of the text", key="primary")
    path: str = column("where the article was read from, as given")
    title: str = column("title as the article gives it")
    author: str = column("author as the byline gives it")
    publisher: str = column("publisher or source")
    published: str = column("date of publication, ISO 8601")
    url: str = column("address of the original, if the article gives it")
    script: str = column("writing system", enum=("hans", "hant"))
    encoding: str = column("encoding that the file was decoded with")
    chars: int = column("length of the text", unit="code points", default=0)
    sentences: int = column("number of sentences", default=0)
    sha256: str = column("sha256 of the text as UTF-8")
    status: str = column("whether facts were taken from it", enum=("ok", "rejected"), default="ok")
    reason: str = column("why it was rejected")


@dataclass(frozen=True, slots=True)
class Chip:
    """Table ``chips``: one row per article and distinct chip."""

    article: str = column("article the chip is named in", key="articles.article")
    chip: str = column("canonical name, without the maker")
    maker: str = column("canonical name of the maker")
    kind: str = column("what kind of processor", enum=CHIP_KINDS, default="other")
    surfaces: str = column("each spelling in the article, joined by |")
    mentions: int = column("how often the article names it", default=0)
    start: int = column("first mention, start", unit="code points", default=0)
    end: int = column("first mention, end", unit="code points", default=0)
    rule: str = column("rule that found the first mention")
    confidence: float = column("how sure the rule is that this is a chip", default=1.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """Table ``metrics``: one row per stated fact."""

    article: str = column("article that states it", key="articles.article")
    sentence: int = column("number of the sentence, from 0", default=0)
    subject: str = column("canonical name of what the number describes")
    subject_type: str = column("what the subject is", enum=SUBJECT_TYPES)
    subject_text: str = column("the mention through which it was linked")
    subject_start: int | None = column("that mention, start", unit="code points", default=None)
    subject_end: int | None = column("that mention, end", unit="code points", default=None)
    link: str = column("how the subject was found", enum=METRIC_LINKS)
    metric: str = column("what was measured", enum=tuple(METRICS))
    value: float = column("the number in the canonical unit", default=0.0)
    value_max: float | None = column("upper end of a range", default=None)
    unit: str = column("canonical unit")
    bound: str = column("how the number bounds the fact", enum=BOUNDS, default="=")
    precision: str = column("number format of a compute figure", enum=PRECISIONS)
    level: str = column("of which level, when the text says so", enum=LEVELS)
    item: str = column("what a throughput counts, in English")
    aspect: str = column("what a relative fact compares", enum=ASPECTS)
    comparison: str = column("shape of a relative fact", enum=("of", "increase", "decrease"))
    reference: str = column("what a relative fact compares with")
    status: str = column("how the text holds it", enum=STATUSES, default="asserted")
    source: str = column("who says so, when the sentence is attributed")
    text: str = column("the exact characters that carry the value")
    start: int = column("start of text", unit="code points", default=0)
    end: int = column("end of text", unit="code points", default=0)
    confidence: float = column("measured precision of the deciders that made it", default=0.0)
    rule: str = column("rule that read the number")
    decider: str = column("decider that gave the number to its subject")


@dataclass(frozen=True, slots=True)
class Quote:
    """Table ``quotes``: one row per attributed statement."""

    article: str = column("article that reports it", key="articles.article")
    sentence: int = column("number of the sentence in which the content starts", default=0)
    speaker: str = column("resolved name; the words of the text for anonymous sources")
    speaker_type: str = column("what the speaker is", enum=SPEAKER_TYPES)
    title: str = column("title as the article gives it anywhere")
    organization: str = column("organisation as the article gives it anywhere")
    speaker_text: str = column("the words of the text that name the speaker here")
    speaker_start: int | None = column("those words, start", unit="code points", default=None)
    speaker_end: int | None = column("those words, end", unit="code points", default=None)
    cue: str = column("the word that marks the attribution")
    cue_start: int | None = column("the cue, start", unit="code points", default=None)
    cue_end: int | None = column("the cue, end", unit="code points", default=None)
    kind: str = column("whose words they are", enum=QUOTE_KINDS, default="indirect")
    stance: str = column("class of the cue", enum=STANCES, default="say")
    date: str = column(
        "day on which it was said, ISO 8601, or FIRST/LAST where the text says less than a day; "
        "empty when it does not say"
    )
    content: str = column("the exact statement")
    start: int = column("start of content", unit="code points", default=0)
    end: int = column("end of content", unit="code points", default=0)
    link: str = column("how the speaker was found", enum=QUOTE_LINKS, default="none")
    confidence: float = column("measured precision of the deciders that made it", default=0.0)
    rule: str = column("rule that found the statement")


@dataclass(frozen=True, slots=True)
class Event:
    """Table ``events``: one row per thing that happened, or is to happen, to a chip."""

    article: str = column("article that tells it", key="articles.article")
    sentence: int = column("number of the sentence, from 0", default=0)
    chip: str = column("canonical name of the chip")
    chip_text: str = column("the mention through which it was found")
    chip_start: int | None = column("that mention, start", unit="code points", default=None)
    chip_end: int | None = column("that mention, end", unit="code points", default=None)
    event: str = column("what happens", enum=EVENTS)
    earliest: str = column(
        "first day that the date can mean, ISO 8601; empty when it is not resolved"
    )
    latest: str = column("last day that the date can mean")
    date_precision: str = column(
        "how precise the date is; third of a month, part of a year (年初)", enum=DATE_PRECISIONS
    )
    anchor: str = column(
        "what the date was counted from", enum=("explicit", "published", "text", "none")
    )
    date_text: str = column("the words of the date")
    date_start: int | None = column("those words, start", unit="code points", default=None)
    date_end: int | None = column("those words, end", unit="code points", default=None)
    status: str = column("how the text holds it", enum=EVENT_STATUSES, default="asserted")
    text: str = column("the word for the event")
    start: int = column("start of text", unit="code points", default=0)
    end: int = column("end of text", unit="code points", default=0)
    rule: str = column("rule that found the word")


@dataclass(frozen=True, slots=True)
class Reject:
    """Table ``rejected``: what was read or matched and not taken."""

    article: str = column("article, or file that could not be read", key="articles.article")
    path: str = column("where it was read from")
    stage: str = column("stage that refused it: read, names, numbers, link, attribute, …")
    reason: str = column("why, and what would cure it")
    text: str = column("the characters that were refused")
    start: int | None = column("start of text", unit="code points", default=None)
    end: int | None = column("end of text", unit="code points", default=None)
    rule: str = column("rule that matched or refused")


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that one article gave."""

    article: ArticleRow
    chips: tuple[Chip, ...] = ()
    metrics: tuple[Metric, ...] = ()
    quotes: tuple[Quote, ...] = ()
    rejected: tuple[Reject, ...] = ()
    events: tuple[Event, ...] = ()

    def _repr_html_(self) -> str:
        """What a notebook shows: a small table for each kind of fact. Cells are text, never markup."""
        shown = {
            "chips": ("chip", "maker", "kind", "surfaces", "mentions"),
            "metrics": ("subject", "metric", "bound", "value", "value_max", "unit", "precision",
                        "reference", "status", "text"),
            "quotes": ("speaker", "title", "organization", "cue", "kind", "content"),
            "events": ("chip", "event", "earliest", "latest", "status", "text"),
        }  # fmt: skip
        parts = [
            f"<b>{escape(self.article.title or self.article.path or self.article.article)}</b>"
        ]
        for table, names in shown.items():
            rows: tuple[Any, ...] = getattr(self, table)
            if rows:
                head = "".join(f"<th>{name}</th>" for name in names)
                body = "".join(
                    f"<tr>{''.join(_html(getattr(r, n)) for n in names)}</tr>" for r in rows
                )
                parts.append(f"<table><caption>{table}</caption><tr>{head}</tr>{body}</table>")
        return "".join(parts)


def _html(value: str | float | None) -> str:
    shown = f"{value:.12g}" if isinstance(value, float) else "" if value is None else str(value)
    return f"<td>{escape(shown)}</td>"


TABLES: dict[str, type] = {
    "articles": ArticleRow,
    "chips": Chip,
    "metrics": Metric,
    "quotes": Quote,
    "events": Event,
    "rejected": Reject,
}
"""Tables with one dataclass each; ``specs`` is built from them by ``specs.py``."""


def columns(table: type) -> tuple[str, ...]:
    """Names of the columns of a table, in order."""
    return tuple(f.name for f in fields(table))
