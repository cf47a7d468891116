"""Inventories of collectors that tell of much that comes and goes as well."""

import pytest

from collectors.containers import COLLECTOR as CONTAINERS
from collectors.contract import Entry, Kind
from collectors.filesystem_space import Filesystem, Filesystems, SilentFilesystem
from collectors.filesystem_space import inventory as mounted
from collectors.hardware_identity import COLLECTOR as IDENTITY
from collectors.mounts import COLLECTOR as MOUNTS
from collectors.timed_units import Service, Timer, lasting
from tests.recordings_on_disk import HERE

GIB = 2**30


def filesystem(mount: str, device: str = "/dev/vda1", fstype: str = "ext4", size: int = GIB) -> Filesystem:
    return Filesystem(mount, device, fstype, False, size, size // 2, size // 2, None, None)


def entries_of(*known: Filesystem) -> list[Entry]:
    return list(mounted(Filesystems(known, ())))


@pytest.mark.parametrize("device", ["/dev/sda1", "/dev/sdb1", "/dev/nvme1n1p1", "/dev/md127"])
def test_a_disk_may_bear_another_name_at_each_boot(device: str) -> None:
    assert entries_of(filesystem("/", device)) == [Entry(Kind.MOUNT, "/", "ext4, 1 GiB")]


def test_a_grown_file_system_is_told() -> None:
    assert entries_of(filesystem("/srv", "/dev/mapper/vg0-srv", size=20 * GIB)) == [
        Entry(Kind.MOUNT, "/srv", "ext4, 20 GiB, /dev/mapper/vg0-srv")
    ]


@pytest.mark.parametrize("fstype", ["tmpfs", "zfs", "overlay"])
def test_sizes_that_follow_something_else_are_not_told(fstype: str) -> None:
    assert entries_of(filesystem("/x", fstype, fstype)) == entries_of(filesystem("/x", fstype, fstype, size=GIB + 4096))


@pytest.mark.parametrize(
    "mount", ["/run/user/1000", "/run/snapd/ns", "/media/usb", "/var/lib/docker/overlay2/x/merged"]
)
def test_mounts_of_logins_and_containers_are_not_told(mount: str) -> None:
    assert entries_of(filesystem(mount)) == []


def test_a_silent_file_system_is_still_there() -> None:
    silent = SilentFilesystem("/srv", "/dev/vdb", "xfs", read_only=True)
    assert list(mounted(Filesystems((), (silent,)))) == [
        Entry(Kind.MOUNT, "/srv", "xfs, does not answer, /dev/vdb, read-only")
    ]


def test_no_password_of_a_share_is_told() -> None:
    line = "//files/share /srv/share cifs credentials=/root/x,username=app,password=PlantedSecret,vers=3.0,_netdev 0 0"
    facts = MOUNTS.parse(f"== /proc/self/mounts\n== /etc/fstab\n{line}\n== asked\n")
    assert MOUNTS.inventory is not None
    assert list(MOUNTS.inventory(facts)) == [
        Entry(Kind.MOUNT, "fstab /srv/share", "cifs //files/share _netdev,vers=3.0")
    ]


def timer(name: str, *calendar: str, enabled: bool = True, active: bool = True, starts: str = "") -> Timer:
    service = Service(starts or name.replace(".timer", ".service"))
    return Timer(name, service, active, enabled, False, calendar, 0, None, None, None, 0)


def test_timers_that_stay() -> None:
    found = lasting(
        [
            timer("backup.timer", "OnCalendar=*-*-* 03:00:00", starts="dump.service"),
            timer("clean.timer", enabled=False),
            timer("run-r1234.timer", "OnCalendar=*-*-* 03:00:00", enabled=False),
            timer("off.timer", enabled=False, active=False),
        ]
    )
    assert list(found) == [
        Entry(Kind.TIMER, "backup.timer", "*-*-* 03:00:00: dump.service"),
        Entry(Kind.TIMER, "clean.timer", "by interval"),
    ]


def test_pods_are_not_told() -> None:
    facts = CONTAINERS.parse(
        "== docker\n79adf96322d4 k8s_web_web-0_default_x_3 portal:1 Up 2 hours\nd32930b4922b api portal:2 Up 2 hours\n"
        "== docker inspected\n"
    )
    assert CONTAINERS.inventory is not None
    assert list(CONTAINERS.inventory(facts)) == [Entry(Kind.SERVICE, "docker api", "portal:2")]


def test_serial_numbers_outlive_a_look_that_may_not_see_them() -> None:
    folder = HERE / "hardware_identity"
    full, denied = (
        IDENTITY.parse((folder / f"{name}.txt").read_text("utf-8").partition("\n")[2])
        for name in ("debian-12", "debian-12-not-root")
    )
    assert IDENTITY.inventory is not None
    assert IDENTITY.compare is not None
    assert list(IDENTITY.inventory(IDENTITY.compare(full, denied))) == list(IDENTITY.inventory(full))
