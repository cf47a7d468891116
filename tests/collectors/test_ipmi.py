from pathlib import Path

import pytest

from collectors import ipmi_event_log, ipmi_sensors
from collectors.contract import UnreadableOutput
from collectors.ipmi import refuse_unasked
from collectors.ipmi.sensor import IpmiSensor, named_apart, read_sensor
from tests.collectors.commands import Commands
from tests.collectors.in_shells import every_shell, printed

SDR = "Fan1 RPM         | 30h | ok  |  7.1 | 5880 RPM"
SEL = "   1 | 11/21/26 | 05:00:00 UTC | Memory ECC | Uncorrectable ECC | Asserted"


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    here = Commands(tmp_path / "bin", monkeypatch)
    info = "Entries          : 1\\nPercent Used     : 2%%\\nOverflow         : false"
    here.add(
        "ipmitool",
        f'case "$*" in "sdr elist") echo "{SDR}" ;; "sel info") printf "{info}\\n" ;; *) echo "{SEL}" ;; esac\n'
        "echo 'Get HPM.x Capabilities request failed, compcode = c9' >&2",
    )
    (tmp_path / "ipmi0").write_text("")
    return here


@every_shell
def test_sensors(shell: list[str], commands: Commands, tmp_path: Path) -> None:
    here = commands.in_place(ipmi_sensors.COLLECTOR, dev_ipmi0=tmp_path / "ipmi0")
    (sensor,) = ipmi_sensors.parse(printed(here, shell)).sensors
    assert (sensor.item, sensor.value, sensor.unit) == ("Fan1 RPM", 5880.0, "RPM")


@every_shell
def test_event_log(shell: list[str], commands: Commands, tmp_path: Path) -> None:
    here = commands.in_place(ipmi_event_log.COLLECTOR, dev_ipmi0=tmp_path / "ipmi0")
    facts = ipmi_event_log.parse(printed(here, shell))
    assert (facts.entries, facts.used_ratio, [event.sensor for event in facts.last]) == (1, 0.02, ["Memory ECC"])


def test_one_that_hangs_gets_no_more_commands() -> None:
    with pytest.raises(UnreadableOutput, match="3 or more of ipmitool still wait"):
        refuse_unasked("== unanswered ipmitool\n")


def test_sensors_of_one_name_bear_their_place() -> None:
    lines = [
        "Temp  | 01h | ok  |  3.1 | 41 degrees C",
        "Temp  | 02h | ok  |  3.2 | 39 degrees C",
        "Status | 60h | ok | 10.1 | Presence detected",
        "Status | 61h | ok | 10.1 | Presence detected",
        "Inlet | 04h | ok  |  7.1 | 23 degrees C",
        " | 05h | ok | 7.1 | 23 degrees C",
    ]
    sensors = [sensor for sensor in map(read_sensor, lines) if sensor is not None]
    items = [sensor.item for sensor in named_apart(sensors)]
    assert items == ["Temp (3.1)", "Temp (3.2)", "Status (10.1, 60h)", "Status (10.1, 61h)", "Inlet", "(7.1)"]


@pytest.mark.parametrize(
    ("reading", "value", "unit", "words"),
    [
        ("5880 RPM", 5880.0, "RPM", ()),
        ("-3.50 degrees C", -3.5, "degrees C", ()),
        ("31.36 percent, Transition to Running", 31.36, "percent", ("Transition to Running",)),
        ("80 Watts, Presence detected, Failure detected", 80.0, "Watts", ("Presence detected", "Failure detected")),
        (
            "AC out-of-range, but present, Presence detected",
            None,
            "",
            ("AC out-of-range, but present", "Presence detected"),
        ),
        ("S3: sleeping, processor & hw context lost", None, "", ("S3: sleeping, processor & hw context lost",)),
        ("0x02", None, "", ("0x02",)),
        ("", None, "", ()),
    ],
)
def test_readings(reading: str, value: float | None, unit: str, words: tuple[str, ...]) -> None:
    expected = IpmiSensor("", "X", "01h", "7.1", "ok", value, unit, words)
    assert read_sensor(f"X | 01h | ok | 7.1 | {reading}") == expected


@pytest.mark.parametrize(
    ("name", "entity", "reading", "is_one"),
    [
        ("Status", "10.2", "Presence detected", True),
        ("PS1 Status", "7.1", "Presence detected", True),
        ("PSU_2", "7.1", "Presence detected", True),
        ("Power Supplies", "7.1", "Fully Redundant", True),
        ("Pwr Unit Redund", "21.1", "Fully Redundant", True),
        ("PS Redundancy", "7.1", "Redundancy Lost", True),
        ("PS1 Input Power", "10.1", "160 Watts", False),
        ("Power Supply 1", "10.1", "160 Watts, Presence detected", True),
        ("Fan Redundancy", "7.1", "Fully Redundant", False),
        ("CPS1 Temp", "7.1", "30 degrees C", False),
    ],
)
def test_what_is_a_power_supply(name: str, entity: str, reading: str, is_one: bool) -> None:
    sensor = read_sensor(f"{name} | 01h | ok | {entity} | {reading}")
    assert sensor is not None
    assert sensor.is_power_supply is is_one
