"""An uninterruptible power supply that NUT watches, and what befalls it."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.lab.host import LabHost

UPS = "rack1"
"""Its name."""

_WELL = "ups.status: OL\nbattery.charge: 100\nbattery.runtime: 3600\nups.load: 23\n"
_ON_BATTERY = "ups.status: OB DISCHRG\nbattery.charge: 88\nbattery.runtime: 1980\nups.load: 23\n"
_BATTERY_LOW = "ups.status: OB LB\nbattery.charge: 12\nbattery.runtime: 120\nups.load: 23\n"

_START_DRIVER = f"upsdrvctl start {UPS} >/dev/null 2>&1"
_STOP_DRIVER = f"upsdrvctl stop {UPS} >/dev/null 2>&1"


@contextmanager
def ups(host: LabHost) -> Iterator[str]:
    """NUT watches a UPS that is well. Yields its name."""
    host.sh(
        f"printf '[{UPS}]\\n driver = dummy-ups\\n port = {UPS}.dev\\n' >/etc/nut/ups.conf\n"
        "echo 'LISTEN 127.0.0.1 3493' >/etc/nut/upsd.conf; echo MODE=standalone >/etc/nut/nut.conf\n"
        "mkdir -p /run/nut; chown nut:nut /run/nut; chmod 770 /run/nut; ln -s /opt/lab/upsc /usr/local/bin/upsc"
    )
    _tell(host, _WELL)
    host.sh(f"{_START_DRIVER}; upsd >/dev/null 2>&1")
    try:
        yield UPS
    finally:
        host.sh(f"rm /usr/local/bin/upsc; upsd -c stop; {_STOP_DRIVER}", check=False)


def _tell(host: LabHost, words: str) -> None:
    """What the UPS says from now on. Its driver reads the file again when that has changed, or all the time."""
    host.sh(f"cat >/etc/nut/{UPS}.new; mv /etc/nut/{UPS}.new /etc/nut/{UPS}.dev", stdin=words)


@contextmanager
def on_battery(host: LabHost) -> Iterator[str]:
    """The mains is gone. Yields the UPS."""
    _tell(host, _ON_BATTERY)
    try:
        yield UPS
    finally:
        _tell(host, _WELL)


@contextmanager
def battery_low(host: LabHost) -> Iterator[str]:
    """The mains is gone, and the battery nearly empty. Yields the UPS."""
    _tell(host, _BATTERY_LOW)
    try:
        yield UPS
    finally:
        _tell(host, _WELL)


@contextmanager
def no_ups_driver(host: LabHost) -> Iterator[str]:
    """The driver was killed: NUT's server knows the UPS, and nothing of it. Yields the UPS."""
    host.sh("kill -9 $(pidof dummy-ups)")
    try:
        yield UPS
    finally:
        host.sh(_START_DRIVER)
