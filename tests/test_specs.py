"""Facts of many articles -> one row a chip, conflicts kept."""

from typing import Any

from pipeline.sheets.specs import PROPERTIES, SPECS, property_of, specs

ARTICLES = [
    {"article": "a1", "published": "2023-01-01"},
    {"article": "a2", "published": "2024-01-01"},
    {"article": "a3", "published": ""},
]
CHIPS = [
    {
        "article": a["article"],
        "chip": "思元370",
        "maker": maker,
        "kind": "accelerator",
        "surfaces": s,
    }
    for a, maker, s in zip(
        ARTICLES, ("寒武纪", "", "寒武纪"), ("思元370", "MLU370", "370"), strict=True
    )
]


def fact(article: str, value: str, start: int = 0, **more: str) -> dict[str, str]:
    return {
        "article": article, "subject": "思元370", "metric": "process_node", "unit": "nm", "value": value,
        "value_max": "", "bound": "=", "precision": "", "item": "", "status": "asserted",
        "start": str(start), "level": "",
    } | more  # fmt: skip


def sheet(*metrics: dict[str, str]) -> dict[str, Any]:
    (row,) = specs(ARTICLES, CHIPS, metrics)
    return dict(zip(SPECS.names, row, strict=True))


def test_one_row_a_chip() -> None:
    row = sheet(fact("a1", "7", 10), fact("a2", "7", 20))
    assert (row["chip"], row["maker"], row["aliases"]) == (
        "思元370",
        "寒武纪",
        "370|MLU370|思元370",
    )
    assert (row["process_nm"], row["process_nm_facts"], row["process_nm_conflict"]) == (
        "7",
        "2",
        "",
    )
    assert row["process_nm_evidence"] == "a2:20"
    assert (row["articles"], row["first_published"], row["last_published"]) == (
        "3", "2023-01-01", "2024-01-01",
    )  # fmt: skip
    assert row["tdp_w"] == ""


def test_asserted_over_rumor_even_when_older() -> None:
    row = sheet(fact("a1", "7"), fact("a2", "5", status="rumor"))
    assert (row["process_nm"], row["process_nm_conflict"]) == ("7", "5 (rumor)")


def test_exact_over_bounded_and_ranges() -> None:
    row = sheet(fact("a1", "7"), fact("a2", "8", bound="<="), fact("a2", "5", 9, value_max="7"))
    assert (row["process_nm"], row["process_nm_conflict"]) == ("7", "<=8|5-7")
    row = sheet(fact("a2", "5", value_max="7", bound="~"))
    assert (row["process_nm"], row["process_nm_max"], row["process_nm_bound"]) == ("5", "7", "~")


def test_newer_over_older_and_then_more_articles() -> None:
    row = sheet(fact("a1", "7"), fact("a1", "7", 9), fact("a2", "6"))
    assert (row["process_nm"], row["process_nm_conflict"]) == ("6", "7")
    row = sheet(fact("a1", "7"), fact("a3", "5"), fact("a1", "5", 7))
    assert row["process_nm"] == "5"


def test_what_was_denied_and_what_is_no_chip_stays_out() -> None:
    row = sheet(fact("a1", "5", status="negated"), fact("a1", "3", subject="台积电"))
    assert row["process_nm"] == ""


def test_order_of_articles_does_not_matter() -> None:
    facts = [fact("a1", "7"), fact("a2", "6"), fact("a3", "5", status="rumor"), fact("a2", "6", 3)]
    assert sheet(*facts) == sheet(*reversed(facts))


def test_properties() -> None:
    assert (
        property_of(fact("a", "1", metric="compute", unit="TOPS", precision="INT8")) == "int8_tops"
    )
    assert (
        property_of(fact("a", "1", metric="compute", unit="TOPS", precision="FP8")) == "fp8_tflops"
    )
    assert property_of(fact("a", "1", metric="compute", unit="TFLOPS")) == "tflops"
    assert property_of(fact("a", "1", metric="relative", unit="x")) == ""
    wanted = {"process_nm", "transistors", "int8_tops", "fp16_tflops", "tdp_w", "memory_gb",
              "memory_bandwidth_gbs", "die_mm2", "tokens_per_s", "price_usd"}  # fmt: skip
    assert wanted <= PROPERTIES.keys()
    assert len(SPECS.names) == len(set(SPECS.names))


def test_why_spread_and_independent_articles() -> None:
    row = sheet(fact("a1", "7"), fact("a2", "5", status="rumor"))
    assert (row["process_nm_why"], row["process_nm_spread"]) == ("asserted over rumor", "1.4")
    row = sheet(fact("a1", "7"), fact("a2", "8", bound="<="))
    assert row["process_nm_why"] == "exact over bounded"
    row = sheet(fact("a1", "7"), fact("a2", "6"))
    assert row["process_nm_why"] == "newer (2024-01-01 over 2023-01-01)"
    row = sheet(fact("a1", "7"), fact("a1", "7", 5))
    assert (row["process_nm_facts"], row["process_nm_articles"]) == ("2", "1")
    assert (row["process_nm_why"], row["process_nm_spread"]) == ("", "")


def test_a_near_copy_is_the_same_source() -> None:
    facts = (fact("a1", "7"), fact("a2", "7"))
    (row,) = specs(ARTICLES, CHIPS, facts, {"a2": "a1"})
    found = dict(zip(SPECS.names, row, strict=True))
    assert (found["process_nm_facts"], found["process_nm_articles"]) == ("2", "1")


def test_levels_stand_apart() -> None:
    """A die's figure is no conflict in spread with the chip's, and never taken for it."""
    row = sheet(fact("a1", "7", 5), fact("a2", "3", level="die"))
    assert (row["process_nm"], row["process_nm_level"]) == ("7", "")
    assert (row["process_nm_conflict"], row["process_nm_spread"]) == ("3 (die)", "")
    assert row["process_nm_why"] == "of the chip over die"
    row = sheet(fact("a2", "3", level="die"))
    assert (row["process_nm"], row["process_nm_level"]) == ("3", "die")
