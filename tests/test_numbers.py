"""Numbers: which metrics a sentence holds, with value, unit, bound, precision and item."""

from pathlib import Path

import pytest

from pipeline import Article, Extractor, load_rules
from pipeline.rules import RuleErrors

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


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ('behind_chip = "(("', "behind_chip of 'x.bad' does not compile"),
        ('requires = "(("', "requires of 'x.bad' does not compile"),
        ('near = "(("', "unterminated subpattern"),
        ('pattern = "{number}云"\nfirst = "(("', "first of 'x.bad' does not compile"),
        ('pattern = "{number}云"\nrefuse_after = "(("', "refuse_after of 'x.bad' does not compile"),
        ("near = ['算力', 5]", "5 is no pattern"),
        ('most = "1e9"', "most '1e9' is not a number"),
    ],
)
def test_faults_of_shapes_are_told(tmp_path: Path, key: str, fault: str) -> None:
    shape = (
        '[[shape]]\nid = "x.bad"\nabout = "云"\ndimension = "bytes"\nmetric = "memory_capacity"\n'
    )
    written = (
        f'{shape}{key}\nexamples = ["思元370配备[24GB](memory_capacity 24 GB of:思元370)显存。"]\n'
    )
    (tmp_path / "metrics+.toml").write_text(written, encoding="utf-8")
    with pytest.raises(RuleErrors, match=rf"metrics\+\.toml:\d+: .*{fault}"):
        Extractor(load_rules(str(tmp_path)))
