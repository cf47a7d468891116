"""Reads `79adf96322d4 web localhost/portal:1 Up 2 hours (healthy)`, and what inspect adds."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.container_engines.container import Container, Status
from collectors.contract import UnreadableOutput
from collectors.contract.reading import whole_number

_ID = re.compile(r"[0-9a-f]{12,64}")
_CODE = re.compile(r"\((-?[0-9]{1,10})\)")
_HEALTH = re.compile(r"\((?:health: )?(healthy|unhealthy|starting)\)$")
_STATUSES = {
    "Up": Status.RUNNING,
    "Paused": Status.PAUSED,
    "Restarting": Status.RESTARTING,
    "Exited": Status.EXITED,
    "Stopped": Status.EXITED,
    "Created": Status.CREATED,
    "Dead": Status.DEAD,
}


@dataclass(frozen=True, slots=True)
class Inspected:
    """What only inspect tells of a container."""

    exit_code: int
    out_of_memory: bool
    restarts: int
    policy: str


def inspected(text: str) -> Mapping[str, Inspected]:
    """By the first twelve letters of the id. Raises `UnreadableOutput`."""
    found = {}
    for line in text.split("\n"):
        words = line.split()
        if not words:
            continue
        if len(words) not in (4, 5) or not _ID.fullmatch(words[0]) or words[2] not in ("true", "false"):
            raise UnreadableOutput("an id, exit code, whether killed for memory, restarts and policy", line)
        policy = words[4] if len(words) == 5 else "no"  # podman leaves it empty
        code, restarts = whole_number(words[1], line), whole_number(words[3], line)
        found[words[0][:12]] = Inspected(code, words[2] == "true", restarts, policy)
    return found


def containers(engine: str, text: str, known: Mapping[str, Inspected]) -> Iterator[Container]:
    """One for each line. Raises `UnreadableOutput`."""
    for line in text.split("\n"):
        if not line.strip():
            continue
        words = line.strip().split(" ", 3)
        if len(words) != 4 or not words[1] or not _ID.fullmatch(words[0]):
            raise UnreadableOutput("an id, a name, an image and a status", line)
        said, more = words[3], known.get(words[0][:12])
        code, health = _CODE.search(said), _HEALTH.search(said)
        yield Container(
            id=words[0],
            engine=engine,
            name=words[1],
            image=words[2],
            status=_status(said),
            said=said,
            exit_code=whole_number(code[1], line) if code else more.exit_code if more and _ended(said) else None,
            health=health[1] if health else None,
            policy=more.policy if more else None,
            restarts=more.restarts if more else None,
            out_of_memory=more.out_of_memory if more else None,
        )


def _status(said: str) -> Status:
    if said.endswith("(Paused)"):
        return Status.PAUSED
    return _STATUSES.get(said.partition(" ")[0], Status.OTHER)


def _ended(said: str) -> bool:
    return _status(said) in (Status.EXITED, Status.DEAD)
