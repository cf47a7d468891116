from pathlib import Path

import pytest

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.mounts import COLLECTOR, parse
from tests.collectors.in_shells import every_shell, printed

ODD_LINES = "UUID=1\t/srv/back\\134slash  ext4\tdefaults  0 2\n== fstab\n  # -n %s $(touch pwned) `id`\n/a /b none bind"


@every_shell
def test_fstab_comes_as_it_is_written(shell: list[str], tmp_path: Path) -> None:
    """Backslashes, tabs, what looks like code, and a last line without an end."""
    fstab = tmp_path / "fstab"
    fstab.write_text(ODD_LINES)
    moved: Collector[object] = Collector(probe=COLLECTOR.probe.replace("/etc/fstab", str(fstab)), parse=parse)
    output = printed(moved, shell)
    assert output.partition("== fstab\n")[2] == ODD_LINES + "\n"
    assert output.startswith(Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")[:20])


@every_shell
def test_without_fstab(shell: list[str], tmp_path: Path) -> None:
    moved: Collector[object] = Collector(probe=COLLECTOR.probe.replace("/etc/fstab", f"{tmp_path}/none"), parse=parse)
    with pytest.raises(NotApplicable):
        parse(printed(moved, shell))


@every_shell
def test_mount_points_asked_for(shell: list[str], tmp_path: Path) -> None:
    """With and without fstab; what fstab has is told once."""
    fstab = tmp_path / "fstab"
    moved: Collector[object] = Collector(probe=COLLECTOR.probe.replace("/etc/fstab", str(fstab)), parse=parse)
    proc, missing = parse(printed(moved, shell, "/proc", "/with a blank"))
    assert (proc.mount, proc.mounted_fstype, proc.in_fstab) == ("/proc", "proc", False)
    assert (missing.mount, missing.mounted_fstype, missing.in_fstab) == ("/with a blank", None, False)
    fstab.write_text("proc /proc proc defaults 0 0\n== asked /x y z\n")
    proc, missing = parse(printed(moved, shell, "/proc", "/missing"))
    assert (proc.mount, proc.in_fstab, missing.in_fstab) == ("/proc", True, False)


def test_what_cannot_be_read() -> None:
    with pytest.raises(NoPermission, match="chmod o\\+r"):
        parse("closed fstab\n")
    with pytest.raises(UnreadableOutput):
        parse("/dev/sda1 / ext4 rw 0 0\n")
    with pytest.raises(UnreadableOutput, match="half"):
        parse("/dev/sda1 / ext4 rw 0 0\n== fstab\n/dev/sdb1 /half\n")


def test_names_and_the_links_of_run() -> None:
    table = "tmpfs /run/lock tmpfs rw 0 0\n/dev/sdb1 /srv/a\\040b ext4 ro,relatime 0 0\n"
    lock, odd, root = parse(table + "== fstab\ntmpfs /var/lock/ tmpfs\n/x /srv/a\\040b/ ext4 rw 0 2\nUUID=1 / ext4\n")
    assert (lock.mount, lock.mounted_fstype) == ("/run/lock", "tmpfs")
    assert (odd.mount, odd.mounted_options) == ("/srv/a b", ("ro", "relatime"))
    assert (root.mount, root.options, root.mounted_options) == ("/", ("defaults",), None)
