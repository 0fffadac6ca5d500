"""A sentence with what the deciders look at, and what the sentences before left behind.

In: a document, its names, its quantities and the frames of their ratios. Out: a ``Scene`` for each
sentence that holds quantities: the names that may own a number (not those inside 比A100, nor the
cores inside a chip), the clauses they stand in, and the state of the discourse: the subjects of the
sentences before, the chip of the heading, the chip that the title names.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise, zip_longest

from pipeline.document.openings import Ending
from pipeline.document.segment import after_mark
from pipeline.metrics.ratios import Frames
from pipeline.metrics.roles import Roles
from pipeline.model import Block, Document, NameMention, Quantity, Sentence

NODE = "process_node"
OWNERS = frozenset(("chip", "system", "product", "model"))
"""Kinds of names that own numbers; memories and processes only where nothing else can."""
OWN_BESIDES_CHIPS = {
    "memory_capacity": ("system", "product"), "power": ("system", "product"), "price": ("system", "product"),
    "compute": ("system",), "throughput": ("system",), "latency": ("system",),
    "interconnect_bandwidth": ("system",), "memory_bandwidth": ("system",), "relative": ("system",),
    "core_count": ("system",), "clock_frequency": ("system",), "energy_efficiency": ("system",),
    "parameter_count": ("model",),
}  # fmt: skip
"""What else than a chip may own a number of a metric."""
HEAD = 3
"""Characters of a list mark or a conjunction that may stand before the theme of a clause."""
LINK = 120
"""Characters that the blanked address of a link may take between a name and its number."""
WITHIN = 12
"""Characters between a chip in a reference and a number there that is its own."""
SHORT_LINE = 4
"""The level of headings that are such only by standing alone on a short line."""
MEMORY = 400
"""Names back to which a sentence may point: bounds the work on endless articles."""
SPECIFICATION = 60
"""Characters that a line of a specification has at most."""
_HEADS = "，,。；;：:！？（(\n"
"""Marks behind which a clause begins."""
_ASIDE = re.compile(r"[(（](?![\d一二三四五六七八九十]{1,2}[)）])")
"""A remark in brackets; (1) counts the items of a list."""
_COMMA = re.compile("[，,]")
_LABEL = re.compile(r"[^，,。；;:：]{1,12}[:：]")
OTHERS = ("process", "memory", "architecture")
"""Kinds of names that own numbers only where a clause is about them."""
OF_MEMORIES = frozenset((
    "memory_capacity", "memory_bandwidth", "relative", "price", "cache_size", "latency",
))  # fmt: skip
"""Metrics that a memory may have."""
SURE = frozenset((
    "process_node", "transistor_count", "transistor_density", "compute", "energy_efficiency", "die_area",
    "core_count", "memory_bandwidth", "cache_size", "clock_frequency", "interconnect_bandwidth",
))  # fmt: skip
"""Metrics that speak of processors even where none is named."""
OF_BLOCKS = frozenset(("clock_frequency", "core_count", "cache_size", "relative"))
"""Metrics that a core has of its own, whatever chip it is in."""
OF_PROCESSES = frozenset(("process_node", "relative", "transistor_density", "price"))
"""Metrics that a process may have."""
OF_OTHERS = {
    "process": OF_PROCESSES,
    "memory": OF_MEMORIES,
    "architecture": frozenset(("relative",)),
}


_DESCRIBED = re.compile(
    r"[^\W\d_a-zA-Z在是比将和与让由把被有用较]{2,9}的\Z|(?P<generation>第?\d{1,2}代)\s?\Z"
)
"""What a maker's chip is called by before its name: Intel|低压移动版的|i5-7300U, |12代|酷睿i9."""
_LED = ("oblique", "made_of", "rival")
"""Roles whose words may stand before the maker or the line of a name."""


class Before:
    """What stands right before the names of an article, asked once for each name and role."""

    def __init__(self, folded: str, roles: dict[str, Ending], names: list[NameMention]):
        self._folded = folded
        self._roles = roles
        self._leads = {
            n.end: n.start for n in names if n.kind == "organization" or n.chip_kind == "series"
        }
        """By their ends where the names of makers and of lines begin: 搭载|博通|BCM2712, 较|12代酷睿|i9-12900K."""
        self._known: dict[tuple[str, int], bool] = {}

    def says(self, role: str, name: NameMention, sentence: Sentence) -> bool:
        """Whether words of a role end right where a name begins."""
        key = role, name.start
        known = self._known.get(key)
        if known is None:
            low = max(sentence.start, name.start - 16)
            ends = self._roles[role].ends
            known = ends(self._folded, low, name.start)
            lead = None if known or role not in _LED else self._lead(name.start)
            while lead is not None and lead > sentence.start and not known:
                known = ends(self._folded, max(sentence.start, lead - 16), lead)
                lead = self._lead(lead)
            self._known[key] = known
        return known

    def _lead(self, start: int) -> int | None:
        """Where the name of a maker or a line begins that stands right before a position."""
        for gap in ("", "的", " ", "的 "):
            if self._folded.endswith(gap, 0, start) and start - len(gap) in self._leads:
                return self._leads[start - len(gap)]
        described = _DESCRIBED.search(self._folded, max(0, start - 12), start)
        # 堪比Intel|低压移动版的|i5-7300U, 较英特尔|12代|酷睿i9
        ends = range(described.start(), start - 2) if described else ()
        maker = next((self._leads[end] for end in ends if end in self._leads), None)
        if maker is None and described and described["generation"]:
            return described.start()
        return maker


@dataclass(slots=True)
class Scene:
    """A sentence with what the deciders look at, and what the sentences before left behind."""

    document: Document
    sentence: Sentence
    block: Block
    owners: list[NameMention]
    """Names that may own a number: not inside a reference frame, not a part of another."""
    parts: list[NameMention]
    """Cores and blocks that the sentence names as parts: 集成4颗Cortex-A720."""
    compared: list[NameMention]
    """Names inside reference frames."""
    frames: list[tuple[int, int]]
    """The reference frames themselves."""
    others: list[NameMention]
    """Processes, memories and architectures, outside reference frames."""
    others_compared: list[NameMention]
    """The same inside reference frames."""
    organizations: list[NameMention]
    clauses: list[tuple[int, int]]
    named: list[tuple[int, int]]
    """The clauses that name an owner, the last first."""
    pairs: bool
    """Whether it says 前者, 后者 or 两者."""
    focus: list[NameMention]
    """Subjects of the sentences before, the latest last."""
    recent: list[NameMention]
    """All chips of the sentence before, and the one before them when they are one."""
    heading: list[NameMention]
    headed: NameMention | None
    """The one chip of the heading, unless something is held against it there."""
    house: NameMention | None
    """The foundry that the heading names, else the one that the article is about."""
    topic: NameMention | None
    everywhere: list[NameMention]
    """Possible subjects of the whole article."""
    designs: list[NameMention]
    """Processes and architectures of the whole article."""
    makers: dict[str, str]
    """The makers of the possible subjects by their names."""
    chips: frozenset[str]
    """The names of chips among the possible subjects."""
    tells: bool
    """Whether one of these is a chip, and no brand line or series."""
    before: Before
    sentence_starts: list[int]
    prose: list[int]
    """By sentence how many of prose there are up to it; the lines of a list or a table are none."""
    specification: bool
    """Whether it is an item of a list, a row, or a line of a specification."""
    predecessor: NameMention | None
    """The chip whose successor the sentence before spoke of, or that it held its subject against."""
    quantities: list[Quantity]


@dataclass(frozen=True, slots=True)
class Scenes:
    """What lays out the scenes of documents."""

    roles: Roles

    def of(
        self,
        document: Document,
        names: list[NameMention],
        quantities: list[Quantity],
        known_frames: Frames,
    ) -> Iterator[Scene]:
        """Sentences that hold quantities, each with the state of the discourse before it."""
        if not quantities:
            return
        folded = document.folded
        starts = [n.start for n in names]
        q_starts = [q.start for q in quantities]
        everywhere = [n for n in names if n.kind in OWNERS]
        designs = [n for n in names if n.kind in ("process", "architecture")]
        makers = {n.name: n.maker for n in everywhere}
        chips = frozenset(n.name for n in everywhere if n.kind == "chip")
        tells = any(n.kind == "chip" and not n.generic for n in everywhere)
        before = Before(folded, self.roles.before, names)
        hinted = self.roles.hinted(document)
        sentence_starts = [s.start for s in document.sentences]
        prose = list(accumulate(int(not self._lines_up(document, s)) for s in document.sentences))
        topic = self._topic(document, names, starts, before)
        focus: list[NameMention] = []
        recent: list[NameMention] = []
        heading_names: list[NameMention] = []
        headed_by: NameMention | None = None
        foundry = self.roles.words["foundry_name"]
        main = _main([n for n in names if n.kind == "organization" and foundry.match(n.name)])
        house = main
        predecessor: NameMention | None = None
        heading = -1
        for sentence in document.sentences:
            if sentence.start > q_starts[-1]:
                return
            block = document.blocks[sentence.block]
            head = document.blocks[block.heading]
            if block.heading != heading and not self._specifies(head, names, starts, q_starts):
                heading = block.heading
                headed = _between(names, starts, head.start, head.end)
                heading_names = chips_of(headed) or [
                    n for n in headed if n.kind == "system" and not n.generic
                ]
                headed_by = self._headed(folded, head, heading_names)
                house = next((n for n in headed if foundry.match(n.name)), main)
                focus, recent = [], []
            present = _named_again(_between(names, starts, sentence.start, sentence.end))
            here = quantities[
                bisect_left(q_starts, sentence.start) : bisect_left(q_starts, sentence.end)
            ]
            if not here and not present:
                continue
            frames = self._frames(sentence, here, known_frames) if here or len(present) > 1 else []
            frames += self._origins(folded, sentence, present, here)
            compared = [
                n for n in present
                if n.kind in OWNERS
                and (
                    any(a <= n.start < b for a, b in frames)
                    or self._succeeded(folded, sentence, n)
                    or self._classed(folded, sentence, n, present)
                )
                # 对照HW3.0：14nm… goes on to what it is held against
                and not (folded[n.end : n.end + 1] == ":" and n.start - sentence.start <= HEAD)
            ]  # fmt: skip
            free = [n for n in present if n.kind in OWNERS and n not in compared]
            if not chips_of(free) or here:
                free = self._with_descriptions(
                    folded,
                    sentence,
                    sentence.number in hinted["description"],
                    present,
                    free,
                    frames,
                    here,
                )
            if sentence.number in hinted["machine"] and not any(
                n.kind == "system" for n in present
            ):
                free = [*free, *self._machines(folded, sentence, focus, block)]
            if any(
                before.says("several", n, sentence) and not self.roles.block(n)
                for n in chips_of(free)
            ):
                # 理想L9搭载两颗Orin-X，总算力508TOPS: what they have together is of the car
                free = [n._replace(kind="system") if n.kind == "product" else n for n in free]
            listed = block.kind == "item"
            parts = self._parts(folded, free, sentence, before, here, focus, listed)
            owners = [n for n in free if n not in parts] if parts else free
            if here:
                clauses = _clauses(document.clause_marks, sentence)
                yield Scene(
                    document, sentence, block, owners, parts, compared, frames,
                    *_apart([n for n in present if n.kind in OTHERS], frames),
                    [n for n in present if n.kind == "organization"],
                    clauses, [c for c in reversed(clauses) if any(c[0] <= n.start < c[1] for n in owners)],
                    any(self.roles.words[r].search(folded, sentence.start, sentence.end) for r in ("former", "latter", "both")),
                    focus, recent, heading_names, headed_by, house, topic, everywhere, designs, makers, chips, tells, before, sentence_starts, prose,
                    self._lines_up(document, sentence), predecessor, here,
                )  # fmt: skip
            predecessor = next(
                (
                    n
                    for n in present
                    if n.kind == "chip" and self.roles.words["successor"].match(folded, n.end)
                ),
                # 与A100相比，H100的规格如下:
                compared[-1] if compared and not here else None,
            )
            # 型号 | RX 7900 XTX opens a list of specifications; other rows say nothing of what comes after
            lists = block.kind == "row" and folded.count("|", block.start, block.end) == 1
            if lists or block.kind not in ("row", "caption"):
                focus = self._refocus(folded, sentence, owners, parts, focus, before, listed)
                if topic is not None and focus and all(self.roles.block(n) for n in chips_of(free)):
                    # 另一方面，骁龙855…。联发科则…: back to the chip of the maker that the title is about
                    rival = focus[-1].kind == "chip" and focus[-1].maker != topic.maker
                    home = next((n for n in present if n.kind == "organization"), None)
                    if rival and home is not None and home.name == topic.maker:
                        focus = [*focus, topic]
                if not chips_of(owners):
                    focus = [
                        *focus,
                        *(
                            n
                            for n in present
                            if n.kind in OTHERS
                            and (
                                _opens(n, sentence, present)
                                or (n.kind == "memory" and before.says("launched", n, sentence))
                            )
                            and not before.says("oblique", n, sentence)
                            and (n.kind == "process" or not chip_at_hand(focus, block))
                        ),
                    ]
                if chips_of(free + compared):
                    latest = _latest(self._cards(chips_of(free + compared)))
                    recent = [*recent[-1:], *latest] if len(latest) == 1 else latest

    def _headed(self, folded: str, head: Block, named: list[NameMention]) -> NameMention | None:
        """The one chip that a heading is about: not 直逼RTX 4060."""
        chips = [n for n in chips_of(named) if not n.generic]
        if len({n.name for n in chips}) != 1 or chips[0].chip_kind == "series":
            return None  # below 锐龙7000系列 its members are spoken of
        low = max(head.start, chips[0].start - 16)
        rival = self.roles.before["rival"].ends(folded, low, chips[0].start)
        return None if rival else chips[0]

    def _specifies(
        self, head: Block, names: list[NameMention], starts: list[int], q_starts: list[int]
    ) -> bool:
        """Whether a short line is one of a specification and heads nothing: TDP 8W."""
        holds = bisect_left(q_starts, head.start) < bisect_left(q_starts, head.end)
        named = chips_of(_between(names, starts, head.start, head.end))
        return head.level == SHORT_LINE and holds and not named

    def _with_descriptions(
        self,
        folded: str,
        sentence: Sentence,
        described: bool,
        present: list[NameMention],
        free: list[NameMention],
        frames: list[tuple[int, int]],
        here: list[Quantity],
    ) -> list[NameMention]:
        """The owners of a sentence and the nameless products it describes: 竞争对手的产品, 联发科的旗舰SoC."""
        hits = (
            self.roles.words["description"].finditer(folded, sentence.start, sentence.end)
            if described
            else ()
        )
        spans = [hit.span() for hit in hits]
        for n in present:
            if n.kind == "organization":
                hit = self.roles.words["maker_description"].match(folded, n.end, sentence.end)
                if hit:
                    spans = [(a, b) for a, b in spans if b <= n.start or a >= hit.end()]
                    spans.append((n.start, hit.end()))
                elif self.roles.words["products"].match(folded, n.end, sentence.end):
                    spans.append((n.start, n.end))
                # 64核的|AMD芯片
                told = any(
                    q.metric in SURE
                    and q.end <= n.start
                    and not folded[q.end : n.start].strip(" 的")
                    for q in here
                )
                hit = self.roles.words["makers_chip"].match(folded, n.end, sentence.end)
                if told and hit:
                    spans.append((n.start, hit.end()))
        for q in here:
            # 一颗16纳米的域控SoC, 首款6nm芯片: made in a process, and nothing else is said of it
            hit = (
                self.roles.words["class_behind"].match(folded, q.end, sentence.end)
                if q.metric == "process_node"
                else None
            )
            if hit:
                apart = "的" in folded[q.end : hit.start("name")]
                span = (hit.start("name") if apart else q.start, hit.end("name"))
                span = hit.span("own") if hit["own"] else span
                spans = [(a, b) for a, b in spans if b <= span[0] or a >= span[1]] + [span]
        later = [
            (n, hit)
            for n in free
            if n.kind == "chip"
            and (hit := self.roles.words["successor"].match(folded, n.end, sentence.end))
        ]
        # 骁龙888升级版将采用4nm: what comes after a chip has its own numbers
        free = [n for n in free if all(n is not m for m, _ in later)]
        free += [
            NameMention(m.start, hit.end(), "description", folded[m.start : hit.end()], m.maker)
            for m, hit in later
        ]
        spans += self._strangers(folded, sentence, present)
        found = [
            NameMention(a, b, "description", folded[a:b])
            for a, b in spans
            # 联发科的旗舰SoC天玑9400 has a name after all
            if not any(
                a - 2 <= n.start <= b + 2 for n in present if n.kind == "chip" and not n.generic
            )
            and not any(x < b and a < y for x, y in frames)
            and not self._predicated(folded, a, present)
        ]
        return sorted([*free, *found], key=lambda n: n.start) if found or later else free

    def _machines(
        self, folded: str, sentence: Sentence, focus: list[NameMention], block: Block
    ) -> list[NameMention]:
        """一个机架有18个节点: a machine without a name, where the paragraph names none."""
        if any(n.kind == "system" and n.start >= block.start for n in focus):
            return []
        found = self.roles.words["machine"].finditer(folded, sentence.start, sentence.end)
        return [NameMention(*hit.span(), "system", hit[0]) for hit in found]

    def _predicated(self, folded: str, start: int, present: list[NameMention]) -> bool:
        """Maia 200：微软自研芯片: whether a description only says what the name before it is."""
        head = max(folded.rfind(mark, 0, start) + 1 for mark in _HEADS)
        # 这颗采用4nm制程的SoC集成了…
        if self._presented(folded, start) or self.roles.words["this"].match(folded, head, start):
            return True
        named = [n for n in present if n.kind in ("chip", "organization") and n.end <= start]
        while named and named[-1].kind == "organization" and named[-1].end == start:
            start = named.pop().start
        between = folded[named[-1].end : start] if named and named[-1].kind == "chip" else ""
        return self.roles.words["predicated"].fullmatch(between) is not None

    def _presented(self, folded: str, start: int) -> bool:
        """这是一颗自研芯片, 它是首款采用18A工艺的处理器: whether a clause only says what was just named."""
        head = max(folded.rfind(mark, 0, start) + 1 for mark in _HEADS)
        anaphor = self.roles.anaphor_at(folded, head, head + 4) and "是" in folded[head:start]
        return anaphor or self.roles.words["presents"].match(folded, head, start) is not None

    def _succeeded(self, folded: str, sentence: Sentence, name: NameMention) -> bool:
        """它是H100的升级版: whether a chip is named only to say that something comes after it."""
        if (
            name.kind != "chip"
            or self.roles.words["successor"].match(folded, name.end, sentence.end) is None
        ):
            return False
        return self._presented(folded, name.start)

    def _classed(
        self, folded: str, sentence: Sentence, name: NameMention, present: list[NameMention]
    ) -> bool:
        """出现了i7-13700H，显然是13代酷睿的高端型号: whether a series only says what a chip before it is."""
        if name.chip_kind != "series":
            return False
        head = after_mark(folded, sentence.start, name.start, _HEADS)
        return (
            any(n.kind == "chip" and n.end <= head for n in present)
            and self.roles.words["classed"].fullmatch(folded, head, name.start) is not None
        )

    def _strangers(
        self, folded: str, sentence: Sentence, present: list[NameMention]
    ) -> list[tuple[int, int]]:
        """Model names that no rule knows, where a clause opens with them: DNPU支持…, Tiangai 300将采用…."""
        out = []
        for hit in self.roles.words["stranger"].finditer(folded, sentence.start, sentence.end):
            a, b = hit.span("name")
            head = after_mark(folded, sentence.start, a, _HEADS)
            head = max([head, *(n.end for n in present if n.kind == "organization" and n.end <= a)])
            known = any(n.start < b and a < n.end and n.kind != "organization" for n in present)
            if not known and self.roles.words["opening"].fullmatch(folded, head, a):
                out.append((a, b))
        return out

    def _refocus(
        self,
        folded: str,
        sentence: Sentence,
        owners: list[NameMention],
        parts: list[NameMention],
        focus: list[NameMention],
        before: Before,
        listed: bool,
    ) -> list[NameMention]:
        """What 其 and 该芯片 in the next sentence stand for: what this one is about, then the older ones.

        A sentence that opens with an anaphor stays with what it stands for; a name after 对标 or
        前代 is not what a sentence is about.
        """
        firm = [n for n in owners if n.kind in ("chip", "system") and not n.generic]
        firm = firm or [n for n in owners if n.kind != "model"]
        # RTX 5060 Ti发布。核心代号GB206。它…: a die is not what a text on its card goes on about
        die = self.roles.words["die"]
        here = any(not die.match(n.name) for n in chips_of(firm))
        card = here or any(not die.match(n.name) for n in chips_of(focus))
        about = [
            n for n in without_kin(firm, folded, self.roles.words)
            if not any(before.says(r, n, sentence) for r in ("oblique", "rival", "predecessor"))
            # - 集成骁龙X65基带: what an item of a list counts among the parts
            and not (listed and focus and before.says("contains", n, sentence))
            # 显存为4GB，RX 5500 XT则是8GB: a later clause sets it off
            and not (
                focus and _COMMA.search(folded, sentence.start, n.start)
                and self.roles.words["set_beside"].match(folded, n.end)
            )
            and not (
                card and die.match(n.name)
                # 新显卡采用完整的GV100核心; but Navi 32核心有30组单元 is about the die
                and (here or folded[sentence.start : n.start].rstrip().endswith("的") or any(
                    before.says(r, n, sentence) for r in ("named", "contains", "bracket")
                ))
            )
        ]  # fmt: skip
        # 相比之下，天玑9400为11W。面积…: a text comes back from what it only holds against its own
        aside = bool(_ASIDE.match(folded, sentence.start)) or bool(
            self.roles.words["by_contrast"].match(folded, sentence.start)
        )
        if focus and (not about or aside or self._stays(folded, sentence, about[0])):
            return focus
        named = [n for n in about if before.says("named", n, sentence)]
        if about or firm:
            return [*focus[-3:], (named or about or firm)[0]]
        return focus or parts[:1]

    def _cards(self, chips: list[NameMention]) -> list[NameMention]:
        """Chips without the dies among them: 使用「Pitcairn Pro」核心的HD 7850."""
        die = self.roles.words["die"]
        return [n for n in chips if not die.match(n.name)] or chips

    def _stays(self, folded: str, sentence: Sentence, first: NameMention) -> bool:
        """Whether a sentence opens with an anaphor and stays with what it stands for; 它的继任者Y does not."""
        words, end = self.roles.words, min(first.start, sentence.start + 12)
        found = words["anaphor"].search(folded, sentence.start, end)
        return found is not None and not words["kin"].fullmatch(folded, found.end(), first.start)

    def _parts(
        self,
        folded: str,
        names: list[NameMention],
        sentence: Sentence,
        before: Before,
        here: list[Quantity],
        focus: list[NameMention],
        listed: bool,
    ) -> list[NameMention]:
        """Cores named as parts of something: 集成Cortex-A78, 4颗A720和4颗A520, 144个Grace CPU核心.

        ``focus``: what the sentences before are about: 它由Grace CPU和…组成. ``listed``: in an item of a
        list, where what is counted is a part: * 2个910B.
        """
        words, lists = self.roles.words, listed and bool(focus)
        machine = (
            bool(focus)
            and focus[-1].kind == "system"
            and (
                words["altogether"].search(folded, sentence.start, sentence.end)
                or not words["apiece"].search(folded, sentence.start, sentence.end)
            )
        )
        out: list[NameMention] = []
        system = any(n.kind == "system" for n in names)
        composed = self.roles.words["composed"].search(folded, sentence.start, sentence.end)
        for n in names:
            if n.kind == "chip" and (
                before.says("made_of", n, sentence)
                or (before.says("several", n, sentence) and (lists or machine))
            ):
                out.append(n)
                continue
            if n.kind == "chip" and any(
                m.kind == "system" and words["modifies"].fullmatch(folded, n.end, m.start)
                for m in names
            ):
                out.append(n)  # 拥有10万块H100的Colossus
                continue
            hosts = any(
                m.kind == "chip" and not self.roles.block(m) and not m.generic
                for m in names
                if m.end <= n.start
            )
            hosted = hosts or (focus and self.roles.block(n))
            if n.kind == "chip" and hosted and self.roles.words["framework"].match(folded, n.end):
                out.append(n)  # Rembrandt用Zen 3+，Navi 2 GPU架构
                continue
            counted = hosts and any(q.start < n.start and n.end < q.end for q in here)
            inside = composed and composed.start() < n.start and n.end <= composed.end()
            if n.kind == "chip" and (counted or (inside and (focus or hosts))):
                out.append(n)
                continue
            if n.kind != "chip" or not (self.roles.block(n) or n.generic or system):
                continue
            if (
                (hosts and self.roles.block(n))
                or before.says("contains", n, sentence)
                or (out and self.roles.words["joiner"].fullmatch(folded, out[-1].end, n.start))
            ):
                out.append(n)
        return out

    def _frames(
        self, sentence: Sentence, here: list[Quantity], known: Frames
    ) -> list[tuple[int, int]]:
        """Spans of the sentence that only name what something is compared with."""
        return [q.frame for q in here if q.frame] + [
            (f.start, f.end) for f in known.of(sentence) if not f.owner
        ]

    def _lines_up(self, document: Document, sentence: Sentence) -> bool:
        """Whether a sentence is an item of a list, a row, or a line of a specification: 制程：12nm."""
        block = document.blocks[sentence.block]
        if block.kind in ("item", "row"):
            return True
        short = block.end - block.start <= SPECIFICATION
        return short and bool(_LABEL.match(document.folded, block.start, block.end))

    def _origins(
        self,
        folded: str,
        sentence: Sentence,
        present: list[NameMention],
        here: list[Quantity],
    ) -> list[tuple[int, int]]:
        """Names that own only what something has changed from: 时延从X2的210毫秒缩短到78毫秒."""
        origin = self.roles.before["origin"]
        return [
            (n.start, n.end)
            for n in present
            if n.kind == "chip"
            and any(
                0 <= q.start - n.end <= LINK
                and folded[n.end : q.start].strip("[]() ") in ("", "的")
                for q in here
            )
            and origin.ends(folded, max(sentence.start, n.start - 16), n.start)
        ]

    def _topic(
        self, document: Document, names: list[NameMention], starts: list[int], before: Before
    ) -> NameMention | None:
        """The one chip that the first lines of the article are about, and not held against it."""
        sentence_starts = [s.start for s in document.sentences]
        for block in document.blocks[:3] if sentence_starts else ():
            named = _between(names, starts, block.start, block.end)
            sentence = document.sentences[max(0, bisect_right(sentence_starts, block.start) - 1)]
            chips = [
                n for n in chips_of(named)
                if not n.generic and not before.says("rival", n, sentence)
            ]  # fmt: skip
            chips = chips or [n for n in named if n.kind == "system"]
            if chips and len({n.name for n in chips}) == 1:
                return chips[0]
        return None


def _apart(
    names: list[NameMention], frames: list[tuple[int, int]]
) -> tuple[list[NameMention], list[NameMention]]:
    """The names outside the frames, and those inside."""
    inside = [n for n in names if any(a <= n.start < b for a, b in frames)]
    return [n for n in names if n not in inside], inside


def _named_again(names: list[NameMention]) -> list[NameMention]:
    """Without a line of machines whose member is named right behind it: 第四代DGX系统|DGX H100."""
    return [
        n for n, m in zip_longest(names, names[1:])
        if not (
            m is not None and n.kind == m.kind == "system"
            and m.start - n.end <= HEAD and m.name.startswith(f"{n.name} ")
        )
    ]  # fmt: skip


def _latest(names: list[NameMention]) -> list[NameMention]:
    """The last mention of each name, in their order."""
    last = {n.name: n for n in sorted(names, key=lambda n: n.start)}
    return sorted(last.values(), key=lambda n: n.start)


def _opens(name: NameMention, sentence: Sentence, present: list[NameMention]) -> bool:
    """Whether a sentence opens with a name, or with the maker that has it: 台积电的|N2."""
    makers = [
        n.end for n in present if n.kind == "organization" and n.start - sentence.start <= HEAD
    ]
    return any(0 <= name.start - at <= HEAD for at in (sentence.start, *makers))


def without_kin(
    names: list[NameMention], folded: str, words: dict[str, re.Pattern[str]]
) -> list[NameMention]:
    """Without a name that only says whose kin the next one is: A的前身B, A系列的B; or of what line."""

    def leads(n: NameMention, m: NameMention) -> bool:
        if not folded[n.end : m.start].strip():
            # Alder Lake-S 酷睿i9-12900K: a code name before the model
            numbered = [any(map(str.isdigit, name)) for name in (n.name, m.name)]
            return (n.maker, n.chip_kind) == (m.maker, m.chip_kind) and numbered == [False, True]
        roles = ("kin", "member") if n.chip_kind == "series" else ("kin",)
        return any(words[role].fullmatch(folded, n.end, m.start) for role in roles)

    return [n for n, m in zip_longest(names, names[1:]) if m is None or not leads(n, m)]


def chips_of(names: Iterable[NameMention]) -> list[NameMention]:
    return [n for n in names if n.kind == "chip"]


def chip_at_hand(focus: list[NameMention], block: Block) -> bool:
    """Whether a chip has been the subject in the paragraph: a memory is then a part of it."""
    return any(n.kind == "chip" and n.start >= block.start for n in focus)


def step(
    scene: Scene, words: dict[str, re.Pattern[str]], position: int, metric: str = NODE
) -> tuple[Quantity, Quantity] | None:
    """从5纳米|到|3纳米: the last two numbers of a metric before a position, if one has become the other."""
    nodes = [p for p in scene.quantities if p.metric == metric and p.end <= position]
    folded = scene.document.folded
    for old, new in pairwise(nodes[-2:]):
        low = max(scene.sentence.start, old.start - 10)
        if words["from"].search(folded, low, old.start) and words["to"].match(
            folded, old.end, new.start
        ):
            return old, new
    return None


def names_before(scene: Scene, position: int) -> Iterator[NameMention]:
    """Possible subjects of the article up to a position, the last first."""
    upto = bisect_right(scene.everywhere, position, key=lambda n: n.end)
    return reversed(scene.everywhere[max(0, upto - MEMORY) : upto])


def _main(foundries: list[NameMention]) -> NameMention | None:
    """The foundry that an article is about: named three times as often as any other, and more than twice."""
    counted = Counter(n.name for n in foundries).most_common(2)
    if not counted or counted[0][1] < 3 or (len(counted) > 1 and counted[0][1] < 3 * counted[1][1]):
        return None
    return next(n for n in foundries if n.name == counted[0][0])


def _between(names: list[NameMention], starts: list[int], low: int, high: int) -> list[NameMention]:
    return names[bisect_left(starts, low) : bisect_left(starts, high)]


def _clauses(marks: tuple[int, ...], sentence: Sentence) -> list[tuple[int, int]]:
    """The clauses of a sentence as spans."""
    inside = marks[bisect_left(marks, sentence.start) : bisect_left(marks, sentence.end)]
    starts = [sentence.start, *(mark + 1 for mark in inside)]
    return list(zip(starts, (*inside, sentence.end), strict=True))
