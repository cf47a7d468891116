"""Asks one server whatever it is told to on standard input: rounds over a connection kept open, and scrapes."""

import json
import secrets
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from agent.catalogue import catalogue
from agent.runner import Task, sections
from collectors.transport.deadline import Deadline
from collectors.transport.script import assemble, end_mark
from collectors.transport.ssh import SshShell
from collectors.transport.target import SshTarget
from exporters.contract import HostCard, Lane


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    place = asked["place"]
    target = SshTarget(
        name="server",
        address=place["address"],
        port=place["port"],
        user=place["user"],
        known_hosts=Path(asked["known_hosts"]),
        key_file=Path(asked["key"]),
    )
    shell = SshShell(target)
    exporter: HTTPConnection | None = None
    shell.connect(Deadline(20))
    for line in sys.stdin:
        order = json.loads(line)
        if "exporter" in order:
            exporter = exporter or _exporter(*order["exporter"])
            print(_scrape(exporter), flush=True)
        else:
            print(_ask(shell, order), flush=True)
    shell.close()


def _exporter(address: str, port: int) -> HTTPConnection:
    return HTTPConnection(address, port, timeout=20)


def _scrape(exporter: HTTPConnection) -> int:
    # As Prometheus asks: over a connection that stays open, the answer compressed.
    exporter.request("GET", "/metrics", headers={"Accept-Encoding": "gzip"})
    return len(exporter.getresponse().read())


def _ask(shell: SshShell, order: dict[str, Any]) -> int:
    found, lane = catalogue(), Lane(order["lane"])
    params = {name: plugin.check.params() for name, plugin in found.checks.items()}
    task = Task(HostCard("server", ""), lane, tuple(order["collectors"]), params, deadline_seconds=60.0)
    marker = f"@rounds-{secrets.token_hex(8)}"
    script = assemble(sections(task, found, task.collectors), marker, time.time(), idly=lane is Lane.SLOW)
    answer = shell.run(script, Deadline(task.deadline_seconds), end_mark(marker))
    if answer.cut is not None:
        raise RuntimeError(f"the answer was cut: {answer.cut}")
    return len(answer.output)


if __name__ == "__main__":
    main()
