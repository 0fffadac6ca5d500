"""Names as data -> one automaton: every place where a known name may stand.

In: the rows of makers.csv, chips.csv and decoys.csv. Each row is a *family*: stems (骁龙|Snapdragon),
a tail (a regex over what may follow), and a template for the canonical name. Out: ``Hit``s, all
places where a stem with its tail stands between proper edges, overlapping ones included. What is a
name here and what is not is decided in ``names.py``.

Notation of the rule files: ``~`` in a stem or tail stands for an optional space, hyphen or (R);
``骁龙{n} Gen {g}`` puts the named groups of the tail into the canonical name, and a character
before or behind the name of a group (``{ w}``, ``{t }``, ``{ Gen g}``) goes with it when it is not
empty; ``{=g}`` takes the group as it stands.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from pipeline.model import CHIP_KINDS
from pipeline.rules import CsvSchema, Late, Row, Rulebook, RuleErrors, alternation, compiled

DECOYS = (
    "organization", "process", "memory", "model", "architecture", "system", "product", "class", "word",
)  # fmt: skip
"""Kinds of what is no chip; a ``word`` only keeps names out (计算能力 is not 算能) and is no mention."""
NEEDS = ("topic", "document", "near", "maker", "adjacent")
MARKS = ("noun", "sign", "cue", "generation")
"""Roles of name_words.csv that the automaton looks for: 芯片, 晶体管, 代号, 前代."""
ROLES = (
    *MARKS, "firm", "spelling", "series", "separator", "measure", "before", "stop", "common",
    "product", "brand", "no_measure",
)  # fmt: skip
_FAMILY = ("tail", "lead", "name", "needs", "short", "maker", "flag", "examples", "never")
SCHEMAS = {
    "makers": CsvSchema(("id", "name"), ("aliases", "weak", "makes"), enums={"makes": ("chips",)},
                        key=("id",)),
    "chips": CsvSchema(("id", "kind"), ("stems", *_FAMILY), key=("id",),
                       enums={"kind": CHIP_KINDS, "needs": NEEDS, "flag": ("generic", "line", "part")}),
    "decoys": CsvSchema(("id", "kind", "stems"), _FAMILY, key=("id",),
                        enums={"kind": DECOYS, "needs": NEEDS, "flag": ("generic",)}),
    "name_words": CsvSchema(
        ("role", "word"), ("value",), key=("role", "word"),
        enums={"role": ROLES}),
}  # fmt: skip

WORD = re.compile(
    r"[A-Z\d](?<![A-Za-z0-9.\-].)(?:(?<=\d)(?:\d{2,4}[A-Za-z+]|[A-Z]\d\d)|(?<=[A-Z])\d{2,3}-\d)"
)
"""Where a word of digits and letters begins that may be a name by its shape alone."""
_GAP = r"(?:\((?:[RrCc]|TM|tm)\))?(?:[ \-]{1,2}| - |\n)?"
_SLOT = re.compile(r"\{([^{}]*?)(\w+)([^{}\w]*)\}")
ALNUM = frozenset(string.ascii_letters + string.digits)
_EDGE = (
    # no range of Han: the compiler would lay out 20,000 characters for each of a thousand tails
    r"(?!(?<=[\x00-\x7f])(?!AI[^\x00-\x7f])[A-Za-z0-9]|\.\d"
    r"|(?<=\d) ?(?:(?:(?:BF|FP|TF|INT)\d{1,2} )?(?:[GMTP][Bb](?:ps|/s|it/s)?|[GMk]Hz|[GTPE]?(?:FL)?OPS|k?W|nm|GT/s|%))(?![A-Za-z0-9]))"
)
"""What must not stand behind a name: more of a word (龙鹰一号 may be followed by 7nm), or the unit of a number taken for its end
(HPL 6.05 TFLOPS, PCIe 64 GB/s)."""


class Family(NamedTuple):
    """One row of a rule file, compiled."""

    id: str
    kind: str
    """``chip``, the kind of a decoy, or one of ``MARKS`` for words about chips."""
    maker: str = ""
    chip_kind: str = ""
    tail: Late | None = None
    lead: re.Pattern[str] | None = None
    name: str = ""
    needs: str = ""
    short: str = ""
    flag: str = ""
    confidence: float = 0.95


class Hit(NamedTuple):
    """A family's name at a place in the text."""

    start: int
    end: int
    family: Family
    name: str
    short: str = ""
    stem_end: int = 0
    """Where the stem ends and the tail begins."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All families in one Aho-Corasick automaton over the lower-cased text."""

    automaton: AhoCorasick
    entries: tuple[tuple[bool, bool, tuple[Family, ...]], ...]
    """For each stem: does it begin, does it end with a Latin letter or digit; its families."""
    spelling: dict[str, str]
    words: re.Pattern[str]
    stemless: tuple[Family, ...]
    """Families known by the shape of the whole word: 9800X3D, 14900K."""
    relatives: dict[tuple[str, str], tuple[Family, ...]]
    """By id and name of a family: the families that share a stem with it, itself first."""
    makers: frozenset[str]
    """Makers that make nothing but chips: a model number right after their name is a chip's."""

    @staticmethod
    def compile(rules: Rulebook) -> Gazetteer:
        """Raises ``RuleErrors`` for patterns that do not compile, match nothing, or repeat others."""
        faults: list[str] = []
        spelling = {r["word"].casefold(): r["value"] for r in rules.table("name_words")
                    if r["role"] == "spelling"}  # fmt: skip
        entries: dict[str, list[Family]] = {}
        seen: dict[tuple[str, str, str], tuple[Row, Family]] = {}
        stemless = []
        for stem, family, row in _families(rules, faults):
            if not stem:
                stemless.append(family)
                continue
            for spelled in _variants(stem):
                same = (spelled, row.cells.get("tail", ""), row.cells.get("lead", ""))
                other = seen.setdefault(same, (row, family))
                if other[0] is not row and not _apart(family, other[1]):
                    # once for a stem, not for each of its spellings
                    twice = f"{stem.replace('~', ' ')!r} with this tail"
                    fault = f"{row.where}: {twice} stands already at {other[0].where}"
                    faults += [fault] if fault not in faults else []
                elif family not in entries.setdefault(spelled, []):
                    entries[spelled].append(family)
        if faults:
            raise RuleErrors(faults)
        relatives: dict[tuple[str, str], dict[Family, None]] = {}
        for families in entries.values():
            chips = [f for f in families if f.kind == "chip" and f.tail and not f.lead]
            for family in chips:
                relatives.setdefault((family.id, family.name), {}).update(
                    dict.fromkeys((family, *chips))
                )
        return Gazetteer(
            AhoCorasick(list(entries) or ["\0"]),
            tuple(
                (s[0] in ALNUM, s[-1] in ALNUM, tuple(families)) for s, families in entries.items()
            ),
            spelling,
            re.compile(alternation([w for w in spelling if len(w) > 1]) + r"|[^\s]+", re.I),
            tuple(stemless),
            {key: tuple(families) for key, families in relatives.items()},
            frozenset(r["name"] for r in rules.table("makers") if r["makes"]),
        )

    def hits(self, folded: str) -> list[Hit]:
        """Every place where a stem and its tail stand, overlapping ones included."""
        out: list[Hit] = []
        names: dict[tuple[str, ...], tuple[str, str]] = {}
        entries, size, edge = self.entries, len(folded), ALNUM
        for index, start, end in self.automaton.find_matches_as_indexes(folded, overlapping=True):
            ascii_start, ascii_end, families = entries[index]
            if ascii_start and start and folded[start - 1] in edge:
                continue
            for family in families:
                if family.tail is None:
                    if not (ascii_end and end < size and folded[end] in edge):
                        out.append(Hit(start, end, family, family.name, "", end))
                else:
                    found = family.tail.match(folded, end)
                    if found:
                        hit = self._hit(family, folded, start, found, names)
                        if hit:
                            out.append(hit)
        for word in WORD.finditer(folded):
            for family in self.stemless:
                hit = self.read(family, folded, word.start(), names)
                if hit:
                    out.append(hit)
        return out

    def read(
        self, family: Family, text: str, start: int, names: dict[tuple[str, ...], tuple[str, str]]
    ) -> Hit | None:
        """The name of ``family`` whose tail begins at ``start``, without a stem before it."""
        found = family.tail.match(text, start) if family.tail else None
        return self._hit(family, text, start, found, names) if found else None

    def _hit(
        self, family: Family, text: str, start: int, found: re.Match[str],
        names: dict[tuple[str, ...], tuple[str, str]],
    ) -> Hit | None:  # fmt: skip
        """The name of ``family`` whose tail was found, if what must lead it stands before it.

        ``names`` remembers what was spelled before in this text.
        """
        stem_end, lead, before = found.start(), "", None
        if family.lead:
            before = family.lead.search(text, max(0, start - 16), start)
            if not before:
                return None
            start, lead = before.start(), before[0]
        key = (family.id, family.name, found[0], lead)
        known = names.get(key)
        if known is None:
            groups = found.groupdict("") | (before.groupdict("") if before else {})
            known = self.fill(family.name, groups), self.fill(family.short, groups)
            names[key] = known
        return Hit(start, found.end(), family, *known, stem_end)

    def fill(self, template: str, groups: dict[str, str]) -> str:
        """A canonical name: ``RTX {n}{ w}`` with n 4070, w ``tiSuper`` -> RTX 4070 Ti Super."""
        spelling, (filled, slots) = self.spelling, _slots(template)
        for before, name, behind, after in slots:
            text = groups.get(name, "").strip(" -\n")
            if text and before != "=":
                text = (
                    before
                    + (self._spelled(text) if text in spelling or not text.isdecimal() else text)
                    + behind
                )
            filled += text + after
        return filled

    def _spelled(self, text: str) -> str:
        """What a tail says, as the name spells it: ``tiSuper`` -> Ti Super."""
        return self.spelling.get(text.casefold()) or " ".join(
            self.spelling.get(w.casefold()) or (w if w.isalpha() and len(w) > 3 else w.upper())
            for w in self.words.findall(text)
        )


@cache
def _slots(template: str) -> tuple[str, list[tuple[str, ...]]]:
    """What a template begins with; and each slot: what goes with it before and behind, its name, what
    follows."""
    first, *parts = _SLOT.split(template)
    return first, list(zip(*[iter(parts)] * 4, strict=True))


def _apart(a: Family, b: Family) -> bool:
    """True when the context decides between two families with the same stem: K1 of two makers,
    960 of two brands."""
    return bool(a.needs and b.needs and (a.maker, a.name) != (b.maker, b.name))


def _variants(stem: str) -> Iterator[str]:
    """骁龙~X -> 骁龙X, 骁龙 X, 骁龙-X, and with two blanks, as a mark leaves them (Ryzen™ AI); Latin ones
    in any usual case from five letters on, with digits from four on, fewer as written."""
    parts = stem.split("~")
    cases = [[part] for part in parts]
    if sum(c in ALNUM for c in stem) > (3 if any(map(str.isdigit, stem)) else 4):
        cases = [[p, p.lower(), p.upper(), p.title()] for p in parts]
    whole = product(*cases) if len(parts) < 3 else zip(*cases, strict=True)
    for spelled in dict.fromkeys(whole):
        for between in product(("", " ", "-", "  "), repeat=len(parts) - 1):
            yield "".join(map("".join, zip(spelled, (*between, ""), strict=True)))


def _families(rules: Rulebook, faults: list[str]) -> Iterator[tuple[str, Family, Row]]:
    """Every stem with its family and row."""
    makers = {r["name"] for r in rules.table("makers")}
    for row in rules.table("makers"):
        sure = Family(f"maker.{row['id']}", "organization", row["name"], name=row["name"])
        weak = Family(sure.id, "organization", row["name"], name=row["name"], needs="maker")
        doubtful = row.list("weak")
        for alias in dict.fromkeys((row["name"], *row.list("aliases"), *doubtful)):
            yield alias, weak if alias in doubtful else sure, row
    for row in rules.table("name_words"):
        if row["role"] in MARKS:
            yield (
                row["word"],
                Family("", row["role"], name=row["word"], chip_kind=row["value"]),
                row,
            )
    for table in ("chips", "decoys"):
        for row in rules.table(table):
            if row["maker"] and row["maker"] not in makers:
                faults.append(f"{row.where}: maker {row['maker']!r} is not in makers.csv")
            tail = _tail(row, faults)
            chip = table == "chips"
            family = Family(
                row["id"], "chip" if chip else row["kind"], row["maker"], row["kind"] if chip else "",
                tail, _lead(row, faults), row["name"], row["needs"],
                row["short"], row["flag"], 0.8 if row["needs"] else 0.95,
            )  # fmt: skip
            if not row["stems"] and tail is None:
                faults.append(f"{row.where}: {row['id']!r} has neither stems nor a tail")
            elif not row["stems"] and tail and tail.match(""):
                faults.append(f"{row.where}: tail of {row['id']!r} matches the empty string")
            for stem in row.list("stems") or ("",):
                # a family without a template: every stem is a name of its own, spelled as here
                name = (row["name"] or "{stem}").replace("{stem}", stem.replace("~", " "))
                yield stem, family._replace(name=name), row


def _tail(row: Row, faults: list[str]) -> Late | None:
    """What stands behind the stems of a family, or behind what leads it."""
    if not row["tail"] and not row["lead"]:
        return None
    try:
        return Late(row, "tail", f"(?:{row['tail']})".replace("~", _GAP) + _EDGE, re.I)
    except RuleErrors as error:
        faults += error.faults
        return None


def _lead(row: Row, faults: list[str]) -> re.Pattern[str] | None:
    try:
        return compiled(f"(?:{row['lead'].replace('~', _GAP)})$", re.I) if row["lead"] else None
    except re.error as error:
        faults.append(f"{row.where}: lead does not compile: {error}")
        return None
