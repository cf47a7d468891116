from dataclasses import replace

import pytest
from pydantic import ValidationError

from checks.contract import Result, State
from checks.fibre_channel import FibreChannelParams, evaluate
from collectors.fibre_channel import FcPort, FibreChannel

NAME = "10:00:00:90:fa:94:27:79"
OTHER = "10:00:00:90:fa:94:27:7a"
PORT = FcPort(NAME, "host1", "Online", 16, (), (), True, 16)
DOWN = replace(PORT, state="Linkdown", gigabits=None)


def judged(port: FcPort, params: FibreChannelParams | None = None) -> Result | None:
    return next(iter(evaluate(FibreChannel((port,)), params or FibreChannelParams())), None)


@pytest.mark.parametrize(
    ("port", "state", "en", "zh"),
    [
        (PORT, State.OK, "host1 online 16 Gbit/s", "host1 在线 16 Gbit/s"),
        (replace(PORT, gigabits=None), State.OK, "host1 online", "host1 在线"),
        (DOWN, State.CRIT, "host1 is not online: Linkdown", "host1 未在线:Linkdown"),
        (
            replace(PORT, gigabits=8),
            State.WARN,
            "host1 online 8 Gbit/s, slower than 16 when first seen",
            "host1 在线 8 Gbit/s,低于首次记录的 16",
        ),
        (
            replace(PORT, new_errors=(("link_failure_count", 0), ("invalid_crc_count", 3))),
            State.WARN,
            "host1 online 16 Gbit/s, new: 3 CRC errors (warn at 1)",
            "host1 在线 16 Gbit/s,新增 3 个 CRC 错误(警告阈值 1)",
        ),
        (
            replace(PORT, new_errors=(("invalid_crc_count", 999), ("error_frames", 1))),
            State.CRIT,
            "host1 online 16 Gbit/s, new: 999 CRC errors, 1 error frames (crit at 1000)",
            None,
        ),
        (replace(PORT, new_errors=(("invalid_crc_count", 0),)), State.OK, "host1 online 16 Gbit/s", None),
    ],
)
def test_states(port: FcPort, state: State, en: str, zh: str | None) -> None:
    result = judged(port)
    assert result is not None
    assert (result.item, result.state, result.summary.en) == (NAME, state, en)
    assert zh is None or result.summary.zh == zh


def test_a_port_that_never_had_a_link_is_no_fault_unless_required() -> None:
    never = replace(DOWN, was_online=False)
    assert judged(never) is None
    required = judged(never, FibreChannelParams(required=(NAME,)))
    assert required is not None
    assert required.state is State.CRIT


def test_ports_that_are_gone_or_required_and_not_there() -> None:
    params = FibreChannelParams(required=(OTHER, NAME))
    found = {r.item: r.state for r in evaluate(FibreChannel((PORT,), gone=(OTHER,)), params)}
    assert found == {OTHER: State.CRIT, NAME: State.OK}


def test_a_stated_speed_overrides_the_first_look() -> None:
    slow = judged(PORT, FibreChannelParams(speed_gigabits=32))
    assert slow is not None
    assert (slow.state, slow.summary.en) == (State.WARN, "host1 online 16 Gbit/s, slower than 32")
    fine = judged(replace(PORT, gigabits=8), FibreChannelParams(speed_gigabits=8))
    assert fine is not None
    assert fine.state is State.OK


def test_names_are_names() -> None:
    with pytest.raises(ValidationError, match="not a port's name"):
        FibreChannelParams(required=("host1",))
