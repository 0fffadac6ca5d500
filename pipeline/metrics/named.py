"""The names of an article, asked for by position.

In: the names, in the order of the text. Out: whether a place lies inside one of them (the digits of
RTX 4090 are no number), and which begin right behind it (4颗|Cortex-A720).

>>> names = Named([NameMention(2, 6, "chip", "A100")])
>>> names.hold(3), names.hold(6), [n.name for n in names.behind(0, 2)]
(True, False, ['A100'])
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from pipeline.model import NameMention


class Named:
    """Names with where they start."""

    def __init__(self, names: list[NameMention]):
        self._names = names
        self._starts = [n.start for n in names]

    def hold(self, position: int, chips_only: bool = False) -> bool:
        """Whether a position lies inside a name."""
        at = bisect_right(self._starts, position) - 1
        if at < 0 or self._names[at].end <= position:
            return False
        return not chips_only or self._names[at].kind == "chip"

    def behind(self, position: int, reach: int) -> list[NameMention]:
        """The names that begin at a position, or at most ``reach`` characters behind it."""
        starts = self._starts
        return self._names[bisect_left(starts, position) : bisect_right(starts, position + reach)]

    def before(self, low: int, position: int) -> NameMention | None:
        """The name that ends last between two positions."""
        at = bisect_right(self._starts, position) - 1
        name = self._names[at] if at >= 0 else None
        return name if name and name.start >= low and name.end <= position else None
