"""Numbers that are not their subject's: what it has changed from, is held against, or differs by.

In: a scene, a number and its subject. Out: whether the number is one of those, and the chip that has it
instead: in 显存由80GB增至141GB, 前代为80GB the 80GB are of the chip before.

>>> from pipeline import extract
>>> [(m.subject, m.value, m.decider) for m in extract("昇腾910早已上市。昇腾920的显存从64GB增至96GB。").metrics]
[('昇腾910', 64.0, 'origin'), ('昇腾920', 96.0, 'clause')]
"""

from __future__ import annotations

import re

from pipeline.metrics.references import References
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import NODE, Scene, names_before
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import NameMention, Quantity

_BEFORE = 24
"""How far before a number the generation may stand that has it: 上一代芯片的功耗只有|250W."""


class Origins:
    """What tells such numbers."""

    def __init__(self, roles: Roles):
        self._roles = roles

    def difference(self, scene: Scene, q: Quantity) -> bool:
        """比H100低300瓦, 便宜200元: by how much something differs says not what it is."""
        if q.metric in ("relative", NODE):  # 上调了3、5纳米的价格
            return False
        low = max(q.left, q.start - 10)
        return bool(self._roles.words["difference"].search(scene.document.folded, low, q.start))

    def elsewhere(self, scene: Scene, q: Quantity) -> bool:
        """Whether a number is of the chip that its subject is held against, or has come from."""
        return self._origin(scene, q) or self._contrasted(scene, q) or self._of_generation(scene, q)

    def owner(self, scene: Scene, q: Quantity, subject: Subject, references: References) -> Subject:
        """The chip that a subject has been held against has the number that the subject began from."""
        at = subject.mention
        if at is None or at.end == q.start or subject.decider == "attribute":
            return subject
        name = references.told(scene, q, subject.name) or references.earlier(scene, q, subject.name)
        if self._of_generation(scene, q):
            name = references.earlier(scene, q, subject.name) or name
        # 功耗从400W升至700W goes on from a chip of the same maker; 44GB behind 对比 is of any rival
        rival = self._contrasted(scene, q)
        known = next(
            (n for n in names_before(scene, q.start)
             if n.name == name and n.kind == at.kind and (rival or n.maker == at.maker)), None
        )  # fmt: skip
        if known is not None:
            return subject_of(known, "same_sentence", "origin")
        return self._unnamed(scene, q) or subject

    def _unnamed(self, scene: Scene, q: Quantity) -> Subject | None:
        """The words for the generation before, where the article names no chip of it."""
        found = self._generation(scene, q)
        if found is None:
            return None
        name = NameMention(*found.span("words"), "description", found["words"])
        return subject_of(name, "same_sentence", "origin")

    def _origin(self, scene: Scene, q: Quantity) -> bool:
        """Whether a number is what something has changed from: 从128个|增加到192个."""
        folded = scene.document.folded
        return bool(
            self._roles.words["from"].search(folded, max(q.left, q.start - 10), q.start)
            and self._roles.words["to"].match(folded, q.end, q.right)
        )

    def _of_generation(self, scene: Scene, q: Quantity) -> bool:
        """前代为|150GB/s: whether a number is of the generation before."""
        return self._generation(scene, q) is not None

    def _generation(self, scene: Scene, q: Quantity) -> re.Match[str] | None:
        """The words for the generation before that a number is of: right before it, or its theme."""
        low = max(q.left, q.start - _BEFORE)
        found = self._roles.words["generation"].search(scene.document.folded, low, q.start)
        return found or self._theme(scene, q)

    def _theme(self, scene: Scene, q: Quantity) -> re.Match[str] | None:
        """上一代芯片只有8核，功耗|30W: the words for the generation that a clause up to here opens with,
        and that no other name has come after."""
        folded = scene.document.folded
        for start, _ in reversed([c for c in scene.clauses if c[0] < q.start]):
            opens = self._roles.words["generation_theme"].match(folded, start, q.start)
            named = any(start <= n.start < q.start for n in scene.owners)
            if named or self._roles.anaphor_at(folded, start, min(start + 4, q.start)):
                return None
            if opens:
                return opens
        return None

    def _contrasted(self, scene: Scene, q: Quantity) -> bool:
        """对比|44GB: whether a number is set against the one before it."""
        folded = scene.document.folded[max(q.left, q.start - 12) : q.start]
        return self._roles.words["contrast"].search(folded) is not None
