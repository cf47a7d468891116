"""Why something was not checked, in words for people."""

from checks.contract import Text
from collectors.contract import Reason

_WORDS = {
    Reason.UNREACHABLE: Text("unreachable", "无法连接"),
    Reason.REFUSED: Text("connection refused", "连接被拒绝"),
    Reason.AUTH_FAILED: Text("login refused", "登录认证失败"),
    Reason.BACKING_OFF: Text("login refused before, not tried again yet", "此前认证失败,暂未重试"),
    Reason.HOST_KEY_UNKNOWN: Text("host key unknown", "主机密钥未确认"),
    Reason.HOST_KEY_CHANGED: Text("host key changed", "主机密钥已变更"),
    Reason.PROTOCOL: Text("no SSH conversation possible", "SSH 协议协商失败"),
    Reason.CONNECTION_LOST: Text("connection lost", "连接中断"),
    Reason.DEADLINE: Text("the round ran out of time", "巡检超时"),
    Reason.INTERRUPTED: Text("the agent was stopped", "巡检程序停止,检查中断"),
    Reason.NOT_APPLICABLE: Text("not applicable here", "不适用于本机"),
    Reason.FIRST_LOOK: Text("needs a second look", "首次采集,尚无对比数据"),
    Reason.NOT_ASKED: Text("never asked", "统计时段内未安排检查"),
    Reason.NO_PERMISSION: Text("no permission", "权限不足"),
    Reason.LATE: Text("took too long", "检查超时未完成"),
    Reason.FAILED: Text("the command failed", "检查命令执行失败"),
    Reason.UNREADABLE: Text("unreadable answer", "返回内容无法识别"),
    Reason.TOO_LONG: Text("answer too long", "返回内容过长"),
    Reason.BUG: Text("a fault of the agent", "巡检程序内部错误"),
}


def reason_text(reason: Reason) -> Text:
    """A reason in both languages; one that has no words yet shows its value."""
    return _WORDS.get(reason) or Text(reason.value, reason.value)


def not_checked_text(reason: Reason, detail: str = "") -> Text:
    """`not checked: login refused (...)`. `detail` is shown as it is, in the language of whoever said it."""
    words = reason_text(reason)
    return Text(
        en=f"not checked: {words.en}" + (f" ({detail})" if detail else ""),
        zh=f"未检查:{words.zh}" + (f"({detail})" if detail else ""),
    )
