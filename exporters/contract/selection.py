"""A record of some hosts only: what a report for one project, or one group of hosts, is made from."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from exporters.contract.day import DayRecord


class _OfHost(Protocol):
    @property
    def host(self) -> str: ...


T = TypeVar("T", bound=_OfHost)


def hosts_of(day: DayRecord, projects: Collection[str] = (), groups: Collection[str] = ()) -> frozenset[str]:
    """The hosts of the day, in service or not, that belong to one of the projects or groups."""
    cards = [*(line.host for line in day.hosts), *day.out_of_service]
    return frozenset(card.name for card in cards if card.project in projects or not set(groups).isdisjoint(card.groups))


def only(day: DayRecord, hosts: Collection[str], scope: str = "") -> DayRecord:
    """The same day as if there were no other hosts. `scope` is added to the system's name, so that a reader can tell.

    Its gaps, its reviews and its number are those of the whole day: they are nobody's in particular.
    """
    wanted = frozenset(hosts)

    def of_them(lines: Iterable[T]) -> tuple[T, ...]:
        return tuple(line for line in lines if line.host in wanted)

    return replace(
        day,
        system=f"{day.system} · {scope}" if scope else day.system,
        hosts=tuple(line for line in day.hosts if line.host.name in wanted),
        out_of_service=tuple(card for card in day.out_of_service if card.name in wanted),
        items=of_them(day.items),
        incidents=of_them(day.incidents),
        changes=of_them(day.changes),
        entries=of_them(day.entries),
        facts=of_them(day.facts),
        series=of_them(day.series),
        calendar=of_them(day.calendar),
        evidence=of_them(day.evidence),
    )
