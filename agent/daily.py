"""The daily maintenance log: made at its hour, made up for after a stop, and mailed from the outbox."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from itertools import chain
from pathlib import Path

import structlog

from agent.catalogue import Catalogue
from agent.conductor import Conductor
from agent.config import Config
from agent.history import History, HistoryError, Plan, PublishedDay
from agent.periods import due_periods, make_period_apart
from agent.sealed_files import Manifest
from exporters.contract import DayRecord, DeliveryError, Export, Letter, Needs, PeriodKind, PeriodRecord

log = structlog.get_logger()

DAY_BEGINS = time_of_day(8)
"""When a maintenance day ends and the next begins, where no maintenance log is configured that says so."""

FLUSH_SECONDS = 120.0
"""How long a day waits for the rounds before its end to be written: of a thousand hosts there may be many."""

FILED_BY = "maintenance_log"
"""The exporter that keeps a day's files: it alone tells of days long over, and of those that were signed since."""

CATCH_UP_DAYS = 31
"""Missed days that every exporter tells of: nobody wants more mails at once."""

RECORDED_DAYS = 400
"""Missed days that are made up for: no day is left out, unless the clock is wrong by years."""

RETRY_FIRST_SECONDS = 60.0
RETRY_MOST_SECONDS = 3600.0
"""A letter is tried again after a minute, then two, four... but at least every hour."""

GIVEN_UP_SECONDS = 7 * 86400.0
"""How long a letter that was given up is spoken of."""


class DailyLog:
    """Makes and mails the record of each maintenance day. Its methods may be called from any thread."""

    def __init__(self, conductor: Conductor, catalogue: Catalogue, history: History) -> None:
        self._conductor = conductor
        self._catalogue = catalogue
        self._history = history
        self._one_at_a_time = threading.Lock()
        self._one_delivery = threading.Lock()
        self.failures: Counter[str] = Counter()
        """What could not be written, composed or sent, by exporter."""
        self.waiting_letters = 0
        """How many letters waited when the outbox was last looked at."""
        self.given_up_letters = 0
        """How many were given up in the last days by then, and not sent by hand since."""
        self.last_made: PublishedDay | None = None
        """The newest day there was a record of when the agent last looked for days to make; None before that."""
        self.due_at: float | None = None
        """When the first day without a record is over, or was; None while there were no rounds."""
        self._accepted: set[str] = set()
        """Message-IDs that a mail server took and the outbox does not know of yet: the database was busy or full."""

    def plan(self) -> Plan:
        """What ought to be in the record: every host on rounds with its checks, under the present configuration."""
        return plan_of(self._conductor.config, self._catalogue)

    def make(self, day: date, *, is_long_over: bool = False) -> DayRecord:
        """Make the record of the day that ends on `day`, keep it, write its files and put its mail into the outbox.

        Raises `HistoryError` when that cannot be done: then nothing is kept.
        """
        tell_by = [name for name in self._conductor.exports if not is_long_over or name == FILED_BY]
        with self._one_at_a_time:
            if not self._history.flush(FLUSH_SECONDS):
                raise HistoryError(f"the day until {day} cannot be told: the last rounds are not written yet")
            plan = self.plan()
            self._history.archive.keep(self._conductor.keeper.between(*plan.period(day)))
            record = self._history.day(day, plan)
            record = self._history.publish_day(record, tell_by=tell_by)
            log.info("daily_log_made", date=day.isoformat(), number=record.number)
            self._tell(record)
        return record

    def make_period(self, kind: PeriodKind, ends_on: date, *, is_long_over: bool = False) -> PeriodRecord:
        """Make the record of the week or month that ends on a day, and do with it as with a day's."""
        tell_by = [name for name in self._conductor.exports if not is_long_over or name == FILED_BY]
        with self._one_at_a_time:
            record = make_period_apart(self.plan(), self._conductor.config, kind, ends_on)
            record = self._history.publish_period(record, tell_by=tell_by)
            log.info("period_made", name=record.name, number=record.number)
            self._tell()
        return record

    def catch_up(self) -> None:
        """Make what is due and was not made, and tell what was not told. Called at the start and every few minutes.

        A full disk may have room by now, a locked database may be free, a machine may have slept.
        """
        self.make_due()
        with self._one_at_a_time, self._counted("daily_log_untold"):
            self._tell()

    def make_due(self) -> None:
        """Make every day, week and month that is due and not made, the oldest first. What fails stays due."""
        with self._counted("daily_log_failed"):
            try:
                self._make_due()
            finally:  # a day that could not be made stays due, and that is to be seen
                self._look()
        with self._counted("period_failed"):
            last_due = last_day_due(time.time(), self.plan())
            recent = last_due - timedelta(days=CATCH_UP_DAYS)
            for kind, ends_on in due_periods(self._history, last_due):
                self.make_period(kind, ends_on, is_long_over=ends_on <= recent)

    def _look(self) -> None:
        """See which day was made last, and when the next one is due."""
        plan = self.plan()
        last_due = last_day_due(time.time(), plan)  # a clock that was wrong may have made later ones
        self.last_made = next(iter(self._history.published_days(date.min, last_due, 1)), None)
        if self.last_made is not None:
            self.due_at = plan.period(self.last_made.date + timedelta(days=1))[1]
        elif (first_seen := self._history.first_run_at()) is not None:
            self.due_at = plan.period(day_under_way(first_seen, plan))[1]

    def _make_due(self) -> None:
        plan = self.plan()
        last_due = last_day_due(time.time(), plan)
        published = self._history.last_published_date(last_due)
        if published is None:
            first_seen = self._history.first_run_at()
            if first_seen is None or first_seen >= plan.period(last_due)[1]:
                return  # the agent is younger than the day: there is nothing to tell of it
            published = last_due - timedelta(days=1)
        missed = (last_due - published).days
        for back in range(min(missed, RECORDED_DAYS) - 1, -1, -1):
            self.make(last_due - timedelta(days=back), is_long_over=back >= CATCH_UP_DAYS)

    def deliver(self) -> None:
        """Send what waits in the outbox and is due."""
        if not self._one_delivery.acquire(blocking=False):
            return
        try:
            with self._counted("outbox_unreadable"):
                self._deliver()
                self.waiting_letters = self._history.outbox_length()
                self.given_up_letters = self._history.outbox_length(given_up_since=time.time() - GIVEN_UP_SECONDS)
        finally:
            self._one_delivery.release()

    @contextmanager
    def _counted(self, event: str) -> Iterator[None]:
        try:
            yield
        except HistoryError as error:
            self.failures["history"] += 1
            log.error(event, error=str(error))

    def _tell(self, made: DayRecord | None = None) -> None:
        """Let each exporter write its files and its letters. One that fails stops no other, and is asked again."""
        untold: Iterator[tuple[DayRecord | PeriodRecord, str]]
        untold = chain(self._history.untold(made), self._history.untold_periods())
        for record, name in untold:
            export = self._conductor.exports.get(name)
            if export is None:
                continue  # it was switched off; the day waits until it is on again
            try:
                paths, letters = _told_by(export, record)
            except OSError as error:
                self.failures[name] += 1
                log.error("daily_log_not_written", exporter=name, date=record.date.isoformat(), error=str(error))
            except Exception:  # one exporter must not silence the others
                self.failures[name] += 1
                log.exception("exporter_broke", exporter=name, date=record.date.isoformat())
            else:
                self._seal(record, name, paths)
                for letter in letters:
                    self._history.put_letter(name, letter)
                self._history.told(record.number, name)
                for path in paths:
                    log.info("daily_log_written", path=str(path))

    def _seal(self, record: DayRecord | PeriodRecord, name: str, paths: Sequence[Path]) -> None:
        """What an exporter wrote goes into the ledger, so that a file altered later is found."""
        if paths:
            root = getattr(self._conductor.config.exporters.get(name), "folder", None)
            try:
                manifest = Manifest.of(record.number, paths, root)
            except OSError as error:
                log.error("files_not_sealed", exporter=name, date=record.date.isoformat(), error=str(error))
            else:
                self._history.seal_files(record.date, manifest.json(), time.time())

    def _deliver(self) -> None:
        """Letter by letter, the oldest first. Where none can be delivered now, the others wait with the first."""
        out_until: dict[str, tuple[float, str]] = {}
        for entry in self._history.due_letters(time.time()):
            export = self._conductor.exports.get(entry.exporter)
            message_id = entry.letter.message_id
            if export is None:
                continue  # mail was switched off; the letter waits until it is on again
            if entry.exporter in out_until:
                next_try, why = out_until[entry.exporter]
                self._history.letter_failed(message_id, why, next_try)
                continue
            try:
                if message_id not in self._accepted:
                    export.deliver(entry.letter)
            except DeliveryError as error:
                self.failures[entry.exporter] += 1
                wait = min(RETRY_MOST_SECONDS, RETRY_FIRST_SECONDS * 2 ** min(entry.attempts, 10))
                next_try = time.time() + wait
                self._history.letter_failed(
                    message_id, str(error), None if error.permanent else next_try, error.remaining
                )
                if error.outage:
                    out_until[entry.exporter] = next_try, str(error)
                log.warning("mail_failed", exporter=entry.exporter, error=str(error), permanent=error.permanent)
            else:
                self._accepted.add(message_id)
                self._history.letter_delivered(message_id)
                self._accepted.discard(message_id)
                log.info("mail_sent", exporter=entry.exporter, recipients=len(entry.letter.recipients))


def _told_by(export: Export, record: DayRecord | PeriodRecord) -> tuple[tuple[Path, ...], tuple[Letter, ...]]:
    """The files that an exporter wrote of a record, and its letters."""
    if isinstance(record, PeriodRecord):
        return export.publish_period(record), export.compose_period(record)
    return export.publish(record), export.compose(record)


def plan_of(config: Config, catalogue: Catalogue) -> Plan:
    """What ought to be checked in a maintenance day, under a configuration."""
    log_settings = config.exporters.get("maintenance_log")
    return Plan(
        system=config.system,
        hosts=tuple(host.card() for host in config.on_rounds),
        checks_by_host={
            host.name: tuple(catalogue.checks[name].card for name in config.checks_for(host.name))
            for host in config.on_rounds
        },
        out_of_service=tuple(host.card() for host in config.hosts if not host.in_service),
        timezone=config.timezone,
        at=getattr(log_settings, "at", DAY_BEGINS),
        person_on_duty=config.person_on_duty,
        needs=needs_of(config, catalogue),
    )


def needs_of(config: Config, catalogue: Catalogue) -> Needs:
    """What all exporters that are on want to find in a day's record."""
    needs = Needs()
    for name, settings in config.exporters.items():
        wanted = catalogue.exporters[name].exporter.needs
        needs |= wanted(settings) if wanted is not None else Needs()
    return needs


def last_day_due(now: float, plan: Plan) -> date:
    """The last maintenance day that is over at `now` (epoch seconds)."""
    today = datetime.fromtimestamp(now, plan.zone).date()
    return today if plan.period(today)[1] <= now else today - timedelta(days=1)


def day_under_way(now: float, plan: Plan) -> date:
    """The maintenance day that is not over yet at `now` (epoch seconds)."""
    return last_day_due(now, plan) + timedelta(days=1)
