from pathlib import Path

import pytest

from collectors.contract import Collector, NoPermission, NotApplicable, UnreadableOutput
from collectors.mounts import COLLECTOR, parse
from tests.collectors.in_shells import every_shell, printed

ODD_LINES = "UUID=1\t/srv/back\\134slash  ext4\tdefaults  0 2\n== fstab\n  # -n %s $(touch pwned) `id`\n/a /b none bind"


def with_fstab(fstab: Path) -> Collector[object]:
    """The collector with another file for /etc/fstab."""
    probe = COLLECTOR.probe.replace("/etc/fstab", str(fstab)).replace(f"== {fstab}", "== /etc/fstab")
    return Collector(probe=probe, parse=parse, files=COLLECTOR.files)


@every_shell
def test_fstab_comes_as_it_is_written(shell: list[str], tmp_path: Path) -> None:
    """Backslashes, tabs, what looks like code, and a last line without an end."""
    fstab = tmp_path / "fstab"
    fstab.write_text(ODD_LINES)
    moved = with_fstab(fstab)
    output = printed(moved, shell)
    assert output.partition("== /etc/fstab\n")[2] == ODD_LINES + "\n== asked\n"
    table = Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
    assert output.startswith(f"== /proc/self/mounts\n{table[:20]}")


LINES_WITH_SECRETS = (
    "//files/a /a cifs username=app,password=PlantedSecret,vers=3.0,_netdev 0 0",
    "//files/b /b cifs user=app,PASS=PlantedSecret,,andPlantedSecret,noauto 0 0",
    "//files/c /c cifs username=app%PlantedSecret,ro 0 0",
    "files:/d /d ceph name=app,secret=PlantedSecret 0 0",
    "curlftpfs#ftp://app:PlantedSecret@files/e /e fuse user,noauto 0 0",
    "# //files/f /f cifs password2=PlantedSecret",
)


@every_shell
def test_no_password_of_a_share_leaves(shell: list[str], tmp_path: Path) -> None:
    fstab = tmp_path / "fstab"
    kept = "UUID=1 / btrfs subvol=@,compress=zstd:3 0 0\n[2001:db8::1]:/g /g nfs4 credentials=/root/x 0 0\n"
    fstab.write_text(kept + "\n".join(LINES_WITH_SECRETS))
    output = printed(with_fstab(fstab), shell)
    assert "PlantedSecret" not in output
    assert f"== /etc/fstab\n{kept}" in output
    facts = parse(output)
    assert [mount.options for mount in facts[2:]] == [
        ("username=app", "password=***", "vers=3.0", "_netdev"),
        ("user=app", "PASS=***", "noauto"),
        ("username=app%***", "ro"),
        ("name=app", "secret=***"),
        ("user", "noauto"),
    ]


@every_shell
def test_without_fstab(shell: list[str], tmp_path: Path) -> None:
    moved = with_fstab(tmp_path / "none")
    with pytest.raises(NotApplicable):
        parse(printed(moved, shell))


@every_shell
def test_mount_points_asked_for(shell: list[str], tmp_path: Path) -> None:
    """With and without fstab; what fstab has is told once."""
    fstab = tmp_path / "fstab"
    moved = with_fstab(fstab)
    proc, missing = parse(printed(moved, shell, "/proc", "/with a blank"))
    assert (proc.mount, proc.mounted_fstype, proc.in_fstab) == ("/proc", "proc", False)
    assert (missing.mount, missing.mounted_fstype, missing.in_fstab) == ("/with a blank", None, False)
    fstab.write_text("proc /proc proc defaults 0 0\n== asked /x y z\n")
    proc, missing = parse(printed(moved, shell, "/proc", "/missing"))
    assert (proc.mount, proc.in_fstab, missing.in_fstab) == ("/proc", True, False)


TABLE = "== /proc/self/mounts\n/dev/sda1 / ext4 rw 0 0\n"


def test_what_cannot_be_read() -> None:
    with pytest.raises(NoPermission, match="chmod o\\+r"):
        parse(f"{TABLE}== closed fstab\n== asked\n/data\n")
    with pytest.raises(NotApplicable):
        parse(f"{TABLE}== no fstab\n== asked\n")
    for damaged in (TABLE, "== asked\n", f"{TABLE}== asked\n", "/dev/sda1 / ext4 rw 0 0\n== /etc/fstab\n== asked\n"):
        with pytest.raises(UnreadableOutput):
            parse(damaged)
    with pytest.raises(UnreadableOutput, match="half"):
        parse(f"{TABLE}== /etc/fstab\n/dev/sdb1 /half\n== asked\n")


def test_names_and_the_links_of_run() -> None:
    table = "== /proc/self/mounts\ntmpfs /run/lock tmpfs rw 0 0\n/dev/sdb1 /srv/a\\040b ext4 ro,relatime 0 0\n"
    fstab = "== /etc/fstab\ntmpfs /var/lock/ tmpfs\n/x /srv/a\\040b/ ext4 rw 0 2\nUUID=1 / ext4\n"
    lock, odd, root = parse(f"{table}{fstab}== asked\n")
    assert (lock.mount, lock.mounted_fstype) == ("/run/lock", "tmpfs")
    assert (odd.mount, odd.mounted_options) == ("/srv/a b", ("ro", "relatime"))
    assert (root.mount, root.options, root.mounted_options) == ("/", ("defaults",), None)
