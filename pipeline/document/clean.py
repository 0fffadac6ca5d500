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


# Letters of other scripts that look like Latin ones: А100 with a Cyrillic А.
_LOOKALIKES = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕЅІЈКМНОРСТХаеорсухѕіј"
_LATIN = "ABEZHIKMNOPTYXABESIJKMHOPCTXaeopcyxsij"


# Radicals that PDFs put where a simplified character was, and Unicode gives no ideograph for.
_RADICALS = "⻓⻔⻋⻅⻉⻚⻛⻜⻢⻥⻦⻨⻩⻬⻮⻰⻘⻝⻄⻆⻣⻤⻁⺠⻙⻑⺩⻗⻊⺼⺶⻡⺝"
_IDEOGRAPHS = "长门车见贝页风飞马鱼鸟麦黄齐齿龙青食西角骨鬼虎民韦長王雨足肉羊首月"


@cache
def radicals() -> dict[int, str]:
    """Radicals with the ideographs that they stand for in the text of a PDF: ⼤ -> 大."""
    table = {ord(c): plain for c, plain in zip(_RADICALS, _IDEOGRAPHS, strict=True)}
    for c in range(0x2E80, 0x2FE0):
        plain = unicodedata.normalize("NFKC", chr(c))
        if len(plain) == 1 and plain != chr(c):
            table[c] = plain
    return table


@cache
def _plain() -> dict[int, str]:
    table = {c: chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F) if chr(c) not in _KEEP}
    table |= dict.fromkeys((160, 12288, 8232, 8233, *range(8192, 8203), 8239), " ")
    table |= {ord(c): "-" for c in "‐‑‒–−"}
    table |= {ord(c): "·" for c in "•・‧∙⋅"}
    table |= {
        ord("²"): "2",
        ord("³"): "3",
        ord("µ"): "μ",
        ord("∼"): "~",
        ord("〜"): "~",
        ord("∕"): "/",
        ord("⁄"): "/",
    }
    table |= {ord("\t"): " ", ord("\r"): " ", ord("™"): " ", ord("®"): " ", ord("©"): " "}
    table |= {ord(c): plain for c, plain in zip(_LOOKALIKES, _LATIN, strict=True)}
    for c in range(0x1D400, 0x1D800):  # letters and digits of formulas: 𝐇𝟏𝟎𝟎
        plain = unicodedata.normalize("NFKC", chr(c))
        if plain.isascii() and plain.isalnum():
            table[c] = plain
    table |= radicals()
    return table


@cache
def _unplain() -> re.Pattern[str]:
    """The characters below U+10000 that have a plain form; beyond, a class of them would be slow."""
    return re.compile("[" + re.escape("".join(chr(c) for c in _plain() if c < 0x10000)) + "]")


_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


@cache
def _simplified() -> dict[int, str]:
    """Character by character, so that offsets hold (OpenCC's phrase tables would not keep them)."""
    import opencc

    traditional = [chr(c) for c in range(0x4E00, 0xA000)]
    converted = opencc.OpenCC("t2s").convert("\n".join(traditional)).split("\n")
    table = {
        ord(t): s for t, s in zip(traditional, converted, strict=True) if t != s and len(s) == 1
    }
    return table | _plain()


_TRADITIONAL = re.compile(
    "[個們來說對為與這還沒點會國產處開關電發現體於後時過實學業機裡應當經動長進種見無數總東車門問間話語請認證識論設計調變讓買賣價錢線網頁題類顯頻華聯億萬驍龍輝達較將採製晶單雙隻稱蘋樣點處騰鯤鵬緩統傳載領減僅帶寬換級遞擴頻寬]+"
)
_SIMPLIFIED = re.compile(
    "[个们来说对为与这还没点会国产处开关电发现体于后时过实学业机里应当经动长进种见无数总东车门问间话语请认证识论设计调变让买卖价钱线网页题类显频华联亿万]+"
)


def script_of(text: str) -> Script:
    """Traditional when more of its telling characters are traditional than simplified."""
    sample = text[:20000]
    traditional = len("".join(_TRADITIONAL.findall(sample)))
    if not traditional:
        return "hans"
    return "hant" if traditional > len("".join(_SIMPLIFIED.findall(sample))) else "hans"


_URL = re.compile(
    # its first letter first, and both cases spelled out: a search that ignores case is slow
    r"[HhFfWw](?:(?:(?<=[Hh])[Tt][Tt][Pp][Ss]?|(?<=[Ff])[Tt][Pp])://[^\s<>\"'，。；、（）()「」“”]++"
    r"|(?<=[Ww])[Ww][Ww]\.[A-Za-z0-9.\-]++(?:/[^\s<>\"'，。；、）)]*+)?)"
)
_LINK = re.compile(r"(!?\[)([^\[\]\n]{0,300})(\]\(\s*[^()\n]{0,500}\))")
_TAG = re.compile(r"<(?:/?[a-z][^<>\n]{0,300}|!--[^<>\n]{0,300}--)>", re.I)
_MARK = re.compile(
    # * and ` always, _ and ~ where two stand together; one class of characters first, for speed
    r"[*`_~\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00](?:(?<![_~])|(?<=_)_+|(?<=~)~)"
)


_POINT = re.compile(r"(?<=\d)．(?=\d)")


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _unlink(found: re.Match[str]) -> str:
    if found[1] == "![":
        return " " * len(found[0])
    return " " + found[2] + " " * len(found[3])


def fold(text: str, script: Script) -> str:
    """The text to match on: as long as ``text``, position for position."""
    if script == "hant" or _ASTRAL.search(text):
        folded = text.translate(_simplified() if script == "hant" else _plain())
    else:  # few characters change: finding them is faster than asking for each
        plain = _plain()
        folded = _unplain().sub(lambda found: plain[ord(found[0])], text)
    if "．" in folded:  # a point between digits, else the full stop behind the number of a list
        folded = _POINT.sub(".", folded)
    if "](" in folded:
        folded = _LINK.sub(_unlink, folded)
    if "://" in folded or "www." in folded:
        folded = _URL.sub(_blank, folded)
    if "<" in folded:
        folded = _TAG.sub(_blank, folded)
    return _MARK.sub(_blank, folded)
