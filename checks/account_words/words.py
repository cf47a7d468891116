"""Findings in one line, days, and what could not be seen."""

from collections.abc import Sequence

from checks.contract import Result, State, Text
from collectors.accounts import Accounts

DAY = 86400

PASSWORDS = "passwords"
"""The item that says what was looked at in /etc/shadow, or that it was closed to the login."""


def looked_at(facts: Accounts, seen: Text) -> Result:
    """That passwords were looked at, and what was seen; or that they could not be. An item that is always there."""
    return not_seen(facts) if facts.closed else Result(PASSWORDS, State.OK, seen)


def not_seen(facts: Accounts) -> Result:
    """That what stands in /etc/shadow could not be looked at, and what that takes."""
    text = Text(en=f"not checked: {facts.closed}", zh=f"未检查,无法读取 /etc/shadow:{facts.closed}")
    return Result(PASSWORDS, State.UNKNOWN, text)


def counted(number: int, thing: str) -> str:
    """`1 rule`, `2 rules`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def days_since(now: int, day: int) -> int:
    """Seconds from the beginning of a day (counted from 1970) to `now`, the host's clock; 0 for a day to come."""
    return max(0, now - day * DAY)


def joined(findings: Sequence[Text]) -> Text:
    """Several findings as one."""
    return Text(en="; ".join(one.en for one in findings), zh=";".join(one.zh for one in findings))
