"""A round on a host with dead mounts, over a real OpenSSH server."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

from collectors import filesystems, network_mounts
from collectors.contract import Collector
from collectors.network_mounts import Answer
from collectors.transport.deadline import Deadline
from collectors.transport.script import ScriptSection, SectionAnswer, assemble, end_mark, take_apart
from collectors.transport.ssh import SshShell
from tests.collectors.transport.conftest import SOON, Sshd
from tests.fuse_mounts import askers, fuse, needs_fuse

MARKER = "@rounds-test"


def section(name: str, collector: Collector[object]) -> ScriptSection:
    return ScriptSection(name, collector.probe, (), collector.needs_command, collector.timeout_seconds)


SECTIONS = (
    section("network_mounts", network_mounts.COLLECTOR),  # type: ignore[arg-type]
    section("filesystems", filesystems.COLLECTOR),  # type: ignore[arg-type]
    ScriptSection("last", "echo reached"),
)


def round_of(shell: SshShell) -> dict[str, SectionAnswer]:
    answer = shell.run(assemble(SECTIONS, MARKER, time.time()), Deadline(30), end_mark(MARKER))
    assert answer.cut is None
    return dict(take_apart(answer.output, MARKER, SECTIONS))


def left(folder: Path, expected: int) -> int:
    """How many askers are left, as soon as it is `expected`: who was killed takes a moment to go."""
    limit = time.monotonic() + SOON
    while len(askers(folder)) != expected and time.monotonic() < limit:
        time.sleep(0.02)
    return len(askers(folder))


@needs_fuse
def test_dead_mounts_cost_one_bounded_section_and_never_the_round(sshd: Callable[..., Sshd], tmp_path: Path) -> None:
    shell = SshShell(sshd().trusted())
    with fuse(tmp_path / "mute", "mute") as mute, fuse(tmp_path / "stopped") as stopped:
        stopped.send_signal(signal.SIGSTOP)
        for _ in range(5):
            begun = time.monotonic()
            parts = round_of(shell)
            assert time.monotonic() - begun < 8
            facts = network_mounts.parse(parts["network_mounts"].text)
            found = {Path(mount.mount).name: mount.answer for mount in facts.mounts}
            assert (found["mute"], found["stopped"]) == (Answer.NONE, Answer.NONE)
            assert filesystems.COLLECTOR.parse(parts["filesystems"].text).known
            assert parts["last"].text.strip() == "reached"
            assert (left(tmp_path / "mute", 1), left(tmp_path / "stopped", 0)) == (1, 0), "they pile up"
        stopped.send_signal(signal.SIGCONT)
        mute.kill()
        mute.wait(10)
        facts = network_mounts.parse(round_of(shell)["network_mounts"].text)
        found = {Path(mount.mount).name: mount.answer for mount in facts.mounts}
        assert (found["mute"], found["stopped"]) == (Answer.ERROR, Answer.GIVEN)
        assert left(tmp_path / "mute", 0) == 0
    shell.close()
