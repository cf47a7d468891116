import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from collectors import filesystems, network_mounts
from collectors.contract import NotApplicable, UnreadableOutput
from collectors.network_mounts import Answer, NetworkMount, NetworkMounts, compare, parse
from tests.collectors.in_shells import every_shell, printed
from tests.fuse_mounts import askers, fuse, needs_fuse


def looked_at(folder: Path, shell: list[str], *arguments: str) -> NetworkMount:
    facts = parse(printed(network_mounts.COLLECTOR, shell, *arguments))
    (mount,) = (mount for mount in facts.mounts if mount.mount == str(folder))
    return mount


@needs_fuse
@every_shell
def test_one_that_answers(shell: list[str], tmp_path: Path) -> None:
    with fuse(tmp_path / "a b\\c%s"):
        mount = looked_at(tmp_path / "a b\\c%s", shell)
    assert (mount.answer, mount.device, mount.fstype) == (Answer.GIVEN, "rounds-test", "fuse.rounds-test")
    assert (mount.size_bytes, mount.free_bytes, mount.available_bytes) == (4_096_000, 1_024_000, 1_024_000)


@needs_fuse
@every_shell
def test_a_daemon_that_is_gone(shell: list[str], tmp_path: Path) -> None:
    with fuse(tmp_path / "gone") as daemon:
        daemon.kill()
        daemon.wait(10)
        mount = looked_at(tmp_path / "gone", shell)
    assert (mount.answer, mount.reason) == (Answer.ERROR, "Transport endpoint is not connected")


@needs_fuse
@every_shell
def test_a_daemon_that_is_stopped_hangs_only_its_mount_and_only_for_so_long(shell: list[str], tmp_path: Path) -> None:
    with fuse(tmp_path / "well"), fuse(tmp_path / "stopped") as daemon:
        daemon.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        facts = parse(printed(network_mounts.COLLECTOR, shell))
        assert 1.9 < time.monotonic() - begun < 8
        answers = {Path(mount.mount).name: mount.answer for mount in facts.mounts}
        assert (answers["well"], answers["stopped"]) == (Answer.GIVEN, Answer.NONE)
        daemon.send_signal(signal.SIGCONT)
        assert looked_at(tmp_path / "stopped", shell).answer is Answer.GIVEN
        assert askers(tmp_path / "stopped") == []


@needs_fuse
def test_who_cannot_be_killed_is_waited_for_by_nobody_and_stays_alone(tmp_path: Path) -> None:
    """The daemon has taken the question: not even SIGKILL frees the process that asked it."""
    folder = tmp_path / "mute"
    with fuse(folder, "mute") as daemon:
        looks, durations = [], []
        for shell in (["dash"], ["bash", "--posix"], ["busybox", "sh"], ["dash"], ["dash"]):
            begun = time.monotonic()
            looks.append(looked_at(folder, shell))
            durations.append(time.monotonic() - begun)
            assert len(askers(folder)) == 1
        assert {look.answer for look in looks} == {Answer.NONE}
        assert durations[0] < 8
        assert max(durations[1:]) < 2, "it is not asked again while the first one hangs"
        assert looks[0].hung_seconds == 2.0
        assert 2.0 <= (looks[-1].hung_seconds or 0) < 60
        daemon.kill()
        daemon.wait(10)
        assert looked_at(folder, ["dash"]).answer is Answer.ERROR
        assert askers(folder) == []


@needs_fuse
def test_the_space_of_other_file_systems_is_told_meanwhile(tmp_path: Path) -> None:
    with fuse(tmp_path / "stopped") as daemon:
        daemon.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        told = filesystems.parse(printed(filesystems.COLLECTOR, ["dash"]))
        assert time.monotonic() - begun < 1.5
        assert told.known
        assert str(tmp_path / "stopped") not in {f.mount for f in (*told.known, *told.silent)}


@needs_fuse
def test_one_that_its_owner_keeps_to_himself(tmp_path: Path) -> None:
    with fuse(tmp_path / "private", "private"):
        for shell, user in ((["dash"], Answer.GIVEN), (["setpriv", "--reuid=65534", "dash"], Answer.CLOSED)):
            tmp_path.chmod(0o755)
            mount = looked_at(tmp_path / "private", shell)
            assert mount.answer is user or mount.reason == "Permission denied"


def mountinfo(number: int, kind: str, mount: str) -> str:
    return f"{number} 29 0:50 / {mount} rw,relatime - {kind} filer:/x rw\n"


def test_none_is_mounted() -> None:
    with pytest.raises(NotApplicable, match="no network or FUSE"):
        parse("uptime 12.5\n")


def test_each_asked_must_have_answered() -> None:
    with pytest.raises(UnreadableOutput, match="an answer for each mount"):
        parse("uptime 12.5\nmount " + mountinfo(45, "nfs4", "/srv/share"))


def test_space_beyond_all_bounds_is_not_told() -> None:
    table = "uptime 12.5\nmount " + mountinfo(45, "fuse.s3fs", "/srv/bucket")
    (mount,) = parse(table + "answer 45 4096 18446744073709551615 18446744073709551615 9\n").mounts
    assert (mount.answer, mount.size_bytes) == (Answer.GIVEN, None)


def test_two_on_one_mount_point_are_one() -> None:
    table = "uptime 12.5\nmount " + mountinfo(45, "nfs4", "/srv/share") + "mount " + mountinfo(46, "nfs", "/srv/share")
    (mount,) = parse(table + "answer 45 4096 10 5 5\nanswer 46 4096 10 5 5\n").mounts
    assert mount.fstype == "nfs"


def test_what_hung_before_has_hung_since_then() -> None:
    hung = NetworkMount("/srv/share", "filer:/x", "nfs4", Answer.NONE, hung_seconds=2.0)
    first = NetworkMounts(1000.0, (hung,))
    second = compare(first, NetworkMounts(1300.0, (hung,)))
    assert second.mounts[0].hung_seconds == 302.0
    assert compare(second, NetworkMounts(1600.0, (hung,))).mounts[0].hung_seconds == 602.0
    well = replace(hung, answer=Answer.GIVEN, hung_seconds=None)
    assert compare(second, NetworkMounts(1600.0, (well,))).mounts == (well,)
    assert compare(second, NetworkMounts(10.0, (hung,))).mounts == (hung,), "the host was started anew"
