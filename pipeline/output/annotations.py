"""Facts and gold, out to annotation tools and back: Label Studio, doccano, INCEpTION (UIMA CAS), brat.

In: a finished run or a folder of gold; later the tool's export, or the corrections of ``report.html``.
Out: files for the tool; later gold (``NAME.txt`` with ``NAME.gold.json``), and a line for everything
that could not be taken as it was.

Every fact is a ``Mark``: a span, a label (``chip``, ``quote``, ``metric-compute``) and the fields of the
gold format. A mark is anchored by its words and the words around them, not by its offsets alone: when
the text has changed since, it is looked for again, and what is not found is said. Offsets are in the
tool's own unit: doccano and UIMA count UTF-16, Label Studio and brat code points.

    思元370采用7纳米工艺   T1  metric-process_node 8 11  7纳米   #1  AnnotatorNotes T1  {"value": 7, …}
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

from pipeline.model import METRICS
from pipeline.output.finished import Finished, typed
from pipeline.output.write import TABLES, to_json

AROUND = 30
"""Characters before and behind a mark that anchor it."""
LABELS = ("chip", "quote", *(f"metric-{name}" for name in METRICS))
_METRIC = ("subject", "subject_type", "metric", "value", "value_max", "unit", "bound", "precision",
           "status", "item", "aspect", "comparison", "reference")  # fmt: skip
_QUOTE = ("speaker", "speaker_type", "title", "organization", "cue", "kind")

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Mark:
    """A fact as a labelled piece of a text."""

    start: int
    end: int
    text: str
    label: str
    fields: Fields
    """As in the gold format; empty for what an annotator has just drawn."""
    before: str = ""
    after: str = ""

    @staticmethod
    def of(text: str, start: int, end: int, label: str, fields: Fields) -> Mark:
        return Mark(start, end, text[start:end], label, fields,
                    text[max(0, start - AROUND) : start], text[end : end + AROUND])  # fmt: skip


@dataclass(slots=True)
class Annotated:
    """A text with its marks; ``name`` is the stem of its files."""

    name: str
    text: str
    about: dict[str, Any] = field(default_factory=dict)
    """What gold says of the article itself: published, author, …"""
    marks: list[Mark] = field(default_factory=list)


@dataclass(slots=True)
class Result:
    """What was read back: texts with marks, and what could not be taken as it was."""

    documents: list[Annotated] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


class Malformed(ValueError):
    """A file is not what the tool exports; the message says where."""


# ------------------------------------------------------------------------------- facts as marks


def from_run(run: Finished) -> Iterator[Annotated]:
    """Every article of a run whose text is at hand, with its facts."""
    rows = {row["article"]: row for row in run.rows("articles")}
    facts: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for table in ("chips", "metrics", "quotes"):
        for row in run.rows(table):
            facts.setdefault(row["article"], []).append((table, row))
    taken: set[str] = set()
    for article, text in run.texts():
        row = rows[article]
        stem = re.sub(r"[^\w.-]+", "-", Path(row["path"]).stem) or article
        name = article if stem in taken else stem
        taken.add(name)
        document = Annotated(name, text, {"published": row["published"] or None})
        for table, fact in facts.get(article, ()):
            document.marks.append(mark_of(text, table, fact))
        yield document


def mark_of(text: str, table: str, row: dict[str, Any]) -> Mark:
    """The mark of a row of a table."""
    start, end = int(row["start"]), int(row["end"])
    return Mark.of(text, start, end, *labelled(table, row))


def labelled(table: str, row: dict[str, Any]) -> tuple[str, Fields]:
    """Label and gold fields of a row: ``思元370`` as subject and ``MLU370`` in the text are both right."""
    values = {
        c.name: typed(c, str(row.get(c.name) if row.get(c.name) is not None else ""))
        for c in TABLES[table].columns
    }

    def names(*columns: str) -> list[str] | None:
        found = [str(values[c]) for c in columns if values.get(c)]
        return list(dict.fromkeys(found)) or None

    if table == "chips":
        surfaces = str(values["surfaces"] or "").split("|")
        known = [n for n in dict.fromkeys((str(values["chip"]), *surfaces)) if n]
        return "chip", {"names": known, "maker": names("maker") or [], "optional": False}
    if table == "quotes":
        fields: Fields = {name: values[name] for name in _QUOTE}
        fields["speaker"] = names("speaker", "speaker_text") or []
        fields |= {"title": names("title"), "organization": names("organization")}
        return "quote", fields | {"content": values["content"], "optional": False}
    fields = {name: values[name] for name in _METRIC}
    fields["subject"] = names("subject", "subject_text") or []
    fields["reference"] = names("reference")
    if values["metric"] != "relative":
        fields = {k: v for k, v in fields.items() if k not in ("aspect", "comparison", "reference")}
    if values["metric"] != "throughput":
        del fields["item"]
    return f"metric-{values['metric']}", fields | {"text": values["text"], "optional": False}


def from_gold(folder: Path) -> Iterator[Annotated]:
    """Every gold file of a folder with its text. A fact whose words the text lacks is left out."""
    for path in sorted(folder.glob("*.gold.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        text = (folder / gold["doc"]).read_text(encoding="utf-8")
        about = {k: v for k, v in gold.items() if k not in ("doc", "chips", "metrics", "quotes")}
        document = Annotated(Path(gold["doc"]).stem, text, about)
        for table, label in (("chips", "chip"), ("metrics", ""), ("quotes", "quote")):
            for fact in gold[table]:
                at, length = _place(text, table, fact)
                if at >= 0:
                    name = label or f"metric-{fact['metric']}"
                    document.marks.append(Mark.of(text, at, at + length, name, fact))
        yield document


def _place(text: str, table: str, fact: Fields) -> tuple[int, int]:
    """Where a gold fact stands, and how long it is; -1 when its words are not there."""
    if table == "chips":
        found = [(at, -len(name)) for name in fact["names"] if (at := text.find(name)) >= 0]
        at, length = min(found, default=(-1, 0))
        return at, -length
    if table == "quotes":
        return text.find(fact["content"]), len(fact["content"])
    at = text.find(fact["evidence"])
    return (at + fact["evidence"].index(fact["text"]) if at >= 0 else -1), len(fact["text"])


# --------------------------------------------------------------------------------- marks as gold


def to_gold(document: Annotated) -> tuple[dict[str, Any], list[str]]:
    """The gold of a text, and a line for every mark that lacks what a gold fact needs."""
    gold: dict[str, Any] = {"doc": f"{document.name}.txt", "published": None, **document.about}
    gold |= {"chips": [], "metrics": [], "quotes": []}
    told = []
    for mark in sorted(document.marks, key=lambda m: (m.start, m.end, m.label)):
        fields = dict(mark.fields)
        bare = not fields
        if mark.label == "chip":
            fields = fields or {"names": [mark.text], "maker": [], "optional": False}
            if mark.text not in fields["names"]:
                fields["names"] = [*fields["names"], mark.text]
            gold["chips"].append(fields)
            continue
        if mark.label == "quote":
            blank: Fields = {"speaker": [], "speaker_type": "person", "title": None,
                             "organization": None, "cue": "", "kind": "indirect", "optional": True}  # fmt: skip
            gold["quotes"].append((fields or blank) | {"content": mark.text})
        else:
            metric = mark.label.removeprefix("metric-")
            blank = {"subject": [], "subject_type": "chip", "value": None, "value_max": None,
                     "unit": METRICS[metric][0], "bound": "=", "precision": None,
                     "status": "asserted", "optional": True}  # fmt: skip
            fields = (fields or blank) | {"metric": metric, "text": mark.text}
            held = fields.get("evidence", "")
            if document.text.count(held) != 1 or mark.text not in held:
                fields["evidence"] = evidence(document.text, mark.start, mark.end)
            gold["metrics"].append(fields)
        if bare:
            told.append(
                f"{document.name}: {mark.label} {mark.text!r} at {mark.start} is new: "
                "fill in its fields (it is optional until then)"
            )
    return gold, told


def evidence(text: str, start: int, end: int) -> str:
    """Words around a span that stand in the text once: its clause, and more where that is not enough."""
    low, high = start, end
    while low > 0 and text[low - 1] not in "\n。；！？，,;" and start - low < AROUND:
        low -= 1
    while high < len(text) and text[high] not in "\n。；！？，,;" and high - end < AROUND:
        high += 1
    while text.count(text[low:high]) > 1 and (low > 0 or high < len(text)):
        low, high = max(0, low - 5), min(len(text), high + 5)
    return text[low:high]


def write_gold(documents: Iterable[Annotated], folder: Path) -> list[str]:
    """Write texts and gold; gives a line for everything that needs a hand."""
    folder.mkdir(parents=True, exist_ok=True)
    told = []
    for document in documents:
        gold, lines = to_gold(document)
        told += lines
        (folder / f"{document.name}.txt").write_text(document.text, encoding="utf-8", newline="")
        (folder / f"{document.name}.gold.json").write_text(to_json(gold), encoding="utf-8")
    return told


# ------------------------------------------------------------------------------------- anchoring


def anchor(mark: Mark, text: str) -> int:
    """Where a mark stands in a text that may have changed; -1 when it cannot be told.

    Of several places with its words, that with most of the old characters around it. Where two have
    as many the nearer one is taken only if nothing around either has changed.
    """
    if not mark.text:
        return -1
    if text.startswith(mark.text, mark.start) and _around(mark, text, mark.start) == len(
        mark.before + mark.after
    ):
        return mark.start
    found = [m.start() for m in re.finditer(f"(?={re.escape(mark.text)})", text)]
    if not found:
        return -1
    scored = sorted((-_around(mark, text, at), abs(at - mark.start), at) for at in found)
    kept = -scored[0][0]
    if len(scored) > 1 and scored[1][0] == -kept and kept < len(mark.before + mark.after):
        return -1
    return scored[0][2]


def _around(mark: Mark, text: str, at: int) -> int:
    """How many characters right before and right behind are those of the mark."""
    before, after = text[max(0, at - AROUND) : at], text[at + len(mark.text) :]
    left = 0
    while left < min(len(before), len(mark.before)) and before[-1 - left] == mark.before[-1 - left]:
        left += 1
    right = 0
    while right < min(len(after), len(mark.after)) and after[right] == mark.after[right]:
        right += 1
    return left + right


def reanchored(document: Annotated, text: str) -> tuple[Annotated, list[str]]:
    """The marks of a document on another state of its text, and a line for each that is lost."""
    moved = Annotated(document.name, text, document.about)
    lost = []
    for mark in document.marks:
        at = anchor(mark, text)
        if at < 0:
            lost.append(f"{document.name}: {mark.label} {mark.text!r} is not in the text any more")
        else:
            moved.marks.append(Mark.of(text, at, at + len(mark.text), mark.label, mark.fields))
    return moved, lost


def _utf16(text: str) -> list[int]:
    """Position in UTF-16 of every code point, and of the end."""
    return [0, *accumulate(2 if c > "\uffff" else 1 for c in text)]


def _from_utf16(text: str) -> dict[int, int]:
    return {unit: point for point, unit in enumerate(_utf16(text))}


def _mark(text: str, start: int, end: int, words: str | None, label: str, fields: Fields) -> Mark:
    """A mark as a tool exports it. Where its words stand elsewhere, the words are believed."""
    mark = Mark.of(text, start, end, label, fields)
    if words is not None and words != mark.text:
        at = anchor(Mark(start, end, words, label, fields), text)
        if at >= 0:
            return Mark.of(text, at, at + len(words), label, fields)
    return mark


def _fields(text: str) -> Fields:
    """Fields that were sent along; empty when an annotator has put something else there."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _label(label: str, place: str) -> str:
    if label not in LABELS:
        raise Malformed(f"{place}: label {label!r} is not one of {', '.join(LABELS)}")
    return label


# ---------------------------------------------------------------------------------- Label Studio

_CONFIG = """\
<View>
  <Style>.htx-text {{ white-space: pre-wrap; }}</Style>
  <Labels name="label" toName="text">
{labels}
  </Labels>
  <Text name="text" value="$text" granularity="symbol"/>
</View>
"""


def _to_labelstudio(documents: Iterable[Annotated], folder: Path) -> None:
    tasks = []
    for d in documents:
        result = [
            {
                "id": f"m{number}", "from_name": "label", "to_name": "text", "type": "labels",
                "value": {"start": m.start, "end": m.end, "text": m.text, "labels": [m.label]},
                "meta": {"text": [json.dumps(m.fields, ensure_ascii=False)]},
            }
            for number, m in enumerate(d.marks)
        ]  # fmt: skip
        data = {"text": d.text, "name": d.name, "about": d.about}
        tasks.append({"data": data, "predictions": [{"model_version": "xinwen", "result": result}]})
    (folder / "tasks.json").write_text(to_json(tasks), encoding="utf-8")
    labels = "\n".join(f'    <Label value="{label}"/>' for label in LABELS)
    (folder / "labels.xml").write_text(_CONFIG.format(labels=labels), encoding="utf-8")


def _from_labelstudio(path: Path) -> Iterator[Annotated]:
    """The JSON export; where a task has no annotation yet, its prediction."""
    path = path / "tasks.json" if path.is_dir() else path
    for number, task in enumerate(json.loads(path.read_text(encoding="utf-8"))):
        data, place = task["data"], f"{path.name}, task {number}"
        text = data["text"]
        document = Annotated(data.get("name") or f"task-{number}", text, data.get("about") or {})
        sources = task.get("annotations") or task.get("predictions") or [{"result": []}]
        for item in sources[0]["result"]:
            if item.get("type") != "labels":
                continue
            value = item["value"]
            fields = _fields("".join(item.get("meta", {}).get("text", [])))
            label = _label(value["labels"][0], place)
            document.marks.append(
                _mark(text, value["start"], value["end"], value.get("text"), label, fields)
            )
        yield document


# --------------------------------------------------------------------------------------- doccano


def _to_doccano(documents: Iterable[Annotated], folder: Path) -> None:
    with (folder / "doccano.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for d in documents:
            unit = _utf16(d.text)
            line = {
                "text": d.text,
                "label": [[unit[m.start], unit[m.end], m.label] for m in d.marks],
                "name": d.name, "about": d.about,
                # doccano keeps what it does not know beside the text, not beside a label
                "facts": [[unit[m.start], unit[m.end], m.text, m.label, m.fields] for m in d.marks],
            }  # fmt: skip
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _from_doccano(path: Path) -> Iterator[Annotated]:
    path = path / "doccano.jsonl" if path.is_dir() else path
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            row = json.loads(line)
            text, meta = row["text"], row.get("meta") or row
            point = _from_utf16(text)
            document = Annotated(
                meta.get("name") or f"line-{number}", text, meta.get("about") or {}
            )
            sent: dict[tuple[int, int, str], list[Fields]] = {}
            for start, end, _, label, fields in meta.get("facts", ()):
                sent.setdefault((start, end, label), []).append(fields)
            labels = row.get("label") or row.get("entities") or ()
            for entry in labels:
                start, end, label = (
                    (entry["start_offset"], entry["end_offset"], entry["label"])
                    if isinstance(entry, dict)
                    else entry
                )
                place = f"{path.name}:{number}"
                if start not in point or end not in point:
                    raise Malformed(f"{place}: {start}-{end} is not between two characters")
                known = sent.get((start, end, label))
                fields = known.pop(0) if known else {}
                document.marks.append(
                    _mark(text, point[start], point[end], None, _label(label, place), fields)
                )
            yield document


# ------------------------------------------------------------------------- INCEpTION (UIMA CAS)

_TYPE = "webanno.custom.XinwenFact"


def _to_uima(documents: Iterable[Annotated], folder: Path) -> None:
    """XMI and the type system beside it. The library turns code points into UTF-16 itself."""
    from cassis import Cas, TypeSystem
    from cassis.typesystem import TYPE_NAME_ANNOTATION, TYPE_NAME_STRING

    types = TypeSystem()
    fact = types.create_type(_TYPE, supertypeName=TYPE_NAME_ANNOTATION)
    for name in ("label", "fields"):
        types.create_feature(domainType=fact, name=name, rangeType=TYPE_NAME_STRING)
    types.to_xml(folder / "TypeSystem.xml")
    for d in documents:
        cas = Cas(
            typesystem=types, sofa_string=d.text, sofa_mime="text/plain", document_language="zh"
        )
        for m in d.marks:
            sent = m.fields | {"about": d.about, "name": d.name}
            fields = json.dumps(sent, ensure_ascii=False)
            cas.add(fact(begin=m.start, end=m.end, label=m.label, fields=fields))
        cas.to_xmi(folder / f"{d.name}.xmi")


_ABOUT = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
"""Where INCEpTION keeps the name of a document; its files bear the names of annotators."""


def _from_uima(path: Path) -> Iterator[Annotated]:
    """What INCEpTION exports: ``.xmi`` with its ``TypeSystem.xml`` or UIMA CAS JSON, in zips and folders
    as deep as they come."""
    for place, cas in _cases(path):
        document = Annotated(Path(place).stem, cas.sofa_string or "")
        if cas.typesystem.contains_type(_ABOUT):
            for about in cas.select(_ABOUT):
                document.name = Path(about.documentTitle or about.documentId or place).stem
        for found in cas.select(_TYPE):
            fields = _fields(found.fields or "")
            document.about = fields.pop("about", {}) or document.about
            document.name = fields.pop("name", "") or document.name
            label = _label(found.label or "", place)
            document.marks.append(_mark(document.text, found.begin, found.end, None, label, fields))
        yield document


def _cases(path: Path) -> Iterator[tuple[str, Any]]:
    """Every CAS of a file, a zip or a folder, with the name of its file."""
    from cassis import load_cas_from_json, load_cas_from_xmi, load_typesystem

    if path.is_dir():
        for entry in sorted(path.iterdir()):
            if entry.is_dir() or entry.suffix in (".xmi", ".json", ".zip"):
                yield from _cases(entry)
    elif path.suffix == ".zip":
        with TemporaryDirectory() as folder, ZipFile(path) as archive:
            archive.extractall(folder)
            yield from _cases(Path(folder))
    elif path.suffix == ".json":
        with path.open("rb") as stream:
            yield path.name, load_cas_from_json(stream)
    else:
        with (path.parent / "TypeSystem.xml").open("rb") as types, path.open("rb") as stream:
            yield path.name, load_cas_from_xmi(stream, typesystem=load_typesystem(types))


# ------------------------------------------------------------------------------------------ brat


def _to_brat(documents: Iterable[Annotated], folder: Path) -> None:
    """``NAME.txt``, ``NAME.ann``, and ``annotation.conf`` with the labels."""
    for d in documents:
        lines = []
        for number, m in enumerate(d.marks, 1):
            # a span over a line end is several pieces to brat
            pieces = [
                (m.start + p.start(), m.start + p.end()) for p in re.finditer(r"[^\n]+", m.text)
            ]
            where = ";".join(f"{start} {end}" for start, end in pieces)
            words = " ".join(d.text[start:end] for start, end in pieces)
            lines.append(f"T{number}\t{m.label} {where}\t{words}")
            fields = json.dumps(m.fields, ensure_ascii=False)
            lines.append(f"#{number}\tAnnotatorNotes T{number}\t{fields}")
        lines.append(f"#0\tAnnotatorNotes T0\t{json.dumps(d.about, ensure_ascii=False)}")
        (folder / f"{d.name}.txt").write_text(d.text, encoding="utf-8", newline="")
        (folder / f"{d.name}.ann").write_text("\n".join([*lines, ""]), encoding="utf-8", newline="")
    conf = "[entities]\n" + "\n".join(LABELS) + "\n\n[relations]\n\n[events]\n\n[attributes]\n"
    (folder / "annotation.conf").write_text(conf, encoding="utf-8")


def _from_brat(path: Path) -> Iterator[Annotated]:
    files = sorted(path.glob("*.ann")) if path.is_dir() else [path]
    for file in files:
        with file.with_suffix(".txt").open(encoding="utf-8", newline="") as stream:
            document = Annotated(file.stem, stream.read())
        spans: dict[str, tuple[str, int, int]] = {}
        notes: dict[str, Fields] = {}
        with file.open(encoding="utf-8", newline="") as stream:
            lines = stream.read().split("\n")
        for number, line in enumerate(lines, 1):
            cells = line.split("\t", 2)
            if line.startswith("T"):
                label, _, where = cells[1].partition(" ")
                ends = re.findall(r"\d+", where)
                place = f"{file.name}:{number}"
                spans[cells[0]] = _label(label, place), int(ends[0]), int(ends[-1])
            elif (
                line.startswith("#") and len(cells) == 3 and cells[1].startswith("AnnotatorNotes ")
            ):
                notes[cells[1].split(" ")[1]] = _fields(cells[2])
        document.about = notes.pop("T0", {})
        for name, (label, start, end) in spans.items():
            document.marks.append(
                _mark(document.text, start, end, None, label, notes.get(name, {}))
            )
        yield document


# ----------------------------------------------------------------- corrections out of report.html


def _from_corrections(path: Path) -> Iterator[Annotated]:
    """Facts that a reader of the report judged: the right ones, and those with a boundary mended.

    The file holds no texts; a document's text is empty here, and must be found (``--articles``).
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    if data.get("format") != "xinwen-corrections":
        raise Malformed(f"{path.name}: not a file of corrections from report.html")
    documents: dict[str, Annotated] = {}
    for entry in data["corrections"]:
        row = entry["row"]
        document = documents.setdefault(entry["article"], Annotated(Path(entry["path"]).stem, ""))
        if entry["verdict"] == "wrong":
            continue
        label, fields = labelled(entry["table"], row)
        document.marks.append(
            Mark(
                entry["start"],
                entry["end"],
                entry["text"],
                label,
                fields,
                entry["before"],
                entry["after"],
            )
        )
    yield from documents.values()


# ------------------------------------------------------------------------------- export and import

STEPS = {
    "labelstudio": "paste labels.xml under Labeling Interface > Code, then import tasks.json",
    "doccano": "make a sequence labeling project with 'Allow overlapping entity' on (else facts inside "
    "statements are left out without a word) and 'Count grapheme clusters' off, then import the file as JSONL",
    "uima": "in INCEpTION import TypeSystem.xml under Settings > Layers and allow stacking there, then the "
    ".xmi files as documents in the format UIMA CAS XMI",
    "brat": "put the folder below brat's data folder",
}
"""What is to be done in the tool."""
Writer = Callable[[Iterable[Annotated], Path], None]
Reader = Callable[[Path], Iterator[Annotated]]
WRITERS: dict[str, Writer] = {
    "labelstudio": _to_labelstudio, "doccano": _to_doccano, "uima": _to_uima, "brat": _to_brat,
}  # fmt: skip
READERS: dict[str, Reader] = {
    "labelstudio": _from_labelstudio, "doccano": _from_doccano, "uima": _from_uima,
    "brat": _from_brat, "corrections": _from_corrections,
}  # fmt: skip


def send(documents: Iterable[Annotated], tool: str, folder: Path) -> None:
    """Write documents for a tool into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    WRITERS[tool](documents, folder)


def fetch(path: Path, tool: str, articles: Path | None = None) -> Result:
    """Read a tool's export. With ``articles``, marks are put onto the texts of that name as they are now.

    Raises ``Malformed``, ``FileNotFoundError``.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file or folder")
    result = Result()
    try:
        for document in READERS[tool](path):
            text = _text_of(document.name, articles)
            if text is None and not document.text:
                result.told.append(
                    f"{document.name}: its text is not at hand; name its folder with --articles"
                )
                continue
            if text is not None and text != document.text:
                document, lost = reanchored(document, text)
                result.told += lost
            result.documents.append(document)
    except (KeyError, TypeError, IndexError, json.JSONDecodeError) as error:
        raise Malformed(
            f"{path}: not what {tool} exports ({type(error).__name__}: {error})"
        ) from error
    return result


def _text_of(name: str, articles: Path | None) -> str | None:
    for suffix in (".txt", ".md"):
        if articles and (articles / f"{name}{suffix}").is_file():
            return (articles / f"{name}{suffix}").read_text(encoding="utf-8-sig")
    return None
