"""Title, author, publisher, date and address of pages in many manners: each field right on 95 %."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from pipeline import Extractor
from pipeline.document.stamps import date_in
from pipeline.model import Article
from pipeline.readers.page_rules import PageRules
from pipeline.readers.sources import Reading, Source, read

PAGES = tomllib.loads(
    (Path(__file__).parent / "samples" / "pages.toml").read_text(encoding="utf-8")
)["page"]
FIELDS = ("title", "author", "publisher", "published", "url")
BODY = (
    "云岭科技今天在上海展示了它的推理卡，现场的演示持续了半个小时，来宾可以自己输入问题。",
    "产品经理介绍，这款产品采用7纳米工艺，功耗只有75瓦，适合放进现有的机柜，不需要改动供电和散热。",
    "多家服务器厂商表示愿意跟进，但也有人担心软件的成熟度，毕竟迁移模型的成本常常高过硬件本身。",
    "价格方面，云岭科技没有给出具体数字，只说会比同类产品更有竞争力，首批产品将在下个季度交付。",
)
TRADITIONAL = (
    "雲嶺科技今天在台北展示了它的推論晶片，現場的展示持續了半個小時，來賓可以自己輸入問題。",
    "產品經理介紹，這款產品採用7奈米製程，功耗只有75瓦，適合放進現有的機櫃，不需要改動供電和散熱。",
    "多家伺服器廠商表示願意跟進，但也有人擔心軟體的成熟度，畢竟移轉模型的成本常常高過硬體本身。",
)


def written(page: dict[str, str]) -> str:
    """The source of a page with its body."""
    lines = TRADITIONAL if "晶片" in page["source"] or "伺服器" in page["source"] else BODY
    html = page.get("kind", "html") == "html"
    return page["source"].replace(
        "BODY", "".join(f"<p>{x}</p>" for x in lines) if html else "\n\n".join(lines)
    )


def test_metadata_of_pages(tmp_path: Path, extractor: Extractor) -> None:
    assert len(PAGES) >= 40
    rules = PageRules.compile(extractor.rules)
    wrong: list[str] = []
    right: Counter[str] = Counter()
    for number, page in enumerate(PAGES):
        path = tmp_path / f"{number}.{page.get('kind', 'html')}"
        path.write_text(written(page), encoding="utf-8")
        (found,) = read(Source(str(path)), Reading(fetched=page.get("fetched", ""), pages=rules))
        assert isinstance(found, Article), page["manner"]
        row = extractor(found).article
        assert "7纳米" in found.text or "7奈米" in found.text, page["manner"]
        for field in FIELDS:
            value, want = getattr(row, field), page["want"].get(field, "")
            right[field] += value == want
            if value != want:
                wrong.append(f"{page['manner']}: {field} is {value!r}, not {want!r}")
    for field in FIELDS:
        assert right[field] >= 0.95 * len(PAGES), "\n".join(
            [f"{dict(right)} of {len(PAGES)}", *wrong]
        )


@pytest.mark.parametrize(
    ("text", "fetched", "date"),
    [
        ("2024-02-29T23:30:00Z", "", "2024-03-01"),
        ("2024-02-29T23:30:00+08:00", "", "2024-02-29"),
        ("1709166600", "", "2024-02-29"),
        ("20240229", "", "2024-02-29"),
        ("3小时前", "", ""),
        ("3小时前", "2024-03-01T01:00:00", "2024-02-29"),
        ("2天前", "2024-03-02", "2024-02-29"),
        ("15 分钟前", "2024-03-01T00:05:00", "2024-02-29"),
        ("12-30 08:15", "2024-01-02", "2023-12-30"),
        ("13-30", "2024-01-02", ""),
        ("999个月前", "0001-01-01", ""),
        ("第3章", "2024-01-02", ""),
    ],
)
def test_dates(text: str, fetched: str, date: str) -> None:
    assert date_in(text, fetched) == date
