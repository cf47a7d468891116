"""APScheduler, as the clock only: it rings, and what is rung answers at once."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from datetime import time as time_of_day
from typing import Any

from apscheduler.events import EVENT_JOB_MISSED, EVENT_JOB_SUBMITTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

DAILY_GRACE_SECONDS = 3600
"""A daily ring that the machine slept through is made up for this long; later, the catch-up at start does it."""


class Clock:
    """Rings at intervals and at times of day.

    Actions run on a few threads of the clock's own and must return at once. A ring that is late by less
    than its interval still counts, once (coalesced); a later one is counted in `missed` and left out.
    """

    def __init__(self) -> None:
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(self._rang, EVENT_JOB_SUBMITTED)
        self._scheduler.add_listener(self._missed, EVENT_JOB_MISSED)
        self._beats: dict[str, float] = {}
        self.lag_seconds = 0.0
        self.missed = 0

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()

    def stop(self) -> None:
        """Ring no more; running actions end by themselves."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def every(self, key: str, seconds: float, action: Callable[[], None], first_in: float = 0.0) -> None:
        """Ring `action` every `seconds`, first after `first_in` seconds; a known `key` gets its new beat."""
        if self._beats.get(key) == seconds:
            return
        self._beats[key] = seconds
        self._scheduler.add_job(
            action,
            IntervalTrigger(seconds=seconds, timezone=self._scheduler.timezone),
            id=key,
            replace_existing=True,
            misfire_grace_time=max(1, int(seconds)),
            next_run_time=datetime.now(self._scheduler.timezone) + timedelta(seconds=first_in),
        )

    def daily(self, key: str, at: time_of_day, timezone: tzinfo, action: Callable[[], None]) -> None:
        """Ring `action` every day at a time of day in `timezone`, once also on the nights that clocks change."""
        self._scheduler.add_job(
            action,
            CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=timezone),
            id=key,
            replace_existing=True,
            misfire_grace_time=DAILY_GRACE_SECONDS,
        )

    def once(self, key: str, action: Callable[[], None]) -> None:
        """Ring `action` now, and never again."""
        self._scheduler.add_job(action, id=key, replace_existing=True, misfire_grace_time=None)

    def forget(self, key: str) -> None:
        """Ring for `key` no more."""
        self._beats.pop(key, None)
        try:
            self._scheduler.remove_job(key)
        except JobLookupError:
            return

    def keys(self) -> frozenset[str]:
        """The keys that ring at intervals."""
        return frozenset(self._beats)

    def _rang(self, event: Any) -> None:
        self.lag_seconds = max(0.0, time.time() - event.scheduled_run_times[-1].timestamp())

    def _missed(self, event: Any) -> None:
        self.missed += 1
