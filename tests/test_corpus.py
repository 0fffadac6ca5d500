"""Gold regression: the scores on corpus/ do not fall; when they do, gold and rows are shown side by side."""

import json
from pathlib import Path

import pytest

from pipeline.batch.local import run
from pipeline.model import EVENT_STATUSES, EVENTS
from pipeline.readers.sources import sources
from pipeline.review.evaluate import evaluate, fallen, shown

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.mark.parametrize("name", ["articles", "held-back", "later", "events"])
def test_no_score_is_below_its_floor(name: str, tmp_path: Path) -> None:
    gold = CORPUS / name
    if not list(gold.glob("*.gold.json")):
        pytest.skip("no gold here")
    run(sources([str(gold)])[0], tmp_path)
    result = evaluate(tmp_path, gold)
    path = gold / "floors.json"
    assert path.exists(), f"xinwen evaluate RUN {gold} --update writes them"
    floors = json.loads(path.read_text(encoding="utf-8"))
    below = fallen(result, floors)
    assert not below, "\n".join([*below, "", shown(result)])


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*.gold.json")), ids=lambda p: p.name)
def test_gold_is_anchored_in_its_text(path: Path) -> None:
    """Every evidence, text and content stands in the article; every article is in plain UTF-8."""
    gold = json.loads(path.read_text(encoding="utf-8"))
    text = (path.parent / gold["doc"]).read_bytes().decode("utf-8")
    assert "\r" not in text and not text.startswith("\ufeff")
    for fact in gold.get("metrics", []):
        assert fact["evidence"] in text and fact["text"] in fact["evidence"], fact
        assert fact["subject"] and isinstance(fact["value"], int | float), fact
    for fact in gold.get("quotes", []):
        assert fact["content"] in text and fact["speaker"], fact
    for fact in gold.get("chips", []):
        assert any(name in text for name in fact["names"]), fact
    for fact in gold.get("events", []):
        assert fact["evidence"] in text and fact["text"] in fact["evidence"], fact
        assert fact["chip"] and set(fact["event"]) <= set(EVENTS), fact
        assert fact["status"] in EVENT_STATUSES, fact
        assert bool(fact["earliest"]) == bool(fact["latest"]), fact
        assert (fact["earliest"] or "") <= (fact["latest"] or ""), fact


def test_published_dates_are_read(tmp_path: Path) -> None:
    """The date that the gold gives is the date that the byline gives, for most articles."""
    from pipeline.output.write import read_table

    gold = {
        Path(p.name).name.removesuffix(".gold.json"): json.loads(p.read_text(encoding="utf-8"))[
            "published"
        ]
        for p in (CORPUS / "articles").glob("*.gold.json")
    }
    run(sources([str(CORPUS / "articles")])[0], tmp_path)
    read = {Path(r["path"]).stem: r["published"] for r in read_table(tmp_path / "articles.csv")}
    right = sum(read[name] == (date or "") for name, date in gold.items())
    assert right / len(gold) >= 0.95, {
        n: (read[n], d) for n, d in gold.items() if read[n] != (d or "")
    }
