"""Article text -> a folded text of the same length to match on.

In: the text as read. Out: a string in which position i stands for position i of the text:
full-width ASCII, exotic spaces and dashes become their plain forms, Kangxi radicals their ideographs,
traditional characters simplified ones (only when the article is traditional), URLs and markup
become spaces. Never NFKC: it turns ① into 1 and … into three characters.

>>> fold("ＧＰＵ：７ｎｍ①", "hans")
'GPU:7nm①'
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

Script = Literal["hans", "hant"]

_KEEP = "，．"
"""Full-width ASCII that stays: a full-width comma never stands inside a number (H100，800GB)."""


@cache
def _plain() -> dict[int, str]:
    table = {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F) if chr(c) not in _KEEP}
    table |= {c: " " for c in (0xA0, 0x3000, 0x2028, 0x2029, *range(0x2000, 0x200B), 0x202F)}
    table |= {ord(c): "-" for c in "‐‑‒–−"}
    table |= {ord(c): "·" for c in "•・‧∙⋅"}
    table |= {ord("²"): "2", ord("³"): "3", ord("µ"): "μ", ord("∼"): "~", ord("〜"): "~", ord("∕"): "/", ord("⁄"): "/"}
    table |= {ord("\t"): " ", ord("\r"): " ", ord("™"): " ", ord("®"): " ", ord("©"): " "}
    for c in range(0x2E80, 0x2FE0):  # Kangxi radicals and their supplement: ⼤ -> 大
        plain = unicodedata.normalize("NFKC", chr(c))
        if len(plain) == 1:
            table[c] = plain
    return table


@cache
def _simplified() -> dict[int, str]:
    """Character by character, so that offsets hold (OpenCC's phrase tables would not keep them)."""
    import opencc

    traditional = [chr(c) for c in range(0x4E00, 0xA000)]
    converted = opencc.OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    table = {ord(t): s for t, s in zip(traditional, converted, strict=True) if t != s and len(s) == 1}
    return table | _plain()


_TRADITIONAL = frozenset("個們來說對為與這還沒點會國產處開關電發現體於後時過實學業機裡應當經動長進種見無數總東車門問間話語請認證識論設計調變讓買賣價錢線網頁題類顯頻華聯億萬")
_SIMPLIFIED = frozenset("个们来说对为与这还没点会国产处开关电发现体于后时过实学业机里应当经动长进种见无数总东车门问间话语请认证识论设计调变让买卖价钱线网页题类显频华联亿万")


def script_of(text: str) -> Script:
    """Traditional when more of its telling characters are traditional than simplified."""
    sample = text[:20000]
    traditional = sum(sample.count(c) for c in _TRADITIONAL)
    return "hant" if traditional > sum(sample.count(c) for c in _SIMPLIFIED) else "hans"


_URL = re.compile(r"(?:https?|ftp)://[^\s<>\"'，。；、（）()「」“”]++|www\.[a-z0-9.\-]++(?:/[^\s<>\"'，。；、）)]*+)?", re.I)
_LINK = re.compile(r"(!?\[)([^\[\]\n]{0,300})(\]\(\s*[^()\n]{0,500}\))")
_TAG = re.compile(r"<(?:/?[a-z][^<>\n]{0,300}|!--[^<>\n]{0,300}--)>", re.I)
_MARK = re.compile(r"\*+|_{2,}|`+|~~|[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00]")


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _unlink(found: re.Match[str]) -> str:
    if found[1] == "![":
        return " " * len(found[0])
    return " " + found[2] + " " * len(found[3])


def fold(text: str, script: Script) -> str:
    """The text to match on: as long as ``text``, position for position."""
    folded = text.translate(_simplified() if script == "hant" else _plain())
    if "](" in folded:
        folded = _LINK.sub(_unlink, folded)
    if "://" in folded or "www." in folded:
        folded = _URL.sub(_blank, folded)
    if "<" in folded:
        folded = _TAG.sub(_blank, folded)
    return _MARK.sub(_blank, folded)
