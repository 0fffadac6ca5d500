"""Chips that no rule knows by name -> hits, found by what stands around them.

In: the folded text, what the gazetteer has already claimed, and where class words (芯片, GPU) and
signs (晶体管, TOPS) stand. Out: a ``Hit`` for every place of a name that one of the shapes of
rules/discovery.toml vouches for: 推理芯片玄舟X3 gives 玄舟X3, also where it is later called X3, and
its sibling 玄舟X2.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

from pipeline.document.openings import endings, finder, gated
from pipeline.names.gazetteer import ALNUM, ROLES, Family, Hit
from pipeline.rules import Rulebook, RuleErrors, Shape, TomlSchema, alternation, fill

SCHEMAS = {
    "discovery": TomlSchema(
        ("at", "confidence"), ("left", "right", "pattern", "needs", "outweighs"),
        enums={"at": ("model", "number", "class", "after", "cue", "alias", "heading"),
               "needs": ("topic", "maker", "sentence", "firm", "letters"),
               "outweighs": ("product",)},
        numbers=("confidence",),
    )
}  # fmt: skip

# the character class comes first and the guard after it, so that the scan jumps from one capital
# letter to the next
_MODELS = (
    re.compile(
        r"[A-Z](?<![A-Za-z0-9.@#_\-].)(?<![^A-Z0-9]/.)(?=[A-Za-z\-]{0,11}\d)"
        r"[A-Za-z]{0,9}(?:-?[A-Z]{0,4}\d{1,5}[A-Za-z]{0,3}\d{0,2}){1,2}(?:-\d{2,4}[A-Z]?)?"
        r"\+?(?![A-Za-z0-9_]|\.\d|-[A-Za-z0-9])(?:[ -]?(?:Pro|Max|Ultra|Plus|Lite|Mini)(?![A-Za-z]))?"
    ),
    re.compile(
        r"[A-Z](?<![A-Za-z0-9./@#_\-].)[a-z]{3,11} (?!(?:19|20)\d\d)(?:\d{1,2}|\d{3,4}[A-Z]?)(?![A-Za-z0-9]|[.,]\d|[%年月日])"
    ),
    re.compile(r"\d(?<![A-Za-z0-9./@#_\-].)[A-Z]{1,2}\d{3,5}[A-Z]?(?![A-Za-z0-9])"),
)
"""Words that may be the name of a product: X3, SL-A7, KW7-690; Tidal 3; 7G106."""
_MEMBER = re.compile(
    r" {0,2}(?P<n>\d{3,4}[A-Z]{0,2})(?![A-Za-z0-9]|\.\d| ?[亿万余多个颗核年月日款枚元美%]| [A-Za-z])"
)
"""What numbers the members of a family that is known by a word alone."""
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_WORD = re.compile(r"(?<![A-Za-z0-9.&/\-])(?<![A-Za-z] )([A-Z][a-z]{3,9}[A-Za-z]{0,3})[ ]$")
_LETTERS = re.compile(r"[A-Z]{2,}|[A-Z][a-z]{3,} ")
_STOP = re.compile(r"[。\n]")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"[一二三四五六七八九]号")


@dataclass(frozen=True, slots=True)
class _Sieve:
    """A shape, compiled."""

    shape: Shape
    family: Family
    needs: str
    outweighs: bool
    """Whether a name that it vouches for is a chip's although a product has it too: X700集群."""
    left: re.Pattern[str]
    right: re.Pattern[str]
    pattern: re.Pattern[str]
    ends: frozenset[str] | None
    """The characters that ``pattern`` may end with; None for any."""

    def ends_at(self, folded: str, position: int) -> bool:
        """Whether the character before ``position`` may be the last of what ``pattern`` finds."""
        return self.ends is None or folded[position - 1 : position] in self.ends


@dataclass(frozen=True, slots=True)
class Discovery:
    """The compiled shapes by the place where they are tried."""

    sieves: dict[str, tuple[_Sieve, ...]]
    stop: frozenset[str]
    """Two characters before a model number that are no part of a name: 采用, 搭载."""
    common: frozenset[str]
    """What stands in quotes before 芯片 and names none: 中国, 国产."""
    nouns: tuple[str, ...]
    """Words that end before a name and are no stem of it: 加速卡 of 加速卡YA530."""
    firm: re.Pattern[str]
    """What a firm's name ends with: 科技 of 砺元科技."""
    product: re.Pattern[str]
    """What a model number names that stands before it: 手机, 工厂."""
    format: re.Pattern[str]
    """What is a number format and no model: FP4, BF16."""

    @staticmethod
    def compile(rules: Rulebook) -> Discovery:
        faults: list[str] = []
        words: dict[str, list[str]] = {role: [] for role in ROLES}
        for row in rules.table("name_words"):
            words[row["role"]].append(row["word"])
        slots = {role: alternation(listed) or "(?!)" for role, listed in words.items()}
        sieves: dict[str, list[_Sieve]] = {}
        for shape in rules.shapes_of("discovery"):
            compiled = []
            for key, default in (("left", "$"), ("right", ""), ("pattern", "(?!)")):
                text = fill(shape.get(key) or default, slots, shape.where, faults)
                try:
                    compiled.append((gated if key == "left" else re.compile)(text))
                except re.error as error:
                    faults.append(f"{shape.where}: {key} of {shape.id!r} does not compile: {error}")
                    compiled.append(re.compile("(?!)"))
            family = Family(
                shape.id, "chip", chip_kind="other", confidence=float(shape.get("confidence"))
            )
            left, right, pattern = compiled
            sieve = _Sieve(
                shape, family, shape.get("needs"), shape.get("outweighs") == "product",
                left, right, pattern, endings(pattern.pattern),
            )  # fmt: skip
            sieves.setdefault(shape.get("at"), []).append(sieve)
        if faults:
            raise RuleErrors(faults)
        return Discovery(
            {at: tuple(listed) for at, listed in sieves.items()},
            frozenset(words["stop"]), frozenset(words["common"]), tuple(words["noun"]),
            re.compile(slots["firm"]),
            re.compile(rf"[ \"”」』]?(?:{slots['product']})"),
            re.compile("|".join(r["pattern"] for r in rules.table("precisions")) or "(?!)", re.I),
        )  # fmt: skip

    def find(
        self, folded: str, spans: list[Hit], marks: list[Hit], topical: bool, makers: frozenset[str]
    ) -> list[Hit]:
        """Hits of chips found by context, in any order.

        ``spans`` are the names already accepted, ``marks`` the class words, signs and cues;
        ``topical`` says that the article speaks of chips a lot; ``makers`` make nothing else.
        """
        text = _Text(folded, spans, marks, self.firms(folded))
        found: dict[str, _Sieve] = {}
        models = [
            m for model in _MODELS for m in model.finditer(folded) if text.free(m.start(), m.end())
        ]
        products = {m[0] for m in models if self.product.match(folded, m.end())}
        models = [  # Series 3 is no name, as Series is none
            m for m in models
            if self.common.isdisjoint((m[0], m[0].split(" ")[0])) and not self.format.fullmatch(m[0])
        ]  # fmt: skip
        for word in models:
            if word[0] in found:
                continue
            sieve, _ = self._sieve("model", text, word.start(), word.end(), topical, makers)
            if sieve and (word[0] not in products or sieve.outweighs):
                found.setdefault(word[0], sieve)
        models = [m for m in models if m[0] not in products or m[0] in found]
        self._siblings(models, found)
        stems = self._stems(text, [m for m in models if m[0] in found])
        words = self._words(text, [m for m in models if m[0] in found])
        numbered = [
            m
            for m in _NUMBER.finditer(folded)
            if m.start() > 1 and text.free(m.start() - 2, m.end())
        ]
        families: dict[str, _Sieve] = {}
        for word in numbered:
            sieve, han = self._sieve("number", text, word.start(), word.end(), topical, makers)
            if sieve and han:
                families.setdefault(han, sieve)
        for word in numbered:
            han = folded[word.start() - 2 : word.start()]
            if han in families:
                found.setdefault(han + word[0], families[han])
        for sieve, name in chain(self._headed(text), self._named(text, marks, topical)):
            if (
                name not in self.common
                and name not in self.stop
                and name not in self.nouns  # 被称为GPU的芯片
                and not re.search("[的了是和与在]", name)
            ):
                found.setdefault(name, sieve)
        places = text.places(found)
        return [
            hit for name, sieve in found.items()
            for hit in self._everywhere(
                text, name, places[name], sieve,
                words.get(name) or stems.get(skeleton(name), ""),
            )
        ]  # fmt: skip

    def firms(self, folded: str) -> set[str]:
        """The first two characters of what firms are called: 砺元 of 砺元科技."""
        ends = (found.start() for found in self.firm.finditer(folded))
        return {folded[end - 2 : end] for end in ends if end > 1}

    def other(self, folded: str, start: int, end: int) -> bool:
        """True when the model number at start:end names a product or a number format."""
        return bool(self.product.match(folded, end) or self.format.fullmatch(folded, start, end))

    def aliases(self, folded: str, spans: list[Hit]) -> Iterator[Hit]:
        """Other names that the article gives to a chip right behind its name, wherever they stand:
        Inf2 after Inferentia2(Inf2)."""
        named = [
            (hit, sieve, found)
            for hit in spans
            if hit.family.kind == "chip"
            for sieve in self.sieves.get("alias", ())
            for found in (sieve.pattern.match(folded, hit.end),)
            if found and (sieve.needs != "letters" or _abbreviates(found["name"], hit.name))
        ]
        if not named:
            return
        text = _Text(folded, spans, (), set())
        first = {
            found["name"]: (hit, sieve)
            for hit, sieve, found in reversed(named)
            if text.free(*found.span("name"))
        }
        for name, places in text.places(first).items():
            hit, sieve = first[name]
            family = hit.family._replace(id=sieve.shape.id, confidence=sieve.family.confidence)
            for start, end in places:
                yield Hit(start, end, family, hit.name, "", end)

    def _sieve(
        self, at: str, text: _Text, start: int, end: int, topical: bool, makers: frozenset[str]
    ) -> tuple[_Sieve | None, str]:
        """The first shape that vouches for the name at start:end, and its Han part before it."""
        for sieve in self.sieves.get(at, ()):
            if sieve.needs == "topic" and not topical:
                continue
            if not sieve.right.match(text.folded, end):
                continue
            left = sieve.left.search(text.folded, max(0, start - 30), start)
            if not left:
                continue
            if sieve.needs == "maker" and text.maker(left.start()) not in makers:
                continue
            han = left.groupdict().get("han") or ""
            if sieve.needs == "sentence" and text.made_by(start) not in makers:
                continue
            if sieve.needs == "firm" and not text.firm(han):
                continue
            if han and (han in self.stop or (at == "number" and any(c in self.stop for c in han))):
                continue
            return sieve, han
        return None, ""

    def _siblings(self, models: list[re.Match[str]], found: dict[str, _Sieve]) -> None:
        """Add what is built as a found name is: YC2600 beside YC2800, K70 beside a
        K90 named twice or right before it."""
        for word, beside in pairwise(models):
            known = found.get(word[0]) or found.get(beside[0])
            alike = beside.start() - word.end() < 30 and skeleton(word[0]) == skeleton(beside[0])
            if known and alike and not _STOP.search(beside.string, word.end(), beside.start()):
                found.setdefault(word[0], known)
                found.setdefault(beside[0], known)
        times = Counter(m[0] for m in models)
        shapes: dict[str, _Sieve] = {}
        for name, sieve in found.items():
            letters = _LETTERS.match(name)
            if letters:
                shapes.setdefault(letters[0], sieve)
            if times[name] > 1:
                shapes.setdefault(skeleton(name), sieve)
        for name in times:
            letters = _LETTERS.match(name)
            one = shapes.get(letters[0] if letters else "") or shapes.get(skeleton(name))
            if one and name not in found:
                found[name] = one
        for name in times:  # KW90P beside KW90
            if name[-1].isalpha() and name[-2].isdigit() and name[:-1] in found:
                found.setdefault(name, found[name[:-1]])

    def _stems(self, text: _Text, models: list[re.Match[str]]) -> dict[str, str]:
        """The Han stem that names of one shape share: 玄舟 for X0 when 玄舟X3, 玄舟X2 are written."""
        times: Counter[tuple[str, str]] = Counter()
        for word in models:
            han = text.folded[max(0, word.start() - 2) : word.start()]
            plain = _HAN.fullmatch(han) and not any(w in self.stop for w in (han, *han))
            plain = plain and not text.folded.endswith(self.nouns, 0, word.start())
            if plain and text.free(word.start() - 2, word.start()):
                times[skeleton(word[0]), han] += 1
        stems: dict[str, str] = {}
        for (shape, han), count in times.most_common():
            if count > 1:
                stems.setdefault(shape, han)
        return stems

    def _words(self, text: _Text, models: list[re.Match[str]]) -> dict[str, str]:
        """The capitalised word that stands right before a model number: Vision of Vision Q8."""
        words: dict[str, str] = {}
        for model in models:
            word = _WORD.search(text.folded, max(0, model.start() - 14), model.start())
            if word and word[1] not in self.common and text.free(word.start(), word.end()):
                words.setdefault(model[0], word[0])
        return words

    def _named(self, text: _Text, marks: list[Hit], topical: bool) -> Iterator[tuple[_Sieve, str]]:
        """Names in quotes beside a class word, and names that a cue introduces."""
        folded = text.folded
        for mark in marks:
            if mark.family.kind == "noun":
                for sieve in self.sieves.get("class", ()):
                    if (topical or sieve.needs != "topic") and sieve.ends_at(folded, mark.start):
                        named = sieve.pattern.search(folded, max(0, mark.start - 32), mark.start)
                        fits = named and sieve.right.match(folded, mark.start)
                        if named and fits and text.free(*named.span("name")):
                            yield sieve, named["name"]
                for sieve in self.sieves.get("after", ()):
                    if topical or sieve.needs != "topic":
                        named = sieve.pattern.match(folded, mark.end)
                        fits = named and sieve.left.search(
                            folded, max(0, mark.start - 30), mark.start
                        )
                        if named and fits and text.free(*named.span("name")):
                            yield sieve, named["name"]
            elif mark.family.kind == "cue":
                for sieve in self.sieves.get("cue", ()):
                    if sieve.needs == "topic" and not topical:
                        continue
                    if not sieve.left.search(folded, max(0, mark.start - 30), mark.start):
                        continue
                    named = sieve.pattern.match(folded, mark.end)
                    if named and text.free(*named.span("name")):
                        yield sieve, named["name"]

    def _headed(self, text: _Text) -> Iterator[tuple[_Sieve, str]]:
        """Names that are headings of their own, with figures of a chip below: ``## 2. 岚山：Tidal Core``."""
        for sieve in self.sieves.get("heading", ()):
            for named in sieve.pattern.finditer(text.folded):
                if text.free(*named.span("name")) and sieve.right.match(text.folded, named.end()):
                    yield sieve, named["name"]

    def _everywhere(
        self, text: _Text, name: str, places: list[tuple[int, int]], sieve: _Sieve, han: str
    ) -> Iterator[Hit]:
        """Every free place of a found name, with its Han stem where that stands before it."""
        kind = next((k for start, end in places for k in text.kinds(start, end)), "other")
        maker = next((m for start, _ in places for m in [text.maker(start - len(han), 8)] if m), "")
        family = sieve.family._replace(chip_kind=kind, maker=maker)
        for start, end in places:
            if han and text.folded.startswith(han, start - len(han)):
                start -= len(han)
            member = _MEMBER.match(text.folded, end) if name.isalpha() and name.isascii() else None
            if member:  # Skerry 2801S, where Skerry is known by its word alone
                number = member["n"]
                yield Hit(start, member.end(), family, f"{name} {number}", number, end)
            else:
                yield Hit(start, end, family, han + name, "", end)


class _Text:
    """The text with what stands where."""

    def __init__(self, folded: str, spans: list[Hit], marks: Iterable[Hit], firms: set[str]):
        self.folded = folded
        self._spans = spans
        self._starts = [h.start for h in spans]
        self._firms = firms
        self._marks = sorted(marks, key=lambda h: h.start)
        self._mark_starts = [h.start for h in self._marks]

    def firm(self, stem: str) -> bool:
        """Whether a firm's name begins with ``stem``: 砺元 where 砺元科技 is named."""
        return stem in self._firms

    def free(self, start: int, end: int) -> bool:
        """True when no accepted name touches start:end."""
        at = bisect_right(self._starts, start) - 1
        if at >= 0 and self._spans[at].end > start:
            return False
        return at + 1 >= len(self._starts) or self._starts[at + 1] >= end

    def places(self, names: Iterable[str]) -> dict[str, list[tuple[int, int]]]:
        """Where each of the names stands as a word that no accepted name touches; one pass for all."""
        listed = list(names)
        out: dict[str, list[tuple[int, int]]] = {name: [] for name in listed}
        if not listed:
            return out
        folded, size = self.folded, len(self.folded)
        for index, start, end in finder(listed).find_matches_as_indexes(folded, overlapping=True):
            name = listed[index]
            inside = (start and name[0] in ALNUM and folded[start - 1] in ALNUM) or (
                end < size and name[-1] in ALNUM and folded[end] in ALNUM
            )
            if not inside and self.free(start, end):
                out[name].append((start, end))
        return out

    def maker(self, position: int, gap: int = 0) -> str:
        """The organisation whose name ends at ``position`` or up to ``gap`` characters before it."""
        at = bisect_left(self._starts, position) - 1
        if at < 0 or self._spans[at].family.kind != "organization":
            return ""
        return self._spans[at].family.maker if 0 <= position - self._spans[at].end <= gap else ""

    def made_by(self, position: int) -> str:
        """The organisation named last before ``position`` in its sentence."""
        at = bisect_left(self._starts, position) - 1
        low = max(self.folded.rfind(mark, max(0, position - 80), position) for mark in "。！？\n")
        low = max(low, position - 80)
        while at >= 0 and self._spans[at].start > low:
            if self._spans[at].family.kind == "organization":
                return self._spans[at].family.maker
            at -= 1
        return ""

    def kinds(self, start: int, end: int) -> Iterator[str]:
        """Kinds of the class words that touch start:end."""
        low = bisect_left(self._mark_starts, start - 8)
        high = bisect_right(self._mark_starts, end + 1)
        for mark in self._marks[low:high]:
            if mark.family.kind == "noun" and (
                0 <= mark.start - end <= 1 or 0 <= start - mark.end <= 1
            ):
                yield mark.family.chip_kind


def _abbreviates(alias: str, name: str) -> bool:
    """True for Inf2 and Inferentia2: the letters come in the same order, the digits are the same."""
    letters = iter(re.sub(r"[^a-z]", "", name.casefold()))
    return (
        alias[0].casefold() == name[0].casefold()
        and re.findall(r"\d+", alias) == re.findall(r"\d+", name)
        and all(c in letters for c in re.sub(r"[^a-z]", "", alias.casefold()))
    )


def skeleton(name: str) -> str:
    """What a name looks like with its digits levelled: YC2800 -> YC0000, KW7-690 -> KW0-000."""
    return _DIGIT.sub("0", name)
