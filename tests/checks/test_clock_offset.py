from dataclasses import replace

import pytest

from checks.clock_offset import ClockOffsetParams, evaluate
from checks.contract import Result, State
from collectors.clock import Clock, TimeSource

BARE = Clock(1_000_000.0, None, 0.02)
CHRONY = replace(
    BARE,
    source=TimeSource.CHRONY,
    synchronised=True,
    offset_seconds=0.0004,
    server="192.0.2.1",
    reference_age_seconds=60.0,
)


def judged(facts: Clock, **params: object) -> Result:
    (result,) = evaluate(facts, ClockOffsetParams.model_validate(params))
    assert result.item == "clock"
    return result


@pytest.mark.parametrize(
    ("offset", "state"),
    [
        (0.0, State.OK),
        (0.199, State.OK),
        (0.2, State.WARN),
        (-0.2, State.WARN),
        (0.499, State.WARN),
        (0.5, State.CRIT),
        (-3600.0, State.CRIT),
    ],
)
def test_measured_offset(offset: float, state: State) -> None:
    assert judged(replace(CHRONY, offset_seconds=offset)).state is state


@pytest.mark.parametrize(
    ("offset", "resolution", "state"),
    [
        (1.9, 0.02, State.OK),
        (2.02, 0.02, State.WARN),
        (-2.1, 0.02, State.WARN),
        # The host's date shows whole seconds: 2.5 may be 1.5.
        (2.5, 1.02, State.OK),
        (3.1, 1.02, State.WARN),
        (61.1, 1.02, State.CRIT),
        (-7200.0, 0.02, State.CRIT),
    ],
)
def test_offset_against_the_agent_is_coarse(offset: float, resolution: float, state: State) -> None:
    facts = replace(BARE, agent_offset_seconds=offset, agent_offset_resolution_seconds=resolution)
    assert judged(facts).state is state


def test_a_measured_offset_is_worth_more_than_the_agents_clock() -> None:
    result = judged(replace(CHRONY, agent_offset_seconds=500.0))
    assert result.state is State.OK
    agent = next(m for m in result.measurements if m.name == "agent_offset")
    assert (agent.value, agent.warn, agent.crit) == (500.0, None, None)


def test_not_synchronised() -> None:
    facts = replace(BARE, agent_offset_seconds=0.01, source=TimeSource.SYSTEMD, synchronised=False)
    result = judged(facts)
    assert result.state is State.WARN
    assert result.summary.en == "not synchronised (asked systemd); agrees with the agent's clock"
    assert result.summary.zh == "未同步(来源 systemd);与监控端时钟一致"
    assert judged(facts, synchronisation=False).state is State.OK


def test_a_server_not_heard_for_long() -> None:
    result = judged(replace(CHRONY, reference_age_seconds=7200.0))
    assert result.state is State.WARN
    assert (
        result.summary.en
        == "server last heard 2 h ago (warn at 1 h); 0.4 ms ahead; synchronised (by chrony, 192.0.2.1)"
    )


def test_words() -> None:
    assert judged(CHRONY).summary.en == "0.4 ms ahead; synchronised (by chrony, 192.0.2.1)"
    assert judged(replace(CHRONY, offset_seconds=0.000002)).summary.en.startswith("less than 0.1 ms off; ")
    behind = judged(replace(CHRONY, offset_seconds=-0.731))
    assert behind.summary.en == "731 ms behind (crit at 0.5 s); synchronised (by chrony, 192.0.2.1)"
    assert behind.summary.zh == "慢 731 毫秒(严重阈值 0.5 秒);已同步(来源 chrony, 192.0.2.1)"
    hour = judged(replace(BARE, agent_offset_seconds=-3600.0))
    assert hour.summary.zh == "比监控端时钟慢 1 小时(严重阈值 1 分钟);没有时间服务应答"
    assert hour.summary.en == "1 h behind the agent's clock (crit at 1 min); no time service answered"


def test_nothing_known() -> None:
    assert judged(BARE).state is State.UNKNOWN
