"""The lines of /etc/pam.d, and what each service makes of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from collectors.contract import UnreadableOutput

SERVICES = (
    "sshd",
    "login",
    "sudo",
    "su",
    "passwd",
    "gdm-password",
    "lightdm",
    "cockpit",
    "xrdp-sesman",
    "vsftpd",
    "dovecot",
)
"""Those whose stacks are worked out: what people log in by, or become somebody else."""


@dataclass(frozen=True, slots=True)
class Module:
    """A line of a stack: `kind` is auth, account or password, `arguments` only those that are known to be harmless."""

    kind: str
    name: str
    arguments: tuple[str, ...]

    def option(self, name: str) -> str | None:
        """What stands behind `name=`, empty for a bare `name`, None where it is not there."""
        for argument in self.arguments:
            word, _, value = argument.partition("=")
            if word == name:
                return value
        return None


@dataclass(slots=True)
class _File:
    lines: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)


def stacks(text: str) -> Mapping[str, Sequence[Module]]:
    """The modules of each of `SERVICES` that the host has a file for, in their order.

    From lines `FILE`, `FILE include KIND OTHER` (`all`: of every kind) and `FILE KIND MODULE ARGUMENT...`.
    """
    found: dict[str, _File] = {}
    for line in text.split("\n"):
        words = line.split()
        if not words:
            continue
        file = found.setdefault(words[0], _File())
        if len(words) == 2 or (len(words) > 1 and words[1] == "include" and len(words) != 4):
            raise UnreadableOutput("a file of pam.d, and what one of its lines says", line)
        if len(words) > 2:
            file.lines.append((words[1], words[2], tuple(words[3:])))
    return {name: tuple(_modules(found, name)) for name in SERVICES if name in found}


def _modules(files: Mapping[str, _File], service: str) -> Iterator[Module]:
    """The modules of a service; each file is gone into once for each kind, so that circles end."""
    pending = [(service, "all", iter(files[service].lines))]
    seen = {(service, "all")}
    while pending:
        _, wanted, lines = pending[-1]
        line = next(lines, None)
        if line is None:
            pending.pop()
            continue
        kind, name, arguments = line
        if kind != "include":
            if wanted in ("all", kind):
                yield Module(kind, name, arguments)
            continue
        other = arguments[0]
        of_kind = wanted if name == "all" else name
        if (wanted == "all" or name in ("all", wanted)) and other in files and (other, of_kind) not in seen:
            seen.add((other, of_kind))
            pending.append((other, of_kind, iter(files[other].lines)))
