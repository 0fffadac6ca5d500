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

from pipeline.document.stamps import date_in
from pipeline.readers import Found, Reading, article, quiet, refused
from pipeline.readers.encoding import decode
from pipeline.readers.page_rules import FIELDS, PageRules
from pipeline.readers.tables import table_rows

Element = Any
"""An element of lxml, whose stubs do not follow its trees."""

_MAX_DEPTH = 250
"""Deeper nesting is cut by the parser; no article needs it."""
_BYLINE_LINES = 12
_BYLINE_LENGTH = 120
_SKIPPED = frozenset(
    {
        "script", "style", "noscript", "template", "nav", "aside", "form", "button",
        "select", "svg", "iframe", "object", "embed", "canvas", "video", "audio", "head",
        "map", "textarea", "input", "dialog",
    }
)  # fmt: skip
_BLOCKS = frozenset(
    {
        "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl",
        "dt", "fieldset", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5",
        "h6", "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary",
        "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "br",
    }
)  # fmt: skip
_HEADINGS = {f"h{n}": "#" * n + " " for n in range(1, 7)}
_INLINE = frozenset({"a", "b", "em", "i", "label", "span", "strong", "time"})
_BOLD = ("b", "strong")
_HEADING = 60
"""A paragraph of bold letters, as short as this, heads a section and stays marked as bold."""
_RAISED = {"2": "²", "3": "³"}
"""mm<sup>2</sup>"""
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_SPACE = re.compile(r"[ \t\n\r\f\v\xa0]+")
_HAN = r"[\u3000-\u9fff\uff00-\uffef]"
_BROKEN = re.compile(rf"(?<={_HAN})[ \t\r]*\n\s*(?={_HAN})")
"""Where the source of a page breaks a line of Chinese."""
_BODY = "\0"
"""Where the body stood among the lines around it."""
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
                url = _header(message, "Snapshot-Content-Location") or _header(
                    part, "Content-Location"
                )
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
    lines = Lines(rules, _length(tree))
    content = lines.of(body)
    above, below = lines.around(tree, body)
    title = known["title"]
    parts = [*_above(above, title), *content, *_told(below)]
    if title and not any(_key(line) == _key(title) for line in parts[: _BYLINE_LINES + 2]):
        parts.insert(0, f"# {title}")
    if not content:
        return refused(
            path, text.encode("utf-8", "replace"), "no article: the page holds no running text"
        )
    return article(path, "\n\n".join(parts), encoding, fetched=reading.fetched, **known)


def parse(text: str) -> Element | None:
    """The tree of a page; None when there is none."""
    # an XML declaration with an encoding is refused by lxml in text that is decoded already; NUL ends it
    text = re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text.replace("\0", ""))
    # entities of a document type are not resolved; the parser would take their end for text
    text = re.sub(r"^\s*<!DOCTYPE[^<>\[]{0,200}\[[^\]]*\]\s*>", "", text, flags=re.I)
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
    with quiet():
        extracted: Any = bare_extraction(
            text, include_tables=True, include_comments=False, fast=True
        )
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
        if (
            isinstance(element.tag, str)
            and element.tag in _BLOCKS
            and _key(_own(element)) in wanted
        ):
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
        deeper = [
            c for c in best if count.get(c, 0) >= 0.9 * total and c.tag not in ("p", "tr", "td")
        ]
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
    size: int
    """Characters of the whole page."""

    def around(self, tree: Element, body: Element) -> tuple[list[str], list[str]]:
        """The lines of the page before the body and behind it."""
        lines = self.of(tree, body)
        at = lines.index(_BODY) if _BODY in lines else 0
        return lines[:at], lines[at + 1 :]

    def of(self, root: Element, body: Element | None = None) -> list[str]:
        """Blocks of an element in order, each one line. ``body``, if given, becomes a line of its own."""
        out: list[str] = []
        buffer: list[str] = []
        prefix = ""
        pre = bold = 0
        label = self.rules.labels.get("any")
        plain = root.tag in ("td", "th")

        def add(text: str | None) -> None:
            nonlocal plain
            if text:
                buffer.append(text if pre else _BROKEN.sub("", text))
                plain = plain or (not bold and not text.isspace())

        def flush(paragraph: bool = False) -> None:
            nonlocal prefix, plain
            text = "".join(buffer)
            buffer.clear()
            if paragraph and not plain and not prefix and 0 < len(text.strip()) <= _HEADING:
                text = f"**{text.strip()}**"
            plain = root.tag in ("td", "th")
            if pre:
                lines = [line.rstrip() for line in text.split("\n")]
            else:
                lines = [_SPACE.sub(" ", text).strip()]
            if any(lines):
                out.append(prefix + "\n".join(lines).strip("\n"))
                prefix = ""

        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag = element.tag
            if not isinstance(tag, str):
                if event == "end" and element is not root:
                    add(element.tail)
                continue
            if event == "start":
                if element is body and element is not root:
                    flush()
                    out.append(_BODY)
                    walk.skip_subtree()
                    continue
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
                    prefix = _HEADINGS.get(
                        tag, "- " if tag == "li" else prefix if tag != "br" else ""
                    )
                    pre += tag == "pre"
                bold += tag in _BOLD
                if tag in _INLINE and label and label.match(element.text or ""):
                    buffer.append(" ")  # 08:30<span>来源：…
                if tag == "sup" and (element.text or "").strip() in _RAISED and not len(element):
                    buffer.append(_RAISED[element.text.strip()])
                    walk.skip_subtree()
                    continue
                add(element.text)
            else:
                bold -= tag in _BOLD
                if tag in _BLOCKS:
                    flush(tag == "p")
                    prefix = ""
                    pre -= tag == "pre"
                elif body is not None and tag in _INLINE and prefix[:1] != "#":
                    buffer.append(" ")  # the pieces of a byline stand apart by their style
                if element is not root:
                    add(element.tail)
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
            words.strip() and self.rules.drop.search(words) and _length(element) < 0.5 * self.size
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


def _from_above(over: dict[int, tuple[int, str]], column: int) -> str:
    """The text of a cell that reaches down into this row."""
    left, text = over.pop(column)
    if left > 1:
        over[column] = (left - 1, text)
    return text


def _span(cell: Element, name: str) -> int:
    value = cell.get(name) or "1"
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() and len(value) < 5 else 1


# -------------------------------------------------------------------------------------- metadata


def _above(lines: list[str], title: str) -> list[str]:
    """The title and the byline below it; where the page shows no title, the lines that tell something."""
    wanted = _key(title)
    at = [i for i, line in enumerate(lines) if wanted and _key(line) == wanted]
    if not at:
        return _told(lines[-_BYLINE_LINES:])
    heading, *rest = lines[at[-1] :]
    short = [line for line in rest if len(line) <= _BYLINE_LENGTH]
    return [
        f"# {heading.lstrip('# ')}",
        *short[:_BYLINE_LINES],
        *_told(lines[max(at[-1] - 3, 0) : at[-1]]),
    ]


_DATE_PART = re.compile(r"[\d年月日时分/:.\- ]{4,24}")
_TELLING = re.compile(r"[^。！？]{1,12}[:：|｜丨/][^。！？]{1,100}")


def _told(lines: list[str]) -> list[str]:
    """Lines outside of the body that may tell who wrote it, where and when; menus and links do not."""
    return [
        line
        for line in lines
        if len(line) <= _BYLINE_LENGTH
        and (date_in(line) or _DATE_PART.fullmatch(line) or _TELLING.fullmatch(line))
    ][:_BYLINE_LINES]


def _metadata(tree: Element, text: str, rules: PageRules, fetched: str) -> dict[str, str]:
    """What elements, scripts and meta tags say, by field; a byline in the text is read later."""
    metas: dict[str, str] = {}
    for meta in tree.iter("meta", "link"):
        name = (
            meta.get("property")
            or meta.get("name")
            or meta.get("itemprop")
            or meta.get("rel")
            or ""
        )
        metas.setdefault(name.lower(), (meta.get("content") or meta.get("href") or "").strip())
    linked = _linked_data(tree)
    named = _elements(tree, rules)
    known = {}
    for field in FIELDS:
        values = [
            named.get(place, "") for place in rules.places.get(field, ()) if place[0] != "meta"
        ]
        values.append(linked.get(field, ""))
        values += [m[1] for p in rules.scripts.get(field, ()) if (m := p.search(text))]
        values += [metas.get(name, "") for name in rules.named(field, "meta")]
        if field == "published":
            values = [date_in(value, fetched) for value in values]
        elif field in ("author", "publisher"):
            label = rules.labels.get(field)
            values = [label.sub("", value, count=1) if label else value for value in values]
            # with a sign between a word and a name it is a byline, which the lines of the text hold as well
            values = [
                value for value in values if len(value) <= 40 and not re.search(r"[:：|｜/]", value)
            ]
        known[field] = next(filter(None, values), "")
    if known["author"] == known["publisher"]:
        known["author"] = ""
    known["title"] = _title(tree, rules, known["title"])
    return known


def _elements(tree: Element, rules: PageRules) -> dict[tuple[str, str], str]:
    """The text of the first element with each id or class that the rules name, but for the body's."""
    wanted = {place for field in FIELDS for place in rules.places.get(field, ())}
    found: dict[tuple[str, str], str] = {}
    for element in tree.iter():
        if not isinstance(element.tag, str):
            continue
        places = [("class", name) for name in (element.get("class") or "").lower().split()]
        places.append(("id", (element.get("id") or "").lower()))
        for place in places:
            if place in wanted and place not in found:
                text = _SPACE.sub(" ", "".join(element.itertext())).strip()
                if 0 < len(text) <= _BYLINE_LENGTH:
                    found[place] = text
    return found


def _title(tree: Element, rules: PageRules, told: str) -> str:
    """The title without the name of the site: as a heading of the page has it, if one does."""
    page_title = next((_text(e) for e in tree.iter("title")), "")
    told = told or page_title
    headings = [
        text
        for e in tree.iter("h1", "h2")
        if len(text := _text(e)) >= 4 and _key(text) in _key(told)
    ]
    if headings:
        return max(headings, key=len)
    if not told:
        return next((_text(h) for h in tree.iter("h1") if _text(h)), "")
    shorter = rules.suffix.sub("", told)
    while shorter != told:
        told, shorter = shorter, rules.suffix.sub("", shorter)
    return told.strip()


def _text(element: Element) -> str:
    return str(_SPACE.sub(" ", "".join(element.itertext())).strip())


def _linked_data(tree: Element) -> dict[str, str]:
    """What the page's JSON-LD says of an article."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        things = (
            data
            if isinstance(data, list)
            else data.get("@graph", [data])
            if isinstance(data, dict)
            else []
        )
        for thing in things if isinstance(things, list) else []:
            if isinstance(thing, dict) and (thing.get("datePublished") or thing.get("pubDate")):
                return {
                    "title": _name(thing.get("headline") or thing.get("title")),
                    "author": _name(thing.get("author")),
                    "publisher": _name(thing.get("publisher")),
                    "published": _name(thing.get("datePublished") or thing.get("pubDate")),
                }
    return {}


def _name(value: object) -> str:
    """A name in JSON-LD: a text, a thing with a name, or the first of a list."""
    if isinstance(value, list):
        return "、".join(filter(None, map(_name, value[:5])))
    if isinstance(value, dict):
        value = value.get("name", "")
    return value.strip() if isinstance(value, str) else ""


def _saved_from(text: str) -> str:
    """The address that a browser notes in a page that it saves."""
    found = re.search(r"<!-- saved from url=\(\d{4}\)(https?://[^\s<>\"]{1,1000})", text[:5_000])
    return found[1] if found else ""
