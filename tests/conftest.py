"""What several tests share."""

from pathlib import Path

import pytest

from pipeline import Extractor, load_rules
from pipeline.batch.local import run
from pipeline.readers.sources import sources

ROOT = Path(__file__).parent.parent
ARTICLES = ROOT / "corpus" / "articles"


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The default rules, compiled once."""
    return Extractor(load_rules())


@pytest.fixture(scope="session")
def corpus_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a run over corpus/articles."""
    out = tmp_path_factory.mktemp("corpus")
    run(sources([str(ARTICLES)])[0], out)
    return out
