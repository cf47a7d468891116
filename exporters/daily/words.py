"""The words of the daily log, in both languages of its readers."""

from checks.contract import Section, State, Text
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
    """`1 server`, `2 servers`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def item_words(check: CheckCard, item: str) -> str:
    """The item, or nothing where the check's name or title says it: `memory` of `memory_usage`."""
    return "" if item in (check.name, *check.name.split("_")) or is_in_title(check, item) else item


def is_in_title(check: CheckCard, item: str) -> bool:
    """Whether the item is a word of the title: `zombies` of `Zombies and stuck processes`."""
    return item.lower() in check.title.en.lower().split()


def state_words(state: State | None) -> Text:
    """What a reader calls the state; a line that was not judged is not checked."""
    return NOT_CHECKED if state is None else STATES[state]
