"""The notation of examples, what their checker finds, and that every example of rules/ is a test."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import Extractor, load_rules
from pipeline.review.examples import Case, Unreadable, cases, faults, parse

ROOT = Path(__file__).parent.parent


def test_marks_are_taken_out() -> None:
    marked = parse(
        "思元370的[算力](sic)可达[256TOPS(INT8)](compute <=256 TOPS INT8 of:思元370)。", "x:1"
    )
    assert marked.text == "思元370的[算力](sic)可达256TOPS(INT8)。"
    (mark,) = marked.marks
    assert marked.text[mark.start : mark.end] == "256TOPS(INT8)"
    assert mark.columns == {
        "metric": "compute", "value": 256.0, "value_max": None, "bound": "<=", "unit": "TOPS",
        "precision": "INT8", "subject": "思元370",
    }  # fmt: skip


def test_marks_inside_marks() -> None:
    marked = parse("林舟说，[功耗是[75瓦](power 75 W)](quote speaker:林舟 cue:说)。", "x:1")
    assert marked.text == "林舟说，功耗是75瓦。"
    assert [marked.text[m.start : m.end] for m in marked.marks] == ["75瓦", "功耗是75瓦"]


def test_every_label() -> None:
    marked = parse(
        "[a](chip:骁龙8_Gen_3)[b](relative ~5-7 x performance increase rumor vs:A_100)"
        "[c](throughput >1e4 item/s item:images)[d](rejected)[e](quote speaker:高_通 type:organization)",
        "x:1",
    )
    columns = [m.columns for m in marked.marks]
    assert columns[0] == {"chip": "骁龙8 Gen 3"}
    assert (columns[1]["value"], columns[1]["value_max"], columns[1]["bound"]) == (5, 7, "~")
    assert (columns[1]["comparison"], columns[1]["status"], columns[1]["reference"]) == (
        "increase", "rumor", "A 100",
    )  # fmt: skip
    assert (columns[2]["value"], columns[2]["item"]) == (10_000, "images")
    assert columns[3] == {} and marked.marks[3].table == "rejected"
    assert columns[4] == {"speaker": "高 通", "speaker_type": "organization"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[7纳米](process_node 7 mm)", "process_node is in nm"),
        ("[7纳米](process_node 7 nm tiny)", "'tiny' is nothing that a process_node can have"),
        ("[x](quote spaeker:林舟)", "'spaeker:林舟' is nothing that a quote can have"),
        ("7纳米](process_node 7 nm)", "was not opened"),
    ],
)
def test_what_is_no_notation_is_named(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match="x:1: ") as error:
        parse(text, "x:1")
    assert words in str(error.value)


def case(text: str, rule: str = "process.node", never: bool = False) -> Case:
    return Case("shape", rule, "x:1", text, never)


def test_a_case_that_holds(extractor: Extractor) -> None:
    assert not faults(case("思元370采用[7纳米](process_node 7 nm of:思元370)工艺。"), extractor)
    assert not faults(case("思元370采用7纳米工艺。", "power.watt", never=True), extractor)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (case("思元370采用[5纳米](process_node 7 nm)工艺。"), "wants «5纳米»"),
        (case("思元370采用[7纳米](process_node 7 nm of:A100)工艺。"), "got «7纳米» 思元370"),
        (case("思元370采用7纳米工艺。"), "no fact is marked"),
        (case("思元370采用[7纳米](process_node 7 nm)工艺。", "no.rule"), "with or without no.rule"),
        (case("思元370采用7纳米工艺。", never=True), "must not read"),
        (Case("pattern", "", "x:1", "7纳米", pattern="奈米"), "does not match"),
        (Case("name", "no.rule", "x:1", "思元370"), "does not name"),
    ],
)
def test_a_case_that_does_not_hold_says_why(wrong: Case, words: str, extractor: Extractor) -> None:
    (fault,) = faults(wrong, extractor)
    assert fault.startswith("x:1: ") and words in fault


def test_every_case_of_the_rules_is_a_test() -> None:
    expected = len(list(cases(load_rules())))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "rules"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    collected = [line for line in done.stdout.splitlines() if "::" in line]
    assert len(collected) == expected > 300, done.stdout[-500:] + done.stderr[-500:]


def test_every_shape_has_an_example_and_most_have_a_counter_example() -> None:
    shapes = [s for group in load_rules().shapes.values() for s in group]
    assert shapes and all(s.examples for s in shapes)
