"""Streams -> articles: what is packed is opened, and the reader of the format is asked.

``news.jsonl.gz`` is read as it is unpacked; of ``many.zip`` each file that can be read, under the name
``many.zip/folder/a.html``. Nothing is written to disk, so a name such as ``../../a.txt`` is only a name.
"""

from __future__ import annotations

import gzip
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from pipeline.readers import (
    LIMITS,
    PACKED,
    READERS,
    Found,
    NeedsExtra,
    Reading,
    needs,
    reader_for,
    refused,
)
from pipeline.readers.encoding import decode

_STREAMED = (".jsonl", ".ndjson", ".warc")
"""Formats that are read piece by piece, and may so be of any size."""
_DEPTH = 2
"""Archives inside archives inside an archive are not opened."""

_BEGINNING = 100_000
"""Bytes that show what kind of file it is."""


def kind_of(name: str) -> tuple[str, tuple[str, ...]]:
    """The suffix that tells the format, and those of what is packed around it, the outermost first.

    >>> kind_of("a/news.jsonl.gz")
    ('.jsonl', ('.gz',))
    """
    suffixes = [s.lower() for s in PurePosixPath(name).suffixes]
    packed = []
    while suffixes and suffixes[-1] in PACKED:
        packed.append(suffixes.pop())
    return (suffixes[-1] if suffixes else ""), tuple(packed)


def readable(name: str) -> bool:
    """Whether a file of this name can be read."""
    kind, _ = kind_of(name)
    return kind in READERS or kind == ".zip"


def unpack(
    stream: BinaryIO, name: str, path: str, reading: Reading, depth: int = 0
) -> Iterator[Found]:
    """The articles of a stream that is called ``name``; ``path`` is how the tables call it."""
    kind, packed = kind_of(name)
    if len(packed) > 1:
        yield refused(
            path, path.encode("utf-8", "replace"), "packed more than once; unpack it first"
        )
        return
    try:
        if packed:
            stream = _opened(stream, packed[0])
            if kind not in _STREAMED:
                data = stream.read(LIMITS.document + 1)
                if len(data) > LIMITS.document:
                    reason = f"unpacks to more than {LIMITS.document:,} bytes"
                    yield refused(path, data[:1000], reason)
                    return
                stream = io.BytesIO(data)
        if kind == ".zip":
            yield from _members(stream, path, reading, depth)
        else:
            yield from reader_for(kind)(stream, path, reading)
    except NeedsExtra as error:
        yield refused(path, path.encode("utf-8", "replace"), str(error))
    except (OSError, EOFError, zlib.error) as error:
        yield refused(path, path.encode("utf-8", "replace"), f"cannot be unpacked or read: {error}")
    except Exception as error:  # noqa: BLE001
        # The readers of others raise whatever a damaged file makes of them: it costs that file only.
        reason = f"broken: its reader stopped with {type(error).__name__}: {error}"
        yield refused(path, path.encode("utf-8", "replace"), reason[:500])


def beginning(data: bytes, suffix: str) -> bytes:
    """The first bytes of what is packed; none where it cannot be unpacked."""
    try:
        return _opened(io.BytesIO(data), suffix).read(_BEGINNING)
    except Exception:  # noqa: BLE001
        return b""  # what is wrong with it is told when it is read


def _opened(stream: BinaryIO, suffix: str) -> BinaryIO:
    if suffix == ".gz":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    try:
        import zstandard
    except ImportError as error:
        raise needs(".zst", error) from error
    unpacked = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(
        stream, read_across_frames=True
    )
    return cast(BinaryIO, io.BufferedReader(cast(io.RawIOBase, unpacked)))


def _members(stream: BinaryIO, path: str, reading: Reading, depth: int) -> Iterator[Found]:
    """The articles of an archive, in the order of the names of its files."""
    whole = path.encode("utf-8", "replace")
    if depth >= _DEPTH:
        yield refused(path, whole, "an archive in archives; unpack it first")
        return
    try:
        archive = zipfile.ZipFile(stream)
    except zipfile.BadZipFile as error:
        yield refused(path, whole, f"no zip archive, or a broken one: {error}")
        return
    with archive:
        infos = [i for i in archive.infolist() if not i.is_dir()]
        if len(infos) > LIMITS.members:
            yield refused(path, whole, f"holds more than {LIMITS.members:,} files")
            return
        left = LIMITS.archive
        taken = 0
        for name, info in sorted(((_name(i), i) for i in infos), key=lambda pair: pair[0]):
            hidden = any(
                part.startswith((".", "__MACOSX"))
                for part in PurePosixPath(name).parts
                if part != ".."
            )
            if hidden or not readable(name):
                continue
            taken += 1
            where = f"{path}/{name}"
            left -= info.file_size
            if reason := _danger(info, left):
                yield refused(where, where.encode("utf-8", "replace"), reason)
                continue
            try:
                data = archive.read(info)
            except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError) as error:
                yield refused(
                    where, where.encode("utf-8", "replace"), f"cannot be unpacked: {error}"
                )
                continue
            yield from unpack(io.BytesIO(data), name, where, reading, depth + 1)
        if not taken:
            yield refused(path, whole, "holds no file of a kind that is read")


def _danger(info: zipfile.ZipInfo, left: int) -> str:
    """Why a file of an archive is not unpacked; empty when nothing is wrong with it."""
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a symbolic link, which is not followed"
    if info.flag_bits & 1:
        return "locked with a password"
    if info.file_size > LIMITS.document:
        return f"unpacks to more than {LIMITS.document:,} bytes"
    if info.file_size > 1_000_000 and info.file_size > LIMITS.ratio * info.compress_size:
        return f"unpacks to more than {LIMITS.ratio} times its size, as no text does"
    if left < 0:
        return f"the archive unpacks to more than {LIMITS.archive:,} bytes"
    return ""


def _name(info: zipfile.ZipInfo) -> str:
    """The name of a file of an archive; programs that do not mark it as UTF-8 mean GB18030 or Big5."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return decode(info.filename.encode("cp437"))[0]
    except UnicodeError:
        return info.filename
