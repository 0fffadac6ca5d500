"""Files -> articles: encodings, line ends, what is refused and how that is said."""

import contextlib
from pathlib import Path

import pytest

from pipeline.model import Article
from pipeline.read import Refused, Source, article, decode, read, sources

HANS = "据介绍，这款芯片采用7纳米工艺，算力可达256TOPS，功耗只有75瓦。"
HANT = "據介紹，這款晶片採用7奈米製程，運算力可達256TOPS，功耗只有75瓦。"
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


def test_short_pieces_of_the_corpus_in_old_encodings() -> None:
    """At least 99.5 % of pieces of 20 characters are read right."""
    right = total = 0
    for path in CORPUS:
        text = path.read_text(encoding="utf-8").replace("\n", "")
        codecs = ("gb18030", "big5hkscs") if "hant" in path.stem else ("gb18030",)
        for codec in codecs:
            for start in range(0, len(text) - 20, 60):
                piece = text[start : start + 20]
                try:
                    data = piece.encode(codec)
                except UnicodeEncodeError:
                    continue
                if sum(c > "\x7f" for c in piece) < 8:
                    continue
                total += 1
                with contextlib.suppress(UnicodeError):
                    right += decode(data)[0] == piece
    assert total > 500
    assert right / total >= 0.995, f"{right} of {total}"


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
    path.write_bytes("一行\r\n二行\r三行\n\u200b四行 ".encode())
    found = read(Source(str(path)))
    assert isinstance(found, Article)
    assert found.text == path.read_text(encoding="utf-8") == "一行\n二行\n三行\n\u200b四行 "


def test_mark_is_dropped() -> None:
    found = article(b"\xef\xbb\xbf\xe8\x8a\xaf", Source("a.txt"))
    assert isinstance(found, Article) and found.text == "芯"


@pytest.mark.parametrize("data", [b"", b" \n\t", "　\r\n".encode()])
def test_empty_is_refused(data: bytes) -> None:
    found = article(data, Source("a.txt"))
    assert isinstance(found, Refused)
    assert found.reason.startswith("empty")
    assert found.article.status == "rejected" and found.article.reason == found.reason
    assert found.reject.article == found.article.article


def test_other_kinds_are_refused_when_named_and_passed_over_in_folders(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("芯片", encoding="utf-8")
    (tmp_path / "b.PDF").write_bytes(b"%PDF")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "c.MD").write_text("芯片", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "d.txt").write_text("芯片", encoding="utf-8")
    found, passed = sources([str(tmp_path)])
    assert [Path(s.path).name for s in found] == ["a.txt", "c.MD"]
    assert [Path(p).name for p in passed] == ["b.PDF"]
    found, passed = sources([str(tmp_path / "b.PDF"), str(tmp_path)])
    assert [Path(s.path).name for s in found] == ["a.txt", "b.PDF", "c.MD"] and not passed
    refused = read(found[1])
    assert isinstance(refused, Refused) and "save it as text" in refused.reason


def test_missing_input_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="nowhere: no such file"):
        sources(["nowhere"])


def test_the_same_file_named_twice_is_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("芯片", encoding="utf-8")
    assert len(sources([str(path), str(tmp_path)])[0]) == 1
