"""Makes the record of a maintenance day from the plan and what the tables know."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from agent import __version__
from agent.history.daybook import Count, Daybook
from agent.history.ids import ItemKey
from agent.history.lifespan import Span
from agent.history.plan import Plan
from agent.history.upheavals import Upheavals
from agent.problems import REACHABLE
from agent.reasons import not_checked_text
from checks.contract import State
from collectors.contract import Reason
from exporters.contract import CheckCard, DayRecord, HostCard, HostLine, Incident, ItemLine


class DayMaker:
    """Makes one record. `gaps` are the spans in which the agent did not run, `yesterday` is the record before."""

    def __init__(
        self, book: Daybook, plan: Plan, gaps: tuple[Span, ...], upheavals: Upheavals, yesterday: DayRecord | None
    ) -> None:
        self._upheavals = upheavals
        self._book = book
        self._plan = plan
        self._gaps = gaps
        self._yesterday = {
            (line.host, line.check.name, line.item): line for line in (yesterday.items if yesterday else ())
        }
        self._items: dict[tuple[str, str], list[str]] = defaultdict(list)
        for host, check, item in sorted(book.keys.values()):
            self._items[host, check].append(item)

    def make(self, day: date, number: str, made_at: float) -> DayRecord:
        """The record, under its number."""
        plan, book = self._plan, self._book
        by_host = {host.name: tuple(self._host_items(host.name)) for host in plan.hosts}
        incidents = [incident for host in plan.hosts for incident in self._incidents(host.name)]
        return DayRecord(
            number=number,
            system=plan.system,
            date=day,
            timezone=plan.timezone,
            begins_at=book.begin,
            ends_at=book.end,
            made_at=made_at,
            agent_version=__version__,
            hosts=tuple(self._host_line(host, by_host[host.name]) for host in plan.hosts),
            items=tuple(line for lines in by_host.values() for line in lines),
            changes=self._upheavals.of_the_day(by_host),
            incidents=tuple(sorted(incidents, key=lambda i: (i.began_at, i.host, i.check.name, i.item))),
            out_of_service=plan.out_of_service,
            gaps=self._gaps,
            person_on_duty=plan.person_on_duty,
        )

    def _host_line(self, host: HostCard, lines: Iterable[ItemLine]) -> HostLine:
        key = (host.name, REACHABLE.name, "")
        reached, missed = self._book.rounds.get(host.name, (0, 0))
        is_checked = reached > 0
        reason, message = (None, "") if is_checked else self._lapse(host.name, REACHABLE.name)
        states = [_weight(line) for line in lines] if is_checked else []
        reading = self._book.readings.get(key)
        return HostLine(
            host=host,
            checked=is_checked,
            state=max((state for state in states if state is not None), default=None),
            rounds=reached + missed,
            rounds_failed=missed,
            reason=reason,
            message=message,
            checked_at=reading.checked_at if reading else None,
        )

    def _host_items(self, host: str) -> Iterator[ItemLine]:
        for check in self._plan.checks_by_host.get(host, ()):
            lines = [self._item_line((host, check.name, item), check) for item in self._items[host, check.name]]
            there = [line for line in lines if line is not None]
            yield from there or [self._unchecked_line((host, check.name, ""), check)]

    def _item_line(self, key: ItemKey, check: CheckCard) -> ItemLine | None:
        """One item at the end of the day; None when it was not there."""
        stood = self._book.moment(key)
        if stood is None:
            return None
        count = self._book.counts.get(key, Count())
        # One round that failed at the end does not undo a day of checks: only what is confirmed counts as unchecked.
        if stood.judged is None or stood.is_unjudged or count.judged == 0:
            return self._unchecked_line(key, check)
        reading, yesterday = self._book.readings.get(key), self._yesterday.get(key)
        return ItemLine(
            host=key[0],
            check=check,
            item=key[2],
            state=stood.judged.after,
            summary=reading.summary if reading else stood.judged.summary,
            worst=self._book.worst(key),
            since=stood.judged.since,
            checked_at=reading.checked_at if reading else count.last_at,
            measurements=reading.measurements if reading else (),
            day_before=yesterday.measurements if reading and yesterday else (),
        )

    def _unchecked_line(self, key: ItemKey, check: CheckCard) -> ItemLine:
        host, name, item = key
        reason, detail = self._lapse(host, name)
        if self._does_not_apply(key, reason):
            reason, detail = Reason.NOT_APPLICABLE, "as at the last look"
        was_asked = self._book.counts.get(key, Count()).judged > 0
        return ItemLine(
            host=host,
            check=check,
            item=item,
            state=None,
            summary=not_checked_text(reason, detail),
            reason=reason,
            worst=self._book.worst(key) if was_asked else None,
        )

    def _does_not_apply(self, key: ItemKey, reason: Reason) -> bool:
        """Whether nobody looked, and at the end of the day before the check was known not to apply to the host."""
        before = self._yesterday.get(key)
        nobody_looked = reason is Reason.NOT_ASKED or reason.is_of_the_host
        return nobody_looked and before is not None and before.reason is Reason.NOT_APPLICABLE

    def _lapse(self, host: str, check: str) -> tuple[Reason, str]:
        """Why a check was not made, the last time in the day that it was not."""
        known = self._book.lapses.get((host, check, ""))
        if known is not None:
            return known
        ran_not = sum(end - begin for begin, end in self._gaps)
        whole = self._book.end - self._book.begin
        return Reason.NOT_ASKED, "the agent did not run" if ran_not >= whole else ""

    def _incidents(self, host: str) -> Iterator[Incident]:
        for check in (REACHABLE, *self._plan.checks_by_host.get(host, ())):
            for item in self._items[host, check.name]:
                for trouble in self._book.troubles((host, check.name, item)):
                    incident = Incident(
                        host=host,
                        check=check,
                        item=item,
                        worst=trouble.worst,
                        summary=trouble.summary,
                        began_at=trouble.began_at,
                        ended_at=trouble.ended_at,
                    )
                    yield self._upheavals.told_before(incident, was_known=trouble.was_known)


def _weight(line: ItemLine) -> State | None:
    """What a line adds to its host's state: not checked is UNKNOWN, unless harmlessly so."""
    if line.reason is None:
        return line.state
    return None if line.reason.is_harmless else State.UNKNOWN
