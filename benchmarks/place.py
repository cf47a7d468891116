"""Where a host of a benchmark is."""

import resource
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Place:
    """An SSH server on this machine. `host_key` is its public key, as a .pub file has it."""

    address: str
    port: int
    user: str
    host_key: str


def addresses(prefix: str, count: int) -> list[str]:
    """`count` addresses of this machine: every one in 127.0.0.0/8 is. `prefix` is the first two numbers."""
    return [f"{prefix}.{i // 250}.{i % 250 + 1}" for i in range(count)]


def write_known_hosts(path: Path, places: Iterable[Place]) -> Path:
    """A known_hosts file that has them all."""
    lines = (f"{_name(place)} {' '.join(place.host_key.split()[:2])}\n" for place in places)
    path.write_text("".join(lines), encoding="ascii")
    return path


def _name(place: Place) -> str:
    return place.address if place.port == 22 else f"[{place.address}]:{place.port}"


def raise_file_limit() -> None:
    """As many open files as the system lets this process have: a connection needs one on each side."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
