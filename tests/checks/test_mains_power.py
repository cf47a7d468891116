from checks.contract import State
from checks.mains_power import MainsPowerParams, evaluate
from collectors.power_sources import PowerSource, parse
from tests.recordings_on_disk import recordings

SEEN = {r.system: r.output for r in recordings() if r.collector == "power_sources"}
MAINS = PowerSource("AC", "Mains", True, None, None, None)
PULLED = PowerSource("AC", "Mains", False, None, None, None)


def battery(charge: float | None, health: str = "Good") -> PowerSource:
    return PowerSource("BAT0", "Battery", None, "Discharging", charge, health)


def told(*sources: PowerSource, **params: object) -> dict[str, tuple[State, str]]:
    return {r.item: (r.state, r.summary.en) for r in evaluate(sources, MainsPowerParams(**params))}


def test_recordings() -> None:
    assert told(*parse(SEEN["laptop"])) == {
        "mains": (State.OK, "on mains (AC)"),
        "BAT0": (State.OK, "96 %, Not charging"),
    }
    assert told(*parse(SEEN["laptop-unplugged"]))["mains"] == (State.WARN, "on battery, 81 % left")


def test_mains() -> None:
    assert told(PULLED, battery(0.2))["mains"] == (State.WARN, "on battery, 20 % left")
    assert told(PULLED, battery(0.19))["mains"] == (State.CRIT, "on battery, 19 % left")
    assert told(PULLED, battery(None))["mains"] == (State.WARN, "on battery, ? left")
    assert told(MAINS, battery(0.1))["mains"][0] is State.OK
    assert "mains" not in told(battery(0.9))


def test_a_port_that_could_take_power_is_no_mains() -> None:
    port = PowerSource("ucsi-source-psy-USBC000:001", "USB", False, None, None, None)
    assert told(port) == {}
    assert told(MAINS, port, battery(0.9))["mains"] == (State.OK, "on mains (AC)")


def test_batteries() -> None:
    assert told(battery(0.5))["BAT0"] == (State.OK, "50 %, Discharging")
    assert told(battery(0.49))["BAT0"] == (State.WARN, "49 % (warn at 50 %), Discharging")
    assert told(battery(0.9, "Dead"))["BAT0"] == (State.WARN, "90 %, Discharging; health: Dead")
    assert told(battery(None))["BAT0"] == (State.OK, "Discharging")
    assert told(battery(0.1), charge=None)["BAT0"][0] is State.OK
