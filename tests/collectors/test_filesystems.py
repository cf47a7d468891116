import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from collectors.filesystems import COLLECTOR, Filesystem, Filesystems, parse, read_local, samples
from tests.collectors.in_shells import every_shell, printed

IN_A_NAMESPACE = ["unshare", "--mount", "--propagation", "private"]


def _can_mount() -> bool:
    return os.geteuid() == 0 and shutil.which("unshare") is not None


needs_mounts = pytest.mark.skipif(not _can_mount(), reason="mounting needs root")


def asked_after(preparation: str, shell: str = "sh") -> Filesystems:
    """Facts from the probe in a mount namespace of its own, after `preparation`."""
    script = f"set -e\n{preparation}\nset +e\nLC_ALL=C; export LC_ALL\nprobe() {{\n{COLLECTOR.probe}\n}}\n( probe )"
    ended = subprocess.run(
        [*IN_A_NAMESPACE, *shell.split()], input=script.encode(), capture_output=True, timeout=20, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    return parse(ended.stdout.decode("utf-8", "backslashreplace"))


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
@every_shell
def test_odd_names(shell: list[str], tmp_path: Path) -> None:
    names = ["with space", "数据", "50% 1", "back\\slash", "tab\there", "-k", "$(touch pwned)", "*", "#x", "one\\0401"]
    lines = [f"cd '{tmp_path}'"]
    for name in names:
        lines += [f"mkdir './{name}'", f"mount -t tmpfs -o size=1m odd './{name}'"]
    lines += ["""d=$(printf 'caf\\351'); mkdir "$d"; mount -t tmpfs -o size=1m odd "$d" """]
    found = asked_after("\n".join(lines), " ".join(shell))
    mounts = {one.mount for one in found.known if one.device == "odd"}
    assert mounts == {f"{tmp_path}/{name}" for name in names} | {f"{tmp_path}/caf\\xe9"}
    assert not any(str(tmp_path) in one.mount for one in found.silent)
    assert not (tmp_path / "pwned").exists()


@needs_mounts
def test_one_file_system_is_told_once(tmp_path: Path) -> None:
    for name in ("whole", "a", "lower", "upper", "work", "over", "covered"):
        (tmp_path / name).mkdir()
    found = asked_after(
        f"cd {tmp_path}\nmount -t tmpfs -o size=3m one whole\nmkdir whole/part whole/up whole/work\n"
        "mount --bind whole/part a\n"
        "mount -t overlay -o lowerdir=lower,upperdir=whole/up,workdir=whole/work over over\n"
        "mount -t tmpfs -o size=4m two covered\nmount -t tmpfs -o size=5m three covered"
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
    names = {sample.name for sample in samples(Filesystems((btrfs,), ()))}
    assert "node_filesystem_avail_bytes" in names
    assert "node_filesystem_files" not in names
