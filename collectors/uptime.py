"""Since when a host has been running, what its own clock says, and the reboots seen so far.

== /proc/sys/kernel/random/boot_id
1d4f6ae4-45d9-4c2e-8c3a-0c7c6a8a5a3c
== /proc/uptime
86423.51 158820.02
== clock
1763742723 +0800 CST
"""

import math
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import psutil

from collectors.contract import Collector, Sample, UnreadableOutput
from collectors.contract.reading import blocks, decimal_number, whole_number

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")

# No date +%N, which musl does not know. exec saves a fork: the section runs in a subshell of its own.
PROBE = """\
exec date '+== clock
%s %z %Z'
"""


@dataclass(frozen=True, slots=True)
class Reboot:
    """A reboot between two looks; all times by the host's own clock, in epoch seconds.

    `booted_at` is None when the system's start is not known: a container shows the start of its host.
    """

    last_seen_at: float
    seen_at: float
    booted_at: float | None


@dataclass(frozen=True, slots=True)
class Uptime:
    """How long a host has been up, and its clock at the time of the look.

    `boot_id` is the kernel's name for this boot; None where the kernel gives none. `boot_time_seconds` follows the
    clock when that is set, and may be a second too early on the first look. `time_zone` and `utc_offset_seconds`
    are those of the login. `reboots` are the latest ones, oldest first.
    """

    boot_id: str | None
    boot_time_seconds: int
    uptime_seconds: float
    time_seconds: float
    utc_offset_seconds: int
    time_zone: str
    reboots: tuple[Reboot, ...] = ()


REMEMBERED = 20
"""How many reboots are carried from look to look."""


def parse(output: str) -> Uptime:
    """Facts from what the probe printed."""
    read = {name: text.strip() for name, text in blocks(output, "/proc/uptime", "clock").items()}
    clock = re.fullmatch(r"([0-9]+) ([+-])([0-9]{2})([0-9]{2})(?: (\S*))?", read["clock"])
    if clock is None:
        raise UnreadableOutput("a clock as epoch seconds, +hhmm and a zone", read["clock"])
    offset = int(clock[3]) * 3600 + int(clock[4]) * 60
    now, uptime = whole_number(clock[1]), decimal_number(read["/proc/uptime"].partition(" ")[0], read["/proc/uptime"])
    return Uptime(
        boot_id=read.get("/proc/sys/kernel/random/boot_id") or None,
        boot_time_seconds=math.floor(now - uptime),
        uptime_seconds=uptime,
        time_seconds=float(now),
        utc_offset_seconds=-offset if clock[2] == "-" else offset,
        time_zone=clock[5] or "",
    )


def read_local() -> Uptime:
    """Facts of this machine."""
    here = datetime.now().astimezone()
    offset = here.utcoffset()
    boot_time, now = psutil.boot_time(), time.time()
    # CLOCK_BOOTTIME is what /proc/uptime shows: no clock step moves it.
    uptime = time.clock_gettime(time.CLOCK_BOOTTIME) if psutil.LINUX else now - boot_time
    return Uptime(
        boot_id=BOOT_ID.read_text("ascii").strip() if BOOT_ID.exists() else None,
        boot_time_seconds=int(boot_time),
        uptime_seconds=uptime,
        time_seconds=now,
        utc_offset_seconds=int(offset.total_seconds()) if offset else 0,
        time_zone=here.tzname() or "",
    )


def compare(previous: Uptime, current: Uptime) -> Uptime:
    """The current facts with all reboots seen, this one too if there was one."""
    reboots, boot_time = previous.reboots, current.boot_time_seconds
    if _rebooted(previous, current):
        # It follows clock steps, so a minute of doubt is left.
        known = previous.time_seconds - 60 <= boot_time <= current.time_seconds + 60
        booted_at = float(boot_time) if known else None
        reboots = (*reboots, Reboot(previous.time_seconds, current.time_seconds, booted_at))[-REMEMBERED:]
    elif abs(previous.boot_time_seconds - boot_time) <= 2:
        # The clock came without its fraction: of looks that differ by a second, the later time is right.
        boot_time = max(previous.boot_time_seconds, boot_time)
    return replace(current, boot_time_seconds=boot_time, reboots=reboots)


def _rebooted(previous: Uptime, current: Uptime) -> bool:
    if previous.boot_id and current.boot_id:
        return previous.boot_id != current.boot_id
    return current.uptime_seconds < previous.uptime_seconds


def samples(uptime: Uptime) -> Iterator[Sample]:
    """As node_exporter's `stat` and `time` collectors name them."""
    zone = (("time_zone", uptime.time_zone),)
    yield Sample("node_boot_time_seconds", uptime.boot_time_seconds, help="Node boot time, in unixtime.")
    yield Sample("node_time_seconds", uptime.time_seconds, help="System time in seconds since epoch (1970).")
    yield Sample(
        "node_time_zone_offset_seconds", uptime.utc_offset_seconds, zone, help="System time zone offset in seconds."
    )


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    files=("/proc/sys/kernel/random/boot_id", "/proc/uptime"),
    read_local=read_local,
    compare=compare,
    samples=samples,
    keep_facts=True,
)
