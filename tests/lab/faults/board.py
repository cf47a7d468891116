"""The hardware of a host as its kernel shows it below /sys: a tree made by hand, laid over what the machine has.

No kernel can be told to have a hot processor. So the files are ours, and all else is as it would be.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost

PROCESSOR = "coretemp Package id 0"
FAN = "nct6779 CPU Fan"
MODULE = "mc0 DIMM_A1"
CARD = "eno1"
"""The names that its parts have for the checks."""

_CLASS, _SYSTEM, _REAL = "/run/board/class", "/run/board/system", "/run/board/real"
_EDAC = f"{_SYSTEM}/edac/mc/mc0"
_FILES = {
    f"{_CLASS}/hwmon/hwmon0/name": "coretemp",
    f"{_CLASS}/hwmon/hwmon0/temp1_label": "Package id 0",
    f"{_CLASS}/hwmon/hwmon0/temp1_input": "45000",
    f"{_CLASS}/hwmon/hwmon0/temp1_max": "80000",
    f"{_CLASS}/hwmon/hwmon0/temp1_crit": "90000",
    f"{_CLASS}/hwmon/hwmon1/name": "nct6779",
    f"{_CLASS}/hwmon/hwmon1/fan1_label": "CPU Fan",
    f"{_CLASS}/hwmon/hwmon1/fan1_input": "1180",
    f"{_CLASS}/hwmon/hwmon1/fan1_min": "300",
    f"{_CLASS}/dmi/id/sys_vendor": "Dell Inc.",
    f"{_CLASS}/dmi/id/product_name": "PowerEdge R740",
    f"{_CLASS}/dmi/id/product_serial": "ABC1234",
    f"{_CLASS}/net/{CARD}/operstate": "up",
    f"{_CLASS}/net/{CARD}/speed": "10000",
    f"{_CLASS}/net/{CARD}/duplex": "full",
    f"{_CLASS}/net/{CARD}/carrier_changes": "1",
    f"{_CLASS}/net/{CARD}/device/uevent": "DRIVER=ixgbe",
    f"{_EDAC}/ce_count": "0",
    f"{_EDAC}/ue_count": "0",
    f"{_EDAC}/ce_noinfo_count": "0",
    f"{_EDAC}/ue_noinfo_count": "0",
    f"{_EDAC}/seconds_since_reset": "864000",
    f"{_EDAC}/csrow0/ce_count": "0",
    f"{_EDAC}/csrow0/ue_count": "0",
    f"{_EDAC}/dimm0/dimm_label": MODULE.partition(" ")[2],
    f"{_EDAC}/dimm0/dimm_ce_count": "0",
    f"{_EDAC}/dimm0/dimm_ue_count": "0",
}


@contextmanager
def board(host: LabHost) -> Iterator[None]:
    """A server with a thermometer, a fan, a network card, memory with ECC, and a name plate, all well."""
    host.sh(
        f"set -e; mkdir -p {_SYSTEM} {_REAL}; mount --bind /sys/devices/system {_REAL}\n"
        f"cp -a /sys/class {_CLASS} 2>/dev/null || :  # nobody may read everything there\n"
        f"for each in {_REAL}/*; do ln -s $each {_SYSTEM}; done\n"
        f"rm -rf {_SYSTEM}/edac {_CLASS}/hwmon {_CLASS}/dmi"
    )
    lines = (f"mkdir -p {path.rpartition('/')[0]}; echo '{content}' >{path}" for path, content in _FILES.items())
    host.sh("\n".join((*lines, f"chmod 400 {_CLASS}/dmi/id/product_serial")))
    host.sh(f"mount --bind {_CLASS} /sys/class && mount --bind {_SYSTEM} /sys/devices/system")
    try:
        yield
    finally:
        host.sh(f"umount /sys/class; umount /sys/devices/system; umount {_REAL}; rm -rf /run/board")


@contextmanager
def _changed(host: LabHost, path: str, content: str) -> Iterator[None]:
    host.sh(f"echo '{content}' >{path}")
    try:
        yield
    finally:
        host.sh(f"echo '{_FILES[path]}' >{path}")


@contextmanager
def hot_processor(host: LabHost) -> Iterator[str]:
    """The processor of the `board` is above its critical temperature. Yields its sensor."""
    with _changed(host, f"{_CLASS}/hwmon/hwmon0/temp1_input", "93000"):
        yield PROCESSOR


@contextmanager
def stopped_fan(host: LabHost) -> Iterator[str]:
    """The fan of the `board` stands still. Yields its sensor."""
    with _changed(host, f"{_CLASS}/hwmon/hwmon1/fan1_input", "0"):
        yield FAN


@contextmanager
def other_serial_number(host: LabHost) -> Iterator[str]:
    """The `board` is another one. Yields its serial number."""
    with _changed(host, f"{_CLASS}/dmi/id/product_serial", "XYZ9876"):
        yield "XYZ9876"


def uncorrected_memory_error(host: LabHost) -> str:
    """A memory module of the `board` had an error that could not be corrected; it stays counted. Returns the module."""
    host.sh(f"echo 1 >{_EDAC}/dimm0/dimm_ue_count; echo 1 >{_EDAC}/csrow0/ue_count; echo 1 >{_EDAC}/ue_count")
    return MODULE


def set_link_speed(host: LabHost, megabits: int) -> str:
    """The network card of the `board` has this speed from now on; 10000 at first. Returns the card."""
    host.sh(f"echo {megabits} >{_CLASS}/net/{CARD}/speed")
    return CARD
