"""The way out to spaCy: the text kept, every fact a span."""

from pathlib import Path

import pytest

from pipeline import Article, Extractor, Facts
from pipeline.model import ArticleRow, Metric, Quote
from pipeline.output.spacy_doc import GROUPS, to_docbin, to_spacy

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


def test_the_component(tmp_path: Path) -> None:
    """In a pipeline with another tokenizer: facts, span groups, entities; others' entities stay."""
    import spacy

    nlp = spacy.blank("zh")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "CITY", "pattern": "上海"}])
    nlp.add_pipe("xinwen")
    text = "在上海，思元370采用7纳米工艺，功耗为150瓦😀。林舟表示：“产能已经恢复。”"
    doc = nlp(text)
    assert doc.text == text
    assert [m.value for m in doc._.xinwen.metrics] == [7.0, 150.0]
    assert [s.text for s in doc.spans["metrics"]] == ["7纳米", "150瓦"]
    assert [s.text for s in doc.spans["quotes"]] == ["产能已经恢复"]
    found = {(e.text, e.label_) for e in doc.ents}
    assert {("上海", "CITY"), ("思元370", "CHIP"), ("150瓦", "power"), ("林舟", "PERSON")} <= found
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    assert [(e.text, e.label_) for e in again(text).ents] == [(e.text, e.label_) for e in doc.ents]


def test_docbin_for_training(extractor: Extractor, tmp_path: Path) -> None:
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    articles = [Article(p.read_text(encoding="utf-8")) for p in ARTICLES[:3]]
    to_docbin((a, extractor(a)) for a in articles).to_disk(tmp_path / "train.spacy")
    docs = list(DocBin().from_disk(tmp_path / "train.spacy").get_docs(Vocab()))
    assert [d.text for d in docs] == [a.text for a in articles]
    assert all(d.ents and d.spans["metrics"] for d in docs)


def test_frames_and_notebook(extractor: Extractor) -> None:
    import pandas

    from pipeline import frames

    one = extractor(Article("思元370采用7纳米工艺。"))
    two = extractor(Article("H100的功耗为700瓦，<b>性能</b>是A100的3倍。", title="<script>"))
    tables = frames(one, two)
    assert set(tables["metrics"]["subject"]) == {"思元370", "H100"}
    assert pandas.api.types.is_float_dtype(tables["metrics"]["value"])
    assert len(tables["articles"]) == 2
    shown = two._repr_html_()
    dated = extractor(Article("思元370于2023年10月量产。"))._repr_html_()
    assert "<td>mass_production</td><td>2023-10-01</td>" in dated
    assert "&lt;script&gt;" in shown and "<script>" not in shown and "<td>700</td>" in shown
