"""Head and foot of an article -> title, author, publisher, date, address."""

import pytest

from pipeline import load_rules
from pipeline.document.byline import Bylines
from pipeline.document.clean import fold, script_of
from pipeline.model import Article

BYLINES = Bylines.compile(load_rules())


def read(text: str) -> Article:
    return BYLINES.complete(Article(text), fold(text, script_of(text)))


PROSE = "\n\n云岭科技今天发布新品。这里是正文，写了很多话，一直写到这一行的末尾。\n"


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("作者 | 林舟", "林舟"),
        ("作者：林舟　编辑：顾晴", "林舟"),
        ("文丨林舟　　统筹丨顾晴", "林舟"),
        ("**作者 | 林舟****编辑**| 顾晴****", "林舟"),
        ("文｜林舟", "林舟"),
        ("文/林舟", "林舟"),
        ("採訪／整理：林舟", "林舟"),
        ("作者：林舟｜山海評測", "林舟"),
        ("（记者 林舟）", "林舟"),
        ("作者\n\n林舟", "林舟"),
        ("By: Lin Zhou | 2024-02-29", "Lin Zhou"),
        ("2024-02-29 08:30 | 整理：林舟", "林舟"),
        ("作者简介放在最后", ""),
        ("林予舟／台北", "林予舟"),
        ("科技／台北", ""),
        ("本篇为译文，文章原作者 Dana，来源网站：shanhai", "Dana"),
        ("Author: [shanhai.example.com(查看原文)](/jump-1.htm)", ""),
        ("Powered By [Shanhai](https://shanhai.example)", ""),
        ("2024-02-29\n山海资讯\n林舟", "林舟"),
        ("2024-02-29\n高性能\n林舟", ""),
    ],
)
def test_author(line: str, author: str) -> None:
    assert read(f"# 新品发布\n{line}{PROSE}").author == author


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("来源：山海科技", "山海科技"),
        ("来源:山海科技    2024年2月29日    编辑:林舟", "山海科技"),
        ("2024-02-29 09:16:44　来源：山海科技网　作者：林舟", "山海科技网"),
        ("来源：山海科技（ID：shanhai）", "山海科技"),
        ("图片来源：山海科技", ""),
        ("本文来自微信公众号：山海芯谈（ID：shanhai），作者：林舟，头图来自：山海图库", "山海芯谈"),
        ("本文来自微信公众号“山海芯谈”，作者：林舟", "山海芯谈"),
        ("声明：除非文中写明出处，否则均为山海网原创内容。", "山海网"),
        ("版权声明：本文为博主原创文章", ""),
    ],
)
def test_publisher(line: str, publisher: str) -> None:
    assert read(f"# 新品发布\n{line}{PROSE}").publisher == publisher


def test_a_title_is_no_byline() -> None:
    found = read(f"# 采访：云岭科技的两位工程师谈推理卡的散热与供电{PROSE}")
    assert (found.title, found.author) == ("采访：云岭科技的两位工程师谈推理卡的散热与供电", "")


def test_a_title_that_stands_twice() -> None:
    title = "云岭发布首款推理卡"
    found = read(f"# {title}\n\n# {title}\n\n原创\n\n林舟\n\n山海芯谈{PROSE}")
    assert (found.title, found.author, found.publisher) == (title, "林舟", "山海芯谈")
    found = read(f"# {title}\n\n# {title}\n\n山海芯谈\n\n**扫码关注**{PROSE}")
    assert (found.author, found.publisher) == ("", "山海芯谈")


def test_a_title_with_its_site_is_as_the_article_has_it() -> None:
    text = f"云岭发布首款推理卡\n\n2024-02-29{PROSE}"
    told = BYLINES.complete(Article(text, title="云岭发布首款推理卡 - 山海芯谈"), text)
    assert told.title == "云岭发布首款推理卡"


def test_a_paragraph_that_stands_twice_is_no_title() -> None:
    assert read(f"云岭发布首款推理卡{PROSE}{PROSE}{PROSE}").title == "云岭发布首款推理卡"


def test_menus_can_be_long() -> None:
    menu = "\n\n".join(["首页", "新闻", "手机", "汽车"] * 8)
    title = "云岭发布首款推理卡"
    found = read(f"{title} | 山海网\n\n{menu}\n\n{title}\n\n2024-02-29 15:10{PROSE}")
    assert (found.title, found.publisher, found.published) == (title, "山海网", "2024-02-29")


def test_a_section_below_an_introduction_is_no_title() -> None:
    assert read(f"> 本文整理自一场公开的讲座。\n\n## 从哪里开始{PROSE}").title == ""
    assert read(f"## 从哪里开始{PROSE}").title == "从哪里开始"


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        ("08:302024/02/29", "2024-02-29"),
        ("2024-02-29 08:30", "2024-02-29"),
        ("2024年2月29日", "2024-02-29"),
        ("2024/2/9 下午3:20 · 阅读 12", "2024-02-09"),
        ("发布时间 : 2024-02-29 18:38:54", "2024-02-29"),
        ("發表於 2024/02/29 22:07，瀏覽 31,204，回覆 87", "2024-02-29"),
        ("由 林舟 于 2024 年 2 月 29 日发布", "2024-02-29"),
        ("山海评测｜2024年2月29日发布｜全文约1300字", "2024-02-29"),
        ("1 月 17 日", ""),
        ("2023年2月30日", ""),
        ("版本 2024.10", ""),
    ],
)
def test_date_at_the_head(lines: str, published: str) -> None:
    assert read(f"# 新品发布\n\n{lines}{PROSE}").published == published


def test_date_in_a_footer_split_over_lines() -> None:
    text = f"# 新品发布{PROSE * 12}\n来源:山海科技\n\n0赞\n\n2024\n\n02/29\n\n15:24\n\n分享\n\n点赞"
    found = read(text)
    assert (found.published, found.publisher) == ("2024-02-29", "山海科技")


def test_the_word_for_the_date_wins_over_other_dates() -> None:
    assert (
        read(f"# 新品\n活动时间 2023-01-01\n发布时间：2024-02-29{PROSE}").published == "2024-02-29"
    )


def test_dateline() -> None:
    assert (
        read("新品发布\n\n山海科技2024年2月29日消息，云岭科技今天发布新品。").published
        == "2024-02-29"
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# 国产芯片新进展\n\n正文。", "国产芯片新进展"),
        ("国产芯片新进展\n\n正文。", "国产芯片新进展"),
        (
            "首页 | 快讯 | 汽车 | 登录\n\n您当前的位置：首页\n\n国产芯片新进展\n\n正文。",
            "国产芯片新进展",
        ),
        ("山海科技\n\n# 国产芯片新进展\n\n正文。", "国产芯片新进展"),
        ("标题：国产芯片新进展\n正文。", "国产芯片新进展"),
        ("#国产芯片# 新进展\n正文。", "#国产芯片# 新进展"),
        ("云岭科技今天发布新品。", ""),
    ],
)
def test_title(text: str, title: str) -> None:
    assert read(text).title == title


def test_address() -> None:
    text = "# 新品发布\n\n> 原文：<https://example.com/a-1/>\n\n正文。"
    assert read(text).url == "https://example.com/a-1/"


def test_what_the_reader_knows_is_kept() -> None:
    found = BYLINES.complete(
        Article("# 题\n作者：林舟", author="顾晴", title="另一题"), "# 题\n作者:林舟"
    )
    assert (found.author, found.title) == ("顾晴", "另一题")


def test_every_word_reads_its_own_example() -> None:
    rules = load_rules()
    for row in rules.table("bylines"):
        if row["field"] != "other":
            found = read(
                f"# 新品发布\n{row['example']}{PROSE}"
                if row["field"] != "title"
                else row["example"]
            )
            field = {"original": "author", "account": "publisher"}.get(row["field"], row["field"])
            assert getattr(found, field), row.where
