"""Coverage-guided fuzzing of every reader and of the extractor: ``make fuzz SECONDS=600`` gives each target its share.

    python tests/fuzz.py                     names the targets
    python tests/fuzz.py TARGET [OPTIONS]    fuzzes one; options and folders of inputs are libFuzzer's

A target takes bytes and raises when something is wrong with what became of them: a reader that stops with
an error of our own code, a text or a cell that cannot be written, a span that is not its cell. The input is
written to the working folder; put it as a test into test_hostile.py. Needs atheris, which is no dependency.
"""

import gzip
import io
import re
import sys
import traceback
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import atheris
import zstandard
from warcio.warcwriter import WARCWriter

with atheris.instrument_imports(include=["pipeline", "pdfplumber", "pdfminer", "docx"]):
    import docx  # noqa: F401
    import pdfplumber  # noqa: F401
    from test_hostile import SAMPLES, drawn, repeated, spans_hold

    from pipeline import Extractor, load_rules
    from pipeline.model import Article
    from pipeline.readers import READERS, Refused, reader_for
    from pipeline.readers.archives import unpack
    from pipeline.readers.page_rules import PageRules
    from pipeline.readers.sources import Reading, kind_of_bytes

CORPUS = Path(__file__).parent.parent / "corpus" / "articles"
PACKED = (".zip", ".txt.gz", ".jsonl.zst")
PARTS = {".docx": "word/document.xml", ".epub": "OEBPS/sections/section0001.xhtml"}
"""What a reader takes out of an archive: changed bytes of the archive itself fail at its checksums."""


@cache
def extractor() -> Extractor:
    return Extractor(load_rules())


@cache
def reading() -> Reading:
    return Reading(fetched="2024-03-01", pages=PageRules.compile(extractor().rules))


@cache
def words() -> list[str]:
    """The words of the rules: texts made of it reach deep."""
    rules = extractor().rules
    cells = {
        part
        for name in ("units", "makers", "cues", "bounds", "numerals", "titles", "dates", "events")
        for row in rules.table(name)
        for cell in row.cells.values()
        for part in re.split(r"[|~]", cell)
        if not re.search(r"[\\\[(?]", part)  # words, and no patterns
    }
    signs = [
        *"，。：；“”「」（）()、|\n#-①②\u200b\ufffd😀0123456789.%",
        "\n\n",
        "| --- |",
        "\ud800",
    ]
    return [*signs * 8, *sorted(filter(None, cells))]


def extract(text: str) -> None:
    """Facts of a text whose spans hold and which can be written."""
    facts = extractor()(Article(text, published="2024-02-29"))
    if not any("\ud800" <= c <= "\udfff" for c in text):
        spans_hold(text, facts)


def of_words(data: bytes) -> None:
    """Two bytes choose a word."""
    known = words()
    chosen = [int.from_bytes(data[i : i + 2]) for i in range(0, min(len(data), 400) - 1, 2)]
    extract("".join(known[n % len(known)] for n in chosen))


def of_characters(data: bytes) -> None:
    """UTF-8, the lost parts of it as U+FFFD."""
    extract(data.decode("utf-8", "replace"))


def file(suffix: str) -> Callable[[bytes], None]:
    """The bytes as a file of this kind."""

    def one(data: bytes) -> None:
        kind_of_bytes(data, reading())
        if suffix in PACKED:
            found = list(unpack(io.BytesIO(data), f"a{suffix}", f"a{suffix}", reading()))
        else:
            try:
                found = list(reader_for(suffix)(io.BytesIO(data), "a", reading()))
            except Exception as error:
                # the libraries that read a format raise what they like, and unpack takes it; we do not
                if "/pipeline/" in traceback.extract_tb(error.__traceback__)[-1].filename:
                    raise
                return
        for article in found:
            if isinstance(article, Refused):
                article.reason.encode()
                continue
            article.text.encode()
            extractor().bylines.complete(article, article.text)
            f"{article.title}{article.author}{article.publisher}{article.url}".encode()

    return one


def part(suffix: str) -> Callable[[bytes], None]:
    """The bytes as what is inside a document of an office program."""
    with zipfile.ZipFile(SAMPLES / f"paper{suffix}") as archive:
        rest = {name: archive.read(name) for name in archive.namelist() if name != PARTS[suffix]}
    read = file(suffix)

    def one(data: bytes) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in (rest | {PARTS[suffix]: data}).items():
                archive.writestr(name, content)
        read(out.getvalue())

    return one


TARGETS: dict[str, Callable[[bytes], None]] = {
    "words": of_words,
    "characters": of_characters,
    **{suffix: file(suffix) for suffix in ({r: s for s, r in reversed(READERS.items())}).values()},
    **{suffix: file(suffix) for suffix in PACKED},
    **{f"inside{suffix}": part(suffix) for suffix in PARTS},
}


def seeds(target: str, folder: Path) -> None:
    """Inputs to begin with: what the tests read, and articles of the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    page = (SAMPLES / "page.html").read_bytes()
    found = [p.read_bytes() for p in SAMPLES.glob(f"*{target}") if p.stat().st_size < 50_000]
    if target.startswith("inside"):
        suffix = target.removeprefix("inside")
        with zipfile.ZipFile(SAMPLES / f"paper{suffix}") as archive:
            found = [archive.read(PARTS[suffix])]
    elif target in ("characters", ".txt", ".md"):
        found += [p.read_bytes()[:3000] for p in sorted(CORPUS.glob("*.txt"))]
    elif target == ".pdf":
        found.append(
            drawn(zlib.compress(b"BT /F 10 Tf 50 700 Td (a) Tj 90 0 Td (b) Tj ET 0 0 m 9 9 l S"))
        )
    elif target == ".warc":
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=False)
        writer.write_record(
            writer.create_warc_record(
                "https://shanhai.example/a",
                "resource",
                io.BytesIO(page),
                warc_content_type="text/html",
            )
        )
        found = [out.getvalue()]
    elif target == ".parquet":
        found = [repeated("思元370", 2)]
    elif target == ".zip":
        with zipfile.ZipFile(out := io.BytesIO(), "w") as archive:
            archive.writestr("a.html", page)
        found = [out.getvalue()]
    elif target in (".jsonl", ".csv"):
        found = [b'{"text": "\\u601d\\u5143370", "date": "2024-02-29"}\n', b"text,date\n370,2024\n"]
    elif target == ".txt.gz":
        found = [gzip.compress(page)]
    elif target == ".jsonl.zst":
        found = [zstandard.compress(b'{"text": "370"}\n')]
    for number, data in enumerate(found):
        (folder / f"seed{number}").write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.stdout.write(" ".join(TARGETS) + "\n")
    else:
        target = sys.argv.pop(1)
        if sys.argv[-1:] and not sys.argv[-1].startswith("-"):
            seeds(target, Path(sys.argv[-1]))
        atheris.Setup(sys.argv, TARGETS[target])
        atheris.Fuzz()
