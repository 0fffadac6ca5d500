"""Input that wants to do harm or is damaged: no crash, no hang, no broken span, nothing silent."""

import gzip
import io
import random
import stat
import time
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pyarrow
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from pipeline import Extractor, readers
from pipeline.batch.local import Limits as ArticleLimits
from pipeline.batch.local import run
from pipeline.cli import main
from pipeline.model import Article, Facts
from pipeline.output.write import blocks, read_table
from pipeline.readers import READERS, Limits, archives, papers, records
from pipeline.readers.archives import unpack
from pipeline.readers.encoding import decode
from pipeline.readers.page_rules import PageRules
from pipeline.readers.sources import Reading, Refused, Source, kind_of_bytes, read, sources

SAMPLES = Path(__file__).parent / "samples"
SENTENCE = (
    "寒武纪的思元370采用7纳米工艺，INT8算力最高256TOPS。山海证券分析师林舟表示，产能已经恢复。"
)


@pytest.fixture(scope="session")
def reading(extractor: Extractor) -> Reading:
    return Reading(pages=PageRules.compile(extractor.rules))


def spans_hold(text: str, facts: Facts) -> None:
    """Every cell is the slice of the text that it says it is, and every row can be written."""
    for row in facts.metrics:
        assert text[row.start : row.end] == row.text
        if row.subject_start is not None:
            assert text[row.subject_start : row.subject_end] == row.subject_text
    for quote in facts.quotes:
        assert text[quote.start : quote.end] == quote.content
        if quote.cue_start is not None:
            assert text[quote.cue_start : quote.cue_end] == quote.cue
    for event in facts.events:
        assert text[event.start : event.end] == event.text
        assert text[event.chip_start : event.chip_end] == event.chip_text
        assert (
            event.date_start is None or text[event.date_start : event.date_end] == event.date_text
        )
        assert event.earliest <= event.latest
    for chip in facts.chips:
        assert 0 <= chip.start < chip.end <= len(text)
    for name, (_, rows) in blocks(facts).items():
        assert rows.encode(), name


# ------------------------------------------------------------------------------------ characters


@pytest.mark.parametrize(
    "mark",
    ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\x00", "\u202e", "\ufe0f", "\U000e0041"],
)
def test_invisible_characters_between_all_others(mark: str, extractor: Extractor) -> None:
    plain = extractor(Article(SENTENCE))
    text = mark + mark.join(SENTENCE) + mark
    facts = extractor(Article(text))
    spans_hold(text, facts)
    assert [(c.chip, c.maker) for c in facts.chips] == [(c.chip, c.maker) for c in plain.chips]
    for old, new in zip(plain.metrics, facts.metrics, strict=True):
        assert (old.subject, old.metric, old.value) == (new.subject, new.metric, new.value)
        assert new.text.replace(mark, "") == old.text
    for was, now in zip(plain.quotes, facts.quotes, strict=True):
        assert (was.speaker, now.content.replace(mark, "")) == (now.speaker, was.content)


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\u200b\n😀"])
def test_nothing_to_see(text: str, extractor: Extractor) -> None:
    facts = extractor(Article(text))
    assert not facts.chips and not facts.metrics and not facts.quotes


def test_homoglyphs(extractor: Extractor) -> None:
    facts = extractor(Article("英伟达的Н100和А100功耗都是𝟕𝟎𝟎W，能运行LIama 3。"))
    assert {c.chip for c in facts.chips} == {"H100", "A100"}
    assert {m.value for m in facts.metrics} == {700}


def test_an_emoji_before_every_fact(extractor: Extractor) -> None:
    text = "🚀" + SENTENCE.replace("思元", "🔥思元").replace("7纳米", "⚡️7纳米").replace(
        "256", "👨‍👩‍👧256"
    ).replace("林舟", "🇨🇳林舟").replace("产能", "😀产能")
    facts = extractor(Article(text))
    spans_hold(text, facts)
    assert {(m.subject, m.value) for m in facts.metrics} == {("思元370", 7), ("思元370", 256)}
    assert [(q.speaker, q.organization) for q in facts.quotes] == [("林舟", "山海证券")]


def test_lone_surrogates_and_lost_characters(extractor: Extractor, tmp_path: Path) -> None:
    text = SENTENCE + "\ud83d损坏\ufffd\ufffd在此"
    facts = extractor(Article(text))
    assert [(r.stage, r.start, r.end) for r in facts.rejected if "U+FFFD" in r.reason] == [
        ("read", len(SENTENCE) + 3, len(SENTENCE) + 5)
    ]
    data = (SENTENCE * 4).encode()
    (tmp_path / "a.txt").write_bytes(data[:200] + b"\xff" + data[201:])
    run(sources([str(tmp_path / "a.txt")])[0], tmp_path / "out")
    (text_file,) = (tmp_path / "out" / "text").iterdir()
    lost = [r for r in read_table(tmp_path / "out" / "rejected.csv") if "U+FFFD" in r["reason"]]
    kept = text_file.read_text(encoding="utf-8")
    assert sum(len(r["text"]) for r in lost) == kept.count("\ufffd") > 0
    assert all(kept[int(r["start"]) : int(r["end"])] == r["text"] for r in lost)


def test_nothing_steers_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "\x1b]0;name\x07.txt"
    path.write_text("# \x1b[2J标题\u202e\n\n" + SENTENCE, encoding="utf-8")
    assert main(["extract", str(path)]) == 0
    (tmp_path / "\x1b[31m.zip").write_bytes(b"x")
    main(["extract", str(tmp_path / "\x1b[31m.zip")])
    out, err = capsys.readouterr()
    assert "标题" in out and "zip" in err
    assert not set(out + err) & {"\x1b", "\x07", "\u202e"}


def test_file_names_that_are_formulas_or_lines(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("=1+1.txt", "a\nb.txt", '"quoted",.txt', "'.txt"):
        (folder / name).write_text(SENTENCE + name, encoding="utf-8")
    run(sources([str(folder)])[0], tmp_path / "out")
    rows = list(read_table(tmp_path / "out" / "articles.csv"))
    assert {Path(r["path"]).name for r in rows} == {
        "=1+1.txt",
        "a\nb.txt",
        '"quoted",.txt',
        "'.txt",
    }


# -------------------------------------------------------------------------------------- archives


def reasons(path: Path, reading: Reading | None = None) -> list[str]:
    return [f.reason for f in read(Source(str(path)), reading) if isinstance(f, Refused)]


def test_zip_bomb(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.txt", b"\0" * 50_000_000)
        archive.writestr("good.txt", SENTENCE)
    found = list(read(Source(str(tmp_path / "a.zip"))))
    assert isinstance(found[0], Refused) and "200 times its size" in found[0].reason
    assert isinstance(found[1], Article)


def test_gzip_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = replace(readers.LIMITS, document=1_000_000, record=1_000_000)
    for module in (archives, papers, records):
        monkeypatch.setattr(module, "LIMITS", small)
    for name in ("a.txt.gz", "a.html.gz", "a.jsonl.gz", "a.csv.gz"):
        (tmp_path / name).write_bytes(gzip.compress(b"x" * 50_000_000))
        (reason,) = reasons(tmp_path / name)
        assert "more than 1,000,000 bytes" in reason


def test_standard_input_that_is_packed_twice_or_broken(reading: Reading) -> None:
    packed = gzip.compress(b"x")
    for data in (gzip.compress(packed), packed[:12], b"\x1f\x8b", b"\x28\xb5\x2f\xfd damaged"):
        name = "-" + kind_of_bytes(data, reading)
        (found,) = unpack(io.BytesIO(data), name, "-", reading)
        assert isinstance(found, Refused) and found.reason


def test_what_is_in_an_archive_stays_in_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../outside.txt", SENTENCE)
        archive.writestr("/etc/absolute.txt", SENTENCE + "二")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    before = sorted(tmp_path.parent.rglob("*"))
    run(sources([str(tmp_path / "a.zip")])[0], tmp_path / "out")
    after = {
        p for p in sorted(tmp_path.parent.rglob("*")) if not p.is_relative_to(tmp_path / "out")
    }
    assert after == set(before)
    rows = list(read_table(tmp_path / "out" / "articles.csv"))
    assert sorted(r["status"] for r in rows) == ["ok", "ok", "rejected"]
    assert any("symbolic link" in r["reason"] for r in rows)


def test_archives_in_archives(tmp_path: Path) -> None:
    data = SENTENCE.encode()
    name = "a.txt"
    for _ in range(5):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr(name, data)
        data, name = out.getvalue(), "a.zip"
    (tmp_path / "a.zip").write_bytes(data)
    assert reasons(tmp_path / "a.zip") == ["an archive in archives; unpack it first"]


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LIMITS", Limits(members=10))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for n in range(11):
            archive.writestr(f"{n}.txt", SENTENCE)
    assert reasons(tmp_path / "a.zip") == ["holds more than 10 files"]


def test_a_document_that_unpacks_to_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "LIMITS", Limits(document=1000))
    for name in ("paper.docx", "paper.epub"):
        assert reasons(SAMPLES / name) == ["unpacks to more than 1,000 bytes"]


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
)


@pytest.mark.parametrize("name", ["paper.docx", "paper.epub"])
def test_entities_are_not_resolved(name: str, tmp_path: Path, reading: Reading) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(SAMPLES / name) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith((".xml", ".opf", ".xhtml")) and b"<?xml" in data[:10]:
                text = data.decode()
                text = LAUGHS + text[text.index("?>") + 2 :].replace("林舟", "&j;&f;")
                data = text.encode()
            new.writestr(info, data)
    (tmp_path / name).write_bytes(out.getvalue())
    started = time.perf_counter()
    for found in read(Source(str(tmp_path / name)), reading):
        if isinstance(found, Article):
            assert (
                "root:" not in found.text and "hahaha" not in found.text and len(found.text) < 5000
            )
    assert time.perf_counter() - started < 5


def deflated(piece: bytes, times: int) -> bytes:
    """So many times the same, packed."""
    pack = zlib.compressobj(9)
    return b"".join([*(pack.compress(piece) for _ in range(times)), pack.flush()])


def drawn(stream: bytes, *forms: bytes) -> bytes:
    """A PDF of one page with this packed content, which may call forms /X0, /X1, …"""
    names = b" ".join(b"/X%d %d 0 R" % (n, 6 + n) for n in range(len(forms)))
    resources = b"<< /Font << /F 5 0 R >> /XObject << %s >> >>" % names
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources %s >>"
        % resources,
        b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        *(
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources %s /Length %d >> stream\n%s\nendstream"
            % (resources, len(form), form)
            for form in forms
        ),
    ]
    out = b"%PDF-1.5\n" + b"".join(
        b"%d 0 obj\n%s\nendobj\n" % (n, o) for n, o in enumerate(objects, 1)
    )
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n0\n%%%%EOF" % (len(objects) + 1)


def word(body: bytes) -> bytes:
    """A Word document with this between the tags of its body."""
    begin = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    out = io.BytesIO()
    with (
        zipfile.ZipFile(SAMPLES / "paper.docx") as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            document = info.filename == "word/document.xml"
            new.writestr(
                info, begin + body + b"</w:body></w:document>" if document else old.read(info)
            )
    return out.getvalue()


def repeated(text: str, rows: int) -> bytes:
    """A Parquet file that holds one text in so many rows, once on disk."""
    out = io.BytesIO()
    places = pyarrow.array([0] * rows, pyarrow.int32())
    column = pyarrow.DictionaryArray.from_arrays(places, [text])
    parquet.write_table(pyarrow.table({"text": column}), out, compression="zstd")
    return out.getvalue()


@pytest.mark.parametrize("ring", [b"2 0 R", b"5 0 R"])
def test_references_in_a_ring(ring: bytes, tmp_path: Path, reading: Reading) -> None:
    """Found by fuzzing: an object of a PDF that is nothing but a reference to itself, or to one that refers to it."""
    data = drawn(zlib.compress(b"BT /F 10 Tf 50 700 Td (a) Tj ET"))
    data = data.replace(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", ring)
    data = data.replace(b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>", b"2 0 R")
    (tmp_path / "a.pdf").write_bytes(data)
    (found,) = read(Source(str(tmp_path / "a.pdf")), reading)
    assert isinstance(found, Article) and found.text == "a"


BOMBS = {
    "blanks.pdf": lambda: drawn(deflated(b" " * 1_000_000, 400)),
    "twice.pdf": lambda: drawn(deflated(b"q Q " * 250_000, 400)),
    "forms.pdf": lambda: drawn(zlib.compress(b"/X0 Do"), *(b"/X%d Do " % (n + 1) * 10 for n in range(9)), b""),
    "words.pdf": lambda: drawn(deflated(b"BT /F 10 Tf 50 700 Td (abcdefgh) Tj ET\n" * 10_000, 100)),
    "paragraphs.docx": lambda: word(b"<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 2_500_000),
    "nested.docx": lambda: word(b"<w:tbl><w:tr><w:tc>" * 50_000),
    "rows.parquet": lambda: repeated("芯" * 1_000_000, 1000),
}  # fmt: skip
"""Small files that unfold to gigabytes, or take their parsers hours."""


@pytest.mark.parametrize("name", BOMBS)
def test_documents_made_to_wear_out_their_parser(name: str, tmp_path: Path) -> None:
    """It is refused, within the limits of an article, and costs the good one nothing."""
    (tmp_path / name).write_bytes(BOMBS[name]())
    assert (tmp_path / name).stat().st_size < 2_000_000
    (tmp_path / "good.txt").write_text(SENTENCE, encoding="utf-8")
    limits = ArticleLimits(seconds=5, megabytes=300)
    started = time.perf_counter()
    report = run(sources([str(tmp_path)])[0], tmp_path / "out", limits=limits)
    assert time.perf_counter() - started < 60
    assert report.articles == 1 and [Path(p).name for p, _ in report.refused] == [name]
    (row,) = (r for r in read_table(tmp_path / "out" / "rejected.csv") if r["path"].endswith(name))
    assert row["stage"] == "read" and row["reason"]
    assert [r["subject"] for r in read_table(tmp_path / "out" / "metrics.csv")] == ["思元370"] * 2


@pytest.mark.parametrize(("name", "read"), [(b"document", True), (b"body", False)])
def test_a_word_document_of_other_elements(name: bytes, read: bool, reading: Reading) -> None:
    """Found by fuzzing: the root of its main part is no document."""
    out = io.BytesIO()
    with zipfile.ZipFile(SAMPLES / "paper.docx") as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "word/document.xml":
                for begin in (b"<w:", b"</w:"):
                    data = data.replace(begin + name, begin + name[:-1] + b"Z")
            new.writestr(info, data)
    (found,) = unpack(io.BytesIO(out.getvalue()), "a.docx", "a.docx", reading)
    if read:
        assert isinstance(found, Article) and "思元370" in found.text
    else:
        assert isinstance(found, Refused) and "no body" in found.reason


def test_boxes_of_text_in_boxes(reading: Reading) -> None:
    """Each is read once, and not once for every box around it."""
    inner = f"<w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p>".encode()
    data = word(b"<w:p><w:txbxContent>" * 60 + inner + b"</w:txbxContent></w:p>" * 60)
    (found,) = unpack(io.BytesIO(data), "a.docx", "a.docx", reading)
    assert isinstance(found, Article) and found.text.count(SENTENCE) == 1


# ----------------------------------------------------------------------------------------- pages


def test_entities_of_a_page_are_not_resolved(reading: Reading) -> None:
    data = f"{LAUGHS}<html><body><p>{SENTENCE}&j;&f;</p><p>{SENTENCE}</p></body></html>".encode()
    (found,) = unpack(io.BytesIO(data), "a.html", "a.html", reading)
    assert isinstance(found, Article) and found.text.startswith(SENTENCE)
    assert "haha" not in found.text and "root:" not in found.text


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + SENTENCE,
        "<table><tr><td>" * 3_000 + SENTENCE,
        "<p>" + "<b>" * 50_000 + SENTENCE,
        "<table>" + "<tr><td colspan=99999 rowspan=99999>" * 500 + SENTENCE,
        f"<p>{SENTENCE}</p>" * 20_000,
        "<ul class='nav share related'>" * 400 + SENTENCE * 400,
        "<" * 200_000,
        "&" * 200_000 + "&#x110000;&#xd800;&#0;",
        "<!--" * 50_000,
        "<h1>" + "作者：" * 50_000 + "</h1>" + f"<p>{SENTENCE}</p>",
        '<script type="application/ld+json">' + "[" * 100_000 + "</script><p>" + SENTENCE,
    ],
    ids=lambda page: page[:12],
)
def test_pages_that_are_nested_or_endless(page: str, reading: Reading) -> None:
    started = time.perf_counter()
    (found,) = unpack(io.BytesIO(page.encode()), "a.html", "a.html", reading)
    assert isinstance(found, (Article, Refused))
    assert time.perf_counter() - started < 20


@pytest.mark.parametrize(
    "text",
    ["来源：" * 60_000, "2024" * 50_000, "\n".join(["作者"] * 20_000), "-" * 200_000, "---\n" * 50_000,
     "a: b\n" * 40_000, "（" * 200_000, "3小时前" * 50_000, "\u200b" * 200_000, "\ufffd芯" * 30_000],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_long_lines_take_no_longer_than_their_length(
    text: str, reading: Reading, extractor: Extractor
) -> None:
    started = time.perf_counter()
    for name in ("a.txt", "---\n"):
        data = (text if name == "a.txt" else name + text).encode()
        for found in unpack(
            io.BytesIO(data), "a.md", "a.md", replace(reading, fetched="2024-01-02")
        ):
            if isinstance(found, Article):
                spans_hold(found.text, extractor(found))
    assert time.perf_counter() - started < 20


# ---------------------------------------------------------------------------------------- fuzzing

SUFFIXES = [*sorted(READERS), ".zip", ".txt.gz", ".jsonl.zst"]
WORDS = st.sampled_from([
    "思元370", "寒武纪", "7纳米", "256TOPS", "高30%", "是A100的", "2倍", "表示，", "“", "”", "：", "\n", "|", "① ", "# ", "- ",
    "据", "他", "林舟", "分析师", "不到", "以上", "至", "-", "3.9", "亿个晶体管", "\u200b", "\ufffd", "\x00", "https://a.b/c", "<b>",
    "2024年2月", "今年第二季", "预计", "量产", "（", "）", "，", "。", "晶片", "奈米", "😀", "\ud800",
])  # fmt: skip
TEXTS = st.lists(WORDS | st.text(max_size=6), max_size=40).map("".join)


def read_bytes(data: bytes, suffix: str, reading: Reading) -> None:
    """What any bytes may give: articles and refusals, whose texts can be written."""
    for found in unpack(io.BytesIO(data), f"a{suffix}", f"a{suffix}", reading):
        assert isinstance(found, (Article, Refused))
        if isinstance(found, Article):
            found.text.encode()
            f"{found.title}{found.author}{found.publisher}{found.url}".encode()
        else:
            found.reason.encode()


def damaged(data: bytes, seed: int) -> bytes:
    """A file with some bytes changed, cut out or doubled."""
    draw = random.Random(seed)
    out = bytearray(data)
    for _ in range(draw.randint(1, 12)):
        at = draw.randrange(len(out) + 1)
        kind = draw.randrange(4)
        if kind == 0:
            out[at : at + 1] = bytes([draw.randrange(256)])
        elif kind == 1:
            del out[at : at + draw.randint(1, 200)]
        elif kind == 2:
            out[at:at] = out[at : at + draw.randint(1, 200)]
        else:
            out[at:at] = draw.choice([b"\0", b"\xff\xfe", b"<", b"&a;", b"9" * 30, b"{", b"PK\3\4"])
    return bytes(out)


def fuzz_readers(examples: int, reading: Reading) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.binary(max_size=400) | TEXTS.map(lambda t: t.encode("utf-8", "replace")),
        st.sampled_from(SUFFIXES),
    )
    def any_bytes(data: bytes, suffix: str) -> None:
        read_bytes(data, suffix, reading)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(SAMPLES.glob("pa[gp]e*.[!t]*"))), st.integers(0, 10**9))
    def damaged_files(path: Path, seed: int) -> None:
        read_bytes(damaged(path.read_bytes(), seed), path.suffix, reading)

    any_bytes()
    damaged_files()


def fuzz_extractor(examples: int, extractor: Extractor) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(TEXTS)
    def any_text(text: str) -> None:
        facts = extractor(Article(text))
        if not any("\ud800" <= c <= "\udfff" for c in text):
            spans_hold(text, facts)
        assert facts == extractor(Article(text))

    any_text()


def test_fuzzed_readers(reading: Reading) -> None:
    fuzz_readers(60, reading)


def test_fuzzed_extractor(extractor: Extractor) -> None:
    fuzz_extractor(150, extractor)


@given(st.binary(max_size=200))
def test_fuzzed_decoding(data: bytes) -> None:
    try:
        text, _ = decode(data)
    except UnicodeError as error:
        assert "cannot be decoded" in str(error)
    else:
        text.encode("utf-8", "surrogatepass")


@pytest.mark.slow
def test_fuzzed_for_long(reading: Reading, extractor: Extractor) -> None:
    fuzz_readers(3_000, reading)
    fuzz_extractor(5_000, extractor)
