"""``make bench``: how fast, against what people use for the same, and how the cost grows.

One run, one core, texts made of the corpus's sentences in random order with their digits changed, so
that no cache helps. The corpus was written to be full of facts: ``dense`` has its sentences as they are.
``usual`` has one sentence in ten with facts, which gives it as many quotes as real articles have, 2 per
thousand characters, and still twice as many metrics (they have 3).

Timed are the whole run from files to CSV; single articles after loading; ``jieba.lcut`` (segmentation
alone); spaCy's blank Chinese pipeline with jieba, an EntityRuler and a PhraseMatcher to CSV. All take
turns, the quickest turn counts, and time is the processor's, since machines are shared. Every row is
compared with a plain reference: each article extracted by itself, every pattern tried everywhere, the
facts sorted and formatted without shards, spools and merging.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import logging
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import astuple
from pathlib import Path
from typing import Any
from unittest.mock import patch

from pipeline import Extractor, load_rules
from pipeline.batch.local import run
from pipeline.document import openings
from pipeline.document.openings import Before, Ending, Openings, Words
from pipeline.model import TABLES, Article, Document, Sentence
from pipeline.output.write import read_table
from pipeline.readers.sources import Source, read, sources
from pipeline.rules import Rulebook

ROOT = Path(__file__).parent.parent
FACTUAL = 1 / 10
"""Sentences with facts in ``usual``."""
LONG = 5000

# ----------------------------------------------------------------------------------------- texts


def sentences(extractor: Extractor) -> tuple[list[str], list[str]]:
    """The corpus's sentences: those that state a metric or carry a quote, and the others."""
    factual, plain = [], []
    for path in sorted((ROOT / "corpus" / "articles").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        facts = extractor(Article(text))
        starts = [row.start for row in (*facts.metrics, *facts.quotes)]
        for found in re.finditer(r"[^。！？\n]+[。！？\n]", text):
            states = any(found.start() <= start < found.end() for start in starts)
            (factual if states else plain).append(found[0])
    return factual, plain


def articles(
    folder: Path, chars: int, each: int, seed: int = 1, pools: tuple[list[str], list[str]] | None = None
) -> list[Source]:  # fmt: skip
    """Files of about ``each`` characters, ``chars`` in all: any sentences of the corpus, or with ``pools``
    few of the first and many of the second."""
    draw = random.Random(seed)
    every = [
        sentence
        for path in sorted((ROOT / "corpus" / "articles").glob("*.txt"))
        for sentence in re.findall(r"[^。！？\n]+[。！？\n]", path.read_text(encoding="utf-8"))
    ]
    for number in range(max(chars // each, 1)):
        text, length = [], 0
        while length < each:
            pool = every if pools is None else pools[draw.random() > FACTUAL]
            sentence = draw.choice(pool)
            varied = re.sub(
                r"\d", lambda m: m[0] if m[0] in "01" else draw.choice("23456789"), sentence
            )
            text.append(varied)
            length += len(varied)
        (folder / f"{number:06}.txt").write_text("".join(text), encoding="utf-8")
    return sources([str(folder)])[0]


HOSTILE = {
    "digits": "1234567890", "commas": ",", "opening marks": "“", "他说": "他说", "closing marks": "”",
    "straight marks": '"', "brackets": "(", "万亿": "万亿", "Chinese digits": "一二三千",
    "percentages": "100%", "names": "英伟达", "chips": "骁龙8", "titles": "首席执行官",
    "one clause": "H100性能比A100提升40%,功耗为700W,", "bars": "| a | 1 |\n", "spaces": " ",
    "lists of others": "相关阅读\n云岭X9采用4纳米工艺\n" + "这一段写了很多话，" * 5 + "文章接着往下讲。\n",
    "ranges of dates": "3、4月",
    "称": "称", "指出": "指出，", "问": "问：", "what many names say": "张№总表示，", "nodes": "7纳米",
    "他 behind names": "英伟达、他说", "ratios of one chip": "是A100的2倍", "ratios without": "骁龙№提升40%，",
    "rows with tabs": "H100\t700W\n", "rows of one chip": "| H100 | 700W |\n", "one row": "| H100 | 700W ",
    "rows of many chips": "| 骁龙№ | №W |\n", "headings": "# H№\n功耗№W\n",
}  # fmt: skip
"""What texts of 200,000 characters repeat that a quadratic step would show in; ``№`` counts up."""


def hostile(unit: str, length: int = 200_000) -> str:
    """A text that says the same again and again."""
    counted = (unit.replace("№", str(number)) for number in range(length))
    text = "".join(itertools.islice(counted, length // len(unit) + 1))
    return text[:length]


# ------------------------------------------------------------------------------------- reference


class Everywhere(Words):
    """Words that stand in every sentence."""

    def __init__(self, words: Iterable[tuple[str, int]]):
        self._all = sorted({shape for _, shape in words})

    def sentences(self, document: Document) -> dict[int, list[Sentence]]:
        return {shape: list(document.sentences) for shape in self._all}

    def shapes(self, document: Document) -> dict[int, list[int]]:
        return {sentence.number: self._all for sentence in document.sentences}


class Anything(Openings[Any]):
    """Everything may begin with any characters."""

    def __init__(self, patterns: Iterable[tuple[str, Any]]):
        self.rest = tuple(value for _, value in patterns)

    def __missing__(self, beginning: str) -> tuple[Any, ...]:
        return self.rest


class Anyhow(Ending):
    """May end with any character."""

    def __init__(self, pattern: re.Pattern[str], last: frozenset[str] | None):
        super().__init__(pattern, None)

    @staticmethod
    def of(pattern: str) -> Ending:
        return Anyhow(re.compile(pattern), None)


class Anywhere(Before):
    """Words that stand behind every place."""

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return self.pattern.finditer(text)


def ungated(rules: Rulebook) -> Extractor:
    """An extractor that tries every pattern everywhere: the same stages with all their gates open."""
    gates = {
        "Words": Everywhere, "Openings": Anything, "Ending": Anyhow, "Before": Anywhere,
        "gated": re.compile,
        "beginning": lambda words: "", "endings": lambda pattern: None,
    }  # fmt: skip
    with ExitStack() as stack:
        for name, gate in gates.items():
            for module in [m for n, m in sys.modules.items() if n.startswith("pipeline.")]:
                if module is not openings and vars(module).get(name) is vars(openings)[name]:
                    stack.enter_context(patch.object(module, name, gate))
        return Extractor(rules)


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


# ---------------------------------------------------------------------------------------- speed


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
    units = ["nm", "纳米", "tops", "tflops", "w", "瓦", "gb", "tb", "ghz", "核", *"亿万%倍元"]
    number = {"TEXT": {"REGEX": r"^\d[\d.,]*$"}}
    ruler.add_patterns([{"label": "NUMBER", "pattern": [number, {"LOWER": {"IN": units}}]}])
    cues = PhraseMatcher(nlp.vocab)
    cues.add("CUE", [nlp.make_doc(row["cue"]) for row in rules.table("cues")])

    def extract(text: str, out: Any) -> None:
        doc = nlp(text)
        out.writerows((e.label_, e.text, e.start_char, e.end_char) for e in doc.ents)
        out.writerows(("CUE", s.text, s.start_char, s.end_char) for s in cues(doc, as_spans=True))

    return extract


def seconds(work: Callable[[], object]) -> float:
    """The processor's time for a piece of work, in this process and those that it starts."""
    before = os.times()
    work()
    return sum(os.times()[:4]) - sum(before[:4])


def quickest(works: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    """The least time of each piece of work; they take turns, so that a slow moment hits all alike."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(times):
        for name, work in works.items():
            found[name].append(seconds(work))
    return {name: min(taken) for name, taken in found.items()}


def speed(label: str, inputs: list[Source], folder: Path, extractor: Extractor,
          plain: Extractor, spacy_extract: Callable[[str, Any], None], times: int) -> None:  # fmt: skip
    """Print characters a second on one text, after its rows were found right."""
    import jieba

    texts = [Path(source.path).read_text(encoding="utf-8") for source in inputs]
    chars = sum(map(len, texts))

    def whole(inputs: list[Source] = inputs) -> None:
        run(inputs, folder / "out", fresh=True)  # or all is taken from the run before

    def with_spacy() -> None:
        with (folder / "spacy.csv").open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            for text in texts:
                spacy_extract(text, out)

    whole()
    facts = written(folder / "out")
    assert facts == reference(inputs, plain), "rows differ from the plain reference"
    counts = ", ".join(f"{len(rows):,} {name}" for name, rows in facts.items())
    dense = {name: 1000 * len(facts[name]) / chars for name in ("metrics", "quotes")}
    print(f"\n{label}: {chars:,} characters, per thousand {dense['metrics']:.1f} metrics and "
          f"{dense['quotes']:.1f} quotes; every row equal to the reference: {counts}")  # fmt: skip
    ours = ("xinwen run, files to CSV", f"single articles of {LONG:,} characters, after loading")
    theirs = ("jieba.lcut", "spaCy + jieba + rulers to CSV")
    found = quickest(
        {
            ours[0]: whole,
            "loading": lambda: whole([]),
            ours[1]: lambda: [extractor(Article(text)) for text in texts],
            theirs[0]: lambda: [jieba.lcut(text) for text in texts],
            theirs[1]: with_spacy,
        },
        times,
    )
    found[ours[0]] -= found.pop("loading")
    for name, taken in found.items():
        beside = ", ".join(f"x {found[other] / taken:5.2f} {other.split()[0]}" for other in theirs)
        print(f"  {name:52} {chars / taken / 1e6:6.3f} M/s   {beside if name in ours else ''}")


# --------------------------------------------------------------------------------------- growth


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


def growth(extractor: Extractor, texts: list[str], folder: Path, times: int) -> None:
    """Print what more text, more rules, more names and texts made to be slow cost."""

    def on(by: Extractor, texts: list[str]) -> Callable[[], object]:
        return lambda: [by(Article(text)) for text in texts]

    more = {
        "64 x the text (goal 0.9)": on(extractor, ["".join(texts)]),
        "10 x the words (goal 0.5)": on(grown(extractor.rules, folder / "words", 10, 0), texts),
        "100,000 names more (goal 0.6)": on(grown(extractor.rules, folder / "names", 1, 100_000), texts),
    }  # fmt: skip
    found = quickest({"": on(extractor, texts), **more}, times)
    print("\ncharacters a second beside those of single articles")
    for name in more:
        print(f"  {name:52} {found[''] / found[name]:6.2f}")
    one = found[""] / sum(map(len, texts))
    slow = {
        f"200,000 characters of {name}": seconds(on(extractor, [hostile(unit)])) / 200_000
        for name, unit in HOSTILE.items()
    }  # fmt: skip
    line = "".join(texts).replace("\n", "")
    slow["one line of a megabyte"] = seconds(
        on(extractor, [(line * 9)[:1_000_000]])
    ) / min(1_000_000, 9 * len(line))  # fmt: skip
    print("\ntime of a character beside a usual one (goal 20)")
    for name, taken in sorted(slow.items(), key=lambda item: -item[1]):
        print(f"  {name:52} {taken / one:6.2f}")


def processes(inputs: list[Source], folder: Path, times: int) -> None:
    """Print what whole processes cost: memory of a run, time to start, time to the first article."""
    command = [sys.executable, "-c"]
    text = repr(Path(inputs[0].path).read_text(encoding="utf-8"))
    started = {
        "xinwen --version": [sys.executable, "-m", "pipeline", "--version"],
        "import pandas": [*command, "import pandas"],
        "first article": [*command, f"from pipeline import extract; extract({text})"],
        "jieba": [*command, "import jieba; jieba.setLogLevel(60); jieba.initialize()"],
    }
    # compiled once, as what is installed is
    here = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    here.pop("PYTHONDONTWRITEBYTECODE", None)

    def start(arguments: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(arguments, check=True, capture_output=True, env=here)

    found = quickest({name: start(arguments) for name, arguments in started.items()}, times + 1)
    print("\nwhole processes")
    version = found["xinwen --version"] / found["import pandas"]
    first = found["first article"] / found["jieba"]
    print(f"  {'xinwen --version beside import pandas (goal 0.25)':52} {version:6.2f}")
    print(f"  {'first article beside the load of jieba (goal 2)':52} {first:6.2f}")
    memory = (
        "import resource, sys; from pathlib import Path; from pipeline.batch.local import run;"
        "from pipeline.readers.sources import sources; run(sources(sys.argv[1:2])[0], Path(sys.argv[2]));"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    where = [str(Path(inputs[0].path).parent), str(folder / "memory")]
    most = subprocess.run([*command, memory, *where], check=True, capture_output=True, env=here)
    print(f"  {'most memory of a worker, MB (goal 400)':52} {int(most.stdout):6}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chars", type=int, default=300_000, help="length of each text")
    parser.add_argument("--times", type=int, default=3, help="turns; the quickest counts")
    parser.add_argument("--only", choices=("speed", "growth", "processes"), help="a part of it")
    arguments = parser.parse_args()
    parts = (arguments.only,) if arguments.only else ("speed", "growth", "processes")

    import jieba

    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    extractor = Extractor(load_rules())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = {}
        for label, pools in (("dense", None), ("usual", sentences(extractor))):
            (folder / label).mkdir()
            texts[label] = articles(folder / label, arguments.chars, LONG, pools=pools)
        if "speed" in parts:
            plain, spacy_extract = ungated(extractor.rules), spacy_pipeline(extractor)
            for label, inputs in texts.items():
                speed(label, inputs, folder, extractor, plain, spacy_extract, arguments.times)
        if "growth" in parts:
            short = [Path(s.path).read_text(encoding="utf-8") for s in texts["usual"][:64]]
            growth(extractor, short, folder, arguments.times)
        if "processes" in parts:
            processes(texts["usual"], folder, arguments.times)


if __name__ == "__main__":
    main()
