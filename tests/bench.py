"""``make bench``: how fast, against what people use for the same.

One run, one core, one text: articles made of the corpus's sentences in random order with their
digits changed, so that no cache helps. Timed are the whole extraction from files to CSV, ``jieba.lcut``
(segmentation alone) and spaCy's blank Chinese pipeline with jieba, an EntityRuler and a PhraseMatcher
to CSV. Every row is compared with a plain reference: each article extracted by itself with every unit
and shape tried everywhere, its facts sorted and formatted without shards, spools and merging.

``--growth`` adds how the cost grows: an article 64 times as long, ten times the words, 100,000 names,
and texts made to be slow.
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
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from pipeline import Extractor, load_rules
from pipeline.batch.local import run
from pipeline.document.openings import Openings, Words
from pipeline.metrics.scenes import Scenes
from pipeline.model import TABLES, Article, Document, Sentence
from pipeline.output.write import read_table
from pipeline.readers.sources import Source, read, sources
from pipeline.rules import Rulebook

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
        for name in rows.keys() - {"articles"}:
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


class Everywhere(Words):
    """Words that stand in every sentence."""

    def __init__(self, shapes: int):
        self._all = range(shapes)

    def sentences(self, document: Document) -> dict[int, list[Sentence]]:
        return {shape: list(document.sentences) for shape in self._all}

    def shapes(self, document: Document) -> dict[int, list[int]]:
        return {sentence.number: list(self._all) for sentence in document.sentences}


class Anything(Openings[Any]):
    """Everything may begin with any character."""

    def __init__(self, openings: Openings[Any], order: list[str]):
        every = {value for listed in openings.values() for value in listed}
        self.rest = tuple(sorted(every, key=lambda value: order.index(value[1].id)))

    def __missing__(self, beginning: str) -> tuple[Any, ...]:
        return self.rest


def unhurried(rules: Rulebook) -> Extractor:
    """An extractor that tries every pattern everywhere, and knows no shortcut by words and letters."""
    plain = Extractor(rules)
    numbers, ratios = plain.numbers, plain.ratios
    order = [row["id"] for row in rules.table("units")]
    plain.numbers = replace(
        numbers, units=Anything(numbers.units, order), words=Everywhere(len(numbers.labelled))
    )
    plain.ratios = replace(
        ratios, numbers=plain.numbers, token_words=Everywhere(1),
        reference_words=Everywhere(len(ratios.references)),
    )  # fmt: skip
    roles = replace(plain.linker.roles, descriptions=Everywhere(1))
    plain.linker = replace(plain.linker, scenes=Scenes(roles))
    return plain


HOSTILE = {
    "digits": "1234567890", "commas": ",", "opening marks": "“", "他说": "他说", "closing marks": "”",
    "straight marks": '"', "brackets": "(", "万亿": "万亿", "Chinese digits": "一二三千",
    "percentages": "100%", "names": "英伟达", "chips": "骁龙8", "titles": "首席执行官",
    "one clause": "H100性能比A100提升40%,功耗为700W,", "bars": "| a | 1 |\n", "spaces": " ",
}  # fmt: skip
"""Texts of 200,000 characters that a quadratic step would show in."""


def invented(number: int) -> str:
    """A word of three rare characters that no text holds."""
    return "䶵" + chr(0x3400 + number % 6000) + chr(0x3400 + number // 6000)


def grown(rules: Rulebook, folder: Path, times: int, names: int) -> Extractor:
    """An extractor with ``times`` as many cues, titles and nouns, or with ``names`` chips more."""
    folder.mkdir()
    for table in ("cues", "titles", "sources") if times > 1 else ():
        rows = rules.table(table)
        columns = list(rows[0].cells)
        with (folder / f"{table}+.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(columns)
            for number in range(len(rows) * (times - 1)):
                row = dict(rows[number % len(rows)].cells)
                out.writerow([invented(number), *(row[name] for name in columns[1:])])
    if names:
        with (folder / "chips+.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(("id", "kind", "stems", "examples"))
            for number in range(names):
                out.writerow((f"bench.{number}", "gpu", invented(number), invented(number)))
    return Extractor(load_rules(str(folder)))


def growth(extractor: Extractor, texts: list[str], folder: Path) -> None:
    """Print characters a second where there is more of everything, beside those of single articles."""

    def speed(by: Extractor, articles: list[str], times: int = 3) -> float:
        taken = seconds(lambda: [by(Article(text)) for text in articles], times)
        return sum(map(len, articles)) / taken

    single = texts[:64]
    one = speed(extractor, single)
    print(
        f"{'64 articles as one':32} {speed(extractor, [''.join(single)]) / one:6.2f} of the speed"
    )
    for label, times, names in (("10 x the words", 10, 0), ("100,000 names", 1, 100_000)):
        more = grown(extractor.rules, folder / label, times, names)
        print(f"{label:32} {speed(more, single) / one:6.2f} of the speed")
    for label, unit in HOSTILE.items():
        slow = one / speed(extractor, [(unit * 200_000)[:200_000]], 1)
        print(f"hostile: {label:23} {slow:6.2f} x the time of a usual character")


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
    parser.add_argument("--growth", action="store_true", help="how the cost grows, too")
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
            return run(
                inputs, folder / "out", fresh=True
            ).seconds  # or all is taken from the run before

        whole()
        facts = written(folder / "out")
        plain = unhurried(extractor.rules)
        assert facts == reference(inputs, plain), "rows differ from the plain reference"
        (one,) = read(inputs[0])
        measured = {
            "xinwen run, files to CSV": statistics.median(whole() for _ in range(arguments.times)),
            "xinwen extract, one article": seconds(lambda: extractor(one), 5)
            * chars
            / len(texts[0]),
            "jieba.lcut": seconds(lambda: [jieba.lcut(t) for t in texts], arguments.times),
            "spaCy + jieba + rulers to CSV": seconds(with_spacy, arguments.times),
        }
        if arguments.growth:
            growth(extractor, texts, folder)
    rows = ", ".join(f"{len(found)} {name}" for name, found in facts.items())
    print(f"{len(texts)} articles, {chars:,} characters; every row equal to the reference: {rows}")
    own = measured["xinwen run, files to CSV"]
    for label, taken in measured.items():
        print(f"{label:32} {chars / taken / 1e6:8.3f} million characters/s   x {taken / own:6.2f}")


if __name__ == "__main__":
    main()
