"""The time zone a host's clock is read in."""

# now 1795291440 +0800 CST
# link /usr/share/zoneinfo/Asia/Shanghai
# named Asia/Shanghai
# rule CST-8
# What the file of a zone ends with is its rule as POSIX has it: all there is to know where it is a copy, not a link.

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, UnreadableOutput

PROBE = r"""
unset TZ
date '+now %s %z %Z'
link=
[ ! -e /etc/localtime ] || link=$(readlink -f /etc/localtime)
echo "link $link"
named=
{ read -r named </etc/timezone; } 2>/dev/null
echo "named $named"
rule=
[ ! -f /etc/localtime ] || rule=$(tail -c 100 /etc/localtime | tail -n 1 | tr -cd 'A-Za-z0-9<>+,./:-')
[ -n "$rule" ] || { read -r rule </etc/TZ; } 2>/dev/null
echo "rule $rule"
"""

_NOW = re.compile(r"now [0-9]{1,12} ([+-])([0-9]{2})([0-9]{2}) (\S{1,12})")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(?:/[A-Za-z0-9_+-]{1,30}){0,3}")
_RULE = re.compile(r"[A-Za-z<][A-Za-z0-9<>+,./:-]{1,80}")


@dataclass(frozen=True, slots=True)
class TimeZone:
    """`name` is that of the zone, such as `Asia/Shanghai`, `rule` what it is made of, such as `CST-8`; None: not told.

    `offset_seconds` is how far local time is ahead of UTC now, `abbreviation` what it is called now: both change with
    summer time. `first` is the name, or else the rule, at the first look; None on that look.
    """

    name: str | None
    rule: str | None
    abbreviation: str
    offset_seconds: int
    first: str | None = None

    @property
    def told(self) -> str | None:
        """The name, or else the rule."""
        return self.name or self.rule


def parse(output: str) -> TimeZone:
    """Raises `UnreadableOutput`."""
    said = {key: value for key, _, value in (line.partition(" ") for line in output.split("\n"))}
    now = _NOW.fullmatch(f"now {said.get('now', '').strip()}")
    if now is None:
        raise UnreadableOutput("now, epoch seconds, +hhmm and a zone", output.partition("\n")[0])
    offset = int(now[2]) * 3600 + int(now[3]) * 60
    link, named, rule = (said.get(key, "").strip() for key in ("link", "named", "rule"))
    linked = link.rpartition("/zoneinfo/")[2].removeprefix("posix/") if "/zoneinfo/" in link else ""
    # C libraries read the link; what Debian writes into a file besides may be older.
    name = next((name for name in (linked, named) if _NAME.fullmatch(name)), None)
    if not (link or rule) and offset == 0:
        name = "UTC"  # what the C library takes where it is not told
    known_rule = rule if _RULE.fullmatch(rule) else None
    return TimeZone(name, known_rule, now[4], -offset if now[1] == "-" else offset)


def is_zone(text: str) -> bool:
    """Whether it has the form of a zone's name or of its rule; the zone need not exist."""
    return bool(_NAME.fullmatch(text) or _RULE.fullmatch(text))


def compare(previous: TimeZone, current: TimeZone) -> TimeZone:
    """Carry on what was seen first."""
    return replace(current, first=previous.first or previous.told)


def inventory(zone: TimeZone) -> Iterable[Entry]:
    """The zone's name: its offset changes by itself."""
    if zone.told:
        yield Entry(Kind.SYSTEM, "time zone", zone.told)


COLLECTOR = Collector(
    probe=PROBE, parse=parse, every_seconds=3600, compare=compare, inventory=inventory, keep_facts=True
)
