"""What a ratio is compared with, where its own words do not name it.

In: scene after scene, and the ratios in them with their subjects. Out: the ratios, each with a name for
its reference: what 后者 and 它 stand for, the chip that the subject was just held against, an earlier
chip of the same maker.
"""

from __future__ import annotations

from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import Scene, chips_of
from pipeline.model import NameMention, Quantity


class References:
    """What the subjects of an article were last compared with."""

    def __init__(self, roles: Roles):
        self._words = roles.words
        self._compared: dict[str, tuple[int, str]] = {}
        """By subject the sentence and the reference of its last ratio."""

    def enter(self, scene: Scene) -> None:
        """Take in what a sentence compares, before its ratios are resolved."""
        if scene.predecessor is not None and scene.focus:
            self._compared[scene.focus[-1].name] = scene.sentence.number, scene.predecessor.name
        if scene.compared and scene.compared[-1].kind == "chip":
            # 频率比7800X3D高了200MHz。游戏平均快8%: held against the same chip still
            theme = next(
                (n for n in chips_of(scene.owners) if n.start < scene.compared[-1].start), None
            )
            theme = theme or (scene.focus[-1] if scene.focus else None)
            if theme is not None and theme.name != scene.compared[-1].name:
                self._compared[theme.name] = scene.sentence.number, scene.compared[-1].name

    def resolved(self, scene: Scene, q: Quantity, subject: str) -> Quantity:
        """A ratio with its reference resolved: 后者, 它, or what the subject was just compared with."""
        reference = q.reference
        if (q.frame and self._words["latter"].fullmatch(reference)) or reference in (
            "它",
            "其",
            "它们",
        ):
            two = [n for n in two_before(scene, q.frame[0]) if n.name != subject] if q.frame else []
            reference = two[-1].name if two else reference
        elif q.frame and self._words["former"].fullmatch(reference):
            two = two_before(scene, q.frame[0])
            reference = two[0].name if len(two) > 1 else reference
        if not reference and q.comparison != "of":
            sentence, last = self._compared.get(subject, (-9, ""))
            if scene.sentence.number - sentence <= 3:
                reference = last
            if not reference:
                named = [
                    n
                    for n in [*scene.recent, *scene.owners, *scene.compared]
                    if n.kind == "chip" and n.end <= q.start
                ]
                mine = scene.makers.get(subject, "")
                other = [n for n in named if n.name != subject and n.maker == mine]
                reference = other[-1].name if other else ""
        if reference == subject:
            # A和B相比，后者的能效高10%: nothing is held against itself
            two = [n for n in two_before(scene, q.start) if n.name != subject]
            reference = two[-1].name if two else ""
        if reference in scene.chips:
            self._compared[subject] = scene.sentence.number, reference
        return q._replace(reference=reference)


def two_before(scene: Scene, position: int) -> list[NameMention]:
    """The last two different chips named before a position, in this sentence or the one before."""
    named = [
        n
        for n in scene.owners + scene.compared + scene.parts
        if n.kind == "chip" and n.end <= position
    ]
    named.sort(key=lambda n: n.start)
    out: list[NameMention] = []
    for n in reversed([*scene.recent, *named]):
        if all(n.name != m.name for m in out):
            out.insert(0, n)
        if len(out) == 2:
            break
    return out
