from dataclasses import replace

from checks.contract import State
from checks.fans import FansParams, evaluate
from collectors.hwmon import Hwmon, compare, parse
from collectors.hwmon_sensor import HwmonSensor
from tests.recordings_on_disk import recordings

SEEN = {r.system: parse(r.output) for r in recordings() if r.collector == "hwmon" and "fan1_input" in r.output}


def fan(rpm: float, **elements: float) -> Hwmon:
    one = HwmonSensor("f", "platform_it87_656", "it87", "fan1", None, (("input", rpm), *elements.items()))
    return Hwmon((one,), (), ("f",) if rpm else ())


def states(facts: Hwmon, **params: object) -> dict[str, State]:
    return {r.item: r.state for r in evaluate(facts, FansParams(**params))}


def test_a_server() -> None:
    assert states(SEEN["debian-12"]) == {"nct6779 CPU Fan": State.OK, "nct6779 fan2": State.OK}


def test_fans_that_stopped_or_are_slow() -> None:
    faulty = compare(SEEN["debian-12"], SEEN["debian-11-faults"])
    assert states(faulty) == {"nct6779 CPU Fan": State.CRIT, "nct6779 fan2": State.WARN}
    found = {r.item: r.summary for r in evaluate(faulty, FansParams())}
    assert found["nct6779 CPU Fan"].en == "stands still, it turned when first seen"
    assert found["nct6779 CPU Fan"].zh == "已停转,首次发现时在转动"
    assert found["nct6779 fan2"].en == "210 RPM, below its minimum of 300"
    assert states(compare(faulty, SEEN["debian-12"]))["nct6779 CPU Fan"] is State.OK


def test_those_of_graphics_cards_may_stop() -> None:
    card = HwmonSensor("amdgpu fan1", "0000:03:00_0", "amdgpu", "fan1", None, (("input", 0.0),))
    (result,) = evaluate(Hwmon((card,), (), ("amdgpu fan1",)), FansParams())
    assert (result.state, result.summary.en) == (State.OK, "stands still, as it may")
    broken = replace(card, elements=(("fault", 1.0), ("input", 0.0)))
    assert states(Hwmon((broken,), (), ("amdgpu fan1",))) == {"amdgpu fan1": State.CRIT}
    assert states(Hwmon((card,), (), ("amdgpu fan1",)), may_stop=()) == {"amdgpu fan1": State.CRIT}


def test_where_nothing_ever_turned() -> None:
    assert states(fan(0)) == {}
    assert states(fan(0, alarm=1, min=300)) == {}
    assert states(fan(0, fault=1)) == {"f": State.CRIT}


def test_levels() -> None:
    assert states(fan(500), rpm={"warn": 500}) == {"f": State.OK}
    assert states(fan(499), rpm={"warn": 500, "crit": 300}) == {"f": State.WARN}
    assert states(fan(299), rpm={"warn": 500, "crit": 300}) == {"f": State.CRIT}
    (result,) = evaluate(fan(499), FansParams(rpm={"warn": 500, "crit": 300}))
    assert result.summary.en == "499 RPM (warn at 500 RPM)"
    (measured,) = result.measurements
    assert (measured.warn, measured.crit, measured.lower) == (500, 300, True)


def test_alarm_and_fault() -> None:
    assert states(fan(900, fault=1)) == {"f": State.CRIT}
    assert states(fan(900, alarm=1, min=300)) == {"f": State.WARN}
    assert states(fan(900, alarm=1)) == {"f": State.OK}  # no minimum was ever set


def test_one_that_is_gone() -> None:
    assert states(compare(fan(900), replace(fan(900), sensors=(), first_turning=()))) == {"f": State.WARN}


def test_ignored() -> None:
    assert states(fan(900), ignore=("?",)) == {}
