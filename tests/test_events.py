"""Dates in text, resolved against the article's; and what happened to a chip when."""

import pytest

from pipeline import Extractor, load_rules
from pipeline.document.dates import Dates
from pipeline.model import Article

PUBLISHED = "2024-02-29"  # a Thursday
DATES = Dates.compile(load_rules())


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "precision"),
    [
        ("去年12月", "2023-12-01", "2023-12-31", "month"),
        ("今年第二季", "2024-04-01", "2024-06-30", "quarter"),
        ("今年二季度", "2024-04-01", "2024-06-30", "quarter"),
        ("上月底", "2024-01-21", "2024-01-31", "third"),
        ("2024H2", "2024-07-01", "2024-12-31", "half"),
        ("2H24", "2024-07-01", "2024-12-31", "half"),
        ("3Q24", "2024-07-01", "2024-09-30", "quarter"),
        ("2024年Q3", "2024-07-01", "2024-09-30", "quarter"),
        ("2024Q3", "2024-07-01", "2024-09-30", "quarter"),
        ("2025年上半年", "2025-01-01", "2025-06-30", "half"),
        ("本周三", "2024-02-28", "2024-02-28", "day"),
        ("上周", "2024-02-19", "2024-02-25", "week"),
        ("明年初", "2025-01-01", "2025-03-31", "part"),
        ("2025年底", "2025-10-01", "2025-12-31", "part"),
        ("今年3月中旬", "2024-03-11", "2024-03-20", "third"),
        ("2024年2月底", "2024-02-21", "2024-02-29", "third"),
        ("2021年11月3日", "2021-11-03", "2021-11-03", "day"),
        ("2021-11-03", "2021-11-03", "2021-11-03", "day"),
        ("2 月 26 日", "2024-02-26", "2024-02-26", "day"),
        ("12月", "2023-12-01", "2023-12-31", "month"),
        ("本月26日", "2024-02-26", "2024-02-26", "day"),
        ("周二", "2024-02-27", "2024-02-27", "day"),
        ("星期五", "2024-02-23", "2024-02-23", "day"),
        ("前年", "2022-01-01", "2022-12-31", "year"),
        ("2020年", "2020-01-01", "2020-12-31", "year"),
        ("昨天", "2024-02-28", "2024-02-28", "day"),
        ("年底", "2023-10-01", "2023-12-31", "part"),
    ],
)
def test_expressions(text: str, earliest: str, latest: str, precision: str) -> None:
    (date,) = DATES.find(text, PUBLISHED)
    assert (date.earliest, date.latest, date.precision) == (earliest, latest, precision)
    assert text[date.start : date.end] == text


@pytest.mark.parametrize("text", ["2月30日", "13月", "3.5月饼", "价格2024元", "4月饼"])
def test_no_dates(text: str) -> None:
    assert not [d for d in DATES.find(text, PUBLISHED) if text[d.start : d.end] == text]


def test_looking_ahead() -> None:
    for text, earliest in (
        ("第三季度", "2024-07-01"),
        ("12月", "2024-12-01"),
        ("年底", "2024-10-01"),
    ):
        (date,) = DATES.find(text, PUBLISHED, ahead=True)
        assert date.earliest == earliest


@pytest.mark.parametrize("text", ["去年12月", "本周三", "上月底", "第三季度", "昨天"])
def test_without_an_anchor_nothing_is_resolved(text: str) -> None:
    (date,) = DATES.find(text, "")
    assert (date.earliest, date.latest, date.anchor) == ("", "", "none") and date.precision


def test_what_is_explicit_needs_no_anchor() -> None:
    (date,) = DATES.find("2024年第三季度", "")
    assert (date.earliest, date.anchor) == ("2024-07-01", "explicit")


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("寒武纪去年12月发布了思元590。", [("思元590", "announced", "2023-12-01", "asserted")]),
        ("思元590预计明年初量产。", [("思元590", "mass_production", "2025-01-01", "planned")]),
        ("去年推出的思元370已经批量出货。", [("思元370", "launched", "2023-01-01", "asserted"), ("思元370", "delivery", "", "asserted")]),
        ("H100和H200均于2024年1月上市。", [("H100", "launched", "2024-01-01", "asserted"), ("H200", "launched", "2024-01-01", "asserted")]),
        ("2022年3月，英伟达推出了H100。", [("H100", "launched", "2022-03-01", "asserted")]),
        ("爆料称思元590将于今年第三季度流片。", [("思元590", "tape_out", "2024-07-01", "rumor")]),
        ("思元590尚未量产。", [("思元590", "mass_production", "", "negated")]),
        ("思元590今年下半年送样，2025年上半年量产。", [("思元590", "sampling", "2024-07-01", "planned"), ("思元590", "mass_production", "2025-01-01", "planned")]),
        ("寒武纪发布财报。思元370的功耗为150瓦。", []),
        ("寒武纪计划在年底交付思元590。", [("思元590", "delivery", "2024-10-01", "planned")]),
        ("輝達預計今年第二季推出H200晶片，這款晶片採用4奈米製程，還會在下半年量產。", [("H200", "launched", "2024-04-01", "planned"), ("H200", "mass_production", "2024-07-01", "planned")]),
        ("思元370采用7纳米工艺。该芯片2021年11月发布。", [("思元370", "announced", "2021-11-01", "asserted")]),
    ],
)  # fmt: skip
def test_events(text: str, events: list[tuple[str, str, str, str]], extractor: Extractor) -> None:
    facts = extractor(Article(text, published=PUBLISHED))
    assert [(e.chip, e.event, e.earliest, e.status) for e in facts.events] == events
    for e in facts.events:
        assert text[e.start : e.end] == e.text
        assert text[e.chip_start : e.chip_end] == e.chip_text
        if e.date_start is not None:
            assert text[e.date_start : e.date_end] == e.date_text


def test_every_word_of_the_rules_reads_its_example() -> None:
    rules = load_rules()
    for row in rules.table("dates"):
        found = DATES.find(row["example"], PUBLISHED)
        assert found and found[0].earliest, row.where
