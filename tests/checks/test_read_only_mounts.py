import pytest

from checks.contract import State
from checks.read_only_mounts import ReadOnlyMountsParams, evaluate
from collectors.mounts import parse


def states(table: str, fstab: str) -> dict[str, State]:
    facts = parse(f"== /proc/self/mounts\n{table} 0 0\n== /etc/fstab\n{fstab} 0 0\n== asked\n")
    return {result.item: result.state for result in evaluate(facts, ReadOnlyMountsParams())}


@pytest.mark.parametrize(
    ("mounted", "wanted", "expected"),
    [
        ("rw,relatime", "defaults", {"/srv": State.OK}),
        ("ro,relatime", "defaults", {"/srv": State.CRIT}),
        ("ro,relatime,emergency_ro", "rw,noatime", {"/srv": State.CRIT}),
        ("rw,errors=remount-ro", "errors=remount-ro", {"/srv": State.OK}),
        ("ro,relatime", "defaults,ro", {}),
        ("ro,relatime", "noauto,user", {}),
    ],
)
def test_options(mounted: str, wanted: str, expected: dict[str, State]) -> None:
    assert states(f"/dev/sda1 /srv ext4 {mounted}", f"UUID=1 /srv ext4 {wanted}") == expected


def test_images_and_what_is_not_mounted_have_no_item() -> None:
    assert states("/dev/sr0 /srv iso9660 ro", "/dev/sr0 /srv auto defaults") == {}
    assert states("systemd-1 /srv autofs ro", "f:/x /srv nfs defaults") == {}
    assert states("/dev/sda1 / ext4 ro", "f:/x /srv nfs defaults") == {}


def test_the_mount_on_top_counts() -> None:
    table = "/dev/sda1 /srv ext4 rw 0 0\n/dev/sdb1 /srv ext4 ro"
    assert states(table, "UUID=1 /srv ext4 defaults") == {"/srv": State.CRIT}
