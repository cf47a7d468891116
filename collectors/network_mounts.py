"""Mounted network and FUSE file systems, and whether they still answer.

Each is asked how large it is, all side by side and only so long; nothing waits for one that hangs, and it is not asked
again before it does no longer. What an automounter mounted is left alone, since every look would keep it from
expiring. One file system that is mounted at many places is asked once. Those of logins (/run/user) are left out.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.mount_askers import LIMIT_SECONDS, PROBE, told
from collectors.mount_table import visible_mounts

_CLOSED = ("Permission denied", "Operation not permitted")
_LARGEST = 2**63  # some that have no end say they have more


class Answer(StrEnum):
    """How a file system answered."""

    GIVEN = "given"
    NONE = "none"  # within the time: it hangs
    ERROR = "error"  # at once, and it was none: stale, or its daemon is gone
    CLOSED = "closed"  # the login may not reach it, or its owner lets nobody else ask
    NOT_ASKED = "not_asked"  # an automounter's


@dataclass(frozen=True, slots=True)
class NetworkMount:
    """One file system, at the first of its mount points. The sizes are None but where it gave an answer.

    `hung_seconds` is since when, as far as is known, it has not answered; None when it does. `reason` is the error.
    """

    mount: str
    device: str
    fstype: str
    answer: Answer
    reason: str = ""
    hung_seconds: float | None = None
    size_bytes: int | None = None
    free_bytes: int | None = None
    available_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class NetworkMounts:
    """All of them, and the host's uptime at the look."""

    uptime_seconds: float
    mounts: tuple[NetworkMount, ...]


def parse(output: str) -> NetworkMounts:
    """Raises `NotApplicable` (none is mounted), `UnreadableOutput`."""
    found = told(output)
    if not found.asked and not found.automounted:
        raise NotApplicable("no network or FUSE file system is mounted")
    mounts = [replace(_mount(line), answer=Answer.NOT_ASKED) for line in found.automounted]
    for number, line in found.asked.items():
        mount = _mount(line)
        begun = found.hanging_since.get(number)
        if number in found.answers:
            mounts.append(_answered(mount, *found.answers[number]))
        elif begun is not None or (found.late and number not in found.errors):
            since = found.uptime_seconds if begun is None else begun
            hung = max(found.uptime_seconds - since, LIMIT_SECONDS)
            mounts.append(replace(mount, answer=Answer.NONE, hung_seconds=hung))
        else:
            mounts.append(_refused(mount, found.errors.get(number)))
    # Of two on one mount point the later one is on top, and the one that answered.
    return NetworkMounts(found.uptime_seconds, tuple({mount.mount: mount for mount in mounts}.values()))


def _mount(line: str) -> NetworkMount:
    for mount in visible_mounts(line):
        return NetworkMount(mount.mount, mount.device, mount.fstype, Answer.GIVEN)
    raise UnreadableOutput("a line of /proc/self/mountinfo", line)


def _answered(mount: NetworkMount, block: int, size: int, free: int, available: int) -> NetworkMount:
    if not block:  # what FUSE tells all but the owner
        return replace(mount, answer=Answer.CLOSED, reason="mounted without allow_other")
    mount = replace(mount, answer=Answer.GIVEN)
    if not 0 < size * block <= _LARGEST or not available <= free <= size:
        return mount
    return replace(mount, size_bytes=size * block, free_bytes=free * block, available_bytes=available * block)


def _refused(mount: NetworkMount, reason: str | None) -> NetworkMount:
    if reason is None:
        raise UnreadableOutput("an answer for each mount", mount.mount)
    return replace(mount, answer=Answer.CLOSED if reason in _CLOSED else Answer.ERROR, reason=reason)


def compare(previous: NetworkMounts, current: NetworkMounts) -> NetworkMounts:
    """What hung before has hung since then."""
    elapsed = current.uptime_seconds - previous.uptime_seconds
    if elapsed < 0:  # started anew
        return current
    before = {(m.mount, m.device): m.hung_seconds for m in previous.mounts if m.hung_seconds is not None}

    def since(mount: NetworkMount) -> NetworkMount:
        hung, already = mount.hung_seconds, before.get((mount.mount, mount.device))
        return mount if hung is None or already is None else replace(mount, hung_seconds=max(hung, already + elapsed))

    return replace(current, mounts=tuple(since(mount) for mount in current.mounts))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="stat",
    every_seconds=300,
    timeout_seconds=10,  # never reached unless the machine itself is in trouble: the probe waits for nobody
    compare=compare,
)
