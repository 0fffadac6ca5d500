"""How often pieces of the corpus are read right, here and by others: ``make encodings``.

Pieces of 10, 20 and 40 characters of corpus/articles in each encoding; for Big5 in traditional characters.
A piece counts when the decoded text is the piece. The first column is ``pipeline.readers.encoding.decode``.
"""

import contextlib
from collections.abc import Callable

import chardet
import charset_normalizer
from test_read import pieces

from pipeline.readers.encoding import decode


def ours(data: bytes) -> str:
    return decode(data)[0]


def normalizer(data: bytes) -> str:
    return str(charset_normalizer.from_bytes(data).best() or "")


def detector(data: bytes) -> str:
    return data.decode(chardet.detect(data)["encoding"] or "ascii")


READERS: dict[str, tuple[Callable[[bytes], str], int]] = {
    "xinwen": (ours, 1),
    "charset-normalizer": (normalizer, 8),
    "chardet": (detector, 2),
}
"""By name: what reads, and every how manieth piece is tried (charset-normalizer needs 10 ms for one)."""


def right(read: Callable[[bytes], str], codec: str, length: int, step: int) -> tuple[int, int]:
    """How many pieces are read right, of how many."""
    good = total = 0
    for piece in list(pieces(codec, length))[::step]:
        total += 1
        with contextlib.suppress(UnicodeError, LookupError):
            good += read(piece.encode(codec)) == piece
    return good, total


def main() -> None:
    print(
        "| encoding | characters | " + " | ".join(READERS) + " |\n|---|---|" + "---|" * len(READERS)
    )
    for codec in ("utf-8", "gb18030", "gbk", "gb2312", "big5"):
        for length in (10, 20, 40):
            cells = []
            for read, step in READERS.values():
                good, total = right(read, codec, length, step)
                cells.append(f"{100 * good / total:.2f} % of {total:,}")
            print(f"| {codec} | {length} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
