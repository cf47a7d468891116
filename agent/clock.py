"""APScheduler, as the clock only: it rings, and what is rung answers at once."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from datetime import time as time_of_day
from typing import Any

import structlog
from apscheduler.events import EVENT_JOB_MISSED, EVENT_JOB_SUBMITTED
from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

log = structlog.get_logger()

_RINGS, _ERRANDS = "default", "errands"
"""Two kinds of threads: what rings must not wait behind what takes its time."""

_WATCH_SECONDS = 1.0
_JUMP_SECONDS = 2.0
"""How far the machine's clock must move by itself to count as set anew; a slewed clock moves by far less."""


class Clock:
    """Rings at intervals and at times of day.

    Intervals go by elapsed time: when somebody sets the machine's clock they go on, though one may ring early once.
    What `every` rings must return at once; an `errand` may take its time, on threads of its own. A ring that is late
    by less than its interval still counts, once (coalesced); a later one is counted in `missed` and left out.
    """

    def __init__(self) -> None:
        self._errands = _Errands()
        self._scheduler = BackgroundScheduler(
            executors={_RINGS: ThreadPoolExecutor(4), _ERRANDS: self._errands},
            job_defaults={"coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_listener(self._rang, EVENT_JOB_SUBMITTED)
        self._scheduler.add_listener(self._missed, EVENT_JOB_MISSED)
        self._beats: dict[str, float] = {}
        self._stopped = threading.Event()
        self._watch = threading.Thread(target=self._watch_for_jumps, name="clock-watch", daemon=True)
        self.lag_seconds = 0.0
        self.missed = 0

    def start(self) -> None:
        """Begin to ring."""
        self._scheduler.start()
        self._watch.start()

    def stop(self) -> None:
        """Ring no more; running errands go on, see `wait_for_errands`."""
        self._stopped.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def wait_for_errands(self, seconds: float) -> None:
        """Let running errands finish, but for no longer: what then still runs ends with the process."""
        self._errands.wait(seconds)

    def every(
        self, key: str, seconds: float, action: Callable[[], None], first_in: float = 0.0, *, errand: bool = False
    ) -> None:
        """Ring `action` every `seconds`, first after `first_in` seconds; a known `key` gets its new beat."""
        if self._beats.get(key) == seconds:
            return
        self._beats[key] = seconds
        self._scheduler.add_job(
            action,
            IntervalTrigger(seconds=seconds, timezone=self._scheduler.timezone),
            id=key,
            executor=_ERRANDS if errand else _RINGS,
            replace_existing=True,
            misfire_grace_time=max(1, int(seconds)),
            next_run_time=datetime.now(self._scheduler.timezone) + timedelta(seconds=first_in),
        )

    def daily(self, key: str, at: time_of_day, timezone: tzinfo, action: Callable[[], None]) -> None:
        """Run the errand `action` every day at a time of day in `timezone`, however late when the machine slept."""
        self._scheduler.add_job(
            action,
            CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=timezone),
            id=key,
            executor=_ERRANDS,
            replace_existing=True,
            misfire_grace_time=None,
        )

    def forget(self, key: str) -> None:
        """Ring for `key` no more."""
        self._beats.pop(key, None)
        try:
            self._scheduler.remove_job(key)
        except JobLookupError:
            return

    def _watch_for_jumps(self) -> None:
        ahead = time.time() - time.monotonic()
        while not self._stopped.wait(_WATCH_SECONDS):
            now_ahead = time.time() - time.monotonic()
            if abs(now_ahead - ahead) >= _JUMP_SECONDS:
                log.warning("clock_set", seconds=round(now_ahead - ahead, 1))
                self._shift(timedelta(seconds=now_ahead - ahead))
                ahead = now_ahead

    def _shift(self, by: timedelta) -> None:
        """Move every interval along with the machine's clock: APScheduler knows no other."""
        now = datetime.now(self._scheduler.timezone)
        for key, seconds in list(self._beats.items()):
            job = self._scheduler.get_job(key)
            if job is None or job.next_run_time is None:
                continue
            # What rang since the clock was set has its next turn right already.
            next_turn = max(now, min(job.next_run_time + by, now + timedelta(seconds=seconds)))
            with suppress(JobLookupError):  # forgotten meanwhile
                self._scheduler.modify_job(key, next_run_time=next_turn)

    def _rang(self, event: Any) -> None:
        self.lag_seconds = max(0.0, time.time() - event.scheduled_run_times[-1].timestamp())

    def _missed(self, event: Any) -> None:
        self.missed += 1


class _Errands(BaseExecutor):  # type: ignore[misc]  # APScheduler has no types
    """Runs each errand in a thread that the end of the process does not wait for: a mail server may keep silent."""

    def __init__(self) -> None:
        super().__init__()
        self._threads: set[threading.Thread] = set()

    def wait(self, seconds: float) -> None:
        """Wait for those that run now."""
        ends = time.monotonic() + seconds
        for thread in tuple(self._threads):
            thread.join(max(0.0, ends - time.monotonic()))

    def _do_submit_job(self, job: Any, run_times: Any) -> None:
        thread = threading.Thread(target=self._run, args=(job, run_times), name=job.id, daemon=True)
        self._threads.add(thread)
        thread.start()

    def _run(self, job: Any, run_times: Any) -> None:
        events = run_job(job, job._jobstore_alias, run_times, self._logger.name)  # it logs what breaks
        self._run_job_success(job.id, events)
        self._threads.discard(threading.current_thread())
