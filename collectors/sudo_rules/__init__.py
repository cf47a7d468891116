"""The rules of sudo, as a probe prints them: whole, but for what looks like a secret in a command's arguments."""

from collectors.sudo_rules.probe import COMMANDS, PROBE

__all__ = ["COMMANDS", "PROBE"]
"""`PROBE` prints the rules and the files they stand in, `COMMANDS` is what it runs as root."""
