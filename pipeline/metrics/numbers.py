"""Folded text -> numbers with units, read into canonical units.

In: a document and its names (digits inside a name are no number). Out: ``Quantity`` objects: what
the number measures, its value in the canonical unit, its upper end, how it is bounded, in which
precision. Whose number it is, is not asked here (``link.py``).

A number is read in steps, each a module with the rule file that it reads: the numeral
(``numerals.py``: 1750亿, 三千, 上百), the unit right behind it or the currency before it (``units.py``),
and, because 900GB/s may be memory or a link and 25W a chip or a charger, the words around it
(``contexts.py``); then its bound (``bounds.py``) and its number format (``precisions.py``). What no
unit tells is told by a label, in the text (``labels.py``) or in a table (``tabular.py``).

>>> from pipeline import Article, Extractor
>>> from pipeline.document.segment import segment
>>> x = Extractor()
>>> document = segment(Article("集成770亿晶体管,功耗不到25瓦。"), x.boilerplate)
>>> [(q.metric, q.value, q.unit, q.bound) for q in x.numbers.find(document, [])[0]]
[('transistor_count', 77000000000.0, 'count', '='), ('power', 25.0, 'W', '<')]
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.document.segment import clause
from pipeline.metrics import bounds, contexts, numerals, precisions, units
from pipeline.metrics.bounds import Bounds
from pipeline.metrics.contexts import Context, Contexts
from pipeline.metrics.labels import Labels
from pipeline.metrics.named import Named
from pipeline.metrics.numerals import Numerals, times
from pipeline.metrics.precisions import Precisions
from pipeline.metrics.tabular import Tabular
from pipeline.metrics.units import RELATIVE, Unit, Units
from pipeline.model import Document, NameMention, Quantity, Reject, Sentence
from pipeline.rules import CsvSchema, Rulebook, RuleErrors, TomlSchema

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    **units.SCHEMAS,
    **numerals.SCHEMAS,
    **bounds.SCHEMAS,
    **precisions.SCHEMAS,
    **contexts.SCHEMAS,
}
CORES = "core.named"
"""The rule that reads a number of cores by the name of the core: 4颗Cortex-A720."""
_SAME = 160
"""Characters between a format and a figure of the same sentence that may be of it: bounds the work."""
_GOES_ON = frozenset(" -~—至到～个颗枚组x×X*/、和与")
"""What may follow a number that has no unit of its own: the sign of a range, a counter of cores."""
_FROM = re.compile(r"(?<!范围)(?<!区间)[从由自]\s?$")
_VARIES = re.compile(r"\s?(?:不等|之间|区间|范围)")
_RANGE = re.compile(r"\s?(?:-|~|—{1,2}|至|到|～)\s?")
_RANGE_BEGINS = frozenset(" \n-~—至到～")
_ONE_OF = re.compile(r"[、和与及+，,]\s?(?:以及)?[\d二两三四五六七八](?:个|颗|枚|[x×X*])")
"""Behind 一个 and a core: more of them follow, so that it is a count and no article."""
_COUNTER = re.compile(r"\s?(?:个|颗|枚|组|x|×|X|\*)\s?")
_SIDES = re.compile(r"\d\s?(?:mm|毫米)?\s?[×xX*]\s?$")
_LISTED_WITH = re.compile(r"[^，。；、,;\d]{0,14}(?:和|与|及|以及)[^，。；、,;\d]{0,8}")
CARDS = ("gpu", "accelerator", "card")
"""Kinds of chips that have a memory of their own."""
_OTHERWISE = re.compile(r"\s?(?:工艺|制程|节点)?\s?(?:[(（/]|或)\s?")
"""What stands between the two ways to call one process."""
_PARTS = re.compile(r"\s?[x×X*]\s?(\d)(?!\d)")
"""Behind a part of a memory: how many of them there are, 8GB×2."""
_NEAR = 20
"""Characters between a whole and the bracket with its parts: 16GB DDR5-4800(8GB×2)."""
_ALONE = re.compile(r"\s?(?:$|[，,、；;。）)/\n])")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What reads the numbers of documents."""

    numerals: Numerals
    units: Units
    contexts: Contexts
    precisions: Precisions
    bounds: Bounds
    labels: Labels
    tabular: Tabular

    @staticmethod
    def compile(rules: Rulebook) -> Numbers:
        faults: list[str] = []
        numerals = Numerals.compile(rules)
        units = Units.compile(rules, numerals, faults)
        contexts = Contexts.compile(rules, units.dimensions, faults)
        bounds = Bounds.compile(rules, numerals)
        precisions = Precisions.compile(rules, faults)
        labels = Labels.compile(rules, numerals, bounds, precisions, faults)
        if faults:
            raise RuleErrors(faults)
        tabular = Tabular(numerals, units, contexts, precisions, bounds)
        return Numbers(numerals, units, contexts, precisions, bounds, labels, tabular)

    def find(
        self, document: Document, names: list[NameMention]
    ) -> tuple[list[Quantity], list[Reject]]:
        """Quantities and what was refused, both sorted by position."""
        named = Named(names)
        found, refused = self._with_units(document, named)
        found = self.labels.read(document, named, found)
        for table in document.tables:
            found += self.tabular.read(table, document, named, found)
        found.sort(key=lambda q: (q.start, q.end))
        read = {q.start for q in found}  # a cell may say under its label what it did not say alone
        carried = _carried(document.folded, _told_once(document.folded, found))
        carried = _of_format(document, carried)
        return list(carried), [r for r in refused if r.start not in read]

    def _with_units(self, document: Document, names: Named) -> tuple[list[Quantity], list[Reject]]:
        """The numbers that a unit tells, and those of which nothing says what they measure."""
        folded = document.folded
        found: list[Quantity] = []
        refused: list[Reject] = []
        taken = -1
        openings, signs = self.units.openings, self.units.currency_ends
        sentences = iter(document.sentences)
        sentence = next(sentences, None)
        for hit in self.numerals.scan.finditer(folded):
            start, end = hit.span()
            follows, before = folded[end : end + 1], folded[start - 1 : start]
            if follows == "\n":
                follows = " "  # a line may break between a number and its unit
            if not (openings[follows] or follows in _GOES_ON or before in signs):
                continue
            while sentence is not None and sentence.end <= start:
                sentence = next(sentences, None)
            if sentence is None:
                break
            if start < taken or start < sentence.start or names.hold(start):
                continue
            reading = self._read(document, hit, sentence, names, found[-1] if found else None)
            if isinstance(reading, Quantity):
                found.append(reading)
                taken = reading.end
            elif reading is not None:
                refused.append(reading)
        return found, refused

    def _read(
        self,
        document: Document,
        hit: re.Match[str],
        sentence: Sentence,
        names: Named,
        last: Quantity | None,
    ) -> Quantity | Reject | None:
        """The quantity that starts at a numeral, a refusal, or None when no unit follows."""
        folded = document.folded
        start, first_end = hit.span()
        low, high = sentence.start, sentence.end
        if folded[start - 1 : start] == "^":
            return None  # 10^15次运算
        unit, end = self.units.at(folded, first_end, high)
        money = self.units.before(folded, start, low, unit)
        if money:
            unit, start = money
        elif unit is None:
            unit = self.units.of_list(folded, start, first_end, low, high)
        first_unit, number_end = unit, first_end
        value_max: float | None = None
        shared_scale = 1.0
        if folded[end : end + 1] in _RANGE_BEGINS:
            upper = self._upper(folded, start, end, sentence, unit, money is not None, names)
            if upper:
                second, unit2, end = upper
                value_max = self.numerals.value(second[0])
                shared_scale = self.numerals.scale_of(second[0]) if unit is None else 1.0
                unit, number_end = unit2, second.end()
        if unit is None:
            return self._named_cores(document, hit, sentence, names)
        raw = self.numerals.value(hit[0])
        about = self.numerals.approximate(hit[0]) if value_max is None else None
        if about is not None:
            raw, value_max = about  # 七八十美元
        if raw and value_max and raw < value_max / shared_scale and hit[0][-1].isdigit():
            raw *= shared_scale  # 3-4万
        # 一个核心 is an article in translated texts, 395多核 the 395's multi-core
        single = hit[0] == "一" and not _ONE_OF.search(folded, end, high)
        if raw is None or (unit.dimension == "cores" and (single or hit[0][-1] == "多")):
            return None
        if unit.dimension in ("area", "millimetre") and _SIDES.search(folded, low, start):
            return None  # the second side of 3.8×3.8mm
        unit = self.contexts.turned(unit, folded, (start, end), (low, high))
        if unit.dimension == "tenths":
            raw += self.numerals.tenths(folded[end - 1])
        left, right = clause(document.clause_marks, start, end, low, high)
        context: Context | None = None
        if unit.dimension in RELATIVE:
            metric, rule, out_unit, factor = "relative", unit.id, unit.unit, unit.scale
        else:
            context = self.contexts.of(unit, folded, (start, end), (left, right), (low, high))
            if context is None and last is not None:
                context = self.contexts.likewise(unit, folded, start, last)
            if context is None:
                context = self._behind_chip(unit, folded, (start, end), left, names)
            if context is None or context.refuse:
                return _refusal(folded, start, end, unit, context)
            metric, rule = context.metric, context.id
            out_unit = context.unit_of(unit, document.script == "hant")
            factor = unit.scale * context.factor
        precision = ""
        if metric in ("compute", "energy_efficiency"):
            precision, floating = self.precisions.beside(folded, (start, end), low, right)
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
        bound = self.bounds.of(folded, start, first_end, end, left, text)
        item = unit.unit if unit.dimension == "items" else ""
        value = times(raw, scale_first)
        if metric != "relative" and context and not context.least <= value <= context.most:
            return _refusal(folded, start, end, unit, context)
        if out_unit == "count" and value != int(value):
            return None
        if value_max is not None:
            value_max = times(value_max, factor)
            if first_unit is None and value > value_max:
                return None
        return Quantity(
            start, end, metric, value, value_max, "item/s" if item else out_unit, bound,
            precision=precision, item=item, rule=rule, left=left, right=right,
        )  # fmt: skip

    def _behind_chip(
        self, unit: Unit, folded: str, number: tuple[int, int], left: int, names: Named
    ) -> Context | None:
        """A100（80GB，400W）, MI455X则配置432GB: what a number without a word measures right behind a card."""
        shape = self.contexts.behind_chip.get(unit.dimension)
        name = names.before(left, number[0]) if shape else None
        if shape is None or name is None or name.chip_kind not in CARDS:
            return None
        between, context = shape
        alone = _ALONE.match(folded, number[1])
        return context if alone and between.fullmatch(folded, name.end, number[0]) else None

    def _upper(
        self,
        folded: str,
        start: int,
        end: int,
        sentence: Sentence,
        unit: Unit | None,
        money: bool,
        names: Named,
    ) -> tuple[re.Match[str], Unit, int] | None:
        """The upper end of a range whose lower is start:end: its numeral, its unit, and where that ends."""
        low, high = sentence.start, sentence.end
        joint = _RANGE.match(folded, end, high)
        begin = joint.end() if joint else end
        if money and joint:  # $2,000到$2,500
            signs = [s for s in self.units.currencies if folded.startswith(s, begin)]
            begin += max(map(len, signs), default=0)
        second = joint and self.numerals.scan.match(folded, begin, high)
        if not joint or not second or names.hold(second.start()):
            return None
        unit2, end2 = self.units.at(folded, second.end(), high)
        if money and (unit2 is None or unit2.dimension == "money"):
            unit2 = unit
        # 从14纳米到11纳米 is a change, 从9%到36%不等 a range
        if (
            joint[0].strip() in ("到", "至")
            and _FROM.search(folded, low, start)
            and not _VARIES.match(folded, end2)
        ):
            return None
        if unit2 is None or (unit is not None and unit.dimension != unit2.dimension):
            return None
        return second, unit2, end2

    def _named_cores(
        self,
        document: Document,
        hit: re.Match[str],
        sentence: Sentence,
        names: Named,
    ) -> Quantity | None:
        """4 个 Cortex-A77, 1×X4: a name of a core counts as the unit of the number before it."""
        if not names.behind(hit.end(), 12):
            return None
        folded, high = document.folded, sentence.end
        counter = _COUNTER.match(folded, hit.end(), high)
        if not counter or (hit[0] == "一" and not _ONE_OF.search(folded, counter.end(), high)):
            return None
        near = names.behind(counter.end(), 8)
        if near and near[0].kind == "organization":  # 1个Arm Cortex-X925
            near = near[1:]
        if not near or near[0].chip_kind != "core":
            return None
        between = folded[counter.end() : near[0].start]
        value = self.numerals.value(hit[0])
        if value is None or not 1 <= value <= 1024 or re.search(r"[\d，,。；、]", between):
            return None
        left, right = clause(document.clause_marks, *hit.span(), sentence.start, high)
        bound = self.bounds.of(folded, hit.start(), hit.end(), hit.end(), left, hit[0])
        return Quantity(
            hit.start(), near[0].end, "core_count", value, None, "count", bound,
            rule=CORES, left=left, right=right,
        )  # fmt: skip


def _refusal(folded: str, start: int, end: int, unit: Unit, context: Context | None) -> Reject:
    """Why a number with a unit is none: nothing says what it measures, or a context refuses it."""
    reason = (
        "the words around it speak of something else"
        if context
        else f"no word near it says what {unit.dimension} it is"
    )
    rule = context.id if context else unit.id
    return Reject(
        stage="numbers", reason=reason, text=folded[start:end], start=start, end=end, rule=rule
    )


def _told_once(folded: str, found: list[Quantity]) -> Iterator[Quantity]:
    """The quantities without what only says another way what the one before it said.

    N3(3nm)节点, N7或7纳米: a process by its name and by its size; 16GB(8GB×2): the parts of the whole.
    """
    last: Quantity | None = None
    for q in found:
        again = last and (last.metric, last.unit, last.value_max) == (q.metric, q.unit, q.value_max)
        between = folded[last.end : q.start] if last and again else ""
        node = q.metric == "process_node" and _OTHERWISE.fullmatch(between)
        part = q.unit == "GB" and _PARTS.match(folded, q.end) if "(" in between else None
        if last and node and last.value == q.value:
            continue
        if last and part and last.value == q.value * int(part[1]) and len(between) < _NEAR:
            continue
        yield q
        last = q


def _carried(folded: str, found: Iterable[Quantity]) -> Iterator[Quantity]:
    """The quantities, each with the bound of the one that it is listed with: 高达64核和128线程."""
    last: Quantity | None = None
    for q in found:
        alike = last and q.bound == "=" and (last.metric, last.unit) == (q.metric, q.unit)
        if last and alike and _LISTED_WITH.fullmatch(folded, last.end, q.start):
            q = q._replace(bound=last.bound)
        yield q
        last = q


def _of_format(document: Document, found: Iterable[Quantity]) -> Iterator[Quantity]:
    """The quantities, figures of FLOPS without a format with the one that their paragraph has spoken of.

    单精度15.7 TFLOPS，深度学习125 TFLOPS: in one sentence, the second is of another kind.
    """
    folded, starts = document.folded, [b.start for b in document.blocks]
    block = -1
    told: dict[str, int] = {}
    for q in found:
        if q.metric == "compute" and q.unit == "TFLOPS":
            at = bisect_right(starts, q.start)
            if at != block:
                block, told = at, {}
            if q.precision:
                told[q.precision] = q.start
            elif len(told) == 1:
                ((precision, since),) = told.items()
                low = max(since, q.start - _SAME)
                ended = folded.rfind("。", low, q.start) >= 0
                alike = low == since and not precisions.SPENT.search(folded, since, q.start)
                if ended or alike:
                    q = q._replace(precision=precision)
        yield q
