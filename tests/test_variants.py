"""The examples of the rules in other dress: with blanks between scripts, with marks of the other width, in
traditional characters. What holds of 思元370采用7纳米工艺 must hold of 思元 370 采用 7 纳米工艺 too."""

import re
from collections.abc import Callable

import pytest
from opencc import OpenCC

from pipeline import Article, Extractor
from pipeline.review.examples import Mark, cases, parse

_LABEL = re.compile(r"(\]\((?:chip:|quote\b|rejected\b|[a-z_]+ )[^()]*\))")
_TRADITIONAL = OpenCC("s2t")
_FULL = str.maketrans(",:;()%", "，：；（）％")
_HALF = str.maketrans("，：；（）％“”", ',:;()%""')
UNLIKE = {
    "price.tag", "price.company",  # 元 is TWD in traditional texts
    "precision.flops-class",  # PFLOPS级 is one word
}  # fmt: skip
"""Shapes whose examples say something else in other dress."""


def _spaced(text: str) -> str:
    text = re.sub(r"([\u4e00-\u9fff])(\[?)(?=[A-Za-z0-9])", r"\1 \2", text)
    return re.sub(r"(?<=[A-Za-z0-9%])(?=[\u4e00-\u9fff])", " ", text)


DRESSES: dict[str, Callable[[str], str]] = {
    "blanks": _spaced,
    "full": lambda text: text.translate(_FULL),
    "half": lambda text: text.translate(_HALF),
    "traditional": _TRADITIONAL.convert,
}


def _dressed(source: str, dress: Callable[[str], str]) -> str:
    """An example in other dress; what its labels say stays as it is."""
    pieces = _LABEL.split(source)
    pieces[::2] = map(dress, pieces[::2])
    return "".join(pieces)


def _alike(one: object, other: object) -> bool:
    """Whether two cells say the same in whatever dress."""
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 1e-6 * abs(one)
    return _bare(one) == _bare(other)


def _bare(cell: object) -> object:
    return _TRADITIONAL.convert(cell).replace(" ", "") if isinstance(cell, str) else cell


def _lost(mark: Mark, extractor: Extractor, text: str) -> bool:
    rows = getattr(extractor(Article(text)), mark.table)
    return not any(
        (row.start, row.end) == (mark.start, mark.end)
        and all(_alike(getattr(row, name), value) for name, value in mark.columns.items())
        for row in rows
    )


@pytest.mark.parametrize("dress", DRESSES)
def test_numbers_and_quotes_are_read_in_any_dress(extractor: Extractor, dress: str) -> None:
    lost = []
    for case in cases(extractor.rules):
        if case.kind != "shape" or case.never or case.rule in UNLIKE:
            continue
        source = _dressed(case.text, DRESSES[dress])
        if source == case.text:
            continue
        marked = parse(source, case.where)
        lost += [
            f"{case.where} {marked.text[mark.start : mark.end]!r} in {marked.text!r}"
            for mark in marked.marks
            if mark.table in ("metrics", "quotes") and _lost(mark, extractor, marked.text)
        ]
    assert not lost, "\n".join(lost)
