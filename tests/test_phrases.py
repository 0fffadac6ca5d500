"""Who says what, one sentence at a time: tests/phrases/quotes.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import Extractor
from pipeline.review.phrases import Phrase, fired, parse, quotes, read

PHRASES = read(Path(__file__).parent / "phrases" / "quotes.txt")
PUBLISHED = "2024-10-25"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def bare(row: dict[str, str]) -> dict[str, str]:
    return row | {"content": row["content"].rstrip("。，,.")}


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.line)
def test_what_a_sentence_says_and_who_said_it(phrase: Phrase, extractor: Extractor) -> None:
    found = quotes(phrase, extractor, PUBLISHED)
    assert len(found) == len(phrase.said), [(q.speaker, q.content) for q in found]
    for quote, want in zip(found, phrase.said, strict=True):
        got = {key: getattr(quote, key) for key in want}
        # whether the stop within the marks belongs to the words is typography
        assert bare(got) == bare(want)


def test_there_are_many() -> None:
    assert len(PHRASES) >= 780
    assert sum(not phrase.said for phrase in PHRASES) >= 280


def test_not_quotes_that_fire_are_counted(extractor: Extractor) -> None:
    cases = [parse("! 这款显示器的显示效果很好。"), parse("! 林舟说，产能已经恢复。")]
    assert fired([*cases, parse("林舟说，[产能已经恢复](林舟)。")], extractor) == (1, 2)


def test_a_line_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="neither"):
        parse("林舟没有说话。")
