"""The parameters of each check on each host: plugin defaults, `checks`, groups in a host's order, the host's own."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel

from agent.catalogue import Catalogue
from agent.config.document import Node
from agent.config.inheritance import group_names, overlay
from agent.config.problem import Problem, did_you_mean, key_text, keys_below
from agent.config.relations import seconds_in
from agent.config.sections import RoundsConfig
from agent.config.shapes import known_keys
from agent.config.validation import shown, validate
from checks.contract import Params

Judgement = Mapping[str, Params]
"""The parameters of the checks made on a host, by check."""


_Layer = Mapping[str, Node]
"""What one place of the configuration says of checks, by check."""


class Layers:
    """Merges and validates check parameters; what is wrong goes into `problems`, once, where it was written."""

    def __init__(self, root: Node, catalogue: Catalogue, file: Path, problems: list[Problem]) -> None:
        self._catalogue = catalogue
        self._file = file
        self._problems = problems
        self._slow_deadline = seconds_in(
            root.children.get("rounds", Node(None)).children.get("slow_deadline", Node(RoundsConfig().slow_deadline))
        )
        self._everywhere = self._known_checks(root.children.get("checks"))
        self._groups = {
            name: self._known_checks(group.children.get("checks"))
            for name, group in root.children.get("groups", Node(None)).children.items()
        }
        self._by_groups: dict[tuple[str, ...], Judgement] = {}

    def validate_groups(self) -> None:
        """Validate each group by itself, so that nothing wrong hides in one that no host is in."""
        for name in self._groups:
            self._of_groups((name,))

    def of_host(self, host: Node) -> Judgement:
        """What is in force for an entry of `hosts`. Hosts alike share the same objects."""
        names = tuple(name for name in group_names(host) if name in self._groups)
        inherited = self._of_groups(names)
        own = self._known_checks(host.children.get("checks"))
        if not own:
            return inherited
        written = [*self._of_names(names), own]
        changed = {check: self._params(check, written) for check in self._catalogue.checks if self._says(own, check)}
        return _asked_for({**inherited, **changed})

    def _of_groups(self, names: tuple[str, ...]) -> Judgement:
        if names not in self._by_groups:
            params = {check: self._params(check, self._of_names(names)) for check in self._catalogue.checks}
            self._by_groups[names] = _asked_for(params)
        return self._by_groups[names]

    def _of_names(self, groups: tuple[str, ...]) -> list[_Layer]:
        return [self._everywhere, *(self._groups[name] for name in groups)]

    def _params(self, check: str, layers: list[_Layer]) -> Params | None:
        node = self._defaults[check]
        for layer in layers:
            for said in self._says(layer, check):
                node = overlay(node, said)
        return validate(self._catalogue.checks[check].check.params, node, self._file, self._problems)

    def _says(self, layer: _Layer, check: str) -> list[Node]:
        """What a layer has for a check: first what the check takes from others, then what is written under its name."""
        takes = self._catalogue.checks[check].check.takes
        taken = {name: layer[other].children.get(name) for name, other in takes.items() if other in layer}
        found = [Node({name: node}) for name, node in taken.items() if node is not None]
        return [*found, layer[check]] if check in layer else found

    @cached_property
    def _defaults(self) -> Mapping[str, Node]:
        return {name: defaults(plugin.check.params) for name, plugin in self._catalogue.checks.items()}

    def _known_checks(self, checks: Node | None) -> dict[str, Node]:
        """The layers under one `checks:` key, by check; null counts as nothing written."""
        known: dict[str, Node] = {}
        for name, node in (checks.children if checks else {}).items():
            if name not in self._catalogue.checks:
                self._complain(node, f"there is no such check{did_you_mean(name, self._catalogue.checks)}")
            elif isinstance(node.value, Mapping):
                known[name] = node
                self._fits_into_a_round(name, node)
            elif node.value is not None:
                keys = keys_below(known_keys(self._catalogue.checks[name].check.params))
                self._complain(node, f"expected this check's parameters below it{keys}, not {shown(node.plain())}")
        return known

    def _fits_into_a_round(self, check: str, node: Node) -> None:
        """Complain about what would be cut off by the end of a slow round."""
        for key in self._catalogue.checks[check].check.params.shorter_than_slow_deadline:
            seconds = seconds_in(node.children.get(key, Node(None)))
            if seconds is not None and self._slow_deadline is not None and seconds >= self._slow_deadline:
                limit = f"must be shorter than rounds.slow_deadline ({self._slow_deadline:g}s), which ends it"
                self._complain(node.children[key], limit)

    def _complain(self, node: Node, message: str) -> None:
        self._problems.append(Problem(self._file, node.line, node.column, key_text(node.keys), message))


def defaults(model: type[BaseModel]) -> Node:
    """The defaults of `model` that a partly written value is completed from."""
    fields = {
        name: field.get_default(call_default_factory=True, validated_data={})
        for name, field in model.model_fields.items()
    }
    return Node({name: _node(value) for name, value in fields.items() if isinstance(value, (BaseModel, Mapping))})


def _node(value: object) -> Node:
    """Models and mappings level by level; what cannot be merged is kept whole."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields.items()
        return Node({field.alias or name: _node(getattr(value, name)) for name, field in fields})
    if isinstance(value, Mapping):
        return Node({str(key): _node(child) for key, child in value.items()})
    return Node(value)  # type: ignore[arg-type]  # a validated value, which validation hands through


def _asked_for(params: Mapping[str, Params | None]) -> Judgement:
    return {name: one for name, one in sorted(params.items()) if one is not None and one.is_asked_for}
