"""Names that are coordinated: what is said of one of a list is said of each, or in turn.

In: a scene and a name in it. Out: the name with those that it is listed with (A、B和C都采用7纳米), the
two or three that 两者 and 三者 stand for, and the subjects of numbers that are shared out with 分别.

>>> from pipeline import extract
>>> [(m.subject, m.value) for m in extract("A100和H100的功耗分别为400W和700W。").metrics]
[('A100', 400.0), ('H100', 700.0)]
"""

from __future__ import annotations

from itertools import pairwise

from pipeline.metrics.references import last_before
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import Scene, chips_of, names_before
from pipeline.metrics.subjects import Subject, subject_of
from pipeline.model import NameMention, Quantity

_PAIRED = 60
"""How far before the clause of the numbers their names may begin: A、B和C的功耗."""
_NEXT = 12
"""How far one number of a run may stand from the next."""


def _converts(folded: str, first: Quantity, q: Quantity) -> bool:
    """Whether a number says in brackets once more what the one before them says: 359美元(约合2286元)."""
    between = folded[first.end : q.start]
    return first.metric == q.metric and between[:1] == "(" and ")" not in between


class Coordination:
    """What finds the lists of names."""

    def __init__(self, roles: Roles):
        self._roles = roles

    def listed(
        self, scene: Scene, name: NameMention, link: str, decider: str, *, forward: bool = False
    ) -> list[Subject]:
        """A name and those it is listed with: A、B和C都采用7纳米 is a fact of each."""
        folded = scene.document.folded
        pools = (scene.compared, scene.parts, scene.organizations)
        pool = next((names for names in pools if name in names), scene.owners)
        pool = [n for n in pool if n.kind == name.kind]
        pool.sort(key=lambda n: n.start)
        at = pool.index(name)
        group = [name]
        low = high = at
        joiner = self._roles.words["joiner"]
        while low > 0 and joiner.fullmatch(
            folded,
            pool[low - 1].end,
            pool[low].start
            if forward
            else self._attributed(scene, pool[low - 1].end, pool[low].start),
        ):
            # 有别于A100，H100采用7纳米: the comma ends what is set aside
            comma = folded[pool[low - 1].end : pool[low].start].strip() in (",", "，")
            if comma and scene.before.says("rival", pool[low - 1], scene.sentence):
                break
            low -= 1
            group.insert(0, pool[low])
        # a subject found in an earlier clause may open its list: A和B两款, …采用7纳米
        while (
            (forward or link != "same_clause")
            and high + 1 < len(pool)
            and joiner.fullmatch(folded, pool[high].end, pool[high + 1].start)
            # 8核的M1，M1 Pro则有10核: the next clause is about another
            and not (forward and folded[pool[high].end] in ",，")
        ):
            high += 1
            group.append(pool[high])
        seen: dict[str, NameMention] = {}
        for n in group:
            if n is name or not n.generic:
                seen.setdefault(n.name, n)
        return [subject_of(n, link, decider) for n in seen.values()]

    def _attributed(self, scene: Scene, low: int, start: int) -> int:
        """80核Altra和|128核|Altra Max: where a name begins with the number before it that is its own."""
        for q in reversed(scene.quantities):
            if low <= q.start and q.end <= start:
                return q.start if not scene.document.folded[q.end : start].strip(" 的") else start
        return start

    def both(self, scene: Scene, position: int) -> list[NameMention]:
        """两者的功耗都是400W: the last two chips, where words for both stand after them.

        它们的功耗都是400W: those of the last list.
        """
        ends = [n.end for n in chips_of(scene.owners) if n.end <= position]
        low = max(ends, default=scene.sentence.start)
        hit = self._roles.words["both"].search(scene.document.folded, low, position)
        if hit is None:
            return []
        if hit["they"]:
            group = self._joined_before(scene, hit.start())
            return group if len(group) > 1 else []
        many = 3 if hit["three"] else 2
        named = last_before(scene, hit.start(), many)
        return named if len(named) == many else []

    def _list_before(self, scene: Scene, position: int, many: int) -> list[Subject]:
        """A、B和C, the list of so many chips named last in a sentence before; none where it is of others."""
        group = self._joined_before(scene, position)
        listed = len(group) == many and len({n.name for n in group}) == many
        return [subject_of(n, "previous_sentence", "coordinate") for n in group] if listed else []

    def _joined_before(self, scene: Scene, position: int) -> list[NameMention]:
        """The chip named last before a position, with those of the list that it ends."""
        folded, joiner = scene.document.folded, self._roles.words["joiner"]
        group: list[NameMention] = []
        for n in names_before(scene, position):
            if n.kind != "chip":
                continue
            if group and not joiner.fullmatch(folded, n.end, group[0].start):
                break
            group.insert(0, n)
        return group

    def distributed(self, scene: Scene) -> dict[int, list[Subject]]:
        """分别: the i-th number of a run belongs to the i-th name of the list before it.

        By the start of each such number its subject.
        """
        folded = scene.document.folded
        out: dict[int, list[Subject]] = {}
        again: dict[int, int] = {}
        for mark in self._roles.words["distributive"].finditer(
            folded, scene.sentence.start, scene.sentence.end
        ):
            run: list[Quantity] = []
            end = mark.end()
            for q in scene.quantities:
                if run and _converts(folded, run[-1], q):
                    again[q.start] = run[-1].start
                    end = q.end
                    continue
                if q.start < mark.end() or (
                    run and (q.metric != run[0].metric or q.start - end > _NEXT)
                ):
                    continue
                if not run and q.start - mark.end() > 24:
                    break
                run.append(q)
                end = q.end
            chips = [n for n in chips_of(scene.owners) if n.end <= mark.start()]
            both = self.both(scene, mark.start())
            if len(run) < 2:
                continue
            if both:
                group = [subject_of(n, "anaphora", "coordinate") for n in both]
            elif chips:
                group = self.listed(scene, chips[-1], "same_sentence", "coordinate")
                told = {n.name: n for n in chips if n not in scene.compared}
                if len(group) != len(run) == len(told):  # A为9nm，B为7nm，功耗分别为9W和7W
                    group = [subject_of(n, "same_sentence", "coordinate") for n in told.values()]
            else:
                group = self._list_before(scene, mark.start(), len(run))
            if len(run) > len(group) > 1 and all(
                self._roles.words["also"].fullmatch(folded, p.end, q.start)
                for p, q in pairwise(run[: len(group)])
            ):
                run = run[: len(group)]  # 分别为12MB、16MB，三级缓存都是64MB
            if len(group) == len(run):
                for subject, q in zip(group, run, strict=True):
                    out[q.start] = [subject]
        out = out or self._paired(scene)
        return out | {at: out[of] for at, of in again.items() if of in out}

    def _paired(self, scene: Scene) -> dict[int, list[Subject]]:
        """H100和H200的显存是80GB和141GB: a list of names before a list of as many numbers, in one clause."""
        folded, also = scene.document.folded, self._roles.words["also"]
        out: dict[int, list[Subject]] = {}
        numbers = [q for q in scene.quantities if q.metric != "relative" and q.value_max is None]
        while numbers:
            run = [numbers.pop(0)]
            while (
                numbers
                and numbers[0].metric == run[0].metric
                and (
                    also.fullmatch(folded, run[-1].end, numbers[0].start)
                    or _slash(folded, run[-1].end, numbers[0].start)
                )
            ):
                run.append(numbers.pop(0))
            chips = [
                n for n in chips_of(scene.owners)
                if n.end <= run[0].start and not n.generic and n.chip_kind != "core"
            ]  # fmt: skip
            near = [n for n in chips if n.start >= run[0].left - _PAIRED]
            if len(run) < 2 or len(near) < len(run):
                continue
            group = near[-len(run) :]
            # i5-12600K/KF的价格为279/249美元; but A和B均为4/8核 is a choice of each
            slashed = any(_slash(folded, p.end, q.start) for p, q in pairwise(run))
            between = _slash if slashed else self._joined
            joined = all(between(folded, a.end, b.start) for a, b in pairwise(group))
            alone = len(near) == len(group) and len({n.name for n in group}) == len(group)
            if joined and alone and not self._roles.words["choice"].match(folded, run[-1].end):
                for name, q in zip(group, run, strict=True):
                    out[q.start] = [subject_of(name, "same_clause", "coordinate")]
        return out

    def _joined(self, folded: str, start: int, end: int) -> bool:
        """Whether two names are joined, with or without the class word of the first: A芯片和B."""
        filled = self._roles.words["filler"].match(folded, start, end)
        places = {start, filled.end() if filled else start}
        return any(self._roles.words["joiner"].fullmatch(folded, at, end) for at in places)


def _slash(folded: str, start: int, end: int) -> bool:
    """Whether nothing but a slash stands between two positions."""
    return folded[start:end].strip() == "/"
