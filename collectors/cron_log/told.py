"""Reads the lines of cron (Debian), cronie (Red Hat), dcron and busybox crond."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from collectors.log_lines import LogLine, shown

# CRON[85]: (root) CMD (/usr/local/bin/sync-orders)
_START = re.compile(r"\(([^()]{1,32})\) CMD \((.*)\)\s*", re.DOTALL)
# crond[9]: USER root pid 812 cmd run-parts /etc/periodic/15min
_BUSYBOX_START = re.compile(r"USER (\S{1,32}) pid +[0-9]+ cmd (.*)", re.DOTALL)
# CRON[84]: (CRON) error (grandchild #85 failed with exit status 127)
_FAILED = re.compile(r"\(CRON\) error \(grandchild #([0-9]{1,10})[, ]+(.*)\)\s*")
# of dcron: crond[9]: exit status 1 from user root run-parts /etc/periodic/15min
_DCRON_FAILED = re.compile(r"(exit status [0-9]{1,3}) from user (\S{1,32}) (.*)", re.DOTALL)
# crond[9]: can't execute '/bin/bash' for user root
_NO_SHELL = re.compile(r"(can't execute) '(.*)' for user (\S{1,32})", re.DOTALL)
# cron[49]: (*system*broken) ERROR (Missing newline before EOF, this crontab file will be ignored)
# crond[7]: (root) WRONG FILE OWNER (/etc/cron.d/x); (user) ORPHAN (no passwd entry); (CRON) bad minute (/etc/crontab)
_REFUSED = re.compile(r"\(([^()]{1,100})\) ((?:ERROR|FAILED|WRONG|BAD|INSECURE|CAN'T|ORPHAN|bad)\b.*)", re.DOTALL)
# cron[49]: Error: bad minute; while reading /etc/cron.d/badminute
_BAD_LINE = re.compile(r"Error: (bad [a-z-]{1,20}); while reading (/.*)", re.DOTALL)
# cron[49]: (*system*broken) RELOAD (/etc/cron.d/broken)
_READ_AGAIN = re.compile(r"\(([^()]{1,100})\) RELOAD\b.*", re.DOTALL)
# cron[49]: (CRON) INFO (pidfile fd = 3); crond[7]: (CRON) STARTUP (1.5.7)
_BEGUN = re.compile(r"\(CRON\) (?:INFO \(pidfile\b|STARTUP\b).*", re.DOTALL)
_ALL = ""  # of the crontabs
_PATH = re.compile(r"\((/[^()]{1,200})\)")


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed: whose, its command (shortened, without secrets), when last, in epoch seconds, and how."""

    user: str
    command: str
    at: float
    how: str


@dataclass(frozen=True, slots=True)
class RefusedCrontab:
    """A crontab, or a line of it, that cron does not obey: its file or user, why, and when it said so last."""

    crontab: str
    at: float
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened to a crontab or a command, by its name, when it last did, in epoch seconds."""

    name: str
    at: float


@dataclass(frozen=True, slots=True)
class Told:
    """Each failed job and each refused crontab once, as it was told last.

    `read_again` are crontabs that were read again, "" stands for all: what was wrong before is mended, or is told anew.
    `started` are the commands that began.
    """

    failed: tuple[FailedJob, ...] = ()
    refused: tuple[RefusedCrontab, ...] = ()
    read_again: tuple[Moment, ...] = ()
    started: tuple[Moment, ...] = ()


_Timed = TypeVar("_Timed", FailedJob, RefusedCrontab, Moment)


def told_by(lines: Iterable[LogLine]) -> Told:
    """What these lines tell, which are in the order of time."""
    failed: dict[tuple[str, str], FailedJob] = {}
    refused: dict[str, RefusedCrontab] = {}
    read_again: dict[str, float] = {}
    started: dict[str, float] = {}
    running: dict[int, tuple[str, str]] = {}
    for line in lines:
        text = line.message
        if start := _START.fullmatch(text) or _BUSYBOX_START.fullmatch(text):
            started[shown(start[2], 400)] = line.at
            if line.process is not None:
                running[line.process] = (start[1], start[2])
        elif failure := _FAILED.fullmatch(text):
            user, command = running.get(int(failure[1]), ("", ""))
            _fail(failed, user, command, line.at, failure[2])
        elif failure := _DCRON_FAILED.fullmatch(text):
            _fail(failed, failure[2], failure[3], line.at, failure[1])
        elif failure := _NO_SHELL.fullmatch(text):
            _fail(failed, failure[3], failure[2], line.at, failure[1])
        elif again := _READ_AGAIN.fullmatch(text):
            read_again[_crontab(again[1], text)] = line.at
            refused.pop(_crontab(again[1], text), None)
        elif _BEGUN.fullmatch(text):
            read_again[_ALL] = line.at
            refused.clear()
        elif bad := _BAD_LINE.fullmatch(text):
            refused.setdefault(shown(bad[2], 100), RefusedCrontab(shown(bad[2], 100), line.at, shown(bad[1])))
        elif refusal := _REFUSED.fullmatch(text):
            crontab = _crontab(refusal[1], text)
            refused[crontab] = RefusedCrontab(crontab, line.at, shown(refusal[2], 120))
    return Told(
        failed=tuple(failed.values()),
        refused=tuple(refused.values()),
        read_again=tuple(Moment(crontab, at) for crontab, at in read_again.items()),
        started=tuple(Moment(command, at) for command, at in started.items()),
    )


REMEMBERED = 50
"""How many of each are carried from look to look."""


def carried(before: Told, now: Told, after: float) -> Told:
    """What is told now with what was told before, as far as it is of `after` this time and not mended since."""
    again = {moment.name: moment.at for moment in now.read_again}
    begun_at = again.get(_ALL, 0.0)
    failed = {(job.user, job.command): job for job in (*before.failed, *now.failed)}
    refused = {
        one.crontab: one
        for one in (*before.refused, *now.refused)
        if one.at >= max(begun_at, again.get(one.crontab, begun_at))
    }
    started = {moment.name: moment for moment in (*before.started, *now.started)}
    return Told(
        failed=_latest(failed.values(), after),
        refused=_latest(refused.values(), after),
        read_again=now.read_again,
        started=_latest(started.values(), after),
    )


def _latest(told: Iterable[_Timed], after: float) -> tuple[_Timed, ...]:
    return tuple(sorted((one for one in told if one.at > after), key=lambda one: one.at)[-REMEMBERED:])


def _fail(failed: dict[tuple[str, str], FailedJob], user: str, command: str, at: float, how: str) -> None:
    job = FailedJob(shown(user, 32), shown(command, 80), at, shown(how, 60))
    failed[job.user, job.command] = job


def _crontab(name: str, text: str) -> str:
    """Of `*system*broken` /etc/cron.d/broken, of a line that names a path that, else whose it is."""
    if path := _PATH.search(text):
        return shown(path[1], 100)
    system = name.removeprefix("*system*")
    if system != name:
        return shown(f"/etc/cron.d/{system}" if system else "/etc/crontab", 100)
    return shown(f"crontab of {name}", 100)
