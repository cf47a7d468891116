"""What the agent says in English of why something was not checked, for readers of Chinese."""

import re

_PHRASES = tuple(
    (re.compile(english, re.DOTALL), chinese)
    for english, chinese in (
        (
            r"needs root for (.+?): set `sudo: true`, and allow what `rounds sudoers HOST` prints: `(.*)`",
            r"\1 需要 root 权限：请设置 sudo: true，并按 rounds sudoers HOST 的输出授权：\2",
        ),
        (
            r"the login may not read the journal: add it to the group systemd-journal \(or adm\)",
            r"登录用户无权读取系统日志：请加入 systemd-journal（或 adm）组",
        ),
        (r"the login may not read (\S+); to allow it: (.*)", r"登录用户无权读取 \1，授权方法：\2"),
        (r"(\S+) is closed to the login: add it to the group that may list it", r"登录用户无权读取 \1：请加入有权的组"),
        (r"sudo: a password is required", r"sudo 需要密码"),
        (r"not done within (\S+) s, or not reached before the round's deadline", r"\1 秒内未完成，或巡检时限已到"),
        (r"not reached before the round's deadline", r"巡检时限已到，未及检查"),
        (r"the host's shell ended before this section did", r"主机的 shell 提前结束"),
    )
)


def in_chinese(detail: str) -> str:
    """`detail` in Chinese where it is one of the agent's own sentences; what a host said itself stays as it is."""
    for english, chinese in _PHRASES:
        found = english.fullmatch(detail)
        if found is not None:
            return found.expand(chinese)
    return detail
