"""Who sits before the command line, as the system knows it and not as the environment says."""

import os
import pwd


def account() -> str:
    """The login; `wangli as root` for who became root by sudo."""
    login = _name(os.getuid())
    by_sudo = os.environ.get("SUDO_USER", "") if os.getuid() == 0 else ""  # only sudo, or root itself, can say so
    return f"{by_sudo} as {login}" if by_sudo and by_sudo != login else login


def _name(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # a container with a user id that no passwd file knows
        return f"uid {number}"
