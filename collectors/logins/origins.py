"""Where the login at a terminal comes from, as `who` knows it from utmp."""

import re
from collections.abc import Mapping

_TERMINAL = re.compile(r"pts/[0-9]+|tty[A-Za-z]*[0-9]+|hvc[0-9]+|console")

_SECONDS = re.compile(r"[0-9]{2}:[0-9]{2}:[0-9]{2}")


def origins_by_terminal(text: str) -> Mapping[str, str]:
    """Coreutils ends a line with `Nov 21 20:12 (192.0.2.7)`, busybox with `Nov 21 20:12:49  192.0.2.7`."""
    found = {}
    for line in text.split("\n"):
        words = line.split()
        # Where systemd stands in for utmp the service comes before the terminal.
        terminal = next((word for word in words[1:3] if _TERMINAL.fullmatch(word)), None)
        if terminal is None:
            continue
        if words[-1].startswith("(") and words[-1].endswith(")"):
            found[terminal] = words[-1][1:-1]
        elif len(words) == 7 and _SECONDS.fullmatch(words[5]):
            found[terminal] = words[-1]
    return found
