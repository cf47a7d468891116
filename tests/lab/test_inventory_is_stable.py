"""The inventory of whole servers: the same a moment later, and different by just what somebody changed."""

import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import pytest

from agent.catalogue import CollectorPlugin, catalogue
from collectors.contract import Kind, SectionError
from tests.collectors.in_shells import alone
from tests.lab import Lab, faults
from tests.lab.host import LabHost

DEBIAN = ("debian-11", "debian-12", "debian-13")
HOSTS = (*DEBIAN, "busybox")
MOMENT = 10.0

Inventory = Mapping[tuple[str, Kind, str], str]
"""Values by collector, kind and name."""

INVENTORIED: Mapping[str, CollectorPlugin] = {
    name: plugin for name, plugin in catalogue().collectors.items() if plugin.collector.inventory
}


def inventory(host: LabHost, *names: str) -> Inventory:
    """What these collectors, or all, tell of a host that they may see all of."""
    found: dict[tuple[str, Kind, str], str] = {}
    for name in names or INVENTORIED:
        collector = INVENTORIED[name].collector
        assert collector.inventory is not None
        try:
            facts = collector.parse(host.sh(alone(collector, sent_at=time.time()), check=False))
        except SectionError:
            continue
        found |= {(name, entry.kind, entry.name): entry.value for entry in collector.inventory(facts)}
    return found


def changed(before: Inventory, after: Inventory) -> dict[tuple[str, Kind, str], tuple[str | None, str | None]]:
    """What differs, with its values before and after; None where it is not there."""
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return {key: (before.get(key), after.get(key)) for key in keys}


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_is_the_same_a_moment_later(lab: Lab, name: str) -> None:
    host = lab.hosts[name]
    first = inventory(host)
    time.sleep(MOMENT)
    assert changed(first, inventory(host)) == {}
    kinds = {kind for _, kind, _ in first}
    assert kinds >= {Kind.HARDWARE, Kind.SYSTEM, Kind.KERNEL_PARAMETER, Kind.PORT, Kind.ADDRESS, Kind.MOUNT}
    if host.has_systemd:
        assert kinds >= {Kind.SERVICE, Kind.TIMER}


def told_by(host: LabHost, change: AbstractContextManager[Any], *names: str) -> tuple[Any, dict[Any, Any]]:
    """What a change yields, and what differs while it is there; afterwards nothing does."""
    before = inventory(host, *names)
    with change as yielded:
        different = changed(before, inventory(host, *names))
    assert changed(before, inventory(host, *names)) == {}
    return yielded, different


@pytest.mark.parametrize("name", DEBIAN)
def test_a_new_service_and_its_port(lab: Lab, name: str) -> None:
    host = lab.hosts[name]
    port, different = told_by(host, faults.new_port(host), "listening_ports", "enabled_units")
    assert different == {
        ("enabled_units", Kind.SERVICE, "lab-web.service"): (None, "enabled"),
        ("listening_ports", Kind.PORT, port): (None, "every address: lab-web.service"),
    }


@pytest.mark.parametrize("name", HOSTS)
def test_a_new_address(lab: Lab, name: str) -> None:
    host = lab.hosts[name]
    address, different = told_by(host, faults.new_address(host), "network_addresses")
    assert list(different) == [("network_addresses", Kind.ADDRESS, address)]


@pytest.mark.parametrize("name", HOSTS)
def test_a_changed_parameter(lab: Lab, name: str) -> None:
    host = lab.hosts[name]
    (parameter, before, after), different = told_by(host, faults.changed_parameter(host), "kernel_parameters")
    assert different == {("kernel_parameters", Kind.KERNEL_PARAMETER, parameter): (before, after)}


@pytest.mark.parametrize("name", DEBIAN)
def test_a_new_job_of_cron(lab: Lab, name: str) -> None:
    host = lab.hosts[name]
    (job, schedule), different = told_by(host, faults.new_job(host), "crontabs")
    assert different == {("crontabs", Kind.TIMER, job): (None, schedule)}


@pytest.mark.parametrize("name", DEBIAN)
def test_another_host_name(lab: Lab, name: str) -> None:
    host = lab.hosts[name]
    names, different = told_by(host, faults.other_name(host), "operating_system")
    assert different == {("operating_system", Kind.SYSTEM, "host name"): names}
