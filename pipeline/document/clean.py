"""Article text -> a folded text of the same length to match on.

In: the text as read. Out: a string in which position i stands for position i of the text:
full-width ASCII, exotic spaces and dashes become their plain forms, Kangxi radicals their ideographs,
traditional characters simplified ones (only when the article is traditional), URLs, markup and emoji
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
    table |= dict.fromkeys((*range(0x2600, 0x2713), *range(0x2715, 0x2776)), " ")
    table |= dict.fromkeys(range(0x1F000, 0x1FB00), " ")  # emoji: 分析师😀林舟
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


@cache
def _traditional() -> dict[int, str]:
    """Simplified characters to the traditional ones they mostly stand for."""
    import opencc

    simplified = [chr(c) for c in range(0x4E00, 0xA000)]
    converted = opencc.OpenCC("s2t").convert("\n".join(simplified)).split("\n")
    return {ord(s): t for s, t in zip(simplified, converted, strict=True) if t != s and len(t) == 1}


def traditional(text: str) -> str:
    """A text in traditional characters, position for position.

    >>> traditional("晶体管")
    '晶體管'
    """
    return text.translate(_traditional())


_TRADITIONAL = re.compile(
    "["
    "個這說爲沒來會們機發時數後過顆電兩產裏內單於還價帶計開億對寬顯國戶問達據經點線報體樣間測現稱納從約將實萬寫麼當論幾總頻則藝認給場話並採業與積務該圖偉換標進預張貨號應車評爾龍級緩編網塊別長廠處師聯動規裝試題記關雲頭邊結傳錢"
    "買參資講條載創營設賣構證雙費導責區統變訴轉節聲熱訪負遊確劃復戲譯聽門準運碼賬漲補調驗讓連項夠員強軟備羣輯見華誰遲許驍隊鍾組選視續騰談滿庫卻嶺幀嵐風學隨讀硯團權議購願嶼筆銷較領壓財請圓鏈幹壇貴際錄櫃終觀維獨牆遠樓氣斷離類覺"
    "聞訓書瀾僅靈頁訂術溫東紙紀徵韓剛儲閱錯舊層語爭絕減驅態薩擬額璣環蘋蘇擺歡監難檔畫專掛絡盤縮礪繼艦駕優響飛擇寧紹練績礎側質競輪嗎諾餘蓋銳啓衆稅順畢籤決兒郵衝靜淨徑為種無識輝製晶傢後於裡採"
    "鯤鵬遞擴"
    "]+"
)
_SIMPLIFIED = re.compile(
    "["
    "个这说为没来会们机发时数后过颗电两产里内单于还价带计开亿对宽显国户问达据经点线报体样间测现称纳从约将实万写么当论几总频则艺认给场话并采业与积务该图伟换标进预张货号应车评尔龙级缓编网块别长厂处师联动规装试题记关云头边结传钱"
    "买参资讲条载创营设卖构证双费导责区统变诉转节声热访负游确划复戏译听门准运码账涨补调验让连项够员强软备群辑见华谁迟许骁队钟组选视续腾谈满库却岭帧岚风学随读砚团权议购愿屿笔销较领压财请圆链干坛贵际录柜终观维独墙远楼气断离类觉"
    "闻训书澜仅灵页订术温东纸纪征韩刚储阅错旧层语争绝减驱态萨拟额玑环苹苏摆欢监难档画专挂络盘缩砺继舰驾优响飞择宁绍练绩础侧质竞轮吗诺余盖锐启众税顺毕签决儿邮冲静净径"
    "]+"
)
"""The commonest pairs of characters of which neither is written in the other script."""


def script_of(text: str) -> Script:
    """Traditional when more of its telling characters are traditional than simplified."""
    sample = text[:20000]
    traditional = len("".join(_TRADITIONAL.findall(sample)))
    # a few simplified ones outweigh the few traditional ones of most texts
    for found in _SIMPLIFIED.finditer(sample):
        if traditional <= 0:
            break
        traditional -= len(found[0])
    return "hant" if traditional > 0 else "hans"


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


_COMMA = re.compile(r",(?:(?= ?[\u4e00-\u9fff“‘「『《])|(?<=[\u4e00-\u9fff”’」』》],))")


def fold(text: str, script: Script) -> str:
    """The text to match on: as long as ``text``, position for position."""
    if script == "hant" or _ASTRAL.search(text):
        folded = text.translate(_simplified() if script == "hant" else _plain())
    else:  # few characters change: finding them is faster than asking for each
        plain = _plain()
        folded = _unplain().sub(lambda found: plain[ord(found[0])], text)
    if "．" in folded:  # a point between digits, else the full stop behind the number of a list
        folded = _POINT.sub(".", folded)
    if "," in folded:  # 容量144GB,带宽 as 容量144GB，带宽; not 1,024 nor Inc, Ltd
        folded = _COMMA.sub("，", folded)
    if "](" in folded:
        folded = _LINK.sub(_unlink, folded)
    if "://" in folded or "www." in folded:
        folded = _URL.sub(_blank, folded)
    if "<" in folded:
        folded = _TAG.sub(_blank, folded)
    return _MARK.sub(_blank, folded)
