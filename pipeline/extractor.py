"""The whole walk on one screen: an article goes in, its facts come out.

``Extractor.__call__`` segments, finds names, attributes statements, reads numbers and links them.
Everything else in the package brings articles here or takes facts away.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache

from pipeline import attribute, events
from pipeline.document import byline, dates, invisible, segment
from pipeline.metrics import levels, link, numbers, ratios
from pipeline.model import Article, ArticleRow, Facts, Reject
from pipeline.names import mentions as names
from pipeline.readers import page_rules
from pipeline.rules import CsvSchema, Rulebook, TomlSchema
from pipeline.rules import load_rules as _load_rules
from pipeline.sheets import sanity

SCHEMAS: dict[str, CsvSchema | TomlSchema] = {
    **page_rules.SCHEMAS,
    **byline.SCHEMAS,
    **segment.SCHEMAS,
    **names.SCHEMAS,
    **numbers.SCHEMAS,
    **ratios.SCHEMAS,
    **link.SCHEMAS,
    **attribute.SCHEMAS,
    **dates.SCHEMAS,
    **events.SCHEMAS,
    **levels.SCHEMAS,
    **sanity.SCHEMAS,
}
"""What each file of a rule pack may hold, declared by the stage that reads it."""


def load_rules(*folders: str) -> Rulebook:
    """The rules of the package, with the files of ``folders`` added or put in their place.

    Raises ``RuleErrors`` (every fault, each with file:line), ``FileNotFoundError``.
    """
    return _load_rules(*folders, schemas=SCHEMAS)


class Extractor:
    """A rulebook compiled once, and called with one article after another."""

    def __init__(self, rules: Rulebook | None = None):
        self.rules = rules or load_rules()
        self.bylines = byline.Bylines.compile(self.rules)
        self.boilerplate = segment.Boilerplate.compile(self.rules)
        self.names = names.Names.compile(self.rules)
        self.attribution = attribute.Attribution.compile(self.rules)
        self.numbers = numbers.Numbers.compile(self.rules)
        self.ratios = ratios.Ratios.compile(self.rules, self.numbers.numerals, self.numbers.bounds)
        self.linker = link.Linker.compile(self.rules)
        self.levels = levels.Levels.compile(self.rules)
        self.events = events.Events.compile(self.rules)

    def __call__(self, article: Article) -> Facts:
        """Everything that one article says. Deterministic, no I/O, no state kept between calls."""
        sha = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).hexdigest()
        identity = "a" + sha[:12]
        seen = invisible.strip(article.text)
        damage = invisible.damage(article.text, identity)
        article = replace(article, text=seen.text)
        document = segment.segment(article, self.boilerplate)
        article = self.bylines.complete(article, document.folded)
        document = replace(document, article=article)
        mentions = self.names.find(document)
        chips, no_chips = self.names.chips(document, mentions, identity)
        quotes, no_quotes = self.attribution.quotes(document, mentions, identity)
        quantities, no_numbers = self.numbers.find(document, mentions)
        quantities, no_ratios, frames = self.ratios.read(document, mentions, quantities)
        metrics, no_links = self.linker.metrics(
            document, mentions, quantities, frames, quotes, identity
        )
        row = ArticleRow(
            article=identity, path=article.path, title=article.title, author=article.author,
            publisher=article.publisher, published=article.published, url=article.url,
            script=document.script, encoding=article.encoding, chars=len(seen.original),
            sentences=len(document.sentences), sha256=sha,
        )  # fmt: skip
        rejected = [
            Reject(identity, article.path, r.stage, r.reason, r.text, r.start, r.end, r.rule)
            for r in (*no_chips, *no_quotes, *no_numbers, *no_ratios, *no_links)
        ]
        happened = self.events.find(document, mentions, identity)
        marked = self.levels.mark(document, metrics)
        facts = seen.restore(
            Facts(row, tuple(chips), tuple(marked), tuple(quotes), tuple(rejected), tuple(happened))
        )
        lost = (replace(r, path=article.path) for r in damage)
        return replace(facts, rejected=(*facts.rejected, *lost))


@cache
def _default() -> Extractor:
    return Extractor()


def extract(article: Article | str, rules: Rulebook | None = None) -> Facts:
    """The facts of one article (or of a plain text). Compiles the default rules once a process."""
    if isinstance(article, str):
        article = Article(article)
    return (Extractor(rules) if rules else _default())(article)
