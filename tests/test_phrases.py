"""Who says what, one sentence at a time: tests/phrases/quotes.txt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline import Article, extract

FILE = Path(__file__).parent / "phrases" / "quotes.txt"
CASES = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
MARK = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)")
FIELDS = {"title": "title", "org": "organization", "type": "speaker_type", "link": "link"}


def said(notes: str) -> dict[str, str]:
    """``林舟 direct title=分析师`` -> the columns that the row must have."""
    parts = re.split(r"\s+(?=(?:title|org|type|link)=|(?:direct|indirect|mixed)\b)", notes)
    want = {"speaker": parts[0]}
    for part in parts[1:]:
        key, equals, value = part.partition("=")
        want[FIELDS[key] if equals else "kind"] = value if equals else part
    return want


def bare(row: dict[str, str]) -> dict[str, str]:
    return row | {"content": row["content"].rstrip("。，,.")}


@pytest.mark.parametrize("case", CASES)
def test_what_a_sentence_says_and_who_said_it(case: str) -> None:
    marked = case.removeprefix("!").replace("\\n", "\n")
    wanted = [{"content": m[1], **said(m[2])} for m in MARK.finditer(marked)]
    assert bool(wanted) is not case.startswith("!")
    found = extract(Article(MARK.sub(r"\1", marked))).quotes
    assert len(found) == len(wanted), [(q.speaker, q.content) for q in found]
    for quote, want in zip(found, wanted, strict=True):
        got = {key: getattr(quote, key) for key in want}
        # whether the stop within the marks belongs to the words is typography
        assert bare(got) == bare(want)


def test_there_are_many() -> None:
    assert len(CASES) >= 290
    assert sum(case.startswith("!") for case in CASES) >= 100
