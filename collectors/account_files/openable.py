"""How many accounts a password opens."""

from collections.abc import Mapping

from collectors.account_files.reduced import PASSWD, SHADOW, accounts, passwords

# What nsswitch.conf names besides files may have accounts of its own, with passwords that pam_unix takes.
OPENABLE = r"""
echo "== passwd"
awk -F: '@PASSWD@' /etc/passwd
echo "== shadow"
as_root awk -F: '@SHADOW@' /etc/shadow 2>/dev/null || echo "== closed"
echo "== elsewhere"
awk '$1 ~ /^(passwd|shadow):$/ { for (i = 2; i <= NF; i++) if ($i !~ /^(files|systemd|\[.*)$/) print $i }
  ' /etc/nsswitch.conf 2>/dev/null
""".replace("@PASSWD@", PASSWD).replace("@SHADOW@", SHADOW)
"""Text of sh that prints parts; `with_password` counts in these."""


def with_password(parts: Mapping[str, str]) -> int | None:
    """How many accounts of the host a password opens; None where not all can be seen. Raises `UnreadableOutput`."""
    if "closed" in parts or not {"passwd", "shadow", "elsewhere"} <= parts.keys() or parts["elsewhere"].strip():
        return None
    return sum(account.has_password for account in accounts(parts["passwd"], (), passwords(parts["shadow"])))
