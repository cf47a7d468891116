import pytest

from agent.reasons import not_checked_text
from collectors.contract import Reason
from exporters.daily.reasons import detail_of

DETAILS = [
    "",
    "connect timed out",
    "sudo: a password is required (user rounds)",
    "dead-01 (127.0.0.4:2251) refused the connection",
    "the host key of web-01 has changed: ssh-ed25519 SHA256:x instead of (none)",
    "a rate needs two looks",
]


@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("detail", DETAILS)
def test_every_reason_has_words_that_the_daily_log_can_take_apart(reason, detail):
    text = not_checked_text(reason, detail)
    assert text.en.startswith("not checked: ")
    assert text.zh.startswith("未检查:")
    assert detail in text.en
    assert detail_of(text, reason) == detail


@pytest.mark.parametrize(
    ("reason", "detail", "en", "zh"),
    [
        (Reason.REFUSED, DETAILS[3], f"not checked: {DETAILS[3]}", "未检查:连接被拒绝"),
        (
            Reason.NOT_APPLICABLE,
            "no systemd here, (really)",
            "not checked: not applicable (no systemd here, (really))",
            "未检查:不适用",
        ),
        (
            Reason.FIRST_LOOK,
            "a rate needs two looks",
            "not checked: a rate needs two looks",
            "未检查:首次采集,尚无速率",
        ),
        (
            Reason.NO_PERMISSION,
            "the login may not read /etc/fstab",
            "not checked: no permission (the login may not read /etc/fstab)",
            "未检查:权限不足(the login may not read /etc/fstab)",
        ),
        (Reason.HOST_KEY_CHANGED, DETAILS[4], f"not checked: {DETAILS[4]}", f"未检查:主机密钥已变更({DETAILS[4]})"),
        (Reason.UNREACHABLE, "", "not checked: unreachable", "未检查:主机不可达"),
    ],
)
def test_nothing_is_said_twice(reason, detail, en, zh):
    text = not_checked_text(reason, detail)
    assert (text.en, text.zh) == (en, zh)
