"""To annotation tools and back: nothing lost, offsets in the tool's own unit, marks found again."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from pipeline.cli import main
from pipeline.output.annotations import (
    LABELS,
    Annotated,
    Malformed,
    Mark,
    anchor,
    evidence,
    fetch,
    from_gold,
    from_run,
    send,
    to_gold,
    write_gold,
)
from pipeline.output.finished import Finished

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"
TOOLS = ("labelstudio", "doccano", "uima", "brat")
TEXT = "😀𠀀芯闻\n思元370采用7纳米工艺。\n林舟表示：“产能已经恢复。\n明年还会更好。”\n"


def mark(words: str, label: str, **fields: Any) -> Mark:
    at = TEXT.index(words)
    return Mark.of(TEXT, at, at + len(words), label, fields)


DOCUMENT = Annotated(
    "emoji", TEXT, {"published": "2024-02-29"},
    [
        mark("思元370", "chip", names=["思元370"], maker=["寒武纪"], optional=False),
        mark("7纳米", "metric-process_node", subject=["思元370"], subject_type="chip", metric="process_node",
             value=7.0, value_max=None, unit="nm", bound="=", precision=None, status="asserted",
             text="7纳米", optional=False),
        mark("产能已经恢复。\n明年还会更好", "quote", speaker=["林舟"], speaker_type="person", title=None,
             organization=None, cue="表示", kind="direct", content="产能已经恢复。\n明年还会更好", optional=False),
    ],
)  # fmt: skip


def _sorted(gold: dict[str, Any]) -> dict[str, Any]:
    return {
        key: sorted(json.dumps(fact, sort_keys=True) for fact in value)
        if isinstance(value, list)
        else value
        for key, value in gold.items()
    }


@pytest.mark.parametrize("tool", TOOLS)
def test_gold_goes_out_and_comes_back_the_same(tool: str, tmp_path: Path) -> None:
    documents = list(from_gold(ARTICLES))
    send(documents, tool, tmp_path / "tool")
    result = fetch(tmp_path / "tool", tool)
    assert not result.told
    assert write_gold(result.documents, tmp_path / "gold") == []
    for path in sorted(ARTICLES.glob("*.gold.json")):
        before = json.loads(path.read_text(encoding="utf-8"))
        after = json.loads((tmp_path / "gold" / path.name).read_text(encoding="utf-8"))
        assert _sorted(after) == _sorted(before), path.name


@pytest.mark.parametrize("tool", TOOLS)
def test_emoji_and_line_ends_move_nothing(tool: str, tmp_path: Path) -> None:
    send([DOCUMENT], tool, tmp_path)
    (document,) = fetch(tmp_path, tool).documents
    assert document.text == TEXT and document.about == {"published": "2024-02-29"}
    assert [(m.start, m.end, m.text, m.label, m.fields) for m in document.marks] == [
        (m.start, m.end, m.text, m.label, m.fields) for m in DOCUMENT.marks
    ]


def test_offsets_are_in_the_unit_of_the_tool(tmp_path: Path) -> None:
    """😀 and 𠀀 are two units of UTF-16 each; doccano and UIMA count these, the others characters."""
    at = TEXT.index("7纳米")
    for tool in TOOLS:
        send([DOCUMENT], tool, tmp_path / tool)
    line = json.loads((tmp_path / "doccano" / "doccano.jsonl").read_text(encoding="utf-8"))
    assert [at + 2, at + 5, "metric-process_node"] in line["label"]
    assert f'begin="{at + 2}"' in (tmp_path / "uima" / "emoji.xmi").read_text(encoding="utf-8")
    tasks = json.loads((tmp_path / "labelstudio" / "tasks.json").read_text(encoding="utf-8"))
    values = [r["value"] for r in tasks[0]["predictions"][0]["result"]]
    assert {
        "start": at,
        "end": at + 3,
        "text": "7纳米",
        "labels": ["metric-process_node"],
    } in values
    lines = (tmp_path / "brat" / "emoji.ann").read_text(encoding="utf-8").splitlines()
    assert f"T2\tmetric-process_node {at} {at + 3}\t7纳米" in lines


def test_labelstudio_predictions_fit_their_configuration(tmp_path: Path) -> None:
    """What Label Studio checks when it imports predictions: names of tags, kind of tag, labels, offsets."""
    send([DOCUMENT], "labelstudio", tmp_path)
    view = ElementTree.parse(tmp_path / "labels.xml").getroot()
    (labels,), (text,) = view.findall("Labels"), view.findall("Text")
    assert labels.get("toName") == text.get("name") and text.get("value") == "$text"
    assert "pre-wrap" in (view.findtext("Style") or ""), "line ends would not be shown"
    known = {label.get("value") for label in labels}
    (task,) = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    for region in task["predictions"][0]["result"]:
        assert (region["from_name"], region["to_name"]) == (labels.get("name"), text.get("name"))
        assert region["type"] == labels.tag.lower() and set(region["value"]["labels"]) <= known
        value = region["value"]
        assert task["data"]["text"][value["start"] : value["end"]] == value["text"]
    ids = [region["id"] for region in task["predictions"][0]["result"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("kind", ["jsonl", "relation"])
def test_what_doccano_exports_comes_back(kind: str, tmp_path: Path) -> None:
    """doccano puts keys that it does not know beside the text, and names labels by project."""
    send([DOCUMENT], "doccano", tmp_path)
    (row,) = map(json.loads, (tmp_path / "doccano.jsonl").read_text(encoding="utf-8").splitlines())
    labels = row.pop("label")
    if kind == "jsonl":
        row |= {"id": 1, "label": sorted(labels), "Comments": []}
    else:
        keys = ("start_offset", "end_offset", "label")
        entities = [
            {"id": i, **dict(zip(keys, label, strict=True))} for i, label in enumerate(labels)
        ]
        row |= {"id": 1, "entities": entities, "relations": [], "Comments": []}
    (tmp_path / "all.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    (document,) = fetch(tmp_path / "all.jsonl", "doccano").documents
    assert document.name == "emoji" and sorted(document.marks, key=str) == sorted(
        DOCUMENT.marks, key=str
    )


def test_what_inception_exports_comes_back(tmp_path: Path) -> None:
    """A zip in a folder for each document, its file named after the annotator, its name in the metadata;
    also a document of which no mark was ours."""
    from cassis import load_cas_from_xmi, load_typesystem

    send([DOCUMENT], "uima", tmp_path / "sent")
    with (tmp_path / "sent" / "TypeSystem.xml").open("rb") as stream:
        types = load_typesystem(stream)
    about = types.create_type(
        "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData",
        "uima.tcas.DocumentAnnotation",
    )
    for name in ("documentTitle", "documentId"):
        types.create_feature(about, name, "uima.cas.String")
    with (tmp_path / "sent" / "emoji.xmi").open("rb") as stream:
        cas = load_cas_from_xmi(stream, typesystem=types)
    fact = types.get_type("webanno.custom.XinwenFact")
    for old in cas.select(fact.name):
        cas.remove(old)
    at = TEXT.index("7纳米")
    cas.add(fact(begin=at, end=at + 3, label="metric-process_node"))
    cas.add(about(begin=0, end=len(TEXT), documentTitle="other.xmi"))
    folder = tmp_path / "back" / "annotation" / "other.xmi"
    folder.mkdir(parents=True)
    with ZipFile(folder / "export.zip", "w") as archive:
        archive.writestr("annotator.xmi", cas.to_xmi())
        archive.writestr("TypeSystem.xml", types.to_xml())
    with ZipFile(tmp_path / "back" / "first.zip", "w") as archive:
        for name in ("emoji.xmi", "TypeSystem.xml"):
            member = "annotator.xmi" if name == "emoji.xmi" else name
            archive.write(tmp_path / "sent" / name, member)
    found = {d.name: d for d in fetch(tmp_path / "back", "uima").documents}
    assert set(found) == {"other", "emoji"}
    assert found["emoji"].marks == DOCUMENT.marks
    assert [(m.start, m.text, m.fields) for m in found["other"].marks] == [(at, "7纳米", {})]


def test_every_label_is_known_to_the_tools(tmp_path: Path) -> None:
    send([DOCUMENT], "labelstudio", tmp_path)
    send([DOCUMENT], "brat", tmp_path)
    config = (tmp_path / "labels.xml").read_text(encoding="utf-8")
    names = (tmp_path / "annotation.conf").read_text(encoding="utf-8").splitlines()
    assert all(f'value="{label}"' in config and label in names for label in LABELS)


def test_facts_of_a_run_become_gold(corpus_run: Path) -> None:
    for document in from_run(Finished.open(corpus_run)):
        gold, told = to_gold(document)
        assert not told
        for fact in gold["metrics"]:
            assert document.text.count(fact["evidence"]) == 1 and fact["text"] in fact["evidence"]
            assert (
                fact["text"]
                == document.text[document.text.index(fact["evidence"]) :][
                    fact["evidence"].index(fact["text"]) :
                ][: len(fact["text"])]
            )
        assert all(fact["content"] in document.text for fact in gold["quotes"])
        assert all(fact["names"] for fact in gold["chips"])


def test_a_label_changed_and_a_mark_drawn_by_hand(tmp_path: Path) -> None:
    send([DOCUMENT], "labelstudio", tmp_path)
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    result = tasks[0].pop("predictions")[0]["result"]
    result[1]["value"]["labels"] = ["metric-die_area"]
    at = TEXT.index("370")
    result.append(
        {
            "type": "labels",
            "value": {"start": at, "end": at + 3, "text": "370", "labels": ["metric-power"]},
        }
    )
    result.append({"type": "relation", "from_id": "m0", "to_id": "m1"})
    tasks[0]["annotations"] = [{"result": result}]
    (tmp_path / "tasks.json").write_text(json.dumps(tasks), encoding="utf-8")
    (document,) = fetch(tmp_path, "labelstudio").documents
    gold, told = to_gold(document)
    assert {m["metric"] for m in gold["metrics"]} == {"die_area", "power"}
    assert told == [
        f"emoji: metric-power '370' at {at} is new: fill in its fields (it is optional until then)"
    ]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        (TEXT, 3),
        ("又一行，7纳米也在这里。\n" + TEXT, 3),
        (TEXT.replace("思元370采用7纳米工艺", "思元370采用6纳米工艺"), 2),
        (TEXT.replace("工艺", "制程"), 3),
        ("完全不同的文章。", 0),
    ],
)
def test_marks_are_found_again_in_a_changed_text(changed: str, found: int, tmp_path: Path) -> None:
    send([DOCUMENT], "doccano", tmp_path / "tool")
    (tmp_path / "emoji.txt").write_text(changed, encoding="utf-8")
    result = fetch(tmp_path / "tool", "doccano", tmp_path)
    (document,) = result.documents
    assert len(document.marks) == found and len(result.told) == 3 - found
    assert all(changed[m.start : m.end] == m.text for m in document.marks)
    for m in document.marks:
        if m.text == "7纳米":
            assert changed[: m.start].endswith("思元370采用"), (
                "the one with its old words around it"
            )


def test_anchor_does_not_guess() -> None:
    old = Mark.of("甲用7纳米。", 2, 5, "metric-process_node", {})
    assert anchor(old, "乙的7纳米。丙的7纳米。") == -1
    assert anchor(old, "只有一处：7纳米") == 5


def test_evidence_is_unique() -> None:
    text = "功耗7瓦，另一处功耗7瓦，还有功耗7瓦。"
    found = evidence(text, text.rindex("7瓦"), text.rindex("7瓦") + 2)
    assert text.count(found) == 1 and "7瓦" in found


@pytest.mark.parametrize(
    ("tool", "name", "content", "words"),
    [
        ("labelstudio", "a.json", '[{"data": {"x": 1}}]', "not what labelstudio exports"),
        ("labelstudio", "a.json", "not json", "not what labelstudio exports"),
        (
            "doccano",
            "a.jsonl",
            '{"text": "😀a", "label": [[1, 2, "chip"]]}',
            "a.jsonl:1: 1-2 is not between",
        ),
        (
            "doccano",
            "a.jsonl",
            '{"text": "ab", "label": [[0, 1, "PER"]]}',
            "label 'PER' is not one of chip",
        ),
        ("corrections", "a.json", "{}", "not a file of corrections"),
    ],
)
def test_what_is_no_export_is_said(
    tool: str,
    name: str,
    content: str,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(Malformed, match=words.replace("[", r"\[")):
        fetch(tmp_path / name, tool)
    arguments = [
        "annotations",
        "import",
        str(tmp_path / name),
        "--from",
        tool,
        "--out",
        str(tmp_path / "o"),
    ]
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_the_commands(corpus_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tool, gold = str(tmp_path / "tool"), str(tmp_path / "gold")
    assert main(["annotations", "export", str(corpus_run), "--to", "brat", "--out", tool]) == 0
    assert main(["annotations", "import", tool, "--from", "brat", "--out", gold]) == 0
    capsys.readouterr()
    assert main(["evaluate", str(corpus_run), gold, "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)["scores"]
    assert all(scores[name]["f1"] > 0.98 for name in ("chips", "metrics_strict", "quotes_exact"))
    assert main(["annotations", "export", str(tmp_path), "--to", "brat", "--out", tool]) == 2
