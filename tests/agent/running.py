"""A real `rounds start` as a process of its own, for tests that talk to it from outside."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def wait_for(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    """The first true answer of `what`."""
    ends = time.monotonic() + seconds
    while True:
        answer = what()
        if answer:
            return answer
        assert time.monotonic() < ends, f"not within {seconds} s"
        time.sleep(0.05)


class Running:
    """The process, its output files and its address."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process = process
        self._folder = folder

    @property
    def table(self) -> str:
        return (self._folder / "stdout").read_text(encoding="utf-8")

    @property
    def log(self) -> list[dict[str, Any]]:
        lines = (self._folder / "stderr").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def events(self, name: str) -> list[dict[str, Any]]:
        return [line for line in self.log if line["event"] == name]

    @property
    def address(self) -> str:
        return f"http://{wait_for(lambda: self.events('listening'))[0]['address']}"

    def get(self, path: str) -> str:
        return self.request(path)[1]

    def request(self, path: str, method: str = "GET") -> tuple[int, str]:
        request = urllib.request.Request(self.address + path, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def number(self, series: str) -> float | None:
        """The value of one series on /metrics, named whole with its labels."""
        for line in self.get("/metrics").splitlines():
            if line.startswith(series + " "):
                return float(line.rpartition(" ")[2])
        return None

    def ready(self) -> "Running":
        wait_for(lambda: self.request("/-/ready")[0] == 200)
        return self

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.send(number)
        return self.process.wait(60)


@contextmanager
def running(config: Path, *arguments: str, **environment: str) -> Iterator[Running]:
    """Start the agent on `config`; it is killed at the end if it still runs."""
    folder = config.parent / "output"
    folder.mkdir(exist_ok=True)
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        process = subprocess.Popen(
            [sys.executable, "-m", "agent", "start", "--config", str(config), *arguments],
            stdout=out,
            stderr=err,
            env={**os.environ, **environment},
        )
    try:
        yield Running(process, folder)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(30)
