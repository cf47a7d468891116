"""A management controller (BMC) that OpenIPMI simulates, and a RAID controller's tool that tells what was recorded."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.lab.host import LabHost

INLET = "Inlet Temp"
SUPPLY = "PS1 Status"
"""The BMC's sensors."""

_FOLDER = "/run/bmc"
_RECORDINGS = Path(__file__).parents[2] / "recordings" / "raid_controllers"

_LAN = """\
name "lab"
set_working_mc 0x20
startlan 1
  addr 127.0.0.1 9623
  priv_limit admin
  allowed_auths_callback none md2 md5 straight
  allowed_auths_user none md2 md5 straight
  allowed_auths_operator none md2 md5 straight
  allowed_auths_admin none md2 md5 straight
  guid a123456789abcdefa123456789abcdef
endlan
user 2 true "lab" "lab" admin 10 none md2 md5 straight
"""

# What stands in for the kernel's way to it; `rounds` asks as it would anywhere.
_IPMITOOL = '#!/bin/sh\nexec /opt/lab/ipmitool -I lan -H 127.0.0.1 -p 9623 -U lab -P lab "$@"\n'


def _record(kind: int, body: Sequence[int], name: str) -> str:
    """A sensor data record, as IPMI 2.0 lays them out in chapter 43."""
    whole = (*body, 0xC0 | len(name), *name.encode("ascii"))
    return " ".join(f"0x{byte:02x}" for byte in (0, 0, 0x51, kind, len(whole), *whole))


# Owner, number, entity; what it can; kind; its events and thresholds; degrees Celsius, one a step; the rest is not set.
_TEMPERATURE = (
    *(0x20, 0, 1, 7, 1, 0x67, 0x88, 1, 1, 0x95, 0x0A, 0x95, 0x7A, 0x3F, 0x3F, 0, 1, 0, 0, 1, *[0] * 9),
    *(0xFF, *[0] * 12),
)
_POWER_SUPPLY = (0x20, 0, 2, 10, 1, 0x67, 0x40, 8, 0x6F, 0x0F, 0, 0x0F, 0, 0x0F, 0, 0xC0, 0, 0, 1, *[0] * 7)

# The sensors' readings are those of two files.
_SENSORS = f"""\
mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
sel_enable 0x20 1000 0x0a
sensor_add 0x20 0 0 35 0x6f event-only
main_sdr_add 0x20 {_record(1, _TEMPERATURE, INLET)}
sensor_add 0x20 0 1 0x01 0x01 poll 500 file "{_FOLDER}/inlet"
sensor_set_threshold 0x20 0 1 settable 111000 70 60 50 00 00 00
sensor_set_event_support 0x20 0 1 enable scanning per-state {" ".join(["000101010000000"] * 4)}
main_sdr_add 0x20 {_record(2, _POWER_SUPPLY, SUPPLY)}
sensor_add 0x20 0 2 0x08 0x6f poll 500 file "{_FOLDER}/supply"
sensor_set_event_support 0x20 0 2 enable scanning per-state {" ".join(["000000000001111"] * 4)}
mc_enable 0x20
"""
# /call show all J nolog, or /call/eall/sall show all J nolog.
_STORCLI = "#!/bin/sh\ncase $1 in\n  /call) cat /run/storcli/controllers ;;\n  *) cat /run/storcli/drives ;;\nesac\n"

_PRESENT, _NO_INPUT = 0x01, 0x08


@contextmanager
def bmc(host: LabHost) -> Iterator[None]:
    """A BMC that answers, with a thermometer and a power supply that are well."""
    host.sh(f"mkdir -p {_FOLDER}/state; echo 23 >{_FOLDER}/inlet; echo {_PRESENT} >{_FOLDER}/supply; : >/dev/ipmi0")
    host.sh("cat >/usr/bin/ipmitool; chmod 755 /usr/bin/ipmitool", stdin=_IPMITOOL)
    host.sh(f"cat >{_FOLDER}/lan", stdin=_LAN)
    host.sh(f"cat >{_FOLDER}/sensors", stdin=_SENSORS)
    simulator = f"ipmi_sim -c {_FOLDER}/lan -f {_FOLDER}/sensors -s {_FOLDER}/state"
    # It ends with its standard input: a pipe that stays open, and says nothing.
    host.sh(f"mkfifo {_FOLDER}/console; setsid {simulator} <>{_FOLDER}/console >/dev/null 2>&1 &")
    host.sh("i=0; until ipmitool sel info >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 20 ] || exit 1; sleep 0.2; done")
    try:
        yield
    finally:
        host.sh(f"kill -9 $(pidof ipmi_sim); rm -rf {_FOLDER} /dev/ipmi0 /usr/bin/ipmitool")


@contextmanager
def hot_inlet(host: LabHost) -> Iterator[str]:
    """The air that the server takes in is above its critical limit. Yields the BMC's sensor."""
    host.sh(f"echo 65 >{_FOLDER}/inlet")
    try:
        yield INLET
    finally:
        host.sh(f"echo 23 >{_FOLDER}/inlet")


@contextmanager
def pulled_plug(host: LabHost) -> Iterator[str]:
    """The power supply has no input. Yields the BMC's sensor."""
    host.sh(f"echo {_PRESENT | _NO_INPUT} >{_FOLDER}/supply")
    try:
        yield SUPPLY
    finally:
        host.sh(f"echo {_PRESENT} >{_FOLDER}/supply")


@contextmanager
def raid_controller(host: LabHost) -> Iterator[None]:
    """storcli is there, and tells of a RAID that is well."""
    host.sh(
        "cat >/usr/sbin/storcli64; chmod 755 /usr/sbin/storcli64",
        stdin=_STORCLI,
    )
    _tell(host, "storcli-well")
    try:
        yield
    finally:
        host.sh("rm -rf /usr/sbin/storcli64 /run/storcli")


@contextmanager
def degraded_raid(host: LabHost) -> Iterator[str]:
    """The `raid_controller` has arrays that lost disks. Yields one of them."""
    _tell(host, "storcli-degraded")
    try:
        yield "c0 v0"
    finally:
        _tell(host, "storcli-well")


def _tell(host: LabHost, recording: str) -> None:
    text = (_RECORDINGS / f"{recording}.txt").read_text(encoding="utf-8")
    controllers, _, rest = text.partition("== storcli controllers\n")[2].partition("== storcli drives\n")
    host.sh("mkdir -p /run/storcli; cat >/run/storcli/controllers", stdin=controllers)
    host.sh("cat >/run/storcli/drives", stdin=rest.partition("\n== ")[0])
