"""Kinds of files -> articles: one module a family of formats, imported when a file asks for it.

In: a binary stream, the name under which its articles stand in the tables, and a ``Reading`` (the
columns of tables of articles, the day of fetching, the rules about pages). Out: ``Article`` and
``Refused``, one after another; ``pipeline/readers/sources.py`` opens the files and chooses the reader.

    page.html -> pages.html     paper.pdf -> pdf.pdf        news.jsonl.gz -> records.jsonl
    page.mhtml -> pages.mhtml   note.docx -> papers.docx    crawl.warc.gz -> records.warc
    note.md -> notes.markdown   book.epub -> papers.epub    many.zip -> each of its files

Readers take nothing on trust: sizes are bounded (``LIMITS``), no entity of XML is resolved, nothing
is written or fetched, no link is followed.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from typing import BinaryIO

from pipeline.model import Article, ArticleRow, Reject
from pipeline.readers.page_rules import PageRules


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may unfold to."""

    document: int = 256_000_000
    """Bytes of one document after it was unpacked."""
    record: int = 64_000_000
    """Bytes of one line of JSONL, or of one record of WARC."""
    members: int = 100_000
    """Files in one archive."""
    archive: int = 4_000_000_000
    """Bytes of all files of an archive after they were unpacked."""
    ratio: int = 200
    """How much larger than its packed form a member of more than a million bytes may be."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns (or keys) of JSONL, CSV and Parquet hold what; empty means the usual names."""

    text: str = ""
    id: str = ""
    title: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader of a file knows besides the file."""

    columns: Columns = Columns()
    fetched: str = ""
    """ISO date on which pages were saved, for dates such as 3小时前; WARC and MHTML carry their own."""
    pages: PageRules = field(default_factory=PageRules)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file, or a part of one, that gave no article."""

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


Found = Article | Refused
Reader = Callable[[BinaryIO, str, Reading], Iterator[Found]]

READERS = {
    ".txt": "notes.plain",
    ".md": "notes.markdown",
    ".markdown": "notes.markdown",
    ".html": "pages.html",
    ".htm": "pages.html",
    ".shtml": "pages.html",
    ".xhtml": "pages.html",
    ".mhtml": "pages.mhtml",
    ".mht": "pages.mhtml",
    ".docx": "papers.docx",
    ".pdf": "pdf.pdf",
    ".epub": "papers.epub",
    ".jsonl": "records.jsonl",
    ".ndjson": "records.jsonl",
    ".csv": "records.csv",
    ".tsv": "records.csv",
    ".parquet": "records.parquet",
    ".warc": "records.warc",
}
"""Suffix -> module and function. ``.gz`` and ``.zst`` behind any of them, and ``.zip``, are opened first."""

SUFFIXES = (*READERS, ".zip")
PACKED = (".gz", ".zst")


class NeedsExtra(ImportError):
    """A reader's packages are not installed; the message names the extra that brings them."""


def reader_for(suffix: str) -> Reader:
    """The reader of files with this suffix. Raises ``NeedsExtra``."""
    module, _, name = READERS[suffix].partition(".")
    try:
        found = getattr(import_module(f"pipeline.readers.{module}"), name)
    except ImportError as error:
        raise needs(suffix, error) from error
    reader: Reader = found
    return reader


def needs(kind: str, error: ImportError) -> NeedsExtra:
    """What to say when a package is missing."""
    return NeedsExtra(
        f"{kind} files need the package {error.name}: install it with pip install 'xinwen[readers]'"
    )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """What the libraries that read a format say of it on the way stays off the terminal."""
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings(action="ignore"):
        yield


def refused(path: str, data: bytes, reason: str) -> Refused:
    """A refusal of these bytes."""
    return Refused(path, reason, sha256(data).hexdigest())


def article(path: str, text: str, encoding: str, **known: str) -> Found:
    """An article of this text, with the characters out of it that no file can hold."""
    text = whole(text.replace("\r\n", "\n").replace("\r", "\n"))
    if not text.strip():
        return refused(path, text.encode(), "empty: no character but white space")
    known = {name: whole(" ".join(value.split())) for name, value in known.items()}
    return Article(text, path=path, encoding=encoding, **known)


def whole(text: str) -> str:
    """A text without lone surrogates (``"\\ud83d"`` in JSON): each becomes U+FFFD, in its place."""
    return (
        text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if _lone(text)
        else text
    )


def _lone(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
