"""What the text before the sentence is about: its heading, and the sentences above in its section.

In: a scene and a number. Out: the subject that lives on from there: the chip in the heading, the
subject spoken of last, or the title's chip when that is far off.

>>> from pipeline import extract
>>> [(m.subject, m.value, m.decider) for m in extract("A100发布。功耗为400W。").metrics]
[('A100', 400.0, 'previous')]
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import islice

from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import (
    HEAD,
    NODE,
    OF_MEMORIES,
    OF_OTHERS,
    OWN_BESIDES_CHIPS,
    Scene,
    names_before,
)
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import NameMention, Quantity

FAR = 5
"""Sentences after which the title's chip is a better guess than the last one named (12 to 4 right at
two sentences, 29 to 20 beyond, on the development articles)."""
FAR_OF_HEADINGS = 2
"""The same, in a section that is headed by one chip."""
FAR_OF_RIVALS = 2
"""The same, when the last one named is another maker's: an article comes back from a comparison."""


class Discourse:
    """What gives numbers to the subjects of what went before."""

    def __init__(self, roles: Roles):
        self._roles = roles

    def heading(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The chip in the heading, when nothing was named since."""
        if scene.heading and not scene.focus:
            return [subject_of(scene.heading[0], "heading", "heading")]
        return []

    def previous(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The subject of the sentences before, in the same section."""
        last = self.last(scene, q)
        if q.metric in OF_MEMORIES and (last is None or last.kind == "memory"):
            # 以最先进的HBM产品来说，总容量约36GB: after sentences on memories, of the one named now
            named = [
                n for n in scene.others
                if n.kind == "memory" and n.end <= q.left and not scene.before.says("oblique", n, scene.sentence)
            ]  # fmt: skip
            if named:
                return [subject_of(named[-1], "same_sentence", "other")]
        return [subject_of(last, "previous_sentence", "previous")] if last else []

    def last(self, scene: Scene, q: Quantity) -> NameMention | None:
        """The latest subject that numbers of this metric may belong to; the title's chip when it is far off."""
        kinds = ("chip", "description", *OWN_BESIDES_CHIPS.get(q.metric, ()))
        if q.metric != NODE:
            kinds += tuple(kind for kind, metrics in OF_OTHERS.items() if q.metric in metrics)
        # 比4060快26%, after a sentence on the 4060: of what was spoken of before
        rivals = {n.name for n in scene.compared if q.frame and q.frame[0] <= n.start < q.frame[1]}
        about = [
            n for n in scene.focus
            if n.kind in kinds and not n.generic and n.name not in rivals
            # 一个机架, without a name: of its paragraph only
            and (n.rule or n.kind != "system" or n.start >= scene.block.start)
        ]  # fmt: skip
        last = about[-1] if about else None
        if last is not None and self._roles.block(last) and last.start < scene.sentence.start:
            # GPU换成Xclipse 950。NPU则…: a sentence on is about the host again
            last = next((n for n in reversed(about) if not self._roles.block(n)), last)
        if last is not None:
            makers = {n.name for n in scene.organizations if n.end <= q.start}
            if last.maker and makers and last.maker not in makers:
                # 联发科用的是9核版本, after a sentence on 麒麟990: of the maker that is named now
                own = [n for n in [scene.topic, *about] if n is not None and n.maker in makers]
                own = own or _made_by(scene, q)
                last = own[-1] if own else last
        if last is not None and last.start < scene.block.start:
            headed = scene.headed
            kin = headed and headed.maker == last.maker
            if kin and _distance(scene, last) >= FAR_OF_HEADINGS:
                return headed
        if scene.topic is not None and (
            last is None
            or (last.start < scene.block.start and _distance(scene, last) >= _far(scene, last))
        ):
            return scene.topic
        return last


def _made_by(scene: Scene, q: Quantity) -> list[NameMention]:
    """The chip named last, in whatever section, of the maker that a clause opens with: 高通只说NPU…."""
    makers = {
        n.name for n in scene.organizations
        if n.end <= q.start and not any(a <= n.start < b for a, b in scene.frames)
        and any(0 <= n.start - head <= HEAD for head, _ in scene.clauses)
    }  # fmt: skip
    named = (
        n for n in names_before(scene, q.start)
        if n.kind == "chip" and n.maker in makers and not n.generic and n.chip_kind != "core"
    )  # fmt: skip
    return list(islice(named, 1))


def _far(scene: Scene, name: NameMention) -> int:
    """Sentences after which the title's chip is a better guess than a name."""
    rival = (
        scene.topic is not None
        and name.maker
        and scene.topic.maker
        and name.maker != scene.topic.maker
    )
    return FAR_OF_RIVALS if rival else FAR


def _distance(scene: Scene, name: NameMention) -> int:
    """How many sentences of prose lie between a name and the sentence at hand."""
    at = bisect_right(scene.sentence_starts, name.start) - 1
    return scene.prose[scene.sentence.number] - scene.prose[at]
