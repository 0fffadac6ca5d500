"""``make bench``: how fast, against what people use for the same.

One run, one core, one text: articles made of the corpus's sentences in random order with their
digits changed, so that no cache helps. Timed are the whole extraction from files to CSV, ``jieba.lcut``
(segmentation alone) and spaCy's blank Chinese pipeline with jieba, an EntityRuler and a PhraseMatcher
to CSV. Every row is compared with a plain reference: each article extracted by itself, its facts sorted
and formatted without shards, spools and merging.
"""

from __future__ import annotations

import argparse
import csv
import logging
import random
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import Any

from pipeline import Extractor, load_rules
from pipeline.batch import run
from pipeline.model import TABLES
from pipeline.read import Source, read, sources
from pipeline.write import read_table

ROOT = Path(__file__).parent.parent


def articles(folder: Path, chars: int, each: int, seed: int = 1) -> list[Source]:
    """Files of about ``each`` characters, ``chars`` in all, with the variety of the corpus."""
    draw = random.Random(seed)
    sentences = [
        sentence
        for path in sorted((ROOT / "corpus" / "articles").glob("*.txt"))
        for sentence in re.findall(r"[^。！？\n]+[。！？\n]", path.read_text(encoding="utf-8"))
    ]
    for number in range(max(chars // each, 1)):
        text, length = [], 0
        while length < each:
            sentence = draw.choice(sentences)
            varied = re.sub(
                r"\d", lambda m: m[0] if m[0] in "01" else draw.choice("23456789"), sentence
            )
            text.append(varied)
            length += len(varied)
        (folder / f"{number:06}.txt").write_text("".join(text), encoding="utf-8")
    return sources([str(folder)])[0]


def reference(inputs: list[Source], extractor: Extractor) -> dict[str, list[tuple[str, ...]]]:
    """The rows of a run, made the plainest way."""
    rows: dict[str, list[Any]] = {name: [] for name in TABLES}
    for source in inputs:
        (found,) = read(source)
        facts = extractor(found)
        rows["articles"].append(facts.article)
        for name in ("chips", "metrics", "quotes", "rejected"):
            rows[name] += getattr(facts, name)

    def text(value: Any) -> str:
        return "" if value is None else value if isinstance(value, str) else f"{value:.17g}"

    return {
        name: sorted(tuple(map(text, astuple(row))) for row in found)
        for name, found in rows.items()
    }


def written(folder: Path) -> dict[str, list[tuple[str, ...]]]:
    """The rows of a run as they were written, numbers made comparable."""
    out = {}
    for name, row_type in TABLES.items():
        numeric = {f for f, t in row_type.__annotations__.items() if not str(t).startswith("str")}
        out[name] = sorted(
            tuple(f"{float(v):.17g}" if k in numeric and v else v for k, v in row.items())
            for row in read_table(folder / f"{name}.csv")
        )
    return out


def spacy_pipeline(extractor: Extractor) -> Callable[[str, Any], None]:
    """What a spaCy user would build: names and units by EntityRuler, cues by PhraseMatcher."""
    import spacy
    from spacy.lang.zh import Chinese
    from spacy.matcher import PhraseMatcher

    nlp = Chinese.from_config({"nlp": {"tokenizer": {"segmenter": "jieba"}}})
    spacy.util.logger.setLevel(logging.ERROR)
    ruler = nlp.add_pipe("entity_ruler")
    rules = extractor.rules
    names = {n for row in rules.table("chips") for n in row.list("examples")}
    names |= {n for row in rules.table("makers") for n in (row["name"], *row.list("aliases"))}
    ruler.add_patterns([{"label": "NAME", "pattern": name} for name in sorted(names)])
    units = [
        "nm",
        "纳米",
        "tops",
        "tflops",
        "w",
        "瓦",
        "gb",
        "tb",
        "ghz",
        "核",
        "亿",
        "万",
        "%",
        "倍",
        "元",
    ]
    number = {"TEXT": {"REGEX": r"^\d[\d.,]*$"}}
    ruler.add_patterns([{"label": "NUMBER", "pattern": [number, {"LOWER": {"IN": units}}]}])
    cues = PhraseMatcher(nlp.vocab)
    cues.add("CUE", [nlp.make_doc(row["cue"]) for row in rules.table("cues")])

    def extract(text: str, out: Any) -> None:
        doc = nlp(text)
        out.writerows((e.label_, e.text, e.start_char, e.end_char) for e in doc.ents)
        out.writerows(("CUE", s.text, s.start_char, s.end_char) for s in cues(doc, as_spans=True))

    return extract


def seconds(work: Callable[[], object], times: int) -> float:
    """The median time of a piece of work."""
    taken = []
    for _ in range(times):
        clock = time.perf_counter()
        work()
        taken.append(time.perf_counter() - clock)
    return statistics.median(taken)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chars", type=int, default=500_000, help="length of the text")
    parser.add_argument("--times", type=int, default=3, help="repetitions; the median counts")
    arguments = parser.parse_args()

    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    extractor = Extractor(load_rules())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "articles").mkdir()
        inputs = articles(folder / "articles", arguments.chars, 5000)
        texts = [Path(source.path).read_text(encoding="utf-8") for source in inputs]
        chars = sum(map(len, texts))
        spacy_extract = spacy_pipeline(extractor)

        def with_spacy() -> None:
            with (folder / "spacy.csv").open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file)
                for text in texts:
                    spacy_extract(text, out)

        def whole() -> float:
            return run(inputs, folder / "out").seconds

        whole()
        facts = written(folder / "out")
        assert facts == reference(inputs, extractor), "rows differ from the plain reference"
        (one,) = read(inputs[0])
        measured = {
            "xinwen run, files to CSV": statistics.median(whole() for _ in range(arguments.times)),
            "xinwen extract, one article": seconds(lambda: extractor(one), 5)
            * chars
            / len(texts[0]),
            "jieba.lcut": seconds(lambda: [jieba.lcut(t) for t in texts], arguments.times),
            "spaCy + jieba + rulers to CSV": seconds(with_spacy, arguments.times),
        }
    rows = ", ".join(f"{len(found)} {name}" for name, found in facts.items())
    print(f"{len(texts)} articles, {chars:,} characters; every row equal to the reference: {rows}")
    own = measured["xinwen run, files to CSV"]
    for label, taken in measured.items():
        print(f"{label:32} {chars / taken / 1e6:8.3f} million characters/s   x {taken / own:6.2f}")


if __name__ == "__main__":
    main()
