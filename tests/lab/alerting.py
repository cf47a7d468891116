"""Prometheus and Alertmanager with what is shipped for them, in the monitor's namespace, and a mailbox for their mails.

The files are the shipped ones. Only time runs faster: every duration in them, `for` and `group_interval` and the rest,
is divided by `FASTER`, as the rounds are made every three seconds in place of every minute. What a rule looks back on
stays as it is.
"""

import email
import email.policy
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from mailbox import Maildir
from pathlib import Path
from typing import Any

import yaml

from tests.lab.agent import Agent, wait_for
from tests.lab.lab import Lab

FASTER = 20
ROUND_SECONDS = 60 // FASTER

_DEPLOY = Path(__file__).parents[2] / "deploy"
_SMTP, _PROMETHEUS, _ALERTMANAGER = 2525, 9090, 9093
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATIONS = (
    "for",
    "keep_firing_for",
    "interval",
    "group_wait",
    "group_interval",
    "repeat_interval",
    "refresh_interval",
)


def hurried(document: Any) -> Any:
    """A configuration with all its durations divided by `FASTER`."""
    if isinstance(document, list):
        return [hurried(one) for one in document]
    if not isinstance(document, dict):
        return document
    return {key: _shorter(value) if key in _DURATIONS else hurried(value) for key, value in document.items()}


def _shorter(duration: str) -> str:
    number, unit = re.fullmatch(r"(\d+)([smhd])", duration).groups()  # type: ignore[union-attr]
    return f"{int(number) * _SECONDS[unit] * 1000 // FASTER}ms"


class Alerting:
    """What Prometheus judges, what Alertmanager does with it, and what arrived by mail."""

    def __init__(self, agent: Agent, folder: Path) -> None:
        self._agent = agent
        self._mail = folder / "mail"

    def ask(self, query: str) -> Sequence[Mapping[str, Any]]:
        """The answer of Prometheus."""
        quoted = "".join(f"%{byte:02x}" for byte in query.encode())
        answer = json.loads(self._agent.get(f"/api/v1/query?query={quoted}", _PROMETHEUS) or "{}")
        return list(answer.get("data", {}).get("result", []))

    def alerts(self, **labels: str) -> list[Mapping[str, Any]]:
        """The alerts that Alertmanager holds with these labels, also those it does not send."""
        held = json.loads(self._agent.get("/api/v2/alerts", _ALERTMANAGER) or "[]")
        return [one for one in held if labels.items() <= one["labels"].items()]

    def mails(self) -> list[EmailMessage]:
        """Every mail so far, oldest first."""
        box = Maildir(self._mail, create=False)
        arrived = sorted(box.iterkeys())  # they begin with the time
        read = (email.message_from_bytes(box.get_bytes(key), policy=email.policy.default) for key in arrived)
        return [mail for mail in read if isinstance(mail, EmailMessage)]

    def texts(self) -> list[str]:
        """What the mails say, as text."""
        bodies = (mail.get_body(("plain",)) for mail in self.mails())
        return [body.get_content() for body in bodies if body is not None]


def write_configuration(folder: Path) -> None:
    """The shipped files, hurried, with the addresses of the lab in them."""
    rules = folder / "rules"
    rules.mkdir()
    for path in sorted((_DEPLOY / "prometheus" / "rules").glob("*.yml")):
        _write(rules / path.name, hurried(yaml.safe_load(path.read_text("utf-8"))))
    scrape = hurried(yaml.safe_load((_DEPLOY / "prometheus" / "scrape.yml").read_text("utf-8")))
    scrape["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    scrape["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{_ALERTMANAGER}"]}]}]}
    _write(folder / "prometheus.yml", scrape)
    shipped = _DEPLOY / "alertmanager"
    for template in shipped.glob("*.tmpl"):
        shutil.copy(template, folder)
    config = hurried(yaml.safe_load((shipped / "alertmanager.yml").read_text("utf-8")))
    config["global"] |= {"smtp_smarthost": f"127.0.0.1:{_SMTP}", "smtp_require_tls": False}
    _write(folder / "alertmanager.yml", config)


def _write(path: Path, document: Any) -> None:
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")


@contextmanager
def running_alerting(lab: Lab, agent: Agent, folder: Path) -> Iterator[Alerting]:
    """All three, once Alertmanager has heard of Prometheus' watchdog."""
    write_configuration(folder)
    commands = {
        "smtp": [
            *(sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{_SMTP}"),
            *("-c", "aiosmtpd.handlers.Mailbox", str(folder / "mail")),
        ],
        "alertmanager": [
            *("prometheus-alertmanager", f"--config.file={folder / 'alertmanager.yml'}"),
            *(f"--storage.path={folder / 'alertmanager'}", "--cluster.listen-address="),
            f"--web.listen-address=127.0.0.1:{_ALERTMANAGER}",
        ],
        "prometheus": [
            *("prometheus", f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'tsdb'}"),
            *(f"--web.listen-address=127.0.0.1:{_PROMETHEUS}", "--rules.alert.resend-delay=3s"),
        ],
    }
    with ExitStack() as running:
        for name, command in commands.items():
            running.enter_context(_program(lab.in_monitor(command), folder / f"{name}.log"))
        alerting = Alerting(agent, folder)
        wait_for(lambda: alerting.alerts(alertname="Watchdog"))
        yield alerting


@contextmanager
def _program(command: Sequence[str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)
