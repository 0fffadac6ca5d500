"""Dates in text, resolved against the article's; and what happened to a chip when."""

import random

import pytest

from pipeline import Extractor, load_rules
from pipeline.document.clean import fold
from pipeline.document.dates import Dates
from pipeline.model import Article

PUBLISHED = "2024-02-29"  # a Thursday
DATES = Dates.compile(load_rules())


def test_two_characters_tell_where_an_expression_may_begin() -> None:
    """No expression is missed because its search looks at what may open one first."""
    examples = [row["example"] for row in load_rules().table("dates")]
    pieces = [
        *examples,
        *"年月日季第半财一三十24 -、.",
        "2024",
        "20",
        "Q4",
        "2H",
        "个月",
        "天前",
        "今(",
    ]
    draw = random.Random(7)
    texts = ["".join(draw.choices(pieces, k=draw.randint(1, 6))) for _ in range(20_000)]
    for text in texts:
        everywhere = [found.span() for found in DATES.pattern.finditer(text)]
        assert [found.span() for found in DATES.spot(text)] == everywhere, text


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
        (
            "8月",
            "2024-08-01",
            "2024-08-31",
            "month",
        ),  # of this year while it is not half a year off
        ("九月底", "2023-09-21", "2023-09-30", "third"),
        ("8月下半月", "2024-08-16", "2024-08-31", "third"),
        ("24年3月", "2024-03-01", "2024-03-31", "month"),
        ("2025年中", "2025-05-01", "2025-08-31", "part"),
        ("去年春天", "2023-03-01", "2023-05-31", "part"),
        ("今夏", "2024-06-01", "2024-08-31", "part"),
        ("去年冬天", "2023-12-01", "2024-02-29", "part"),
        ("今（27）日", "2024-02-27", "2024-02-27", "day"),
        ("昨(28)日", "2024-02-28", "2024-02-28", "day"),
        ("26日", "2024-02-26", "2024-02-26", "day"),
        ("30日", "2024-01-30", "2024-01-30", "day"),
        ("两周前", "2024-02-12", "2024-02-18", "week"),
        ("三个月前", "2023-11-01", "2023-11-30", "month"),
        ("10天前", "2024-02-19", "2024-02-19", "day"),
        ("下个季度", "2024-04-01", "2024-06-30", "quarter"),
        ("Q3", "2024-07-01", "2024-09-30", "quarter"),
        ("年内", "2024-01-01", "2024-12-31", "year"),
        ("24H1", "2024-01-01", "2024-06-30", "half"),
        ("24Q3", "2024-07-01", "2024-09-30", "quarter"),
        ("H2 2024", "2024-07-01", "2024-12-31", "half"),
        ("Q3 2025", "2025-07-01", "2025-09-30", "quarter"),
        ("2024年第3季度", "2024-07-01", "2024-09-30", "quarter"),
        ("明年3季度", "2025-07-01", "2025-09-30", "quarter"),
        ("第3季", "2024-07-01", "2024-09-30", "quarter"),
        ("今年前三季度", "2024-01-01", "2024-09-30", "quarter"),
        ("2025年第一、二季度", "2025-01-01", "2025-06-30", "quarter"),
        ("今年二三季度", "2024-04-01", "2024-09-30", "quarter"),
        ("今年三季度末", "2024-09-01", "2024-09-30", "month"),
        ("下季度初", "2024-04-01", "2024-04-30", "month"),
        ("今年上半年末", "2024-06-01", "2024-06-30", "month"),
        ("上上周", "2024-02-12", "2024-02-18", "week"),
        ("下下周", "2024-03-11", "2024-03-17", "week"),
        ("下星期一", "2024-03-04", "2024-03-04", "day"),
        ("上周末", "2024-02-24", "2024-02-25", "day"),
        ("本周末", "2024-03-02", "2024-03-03", "day"),
        ("上上个月", "2023-12-01", "2023-12-31", "month"),
        ("大后天", "2024-03-03", "2024-03-03", "day"),
        ("昨夜", "2024-02-28", "2024-02-28", "day"),
        ("二〇二四年三月", "2024-03-01", "2024-03-31", "month"),
        ("二零二四年", "2024-01-01", "2024-12-31", "year"),
        ("三月十五日", "2024-03-15", "2024-03-15", "day"),
        ("十月二十一日", "2023-10-21", "2023-10-21", "day"),
        ("3月15号", "2024-03-15", "2024-03-15", "day"),
        ("2024年3月15日至17日", "2024-03-15", "2024-03-17", "day"),
        ("3月15-17日", "2024-03-15", "2024-03-17", "day"),
        ("26日至28日", "2024-02-26", "2024-02-28", "day"),
        ("本月8日到12日", "2024-02-08", "2024-02-12", "day"),
        ("今年4月至6月", "2024-04-01", "2024-06-30", "month"),
        ("2025年1-3月", "2025-01-01", "2025-03-31", "month"),
        ("3、4月", "2024-03-01", "2024-04-30", "month"),
        ("三四月", "2024-03-01", "2024-04-30", "month"),
        ("2025年11月至1月", "2025-11-01", "2026-01-31", "month"),
        ("2月中下旬", "2024-02-11", "2024-02-29", "third"),
        ("2024-2025年", "2024-01-01", "2025-12-31", "year"),
        ("2023年至2025年", "2023-01-01", "2025-12-31", "year"),
        ("明后年", "2025-01-01", "2026-12-31", "year"),
        ("今年晚些时候", "2024-02-29", "2024-12-31", "part"),
        ("今年早些时候", "2024-01-01", "2024-02-29", "part"),
        ("去年晚些时候", "2023-01-01", "2023-12-31", "year"),
        ("2025年春", "2025-03-01", "2025-05-31", "part"),
        ("岁末", "2023-10-01", "2023-12-31", "part"),
        ("二十年前", "2004-01-01", "2004-12-31", "year"),
        ("半年前", "2023-08-01", "2023-08-31", "month"),
    ],
)
def test_expressions(text: str, earliest: str, latest: str, precision: str) -> None:
    (date,) = DATES.find(fold(text, "hans"), PUBLISHED)
    assert (date.earliest, date.latest, date.precision) == (earliest, latest, precision)
    assert text[date.start : date.end] == text


@pytest.mark.parametrize(
    ("text", "earliest", "precision"),
    [
        ("2023年3月流片，同年10月发布", "2023-10-01", "month"),
        ("2023年3月流片，次年初发布", "2024-01-01", "part"),
        ("2023年3月流片，当月回片", "2023-03-01", "month"),
        ("9月11日发布，当天开卖", "2024-09-11", "day"),
        ("2022年9月3日发布，次日开卖", "2022-09-04", "day"),
    ],
)
def test_dates_that_count_from_the_one_before(text: str, earliest: str, precision: str) -> None:
    first, second = DATES.find(text, "2024-09-12")
    assert (second.earliest, second.precision, second.anchor) == (earliest, precision, "text")
    assert first.anchor != "text"
    assert not DATES.find(text[text.index("，") :], "2024-09-12")[0].earliest


@pytest.mark.parametrize(
    "text",
    [
        "2月30日",
        "13月",
        "3.5月饼",
        "价格2024元",
        "4月饼",
        "30日内",
        "3日均线",
        "HQ3",
        "几十年前",
        "2010年代",
        "2025-2024年",
    ],
)
def test_no_dates(text: str) -> None:
    assert not [d for d in DATES.find(text, PUBLISHED) if text[d.start : d.end] == text]


@pytest.mark.parametrize(
    ("text", "precision"),
    [("2025财年第二季度", "quarter"), ("2026财年", "year"), ("第三财季", "quarter"), ("FY2025 Q2", "quarter")],
)  # fmt: skip
def test_fiscal_years_begin_when_a_firm_wants(text: str, precision: str) -> None:
    (date,) = DATES.find(text, PUBLISHED)
    assert text[date.start : date.end] == text
    assert (date.earliest, date.precision, date.anchor) == ("", precision, "none")


def test_a_weekday_behind_its_day_is_no_other_date() -> None:
    (date,) = DATES.find("1月8日(周一)", PUBLISHED)
    assert date.earliest == date.latest == "2024-01-08"


def test_a_version_is_no_date() -> None:
    assert not DATES.find("Windows 11 24H2", PUBLISHED)


def test_looking_ahead() -> None:
    for text, earliest in (
        ("第三季度", "2024-07-01"),
        ("12月", "2024-12-01"),
        ("1月", "2025-01-01"),
        ("年底", "2024-10-01"),
        ("两周后", "2024-03-11"),
    ):
        (date,) = DATES.find(text, PUBLISHED, ahead=True)
        assert date.earliest == earliest


def test_looking_back() -> None:
    for text, earliest in (("8月", "2023-08-01"), ("2月", "2024-02-01"), ("Q3", "2023-07-01")):
        (date,) = DATES.find(text, PUBLISHED, ahead=False)
        assert date.earliest == earliest
    (date,) = DATES.find("四年以后", PUBLISHED)  # counts from the story
    assert not date.earliest


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
        # whose: things that have the chip in them, and what is told about it, are other subjects
        ("首批搭载思元370和思元590的服务器预计今年年中上市。", []),
        ("2023年，多家厂商发布了搭载思元370的整机。", []),
        ("思元370拿下新订单，首款整机今年三季度交付。", []),
        ("寒武纪今年1月公布了思元590的更多参数。", []),
        ("思元370已经停售。寒武纪于2020年上市。", []),
        ("思元590今年流片，其下一代芯片计划明年推出。", [("思元590", "tape_out", "2024-01-01", "asserted")]),
        ("思元370之后的新卡今年1月发布。", []),
        ("去年推出的开发平台支持思元370。", []),
        ("2024年，思元590将接替思元370量产。", [("思元590", "mass_production", "2024-01-01", "planned")]),
        ("思元590去年发布，性能是思元370的两倍，预计今年量产。", [("思元590", "announced", "2023-01-01", "asserted"), ("思元590", "mass_production", "2024-01-01", "planned")]),
        ("寒武纪今年1月宣布了思元590芯片。", [("思元590", "announced", "2024-01-01", "asserted")]),
        ("去年10月披露的思元590单芯片显存为80GB。", [("思元590", "announced", "2023-10-01", "asserted")]),
        ("思元590样片已经送到五家客户手里，预计第四季度量产。", [("思元590", "sampling", "", "asserted"), ("思元590", "mass_production", "2024-10-01", "planned")]),
        ("思元590的样片去年底送到客户手里。", [("思元590", "sampling", "2023-10-01", "asserted")]),
        ("思元370性能最好。思元370去年出货最多。", []),
        ("寒武纪承诺思元370还有七年的供货。", []),
        # when: a date belongs to one word, and the day of telling is not that of what is told
        ("寒武纪本周三表示，思元590已经流片。", [("思元590", "tape_out", "", "asserted")]),
        ("寒武纪本周三宣布推出思元590。", [("思元590", "launched", "2024-02-28", "asserted")]),
        ("成立于2016年的寒武纪推出了思元590。", []),
        ("思元590的量产时间从今年推到了明年第二季度。", [("思元590", "mass_production", "2025-04-01", "planned")]),
        ("思元590发布于2023年11月3日，3月上旬开卖。", [("思元590", "announced", "2023-11-03", "asserted"), ("思元590", "launched", "2024-03-01", "planned")]),
        ("寒武纪去年11月底宣布思元590将于12月交付。", [("思元590", "delivery", "2023-12-01", "planned")]),
        ("H200在2023年11月公布，次年第二季度开始供货。", [("H200", "announced", "2023-11-01", "asserted"), ("H200", "delivery", "2024-04-01", "planned")]),
        # how sure
        ("网传思元590明年登场。", [("思元590", "launched", "2025-01-01", "rumor")]),
        ("市场有传闻称，思元590已于去年底流片。", [("思元590", "tape_out", "2023-10-01", "rumor")]),
        ("原定今年年中供货的思元590再次推迟。", [("思元590", "delivery", "2024-05-01", "planned")]),
        ("思元590还没送样。", [("思元590", "sampling", "", "negated")]),
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
        assert found and all(d.earliest for d in found), row.where
        assert any(row["word"] in row["example"][d.start : d.end] for d in found), row.where
