"""One person at one terminal or desktop."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Login:
    """`user` is a name, or `uid 1234` where that has none here; `terminal` is `pts/0`, `tty1`, `:0` ...

    `origin` is the address or name of the machine it comes from: None for the console, and where nobody
    on the host has noted it. `idle_seconds` is since when nothing was typed, None where that is not known.
    """

    user: str
    terminal: str
    origin: str | None
    lasted_seconds: float
    idle_seconds: float | None
    graphical: bool = False
