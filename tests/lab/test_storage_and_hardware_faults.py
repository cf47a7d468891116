"""Faults of volumes, hardware, power, jobs and logins, made for real on the oldest and newest system and on busybox.

What no machine can be made to have (a hot board, a RAID controller) is shown by files and tools of its own.
Many faults are made at once, since each is looked for by a check of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from typing import Any, NamedTuple

import pytest

from tests.lab import Lab, LabHost, faults
from tests.lab.agent import Agent, allow_what_needs_root, rounds, running_agent, wait_for
from tests.lab.faults.volumes import Disks

DEBIAN = ("debian-11", "debian-13")
HOSTS = (*DEBIAN, "busybox")

_OFTEN = {"every": "4s", "retries": 1}
_FOR_A_WHILE = {**_OFTEN, "shown_for": "20s"}

SETTINGS: dict[str, Any] = {
    "timezone": "UTC",
    "rounds": {"every": "3s", "deadline": "2900ms", "slow_deadline": "60s"},
    "ssh": {"connect_timeout": "2s", "login_again_after": "1s", "sudo": True},
    "checks": {
        "btrfs": _OFTEN,
        "cron_jobs": _OFTEN,
        "disk_latency": {"retries": 1, "also": ["loop*"], "stuck": {"warn": "2s", "crit": "5s"}},
        "ecc_errors": _FOR_A_WHILE,
        "error_log": {**_OFTEN, "new_for": "8s"},
        "fans": _OFTEN,
        "hardware_event_log": _FOR_A_WHILE,
        "hardware_identity": _FOR_A_WHILE,
        "ipmi_sensors": _OFTEN,
        "link_speed": _OFTEN,
        "logged_in_users": {**_OFTEN, "idle": {"warn": "3s"}},
        "outdated_processes": _OFTEN,
        "power_supplies": _OFTEN,
        "quotas": _OFTEN,
        "raid_controllers": _OFTEN,
        "temperatures": _OFTEN,
        "ups": _OFTEN,
        "volume_groups": _OFTEN,
    },
}

Pairs = dict[str, Disks]


@pytest.fixture(scope="module")
def equipment(lab: Lab) -> Iterator[None]:
    """What the faults befall, on all hosts and well."""
    with ExitStack() as there:
        there.enter_context(faults.on_all(lab, HOSTS, faults.board))
        for make in (faults.ups, faults.bmc, faults.raid_controller, faults.quota_file_system):
            there.enter_context(faults.on_all(lab, DEBIAN, make))
        yield


@pytest.fixture(scope="module")
def mirrors(lab: Lab) -> Iterator[Pairs]:
    with ExitStack() as there:
        yield {name: there.enter_context(faults.btrfs_mirror(lab.hosts[name])) for name in DEBIAN}


@pytest.fixture(scope="module")
def groups(lab: Lab) -> Iterator[Pairs]:
    with ExitStack() as there:
        yield {name: there.enter_context(faults.volume_group(lab.hosts[name])) for name in DEBIAN}


@pytest.fixture(scope="module")
def agent(
    lab: Lab, equipment: None, mirrors: Pairs, groups: Pairs, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("hardware-faults")
    allow_what_needs_root(lab, DEBIAN, lab.write_config(folder / "config.yaml", SETTINGS))
    with running_agent(lab, folder, SETTINGS) as running:
        for name in HOSTS:  # what was seen first is what the rest is held against
            wait_for(lambda name=name: {check for check, _ in running.results(name)} >= SETTINGS["checks"].keys())
        yield running


class Fault(NamedTuple):
    """How it is made, and where it must be found, and told with which words."""

    make: Callable[[LabHost], AbstractContextManager[Any]]
    check: str
    item: str
    state: str
    words: str


def assert_found_and_cleared(agent: Agent, lab: Lab, names: Sequence[str], made: Sequence[Fault]) -> None:
    """All of the faults on each of the hosts; in the end each item is as before, or gone as before."""
    items = [(name, fault.check, fault.item) for fault in made for name in names]
    before = [agent.state(*item) for item in items]
    assert set(before) <= {"OK", None}, dict(zip(items, before, strict=True))
    with ExitStack() as standing:
        for make in dict.fromkeys(fault.make for fault in made):
            standing.enter_context(faults.on_all(lab, names, make))
        for fault in made:
            for name in names:
                agent.wait_for_state(fault.state, name, fault.check, fault.item)
                assert fault.words in agent.said(name, fault.check, fault.item)
    for item, state in zip(items, before, strict=True):
        agent.wait_for_state(state, *item)


def test_a_hot_board_no_cron_and_a_forgotten_login(agent: Agent, lab: Lab) -> None:
    made = [
        Fault(faults.hot_processor, "temperatures", faults.PROCESSOR, "CRIT", "93 °C"),
        Fault(faults.stopped_fan, "fans", faults.FAN, "CRIT", "stands still"),
        Fault(faults.stopped_service, "cron_jobs", "cron", "CRIT", "does not run"),
        Fault(partial(faults.forgotten_login, lab), "logged_in_users", "idle", "WARN", "rounds on pts/"),
    ]
    assert_found_and_cleared(agent, lab, HOSTS, made)


def test_another_board_without_mains_whose_raid_is_degraded(agent: Agent, lab: Lab) -> None:
    crontab = "/etc/cron.d/lab-broken"
    made = [
        Fault(faults.other_serial_number, "hardware_identity", "serial", "WARN", "XYZ9876, was ABC1234"),
        Fault(faults.degraded_raid, "raid_controllers", "c0 v0", "CRIT", "degraded (Dgrd)"),
        Fault(faults.on_battery, "ups", faults.UPS, "WARN", "on battery"),
        Fault(faults.broken_crontab, "cron_jobs", crontab, "WARN", "ewline"),
        Fault(faults.outdated_service, "outdated_processes", "outdated processes", "WARN", "lab-outdated"),
    ]
    assert_found_and_cleared(agent, lab, DEBIAN, made)


def test_hot_air_a_pulled_plug_an_empty_battery_and_disks_that_are_gone(
    agent: Agent, lab: Lab, mirrors: Pairs, groups: Pairs
) -> None:
    """The management controller tells of air and plug by its sensors, and writes both into its event log."""
    log, hot = "hardware_event_log", "Upper Critical going high"
    made = [
        Fault(faults.hot_inlet, "ipmi_sensors", faults.INLET, "CRIT", "above the upper critical limit"),
        Fault(faults.hot_inlet, log, f"Temperature {faults.INLET}", "CRIT", hot),
        Fault(faults.pulled_plug, "power_supplies", faults.SUPPLY, "CRIT", "AC lost"),
        Fault(faults.pulled_plug, log, f"Power Supply {faults.SUPPLY}", "CRIT", "AC lost"),
        Fault(faults.battery_low, "ups", faults.UPS, "CRIT", "battery low"),
        Fault(_on(mirrors, faults.mirror_without_a_disk), "btrfs", faults.MIRROR, "CRIT", "device 2 is missing"),
        Fault(_on(groups, faults.group_gone), "volume_groups", faults.GROUP, "CRIT", "gone"),
        Fault(partial(faults.over_quota, mebibytes=8), "quotas", f"{faults.QUOTA} user rounds", "CRIT", "8"),
    ]
    assert_found_and_cleared(agent, lab, DEBIAN, made)


def test_a_rotten_copy_a_lost_disk_and_a_user_who_stores_too_much(
    agent: Agent, lab: Lab, mirrors: Pairs, groups: Pairs
) -> None:
    rot, lose = _on(mirrors, faults.rotten_copy), _on(groups, faults.group_without_a_disk)
    made = [
        Fault(rot, "btrfs", f"{faults.MIRROR} errors", "CRIT", "device 2 corruption +"),
        Fault(rot, "btrfs", f"{faults.MIRROR} scrub", "WARN", "errors: 0 not mended"),
        Fault(lose, "volume_groups", faults.GROUP, "CRIT", "1 of 2 disks missing"),
        Fault(faults.over_quota, "quotas", f"{faults.QUOTA} user rounds", "WARN", "6"),
        Fault(faults.no_ups_driver, "ups", faults.UPS, "UNKNOWN", "does not answer"),
    ]
    assert_found_and_cleared(agent, lab, DEBIAN, made)


def _on(
    pairs: Pairs, make: Callable[[Disks], AbstractContextManager[str]]
) -> Callable[[LabHost], AbstractContextManager[str]]:
    return lambda host: make(pairs[host.name])


def test_a_disk_that_is_slow_and_then_does_not_answer(agent: Agent, lab: Lab) -> None:
    with faults.slow_disk(lab.premises, seconds=0.6) as disk:
        agent.wait_for_all(HOSTS, "CRIT", "disk_latency", disk.name)
        assert agent.said("busybox", "disk_latency", disk.name).startswith("reads ")
        with faults.not_answering(disk):
            for name in HOSTS:
                wait_for(lambda name=name: "no answer for" in agent.said(name, "disk_latency", disk.name))
                agent.wait_for_state("CRIT", name, "disk_latency", disk.name)
    for name in HOSTS:
        wait_for(lambda name=name: agent.state(name, "disk_latency", disk.name) in (None, "OK"))


def test_a_slower_link_a_memory_error_and_a_new_kind_of_error(agent: Agent, lab: Lab) -> None:
    """The link is mended on two hosts, and accepted on the third; the errors are told for a while."""
    items = (("link_speed", faults.CARD), ("ecc_errors", faults.MODULE), ("error_log", "new kinds"))
    for check, item in items:
        agent.wait_for_all(HOSTS, "OK", check, item)
    for name in HOSTS:
        faults.set_link_speed(lab.hosts[name], 1000)
    agent.wait_for_all(HOSTS, "WARN", "link_speed", faults.CARD)
    for name in HOSTS:  # one by one: what is told for a while only would be over before a slow machine came to see it
        faults.uncorrected_memory_error(lab.hosts[name])
        agent.wait_for_state("CRIT", name, "ecc_errors", faults.MODULE)
        faults.logged_error(lab.hosts[name], "error: never told of before")
        wait_for(lambda name=name: "never told of before" in agent.said(name, "error_log", "new kinds"))
    for name in HOSTS:
        assert "was 10 Gbit/s" in agent.said(name, "link_speed", faults.CARD)
    *mended, accepted = HOSTS
    rounds("relearn", accepted, "link_speed", config=agent.folder / "config.yaml")
    for name in mended:
        faults.set_link_speed(lab.hosts[name], 10000)
    for check, item in items:
        agent.wait_for_all(HOSTS, "OK", check, item)
    assert agent.said(accepted, "link_speed", faults.CARD) == "1 Gbit/s, full duplex"


def test_nothing_was_unreadable(agent: Agent) -> None:
    for name in HOSTS:
        bad = [r for r in agent.results(name).values() if r["reason"] in ("bug", "unreadable", "failed", "late")]
        assert not bad, name
