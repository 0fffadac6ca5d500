"""Other formats of a run: opened by what people open them with, and equal to the tables."""

import asyncio
import csv
import html
import json
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas
import pytest
from pyarrow import parquet

from pipeline.cli import main
from pipeline.output import report
from pipeline.output.export import FORMATS, export, formats, grams, phrase, search_query
from pipeline.output.finished import Finished, typed
from pipeline.output.write import TABLES, read_table
from pipeline.sheets.specs import PROPERTIES

HOSTILE = '=HYPERLINK("http://x","点")'
ARTICLE = f"""{HOSTILE}
来源：-芯闻  2024-02-29

寒武纪的思元370采用7纳米工艺，集成390亿个晶体管，INT8算力最高256TOPS，单卡功耗不到150瓦。
@云岭证券分析师林舟表示：“+产能已经恢复，</script><b>晶体管密度</b>还会提高😀。”
思元370的功耗为160瓦，已于2024年2月量产。
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """A run over a hostile article, in all formats."""
    folder = tmp_path_factory.mktemp("export")
    (folder / "=a.txt").write_text(ARTICLE, encoding="utf-8")
    arguments = ["run", str(folder / "=a.txt"), "--out", str(folder / "out"), "--formats", "all"]
    assert main(arguments) == 0
    return Finished.open(folder / "out")


@pytest.fixture(scope="module")
def corpus(corpus_run: Path) -> Finished:
    """The corpus in all formats but the databases' slow ones."""
    run = Finished.open(corpus_run)
    export(run, ("parquet", "sqlite", "duckdb", "xlsx", "jsonl"))
    return run


def test_formats() -> None:
    assert formats("csv, xlsx,csv") == ("csv", "xlsx")
    assert formats("all") == ("csv", *FORMATS)
    with pytest.raises(ValueError, match="unknown format 'xls' - known: csv, parquet"):
        formats("xls")


@pytest.mark.parametrize("table", TABLES)
def test_parquet(table: str, corpus: Finished) -> None:
    read = parquet.read_table(corpus.folder / f"{table}.parquet")
    assert [list(row.values()) for row in read.to_pylist()] == list(corpus.values(TABLES[table]))
    for column in TABLES[table].columns:
        metadata = read.schema.field(column.name).metadata
        assert metadata[b"description"].decode() == column.description
        assert metadata.get(b"unit", b"").decode() == column.unit
    frame = pandas.read_parquet(corpus.folder / f"{table}.parquet")
    assert list(frame.columns) == list(TABLES[table].names)


@pytest.mark.parametrize("table", TABLES)
def test_csv_in_pandas_and_duckdb(table: str, corpus: Finished) -> None:
    path = corpus.folder / f"{table}.csv"
    rows = sum(1 for _ in corpus.rows(table))
    assert len(pandas.read_csv(path, encoding="utf-8-sig")) == rows
    with duckdb.connect() as base:
        assert base.execute(f"select count(*) from read_csv('{path}')").fetchone() == (rows,)


@pytest.mark.parametrize("table", TABLES)
def test_databases_and_jsonl_hold_the_same_rows(table: str, corpus: Finished) -> None:
    wanted = list(corpus.values(TABLES[table]))
    columns = ", ".join(f'"{name}"' for name in TABLES[table].names)
    query = f'select {columns} from "{table}"'
    with sqlite3.connect(corpus.folder / "xinwen.sqlite") as base:
        assert [list(row) for row in base.execute(query + " order by rowid")] == sorted(
            wanted, key=lambda row: str(row[0]) if table == "articles" else 0
        )
    with duckdb.connect(str(corpus.folder / "xinwen.duckdb"), read_only=True) as duck:
        found = duck.execute(query).fetchall()
        assert sorted(map(repr, map(list, found))) == sorted(map(repr, wanted))
    lines = (corpus.folder / f"{table}.jsonl").read_text(encoding="utf-8").splitlines()
    assert [list(json.loads(line).values()) for line in lines] == wanted
    if wanted:  # also as a reader that guesses the columns sees it
        path, first = corpus.folder / f"{table}.jsonl", TABLES[table].names[0]
        with duckdb.connect() as duck:
            found = duck.execute(f"select {first} from read_json('{path}')").fetchall()
        assert [name for (name,) in found] == [row[0] for row in wanted]


def test_sqlite_is_strict_and_keyed(corpus: Finished) -> None:
    with sqlite3.connect(corpus.folder / "xinwen.sqlite") as base:
        strict = dict(
            base.execute("select name, strict from pragma_table_list where type = 'table'")
        )
        assert all(strict[name] for name in (*TABLES, "sentences"))
        assert not base.execute("pragma foreign_key_check").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value"):
            base.execute("update metrics set value = '七' where id = 1")
        (count,) = base.execute(
            "select count(*) from metrics join sentences using (article, sentence) "
            "where instr(sentences.text, metrics.text)"
        ).fetchone()
        assert count > 0.9 * sum(1 for _ in corpus.rows("metrics"))


@pytest.mark.parametrize("words", ["算力", "晶体管", "功", "NPU", "晶体管数量", "7nm", "显存带宽"])
def test_search_finds_what_stands_in_the_text(words: str, corpus: Finished) -> None:
    """Words of up to four characters as they are typed, longer ones as a phrase."""
    with sqlite3.connect(corpus.folder / "xinwen.sqlite") as base:

        def found(query: str) -> set[int]:
            rows = base.execute("select rowid from search where search match ?", (query,))
            return {row for (row,) in rows}

        held = {i for i, text in base.execute("select id, text from passages") if words in text}
        if words not in ("7nm", "NPU"):  # a part of a longer Latin word is not a word
            assert found(phrase(words)) >= held
        if len(words) <= 4:
            assert found(words) >= (held if words not in ("7nm", "NPU") else set())
            assert found(words)


def test_grams() -> None:
    assert grams("GPU算力大") == "GPU 算力 力大 算 力 大 算力大"
    assert phrase("晶體管密度 5nm") == '"晶体 体管 管密 密度 5nm"'
    assert phrase('算"力') == '"算" "力"'


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("晶体管数量", "晶体管数量"),
        ("显存带宽 307", "显存带宽"),
        ("思元370的", "思元370的"),
        ('"算力', "算力"),
        ("功", "功"),
        (" ", ""),
        ("云岭X没有这句话", ""),
    ],
)
def test_words_of_any_length_are_found(words: str, found: str, tmp_path: Path) -> None:
    """The query for Datasette cuts what is typed as the index was cut, whatever characters it is in."""
    article = (
        "思元370的晶体管数量为390亿。\n算力高，功耗低。\n显存带宽为307.2GB/s。\n記憶體頻寬很高。\n"
    )
    (tmp_path / "a.txt").write_text(article, encoding="utf-8")
    command = ["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--quiet"]
    assert main([*command, "--formats", "sqlite"]) == 0
    with sqlite3.connect(tmp_path / "out" / "xinwen.sqlite") as base:
        rows = base.execute(search_query(), {"words": words}).fetchall()
        assert bool(rows) == bool(found)
        assert all(found in row[1].replace(" ", "") for row in rows if row[0] == "sentence")
        for typed_words in ("記憶體頻寬", "记忆体频宽"):
            hant = base.execute(search_query(), {"words": typed_words}).fetchall()
            assert [row[1] for row in hant if row[0] == "sentence"] == ["記憶體頻寬很高。"]
        for typed_words in ("顯存帶寬", "晶體管數量"):
            hans = base.execute(search_query(), {"words": typed_words}).fetchall()
            assert [row[0] for row in hans].count("sentence") == 1, typed_words
            query = "select count(*) from search where search match ?"
            assert base.execute(query, (typed_words[:4],)).fetchone()[0]


def test_a_chip_sheet_set_upright(corpus: Finished) -> None:
    """One row a chip and property, the same that specs says, with the fact that it was taken from."""
    with sqlite3.connect(corpus.folder / "xinwen.sqlite") as base:
        base.row_factory = sqlite3.Row
        rows = base.execute("select * from sheet").fetchall()
        specs = {row["chip"]: row for row in base.execute("select * from specs")}
        cells = sum(row[name] is not None for row in specs.values() for name in PROPERTIES)
        assert len(rows) == cells > 100
        for row in rows:
            spec, name = specs[row["chip"]], row["property"]
            assert row["value"] == spec[name] and row["conflict"] == spec[f"{name}_conflict"]
            assert f"{row['article']}:{row['start']}" == spec[f"{name}_evidence"]
        (stray,) = base.execute(
            "select count(*) from sheet s left join metrics m on m.article = s.article "
            "and m.start = s.start and m.subject = s.chip where m.id is null"
        ).fetchone()
        assert stray == 0
    with duckdb.connect(str(corpus.folder / "xinwen.duckdb"), read_only=True) as duck:
        assert duck.execute("select count(*) from sheet").fetchone() == (cells,)


@pytest.fixture(scope="module")
def served(corpus: Finished) -> Any:
    """A real Datasette over the database, with its metadata: a function that gets a page."""
    app = pytest.importorskip("datasette.app")
    metadata = json.loads((corpus.folder / "datasette.json").read_text(encoding="utf-8"))
    server = app.Datasette([str(corpus.folder / "xinwen.sqlite")], metadata=metadata)
    return lambda path: asyncio.run(server.client.get(path))


@pytest.mark.parametrize("table", [*TABLES, "sheet", "sentences", "passages"])
def test_datasette_shows_every_table(table: str, corpus: Finished, served: Any) -> None:
    page = served(f"/xinwen/{table}?_size=5")
    assert page.status_code == 200
    if table in TABLES:
        assert html.escape(TABLES[table].about[1:], quote=True) in page.text
        shown = [c for c in TABLES[table].columns if not c.beside]
        assert page.text.count("<dt>") == len(shown)
        rows = served(f"/xinwen/{table}.json?_shape=array&_size=1").json()
        assert not rows or set(TABLES[table].names) <= rows[0].keys()


def test_datasette_searches_and_leads_from_a_fact_to_its_article(
    corpus: Finished, served: Any
) -> None:
    found = served("/xinwen/search.json?words=显存带宽&_shape=array").json()
    assert found and all("显存带宽" in row["text"].replace(" ", "") for row in found)
    found = served("/xinwen/passages.json?_search=算力&_shape=array").json()
    assert found and all("算力" in row["text"] for row in found)
    row = next(r for r in corpus.rows("articles") if r["title"] and r["status"] == "ok")
    page = served(f"/xinwen/metrics?article={row['article']}&_labels=on")
    assert html.escape(row["title"]) in page.text
    facets = served("/xinwen/metrics.json?_facet=metric").json()["facet_results"]
    assert any(r["value"] == "compute" for r in facets["metric"]["results"])


@pytest.mark.parametrize("table", TABLES)
def test_xlsx(table: str, corpus: Finished) -> None:
    book = openpyxl.load_workbook(corpus.folder / "xinwen.xlsx", read_only=True)
    names = TABLES[table].names
    head, *rows = book[table].iter_rows(values_only=True, max_col=len(names))
    assert head == names
    found = [[None if c == "" else c for c in row] for row in rows]
    assert found == [list(row) for row in corpus.values(TABLES[table])]


def test_xlsx_has_filters_frozen_heads_and_links(run: Finished) -> None:
    sheet = openpyxl.load_workbook(run.folder / "xinwen.xlsx")["metrics"]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref
    links = {cell.hyperlink.target + "#" + cell.hyperlink.location
             for row in sheet.iter_rows(min_row=2) for cell in row if cell.hyperlink}  # fmt: skip
    row = next(run.rows("metrics"))
    assert f"report.html#metrics:{row['article']}:{row['start']}" in links


def test_every_row_leads_to_its_place_in_the_report(run: Finished) -> None:
    """Also the second of two facts that stand at one place, and rows of other tables."""
    book = openpyxl.load_workbook(run.folder / "xinwen.xlsx")
    for table in ("articles", "chips", "metrics", "quotes", "events", "specs"):
        links = [
            row[len(TABLES[table].names)].hyperlink for row in book[table].iter_rows(min_row=2)
        ]
        assert links and all(links), table
        assert len({link.location for link in links}) == len(links), table
    fact = [None] * len(TABLES["metrics"].names)
    fact[0], fact[TABLES["metrics"].names.index("start")] = "a1", 7
    place = report.places(TABLES["metrics"])
    assert [place(fact), place(fact)] == ["metrics:a1:7", "metrics:a1:7:2"]
    assert "sheet:%E6%80%9D%E5%85%83370" in {
        link.location for row in book["specs"].iter_rows(min_row=2) if (link := row[-1].hyperlink)
    }


def test_no_cell_is_a_formula(run: Finished) -> None:
    (row,) = run.rows("articles")
    assert row["title"].startswith("=")
    book = openpyxl.load_workbook(run.folder / "xinwen.xlsx")
    cells = [c for sheet in book for line in sheet.iter_rows() for c in line]
    assert any(c.value == row["title"] for c in cells)
    assert not [c for c in cells if c.data_type == "f"]
    for path in run.folder.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for line in csv.reader(file):
                assert not [c for c in line if len(c) > 1 and c[0] in "=+-@" and not _number(c)]


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def test_an_unknown_or_missing_format_is_said_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "o"), "--formats", "xls"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert (
        main(["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "o"), "--formats", "xlsx"])
        == 2
    )
    assert "format xlsx needs xlsxwriter: pip install 'xinwen[formats]'" in capsys.readouterr().err
    assert not (tmp_path / "o").exists()


def test_a_later_run_takes_the_old_formats_away(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    common = ["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--formats"]
    assert main([*common, "jsonl,report"]) == 0
    assert (tmp_path / "out" / "report.html").exists()
    assert main([*common, "csv"]) == 0
    assert not list((tmp_path / "out").glob("*.jsonl")) + list((tmp_path / "out").glob("*.html"))


def test_export_of_what_is_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(tmp_path), "--formats", "xlsx"]) == 2
    assert "is it a folder that" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_libreoffice_gives_the_cells_back(kind: str, run: Finished, tmp_path: Path) -> None:
    """Opened and saved again as CSV by LibreOffice: every cell is what it was."""
    source = run.folder / ("xinwen.xlsx" if kind == "xlsx" else "metrics.csv")
    # comma, quote, UTF-8, from line 1, as stored and not as shown, every sheet to a file of its own
    sheets = ",-1" if kind == "xlsx" else ""
    target = f"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false{sheets}"
    reading = ["--infilter=CSV:44,34,76,1"] if kind == "csv" else []
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", *reading,
         "--convert-to", target, "--outdir", str(tmp_path / "back"), str(source)],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    tables = TABLES if kind == "xlsx" else ("metrics",)
    for table in tables:
        name = f"xinwen-{table}.csv" if kind == "xlsx" else "metrics.csv"
        with (tmp_path / "back" / name).open(encoding="utf-8-sig", newline="") as file:
            back = [row[: len(TABLES[table].names)] for row in csv.reader(file)][1:]
        if kind == "csv":
            with source.open(encoding="utf-8-sig", newline="") as file:
                wanted = list(csv.reader(file))[1:]
        else:
            wanted = [
                [row[name] for name in TABLES[table].names]
                for row in read_table(run.folder / f"{table}.csv")
            ]
        for got, want in zip(back, wanted, strict=True):
            for column, a, b in zip(TABLES[table].columns, got, want, strict=True):
                assert typed(column, a) == typed(column, b), (table, column.name)
