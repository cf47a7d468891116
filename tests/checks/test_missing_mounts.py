import pytest

from checks.contract import State
from checks.missing_mounts import MissingMountsParams, evaluate
from collectors.mounts import WantedMount, parse

TABLE = "/dev/sda1 / ext4 rw 0 0\nsystemd-1 /net autofs rw 0 0\n"


def states(fstab: str) -> dict[str, State]:
    facts = parse(f"{TABLE}== fstab\n{fstab}")
    return {result.item: result.state for result in evaluate(facts, MissingMountsParams())}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("UUID=1 / ext4 defaults 0 1", {"/": State.OK}),
        ("UUID=2 /srv ext4 defaults 0 2", {"/srv": State.CRIT}),
        ("UUID=2 /srv ext4", {"/srv": State.CRIT}),
        ("LABEL=a /srv/ ext4 rw,nofail 0 2", {"/srv": State.WARN}),
        ("UUID=2 /srv ext4 noauto 0 2", {}),
        ("UUID=3 none swap sw 0 0", {}),
        ("/swap swap swap sw 0 0", {}),
        ("f:/x /net nfs x-systemd.automount 0 0", {"/net": State.OK}),
        ("f:/x /other nfs x-systemd.automount 0 0", {"/other": State.CRIT}),
        ("/a /srv/bind none bind 0 0", {"/srv/bind": State.CRIT}),
        (r"UUID=2 /srv/my\040data ext4 defaults", {"/srv/my data": State.CRIT}),
        ("# UUID=2 /srv ext4 defaults\n\n   \n", {}),
    ],
)
def test_lines_of_fstab(line: str, expected: dict[str, State]) -> None:
    assert states(line) == expected


def test_a_mount_point_listed_twice_is_one_item() -> None:
    assert states("UUID=1 /srv ext4\nUUID=2 /srv ext4 nofail") == {"/srv": State.WARN}


def test_words() -> None:
    wanted = WantedMount("/srv", "UUID=2", "ext4", ("defaults",), None, None)
    (result,) = evaluate((wanted,), MissingMountsParams())
    assert result.summary.en == "in fstab but not mounted (UUID=2, ext4)"
    assert result.summary.zh == "fstab 要求挂载,但未挂载(UUID=2, ext4)"
