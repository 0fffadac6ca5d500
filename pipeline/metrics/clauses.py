"""The name before the number, in its own clause or in another of its sentence.

In: a scene and a number. Out: what the clause of the number is about, with all that it is listed with;
else what the nearest earlier clause is about that has a theme; else, where nothing else is known yet,
a later one.

>>> from pipeline import extract
>>> [(m.subject, m.value, m.decider) for m in extract("思元370发布，功耗为150W。").metrics]
[('思元370', 150.0, 'sentence')]
"""

from __future__ import annotations

import re

from pipeline.metrics.coordination import Coordination
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import (
    HEAD,
    NODE,
    OF_BLOCKS,
    OWN_BESIDES_CHIPS,
    WITHIN,
    Scene,
    chips_of,
)
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.metrics.themes import Themes, best
from pipeline.model import NameMention, Quantity

_WORDS = re.compile(r"[^，,。；;、：:\d]*")
_IN_BRACKET = re.compile(r"[(（][^()（）。；;]{1,30}")
"""What stands between a name and a later number in the bracket right behind it."""


class Clauses:
    """What gives numbers to the themes of clauses."""

    def __init__(self, roles: Roles, themes: Themes, coordination: Coordination):
        self._roles = roles
        self._themes = themes
        self._coordination = coordination

    def clause(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The name before the number in its own clause."""
        if q.metric != "relative":
            kinds = ("chip", "description", *OWN_BESIDES_CHIPS.get(q.metric, ()))
            owner = [
                n for n in scene.compared + scene.owners
                if n.kind in kinds and (_owns(scene, n, q) or self._rival_has(scene, n, q))
            ]  # fmt: skip
            owner = owner or self._inside(scene, q) or self._makers_inside(scene, q)
            owner = owner or self._served(scene, q, kinds)
            if owner and scene.document.folded[owner[-1].end : q.start].strip() in ("(", "（"):
                return [subject_of(owner[-1], "same_clause", "clause")]  # A(7nm)和B(5nm)
            if owner:
                return self._coordination.listed(scene, owner[-1], "same_clause", "clause")
        akin = self._against_kind(scene, q)
        if akin:
            return akin
        # 它与原版H100共用相同的800亿晶体管: the clause is about what 它 stands for
        opens = self._roles.anaphor_at(scene.document.folded, q.left, min(q.left + 5, q.start))
        alone = bool(opens and scene.focus)
        theme = self._themes.between(scene, q, q.left, q.start, nearest=True, any_name=not alone)
        if theme is None:
            return []
        listed = self._coordination.listed(scene, theme, "same_clause", "clause")
        return listed + self._alike(scene, q, {s.name for s in listed})

    def _against_kind(self, scene: Scene, q: Quantity) -> list[Subject]:
        """树莓派5用上了BCM2712，性能是树莓派4的两倍: a machine is held against a machine, a chip against a chip."""
        if q.frame is None:
            return []
        a, b = q.frame
        rivals = [n for n in scene.compared if a <= n.start < b and n.kind in ("chip", "system")]
        before = [
            n for n in scene.owners + scene.parts
            if n.kind in ("chip", "system") and n.end <= q.start
        ]  # fmt: skip
        if len({n.kind for n in rivals}) != 1 or len({n.kind for n in before}) != 2:
            return []
        rival = rivals[-1]
        mine = [
            n for n in before
            if n.kind == rival.kind and n.maker == rival.maker and n.name != rival.name and not n.generic
        ]  # fmt: skip
        return [subject_of(mine[0], "same_sentence", "clause")] if mine else []

    def _served(self, scene: Scene, q: Quantity, kinds: tuple[str, ...]) -> list[NameMention]:
        """MI300为El Capitan提供2 EFLOPS: of what it is provided for."""
        serves = self._roles.words["serves"]
        return [
            n for n in scene.owners
            if n.kind in kinds and q.left <= n.start and n.end <= q.start
            and scene.before.says("served", n, scene.sentence)
            and serves.fullmatch(scene.document.folded, n.end, q.start)
        ]  # fmt: skip

    def _alike(self, scene: Scene, q: Quantity, told: set[str]) -> list[Subject]:
        """3090 Ti与3090同为24GB: what the theme is held against has the same number."""
        alike = self._roles.words["alike"]
        return [
            subject_of(n, "same_clause", "clause")
            for n in [*scene.compared, *scene.owners]
            if n.kind == "chip" and n.name not in told and q.left <= n.start and n.end <= q.start
            and alike.fullmatch(scene.document.folded, n.end, q.start)
        ]  # fmt: skip

    def sentence(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The subject of the nearest earlier clause that has one, else of a later one."""
        before = [(a, b) for a, b in scene.named if b <= q.left]
        together = self._together(scene, q, before) or self._of_maker(scene, q)
        if together:
            return together
        # MI300X有192GB，H100则为80GB；带宽5.3TB/s: behind a contrast of what the part before begins with
        folded = scene.document.folded
        part = folded.rfind(";", scene.sentence.start, q.left)
        if part >= 0 and before and before[0][0] <= part:
            head = folded.rfind(";", scene.sentence.start, part) + 1
            last = max((a for a, _ in scene.clauses if a <= part), default=head)
            if self._roles.words["set_off"].search(folded, last, part):
                before = [c for c in reversed(before) if c[0] >= head]
        for rivals in (False, True)[: 1 + (not scene.focus)]:  # A接近B的水平，价格…: of A
            for a, b in before:
                # 它拥有G78的所有功能: the clause is about what 它 stands for
                opens = scene.focus and self._roles.anaphor_at(
                    scene.document.folded, a, min(b, a + 4)
                )
                theme = self._themes.between(
                    scene, q, a, b, nearest=False, any_name=rivals, hosts=not opens
                )
                if theme is not None:
                    host = self._host(scene, q, theme)
                    if host is not None:
                        return [subject_of(host, "previous_sentence", "sentence")]
                    return self._coordination.listed(scene, theme, "same_sentence", "sentence")
        announced = self._announced(scene, q)
        if announced is not None:
            return self._coordination.listed(scene, announced, "same_sentence", "later")
        if scene.focus or scene.heading or scene.topic:
            return []
        theme = best([n for n in scene.owners if n.start >= q.end], q, nearest=False)
        return self._coordination.listed(scene, theme, "same_sentence", "later") if theme else []

    def _announced(self, scene: Scene, q: Quantity) -> NameMention | None:
        """通过将缓存翻倍到68MB，i9-13900K有望…: the chip that opens what such a clause leads to."""
        folded = scene.document.folded
        head, end = next(((a, b) for a, b in scene.clauses if a <= q.start < b), (q.left, q.right))
        if not self._roles.words["leading"].match(folded, head, q.start):
            return None
        chips = (n for n in chips_of(scene.owners) if n.start > end and not n.generic)
        first = next(chips, None)
        return first if first is not None and first.start - end <= HEAD else None

    def _host(self, scene: Scene, q: Quantity, theme: NameMention) -> NameMention | None:
        """Cortex-A76主频2.4GHz，NPU算力6TOPS，功耗10W: behind a core in a list, of the chip it is a part of."""
        if q.metric in OF_BLOCKS or not self._roles.block(theme):
            return None
        before = [n for n in scene.owners if n.end <= theme.start]
        hosts = [
            n for n in [*scene.focus, *before]
            if n.kind == "chip" and not n.generic and not self._roles.block(n)
        ]  # fmt: skip
        return hosts[-1] if hosts else None

    def _of_maker(self, scene: Scene, q: Quantity) -> list[Subject]:
        """H100和MI300X同台测试，AMD的吞吐高出30%: of the chip of the maker that its clause opens with;
        英特尔那边则有253W: of the maker, where none of its chips was named."""
        folded, words = scene.document.folded, self._roles.words
        names = [n for n in scene.owners + scene.compared if q.left <= n.start < q.start]
        if q.metric == NODE or names:
            return []
        maker = next(
            (n for n in scene.organizations
             if q.left <= n.start and n.end <= q.start
             and words["opening"].fullmatch(folded, q.left, n.start)
             and not any(a <= n.start < b for a, b in scene.frames)), None
        )  # fmt: skip
        if maker is None:
            return []
        named = [
            n for n in [*scene.recent, *scene.compared, *scene.owners]
            if n.kind == "chip" and n.end <= q.start and not n.generic
        ]  # fmt: skip
        own = [n for n in named if n.maker == maker.name and not self._roles.block(n)]
        others = [n for n in named if n.maker not in ("", maker.name)]
        if own and others:
            return [subject_of(own[-1], "same_sentence", "sentence")]
        side = words["side"].match(folded, maker.end)
        owns = None if side else words["owns"].match(folded, maker.end, q.start)
        side = side or (owns and words["set_apart"].search(folded, q.left, owns.end()))
        if others and not own and side:
            return [subject_of(maker, "same_clause", "company")]
        return []

    def _together(self, scene: Scene, q: Quantity, before: list[tuple[int, int]]) -> list[Subject]:
        """MI350X功耗1000W，MI355X功耗1400W，均采用3nm: of what each of the clauses before is about."""
        if not self._roles.words["all"].match(scene.document.folded, q.left, q.start):
            return []
        themes = [
            self._themes.between(scene, q, a, b, nearest=False, any_name=False) for a, b in before
        ]
        told = {n.name: n for n in reversed(themes) if n is not None and not self._roles.block(n)}
        return (
            [subject_of(n, "same_sentence", "coordinate") for n in told.values()]
            if len(told) > 1
            else []
        )

    def _rival_has(self, scene: Scene, n: NameMention, q: Quantity) -> bool:
        """较i9的单核5.5GHz还要高: a number that a name held against the theme has."""
        between = scene.document.folded[n.end : q.start].strip()
        near = n.end <= q.start and between.startswith("的") and len(between) <= WITHIN
        return (
            near and _WORDS.fullmatch(between) is not None
            and scene.before.says("rival", n, scene.sentence)
        )  # fmt: skip

    def _inside(self, scene: Scene, q: Quantity) -> list[NameMention]:
        """比i9的单核5.5GHz还高: a number inside the words for a reference is of the chip named there."""
        return [
            n for n in scene.compared
            if n.kind in ("chip", *OWN_BESIDES_CHIPS.get(q.metric, ()))
            and n.end <= q.start
            and any(a <= n.start and q.start < b for a, b in scene.frames)
        ]  # fmt: skip

    def _makers_inside(self, scene: Scene, q: Quantity) -> list[NameMention]:
        """比Intel和AMD的32KB大5倍, 超越英特尔的45 TOPS: a number that makers held against the theme own."""
        return [
            n for n in scene.organizations
            if _owns(scene, n, q)
            and (
                any(a <= n.start and n.end <= q.start < b for a, b in scene.frames)
                or (
                    # 由Intel 3和台积电N3E制造 holds nothing against anything
                    not self._roles.words["joiner"].fullmatch(
                        scene.document.folded, n.start - 1, n.start
                    )
                    and scene.before.says("rival", n, scene.sentence)
                )
            )
        ]  # fmt: skip


def _owns(scene: Scene, name: NameMention, q: Quantity) -> bool:
    """T4的1.86TOPS/W, RK1860(5nm), H100(80GB / 3.35TB/s): what belongs to a name wherever it stands."""
    if name.end > q.start:
        return False
    between = scene.document.folded[name.end : q.start].strip()
    return between in ("的", "", "(", "（") or bool(
        _IN_BRACKET.fullmatch(between)
        and any(name.end <= p.start and p.end <= q.start for p in scene.quantities)
        and not any(name.end <= n.start < q.start for n in scene.owners + scene.compared)
    )
