"""One log: how far back it reaches, and how long it will."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from collectors.contract import NoPermission
from collectors.contract.reading import decimal_number, pairs, whole_number
from collectors.log_lines import lines_of

_DAY = 86400.0
_KIB = 1024
_DEFAULT_MOST = 4 * 2**30  # journald takes a tenth of the file system, and no more than this
_LONG_ENOUGH = 7 * _DAY  # to tell from what was written how long the space will do

_UNITS = {
    **dict.fromkeys(("s", "sec", "second", "seconds", ""), 1.0),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), _DAY),
    **dict.fromkeys(("w", "week", "weeks"), 7 * _DAY),
    **dict.fromkeys(("M", "month", "months"), 30.44 * _DAY),
    **dict.fromkeys(("y", "year", "years"), 365.25 * _DAY),
}


@dataclass(frozen=True, slots=True)
class Log:
    """`name` is `journal` or a file, with those that were rotated away from it.

    `oldest` is when its oldest line was written, in epoch seconds, or, where not `exact`, a time that it surely reaches
    back to; None where there is no line, or nothing tells. `kept_seconds` is for how long its settings keep lines, as
    far as that can be told. `volatile`: it does not survive a restart. `emptied_at` is when all that it had held was
    found to be gone.
    """

    name: str
    oldest: float | None
    kept_seconds: float | None = None
    volatile: bool = False
    emptied_at: float | None = None
    exact: bool = True


def journal_of(place: str, text: str, now: float) -> Log:
    """The journal. Raises `NoPermission`, `UnreadableOutput`."""
    lines = [line.split(" ", 1) for line in text.split("\n") if line]
    if ["closed"] in lines:
        raise NoPermission("the login may not read the journal: add it to the group systemd-journal (or adm)")
    said = {words[0]: words[1] for words in lines if len(words) == 2}
    settings = dict(words[1].split(" ", 1) for words in lines if words[0] == "set" and " " in words[-1])
    oldest = decimal_number(said["oldest"]) if "oldest" in said else None
    kept = [one for one in (_span(settings.get("MaxRetentionSec", "")), _by_size(said, settings, oldest, now)) if one]
    volatile = place == "volatile" or settings.get("Storage", "").strip() in ("volatile", "none")
    return Log("journal", oldest, min(kept, default=None), volatile)


def _by_size(said: Mapping[str, str], settings: Mapping[str, str], oldest: float | None, now: float) -> float | None:
    """How long the space allowed will do, when as much is written as was until now."""
    if oldest is None or now - oldest < _LONG_ENOUGH or not {"used", "disk"} <= said.keys():
        return None
    used, disk = whole_number(said["used"]) * _KIB, whole_number(said["disk"]) * _KIB
    most = _size(settings.get("SystemMaxUse", "")) or min(disk / 10, _DEFAULT_MOST)
    return (now - oldest) * most / used if used > 0 and most > 0 else None


def _size(text: str) -> float | None:
    match = re.fullmatch(r"([0-9]{1,15})([KMGTPE]?)", text.strip())
    return float(match[1]) * _KIB ** "_KMGTPE".find(match[2] or "_") if match else None


def _span(text: str) -> float | None:
    """Seconds of `6month`, `1w 3d`; None where nothing, or nothing that can be read, is set."""
    parts = re.findall(r"([0-9]{1,12}) ?([A-Za-z]*)", text)
    if any(unit not in _UNITS for _, unit in parts):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in parts) or None


def log_of(name: str, text: str, rotation: tuple[int, int, int] | None, utc_offset_seconds: int) -> Log:
    """A log in files; `rotation` is how many periods, of how many seconds, and after how many days old ones go.

    Raises `UnreadableOutput`.
    """
    said = pairs(text)
    written = decimal_number(said["written"]) if said.get("written") else 0.0
    oldest = _time_of(said.get("line", ""), written, utc_offset_seconds)
    exact = oldest is not None or not said.get("ended")
    if not exact:
        oldest = decimal_number(said["ended"])
    if oldest is None and "line" not in said and said.get("born", "-").isdecimal() and said["born"] != "0":
        oldest = decimal_number(said["born"])
    kept: float | None = None
    if rotation is not None:
        count, period, days = rotation
        ends = [float(count * period)] * bool(count and period) + [days * _DAY] * bool(days)
        kept = min(ends, default=None)
    return Log(name, oldest, kept, exact=exact)


def _time_of(line: str, written: float, utc_offset_seconds: int) -> float | None:
    """Of the beginning of a line of syslog: its year is the latest one that is not after the file was written."""
    stamp = line.partition(" ")[0] if line[:1].isdecimal() else line[:15]
    return next((one.at for one in lines_of("", f"{stamp} host program: ", (written, utc_offset_seconds))), None)
