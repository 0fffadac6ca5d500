"""What is no chip, where the text is about it: architectures, processes, memories, what has no name.

In: a scene and a number. Out: the architecture, the process or the memory that a clause opens with
(HBM4的带宽…), or the words for what has no name and is held against what has none (大核比小核快50%).

>>> from pipeline import extract
>>> [(m.subject, m.value, m.decider) for m in extract("大核的性能比小核高50%。").metrics]
[('大核', 50.0, 'nameless')]
"""

from __future__ import annotations

from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import (
    HEAD,
    NODE,
    OF_MEMORIES,
    OF_OTHERS,
    OTHERS,
    SURE,
    WITHIN,
    Scene,
    chip_at_hand,
    chips_of,
)
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import NameMention, Quantity


class Others:
    """What gives numbers to what is no chip."""

    def __init__(self, roles: Roles):
        self._roles = roles

    def architecture(self, scene: Scene, q: Quantity) -> list[Subject]:
        """Zen 4采用5纳米工艺: an architecture that a clause opens with, where no chip is spoken of."""
        if q.metric != NODE or chips_of(scene.owners):
            return []
        told = scene.topic or chips_of(scene.focus + scene.heading)
        folded, making = scene.document.folded, self._roles.words["making"]
        for n in reversed(scene.others):
            if n.kind != "architecture" or n.end > q.start:
                continue
            # where chips are spoken of, only what the sentence says of the architecture itself
            heads = [scene.sentence.start] if told else [a for a, _ in scene.clauses]
            opens = any(0 <= n.start - head <= HEAD for head in heads)
            if opens and (
                self._roles.words["made_itself"].match(folded, n.end)
                if told
                else making.search(folded, n.end, q.start)
            ):
                return [subject_of(n, "same_sentence", "other")]
        return []

    def standing(self, scene: Scene, q: Quantity) -> list[Subject]:
        """H100有80GB，而双裸片的Blackwell拥有192GB: an architecture that stands for its chips, in a clause
        that names none."""
        if q.metric in ("relative", NODE):
            return []
        folded, owns = scene.document.folded, self._roles.words["owns"]
        first = next((n for n in scene.others if n.end <= q.start), None)
        told = [n for n in scene.owners + scene.compared if n.start < q.start]
        if (
            first is not None
            and first.kind == "architecture"
            and not told
            and not scene.specification
            and q.metric in SURE
            and self._roles.words["framework"].match(folded, first.end)
            and self._opens(scene, first)
        ):
            return [subject_of(first, "same_sentence", "other")]  # RDNA 2架构引入了…，最大128MB
        for n in reversed(scene.others):
            if n.kind == "architecture" and q.left <= n.start and n.end <= q.start:
                named = any(q.left <= m.start < q.start for m in scene.owners + scene.compared)
                found = None if named else owns.match(folded, n.end, q.start)
                return [subject_of(n, "same_clause", "other")] if found else []
        return []

    def _opens(self, scene: Scene, name: NameMention) -> bool:
        """Whether a clause opens with a name, or with its maker."""
        starts = [m.start for m in scene.organizations if m.end <= name.start <= m.end + 1]
        return any(
            self._roles.words["opening"].fullmatch(scene.document.folded, head, at)
            for at in (name.start, *starts)
            for head, _ in scene.clauses
            if head <= at
        )

    def opening(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A process or a memory that a clause opens with: N2首度采用…, 速度提升10%."""
        folded = scene.document.folded
        if q.metric in OF_MEMORIES and q.metric != "relative":
            filler = self._roles.words["filler"]
            # 较HBM3E的1.2TB/s提升七成: a number inside the words for a reference is of the memory there
            rival = [
                n for n in scene.others_compared
                if n.kind == "memory"
                and (
                    0 <= q.start - n.end <= WITHIN
                    # 较460GB/s的上一代HBM2E
                    or (n.start >= q.end and filler.fullmatch(folded, q.end, n.start))
                )
                and any(a <= n.start and q.start < b for a, b in scene.frames)
            ]  # fmt: skip
            if rival:
                return [subject_of(rival[-1], "same_clause", "other")]
        heads = [a for a, _ in scene.clauses]
        framed = [
            n
            for n in scene.compared + scene.others_compared
            if q.frame and q.frame[0] <= n.start < q.frame[1]
        ]
        head = max(framed, key=lambda n: n.start, default=None)
        if (
            q.metric == "relative"
            and head is not None
            and head.kind in OTHERS
            and any(
                n.kind == o.kind and q.frame and q.frame[0] <= n.start < q.frame[1]
                for n in scene.others_compared
                for o in scene.others
            )
        ):
            # 2028年的A14又比N2省電30%: what is held against a process is a process
            before = [n for n in scene.others if n.end <= q.start]
            if before:
                return [subject_of(before[-1], "same_sentence", "other")]
        chip = chip_at_hand(scene.focus, scene.block) or (
            # - 片上SRAM：132GB, an item below what it belongs to
            scene.specification and any(n.kind in ("chip", "system") for n in scene.focus)
        )
        # HBM5将有4TB/s，搭载HBM6时有8TB/s: of memories, all of them
        memories = {n.name for n in scene.others if n.kind == "memory"}
        several = sum(any(c.isdigit() for c in name) for name in memories) > 1
        itself = any(self._roles.words["memory_itself"].match(folded, n.end) for n in scene.others)
        for n in reversed(scene.others):
            if n.end > q.start or q.metric not in OF_OTHERS[n.kind] or q.metric == NODE:
                continue
            # 其LPDDR5X的速率…: of what the maker has
            owned = folded.endswith("其", scene.sentence.start, n.start)
            host = chip or (
                not owned and self._roles.anaphor_at(folded, scene.sentence.start, n.start)
            )
            # HBM2e显存也大幅阉割: of the card that the article is about
            host = host or bool(
                (scene.topic or chips_of(scene.focus))
                and self._roles.words["on_board"].match(folded, n.end)
            )
            if n.kind == "memory" and host and not itself and q.metric != "price":
                continue
            if n.kind == "memory" and n.start >= q.left and several and not chips_of(scene.owners):
                # HBM5有4TB/s，2032年搭载HBM6时提供8TB/s: of the memory that its own clause names
                return [subject_of(n, "same_clause", "other")]
            if n.kind == "memory" and q.metric == "price" and q.start - n.end <= WITHIN:
                return [subject_of(n, "same_clause", "other")]  # 供给英伟达的HBM4单价约为560美元
            if n.kind == "memory" and scene.before.says("launched", n, scene.sentence):
                return [subject_of(n, "same_sentence", "other")]  # 长鑫量产HBM3，单堆栈16GB
            opening = self._roles.words["opening"]
            if not scene.before.says("oblique", n, scene.sentence) and any(
                0 <= n.start - head <= 3 or opening.fullmatch(folded, head, n.start)
                for head in heads
                if head <= n.start
            ):
                return [subject_of(n, "same_sentence", "other")]
        return []

    def nameless(self, scene: Scene, q: Quantity) -> list[Subject]:
        """大核的性能比小核高50%: what has no name is held against what has none."""
        if q.metric != "relative" or q.frame is None or q.frame[0] <= q.left:
            return []
        if any(q.left <= n.start < q.start for n in scene.owners + scene.compared):
            return []
        hit = self._roles.words["nameless"].match(scene.document.folded, q.left, q.frame[0])
        if hit is None or self._roles.words["generation"].match(q.reference):
            return []
        a, b = hit.span("class" if hit["class"] else "name")
        return [
            subject_of(
                NameMention(a, b, "description", scene.document.folded[a:b]),
                "same_clause",
                "nameless",
            )
        ]
