"""What the agent saw earlier, for a round made beside it: first sights, and measurements of the weeks before."""

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Protocol

import structlog

from agent.catalogue import Catalogue
from agent.history import History, HistoryError
from agent.runner import Task, due_checks
from checks.contract import Past

log = structlog.get_logger()


class Recollection(Protocol):
    """What is known of a host before a round. Neither raises."""

    def facts(self, host: str) -> Mapping[str, Any]:
        """Earlier facts, by collector."""

    def past(self, host: str, checks: Collection[str]) -> Mapping[str, Past]:
        """What those of the checks that look back measured, by check."""


class Nothing:
    """There is no history, or none that can be read."""

    def facts(self, host: str) -> Mapping[str, Any]:
        """None."""
        return {}

    def past(self, host: str, checks: Collection[str]) -> Mapping[str, Past]:
        """None."""
        return {}


class FromHistory:
    """What an open history holds. What it does not tell is as good as unknown."""

    def __init__(self, history: History, catalogue: Catalogue) -> None:
        self._history = history
        self._catalogue = catalogue

    def facts(self, host: str) -> Mapping[str, Any]:
        """The facts that outlive a restart of the agent."""
        try:
            kept = self._history.kept(host)
        except HistoryError:
            return {}
        return dict(readable(kept.items(), self._catalogue))

    def past(self, host: str, checks: Collection[str]) -> Mapping[str, Past]:
        """From the rollups."""
        found = {}
        for name in checks:
            recall = self._catalogue.checks[name].check.recalls
            try:
                if recall is not None:
                    found[name] = self._history.past(host, name, recall, time.time())
            except HistoryError as error:
                log.warning("history_not_recalled", host=host, check=name, error=str(error))
        return found


def readable(kept: Iterable[tuple[str, str]], catalogue: Catalogue) -> Iterator[tuple[str, Any]]:
    """Facts from JSON by collector; without those of a version whose facts had another shape."""
    for name, text in kept:
        plugin = catalogue.collectors.get(name)
        try:
            if plugin is not None:
                yield name, plugin.facts.validate_json(text)
        except ValueError:
            continue


def with_past(task: Task, catalogue: Catalogue, recollection: Recollection) -> Task:
    """The task, with what the checks it makes measured before."""
    due = [plugin.name for plugin in due_checks(task, catalogue)]
    return replace(task, past=recollection.past(task.host.name, due))
