"""An agent that makes no rounds: for what it says of itself."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from agent.catalogue import catalogue
from agent.config import load
from agent.daemon import Daemon

_CONFIG = """\
system: Reference
timezone: UTC
hosts: [{name: this-machine, transport: local}]
maintenance_log: {folder: log}
mail: {host: smtp.example.org, from: rounds@example.org, to: [duty@example.org]}
history: {url: "sqlite:///history.db"}
"""


@contextmanager
def agent_at_rest() -> Iterator[Daemon]:
    """An agent with every exporter on and a history that was written once, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.yaml"
        path.write_text(_CONFIG, "utf-8")
        daemon = Daemon(load(path), catalogue())
        daemon.history.start()
        try:
            daemon.history.record_changes(())
            daemon.history.flush(30.0)
            yield daemon
        finally:
            daemon.stop()
