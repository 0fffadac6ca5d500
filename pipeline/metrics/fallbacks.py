"""What is left when no decider has found a subject, the likelier first.

In: a scene and a number. Out: a core whose host is not known, a brand, a memory, a process, the maker
that the sentence names, or the words for a class of chips.

>>> from pipeline import extract
>>> [(m.subject, m.value, m.decider) for m in extract("英伟达的芯片集成200亿晶体管。").metrics]
[('英伟达', 20000000000.0, 'company')]
"""

from __future__ import annotations

from pipeline.metrics.processes import unnamed
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import NODE, OF_MEMORIES, SURE, Scene
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import NameMention, Quantity

NAMED_NODES = ("process.named", "process.angstrom")
"""Rules of nodes that have names of their own: 18A, Intel 3."""


class Fallbacks:
    """What gives numbers to what is left."""

    def __init__(self, roles: Roles):
        self._roles = roles

    def part(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A core, when no host of it is known."""
        parts = [n for n in scene.parts if n.end <= q.start] or scene.parts
        if parts and q.metric != "core_count":
            return [subject_of(parts[-1], "same_sentence", "part")]
        return []

    def any_kind(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A brand or a product of any kind, when the article names nothing better."""
        if scene.tells:
            return []
        brands = q.metric != NODE  # 酷睿, 至强及20A工艺: a brand over generations has no node
        before = [n for n in scene.owners if n.end <= q.start and n.kind != "model"]
        before = before or [n for n in scene.focus if n.kind != "model"]
        before = [n for n in before if brands or not n.generic]
        return (
            [
                subject_of(
                    before[-1],
                    "same_sentence" if before[-1] in scene.owners else "previous_sentence",
                    "any",
                )
            ]
            if before
            else []
        )

    def mentioned(self, scene: Scene, q: Quantity) -> list[Subject]:
        """A number of a memory that the sentence names, or of chips that it names by their class only."""
        memories = [n for n in scene.others if n.kind == "memory" and n.end <= q.start]
        if memories and q.metric in OF_MEMORIES and not scene.frames:
            return [subject_of(memories[-1], "same_sentence", "memory")]
        told = list(
            self._roles.words["chip_anaphor"].finditer(
                scene.document.folded, scene.sentence.start, q.start
            )
        )
        if told and q.metric in SURE and not scene.frames:
            # 这款芯片采用7纳米, in a text that never names it: under these words
            text = scene.document.article.text[slice(*told[-1].span())]
            name = NameMention(*told[-1].span(), "description", text)
            return [subject_of(name, "same_sentence", "class_noun")]
        if q.metric == NODE and (not scene.organizations or q.rule in NAMED_NODES):
            return [unnamed(scene, q, self._roles.words)]
        built = [
            n for n in (*scene.focus, *scene.others)
            if n.kind == "architecture" and n.end <= q.start
        ]  # fmt: skip
        if built and q.metric in SURE and q.metric != NODE:
            return [subject_of(built[-1], "same_sentence", "other")]  # Blackwell Ultra共160个SM
        makers = [n for n in scene.organizations if n.end <= q.start]
        folded = scene.document.folded
        if (
            makers
            and q.aspect == "price"
            and self._roles.words["on_sale"].search(folded, q.left, q.right)
        ):
            # 台积电调涨代工价格10%: of what the maker sells
            return [subject_of(makers[-1], "same_sentence", "company")]
        if makers and q.metric in SURE:
            # 三星的密度只有0.52亿，台积电是0.53亿: the maker that the number's own clause opens with
            opening = self._roles.words["opening"]
            own = (n for n in makers if q.left <= n.start
                   and opening.fullmatch(scene.document.folded, q.left, n.start))  # fmt: skip
            return [subject_of(next(own, makers[0]), "same_sentence", "company")]
        if q.metric in SURE or q.metric == "relative":
            for low in dict.fromkeys((q.left, scene.sentence.start)):
                hit = self._roles.words["class_noun"].search(folded, low, q.start)
                if hit:
                    words = hit[0].strip(" *")  # - **CPU**：8核
                    start = folded.index(words, hit.start())
                    name = NameMention(start, start + len(words), "description", words)
                    return [subject_of(name, "same_sentence", "class_noun")]
        return []
