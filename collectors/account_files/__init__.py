"""Local accounts, from what /etc/passwd, /etc/shadow, /etc/group and the records of logins say of them."""

from collectors.account_files.account import NO_SHELLS, Account, Aging, Group, Password, differing
from collectors.account_files.logins import LAST_LOGINS, LoginRecords, login_records
from collectors.account_files.openable import OPENABLE, with_password
from collectors.account_files.reduced import PASSWD, SHADOW, accounts, groups, passwords

__all__ = [
    "LAST_LOGINS",
    "NO_SHELLS",
    "OPENABLE",
    "PASSWD",
    "SHADOW",
    "Account",
    "Aging",
    "Group",
    "LoginRecords",
    "Password",
    "accounts",
    "differing",
    "groups",
    "login_records",
    "passwords",
    "with_password",
]
