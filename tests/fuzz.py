"""Coverage-guided fuzzing of every reader and of the extractor: ``make fuzz SECONDS=600``.

The first byte of an input chooses the format, the rest is the file. What crashes is written to the folder
``fuzz/``; put it as a test into test_hostile.py. Needs atheris (``pip install atheris``), which is no dependency.
"""

import io
import sys

import atheris

with atheris.instrument_imports(include=["pipeline"]):
    from pipeline import Extractor, load_rules
    from pipeline.model import Article
    from pipeline.readers import READERS
    from pipeline.readers.archives import unpack
    from pipeline.readers.page_rules import PageRules
    from pipeline.readers.sources import Reading

EXTRACTOR = Extractor(load_rules())
READING = Reading(fetched="2024-03-01", pages=PageRules.compile(EXTRACTOR.rules))
SUFFIXES = [*sorted(READERS), ".zip", ".txt.gz", ".jsonl.zst"]
OWN = {".txt", ".md", ".html", ".mhtml", ".jsonl", ".csv"}
"""Formats whose readers are all our own, and never stop at an error that they did not expect."""


def one(data: bytes) -> None:
    """Read the bytes as a file and extract what they hold."""
    if not data:
        return
    suffix = SUFFIXES[data[0] % len(SUFFIXES)]
    for found in unpack(io.BytesIO(data[1:]), f"a{suffix}", f"a{suffix}", READING):
        if isinstance(found, Article):
            found.text.encode()
            facts = EXTRACTOR(found)
            for row in facts.metrics:
                assert found.text[row.start : row.end] == row.text
            for quote in facts.quotes:
                assert found.text[quote.start : quote.end] == quote.content
        elif "its reader stopped" in found.reason and suffix in OWN:
            raise AssertionError(found.reason)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
