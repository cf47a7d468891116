"""Options and errors that commands share."""

import difflib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from agent.cli.terminal import Terminal
from agent.config import Config, ConfigError, HostConfig, load

out = Terminal(highlight=False)
err = Terminal(stderr=True, highlight=False)

USAGE = 2
"""Exit code for bad input: configuration, arguments, a port in use."""

_PLACES = (Path("config.yaml"), Path("/etc/rounds/config.yaml"))

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config", "-c", envvar="ROUNDS_CONFIG", help="Default: ./config.yaml, then /etc/rounds/config.yaml."
    ),
]


def fail(message: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    err.print(message, style="red" if err.is_terminal else None, markup=False, soft_wrap=True)
    raise typer.Exit(USAGE)


def find_config(path: Path | None) -> Path | None:
    """The file to read: the one named, or the first that is there; None when there is none."""
    return path or next((place for place in _PLACES if place.exists()), None)


def read_config(path: Path | None, *, check_files: bool = True, check_folders: bool = False) -> Config:
    """The configuration, or every problem in it and exit code 2."""
    chosen = find_config(path)
    if chosen is None:
        fail("no configuration: neither ./config.yaml nor /etc/rounds/config.yaml is there; name one with --config")
    try:
        return load(chosen, check_files=check_files, check_folders=check_folders)
    except ConfigError as error:
        fail("\n".join(str(problem) for problem in error.problems))


def choose_hosts(config: Config, names: Iterable[str]) -> tuple[HostConfig, ...]:
    """The hosts named, or all on rounds when none is. An unknown name ends with the near matches."""
    wanted = tuple(dict.fromkeys(names))
    if not wanted:
        if not config.on_rounds:
            fail("no host is in service")
        return config.on_rounds
    return tuple(choose_host(config, name) for name in wanted)


def choose_host(config: Config, name: str) -> HostConfig:
    """The host of that name, in service or not; an unknown name ends with the near matches."""
    found = config.find(name)
    if found is None:
        fail(unknown("host", name, [host.name for host in config.hosts]))
    return found


def unknown(kind: str, name: str, known: Iterable[str]) -> str:
    """`unknown host "web-1"; did you mean web-01?`."""
    known = sorted(known)
    plain = _without_zeros(name)
    near = difflib.get_close_matches(name, known, n=5, cutoff=0.7)
    # web-1 is rather web-01 than web-10, which is as near by its letters.
    near = sorted(near, key=lambda other: (_without_zeros(other) != plain, -_likeness(name, other), other))[:3]
    if near:
        return f'unknown {kind} "{name}"; did you mean {" or ".join(near)}?'
    shown = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
    return f'unknown {kind} "{name}"; there are {shown}' if known else f'unknown {kind} "{name}"; there is none'


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.lower(), other.lower()).ratio()


def _without_zeros(name: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", name.lower())
