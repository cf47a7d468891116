"""Keeps what a host's commands print, with what identifies it replaced."""

import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from agent.catalogue import Catalogue
from agent.config import Config, HostConfig
from agent.once import task_for
from agent.runner import sections
from agent.shells import make_shell
from agent.whole_file import write_whole
from collectors.transport.deadline import Deadline
from collectors.transport.script import SectionAnswer, assemble, end_mark, take_apart
from exporters.contract import Lane

_SYSTEM = 'system=$(. /etc/os-release 2>/dev/null && echo "$ID-$VERSION_ID"); echo "${system:-unknown}"'


def record_host(config: Config, catalogue: Catalogue, host: HostConfig, folder: Path) -> list[Path]:
    """Ask a host everything it is asked on rounds and write `<folder>/<collector>/<system>.txt`.

    Raises `TransportError` when it cannot be asked, OSError when a file cannot be written.
    """
    redact = Redaction([host.name, host.address, host.user])
    written = []
    with closing(make_shell(config, host.name)) as shell:
        for lane in Lane:
            task = task_for(config, catalogue, host, lane)
            deadline = Deadline(task.deadline_seconds)
            asked = sections(task, catalogue, task.collectors)
            marker = f"@rounds-{secrets.token_hex(8)}"
            shell.connect(deadline)
            answer = shell.run(f"{_SYSTEM}\n{assemble(asked, marker, time.time())}", deadline, end_mark(marker))
            system = _slug(answer.output.partition(b"\n")[0].decode("utf-8", "replace"))
            for name, part in take_apart(answer.output, marker, asked, answer.cut).items():
                if part.reason is None:
                    path = _free(folder / name, system)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(path, f"{_header(system, part)}\n{redact(part.text)}")
                    written.append(path)
    return written


Replacement = Callable[[int], str]


def _documentation_address(number: int) -> str:
    blocks = ("192.0.2", "198.51.100", "203.0.113")
    return f"{blocks[(number - 1) // 254 % 3]}.{(number - 1) % 254 + 1}"


def _rule(pattern: str, replacement: Replacement) -> tuple[re.Pattern[str], Replacement]:
    return re.compile(pattern, re.IGNORECASE), replacement


_RULES = (
    # password hashes, as crypt(5) writes them
    _rule(r"\$(?:[0-9a-z]{1,4}|gy)\$[./a-z0-9$=,]{16,}", lambda n: f"$hash${n}"),
    # hardware addresses
    _rule(r"\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b", lambda n: f"02:00:00:00:{n >> 8:02x}:{n & 255:02x}"),
    # IPv4 and IPv6 addresses, but for loopback and the unspecified ones
    _rule(r"(?<![\d.])(?!127\.|0\.0\.0\.0|255\.)(?:\d{1,3}\.){3}\d{1,3}(?![\d.])", _documentation_address),
    _rule(r"(?<![\w:])(?:[0-9a-f]{1,4}:){2,7}(?::|[0-9a-f]{1,4})[0-9a-f:]*(?![\w:])", lambda n: f"2001:db8::{n:x}"),
    # UUIDs and machine ids
    _rule(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", lambda n: f"00000000-0000-0000-0000-{n:012x}"),
    _rule(r"\b[0-9a-f]{32}\b", lambda n: f"{n:032x}"),
    # people
    _rule(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", lambda n: f"person-{n}@example.org"),
    _rule(r"(?<=/home/)[\w.-]+", lambda n: f"user-{n}"),
)


class Redaction:
    """Replaces what identifies a host or a person, the same by the same: what was equal stays equal.

    Addresses become documentation addresses, hardware addresses and ids counted ones, home folders and the
    given words `name-1`, `name-2`. What it cannot know (names inside free text) stays: a person must read it.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._seen: dict[str, dict[str, str]] = {}
        names = sorted({w for w in words if len(w) > 2 and w not in ("root", "localhost")}, key=len, reverse=True)
        self._rules = list(_RULES)
        if names:
            pattern = "|".join(re.escape(name) for name in names)
            self._rules.append((re.compile(rf"(?<![\w-])(?:{pattern})(?![\w-])"), lambda n: f"name-{n}"))

    def __call__(self, text: str) -> str:
        """The text with everything replaced."""
        for pattern, replacement in self._rules:
            seen = self._seen.setdefault(pattern.pattern, {})

            def once(match: re.Match[str], seen: dict[str, str] = seen, make: Replacement = replacement) -> str:
                return seen.setdefault(match[0], make(len(seen) + 1))

            text = pattern.sub(once, text)
        return text


def _header(system: str, part: SectionAnswer) -> str:
    today = datetime.now(UTC).date().isoformat()
    return f"# {system}, {today}: recorded by `rounds record`, exit status {part.exit_status}"


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", words.lower()).strip("-.") or "unknown"


def _free(folder: Path, system: str) -> Path:
    """A name that is not taken: recordings are never overwritten."""
    path, number = folder / f"{system}.txt", 1
    while path.exists():
        number += 1
        path = folder / f"{system}-{number}.txt"
    return path
