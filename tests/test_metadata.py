"""Title, author, publisher, date, address, sections and boilerplate of pages in many manners: each field right on 95 %.

``make metadata`` prints how many are right, by field.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import Extractor
from pipeline.document.segment import segment
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
ELSEWHERE = {4, 900, 980, 96, 99}
"""Numbers that only what is around the article tells."""
SECTION = "軟體會跟上嗎", "软件跟得上吗"
SECTIONS = {
    "html": ("<h2>{}</h2>", "<p><strong>{}</strong></p>", "<h3>{}</h3>", "<p><b>01 {}</b></p>"),
    "txt": ("## {}", "一、{}", "**{}**", "01 {}", "{}"),
}
"""How a section is headed."""
BOXES = {
    "html": (
        "<p>相关阅读：</p><p>云岭X9算力突破900TOPS</p><p>远山GPU采用4纳米工艺</p>",
        "<ul class='related-posts'><li>云岭X9功耗高达980瓦</li></ul>",
        "<div class='share-bar'>分享到 微信 微博</div><p>【广告】云服务器，96核，只要99美元</p>",
        "<blockquote><p>延伸阅读</p><ul><li>云岭X9采用4纳米工艺</li><li>一文读懂900TOPS</li></ul></blockquote>",
        "",
    ),
    "txt": (
        "相关阅读：\n云岭X9算力突破900TOPS\n远山GPU采用4纳米工艺",
        "推荐阅读\n\n· 云岭X9功耗高达980瓦\n\n· 远山的4纳米赌局",
        "【广告】云服务器，96核，只要99美元",
        "",
    ),
}
"""What stands in the midst of an article and is not of it."""
FEET = {
    "html": (
        "<div class='comments'><p>网友甲：X9功耗980瓦，谁用谁知道。</p></div>",
        "<p>点赞 56 在看 38 分享 收藏</p><p>网友评论</p><p>甲：X9功耗有980瓦，电费都付不起。</p>",
        "<div class='recommend'><a>云岭X9算力突破900TOPS</a></div><footer>© 2024 山海 96核机房</footer>",
        "<p>猜你喜欢</p><p>云岭X9采用4纳米工艺</p><p>远山GPU功耗只有980瓦</p>",
        "<p>热门文章</p><ol><li>云岭X9采用4纳米工艺，算力900TOPS</li></ol><p>京ICP备00000000号</p>",
    ),
    "txt": (
        "0赞\n\n分享\n\n点赞\n\n最新评论(2)\n\n甲：X9功耗有980瓦，电费都付不起。",
        "往期回顾\n\n云岭X9采用4纳米工艺\n\n远山GPU功耗只有980瓦",
        "上一篇：云岭X9采用4纳米工艺\n下一篇：远山GPU功耗只有980瓦",
        "喜欢此内容的人还喜欢：云岭X9算力突破900TOPS",
        "12条评论\n\n沙发 路人\n\n云岭X9才4纳米，功耗980瓦。[回复]",
        "热门新闻\n\n1. 云岭X9采用4纳米工艺\n\n2. 远山GPU功耗只有980瓦\n\n版权所有 山海网 未经许可不得转载",
    ),
}
"""What stands below an article."""


def written(page: dict[str, str], number: int) -> str:
    """The source of a page with its body: paragraphs, a section, a box of other articles, and a foot."""
    old = "晶片" in page["source"] or "伺服器" in page["source"]
    lines = list(TRADITIONAL if old else BODY)
    kind = "html" if page.get("kind", "html") == "html" else "txt"
    if kind == "html":
        lines = [f"<p>{line}</p>" for line in lines]
    box, foot, heading = (
        forms[kind][number % len(forms[kind])] for forms in (BOXES, FEET, SECTIONS)
    )
    lines[2:2] = filter(None, [box, heading.format(SECTION[not old])])
    body = ("" if kind == "html" else "\n\n").join(lines)
    text = page["source"].replace("BODY", body)
    if kind != "html":
        return f"{text}\n\n{foot}"
    return text.replace("</body>", f"{foot}</body>") if "</body>" in text else text + foot


def measured(folder: Path, extractor: Extractor) -> Iterator[tuple[str, str, object, object]]:
    """Manner, field, what is found and what is wanted, of every page."""
    rules = PageRules.compile(extractor.rules)
    for number, page in enumerate(PAGES):
        path = folder / f"{number}.{page.get('kind', 'html')}"
        path.write_text(written(page, number), encoding="utf-8")
        (found,) = read(Source(str(path)), Reading(fetched=page.get("fetched", ""), pages=rules))
        assert isinstance(found, Article), page["manner"]
        facts = extractor(found)
        for field in FIELDS:
            yield page["manner"], field, getattr(facts.article, field), page["want"].get(field, "")
        document = segment(found, extractor.boilerplate)
        headings = [
            found.text[b.start : b.end].strip("#*_ ").removeprefix("一、").removeprefix("01 ")
            for b in document.blocks
            if b.kind == "heading"
        ]
        title = facts.article.title
        sections = [h for h in headings if not (title and h.startswith(title))]
        yield (
            page["manner"],
            "sections",
            sections,
            [*page["want"].get("sections", []), SECTION["奈米" not in found.text]],
        )
        numbers = {m.value for m in facts.metrics}
        yield page["manner"], "boilerplate", (7 in numbers, numbers & ELSEWHERE), (True, set())


def test_metadata_of_pages(tmp_path: Path, extractor: Extractor) -> None:
    assert len(PAGES) >= 55
    wrong, right = [], Counter[str]()
    for manner, field, value, want in measured(tmp_path, extractor):
        right[field] += value == want
        if value != want:
            wrong.append(f"{manner}: {field} is {value!r}, not {want!r}")
    assert len(right) == len(FIELDS) + 2
    assert all(count >= 0.95 * len(PAGES) for count in right.values()), "\n".join(
        [f"{dict(right)} of {len(PAGES)}", *wrong]
    )


PROSE = "云岭X1采用7纳米工艺，这一段很长，写了它的来历、它的做法和它的价钱，也写了谁会去买它。"


@pytest.mark.parametrize(
    "box",
    [
        "相关阅读：\n云岭X9采用4纳米工艺\n远山GPU功耗980瓦",
        "延伸阅读\n\n- 云岭X9采用4纳米工艺\n\n- 远山GPU功耗980瓦",
        "【推荐阅读】\n云岭X9采用4纳米工艺",
        "近7天热门报道\n\n云岭X9采用4纳米工艺",
        "也许您会感兴趣\n\n云岭X9采用4纳米工艺",
    ],
)
def test_an_article_goes_on_behind_a_list_of_others(box: str, extractor: Extractor) -> None:
    def nodes(text: str) -> list[float]:
        return [m.value for m in extractor(Article(text)).metrics]

    later = PROSE.replace("7纳米", "6纳米")
    assert nodes(f"{PROSE}\n\n{PROSE}\n\n{box}\n\n{later}\n\n{later}") == [7, 7, 6, 6]
    assert nodes(f"{PROSE * 9}\n\n{box}\n\n云岭X9的另一种说法是4纳米。") == [7] * 9


@pytest.mark.parametrize(
    "line",
    [
        "相关阅读：《云岭X9处理器采用4nm工艺，功耗980瓦》",
        "【推荐阅读】云岭X9功耗980瓦",
        "往期推荐：《X9功耗980瓦》《一颗芯片的自述》",
        "编辑推荐：云岭X9功耗980瓦",
        "上一篇 云岭X9功耗980瓦",
        "» 云岭X9功耗980瓦",
        "热评：X9功耗980瓦太高了",
        "免责声明：本文数据来自网络，如X9功耗980瓦等，投资者据此操作，风险自担。",
        "（声明：本文仅代表作者观点，不代表本站立场。X9功耗980瓦）",
        "欢迎关注山海芯谈，后台回复“X9”领取980瓦功耗报告",
        "京东购买链接：云岭X9 980瓦 99美元",
        "点赞 980 在看 99 分享 收藏",
        "首页 > 芯片 > 980瓦的X9",
    ],
)
def test_lines_that_lead_elsewhere(line: str, extractor: Extractor) -> None:
    for text in (f"{PROSE}\n\n{line}\n\n{PROSE}", f"{PROSE}\n\n{PROSE}\n\n{line}"):
        assert [m.value for m in extractor(Article(text)).metrics] == [7, 7]


def test_comments_are_not_of_the_article(extractor: Extractor) -> None:
    for head in ("网友评论", "12条评论", "热门评论(3)", "发表您的看法", "## 评论区"):
        text = f"{PROSE}\n\n{PROSE}\n\n{head}\n\n{PROSE.replace('7纳米', '4纳米')}"
        assert {m.value for m in extractor(Article(text)).metrics} == {7}, head


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
