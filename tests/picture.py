"""``make picture``: the pictures of the report that the README shows, made anew from corpus/articles.

Needs a Chromium on the path (``apt-get install chromium fonts-noto-cjk``). It writes
``report.png``, a fact beside its article, and ``charts.png``, compute against power.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.cli import main as xinwen

ROOT = Path(__file__).parent.parent
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
FACT = "840TOPS"
"""A fact of corpus/articles/launch-accelerator.txt."""
SIZE = {"width": 1360, "height": 800}


def take(browser: Browser, folder: Path) -> None:
    """Write both pictures into a folder."""
    with tempfile.TemporaryDirectory() as place:
        # as a reader would have it: the articles beside the tables, no path of this machine
        shutil.copytree(ROOT / "corpus" / "articles", Path(place) / "articles")
        inputs, out = f"{place}/articles", f"{place}/out"
        if xinwen(["run", inputs, "--out", out, "--formats", "report", "--quiet"]) != 0:
            raise SystemExit("the run failed")
        page = browser.new_page(locale="zh-CN", viewport=SIZE)
        page.goto(f"file://{out}/report.html")
        page.wait_for_selector("html[data-ready]")
        _shoot(page, FACT, folder / "report.png")
        page.set_viewport_size({"width": 1360, "height": 1600})
        page.evaluate("open('charts')")
        page.locator(".charts section").nth(1).screenshot(path=folder / "charts.png")
        page.close()


def main(folder: Path) -> None:
    """Start a browser and take the pictures."""
    with sync_playwright() as api:
        browser = api.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        take(browser, folder)
        browser.close()


def _shoot(page: Page, words: str, path: Path) -> None:
    page.locator("#reader, .grid").first.wait_for()
    page.evaluate(
        "(text) => { const row = facts.metrics.find((r) => r.text === text); "
        "open('metrics'); grids.metrics.show(row); state.picked = row; go(row); }",
        words,
    )
    page.wait_for_selector("mark.active")
    page.screenshot(path=path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
