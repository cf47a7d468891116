from dataclasses import replace

import pytest

from collectors.contract import NotApplicable, UnreadableOutput
from collectors.disk_activity import COLLECTOR, Disk, DiskActivity, compare, parse, samples
from collectors.disk_counters import DiskCounters, DiskKind, disk_kind, is_partition
from tests.collectors.in_shells import every_shell, printed

ZERO = DiskCounters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def look(uptime: float, **counters: int) -> DiskActivity:
    return DiskActivity(uptime, (Disk("sda", DiskKind.DISK, replace(ZERO, **counters)),))


def compared(before: DiskActivity, now: DiskActivity) -> Disk:
    (disk,) = compare(before, now).disks
    return disk


@every_shell
def test_this_machine(shell: list[str]) -> None:
    first, second = (parse(printed(COLLECTOR, shell)) for _ in range(2))
    assert [disk.name for disk in first.disks] == [disk.name for disk in second.disks]
    for disk in compare(replace(first, uptime_seconds=first.uptime_seconds - 1), second).disks:
        assert disk.activity is not None
        assert 0 <= disk.activity.busy_ratio <= 1


def test_rates_and_latencies() -> None:
    before = look(100, reads=10, sectors_read=80, read_ms=100, writes=5, busy_ms=1000, weighted_ms=2000)
    now = look(
        160,
        reads=130,
        sectors_read=1280,
        read_ms=700,
        writes=35,
        sectors_written=600,
        write_ms=9000,
        busy_ms=31000,
        weighted_ms=14000,
    )
    activity = compared(before, now).activity
    assert activity is not None
    assert (activity.reads, activity.writes) == (2.0, 0.5)
    assert (activity.bytes_read, activity.bytes_written) == (1200 * 512 / 60, 600 * 512 / 60)
    assert (activity.read_seconds, activity.write_seconds) == (0.005, 0.3)
    assert (activity.busy_ratio, activity.queue) == (0.5, 0.2)


def test_an_idle_disk_has_no_latency() -> None:
    activity = compared(look(100, reads=7), look(160, reads=7)).activity
    assert activity is not None
    assert (activity.reads, activity.read_seconds, activity.write_seconds, activity.busy_ratio) == (
        0.0,
        None,
        None,
        0.0,
    )


def test_times_begin_again_at_32_bits() -> None:
    before = look(100, reads=10, read_ms=2**32 - 400, busy_ms=2**32 - 1000, weighted_ms=2**32 - 1)
    activity = compared(before, look(160, reads=20, read_ms=600, busy_ms=29000, weighted_ms=59999)).activity
    assert activity is not None
    assert (activity.read_seconds, activity.busy_ratio, activity.queue) == (0.1, 0.5, 1.0)


def test_times_that_step_back_a_little_did_not_begin_again() -> None:
    """A kernel with many processors adds them up while they go on."""
    for high in (0, 2**32 - 5000):
        before = look(100, reads=10, read_ms=high + 4000, weighted_ms=high + 4000)
        activity = compared(before, look(160, reads=20, read_ms=high + 3998, weighted_ms=high + 3999)).activity
        assert activity is not None
        assert (activity.read_seconds, activity.queue) == (0.0, 0.0)


def test_a_device_that_was_changed_has_no_rates() -> None:
    assert compared(look(100, reads=1000, sectors_read=8000), look(160, reads=5, sectors_read=40)).activity is None
    assert compared(look(100, writes=9), look(160, writes=8, reads=5)).activity is None


def test_a_new_device_and_one_that_is_gone() -> None:
    both = DiskActivity(160.0, (*look(0).disks, Disk("sdb", DiskKind.DISK, ZERO)))
    found = {disk.name: disk.activity is not None for disk in compare(look(100), both).disks}
    assert found == {"sda": True, "sdb": False}
    assert [disk.name for disk in compare(both, look(200)).disks] == ["sda"]


def test_a_reboot_starts_anew() -> None:
    rebooted = look(30, reads=500)
    assert compare(look(1000, reads=10), rebooted) == rebooted


def test_a_disk_that_does_not_answer() -> None:
    """Operations in progress at both looks, and none has ended in between; not so when any has."""
    facts = compare(look(100, reads=10, in_progress=3), look(160, reads=10, in_progress=5, weighted_ms=10**6))
    assert facts.disks[0].stuck_seconds == 60
    facts = compare(facts, look(220, reads=10, in_progress=5))
    assert facts.disks[0].stuck_seconds == 120
    assert compared(facts, look(280, reads=11, in_progress=4)).stuck_seconds is None
    assert compared(look(100, reads=10, in_progress=1), look(160, reads=10)).stuck_seconds is None
    assert compared(look(100, reads=10), look(160, reads=10, in_progress=1)).stuck_seconds is None


@pytest.mark.parametrize(
    ("name", "whole", "expected"),
    [
        ("sda1", "sda", True),
        ("sdaa", "sda", False),
        ("sda", None, False),
        ("xvda1", None, False),
        ("xvda1", "sda", False),
        ("nvme0n1p2", "nvme0n1", True),
        ("nvme0n12", "nvme0n1", False),
        ("mmcblk0boot0", "mmcblk0", False),
        ("mmcblk0p1", "mmcblk0", True),
        ("md127p1", "md127", True),
        ("dm-10", "dm-1", False),
        ("loop1", "loop", True),
        ("cciss/c0d0p1", "cciss/c0d0", True),
        ("sdap1", "sda", False),
        ("sda²", "sda", False),
    ],
)
def test_partitions(name: str, whole: str | None, expected: bool) -> None:
    assert is_partition(name, whole) is expected


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sda", DiskKind.DISK),
        ("nvme0n1", DiskKind.DISK),
        ("nbd0", DiskKind.DISK),
        ("rbd3", DiskKind.DISK),
        ("dasda", DiskKind.DISK),
        ("dm-12", DiskKind.MAPPED),
        ("md0", DiskKind.RAID),
        ("md_d0", DiskKind.RAID),
        ("loop3", DiskKind.LOOP),
        ("ram15", DiskKind.MEMORY),
        ("zram0", DiskKind.MEMORY),
        ("sr0", DiskKind.REMOVABLE),
        ("fd0", DiskKind.REMOVABLE),
        ("mdraid", DiskKind.DISK),
    ],
)
def test_kinds(name: str, kind: DiskKind) -> None:
    assert disk_kind(name) is kind


def test_the_columns_of_three_generations_of_kernels() -> None:
    text = "== /proc/uptime\n1.0 1\n== /proc/diskstats\n"
    for columns, (discards, flushes) in {11: (None, None), 15: (12, None), 17: (12, 16), 20: (12, 16)}.items():
        (disk,) = parse(f"{text} 8 0 sda {' '.join(str(n) for n in range(1, columns + 1))}\n").disks
        assert (disk.counters.discards, disk.counters.flushes) == (discards, flushes)
        assert len(list(samples(DiskActivity(1.0, (disk,))))) == min(columns, 17)


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("8 0 sda 1 2 3", UnreadableOutput),
        ("8 0", UnreadableOutput),
        ("8 0 sda 1 2 3 4 5 6 7 8 9 10 eleven", UnreadableOutput),
        ("8 0 sda -1 2 3 4 5 6 7 8 9 10 11", UnreadableOutput),
        ("8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n8 1 sda 1 2 3 4 5 6 7 8 9 10 11", UnreadableOutput),
        ("", NotApplicable),
    ],
)
def test_what_is_refused(line: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        parse(f"== /proc/uptime\n1.0 1\n== /proc/diskstats\n{line}\n")


def test_a_queue_that_is_below_zero_for_a_moment() -> None:
    (disk,) = parse("== /proc/uptime\n1.0 1\n== /proc/diskstats\n8 0 sda 1 2 3 4 5 6 7 8 -1 10 11\n").disks
    assert disk.counters.in_progress == -1


def test_the_devices_told_of_are_those_of_node_exporter() -> None:
    """Whatever is judged: partitions of rarer disks and drives that were never used too, memory and loops never."""
    devices = (
        *("sda", "sda1", "nvme0n1", "nvme0n1p1", "mmcblk0", "mmcblk0p1", "md127", "md127p1", "dm-0", "xvda1"),
        *("loop0", "ram0", "zram0", "sr0", "fd0", "nbd0"),
    )
    lines = "".join(f"8 {n} {name} {n} 0 0 0 0 0 0 0 0 0 0\n" for n, name in enumerate(devices))
    for used in (lines, lines.replace(" 13 sr0 13 ", " 13 sr0 0 ")):
        facts = parse(f"== /proc/uptime\n1.0 1.0\n== /proc/diskstats\n{used}")
        shown = {label for sample in samples(facts) for _, label in sample.labels}
        assert shown == {"sda", "nvme0n1", "mmcblk0", "mmcblk0p1", "md127", "md127p1", "dm-0", "sr0", "nbd0"}
        assert not {"mmcblk0p1", "md127p1"} & {disk.name for disk in facts.disks}
