"""Folded text -> blocks and sentences; words on demand.

In: an article. Out: a ``Document``: lines joined to paragraphs where a scrape wrapped them,
headings (``## …``, ``①AMD:``, short lines), list items, table rows, captions, boilerplate; every
sentence with its block, and for every block the heading whose topic it stands under.

>>> from pipeline.model import Article
>>> doc = segment(Article("①寒武纪:思元370用7纳米工艺。性能更好。"), Boilerplate(()))
>>> [(b.kind, doc.folded[b.start:b.end]) for b in doc.blocks]
[('heading', '①寒武纪'), ('paragraph', '思元370用7纳米工艺。性能更好。')]
>>> len(doc.sentences)
3
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise, zip_longest
from typing import Literal

from pipeline.document.clean import fold, script_of
from pipeline.document.stamps import date_in
from pipeline.document.tables import WIDE, find_tables
from pipeline.model import Article, Block, Document, Sentence
from pipeline.rules import CsvSchema, Row, Rulebook, alternation

SCHEMAS = {
    "boilerplate": CsvSchema(
        ("scope", "pattern", "example"), enums={"scope": ("line", "rest", "list", "goes_on")}
    )
}

Kind = Literal["paragraph", "heading", "item", "row", "caption", "boilerplate"]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Lines that hold no facts, compiled from rules/boilerplate.csv."""

    rows: tuple[Row, ...]
    line: re.Pattern[str] = re.compile(r"(?!)")
    rest: re.Pattern[str] = re.compile(r"(?!)")
    list: re.Pattern[str] = re.compile(r"(?!)")
    headed: re.Pattern[str] = re.compile(r"(?!)")
    """What heads such a list or rest, and in the same line what it heads."""
    label: re.Pattern[str] = re.compile(r"(?!)")
    """What opens the line of a byline, which heads no section."""
    goes_on: re.Pattern[str] = re.compile(r"(?!)")
    """What no line begins with: it goes on with the line before."""

    @staticmethod
    def compile(rules: Rulebook) -> Boilerplate:
        rows = rules.table("boilerplate")
        patterns = {
            scope: re.compile(
                "|".join(r["pattern"] for r in rows if r["scope"] == scope) or "(?!)", re.I
            )
            for scope in ("line", "rest", "list", "goes_on")
        }
        words = alternation([r["word"] for r in rules.table("bylines")]) or "(?!)"
        label = re.compile(rf"\W*(?:{words})(?: ?[:|丨/]| [\u4e00-\u9fff]{{2,4}}(?: |$))", re.I)
        heads = rf"(?:{patterns['list'].pattern}|{patterns['rest'].pattern})"
        headed = re.compile(rf"[^\w\n]*{heads}(?:(?<=[:：])|[】\]] ?[:：]?).", re.I)
        return Boilerplate(
            rows, patterns["line"], patterns["rest"], patterns["list"], headed, label,
            patterns["goes_on"],
        )  # fmt: skip


_HASHES = re.compile(r"(#{1,6})\s+\S")
_TOPIC = re.compile(
    r"\s*(?:[①-⑳❶-❿㊀-㊉]|[(（]?[一二三四五六七八九十]{1,3}[、)）]|\d{1,2}[、)）])\s*([^\s:：。，,；;！!？?]{1,24}(?: [^\s:：。，,；;！!？?]{1,24}){0,3})[:：]"
)
_NUMBERED = re.compile(
    r"\s*(?:[①-⑳❶-❿]|[(（]?[一二三四五六七八九十]{1,3}[、)）.]|0\d\b|Part\s?\d)", re.I
)
_ITEM = re.compile(r"\s*(?:[-－+•·▪●◆■►▶✔◇○]|\*(?!\*)|\d{1,2}[.)、](?!\d)|>)\s*")
_CAPTION = re.compile(
    r"(?:图片?|配图|摄影|图源)(?:来源|源自)|(?:图源|来源|摄)\s*[:：|｜]|[|｜丨]\s*(?:图片|图源|来源|视觉中国)|^\s*▲|^\s*图\s*\d+\s*[:：]"
)
_CAPTIONS = re.compile("[图配摄来|｜丨▲]")
"""One of these stands in every caption."""
_TERMINAL = "。！？!?…；;：:”」』’)）]】"
_END = re.compile(
    # all ends by one class of characters first: 。！？ with what closes behind it, a full stop
    # behind Han, two dots or more
    r"[。！？!?.…](?:(?<=[。！？!?])[。！？!?]*[”’」』\"')）\]】 ]*"
    r"|(?<=[\u4e00-\u9fff]\.)(?=\s|[\u4e00-\u9fff]|$)|(?<=…)…+[”’」』]*)"
)
_CLAUSED = re.compile(r"[。；;，,]|[：:.]$")
_CLOCK = re.compile(r"[\d\s年月日时分秒/:.~-]+")
"""2024, 02/29, 15:24: the pieces of a stamp, one a line."""
_ANY = "2024-01-01"
"""A day of fetching, so that 3小时前 shows as a stamp."""
LONGEST = 1000
"""Characters after which a sentence is cut at a comma, or anywhere: none in a real article is as long,
and what looks around in its sentence must not look around in a whole file without stops."""
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_FULL_LINE = 50
"""Characters of a line that may have been broken by its width; headings are shorter."""
_GOES_ON = 0.15
"""How much of an article in prose behind a list of other articles shows that it goes on there."""
_NAME_BEGUN = re.compile(r"[\u4e00-\u9fff，、](?: ?[A-Z][A-Za-z.]*)+\Z")
_NAME_ENDED = re.compile(r"[A-Z][A-Za-z]+(?=[\u4e00-\u9fff(，])")
_CLAUSE = re.compile(
    # all marks by one class of characters first; a comma or colon between digits is no mark (3,352)
    r"[，；;。！？!?\n|,:：](?:(?<![,:：])|(?<!\d.)|(?<=,)(?!\d{3}(?!\d)))"
)


def segment(article: Article, boilerplate: Boilerplate) -> Document:
    """Lay blocks and sentences over an article."""
    script = script_of(article.text)
    folded = fold(article.text, script)
    blocks = tuple(_topics(_blocks(article, folded, boilerplate)))
    marks = tuple([mark.start() for mark in _CLAUSE.finditer(folded)])
    sentences = tuple(_sentences(folded, blocks, marks))
    return Document(
        article,
        folded,
        script,
        blocks,
        sentences,
        tuple(find_tables(article.text, folded, blocks)),
        marks,
    )


def clause(marks: tuple[int, ...], start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """The clause around start:end inside the sentence low:high, without the marks that end it."""
    before, behind = bisect_left(marks, start) - 1, bisect_left(marks, end)
    left = marks[before] + 1 if before >= 0 and marks[before] >= low else low
    return left, marks[behind] if behind < len(marks) and marks[behind] < high else high


def after_mark(text: str, low: int, position: int, marks: str) -> int:
    """Where what follows the last of ``marks`` before a position begins; ``low`` where none stands behind that."""
    while position > low and text[position - 1] not in marks:
        position -= 1
    return position


def _lines(text: str, folded: str) -> list[tuple[int, int]]:
    """Start and end of every line, without the white space around it."""
    out, position = [], 0
    for line in folded.split("\n"):
        stripped = line.strip()
        start = position + len(line) - len(line.lstrip())
        out.append((start, start + len(stripped)))
        position += len(line) + 1
    return out


def _wrapped(folded: str, lines: list[tuple[int, int]]) -> bool:
    """True when a scrape broke its paragraphs at a fixed width.

    Such lines end without punctuation, are followed at once by another, and are about as wide.
    """
    widths = []
    for (start, end), (start2, end2) in pairwise(lines):
        if end - start < 20 or end2 == start2 or folded[start] in "|#*->":
            continue
        if folded[end - 1] not in _TERMINAL and folded[start2] not in "|#*->":
            line = folded[start:end]
            widths.append(len(line) + len("".join(_HAN.findall(line))))
    if len(widths) < 6:
        return False
    widths.sort()
    return widths[-1] < 160 and widths[len(widths) // 5] > 0.6 * widths[-1]


def _broken(folded: str, last: Block, line: str) -> bool:
    """True when ``line`` ends a sentence that the paragraph before it left in the middle: …的 B200 的 4.5⏎petaFLOPS。"""
    before = folded[last.start : last.end]
    return (
        len(before) >= _FULL_LINE
        and "，" in before
        and before[-1].isalnum()
        and line.endswith(("。", "。”", "。」", "！", "？"))
        and not _ITEM.match(line)
        and not _HASHES.match(line)
        and not _NUMBERED.match(line)
    )


def _open(folded: str, last: Block, line: str) -> bool:
    """True when ``line`` goes on with a bracket or a Latin name: 林舟(Lin⏎Zhou)表示。, 据The⏎Standard报道。"""
    before = folded[max(last.start, last.end - _FULL_LINE) : last.end]
    inside = before.rfind("(") > before.rfind(")")
    closed = line.find(")")
    name = _NAME_BEGUN.search(before) and _NAME_ENDED.match(line) and line[-1] in "。！？!?”」"
    return bool(name) or (inside and 0 <= closed < _FULL_LINE and "(" not in line[:closed])


def _kind(text: str, folded: str, start: int, end: int, alone: bool) -> tuple[Kind, int]:
    line = folded[start:end]
    if line.startswith("|") or line.count("|") >= 3 or text.count("\t", start, end) >= 2:
        return "row", 0
    if text[text.rfind("\n", 0, start) + 1 : end].lstrip().startswith(("```", "~~~")):
        return "boilerplate", 0  # a fence around code says nothing; its marks are blanks in folded
    hashes = _HASHES.match(line)
    if hashes:
        return "heading", len(hashes[1])
    if (
        len(line) < 120
        and _CAPTIONS.search(line)
        and _CAPTION.search(line)
        and not line.endswith("。")
    ):
        return "caption", 0
    bold = (
        text.startswith("**", start) and text.startswith("**", end - 2)
        if end - start > 4
        else False
    )
    lead = text[text.rfind("\n", 0, start) + 1 : start]
    if (_ITEM.match(line) and not bold) or _ITEM.fullmatch(lead):
        return "item", 0
    short = (end - start <= 36 and not _CLAUSED.search(line)) or (
        bold and end - start < 60 and "。" not in line
    )
    if short and (bold or alone or _NUMBERED.match(line)):
        return "heading", 4
    return "paragraph", 0


def _blocks(article: Article, folded: str, boilerplate: Boilerplate) -> list[Block]:
    text = article.text
    lines = _lines(text, folded)
    wrapped = _wrapped(folded, lines)
    out: list[Block] = []
    until = 0  # where what a line of boilerplate heads ends
    behind: list[int] = []
    previous_end = -2
    for index, (start, end) in enumerate(lines):
        if start == end:
            previous_end = -2
            continue
        line = folded[start:end]
        if start >= until and len(line) < 40:
            heading = line.strip("#*-_=~>【】[]|:· ")
            if boilerplate.rest.fullmatch(heading):
                # in the first third it belongs to a side bar, not to the end
                until = len(text) if start > 0.35 * len(text) else end
            elif boilerplate.list.fullmatch(heading):
                behind = behind or _prose_behind(folded, lines)
                until = _end_of_list(text, folded, lines, index, behind)
            if until > start:
                out.append(Block(len(out), start, end, "boilerplate"))
                continue
        if start < until or (
            len(line) < 200 and (boilerplate.line.fullmatch(line) or boilerplate.headed.match(line))
        ):
            out.append(Block(len(out), start, end, "boilerplate"))
            continue
        last = out[-1] if out else None
        follows = last is not None and previous_end == index - 1
        if (
            last is not None
            and follows
            and folded[last.end - 1] not in "。！？!?」”"
            and (
                (
                    wrapped
                    and last.kind == "paragraph"
                    and not _ITEM.match(line)
                    and not _HASHES.match(line)
                )
                # a name that was a link stands on a line of its own: 林舟⏎表示：
                or (last.kind in ("paragraph", "heading") and boilerplate.goes_on.match(line))
                or (len(out) > 1 and last.kind == "paragraph" and _broken(folded, last, line))
                or (
                    len(out) > 1
                    and last.kind in ("paragraph", "heading")
                    and _open(folded, last, line)
                )
            )
        ):
            out[-1] = Block(last.number, last.start, end, "paragraph")
            previous_end = index
            continue
        alone = index + 1 < len(lines) and not wrapped
        kind, level = _kind(text, folded, start, end, alone)
        topic = _TOPIC.match(folded, start, end) if kind in ("paragraph", "item") else None
        if topic and topic.end() < end:
            out.append(Block(len(out), start, topic.end(1), "heading", level=5))
            rest = (
                topic.end()
                + len(folded[topic.end() : end])
                - len(folded[topic.end() : end].lstrip())
            )
            out.append(Block(len(out), rest, end, "paragraph"))
        else:
            out.append(Block(len(out), start, end, kind, level=level))
        previous_end = index
    return _grids(text, folded, _headings(article, folded, out, boilerplate))


def _headings(
    article: Article, folded: str, blocks: list[Block], boilerplate: Boilerplate
) -> list[Block]:
    """Short lines that head nothing are no headings: those of bylines and stamps, and of what stands between a
    title and the first sentence all but the last."""
    out = list(blocks)
    told = False
    for block, later in zip_longest(blocks, blocks[1:]):
        line = folded[block.start : block.end]
        told = told or (block.kind == "paragraph" and "。" in line)
        if block.kind != "heading" or block.level != 4 or not block.number:
            continue
        if (
            boilerplate.label.match(line)
            or _CLOCK.fullmatch(line)
            or article.text[block.start : block.end] in (article.author, article.publisher)
            or (not told and (date_in(line, _ANY) or (later and later.kind != "paragraph")))
        ):
            out[block.number] = Block(block.number, block.start, block.end, "paragraph")
    return out


def _end_of_list(
    text: str, folded: str, lines: list[tuple[int, int]], index: int, behind: list[int]
) -> int:
    """Where the titles below 相关阅读 end: at the next paragraph or heading, where they are items at what is
    none; at the end of the article where little but teasers follows."""
    items = 0
    for number in range(index + 1, len(lines)):
        start, end = lines[number]
        if start == end:
            continue
        item = _ITEM.match(text, text.rfind("\n", 0, start) + 1, end) is not None
        items += item
        if (
            (items and not item)
            or _HASHES.match(folded, start, end)
            or _NUMBERED.match(folded, start, end)
            or (text.startswith("**", max(start - 2, 0)) and text.startswith("**", end))
            or (end - start > 40 and "。" in folded[start:end])
        ):
            return start if behind[number] >= _GOES_ON * len(folded) else len(folded)
    return len(folded)


def _prose_behind(folded: str, lines: list[tuple[int, int]]) -> list[int]:
    """For each line how many characters of sentences stand in it and behind."""
    prose = [end - start if "。" in folded[start:end] else 0 for start, end in lines]
    return list(accumulate(reversed(prose)))[::-1]


def _grids(text: str, folded: str, blocks: list[Block]) -> list[Block]:
    """Lines that follow each other and have as many cells (显存 | 24GB, with bars, tabs or wide gaps)
    are the rows of a table: three of them, two where the cells are three or more between bars."""
    out = list(blocks)
    run: list[Block] = []
    shape = ("", 0)
    for block in [*blocks, None]:
        cut = _cut(text, folded, block) if block else ("", 0)
        if cut != shape or not cut[1]:
            if len(run) >= (2 if shape[1] > 1 and shape[0] == "|" else 3):
                for b in run:
                    out[b.number] = Block(b.number, b.start, b.end, "row")
            run, shape = [], cut
        if block and cut[1]:
            run.append(block)
    return out


def _cut(text: str, folded: str, block: Block) -> tuple[str, int]:
    """What divides a line into cells, and how often; nothing for a line of prose."""
    line = folded[block.start : block.end]
    if block.kind not in ("paragraph", "heading", "item") or len(line) > 160 or "。" in line:
        return "", 0
    for sign, times in (("|", line.count("|")), ("\t", text.count("\t", block.start, block.end))):
        if times and (times > 1 or len(line) < 60):
            return sign, times
    gaps = len(WIDE.findall(line))
    return (" ", gaps) if gaps > 1 else ("", 0)


def _topics(blocks: list[Block]) -> list[Block]:
    """Give every block the heading it stands under."""
    out, current = [], -1
    for block in blocks:
        if block.kind == "heading":
            current = block.number
        out.append(Block(block.number, block.start, block.end, block.kind, current, block.level))
    return out


def _sentences(
    folded: str, blocks: tuple[Block, ...], marks: tuple[int, ...]
) -> Iterator[Sentence]:
    number = 0
    for block in blocks:
        if block.kind == "boilerplate":
            continue
        start = block.start
        ends = (
            [found.end() for found in _END.finditer(folded, start, block.end)]
            if block.kind != "row"
            else []
        )
        if not ends or ends[-1] < block.end:
            ends.append(block.end)
        for end in ends:
            while end - start > LONGEST:
                last = bisect_left(marks, start + LONGEST) - 1
                cut = marks[last] + 1 if last >= 0 and marks[last] > start else start + LONGEST
                yield Sentence(number, start, cut, block.number)
                number, start = number + 1, cut
            if start < end:
                yield Sentence(number, start, end, block.number)
                number, start = number + 1, end
