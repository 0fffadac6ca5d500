"""What a text costs: texts made to be slow cost no more than twenty times a usual one."""

from time import process_time

import pytest
from bench import HOSTILE, hostile

from pipeline import Article, Extractor, load_rules
from pipeline.sheets.sanity import alarms

USUAL = (
    "寒武纪的思元370采用7纳米工艺，INT8算力最高256TOPS，比思元270高40%。"
    "山海证券分析师林舟表示，产能已经恢复。他还说：“明年会更好。”\n"
)


def cost(extractor: Extractor, text: str) -> float:
    """Seconds of this process for a character."""
    clock = process_time()
    extractor(Article(text))
    return (process_time() - clock) / len(text)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_not_much_slower(extractor: Extractor, name: str) -> None:
    extractor(Article(USUAL))
    usual = cost(extractor, USUAL * 50)
    assert cost(extractor, hostile(HOSTILE[name])) < 20 * usual


@pytest.mark.slow
def test_a_line_of_a_megabyte_costs_what_its_characters_cost(extractor: Extractor) -> None:
    line = USUAL.replace("\n", "")
    usual = cost(extractor, line * 50)
    assert cost(extractor, line * (1_000_000 // len(line))) < 3 * usual


def test_alarms_cost_what_their_metrics_cost() -> None:
    """An article that says the power, the compute and the efficiency of one chip thousands of times."""
    units = {"power": "W", "compute": "TOPS", "energy_efficiency": "TOPS/W"}
    facts = [
        {"article": "a", "subject": "H100", "subject_type": "chip", "level": "", "status": "asserted",
         "metric": metric, "unit": units[metric], "value": str(number + 1), "aspect": "",
         "text": "", "start": "0", "end": "0"}
        for number in range(2_000) for metric in units
    ]  # fmt: skip
    rules = load_rules()

    def taken(facts: list[dict[str, str]]) -> float:
        clock = process_time()
        assert list(alarms(rules, facts))
        return process_time() - clock

    assert taken(facts) < 40 * max(taken(facts[:600]), 0.01)
