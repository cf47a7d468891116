"""Fills in what a host inherits: the `ssh` section, then its groups in its order, then its own keys."""

from collections.abc import Mapping

from agent.config.document import Node
from agent.config.host import AUTHENTICATION, Login, Shared

_OF_SSH = frozenset(Login.model_fields)
_OF_GROUPS = frozenset(Shared.model_fields)


def overlay(lower: Node, upper: Node) -> Node:
    """`upper` over `lower`: mappings merge level by level, anything else is replaced."""
    if not (isinstance(lower.value, Mapping) and isinstance(upper.value, Mapping)):
        return upper
    children = dict(lower.children)
    for key, child in upper.children.items():
        children[key] = overlay(children[key], child) if key in children else child
    return upper.with_children(children)


def with_inherited_hosts(root: Node) -> Node:
    """The root with each host's entry complete."""
    hosts = root.children.get("hosts")
    if hosts is None or not hosts.entries:
        return root
    every = root.children.get("rounds", Node(None)).children.get("every")
    ground = _only(root.children.get("ssh"), _OF_SSH) | ({"every": every} if every else {})
    groups = root.children.get("groups", Node(None)).children
    complete = tuple(_complete(host, ground, groups) for host in hosts.entries)
    return root.with_children({**root.children, "hosts": hosts.with_entries(complete)})


def _complete(host: Node, ground: Mapping[str, Node], groups: Mapping[str, Node]) -> Node:
    if not isinstance(host.value, Mapping):
        return host
    mine = dict(ground)
    for name in group_names(host):
        if name in groups:
            mine = _over(mine, _only(groups[name], _OF_GROUPS))
    return host.with_children(_over(mine, host.children))


def group_names(host: Node) -> tuple[str, ...]:
    """The groups an entry of `hosts` lists, as far as they are names at all."""
    entries = host.children.get("groups", Node(None)).entries
    return tuple(entry.value for entry in entries if isinstance(entry.value, str))


def _only(node: Node | None, keys: frozenset[str]) -> dict[str, Node]:
    return {key: child for key, child in (node.children if node else {}).items() if key in keys}


def _over(lower: Mapping[str, Node], upper: Mapping[str, Node]) -> dict[str, Node]:
    """`upper` over `lower`, where one authentication key replaces them all."""
    if any(key in upper for key in AUTHENTICATION):
        lower = {key: node for key, node in lower.items() if key not in AUTHENTICATION}
    return {**lower, **upper}
