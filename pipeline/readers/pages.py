"""Web pages -> articles: HTML, and MHTML as browsers save it.

The text is made from the page: its title as ``# heading``, the lines of a byline as they stand
around the body, then the body in blocks: headings, ``- items``, ``| table | rows |``. Where the body is,
say the rules (``body,id,js_content``), else trafilatura; what it says is read by ``Lines``, which keeps
tables and lists whole. Navigation, comments, forms, scripts and hidden elements are left out.

    <h1>云岭发布X1</h1><div>来源：山海科技 2024-02-29</div><article><p>云岭X1采用5纳米工艺。</p>…
    -> "# 云岭发布X1\\n\\n来源：山海科技 2024-02-29\\n\\n云岭X1采用5纳米工艺。…"
"""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any, BinaryIO

import lxml.html
from lxml import etree
from trafilatura import bare_extraction

from pipeline.byline import date_in
from pipeline.encoding import decode
from pipeline.readers import Found, Reading, article, refused
from pipeline.readers.page_rules import FIELDS, PageRules

Element = Any
"""An element of lxml, whose stubs do not follow its trees."""

_MAX_DEPTH = 250
"""Deeper nesting is cut by the parser; no article needs it."""
_BYLINE_LINES = 12
_BYLINE_LENGTH = 120
_SKIPPED = frozenset(
    "script style noscript template nav aside form button select svg iframe object embed canvas video "
    "audio head map textarea input dialog".split()
)
_BLOCKS = frozenset(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure footer h1 h2 "
    "h3 h4 h5 h6 header hr html li main ol p pre section summary table tbody td tfoot th thead tr ul br".split()
)
_HEADINGS = {f"h{n}": "#" * n + " " for n in range(1, 7)}
_RAISED = {"2": "²", "3": "³"}
"""mm<sup>2</sup>"""
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_SPACE = re.compile(r"[ \t\n\r\f\v\xa0]+")
_BETWEEN_HAN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])")
_MAX_CELLS = 200_000
_MAX_SPAN = 100
_WIDE_CELL = 300
"""A table with longer cells lays out a page."""


def html(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """The article of a page."""
    data = stream.read()
    try:
        text, encoding = decode(data)
    except UnicodeError as error:
        yield refused(path, data, str(error))
        return
    yield page(text, path, encoding, reading)


def mhtml(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """The article of a page that a browser saved as one file."""
    data = stream.read()
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes) and payload.strip():
                try:
                    text, encoding = decode(payload)
                except UnicodeError as error:
                    yield refused(path, data, str(error))
                    return
                url = _header(message, "Snapshot-Content-Location") or _header(part, "Content-Location")
                fetched = reading.fetched or _day(_header(message, "Date"))
                known = Reading(reading.columns, fetched, reading.pages)
                yield page(text, path, encoding, known, url if url.startswith("http") else "")
                return
    yield refused(path, data, "holds no page: no part of it is text/html")


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _day(date: str) -> str:
    try:
        return parsedate_to_datetime(date).isoformat()
    except ValueError:
        return ""


def page(text: str, path: str, encoding: str, reading: Reading, url: str = "") -> Found:
    """The article of a page's source."""
    tree = parse(text)
    if tree is None:
        return refused(path, text.encode("utf-8", "replace"), "empty: no element of HTML")
    rules = reading.pages
    known = _metadata(tree, text, rules, reading.fetched)
    known["url"] = known["url"] or url or _saved_from(text)
    body = _body(tree, text, rules)
    lines = Lines(rules, tree)
    content = lines.of(body)
    above, below = lines.around(body)
    title = known["title"] or _heading(tree, lines) or _page_title(tree, rules)
    known["title"] = title
    above = _byline(above, title)
    below = [line for line in below if len(line) <= _BYLINE_LENGTH][:_BYLINE_LINES]
    parts = [*above, *content, *_foot(below)]
    if title and not any(_bare(line) == _bare(title) for line in parts[: _BYLINE_LINES + 2]):
        parts.insert(0, f"# {title}")
    if not content:
        return refused(path, text.encode("utf-8", "replace"), "no article: the page holds no running text")
    return article(path, "\n\n".join(parts), encoding, fetched=reading.fetched, **known)


def parse(text: str) -> Element | None:
    """The tree of a page; None when there is none."""
    # an XML declaration with an encoding is refused by lxml in text that is decoded already; NUL ends it
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text.replace("\0", ""))
    parser = lxml.html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
    try:
        tree = lxml.html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    return tree


# ------------------------------------------------------------------------------------------ body


def _body(tree: Element, text: str, rules: PageRules) -> Element:
    """The element that holds the article."""
    for form, name in rules.places.get("body", ()):
        found = _named(tree, form, name)
        if found:
            best = max(found, key=_length)
            if _length(best) >= 40:
                return best
    extracted = bare_extraction(text, include_tables=True, include_comments=False, fast=True)
    paragraphs = [_key(line) for line in (extracted.text or "").split("\n")] if extracted else []
    wanted = {p for p in paragraphs if len(p) >= 12}
    main = tree.body if tree.body is not None else tree
    if not wanted:
        return max(main.iter("article", "main"), key=_length, default=main)
    return _holder(main, wanted)


def _holder(main: Element, wanted: set[str]) -> Element:
    """The deepest element that holds nine tenths of the wanted paragraphs."""
    count: dict[Element, int] = {}
    total = 0
    for element in main.iter():
        if isinstance(element.tag, str) and element.tag in _BLOCKS and _key(_own(element)) in wanted:
            total += 1
            count[element] = count.get(element, 0) + 1
    if not total:
        return main
    for element in reversed(list(main.iter())):  # children before their parents
        if element in count and element is not main:
            parent = element.getparent()
            count[parent] = count.get(parent, 0) + count[element]
    best = main
    while True:
        deeper = [c for c in best if count.get(c, 0) >= 0.9 * total and c.tag not in ("p", "tr", "td")]
        if not deeper:
            return best
        best = deeper[0]


def _own(element: Element) -> str:
    """Text of an element that is not in a block within it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag not in _BLOCKS:
            parts.append("".join(child.itertext()))
        parts.append(child.tail or "")
    return "".join(parts)


def _named(tree: Element, form: str, name: str) -> list[Element]:
    """Elements with this id, or with this class among theirs; case does not count."""
    found = []
    for element in tree.iter():
        if form == "id":
            if (element.get("id") or "").lower() == name:
                found.append(element)
        elif name in (element.get("class") or "").lower().split():
            found.append(element)
    return found


def _length(element: Element) -> int:
    return sum(len(t) for t in element.itertext())


def _key(line: str) -> str:
    """A line without markup and white space, to know it again."""
    return re.sub(r"[\s|#*-]+", "", line)


@dataclass(frozen=True, slots=True)
class Lines:
    """Elements -> the lines of a text."""

    rules: PageRules
    tree: Element

    def of(self, root: Element, stop: Element | None = None) -> list[str]:
        """Blocks of an element in order, each one line; up to ``stop``, if that is inside."""
        out: list[str] = []
        buffer: list[str] = []
        prefix = ""
        pre = 0

        def flush() -> None:
            nonlocal prefix
            text = "".join(buffer)
            buffer.clear()
            if pre:
                lines = [line.rstrip() for line in text.split("\n")]
            else:
                lines = [_BETWEEN_HAN.sub("", _SPACE.sub(" ", text)).strip()]
            if any(lines):
                out.append(prefix + "\n".join(lines).strip("\n"))
                prefix = ""

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if not isinstance(tag, str):
                if event == "end" and element is not root:
                    buffer.append(element.tail or "")
                continue
            if event == "start":
                if element is stop:
                    break
                if element is not root and (tag in _SKIPPED or self.unwanted(element)):
                    walk.skip_subtree()
                    continue
                if tag == "table" and (rows := self.rows(element)):
                    flush()
                    out.append("\n".join(rows))
                    walk.skip_subtree()
                    continue
                if tag in _BLOCKS:
                    flush()
                    prefix = _HEADINGS.get(tag, "- " if tag == "li" else prefix if tag != "br" else "")
                    pre += tag == "pre"
                if tag == "sup" and (element.text or "").strip() in _RAISED and not len(element):
                    buffer.append(_RAISED[element.text.strip()])
                    walk.skip_subtree()
                    continue
                buffer.append(element.text or "")
            else:
                if tag in _BLOCKS:
                    flush()
                    prefix = ""
                    pre -= tag == "pre"
                if element is not root:
                    buffer.append(element.tail or "")
        flush()
        return out

    def unwanted(self, element: Element) -> bool:
        """Whether an element is no part of what a reader of the article sees."""
        if element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        if _HIDDEN.search(element.get("style") or ""):
            return True
        words = f"{element.get('class') or ''} {element.get('id') or ''}"
        # a frame of the whole page may be called with-sidebar: what holds most of the text stays
        return bool(
            words.strip()
            and self.rules.drop.search(words)
            and _length(element) < 0.5 * (_length(self.tree) or 1)
        )

    def rows(self, table: Element) -> list[str]:
        """Rows of a table as ``| a | b |``, a line of dashes below a header; none for a layout."""
        if next(table.iterdescendants("table"), None) is not None:
            return []
        cells: list[list[str]] = []
        over: dict[int, tuple[int, str]] = {}
        header = False
        count = 0
        for tr in table.iter("tr"):
            row: list[str] = []
            plain = [c for c in tr if c.tag in ("td", "th")]
            for cell in plain:
                while len(row) in over:
                    row.append(_from_above(over, len(row)))
                text = " ".join(self.of(cell)).replace("|", "/").replace("\n", " ")
                if len(text) > _WIDE_CELL:
                    return []
                wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
                count += wide
                if count > _MAX_CELLS:
                    return []
                for _ in range(wide):
                    if high > 1:
                        over[len(row)] = (high - 1, text)
                    row.append(text)
            while len(row) in over:
                row.append(_from_above(over, len(row)))
            if any(row):
                if not cells:
                    header = all(c.tag == "th" for c in plain) or len(row) > 2
                cells.append(row)
        if not cells or max(map(len, cells)) < 2:
            return []
        return table_rows(cells, header)


def table_rows(cells: list[list[str]], header: bool) -> list[str]:
    """Cells as lines of Markdown: ``| 型号 | X1 |``, ``| --- | --- |``, …"""
    width = max(map(len, cells))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in cells]
    if header and len(lines) > 1:
        lines.insert(1, "|" + " --- |" * width)
    return lines


def _from_above(over: dict[int, tuple[int, str]], column: int) -> str:
    """The text of a cell that reaches down into this row."""
    left, text = over.pop(column)
    if left > 1:
        over[column] = (left - 1, text)
    return text


def _span(cell: Element, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() and len(value) < 5 else 1
