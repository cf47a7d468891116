"""Bonds: network cards that stand in for each other, and whether they can.

/proc/net/bonding/bond0:Bonding Mode: fault-tolerance (active-backup)
/proc/net/bonding/bond0:Primary Slave: eno1 (primary_reselect always)
/proc/net/bonding/bond0:Currently Active Slave: eno1
/proc/net/bonding/bond0:MII Status: up
/proc/net/bonding/bond0:Slave Interface: eno1
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, Sample, UnreadableOutput
from collectors.contract.reading import whole_number

# The kernel shows a partner's address, and its churn, to root only.
PROBE = "[ ! -d /proc/net/bonding ] || grep -s '' /dev/null /proc/net/bonding/* || :"

_NO_PARTNER = "00:00:00:00:00:00"


@dataclass(frozen=True, slots=True)
class Slave:
    """A card of a bond. None: not told, or not to this login.

    `aggregator` is the group it carries traffic in, of 802.3ad; `is_churned` whether it cannot agree with its switch.
    """

    name: str
    is_up: bool
    link_failures: int | None
    aggregator: int | None
    is_churned: bool


@dataclass(frozen=True, slots=True)
class Bond:
    """A bond. `active` is the card that carries the traffic, of the modes in which one does.

    `has_partner` is whether the switch speaks LACP; None in other modes, and where only root is told.
    `first_slaves` and `first_mode` are those of the first look. One that is gone has no slaves.
    """

    name: str
    mode: str
    is_up: bool
    primary: str | None
    active: str | None
    aggregator: int | None
    has_partner: bool | None
    slaves: tuple[Slave, ...]
    first_slaves: tuple[str, ...]
    first_mode: str


def parse(output: str) -> tuple[Bond, ...]:
    """Raises `UnreadableOutput`, `NotApplicable` (no bonds)."""
    texts: dict[str, list[str]] = {}
    for line in output.split("\n"):
        found = re.match(r"/proc/net/bonding/([^/:]{1,20}):(.*)", line)
        if found is not None:
            texts.setdefault(found[1], []).append(found[2])
        elif line.strip():
            raise UnreadableOutput("a line of /proc/net/bonding", line)
    if not texts:
        raise NotApplicable("no bonds in /proc/net/bonding")
    return tuple(_bond(name, lines) for name, lines in texts.items())


def _bond(name: str, lines: Sequence[str]) -> Bond:
    parts: list[dict[str, str]] = [{}]
    for line in lines:
        key, colon, value = line.strip().partition(": ")
        if key == "Slave Interface":
            parts.append({})
        if colon:
            # The first of a part is meant: what follows under "details" repeats some words.
            parts[-1].setdefault(key, value.strip())
    head, mode = parts[0], parts[0].get("Bonding Mode")
    if mode is None or "MII Status" not in head:
        raise UnreadableOutput("a bond's mode and state", lines[0] if lines else name)
    slaves = tuple(_slave(part) for part in parts[1:])
    return Bond(
        name=name,
        mode=mode,
        is_up=head["MII Status"] == "up",
        primary=_named(head.get("Primary Slave")),
        active=_named(head.get("Currently Active Slave")),
        aggregator=_number(head.get("Aggregator ID")),
        has_partner=_has_partner(head, lines),
        slaves=slaves,
        first_slaves=tuple(slave.name for slave in slaves),
        first_mode=mode,
    )


def _slave(part: Mapping[str, str]) -> Slave:
    if not part.get("Slave Interface") or "MII Status" not in part:
        raise UnreadableOutput("a slave's name and state", part.get("Slave Interface", ""))
    churn = (part.get("Actor Churn State"), part.get("Partner Churn State"))
    return Slave(
        name=part["Slave Interface"],
        is_up=part["MII Status"] == "up",
        link_failures=_number(part.get("Link Failure Count")),
        aggregator=_number(part.get("Aggregator ID")),
        is_churned="churned" in churn,
    )


def _has_partner(head: Mapping[str, str], lines: Sequence[str]) -> bool | None:
    if any(line.endswith("has no active aggregator") for line in lines):
        return False
    return head["Partner Mac Address"] != _NO_PARTNER if "Partner Mac Address" in head else None


def _named(value: str | None) -> str | None:
    name = (value or "").partition(" ")[0]
    return name if name not in ("", "None") else None


def _number(value: str | None) -> int | None:
    return None if value is None or value == "N/A" else whole_number(value, value)


def compare(previous: tuple[Bond, ...], current: tuple[Bond, ...]) -> tuple[Bond, ...]:
    """The current facts with what was seen first, and those that are gone."""
    first = {bond.name: bond for bond in previous}
    here = {bond.name for bond in current}
    gone = (replace(bond, is_up=False, active=None, slaves=()) for bond in previous if bond.name not in here)
    return (*(_since(first.get(bond.name, bond), bond) for bond in current), *gone)


def _since(old: Bond, new: Bond) -> Bond:
    slaves = tuple(dict.fromkeys((*old.first_slaves, *new.first_slaves)))
    return replace(new, first_slaves=slaves, first_mode=old.first_mode)


def samples(bonds: tuple[Bond, ...]) -> Iterator[Sample]:
    """As node_exporter's collector `bonding` names them."""
    for bond in bonds:
        counts = (("configured", "slaves", len(bond.slaves)), ("active", "active", sum(s.is_up for s in bond.slaves)))
        for what, name, count in counts:
            words = f"Number of {what} slaves per bonding interface."
            yield Sample(f"node_bonding_{name}", count, (("master", bond.name),), words)


COLLECTOR: Collector[tuple[Bond, ...]] = Collector(
    probe=PROBE, parse=parse, every_seconds=300, compare=compare, keep_facts=True, samples=samples, absent=()
)
