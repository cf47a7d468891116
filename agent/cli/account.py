"""Who sits before the command line: the login, and who came to it from another."""

import os
import pwd
from pathlib import Path

_LOGIN_UID = Path("/proc/self/loginuid")
"""Who logged in to the session, kept by the kernel through su and sudo where it audits."""

_NOBODY = 2**32 - 1


def account() -> str:
    """The login; `wangli as rounds` for who became that by su or sudo."""
    login = _name(os.getuid())
    before = _who_logged_in() or _who_used_sudo()
    return f"{before} as {login}" if before and before != login else login


def _who_logged_in() -> str:
    try:
        number = int(_LOGIN_UID.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ""
    return "" if number == _NOBODY else _name(number)


def _who_used_sudo() -> str:
    """As sudo says. Another could say so too, but only who may read the key gets so far as to be asked."""
    named = os.environ.get("SUDO_USER", "")
    try:
        return pwd.getpwnam(named).pw_name if named else ""
    except (KeyError, ValueError):
        return ""


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a container with a user id that no passwd file knows
        return f"uid {number}"
