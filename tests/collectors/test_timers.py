from dataclasses import replace
from pathlib import Path

import pytest

from collectors import timers
from collectors.contract import NoPermission, NotApplicable, UnreadableOutput
from collectors.timed_units import Service, Timer
from collectors.timers import Timers, compare, parse
from tests.collectors.in_shells import every_shell, printed

NOW = 1795291200.0  # Sat 2026-11-21 20:00:00 UTC
TIMER = Timer(
    name="backup.timer",
    service=Service("backup.service", ended_at=NOW - 3590, succeeded_at=NOW - 3590),
    active=True,
    enabled=True,
    spent=False,
    calendar=("OnCalendar=hourly",),
    delay_seconds=0.0,
    next_at=NOW + 60,
    last_at=NOW - 3600,
    due_at=None,
    watched_since=NOW,
)
UNIT = "Id=a.timer\nUnit=a.service\nLoadState=loaded\nActiveState=active\nSubState=waiting\nUnitFileState=enabled\n"


def look(timer: Timer, after: float = 0.0) -> Timers:
    return Timers(NOW + after, (replace(timer, watched_since=NOW + after),))


def after(first: Timer, *later: tuple[float, Timer]) -> Timer:
    facts = look(first)
    for seconds, timer in later:
        facts = compare(facts, look(timer, seconds))
    return facts.timers[0]


@every_shell
@pytest.mark.skipif(Path("/run/systemd/system").exists(), reason="systemd runs here")
def test_without_systemd(shell: list[str]) -> None:
    with pytest.raises(NotApplicable):
        parse(printed(timers.COLLECTOR, shell))


def test_what_ran_is_not_due() -> None:
    ran = replace(TIMER, last_at=NOW + 61, next_at=NOW + 3660)
    assert after(TIMER, (300, ran)).due_at is None


def test_what_did_not_run_stays_due_until_it_does() -> None:
    # The host was off: the timer is set for the next time, as if nothing had been.
    missed = replace(TIMER, last_at=None, next_at=NOW + 3660, service=Service("backup.service"))
    found = after(TIMER, (300, missed), (600, missed))
    assert (found.due_at, found.last_at, found.watched_since) == (NOW + 60, NOW - 3600, NOW)
    assert found.service.succeeded_at == NOW - 3590
    ran = replace(TIMER, last_at=NOW + 3661, next_at=NOW + 7260)
    assert after(TIMER, (300, missed), (3700, ran)).due_at is None


def test_a_random_delay_may_be_another_one() -> None:
    delayed = replace(TIMER, delay_seconds=3600.0)
    early = replace(delayed, last_at=NOW - 1800, next_at=NOW + 7000)
    assert after(delayed, (300, early)).due_at is None


def test_another_calendar_owes_nothing() -> None:
    changed = replace(TIMER, calendar=("OnCalendar=daily",), next_at=NOW + 9000)
    assert after(TIMER, (300, changed)).due_at is None
    assert after(TIMER, (300, replace(TIMER, active=False, next_at=None))).due_at is None


def test_a_failure_leaves_the_last_success() -> None:
    failed = replace(TIMER, service=Service("backup.service", failed="exit-code 3", ended_at=NOW + 70))
    service = after(TIMER, (300, failed)).service
    assert (service.failed, service.succeeded_at) == ("exit-code 3", NOW - 3590)


def test_due_at_the_first_look() -> None:
    text = f"now {NOW + 90:.0f}\n== timers\n{UNIT}NextElapseUSecRealtime=Sat 2026-11-21 20:00:00 UTC\n== services\n"
    assert parse(text).timers[0].due_at == NOW


@pytest.mark.parametrize(
    ("unit", "seen"),
    [
        (UNIT, True),
        (UNIT.replace("LoadState=loaded", "LoadState=masked"), False),
        (UNIT.replace("LoadState=loaded", "LoadState=not-found"), False),
        (UNIT.replace("=active", "=inactive"), True),
        (UNIT.replace("=active", "=inactive").replace("=enabled", "=static"), False),
        # Kept back by a condition, as in a container; or never started, which no condition kept back.
        (
            UNIT.replace("=active", "=inactive")
            + "ConditionResult=no\nConditionTimestamp=Sat 2026-11-21 20:00:00 UTC\n",
            False,
        ),
        (UNIT.replace("=active", "=inactive") + "ConditionResult=no\nConditionTimestamp=\n", True),
        # Of a service that is not started, as mdadm's are; or of none that systemd has loaded.
        (UNIT.replace("=active", "=inactive") + "WantedBy=mdmonitor.service\n", False),
        (UNIT.replace("=active", "=inactive") + "WantedBy=\n", False),
        (UNIT.replace("=active", "=inactive") + "WantedBy=mdmonitor.service timers.target\n", True),
        (UNIT + "WantedBy=mdmonitor.service\n", True),
    ],
)
def test_which_timers_are_looked_at(unit: str, seen: bool) -> None:
    assert bool(parse(f"now 5\n== timers\n{unit}== services\n").timers) is seen


def test_a_failed_service_is_told_though_its_timer_is_stopped() -> None:
    """The check services leaves failed services of timers to this one."""
    stopped = UNIT.replace("=active", "=inactive").replace("=enabled", "=disabled")
    failed = "Id=a.service\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=3\n"
    (timer,) = parse(f"now 5\n== timers\n{stopped}\n== services\n{failed}").timers
    assert (timer.active, timer.service.failed) == (False, "exit-code 3")
    ended = failed.replace("=failed", "=inactive").replace("exit-code", "success")
    assert not parse(f"now 5\n== timers\n{stopped}\n== services\n{ended}").timers


@pytest.mark.parametrize(
    ("states", "service"),
    [
        ("failed failed exit-code 3", Service("a.service", failed="exit-code 3", ended_at=NOW)),
        ("failed failed timeout 0", Service("a.service", failed="timeout", ended_at=NOW)),
        ("activating auto-restart exit-code 1", Service("a.service", failed="exit-code 1", ended_at=NOW)),
        ("activating start success 0", Service("a.service", running_since=NOW - 60)),
        ("active running success 0", Service("a.service", running_since=NOW - 60)),
        ("active exited success 0", Service("a.service", ended_at=NOW, succeeded_at=NOW)),
        ("inactive dead success 0", Service("a.service", ended_at=NOW, succeeded_at=NOW)),
        # A failure that was reset, or that does not count.
        ("inactive dead exit-code 3", Service("a.service", ended_at=NOW)),
    ],
)
def test_how_the_service_fares(states: str, service: Service) -> None:
    names = ("ActiveState", "SubState", "Result", "ExecMainStatus")
    shown = "".join(f"{name}={word}\n" for name, word in zip(names, states.split(), strict=True))
    times = "InactiveExitTimestamp=Sat 2026-11-21 19:59:00 UTC\nExecMainExitTimestamp=Sat 2026-11-21 20:00:00 UTC\n"
    facts = parse(f"now 5\n== timers\n{UNIT}\n== services\nId=a.service\n{shown}{times}")
    assert facts.timers[0].service == service


def test_none() -> None:
    assert parse("now 5\n== timers\n== services\n") == Timers(5.0, ())


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", UnreadableOutput),
        ("now 5\n== timers\n", UnreadableOutput),
        ("now x\n== timers\n== services\n", UnreadableOutput),
        ("now 5\n== timers\nId=a.timer\n== services\n", UnreadableOutput),
        ("now 5\n== refused\nFailed to connect to bus: No such file or directory\n", UnreadableOutput),
        ("now 5\n== refused\nFailed to list units: Access denied\n", NoPermission),
        ("== none\n", NotApplicable),
    ],
)
def test_what_cannot_be_told(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse(text)
