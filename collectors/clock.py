"""The host's clock: how far off it is, by its own time service and against the agent's clock."""

# One line about the clock, then what the first time service that answers says:
#   clock 1795280696.849388071 1795280696.512 3574.81 357447
#   chrony C0000201,192.0.2.1,4,1795280690.1,-0.000000929,-0.000000034,0.0000006,-0.002,-0.001,0.2,0.05,0.01,64.2,Normal
#   ntpq leap=00, stratum=3, refid=192.0.2.1, offset=-0.123
#   timedatectl yes
#   adjtimex      offset:       0 us ... status:       64 (UNSYNC) ... return value: 5 (clock not synchronized)

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import decimal_number, whole_number
from collectors.processor_time import USER_HZ

# The script was sent before this section ran. How long it has been running the shell's own start tells
# (the 22nd field of its stat, in ticks since the host started), so that slow sections before this one do no harm.
PROBE = r"""
read -r stat </proc/$$/stat; set -- ${stat##*") "}; shift 19
read -r uptime idle </proc/uptime
echo "clock $(date +%s.%N) ${sent_at:--} $uptime $1"
if command -v chronyc >/dev/null 2>&1 && answer=$(chronyc -n -c tracking 2>/dev/null); then
  echo "chrony $answer"
elif command -v ntpq >/dev/null 2>&1 && answer=$(ntpq -n -c 'rv 0 leap,stratum,refid,offset' 2>/dev/null) \
  && [ -n "$answer" ]; then
  echo ntpq $answer
elif [ -d /run/systemd/system ] && answer=$(timedatectl show -p NTPSynchronized --value 2>/dev/null); then
  echo "timedatectl $answer"
elif answer=$(adjtimex 2>/dev/null); then
  echo adjtimex $answer
fi
"""

_LONGEST_ROUND = 3600.0
_NANOSECONDS = 0x2000  # STA_NANO


class TimeSource(StrEnum):
    """Who was asked about synchronisation."""

    CHRONY = "chrony"
    NTPD = "ntpd"
    SYSTEMD = "systemd"  # timedatectl: whether the kernel's clock is synchronised, by whomever
    KERNEL = "kernel"  # adjtimex, as busybox has it


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one host. None: nobody there knows.

    `offset_seconds` is how far the clock is ahead of true time, as its time service has measured; negative: behind.
    `agent_offset_seconds` is how far it is ahead of the agent's clock. It is coarse: on top of its resolution comes
    the time the script took to reach the host, which always adds. `source` is who was asked; None: no time
    service answered. `reference_age_seconds` is how long ago the time service last heard from its server.
    """

    epoch_seconds: float
    agent_offset_seconds: float | None
    agent_offset_resolution_seconds: float
    source: TimeSource | None = None
    synchronised: bool | None = None
    offset_seconds: float | None = None
    server: str | None = None
    stratum: int | None = None
    reference_age_seconds: float | None = None
    kernel_offset_seconds: float | None = None
    kernel_synchronised: bool | None = None


def parse(output: str) -> Clock:
    """Raises `UnreadableOutput`."""
    lines = [line for line in output.split("\n") if line.strip()]
    if not lines or not lines[0].startswith("clock "):
        raise UnreadableOutput("a line that begins with clock", lines[0] if lines else "")
    clock = _clock(lines[0])
    if len(lines) == 1:
        return clock
    source, _, answer = lines[1].partition(" ")
    match source:
        case "chrony":
            return _chrony(clock, answer)
        case "ntpq":
            return _ntpq(clock, answer)
        case "timedatectl" if answer in ("yes", "no"):
            return replace(clock, source=TimeSource.SYSTEMD, synchronised=answer == "yes")
        case "adjtimex":
            return _adjtimex(clock, answer)
    raise UnreadableOutput("the answer of a time service", lines[1])


def _clock(line: str) -> Clock:
    words = line.split()
    if len(words) != 5:
        raise UnreadableOutput("four numbers about the clock", line)
    seconds, dot, fraction = words[1].partition(".")
    is_fine = bool(dot) and fraction.isascii() and fraction.isdecimal()  # busybox prints %N as it stands
    now = decimal_number(words[1], line) if is_fine else float(whole_number(seconds, line))
    running = decimal_number(words[3], line) - whole_number(words[4], line) / USER_HZ
    offset = None
    # Where a container shows an uptime of its own the two do not fit together, and nothing can be said.
    if words[2] != "-" and -0.05 <= running <= _LONGEST_ROUND:
        offset = round(now - max(running, 0.0) - decimal_number(words[2], line), 3)
    return Clock(now, offset, 0.02 if is_fine else 1.02)


def _chrony(clock: Clock, answer: str) -> Clock:
    fields = answer.split(",")
    if len(fields) != 14 or not re.fullmatch(r"[0-9A-F]{8}", fields[0]):
        raise UnreadableOutput("14 fields of chronyc -c tracking", answer)
    leap = fields[13]
    if leap not in ("Normal", "Insert second", "Delete second", "Not synchronised"):
        raise UnreadableOutput("a leap status", answer)
    heard_at, correction = decimal_number(fields[3], answer), decimal_number(fields[4], answer)
    # 7F7F0101 is chrony's local mode: the clock serves as its own reference.
    synchronised = leap != "Not synchronised" and fields[0] not in ("7F7F0101", "00000000")
    return replace(
        clock,
        source=TimeSource.CHRONY,
        synchronised=synchronised,
        # What chrony calls "slow of NTP time" is positive.
        offset_seconds=-correction if synchronised else None,
        server=fields[1] or None,
        stratum=whole_number(fields[2], answer),
        reference_age_seconds=max(0.0, clock.epoch_seconds - heard_at) if synchronised else None,
    )


def _ntpq(clock: Clock, answer: str) -> Clock:
    fields = (field.strip().partition("=") for field in answer.split(","))
    values = {key: value for key, _, value in fields if value}
    if not {"leap", "stratum", "offset"} <= values.keys():
        raise UnreadableOutput("leap, stratum and offset of ntpq", answer)
    stratum = whole_number(values["stratum"], answer)
    synchronised = values["leap"] not in ("11", "3") and stratum < 16
    ahead = -decimal_number(values["offset"], answer) / 1000
    return replace(
        clock,
        source=TimeSource.NTPD,
        synchronised=synchronised,
        offset_seconds=ahead if synchronised else None,
        server=values.get("refid"),
        stratum=stratum,
    )


def _adjtimex(clock: Clock, answer: str) -> Clock:
    found = dict(re.findall(r"(offset|status|return value): +(\S+)", answer))
    if len(found) < 3:
        raise UnreadableOutput("offset, status and return value of adjtimex", answer)
    offset, status, returned = (whole_number(found[key], answer) for key in ("offset", "status", "return value"))
    synchronised = returned != 5  # TIME_ERROR
    return replace(
        clock,
        source=TimeSource.KERNEL,
        synchronised=synchronised,
        kernel_offset_seconds=offset / (1e9 if status & _NANOSECONDS else 1e6),
        kernel_synchronised=synchronised,
    )


COLLECTOR = Collector(probe=PROBE, parse=parse, every_seconds=300, timeout_seconds=15)
