"""Modules that are not the kernel's own, and what a kernel says of itself for them."""

from collections.abc import Iterator, Mapping

_OF_MODULES = {
    0: "proprietary",
    1: "forced to load",
    3: "forced to unload",
    12: "out of tree",
    13: "unsigned",
    15: "patched",
}
_LETTERS = {
    "P": "proprietary",
    "F": "forced to load",
    "O": "out of tree",
    "E": "unsigned",
    "C": "staging",
    "K": "patched",
}


def taints(number: int) -> str:
    """What was done to the kernel by its modules; not what happened to it, such as a warning or a dying process."""
    return ", ".join(words for bit, words in _OF_MODULES.items() if number >> bit & 1)


def foreign_modules(taints_of: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each module with why it taints; `taints_of` has its letters, such as `OE`."""
    for name, letters in taints_of.items():
        if words := [_LETTERS[letter] for letter in letters.strip("()") if letter in _LETTERS]:
            yield name, ", ".join(words)
