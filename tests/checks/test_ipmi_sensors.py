from dataclasses import replace

import pytest

from checks.contract import State
from checks.ipmi_sensors import IpmiSensorsParams, evaluate
from collectors.ipmi.sensor import IpmiSensor
from collectors.ipmi_sensors import IpmiSensors, compare, parse, samples
from tests.recordings_on_disk import recordings

SEEN = {r.system: r.output for r in recordings() if r.collector == "ipmi_sensors"}
FAN = IpmiSensor("Fan1", "Fan1", "30h", "7.1", "ok", 5880.0, "RPM")


def states(facts: IpmiSensors, **params: object) -> dict[str, State]:
    return {r.item: r.state for r in evaluate(facts, IpmiSensorsParams(**params))}


def words(facts: IpmiSensors) -> dict[str, tuple[str, str]]:
    return {r.item: (r.summary.en, r.summary.zh) for r in evaluate(facts, IpmiSensorsParams())}


def one(sensor: IpmiSensor) -> IpmiSensors:
    return IpmiSensors((sensor,), (), ())


def test_all_is_well() -> None:
    assert set(states(parse(SEEN["debian-12"])).values()) == {State.OK}


def test_faults() -> None:
    found = {item: state for item, state in states(parse(SEEN["debian-12-faults"])).items() if state is not State.OK}
    assert found == {
        "Fan2 RPM": State.CRIT,
        "Fan Sys 3": State.CRIT,
        "Temp (3.1)": State.CRIT,
        "Temp (3.2)": State.WARN,
        "DIMM A1 Temp": State.CRIT,
        "3.3VSB": State.CRIT,
        "Fan Redundancy": State.WARN,
        "Intrusion": State.WARN,
        "CPU1 Status": State.CRIT,
        "Drive 1": State.CRIT,
        "ROMB Battery": State.WARN,
        "Volt severity": State.CRIT,
    }


def test_other_makes() -> None:
    assert {i for i, s in states(parse(SEEN["hp-proliant"])).items() if s is not State.OK} == set()
    found = states(parse(SEEN["supermicro"]))
    assert {item: state for item, state in found.items() if state is not State.OK} == {
        "FANA": State.CRIT,
        "AOC_SAS Temp": State.WARN,
        "Chassis Intru": State.WARN,
    }
    assert "CPU2 Temp" not in found  # no reading: neither OK nor a problem


def test_power_supplies_are_left_to_their_own_check() -> None:
    found = states(parse(SEEN["debian-12-faults"]))
    assert not {"Status (10.1)", "Status (10.2)", "PS Redundancy"} & set(found)
    assert found["PS1 Input Power"] is State.OK


@pytest.mark.parametrize(
    ("level", "state", "en"),
    [
        ("ok", State.OK, "97 °C"),
        ("unc", State.WARN, "97 °C, above the upper non-critical limit set in the BMC"),
        ("ucr", State.CRIT, "97 °C, above the upper critical limit set in the BMC"),
        ("lnr", State.CRIT, "97 °C, below the lower non-recoverable limit set in the BMC"),
        ("nc", State.WARN, "97 °C, beyond a non-critical limit set in the BMC"),
    ],
)
def test_limits_of_the_controller(level: str, state: State, en: str) -> None:
    sensor = IpmiSensor("Inlet", "Inlet", "04h", "7.1", level, 97.0, "degrees C")
    (result,) = evaluate(one(sensor), IpmiSensorsParams())
    assert (result.state, result.summary.en) == (state, en)
    (measured,) = result.measurements
    assert (measured.name, measured.unit.value, measured.value) == ("temperature", "celsius", 97.0)


def test_a_fan_that_turned_at_first() -> None:
    first = IpmiSensors((FAN,), (), ("Fan1",))
    silent = compare(first, one(replace(FAN, level="ns", value=None, unit="")))
    assert states(silent) == {"Fan1": State.WARN}
    assert words(silent)["Fan1"] == (
        "no reading, but this fan turned when first seen",
        "无读数,而首次发现时该风扇在转动",
    )
    assert states(compare(first, IpmiSensors((), (), ()))) == {"Fan1": State.WARN}
    stopped = compare(first, one(replace(FAN, value=0.0)))
    assert states(stopped) == {"Fan1": State.WARN}
    assert states(compare(stopped, one(FAN))) == {"Fan1": State.OK}
    assert states(stopped, ignore=("Fan?",)) == {}


def test_a_fan_that_never_turned_is_no_problem() -> None:
    assert states(one(replace(FAN, value=0.0))) == {"Fan1": State.OK}


def test_state_asserted_means_what_the_name_says() -> None:
    def asserted(name: str) -> State:
        return states(one(IpmiSensor(name, name, "10h", "7.1", "ok", words=("State Asserted",))))[name]

    assert asserted("VCORE PG") is State.OK
    assert asserted("CPU Missing") is State.WARN


def test_ignored() -> None:
    assert "Intrusion" not in states(parse(SEEN["debian-12-faults"]), ignore=("Intrusion",))


def test_samples_bear_the_names_of_the_textfile_script() -> None:
    found = {(s.name, dict(s.labels)["sensor"]): s for s in samples(parse(SEEN["debian-12"]))}
    assert found["node_ipmi_speed_rpm", "Fan1 RPM"].value == 5880.0
    assert found["node_ipmi_temperature_celsius", "Temp (3.2)"].help == "Temperature sensor reading from ipmitool"
    assert found["node_ipmi_volts", "12V"].value == 12.09
    assert {name for name, _ in found} == {
        f"node_ipmi_{what}" for what in ("speed_rpm", "temperature_celsius", "volts", "amps", "power_watts")
    }
