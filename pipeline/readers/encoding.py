"""Bytes -> text, whatever the file or the page says of its encoding.

In: bytes. Out: the text and the name of the encoding. Declarations are wrong too often to be asked:
a mark (BOM) is believed, then strict UTF-8, else the reading wins that looks most like Chinese.

>>> decode("据介绍，这款芯片采用7纳米工艺。".encode("gbk"))
('据介绍，这款芯片采用7纳米工艺。', 'gb18030')

Damage is read as U+FFFD where it is little; every U+FFFD of a text is a row of rejected.csv. A file
whose lines are in different encodings is read line by line.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_BIG5 = ("big5", "cp950", "big5hkscs")
"""Big5 and what was added to it, the plainest first: they differ in a few signs such as ④."""

# The characters that make up half of any Chinese text, simplified and traditional: right readings
# are full of them, wrong ones almost without.
_COMMON = (
    "的一是不了在人有我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对"
    "可她里后小么心多天而能好都然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公"
    "同三已老从动两长知民样现分将外但身些与高意进把法此实回二理美点月明其种声全工己话儿者向情部正"
    "名定女问力机给等几很业最间新什打便位因重被走电四第门相次东政海口使教西再平真听世气信北少关并"
    "内加化由却代军产入先山五太水万市眼体别处总才场师书比住员九笑性通目华报立马命张活难神数件安表"
    "原车白应路期叫死常提感金何更反合放做系计或司利受光王果亲界及今京务制解各任至清物台象记边共风"
    "片芯算能量据该款核推模型性存显布示表亿元处理器达支持"
    "這來國個說們為時會著過學對裡後麼沒於還發當無開經頭見動兩長樣現將與進實點種聲話兒問機給幾業間"
    "電門東聽氣關並內產車應從體總場師書員萬難報馬張數條處親務據該達顯億"
    "，。、；：？！“”‘’「」（）《》…—　"
)
_LATIN = "°±×·µéÀ"
_MAX_DAMAGE = 0.02
"""More damaged characters than this share of those that are not ASCII: the text is refused."""


def _weights() -> dict[str, float]:
    """How much a character speaks for a reading: common 1; in the first levels of GB2312 and Big5,
    which hold the characters of everyday texts, 0.7; signs of data sheets 0.7."""
    everyday = [
        bytes((lead, trail)).decode("gb2312", "ignore")
        for lead in range(0xB0, 0xD8)
        for trail in range(0xA1, 0xFF)
    ] + [
        bytes((lead, trail)).decode("big5", "ignore")
        for lead in range(0xA4, 0xC7)
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    ]
    signs = [chr(c) for c in (*range(0x2460, 0x2474), *range(0xFF01, 0xFF5F))] + [
        *_LATIN,
        *"™®℃≥≤→●■★",
    ]
    return dict.fromkeys([*everyday, *signs], 0.7) | dict.fromkeys(_COMMON, 1.0)


_WEIGHTS = _weights()
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_REPLACED = "�"


def likeness(text: str) -> float:
    """How much a text looks like Chinese, 0 to 1: the mean weight of its characters beyond ASCII."""
    sample = "".join(_BEYOND_ASCII.findall(text[:20_000]))
    return sum(_WEIGHTS.get(c, 0.0) for c in sample) / len(sample) if sample else 0.0


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding. Raises ``UnicodeError`` with the place and the cure when nothing reads it."""
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], codec, name, len(mark))
    readings: list[tuple[float, str, str]] = []
    for codec in ("utf-8", "gb18030", *_BIG5):
        if codec in _BIG5 and any(name == "big5" for _, _, name in readings):
            continue
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if codec == "utf-8" and _is_utf8(text):
            return text, codec
        readings.append((likeness(text), text, "big5" if codec in _BIG5 else codec))
    if b"\0" in data and len(data) % 2 == 0:
        for codec in ("utf-16-le", "utf-16-be"):
            text = data.decode(codec, "replace")
            readings.append((likeness(text) - text.count(_REPLACED), text, codec))
    score, text, name = max(readings, key=lambda reading: reading[0], default=(0.0, "", ""))
    # Any bytes can be read as something: less than this is no Chinese, but damage or another script.
    if score >= 0.3:
        return text, name
    for _, text, name in readings:
        if name == "utf-8":
            return text, name
    return _damaged(data)


def _is_utf8(text: str) -> bool:
    """Whether what decodes as UTF-8 can be nothing else: ``5λ`` may be ``5位`` in GB18030. Text with NUL
    between its letters is UTF-16."""
    return "\0" not in text and (
        text.isascii() or len(_BEYOND_ASCII.findall(text)) > 9 or likeness(text) > 0.3
    )


def _marked(data: bytes, codec: str, name: str, skipped: int) -> tuple[str, str]:
    try:
        return data.decode(codec), name
    except UnicodeDecodeError as error:
        text = data.decode(codec, "replace")
        if _little(text):
            return text, name
        raise UnicodeError(_fault(data, error, name, skipped)) from error


def _damaged(data: bytes) -> tuple[str, str]:
    """Text that no encoding reads as a whole: a few broken characters, or lines in two encodings."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = _fault(data, error, "utf-8", 0)
    readings = []
    for codec in ("utf-8", "gb18030", "cp950"):
        text = data.decode(codec, "replace")
        if _little(text):
            readings.append((likeness(text), text, "big5" if codec == "cp950" else codec))
    score, text, name = max(readings, key=lambda reading: reading[0], default=(0.0, "", ""))
    if score >= 0.5:
        return text, name
    lines, names = [], set()
    for line in data.split(b"\n"):
        found = _line(line)
        if found is None:
            raise UnicodeError(fault)
        lines.append(found[0])
        if not line.isascii():
            names.add(found[1])
    text = "\n".join(lines)
    if not _little(text) or len(names) < 2:
        raise UnicodeError(fault)
    return text, "+".join(sorted(names))


def _line(line: bytes) -> tuple[str, str] | None:
    """The likeliest reading of one line of a file in several encodings; None when it is no Chinese."""
    readings = []
    for codec in ("utf-8", "gb18030", "big5"):
        text = line.decode(codec, "replace")
        readings.append((likeness(text), text, codec))
    best = max(readings, key=lambda reading: reading[0])
    return best[1:] if best[0] >= 0.4 or line.isascii() else None


def _little(text: str) -> bool:
    """Whether so few characters are damaged that the rest can be trusted."""
    bad = text.count(_REPLACED)
    beyond = sum(map(len, _BEYOND_ASCII.findall(text)))
    return bad <= max(3, _MAX_DAMAGE * beyond) and bad < beyond / 10


def _fault(data: bytes, error: UnicodeDecodeError, name: str, skipped: int) -> str:
    at = error.start + skipped
    line = data.count(b"\n", 0, error.start) + 1
    return (
        f"cannot be decoded: byte 0x{data[error.start]:02X} at {at} (line {line}) is not {name}, and the "
        "whole is not GB18030 or Big5 either; mend that byte or save the file as UTF-8"
    )
