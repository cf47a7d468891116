"""Whether sshd takes passwords from anybody."""

from collections.abc import Mapping

from collectors.sshd_words.probe import PROBE
from collectors.sshd_words.setting import one, settings_in

_ASKS = ("passwordauthentication", "kbdinteractiveauthentication")

# The last one is what versions before 8.7 call keyboard-interactive.
PASSWORDS = f"""
sshd_words() {{{PROBE}}}
! command -v sshd >/dev/null || sshd_words |
  grep -Ei '^(== |config |closed|block |(set|in [0-9]+) (password|kbdinteractive|challengeresponse)authentication )'
"""
"""Text of sh that prints parts; of these `takes_passwords` tells."""


def takes_passwords(parts: Mapping[str, str]) -> bool | None:
    """None where it cannot be told for sure: without root, with a file that is closed, or another configuration."""
    files, options = (parts.get(name, "").split("\n") for name in ("files", "options"))
    if "status 0" not in parts or "closed" in files or any(line.startswith("config ") for line in options):
        return None
    said = {**settings_in(parts.get("effective", "").split("\n")), **settings_in(options)}
    values = [said[keyword].value.lower() if keyword in said else "yes" for keyword in _ASKS]
    for line in files:
        if line.startswith("in "):
            setting = one(*line.split(" ", 2)[-1].partition(" ")[::2])
            values.append(setting.value.lower() if setting.keyword in _ASKS else "no")
    return any(value != "no" for value in values)
