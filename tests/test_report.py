"""report.html: what is in it, and what a real browser makes of it."""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import picture
import pytest

from pipeline.cli import main
from pipeline.output import report
from pipeline.output.annotations import fetch, to_gold
from pipeline.output.finished import Finished
from pipeline.output.report import embedded, page
from pipeline.output.write import TABLES

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
browser_test = pytest.mark.skipif(not CHROMIUM, reason="needs chromium")

HOSTILE = (
    "</script><script>document.title='owned'</script><img src=x onerror=document.title='owned'>"
    "<!--<script>\u2028\u202e𠀀 &lt;b&gt; ]]>"
)
TEXT = f"""{HOSTILE}
来源：芯闻 2024-02-29 javascript:alert(1)

😀寒武纪的思元370采用7纳米工艺，INT8算力最高256TOPS，功耗不到150瓦，性能是英伟达T4的两倍。
云岭证券分析师林舟表示：“产能已经恢复{HOSTILE}，明年还会更好。”
据传思元370采用5纳米工艺。H100的功耗为700瓦，FP16算力为990TFLOPS。
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of two articles, one of them hostile."""
    folder = tmp_path_factory.mktemp("report")
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "b.txt").write_text("2025-01-01\n\n思元370采用6纳米工艺。", encoding="utf-8")
    inputs = [str(folder / "a.txt"), str(folder / "b.txt")]
    assert (
        main(["run", *inputs, "--out", str(folder / "out"), "--formats", "report", "--quiet"]) == 0
    )
    return folder / "out" / "report.html"


def test_nothing_in_the_data_can_end_the_script() -> None:
    data = {"text": HOSTILE + "\ud800", "n": [1, None]}
    shown = embedded(data)
    assert "<" not in shown and "\u2028" not in shown
    shown.encode("utf-8")
    assert json.loads(shown) == data


def test_policy_admits_this_script_and_this_style_only(small: Path) -> None:
    text = small.read_text(encoding="utf-8")
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy and "http" not in policy
    for tag in ("script", "style"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not re.search(
        r"<(?:link|img|iframe|object)\b|src=|url\(|@import", text.split('id="data"')[0]
    )


def test_script_writes_no_markup() -> None:
    folder = Path(report.__file__).parent
    script = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js")))
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|fetch\(",
        script,
    )


def _words() -> dict[str, Any]:
    path = Path(report.__file__).parent / "words.json"
    words: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return words


def test_words_are_the_same_in_both_languages() -> None:
    words = _words()
    assert words["zh"].keys() == words["en"].keys()
    for part in ("tabs", "columns", "metrics", "charts"):
        assert words["zh"][part].keys() == words["en"][part].keys()


SHOWN = ("chips", "metrics", "quotes", "events", "alarms", "rejected")
CODES = re.compile(r"[A-Z]+\d+|[=~<>]+")
"""Values that are the same in every language: INT8, >=."""


@pytest.mark.parametrize("table", SHOWN)
def test_every_column_and_value_has_a_word_in_chinese(table: str) -> None:
    words = _words()["zh"]
    for column in TABLES[table].columns:
        name = column.name
        if name in ("article", "path", "start", "end", "text", "content"):
            continue  # beside the text itself
        if not name.endswith(("_start", "_end")):
            label = words["columns"].get(name, "")
            assert re.search(r"[\u4e00-\u9fff]", label), name
        for value in column.enum:
            if name == "metric":
                assert value in words["metrics"]
            elif not CODES.fullmatch(value):
                assert f"{name}.{value}" in words["values"] or value in words["values"], value


def test_a_large_run_becomes_an_index_and_pages(
    corpus_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MAX_FACTS", 100)
    report.write(Finished.open(corpus_run), tmp_path)
    articles = [row["article"] for row in Finished.open(corpus_run).rows("articles")]
    assert sorted(p.stem for p in (tmp_path / "report").iterdir()) == sorted(articles)
    total = 0
    for path in (tmp_path / "report").iterdir():
        data = _data(path)
        assert data["texts"].keys() <= {path.stem} and data["page"] == path.stem
        rows = data["tables"]["metrics"]["rows"]
        assert {row[0] for row in rows} <= {path.stem}
        total += len(rows)
    assert total == sum(1 for _ in Finished.open(corpus_run).rows("metrics"))
    assert not _data(tmp_path / "report.html")["texts"]


def _data(path: Path) -> dict[str, Any]:
    found = re.search(r'id="data">(.*?)</script>', path.read_text(encoding="utf-8"), re.S)
    assert found
    data: dict[str, Any] = json.loads(found[1])
    return data


# ----------------------------------------------------------------------------- in a real browser


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as api:
        browser = api.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--no-first-run", "--disable-background-networking",
                  "--disable-component-update", "--disable-sync", "--disable-default-apps"],
        )  # fmt: skip
        yield browser
        browser.close()


class Seen:
    """A page, and everything that it complained of or asked the network for."""

    def __init__(self, browser: Any, **options: Any):
        options = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 860}} | options
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on(
            "console", lambda m: m.type in ("error", "warning") and self.wrong.append(m.text)
        )
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("request", lambda r: r.url.startswith("file:") or self.wrong.append(r.url))

    def open(self, path: Path, place: str = "") -> Any:
        self.page.goto(f"file://{path}{place}")
        self.page.wait_for_selector("html[data-ready]")
        return self.page


@pytest.fixture
def seen(chromium: Any) -> Iterator[Seen]:
    seen = Seen(chromium)
    yield seen
    seen.context.close()
    assert not seen.wrong


LINES = ".grid .body .line"


@pytest.mark.slow
@browser_test
def test_click_from_fact_to_text_and_back(small: Path, seen: Seen) -> None:
    page = seen.open(small)
    page.locator(LINES, has_text="256TOPS").first.click()
    active = page.locator("mark.active")
    assert active.all_text_contents() == ["256TOPS"]
    assert page.locator("mark.role").all_text_contents() == ["思元370"]
    assert "256 TOPS" in page.locator("#card .title").inner_text()
    page.locator("#reader mark.metrics", has_text="7纳米").first.click()
    assert page.locator(f"{LINES}[aria-selected=true]").inner_text().startswith("思元370")
    assert page.locator("mark.active").all_text_contents() == ["7纳米"]
    page.locator("#reader mark.quotes", has_text="产能已经恢复").first.click()
    assert page.locator("#tabs [aria-selected=true]").inner_text() == "引述"


@pytest.mark.slow
@browser_test
def test_filter_search_and_sort(small: Path, seen: Seen) -> None:
    page = seen.open(small)
    total = page.locator(LINES).count()
    page.locator(".head select").first.select_option(label="功耗")
    assert 0 < page.locator(LINES).count() < total
    page.locator(".head input").nth(1).fill(">500")
    assert page.locator(LINES).count() == 1
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert page.locator(LINES).count() == total
    page.keyboard.press("/")
    page.keyboard.type("256")
    page.wait_for_timeout(200)
    assert page.locator(LINES).count() == 1
    page.keyboard.press("Escape")
    page.locator(".head button", has_text="数值").click()
    page.locator(".head button", has_text="数值").click()
    assert "990" in page.locator(LINES).first.inner_text()


@pytest.mark.slow
@browser_test
def test_deep_links(small: Path, seen: Seen) -> None:
    data = _data(small)
    names = [c["name"] for c in data["tables"]["metrics"]["columns"]]
    row = next(r for r in data["tables"]["metrics"]["rows"] if r[names.index("text")] == "150瓦")
    page = seen.open(small, f"#metrics:{row[0]}:{row[names.index('start')]}")
    assert page.locator("mark.active").all_text_contents() == ["150瓦"]
    assert page.locator(f"{LINES}[aria-selected=true]").count() == 1
    page.evaluate("location.hash = '#sheet:' + encodeURIComponent('思元370') + ':process_nm'")
    page.wait_for_selector("#card .evidence")
    assert page.locator("#card .evidence").count() == 3
    assert "传闻" in page.locator("#card").inner_text()
    page.evaluate("location.hash = '#metrics:nowhere:%E0%A4%A'")


@pytest.mark.slow
@browser_test
def test_keyboard_language_theme_and_every_tab(
    corpus_run: Path, tmp_path: Path, seen: Seen
) -> None:
    report.write(Finished.open(corpus_run), tmp_path)
    page = seen.open(tmp_path / "report.html")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator(f"{LINES}[aria-selected=true]").get_attribute("aria-rowindex") == "2"
    page.keyboard.press("k")
    assert page.locator(f"{LINES}[aria-selected=true]").get_attribute("aria-rowindex") == "1"
    for number in range(1, 11):
        page.keyboard.press(str(number % 10))
        assert page.locator("#tabs button").nth(number - 1).get_attribute("aria-selected") == "true"
    page.keyboard.press("8")
    assert page.locator("svg").count() == 3 and page.locator("circle.dot").count() > 20
    page.locator("circle.dot").first.press("Enter")
    page.wait_for_selector("#card .evidence")
    page.keyboard.press("l")
    assert page.locator("#tabs button").first.inner_text() == "Metrics"
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.keyboard.press("d")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()


@pytest.fixture(scope="module")
def whole(corpus_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the corpus."""
    folder = tmp_path_factory.mktemp("whole")
    report.write(Finished.open(corpus_run), folder)
    return folder / "report.html"


@pytest.mark.slow
@browser_test
def test_the_chinese_page_speaks_chinese(whole: Path, seen: Seen) -> None:
    """Labels, values and reasons, also those that a rule file or a stage words in English."""
    page = seen.open(whole)
    english = re.compile(r"[a-z]{3,} [a-z]{2,}")
    for tab in SHOWN:
        page.evaluate(f"open('{tab}')")
        page.locator(LINES).first.click()
        labels = page.locator("#card dt").all_text_contents()
        heads = page.locator("[role=columnheader]").all_text_contents()
        assert labels and not [label for label in (*labels, *heads) if label.isascii()], tab
    reasons = page.evaluate("""() => [...facts.rejected, ...facts.alarms].map((r) => r.reason)
        .concat(sheet.flatMap((chip) => Object.values(chip.cells).map((c) => c.why)))
        .filter(Boolean).map(reasonText)""")
    assert len(reasons) > 100 and not [r for r in reasons if english.search(r)]
    assert (
        page.evaluate("claims('<=312|~7-9 (rumor)|3 (die)')") == "≤312  ·  ~7–9 (传闻)  ·  3 (裸片)"
    )


@pytest.mark.slow
@browser_test
def test_two_facts_at_one_place_are_two(seen: Seen, tmp_path: Path) -> None:
    """A和B都采用7纳米: a verdict on one is none on the other, and each has an address."""
    (tmp_path / "a.txt").write_text("思元370和思元290都采用7纳米工艺。", encoding="utf-8")
    command = ["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--quiet"]
    assert main([*command, "--formats", "report"]) == 0
    page = seen.open(tmp_path / "out" / "report.html")
    assert page.locator(LINES).count() == 2
    page.locator(LINES).nth(1).click()
    page.keyboard.press("y")
    assert page.locator("#corrections").inner_text() == "导出改正（1）"
    assert [r["row"]["subject"] for r in page.evaluate("corrections()")["corrections"]] == [
        page.locator(LINES).nth(1).locator(".cell").first.inner_text()
    ]
    address = page.evaluate("location.hash")
    assert address.endswith(":2")
    page.goto("about:blank")
    seen.open(tmp_path / "out" / "report.html", address)
    assert page.locator(f"{LINES}[aria-selected=true]").get_attribute("aria-rowindex") == "2"


@pytest.mark.slow
@browser_test
def test_what_was_rejected_is_shown_where_it_stands(whole: Path, seen: Seen) -> None:
    page = seen.open(whole)
    page.evaluate("open('rejected')")
    page.locator(LINES).first.click()
    active = page.locator("mark.active.rejected")
    text = page.locator(LINES).first.locator(".cell").nth(1).inner_text()
    assert "".join(active.all_text_contents()) == text
    assert active.first.is_visible()


@pytest.mark.slow
@browser_test
def test_sheet_cells_and_chips_without_cells_lead_to_the_text(whole: Path, seen: Seen) -> None:
    page = seen.open(whole)
    known = page.evaluate("""() => sheet.slice(0, 12).flatMap((chip) =>
        Object.entries(chip.cells).map(([p, cell]) => [chip.chip, p, cell.evidence]))""")
    assert len(known) > 60
    for chip, name, evidence in known:
        page.evaluate("([c, p]) => sheetCard(chipOf.get(c), p)", [chip, name])
        assert page.locator("#card .evidence").count() >= 1, (chip, name)
        article, _, start = evidence.partition(":")
        place = page.evaluate("""() => { const mark = document.querySelector('mark.active');
            return mark && mark.facts.map((f) => `${f.article}:${f.start}`); }""")
        assert place and f"{article}:{start}" in place, (chip, name)
    bare = page.evaluate("sheet.find((chip) => !chip.known).chip")
    page.evaluate("(c) => sheetCard(chipOf.get(c))", bare)
    assert "没有读到它的参数" in page.locator("#card").inner_text()
    assert page.locator("#card .evidence").count() >= 1
    assert page.locator("mark.active.chips").count() >= 1


@pytest.mark.slow
@browser_test
def test_charts_lead_to_what_they_show(whole: Path, seen: Seen) -> None:
    page = seen.open(whole, "#charts")
    dots = page.locator("circle.dot.fp16").count()
    assert dots and page.locator("circle.dot.int").count()
    page.locator(".charts .legend input").nth(2).click()
    assert page.locator("circle.dot.fp16").count() == 0
    assert page.locator("circle.dot.int").count()
    name = page.evaluate("data.speakers[0][0]")
    page.locator("g.bar").first.click()
    assert page.locator("#tabs [aria-selected=true]").inner_text() == "引述"
    rows = page.locator(LINES).all()
    assert rows and all(name in row.inner_text() for row in rows[:5])


@pytest.mark.slow
@browser_test
def test_a_narrow_window_shows_table_card_and_text(chromium: Any, whole: Path) -> None:
    seen = Seen(chromium, viewport={"width": 420, "height": 860})
    page = seen.open(whole)
    page.locator(LINES).nth(2).click()
    for part in ("#tabs button", LINES, "#card .title", "mark.active"):
        box = page.locator(part).first.bounding_box()
        assert box and box["height"] > 5 and 0 <= box["y"] < 860, part
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    assert not seen.wrong
    seen.context.close()


@pytest.mark.slow
@browser_test
def test_the_line_between_table_and_text_is_moved(whole: Path, seen: Seen) -> None:
    page = seen.open(whole)
    before = page.locator("#left").bounding_box()["width"]
    page.locator("#split").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    wider = page.locator("#left").bounding_box()["width"]
    assert wider > before + 80
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert abs(page.locator("#left").bounding_box()["width"] - wider) < 3


@pytest.mark.slow
@browser_test
def test_a_run_without_facts_says_so(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("今天天气很好。", encoding="utf-8")
    command = ["run", str(tmp_path / "a.txt"), "--out", str(tmp_path / "out"), "--quiet"]
    assert main([*command, "--formats", "report"]) == 0
    page = seen.open(tmp_path / "out" / "report.html")
    told = "getComputedStyle(document.querySelector('.grid .body'), '::before').content"
    for tab in ("metrics", "quotes", "sheet", "conflicts", "alarms", "rejected"):
        page.evaluate(f"open('{tab}')")
        assert page.evaluate(told) == '"这次运行没有这类内容"', tab
    page.evaluate("open('charts')")
    assert page.locator(".charts .empty").count() == 3
    page.evaluate("open('articles')")
    assert page.locator(LINES).count() == 1
    page.locator(".head input").first.fill("没有这一篇")
    assert page.evaluate(told) == '"没有符合条件的行，按 Esc 清除筛选"'


@pytest.mark.slow
@browser_test
def test_hostile_text_stays_text(small: Path, seen: Seen) -> None:
    page = seen.open(small)
    for number in range(10):
        page.keyboard.press(str(number))
        for line in page.locator(LINES).all()[:3]:
            line.click()
    assert page.title() == "芯闻 Xinwen"
    assert page.locator("img, iframe, #reader script").count() == 0
    assert "</script><script>" in page.locator("#reader .words").inner_text()
    assert page.locator("#reader a[href^=javascript]").count() == 0


@pytest.mark.slow
@browser_test
def test_verdicts_come_back_as_gold(small: Path, seen: Seen, tmp_path: Path) -> None:
    page = seen.open(small)
    page.locator(LINES, has_text="256TOPS").first.click()
    page.keyboard.press("y")
    page.locator(LINES, has_text="150瓦").first.click()
    page.keyboard.press("x")
    page.locator(LINES, has_text="7纳米").first.click()
    page.evaluate("""() => {
        const mark = [...document.querySelectorAll('#reader mark.metrics')].find(m => m.textContent === '7纳米');
        const range = document.createRange();
        range.setStart(mark.firstChild, 0); range.setEnd(mark.nextSibling.firstChild, 2);
        getSelection().removeAllRanges(); getSelection().addRange(range);
    }""")
    page.keyboard.press("b")
    with page.expect_download() as download:
        page.locator("#corrections").click()
    download.value.save_as(tmp_path / "corrections.json")
    result = fetch(tmp_path / "corrections.json", "corrections", small.parent.parent)
    (document,) = result.documents
    gold, told = to_gold(document)
    assert not told and not result.told
    assert [m["text"] for m in gold["metrics"]] == ["7纳米工艺", "256TOPS"]
    assert gold["metrics"][1]["value"] == 256 and "思元370" in gold["metrics"][1]["subject"]
    assert all(TEXT.count(m["evidence"]) == 1 for m in gold["metrics"])


@pytest.mark.slow
@browser_test
def test_the_pictures_of_the_readme_can_be_made(chromium: Any, tmp_path: Path) -> None:
    picture.take(chromium, tmp_path)
    for name in ("report.png", "charts.png"):
        assert (tmp_path / name).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
        assert (tmp_path / name).stat().st_size > 30_000


@pytest.mark.slow
@browser_test
def test_print(small: Path, seen: Seen) -> None:
    page = seen.open(small)
    page.locator(LINES, has_text="256TOPS").first.click()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#print").is_visible() and not page.locator("header").is_visible()
    assert "256TOPS" in page.locator("#print table").first.inner_text()


@pytest.mark.slow
@browser_test
def test_print_without_an_article_gives_the_table(small: Path, seen: Seen) -> None:
    page = seen.open(small, "#sheet")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert "思元370" in page.locator("#print table").inner_text()
    page.evaluate("open('charts'); dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#print .charts").count() == 1


@pytest.mark.slow
@browser_test
def test_pages_of_a_large_run(
    corpus_run: Path, tmp_path: Path, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "MAX_FACTS", 100)
    run = Finished.open(corpus_run)
    report.write(run, tmp_path)
    row = next(run.rows("metrics"))
    page = seen.open(tmp_path / "report.html", f"#metrics:{row['article']}:{row['start']}")
    page.wait_for_url(re.compile(f"report/{row['article']}.html"))
    page.wait_for_selector("mark.active")
    assert page.locator("mark.active").all_text_contents() == [row["text"]]
    page.locator("#tabs button").first.click()
    page.wait_for_url(re.compile(r"/report\.html"))
    page.wait_for_selector(LINES)


@pytest.mark.slow
@browser_test
def test_fifty_thousand_facts(corpus_run: Path, tmp_path: Path, seen: Seen) -> None:
    """The corpus many times over: opens, filters and scrolls without a wait that one notices."""
    report.write(Finished.open(corpus_run), tmp_path)
    data = _data(tmp_path / "report.html")
    rows = data["tables"]["metrics"]["rows"]
    data["tables"]["metrics"]["rows"] = (rows * (50_000 // len(rows) + 1))[:50_000]
    path = tmp_path / "large.html"
    path.write_text(page(data), encoding="utf-8")
    opened = seen.open(path)
    ready = opened.evaluate(
        "performance.timing.domContentLoadedEventEnd - performance.timing.responseEnd"
    )
    assert ready < 5_000
    took = opened.evaluate("""() => {
        const start = performance.now();
        grids.metrics.filter('tops');
        return performance.now() - start;
    }""")
    assert took < 1_500, took
    assert opened.locator(LINES).count() < 100
    opened.evaluate("grids.metrics.filter('')")
    opened.evaluate("grids.metrics.host.scrollTop = 1e6")
    opened.wait_for_timeout(200)
    assert int(opened.locator(LINES).first.get_attribute("aria-rowindex")) > 30_000
