"""What sudo allows to whom: the rules of /etc/sudoers and all it includes, and who may write these files."""

# What looks like a password or token in a command's arguments is hidden before anything is printed:
#   == rules
#   Defaults env_reset
#   %sudo ALL = (ALL : ALL) ALL
#   eve ALL = (postgres) /usr/bin/mysqldump -uroot -p... db
#   == end 0
#   == files
#   8120:0:/etc/sudoers

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from collectors.contract import Collector, Entry, Kind, NotApplicable, UnreadableOutput
from collectors.contract.reading import blocks, refuse_denied, whole_number
from collectors.sudo_rules import COMMANDS, PROBE


@dataclass(frozen=True, slots=True)
class Rule:
    """What a user, `%group`, or (`Defaults`) everybody is allowed or gets set, as sudoers writes it."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class SudoersFile:
    """`mode` are the twelve bits of chmod, `owner` is a number of a user."""

    path: str
    mode: int
    owner: int


@dataclass(frozen=True, slots=True)
class Sudoers:
    """All rules, each once. `broken` says where sudoers cannot be parsed, empty where it can: then there are no rules.

    `first` are the rules seen first; None on the first look. `last` are those seen last, where they are `broken` now.
    """

    rules: tuple[Rule, ...]
    files: tuple[SudoersFile, ...]
    broken: str = ""
    first: tuple[Rule, ...] | None = None
    last: tuple[Rule, ...] = ()


def parse(output: str) -> Sudoers:
    """Raises `UnreadableOutput`, `NotApplicable` without sudo, `NoPermission`."""
    if output.strip() == "no sudoers":
        raise NotApplicable("no sudo on this host")
    if output.strip() == "no cvtsudoers":
        raise UnreadableOutput("cvtsudoers, which comes with sudo since 1.8.23", "not found")
    refuse_denied(output)
    parts = blocks(output, "rules", "files")
    ends = [name for name in parts if name.startswith("end ")]
    if len(ends) != 1:
        raise UnreadableOutput("the end of the rules", output.partition("\n")[0])
    lines = [line for line in parts["rules"].split("\n") if line]
    files = tuple(_file(line) for line in parts["files"].split("\n") if line)
    if ends[0] != "end 0":
        return Sudoers((), files, broken=lines[0] if lines else "an error that it does not place")
    return Sudoers(tuple(dict.fromkeys(rule for line in lines for rule in _rules(line))), files)


def _rules(line: str) -> Iterator[Rule]:
    if line.startswith("Defaults"):
        yield Rule("Defaults", line.removeprefix("Defaults").strip())
        return
    left, equals, _ = line.partition(" = ")
    names = re.match(r'(?:"[^"]*"|\\.|[^\s,"\\])+(?:, (?:"[^"]*"|\\.|[^\s,"\\])+)*', left)
    if not equals or not names or not left[names.end() :].startswith(" "):
        raise UnreadableOutput("users, hosts = commands", line)
    for who in names[0].split(", "):
        yield Rule(who, line[names.end() + 1 :])


def _file(line: str) -> SudoersFile:
    mode, _, rest = line.partition(":")
    owner, _, path = rest.partition(":")
    if not re.fullmatch("[0-9a-f]{4}", mode):
        raise UnreadableOutput("mode:owner:path", line)
    return SudoersFile(path, int(mode, 16) & 0o7777, whole_number(owner, line))


def compare(previous: Sudoers, current: Sudoers) -> Sudoers:
    """Carry on what was seen first, and last; rules that could not be parsed were not seen."""
    if current.broken:
        current = replace(current, last=previous.last if previous.broken else previous.rules)
    if previous.first is None and previous.broken:
        return current
    return replace(current, first=previous.rules if previous.first is None else previous.first)


def inventory(facts: Sudoers) -> Iterator[Entry]:
    """What each may, in one line; rules that cannot be parsed now have not changed."""
    found: dict[str, list[str]] = {}
    for rule in facts.last if facts.broken else facts.rules:
        found.setdefault(rule.who, []).append(rule.text)
    for who, texts in found.items():
        yield Entry(Kind.ACCESS, f"sudo {who}", "; ".join(texts)[:200])


COLLECTOR = Collector(
    probe=PROBE,
    parse=parse,
    needs_command="awk",
    every_seconds=3600,
    timeout_seconds=20,
    compare=compare,
    keep_facts=True,
    inventory=inventory,
    root_commands=COMMANDS,
)
