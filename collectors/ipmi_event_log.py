"""The event log that a server's management controller (its BMC) keeps: the SEL.

clock 1795246200 +0000
== info
Entries          : 16
Percent Used     : 25%
Overflow         : false
== entries
  2a | 11/21/26 | 04:00:00 UTC | Fan Fan2 RPM | Lower Critical going low  | Asserted | Reading 360 < Threshold 480 RPM
  2b |  Pre-Init  |0000012303| Memory #0xc1 | Correctable ECC | Asserted
  30 | OEM record e0 | 0102030405060708090a0b0c0d
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import blocks, pairs, whole_number
from collectors.ipmi import asking, refuse_unasked

PROBE = asking("""\
  date '+clock %s %z'
  echo '== info'; as_root ipmitool sel info 2>&1
  echo '== entries'; as_root ipmitool sel elist last 100 2>&1""")

REMEMBERED = 200
"""How many new entries are carried from look to look."""
DAY = 86400


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An entry: its record's number, and when, by the controller's clock, as printed; "" before that was set.

    `asserted` is False where the state it tells of has ended. `detail` is the reading, or an OEM's bytes.
    """

    record: int
    when: str
    sensor: str
    event: str
    asserted: bool
    detail: str


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An entry that came after the first look, or on the day before it; `seen_at` is the host's clock."""

    event: LoggedEvent
    seen_at: float


@dataclass(frozen=True, slots=True)
class EventLog:
    """The log. `used_ratio` is None where the controller does not know; `last` are up to 100 entries, oldest first."""

    clock_seconds: float
    entries: int
    used_ratio: float | None
    overflow: bool
    last: tuple[LoggedEvent, ...]
    new: tuple[NewEvent, ...]


def parse(output: str) -> EventLog:
    """Raises `UnreadableOutput`, `NotApplicable` (no BMC, no ipmitool), `NoPermission`."""
    refuse_unasked(output)
    parts = blocks(output, "info", "entries")
    clock = re.fullmatch(r"([0-9]{1,15}) ([+-])([0-9]{2})([0-9]{2})", pairs(parts[""], "clock")["clock"])
    if clock is None:
        raise UnreadableOutput("a clock as epoch seconds and +hhmm", parts[""].strip())
    now, zone = float(clock[1]), (int(clock[3]) * 3600 + int(clock[4]) * 60) * (-1 if clock[2] == "-" else 1)
    entries = _said(parts["info"], "Entries")
    if entries is None:
        raise UnreadableOutput("the number of entries", parts["info"].strip().partition("\n")[0])
    used = re.fullmatch(r"([0-9]{1,3})%", _said(parts["info"], "Percent Used") or "")
    last = tuple(_events(parts["entries"]))
    if whole_number(entries) > 0 and not last:
        raise UnreadableOutput("entries of the event log", parts["entries"].strip().partition("\n")[0])
    return EventLog(
        clock_seconds=now,
        entries=whole_number(entries),
        used_ratio=int(used[1]) / 100 if used else None,
        overflow=_said(parts["info"], "Overflow") == "true",
        last=last,
        new=tuple(NewEvent(event, now) for event in last if _is_within_a_day(event, now + zone)),
    )


def _said(info: str, key: str) -> str | None:
    told = (line.partition(":") for line in info.split("\n"))
    return next((value.strip() for name, colon, value in told if colon and name.strip() == key), None)


def _events(text: str) -> Iterator[LoggedEvent]:
    for line in text.split("\n"):
        fields = [field.strip() for field in line.split("|")]
        if len(fields) < 3 or not re.fullmatch(r"[0-9a-fA-F]{1,4}", fields[0]):
            continue  # messages of ipmitool, such as that it could not read a sensor's name
        record = int(fields[0], 16)
        if fields[1].startswith("OEM record"):
            yield LoggedEvent(record, "", fields[1], "", True, fields[2])
        elif len(fields) < 5:
            raise UnreadableOutput("an entry's number, date, time, sensor and event", line)
        else:
            when = "" if fields[1] == "Pre-Init" else f"{fields[1]} {fields[2]}"
            if fields[3].startswith("OEM record"):
                yield LoggedEvent(record, when, fields[3], "", True, " ".join(fields[4:]))
            else:
                yield LoggedEvent(
                    record, when, fields[3], fields[4], "Deasserted" not in fields[5:6], " ".join(fields[6:])
                )


def _is_within_a_day(event: LoggedEvent, local_now: float) -> bool:
    # Printed in the host's zone or in none, by a clock that nobody may have set: it is only good for a day.
    found = re.match(r"([0-9]{2})/([0-9]{2})/([0-9]{2,4}) ([0-9]{2}):([0-9]{2}):([0-9]{2})", event.when)
    if found is None:
        return False
    month, day, year, hour, minute, second = (int(number) for number in found.groups())
    year += 2000 if year < 100 else 0
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return False
    return abs(local_now - moment) < DAY


def compare(previous: EventLog, current: EventLog) -> EventLog:
    """The current facts with all entries that came since the first look."""
    known = set(previous.last)
    fresh = tuple(NewEvent(event, current.clock_seconds) for event in current.last if event not in known)
    return replace(current, new=(*previous.new, *fresh)[-REMEMBERED:])


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    every_seconds=900,
    timeout_seconds=60,
    compare=compare,
    keep_facts=True,
    root_commands=("ipmitool sel info", "ipmitool sel elist last 100"),
)
