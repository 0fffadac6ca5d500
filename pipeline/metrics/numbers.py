"""Folded text -> numbers with units, read into canonical units.

In: a document and its names (digits inside a name are no number). Out: ``Quantity`` objects: what
the number measures, its value in the canonical unit, its upper end, how it is bounded, in which
precision. Whose number it is, is not asked here (``link.py``).

A number is read in three steps, each from its own rule file: the numeral (rules/numerals.csv:
1750亿, 三千, 上百), the unit right behind it (rules/units.csv; the currency may stand before it,
rules/currencies.csv), and, because 900GB/s may be memory or a link and 25W a chip or a charger,
the words around it (rules/metrics.toml).

>>> from pipeline import Extractor, Article
>>> x = Extractor()
>>> document = segment(Article("集成770亿晶体管,功耗不到25瓦。"), x.boilerplate)
>>> [(q.metric, q.value, q.unit, q.bound) for q in x.numbers.find(document, [])[0]]
[('transistor_count', 77000000000.0, 'count', '='), ('power', 25.0, 'W', '<')]
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import attrgetter

from pipeline.document.openings import Openings, Words, gated
from pipeline.document.segment import clause, segment
from pipeline.model import (
    METRICS,
    PRECISIONS,
    Document,
    NameMention,
    Quantity,
    Reject,
    Sentence,
    Table,
)
from pipeline.rules import (
    CsvSchema,
    Row,
    Rulebook,
    RuleErrors,
    Shape,
    TomlSchema,
    alternation,
    compiled,
)

__all__ = ["Numbers", "segment"]

RELATIVE = ("percent", "times", "tenths")
"""Dimensions that say how one thing stands to another; ``ratios.py`` reads on from them."""

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    "units": CsvSchema(
        ("id", "pattern", "dimension", "unit", "scale", "examples"), ("hant_unit",), key=("id",)
    ),
    "numerals": CsvSchema(
        ("surface", "role", "value", "example"),
        enums={"role": ("digit", "ten", "scale", "vague")},
        key=("surface",),
    ),
    "currencies": CsvSchema(("surface", "unit"), key=("surface",)),
    "bounds": CsvSchema(
        ("surface", "side", "bound"),
        enums={
            "side": ("before", "after", "clause", "label"),
            "bound": ("~", ">", ">=", "<", "<="),
        },
        key=("surface", "side"),
    ),
    "precisions": CsvSchema(
        ("pattern", "precision", "floating", "example"),
        enums={"precision": PRECISIONS, "floating": ("yes", "no")},
        key=("precision",),
    ),
    "metrics": TomlSchema(
        ("metric",),
        (
            "dimension",
            "near",
            "needs",
            "refuse",
            "unit",
            "factor",
            "per",
            "requires",
            "pattern",
            "refuse_after",
            "words",
            "first",
            "before",
            "behind",
            "becomes",
        ),
        enums={"metric": tuple(METRICS)},
    ),
}

_REST = r"(?:\d{0,2}(?:,\d{3})++(?!\d)(?:\.\d{1,9})?|\d{0,17}(?:\.\d{1,12})?)"
"""An Arabic number behind its first digit."""
_STARTS = (
    r"(?:(?<![A-Za-z0-9.第]\d)|(?<=TDP\d)|(?<=TGP\d)|(?<=TBP\d)|(?<=[CGN]PU\d)|(?<=RAM\d)"
    r"|(?<=[Cc]ache\d)|(?<=USD\d)|(?<=RMB\d)|(?<=CNY\d))"
)
"""What may stand before that digit. Patterns here begin with the character that they are found by and
look back from it: a pattern that begins with a look-behind is tried at every character."""


Match = Callable[[str, int, int], "re.Match[str] | None"]


@dataclass(frozen=True, slots=True)
class Unit:
    id: str
    dimension: str
    unit: str
    scale: float
    hant_unit: str = ""
    """The unit in a traditional text, where it differs (元 is a Taiwan dollar there)."""


@dataclass(frozen=True, slots=True)
class Context:
    """One shape of rules/metrics.toml, compiled."""

    id: str
    metric: str
    near: re.Pattern[str] | None
    needs: bool
    refuse: bool
    unit: str
    factor: float
    per: str
    requires: re.Pattern[str] | None
    """What must stand in the number's own words."""


@dataclass(frozen=True, slots=True)
class Contexts:
    """The shapes of one dimension: their words in one pattern, and the one that needs none."""

    named: dict[str, Context]
    """By the name of its group in ``near``."""
    near: re.Pattern[str] | None
    default: Context | None

    @staticmethod
    def join(options: list[Context]) -> Contexts:
        named = {f"c{i}": c for i, c in enumerate(options) if c.near}
        words = [f"(?P<{name}>{c.near.pattern})" for name, c in named.items() if c.near]
        default = next((c for c in options if c.near is None), None)
        return Contexts(named, gated("|".join(words)) if words else None, default)


@dataclass(frozen=True, slots=True)
class Turn:
    """What makes a number of one dimension one of another: bytes behind 每秒 are a bandwidth."""

    becomes: str
    unit: str
    before: re.Pattern[str]
    behind: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A shape with a pattern of its own: numbers without a unit, named nodes, products of sides."""

    id: str
    metric: str
    unit: str
    pattern: re.Pattern[str]
    near: re.Pattern[str] | None
    refuse_after: re.Pattern[str] | None
    words: tuple[str, ...]
    """One of these stands in every match: a sentence without them is not searched."""
    first: re.Pattern[str] | None
    """What a match begins with, where the pattern itself begins in many ways."""

    def among(self, document: Document) -> Sequence[Sentence]:
        """The sentences in which a match may begin."""
        if self.first is None:
            return document.sentences
        ends = [sentence.end for sentence in document.sentences]
        held = {bisect_right(ends, m.start()) for m in self.first.finditer(document.folded)}
        return [document.sentences[at] for at in sorted(held - {len(ends)})]

    def find(self, folded: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Matches of the shape between two positions."""
        if self.first is None:
            yield from self.pattern.finditer(folded, start, end)
            return
        for first in self.first.finditer(folded, start, end):
            found = self.pattern.match(folded, first.start(), end)
            if found:
                yield found


@dataclass(frozen=True, slots=True)
class Numbers:
    """The compiled units, numerals and metric shapes."""

    scan: re.Pattern[str]
    units: Openings[tuple[Match, Unit]]
    """For the character behind a number: the units that may begin there, each with what matches it."""
    currencies: dict[str, Unit]
    """By the sign or word that stands before the amount."""
    currency: re.Pattern[str]
    currency_ends: frozenset[str]
    """The characters that ``currency`` can end with."""
    contexts: dict[str, Contexts]
    turns: dict[str, Turn]
    """By the dimension that they turn into another."""
    labelled: tuple[Labelled, ...]
    words: Words
    """The words of ``labelled``, each with the shapes that it stands in."""
    digits: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, float]
    vague: frozenset[str]
    before: re.Pattern[str]
    before_ends: frozenset[str]
    """The characters that ``before`` can end with."""
    after: re.Pattern[str]
    after_begins: frozenset[str]
    clause_bound: re.Pattern[str]
    label_bound: re.Pattern[str]
    bounds: dict[tuple[str, str], str] = field(default_factory=dict)
    precision: re.Pattern[str] = field(default_factory=lambda: re.compile("(?!)"))
    precisions: tuple[tuple[str, bool], ...] = ()

    @staticmethod
    def compile(rules: Rulebook) -> Numbers:
        faults: list[str] = []
        numerals = rules.table("numerals")
        by_role = {
            role: {r["surface"]: float(r["value"]) for r in numerals if r["role"] == role}
            for role in ("digit", "ten", "scale", "vague")
        }
        number = _number_pattern(by_role)
        units = [
            (
                # where marks stood (`84` 个 `SM`) there are several blanks
                _checked(r.where, r["pattern"].replace(r"\s?", r"\s{0,3}"), faults),
                Unit(r["id"], r["dimension"], r["unit"], _scale(r, faults), r["hant_unit"]),
            )
            for r in rules.table("units")
        ]
        currencies = {r["surface"]: r["unit"] for r in rules.table("currencies")}
        contexts: dict[str, list[Context]] = {}
        labelled: list[Labelled] = []
        turns: dict[str, Turn] = {}
        for shape in rules.shapes_of("metrics"):
            if shape.get("becomes"):
                turns[shape.get("dimension")] = Turn(
                    shape.get("becomes"), shape.get("unit"),
                    re.compile(shape.get("before")), re.compile(shape.get("behind")),
                )  # fmt: skip
            elif shape.get("pattern"):
                labelled.append(_labelled(shape, number, faults))
            else:
                contexts.setdefault(shape.get("dimension"), []).append(_context(shape, faults))
        known = {unit.dimension for _, unit in units}
        for shape in rules.shapes_of("metrics"):
            if shape.get("dimension") and shape.get("dimension") not in known:
                faults.append(
                    f"{shape.where}: no unit has the dimension {shape.get('dimension')!r}"
                )
        sides = {
            side: [r["surface"] for r in rules.table("bounds") if r["side"] == side]
            for side in ("before", "after", "clause", "label")
        }
        precisions = rules.table("precisions")
        precision = "|".join(f"({_checked(r.where, r['pattern'], faults)})" for r in precisions)
        if faults:
            raise RuleErrors(faults)
        return Numbers(
            scan=re.compile(number),
            units=Openings((p, (compiled(p).match, unit)) for p, unit in units),
            currencies={s: Unit("price.currency", "money", c, 1.0) for s, c in currencies.items()},
            currency=re.compile(rf"({alternation(list(currencies))})\s?$"),
            currency_ends=frozenset([s[-1] for s in currencies] + [" "]),
            contexts={d: Contexts.join(c) for d, c in contexts.items()},
            turns=turns,
            labelled=tuple(labelled),
            words=Words((word, i) for i, shape in enumerate(labelled) for word in shape.words),
            digits={k: int(v) for k, v in by_role["digit"].items()},
            tens={k: int(v) for k, v in by_role["ten"].items()},
            scales={**by_role["scale"], "K": 1e3, "k": 1e3, "M": 1e6},
            vague=frozenset(by_role["vague"]),
            before=re.compile(rf"({alternation(sides['before'])}){_BOUND_VERB}\s?$"),
            before_ends=frozenset([w[-1] for w in sides["before"]]).union(_BOUND_VERB, " "),
            after=re.compile(rf"\s?(?!\+ ?\d)({alternation(sides['after'])})"),
            after_begins=frozenset([w[0] for w in sides["after"]] + [" ", "\n"]),
            clause_bound=re.compile(alternation(sides["clause"])),
            label_bound=re.compile(alternation(sides["label"]) + r"(?![a-z])"),
            bounds={(r["side"], r["surface"]): r["bound"] for r in rules.table("bounds")},
            precision=gated(precision or "(?!)", re.I),
            precisions=tuple((r["precision"], r["floating"] == "yes") for r in precisions),
        )

    # ---------------------------------------------------------------- reading

    def find(
        self, document: Document, names: list[NameMention]
    ) -> tuple[list[Quantity], list[Reject]]:
        """Quantities and what was refused, both sorted by position."""
        folded, marks = document.folded, document.clause_marks
        starts = [n.start for n in names]
        found: list[Quantity] = []
        refused: list[Reject] = []
        taken = -1
        hant = document.script == "hant"
        units = self.units
        sentences = iter(document.sentences)
        sentence = next(sentences, None)
        for hit in self.scan.finditer(folded):
            start, end = hit.span()
            follows, before = folded[end : end + 1], folded[start - 1 : start]
            if not (units[follows] or follows in _GOES_ON or before in self.currency_ends):
                continue
            while sentence is not None and sentence.end <= start:
                sentence = next(sentences, None)
            if sentence is None:
                break
            if start < taken or start < sentence.start or _inside(names, starts, start):
                continue
            last = found[-1] if found else None
            reading = self._read(folded, marks, hit, sentence, names, starts, hant, last)
            if isinstance(reading, Quantity):
                found.append(reading)
                taken = reading.end
            elif reading is not None:
                refused.append(reading)
        sentences_with = self.words.sentences(document)
        for number, shape in enumerate(self.labelled):
            for sentence in (
                sentences_with.get(number, ()) if shape.words else shape.among(document)
            ):
                for hit in shape.find(folded, sentence.start, sentence.end):
                    quantity = self._labelled(shape, document, hit, sentence, names, starts, found)
                    if quantity is not None:
                        insort(found, quantity, key=_start)
        for table in document.tables:
            found += self._cells(table, document, names, starts, found)
        found.sort(key=lambda q: (q.start, q.end))
        read = {q.start for q in found}  # a cell may say under its label what it did not say alone
        return list(_carried(folded, found)), [r for r in refused if r.start not in read]

    def _read(
        self,
        folded: str,
        marks: tuple[int, ...],
        hit: re.Match[str],
        sentence: Sentence,
        names: list[NameMention],
        starts: list[int],
        hant: bool,
        last: Quantity | None,
    ) -> Quantity | Reject | None:
        """The quantity that starts at a numeral, a refusal, or None when no unit follows."""
        start, first_end = hit.span()
        number_end, follows = first_end, folded[first_end : first_end + 1]
        low, high = sentence.start, sentence.end
        unit, end = self._unit(folded, number_end, high)
        value_max: float | None = None
        shared_scale = 1.0
        sign = self._sign(folded, start, low, unit)
        if sign:
            unit, start = self.currencies[sign[1]], sign.start()
        elif unit is None and (follows in _SHARES or folded.startswith(" / ", number_end)):
            unit = self._shared(folded, number_end, low, high, start)
        first_unit = unit
        upper = _RANGE.match(folded, end, high) if folded[end : end + 1] in _RANGE_BEGINS else None
        if upper:
            second = self.scan.match(folded, upper.end(), high)
            if second and not _inside(names, starts, second.start()):
                unit2, end2 = self._unit(folded, second.end(), high)
                if sign and (unit2 is None or unit2.dimension == "money"):
                    unit2 = unit
                # 从14纳米到11纳米 is a change, 从9%到36%不等 a range
                if (
                    upper[0].strip() in ("到", "至")
                    and _FROM.search(folded, low, start)
                    and not _VARIES.match(folded, end2)
                ):
                    unit2 = None
                if unit2 and (unit is None or unit.dimension == unit2.dimension):
                    value_max = self.value(second[0])
                    shared_scale = self._scale_of(second[0]) if unit is None else 1.0
                    unit, end, number_end = unit2, end2, second.end()
        if unit is None:
            return self._named_cores(folded, marks, hit, low, high, names, starts)
        raw = self.value(hit[0])
        if raw and value_max and raw < value_max / shared_scale and hit[0][-1].isdigit():
            raw *= shared_scale  # 3-4万
        # 一个核心 is an article in translated texts, 395多核 the 395's multi-core
        single = hit[0] == "一" and not _ONE_OF.search(folded, end, high)
        if raw is None or (unit.dimension == "cores" and (single or hit[0][-1] == "多")):
            return None
        if unit.dimension in ("area", "millimetre") and _SIDES.search(folded, low, start):
            return None  # the second side of 3.8×3.8mm
        turn = self.turns.get(unit.dimension)
        if turn and (
            turn.before.search(folded, low, start) or turn.behind.match(folded, end, high)
        ):
            unit = replace(unit, dimension=turn.becomes, unit=turn.unit)
        if unit.dimension == "tenths":
            raw += self._part_of_tenth(folded[end - 1])
        left, right = clause(marks, start, end, low, high)
        if unit.dimension in RELATIVE:
            metric, rule, out_unit, factor = "relative", unit.id, unit.unit, unit.scale
        else:
            context = self._context(folded, unit, start, end, left, right, low, high)
            if context is None and last is not None:
                context = self._likewise(folded, unit, start, last)
            if context is None or context.refuse:
                rule = context.id if context else unit.id
                reason = (
                    "the words around it speak of something else"
                    if context
                    else (f"no word near it says what {unit.dimension} it is")
                )
                return Reject(
                    stage="numbers",
                    reason=reason,
                    text=folded[start:end],
                    start=start,
                    end=end,
                    rule=rule,
                )
            metric, rule = context.metric, context.id
            out_unit = context.unit or (hant and unit.hant_unit) or unit.unit
            out_unit += f"/{context.per}" if context.per else ""
            factor = unit.scale * context.factor
        precision, floating = "", False
        if metric in ("compute", "energy_efficiency"):
            precision, floating = self._precision(folded, start, end, low, right)
            near = folded[max(left, folded.rfind("、", left, start)) : min(right, end + 12)]
            # a bare T says nothing of the format: 浮点 or FP16 beside it makes it TFLOPS, and
            # 亿亿次 counts what supercomputers do
            bare = unit.dimension not in ("compute", "efficiency")
            if bare and (
                floating
                or (not precision and ("浮点" in near or "FLOPS" in near.upper()))
                or "亿亿" in hit[0]
            ):
                out_unit = "TFLOPS"
        scale_first = (
            first_unit.scale * (factor / unit.scale) if first_unit and value_max else factor
        )
        text = folded[start:number_end]
        bound = self.bound(folded, start, first_end, end, left, text)
        item = unit.unit if unit.dimension == "items" else ""
        value = _times(raw, scale_first)
        if out_unit == "count" and value != int(value):
            return None
        if value_max is not None:
            value_max = _times(value_max, factor)
            if first_unit is None and value > value_max:
                return None
        return Quantity(
            start, end, metric, value, value_max, "item/s" if item else out_unit, bound,
            precision=precision, item=item, rule=rule, left=left, right=right,
        )  # fmt: skip

    def _scale_of(self, numeral: str) -> float:
        """What the scale at the end of a numeral multiplies by: 1e4 for 4万, 1 for 4."""
        plain = self.value(_DIGITS.match(numeral)[0] or "-")  # type: ignore[index]
        whole = self.value(numeral)
        return whole / plain if plain and whole else 1.0

    def _part_of_tenth(self, last: str) -> float:
        """三成五 is 3.5 tenths, 一成半 1.5."""
        return 0.5 if last == "半" else self.digits.get(last, 0) / 10

    def _named_cores(
        self,
        folded: str,
        marks: tuple[int, ...],
        hit: re.Match[str],
        low: int,
        high: int,
        names: list[NameMention],
        starts: list[int],
    ) -> Quantity | None:
        """4 个 Cortex-A77, 1×X4: a name of a core counts as the unit of the number before it."""
        at = bisect_left(starts, hit.end())
        if at == len(names) or names[at].start > hit.end() + 12:
            return None
        counter = _COUNTER.match(folded, hit.end(), high)
        if not counter or (hit[0] == "一" and not _ONE_OF.search(folded, counter.end(), high)):
            return None
        at = bisect_left(starts, counter.end())
        if at < len(names) and names[at].kind == "organization":  # 1个Arm Cortex-X925
            at += 1
        if at == len(names) or names[at].start > counter.end() + 8 or names[at].chip_kind != "core":
            return None
        between = folded[counter.end() : names[at].start]
        value = self.value(hit[0])
        if value is None or not 1 <= value <= 1024 or re.search(r"[\d，,。；、]", between):
            return None
        left, right = clause(marks, hit.start(), hit.end(), low, high)
        bound = self.bound(folded, hit.start(), hit.end(), hit.end(), left, hit[0])
        return Quantity(
            hit.start(), names[at].end, "core_count", value, None, "count", bound,
            rule="core.named", left=left, right=right,
        )  # fmt: skip

    def _sign(self, folded: str, start: int, low: int, unit: Unit | None) -> re.Match[str] | None:
        """The currency before a number: a sign makes it money, a word says whose 元 it is."""
        if folded[start - 1 : start] not in self.currency_ends:
            return None
        sign = self.currency.search(folded, max(low, start - 5), start)
        if sign and (unit.dimension == "money" if unit else not _HAN.match(sign[1])):
            return sign
        return None

    def _shared(self, folded: str, end: int, low: int, high: int, start: int) -> Unit | None:
        """The unit at the end of a list whose first number ends at ``end``: 12/14nm, 10、20、40倍."""
        if folded[end] == "、" and start == low:  # 1、7nm工艺 is the first point of a list
            return None
        for _ in range(_LONGEST_LIST):
            joint = _JOINT.match(folded, end, high)
            member = joint and self.scan.match(folded, joint.end(), high)
            if not joint or not member:
                return None
            unit, _ = self._unit(folded, member.end(), high)
            if unit is not None:
                fraction = joint[0].strip() == "/" and unit.dimension in (*RELATIVE, "money")
                return None if fraction else unit
            end = member.end()
        return None

    def _unit(self, folded: str, position: int, high: int) -> tuple[Unit | None, int]:
        """The unit that stands at a position, or behind the blanks there, and its end."""
        behind = position
        while behind < position + 3 and folded.startswith(" ", behind):
            behind += 1
        for at in (behind, position) if behind > position else (position,):
            # two characters tell GHz from GB
            for match, unit in self.units[folded[at : min(at + 2, high)]]:
                if found := match(folded, at, high):
                    return unit, found.end()
        return None, position

    def _likewise(self, folded: str, unit: Unit, start: int, last: Quantity) -> Context | None:
        """显存为128GB，M4 Max也是128GB: a number of what the one before it was of."""
        contexts = self.contexts.get(unit.dimension)
        between = folded[last.end : start]
        if contexts is None or len(between) > NEXT or not _LIKEWISE.search(between):
            return None
        return next(
            (c for c in contexts.named.values() if c.metric == last.metric and not c.refuse), None
        )

    def _context(
        self,
        folded: str,
        unit: Unit,
        start: int,
        end: int,
        left: int,
        right: int,
        low: int,
        high: int,
    ) -> Context | None:
        """The shape of the unit's dimension whose word stands nearest; None when none may apply."""
        contexts = self.contexts.get(unit.dimension)
        if contexts is None:
            return None
        if contexts.near is None:
            return contexts.default
        # a label may stand before a colon or a bar (显存 | 24GB), and what a bandwidth is of at the
        # beginning of its sentence
        far = left if contexts.default and unit.dimension != "bandwidth" else low
        for a in dict.fromkeys((left, max(low, left - 24), far)):
            best, best_distance = None, 1 << 30
            for word in contexts.near.finditer(folded, a, right):
                context = contexts.named[word.lastgroup or ""]
                if context.requires and not context.requires.search(folded, start, end):
                    continue
                first, last = word.span()
                # what stands before a number tells more than what stands after it, and what
                # another member of a list stands between, less than either: Cache 和 16GB 显存
                if last <= start:
                    distance = start - last
                    distance += _LISTED if _LISTS.search(folded, last, start) else 0
                elif first >= end:
                    distance = 2 + 2 * (first - end)
                    distance += _LISTED if _LISTS.search(folded, end, first) else 0
                else:
                    distance = 0
                if distance < best_distance:
                    best, best_distance = context, distance
            if best is not None:
                return best
        return contexts.default

    def _precision(
        self, folded: str, start: int, end: int, left: int, right: int
    ) -> tuple[str, bool]:
        """Number format said beside a compute figure: (INT8) behind it, or the nearest one before."""
        inside = self.precision.search(folded, start, end)  # 197 BF16 TFLOPS
        if inside and inside.lastindex:
            return self.precisions[inside.lastindex - 1]
        behind = self.precision.search(folded, end, min(right, end + 14))
        if behind and behind.lastindex and not re.search(r"[、\d]", folded[end : behind.start()]):
            return self.precisions[behind.lastindex - 1]
        last = None
        listed: list[tuple[str, bool]] = []
        spread = folded.rfind("分别", max(left, start - 80), start)
        for found in self.precision.finditer(folded, max(left, start - 80), start):
            if found.end() <= spread and found.lastindex:
                listed.append(self.precisions[found.lastindex - 1])
            # FP16/BF16算力: the first of a pair speaks for both
            if last is None or folded[last.end() : found.start()].strip() != "/":
                last = found
        # 双精度、单精度性能分别为5.3和10.6 TFLOPS: each its own
        nth = len(_NUMBER.findall(folded, spread, start)) if len(listed) > 1 else len(listed)
        if nth < len(listed):
            return listed[nth]
        # FP32 15.7T，深度学习125T: the second is of another kind
        if last and _SPENT.search(folded, last.end(), start):
            return "", False
        if last and last.lastindex:
            return self.precisions[last.lastindex - 1]
        return "", False

    def bound(
        self, folded: str, start: int, number_end: int, end: int, left: int, text: str
    ) -> str:
        for at in (end, number_end):
            if folded[at : at + 1] in self.after_begins and (after := self.after.match(folded, at)):
                return self.bounds["after", after[1]]
        if text[-1:] in "多余+" or "多" in text or "余" in text:
            return ">=" if "+" in text else ">"
        if folded[start - 1] in self.before_ends:
            before = self.before.search(folded, max(left, start - 12), start)
            if before:
                return self.bounds["before", before[1]]
        # 数百瓦, and 上千瓦 where 千瓦 is a unit of its own
        if text[0] in self.vague or (text[0] in self.tens and folded[start - 1] in self.vague):
            return ">"
        for word in self.clause_bound.finditer(folded, max(left, start - 20), start):
            if not re.search(r"\d", folded[word.end() : start]):
                return self.bounds["clause", word[0]]
        return "="

    def _cells(
        self,
        table: Table,
        document: Document,
        names: list[NameMention],
        starts: list[int],
        found: list[Quantity],
    ) -> Iterator[Quantity]:
        """Numbers whose unit or metric stands in the first cell of their row or at the head of their column.

        | 制程(nm) | 4 | 5 |, | 流处理器 | 4608个 |, | 总缓存 | 80MB |: the label is read as if it stood
        before the number.
        """
        folded = document.folded
        taken = sorted((q.start, q.end) for q in found)
        for number, row in enumerate(table.rows):
            for column, cell in enumerate(row):
                if column == 0 or (number == 0 and table.header):
                    continue
                labels = [row[0], table.rows[0][column] if column < len(table.rows[0]) else row[0]]
                for (a, b), parts in _parts(folded, cell, labels):
                    at = bisect_left(taken, (b, b))
                    hit = self.scan.search(folded, a, b)
                    if hit is None or (at and taken[at - 1][1] > a):
                        continue
                    if _inside(names, starts, hit.start()):
                        continue
                    for label in parts:
                        reading = self._under_label(label, folded, hit, b)
                        if reading is not None:
                            yield reading
                            break

    def _under_label(
        self, label: str, folded: str, hit: re.Match[str], end: int
    ) -> Quantity | None:
        """The number of a cell that ends at ``end``, read under the label of its row or column."""
        raw = self.value(hit[0])
        if raw is None or not label:
            return None
        start, stop = hit.span()
        unit, behind = self._unit(folded, stop, end)
        scale = 1.0
        sign = self._sign(folded, start, start - 5, unit)
        if sign:  # | 价格 | $359 |
            unit, start = self.currencies[sign[1]], sign.start()
            behind = stop if unit is not None else behind
        if unit is None and not _BARE_END.fullmatch(folded, stop, end):
            return None
        if unit is not None:
            stop = behind
        for place in _UNIT_PLACE.finditer(label) if unit is None else ():
            unit, _ = self._unit(label, place.start(1), len(label))
            if unit is not None:
                break
        if unit is None:  # a column headed TOPS
            whole, behind = self._unit(label, 0, len(label))
            unit = whole if behind == len(label) else None
        if unit is None:
            counted = re.search(r"[(/（]\s?([百千万亿]+)(?:个|颗)?\s?[)）]?", label)
            scale = self._han(counted[1]) or 1.0 if counted else 1.0
            unit, _ = self._unit("个" + label, 0, len(label) + 1)
            if unit is None or unit.unit != "count":
                return None
        context = self._context(label, unit, len(label), len(label), 0, len(label), 0, len(label))
        if context is None or context.refuse or unit.dimension in RELATIVE:
            return None
        out_unit = (context.unit or unit.unit) + (f"/{context.per}" if context.per else "")
        precision, floating = self._precision(label, len(label), len(label), 0, len(label))
        if floating and unit.dimension == "compute_short":
            out_unit = "TFLOPS"
        value = _times(_times(raw, scale), unit.scale * context.factor)
        bound = self.bound(folded, start, hit.end(), stop, max(0, start - 8), hit[0])
        if bound == "=" and (word := self.label_bound.match(label)):
            bound = self.bounds["label", word[0]]
        return Quantity(
            start, stop, context.metric, value, None, out_unit, bound, rule=context.id, left=start, right=stop,
            precision=precision if context.metric in ("compute", "energy_efficiency") else "",
        )  # fmt: skip

    def _labelled(
        self,
        shape: Labelled,
        document: Document,
        hit: re.Match[str],
        sentence: Sentence,
        names: list[NameMention],
        starts: list[int],
        found: list[Quantity],
    ) -> Quantity | None:
        """The quantity that a labelled shape reads, unless another one or a name has its characters."""
        folded = document.folded
        groups = {k: v for k, v in hit.groupdict().items() if v is not None}
        whole = "number" not in groups
        start, end = hit.span() if whole else hit.span("number")
        if _inside(names, starts, start, chips_only=whole):
            return None
        after = bisect_left(found, end, key=_start)
        if after and found[after - 1].end > start:
            return None
        window = folded[max(sentence.start, start - 24) : min(sentence.end, end + 16)]
        if shape.near and not shape.near.search(window):
            return None
        if shape.refuse_after and shape.refuse_after.match(folded[end : end + 4].strip()):
            return None
        value = self._group_value(groups)
        if value is None or (groups.get("number") == "一" and shape.unit == "count"):
            return None
        left, right = clause(document.clause_marks, start, end, sentence.start, sentence.end)
        bound = "=" if whole else self.bound(folded, start, end, end, left, folded[start:end])
        return Quantity(
            start,
            end,
            shape.metric,
            value,
            None,
            shape.unit,
            bound,
            rule=shape.id,
            left=left,
            right=right,
        )

    def _group_value(self, groups: dict[str, str]) -> float | None:
        """The value that a labelled pattern names by its groups: number, nm, angstrom, side1 × side2."""
        if "number" in groups:
            return self.value(groups["number"])
        if "side1" in groups:
            return float(Decimal(groups["side1"]) * Decimal(groups["side2"]))
        for name, text in groups.items():
            if name.startswith("nm"):
                return float(text)
            if name.startswith("angstrom"):
                return float(Decimal(text) / 10)
            if name.startswith("count"):
                return float(name[5:])
            if name.startswith("tera"):
                return float(name[4:])
        return None

    def value(self, numeral: str) -> float | None:
        """What a numeral is worth: '1750亿', '3,352', '三千六百', '上百', '1.5万', '十分之一'.

        A vague count (数百) is read as its least value, 100; its bound says that it is more.
        Returns None for characters that make no number (两成 is read elsewhere).
        """
        try:  # most numerals are plain: 7, 3,352, 4.9
            return float(numeral.replace(",", ""))
        except ValueError:
            pass
        text = numeral.replace(",", "").replace(" ", "").rstrip("+多余来几")
        parts = _PARTS.findall(text)
        if len(parts) > 1:  # 5万6千, 2亿5000万
            values = [self.value(part) for part in parts]
            return None if None in values else sum(v for v in values if v)
        for infix in "多余+来":
            text = text.replace(infix, "")
        digits = _DIGITS.match(text)[0]  # type: ignore[index]  # it matches always
        rest = text[len(digits) :]
        if digits:
            try:
                total = Decimal(digits)
            except ArithmeticError:
                return None
            for char in rest:
                if char in self.scales:
                    total *= Decimal(self.scales[char])
                elif char in self.tens:
                    total *= self.tens[char]
                else:
                    return None
            return float(total)
        return self._han(rest)

    def _han(self, text: str) -> float | None:
        if "点" in text:
            whole, _, fraction = text.partition("点")
            base = self._han(whole) if whole else 0.0
            if base is None or not fraction or any(c not in self.digits for c in fraction):
                return None
            return base + float("0." + "".join(str(self.digits[c]) for c in fraction))
        total = section = 0.0
        digit: float | None = None
        place = 1.0  # of a last digit: 一万六 is 16,000
        for char in text:
            if char in self.digits:
                digit = self.digits[char] if digit is None else digit * 10 + self.digits[char]
                place = 1.0 if digit == 0 or digit > 9 else place
            elif char in self.tens:
                section += (1 if digit is None else digit) * self.tens[char]
                digit = None
            elif char in self.scales:
                section += digit or 0
                total = (
                    (total + (section or 1)) * self.scales[char]
                    if total == 0 or self.scales[char] >= 1e8
                    else total + (section or 1) * self.scales[char]
                )
                section, digit = 0.0, None
            elif char in self.vague:
                continue
            else:
                return None
            if char in self.tens or char in self.scales:
                place = max(1.0, (self.tens.get(char) or self.scales[char]) / 10)
        return total + section + (digit or 0) * place


_start = attrgetter("start")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DIGITS = re.compile(r"[\d.]*")
_PARTS = re.compile(r"\d[\d.]*\D+")
_FROM = re.compile(r"(?<!范围)(?<!区间)[从由自]\s?$")
_JOINT = re.compile(r"\s?(?:[/、]|和|与|及|以及)\s?")
_SHARES = frozenset("/、和与")
"""What stands between numbers that share the unit of the last."""
NEXT = 60
"""Characters after which a number is of what the one before it was of no more: M4 Max也是128GB."""
_LONGEST_LIST = 4
_GOES_ON = frozenset(" -~—至到～个颗枚组x×X*/、和与")
"""What may follow a number that has no unit of its own: the sign of a range, a counter of cores."""
_BARE_END = re.compile(r"\s?(?:个|颗|组)?\+?\s?")
"""What may stand behind a number that is all there is in a cell."""
_CELL = re.compile(r"\s?(?:达|约|最高|可达|高达|≥|≤|>|<|~|[¥￥$€£])?\s?(?=\d)")
_UNIT_PLACE = re.compile(r"(?:[(（/,，]|单位[:：]?|\s)\s?(?=(\S))")
_ONE_OF = re.compile(r"[、和与及+，,]\s?(?:以及)?[\d二两三四五六七八](?:个|颗|枚|[x×X*])")
"""Behind 一个 and a core: more of them follow, so that it is a count and no article."""
_COUNTER = re.compile(r"\s?(?:个|颗|枚|组|x|×|X|\*)\s?")
_NUMBER = re.compile(r"\d[\d.,]*")
_SPENT = re.compile(r"\d\D{0,12}[，。；,;、]\D{0,6}(?:深度学习|机器学习|AI|张量|Tensor|混合精度)")
_SIDES = re.compile(r"\d\s?(?:mm|毫米)?\s?[×xX*]\s?$")
_LISTED_WITH = re.compile(r"[^，。；、,;\d]{0,14}(?:和|与|及|以及)[^，。；、,;\d]{0,8}")
_LISTS = re.compile(r"[、和与及+]|以及")
_LISTED = 20
"""Characters that a word counts as farther away when a list divides it from the number."""
_LIKEWISE = re.compile(
    r"^[^\n]*(?:也|则|却|只|仅|同样|同)(?:就?是|为|有|达到?|能到|会是)?了?(?:约|近|高达|最高)?\s*$"
)
_VARIES = re.compile(r"\s?(?:不等|之间|区间|范围)")
_RANGE = re.compile(r"\s?(?:-|~|—{1,2}|至|到|～)\s?")
_RANGE_BEGINS = frozenset(" \n-~—至到～")
_BOUND_VERB = (
    "(?:可|能|也|就|均|仅|能够|可以)?(?:达到了?|达|为|至|到|在)?了?(?:每秒|人民币|新台币)?"
)
"""What may stand between 超过 and its number."""


def _carried(folded: str, found: list[Quantity]) -> Iterator[Quantity]:
    """The quantities, each with the bound of the one that it is listed with: 高达64核和128线程."""
    last: Quantity | None = None
    for q in found:
        alike = last and q.bound == "=" and (last.metric, last.unit) == (q.metric, q.unit)
        if last and alike and _LISTED_WITH.fullmatch(folded, last.end, q.start):
            q = q._replace(bound=last.bound)
        yield q
        last = q


def _parts(
    folded: str, cell: tuple[int, int], labels: list[tuple[int, int]]
) -> Iterator[tuple[tuple[int, int], list[str]]]:
    """The numbers of a cell with what labels each: 16/32 under 核心/线程 is 16 核心 and 32 线程."""
    a, b = cell
    texts = [folded[x:y] for x, y in labels]
    count = folded.count("/", a, b) + 1
    position = a
    for number, piece in enumerate(folded[a:b].split("/") if count > 1 else [folded[a:b]]):
        start, position = position, position + len(piece) + 1
        if _CELL.match(folded, start, b):
            parts = [
                t.split("/")[number] if count > 1 and t.count("/") + 1 == count else t
                for t in texts
            ]
            yield (start, start + len(piece)), parts


def _number_pattern(by_role: dict[str, dict[str, float]]) -> str:
    """Latin digits with Chinese scales (1750亿, 30 亿, 100多亿), or Chinese numerals alone (三千六百)."""
    small = "".join(map(re.escape, [*by_role["digit"], *by_role["ten"]]))
    scale = "".join(map(re.escape, [*by_role["ten"], *by_role["scale"]]))
    vague = "".join(map(re.escape, by_role["vague"]))
    # 兆 is a scale in 1.2兆个, but begins a unit in 兆赫, 兆瓦, 兆字节
    scaled = rf"(?:(?!兆[赫瓦字比位]|千(?:兆[字位比赫瓦]|[瓦赫字米克卡]))[{scale}]){{1,3}}"
    return (
        # one class of characters first, which the search jumps along
        rf"[\d{small}{vague}](?:(?<=\d){_STARTS}{_REST}"
        rf"(?:[ ]?[多余来+]?{scaled}(?:(?<=[万亿])[ ]?\d{{1,4}}[ ]?[百千万])?[多余]?|[ ]?[多余+]|来(?=个))?"
        rf"(?:(?<=\d)[KM](?=\s?(?:个?[Tt]oken|词元|张|帧)))?"
        rf"|(?<=[{vague}]){scaled}"
        rf"|(?<=[{small}])(?<!第.)(?:[{small}]|{scaled}){{0,11}}(?:[来几]{scaled})?(?:点[{small}]{{1,6}})?[多余]?)"
    )


def _times(value: float, factor: float) -> float:
    """Exact decimal product: 0.1 埃 and 1866 MHz keep their digits."""
    if factor == 1.0:
        return value
    return float(Decimal(repr(value)) * Decimal(repr(factor)))


def _scale(row: Row, faults: list[str]) -> float:
    try:
        return float(row["scale"])
    except ValueError:
        faults.append(f"{row.where}: scale {row['scale']!r} is not a number")
        return 0.0


def _checked(where: str, pattern: str, faults: list[str]) -> str:
    """A pattern without capturing groups; one that is faulty or matches nothing at all is refused."""
    try:
        checked = compiled(pattern)
    except re.error as error:
        faults.append(f"{where}: {error} in {pattern!r}")
        return "(?!)"
    if checked.match(""):
        faults.append(f"{where}: {pattern!r} matches the empty string")
    if checked.groups:
        faults.append(f"{where}: use (?:…) in {pattern!r}, groups are counted")
        return "(?!)"
    return pattern


def _context(shape: Shape, faults: list[str]) -> Context:
    near = shape.get("near")
    return Context(
        shape.id,
        shape.get("metric"),
        compiled(_checked(shape.where, near, faults)) if near else None,
        bool(shape.get("needs", False)),
        bool(shape.get("refuse", False)),
        shape.get("unit"),
        float(shape.get("factor", 1)),
        shape.get("per"),
        re.compile(shape.get("requires")) if shape.get("requires") else None,
    )


def _labelled(shape: Shape, number: str, faults: list[str]) -> Labelled:
    pattern = shape.get("pattern").replace("{number}", f"(?P<number>{number})")
    try:
        found = compiled(pattern)
    except re.error as error:
        faults.append(f"{shape.where}: {error} in {shape.get('pattern')!r}")
        found = compiled("(?!)")
    near, refuse = shape.get("near"), shape.get("refuse_after")
    return Labelled(
        shape.id, shape.get("metric"), shape.get("unit"), found,
        re.compile(near) if near else None, re.compile(refuse) if refuse else None,
        tuple(shape.get("words", ())), re.compile(shape.get("first")) if shape.get("first") else None,
    )  # fmt: skip


def _inside(
    names: list[NameMention], starts: list[int], position: int, chips_only: bool = False
) -> bool:
    """Whether a position lies inside a name."""
    at = bisect_right(starts, position) - 1
    if at < 0 or names[at].end <= position:
        return False
    return not chips_only or names[at].kind == "chip"
