"""What was seen first of a host is held against what comes, through restarts of the agent and looks that failed."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from agent.catalogue import Catalogue, catalogue
from agent.config import load
from agent.daemon import Daemon
from agent.memory import opened_history
from checks.contract import State
from collectors import smart
from collectors.contract import Reason
from exporters.contract import CheckOutcome, Lane
from tests.collectors.commands import Commands

REPORT = (
    '{{"smartctl":{{"exit_status":0}},"device":{{"type":"sat"}},"model_name":"WDC WD40EFRX","serial_number":"WD-1",'
    '"smart_status":{{"passed":true}},'
    '"ata_smart_attributes":{{"table":[{{"id":5,"name":"Reallocated_Sector_Ct","raw":{{"value":{0},"string":"{0}"}}}}]}}}}'
)


class Host:
    """This machine with one disk, whose sectors were reallocated so many times, and an agent that looks at it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._answer, self._patch = folder / "answer", patch
        (folder / "block" / "sda").mkdir(parents=True)
        commands = Commands(folder / "bin", patch)
        commands.add("smartctl", f'[ "$1" = --scan ] || cat "{self._answer}"')
        probe = commands.in_place(smart.COLLECTOR, sys_block=folder / "block", sys_class_nvme=folder / "none")
        full = catalogue()
        here = replace(full.collectors["smart"], collector=probe)
        self._catalogue = Catalogue({**full.collectors, "smart": here}, full.checks, full.exporters)
        others = ", ".join(
            f"{name}: {{enabled: false}}" for name in full.checks if name not in ("disk_health", "load_per_core")
        )
        path = folder / "config.yaml"
        path.write_text(
            "system: Test\nhosts: [{name: here, transport: local}]\nhistory: {url: 'sqlite:///history.db'}\n"
            f"checks: {{{others}}}\n",
            encoding="utf-8",
        )
        self.config = load(path)

    def counts(self, reallocated: int) -> None:
        self._answer.write_text(REPORT.format(reallocated), encoding="utf-8")

    def says(self, words: str) -> None:
        self._answer.write_text(words, encoding="utf-8")

    @contextmanager
    def agent(self) -> Iterator[Daemon]:
        """From its start to its end, without its clock."""
        daemon = Daemon(self.config, self._catalogue)
        self._patch.setattr(daemon.dispatcher, "ring", lambda host, lane: None)  # the test makes the rounds
        daemon.history.start()
        daemon._restore()
        daemon._relearn()
        try:
            assert daemon.conductor.make_round("here", Lane.FAST, nullcontext())
            yield daemon
        finally:
            daemon.stop()


def look(daemon: Daemon) -> CheckOutcome:
    """What the next slow round says of disks."""
    daemon.conductor._asked_at["here"].clear()  # an hour has passed
    assert daemon.conductor.make_round("here", Lane.SLOW, nullcontext())
    standing = daemon.conductor.board.standing("here")
    assert standing is not None
    return standing.outcomes["disk_health"]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(tmp_path, monkeypatch)


def told(outcome: CheckOutcome) -> tuple[str, State, str]:
    (result,) = outcome.results
    return result.item, result.state, result.summary.en


OLD = ("WD-1", State.OK, "sda WDC WD40EFRX: passed, 8 reallocated sectors as before")
GROWN = ("WD-1", State.CRIT, "sda WDC WD40EFRX: 9 reallocated sectors (baseline 8)")


def test_a_counter_is_held_against_first_sight_through_restarts(host: Host) -> None:
    host.counts(8)
    with host.agent() as daemon:
        assert told(look(daemon)) == OLD
        assert told(look(daemon)) == OLD
    host.counts(9)
    for _ in range(2):
        with host.agent() as daemon:
            assert told(look(daemon)) == GROWN
            assert told(look(daemon)) == GROWN


def test_looks_that_fail_forget_nothing(host: Host) -> None:
    host.counts(8)
    with host.agent() as daemon:
        assert told(look(daemon)) == OLD
        host.says("Segmentation fault")
        assert look(daemon).reason is Reason.UNREADABLE
        host.says("== denied /usr/sbin/smartctl")
        assert look(daemon).reason is Reason.NO_PERMISSION
        host.counts(9)
        assert told(look(daemon)) == GROWN
    host.says("Segmentation fault")
    with host.agent() as daemon:
        assert look(daemon).reason is Reason.UNREADABLE
    with host.agent() as daemon:
        assert look(daemon).reason is Reason.UNREADABLE
        host.counts(9)
        assert told(look(daemon)) == GROWN


@pytest.mark.parametrize("while_it_runs", [True, False])
def test_what_is_accepted_is_learned_anew(host: Host, while_it_runs: bool) -> None:
    host.counts(8)
    with host.agent() as daemon:
        look(daemon)
        host.counts(9)
        assert told(look(daemon)) == GROWN
        if while_it_runs:
            with opened_history(host.config) as beside:
                beside.ask_to_relearn("here", ("smart",), "alice")
            daemon._relearn()
            assert told(look(daemon)) == ("WD-1", State.OK, OLD[2].replace("8", "9"))
    if not while_it_runs:
        with opened_history(host.config) as beside:
            beside.ask_to_relearn("here", ("smart",), "alice")
    for _ in range(2):
        with host.agent() as daemon:
            assert told(look(daemon)) == ("WD-1", State.OK, OLD[2].replace("8", "9"))
    host.counts(10)
    with host.agent() as daemon:
        assert told(look(daemon)) == ("WD-1", State.CRIT, "sda WDC WD40EFRX: 10 reallocated sectors (baseline 9)")
