"""`rounds start`: the daemon."""

import queue
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated

import structlog
import typer

from agent.catalogue import catalogue
from agent.cli.logs import service_logs
from agent.cli.options import ConfigOption, fail, out, read_config
from agent.cli.tables import print_results
from agent.config import Config, ConfigError
from agent.daemon import Daemon
from agent.garbage import search_seldom
from agent.history import HistoryError
from agent.once import merged
from agent.web.access import Access
from exporters.contract import HostReport, Lane

log = structlog.get_logger()

FIRST_ROUND_SECONDS = 30.0
"""How long the table of the first round waits for hosts that do not answer."""

_WEB_STOP_SECONDS = 5.0


def start(
    config: ConfigOption = None,
    table: Annotated[bool, typer.Option(help="Print the first round as a table.")] = True,
    log_level: Annotated[str, typer.Option(help="debug, info, warning or error")] = "info",
) -> None:
    """Make the rounds until told to stop: metrics, history, daily log and mail.

    SIGTERM and Ctrl-C stop it cleanly; SIGHUP reads the configuration anew.
    """
    if log_level not in ("debug", "info", "warning", "error"):
        fail(f"--log-level: expected debug, info, warning or error, not {log_level!r}")
    read = read_config(config, check_folders=True)
    listener = _bind(read)
    service_logs(log_level)
    signals: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda received, _: signals.put(received))
    try:
        daemon = Daemon(read, catalogue())
        access = Access(lambda: daemon.config.web)
        if table:
            first = FirstRound(daemon, access)
            daemon.listen(first.observe)
        search_seldom()
        daemon.start()
    except (HistoryError, ConfigError, OSError) as error:
        listener.close()
        fail(str(error))
    with _web(daemon, access, listener):
        if table:
            threading.Thread(target=first.show, name="first-round", daemon=True).start()
        while signals.get() == signal.SIGHUP:
            daemon.reload()
    daemon.stop()


class FirstRound:
    """Collects the first report of every host and lane, and prints them as one table."""

    def __init__(self, daemon: Daemon, access: Access) -> None:
        self._config = daemon.config
        self._address = _address(daemon.config, access)
        agendas = {host.name: daemon.conductor.agenda(host.name) for host in self._config.on_rounds}
        self._missing = {(name, lane) for name, agenda in agendas.items() for lane in Lane if agenda.collectors(lane)}
        self._reports: dict[tuple[str, Lane], HostReport] = {}
        self._changed = threading.Condition()

    def observe(self, report: HostReport) -> None:
        """Take the first report of each host and lane."""
        with self._changed:
            if (report.host.name, report.lane) in self._missing:
                self._missing.discard((report.host.name, report.lane))
                self._reports[report.host.name, report.lane] = replace(report, samples=(), facts={}, raw={})
                self._changed.notify_all()

    def show(self) -> None:
        """Print the table when all are in, or after a while with what is in."""
        ends = time.monotonic() + FIRST_ROUND_SECONDS
        with self._changed:
            while self._missing and (left := ends - time.monotonic()) > 0:
                self._changed.wait(left)
            late = sorted({name for name, _ in self._missing})
            by_host: dict[str, list[HostReport]] = {}
            for (name, _), report in sorted(self._reports.items()):
                by_host.setdefault(name, []).append(report)
            self._missing.clear()  # what comes later is not held any more
            self._reports.clear()
        reports = [merged(lanes) for lanes in by_host.values()]
        if reports:
            print_results(out, reports)
        if late:
            out.print(f"still waiting for {', '.join(late[:10])}{' ...' if len(late) > 10 else ''}", style="yellow")
        out.print(f"The next round is in {self._config.rounds.every:g} s; numbers are at {self._address}/metrics")


def _address(config: Config, access: Access) -> str:
    host = f"[{config.web.host}]" if ":" in config.web.host else config.web.host
    return f"{'http' if access.context is None else 'https'}://{host}:{config.web.port}"


def _bind(config: Config) -> socket.socket:
    """The socket of the web side, bound before anything is started."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            config.web.host, config.web.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        fail(f"{config.path}: web.listen: cannot listen on {config.web.listen}: {error.strerror or error}")
    return listener


@contextmanager
def _web(daemon: Daemon, access: Access, listener: socket.socket) -> Iterator[None]:
    """Serve on `listener` in a thread while the block runs."""
    # FastAPI takes a third of a second to import, which no other command should have to pay.
    from agent.web.serving import web_server  # noqa: PLC0415

    server = web_server(daemon, access)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="web", daemon=True)
    thread.start()
    address = f"{listener.getsockname()[0]}:{listener.getsockname()[1]}"
    log.info("listening", address=address, tls=access.context is not None)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(_WEB_STOP_SECONDS)
        listener.close()
