"""Who says what, one sentence at a time: tests/phrases/quotes.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import Article, Extractor, RuleErrors, load_rules
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


FRAME = """
[[shape]]
id = "quote.guarantee"
about = "A frame of words."
anchors = ["包票"]
tokens = {tokens}
examples = ["林舟打包票，[产能已经恢复](quote speaker:林舟 cue:包票)。"]
"""


@pytest.mark.parametrize(
    ("tokens", "told"),
    [
        ("3", "tables in a list"),
        ('[{ IS_PUNKT = true }, { ORTH = "包票", group = "cue" }]', "IS_PUNKT"),
        ('[{ ORTH = { REGEX = "(" } }, { ORTH = "包票", group = "cue" }]', "subpattern"),
        ('[{ ORTH = "包票", group = "verb" }]', "known are source, cue, speaker"),
        ('[{ ORTH = "包票", group = "cue", OP = "?" }]', "may not be optional"),
        ('[{ ORTH = "包票" }]', "a token of group 'cue'"),
    ],
)
def test_token_patterns_that_cannot_be_are_refused(tokens: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "quotes+.toml").write_text(FRAME.replace("{tokens}", tokens), encoding="utf-8")
    with pytest.raises(RuleErrors, match=rf"quotes\+\.toml:2: .*{told}"):
        Extractor(load_rules(str(tmp_path)))


def test_a_token_pattern_knows_what_the_tables_say_of_a_word(tmp_path: Path) -> None:
    """A title and a maker by their tags, in traditional characters too."""
    tokens = """[
    { TAG = "maker" }, { TAG = "title" }, { IS_PUNCT = false, OP = "+", group = "source" },
    { ORTH = "打" }, { ORTH = "了" }, { ORTH = "包票", group = "cue" }, { IS_PUNCT = true },
]"""
    (tmp_path / "quotes+.toml").write_text(FRAME.replace("{tokens}", tokens), encoding="utf-8")
    extract = Extractor(load_rules(str(tmp_path)))
    for text in (
        "寒武纪总裁林舟打了包票，产能已经恢复。",
        "聯發科總裁林舟打了包票，產能已經恢復。",
    ):
        (quote,) = extract(Article(text)).quotes
        assert (quote.rule, quote.speaker, text[quote.start : quote.end]) == (
            "quote.guarantee", "林舟", text[-7:-1],
        )  # fmt: skip
    assert not extract(Article("林舟打了包票，产能已经恢复。")).quotes
