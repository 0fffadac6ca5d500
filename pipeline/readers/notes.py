"""Plain text and Markdown -> articles.

The text of a ``.txt`` file is the file's, unchanged; that of a ``.md`` file as well, but for front
matter, which is read for title, author, publisher, date and address:

    ---
    title: 云岭发布新品        -> Article(title="云岭发布新品", published="2024-02-29", …)
    date: 2024-02-29
    ---
    # 云岭发布新品             <- the text begins here
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import BinaryIO

from pipeline.document.stamps import date_in
from pipeline.readers import Found, Reading, article, refused
from pipeline.readers.encoding import decode

_YAML = re.compile(r"\s*---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_TOML = re.compile(r"\s*\+\+\+[ \t]*\n(.*?\n)\+\+\+[ \t]*(?:\n|\Z)", re.S)
_KEY = re.compile(r"([A-Za-z_\u4e00-\u9fff][\w .-]{0,40}?)[ \t]*[:：](?:[ \t]+(.*)|)")
_FRONT_MATTER = 20_000
"""Longer than this it is no front matter, but a text between two rules."""


def plain(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """The article of a text file."""
    data = stream.read()
    try:
        text, encoding = decode(data)
    except UnicodeError as error:
        yield refused(path, data, str(error))
        return
    yield article(path, text, encoding, fetched=reading.fetched)


def markdown(stream: BinaryIO, path: str, reading: Reading) -> Iterator[Found]:
    """The article of a Markdown file."""
    data = stream.read()
    try:
        text, encoding = decode(data)
    except UnicodeError as error:
        yield refused(path, data, str(error))
        return
    keys, text = front_matter(text.replace("\r\n", "\n").replace("\r", "\n"))
    known = {}
    for field, places in reading.pages.places.items():
        value = next(
            (keys[name] for form, name in places if form == "front" and keys.get(name)), ""
        )
        known[field] = date_in(value, reading.fetched) if field == "published" else value
    known.pop("body", None)
    yield article(path, text, encoding, fetched=reading.fetched, **known)


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """Keys (lower case) with their values, and the text behind them; no keys where there is none."""
    found = _TOML.match(text, 0, _FRONT_MATTER)
    if found:
        try:
            table = tomllib.loads(found[1])
        except tomllib.TOMLDecodeError:
            return {}, text
        return {k.lower(): _joined(v) for k, v in table.items()}, text[found.end() :]
    found = _YAML.match(text, 0, _FRONT_MATTER)
    if not found:
        return {}, text
    # Scalars and lists of scalars are all that front matter of articles holds; a parser of the whole
    # of YAML would bring its anchors and tags along.
    keys: dict[str, str] = {}
    key = ""
    for line in found[1].splitlines():
        item = re.match(r"\s*-\s+(.+)", line)
        pair = _KEY.fullmatch(line.rstrip())
        if item and key:
            keys[key] = "、".join(filter(None, (keys[key], _scalar(item[1]))))
        elif pair:
            key = pair[1].lower()
            keys[key] = _scalar(pair[2] or "")
        elif line.strip() and not line[0].isspace() and not line.startswith("#"):
            return {}, text  # a text between two rules
    return (keys, text[found.end() :]) if keys else ({}, text)


def _scalar(value: str) -> str:
    value = value.strip()
    if value[:1] == "[" and value[-1:] == "]":
        return "、".join(filter(None, (_scalar(part) for part in value[1:-1].split(","))))
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return "" if value in ("~", "null", "|", ">", ">-", "|-") else value.partition(" #")[0].strip()


def _joined(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
