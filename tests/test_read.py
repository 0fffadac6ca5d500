"""Files -> articles: encodings, line ends, what is refused and how that is said."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import opencc
import pytest

from pipeline.model import Article
from pipeline.readers.encoding import decode
from pipeline.readers.sources import Found, Refused, Source, read, shown, sources

HANS = "据介绍，这款芯片采用7纳米工艺，算力可达256TOPS，功耗只有75瓦。"
HANT = "據介紹，這款晶片採用7奈米製程，運算力可達256TOPS，功耗只有75瓦。"


def one(path: Path, data: bytes | None = None) -> Found:
    """What the file gives, which is one article or one refusal."""
    if data is not None:
        path.write_bytes(data)
    (found,) = read(Source(str(path)))
    return found


CORPUS = sorted((Path(__file__).parent.parent / "corpus" / "articles").glob("*.txt"))


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (HANS, "utf-8", "utf-8"),
        (HANS, "utf-8-sig", "utf-8-sig"),
        (HANS, "utf-16", "utf-16"),
        (HANS, "gbk", "gb18030"),
        (HANS, "gb18030", "gb18030"),
        (HANT, "gb18030", "gb18030"),
        (HANT, "big5", "big5"),
        (HANT, "utf-8", "utf-8"),
        ("plain ASCII", "ascii", "utf-8"),
    ],
)
def test_encodings(text: str, codec: str, name: str) -> None:
    assert decode(text.encode(codec)) == (text, name)


def pieces(codec: str, length: int = 20, step: int = 60) -> Iterator[str]:
    """Pieces of the corpus that the encoding can hold; of all articles in traditional characters for Big5."""
    for path in CORPUS:
        text = path.read_text(encoding="utf-8")
        if codec == "big5":
            text = _TRADITIONAL.convert(text)
        for start in range(0, len(text) - length, step):
            piece = text[start : start + length]
            with contextlib.suppress(UnicodeEncodeError):
                if not piece.encode(codec).isascii():
                    yield piece


_TRADITIONAL = opencc.OpenCC("s2t")


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "gbk", "gb2312", "big5"])
def test_short_pieces_of_the_corpus_in_old_encodings(codec: str) -> None:
    """At least 99.5 % of pieces of 20 characters are read right; `make encodings` compares with others."""
    right = total = 0
    for piece in pieces(codec):
        total += 1
        with contextlib.suppress(UnicodeError):
            right += decode(piece.encode(codec))[0] == piece
    assert total > 500
    assert right / total >= 0.995, f"{right} of {total}"


def test_a_few_damaged_characters_are_kept_in_their_places() -> None:
    data = (HANS * 5).encode()
    text, encoding = decode(data[:100] + b"\xff" + data[101:])
    assert encoding == "utf-8" and 1 <= text.count("\ufffd") <= 3
    assert text.startswith(HANS[:20]) and text.endswith(HANS)


def test_lines_in_different_encodings() -> None:
    data = b"\n".join([HANS.encode(), HANS.encode("gbk"), HANT.encode("big5"), b"ASCII"])
    assert decode(data) == (f"{HANS}\n{HANS}\n{HANT}\nASCII", "big5+gb18030+utf-8")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\x81\xff\xff", ["byte 0xFF at 0", "line 1", "save the file as UTF-8"]),
        ("芯片\n芯片".encode() + b"\xff\xff", ["byte 0xFF at 13", "line 2"]),
        (b"\xef\xbb\xbf\xe8\x8a", ["byte 0xE8 at 3", "utf-8-sig"]),
    ],
)
def test_what_cannot_be_decoded_says_where(data: bytes, words: list[str]) -> None:
    with pytest.raises(UnicodeError) as error:
        decode(data)
    for word in words:
        assert word in str(error.value)


def test_text_is_as_python_opens_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    found = one(path, "一行\r\n二行\r三行\n\u200b四行 ".encode())
    assert isinstance(found, Article)
    assert found.text == path.read_text(encoding="utf-8") == "一行\n二行\n三行\n\u200b四行 "


def test_mark_is_dropped(tmp_path: Path) -> None:
    found = one(tmp_path / "a.txt", b"\xef\xbb\xbf\xe8\x8a\xaf")
    assert isinstance(found, Article) and found.text == "芯"


@pytest.mark.parametrize("data", [b"", b" \n\t", "　\r\n".encode()])
def test_empty_is_refused(data: bytes, tmp_path: Path) -> None:
    found = one(tmp_path / "a.txt", data)
    assert isinstance(found, Refused)
    assert found.reason.startswith("empty")
    assert found.article.status == "rejected" and found.article.reason == found.reason
    assert found.reject.article == found.article.article


def test_other_kinds_are_refused_when_named_and_passed_over_in_folders(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("芯片", encoding="utf-8")
    (tmp_path / "b.DOC").write_bytes(b"\xd0\xcf")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "c.MD").write_text("芯片", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "d.txt").write_text("芯片", encoding="utf-8")
    found, passed = sources([str(tmp_path)])
    assert [Path(s.path).name for s in found] == ["a.txt", "c.MD"]
    assert [Path(p).name for p in passed] == ["b.DOC"]
    found, passed = sources([str(tmp_path / "b.DOC"), str(tmp_path)])
    assert [Path(s.path).name for s in found] == ["a.txt", "b.DOC", "c.MD"] and not passed
    (refused,) = read(found[1])
    assert isinstance(refused, Refused) and "save it as text" in refused.reason


def test_missing_input_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="nowhere: no such file"):
        sources(["nowhere"])


def test_the_same_file_named_twice_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("芯片", encoding="utf-8")
    assert len(sources([str(path), str(tmp_path)])[0]) == 1


def test_names_that_are_no_utf8_are_shown(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\n=1.txt")
    Path(path).write_text("芯片", encoding="utf-8")
    (source,) = sources([str(tmp_path)])[0]
    (found,) = read(source)
    assert isinstance(found, Article)
    assert found.path == shown(path) == f"{tmp_path}/\\xff\n=1.txt"


def test_links_that_lead_out_of_the_folder_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("密钥", encoding="utf-8")
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text("芯片", encoding="utf-8")
    (folder / "inside.txt").symlink_to("a.txt")
    (folder / "outside.txt").symlink_to("../secret.txt")
    (folder / "all").symlink_to("..")
    found, passed = sources([str(folder)])
    assert [Path(s.path).name for s in found] == ["a.txt", "inside.txt"]
    assert [Path(p).name for p in passed] == ["outside.txt"]
