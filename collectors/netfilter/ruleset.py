"""A reduced ruleset, read."""

import re
from dataclasses import dataclass

from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_FAMILIES = ("ip", "ip6", "inet")


@dataclass(frozen=True, slots=True)
class InputChain:
    """A chain that all packets for the host pass. `refuses`: what no rule names is dropped or rejected.

    `family` is `ip`, `ip6` or, for both, `inet`.
    """

    family: str
    name: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All rules that one tool shows, without those that come and go with bans and containers.

    `fingerprint` is a SHA-256 of them without their counters; None where there are none, or the host cannot make one.
    """

    tool: str
    tables: int
    chains: int
    rules: int
    fingerprint: str | None
    inputs: tuple[InputChain, ...]


def ruleset_of(tool: str, text: str) -> Ruleset:
    """The ruleset that awk made of what the tool told. Raises `UnreadableOutput`."""
    inputs, counts, fingerprint = [], None, None
    for line in text.split("\n"):
        words = line.split()
        if line.startswith("input ") and len(words) == 4 and words[1] in _FAMILIES:
            inputs.append(InputChain(words[1], words[2], words[3] == "drop"))
        elif line.startswith("rules ") and len(words) == 4:
            counts = [whole_number(word, line) for word in words[1:]]
        elif match := re.fullmatch(r"([0-9a-f]{64}) +-", line):
            fingerprint = match[1]
        elif line.strip():
            raise UnreadableOutput("input, rules or a checksum", line)
    if counts is None:
        raise UnreadableOutput("how many rules there are", text.partition("\n")[0])
    return Ruleset(tool, counts[0], counts[1], counts[2], fingerprint if counts[1] else None, tuple(inputs))
