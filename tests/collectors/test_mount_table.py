import pytest

from collectors.contract import UnreadableOutput
from collectors.mount_table import is_left_out, plain_name, visible_mounts


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        (r"/a\040b", "/a b"),
        (r"/a\0401", "/a 1"),
        (r"/a\134040", r"/a\040"),
        (r"/caf\xe9", r"/caf\xe9"),
        ("/a#b", "/a#b"),
    ],
)
def test_names(written: str, plain: str) -> None:
    assert plain_name(written) == plain


def test_what_a_later_mount_covers_is_not_visible() -> None:
    table = (
        "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /a/b rw - ext4 /dev/sdb rw\n"
        "3 1 8:3 / /ab rw - ext4 /dev/sdc rw\n4 1 8:4 / /a ro,noexec shared:1 - xfs /dev/sdd rw\n"
    )
    assert [(one.mount, one.fstype, one.read_only) for one in visible_mounts(table)] == [
        ("/", "ext4", False),
        ("/ab", "ext4", False),
        ("/a", "xfs", True),
    ]


def test_a_later_root_covers_all_and_the_last_of_one_place_is_on_top() -> None:
    table = (
        "1 0 8:1 / /srv rw - ext4 /dev/sda1 rw\n2 1 8:2 / / rw - ext4 /dev/sdb rw\n"
        "3 2 8:3 / /srv rw - xfs /dev/sdc rw\n4 3 8:4 / /srv rw - btrfs /dev/sdd rw\n"
    )
    assert [(one.mount, one.fstype) for one in visible_mounts(table)] == [("/", "ext4"), ("/srv", "btrfs")]


@pytest.mark.parametrize("line", ["1 0 8:1 / / rw", "1 0 8:1 / home rw - ext4 d rw", "x - ext4 d rw"])
def test_what_is_no_line_of_the_table(line: str) -> None:
    with pytest.raises(UnreadableOutput):
        visible_mounts(line)


@pytest.mark.parametrize(
    ("mount", "fstype", "left_out"),
    [
        ("/", "ext4", False),
        ("/srv", "fuseblk", True),
        ("/srv", "fuse.sshfs", True),
        ("/srv", "nfs4", True),
        ("/dev/shm", "tmpfs", False),
        ("/var/lib/docker/overlay2/x/merged", "overlay", True),
        ("/run/credentials/a.service", "tmpfs", True),
        # Comes and goes with each login, and each pod.
        ("/run/user/1000", "tmpfs", True),
        ("/var/lib/kubelet/pods/5f2c/volumes/kubernetes.io~projected/token", "tmpfs", True),
        ("/run", "tmpfs", False),
        ("/var/lib/kubelet", "xfs", False),
    ],
)
def test_what_is_not_asked(mount: str, fstype: str, left_out: bool) -> None:
    (one,) = visible_mounts(f"1 0 8:1 / {mount} rw - {fstype} d rw")
    assert is_left_out(one) is left_out
