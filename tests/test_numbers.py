"""Numbers: which metrics a sentence holds, with value, unit, bound, precision and item."""

from pathlib import Path

import pytest

from pipeline import Article, Extractor

PHRASES = [
    line.replace("\\n", "\n").replace("\\t", "\t")
    for line in (Path(__file__).parent / "phrases/numbers.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def expected(facts: str) -> list[tuple[str, ...]]:
    """``power = 5..10 W`` as metric, bound, value, upper end, unit, precision or item."""
    out = []
    for fact in filter(None, map(str.strip, facts.split(";"))):
        metric, bound, value, unit, *kind = fact.split()
        low, _, high = value.partition("..")
        upper = f"{float(high):g}" if high else ""
        out.append((metric, bound, f"{float(low):.9g}", upper, unit, *(kind or [""])))
    return sorted(out)


@pytest.mark.parametrize("phrase", PHRASES)
def test_numbers(extractor: Extractor, phrase: str) -> None:
    text, _, facts = phrase.partition(" =>")
    found = sorted(
        (
            m.metric, m.bound, f"{m.value:.9g}", "" if m.value_max is None else f"{m.value_max:g}",
            m.unit, m.precision or m.item,
        )
        for m in extractor(Article(text)).metrics
    )  # fmt: skip
    assert found == expected(facts)
