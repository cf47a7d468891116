"""What a host is made of, entry by entry: kept by day, so that it can be told what changed."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What an entry tells of. The value stands in metrics, in JSON and in `rounds changes --kind`."""

    HARDWARE = "hardware"  # maker, model, serial number, processors, memory
    DISK = "disk"
    SYSTEM = "system"  # distribution, kernel, host name, time zone
    KERNEL_PARAMETER = "kernel_parameter"
    PACKAGE = "package"
    SERVICE = "service"
    TIMER = "timer"  # timers and cron jobs
    PORT = "port"
    ADDRESS = "address"  # addresses, routes, name servers
    MOUNT = "mount"
    ACCOUNT = "account"  # users and groups
    ACCESS = "access"  # who may do what: sudoers, authorized keys, sshd, firewall


class Entry(NamedTuple):
    """One thing that a host has. `name` is unique within its kind and collector; `value` is what may change about it.

    Only what stays as it is until somebody or something changes it: no counters, no ages, nothing that comes and goes
    by itself. Never a secret, nor what one can be guessed from.
    """

    kind: Kind
    name: str
    value: str


ENTRY_LIMIT = 200
"""Characters that are kept of an entry's name, and of its value."""


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries sorted, each kind and name once, none too long, each in one line of characters that can be seen."""
    known = {(entry.kind, _in_one_line(entry.name)): _in_one_line(entry.value) for entry in entries}
    return tuple(Entry(kind, name, known[kind, name]) for kind, name in sorted(known))


def _in_one_line(text: str) -> str:
    if not text.isprintable():
        text = "".join(one if one.isprintable() else " " for one in text)
    return text[:ENTRY_LIMIT]
