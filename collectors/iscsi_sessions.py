"""The iSCSI sessions of this host as an initiator, and how many each target ever had."""

# session1/targetname:iqn.2004-04.com.example:storage.lun1
# session1/state:LOGGED_IN
# connection1:0/persistent_address:192.0.2.50
# connection1:0/persistent_port:3260

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectors.contract import Collector, NotApplicable, UnreadableOutput
from collectors.contract.reading import whole_number

# The address of a connection that broke cannot be read any more, the persistent one can.
PROBE = r"""
cd /sys/class/iscsi_session 2>/dev/null || { echo "no initiator"; return; }
echo "== sessions"
grep -Hs . */targetname */state
cd /sys/class/iscsi_connection && grep -Hs . */persistent_address */persistent_port
:
"""

_LINE = re.compile(r"(session|connection)([0-9]{1,9})(?::[0-9]{1,4})?/([a-z_]+):(.*)")


@dataclass(frozen=True, slots=True)
class IscsiSession:
    """One session. `state` is the kernel's word: `LOGGED_IN`, `FAILED` (it tries again), `FREE` (it gave up).

    `portal` is the address and port it was opened to, "" where the kernel does not tell.
    """

    number: int
    target: str
    state: str
    portal: str

    @property
    def is_up(self) -> bool:
        """Whether it carries commands now."""
        return self.state == "LOGGED_IN"


@dataclass(frozen=True, slots=True)
class SeenTarget:
    """A target that sessions were open to, and how many at most."""

    name: str
    sessions: int


@dataclass(frozen=True, slots=True)
class IscsiSessions:
    """Those there are, and what was ever seen."""

    sessions: tuple[IscsiSession, ...]
    seen: tuple[SeenTarget, ...] = ()


def parse(output: str) -> IscsiSessions:
    """Raises `NotApplicable` (no initiator), `UnreadableOutput`."""
    first, _, rest = output.partition("\n")
    if first == "no initiator":
        raise NotApplicable("no iSCSI initiator (/sys/class/iscsi_session)")
    if first != "== sessions":
        raise UnreadableOutput("the sessions", first)
    sessions: dict[str, dict[str, str]] = {}
    connections: dict[str, dict[str, str]] = {}
    for line in rest.split("\n"):
        match = _LINE.fullmatch(line)
        if match:
            (sessions if match[1] == "session" else connections).setdefault(match[2], {})[match[3]] = match[4]
        elif line:
            raise UnreadableOutput("a file of an iSCSI session or connection", line)
    found = tuple(_session(number, files, connections.get(number, {})) for number, files in sessions.items())
    return IscsiSessions(found, _seen(found))


def _session(number: str, files: Mapping[str, str], connection: Mapping[str, str]) -> IscsiSession:
    if not {"targetname", "state"} <= set(files):
        raise UnreadableOutput(f"targetname and state of session{number}", str(dict(files)))
    address, port = connection.get("persistent_address", ""), connection.get("persistent_port", "")
    portal = f"[{address}]:{port}" if ":" in address else f"{address}:{port}".strip(":")
    return IscsiSession(whole_number(number), files["targetname"], files["state"], portal)


def _seen(sessions: tuple[IscsiSession, ...], before: tuple[SeenTarget, ...] = ()) -> tuple[SeenTarget, ...]:
    up = [session.target for session in sessions if session.is_up]
    most = {seen.name: seen.sessions for seen in before}
    most |= {target: max(up.count(target), most.get(target, 0)) for target in up}
    return tuple(SeenTarget(target, count) for target, count in sorted(most.items()))


def compare(previous: IscsiSessions, current: IscsiSessions) -> IscsiSessions:
    """With what was ever seen."""
    return replace(current, seen=_seen(current.sessions, previous.seen))


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="grep",
    every_seconds=300,
    timeout_seconds=10,
    compare=compare,
    keep_facts=True,
    absent=IscsiSessions(()),
)
