"""Files -> articles.

In: paths of files, of folders (searched through), or ``-`` for standard input. Out: for each file its
articles, one of a text or a page, many of a table or an archive; a ``Refused`` for what gave none, which
says why and what would cure it. The formats are in ``pipeline/readers``.

The text of a ``.txt`` file is the file's text, unchanged but for a byte-order mark that is dropped and
line ends that are read as Python's ``open`` reads them (CRLF and CR as one ``\\n``), so that
``open(path).read()[start:end]`` is the cell of a table.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from pipeline.readers import PACKED, SUFFIXES, Found, Reading, Refused, refused
from pipeline.readers.archives import beginning, readable, unpack

__all__ = ["SUFFIXES", "Found", "Reading", "Refused", "Source", "read", "sources"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path as it was given, and its size in bytes."""

    path: str
    size: int = 0


def sources(inputs: Iterable[str]) -> tuple[list[Source], list[str]]:
    """Every file that the inputs name, sorted by path, and the files of folders that are passed over.

    Raises ``FileNotFoundError`` for an input that does not exist. Hidden files, links that lead out of
    the folder and what is of no kind that is read are passed over in folders only; a file that was
    named is always read.
    """
    found: dict[str, Source] = {}
    passed: set[str] = set()
    for name in inputs:
        path = Path(name)
        if name == "-":
            found[name] = Source(name)
        elif path.is_dir():
            for file in _walk(path):
                if readable(file.name) and not _leads_out(file, path):
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


def _leads_out(file: Path, folder: Path) -> bool:
    return file.is_symlink() and not file.resolve().is_relative_to(folder.resolve())


def read(source: Source, reading: Reading | None = None) -> Iterator[Found]:
    """The articles of one file."""
    reading = reading or Reading()
    path = shown(source.path)
    try:
        if source.path == "-":
            data = sys.stdin.buffer.read()
            yield from unpack(io.BytesIO(data), "-" + kind_of_bytes(data, reading), path, reading)
            return
        if not readable(source.path):
            known = ", ".join(SUFFIXES)
            data = Path(source.path).read_bytes()
            reason = f"not a kind of file that is read ({known}); save it as text"
            yield refused(path, data, reason)
            return
        with Path(source.path).open("rb") as stream:
            yield from unpack(stream, source.path, path, reading)
    except OSError as error:
        digest = sha256(os.fsencode(source.path)).hexdigest()
        yield Refused(path, f"cannot be read: {error.strerror}", digest)


def shown(path: str) -> str:
    """A path as the tables show it: bytes of a name that are no UTF-8 as ``\\\\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


_MAGIC = (
    (b"%PDF-", ".pdf"),
    (b"PK\x03\x04", ".zip"),
    (b"PAR1", ".parquet"),
    (b"WARC/", ".warc"),
    (b"\x1f\x8b", ".gz"),
    (b"\x28\xb5\x2f\xfd", ".zst"),
)
_PAGE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?:<!doctype html|<html|<\?xml[^>]{0,100}\?>\s*<!doctype html)", re.I
)
_MAIL = re.compile(rb"[A-Z][A-Za-z-]+: .{0,4000}?\nMIME-Version:", re.S)


def kind_of_bytes(data: bytes, reading: Reading) -> str:
    """The suffix that standard input would have as a file."""
    for magic, suffix in _MAGIC:
        if data.startswith(magic):
            if suffix not in PACKED:
                return _office(data) if suffix == ".zip" else suffix
            inside = beginning(data, suffix)
            again = any(inside.startswith(m) for m, packed in _MAGIC if packed in PACKED)
            return (suffix if again else kind_of_bytes(inside, reading)) + suffix
    if _PAGE.match(data[:2000]):
        return ".html"
    if _MAIL.match(data[:4000]):
        return ".mhtml"
    if reading.columns.text or re.match(rb'\s*\{\s*"\w+"\s*:', data[:200]):
        return ".jsonl" if data.lstrip()[:1] == b"{" else ".csv"
    return ".md" if data.startswith((b"---\n", b"+++\n")) else ".txt"


def _office(data: bytes) -> str:
    """A zip archive may be a document."""
    head = data[:4000]
    return (
        ".docx"
        if b"word/" in data[:100_000]
        else ".epub"
        if b"application/epub+zip" in head
        else ".zip"
    )
