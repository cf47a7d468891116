"""Sessions as `loginctl show-session` prints them."""

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.contract.reading import whole_number

_DESKTOPS = frozenset(("x11", "wayland", "mir"))


@dataclass(frozen=True, slots=True)
class Session:
    """What logind knows of a login. The times are in microseconds: of the host's uptime, and of the epoch."""

    user: str
    origin: str | None
    is_desktop: bool
    display: str
    began_microseconds: int
    idle_since_microseconds: int | None


def sessions(text: str) -> Mapping[str, Session]:
    """By logind's name for them; greeters, lock screens and what is ending are left out. Raises `UnreadableOutput`."""
    found = {}
    for block in text.split("\n\n"):
        values = dict(line.split("=", 1) for line in block.split("\n") if "=" in line)
        name, kind = values.get("Id", ""), values.get("Class", "")
        if name and kind.partition("-")[0] == "user" and values.get("State") != "closing":
            idle_since = whole_number(values.get("IdleSinceHint", "0"), block)
            found[name] = Session(
                user=values.get("Name", ""),
                origin=values.get("RemoteHost") or None,
                is_desktop=values.get("Type") in _DESKTOPS,
                display=values.get("Display") or "desktop",
                began_microseconds=whole_number(values.get("TimestampMonotonic", "0"), block),
                idle_since_microseconds=idle_since if values.get("IdleHint") == "yes" else None,
            )
    return found
