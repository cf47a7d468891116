from dataclasses import replace

import pytest

from checks.contract import Result, State
from checks.host_identity import HostIdentityParams, evaluate
from collectors.operating_system import IdentityChange, OperatingSystem
from collectors.os_release import Release

DEBIAN = Release("debian", "12", "Debian GNU/Linux 12 (bookworm)", ())
WEB = OperatingSystem("web-01", "(none)", "Linux", "6.1.0", "#1 SMP", "x86_64", "a" * 32, "kvm", DEBIAN, 100_000.0)
RENAMED = IdentityChange("hostname", "old-01", "web-01", 100_000.0)
EXCHANGED = IdentityChange("machine", "b" * 32, "a" * 32, 100_000.0)


def judged(facts: OperatingSystem, **params: object) -> dict[str, Result]:
    return {result.item: result for result in evaluate(facts, HostIdentityParams.model_validate(params))}


def test_the_same_machine() -> None:
    results = judged(WEB)
    assert {item: result.state for item, result in results.items()} == {"hostname": State.OK, "machine": State.OK}
    assert results["hostname"].summary.en == "web-01"


def test_another_machine() -> None:
    result = judged(replace(WEB, changes=(EXCHANGED,)))["machine"]
    assert result.state is State.CRIT
    assert result.summary.en == "another installation than before: aaaaaaaa (was bbbbbbbb)"
    assert result.summary.zh == "系统安装标识与此前不同:aaaaaaaa(此前为 bbbbbbbb)"


def test_another_name() -> None:
    result = judged(replace(WEB, changes=(RENAMED,)))["hostname"]
    assert (result.state, result.summary.en) == (State.WARN, "web-01 (was old-01 before)")


@pytest.mark.parametrize(("later", "state"), [(86399, State.CRIT), (86400, State.OK)])
def test_a_change_is_shown_for_a_day(later: float, state: State) -> None:
    facts = replace(WEB, changes=(EXCHANGED,), asked_at=EXCHANGED.seen_at + later)
    assert judged(facts)["machine"].state is state


def test_the_latest_change_is_told() -> None:
    older = IdentityChange("hostname", "oldest", "old-01", 99_000.0)
    assert "was old-01" in judged(replace(WEB, changes=(older, RENAMED)))["hostname"].summary.en


def test_a_name_that_must_be() -> None:
    assert judged(WEB, hostname="web-01")["hostname"].state is State.OK
    result = judged(WEB, hostname="db-01")["hostname"]
    assert (result.state, result.summary.en) == (State.CRIT, "web-01 (expected db-01)")
    assert result.summary.zh == "web-01(应为 db-01)"


@pytest.mark.parametrize(
    ("expected", "state"),
    [("debian 12", State.OK), ("debian", State.OK), ("debian 13", State.WARN), ("alpine", State.WARN)],
)
def test_a_system_that_must_be(expected: str, state: State) -> None:
    assert judged(WEB, operating_system=expected)["operating_system"].state is state


def test_no_os_release() -> None:
    result = judged(replace(WEB, release=None), operating_system="debian 12")["operating_system"]
    assert (result.state, result.summary.en) == (State.WARN, "Linux (expected debian 12)")


def test_a_change_is_reported_at_the_first_look() -> None:
    # The next look is an hour away.
    assert HostIdentityParams().retries == 1


def test_a_host_without_machine_id() -> None:
    assert set(judged(replace(WEB, machine=None))) == {"hostname"}
