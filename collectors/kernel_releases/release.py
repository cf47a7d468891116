"""The numbers in the name of a kernel, by which one is newer than another."""

import re


def kernel_version(release: str) -> tuple[int, ...]:
    """The numbers a release begins with: (6, 1, 0, 28) of `6.1.0-28-amd64`; () when it begins with none.

    What follows names a flavour (`-amd64`, `-generic`, `.el9.x86_64`) or says "rescue", and makes nothing newer.
    """
    match = re.match(r"[0-9]{1,9}(?:[.-][0-9]{1,9}(?![0-9A-Za-z]))*", release)
    return tuple(int(number) for number in re.findall("[0-9]+", match[0])) if match else ()
