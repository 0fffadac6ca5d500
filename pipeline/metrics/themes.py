"""What a clause is about: its theme, among the names in it.

In: a scene, a number, and two positions. Out: of the names between them the one that is spoken of, else
the one that carries it, else (where that is asked for) any: in 搭载H20的服务器 it is the server.

>>> from pipeline import extract
>>> [(m.subject, m.value) for m in extract("采用A100加速卡的DGX H100售价20万美元。").metrics]
[('DGX H100', 200000.0)]
"""

from __future__ import annotations

import re

from pipeline.metrics.numbers import CORES
from pipeline.metrics.roles import Roles
from pipeline.metrics.scenes import OWN_BESIDES_CHIPS, Scene, chips_of, without_kin
from pipeline.model import NameMention, Quantity

_BRACKET = re.compile(r"\s?[(（][^()（）。；;\n]{1,60}[)）]")
OF_CARDS = frozenset(("memory_capacity", "memory_bandwidth", "price", "power"))
"""Metrics of a card rather than of the die on it."""


class Themes:
    """What finds the themes of clauses."""

    def __init__(self, roles: Roles):
        self._roles = roles

    def between(
        self,
        scene: Scene,
        q: Quantity,
        start: int,
        end: int,
        *,
        nearest: bool,
        any_name: bool,
        hosts: bool = True,
    ) -> NameMention | None:
        """Of the names between two positions what is spoken of, else what carries it, else any."""
        here = [n for n in scene.owners if start <= n.start < end]
        if not here:
            return None
        folded = scene.document.folded
        here = self._spoken_of(_outside(here, folded, q), folded, min(end, q.start))
        no_rivals: list[NameMention] = []
        for n in here:
            # 和 before a name holds it against nothing when it joins it to the theme: A100和H100都…
            listed = bool(no_rivals) and self._roles.words["joiner"].fullmatch(
                folded, no_rivals[-1].end, n.start
            )
            if listed or not scene.before.says("rival", n, scene.sentence):
                no_rivals.append(n)
        themes = self._not_oblique(scene, no_rivals)
        if not hosts:  # 它有A78架构，包括两个大核: of what 它 stands for, and not of its cores
            themes = [n for n in themes if not self._roles.block(n)]
        if q.metric in OF_CARDS:
            # RX 9070 XT的Navi 48塞进539亿个晶体管，搭配16GB: the memory is the card's
            hosted = self._hosted(scene)
            themes = [n for n in themes if n not in hosted]
            no_rivals = [n for n in no_rivals if n not in hosted]
            here = [n for n in here if n not in hosted]
        named = [n for n in here if scene.before.says("named", n, scene.sentence)]
        for group in (named, themes, no_rivals if hosts else [], here if any_name else []):
            theme = best(group, q, nearest=nearest)
            if theme is not None:
                return theme
        return None

    def _spoken_of(self, names: list[NameMention], folded: str, end: int) -> list[NameMention]:
        """The names that do not only lead to what is spoken of: A的前身B; 6000块H200让它的峰值达到…."""
        causative = self._roles.words["causative"]
        names = [n for n in names if not causative.search(folded, n.end, end)]
        return without_kin(names, folded, self._roles.words)

    def _not_oblique(self, scene: Scene, names: list[NameMention]) -> list[NameMention]:
        """The names that carry nothing: neither 搭载A100, nor 运行在EPYC和MI250X上 with all that is joined."""
        folded, joiner = scene.document.folded, self._roles.words["joiner"]
        out: list[NameMention] = []
        carries: NameMention | None = None
        for n in names:
            if scene.before.says("oblique", n, scene.sentence) or (
                carries is not None and joiner.fullmatch(folded, carries.end, n.start)
            ):
                carries = n
            else:
                out.append(n)
        return out

    def _hosted(self, scene: Scene) -> list[NameMention]:
        """Dies in a sentence that names the card they sit on, or goes on about it: 采用BMG-G31核心."""
        die = self._roles.words["die"]
        out, card = [], False
        for n in chips_of(scene.owners):
            if not die.match(n.name):
                card = True
            elif card or (
                chips_of(scene.focus)
                and not die.match(chips_of(scene.focus)[-1].name)
                and any(
                    scene.before.says(r, n, scene.sentence)
                    for r in ("oblique", "contains", "bracket")
                )
            ):
                out.append(n)
        return out


def _outside(names: list[NameMention], folded: str, q: Quantity) -> list[NameMention]:
    """The names without those in a bracket that is closed before the number: A（B的升级版）的功耗为9W."""
    out: list[NameMention] = []
    end = 0
    for n in names:
        if n.start < end:
            continue
        out.append(n)
        bracket = _BRACKET.match(folded, n.end, q.start)
        end = bracket.end() if bracket else end
    return out


def best(names: list[NameMention], q: Quantity, *, nearest: bool) -> NameMention | None:
    """Of the names of a clause the one that owns numbers of this metric."""
    chips = chips_of(names)
    firm = [n for n in chips if not n.generic]
    if q.metric == "core_count":
        # 一个X2、四个A510: what is counted has no cores of its own
        counted = q.rule == CORES
        firm = [n for n in firm if n.chip_kind != "core"] or ([] if counted else firm)
    if q.metric == "price" and any(n.kind == "product" for n in names):
        firm = []  # 搭载M1 Ultra的Mac Studio售价3万元
    if firm:
        return firm[-1] if nearest else firm[0]
    kinds = (*OWN_BESIDES_CHIPS.get(q.metric, ()), "description")
    others = [n for n in names if n.kind in kinds]
    if others:
        return others[-1] if nearest else others[0]
    return chips[-1] if chips and chips[-1].chip_kind == "series" and _numbered(chips[-1]) else None


def _numbered(name: NameMention) -> bool:
    """Whether a series is one of a generation (RTX 40系列) and no brand over many (锐龙系列)."""
    return any(c.isdigit() for c in name.name)
