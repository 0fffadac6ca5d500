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
        "start": str(start), "level": "", "confidence": "0.9",
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
    """A figure of a die is no conflict with the chip's, and taken for it only where there is no other."""
    row = sheet(fact("a1", "7", 5), fact("a2", "3", level="die"))
    assert (row["process_nm"], row["process_nm_level"]) == ("7", "")
    assert (row["process_nm_conflict"], row["process_nm_spread"]) == ("", "")
    assert (row["process_nm_levels"], row["process_nm_against"]) == ("3 (die)", "0")
    assert row["process_nm_why"] == "of the chip over die"
    row = sheet(fact("a2", "3", level="system"), fact("a2", "4", level="card"))
    assert (row["process_nm"], row["process_nm_level"]) == ("4", "card")
    assert row["process_nm_why"] == "of the card over system"


def test_the_area_of_a_die_and_the_power_of_a_card_are_their_own_level() -> None:
    area = {"metric": "die_area", "unit": "mm2"}
    row = sheet(fact("a1", "300", **area), fact("a1", "300", 9, level="die", **area))
    assert (row["die_mm2"], row["die_mm2_level"], row["die_mm2_facts"]) == ("300", "", "2")
    power = {"metric": "power", "unit": "W", "level": "card"}
    assert sheet(fact("a1", "75", **power))["tdp_w_level"] == "card"
    cards = [{**chip, "kind": "card"} for chip in CHIPS]
    (row,) = specs(ARTICLES, cards, [fact("a1", "75", **power)])
    assert dict(zip(SPECS.names, row, strict=True))["tdp_w_level"] == ""


def test_one_value_with_and_without_a_bound_is_one_value() -> None:
    row = sheet(fact("a1", "7", bound="<="), fact("a2", "7", bound="~"), fact("a3", "7"))
    assert (row["process_nm_bound"], row["process_nm_facts"]) == ("=", "3")
    assert (row["process_nm_conflict"], row["process_nm_evidence"]) == ("", "a3:0")


def test_a_chosen_rumor_is_said_to_be_one() -> None:
    row = sheet(fact("a1", "7", status="rumor"))
    assert (row["process_nm"], row["process_nm_status"]) == ("7", "rumor")
    row = sheet(fact("a1", "7", status="rumor"), fact("a2", "7"))
    assert (row["process_nm_status"], row["process_nm_evidence"]) == ("asserted", "a2:0")


def test_of_several_parts_the_highest_and_nobody_contradicts() -> None:
    cores = {"metric": "core_count", "unit": "count"}
    row = sheet(
        fact("a1", "6", 1, **cores), fact("a1", "8", 2, **cores), fact("a1", "16", 3, **cores)
    )
    assert (row["cores"], row["cores_conflict"], row["cores_against"]) == ("16", "6|8", "0")
    assert row["cores_why"] == "the highest of several"
    clock = {"metric": "clock_frequency", "unit": "GHz"}
    row = sheet(fact("a1", "4.3", 1, **clock), fact("a1", "5.7", 2, bound="<=", **clock))
    assert (row["clock_ghz"], row["clock_ghz_bound"]) == ("5.7", "<=")
    row = sheet(fact("a1", "16", **cores), fact("a1", "64", 9, confidence="0.6", **cores))
    assert (row["cores"], row["cores_why"]) == ("16", "surer (0.9 over 0.6)")


def test_who_contradicts_is_counted_by_independent_articles() -> None:
    row = sheet(fact("a1", "7"), fact("a2", "5", status="rumor"), fact("a3", "5", status="rumor"))
    assert (row["process_nm"], row["process_nm_against"]) == ("7", "2")
    rumors = (fact("a1", "7"), fact("a2", "5", status="rumor"), fact("a3", "5", status="rumor"))
    (cells,) = specs(ARTICLES, CHIPS, rumors, {"a3": "a2"})
    assert dict(zip(SPECS.names, cells, strict=True))["process_nm_against"] == "1"
    # an article that says both contradicts nobody, nor does a bound that holds the value
    row = sheet(fact("a1", "7", 1), fact("a2", "7", 2), fact("a2", "5", 3))
    assert row["process_nm_against"] == "0"
    power = {"metric": "power", "unit": "W"}
    row = sheet(fact("a1", "150", **power), fact("a2", "160", bound="<", **power))
    assert (row["tdp_w"], row["tdp_w_conflict"], row["tdp_w_against"]) == ("150", "<160", "0")
