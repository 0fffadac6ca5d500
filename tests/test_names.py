"""Names: which chips a sentence names, under which canonical name, and what must not be one."""

import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from pipeline import Article, Extractor, RuleErrors, load_rules
from pipeline.document.segment import segment
from pipeline.model import Chip, NameMention
from pipeline.names.mentions import Names
from pipeline.rules import unproven


def mentions(extractor: Extractor, text: str) -> list[NameMention]:
    return extractor.names.find(segment(Article(text), extractor.boilerplate))


def chips(extractor: Extractor, text: str) -> list[Chip]:
    document = segment(Article(text), extractor.boilerplate)
    return extractor.names.chips(document, extractor.names.find(document), "a0")[0]


def surfaces(extractor: Extractor, text: str) -> dict[str, str]:
    """Every mention of a chip as it is written, and the name it goes by."""
    return {text[m.start : m.end]: m.name for m in mentions(extractor, text) if m.kind == "chip"}


FAMILIES = """
高通发布骁龙8 Gen 3移动平台，性能优于骁龙8 Gen 2和天玑9300。 => 骁龙8 Gen 3|骁龙8 Gen 2|天玑9300
第三代骁龙8采用4nm工艺，第四代骁龙8s则更便宜。 => 骁龙8 Gen 3|骁龙8s Gen 4
骁龙8 Elite Gen 5即第五代骁龙8至尊版。 => 骁龙8至尊版 Gen 5
驍龍 X2 Elite Extreme 與驍龍 X Elite 同場亮相。 => 骁龙X2 Elite Extreme|骁龙X Elite
骁龙 7+ Gen 2、骁龙 7s Gen 2和骁龙 6 Gen 1。 => 骁龙7+ Gen 2|骁龙7s Gen 2|骁龙6 Gen 1
骁龙865/865+/870三款芯片。 => 骁龙865|骁龙865+|骁龙870
联发科天玑8300-Ultra、天玑8200和7200-Ultra。 => 天玑8300 Ultra|天玑8200|天玑7200 Ultra
曦力P60和Helio G99都是中端芯片。 => Helio P60|Helio G99
华为麒麟9000S、麒麟990 5G与麒麟820。 => 麒麟9000S|麒麟990 5G|麒麟820
麒麟X90用于鸿蒙电脑，麒麟9010用于Pura 70。 => 麒麟X90|麒麟9010
苹果M4 Max芯片，M3 Ultra次之，M1/M2/M3依旧在售。 => M4 Max|M3 Ultra|M1|M2|M3
苹果A17 Pro与A16仿生芯片，iPad上的A12X与A12Z。 => A17 Pro|A16|A12X|A12Z
三星Exynos 2400e、Exynos W930和猎户座2200。 => Exynos 2400E|Exynos W930|Exynos 2200
谷歌Tensor G3芯片与TPU v5p、TPU v5e、第六代TPU Trillium。 => Tensor G3|TPU v5p|TPU v5e|第六代TPU|Trillium
英伟达H100 SXM、H200 NVL、B200与GB200超级芯片，H20则面向中国。 => H100|H200 NVL|B200|GB200|H20
英伟达A100 80GB PCIe，A10、A30，T4推理卡，V100。 => A100|A10|A30|T4|V100
RTX 4090 D/4090/4080 SUPER/4070 Ti SUPER显卡。 => RTX 4090 D|RTX 4090|RTX 4080 Super|RTX 4070 Ti Super
GeForce RTX 3060 12GB、GTX1660Ti、GT 1030。 => RTX 3060|GTX 1660 Ti|GT 1030
英伟达RTX PRO 6000 Blackwell工作站显卡和RTX A6000、RTX 6000 Ada。 => RTX PRO 6000|RTX A6000|RTX 6000 Ada
Jetson AGX Orin、Jetson Orin Nano、Jetson TX2开发套件。 => Jetson AGX Orin|Jetson Orin Nano|Jetson TX2
英伟达Orin-X芯片、Thor-U芯片、Xavier。 => Orin-X|Thor-U|Xavier
BlueField-3 DPU与ConnectX-7网卡。 => BlueField-3|ConnectX-7
AMD MI300X、MI300A、MI325X、MI355X加速器。 => MI300X|MI300A|MI325X|MI355X
AMD Instinct MI250X与MI250、MI210。 => MI250X|MI250|MI210
锐龙9 9950X3D、锐龙7 9800X3D、锐龙5 7500F。 => Ryzen 9 9950X3D|Ryzen 7 9800X3D|Ryzen 5 7500F
Ryzen AI 9 HX 370、锐龙AI Max+ 395、锐龙7 8845HS。 => Ryzen AI 9 HX 370|Ryzen AI Max+ 395|Ryzen 7 8845HS
AMD EPYC 9654、第四代EPYC处理器、霄龙7763。 => EPYC 9654|第四代EPYC|EPYC 7763
线程撕裂者PRO 7995WX、Threadripper 3990X。 => Threadripper Pro 7995WX|Threadripper 3990X
RX 7900 XTX、RX 7800 XT、Radeon RX 6700 XT显卡，核显为Radeon 780M。 => RX 7900 XTX|RX 7800 XT|RX 6700 XT|Radeon 780M
英特尔酷睿i9-14900K、i7-13700H、酷睿i5 12400F。 => Core i9-14900K|Core i7-13700H|Core i5-12400F
酷睿Ultra 9 285K、Ultra 7 155H、Core Ultra 5 125U。 => Core Ultra 9 285K|Core Ultra 7 155H|Core Ultra 5 125U
至强铂金8380、至强6780P、Xeon Gold 6348、第五代至强。 => Xeon Platinum 8380|Xeon 6780P|Xeon Gold 6348|第五代至强
英特尔Gaudi 3、Gaudi2加速器，Arc A770、锐炫B580显卡。 => Gaudi 3|Gaudi 2|Arc A770|Arc B580
英特尔Lunar Lake、Arrow Lake、Panther Lake处理器。 => Lunar Lake|Arrow Lake|Panther Lake
Ponte Vecchio与Sapphire Rapids处理器。 => Ponte Vecchio|Sapphire Rapids
昇腾910B、昇腾310、昇腾910C和950PR芯片。 => 昇腾910B|昇腾310|昇腾910C|昇腾950PR
华为鲲鹏920与鲲鹏930处理器。 => 鲲鹏920|鲲鹏930
寒武纪思元370、思元590、MLU290-M5与MLU220。 => 思元370|思元590|思元290|思元220
壁仞BR100、壁砺106B、壁仞科技BR104。 => BR100|BR106|BR104
燧原云燧T20、云燧i20、燧原S60、邃思2.0芯片。 => 云燧T20|云燧i20|燧原S60|邃思2.0
摩尔线程MTT S4000、MTT S80显卡、MTT S5000。 => MTT S4000|MTT S80|MTT S5000
天数智芯天垓100、智铠50、天垓150。 => 天垓100|智铠50|天垓150
沐曦曦云C500、曦思N100、曦云C600。 => 曦云C500|曦思N100|曦云C600
海光三号、海光7285、深算二号DCU、海光K100。 => 海光三号|海光7285|深算二号|K100
龙芯3A6000、3C5000L、2K2000、龙芯3A5000/3B5000。 => 龙芯3A6000|龙芯3C5000L|龙芯2K2000|龙芯3A5000|龙芯3B5000
兆芯开先KX-7000、KX-6000G、开胜KH-50000处理器。 => KX-7000|KX-6000G|KH-50000
飞腾腾云S5000C、腾锐D3000、FT-2000/4处理器。 => 飞腾S5000C|飞腾D3000|FT-2000
申威SW26010Pro用于神威超算。 => SW26010 Pro
平头哥玄铁C910、玄铁C930、倚天710、含光800、曳影1520。 => 玄铁C910|玄铁C930|倚天710|含光800|TH1520
昆仑芯P800、昆仑芯2代、昆仑芯M100。 => 昆仑芯P800|昆仑芯2|昆仑芯M100
地平线征程6P、征程5、征程6E/M芯片，旭日5。 => 征程6P|征程5|征程6E|征程6M|旭日5
黑芝麻智能华山A1000、武当C1236芯片。 => A1000|C1236
蔚来神玑NX9031、小鹏图灵芯片、理想马赫M100芯片。 => 神玑NX9031|图灵|马赫M100
高通SA8155P、骁龙8295、8775座舱芯片。 => 骁龙8155|骁龙8295|骁龙8775
瑞芯微RK3588、RK3566，全志T527，晶晨S905X4。 => RK3588|RK3566|全志T527|S905X4
紫光展锐T820、虎贲T618、展锐T7520芯片。 => T820|T618|T7520
算能SG2042、BM1684X，进迭时空K1，赛昉JH7110。 => SG2042|BM1684X|K1|JH7110
芯驰X9SP、E3650，芯擎龙鹰一号。 => X9SP|E3650|龙鹰一号
STM32H7、STM32MP25、GD32F303、ESP32-S3、CH32V307。 => STM32H7|STM32MP25|GD32F303|ESP32-S3|CH32V307
恩智浦i.MX 8M Plus、S32G3、i.MX RT1170。 => i.MX 8M Plus|S32G3|i.MX RT1170
英飞凌TC397，瑞萨R-Car V4H、RH850/U2A。 => TC397|R-Car V4H|RH850/U2A
Mobileye EyeQ6H、EyeQ4，安霸CV3-AD685芯片。 => EyeQ6H|EyeQ4|CV3-AD685
Cerebras WSE-3、Groq LPU、Tenstorrent Wormhole芯片、SambaNova SN40L。 => WSE-3|LPU|Wormhole|SN40L
Graviton4、Trainium2、Inferentia2、微软Maia 100、Cobalt 100、Meta MTIA v2。 => Graviton4|Trainium2|Inferentia2|Maia 100|Cobalt 100|MTIA v2
Ampere Altra Max、AmpereOne处理器。 => Altra Max|AmpereOne
A64FX、POWER10、SPARC64 XII、Telum II处理器。 => A64FX|POWER10|SPARC64 XII|Telum II
Cortex-A720、Cortex-X4、Cortex-M55、Neoverse V3、Mali-G720、Ethos-U85。 => Cortex-A720|Cortex-X4|Cortex-M55|Neoverse V3|Mali-G720|Ethos-U85
Arm发布C1-Ultra、C1-Premium和Mali G1-Ultra。 => C1-Ultra|C1-Premium|Mali-G1 Ultra
赛灵思Versal AI Edge、Alveo U250、Virtex-7。 => Versal AI Edge|Alveo U250|Virtex-7
Agilex 7、Stratix 10、Cyclone V、PolarFire SoC FPGA。 => Agilex 7|Stratix 10|Cyclone V|PolarFire SoC
特斯拉Dojo D1芯片、AI5芯片。 => Dojo D1|AI5
小米玄戒O1、澎湃S1、澎湃C1。 => 玄戒O1|澎湃S1|澎湃C1
vivo V3影像芯片，OPPO马里亚纳X。 => V3|马里亚纳X
树莓派RP2350、博通BCM2712、Tomahawk 5交换芯片。 => RP2350|BCM2712|Tomahawk 5
嘉楠K230芯片、爱芯元智AX650N、酷芯。 => K230|AX650N
景嘉微JM9230，砺算7G106，象帝先天钧二号。 => JM9230|7G106|天钧二号
此芯P1处理器，澜起津逮CPU。 => 此芯P1|津逮
后摩鸿途H30、漫界M50，墨芯S30。 => 鸿途H30|漫界M50|墨芯S30
锐龙9 9955HX3D、锐龙7 H 255、R9 7950X3D、9800X3D与780M核显。 => Ryzen 9 9955HX3D|Ryzen 7 H 255|Ryzen 9 7950X3D|9800X3D|Radeon 780M
AMD Athlon 64 X2 5000+、羿龙 II X6 1090T、A10-7850K与推土机FX-8350。 => Athlon 64 X2 5000+|Phenom II X6 1090T|A10-7850K|FX-8350
英特尔酷睿m3-6Y30、U9 285HX、凌动x5-Z8350、1165G7与Xeon X5650。 => Core m3-6Y30|Core Ultra 9 285HX|Atom X5-Z8350|1165G7|Xeon X5650
GeForce 8800 GTX、GTX 10系显卡、4070TiS与泰坦显卡都来自英伟达。 => GeForce 8800 GTX|GTX 10系列|RTX 4070 Ti Super|Titan
高通660、骁龙8150、骁龙8+与高通8295/8650芯片。 => 骁龙660|骁龙8150|骁龙8+|骁龙8295|骁龙8650
英伟达雷神芯片与谷歌Tensor芯片。 => Thor|Tensor
Tiger Lake UP3与Tiger Lake-H处理器，WSE-3 Turbo与WSE-3。 => Tiger Lake UP3|Tiger Lake-H|WSE-3 Turbo|WSE-3
高通QSD8250与联发科MT6577，麒麟910、920、950，Rubin GPU（R200）。 => QSD8250|MT6577|麒麟910|麒麟920|麒麟950|Rubin
至强6+、6787P，霄龙9005里的9965，R7 8845HS与8945HS，锐龙AI 9 HX 370即HX370。 => Xeon 6+|Xeon 6787P|EPYC 9005|EPYC 9965|Ryzen 7 8845HS|8945HS|Ryzen AI 9 HX 370
英伟达RIVA TNT2、GeForce2 GTS、GeForce3与NV30，ATI的R300，1080 Ti显卡。 => RIVA TNT2|GeForce2 GTS|GeForce3|NV30|R300|GTX 1080 Ti
9070XT、7800XT与9700X都来自AMD，B60 Pro即英特尔Arc Pro B60，笔记本用5090M显卡。 => RX 9070 XT|RX 7800 XT|9700X|Arc Pro B60|RTX 5090M
第七代AI Max+ 395、AI Max 385，NXP i.MX 95、TI AM69A芯片，AGX Orin与Jetson Thor。 => Ryzen AI Max+ 395|Ryzen AI Max 385|i.MX 95|AM69A|Jetson AGX Orin|Jetson Thor
英伟达 bluefield - 4 DPU 与 AMD 的 mi300x 芯片，紫霄二代来自腾讯，X280 Gen 2来自SiFive。 => BlueField-4|MI300X|紫霄二代|X280 Gen 2
Cortex-M33单片机之外，N32H7是双核M7+M4，瑞萨RA8P1用M85，RZ/V2H是MPU。 => Cortex-M33|N32H7|Cortex-M7|Cortex-M4|RA8P1|Cortex-M85|RZ/V2H
"""
"""A sentence a line, and the chips that it names."""

NO_CHIPS = """
iPhone 15 Pro Max、小米14 Ultra、华为Mate 60 Pro、Galaxy S24 Ultra手机价格。
GPT-4o、Llama 3 70B、Qwen2.5-72B、DeepSeek-R1、GLM-4模型。
采用台积电N3E工艺、英特尔18A制程、三星SF2工艺和A16制程。
HBM3E、LPDDR5X、GDDR7内存，PCIe 5.0、USB4、Wi-Fi 7接口。
DGX H100服务器、NVL72机柜、HGX H200平台、CloudMatrix 384超节点。
特斯拉Model 3、蔚来ET7、小鹏G9、理想L9、问界M9汽车。
2024年Q3营收，H1业绩，第590次会议，约835元，1080P视频，800V高压。
Hopper架构、Blackwell架构、Zen 5架构、RDNA 4、CDNA 3架构。
CUDA 12.4、Android 14、iOS 17、Windows 11、PyTorch 2.0。
ResNet-50、YOLOv8、BERT-Large、MLPerf测试。
零刻SER8、铭凡UM890 Pro主机，VEK385套件，P6e-GB300实例。
L2+级自动驾驶、L3缓存、5G网络、4K视频、AV1解码。
索尼PS5主机、Xbox Series X、任天堂Switch 2、Steam Deck。
沪市688256.SH、纳斯达克NVDA、港股09903.HK股价上涨。
A轮融资、B轮融资、C919飞机、M2货币、F-35战斗机。
荣耀Magic6、OPPO Find X7、vivo X100 Pro、一加12、Redmi K70。
宝马M3、奥迪A8、奔驰S级、地铁A10线路。
MacBook Pro 16、iPad Pro、Mac Studio、Surface Pro 11、ThinkPad X1 Carbon电脑。
每秒130万亿次,售价835元,第590次会议,2020年3月。
B650主板、Z790芯片组与B0版样片，RV32IMC指令集，X86架构。
"""


@pytest.mark.parametrize("line", FAMILIES.strip().splitlines())
def test_known_families(extractor: Extractor, line: str) -> None:
    text, _, names = line.partition(" => ")
    assert [c.chip for c in chips(extractor, text)] == names.split("|")


@pytest.mark.parametrize("text", NO_CHIPS.strip().splitlines())
def test_no_chips(extractor: Extractor, text: str) -> None:
    assert chips(extractor, text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "骁龙665、730和730G都支持快充。",
            {"骁龙665": "骁龙665", "730": "骁龙730", "730G": "骁龙730G"},
        ),
        ("昇腾910B/C两款芯片。", {"昇腾910B": "昇腾910B", "C": "昇腾910C"}),
        (
            "酷睿i9-12900K/KF的功耗相同。",
            {"酷睿i9-12900K": "Core i9-12900K", "KF": "Core i9-12900KF"},
        ),
        ("低阶的征程6B和中阶的6E、6M。", {"征程6B": "征程6B", "6E": "征程6E", "6M": "征程6M"}),
        ("昇腾910B有310W,模型有910B参数,730W快充。", {"昇腾910B": "昇腾910B"}),
        (
            "锐龙7 8745HS比上一代的7735HS分别高15%。",
            {"锐龙7 8745HS": "Ryzen 7 8745HS", "7735HS": "7735HS"},
        ),
        (
            "瑞芯微RK3588和RK3576都是SoC,3588更快,3576只有一半,板子卖3588元。",
            {"RK3588": "RK3588", "RK3576": "RK3576", "3588": "RK3588", "3576": "RK3576"},
        ),
        (
            "骁龙8 Gen 3与天玑9300相比,天玑领先骁龙5%。",
            {
                "骁龙8 Gen 3": "骁龙8 Gen 3",
                "天玑9300": "天玑9300",
                "天玑": "天玑9300",
                "骁龙": "骁龙8 Gen 3",
            },
        ),
        ("苹果M2 Pro与Max芯片。", {"M2 Pro": "M2 Pro", "Max": "M2 Max"}),
        ("RTX 4090/4080显卡。", {"RTX 4090": "RTX 4090", "4080": "RTX 4080"}),
        (
            "骁龙835比820快,但835的价格是835元。",
            {"骁龙835": "骁龙835", "820": "骁龙820", "835": "骁龙835"},
        ),
        ("天玑9400+已发布,9400+的主频更高。", {"天玑9400+": "天玑9400+", "9400+": "天玑9400+"}),
        (
            "Cortex-A78的面积更小,A78的功耗也更低。",
            {"Cortex-A78": "Cortex-A78", "A78": "Cortex-A78"},
        ),
        (
            "AWS的Inferentia2(Inf2)支持分布式推理,Inf2很快。",
            {"Inferentia2": "Inferentia2", "Inf2": "Inferentia2"},
        ),
        (
            "锐龙9 9950X跑分出炉,9950X领先。",
            {"锐龙9 9950X": "Ryzen 9 9950X", "9950X": "Ryzen 9 9950X"},
        ),
        (
            "海光7390已经上市,这颗处理器比前代7280快一倍。",
            {"海光7390": "海光7390", "7280": "海光7280"},
        ),
        (
            "骁龙8至尊版（Snapdragon 8 Elite）是旗舰。",
            {"骁龙8至尊版": "骁龙8至尊版", "Snapdragon 8 Elite": "骁龙8至尊版"},
        ),
        ("骁龙835(MSM8998)用10nm工艺。", {"骁龙835": "骁龙835", "MSM8998": "骁龙835"}),
    ],
)
def test_what_hangs_on_a_name(extractor: Extractor, text: str, expected: dict[str, str]) -> None:
    assert surfaces(extractor, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "岚山科技发布推理芯片岚峰X3,岚峰X3采用6纳米工艺,上一代岚峰X2停产。",
            {"岚峰X3": "岚峰X3", "岚峰X2": "岚峰X2"},
        ),
        (
            "“石桥二号”采用12nm工艺,石桥一号芯片已经停产。",
            {"石桥二号": "石桥二号", "石桥一号": "石桥一号"},
        ),
        ("这款代号为青鸾的芯片明年量产。", {"青鸾": "青鸾"}),
        ("这款ASIC内部被称为[Teal],主要用于推理。", {"Teal": "Teal"}),
        ("首款代号为G01的大型SUV明年量产,搭载新芯片。", {}),
        ("瑞萨QX7采用28nm工艺。", {"QX7": "QX7"}),
        (
            "岚舟半导体发布推理芯片X300。岚舟X300采用7nm,处理器比GPU快,晶体管更多,X100停产。",
            {"X300": "X300", "X100": "X100"},
        ),
        (
            "岚舟的处理器有三款:芯片KW9280(192核)、KW9260(128核),KW9280P双路,GPU另有LX-A40加速卡。",
            {"KW9280": "KW9280", "KW9260": "KW9260", "KW9280P": "KW9280P", "LX-A40": "LX-A40"},
        ),
        ("第一颗芯片已经卖完,公司的大芯片，内部叫“青鸾”，明年量产。", {"青鸾": "青鸾"}),
        (
            "芯片公司Fjordine的处理器、GPU都在开发，晶体管更多，上一代Skerry 1只有32核，Skerry 2更多。",
            {"Skerry 1": "Skerry 1", "Skerry 2": "Skerry 2"},
        ),
    ],
)
def test_chips_that_no_rule_knows(
    extractor: Extractor, text: str, expected: dict[str, str]
) -> None:
    assert surfaces(extractor, text) == expected


def test_context_decides(extractor: Extractor) -> None:
    assert surfaces(extractor, "新款M3的百公里加速为3.5秒。") == {}
    assert surfaces(extractor, "苹果的M3芯片。") == {"M3": "M3"}
    assert surfaces(extractor, "英伟达拿出了L4推理卡。") == {"L4": "L4"}
    assert surfaces(extractor, "该车支持L4级自动驾驶,用英伟达芯片。") == {}
    kinds = {m.name: m.kind for m in mentions(extractor, "台积电的A16制程和苹果的A16芯片。")}
    assert kinds["A16"] in ("process", "chip")
    assert {m.kind for m in mentions(extractor, "台积电A16。")} == {"organization", "process"}


def test_refused_names_are_told(extractor: Extractor) -> None:
    document = segment(Article("新款M3的百公里加速为3.5秒。"), extractor.boilerplate)
    rows, rejects = extractor.names.chips(document, extractor.names.find(document), "a0")
    assert rows == []
    assert [(r.text, r.stage, r.rule) for r in rejects] == [("M3", "names", "apple.m")]


def test_rows(extractor: Extractor) -> None:
    text = "高通骁龙8 Gen 3很快。Snapdragon 8 Gen3的GPU是Adreno 750，骁龙系列由来已久。"
    first, second = chips(extractor, text)
    assert (first.chip, first.maker, first.kind, first.mentions) == (
        "骁龙8 Gen 3",
        "高通",
        "soc",
        2,
    )
    assert first.surfaces == "骁龙8 Gen 3|Snapdragon 8 Gen3"
    assert text[first.start : first.end] == "骁龙8 Gen 3"
    assert second.chip == "Adreno 750"


def test_series_and_lines(extractor: Extractor) -> None:
    assert [c.chip for c in chips(extractor, "AMD的MI300系列包括MI300X。")] == [
        "MI300系列",
        "MI300X",
    ]
    assert [c.chip for c in chips(extractor, "英特尔的Gaudi用于训练。")] == ["Gaudi"]
    assert [c.chip for c in chips(extractor, "英特尔的Gaudi 3取代了旧的Gaudi。")] == ["Gaudi 3"]
    assert chips(extractor, "骁龙和至强都是品牌。") == []


def test_kinds_of_decoys(extractor: Extractor) -> None:
    found = {
        m.name: m.kind
        for m in mentions(extractor, "DGX H100用HBM3,跑GPT-4,基于Hopper架构,iPhone 15 Pro不行。")
    }
    assert found == {
        "DGX H100": "system",
        "HBM3": "memory",
        "GPT-4": "model",
        "Hopper": "architecture",
        "iPhone 15 Pro": "product",
    }


def test_sorted_and_apart(extractor: Extractor) -> None:
    found = mentions(extractor, "英伟达H100、H200和AMD MI300X,以及DGX H100、RTX 4090 D/4080。")
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("x.tie,高通,soc,骁龙835,,,,,,,,\nx.tie2,英特尔,soc,骁龙835,,,,,,,,", "stands already at"),
        ("x.bad,高通,soc,云岭,(?P<n>,,,,,,,", "does not compile"),
        ("x.maker,某某,soc,云岭,,,,,,,,", "is not in makers.csv"),
        ("x.empty,高通,soc,,,,,,,,,", "neither stems nor a tail"),
        ("x.void,高通,soc,,~\\d*,,,,,,,", "matches the empty string"),
    ],
)
def test_faults_are_told(tmp_path: Path, line: str, fault: str) -> None:
    header = "id,maker,kind,stems,tail,name,short,needs,flag,lead,examples,never"
    (tmp_path / "chips+.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    with pytest.raises(RuleErrors, match=rf"chips\+\.csv:\d+: .*{fault}"):
        Names.compile(load_rules(str(tmp_path)))


@pytest.mark.parametrize(
    "unit", ["骁龙", "RTX 4090/", "A1", "1", "M2 Pro与", "“", "代号", "芯片A", "X3 "]
)
def test_hostile_strings_stay_linear(extractor: Extractor, unit: str) -> None:
    text = unit * (100_000 // len(unit))
    began = time.perf_counter()
    mentions(extractor, text)
    assert time.perf_counter() - began < 10


@pytest.mark.parametrize("noun", ["加速卡", "推理卡", "处理器", "显卡"])
def test_a_class_word_is_no_stem_of_the_name_behind_it(noun: str, extractor: Extractor) -> None:
    text = f"云岭发布{noun}YA530。云岭的{noun}YA530采用7纳米工艺。"
    assert [c.chip for c in extractor(Article(text)).chips] == ["YA530"]


def test_a_check_compiles_what_a_run_would_meet_later() -> None:
    """A tail of the package's own rules is compiled when a text has its stem, by a check at once."""
    rules = load_rules()
    first, *others = (row for row in rules.table("chips") if row["tail"])
    broken = replace(first, cells=first.cells | {"tail": "("})
    rules = replace(rules, rows=rules.rows | {"chips": (broken, *others)})
    Names.compile(rules)
    with pytest.raises(RuleErrors, match=rf"{broken.where}: tail does not compile"):
        Names.compile(unproven(rules))
