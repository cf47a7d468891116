"""Why something was not checked, in both languages of the daily log's readers."""

import re

from checks.contract import Text
from checks.contract.text import Language
from collectors.contract import Reason
from exporters.contract import CheckCard
from exporters.daily.details import in_chinese

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

UNREACHABLE = Text("host unreachable", "主机失联")
NOT_LET_IN = Text("no login to the host", "主机无法登录")

LOCKED_OUT = frozenset(
    {Reason.AUTH_FAILED, Reason.BACKING_OFF, Reason.HOST_KEY_UNKNOWN, Reason.HOST_KEY_CHANGED, Reason.PROTOCOL}
)
"""Reasons for which a host is there, and does not let the agent in, or is not trusted by it."""

_SAID_IN_CHINESE = frozenset(
    {
        Reason.UNREACHABLE,
        Reason.REFUSED,
        Reason.AUTH_FAILED,
        Reason.BACKING_OFF,
        Reason.HOST_KEY_UNKNOWN,
        Reason.CONNECTION_LOST,
        Reason.DEADLINE,
        Reason.INTERRUPTED,
        Reason.NOT_ASKED,
        Reason.NOT_APPLICABLE,
        Reason.FIRST_LOOK,
        Reason.TOO_LONG,
    }
)
"""Reasons whose Chinese words are enough: the detail, which is in English, is left out after them."""

_SAID_BY_DETAIL = {
    Reason.REFUSED: re.compile(r"refused", re.IGNORECASE),
    Reason.AUTH_FAILED: re.compile(r"did not let|cannot log in"),
    Reason.BACKING_OFF: re.compile(r"^not trying to log in"),
    Reason.HOST_KEY_UNKNOWN: re.compile(r"host key of .* is not known"),
    Reason.HOST_KEY_CHANGED: re.compile(r"host key of .* has changed"),
    Reason.PROTOCOL: re.compile(r"broke the protocol"),
    Reason.CONNECTION_LOST: re.compile(r"closed the connection|no connection"),
    Reason.DEADLINE: re.compile(r"the deadline"),
    Reason.INTERRUPTED: re.compile(r"interrupted|was told to stop"),
    Reason.FIRST_LOOK: re.compile(r"two looks"),
    Reason.LATE: re.compile(r"not done within"),
    Reason.TOO_LONG: re.compile(r"longer than the limit"),
}
"""By which words a detail says the reason itself, so that the reason's own words would say it twice."""

_TOLD = re.compile(r"[^()]*(?:\((?P<detail>.*)\))?", re.DOTALL)


def reason_words(reason: Reason | None) -> Text:
    """Why a line was not checked."""
    return UNDECIDED if reason is None else REASONS[reason]


def is_of_reach(check: CheckCard) -> bool:
    """Whether the check is the host's own line: whether a round could reach it."""
    return check.name == "reachable"


def problem_title(check: CheckCard, summary: Text) -> Text:
    """What a problem is called: the check's title; of a host that was not reached that it was not."""
    if not is_of_reach(check):
        return check.title
    return NOT_LET_IN if any(REASONS[reason].zh in summary.zh for reason in LOCKED_OUT) else UNREACHABLE


def why_not(reason: Reason, detail: str, language: Language) -> tuple[str, str]:
    """What to say of a reason and its detail, which is in English, and beside that; nothing is said twice."""
    words = REASONS[reason].in_language(language)
    if language == "zh":
        return words, "" if reason in _SAID_IN_CHINESE else in_chinese(detail)
    return (detail, "") if _says_reason(detail, reason) else (words, detail)


def detail_of(summary: Text, reason: Reason) -> str:
    """What an unchecked line says beyond its reason: of `not checked: unreachable (timed out)`, `timed out`."""
    words = REASONS[reason].en
    told = summary.en.removeprefix("not checked: ")
    if told in (reason.value, words):
        return ""
    if told.startswith(f"{words} (") and told.endswith(")"):
        return told[len(words) + 2 : -1]
    if told == summary.en or _says_reason(told, reason):
        return told
    worded_otherwise = _TOLD.fullmatch(told)
    return told if worded_otherwise is None else worded_otherwise["detail"] or ""


def _says_reason(detail: str, reason: Reason) -> bool:
    pattern = _SAID_BY_DETAIL.get(reason)
    return pattern is not None and pattern.search(detail) is not None
