"""Numerals: how numbers are written, and what they are worth.

In: rules/numerals.csv. Out: a pattern that finds numerals (1750亿, 3,352, 三千六百, 上百), and the value
of each. Which unit follows, and what is measured, is not asked here.

>>> from pipeline import Extractor
>>> numerals = Extractor().numbers.numerals
>>> [numerals.value(n) for n in ("2.5亿", "一万六", "3万2千", "数十", "一点五")]
[250000000.0, 16000.0, 32000.0, 10.0, 1.5]
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.rules import CsvSchema, Rulebook

SCHEMAS = {
    "numerals": CsvSchema(
        ("surface", "role", "value", "example"),
        enums={"role": ("digit", "ten", "scale", "vague")},
        key=("surface",),
    ),
}
_REST = r"(?:\d{0,2}(?:,\d{3}|，000)++(?!\d)(?:\.\d{1,9})?|\d{0,17}(?:\.\d{1,12})?)"
"""An Arabic number behind its first digit."""
_STARTS = (
    r"(?:(?<![A-Za-z0-9.第]\d)|(?<=[PUMeDBY]\d)(?:(?<=TDP\d)|(?<=TGP\d)|(?<=TBP\d)|(?<=[CGN]PU\d)|(?<=RAM\d)"
    r"|(?<=[Cc]ache\d)|(?<=USD\d)|(?<=RMB\d)|(?<=CNY\d)))"
)
"""What may stand before that digit. Patterns here begin with the character that they are found by and
look back from it: a pattern that begins with a look-behind is tried at every character."""
_ADJACENT = re.compile(
    r"(?<![一二三四五六七八九十百千万亿零〇])([一二两三四五六七八])([二三四五六七八九])(?=[十百千万亿兆]|$)"
)
"""Two digits of which the second is the next after the first: 七八|十."""
_DIGITS = re.compile(r"[\d.]*")
_PARTS = re.compile(r"\d[\d.]*(?:\D+|$)")


@dataclass(frozen=True, slots=True)
class Numerals:
    """The compiled characters of numbers."""

    pattern: str
    """Finds a numeral; other patterns are made with it."""
    scan: re.Pattern[str]
    """The same, compiled."""
    digits: dict[str, int]
    tens: dict[str, int]
    scales: dict[str, float]
    vague: frozenset[str]

    @staticmethod
    def compile(rules: Rulebook) -> Numerals:
        numerals = rules.table("numerals")
        by_role = {
            role: {r["surface"]: float(r["value"]) for r in numerals if r["role"] == role}
            for role in ("digit", "ten", "scale", "vague")
        }
        pattern = _number_pattern(by_role)
        return Numerals(
            pattern,
            re.compile(pattern),
            {k: int(v) for k, v in by_role["digit"].items()},
            {k: int(v) for k, v in by_role["ten"].items()},
            {**by_role["scale"], "K": 1e3, "k": 1e3, "M": 1e6},
            frozenset(by_role["vague"]),
        )

    def value(self, numeral: str) -> float | None:
        """What a numeral is worth: '1750亿', '3,352', '三千六百', '上百', '1.5万', '十分之一'.

        A vague count (数百) is read as its least value, 100; its bound says that it is more.
        Returns None for characters that make no number (两成 is read elsewhere).
        """
        try:  # most numerals are plain: 7, 3,352, 4.9
            return float(numeral.replace(",", "").replace("，", ""))
        except ValueError:
            pass
        text = numeral.replace(",", "").replace("，", "").replace(" ", "").rstrip("+多余来几")
        parts = _PARTS.findall(text)
        if len(parts) > 1:  # 5万6千, 2亿5000万, 12万5000
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
        return self.han(rest)

    def approximate(self, numeral: str) -> tuple[float, float] | None:
        """七八十 is from 70 to 80, 三四万 from 30,000 to 40,000; None for other numerals."""
        found = _ADJACENT.search(numeral)
        if found is None or self.digits[found[2]] - self.digits[found[1]] != 1:
            return None
        low = self.value(numeral[: found.end(1)] + numeral[found.end() :])
        high = self.value(numeral[: found.start()] + numeral[found.start(2) :])
        return None if low is None or high is None else (low, high)

    def han(self, text: str) -> float | None:
        """What a numeral of Chinese characters alone is worth: 三千六百, 一点五."""
        if "点" in text:
            whole, _, fraction = text.partition("点")
            base = self.han(whole) if whole else 0.0
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

    def scale_of(self, numeral: str) -> float:
        """What the scale at the end of a numeral multiplies by: 1e4 for 4万, 1 for 4."""
        plain = self.value(_DIGITS.match(numeral)[0] or "-")  # type: ignore[index]
        whole = self.value(numeral)
        return whole / plain if plain and whole else 1.0

    def tenths(self, last: str) -> float:
        """三成五 is 3.5 tenths, 一成半 1.5."""
        return 0.5 if last == "半" else self.digits.get(last, 0) / 10


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
        rf"(?:[ ]?[多余来+]?{scaled}(?:(?<=[万亿])[ ]?\d{{1,4}}[ ]?[百千万]|(?<=\d万)\d,?\d{{3}}(?![\d,.]))?[多余]?|[ ]?[多余+]|来(?=个))?"
        rf"(?:(?<=\d)[KM](?=\s?(?:个?[Tt]oken|词元|张|帧)))?"
        rf"|(?<=[{vague}]){scaled}"
        rf"|(?<=[{small}])(?<!第.)(?<!每[十百千万亿])(?:[{small}]|{scaled}){{0,11}}(?:[来几]{scaled})?(?:点[{small}]{{1,6}})?[多余]?)"
    )


def times(value: float, factor: float) -> float:
    """Exact decimal product: 0.1 埃 and 1866 MHz keep their digits."""
    if factor == 1.0:
        return value
    return float(Decimal(repr(value)) * Decimal(repr(factor)))
