import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.contract import UnreadableOutput
from collectors.filesystem_space import Filesystem, Filesystems, SilentFilesystem, parse, read_local
from collectors.filesystems import COLLECTOR, samples
from tests.collectors.in_shells import every_shell, printed

IN_A_NAMESPACE = ["unshare", "--mount", "--propagation", "private"]


def _can_mount() -> bool:
    return os.geteuid() == 0 and shutil.which("unshare") is not None


needs_mounts = pytest.mark.skipif(not _can_mount(), reason="mounting needs root")


NO_STAT = "stat() { false; }\n"


def asked_after(preparation: str, shell: str = "sh", without: str = "") -> Filesystems:
    """Facts from the probe in a mount namespace of its own, after `preparation`; `without`: what a host lacks."""
    script = (
        f"set -e\n{preparation}\nset +e\n{without}LC_ALL=C; export LC_ALL\nprobe() {{\n{COLLECTOR.probe}\n}}\n( probe )"
    )
    ended = subprocess.run(
        [*IN_A_NAMESPACE, *shell.split()], input=script.encode(), capture_output=True, timeout=20, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    return parse(ended.stdout.decode("utf-8", "backslashreplace"))


@every_shell
def test_stat_and_df_agree(shell: list[str]) -> None:
    by_stat = parse(printed(COLLECTOR, shell))
    by_df = parse(printed(replace(COLLECTOR, probe=NO_STAT + COLLECTOR.probe), shell))
    here = {one.mount: one for one in by_df.known}
    for one in by_stat.known:
        if other := here.get(one.mount):  # other tests and people mount meanwhile
            assert (one.size_bytes // 1024, one.inodes) == (other.size_bytes // 1024, other.inodes)
            assert one.used_ratio == pytest.approx(other.used_ratio, abs=0.02)
            assert one.inodes_told


@every_shell
def test_the_probe_agrees_with_psutil(shell: list[str]) -> None:
    asked, read = parse(printed(COLLECTOR, shell)), read_local()
    # Other tests and people mount meanwhile.
    here = {one.mount: one for one in read.known}
    common = [(one, here[one.mount]) for one in asked.known if one.mount in here]
    assert any(one.mount == "/" for one, _ in common)
    for one, other in common:
        assert (one.device, one.fstype, one.read_only) == (other.device, other.fstype, other.read_only)
        assert (one.size_bytes, one.inodes is None) == (other.size_bytes, other.inodes is None)
        assert one.used_ratio == pytest.approx(other.used_ratio, abs=0.02)


@needs_mounts
@pytest.mark.parametrize("without", ["", NO_STAT], ids=["stat", "df"])
@every_shell
def test_odd_names(shell: list[str], without: str, tmp_path: Path) -> None:
    names = ["with space", "数据", "50% 1", "back\\slash", "tab\there", "-k", "$(touch pwned)", "*", "#x", "one\\0401"]
    lines = [f"cd '{tmp_path}'"]
    for name in names:
        lines += [f"mkdir './{name}'", f"mount -t tmpfs -o size=1m odd './{name}'"]
    lines += ["""d=$(printf 'caf\\351'); mkdir "$d"; mount -t tmpfs -o size=1m odd "$d" """]
    found = asked_after("\n".join(lines), " ".join(shell), without)
    mounts = {one.mount for one in found.known if one.device == "odd"}
    assert mounts == {f"{tmp_path}/{name}" for name in names} | {f"{tmp_path}/caf\\xe9"}
    assert not any(str(tmp_path) in one.mount for one in found.silent)
    assert not (tmp_path / "pwned").exists()


@needs_mounts
@pytest.mark.parametrize("without", ["", NO_STAT], ids=["stat", "df"])
def test_one_file_system_is_told_once(without: str, tmp_path: Path) -> None:
    for name in ("whole", "a", "lower", "upper", "work", "over", "covered"):
        (tmp_path / name).mkdir()
    found = asked_after(
        f"cd {tmp_path}\nmount -t tmpfs -o size=3m one whole\nmkdir whole/part whole/up whole/work\n"
        "mount --bind whole/part a\n"
        "mount -t overlay -o lowerdir=lower,upperdir=whole/up,workdir=whole/work over over\n"
        "mount -t tmpfs -o size=4m two covered\nmount -t tmpfs -o size=5m three covered",
        without=without,
    )
    here = {one.mount.removeprefix(f"{tmp_path}/"): one.device for one in found.known if str(tmp_path) in one.mount}
    assert here == {"whole": "one", "covered": "three"}


@needs_mounts
def test_a_dead_daemon_is_not_asked(tmp_path: Path) -> None:
    """A FUSE file system whose daemon never answers: what a dead NFS server looks like to df."""
    if not Path("/dev/fuse").exists():
        pytest.skip("no FUSE here")
    mount = (
        "import ctypes, os, subprocess, sys; libc = ctypes.CDLL(None); fd = os.open('/dev/fuse', os.O_RDWR);"
        f"assert not libc.mount(b'me@files:/srv', b'{tmp_path}', b'fuse.sshfs', 0,"
        " f'fd={fd},rootmode=40000,user_id=0,group_id=0'.encode());"
        "sys.stdout.buffer.write(subprocess.run(['sh'], stdin=0, capture_output=True, timeout=20).stdout)"
    )
    begun = time.monotonic()
    ended = subprocess.run(
        [*IN_A_NAMESPACE, shutil.which("python3") or "python3", "-c", mount],
        input=f"LC_ALL=C\nprobe() {{\n{COLLECTOR.probe}\n}}\nprobe\n".encode(),
        capture_output=True,
        timeout=30,
        check=False,
    )
    if ended.returncode:
        pytest.skip(f"FUSE cannot be mounted here: {ended.stderr.decode()[-200:]}")
    facts = parse(ended.stdout.decode("utf-8", "backslashreplace"))
    assert any(one.mount == "/" for one in facts.known)
    assert not any(one.mount == str(tmp_path) for one in (*facts.known, *facts.silent))
    assert time.monotonic() - begun < 15


def test_used_as_df_counts_it() -> None:
    """Root's reserve is neither used nor free."""
    assert Filesystem("/", "d", "ext4", False, 1000, 150, 100, None, None).used_ratio == pytest.approx(850 / 950)
    assert Filesystem("/", "d", "ext4", False, 0, 0, 0, None, None).used_ratio == 0


def test_samples_leave_out_what_is_not_known() -> None:
    btrfs = Filesystem("/data", "/dev/sdb", "btrfs", False, 1000, 500, 400, None, None)
    found = {sample.name: sample.value for sample in samples(Filesystems((btrfs,), ()))}
    assert (found["node_filesystem_avail_bytes"], found["node_filesystem_files"]) == (400, 0)
    names = {sample.name for sample in samples(Filesystems((replace(btrfs, inodes_told=False),), ()))}
    assert "node_filesystem_avail_bytes" in names
    assert "node_filesystem_files" not in names


@pytest.mark.parametrize(
    ("mount", "fstype", "shown"),
    [
        *(("/", "ext4", True), ("/data", "xfs", True), ("/run", "tmpfs", True), ("/mnt/disk", "ext4", True)),
        *(("/dev/shm", "tmpfs", False), ("/device", "ext4", True), ("/sys/fs/x", "tmpfs", False)),
        *(("/var/lib/docker/overlay2/ab", "ext4", False), ("/var/lib/docker", "ext4", True)),
        *(("/srv", "overlay", False), ("/snap/core/1", "squashfs", False), ("/proc\n/x", "tmpfs", True)),
        *(("/run/credentials/a.service", "ramfs", False), ("/run/credentials", "ramfs", True)),
    ],
)
def test_samples_leave_out_what_node_exporter_leaves_out(mount: str, fstype: str, shown: bool) -> None:
    one = Filesystem(mount, "d", fstype, False, 1000, 500, 400, 10, 5)
    assert bool(list(samples(Filesystems((one,), ())))) is shown
    assert bool(list(samples(Filesystems((), (), (one,))))) is shown
    assert bool(list(samples(Filesystems((), (SilentFilesystem(mount, "d", fstype, False),))))) is shown


def test_a_bind_mount_is_judged_once_and_shown_twice() -> None:
    facts = parse(
        ROOT
        + "3 1 8:1 /srv /export rw - ext4 /dev/sda1 rw\n== stat\n4096 100 50 40 10 5 /\n4096 100 50 40 10 5 /export\n"
    )
    assert [one.mount for one in facts.known] == ["/"]
    mounts = [dict(s.labels)["mountpoint"] for s in samples(facts) if s.name == "node_filesystem_size_bytes"]
    assert mounts == ["/", "/export"]


ROOT = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
DATA = "2 1 8:2 / /data rw - xfs /dev/sdb1 rw\n"
HEADING = "Filesystem 1024-blocks Used Available Capacity Mounted on\n"


def answer(table: str, space: str, inodes: str | None = None) -> str:
    """What the probe prints; without `inodes` df says the same twice."""
    return f"{table}== space\n{space}== inodes\n{space if inodes is None else inodes}\n"


@pytest.mark.parametrize(
    "df",
    [
        "echo 'total nonsense 1 2 3 99'",
        "echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'; echo 'total nonsense 1 2 3 99'",
        "echo 'Filesystem 1024-blocks Used Available Capacity Mounted on'",
        "exit 1",
        "exit 0",
        "echo 'df: unrecognized option: P' >&2; exit 1",
    ],
)
@every_shell
def test_a_df_that_prints_nonsense_or_nothing_is_not_read(shell: list[str], df: str, tmp_path: Path) -> None:
    """Not `mounted but does not answer`: it is df that cannot be believed, not the disks that are broken."""
    fake = tmp_path / "df"
    fake.write_text(f"#!/bin/sh\n{df}\n")
    fake.chmod(0o755)
    # A function, since busybox takes its own df before one on the PATH.
    script = f'stat() {{ false; }}; df() {{ {fake} "$@"; }}\nprobe() {{\n{COLLECTOR.probe}\n}}\n( probe ) </dev/null\n'
    ended = subprocess.run([*shell, "-s"], input=script, capture_output=True, text=True, timeout=20, check=False)
    with pytest.raises(UnreadableOutput):
        parse(ended.stdout)


@pytest.mark.parametrize("said", ["", "\n", "== space\n" + HEADING + "== inodes\n", ROOT, ROOT + "== none\n"])
def test_an_empty_answer_is_no_healthy_host(said: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(said)


@every_shell
def test_without_a_mount_table_the_probe_fails(shell: list[str]) -> None:
    """Exit status and no text: the section has FAILED, and is not a host without file systems."""
    script = f"cat() {{ {{0}}; }}\nprobe() {{\n{COLLECTOR.probe}\n}}\n( probe ) </dev/null\n"
    for broken in ("false", "true"):
        said = subprocess.run(
            [*shell, "-s"], input=script.replace("{0}", broken), capture_output=True, text=True, timeout=20, check=False
        )
        assert said.returncode, broken
        assert not said.stdout.strip(), broken


def test_one_that_df_leaves_out_is_silent_while_the_others_are_told() -> None:
    facts = parse(answer(ROOT + DATA, HEADING + "/dev/sda1 100 50 40 56% /\n"))
    assert ([one.mount for one in facts.known], [one.mount for one in facts.silent]) == (["/"], ["/data"])


def test_rows_of_other_mounts_alone_say_nothing() -> None:
    with pytest.raises(UnreadableOutput):
        parse(answer(ROOT, HEADING + "/dev/sdz 100 50 40 56% /elsewhere\n"))


def test_one_with_dashes_for_numbers_is_silent() -> None:
    facts = parse(answer(ROOT + DATA, HEADING + "/dev/sda1 100 50 40 56% /\n/dev/sdb1 - - - - /data\n"))
    assert ([one.mount for one in facts.known], [one.mount for one in facts.silent]) == (["/"], ["/data"])


def test_odd_numbers_are_numbers() -> None:
    """More used than there is, as some file systems say."""
    (one,) = parse(answer(ROOT, HEADING + "/dev/sda1 100 -5 105 -5% /\n")).known
    assert one.used_ratio <= 0


def test_no_inodes_and_nothing_said_of_inodes_are_two_things() -> None:
    space = HEADING + "/dev/sda1 100 50 40 56% /\n/dev/sdb1 200 50 140 27% /data\n"
    told = parse(answer(ROOT + DATA, space, HEADING + "/dev/sda1 0 0 0 - /\n"))
    assert [(one.mount, one.inodes, one.inodes_told) for one in told.known] == [
        ("/", None, True),
        ("/data", None, False),
    ]
    # busybox may be built without `df -i`
    assert [one.inodes_told for one in parse(answer(ROOT + DATA, space, "")).known] == [False, False]


def test_a_line_end_in_a_name_is_not_taken_for_nonsense() -> None:
    """busybox prints it as it is."""
    table = ROOT + "2 1 8:2 / /a\\012b rw - tmpfs x\\012y rw\n"
    facts = parse(answer(table, HEADING + "/dev/sda1 100 50 40 56% /\nx\ny 200 50 140 27% /a\nb\n"))
    assert [(one.mount, one.size_bytes) for one in facts.known] == [("/", 102400), ("/a\nb", 204800)]


def test_stat_may_tell_of_what_covers_a_mount() -> None:
    table = ROOT + "2 1 8:2 / /srv/a rw - xfs /dev/sdb1 rw\n3 1 8:3 / /srv rw - xfs /dev/sdc1 rw\n"
    facts = parse(f"{table}== stat\n512 8 4 2 0 0 /\n4096 9 9 9 9 9 /srv/a\n4096 9 9 9 9 9 /srv\n")
    assert [(one.mount, one.size_bytes) for one in facts.known] == [("/", 4096), ("/srv", 36864)]
    assert [(one.inodes, one.inodes_told) for one in facts.known] == [(None, True), (9, True)]


@pytest.mark.parametrize(
    "said", ["", "4096 1 1 1 1 1 /elsewhere\n", "4096 1 1 1 1 /\n", "stat: odd\n", "1 1 1 1 1 ? /\n"]
)
def test_nonsense_of_stat_is_not_read(said: str) -> None:
    with pytest.raises(UnreadableOutput):
        parse(f"{ROOT}== stat\n{said}")


BIND = "3 1 8:1 /run/netns /run/netns rw - ext4 /dev/sda1 rw\n"


@pytest.mark.parametrize(
    ("table", "kept"),
    [
        (ROOT + BIND, "/"),
        (BIND.replace("3 1", "1 0") + ROOT, "/"),
        ("1 0 8:1 /@/run/netns /run/netns rw - btrfs d rw\n2 0 8:1 /@ / rw - btrfs d rw\n", "/"),
        ("1 0 8:1 / /mnt/deep/er rw - ext4 d rw\n2 0 8:1 / /mnt rw - ext4 d rw\n", "/mnt"),
        ("1 0 8:1 /a /x rw - ext4 d rw\n2 0 8:1 / /mnt/deep/er rw - ext4 d rw\n", "/mnt/deep/er"),
    ],
)
def test_the_mount_nearest_the_root_stands_for_the_device(table: str, kept: str) -> None:
    mounts = [line.split()[4] for line in table.splitlines()]
    other = "9 1 8:9 / /other rw - ext4 /dev/other rw\n"
    rows = HEADING + "/dev/other 300 50 40 56% /other\n"
    told = parse(answer(table + other, rows + "".join(f"d 100 50 40 56% {mount}\n" for mount in mounts)))
    assert {one.mount for one in told.known} == {kept, "/other"}
    silent = parse(answer(table + other, rows))
    assert [one.mount for one in silent.silent] == [kept]
