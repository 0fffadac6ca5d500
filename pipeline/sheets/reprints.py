"""Near copies among articles, so that a text that ten sites reprint counts as one source.

In: articles with their texts. Out: rows of the table reprints. Two articles are near copies when more
than half of their clauses are the same (Jaccard similarity, estimated by MinHash and found by
locality-sensitive hashing, so that the time grows with the number of articles and not with its
square). Of a group of near copies the earliest dated stands for all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rensa import RMinHash, RMinHashLSH

from pipeline.schema import Column, TableSchema

LEAST = 0.5
"""Similarity from which two articles are near copies."""
_PERMUTATIONS = 128
_BANDS = 32
_SEED = 370
_CLAUSE = re.compile(r"[\w%+./]{6,}(?: [\w%+./]+)*")
"""Clauses: runs without Chinese punctuation. Short ones (图片来源, dates) stand in any article."""

REPRINTS = TableSchema(
    "reprints",
    "one row per article that is a near copy of another; the table specs counts both as one source.",
    (
        Column("article", "string", "the near copy", key="articles.article"),
        Column("original", "string", "the earliest of its group", key="articles.article"),
        Column("similarity", "number", "share of clauses that the two have in common, estimated"),
    ),
)


@dataclass(slots=True)
class Copies:
    """Groups of near copies, filled one article at a time."""

    lsh: RMinHashLSH = field(
        default_factory=lambda: RMinHashLSH(
            threshold=LEAST, num_perm=_PERMUTATIONS, num_bands=_BANDS
        )
    )
    sketches: list[tuple[str, str, RMinHash]] = field(default_factory=list)
    leader: list[int] = field(default_factory=list)

    def add(self, article: str, published: str, text: str) -> None:
        """Add an article; texts without clauses are no copies of anything."""
        clauses = sorted(set(_CLAUSE.findall(text)))
        if not clauses:
            return
        sketch = RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update(clauses)
        number = len(self.sketches)
        self.sketches.append((article, published, sketch))
        self.leader.append(number)
        for other in self.lsh.query(sketch):
            if sketch.jaccard(self.sketches[other][2]) >= LEAST:
                self.leader[self._first(other)] = self._first(number)
        self.lsh.insert(number, sketch)

    def _first(self, number: int) -> int:
        while self.leader[number] != number:
            number = self.leader[number] = self.leader[self.leader[number]]
        return number

    def rows(self) -> Iterator[tuple[str, str, float]]:
        """Near copy, original, similarity; sorted by article."""
        groups: dict[int, list[int]] = {}
        for number in range(len(self.sketches)):
            groups.setdefault(self._first(number), []).append(number)
        found = []
        for members in groups.values():
            # undated articles come last: nothing says that they were first
            original = min(
                members, key=lambda n: (self.sketches[n][1] or "9999", self.sketches[n][0])
            )
            for number in members:
                if number != original:
                    article, _, sketch = self.sketches[number]
                    alike = round(sketch.jaccard(self.sketches[original][2]), 3)
                    found.append((article, self.sketches[original][0], alike))
        yield from sorted(found)


def reprints(articles: Iterable[tuple[str, str, str]]) -> list[tuple[str, str, float]]:
    """Rows of table reprints from article, date and text of each."""
    copies = Copies()
    for article, published, text in articles:
        copies.add(article, published, text)
    return list(copies.rows())
