from dataclasses import replace
from typing import Any

import pytest

from checks.contract import Result, State
from checks.pending_updates import PendingUpdatesParams, evaluate
from collectors.packages import Advisory, Manager, Obstacle, Packages, Update
from exporters.daily.quantities import judged as headline
from exporters.daily.quantities import thresholds

DAY = 86400
NOW = 1000 * DAY


def update(package: str, days: float = 0, *, security: bool = False, obstacle: Obstacle = Obstacle.NONE) -> Update:
    return Update(package, "1", "2", "Debian", security, obstacle, int(NOW - days * DAY))


def judged(
    *updates: Update, list_days: float | None = 0, tried_days: float | None = None, **params: object
) -> dict[str, Result]:
    listed = None if list_days is None else int(NOW - list_days * DAY)
    tried = None if tried_days is None else int(NOW - tried_days * DAY)
    facts = Packages(NOW, listed, tried, updates)
    return {result.item: result for result in evaluate(facts, PendingUpdatesParams.model_validate(params))}


def test_nothing_pending() -> None:
    results = judged()
    assert list(results) == ["security updates", "updates", "package list"]
    assert {result.state for result in results.values()} == {State.OK}
    assert results["updates"].summary.en == "none pending"
    assert results["updates"].measurements[0].value == 0


@pytest.mark.parametrize(("days", "state"), [(0, State.WARN), (13.9, State.WARN), (14, State.CRIT), (100, State.CRIT)])
def test_security_updates_by_how_long_they_wait(days: float, state: State) -> None:
    results = judged(update("curl", days, security=True), update("openssl", security=True))
    assert results["security updates"].state is state
    assert results["updates"].state is State.OK


def test_other_updates_are_counted_and_judged_only_when_wanted() -> None:
    assert judged(update("nano", 99))["updates"].state is State.OK
    assert judged(update("nano", 99), others={"warn": "30d"})["updates"].state is State.WARN


def test_those_beside_security_updates_are_told_as_others() -> None:
    both = judged(update("curl", security=True), update("nano"), update("vim"))
    assert both["security updates"].summary.en == "1 pending: curl"
    assert (both["updates"].summary.en, both["updates"].summary.zh) == (
        "2 others pending: nano, vim",
        "另有待装 2 个:nano, vim",
    )
    assert judged(update("curl", security=True), update("nano"))["updates"].summary.en == "1 other pending: nano"
    assert judged(update("nano"))["updates"].summary.en == "1 pending: nano"


def test_words() -> None:
    words = judged(
        update("a", 15, security=True),
        update("b", security=True, obstacle=Obstacle.HELD),
        update("c", security=True, obstacle=Obstacle.KEPT_BACK),
        update("d", security=True),
    )["security updates"].summary
    assert words.en == "4 pending: a, b, c …; 1 held: b; 1 kept back: c; oldest waits 15 d (crit at 14 d)"
    assert words.zh == "待装 4 个:a, b, c …;1 个被锁定:b;1 个保持原版本:c;最久已等待 15 天(严重阈值 14 天)"
    assert judged(update("a", security=True))["security updates"].summary.en == "1 pending: a"


def test_phased_updates_are_told_but_not_due() -> None:
    result = judged(update("nano", 99, obstacle=Obstacle.PHASED), others={"warn": "30d"})["updates"]
    assert (result.state, result.summary.en) == (State.OK, "1 pending: nano; 1 phased")


@pytest.mark.parametrize(("days", "state"), [(0, State.OK), (2.9, State.OK), (3, State.WARN), (7, State.CRIT)])
def test_the_age_of_the_package_list(days: float, state: State) -> None:
    assert judged(list_days=days)["package list"].state is state


def test_a_refresh_that_brings_nothing_is_told() -> None:
    words = judged(list_days=9, tried_days=0.5)["package list"].summary
    assert words.en == "9 d old (crit at 7 d); a refresh 12 h ago brought nothing"
    assert judged(list_days=9, tried_days=9)["package list"].summary.en == "9 d old (crit at 7 d)"


def test_without_a_list_nothing_is_known() -> None:
    results = judged(list_days=None)
    assert [(item, result.state) for item, result in results.items()] == [("package list", State.UNKNOWN)]


def test_a_clock_behind_the_list() -> None:
    assert judged(update("a", -1, security=True), list_days=-1)["package list"].summary.en == "0 s old"


def levels_of(result: Result) -> dict[str, tuple[float | None, float | None]]:
    return {one.name: (one.warn, one.crit) for one in result.measurements}


def test_at_once_is_a_level_of_the_count() -> None:
    """`0 s (threshold 0 s / 14 d)` says nothing; `67 (threshold 1)` does."""
    result = judged(*(update(f"p{number}", security=True) for number in range(67)))["security updates"]
    assert levels_of(result) == {"longest_pending": (None, 14 * DAY), "pending": (1, None), "held": (None, None)}
    measured = headline(result.measurements)
    assert measured is not None
    assert (measured.name, measured.value, thresholds(measured, "en", "UTC")) == ("pending", 67, "1")


def test_past_a_level_of_time_it_is_the_time_that_counts() -> None:
    measured = headline(judged(update("curl", 20, security=True))["security updates"].measurements)
    assert measured is not None
    assert (measured.name, thresholds(measured, "en", "UTC")) == ("longest_pending", "14 d")


def test_levels_of_time_are_no_levels_of_the_count() -> None:
    result = judged(update("nano", 99), others={"warn": "30d", "crit": "200d"})["updates"]
    assert levels_of(result)["pending"] == (None, None)
    assert levels_of(result)["longest_pending"] == (30 * DAY, 200 * DAY)
    assert levels_of(judged(update("curl", security=True), security={"warn": 0, "crit": 0})["security updates"]) == {
        "longest_pending": (None, None),
        "pending": (1, 1),
        "held": (None, None),
    }


def test_phased_updates_are_beyond_no_level() -> None:
    phased = update("curl", 99, security=True, obstacle=Obstacle.PHASED)
    result = judged(phased)["security updates"]
    assert (result.state, levels_of(result)["pending"]) == (State.OK, (None, None))
    mixed = judged(phased, update("nano", security=True))["security updates"]
    assert levels_of(mixed)["pending"] == (1, None)


def judged_facts(facts: Packages, **params: object) -> dict[str, Result]:
    return {result.item: result for result in evaluate(facts, PendingUpdatesParams.model_validate(params))}


def of(manager: Manager, *updates: Update, **more: Any) -> Packages:
    return replace(Packages(NOW, NOW, None, updates, manager), **more)


def with_advisories(one: Update, *advisories: tuple[str, str]) -> Update:
    return replace(one, advisories=tuple(Advisory(*advisory) for advisory in advisories))


def test_those_that_break_the_promise_are_named_first() -> None:
    young = [update(name, security=True) for name in "abcdefg"]
    words = judged(*young, update("openssl", 20, security=True), update("xz", 15, security=True))
    assert words["security updates"].summary.en.startswith("9 pending: openssl, xz, a …; oldest waits 20 d")


def test_a_phased_update_is_named_last() -> None:
    words = judged(update("old", 99, obstacle=Obstacle.PHASED), update("new"))["updates"].summary
    assert words.en == "2 pending: new, old; 1 phased"


def test_the_advisory_and_its_severity_are_told() -> None:
    grave = with_advisories(
        update("portal-web", security=True), ("LAB-2026:1", "Moderate"), ("LAB-2026:7", "Critical"), ("LAB-2026:9", "")
    )
    plain = with_advisories(update("portal-agent", security=True), ("LAB-2026:2", ""))
    result = judged_facts(of(Manager.DNF, plain, grave))["security updates"]
    assert result.summary.en == "2 pending: portal-web (LAB-2026:7 Critical), portal-agent (LAB-2026:2)"
    assert result.summary.zh == "待装 2 个:portal-web (LAB-2026:7 Critical), portal-agent (LAB-2026:2)"


@pytest.mark.parametrize("obstacle", [Obstacle.HELD, Obstacle.KEPT_BACK])
def test_a_held_security_update_breaks_the_promise_as_any_other(obstacle: Obstacle) -> None:
    result = judged(update("curl", 15, security=True, obstacle=obstacle))["security updates"]
    assert result.state is State.CRIT
    assert obstacle.value.replace("_", " ") in result.summary.en


def test_where_nothing_tells_which_are_for_security_all_count_as_such() -> None:
    facts = of(Manager.APK, update("libcurl", 15), security_told=False)
    results = judged_facts(facts)
    assert list(results) == ["security updates", "package list"]
    assert results["security updates"].state is State.CRIT
    assert results["security updates"].summary.en == (
        "1 pending: libcurl; which are for security is not told; oldest waits 15 d (crit at 14 d)"
    )
    results = judged_facts(facts, untold_as_security=False)
    assert {item: result.state for item, result in results.items()} == {"updates": State.OK, "package list": State.OK}


def test_a_repository_without_a_list_is_told() -> None:
    result = judged_facts(of(Manager.DNF, unlisted=("extras", "epel")))["package list"]
    assert (result.state, result.summary.en) == (State.UNKNOWN, "0 s old; no list of extras, epel")
    old = of(Manager.DNF, unlisted=("epel",), listed_at=NOW - 8 * DAY)
    assert judged_facts(old)["package list"].state is State.CRIT


def test_without_any_list_it_is_told_how_to_fetch_one() -> None:
    facts = of(Manager.ZYPPER, listed_at=None, unlisted=("repo-oss",))
    assert judged_facts(facts)["package list"].summary.en == (
        "no package list of repo-oss: what waits is not known (zypper refresh)"
    )
    assert "(apk update)" in judged_facts(of(Manager.APK, listed_at=None))["package list"].summary.en
