"""The network cards' speed and duplex, the best they had so far, and how often their link went down and up.

clock 1795291915
eno1/speed:10000
eno1/duplex:full
eno1/carrier_changes:3
eno1/operstate:up
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.bare_metal import TELL_VIRTUAL, absent
from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import whole_number
from collectors.growth import Growth, grown

# Only what has a device on a bus. The speed of a card without a link cannot be read, and is left out by grep.
PROBE = f"""\
cd /sys/class/net || return
set --
for card in *; do
  [ -e "$card/device" ] && set -- "$@" "$card/operstate" "$card/speed" "$card/duplex" "$card/carrier_changes"
done
date '+clock %s'
[ $# = 0 ] || grep -s . /dev/null "$@" 2>/dev/null
{TELL_VIRTUAL}
return 0
"""

KEPT_SECONDS = 86400.0
_FILE = re.compile(r"(\S{1,40})/(operstate|speed|duplex|carrier_changes):(.*)")


@dataclass(frozen=True, slots=True)
class Link:
    """A network card that tells its speed, or has no link. None: not told, as always while there is no link.

    `fastest` is the best speed of any look. `carrier_changes` counts downs and ups since the card was found, and
    `flaps` those that were seen since the first look.
    """

    name: str
    is_up: bool
    megabits_per_second: int | None
    duplex: str | None
    carrier_changes: int | None
    fastest: int | None
    flaps: tuple[Growth, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkLinks:
    """The cards; `clock_seconds` is the host's clock. `silent` are those of earlier looks that tell nothing now."""

    clock_seconds: float
    links: tuple[Link, ...]
    silent: tuple[Link, ...] = ()


def parse(output: str) -> NetworkLinks:
    """Raises `UnreadableOutput`, `NotApplicable` (no card that tells its speed)."""
    now: int | None = None
    cards: dict[str, dict[str, str]] = {}
    for line in output.split("\n"):
        if (found := _FILE.fullmatch(line)) is not None:
            cards.setdefault(found[1], {})[found[2]] = found[3].strip()
        elif line.startswith("clock "):
            now = whole_number(line.removeprefix("clock "), line)
        elif line.strip() and line != "== virtual":
            raise UnreadableOutput("a file of /sys/class/net and its content", line)
    if now is None:
        raise UnreadableOutput("a clock", output.partition("\n")[0])
    links = tuple(link for name, files in cards.items() if (link := _link(name, files)) is not None)
    if not links:
        raise absent("no network card that tells its speed", "all are virtual or wireless", output)
    return NetworkLinks(float(now), links)


def _link(name: str, files: dict[str, str]) -> Link | None:
    if "operstate" not in files:
        raise UnreadableOutput("the state of a network card", name)
    up = files["operstate"] == "up"
    speed = whole_number(files["speed"], files["speed"]) if "speed" in files else -1
    # Drivers say -1, 2**32 - 1 or, before they know, 0. Virtual cards never know.
    known = speed if up and 0 < speed < 2**31 else None
    if up and known is None:
        return None
    duplex = files.get("duplex", "unknown")
    return Link(
        name=name,
        is_up=up,
        megabits_per_second=known,
        duplex=duplex if up and duplex in ("full", "half") else None,
        carrier_changes=whole_number(files["carrier_changes"], name) if "carrier_changes" in files else None,
        fastest=known,
    )


def compare(previous: NetworkLinks, current: NetworkLinks) -> NetworkLinks:
    """The current facts with the best speed and the flaps of all looks."""
    before = {link.name: link for link in (*previous.silent, *previous.links)}
    here = {link.name for link in current.links}
    silent = tuple(link for name, link in before.items() if name not in here)
    return replace(current, links=tuple(_compared(before, current)), silent=silent)


def _compared(before: dict[str, Link], current: NetworkLinks) -> Iterator[Link]:
    for link in current.links:
        old = before.get(link.name)
        if old is None:
            yield link
            continue
        changes = 0
        if link.carrier_changes is not None and old.carrier_changes is not None:
            changes = link.carrier_changes - old.carrier_changes  # negative after a restart
        yield replace(
            link,
            fastest=max((speed for speed in (old.fastest, link.fastest) if speed is not None), default=None),
            flaps=grown(old.flaps, changes, current.clock_seconds, KEPT_SECONDS),
        )


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=300, timeout_seconds=20, compare=compare, keep_facts=True)
