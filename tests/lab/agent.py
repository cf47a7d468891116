"""`rounds start` in the monitor's namespace of a lab."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.lab.lab import Lab

PORT = 9610

PATIENCE = 240.0
"""Seconds. Several labs share a machine: what takes five when it is quiet takes a minute when it is not."""
_CODE = Path(__file__).parents[2]


def wait_for(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The first true answer of `what`; the last answer stands in the failure."""
    ends = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < ends, f"not within {seconds:g} s"
        time.sleep(0.5)
    return answer


class Agent:
    """`rounds start` in the monitor's namespace, spoken to from there."""

    def __init__(self, lab: Lab, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._lab = lab
        self.process = process
        self.folder = folder

    def get(self, path: str, port: int = PORT) -> str:
        """A page, or "" when there is none."""
        script = (
            "import sys, urllib.request\n"
            "try: sys.stdout.write(urllib.request.urlopen(sys.argv[1], timeout=10).read().decode())\n"
            "except OSError: pass"
        )
        done = self._lab.run_in_monitor(["python3", "-c", script, f"http://127.0.0.1:{port}{path}"])
        return done.stdout

    def results(self, host: str) -> Mapping[tuple[str, str], Mapping[str, Any]]:
        """The present results of a host, by check and item."""
        found = json.loads(self.get(f"/api/v1/hosts/{host}") or "{}").get("results", [])
        return {(result["check"], result["item"]): result for result in found}

    def state(self, host: str, check: str, item: str) -> str | None:
        """The state, the reason why there is none, or None when nothing is said."""
        result = self.results(host).get((check, item))
        return None if result is None else result["state"] or result["reason"]

    def wait_for_state(self, state: str | None, host: str, check: str, item: str, seconds: float = PATIENCE) -> None:
        """Until an item has this state; the failure names the one it had."""
        ends = time.monotonic() + seconds
        while (seen := self.state(host, check, item)) != state:
            assert time.monotonic() < ends, f"{host} {check} {item}: {seen} and not {state} within {seconds:g} s"
            time.sleep(0.5)

    def wait_for_all(self, hosts: Iterable[str], state: str | None, check: str, item: str) -> None:
        """Until an item has this state on each of the hosts."""
        for host in hosts:
            self.wait_for_state(state, host, check, item)

    def said(self, host: str, check: str, item: str) -> str:
        """The summary of an item, in English."""
        words = self.results(host)[check, item]["summary"]["en"]
        assert isinstance(words, str)
        return words


def rounds(*words: str, config: Path) -> str:
    """What `rounds WORDS --config CONFIG` prints; it must end well."""
    command = [sys.executable, "-m", "agent", *words, "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=_CODE, timeout=60).stdout


def allow_what_needs_root(lab: Lab, names: Sequence[str], config: Path) -> None:
    """Put the lines of `rounds sudoers` where sudo reads them, as an administrator would."""
    lines = rounds("sudoers", *names, config=config)
    for host in (lab.hosts[name] for name in names):
        host.sh("cat >/tmp/rounds.sudoers; visudo -cf /tmp/rounds.sudoers", stdin=lines)
        host.sh("install -m 440 /tmp/rounds.sudoers /etc/sudoers.d/rounds")


@contextmanager
def running_agent(lab: Lab, folder: Path, settings: Mapping[str, Any]) -> Iterator[Agent]:
    """The agent on every host of the lab, once it has seen all of them; it must stop cleanly."""
    config = lab.write_config(folder / "config.yaml", settings)
    command = lab.in_monitor([sys.executable, "-m", "agent", "start", "--config", str(config)])
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=_CODE)
    try:
        running = Agent(lab, process, folder)
        wait_for(lambda: running.get("/-/ready"))
        yield running
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, "it stops cleanly"
    finally:
        if process.poll() is None:
            process.kill()
