"""What stands for something named before: 前者, 该系统, 其, 新卡.

In: a scene and a number with such a word before it. Out: what the word stands for: one or both of the
chips named last, the machine or the chip of the kind that it says, else the subject of what went before.

>>> from pipeline import extract
>>> [(m.subject, m.value, m.decider) for m in extract("A100和H100都已上市。后者功耗为700W。").metrics]
[('H100', 700.0, 'pair')]
"""

from __future__ import annotations

from itertools import chain, islice

from pipeline.metrics.coordination import Coordination
from pipeline.metrics.discourse import Discourse
from pipeline.metrics.references import two_before
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import Scene, chips_of, names_before
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import NameMention, Quantity

_NEAR = 120
"""Characters over which 该工艺 and 该架构 stand for the one named before."""
OF_PROCESSES = ("relative", "transistor_density")
"""What 该工艺 may own: of a chip that is made in it are the others."""
CLASSES = ("cpu", "gpu", "fpga", "dpu")
"""Kinds of chips of which none is a part of another."""


class Anaphora:
    """What resolves anaphors."""

    def __init__(self, roles: Roles, coordination: Coordination, discourse: Discourse):
        self._roles = roles
        self._coordination = coordination
        self._discourse = discourse

    def pair(self, scene: Scene, q: Quantity) -> list[Subject]:
        """前者 and 后者: the first and the last of the two chips named before."""
        if not scene.pairs:
            return []
        folded = scene.document.folded
        words = self._roles.words
        # 两者都用DDR5，前者功耗9W: of one of them
        one = any(words[role].search(folded, q.left, q.start) for role in ("former", "latter"))
        alike = q.metric != "relative" and not one
        both = self._coordination.both(scene, q.start) if alike else []
        if both:
            return [subject_of(n, "anaphora", "pair") for n in both]
        # 后者只有20组,功耗190W: it holds until another name comes
        low = max(
            (
                n.end
                for n in chips_of(scene.owners)
                if n.end <= q.start
                and not self._roles.block(n)
                and not scene.before.says("oblique", n, scene.sentence)
            ),
            default=scene.sentence.start,
        )
        # 后者则有192GB；带宽3.2TB/s: a semicolon ends it too
        low = max(low, folded.rfind(";", scene.sentence.start, q.left) + 1)
        for role, which in (("latter", -1), ("former", -2)):
            hit = words[role].search(folded, low, q.start)
            if hit and not any(a <= hit.start() < b for a, b in scene.frames):
                two = self._two(scene, hit.start())
                # 预计和RTX 3070 Ti差不多，后者的功耗为290W: the one that is named, beside what is not
                if len(two) > 1 or (two and role == "latter"):
                    return [subject_of(two[which], "anaphora", "pair")]
        return []

    def _two(self, scene: Scene, position: int) -> list[NameMention]:
        """The two chips, or the two machines, that 前者 or 后者 at a position stands for."""
        folded, words = scene.document.folded, self._roles.words
        former = words["former"].search(folded, scene.sentence.start, position)
        # 前者搭载GB10，后者…: what is said of the one is not the other
        begin = former.start() if former else position
        owners = [n for n in names_before(scene, begin) if n.kind in ("chip", "system")]
        pair = list(islice(dict.fromkeys((n.name, n.kind) for n in owners), 2))
        if len(pair) == 2 and pair[0][1] == pair[1][1] == "system":
            return [next(n for n in owners if n.name == name) for name, _ in reversed(pair)]
        return two_before(scene, begin if former else position)

    def of_class(self, scene: Scene, q: Quantity) -> list[Subject]:
        """该服务器 stands for no chip; 小米14搭载骁龙8 Gen 3，该芯片的售价为200美元: nor 该芯片 for a phone."""
        folded = scene.document.folded
        hit = self._roles.words["system_anaphor"].search(folded, q.left, q.start)
        if hit and not any(hit.end() <= n.start < q.start for n in scene.owners):
            named_before = names_before(scene, hit.start()) if hit["this"] else ()
            near = [n for n in reversed(scene.focus) if n.start >= scene.block.start]
            machines = (
                n
                for n in chain(scene.owners, near, named_before)
                if n.kind == "system" and n.end <= hit.start()
            )
            machine = next(machines, None)
            return [subject_of(machine, "anaphora", "class")] if machine else []
        kinds = ("architecture", "process") if q.metric in OF_PROCESSES else ("architecture",)
        for kind in kinds:
            hit = self._roles.words[f"{kind}_anaphor"].search(folded, scene.sentence.start, q.start)
            if hit and not any(hit.end() <= n.start < q.start for n in scene.owners):
                told = [n for n in scene.designs if n.kind == kind and n.end <= hit.start()]
                if hit.lastgroup == "technology":
                    # 3D V-Cache技术…。这项技术: what was called one, not the Zen 3 beside it
                    told = [n for n in told if self._roles.words["technology"].match(folded, n.end)]
                if told and hit.start() - told[-1].end <= _NEAR:
                    return [subject_of(told[-1], "anaphora", "class")]
        hit = self._roles.words["chip_anaphor"].search(folded, q.left, q.start)
        if hit is None or any(hit.start() <= n.start < q.start for n in chips_of(scene.owners)):
            return []
        named = [
            n
            for n in chips_of(scene.owners + scene.parts)
            if n.end <= hit.start() and not n.generic
        ]
        others = any(n.kind in ("product", "system") and n.end <= hit.start() for n in scene.owners)
        named = [n for n in named if not scene.before.says("rival", n, scene.sentence)]
        # 它搭载了Tensor芯片，该芯片…: the one chip that the sentence names
        alone = len({n.name for n in named if not self._roles.block(n)}) == 1
        return (
            [subject_of(max(named, key=lambda n: n.start), "anaphora", "class")]
            if named and (others or alone)
            else []
        )

    def kindred(self, scene: Scene, q: Quantity) -> list[Subject]:
        """每颗GPU有16GB: after a sentence on a CPU, of the GPU named last."""
        last = self._discourse.last(scene, q)
        kind, this, at = "", False, q.start
        for hit in self._roles.words["kindred"].finditer(scene.document.folded, q.left, q.start):
            if not any(n.start <= hit.end() and hit.start() <= n.end + 1 for n in scene.owners):
                kind, this, at = hit.lastgroup or "", hit["this"] is not None, hit.start()
        if last is None or kind in ("", last.chip_kind):
            return []
        # 这款GPU after a sentence on an SoC is the block that it was said to have
        if last.chip_kind not in CLASSES and not this:
            return []
        named = names_before(scene, at)
        kin = next((n for n in named if n.chip_kind == kind and not n.generic), None)
        near = kin is not None and (not this or kin.start > last.start)
        return [subject_of(kin, "anaphora", "kindred")] if kin and near else []

    def pronoun(self, scene: Scene, q: Quantity) -> list[Subject]:
        """其, 该芯片 in a clause up to here: the subject of the sentences before; 新卡: the title's."""
        folded = scene.document.folded
        if not self._roles.anaphor_at(folded, scene.sentence.start, q.start):
            return []
        new = self._roles.words["new_anaphor"].search(folded, scene.sentence.start, q.start)
        last = scene.topic if new and scene.topic else self._discourse.last(scene, q)
        return [subject_of(last, "anaphora", "anaphora")] if last else []
