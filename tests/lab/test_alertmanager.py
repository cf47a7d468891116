"""A fault on a host rings: grouped, mailed, hidden while its host is away, and resolved; with the shipped files."""

import shutil
from collections.abc import Iterator

import pytest

from tests.lab import DATA, Lab, faults
from tests.lab.agent import Agent, running_agent, wait_for
from tests.lab.alerting import ROUND_SECONDS, Alerting, running_alerting

HOST = "debian-12"
PROGRAMS = ("prometheus", "prometheus-alertmanager")
DISK = f"{HOST}: Disk usage {DATA} is critical"
CRON = f"{HOST}: Services cron is critical"
DOWN = f"{HOST} cannot be checked"


@pytest.fixture(scope="module")
def agent(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    for program in PROGRAMS:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    settings = {
        "timezone": "UTC",
        "rounds": {"every": f"{ROUND_SECONDS}s", "deadline": "2900ms", "slow_deadline": "60s"},
        "ssh": {"connect_timeout": "2s", "login_again_after": "1s"},
        "hosts": [{"name": HOST, "project": "portal", "owner": "值班一组", "role": "Portal", "groups": ["web"]}],
        "groups": {"web": {}},
        # What the machine does meanwhile, with other labs and tests beside this one, is nothing to ring for here.
        "checks": {"services": {"required": ["cron"]}, "cpu_usage": {"enabled": False}, "pressure": {"enabled": False}},
    }
    with running_agent(lab, tmp_path_factory.mktemp("agent"), settings) as running:
        wait_for(lambda: running.state(HOST, "disk_usage", DATA) == "OK")
        yield running


@pytest.fixture(scope="module")
def alerting(lab: Lab, agent: Agent, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alerting]:
    with running_alerting(lab, agent, tmp_path_factory.mktemp("alerting")) as running:
        yield running


def test_a_fault_rings_is_hidden_while_its_host_is_away_and_is_resolved(lab: Lab, alerting: Alerting) -> None:
    host = lab.hosts[HOST]

    def told(*words: str) -> list[str]:
        return [text for text in alerting.texts() if all(word in text for word in words)]

    with faults.full_file_system(host), faults.stopped_service(host):
        # Two faults of one host: one mail, in both languages, that says whose host it is and where to read on.
        wait_for(lambda: told(f"[critical] {DISK}", f"[critical] {CRON}"))
        mail = told(f"[critical] {DISK}", f"[critical] {CRON}")[0]
        assert f"【严重】{HOST}：磁盘使用率 {DATA} 严重" in mail
        assert "Portal · owner 值班一组 · project portal · RoundsCheckCritical" in mail
        assert "/reference/checks/disk_usage.md" in mail
        assert f"/d/rounds-host?var-host={HOST}" in mail

        with faults.unplugged(host):
            wait_for(lambda: alerting.alerts(alertname="RoundsHostDown", host=HOST))
            down = alerting.alerts(alertname="RoundsHostDown", host=HOST)[0]
            assert down["status"]["state"] == "active"
            wait_for(lambda: told(f"[critical] {DOWN}"))
            # What is wrong on it goes on ringing, hidden behind that.
            assert alerting.ask(f'ALERTS{{alertname="RoundsCheckCritical",host="{HOST}",check="disk_usage"}}')
            hidden = alerting.alerts(host=HOST, scope="check")
            assert {(one["labels"]["check"], one["labels"]["item"]) for one in hidden} >= {("disk_usage", DATA)}
            for one in hidden:
                assert one["status"]["state"] == "suppressed"
                assert down["fingerprint"] in one["status"]["inhibitedBy"]
            assert not [text for text in told(f"[critical] {DOWN}") if DISK in text]

        wait_for(lambda: told(f"[resolved] {DOWN}"))
        assert not told(f"[resolved] {DISK}"), "the host is back, and its disk is as full as before"
        wait_for(lambda: alerting.alerts(host=HOST, check="disk_usage")[0]["status"]["state"] == "active")

    wait_for(lambda: told(f"[resolved] {DISK}") and told(f"[resolved] {CRON}"))


def test_nothing_but_that_host_rang_as_critical(alerting: Alerting) -> None:
    down = [text for text in alerting.texts() if "cannot be checked" in text and DOWN not in text]
    assert not down
    assert not [text for text in alerting.texts() if "Watchdog" in text], "it has a receiver of its own"
