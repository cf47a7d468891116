"""The lines of sudoers that the probes need, for whoever must allow them: exact commands, and nothing else."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from agent.catalogue import Catalogue
from checks.contract import Params
from collectors.contract.reading import in_sudoers

_FOLDERS = ("/usr/sbin", "/usr/bin")
"""Where distributions put a command: sudo wants whole paths. One that does not exist allows nothing.

Where /sbin and /bin are links to these, which is everywhere by now, sudo knows the one for the other.
"""

_FOR_EVERYBODY = frozenset({"apt-config", "awk", "cat", "cvtsudoers", "docker", "find", "grep", "podman", "tail"})
"""Commands that are in /usr/bin on every distribution: a line more for each would only be more to read."""

LONGEST_SECONDS = 120
"""How long a command may run as root: as long as the longest section, of disks."""

SECURE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Where a command run as root finds others."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one collector runs as root, as sudoers lists commands; `checks` are those that read it."""

    collector: str
    checks: tuple[str, ...]
    commands: tuple[str, ...]


def grants(
    catalogue: Catalogue, checks: Collection[str], arguments: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[Grant, ...]:
    """What the checks named need, by collector, in alphabetical order; `arguments` are what each is asked for."""
    found = []
    for name, plugin in catalogue.collectors.items():
        readers = tuple(check for check in catalogue.checks if check in checks and _reads(catalogue, check, name))
        asked = plugin.collector.root_commands_for
        needed = (*plugin.collector.root_commands, *(asked(arguments.get(name, ())) if asked else ()))
        if readers and needed:
            commands = tuple(line for command in needed for line in _whole(command))
            found.append(Grant(name, readers, commands))
    return tuple(found)


def arguments_of(catalogue: Catalogue, hosts: Iterable[Mapping[str, Params]]) -> Mapping[str, Sequence[str]]:
    """What each collector is asked for on these hosts, each once; a host is given by the checks made on it."""
    found: dict[str, dict[str, None]] = {}
    for checks in hosts:
        for name, params in checks.items():
            plugin = catalogue.checks[name]
            if plugin.check.arguments:
                found.setdefault(plugin.collector, {}).update(dict.fromkeys(plugin.check.arguments(params)))
    return {collector: tuple(asked) for collector, asked in found.items()}


def sudoers(user: str, needed: Collection[Grant]) -> Iterator[str]:
    """The lines of a file for /etc/sudoers.d that lets `user` run what is needed, without a password."""
    user = in_sudoers(user).replace(" ", "\\ ")  # one of a domain bears a backslash
    # What hangs is root's, and no login can end it: sudo itself must. And what a command starts by its bare name must
    # not be found where the login says.
    yield f'Defaults:{user} !requiretty, command_timeout={LONGEST_SECONDS}, secure_path="{SECURE_PATH}"'
    for grant in needed:
        yield ""
        yield f"# {grant.collector}, read by {', '.join(grant.checks)}"
        for command in grant.commands:
            yield f"{user} ALL=(root) NOPASSWD: {command}"


def _reads(catalogue: Catalogue, check: str, collector: str) -> bool:
    return catalogue.checks[check].collector == collector


def _whole(command: str) -> Iterator[str]:
    """The command with each path it may have, written as sudoers wants it."""
    program, *arguments = command.split()
    folders = _FOLDERS[-1:] if program in _FOR_EVERYBODY else _FOLDERS
    paths = [program] if program.startswith("/") else [f"{folder}/{program}" for folder in folders]
    for path in paths:
        # Without arguments sudoers would allow any: "" says none.
        yield " ".join([path, *([in_sudoers(argument) for argument in arguments] or ['""'])])
