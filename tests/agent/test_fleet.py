"""Connections are kept, shared by nobody, and closed between rounds only."""

from pathlib import Path

import pytest

from agent.config import Config, load
from agent.fleet import Fleet
from collectors.transport.deadline import Deadline
from collectors.transport.shell import Answer, Shell
from exporters.contract import Lane


class Noted:
    """A shell that notes what is done with it; nothing of SSH is under test here."""

    def __init__(self) -> None:
        self.closed = self.interrupted = 0

    def connect(self, deadline: Deadline) -> None: ...

    def run(self, script: str, deadline: Deadline, until: bytes) -> Answer:
        return Answer(b"", b"", 0)

    def interrupt(self) -> None:
        self.interrupted += 1

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "config.yaml"
    path.write_text("system: Test\nhosts: [{name: here, transport: local}, {name: web-01, password_env: HOME}]\n")
    return load(path)


@pytest.fixture
def made() -> list[Noted]:
    return []


@pytest.fixture
def fleet(made: list[Noted]) -> Fleet:
    def make(config: Config, host: str) -> Shell:
        made.append(Noted())
        return made[-1]

    return Fleet(make)


def test_the_fast_lane_keeps_its_connection_the_slow_one_gives_it_back(
    fleet: Fleet, made: list[Noted], config: Config
) -> None:
    for lane in (Lane.FAST, Lane.SLOW, Lane.FAST, Lane.SLOW):
        fleet.take(config, "web-01", lane)
        fleet.give_back("web-01", lane)
    assert [shell.closed for shell in made] == [0, 1, 1]


def test_a_connection_in_use_is_closed_when_its_round_has_ended(
    fleet: Fleet, made: list[Noted], config: Config
) -> None:
    fleet.take(config, "web-01", Lane.FAST)
    fleet.forget("web-01")
    assert made[0].closed == 0
    fleet.give_back("web-01", Lane.FAST)
    assert made[0].closed == 1
    fleet.take(config, "web-01", Lane.FAST)
    fleet.give_back("web-01", Lane.FAST)
    fleet.forget("web-01")
    assert [shell.closed for shell in made] == [1, 1]


def test_only_rounds_under_way_are_interrupted(fleet: Fleet, made: list[Noted], config: Config) -> None:
    fleet.take(config, "web-01", Lane.FAST)
    fleet.take(config, "here", Lane.FAST)
    fleet.give_back("here", Lane.FAST)
    fleet.interrupt()
    assert [shell.interrupted for shell in made] == [1, 0]
    fleet.close()
    assert [shell.closed for shell in made] == [1, 1]


def test_only_this_machine_is_read_locally(fleet: Fleet, config: Config) -> None:
    assert fleet.reader(config, "here") is fleet.reader(config, "here") is not None
    assert fleet.reader(config, "web-01") is None
