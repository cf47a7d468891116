"""Names as the kernel and fstab write them."""

import os
import re

_OCTAL = re.compile(r"\\([01][0-7]{2})")


def plain_name(written: str) -> str:
    r"""The name without its octal escapes: `/mnt/a b` from `/mnt/a\040b`."""
    return _OCTAL.sub(lambda match: chr(int(match[1], 8)), written)


def printable_name(name: str) -> str:
    r"""A name from the local system, with bytes that are not UTF-8 as `\xNN`, as they come from a remote probe."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
