"""Keeps what a host's commands print, with what identifies it replaced."""

import re
import secrets
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from agent.catalogue import Catalogue
from agent.config import Config, HostConfig
from agent.once import task_for
from agent.redaction import Redaction
from agent.runner import sections
from agent.shells import ShellMaker
from agent.whole_file import write_whole
from collectors.contract import Reason, TransportError
from collectors.transport.deadline import Deadline
from collectors.transport.script import SectionAnswer, assemble, end_mark, take_apart
from exporters.contract import Lane

_SYSTEM = 'system=$(. /etc/os-release 2>/dev/null && echo "$ID-$VERSION_ID"); echo "${system:-unknown}"; uname -n'
"""Which system it is, and what it calls itself: the first line names the file, the second must not be in it."""


def record_host(config: Config, catalogue: Catalogue, host: HostConfig, folder: Path) -> list[Path]:
    """Ask a host everything it is asked on rounds and write `<folder>/<collector>/<system>.txt`.

    Raises `TransportError` when it cannot be asked, OSError when a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    redact = Redaction([host.name, host.address, host.user])
    written: list[Path] = []
    with closing(ShellMaker(config)(config, host.name)) as shell:
        for lane in Lane:
            task = task_for(config, catalogue, host, lane)
            deadline = Deadline(task.deadline_seconds)
            asked = sections(task, catalogue, task.collectors)
            marker = f"@rounds-{secrets.token_hex(8)}"
            shell.connect(deadline)
            text = assemble(asked, marker, time.time(), idly=lane is Lane.SLOW, by_sudo=host.sudo)
            answer = shell.run(f"{_SYSTEM}\n{text}", deadline, end_mark(marker))
            system, own_name = _introduction(answer.output, marker, host.name)
            redact.also(_names(own_name))
            for name, part in take_apart(answer.output, marker, asked, answer.cut).items():
                if part.reason is None:
                    path = _free(folder / name, system)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_whole(path, f"{_header(system, part)}\n{redact(part.text)}")
                    written.append(path)
    return written


def _introduction(output: bytes, marker: str, host: str) -> tuple[str, str]:
    """What a host answered to `_SYSTEM`: its system, fit for a file's name, and its own name."""
    lines = output.decode("utf-8", "replace").partition(marker)[0].splitlines()
    if len(lines) < 2:
        raise TransportError(Reason.PROTOCOL, f"{host} ran nothing", "the login needs a POSIX shell")
    return _slug(lines[-2]), lines[-1]


def _header(system: str, part: SectionAnswer) -> str:
    today = datetime.now(UTC).date().isoformat()
    return f"# {system}, {today}: recorded by `rounds record`, exit status {part.exit_status}"


def _names(own_name: str) -> tuple[str, ...]:
    """A host's own name, short and in full, and its domain."""
    short, _, domain = own_name.strip().partition(".")
    return own_name.strip(), short, domain


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", words.lower()).strip("-.") or "unknown"


def _free(folder: Path, system: str) -> Path:
    """A name that is not taken: recordings are never overwritten."""
    path, number = folder / f"{system}.txt", 1
    while path.exists():
        number += 1
        path = folder / f"{system}-{number}.txt"
    return path
