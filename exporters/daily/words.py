"""The words of the daily log, in both languages of its readers."""

import re

from checks.contract import Section, State, Text
from collectors.contract import Reason
from exporters.contract import CheckCard

STATES = {
    State.OK: Text("normal", "正常"),
    State.WARN: Text("warning", "警告"),
    State.UNKNOWN: Text("unknown", "未知"),
    State.CRIT: Text("critical", "严重"),
}
NOT_CHECKED = Text("not checked", "未检查")
NOT_COVERED = Text("not covered by these rounds", "未纳入本次巡检")

REASONS = {
    Reason.UNREACHABLE: Text("unreachable", "主机不可达"),
    Reason.REFUSED: Text("connection refused", "连接被拒绝"),
    Reason.AUTH_FAILED: Text("login failed", "登录认证失败"),
    Reason.BACKING_OFF: Text("login failed before, not tried again yet", "此前登录失败,暂缓重试"),
    Reason.HOST_KEY_UNKNOWN: Text("host key not trusted yet", "主机密钥尚未确认"),
    Reason.HOST_KEY_CHANGED: Text("host key has changed", "主机密钥已变更"),
    Reason.PROTOCOL: Text("SSH protocol error", "SSH 协议错误"),
    Reason.CONNECTION_LOST: Text("connection lost", "连接中断"),
    Reason.DEADLINE: Text("deadline passed", "超出时限"),
    Reason.INTERRUPTED: Text("the agent was stopped meanwhile", "巡检程序中途停止"),
    Reason.NOT_APPLICABLE: Text("not applicable", "不适用"),
    Reason.FIRST_LOOK: Text("first look, a rate needs two", "首次采集,尚无速率"),
    Reason.NOT_ASKED: Text("never asked", "时段内未检查"),
    Reason.NO_PERMISSION: Text("no permission", "权限不足"),
    Reason.LATE: Text("not done in time", "采集超时"),
    Reason.FAILED: Text("command failed", "命令执行失败"),
    Reason.UNREADABLE: Text("output not understood", "输出无法识别"),
    Reason.TOO_LONG: Text("output too long", "输出过长"),
    Reason.BUG: Text("fault of the agent", "巡检程序故障"),
}
"""Why something was not checked, for people."""

UNDECIDED = Text("state unknown", "状态无法判定")
"""Why a line that was looked at counts as not checked: the check itself could not tell."""

SECTIONS = {
    Section.SERVERS: Text("Servers", "服务器运行状态"),
    Section.PLATFORM: Text("Platform and mail", "平台及邮件可用性"),
    Section.STORAGE: Text("Backup and storage", "备份、存储"),
    Section.PATCHES: Text("Patches, antivirus, spam", "补丁、病毒、垃圾邮件"),
    Section.SECURITY: Text("Security and accounts", "安全与账号"),
    Section.HARDWARE: Text("Hardware and room", "硬件与机房"),
}

_TOLD = re.compile(r"(?:not checked: |未检查:)[^()]*(?:\((?P<detail>.*)\))?", re.DOTALL)


def detail_of(summary: str, reason: Reason) -> str:
    """What an unchecked line says beyond its reason: of `not checked: unreachable (timed out)`, `timed out`."""
    told = _TOLD.fullmatch(summary)
    if told is not None:
        return told["detail"] or ""
    return "" if summary in (reason.value, REASONS[reason].en, REASONS[reason].zh) else summary


def item_words(check: CheckCard, item: str) -> str:
    """The item, or nothing where it only says what the check's name says: `memory` of `memory_usage`."""
    return "" if item in (check.name, *check.name.split("_")) else item


def reason_words(reason: Reason | None) -> Text:
    """Why a line was not checked."""
    return UNDECIDED if reason is None else REASONS[reason]


def state_words(state: State | None) -> Text:
    """What a reader calls the state; a line that was not judged is not checked."""
    return NOT_CHECKED if state is None else STATES[state]
