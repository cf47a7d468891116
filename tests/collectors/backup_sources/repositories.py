"""Real repositories of backup tools, and what the tools' sh functions say of them."""

import os
import shlex
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from collectors.backup_sources import TOOLS, Listing, Verdict, functions, verdict_of
from collectors.transport.script import AS_ROOT
from collectors.transport.without_secrets import WITHOUT_SECRETS

PASSWORD = "planted-Password-7"


def run(*command: str | Path, folder: Path, **variables: str) -> str:
    """What a command prints; it must end well."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "HOME": str(home), "TZ": "UTC", **variables},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def password_file(folder: Path) -> Path:
    path = folder / "password"
    path.write_text(PASSWORD)
    path.chmod(0o600)
    return path


def source(tool: str, target: str | Path, **options: str | Path) -> str:
    """A source as a probe's argument."""
    return "\t".join([tool, str(target), *(f"{name}={value}" for name, value in sorted(options.items()))])


def script(verb: str, asked: str, budget: int = 30) -> str:
    """The sh script that lets a tool say what it has (`lists`), or how its test ends (`tests`)."""
    bodies: Mapping[str, str | None] = {name: getattr(tool, verb) for name, tool in TOOLS.items()}
    defined = functions("tell", {name: body for name, body in bodies.items() if body})
    return (
        f"LC_ALL=C; export LC_ALL\nby_sudo=yes budget={budget}\n{AS_ROOT}{WITHOUT_SECRETS}probe() {{\n{defined}\n"
        f'tell "$1"\n}}\n( probe {shlex.quote(asked)} ) </dev/null\n'
    )


def told(
    verb: str, asked: str, shell: Sequence[str] = ("dash",), budget: int = 30, path: str | None = None
) -> list[str]:
    """The lines a tool tells; nothing may come on standard error."""
    environment = {**os.environ, **({"PATH": path} if path else {})}
    done = subprocess.run(
        [*shell, "-s"],
        input=script(verb, asked, budget),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment,
    )
    assert done.stderr == "", done.stderr
    assert PASSWORD not in done.stdout
    return done.stdout.splitlines()


def listed(asked: str, shell: Sequence[str] = ("dash",)) -> Listing:
    return TOOLS[asked.partition("\t")[0]].parse(told("lists", asked, shell))


def verdict(asked: str, budget: int = 60) -> Verdict:
    return verdict_of(asked, told("tests", asked, budget=budget), int(time.time()))


def fingerprint(folder: Path) -> list[tuple[object, ...]]:
    """Names, owners, sizes and times of change of all that is in a folder."""
    states = [(path.relative_to(folder).as_posix(), path.lstat()) for path in sorted(folder.rglob("*"))]
    return [(name, s.st_uid, s.st_mode, s.st_size, s.st_mtime_ns, s.st_ctime_ns) for name, s in states]


def largest(folder: Path) -> Path:
    return max((path for path in folder.rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)


def cut(path: Path, by: int = 1000) -> None:
    """Truncate a file, as a full disk or a broken copy does."""
    path.chmod(0o600)
    os.truncate(path, path.stat().st_size - by)


def scratch(path: Path) -> None:
    """Other bytes stand in the middle of a file."""
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\0rotten\0" * 8)
