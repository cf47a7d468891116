"""One rule, as people write it and as it is held against a port."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from collectors.listeners import Port

NO_PROCESS = "none"
"""Stands for the process of a port that no process holds: the kernel's own, such as those of NFS locks."""

_RULE = re.compile(r"(?:(tcp|udp)/)?(?:([0-9]{1,5})(?:-([0-9]{1,5}))?|(ephemeral|any))(?: +(\S.*))?")


@dataclass(frozen=True, slots=True)
class Rule:
    """Ports `low` to `high`, of one protocol or both, held by `process` (a shell pattern) where one is named.

    `ephemeral`: of the ports that the kernel hands out by itself.
    """

    protocol: str | None
    low: int
    high: int
    ephemeral: bool
    process: str | None

    @property
    def is_one_port(self) -> bool:
        """Whether it names exactly one port, if not one protocol."""
        return self.low == self.high and not self.ephemeral

    def is_about(self, port: Port, ephemeral: tuple[int, int] | None) -> bool:
        """Whether it speaks of this port, whoever holds that. `ephemeral` is the host's range."""
        if self.protocol not in (None, port.protocol):
            return False
        low, high = (ephemeral or (1, 0)) if self.ephemeral else (self.low, self.high)
        return low <= port.number <= high

    def held_as_named(self, port: Port, root: bool) -> bool | None:
        """Whether the process named holds the port: its own name or that of its systemd unit fits.

        True where none is named, None where the process cannot be seen.
        """
        if self.process is None:
            return True
        names = [*port.processes, *port.units]
        is_seen = root or port.of_kernel
        if not port.processes and is_seen:
            names.append(NO_PROCESS)
        if any(fnmatchcase(name, self.process) for name in names):
            return True
        return False if port.processes or is_seen else None


def rule(text: str) -> Rule:
    """The rule that `text` is. Raises `ValueError`."""
    match = _RULE.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"expected ports such as 22, udp/123, 8000-8100, 'tcp/80 nginx' or udp/ephemeral, not {text!r}"
        )
    low = int(match[2] or 0)
    high = int(match[3] or match[2] or 65535)
    if not low <= high <= 65535:
        raise ValueError(f"expected ports from 0 to 65535, the lower one first, not {text!r}")
    return Rule(match[1], low, high, match[4] == "ephemeral", match[5])


def rules(texts: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that the texts are."""
    return tuple(rule(text) for text in texts)


def _validated(text: str) -> str:
    rule(text)
    return text.strip()


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


PortRule = Annotated[
    str,
    BeforeValidator(_as_text),
    AfterValidator(_validated),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string"}]}),
    Field(examples=["22", "udp/123", "8000-8100", "tcp/80 nginx"]),
]
"""A rule kept as written; `rule` makes it a `Rule`. A bare number may stand without quotes."""
