"""rules/ -> Rulebook: read, validate with file:line, fingerprint.

In: one or more folders of rule files; a later folder replaces a file of the same name, or adds to
it when the file is called ``NAME+.csv`` / ``NAME+.toml``. Out: a ``Rulebook`` of rows (CSV, for
words) and shapes (TOML, for patterns). Every fault of every file is collected and raised at once
as ``RuleErrors``: ``rules/units.csv:12: unknown column 'sclae' - did you mean 'scale'?``.

The rulebook holds text only. Each stage compiles what it needs from it, so knowledge stays in the
files and the code of a stage holds none.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "_rules"
"""Where the wheel keeps the rules; a checkout keeps them in ``rules/`` beside the package."""


class RuleErrors(ValueError):
    """All faults of a rule pack, one ``file:line: message`` a line."""

    def __init__(self, faults: list[str]):
        self.faults = faults
        super().__init__("\n".join(faults))

    def __reduce__(self) -> tuple[type[RuleErrors], tuple[list[str]]]:
        """A worker process sends it whole."""
        return type(self), (self.faults,)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a CSV rule file."""

    file: str
    line: int
    cells: dict[str, str]
    own: bool = False
    """True for a line of the package's own rules, which its tests have seen at work."""

    def __getitem__(self, name: str) -> str:
        return self.cells[name]

    def list(self, name: str) -> tuple[str, ...]:
        """A cell that holds several values joined by ``|``; empty cells give an empty tuple."""
        return tuple(x for x in self.cells[name].split("|") if x)

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


@cache
def compiled(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, once a process: a rulebook that differs in one row shares all the others."""
    return re.compile(pattern, flags)


def ungrouped(where: str, pattern: str, faults: list[str]) -> str:
    """A pattern to be put into a longer one whose groups are counted; ``(?!)`` for one that cannot be.

    What does not compile, has groups of its own, or matches nothing at all is a fault of the rules.
    """
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


def pattern_of(shape: Shape, key: str, faults: list[str]) -> re.Pattern[str] | None:
    """The pattern that a shape has under a key, None where it has none; one that fails is a fault."""
    try:
        return compiled(shape.get(key)) if shape.get(key) else None
    except re.error as error:
        faults.append(f"{shape.where}: {key} of {shape.id!r} does not compile: {error}")
        return None


class Late:
    """A pattern of a row that is compiled when it is first tried: a text tries few of many hundreds.

    Raises ``RuleErrors`` then, or at once for a row that is not the package's own.
    """

    def __init__(self, row: Row, column: str, written: str, flags: int = 0):
        self.pattern = written
        self.flags = flags
        self.match: Callable[..., re.Match[str] | None] = self._first_match
        self._told = f"{row.where}: {column} does not compile"
        if not row.own:
            self._compile()

    def _compile(self) -> None:
        try:
            self.match = compiled(self.pattern, self.flags).match
        except re.error as error:
            raise RuleErrors([f"{self._told}: {error}"]) from None

    def _first_match(self, text: str, start: int = 0) -> re.Match[str] | None:
        self._compile()
        return self.match(text, start)


@dataclass(frozen=True, slots=True)
class Shape:
    """One ``[[shape]]`` of a TOML rule file: an id, a sentence about it, patterns, examples."""

    file: str
    line: int
    id: str
    about: str
    keys: dict[str, Any]
    examples: tuple[str, ...] = ()
    never: tuple[str, ...] = ()

    def get(self, name: str, default: Any = "") -> Any:
        return self.keys.get(name, default)

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class CsvSchema:
    """Columns of a CSV rule file. ``key`` columns together must be unique in the file."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    key: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TomlSchema:
    """Keys that a shape of a TOML rule file may have besides id, about, examples and never.

    The values of ``numbers`` are numbers, those of ``enums`` one of the given words.
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()


ALTERNATIVES = frozenset(("pattern", "near", "before", "after", "left", "right"))
"""Keys of a shape that hold a regular expression, or a list of alternatives that are tried in their order."""


@dataclass(frozen=True, slots=True, eq=False)
class Rulebook:
    """All rows and shapes of a rule pack, and the sha256 of what they were read from."""

    rows: dict[str, tuple[Row, ...]]
    shapes: dict[str, tuple[Shape, ...]]
    fingerprint: str

    def table(self, name: str) -> tuple[Row, ...]:
        """Rows of ``NAME.csv`` in file order; empty when the pack has no such file."""
        return self.rows.get(name, ())

    def shapes_of(self, name: str) -> tuple[Shape, ...]:
        """Shapes of ``NAME.toml`` in file order; empty when the pack has no such file."""
        return self.shapes.get(name, ())


def default_folder() -> Path:
    """The rules that came with the package: ``rules/`` of a checkout, else those of the wheel."""
    return FOLDER if FOLDER.is_dir() else FOLDER.parent.parent / "rules"


def load_rules(
    *folders: str | Path,
    schemas: dict[str, CsvSchema | TomlSchema] | None = None,
) -> Rulebook:
    """Read the default rules and then each of ``folders`` over them.

    ``schemas`` maps file stems to what the file may hold; stages declare them (see
    ``pipeline.SCHEMAS``). Raises ``RuleErrors`` with every fault found, ``FileNotFoundError`` when a
    folder does not exist.
    """
    schemas = schemas or {}
    sources: dict[str, list[tuple[str, Path]]] = {}
    own = default_folder()
    for folder in (own, *map(Path, folders)):
        if not folder.is_dir():
            raise FileNotFoundError(f"{folder}: no such folder of rules")
        for path in sorted(folder.iterdir()):
            if path.suffix not in (".csv", ".toml"):
                continue
            stem, adds = path.stem.removesuffix("+"), path.stem.endswith("+")
            entry = (f"{folder.name}/{path.name}", path)
            if adds:
                sources.setdefault(stem, []).append(entry)
            else:
                sources[stem] = [entry]
    faults: list[str] = []
    digest = hashlib.sha256()
    rows: dict[str, tuple[Row, ...]] = {}
    shapes: dict[str, tuple[Shape, ...]] = {}
    for stem in sorted(sources):
        schema = schemas.get(stem)
        found_rows: list[Row] = []
        found_shapes: list[Shape] = []
        for name, path in sources[stem]:
            try:
                text = path.read_text(encoding="utf-8-sig")
            except UnicodeDecodeError as error:
                faults.append(f"{name}:1: not UTF-8 ({error.reason} at byte {error.start})")
                continue
            digest.update(f"{path.name}\0{text}\0".encode())
            if schema is None:
                known = ", ".join(sorted(schemas))
                faults.append(f"{name}:1: unknown rule file - known ones: {known}")
            elif isinstance(schema, CsvSchema) and path.suffix == ".csv":
                found_rows += _read_csv(name, text, schema, faults, path.parent == own)
            elif isinstance(schema, TomlSchema) and path.suffix == ".toml":
                found_shapes += _read_toml(name, text, schema, faults)
            else:
                wanted = ".csv" if isinstance(schema, CsvSchema) else ".toml"
                faults.append(f"{name}:1: {stem} is read from {stem}{wanted}")
        if isinstance(schema, CsvSchema):
            rows[stem] = tuple(found_rows)
            faults += _repeated(found_rows, schema)
        elif isinstance(schema, TomlSchema):
            shapes[stem] = tuple(found_shapes)
    seen: dict[str, Shape] = {}
    for shape in (s for group in shapes.values() for s in group):
        if shape.id in seen:
            faults.append(f"{shape.where}: id {shape.id!r} is taken by {seen[shape.id].where}")
        seen.setdefault(shape.id, shape)
    if faults:
        raise RuleErrors(faults)
    return Rulebook(rows, shapes, digest.hexdigest())


def unproven(rules: Rulebook) -> Rulebook:
    """The same rules, none of them taken for tested: an extractor of them compiles every pattern at once.

    ``xinwen rules check`` asks for it, so that an edit of the package's own rules is told whole.
    """
    rows = {
        name: tuple(replace(row, own=False) for row in table) for name, table in rules.rows.items()
    }
    return replace(rules, rows=rows)


def _nearest(name: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f" - did you mean {close[0]!r}?" if close else f" - known: {', '.join(known)}"


def _read_csv(
    name: str, text: str, schema: CsvSchema, faults: list[str], own: bool
) -> Iterator[Row]:
    known = schema.required + schema.optional
    reader = csv.reader(io.StringIO(text, newline=""))
    header: list[str] | None = None
    line = 1
    for cells in reader:
        at, line = line, reader.line_num + 1
        if not cells or (len(cells) == 1 and not cells[0].strip()) or cells[0].startswith("#"):
            continue
        if header is None:
            header = [c.strip() for c in cells]
            for cell in header:
                if cell not in known:
                    faults.append(f"{name}:{at}: unknown column {cell!r}{_nearest(cell, known)}")
            for cell in schema.required:
                if cell not in header:
                    faults.append(f"{name}:{at}: column {cell!r} is missing")
            continue
        if len(cells) != len(header):
            faults.append(
                f"{name}:{at}: {len(cells)} cells where the header has {len(header)} "
                "(a cell with a comma needs quotes)"
            )
            continue
        values = dict.fromkeys(known, "") | dict(
            zip(header, (c.strip() for c in cells), strict=True)
        )
        row = Row(name, at, values, own)
        for cell in schema.required:
            if not values[cell]:
                faults.append(f"{row.where}: {cell!r} is empty")
        for cell, allowed in schema.enums.items():
            for value in row.list(cell):
                if value not in allowed:
                    faults.append(f"{row.where}: {cell} {value!r}{_nearest(value, allowed)}")
        yield row


def _repeated(rows: list[Row], schema: CsvSchema) -> Iterator[str]:
    if not schema.key:
        return
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(row[k] for k in schema.key)
        if key in seen:
            yield f"{row.where}: {' '.join(key)!r} stands already at {seen[key].where}"
        seen.setdefault(key, row)


def _read_toml(name: str, text: str, schema: TomlSchema, faults: list[str]) -> Iterator[Shape]:
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        faults.append(f"{name}:{found[1] if found else 1}: {error}")
        return
    for key in parsed:
        if key != "shape":
            faults.append(f"{name}:{_line_of(text, key)}: unknown table {key!r} - use [[shape]]")
    heads = [m.start() for m in re.finditer(r"(?m)^\[\[shape\]\]", text)] + [len(text)]
    common = ("id", "about", "examples", "never")
    known = common + schema.required + schema.optional
    for keys, begin, end in zip(parsed.get("shape", []), heads, heads[1:], strict=False):
        first = text.count("\n", 0, begin) + 1

        def line(key: str, begin: int = begin, end: int = end, first: int = first) -> int:
            return first + _line_of(text[begin:end], key) - 1

        where = f"{name}:{first}"
        for key in keys:
            if key not in known:
                faults.append(
                    f"{name}:{line(key)}: unknown key {key!r} in {keys.get('id', '?')!r}"
                    f"{_nearest(key, known)}"
                )
        for key in ("id", "about", *schema.required):
            if not keys.get(key):
                faults.append(f"{where}: {key!r} is missing in {keys.get('id', '?')!r}")
        for key, allowed in schema.enums.items():
            value = keys.get(key)
            if value is not None and value not in allowed:
                faults.append(f"{name}:{line(key)}: {key} {value!r}{_nearest(str(value), allowed)}")
        for key in schema.numbers:
            if type(keys.get(key, 0)) not in (int, float):
                faults.append(f"{name}:{line(key)}: {key} {keys[key]!r} is not a number")
        if not keys.get("examples"):
            faults.append(f"{where}: {keys.get('id', '?')!r} has no examples")
        rest = {k: v for k, v in keys.items() if k not in common}
        for key in ALTERNATIVES & rest.keys():
            if isinstance(rest[key], list):
                told = f"{name}:{line(key)}: {key} of {keys.get('id', '?')!r}"
                rest[key] = _either(rest[key], told, faults)
        yield Shape(
            name, first, str(keys.get("id", "")), str(keys.get("about", "")), rest,
            tuple(keys.get("examples", ())), tuple(keys.get("never", ())),
        )  # fmt: skip


def _either(alternatives: list[Any], told: str, faults: list[str]) -> str:
    """One pattern of the alternatives that a shape lists, a line each."""
    odd = next((a for a in alternatives if not isinstance(a, str) or not a), None)
    if odd is not None:
        faults.append(f"{told}: {odd!r} is no pattern - a list holds alternatives as strings")
        return "(?!)"
    return "|".join(alternatives)


def _line_of(text: str, key: str) -> int:
    found = re.search(rf"(?m)^\s*\[*{re.escape(key)}\b", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


_SLOT = re.compile(r"\{([a-z_]+)(?::([a-z_|]+))?\}")


def fill(pattern: str, slots: dict[str, str], where: str, faults: list[str]) -> str:
    """Put the alternations of ``slots`` into a shape's pattern: ``{bound}``, ``{unit:compute}``.

    A slot that is not known is a fault (``where`` names the place), and stays as it is.
    """

    def put(found: re.Match[str]) -> str:
        name = found[0][1:-1]
        if name not in slots:
            faults.append(f"{where}: unknown slot {found[0]}{_nearest(name, tuple(slots))}")
            return found[0]
        return f"(?:{slots[name]})"

    return _SLOT.sub(put, pattern)


def alternation(words: Iterator[str] | tuple[str, ...] | list[str] | set[str]) -> str:
    """Words as one regex alternation, the longest first, so that the longest match wins.

    Words that begin alike are tried once for what they have in common.

    >>> alternation(["总监", "首席", "首席执行官", "CEO", "总裁"])
    '首(?:席(?:执行官|))|CEO|总(?:监|裁)'
    """
    return _branches(sorted(set(words), key=lambda w: (-len(w), w)))


def _branches(words: list[str]) -> str:
    """An alternation of words in this order, but for those that cannot match at the same place."""
    heads: dict[str, list[str]] = {}
    for word in words:
        cased = word[:1].lower() != word[:1].upper()  # a and A may be one to the pattern
        heads.setdefault("" if cased else word[:1], []).append(word)
    out: list[str] = []
    for head, alike in heads.items():
        if not head or len(alike) == 1:
            out += map(re.escape, alike)
        else:
            out.append(f"{re.escape(head)}(?:{_branches([word[1:] for word in alike])})")
    return "|".join(out)
