import pytest

from checks.contract import State
from checks.missing_mounts import MissingMountsParams, evaluate
from checks.read_only_mounts import ReadOnlyMountsParams
from checks.read_only_mounts import evaluate as look_for_read_only
from collectors.mounts import WantedMount, parse

TABLE = "/dev/sda1 / ext4 rw 0 0\nsystemd-1 /net autofs rw 0 0\n"


def states(fstab: str) -> dict[str, State]:
    facts = parse(f"== /proc/self/mounts\n{TABLE}== /etc/fstab\n{fstab}\n== asked\n")
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


@pytest.mark.parametrize(
    ("table", "fstab", "expected"),
    [
        ("", "", (State.CRIT, "required, but not mounted")),
        ("", "UUID=2 /data ext4 nofail", (State.CRIT, "required, but not mounted (UUID=2, ext4)")),
        ("", "UUID=2 /data ext4 noauto", (State.CRIT, "required, but not mounted (UUID=2, ext4)")),
        ("/dev/sdb1 /data ext4 rw 0 0\n", "", (State.OK, "mounted")),
        ("/dev/sdb1 /data ext4 ro,relatime 0 0\n", "", (State.CRIT, "required, but read-only")),
        ("/dev/sdb1 /data ext4 ro 0 0\n", "UUID=2 /data ext4 noauto", (State.CRIT, "required, but read-only")),
        ("/dev/sdb1 /data ext4 ro 0 0\n", "UUID=2 /data ext4 ro", (State.CRIT, "required, but read-only")),
        ("systemd-1 /data autofs rw 0 0\n", "", (State.OK, "mounted at its first use")),
        # read_only_mounts tells of it
        ("/dev/sdb1 /data ext4 ro 0 0\n", "UUID=2 /data ext4 defaults", (State.OK, "mounted")),
    ],
)
def test_what_is_required(table: str, fstab: str, expected: tuple[State, str]) -> None:
    facts = parse(f"== /proc/self/mounts\n{TABLE}{table}== /etc/fstab\n{fstab}\n== asked\n/data\n")
    (result,) = evaluate(facts, MissingMountsParams(required=("/data/",)))
    assert (result.item, result.state, result.summary.en) == ("/data", *expected)
    alarms = [other for other in look_for_read_only(facts, ReadOnlyMountsParams()) if other.state is State.CRIT]
    assert not alarms or result.state is State.OK, "the same fault is told twice"


def test_what_was_required_before_is_not_any_more() -> None:
    facts = parse(f"== /proc/self/mounts\n{TABLE}== /etc/fstab\n== asked\n/data\n")
    assert list(evaluate(facts, MissingMountsParams())) == []


@pytest.mark.parametrize("path", ["data", "", "/da\nta"])
def test_what_is_no_mount_point_cannot_be_required(path: str) -> None:
    with pytest.raises(ValueError, match="not a mount point"):
        MissingMountsParams(required=(path,))


def test_a_mount_point_listed_twice_is_one_item() -> None:
    assert states("UUID=1 /srv ext4\nUUID=2 /srv ext4 nofail") == {"/srv": State.WARN}


def test_words() -> None:
    wanted = WantedMount("/srv", "UUID=2", "ext4", ("defaults",), None, None)
    (result,) = evaluate((wanted,), MissingMountsParams())
    assert result.summary.en == "in fstab but not mounted (UUID=2, ext4)"
    assert result.summary.zh == "fstab 要求挂载,但未挂载(UUID=2, ext4)"
