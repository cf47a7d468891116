"""How far back the system's logs reach, and how long they will be kept."""

#   now 1795291440 +0000
#   made 1764000000            (when the system was installed, or first started: the latest counts)
#   == journal persistent
#   oldest 1795280000.123456
#   used 16396                 (KiB)
#   disk 264212084
#   set SystemMaxUse 500M
#   == file /var/log/syslog
#   ended 1795200000           (when the oldest of its files was last written, or, where there is just one, `born`)
#   written 1795200000
#   line 2026-11-14T00:00:02.117343+00:00
#   == rotation
#   rotation /var/log/syslog 4 604800 0

from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectors.contract import Collector, UnreadableOutput
from collectors.contract.reading import blocks, whole_number
from collectors.log_keeping import PROBE, Log, journal_of, log_of
from collectors.log_lines import host_clock

REMEMBERED_SECONDS = 30 * 86400.0
"""For how long a log that is gone, or was emptied, is told of."""


@dataclass(frozen=True, slots=True)
class LogRetention:
    """`now` and `installed` are the host's clock, in epoch seconds; `installed` is None where nothing tells it."""

    now: float
    installed: float | None
    logs: tuple[Log, ...]


def parse(output: str) -> LogRetention:
    """Raises `UnreadableOutput`, `NoPermission` (the journal is closed to the login)."""
    parts = blocks(output, "rotation")
    first, *made = parts[""].strip().split("\n")
    now, offset = host_clock(first)
    rotations = _rotations(parts["rotation"])
    logs = []
    for name, text in parts.items():
        kind, _, which = name.partition(" ")
        if kind == "journal":
            logs.append(journal_of(which, text, now))
        elif kind == "file":
            logs.append(log_of(which, text, rotations.get(which), offset))
    # A letter, a dash or 0 is told by what does not know.
    words = [line.partition(" ")[2] for line in made]
    times = [whole_number(word) for word in words if word.isdecimal() and word != "0"]
    return LogRetention(now, float(max(times)) if times else None, tuple(logs))


def _rotations(text: str) -> Mapping[str, tuple[int, int, int]]:
    found = {}
    for line in text.split("\n"):
        if not line.strip():
            continue
        words = line.split()
        if len(words) != 5:
            raise UnreadableOutput("rotation, a file and three numbers", line)
        count, period, days = (whole_number(word, line) for word in words[2:])
        found[words[1]] = (min(count, 10**6), min(period, 10**9), min(days, 10**6))
    return found


def compare(previous: LogRetention, current: LogRetention) -> LogRetention:
    """With what was lost: a log that begins after the last look has lost all it held then."""
    before = {log.name: log for log in previous.logs}
    logs = [_with_losses(before.pop(log.name, None), log, previous.now, current.now) for log in current.logs]
    for log in before.values():
        gone = replace(log, oldest=None, emptied_at=log.emptied_at or current.now)
        if current.now - (gone.emptied_at or 0.0) < REMEMBERED_SECONDS:
            logs.append(gone)
    return replace(current, logs=tuple(logs))


def _with_losses(before: Log | None, log: Log, last_look: float, now: float) -> Log:
    if before is None or log.volatile:
        return log
    had_lines = before.oldest is not None and before.oldest <= last_look
    # The oldest of its files may well have ended since, when that is all that is known of it.
    if had_lines and (log.oldest is None or (log.exact and log.oldest > last_look)):
        return replace(log, emptied_at=now)
    return replace(log, emptied_at=before.emptied_at)


COLLECTOR = Collector(
    probe=PROBE, parse=parse, every_seconds=3600, timeout_seconds=60, compare=compare, keep_facts=True
)
