"""What must hold between the entries of a configuration: names are unique, and what is named exists."""

from collections.abc import Iterator, Mapping

from agent.config.document import Node
from agent.config.host import AUTHENTICATION, HostConfig
from agent.config.problem import did_you_mean
from checks.contract.quantities import parse_duration
from exporters.contract.secret import Keeper

Complaint = tuple[Node, str]
_NOTHING = Node(None)
_LOGIN = frozenset(key for key in AUTHENTICATION if not key.startswith("passphrase"))
"""The keys that give something to log in with; a passphrase alone opens nothing."""


def complaints(root: Node) -> Iterator[Complaint]:
    """Each place where hosts, groups and rounds do not fit together, and what to say of it."""
    hosts = [host for host in root.children.get("hosts", _NOTHING).entries if isinstance(host.value, Mapping)]
    named = {str(host.children["name"].value): host for host in reversed(hosts) if "name" in host.children}
    groups = root.children.get("groups", _NOTHING).children
    for place in (root.children.get("ssh", _NOTHING), *groups.values(), *hosts):
        yield from _secret_in_two_places(place)
    deadline = seconds_in(root.children.get("rounds", _NOTHING).children.get("deadline", Node(30.0)))
    called_on = _called_on(hosts, named)
    for host in hosts:
        yield from _named_twice(host, named)
        if str(host.children.get("name", _NOTHING).value) in called_on:
            yield from _nothing_to_log_in_with(host)
        yield from _unknown_groups(host, groups)
        yield from _jump(host, named)
        every = host.children.get("every")
        seconds = seconds_in(every) if every and every.keys[0] != "rounds" else None
        if every and deadline is not None and seconds is not None and seconds <= deadline:
            yield every, f"must be longer than rounds.deadline ({deadline:g}s): a round ends before the next begins"


def _named_twice(host: Node, named: Mapping[str, Node]) -> Iterator[Complaint]:
    name = host.children.get("name", _NOTHING)
    first = named.get(str(name.value))
    if first is not None and first.keys != host.keys:
        yield name, f'there is a host "{name.value}" on line {first.children["name"].line} already'


def _secret_in_two_places(login: Node) -> Iterator[Complaint]:
    for secret in ("passphrase", "password"):
        places = [f"{secret}_{keeper}" for keeper in Keeper if f"{secret}_{keeper}" in login.children]
        if len(places) > 1:
            yield login.children[places[-1]], f"write only one of {' and '.join(places)}"


def _called_on(hosts: list[Node], named: Mapping[str, Node]) -> set[str]:
    """The names of the hosts in service, and of those on the way to them."""
    waiting = [host for host in hosts if host.children.get("status", _NOTHING).value != "out-of-service"]
    reached: set[str] = set()
    while waiting:
        host = waiting.pop()
        name = str(host.children.get("name", _NOTHING).value)
        jump = host.children.get("jump", _NOTHING).value
        if name not in reached and isinstance(jump, str) and jump in named:
            waiting.append(named[jump])
        reached.add(name)
    return reached


def _nothing_to_log_in_with(host: Node) -> Iterator[Complaint]:
    keys = host.children
    if keys.get("transport", Node("ssh")).value != "ssh" or not keys.keys() <= HostConfig.model_fields.keys():
        return  # an unknown key may be the one that was meant: it is told of by itself
    if all(keys.get(key, _NOTHING).value in (None, False) for key in _LOGIN):
        yield host, "nothing to log in with: write key_file, agent: true or where a password is kept"


def _unknown_groups(host: Node, groups: Mapping[str, Node]) -> Iterator[Complaint]:
    for group in host.children.get("groups", _NOTHING).entries:
        if isinstance(group.value, str) and group.value not in groups:
            hint = did_you_mean(group.value, groups) if groups else "; groups are described under groups:"
            yield group, f'there is no group "{group.value}"{hint}'


def _jump(host: Node, named: Mapping[str, Node]) -> Iterator[Complaint]:
    jump = host.children.get("jump", _NOTHING)
    if not isinstance(jump.value, str) or host.children.get("transport", _NOTHING).value == "local":
        return
    if jump.value not in named:
        yield jump, f'there is no host "{jump.value}" to jump through{did_you_mean(jump.value, named)}'
        return
    chain = [str(host.children.get("name", _NOTHING).value)]
    while isinstance(jump.value, str) and jump.value in named:
        chain.append(jump.value)
        if chain.count(jump.value) > 1:
            if jump.value == chain[0]:
                yield host.children["jump"], f"goes in a circle: {' -> '.join(chain)}"
            return
        through = named[jump.value]
        if through.children.get("transport", _NOTHING).value == "local":
            yield host.children["jump"], f'"{jump.value}" is this machine itself: leave jump out'
            return
        jump = through.children.get("jump", _NOTHING)


def seconds_in(node: Node) -> float | None:
    """The duration written there; None where it is none, which is said where it is validated."""
    try:
        return parse_duration(node.value)
    except ValueError:
        return None
