"""Names that people leave out or pick by shell patterns, as `['usb*', 'eth[0-3]']`."""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matches_any(patterns: Iterable[str], *names: str) -> bool:
    """Whether one of `patterns` fits one of `names`; upper and lower case differ, and a star matches slashes too."""
    return any(fnmatchcase(name, pattern) for pattern in patterns for name in names)
