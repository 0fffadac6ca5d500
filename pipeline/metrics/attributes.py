"""A name right behind the number: the number is its attribute.

In: a scene and a number. Out: the name that the number stands before, with nothing between them but
words of its class and its maker (7纳米工艺的AI芯片|Gaudi2), or what is described there without a name.

>>> from pipeline import extract
>>> [(m.subject, m.value, m.decider) for m in extract("7纳米工艺的思元370发布。").metrics]
[('思元370', 7.0, 'attribute')]
"""

from __future__ import annotations

import re

from pipeline.metrics.coordination import Coordination
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import NODE, Scene, chips_of
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import Quantity

_MODEL = re.compile(
    r"(?:规模|级)?的\s?(?P<name>[A-Z][A-Za-z0-9.\-]{1,20})(?=\s|[，。、；,)）的模]|$)"
)
"""2800亿参数的Gopher: a model right behind its size."""


class Attributes:
    """What gives numbers to the names behind them."""

    def __init__(self, roles: Roles, coordination: Coordination):
        self._roles = roles
        self._coordination = coordination

    def subject(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A name right behind the number, with nothing but class words between: 8 核 Snapdragon X Plus."""
        if q.metric == "relative":
            return self._ratio(scene, q)
        folded = scene.document.folded
        behind = [
            n
            for n in scene.owners + scene.parts + scene.compared
            if n.start >= q.end or n.start == q.start
        ]
        if q.metric == NODE:
            behind += [n for n in scene.others if n.kind == "architecture" and n.start >= q.end]
            behind.sort(key=lambda n: n.start)
        if not behind and q.metric != "parameter_count":
            return []
        end = self._filled(scene, q.end)
        if q.metric == NODE:
            classed = self._roles.words["class_behind"].match(folded, q.end, scene.sentence.end)
            end = max(end, classed.end("name") + 1) if classed else end
        for n in behind:
            if n.kind == "description" and q.metric == NODE and n.start <= q.right:
                return [] if self._themed(scene, q) else [subject_of(n, "same_clause", "described")]
            if n.kind == "description" and n.start <= end and not self._says_kind(scene, q):
                return [subject_of(n, "same_clause", "described")]
            # 128核|数据中心处理器|Altra Max
            apposed = n.kind == "chip" and self._roles.words["apposed"].fullmatch(
                folded, q.end, n.start
            )
            if n.start > end and not apposed:
                continue
            if n.kind == "chip" and n.generic:
                # 5nm工艺的下一代Exynos SoC(暂定名为Exynos 992), 128核EPYC Bergamo: the brand is named right behind
                n = next(
                    (
                        m
                        for m in chips_of(behind)
                        if n.end <= m.start <= n.end + 1
                        or (n.end <= m.start <= n.end + 16 and m.name.startswith(n.name))
                    ),
                    n,
                )
            brand = n.kind == "chip" and n.generic and not self._roles.block(n)
            if brand and not self._says_kind(scene, q):
                return [subject_of(n, "same_clause", "attribute")]
            # 5nm的Hercules核心, where no chip is spoken of that it is a part of
            alone = folded[q.end : n.start].strip() in ("", "的") and not any(
                not self._roles.block(m) for m in chips_of(scene.owners + scene.focus)
            )
            if n.kind == "chip" and not n.generic and (not self._roles.block(n) or alone):
                return self._coordination.listed(scene, n, "same_clause", "attribute", forward=True)
            if n.kind == "model" and q.metric == "parameter_count" and not chips_of(scene.owners):
                return [subject_of(n, "same_clause", "attribute")]
            # 硬刚5nm Zen 4, not 锐龙9000用5nm Zen 5, nor 5nm Zen 4 Bergamo
            before = [m for m in chips_of(scene.owners) if m.end <= q.start]
            # 追平7nm的Zen 3 is of it; in 8个5nm的CDNA 3芯片 it only says what the chips are
            class_word = self._roles.words["filler"].match(folded, n.end)
            itself = not any(m.start >= q.left for m in before) and not (
                class_word and class_word[0].strip()
            )
            beside = (
                self._roles.words["filler"].fullmatch(folded, q.end, n.start)
                and (not before or itself)
                and not any(n.end <= m.start <= end for m in chips_of(behind))
            )
            framework = self._roles.words["framework"].match(folded, n.end)
            if n.kind == "architecture" and (framework or beside):
                return [subject_of(n, "same_clause", "attribute")]
        model = _MODEL.match(folded, q.end) if q.metric == "parameter_count" else None
        if model:
            return [Subject(model["name"], "model", None, "same_clause", "attribute")]
        return []

    def _ratio(self, scene: Scene, q: Quantity) -> list[Subject]:
        """性能提升30%的骁龙888: what grows stands behind, in a clause that names nothing before."""
        low = max([q.left, *(n.end for n in scene.owners if n.end <= q.start)])
        hit = self._roles.words["of_which"].match(scene.document.folded, q.end, q.right)
        behind = next((n for n in chips_of(scene.owners) if hit and n.start == hit.end()), None)
        if (
            behind is None
            or low > q.left
            or behind.generic
            or self._roles.anaphor_at(scene.document.folded, q.left, q.start)
        ):
            return []
        return self._coordination.listed(scene, behind, "same_clause", "attribute", forward=True)

    def _filled(self, scene: Scene, position: int) -> int:
        """Where a name must begin to be right behind a position: class words and its maker may stand between."""
        filler = self._roles.words["filler"]
        folded, high = scene.document.folded, scene.sentence.end
        hit = filler.match(folded, position, high)
        end = hit.end() if hit else position
        # 3.2GHz 16核英特尔Xeon W: more numbers of the same thing
        also = next(
            (p for p in scene.quantities if position < p.start <= end and p.metric != "relative"),
            None,
        )
        if also is not None and not folded[end - 1 : also.start].strip(" 的"):
            return self._filled(scene, also.end)
        built = next(
            (n for n in scene.others if n.kind == "architecture" and position <= n.start <= end),
            None,
        )
        if built is not None:  # 5nm Zen 4|Bergamo
            hit = filler.match(folded, built.end, high)
            end = hit.end() if hit else built.end
        maker = next((n for n in scene.organizations if position <= n.start <= end), None)
        if maker is not None:
            hit = filler.match(folded, maker.end, high)
            end = hit.end() if hit else maker.end
        return end

    def _says_kind(self, scene: Scene, q: Quantity) -> bool:
        """Whether a clause says of which kind its theme is: 麒麟990是8核麒麟处理器."""
        before = [m for m in chips_of(scene.owners) if q.left <= m.start and m.end <= q.start]
        low = before[-1].end if before else q.left
        known = before or self._roles.anaphor_at(scene.document.folded, q.left, q.start)
        return bool(
            known and self._roles.words["copula"].search(scene.document.folded, low, q.start)
        )

    def _themed(self, scene: Scene, q: Quantity) -> bool:
        """Whether what stands before a number is what it is about: X是一款7nm芯片, 它是首款…."""
        folded = scene.document.folded
        fresh = self._roles.words["fresh"].search(folded, q.left, q.start)
        low = q.left if fresh else scene.sentence.start
        return any(
            n.kind in ("chip", "description") and low <= n.start and n.end <= q.start
            for n in scene.owners
        ) or bool(not fresh and self._roles.anaphor_at(folded, low, q.start))
