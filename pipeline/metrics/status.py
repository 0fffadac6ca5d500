"""How the text holds a fact: asserted, a forecast, hearsay, or denied.

In: a scene and a quantity. Out: its status. A word of the future holds for its clause and for the
clauses behind it that go on with the same theme (X将采用3nm，显存增至288GB); a word of hearsay for its
whole sentence. A clause that speaks of what is there already (而目前的X仍是N3P) is asserted.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import Scene
from pipeline.model import Quantity

_NEGATION_REACHES = 12
"""Characters before the number in which a word that denies it stands."""


@dataclass(frozen=True, slots=True)
class Status:
    """The words that say so."""

    roles: Roles

    def of(self, scene: Scene, q: Quantity) -> str:
        """asserted, forecast, rumor or negated."""
        folded = scene.document.folded
        words = self.roles.words
        if words["negated"].search(folded, max(q.left, q.start - _NEGATION_REACHES), q.start):
            return "negated"
        if q.metric != "relative" and any(a <= q.start < b for a, b in scene.frames):
            return "asserted"  # 有望达到3.1万美元，比MI355X的2.5万美元高: of what is there
        actual = words["actual"].search(folded, q.left, q.start)
        still = actual is not None and actual["still"] is not None
        if (still or not actual) and words["rumor"].search(folded, scene.sentence.start, q.end):
            return "rumor"
        return "forecast" if self._still_to_come(scene, q) else "asserted"

    def _still_to_come(self, scene: Scene, q: Quantity) -> bool:
        """Whether the clause of a number, or one before it with the same theme, speaks of the future."""
        folded = scene.document.folded
        if self._forecast(scene, q.end, q.right):
            return True
        for start, end in reversed([c for c in scene.clauses if c[0] <= q.start]):
            # what follows 将 tells what it is: B200将2080亿个晶体管塞进…
            told = self._forecast(scene, start, min(end, q.end))
            end = min(end, q.start)
            if told and not (
                end < q.start and self.roles.words["available"].search(folded, start, end)
            ):
                return True
            named = any(start <= n.start < end and n.kind == "chip" for n in scene.owners)
            if named or self.roles.words["actual"].search(folded, start, end):
                return False
        return False

    def _forecast(self, scene: Scene, start: int, end: int) -> bool:
        names = scene.owners + scene.parts + scene.compared
        return any(
            # 将骁龙8的主频定为3.3GHz: before a name 将 is a preposition
            not (hit[0] == "将" and any(n.start - hit.end() in (0, 1) for n in names))
            for hit in self.roles.words["forecast"].finditer(scene.document.folded, start, end)
        )
