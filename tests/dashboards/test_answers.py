"""What a tile or a table answers to states that this machine and the recordings do not have, as promtool works it out.

A dash is for what nobody looked at, 0 for what somebody looked at and found well; what is worst must not be missing.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.dashboards.dashboards_on_disk import queries

pytestmark = pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")

AGENT = 'job="rounds",instance="a"'
NOTHING: Mapping[str, float] = {}
EMPTY, EXPIRED = ('check="empty_passwords",item="passwords"', 'check="expired_accounts",item="passwords"')
SYSTEM = 'check="end_of_life",item="distribution"'


@dataclass(frozen=True, slots=True)
class Case:
    """`seen` are series by family and labels, `wanted` those of the answer by their labels."""

    query: str
    seen: Mapping[tuple[str, str], float]
    wanted: Mapping[str, float] = field(default_factory=lambda: {"{}": 0})


def state(labels: str, value: float) -> Mapping[tuple[str, str], float]:
    return {("rounds_check_state", labels): value}


ACCOUNTS = [
    Case("rounds-accounts / Empty passwords / A", state(EMPTY, 0)),
    Case("rounds-accounts / Empty passwords / A", state(EMPTY, 2), NOTHING),
    Case(
        "rounds-accounts / Empty passwords / A",
        {**state(EMPTY, 0), ("rounds_empty_passwords_empty", 'item="guest"'): 1},
        {"{}": 1},
    ),
    Case("rounds-accounts / Expired accounts / A", state(EXPIRED, 0)),
    Case("rounds-accounts / Expired accounts / A", state(EXPIRED, 2), NOTHING),
    Case("rounds-accounts / Firewalls not well / A", state('check="firewall",item="rules"', 0)),
    Case("rounds-accounts / Firewalls not well / A", state('check="firewall",item="rules"', 2), NOTHING),
    Case(
        "rounds-accounts / Firewalls not well / A",
        state('check="firewall",item="ipv6"', 2) | state('check="firewall",item="firewall"', 1),
        {"{}": 1},
    ),
]
LONGEST = "rounds_pending_updates_longest_pending_seconds"
PENDING = ("rounds_pending_updates_pending", 'item="security updates"')
MODE, RUN = ('check="automatic_updates",item="automatic updates"', 'check="automatic_updates",item="dnf-automatic"')
INSTALLS = ("rounds_automatic_updates_installs", 'item="automatic updates"')
UPDATES = [
    Case("rounds-updates / Waiting the longest / A", {PENDING: 0}),
    Case("rounds-updates / Waiting the longest / A", {PENDING: 0, (LONGEST, 'item="updates"'): 700}),
    Case(
        "rounds-updates / Waiting the longest / A",
        {PENDING: 1, (LONGEST, 'item="updates"'): 700, (LONGEST, 'item="security updates"'): 500},
        {"{}": 500},
    ),
    Case("rounds-updates / Waiting the longest / A", state('check="pending_updates",item="package list"', 2), NOTHING),
    Case("rounds-updates / Past end of life / A", state(SYSTEM, 0)),
    Case("rounds-updates / End within 180 days / A", state(SYSTEM, 0)),
    Case("rounds-updates / Past end of life / A", state(SYSTEM, 2), NOTHING),
    Case("rounds-updates / Automatic updates: off, or not well / A", state(MODE, 0) | {INSTALLS: 1}, NOTHING),
    Case(
        "rounds-updates / Automatic updates: off, or not well / A",
        state(MODE, 0) | state(RUN, 0) | {INSTALLS: 0},
        {'{host="web-01",item="automatic updates"}': 0},
    ),
    Case(
        "rounds-updates / Automatic updates: off, or not well / A",
        state(MODE, 0) | state(RUN, 1) | {INSTALLS: 1},
        {'{host="web-01",item="dnf-automatic"}': 1},
    ),
]
ARRAY = 'check="md_arrays",item="md0"'
DISKS = [
    Case("rounds-disks / Degraded arrays / A", state(ARRAY, 3), {"{}": 1}),
    Case("rounds-disks / Degraded arrays / A", state(ARRAY, 1)),
    Case("rounds-disks / Disks in trouble / A", state('check="disk_health",item="S1"', 2), NOTHING),
    Case("rounds-disks / Disks in trouble / A", state('check="disk_health",item="S1"', 3), {"{}": 1}),
]
FRESH = 'check="backup_freshness",item="db"'
NO_COPY = {**state(FRESH, 3), ("rounds_backup_freshness_copies", 'item="db"'): 0}
BACKUPS = [
    Case("rounds-backups / Backups / A", {("rounds_host_up", ""): 1}),
    Case("rounds-backups / Backups / A", {("rounds_host_up", ""): 0}, NOTHING),
    Case("rounds-backups / Backups / A", NO_COPY, {"{}": 1}),
    Case("rounds-backups / Overdue / A", NO_COPY, {"{}": 1}),
    Case("rounds-backups / Overdue / A", state(FRESH, 1)),
    Case("rounds-backups / Overdue / A", state(FRESH, 2), NOTHING),
    Case("rounds-backups / Every backup / A", NO_COPY, {'{host="web-01",item="db"}': 3}),
]
WORST, OF_SECTION = ("host:rounds_check_state:max", "host_section:rounds_check_state:max")
FLEET = [
    Case(
        "rounds-fleet / State map: hosts by sections of the manual / A",
        {(WORST, ""): 2, ("rounds_host_up", ""): 0, (OF_SECTION, 'section="servers"'): 2},
        {'{host="web-01",section="servers"}': 2},
    ),
    Case(
        "rounds-fleet / Checks by host / A",
        {(WORST, ""): 1, ("rounds_host_up", ""): 1} | state('check="swap_usage",item="swap"', 1),
        {'{check="swap_usage",host="web-01"}': 1},
    ),
]


@pytest.mark.parametrize("case", [*ACCOUNTS, *UPDATES, *DISKS, *BACKUPS, *FLEET], ids=lambda case: case.query)
def test_what_is_answered(tmp_path: Path, case: Case) -> None:
    assert_answered(tmp_path, case, hosts=("web-01",))


def test_hosts_that_are_lost_do_not_push_the_others_out(tmp_path: Path) -> None:
    """Of the twenty whose checks are shown: they have no checks to show."""
    lost = [f"lost-{number}" for number in range(25)]
    series = [line for host in lost for line in (_series(WORST, "", host, 2), _series("rounds_host_up", "", host, 0))]
    case = FLEET[-1]
    assert_answered(tmp_path, case, hosts=("web-01", *lost), beside=series)


def assert_answered(
    folder: Path, case: Case, hosts: tuple[str, ...], beside: list[dict[str, str]] | None = None
) -> None:
    """That promtool finds what is wanted; what it found instead is in the message."""
    [query] = [query for query in queries() if str(query) == case.query]
    infos = [_series("rounds_host_info", 'project="shop",groups=""', host, 1) for host in hosts]
    series = [_series(name, labels, hosts[0], value) for (name, labels), value in case.seen.items()]
    wanted = [{"labels": labels, "value": value} for labels, value in case.wanted.items()]
    test = {
        "interval": "1m",
        "input_series": [*infos, *series, *(beside or ())],
        "promql_expr_test": [{"expr": query.resolved, "eval_time": "5m", "exp_samples": wanted}],
    }
    path = folder / "case.yml"
    path.write_text(json.dumps({"evaluation_interval": "1m", "tests": [test]}), "utf-8")  # JSON is YAML
    ended = subprocess.run(["promtool", "test", "rules", path], capture_output=True, text=True, check=False, timeout=20)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _series(name: str, labels: str, host: str, value: float) -> dict[str, str]:
    inside = ",".join(filter(None, (AGENT, f'host="{host}"', labels)))
    return {"series": f"{name}{{{inside}}}", "values": f"{value:g}x10"}
