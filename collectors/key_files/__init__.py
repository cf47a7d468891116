"""Files with the public keys by which accounts may log in: where they are, and what a probe prints of them."""

from collectors.key_files.probe import COMMANDS, KEY_FILES
from collectors.key_files.reduced import REDUCED, Key, KeyFile, files, keys

__all__ = ["COMMANDS", "KEY_FILES", "REDUCED", "Key", "KeyFile", "files", "keys"]
"""`KEY_FILES` is text of sh that defines `key_files`, `COMMANDS` what it runs as root, `REDUCED` prints of it."""
