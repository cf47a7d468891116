"""Findings in one line, days, and what could not be seen."""

from collections.abc import Sequence

from checks.contract import Result, State, Text
from collectors.accounts import Accounts

DAY = 86400

NOT_SEEN = "passwords"
"""The item that says that /etc/shadow was closed to the login."""


def not_seen(facts: Accounts) -> Result:
    """That what stands in /etc/shadow could not be looked at, and what that takes."""
    text = Text(en=f"not checked: {facts.closed}", zh=f"未检查,无法读取 /etc/shadow:{facts.closed}")
    return Result(NOT_SEEN, State.UNKNOWN, text)


def days_since(now: int, day: int) -> int:
    """Seconds from the beginning of a day (counted from 1970) to `now`, the host's clock; 0 for a day to come."""
    return max(0, now - day * DAY)


def joined(findings: Sequence[Text]) -> Text:
    """Several findings as one."""
    return Text(en="; ".join(one.en for one in findings), zh=";".join(one.zh for one in findings))
