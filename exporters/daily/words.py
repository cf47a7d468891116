"""The words of the daily log, in both languages of its readers."""

import re

from checks.contract import Section, State, Text
from checks.contract.text import Language
from exporters.contract import CheckCard

STATES = {
    State.OK: Text("normal", "正常"),
    State.WARN: Text("warning", "警告"),
    State.UNKNOWN: Text("unknown", "未知"),
    State.CRIT: Text("critical", "严重"),
}
NOT_CHECKED = Text("not checked", "未检查")
NOT_COVERED = Text("not covered by these rounds", "未纳入本次巡检")

SECTIONS = {
    Section.SERVERS: Text("Servers", "服务器运行状态"),
    Section.PLATFORM: Text("Platform and mail", "平台及邮件可用性"),
    Section.STORAGE: Text("Backup and storage", "备份、存储"),
    Section.PATCHES: Text("Patches, antivirus, spam", "补丁、病毒、垃圾邮件"),
    Section.SECURITY: Text("Security and accounts", "安全与账号"),
    Section.HARDWARE: Text("Hardware and room", "硬件与机房"),
}


def counted(count: int, noun: str) -> str:
    """`1 server`, `2 servers`; `1 entry`, `2 entries`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count} {noun.removesuffix('ry')}ries" if noun.endswith("ry") else f"{count} {noun}s"


ITEMS = {
    "security updates": "安全更新",
    "updates": "其他更新",
    "package list": "软件包列表",
    "distribution": "发行版",
    "table": "日期表",
    "outdated processes": "使用旧文件的进程",
    "deleted files": "已删除仍占用的文件",
    "failed units": "失败的单元",
    "core dumps": "核心转储",
    "system accounts": "系统账号",
    "passwords": "口令",
    "logins": "登录记录",
    "sudoers files": "sudoers 文件",
    "zombies": "僵尸进程",
    "uninterruptible": "不可中断进程",
}
"""What checks call their items where they name them themselves, in Chinese. Other names are the host's own."""


def item_words(check: CheckCard, item: str, language: Language = "en") -> str:
    """The item, or nothing where the check's name or title says it: `memory` of `memory_usage`."""
    if item in (check.name, check.name.replace("_", " "), *check.name.split("_")) or is_in_title(check, item):
        return ""
    return ITEMS.get(item, item) if language == "zh" else item


def is_in_title(check: CheckCard, item: str) -> bool:
    """Whether the item is a word of the title: `zombies` of `Zombies and stuck processes`."""
    return item.lower() in check.title.en.lower().split()


def state_words(state: State | None) -> Text:
    """What a reader calls the state; a line that was not judged is not checked."""
    return NOT_CHECKED if state is None else STATES[state]


_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_HAN = r"[\u2018-\u201d\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
_BRACKETS = re.compile(rf"(?:(?<={_HAN}) ?\(([^()]*)\)|\(([^()]*{_HAN}[^()]*)\))")
_BESIDE_NUMBER = rf"(?<=[%)])[,;]|,(?=\d+(?:\.\d+)? ?{_HAN})"
"""`99.7 %,2 个处理器`: no word stands beside the stop, and yet it is no part of a number or a name."""
_STOPS = re.compile(rf"(?:(?<={_HAN})([,;:?!]) ?|({_BESIDE_NUMBER}) ?|([,;:?!]) ?(?={_HAN}))")


def chinese(text: str) -> str:
    """The sentence with the wide punctuation that Chinese is set with; numbers, times and names keep their own."""
    if text.isascii():
        return text
    wide = _BRACKETS.sub(lambda found: f"（{found[1] if found[1] is not None else found[2]}）", text)
    return _STOPS.sub(lambda found: _WIDE[found[1] or found[2] or found[3]], wide)
