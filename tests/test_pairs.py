"""Minimal pairs: a word changes, and the fact with it.

``pairs/TABLE.toml`` holds them, marked as the examples of the rules are; of the table that names the file, what
is marked must come out and nothing else.
"""

import tomllib
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from pipeline import Article, Extractor
from pipeline.review.examples import Marked, parse

FOLDER = Path(__file__).parent / "pairs"
LEAST_LIKENESS = 0.5
MOST_KNOWN = 20

PAIRS: list[tuple[str, dict[str, Any]]] = [
    (path.stem, pair)
    for path in sorted(FOLDER.glob("*.toml"))
    for pair in tomllib.loads(path.read_text(encoding="utf-8"))["pair"]
]


def name(table: str, pair: dict[str, Any]) -> str:
    return f"{table}: {pair['about']}"


def twins(table: str, pair: dict[str, Any]) -> tuple[Marked, Marked]:
    return parse(pair["a"], name(table, pair)), parse(pair["b"], name(table, pair))


def faults(table: str, marked: Marked, extractor: Extractor) -> list[str]:
    """What is missing from the table, and what is too much."""
    facts = extractor(Article(marked.text))
    rows = getattr(facts, table)
    found = [mark.found_in(facts, marked.text) for mark in marked.marks]
    missing = [
        f"{marked.text} lacks «{marked.text[mark.start : mark.end]}» {mark.columns}"
        for mark, here in zip(marked.marks, found, strict=True)
        if not here
    ]
    return missing + [
        f"{marked.text} gives {row}" for row in rows if not any(row in here for here in found)
    ]


@pytest.mark.parametrize(
    ("table", "pair"),
    [
        pytest.param(
            table,
            pair,
            id=name(table, pair),
            marks=[pytest.mark.xfail(strict=True, raises=AssertionError)]
            if pair.get("known")
            else [],
        )
        for table, pair in PAIRS
    ],
)
def test_both_twins_are_read(table: str, pair: dict[str, Any], extractor: Extractor) -> None:
    wrong = [fault for twin in twins(table, pair) for fault in faults(table, twin, extractor)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("table", "pair"), [pytest.param(*case, id=name(*case)) for case in PAIRS])
def test_twins_are_alike_and_say_different_things(table: str, pair: dict[str, Any]) -> None:
    one, other = twins(table, pair)
    assert SequenceMatcher(None, one.text, other.text).ratio() >= LEAST_LIKENESS
    told = [
        [(twin.text[mark.start : mark.end], mark.columns) for mark in twin.marks]
        for twin in (one, other)
    ]
    assert told[0] != told[1]
    assert {mark.table for twin in (one, other) for mark in twin.marks} == {table}


def test_pairs_are_told_apart_and_few_are_known_to_fail() -> None:
    names = [name(table, pair) for table, pair in PAIRS]
    assert len(set(names)) == len(names) >= 80
    assert all(set(pair) <= {"about", "a", "b", "known"} for _, pair in PAIRS)
    assert sum("known" in pair for _, pair in PAIRS) <= MOST_KNOWN
