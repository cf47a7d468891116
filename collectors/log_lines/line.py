"""Reads lines as journalctl and the daemons of syslog write them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from collectors.contract import NoPermission, UnreadableOutput
from collectors.contract.reading import decimal_number, whole_number

# 1795291321.416590 web-01 CRON[67]: (root) CMD (/usr/local/bin/sync-orders)
_JOURNAL = re.compile(r"([0-9]{1,12}\.[0-9]{1,6}) \S+ (.*)")
_SAID_BY = re.compile(r"([^\[\]:]{1,60}?)(?:\[([0-9]{1,10})\])?:(?: +(.*))?", re.DOTALL)

# Nov 21 20:05:01 web-01 CRON[85]: ...; busybox puts a priority before the program: daemon.err
_TRADITIONAL = re.compile(r"([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) (\S+) (.*)")
# 2026-11-21T20:05:01.450822+00:00 web-01 CRON[85]: ...
_ISO = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})) \S+ (.*)")
_PRIORITY = re.compile(r"[a-z0-7]{2,8}\.(emerg|alert|crit|err|error|panic|warn|warning|notice|info|debug) (.*)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SEVERE = frozenset(("emerg", "panic", "alert", "crit", "err", "error"))

_BAD_WORDS = re.compile(
    r"\b(error|errors|err|fail|fails|failed|failure|critical|crit|fatal|panic|emergency|emerg|alert|corrupt|corrupted|"
    r"corruption|segfault)\b",
    re.IGNORECASE,
)
_GOOD_WORDS = re.compile(r"\b(no|0|without) (errors?|failures?)\b|\berr(ors?)?[=:] ?0\b", re.IGNORECASE)

_HIDDEN = re.compile(r"not seeing messages from other users|insufficient permissions|Permission denied")


@dataclass(frozen=True, slots=True)
class LogLine:
    """One message: when, in epoch seconds of the host's clock, by which program and process (None: not told).

    `severe` is whether its priority is `err` or worse; None where the log does not keep priorities.
    """

    at: float
    program: str
    process: int | None
    message: str
    severe: bool | None = None

    @property
    def is_error(self) -> bool:
        """By its priority, or else by its words."""
        if self.severe is not None:
            return self.severe
        return _BAD_WORDS.search(_GOOD_WORDS.sub("", self.message)) is not None


def refuse_hidden(text: str) -> None:
    """Raise `NoPermission` when journalctl said that it may not show all."""
    if _HIDDEN.search("\n".join(line for line in text.split("\n") if not line[:1].isdecimal())):
        raise NoPermission("the login may not read the journal: add it to the group systemd-journal (or adm)")


def host_clock(text: str) -> tuple[float, int]:
    """What a probe printed of `date '+now %s %z'`: epoch seconds, and the offset of local time in seconds.

    Raises `UnreadableOutput`.
    """
    match = re.fullmatch(r"\s*now ([0-9]+) ([+-])([0-9]{2})([0-9]{2})\s*", text)
    if match is None:
        raise UnreadableOutput("now, epoch seconds and +hhmm", text.strip().partition("\n")[0])
    offset = int(match[3]) * 3600 + int(match[4]) * 60
    return float(whole_number(match[1], text)), -offset if match[2] == "-" else offset


def lines_of(source: str, text: str, clock: tuple[float, int], severe: bool | None = None) -> Iterator[LogLine]:
    """The lines of the `journal`, or else of a file of syslog; `clock` is what `host_clock` gives.

    `severe` is what the journal was asked for. Raises as `journal_lines` does.
    """
    return journal_lines(text, severe) if source == "journal" else syslog_lines(text, *clock)


def journal_lines(text: str, severe: bool | None = None) -> Iterator[LogLine]:
    """Entries as `journalctl -o short-unix` prints them; `severe` is what it was asked for.

    Raises `NoPermission`, `UnreadableOutput`.
    """
    refuse_hidden(text)
    for line in text.split("\n"):
        # "-- No entries --", what follows the first line of an entry, a file that is damaged
        if not line.strip() or line.startswith(("-- ", " ", "\t", "Journal file ")):
            continue
        match = _JOURNAL.fullmatch(line)
        if match is None:
            raise UnreadableOutput("an entry of the journal, after its time in seconds", line)
        yield _line(decimal_number(match[1], line), match[2], severe)


def syslog_lines(text: str, now: float, utc_offset_seconds: int) -> Iterator[LogLine]:
    """Lines of /var/log/syslog and its kin; those without a time are passed over, they continue another.

    `now` is the host's clock: traditional lines bear no year, and are not of the future.
    """
    for line in text.split("\n"):
        if match := _ISO.fullmatch(line):
            at = _iso(match[1])
            rest, severe = match[2], None
        elif match := _TRADITIONAL.fullmatch(line):
            at = _traditional(match, now, utc_offset_seconds)
            rest, severe = match[7], None
            if prioritised := _PRIORITY.fullmatch(rest):
                rest, severe = prioritised[2], prioritised[1] in _SEVERE
        else:
            continue
        if at is not None:
            yield _line(at, rest, severe)


def _line(at: float, rest: str, severe: bool | None) -> LogLine:
    match = _SAID_BY.fullmatch(rest)
    if match is None:
        return LogLine(at, "", None, rest, severe)
    return LogLine(at, match[1].strip(), int(match[2]) if match[2] else None, match[3] or "", severe)


def _iso(text: str) -> float | None:
    try:
        return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()
    except ValueError:
        return None


def _traditional(match: re.Match[str], now: float, utc_offset_seconds: int) -> float | None:
    if match[1] not in _MONTHS:
        return None
    try:
        zone_now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=now + utc_offset_seconds)
        day, hour, minute, second = (int(match[n]) for n in range(2, 6))
        moment = datetime(zone_now.year, _MONTHS.index(match[1]) + 1, day, hour, minute, second, tzinfo=UTC)
        if moment > zone_now + timedelta(days=1):
            moment = moment.replace(year=moment.year - 1)
    except (ValueError, OverflowError):
        return None
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() - utc_offset_seconds
