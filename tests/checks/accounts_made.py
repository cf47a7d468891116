"""Accounts as checks get them, on a day of our own."""

from dataclasses import replace
from typing import Any

from collectors.account_files import Account, Aging, Group, Password
from collectors.accounts import Accounts

DAY = 86400
TODAY = 20778
NOW = TODAY * DAY + 3600
CLOSED = "needs root for awk: set `sudo: true`"


def aging(changed: int | None = TODAY - 7, low: int | None = 5, high: int | None = 30, **days: int | None) -> Aging:
    """Days of /etc/shadow; a password changed a week ago, as the manual wants it."""
    return replace(Aging(changed, low, high, 7, None, None), **days)


def account(name: str, uid: int = 1001, **others: Any) -> Account:
    """An account of a person with a password."""
    plain = Account(
        name, uid, (name,), f"/home/{name}", "/bin/bash", Password.SET, "yescrypt", aging(), NOW - DAY, has_key=False
    )
    return replace(plain, **others)


ROOT = account("root", 0, password=Password.NONE, scheme=None, last_login=None, home="/root")


def facts(*accounts: Account, **others: Any) -> Accounts:
    """Of a host whose lastlog keeps logins from ever on."""
    plain = Accounts(NOW, (ROOT, *accounts), (Group("root", 0, ()),), 0)
    return replace(plain, **others)
