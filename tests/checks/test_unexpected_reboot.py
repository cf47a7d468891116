from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from checks.contract import Measurement, State, Unit
from checks.unexpected_reboot import UnexpectedRebootParams, evaluate
from collectors.uptime import Reboot, Uptime

# Sunday, 02:30 in UTC
BOOTED = datetime(2026, 11, 22, 2, 30, tzinfo=UTC).timestamp()
SEEN = BOOTED + 45
REBOOT = Reboot(BOOTED - 60, SEEN, BOOTED)


def facts(*reboots: Reboot, now: float = SEEN, offset: int = 0) -> Uptime:
    return Uptime("a", int(BOOTED), now - BOOTED, now, offset, "UTC", reboots)


def test_no_reboot_was_seen() -> None:
    (result,) = evaluate(facts(now=BOOTED + 90000), UnexpectedRebootParams())
    assert (result.item, result.state, result.summary.en) == ("uptime", State.OK, "up 1 d 1 h")
    assert result.summary.zh == "已运行 1 天 1 小时"
    assert result.measurements == (
        Measurement("uptime", 90000, Unit.SECONDS),
        Measurement("reboots", 0, warn=1, crit=3),
    )


def test_a_reboot_is_told() -> None:
    (result,) = evaluate(facts(REBOOT), UnexpectedRebootParams())
    assert result.state is State.WARN
    assert result.summary.en == (
        "1 unexpected reboot, latest 2026-11-22 02:30 (last seen before 2026-11-22 02:29), up 45 s"
    )
    assert result.summary.zh == (
        "意外重启 1 次,最近一次 2026-11-22 02:30(此前最后一次可见 2026-11-22 02:29),已运行 45 秒"
    )


def test_times_are_told_on_the_hosts_own_clock() -> None:
    (result,) = evaluate(facts(REBOOT, offset=8 * 3600), UnexpectedRebootParams())
    assert "latest 2026-11-22 10:30" in result.summary.en


@pytest.mark.parametrize(("later", "state"), [(86399, State.WARN), (86400, State.OK)])
def test_it_is_shown_for_a_day(later: float, state: State) -> None:
    (result,) = evaluate(facts(REBOOT, now=SEEN + later), UnexpectedRebootParams())
    assert result.state is state


def test_reboot_after_reboot_is_critical() -> None:
    (result,) = evaluate(facts(REBOOT, REBOOT, REBOOT), UnexpectedRebootParams())
    assert result.state is State.CRIT
    assert result.summary.en.startswith("3 unexpected reboots, latest")


@pytest.mark.parametrize(
    ("window", "offset", "state"),
    [
        ("Sun 02:00-04:00", 0, State.OK),
        ("Sun 10:00-11:00", 0, State.WARN),
        ("Sun 10:00-11:00", 8 * 3600, State.OK),
        ("Sat 22:00-23:30", -4 * 3600, State.OK),
        ("Sun 02:00-04:00", -4 * 3600, State.WARN),
    ],
)
def test_windows_are_on_the_hosts_own_clock(window: str, offset: int, state: State) -> None:
    params = UnexpectedRebootParams.model_validate({"allowed": [window]})
    (result,) = evaluate(facts(REBOOT, offset=offset), params)
    assert result.state is state


def test_an_allowed_reboot_is_still_mentioned() -> None:
    params = UnexpectedRebootParams(allowed=("Sun 02:00-04:00",))
    (result,) = evaluate(facts(REBOOT), params)
    assert result.summary.en == "up 45 s, rebooted 2026-11-22 02:30 in an allowed window"
    assert result.summary.zh == "已运行 45 秒,2026-11-22 02:30 在允许的时段内重启"


def test_a_container_is_judged_by_when_its_restart_was_seen() -> None:
    params = UnexpectedRebootParams(allowed=("Sun 02:00-02:31",))
    (result,) = evaluate(facts(Reboot(BOOTED - 600, SEEN, None)), params)
    assert result.state is State.OK


def test_a_clock_gone_mad_is_told_as_a_number() -> None:
    (result,) = evaluate(facts(Reboot(0, 2.0**62, None), now=2.0**62), UnexpectedRebootParams())
    assert "latest @4611686018427387904" in result.summary.en


def test_a_wrong_window_is_refused() -> None:
    with pytest.raises(ValidationError, match="expected a weekly time"):
        UnexpectedRebootParams(allowed=("sometimes",))
