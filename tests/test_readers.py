"""Every format gives the facts that are in it, and spans that hold in the text beside the tables.

``tests/samples`` holds one article of our own as it comes from real programs: ``page.html`` was written by
hand, ``page.mhtml`` and ``page.pdf`` were saved and printed by Chromium, ``paper.docx``, ``paper.pdf`` and
``paper.epub`` by LibreOffice, like ``report.pdf``, a longer text with running heads and tables; ``crawl.warc.gz`` is what
warcio recorded of a server that gave the page packed, then in pieces in GB18030 and declared as gb2312, and a picture. The
other formats are written here.
"""

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pandas
import pytest
import zstandard
from docx.oxml import parse_xml
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline import Extractor
from pipeline.batch.local import run
from pipeline.cli import main
from pipeline.model import Article
from pipeline.output.write import read_table
from pipeline.readers import READERS, SUFFIXES, Columns, reader_for
from pipeline.readers.notes import front_matter
from pipeline.readers.page_rules import PageRules
from pipeline.readers.pdf import unwrapped
from pipeline.readers.sources import Reading, Refused, Source, read, sources

SAMPLES = Path(__file__).parent / "samples"
PAGE = (SAMPLES / "page.html").read_text(encoding="utf-8")
TEXT = (
    "寒武纪的思元370采用7纳米工艺，INT8算力最高256TOPS。\n山海证券分析师林舟表示：“产能已经恢复。”"
)


@pytest.fixture(scope="session")
def reading(extractor: Extractor) -> Reading:
    return Reading(pages=PageRules.compile(extractor.rules))


@pytest.fixture
def articles(tmp_path: Path, reading: Reading) -> Callable[..., list[Article]]:
    """Writes a file and reads it; every finding must be an article."""

    def made(name: str, data: bytes, **columns: str) -> list[Article]:
        path = tmp_path / name
        path.write_bytes(data)
        known = Reading(Columns(**columns), reading.fetched, reading.pages)
        found = list(read(Source(str(path)), known))
        for one in found:
            assert isinstance(one, Article), one
            assert one.path.startswith(str(path))
        return [one for one in found if isinstance(one, Article)]

    return made


def test_every_suffix_has_a_reader() -> None:
    for suffix in READERS:
        assert callable(reader_for(suffix))


# ------------------------------------------------------------------------ files of real programs


@pytest.mark.parametrize(
    "name", ["page.html", "page.mhtml", "page.pdf", "paper.docx", "paper.pdf", "paper.epub"]
)
def test_files_of_real_programs(name: str, reading: Reading, extractor: Extractor) -> None:
    (found,) = (f for f in read(Source(str(SAMPLES / name)), reading) if isinstance(f, Article))
    facts = extractor(found)
    assert {c.chip for c in facts.chips} >= {"思元370", "A100"}
    values = {(m.subject, m.metric, m.value) for m in facts.metrics}
    assert values >= {
        ("思元370", "process_node", 7), ("思元370", "compute", 256), ("思元370", "power", 150),
        ("思元370", "transistor_count", 39e9), ("A100", "die_area", 826), ("A100", "memory_bandwidth", 2000),
    }  # fmt: skip
    assert {q.speaker for q in facts.quotes} >= {"顾晴"}
    for row in facts.metrics:
        assert found.text[row.start : row.end] == row.text
    assert facts.article.title == "云岭科技发布推理卡，思元370与A100同台对比"
    assert facts.article.author == "林舟"
    assert facts.article.published == "2024-02-29"


@pytest.mark.parametrize("name", ["page.html", "page.mhtml", "page.pdf", "paper.docx"])
def test_tables_become_facts(name: str, reading: Reading, extractor: Extractor) -> None:
    (found,) = read(Source(str(SAMPLES / name)), reading)
    assert isinstance(found, Article)
    assert "| 型号 | 思元370 | A100 |\n| --- | --- | --- |\n| 制程 | 7nm | 7nm |" in found.text
    cells = {
        (m.subject, m.metric, m.value)
        for m in extractor(found).metrics
        if m.start > found.text.index("| 型号")
    }
    assert cells >= {
        ("思元370", "process_node", 7), ("A100", "process_node", 7),
        ("思元370", "power", 150), ("A100", "power", 400),
    }  # fmt: skip


def test_tables_of_a_report(reading: Reading, extractor: Extractor) -> None:
    """One with lines around its cells, two of them merged, and one without any; a head and a number on each page."""
    (found,) = read(Source(str(SAMPLES / "report.pdf")), reading)
    assert isinstance(found, Article)
    assert (
        "| 型号 | 思元 370 | A100 | 备注 |\n| --- | --- | --- | --- |\n| 制程 | 7nm | 7nm |"
        in found.text
    )
    assert (
        "| 项目 | 思元 370 | A100 |\n| --- | --- | --- |\n| 实测功耗 | 142W | 371W |" in found.text
    )
    assert "推理卡评测" not in found.text and "页" not in found.text
    facts = extractor(found)
    assert facts.article.title == "推理卡横向评测" and facts.article.publisher == "云岭研究院"
    assert {(m.subject, m.metric, m.value) for m in facts.metrics} >= {
        ("思元370", "process_node", 7), ("A100", "process_node", 7),
        ("思元370", "compute", 256), ("A100", "compute", 624), ("思元370", "power", 142), ("A100", "power", 371),
        ("思元370", "memory_capacity", 24), ("A100", "memory_bandwidth", 1935),
    }  # fmt: skip


def test_two_tables_with_little_between(extractor: Extractor) -> None:
    """The rows of the first are no pieces of the second one's header."""
    text = "| 型号 | 思元370 |\n|---|---|\n| 功耗 | 150W |\n\n再看另一张。\n\n| 型号 | A100 |\n|---|---|\n| 功耗 | 400W |"
    found = {(m.subject, m.value) for m in extractor(Article(text)).metrics}
    assert found == {("思元370", 150), ("A100", 400)}


def printed(*pieces: tuple[float, float, str], drawn: str = "") -> bytes:
    """A PDF of one page: texts with the place where they begin, in points from its upper left corner."""
    content = drawn + "".join(
        f"BT /F 10 Tf {x} {800 - y} Td ({text}) Tj ET\n" for x, y, text in pieces
    )
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(content)} >> stream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def test_pieces_below_each_other_are_a_table(articles: Callable[..., list[Article]]) -> None:
    rows = [
        ("Model", "Y1", "Y2"),
        ("Power", "75W", "150W"),
        ("Memory", "24GB", ""),
        ("Node", "7nm", "5nm"),
    ]
    pieces = [
        (50.0 + 90 * n, 100.0 + 15 * row, text)
        for row, cells in enumerate(rows)
        for n, text in enumerate(cells)
        if text
    ]
    (found,) = articles("a.pdf", printed((50, 60, "A heading"), *pieces, (50, 200, "A last line.")))
    assert found.text == (
        "A heading\n\n| Model | Y1 | Y2 |\n| --- | --- | --- |\n| Power | 75W | 150W |\n"
        "| Memory | 24GB |  |\n| Node | 7nm | 5nm |\n\nA last line."
    )


def test_columns_of_prose_are_no_table(articles: Callable[..., list[Article]]) -> None:
    left = [(50.0, 100.0 + 15 * n, f"the left column, line {n}, goes") for n in range(6)]
    right = [(330.0, 100.0 + 15 * n, f"the right column, line {n}, goes") for n in range(6)]
    for order in (left + right, [p for pair in zip(left, right, strict=True) for p in pair]):
        (found,) = articles("a.pdf", printed(*order))
        assert "|" not in found.text and "right column, line 5" in found.text
    (found,) = articles("a.pdf", printed(*left, *right))
    assert found.text.index("left column, line 5") < found.text.index("right column, line 0")


def test_a_box_around_a_page_is_no_table(articles: Callable[..., list[Article]]) -> None:
    box = "".join(f"40 {y} 500 200 re S\n" for y in (100, 300, 500))
    lines = [
        (50.0, 110.0 + 15 * n, f"line {n} of a page in a frame, long enough") for n in range(30)
    ]
    (found,) = articles("a.pdf", printed(*lines, drawn=box))
    assert "|" not in found.text and "line 29" in found.text


def test_what_a_browser_prints_around_a_page_goes(articles: Callable[..., list[Article]]) -> None:
    (found,) = articles(
        "a.pdf",
        printed(
            (20, 20, "2/29/24, 8:30 PM"), (250, 20, "A title - A site"), (50, 60, "A title"),
            (50, 80, "The power is 75 W."), (20, 780, "https://shanhai.example/a?b=1"), (560, 780, "1/1"),
        ),
    )  # fmt: skip
    assert found.text == "A title\n\nThe power is 75 W."
    assert found.url == "https://shanhai.example/a?b=1"


def test_fonts_that_do_not_tell_their_characters(tmp_path: Path) -> None:
    lost = (
        printed((50, 60, "abc"))
        .replace(
            b"/Subtype /Type1 /BaseFont /Courier",
            b"/Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [<< /Type /Font "
            b"/Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) >> >>]",
        )
        .replace(b"(abc) Tj", b"<00410042004300440045> Tj")
    )
    (tmp_path / "a.pdf").write_bytes(lost)
    (found,) = read(Source(str(tmp_path / "a.pdf")))
    assert isinstance(found, Refused) and "OCR" in found.reason


def test_what_is_no_article_stays_out(reading: Reading) -> None:
    (found,) = read(Source(str(SAMPLES / "page.html")), reading)
    assert isinstance(found, Article)
    for words in ("思元999", "首页", "H100", "版权所有"):
        assert words not in found.text
    assert "826mm²" in found.text  # <sup>2</sup>
    assert "主办方说，这次活动" in found.text  # the source breaks the line there
    assert "责任编辑：白帆" in found.text


def test_mhtml_knows_its_address(reading: Reading) -> None:
    (found,) = read(Source(str(SAMPLES / "page.mhtml")), reading)
    assert isinstance(found, Article)
    assert found.url == "https://shanhai.example/page.html" and found.fetched.startswith("20")


# ------------------------------------------------------------------------------------------ HTML


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_declared_encodings_are_not_believed(
    codec: str, articles: Callable[..., list[Article]]
) -> None:
    (found,) = articles("a.html", PAGE.replace('charset="utf-8"', 'charset="big5"').encode(codec))
    assert "思元370采用7纳米工艺" in found.text


def test_body_without_a_known_container(articles: Callable[..., list[Article]]) -> None:
    prose = "".join(
        f"<p>第{n}段，寒武纪的思元370采用7纳米工艺，功耗{n}00瓦，今天开始供货。</p>"
        for n in range(1, 6)
    )
    menu = (
        "<div class=x><ul>"
        + "".join(f"<li><a href=/{n}>频道{n}</a></li>" for n in range(20))
        + "</ul></div>"
    )
    page = f"<html><body>{menu}<div><div><h1>标题在此</h1>{prose}<ul><li>列表里的7纳米</li></ul></div></div>{menu}</body></html>"
    (found,) = articles("a.html", page.encode())
    assert found.text.startswith("# 标题在此") and "功耗500瓦" in found.text
    assert "- 列表里的7纳米" in found.text and "频道" not in found.text


def test_cells_over_rows_and_columns(articles: Callable[..., list[Article]]) -> None:
    table = (
        "<table><tr><th>型号</th><th>制程</th><th>功耗</th></tr><tr><td>甲</td><td rowspan=2>7nm</td><td>75W</td></tr>"
        "<tr><td>乙</td><td>150W</td></tr><tr><td colspan=3>备注|无</td></tr></table>"
    )
    (found,) = articles("a.html", f"<article><p>{TEXT * 4}</p>{table}</article>".encode())
    assert "| 甲 | 7nm | 75W |\n| 乙 | 7nm | 150W |\n| 备注/无 | 备注/无 | 备注/无 |" in found.text


def test_tables_that_lay_out_a_page_are_no_tables(articles: Callable[..., list[Article]]) -> None:
    page = f"<table><tr><td>左栏</td><td><h1>标题在此</h1><p>{TEXT * 9}</p></td></tr></table>"
    (found,) = articles("a.html", page.encode())
    assert "|" not in found.text and "思元370" in found.text


def test_a_page_without_text_is_refused(tmp_path: Path, reading: Reading) -> None:
    (tmp_path / "a.html").write_text(
        "<html><body><script>x</script></body></html>", encoding="utf-8"
    )
    (found,) = read(Source(str(tmp_path / "a.html")), reading)
    assert isinstance(found, Refused)


# -------------------------------------------------------------------------------------- Markdown


def test_front_matter(articles: Callable[..., list[Article]]) -> None:
    head = '---\ntitle: "云岭发布新品: X1"\nauthors:\n  - 林舟\n  - 顾晴\ndate: 2024-02-29T08:30:00+08:00\nsource: 山海科技 # 转载\n---\n'
    (found,) = articles("a.md", (head + TEXT).encode())
    assert found.text == TEXT
    assert (found.title, found.author, found.published) == (
        "云岭发布新品: X1",
        "林舟、顾晴",
        "2024-02-29",
    )
    assert found.publisher == "山海科技"


@pytest.mark.parametrize(
    "text",
    [
        "---\n正文在这里，没有键。\n---\n芯片",
        "---\n\n芯片\n\n---\n",
        "--- 标题 ---\n芯片",
        "+++\n= no toml\n+++\n芯片",
    ],
)
def test_rules_are_no_front_matter(text: str) -> None:
    assert front_matter(text) == ({}, text)


def test_toml_front_matter() -> None:
    assert front_matter('+++\ntitle = "甲"\ntags = ["a", "b"]\n+++\n芯片') == (
        {"title": "甲", "tags": "a、b"},
        "芯片",
    )


# --------------------------------------------------------------------------- tables and archives


ROWS = [
    {"key": f"n{n}", "body": f"{TEXT}{n}", "head": f"标题{n}", "day": "2024年2月29日"}
    for n in range(3)
]
COLUMNS = {"text": "body", "id": "key", "title": "head", "date": "day"}


def table(suffix: str) -> bytes:
    frame, out = pandas.DataFrame(ROWS), io.BytesIO()
    if suffix == ".parquet":
        frame.to_parquet(out)
        return out.getvalue()
    if suffix == ".jsonl":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
    return frame.to_csv(index=False, sep="\t" if suffix == ".tsv" else ",").encode("gb18030")


@pytest.mark.parametrize("suffix", [".jsonl", ".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize("packed", ["", ".gz", ".zst"])
def test_tables_of_articles(
    suffix: str, packed: str, articles: Callable[..., list[Article]]
) -> None:
    data = table(suffix)
    data = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[packed](data)
    found = articles(f"news{suffix}{packed}", data, **COLUMNS)
    assert [f.text for f in found] == [row["body"] for row in ROWS]
    assert [f.title for f in found] == ["标题0", "标题1", "标题2"]
    assert {f.published for f in found} == {"2024-02-29"}
    assert [f.path.rpartition("#")[2] for f in found] == ["n0", "n1", "n2"]


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(table(".csv"))
    found = list(read(Source(str(tmp_path / "a.csv"))))
    assert isinstance(found[0], Article)  # body is a usual name
    (tmp_path / "a.parquet").write_bytes(table(".parquet"))
    for name in ("a.csv", "a.parquet"):
        (refused,) = read(Source(str(tmp_path / name)), Reading(Columns(text="txt")))  # once a file
        assert isinstance(refused, Refused)
        assert "--text-col (there are: key, body, head, day)" in refused.reason


def test_broken_lines_cost_only_themselves(tmp_path: Path) -> None:
    lines = [
        '{"text": "芯片一"}',
        "{broken",
        "[1]",
        '{"text": 3}',
        "",
        '{"text": "芯片\\ud800二"}',
        "[" * 9999,
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = list(read(Source(str(tmp_path / "a.jsonl"))))
    assert [f.text for f in found if isinstance(f, Article)] == ["芯片一", "芯片\ufffd二"]
    assert [f.path.rpartition("#")[2] for f in found if isinstance(f, Refused)] == [
        "2",
        "3",
        "4",
        "7",
    ]


def test_zip_of_all_sorts(tmp_path: Path, reading: Reading) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("b.txt", TEXT)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("目录/page.html", PAGE)
        archive.writestr("news.jsonl.gz", gzip.compress(table(".jsonl")))
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("__MACOSX/._page.html", "x")
        archive.writestr("picture.png", b"\x89PNG")
    found = list(read(Source(str(tmp_path / "a.zip")), reading))
    assert [f.path.removeprefix(f"{tmp_path}/a.zip/") for f in found] == [
        "inner.zip/b.txt", "news.jsonl.gz#1", "news.jsonl.gz#2", "news.jsonl.gz#3", "目录/page.html"
    ]  # fmt: skip
    assert all(isinstance(f, Article) for f in found)


def test_what_warcio_recorded(reading: Reading, extractor: Extractor) -> None:
    first, second = read(Source(str(SAMPLES / "crawl.warc.gz")), reading)
    assert isinstance(first, Article) and isinstance(second, Article)
    assert first.text == second.text.replace("思元590", "思元370")
    assert (first.encoding, second.encoding) == ("utf-8", "gb18030")
    for found, chip, path in ((first, "思元370", "a"), (second, "思元590", "b")):
        assert found.url.endswith(f"/{path}") and found.fetched.startswith("20")
        values = {(m.subject, m.metric, m.value) for m in extractor(found).metrics}
        assert values >= {(chip, "process_node", 7), (chip, "compute", 256), ("A100", "power", 400)}


@pytest.mark.parametrize("packed", [False, True])
def test_warc(packed: bool, articles: Callable[..., list[Article]]) -> None:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for kind, body in (
        ("text/html; charset=gbk", PAGE.encode("gbk", "ignore")),
        ("image/png", b"\x89PNG"),
    ):
        headers = StatusAndHeaders("200 OK", [("Content-Type", kind)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                "https://shanhai.example/a", "response", payload=io.BytesIO(body), http_headers=headers,
                warc_headers_dict={"WARC-Date": "2024-03-01T00:00:00Z"},
            )
        )  # fmt: skip
    (found,) = articles("crawl.warc.gz" if packed else "crawl.warc", out.getvalue())
    assert found.url == "https://shanhai.example/a" and found.fetched == "2024-03-01T00:00:00Z"
    assert "思元370采用7纳米工艺" in found.text


def test_warc_with_a_wrong_length(
    tmp_path: Path, reading: Reading, capsys: pytest.CaptureFixture[str]
) -> None:
    line = TEXT.split("\n")[0].encode()
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False)
    for number in range(2):
        record = writer.create_warc_record(
            f"https://shanhai.example/{number}", "resource", payload=io.BytesIO(line),
            warc_content_type="text/plain",
        )  # fmt: skip
        writer.write_record(record)
    length = f"Content-Length: {len(line)}".encode()
    data = out.getvalue().replace(length, b"Content-Length: 28", 1)
    (tmp_path / "a.warc").write_bytes(data)
    first, fault, second = read(Source(str(tmp_path / "a.warc")), reading)
    assert isinstance(first, Article) and first.text == "寒武纪的思元370采用7"
    assert isinstance(fault, Refused) and fault.path.endswith("#1")
    assert "Content-Length" in fault.reason
    assert isinstance(second, Article) and second.text == line.decode()
    assert "".join(capsys.readouterr()) == ""


# ------------------------------------------------------------------------------------- documents


def test_word_document(articles: Callable[..., list[Article]], extractor: Extractor) -> None:
    document = docx.Document()
    document.add_heading("云岭发布新品", 0)
    document.add_paragraph("作者：林舟")
    document.add_heading("规格", 1)
    table = document.add_table(2, 3)
    for cell, text in zip(
        table._cells, ["型号", "思元370", "A100", "功耗", "150W", "400W"], strict=True
    ):
        cell.text = text
    document.add_paragraph("第一条", style="List Bullet")
    out = io.BytesIO()
    document.save(out)
    (found,) = articles("a.docx", out.getvalue())
    assert found.text == (
        "# 云岭发布新品\n\n作者：林舟\n\n# 规格\n\n| 型号 | 思元370 | A100 |\n| --- | --- | --- |\n| 功耗 | 150W | 400W |\n\n- 第一条"
    )
    assert {(m.subject, m.value) for m in extractor(found).metrics} == {
        ("思元370", 150),
        ("A100", 400),
    }


def test_changes_fields_and_boxes_of_a_word_document(
    articles: Callable[..., list[Article]],
) -> None:
    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )

    def run(text: str, tag: str = "t") -> str:
        return f"<w:r><w:{tag}>{text}</w:{tag}></w:r>"

    def box(text: str) -> str:
        return f"<w:txbxContent><w:p>{run(text)}</w:p></w:txbxContent>"

    document = docx.Document()
    for xml in (
        f"<w:p {names}>{run('采用')}<w:del>{run('16', 'delText')}</w:del><w:ins>{run('7')}</w:ins>{run('纳米')}</w:p>",
        f"<w:sdt {names}><w:sdtContent><w:p>{run('256TOPS')}</w:p></w:sdtContent></w:sdt>",
        f"<w:p {names}>{run('功耗')}<w:sdt><w:sdtContent>{run('150瓦')}</w:sdtContent></w:sdt></w:p>",
        f"<w:p {names}>{run('图')}<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box('框')}</mc:Choice>"
        f"<mc:Fallback>{box('框')}</mc:Fallback></mc:AlternateContent></w:r></w:p>",
    ):
        document.element.body[-1].addprevious(parse_xml(xml))
    out = io.BytesIO()
    document.save(out)
    (found,) = articles("a.docx", out.getvalue())
    assert found.text == "采用7纳米\n\n256TOPS\n\n功耗150瓦\n\n图\n\n框"


def test_pages_of_a_pdf_are_put_together() -> None:
    line = "这一行写满了整个版面的宽度所以它的句子要在下一行继续写下去直到"
    pages = [
        [
            f"山海科技研究报告 第{n}页",
            f"{'甲乙丙丁'[n]}{line}",
            f"结束为止。{line}",
            f"性能提升3{n}%。",
            f"{line}{'甲乙丙丁'[n]}",
            f"- {n} -",
        ]
        for n in range(4)
    ]
    text = unwrapped(pages)
    assert "研究报告" not in text and "- 2 -" not in text
    assert f"丙{line}结束为止。{line}性能提升32%。" in text
    assert f"{line}丙丁{line}" in text  # a sentence that goes on behind the turn of a page


def test_hyphens_are_closed() -> None:
    pages = [
        [
            "The accelerator described in this article gives a per-",
            "formance gain of 30% over the one before it, says the",
            "maker.",
        ]
    ]
    assert (
        unwrapped(pages)
        == "The accelerator described in this article gives a performance gain of 30% over the one before it, says the maker."
    )


# ------------------------------------------------------------------------------- the whole command


def test_texts_stand_beside_the_tables(tmp_path: Path) -> None:
    run(sources([str(SAMPLES)])[0], tmp_path / "out")
    count = 0
    for row in read_table(tmp_path / "out" / "metrics.csv"):
        text = (tmp_path / "out" / "text" / f"{row['article']}.txt").read_bytes().decode()
        assert text[int(row["start"]) : int(row["end"])] == row["text"]
        count += 1
    assert count > 30
    texts = {p.stem for p in (tmp_path / "out" / "text").iterdir()}
    assert texts == {
        r["article"] for r in read_table(tmp_path / "out" / "articles.csv") if r["status"] == "ok"
    }
    run(sources([str(SAMPLES / "page.html")])[0], tmp_path / "out")
    assert len(list((tmp_path / "out" / "text").iterdir())) == 1
    run(sources([str(SAMPLES / "page.html")])[0], tmp_path / "bare", texts=False)
    assert not (tmp_path / "bare" / "text").exists()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", PAGE.encode()),
        ("page.pdf", (SAMPLES / "page.pdf").read_bytes()),
        ("page.mhtml", (SAMPLES / "page.mhtml").read_bytes()),
        ("paper.docx", (SAMPLES / "paper.docx").read_bytes()),
        ("paper.epub", (SAMPLES / "paper.epub").read_bytes()),
        ("text", TEXT.encode()),
        ("json", json.dumps({"text": TEXT}).encode()),
        ("gz", gzip.compress(TEXT.encode())),
        ("page.html.gz", gzip.compress(PAGE.encode())),
        ("page.pdf.gz", gzip.compress((SAMPLES / "page.pdf").read_bytes())),
        ("paper.docx.zst", zstandard.compress((SAMPLES / "paper.docx").read_bytes())),
        ("json.zst", zstandard.compress(json.dumps({"text": TEXT}).encode())),
    ],
)
def test_standard_input_is_known_by_its_bytes(
    name: str, data: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Input:
        buffer = io.BytesIO(data)

    monkeypatch.setattr("sys.stdin", Input)
    assert main(["extract", "-"]) == 0
    assert "思元370" in capsys.readouterr().out


def test_columns_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "news.jsonl").write_bytes(table(".jsonl"))
    options = ["--text-col", "body", "--id-col", "key", "--title-col", "head", "--date-col", "day"]
    assert (
        main(
            [
                "run",
                str(tmp_path / "news.jsonl"),
                "--out",
                str(tmp_path / "out"),
                "--quiet",
                *options,
            ]
        )
        == 0
    )
    rows = list(read_table(tmp_path / "out" / "articles.csv"))
    assert sorted(r["title"] for r in rows) == ["标题0", "标题1", "标题2"]


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pdfplumber", None)
    (found,) = read(Source(str(SAMPLES / "paper.pdf")))
    assert isinstance(found, Refused)
    assert "pip install 'xinwen[readers]'" in found.reason and "pdfplumber" in found.reason


def test_a_file_of_very_many_articles_makes_several_spools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.batch import local as batch

    (tmp_path / "news.jsonl").write_bytes(table(".jsonl"))
    columns = Reading(Columns(**COLUMNS))
    inputs = sources([str(tmp_path / "news.jsonl")])[0]
    run(inputs, tmp_path / "one", reading=columns)
    monkeypatch.setattr(batch, "SPOOL_CHARS", 10)
    report = run(inputs, tmp_path / "many", reading=columns)
    assert report.articles == 3
    for name in ("articles.csv", "metrics.csv", "quotes.csv"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes()


def test_suffixes_are_told() -> None:
    assert {".txt", ".md", ".html", ".docx", ".pdf", ".epub", ".warc", ".zip"} <= set(SUFFIXES)
