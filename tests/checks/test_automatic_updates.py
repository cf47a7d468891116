import pytest

from checks.automatic_updates import AutomaticUpdatesParams, evaluate
from checks.contract import Result, State
from collectors.automatic_updates import AutomaticUpdates
from collectors.update_mechanisms import Mechanism, Reach

NOW, DAY = 1_795_303_776, 86400


def mechanism(reach: Reach = Reach.SECURITY, *, days: float | None = 0.5, **others: object) -> Mechanism:
    facts: dict[str, object] = {
        "name": "unattended-upgrades",
        "starter": "apt-daily-upgrade.timer",
        "started": True,
        "last_at": None if days is None else NOW - days * DAY,
        "failure": "",
        "on_since": float(NOW),
    }
    return Mechanism(reach=reach, **(facts | others))  # type: ignore[arg-type]


def judged(*mechanisms: Mechanism, **params: object) -> dict[str, Result]:
    facts = AutomaticUpdates(NOW, mechanisms)
    return {result.item: result for result in evaluate(facts, AutomaticUpdatesParams.model_validate(params))}


@pytest.mark.parametrize(
    ("reach", "fine"),
    [
        (Reach.OFF, ["any", "off"]),
        (Reach.LISTS, ["any", "off"]),
        (Reach.DOWNLOAD, ["any", "off"]),
        (Reach.SECURITY, ["any", "security"]),
        (Reach.ALL, ["any", "security", "all"]),
    ],
)
def test_what_is_expected(reach: Reach, fine: list[str]) -> None:
    for expected in ("any", "off", "security", "all"):
        found = judged(mechanism(reach), expected=expected)["automatic updates"]
        assert (found.state is State.OK) is (expected in fine), expected
        assert found.measurements[0].value == (reach in (Reach.SECURITY, Reach.ALL))


def test_words() -> None:
    found = judged(mechanism(Reach.ALL), expected="off")["automatic updates"]
    assert found.summary.en == "install all updates (unattended-upgrades); expected: none to be installed by itself"
    assert found.summary.zh == "自动安装全部更新(unattended-upgrades);预期:不自动安装"
    assert judged(expected="security")["automatic updates"].summary.en == "off; expected: at least security updates"


def test_the_one_that_goes_farthest_is_told() -> None:
    cron = Mechanism("/etc/cron.daily/update", Reach.ALL, "cron", True, traced=False)
    found = judged(mechanism(), cron)
    assert list(found) == ["automatic updates", "unattended-upgrades"]
    assert found["automatic updates"].summary.en == "install all updates (/etc/cron.daily/update)"


def test_switched_on_and_never_started() -> None:
    asleep = mechanism(started=False)
    found = judged(asleep)
    assert list(found) == ["automatic updates"]
    assert found["automatic updates"].state is State.WARN
    words = "off; unattended-upgrades is on, but apt-daily-upgrade.timer is not"
    assert found["automatic updates"].summary.en == words
    assert judged(asleep, expected="off")["automatic updates"].state is State.OK
    assert judged(mechanism(started=False, wanted=False))["automatic updates"].state is State.OK


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        (0.5, State.OK, "ran 12 h ago"),
        (2.9, State.OK, "ran 2 d 21 h ago"),
        (3, State.WARN, "ran 3 d ago, overdue for 2 d (warn at 2 d)"),
        (8, State.CRIT, "ran 8 d ago, overdue for 7 d (crit at 7 d)"),
    ],
)
def test_overdue(days: float, state: State, words: str) -> None:
    found = judged(mechanism(days=days), overdue={"warn": "2d", "crit": "7d"})["unattended-upgrades"]
    assert (found.state, found.summary.en) == (state, words)
    (age,) = found.measurements
    assert (age.value, age.warn, age.crit) == (days * DAY, 3 * DAY, 8 * DAY)


def test_a_weekly_one_is_due_after_a_week() -> None:
    assert judged(mechanism(days=8, every_seconds=7 * DAY))["unattended-upgrades"].state is State.OK


def test_one_that_never_ran_is_overdue_when_it_was_watched_long_enough() -> None:
    fresh = judged(mechanism(days=None, failure=None))["unattended-upgrades"]
    assert (fresh.state, fresh.summary.en, fresh.measurements) == (State.OK, "has not run yet", ())
    late = judged(mechanism(days=None, failure=None, on_since=float(NOW - 4 * DAY)))["unattended-upgrades"]
    assert (late.state, late.summary.en) == (State.WARN, "has not run yet, overdue for 3 d (warn at 2 d)")


def test_a_failed_run() -> None:
    failed = mechanism(failure="Cache has broken packages, exiting")
    found = judged(failed)["unattended-upgrades"]
    assert (found.state, found.summary.en) == (State.WARN, "ran 12 h ago, failed: Cache has broken packages, exiting")
    assert judged(failed, failed="crit")["unattended-upgrades"].state is State.CRIT


def test_an_end_that_could_not_be_seen_is_said() -> None:
    found = judged(mechanism(failure=None))["unattended-upgrades"]
    assert found.summary.en == "ran 12 h ago; how it ended could not be seen"
