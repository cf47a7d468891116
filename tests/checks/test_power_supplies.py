from checks.contract import State
from checks.power_supplies import PowerSuppliesParams, evaluate
from collectors.ipmi_sensors import IpmiSensors, compare, parse
from tests.recordings_on_disk import recordings

SEEN = {r.system: parse(r.output) for r in recordings() if r.collector == "ipmi_sensors" and "|" in r.output
        and r.system != "damaged"}  # fmt: skip


def states(facts: IpmiSensors, **params: object) -> dict[str, State]:
    return {r.item: r.state for r in evaluate(facts, PowerSuppliesParams(**params))}


def test_all_is_well() -> None:
    assert states(SEEN["debian-12"]) == {
        "Status (10.1)": State.OK,
        "Status (10.2)": State.OK,
        "PS Redundancy": State.OK,
    }


def test_one_without_input() -> None:
    assert states(SEEN["debian-12-faults"]) == {
        "Status (10.1)": State.OK,
        "Status (10.2)": State.CRIT,
        "PS Redundancy": State.WARN,
    }
    assert states(SEEN["hp-proliant"]) == {
        "Power Supply 1": State.OK,
        "Power Supply 2": State.CRIT,
        "Power Supplies": State.WARN,
    }


def test_words_and_watts() -> None:
    found = {r.item: r for r in evaluate(SEEN["hp-proliant"], PowerSuppliesParams())}
    failed = found["Power Supply 2"]
    assert failed.summary.en == "0 W, Presence detected, Failure detected, Power Supply AC lost"
    assert [(m.name, m.value) for m in failed.measurements] == [("healthy", 0.0), ("watts", 0.0)]


def test_an_empty_bay_is_no_problem() -> None:
    assert states(SEEN["supermicro"]) == {"PS1 Status": State.OK}


def test_one_that_is_gone() -> None:
    gone = compare(SEEN["debian-12"], IpmiSensors((), (), ()))
    assert states(gone) == {"Status (10.1)": State.CRIT, "Status (10.2)": State.CRIT}
    (result, _) = evaluate(gone, PowerSuppliesParams())
    assert result.summary.en == "not there, but was when first seen"
    assert result.summary.zh == "已不在位,首次发现时在位"
    assert states(compare(gone, SEEN["debian-12"]))["Status (10.2)"] is State.OK


def test_ignored() -> None:
    assert "PS Redundancy" not in states(SEEN["debian-12-faults"], ignore=("PS Red*",))
