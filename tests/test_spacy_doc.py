"""The way out to spaCy: the text kept, every fact a span."""

from pathlib import Path

import pytest

from pipeline import Article, Extractor, Facts
from pipeline.model import ArticleRow, Metric, Quote
from pipeline.spacy_doc import GROUPS, to_spacy

ARTICLES = sorted((Path(__file__).parent.parent / "corpus" / "articles").glob("*.txt"))


@pytest.mark.parametrize("path", ARTICLES[::4], ids=lambda p: p.stem)
def test_text_and_spans_are_kept(path: Path, extractor: Extractor) -> None:
    article = Article(path.read_text(encoding="utf-8"))
    facts = extractor(article)
    doc = to_spacy(article, facts)
    assert doc.text == article.text
    assert [s.text for s in doc.spans["metrics"]] == [m.text for m in facts.metrics]
    assert [s.text for s in doc.spans["quotes"]] == [q.content for q in facts.quotes]
    assert set(doc.spans) == set(GROUPS)
    assert doc.ents


def test_spaces_stay_where_they_were() -> None:
    """Without its space behind AMD, every later offset would be wrong."""
    text = "AMD CEO苏姿丰  表示，MI300X 的功耗是 750 W。\n\n下一段 "
    quote = Quote("a0", speaker="苏姿丰", speaker_type="person", speaker_start=7, speaker_end=10,
                  content="MI300X 的功耗是 750 W", start=15, end=32, cue="表示", cue_start=12, cue_end=14)  # fmt: skip
    metric = Metric("a0", text="750 W", start=27, end=32, metric="power", subject="MI300X")
    doc = to_spacy(Article(text), Facts(ArticleRow(), metrics=(metric,), quotes=(quote,)))
    assert doc.text == text
    assert [(e.text, e.label_, e.kb_id_) for e in doc.ents] == [
        ("苏姿丰", "PERSON", "苏姿丰"), ("750 W", "power", "MI300X"),
    ]  # fmt: skip
    assert [s.text for s in doc.spans["cues"]] == ["表示"]


def test_it_survives_a_docbin(extractor: Extractor) -> None:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    article = Article("思元370采用7纳米工艺。")
    doc = to_spacy(article, extractor(article))
    (again,) = DocBin().from_bytes(DocBin(docs=[doc]).to_bytes()).get_docs(Vocab())
    assert again.text == article.text and [e.text for e in again.ents] == [e.text for e in doc.ents]
