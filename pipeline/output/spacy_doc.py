"""Facts -> a spaCy Doc, for people who live in spaCy: a function, a pipeline component, a DocBin.

In: an article and its facts. Out: a ``Doc`` whose text is the article's text, character for
character, with entities (chips, metrics, speakers) and a span group for each kind of fact. Tokens are
the words of ``words.py``, cut once more where a fact begins or ends, so that every fact is a span.

>>> from pipeline import Article, extract
>>> article = Article("思元370采用7纳米工艺。")
>>> doc = to_spacy(article, extract(article))  # doctest: +SKIP
>>> [(e.text, e.label_, e.kb_id_) for e in doc.ents]  # doctest: +SKIP
[('思元370', 'CHIP', '思元370'), ('7纳米', 'process_node', '思元370')]

In a pipeline of yours the tokens are your tokenizer's, and a span covers every token that its fact
touches. ``pip install`` makes the component known to spaCy; in a checkout import this module.

>>> nlp = spacy.blank("zh"); xinwen = nlp.add_pipe("xinwen")  # doctest: +SKIP
>>> doc = nlp("思元370采用7纳米工艺。")  # doctest: +SKIP
>>> doc._.xinwen.metrics[0].value, doc.spans["metrics"]  # doctest: +SKIP
(7.0, [7纳米])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from spacy.language import Language

from pipeline import Extractor, load_rules
from pipeline.attribute.tokens import vocabulary
from pipeline.document.words import Words
from pipeline.model import Article, Facts

if TYPE_CHECKING:
    from spacy.tokens import Doc, DocBin

GROUPS = ("chips", "metrics", "subjects", "quotes", "speakers", "cues")
"""Names of the span groups of a Doc. ``kb_id_`` of a span is the canonical name it stands for."""


@cache
def _segmenter() -> Words:
    return Words.compile(load_rules())


def to_spacy(article: Article, facts: Facts, vocab: Any = None) -> Doc:
    """The article as a Doc with its facts. ``vocab`` is that of your pipeline (``nlp.vocab``)."""
    from spacy.tokens import Doc

    spans = list(_spans(facts))
    edges = {place for _, start, end, _, _ in spans for place in (start, end)}
    words, spaces = _words(article.text, edges)
    doc = Doc(vocab if vocab is not None else vocabulary(), words=words, spaces=spaces)
    _lay(doc, spans)
    return doc


def _lay(doc: Doc, spans: list[Placed]) -> None:
    """Put span groups and entities over a Doc. Entities that were there stay where none of ours is."""
    from spacy.util import filter_spans

    for name in GROUPS:
        found = (
            doc.char_span(start, end, label, identity, alignment_mode="expand")
            for group, start, end, label, identity in spans
            if group == name
        )
        doc.spans[name] = [span for span in found if span is not None]
    entities = filter_spans(
        [s for name in ("chips", "metrics", "speakers") for s in doc.spans[name]]
    )
    taken = {token.i for span in entities for token in span}
    others = [e for e in doc.ents if not any(token.i in taken for token in e)]
    doc.ents = [*entities, *others]


class XinwenComponent:
    """A spaCy component: facts in ``doc._.xinwen``, spans in ``doc.spans``, entities in ``doc.ents``."""

    def __init__(self, rules: Iterable[str] = ()):
        from spacy.tokens import Doc

        self.extract = Extractor(load_rules(*rules))
        if not Doc.has_extension("xinwen"):
            Doc.set_extension("xinwen", default=None)

    def __call__(self, doc: Doc) -> Doc:
        facts = self.extract(Article(doc.text))
        doc._.xinwen = facts
        _lay(doc, list(_spans(facts)))
        return doc


@Language.factory(
    "xinwen", default_config={"rules": []}, assigns=["doc.ents", "doc.spans", "doc._.xinwen"]
)
def make_component(nlp: Language, name: str, rules: list[str]) -> XinwenComponent:
    """``nlp.add_pipe("xinwen", config={"rules": ["my-rules"]})``."""
    return XinwenComponent(rules)


def to_docbin(articles: Iterable[tuple[Article, Facts]]) -> DocBin:
    """Articles with their facts as training data: ``to_docbin(…).to_disk("train.spacy")``."""
    from spacy.tokens import DocBin

    return DocBin(
        docs=[to_spacy(article, facts) for article, facts in articles], store_user_data=True
    )


Placed = tuple[str, int, int, str, str]
"""Group, start, end, label and canonical name."""


def _spans(facts: Facts) -> Iterator[Placed]:
    """Group, start, end, label and canonical name of everything that the facts point to."""
    for chip in facts.chips:
        yield "chips", chip.start, chip.end, "CHIP", chip.chip
    for metric in facts.metrics:
        yield "metrics", metric.start, metric.end, metric.metric, metric.subject
        if metric.subject_start is not None and metric.subject_end is not None:
            place = metric.subject_start, metric.subject_end
            yield "subjects", *place, metric.subject_type.upper(), metric.subject
    for quote in facts.quotes:
        yield "quotes", quote.start, quote.end, "QUOTE", quote.speaker
        if quote.speaker_start is not None and quote.speaker_end is not None:
            place = quote.speaker_start, quote.speaker_end
            yield "speakers", *place, quote.speaker_type.upper(), quote.speaker
        if quote.cue_start is not None and quote.cue_end is not None:
            yield "cues", quote.cue_start, quote.cue_end, quote.stance.upper(), quote.cue


def _words(text: str, edges: set[int]) -> tuple[list[str], list[bool]]:
    """Words that make up the text, and whether a space follows each, cut at every edge.

    A single space behind a word is the word's; other white space is a word of its own. (Left to
    spaCy's guess, ``AMD CEO苏姿丰`` would lose its space and all offsets behind it.)
    """
    words: list[str] = []
    spaces: list[bool] = []
    at = 0
    for word in _segmenter().cut(text):
        cuts = [c for c in range(at + 1, at + len(word)) if c in edges]
        for start, end in zip([at, *cuts], [*cuts, at + len(word)], strict=True):
            piece = text[start:end]
            if piece == " " and words and not spaces[-1] and not words[-1].isspace():
                spaces[-1] = True
            else:
                words.append(piece)
                spaces.append(False)
        at += len(word)
    return words, spaces
