"""Tables and crawls of articles -> articles: JSONL, CSV, Parquet, WARC.

Each line, row or record is one article, named ``news.jsonl#17`` or, where there is a column of ids,
``news.jsonl#ID``. The text of an article is the cell, unchanged.
"""

from __future__ import annotations

import csv as csv_module
import io
import json
from collections.abc import Collection, Iterator, Mapping
from typing import BinaryIO

from pipeline.document.stamps import date_in
from pipeline.readers import LIMITS, Found, Reading, article, needs, quiet, refused
from pipeline.readers.encoding import decode

_USUAL = {
    "text": ("text", "content", "body", "article", "正文", "内容"),
    "id": ("id", "url", "链接"),
    "title": ("title", "headline", "标题"),
    "published": ("published", "date", "pubdate", "publish_time", "time", "日期", "发布时间"),
    "author": ("author", "作者"),
    "publisher": ("publisher", "source", "来源"),
    "url": ("url", "link", "链接"),
}
"""What columns are called where nothing else is said."""


def jsonl(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """One article a line: an object with a key for the text."""
    number = 0
    while line := stream.readline(LIMITS.record + 1):
        number += 1
        where = f"{path}#{number}"
        if len(line) > LIMITS.record:
            yield refused(where, line[:1000], f"a line of more than {LIMITS.record:,} bytes")
            while line and not line.endswith(b"\n"):
                line = stream.readline(LIMITS.record)
            continue
        if not line.strip():
            continue
        try:
            text, encoding = decode(line)
            row = json.loads(text)
        except (UnicodeError, ValueError, RecursionError) as error:
            yield refused(where, line, f"no line of JSON: {error}")
            continue
        if not isinstance(row, dict):
            yield refused(where, line, 'no object of JSON: {"text": …} is expected')
            continue
        yield _record(path, number, row, line, encoding, reading)


def csv(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """One article a row, below a row of column names; commas, tabs or semicolons between cells."""
    data = stream.read()
    try:
        text, encoding = decode(data)
    except UnicodeError as error:
        yield refused(path, data, str(error))
        return
    head = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",\t;", key=head.count)
    csv_module.field_size_limit(LIMITS.record)
    rows = csv_module.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 1
    try:
        if reason := _missing(rows.fieldnames or (), reading):
            yield refused(path, data, reason)
            return
        for number, row in enumerate(rows, 2):
            cells = {name: cell for name, cell in row.items() if name and isinstance(cell, str)}
            yield _record(
                path, number, cells, repr(row).encode("utf-8", "replace"), encoding, reading
            )
    except csv_module.Error as error:
        yield refused(f"{path}#{number + 1}", data, f"no row of CSV: {error}")


def parquet(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """One article a row."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise needs(".parquet", error) from error
    try:
        file = ParquetFile(stream)
        names = file.schema_arrow.names
        if reason := _missing(names, reading):
            yield refused(path, reason.encode(), reason)
            return
        number = 0
        for batch in file.iter_batches(batch_size=256, columns=_wanted(names, reading)):
            for row in batch.to_pylist():
                number += 1
                data = repr(row).encode("utf-8", "replace")
                yield _record(path, number, row, data, "utf-8", reading)
    except ArrowException as error:
        yield refused(path, str(error).encode(), f"no Parquet: {error}")


def _record(
    path: str, number: int, row: Mapping[str, object], data: bytes, encoding: str, reading: Reading
) -> Found:
    """The article of one row."""
    columns = reading.columns
    name = _cell(row, columns.id, "id") or str(number)
    where = f"{path}#{name}"
    column = _column(row, columns.text, "text")
    if column is None:
        return refused(where, data, _missing(row, reading))
    text = row[column]
    if not isinstance(text, str):
        return refused(where, data, f"column {column!r} holds no text")
    return article(
        where,
        text,
        encoding,
        title=_cell(row, columns.title, "title"),
        published=date_in(_cell(row, columns.date, "published"), reading.fetched),
        author=_cell(row, "", "author"),
        publisher=_cell(row, "", "publisher"),
        url=_cell(row, "", "url"),
        fetched=reading.fetched,
    )


def _missing(names: Collection[str], reading: Reading) -> str:
    """What to say where no column holds the text; empty where one does."""
    if _column(names, reading.columns.text, "text") is not None:
        return ""
    wanted, known = reading.columns.text or "text", ", ".join(list(names)[:20])
    return f"no column {wanted!r}: name the one of the text with --text-col (there are: {known})"


def _wanted(names: Collection[str], reading: Reading) -> list[str]:
    """The columns that are asked for."""
    columns = reading.columns
    named = {
        "text": columns.text,
        "id": columns.id,
        "title": columns.title,
        "published": columns.date,
    }
    found = (_column(names, named.get(field, ""), field) for field in _USUAL)
    return list(dict.fromkeys(name for name in found if name is not None))


def _column(row: Collection[str], named: str, field: str) -> str | None:
    """The column that holds a field: the one that was named, else one with a usual name."""
    if named:
        return named if named in row else None
    lower = {name.lower(): name for name in row}
    return next((lower[name] for name in _USUAL[field] if name in lower), None)


def _cell(row: Mapping[str, object], named: str, field: str) -> str:
    column = _column(row, named, field)
    value = row[column] if column is not None else None
    return str(value) if isinstance(value, (str, int, float)) or hasattr(value, "isoformat") else ""


def warc(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """One article a response that holds a page or a text; its address and day of fetching are known."""
    try:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
    except ImportError as error:
        raise needs(".warc", error) from error
    from pipeline.readers.notes import plain
    from pipeline.readers.pages import page

    number = faults = 0
    try:
        archive = ArchiveIterator(stream)
        while True:
            with quiet():  # it writes on stderr what it comes across
                record = next(archive, None)
            number += 1
            if archive.err_count > faults:
                faults = archive.err_count
                reason = "ends elsewhere than its Content-Length says; something of it may be lost"
                yield refused(f"{path}#{number - 1}", f"{path}#{number}".encode(), reason)
            if record is None:
                return
            if record.rec_type not in ("response", "resource") or not record.rec_headers:
                continue
            headers = record.http_headers or record.rec_headers
            kind = (headers.get_header("Content-Type") or "").partition(";")[0].strip().lower()
            if kind not in ("text/html", "application/xhtml+xml", "text/plain"):
                continue
            url = record.rec_headers.get_header("WARC-Target-URI") or ""
            where = f"{path}#{number}"
            status = record.http_headers.get_statuscode() if record.http_headers else "200"
            if status != "200":
                continue
            data = record.content_stream().read(LIMITS.record + 1)
            if len(data) > LIMITS.record:
                yield refused(where, data, f"a record of more than {LIMITS.record:,} bytes")
                continue
            fetched = record.rec_headers.get_header("WARC-Date") or reading.fetched
            known = Reading(reading.columns, fetched, reading.pages)
            if kind == "text/plain":
                yield from plain(io.BytesIO(data), where, known)
                continue
            try:
                text, encoding = decode(data)
            except UnicodeError as error:
                yield refused(where, data, str(error))
                continue
            yield page(text, where, encoding, known, url.strip("<>"))
    except ArchiveLoadFailed as error:
        yield refused(path, str(error).encode(), f"no WARC, or a broken one: {error}")
