"""Which mails a day becomes: one of all servers, and those that the routes ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr

from checks.contract import State
from exporters.contract import DayRecord, Fault, Known, PeriodKind
from exporters.contract.selection import hosts_of, only
from exporters.daily import conclude
from exporters.post.settings import Files, Languages, MailSettings, Route, Severity

MOST_NAMED = 4
"""Projects and groups of a route that stand beside the system's name."""


@dataclass(frozen=True, slots=True)
class Mailing:
    """One mail to be written: the day as far as its readers are concerned, and how they want it."""

    day: DayRecord
    to: tuple[str, ...]
    languages: Languages
    attach: Files


def mailings(day: DayRecord, settings: MailSettings) -> Iterator[Mailing]:
    """The mails of a day. Nobody gets a report of the same servers twice: what is written first holds."""
    written: set[tuple[str, frozenset[str] | None]] = set()

    def new(to: tuple[str, ...], hosts: frozenset[str] | None) -> tuple[str, ...]:
        keys = {address: (parseaddr(address)[1].lower(), hosts) for address in to}
        fresh = tuple(address for address, key in keys.items() if key not in written)
        written.update(keys.values())
        return fresh

    yield Mailing(day, new(settings.to, None), settings.languages, settings.attach)
    for route in settings.routes:
        hosts = _hosts(day, route)
        part = day if hosts is None else only(day, hosts, _scope(route))
        if not part.hosts or not concerns(part, route.severity):
            continue  # all of them may be out of service
        if to := new(route.to, hosts):
            languages = settings.languages if route.languages is None else route.languages
            yield Mailing(part, to, languages, settings.attach if route.attach is None else route.attach)


def period_mailings(kind: PeriodKind, settings: MailSettings) -> Iterator[MailSettings]:
    """The settings as each of the readers of a week or a month has them. Nobody is mailed it twice."""
    written: set[str] = set()
    everybody: tuple[MailSettings | Route, ...] = (settings, *settings.routes)
    for one in everybody:
        fresh = {bare: address for address in one.to if (bare := parseaddr(address)[1].lower()) not in written}
        if fresh and (one.weekly if kind is PeriodKind.WEEK else one.monthly):
            written.update(fresh)
            changes = {"to": tuple(fresh.values()), "languages": one.languages, "attach": one.attach}
            yield settings.model_copy(update={key: value for key, value in changes.items() if value is not None})


def concerns(day: DayRecord, severity: Severity) -> bool:
    """Whether a day is bad enough. One on which nothing could be judged is: nobody knows what it was."""
    if severity is Severity.ANY or not day.items_done:
        return True
    conclusion = conclude(day)
    if severity is Severity.WARNING:
        return conclusion.findings or conclusion.incomplete
    return conclusion.worst == State.CRIT or day.hosts_done < day.hosts_due


def _hosts(day: DayRecord, route: Route) -> frozenset[str] | None:
    """The servers of a route; None: all."""
    return hosts_of(day, route.projects, route.groups) if route.projects or route.groups else None


def _scope(route: Route) -> str:
    names = list(dict.fromkeys((*route.projects, *route.groups)))
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" +{more}" if more > 0 else "")


def unknown_in_routes(settings: MailSettings, known: Known) -> Iterator[Fault]:
    """Projects and groups of routes that no host belongs to: their mail would never come, and nobody would miss it."""
    for at, route in enumerate(settings.routes):
        for key, names, there in (("projects", route.projects, known.projects), ("groups", route.groups, known.groups)):
            for place, name in enumerate(names):
                if name not in there:
                    hint = f"; there are {', '.join(sorted(there)[:8])}" if there else ""
                    yield Fault(("routes", at, key, place), f'no host belongs to the {key[:-1]} "{name[:60]}"{hint}')
