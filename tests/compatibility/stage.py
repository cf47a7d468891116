"""A lab where both sides look at the same hosts: rounds over SSH, and a node_exporter on each."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.compatibility.comparison import Sides
from tests.compatibility.exporter import PORT as EXPORTER_PORT
from tests.compatibility.exporter import node_exporter
from tests.compatibility.judgement import Timing
from tests.compatibility.namespace import inside
from tests.compatibility.server import Prometheus
from tests.lab import Lab, LabError, LabUnavailable
from tests.lab.agent import PORT as AGENT_PORT
from tests.lab.agent import running_agent
from tests.lab.debian_host import DebianHost

JOB = "node"
PATIENCE = 240.0
_PORTS = {"here": 9091, "there": 9092}


@dataclass(frozen=True, slots=True)
class Stage:
    """Both sides, ready to be asked.

    exporters   the version of node_exporter, by the host it runs on
    bare        the hosts that run none
    """

    sides: Sides
    exporters: Mapping[str, str]
    bare: Sequence[str]
    prometheus: str


@contextmanager
def stage(lab: Lab, folder: Path, names: Sequence[str], timing: Timing, *, only: bool = False) -> Iterator[Stage]:
    """Set it up, and let both sides look for as long as `timing` says; the thread is in the monitor's network then.

    node_exporter runs on the hosts called `names`. Unless `only` these are on rounds, the others of the lab run none.
    """
    if shutil.which("prometheus") is None:
        raise LabUnavailable("not installed: apt-get install prometheus")
    with ExitStack() as stack:
        hosts = [_debian(lab, name) for name in names]
        versions = {host.name: stack.enter_context(node_exporter(host)) for host in hosts}
        bare = [] if only else [name for name in lab.hosts if name not in names]
        stack.enter_context(running_agent(lab, folder, _settings(lab, timing, [*names, *bare])))
        discovery = {"http_sd_configs": [{"url": f"http://127.0.0.1:{AGENT_PORT}/sd", "refresh_interval": "2s"}]}
        there = {"static_configs": [_exporter_of(host) for host in hosts]}
        servers = (
            stack.enter_context(_prometheus(lab, folder, "here", timing, discovery)),
            stack.enter_context(_prometheus(lab, folder, "there", timing, there)),
        )
        stack.enter_context(inside(lab.premises.monitor))
        _wait(servers, [{*names, *bare}, {*names}], timing)
        yield Stage(Sides(*servers, JOB, timing, time.time() - timing.scrape), versions, bare, servers[0].version())


def _debian(lab: Lab, name: str) -> DebianHost:
    host = lab.hosts[name]
    if not isinstance(host, DebianHost):
        raise LabError(f"{name} is no Debian host: there is no node_exporter for it")
    return host


def _exporter_of(host: DebianHost) -> Mapping[str, Any]:
    return {"targets": [f"{host.address}:{EXPORTER_PORT}"], "labels": {"instance": host.name}}


def _settings(lab: Lab, timing: Timing, on_rounds: Sequence[str]) -> Mapping[str, Any]:
    every = int(timing.beat * 1000)
    return {
        "timezone": "UTC",
        "rounds": {"every": f"{every}ms", "deadline": f"{every - 100}ms", "slow_deadline": "60s"},
        "ssh": {"connect_timeout": "2s", "login_again_after": "1s"},
        "hosts": [{"name": name, "status": "out-of-service"} for name in lab.hosts if name not in on_rounds],
    }


@contextmanager
def _prometheus(lab: Lab, folder: Path, side: str, timing: Timing, where: Mapping[str, Any]) -> Iterator[Prometheus]:
    config = folder / f"prometheus-{side}.yml"
    jobs = [
        {"job_name": JOB, "scrape_interval": f"{timing.scrape:g}s", "scrape_timeout": f"{timing.scrape:g}s", **where}
    ]
    config.write_text(yaml.safe_dump({"scrape_configs": jobs}), encoding="utf-8")
    address = f"127.0.0.1:{_PORTS[side]}"
    command = [f"--config.file={config}", f"--storage.tsdb.path={folder / side}", f"--web.listen-address={address}"]
    with (folder / f"prometheus-{side}.log").open("wb") as log:
        process = subprocess.Popen(lab.in_monitor(["prometheus", *command]), stdout=log, stderr=log)
    try:
        yield Prometheus(f"http://{address}")
    finally:
        process.terminate()
        process.wait(30)


def _wait(servers: Sequence[Prometheus], hosts: Sequence[set[str]], timing: Timing) -> None:
    """Until both know all of their hosts, and then for what is to be looked at. Raises `LabError`."""
    ends = time.monotonic() + PATIENCE
    while not all(_knows(server, expected) for server, expected in zip(servers, hosts, strict=True)):
        if time.monotonic() > ends:
            raise LabError(f"Prometheus did not see all hosts up within {PATIENCE:g} s")
        time.sleep(0.5)
    print(f"both sides are up; looking for {timing.span + timing.lag:g} s", file=sys.stderr)
    # What is asked over four scrapes shall be full at the beginning of the span already.
    time.sleep(timing.span + timing.lag + 5 * timing.scrape)


def _knows(server: Prometheus, hosts: set[str]) -> bool:
    try:
        return set(server.up(JOB)) >= hosts
    except OSError:
        return False  # it is not listening yet
