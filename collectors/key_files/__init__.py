"""Files with the public keys by which accounts may log in: where they are, and how a probe reads them all."""

from collectors.key_files.probe import COMMANDS, KEY_FILES

__all__ = ["COMMANDS", "KEY_FILES"]
"""`KEY_FILES` is text of sh that defines `key_files`, `COMMANDS` what it runs as root."""
