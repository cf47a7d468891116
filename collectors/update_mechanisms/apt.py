"""apt's daily job and unattended-upgrades."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from collectors.contract import UnreadableOutput
from collectors.update_mechanisms.seen import DAY, Mechanism, Reach, Seen

_SETTING = re.compile(r'([A-Za-z0-9:-]+) "(.*)";')
_INTERVAL = re.compile(r"([0-9]{1,9})([smhd]?)", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": DAY, "": DAY}
_OF_ONE_RUN = 7200.0  # seconds before the last line of the log in which an error belongs to the same run
_SECURITY = re.compile("security|esm", re.IGNORECASE)
# Ubuntu's release pocket, from which nothing new ever comes: "${distro_id}:${distro_codename}".
_NOTHING_NEW = re.compile(r"(\$\{distro_id\}|Ubuntu):(\$\{distro_codename\}|[a-z]+)")


def by_apt(dump: str, seen: Seen) -> Iterator[Mechanism]:
    """apt's own mechanism as its effective settings have it; none where apt has none."""
    if not dump.strip():
        return
    periodic: dict[str, str] = {}
    origins: list[str] = []
    for line in dump.split("\n"):
        if match := _SETTING.fullmatch(line):
            name, _, last = match[1].rpartition("::")
            if name == "APT::Periodic":
                periodic[last] = match[2]
            elif match[1].startswith("Unattended-Upgrade::") and match[2]:
                origins.append(match[2])
    intervals = {name: _interval(value) for name, value in periodic.items()}
    if periodic.get("Enable", "1") == "0":
        intervals = {}
    install = intervals.get("Unattended-Upgrade", 0)
    if install and "unattended-upgrade" in seen.programs:
        yield _installing(seen, install, origins)
    elif download := intervals.get("Download-Upgradeable-Packages", 0):
        yield _other(seen, Reach.DOWNLOAD, download, "download-upgradeable-stamp")
    elif lists := intervals.get("Update-Package-Lists", 0):
        yield _other(seen, Reach.LISTS, lists, "update-success-stamp")
    else:
        yield Mechanism("apt", Reach.OFF, *_starter(seen, "apt-daily.timer"), wanted=False)


def _interval(value: str) -> int:
    if value == "always":
        return DAY
    match = _INTERVAL.fullmatch(value)
    return int(match[1]) * _SECONDS[match[2]] if match else 0


def _starter(seen: Seen, timer: str) -> tuple[str, bool]:
    # Under systemd cron's script leaves it all to the timers.
    return (timer, seen.is_active(timer)) if seen.units else ("cron.daily", seen.daily)


def _installing(seen: Seen, every: int, origins: list[str]) -> Mechanism:
    fresh = [origin for origin in origins if not _NOTHING_NEW.fullmatch(origin)]
    reach = Reach.SECURITY if all(_SECURITY.search(origin) for origin in fresh) else Reach.ALL
    ended, failure = _log(seen)
    # One is touched by apt's daily job, the other by whoever runs the program.
    runs = [seen.stamps.get("upgrade-stamp"), seen.stamps.get("unattended-upgrades-stamp"), ended]
    starter, started = _starter(seen, "apt-daily-upgrade.timer")
    return Mechanism(
        name="unattended-upgrades",
        reach=reach if origins else Reach.OFF,
        starter=starter,
        started=started,
        every_seconds=every,
        last_at=max((float(run) for run in runs if run is not None), default=None),
        failure=failure,
    )


def _log(seen: Seen) -> tuple[float | None, str | None]:
    """When the last run ended and how, as far as its log can be read."""
    last: float | None = None
    errors: list[tuple[float, str]] = []
    for line in seen.log.split("\n"):
        word, _, rest = line.partition(" ")
        if word == "last":
            last = _moment(rest, line) - seen.offset_seconds
        elif word == "error":
            day, time, *text = rest.split(" ", 2)
            errors.append((_moment(f"{day} {time}", line) - seen.offset_seconds, "".join(text)))
        elif line.strip():
            raise UnreadableOutput("error or last", line)
    if last is None:
        return None, None
    return last, next((text or "error" for at, text in reversed(errors) if at >= last - _OF_ONE_RUN), "")


def _moment(text: str, line: str) -> float:
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S,%f").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise UnreadableOutput("a time as 2025-11-21 06:31:02,312", line) from None


def _other(seen: Seen, reach: Reach, every: int, stamp: str) -> Mechanism:
    at = seen.stamps.get(stamp)
    starter, started = _starter(seen, "apt-daily.timer")
    last_at = None if at is None else float(at)
    failure = None if at is None else ""
    return Mechanism("apt", reach, starter, started, every_seconds=every, last_at=last_at, failure=failure)
