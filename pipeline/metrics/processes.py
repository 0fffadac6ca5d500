"""Processes that are spoken of themselves.

In: a scene and a number. Out: the process whose number it is, and none where the number is a chip's:
台积电5纳米产能吃紧 is of the process, 采用台积电5纳米工艺 of what is made in it. A process goes by the
name of its foundry (台积电), else by its own words (5纳米).
"""

from __future__ import annotations

import re
from bisect import bisect_left

from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import HEAD, NODE, OF_PROCESSES, Scene, step
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import NameMention, Quantity

_ABOVE = 400
"""Blocks above an item among which its headings are looked for: bounds the work on endless lists."""


class Processes:
    """What gives numbers to processes."""

    def __init__(self, roles: Roles):
        self._words = roles.words

    def subject(self, scene: Scene, q: Quantity) -> list[Subject]:
        """The process that a number is of, if it is of one."""
        if q.metric == NODE:
            return self._node(scene, q)
        return self._measured(scene, q) if q.metric in OF_PROCESSES else []

    def _measured(self, scene: Scene, q: Quantity) -> list[Subject]:
        """台积电2nm工艺的密度为5亿: the process that the sentence speaks of, when it names no chip."""
        if any(n.kind in ("chip", "description") and n.end <= q.start for n in scene.owners):
            return []
        folded = scene.document.folded
        nodes = [p for p in scene.quantities if p.metric == NODE]
        inside = [p for p in nodes if q.frame and q.frame[0] <= p.start < q.frame[1]]
        before = [p for p in nodes if p.end <= q.start and p not in inside]
        named = [n for n in scene.others if n.kind == "process" and n.end <= q.start]
        made = named and any(
            self._words["making"].search(folded, a, named[-1].start)
            for a, b in scene.clauses
            if a <= named[-1].start < b
        )
        if q.metric == "relative" and inside and named and not made:
            return [subject_of(named[-1], "same_sentence", "process")]
        if not before:
            return []
        foundry = any(
            q.frame
            and q.frame[0] <= n.start < q.frame[1]
            and self._words["foundry_name"].match(n.name)
            for n in scene.organizations
        )
        if q.metric != "relative" or ((inside or foundry) and not named):
            return self._node(scene, before[-1])
        theme = next((p for p in before if self._opens(scene, p)), None)
        if theme is not None:
            return self._node(scene, theme) or [unnamed(scene, theme, self._words)]
        stepped = step(scene, self._words, q.start)
        return [unnamed(scene, stepped[1], self._words)] if stepped else []

    def _opens(self, scene: Scene, p: Quantity) -> bool:
        """3nm工艺可以降低功耗, 10nm成本大降: whether a node is what its clause is about."""
        folded, words = scene.document.folded, self._words
        dash = folded.rfind("—", p.left, p.start) + 1  # 传来喜讯——|10nm成本大降45%
        low = max(
            [p.left, dash, *(n.end for n in scene.organizations if p.left <= n.start < p.start)]
        )
        return bool(
            words["opening"].fullmatch(folded, low, p.start)
            and not words["making"].search(folded, p.left, p.start)
            and words["process_theme"].match(folded, p.end)
        )

    def _node(self, scene: Scene, q: Quantity) -> list[Subject]:
        """而三星的7纳米工艺落后于…, 5纳米产能吃紧: the process that a node names."""
        folded = scene.document.folded
        words = self._words
        chips = [n for n in scene.owners if n.kind in ("chip", "description") and n.end <= q.start]
        memory = None if chips else self._memory(scene, q)
        if memory is not None:
            return [subject_of(memory, "same_clause", "process")]
        rival = self._rival(scene, q)
        if rival is not None:
            return [_of(scene, rival)]
        if any(n.start >= q.left for n in chips) or (
            scene.pairs
            and any(words[r].search(folded, q.left, q.start) for r in ("former", "latter"))
        ):
            return []  # 前者台积电N4P is of the chip that 前者 stands for
        foundries, own = self._foundries(scene, q)
        made_behind = words["made_behind"].match(folded, q.end)
        made = words["making"].search(folded, q.left, own.start if own else q.start)
        if own is not None:
            at_end = chips and words["node_ends"].match(folded, q.end)
            held_against = any(a <= q.start < b for a, b in scene.frames)
            # - 15W TDP，台积电16nm工艺; 制程：台积电5nm: an item of a specification says what is made in it
            listed = (
                scene.specification
                and (scene.focus or scene.heading or scene.topic)
                and words["listed"].fullmatch(folded, q.left, own.start)
                and words["node_alone"].match(folded[q.end : scene.sentence.end])
            )
            of_chip = (made or made_behind or at_end or listed) and not held_against
            return [] if of_chip else [_of(scene, own)]
        before = [p for p in scene.quantities if p.end <= q.start and p.metric == NODE]
        if before and words["joiner"].fullmatch(folded, before[-1].end, q.start):
            # 3纳米、5纳米与7纳米制程
            found = self._node(scene, before[-1])
            return [unnamed(scene, q, words) if s.mention is None else s for s in found]
        plant = words["plant"].search(folded, scene.sentence.start, scene.sentence.end)
        if plant and scene.house and not chips and not foundries:
            return [_of(scene, scene.house)]  # 新晶圆厂以7nm为主, of the foundry spoken of
        if chips and any(
            words["by"].search(folded, q.left, n.start) for n in foundries if n.start >= q.left
        ):
            return []  # 旗舰芯片由台积电以12纳米工艺代工: of what is made
        about = words["production"].match(folded, q.end)
        if about or not (chips or made or words["made_in"].search(folded, q.left, q.start)):
            theme = next((n for n in foundries if n.start >= q.left), None)
            if theme is None and len({n.name for n in foundries}) == 1:
                theme = foundries[0]
            theme = theme or (scene.house if about and not foundries else None)
            if theme is not None:
                return [_of(scene, theme)]
            bare = words["bare"].fullmatch(folded, q.left, q.start) and not about
            design = self._headed(scene) if scene.block.kind == "item" else None
            if design is not None:
                return [subject_of(design, "heading", "heading")]
            return [] if bare else [unnamed(scene, q, words)]
        if chips or not foundries:
            return []
        maker = foundries[-1]
        opens = any(0 <= maker.start - head <= HEAD for head, _ in scene.clauses)
        later = any(n.kind == "chip" and not n.generic for n in scene.owners)
        at_hand = maker.start >= q.left or (opens and not (made and later))
        # 三星推出首款基于5nm工艺制造的芯片 is of the chip
        launches = words["launched"].search(folded, maker.end, q.start)
        if at_hand and not launches and not words["by"].search(folded, q.left, maker.start):
            # 华虹用28纳米工艺生产微控制器; 延续了三星的传统，采用32纳米 is of something else
            return [_of(scene, maker)]
        return []

    def _headed(self, scene: Scene) -> NameMention | None:
        """### Ampere架构, #### 特点, - 8nm工艺: the architecture that a heading above an item names."""
        blocks, designs = scene.document.blocks, scene.designs
        level = blocks[scene.block.heading].level + 1
        last = scene.block.number
        for number in range(last - 1, max(-1, last - _ABOVE), -1):
            head = blocks[number]
            if head.kind != "heading" or head.level >= level:
                continue
            level = head.level
            first = bisect_left(designs, head.start, key=_start)
            inside = designs[first : bisect_left(designs, head.end, key=_start)]
            named = next((n for n in inside if n.kind == "architecture"), None)
            if named is not None:
                return named
        return None

    def _memory(self, scene: Scene, q: Quantity) -> NameMention | None:
        """LPDDR5X采用14nm工艺, 14nm工艺的LPDDR5X: the memory that is made in a process."""
        folded = scene.document.folded
        for n in scene.others:
            if n.kind != "memory" or self._words["no_memory"].match(folded, n.end):
                continue
            if n.start >= q.end and self._words["memory_made"].fullmatch(folded, q.end, n.start):
                return n
            if q.left <= n.start < q.start and self._words["making"].search(folded, n.end, q.start):
                return n
        return None

    def _foundries(self, scene: Scene, q: Quantity) -> tuple[list[NameMention], NameMention | None]:
        """The foundries named before a node, and the one whose process it is."""
        # Intel 3 is of no other foundry
        makers = {
            n.maker for n in scene.others if n.kind == "process" and n.start <= q.start < n.end
        }
        foundries = [
            n for n in scene.organizations
            if n.end <= q.start and self._words["foundry_name"].match(n.name)
            and (not any(makers) or n.name in makers)
        ]  # fmt: skip
        owned, folded = self._words["owned"], scene.document.folded
        return foundries, next(
            (n for n in foundries if owned.fullmatch(folded, n.end, q.start)), None
        )

    def _rival(self, scene: Scene, q: Quantity) -> NameMention | None:
        """A14落后于台积电N5和三星5nm: the foundry whose process something is held against."""
        folded, words = scene.document.folded, self._words
        own = self._foundries(scene, q)[1]
        if own is None:
            return None
        before = [p for p in scene.quantities if p.end <= own.start and p.metric == NODE]
        if before and words["joiner"].fullmatch(folded, before[-1].end, own.start):
            return own if self._rival(scene, before[-1]) else None
        joined = words["joiner"].fullmatch(folded, own.start - 1, own.start)
        return own if not joined and scene.before.says("rival", own, scene.sentence) else None


def _start(name: NameMention) -> int:
    return name.start


def unnamed(scene: Scene, q: Quantity, words: dict[str, re.Pattern[str]]) -> Subject:
    """A process of which the text gives no foundry, under its own words: 五奈米, 3nm GAP."""
    tag = words["process_tag"].match(scene.document.folded, q.end)
    text = scene.document.article.text[q.start : tag.end() if tag else q.end]
    return Subject(text, "process", None, "same_clause", "process")


def _of(scene: Scene, foundry: NameMention) -> Subject:
    """The process of a foundry, under the foundry's name as it is written."""
    name = scene.document.article.text[foundry.start : foundry.end]
    return Subject(name, "process", foundry, "same_sentence", "process")
