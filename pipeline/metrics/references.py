"""What a ratio is compared with, where its own words do not name it.

In: scene after scene, and the ratios in them with their subjects. Out: the ratios, each with a name for
its reference: what 后者 and 它 stand for; else the chip that the sentence sets its subject against
(替换了A100, 性能提升40%), the one that the subject was just compared with, another of the sentence, the
subject of the sentences before, and the last one of the same maker and family.
"""

from __future__ import annotations

import re
from itertools import pairwise

from pipeline.document.clean import fold
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import Scene, chips_of, names_before, step, without_kin
from pipeline.model import NameMention, Quantity

KEPT = 3
"""Sentences after which a comparison is forgotten."""
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")
_NUMBERED = re.compile(r"\s*[①-⑳❶-❿]")


class References:
    """What the subjects of an article were last compared with."""

    def __init__(self, roles: Roles, pronoun: re.Pattern[str]):
        self._roles = roles
        self._pronoun = pronoun
        self._compared: dict[str, tuple[int, str]] = {}
        """By subject the sentence and the reference of its last ratio."""
        self._last = (-9, "", "")
        """Sentence, subject and reference of the last ratio of all."""

    def enter(self, scene: Scene) -> None:
        """Take in what a sentence compares, before its ratios are resolved."""
        if scene.predecessor is not None and scene.focus:
            self._compared[scene.focus[-1].name] = scene.sentence.number, scene.predecessor.name
        chips = list(chips_of(sorted(scene.owners + scene.compared, key=lambda n: n.start)))
        folded = scene.document.folded
        for old, new in pairwise(chips):
            between = folded[old.end : new.start].strip()
            if between in ("到", "至") and folded[old.start - 8 : old.start].count("从"):
                # 从第一代Gaudi到Gaudi 2, 制程从16nm提升到7nm
                self._compared[new.name] = scene.sentence.number, old.name
        stepped = step(scene, self._roles.words, scene.sentence.end)
        if stepped is not None:
            old_node, new_node = (scene.document.article.text[p.start : p.end] for p in stepped)
            self._compared[new_node] = scene.sentence.number, old_node
        if scene.compared and scene.compared[-1].kind in ("chip", "system"):
            # 频率比7800X3D高了200MHz。游戏平均快8%: held against the same chip still
            rival = scene.compared[-1]
            theme = next(
                (n for n in scene.owners if n.kind == rival.kind and n.start < rival.start), None
            )
            theme = theme or (scene.focus[-1] if scene.focus else None)
            if theme is not None and theme.name != scene.compared[-1].name:
                self._compared[theme.name] = scene.sentence.number, scene.compared[-1].name

    def resolved(self, scene: Scene, q: Quantity, subject: str) -> Quantity:
        """A ratio with its reference: named, or what its words stand for, or what is most likely."""
        words = self._roles.words
        reference = q.reference
        said = fold(reference, scene.document.script) if q.frame else ""  # 後者 is 后者
        sentence, last, _ = self._last
        if (
            last not in ("", subject)
            and scene.sentence.number - sentence <= 1
            and not (q.frame and q.left <= q.frame[0])
            and words["again"].search(scene.document.folded, q.left, q.start)
        ):
            # A比B快40%，而C又提高了30%: as held against A
            reference = last
        elif words["latter"].fullmatch(said):
            reference = self._latter(scene, q, subject) or reference
        elif q.frame and words["former"].fullmatch(said):
            # A是B的3倍，C又是前者的2.5倍: of A and B the first
            here = [
                n for n in last_before(scene, q.frame[0], 3)
                if n.start >= scene.sentence.start and n.name != subject
            ]  # fmt: skip
            # but 后者比前者快: of the last two
            pair = words["latter"].search(scene.document.folded, scene.sentence.start, q.frame[0])
            two = two_before(scene, q.frame[0]) if pair or len(here) < 2 else here[-2:]
            reference = two[0].name if len(two) > 1 else reference
        elif self._pronoun.fullmatch(said):
            reference = self._it(scene, q, subject) or reference
        if not reference and (q.comparison != "of" or q.unit == "x"):
            reference = self._likely(scene, q, subject)
        if reference == subject:
            # A和B相比，后者的能效高10%: nothing is held against itself
            two = [n for n in two_before(scene, q.start) if n.name != subject]
            reference = two[-1].name if two else ""
        if reference in scene.chips:
            self._compared[subject] = scene.sentence.number, reference
        self._last = scene.sentence.number, subject, reference
        return q._replace(reference=reference)

    def _latter(self, scene: Scene, q: Quantity, subject: str) -> str:
        """接近B的两倍，功耗为后者的4.1倍: what the sentence held the subject against, else the last chip."""
        two = [n for n in two_before(scene, q.start) if n.name != subject]
        told = max(
            (p.end for p in scene.quantities if p.metric == "relative" and p.end <= q.start),
            default=0,
        )
        # A是B的2倍，对标C，但只有后者的一半: of whom was named since
        since = bool(two) and two[-1].start > told
        if not since and self._last[:2] == (scene.sentence.number, subject) and self._last[2]:
            return self._last[2]
        return two[-1].name if two else ""

    def _it(self, scene: Scene, q: Quantity, subject: str) -> str:
        """是它的1.7倍: what the subject was held against just now (是B的两倍，内存是其三倍), else what the
        sentences before are about, unless that is the subject."""
        if self._last[:2] == (scene.sentence.number, subject) and self._last[2]:
            return self._last[2]
        themes = [n for n in chips_of(scene.focus) if n.name != subject and not n.generic]
        two = [n for n in two_before(scene, q.start) if n.name != subject]
        # 700T的Thor-U名不副实，征程6P是它的1.3倍: of the other chip of the sentence
        here = [n for n in two if n.start >= scene.sentence.start]
        found = here or themes or two
        return found[-1].name if found else ""

    def _likely(self, scene: Scene, q: Quantity, subject: str) -> str:
        """What a ratio without a reference is most likely compared with."""
        words, folded = self._roles.words, scene.document.folded
        if any(words[role].search(folded, q.left, q.start) for role in ("former", "latter")):
            two = [n for n in two_before(scene, q.left) if n.name != subject]
            if len(two) == 1:
                return two[0].name  # 前者快6%: than the latter
        told = self.told(scene, q, subject)
        if told:
            return told
        if q.aspect == "price" and step(scene, words, q.start, "price"):
            return ""  # 价格从5499元降到4999元，降幅9%: against itself, before
        if words["by_contrast"].match(folded, scene.sentence.start, q.start):
            spoken = [n for n in chips_of(scene.focus) if n.name != subject and not n.generic]
            if spoken:
                return spoken[-1].name  # 对比之下，奔腾D慢40%: than what was spoken of
        sentence, last, rival = self._last
        if rival == subject and last != subject and scene.sentence.number - sentence <= 1:
            return last  # Helios比NVL144多50%的内存。NVL144的算力则高24%
        mine = scene.makers.get(subject, "")
        # an item of a list is not held against what the one before it is about
        block = scene.block
        listed = block.kind == "item" or _NUMBERED.match(folded, block.start)
        low = block.start if listed else 0
        kin = [
            n for n in scene.recent
            if n.start >= low and n.name != subject and n.maker == mine and not n.generic
            and not self._roles.block(n) and self._comparable(scene, n, subject)
        ]  # fmt: skip
        if kin:
            return _before_it([n.name for n in kin], subject)
        if subject not in {n.name for n in scene.owners}:
            return ""
        # 下一代K2把单核拉高六成: the one before it
        earlier = self.earlier(scene, q, subject)
        if earlier or mine:
            return earlier  # 骁龙8的GPU提升23%, after a sentence on 天玑9500: over its own past
        # 而竞品的功耗高30%: what was spoken of
        themes = [
            n for n in chips_of(scene.focus)
            if n.start >= low and n.name != subject and not n.generic
            and self._comparable(scene, n, subject)
        ]  # fmt: skip
        return themes[-1].name if themes else ""

    def _comparable(self, scene: Scene, n: NameMention, subject: str) -> bool:
        """Whether a chip is of the kind of the subject: 鲲鹏950 grows, but not against 昇腾910C."""
        kind = next((m.chip_kind for m in scene.everywhere if m.name == subject), "")
        told = {kind, n.chip_kind} - {"", "other", "series"}
        return len(told) < 2 or _akin(n.name, subject)

    def earlier(self, scene: Scene, q: Quantity, subject: str) -> str:
        """The last chip named before a number that is of the maker and the family of its subject."""
        mine = scene.makers.get(subject, "")
        family = [
            n.name for n in names_before(scene, q.start)
            if n.name != subject and n.maker == mine and n.kind == "chip" and not n.generic
            and _akin(n.name, subject)
        ]  # fmt: skip
        return _before_it(family[::-1], subject) if family else ""

    def told(self, scene: Scene, q: Quantity, subject: str) -> str:
        """The chip that the sentence, or one of the last, sets a subject against."""
        here = [
            n for n in sorted(scene.owners + scene.compared, key=lambda n: n.start)
            if n.kind in ("chip", "system") and n.end <= q.start and not n.generic
        ]  # fmt: skip
        here = without_kin(here, scene.document.folded, self._roles.words)
        here = [n for n in here if n.name != subject]
        rivals = [n for n in here if scene.before.says("rival", n, scene.sentence)]
        if rivals:
            return rivals[-1].name
        sentence, last = self._compared.get(subject, (-9, ""))
        if last and scene.sentence.number - sentence <= KEPT:
            return last
        mine = scene.makers.get(subject, "")
        kin = [n for n in chips_of(here) if n.maker == mine]
        return kin[-1].name if kin else ""


def _akin(one: str, other: str) -> bool:
    """Whether two names are of one family: 天玑9300 and 天玑9400, Skerry and Skerry 2."""
    if one.startswith(other) or other.startswith(one):
        return True
    return _DIGIT.sub("0", one) == _DIGIT.sub("0", other)


def _before_it(names: list[str], subject: str) -> str:
    """The one before the subject in its line (Tomahawk 5 of 1 and 5, for Tomahawk 6); else the last."""

    def number(name: str) -> int:
        found = _DIGITS.search(name)
        return int(found[0]) if found else -1

    line = [n for n in names if _DIGITS.sub("", n) == _DIGITS.sub("", subject)]
    below = [n for n in line if number(n) < number(subject)]
    return max(below, key=number) if below else names[-1]


def two_before(scene: Scene, position: int) -> list[NameMention]:
    """The last two different chips named before a position, in this sentence or the ones before."""
    return last_before(scene, position, 2)


def last_before(scene: Scene, position: int, many: int) -> list[NameMention]:
    """So many different chips named last before a position, in the order of their last mentions."""
    named = [
        n
        for n in scene.owners + scene.compared + scene.parts
        if n.kind == "chip" and n.end <= position
    ]
    named.sort(key=lambda n: n.start)
    told = [*scene.recent, *named]
    # of two SoCs that are set against each other, not of the cores in one of them
    whole = [n for n in told if n.chip_kind != "core"]
    out: list[NameMention] = []
    for n in reversed(whole if len({n.name for n in whole}) >= many else told):
        if all(n.name != m.name for m in out):
            out.insert(0, n)
        if len(out) == many:
            break
    return out
