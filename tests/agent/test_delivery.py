"""The outbox against a real mail server that is down for days, refuses some, or whose yes nobody could write down."""

import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.config import load
from exporters.mail import MailExport
from tests.agent.test_daily import CONFIG, _place
from tests.documents import ROOT
from tests.mail_servers import free_port
from tests.smtp_server import Inbox, serving


@pytest.fixture
def place(tmp_path: Path) -> Iterator[SimpleNamespace]:
    """An agent whose mail server is down."""
    port = free_port()
    path = tmp_path / "config.yaml"
    text = CONFIG.format(port=port).replace(
        "to: [duty@example.org]", "to: [a@example.org, b@example.org], attach: [], weekly: false"
    )
    only_mail = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("maintenance_log"))
    path.write_text(only_mail, encoding="utf-8")
    for place in _place(load(path), tmp_path):
        place.port = port
        yield place


def subjects(inbox: Inbox) -> list[str]:
    return [str(message_from_bytes(content, policy=default)["Subject"]) for _, _, content in inbox.letters]


def dates(inbox: Inbox) -> list[str]:
    return [subject.partition("》 ")[2][:10] for subject in subjects(inbox)]


def wait(place: SimpleNamespace, length: timedelta, step: timedelta = timedelta(minutes=10)) -> None:
    """Time goes by, and the agent looks into its outbox."""
    for _ in range(length // step):
        place.clock.shift(step)
        place.daily.make_due()
        place.daily.deliver()


def test_a_server_that_is_down_for_days_loses_nothing_doubles_nothing_and_mixes_nothing_up(
    place: SimpleNamespace,
) -> None:
    wait(place, timedelta(days=3, hours=2), timedelta(minutes=30))
    waiting = place.daily.waiting_letters
    assert waiting == 3
    assert place.history.outbox_length() == 3
    tried = place.daily.failures["mail"]
    assert tried < 24 * 3, "at most once an hour, however many letters wait"
    inbox = Inbox()
    with serving(inbox, at=place.port):
        wait(place, timedelta(hours=2))
        assert dates(inbox) == ["2026-11-20", "2026-11-21", "2026-11-22"]
        wait(place, timedelta(hours=22), timedelta(hours=1))
        assert dates(inbox) == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]
    assert place.history.outbox_length() == 0
    assert {tuple(recipients) for _, recipients, _ in inbox.letters} == {("a@example.org", "b@example.org")}


def test_a_server_that_fails_in_the_middle_of_a_backlog_gets_the_rest_in_order(place: SimpleNamespace) -> None:
    wait(place, timedelta(days=3), timedelta(hours=1))
    inbox = Inbox()
    accept = inbox.handle_DATA

    async def tired(*arguments: object) -> str:
        return "421 enough" if inbox.letters else str(await accept(*arguments))

    inbox.handle_DATA = tired  # type: ignore[method-assign]
    with serving(inbox, at=place.port):
        wait(place, timedelta(hours=1))
        assert dates(inbox) == ["2026-11-20"]
        inbox.handle_DATA = accept  # type: ignore[method-assign]
        wait(place, timedelta(hours=2))
    assert dates(inbox) == ["2026-11-20", "2026-11-21", "2026-11-22"]


def test_one_refused_for_good_costs_no_other_and_is_told(place: SimpleNamespace) -> None:
    inbox = Inbox()
    inbox.refuse = {"a@example.org": "550 5.1.1 who is that"}
    with serving(inbox, at=place.port):
        wait(place, timedelta(days=1), timedelta(hours=1))
    assert [recipients for _, recipients, _ in inbox.letters] == [["b@example.org"]]
    assert place.history.outbox_length() == 0
    assert place.daily.failures["mail"] == 1
    assert place.daily.given_up_letters == 1
    wait(place, timedelta(days=7, hours=1), timedelta(hours=6))
    assert place.daily.given_up_letters == 0, "that is long ago"


KILLED = """\
    import os, sys
    from pathlib import Path
    from agent.config import load
    from agent.memory import opened_history
    from exporters.mail import MailExport

    config = load(Path(sys.argv[1]))
    with opened_history(config) as history:
        (entry,) = history.due_letters(4e9)
        MailExport(config.exporters["mail"]).deliver(entry.letter)
        os.kill(os.getpid(), 9)
"""


def test_an_agent_killed_before_it_noted_a_yes_sends_the_very_same_letter(place: SimpleNamespace) -> None:
    """Nobody can know then whether it arrived: mailboxes tell by the Message-ID that it is one letter."""
    wait(place, timedelta(days=1, hours=2), timedelta(hours=1))
    inbox = Inbox()
    with serving(inbox, at=place.port):
        command = [sys.executable, "-c", textwrap.dedent(KILLED), str(place.config.path)]
        killed = subprocess.run(command, cwd=ROOT, timeout=60, check=False)
        assert killed.returncode == -signal.SIGKILL
        assert len(inbox.letters) == 1
        wait(place, timedelta(hours=2))
    (_, _, first), (_, _, second) = inbox.letters
    assert first == second
    assert place.history.outbox_length() == 0


def test_a_letter_composed_again_is_the_same_letter(place: SimpleNamespace) -> None:
    wait(place, timedelta(days=1), timedelta(hours=1))
    (entry,) = place.history.due_letters(4e9)
    record = place.history.published(place.history.last_published_date())
    (again,) = MailExport(place.config.exporters["mail"]).compose(record)
    assert again == entry.letter
    assert not place.history.put_letter("mail", again)
