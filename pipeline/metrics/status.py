"""How the text holds a fact: asserted, a forecast, hearsay, or denied.

In: a scene and a quantity. Out: its status.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import Scene
from pipeline.model import Quantity


@dataclass(frozen=True, slots=True)
class Status:
    """The words that say so."""

    roles: Roles

    def of(self, scene: Scene, q: Quantity) -> str:
        folded = scene.document.folded
        words = self.roles.words
        if words["negated"].search(folded, max(q.left, q.start - 12), q.start):
            return "negated"
        if words["rumor"].search(folded, scene.sentence.start, q.end):
            return "rumor"
        if words["forecast"].search(folded, q.left, q.start) or words["forecast"].search(
            folded, q.end, q.right
        ):
            return "forecast"
        return "asserted"
