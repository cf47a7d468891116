from dataclasses import replace

from checks.contract import State
from checks.temperatures import TemperaturesParams, evaluate
from collectors.hwmon import Hwmon, compare, parse
from collectors.hwmon_sensor import HwmonSensor
from tests.recordings_on_disk import recordings

SEEN = {r.system: parse(r.output) for r in recordings() if r.collector == "hwmon" and "temp1_input" in r.output}


def sensor(celsius: float, **elements: float) -> Hwmon:
    inside = tuple((name, value * 1000 if name in ("max", "crit") else value) for name, value in elements.items())
    one = HwmonSensor("it87 temp1", "platform_it87_656", "it87", "temp1", None, (("input", celsius * 1000), *inside))
    return Hwmon((one,), ("it87 temp1",), ())


def states(facts: Hwmon, **params: object) -> dict[str, State]:
    return {r.item: r.state for r in evaluate(facts, TemperaturesParams(**params))}


def state(facts: Hwmon, **params: object) -> State:
    return states(facts, **params)["it87 temp1"]


def test_a_server() -> None:
    assert states(SEEN["debian-12"]) == {
        "coretemp Package id 0": State.OK,
        "coretemp Package id 1": State.OK,
        "nct6779 SYSTIN": State.OK,
        "nct6779 PCH_CHIP_TEMP": State.OK,
        "nvme Composite": State.OK,
        "nvme Sensor 1": State.OK,
    }


def test_a_hot_server() -> None:
    assert states(SEEN["debian-11-faults"]) == {
        "coretemp Package id 0": State.WARN,
        "coretemp Package id 1": State.CRIT,
        "nct6779 SYSTIN": State.OK,
        "nct6779 PCH_CHIP_TEMP": State.WARN,  # no limit of its own
        "nvme Composite": State.WARN,  # below its limits, but it raises its alarm
        "nvme Sensor 1": State.OK,
    }
    found = {r.item: r for r in evaluate(SEEN["debian-11-faults"], TemperaturesParams())}
    assert found["coretemp Package id 1"].summary.en == "93 °C (crit at 91 °C)"
    assert found["coretemp Package id 1"].summary.zh == "93 °C(严重阈值 91 °C)"
    assert found["nvme Composite"].summary.en == "39 °C, the chip raises alarm"
    (measured,) = found["coretemp Package id 1"].measurements
    assert (measured.name, measured.unit.value, measured.warn, measured.crit) == ("now", "celsius", 81.0, 91.0)


def test_limits_of_the_chip_come_first() -> None:
    assert state(sensor(84.9)) is State.OK
    assert state(sensor(85)) is State.WARN
    assert state(sensor(95)) is State.CRIT
    assert state(sensor(95, crit=100)) is State.OK
    assert state(sensor(70, max=70)) is State.WARN
    assert state(sensor(95, max=0, crit=-273)) is State.CRIT  # a driver that knows none
    assert state(sensor(90, max=127)) is State.WARN  # the largest number of its register
    assert state(sensor(90, max=110, crit=90)) is State.CRIT  # the wrong way round


def test_own_levels() -> None:
    assert state(sensor(60), celsius={"warn": 60}) is State.WARN
    assert state(sensor(60, max=80), celsius={"warn": 60}) is State.OK
    assert state(sensor(60, max=80), celsius={"warn": 60}, always=True) is State.WARN
    assert state(sensor(99), celsius=None) is State.OK


def test_alarms() -> None:
    assert state(sensor(50, crit_alarm=1)) is State.CRIT
    assert state(sensor(50, max=80, max_alarm=1)) is State.WARN
    assert state(sensor(50, max=0, alarm=1)) is State.OK  # nobody set its limits
    assert state(sensor(50, crit_alarm=0, alarm=0)) is State.OK


def test_nothing_connected() -> None:
    assert states(replace(sensor(-62), first_read=())) == {}
    assert states(replace(sensor(25, fault=1), first_read=())) == {}
    assert state(compare(sensor(40), replace(sensor(-62), first_read=()))) is State.WARN


def test_ignored() -> None:
    assert states(sensor(99), ignore=("it87 *",)) == {}
