"""Files -> articles.

In: paths of ``.txt`` and ``.md`` files, of folders (searched through), or ``-`` for standard input.
Out: one ``Article`` a file, or a ``Refused`` that says why not and what would cure it.

The text is the file's text, unchanged but for a byte-order mark that is dropped and line ends that
are read as Python's ``open`` reads them (CRLF and CR as one ``\\n``), so that
``open(path).read()[start:end]`` is the cell of a table.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline.model import Article, ArticleRow, Reject

SUFFIXES = (".txt", ".md")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path as it will stand in the tables, and its size in bytes."""

    path: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that gave no article."""

    path: str
    reason: str
    sha256: str
    """Of the file's bytes, or of its path when not even these could be read."""

    @property
    def article(self) -> ArticleRow:
        """Its row of table articles."""
        return ArticleRow(
            article="a" + self.sha256[:12], path=self.path, script="", encoding="",
            sha256=self.sha256, status="rejected", reason=self.reason,
        )  # fmt: skip

    @property
    def reject(self) -> Reject:
        """Its row of table rejected."""
        return Reject("a" + self.sha256[:12], self.path, "read", self.reason)


def sources(inputs: Iterable[str]) -> tuple[list[Source], list[str]]:
    """Every file that the inputs name, sorted by path, and the files of folders that are passed over.

    Raises ``FileNotFoundError`` for an input that does not exist. Hidden files and what is no text
    file are passed over in folders only; a file that was named is always read.
    """
    found: dict[str, Source] = {}
    passed: set[str] = set()
    for name in inputs:
        path = Path(name)
        if name == "-":
            found[name] = Source(name)
        elif path.is_dir():
            for file in _walk(path):
                if file.suffix.lower() in SUFFIXES:
                    found[str(file)] = Source(str(file), file.stat().st_size)
                else:
                    passed.add(str(file))
        elif path.exists():
            found[str(path)] = Source(str(path), path.stat().st_size)
        else:
            raise FileNotFoundError(f"{name}: no such file or folder")
    return sorted(found.values(), key=lambda s: s.path), sorted(passed - found.keys())


def _walk(folder: Path) -> Iterator[Path]:
    """Regular files below a folder, none hidden; links to folders are not followed."""
    for here, folders, files in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".")]
        for name in files:
            path = Path(here, name)
            if not name.startswith(".") and path.is_file():
                yield path


def read(source: Source) -> Article | Refused:
    """The article of one file."""
    try:
        data = sys.stdin.buffer.read() if source.path == "-" else Path(source.path).read_bytes()
    except OSError as error:
        digest = sha256(os.fsencode(source.path)).hexdigest()
        return Refused(source.path, f"cannot be read: {error.strerror}", digest)
    if source.path != "-" and Path(source.path).suffix.lower() not in SUFFIXES:
        known = ", ".join(SUFFIXES)
        return _refused(source, data, f"not a kind of file that is read ({known}); save it as text")
    return article(data, source)


def article(data: bytes, source: Source) -> Article | Refused:
    """The article that a file's bytes hold."""
    try:
        text, encoding = decode(data)
    except UnicodeError as error:
        return _refused(source, data, str(error))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return _refused(source, data, "empty: no character but white space")
    return Article(text, path=source.path, encoding=encoding)


def _refused(source: Source, data: bytes, reason: str) -> Refused:
    return Refused(source.path, reason, sha256(data).hexdigest())


# ------------------------------------------------------------------------------------ encodings

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
# The characters that make up half of any Chinese text, simplified and traditional: right guesses
# are full of them, wrong ones almost without.
_COMMON = frozenset(
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对"
    "可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公"
    "同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正"
    "名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并"
    "内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表"
    "原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风"
    "片芯算能量据该款核推模型性存显布示表亿元处理器达支持"
    "這來國個說們為時會著過學對裡後麼沒於還發當無開經頭見動兩長樣現將與進實點種聲話兒問機給幾業間"
    "電門東聽氣關並內產車應從體總場師書員萬難報馬張數條處親務據該達顯億"
    "，。、；：？！“”‘’「」（）《》0123456789"
)
_LEGACY = ("gb18030", "big5hkscs")


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding: by its mark, as strict UTF-8, else the likelier of GB18030 and Big5.

    Raises ``UnicodeError`` with the place and the cure when none of them can read it.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(codec), name
            except UnicodeDecodeError as error:
                raise UnicodeError(_fault(data, error, name, len(mark))) from error
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        fault = _fault(data, error, "utf-8")
    readings = []
    for name in _LEGACY:
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        readings.append((commonness(text), text, name))
    if not readings:
        raise UnicodeError(fault)
    score, text, name = max(readings, key=lambda r: r[0])
    # Any bytes can be read as something: less than this is no Chinese, but damage or another script.
    if score < 0.15:
        raise UnicodeError(fault)
    return text, "big5" if name == "big5hkscs" else name


def commonness(text: str) -> float:
    """The share of common Chinese characters among all that are not ASCII."""
    sample = [c for c in text[:20_000] if c > "\x7f"]
    return sum(c in _COMMON for c in sample) / len(sample) if sample else 0.0


def _fault(data: bytes, error: UnicodeDecodeError, name: str, skipped: int = 0) -> str:
    at = error.start + skipped
    line = data.count(b"\n", 0, at) + 1
    return (
        f"cannot be decoded: byte 0x{data[at]:02X} at {at} (line {line}) is not {name}, and the whole "
        "is not GB18030 or Big5 either; mend that byte or save the file as UTF-8"
    )
