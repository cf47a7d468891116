import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import Popen

import pytest

from agent.catalogue import catalogue
from collectors.contract import UnreadableOutput
from collectors.unanswered import MOST
from tests.collectors.commands import Commands
from tests.collectors.in_shells import every_shell, printed

NAME = "zpool-of-tests"  # others on this machine may test with zpool at the same time


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As many of one command as there may be, none of which ends; and a zpool that answers."""
    commands = Commands(tmp_path / "bin", monkeypatch)
    commands.add("zpool", "echo no pools available")
    commands.add(NAME, f'while [ -e "{tmp_path}/dead" ]; do sleep 0.05; done')
    (tmp_path / "dead").touch()
    children = [Popen([tmp_path / "bin" / NAME]) for _ in range(MOST)]
    while any(Path(f"/proc/{child.pid}/comm").read_text() != f"{NAME}\n" for child in children):
        time.sleep(0.01)
    yield
    (tmp_path / "dead").unlink()
    for child in children:
        child.wait(10)


@every_shell
@pytest.mark.parametrize(("name", "said"), [(NAME, "== unanswered zpool"), (NAME[:-1], "no pools available")])
@pytest.mark.usefixtures("waiting")
def test_no_more_are_started(shell: list[str], name: str, said: str) -> None:
    pools = catalogue().collectors["zfs_pools"].collector
    assert said in printed(replace(pools, probe=pools.probe.replace("-e zpool", f"-e {name}")), shell)


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        ("zfs_pools", "zpool"),
        ("logical_volumes", "vgs lvs"),
        ("raid_controllers", "storcli64 storcli perccli64 perccli ssacli hpssacli"),
        ("ipmi_sensors", "ipmitool"),
        ("ipmi_event_log", "ipmitool"),
    ],
)
def test_it_is_told(name: str, commands: str) -> None:
    collector = catalogue().collectors[name].collector
    assert f"== unanswered {commands}'" in collector.probe
    with pytest.raises(UnreadableOutput, match="still wait"):
        collector.parse(f"== unanswered {commands}\n")
