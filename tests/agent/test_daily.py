"""The daily log: made when due, once, whatever fails meanwhile, and mailed through a real SMTP server."""

import json
import shutil
import sqlite3
import time
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from sqlalchemy import event

import agent.daily
from agent.catalogue import catalogue
from agent.conductor import Conductor
from agent.config import Config, load
from agent.daily import DailyLog, day_under_way, last_day_due, plan_of
from agent.exports import start_exports
from agent.fleet import Fleet
from agent.history import History
from agent.history.inspection import Outside
from agent.memory import key_file, open_history
from agent.review import Desk, ReviewIn
from agent.sealed_files import FolderInspection
from agent.shells import ShellMaker
from exporters.contract import DayRecord, Export, Letter, PeriodKind
from tests.agent.reports import judged, report, used
from tests.smtp_server import Inbox, serving

CONFIG = """\
system: 门户平台 Portal
timezone: Asia/Shanghai
hosts: [{{name: web-01, address: 192.0.2.1, password_env: HOME}}, {{name: web-02, password_env: HOME}}]
history: {{url: "sqlite:///history.db"}}
maintenance_log: {{folder: log, at: "08:00"}}
mail: {{host: 127.0.0.1, port: {port}, security: none, from: rounds@example.org, to: [duty@example.org]}}
"""


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def place(tmp_path: Path, inbox: Inbox) -> Iterator[SimpleNamespace]:
    """An agent that made rounds since 2026-11-19 09:00 in Shanghai, but for its clock and its scheduler."""
    path = tmp_path / "config.yaml"
    with serving(inbox) as port:
        path.write_text(CONFIG.format(port=port), encoding="utf-8")
        config: Config = load(path)
        yield from _place(config, tmp_path)


def _place(config: Config, tmp_path: Path) -> Iterator[SimpleNamespace]:
    with time_machine.travel("2026-11-19T01:00:00Z", tick=True) as clock:
        history = open_history(config)
        history.start()
        conductor = Conductor(
            config, catalogue(), Fleet(ShellMaker(config)), history, start_exports(config, catalogue())
        )
        first = report(time.time(), judged(used("/", 0.95)))
        history.record(first, conductor.tracker.follow(first, {}), {})
        history.flush(10)
        daily = DailyLog(conductor, catalogue(), history)
        yield SimpleNamespace(
            config=config, history=history, conductor=conductor, daily=daily, clock=clock, folder=tmp_path / "log"
        )
        history.stop(10)


def days(place: SimpleNamespace) -> list[str]:
    return sorted(path.name for path in place.folder.iterdir()) if place.folder.exists() else []


def test_the_day_is_made_at_its_hour_in_its_time_zone_and_once(place: SimpleNamespace, inbox: Inbox) -> None:
    place.daily.make_due()
    assert days(place) == [], "the first day is not over"
    assert place.daily.last_made is None
    place.clock.move_to("2026-11-19T23:59:00Z")
    place.daily.make_due()
    assert days(place) == []
    place.clock.move_to("2026-11-20T00:00:01Z")
    for _ in range(2):
        place.daily.make_due()
    assert days(place) == ["2026-11-20"]
    assert place.daily.last_made.date == date(2026, 11, 20)
    for _ in range(2):
        place.daily.deliver()
    ((_, recipients, content),) = inbox.letters
    letter = message_from_bytes(content, policy=default)
    assert recipients == ["duty@example.org"]
    assert "门户平台" in str(letter["Subject"])
    assert {part.get_content_type() for part in letter.walk()} >= {"text/plain", "text/html"}


def test_when_a_day_is_due_is_known_before_the_first_is_made(
    place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(day: date) -> float:
        return plan_of(place.config, catalogue()).period(day)[1]

    assert place.daily.due_at is None
    place.daily.make_due()
    assert place.daily.due_at == ends(date(2026, 11, 20)), "the day of the first round is under way"
    monkeypatch.setattr(place.history, "flush", lambda timeout: False)
    place.clock.move_to("2026-11-20T06:00:00Z")
    place.daily.make_due()
    assert place.daily.due_at == ends(date(2026, 11, 20)) < time.time(), "it could not be made, and is overdue"
    monkeypatch.undo()
    place.daily.catch_up()
    assert place.daily.due_at == ends(date(2026, 11, 21)) > time.time()
    again = DailyLog(place.conductor, catalogue(), place.history)  # as after a restart
    monkeypatch.setattr(place.history, "flush", lambda timeout: False)
    place.clock.move_to("2026-11-21T06:00:00Z")
    again.make_due()
    assert (again.last_made.date, again.due_at) == (date(2026, 11, 20), ends(date(2026, 11, 21)))


def test_days_that_a_wrong_clock_made_keep_no_day_from_being_made(
    place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agent.daily, "RECORDED_DAYS", 2)
    place.clock.move_to("2026-11-20T06:00:00Z")
    place.daily.make_due()
    place.clock.move_to("2026-11-27T06:00:00Z")
    place.daily.make_due()
    assert [name for name in days(place) if "W" not in name] == ["2026-11-20", "2026-11-26", "2026-11-27"]
    for day in (21, 22, 23):
        place.clock.move_to(f"2026-11-{day}T06:00:00Z")
        place.daily.make_due()
        assert place.daily.last_made.date == date(2026, 11, day)
        assert place.daily.due_at > time.time()
    assert days(place)[:4] == ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"]


def test_days_missed_are_made_up_for(place: SimpleNamespace) -> None:
    place.clock.move_to("2026-11-22T06:00:00Z")
    place.daily.make_due()
    assert days(place) == ["2026-11-22"], "without a record so far only the last day is made"
    place.clock.move_to("2026-11-25T06:00:00Z")
    place.daily.make_due()
    assert days(place) == ["2026-11-22", "2026-11-23", "2026-11-24", "2026-11-25", "2026-W47"]


def test_a_week_whose_days_cannot_be_read_stays_due_and_says_why(
    place: SimpleNamespace, capsys: pytest.CaptureFixture[str]
) -> None:
    place.conductor.exports = {}
    for day in (21, 22):
        place.clock.move_to(f"2026-11-{day}T06:00:00Z")
        place.daily.make_due()
    with closing(sqlite3.connect(place.folder.parent / "history.db")) as database, database:
        database.execute("DROP TRIGGER ledger_no_update")
        (kept,) = database.execute("SELECT body FROM ledger WHERE number = '20261121-01'").fetchone()
        database.execute("UPDATE ledger SET body = ? WHERE number = '20261121-01'", (zlib.compress(b"{}"),))
    place.clock.move_to("2026-11-23T06:00:00Z")
    place.daily.make_due()
    assert place.daily.failures["history"] == 1
    assert "2026-W47 cannot be told: the record 20261121-01 is damaged" in capsys.readouterr().out
    assert place.history.last_period_end(PeriodKind.WEEK) is None
    with closing(sqlite3.connect(place.folder.parent / "history.db")) as database, database:
        database.execute("UPDATE ledger SET body = ? WHERE number = '20261121-01'", (kept,))
    place.daily.make_due()
    assert place.history.last_period_end(PeriodKind.WEEK) == date(2026, 11, 23)
    week = place.history.published_period(PeriodKind.WEEK, date(2026, 11, 23))
    assert (week.figures.days_made, week.made_at) == (3, pytest.approx(time.time(), abs=60)), (
        "made by the agent's clock"
    )


def test_days_missed_for_long_are_recorded_without_a_flood_of_mails(place: SimpleNamespace) -> None:
    files, mails = Full(), Full()
    files.full = mails.full = False
    place.conductor.exports = {"maintenance_log": files, "mail": mails}
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    place.clock.move_to("2026-12-30T00:00:01Z")
    place.daily.make_due()
    assert (len(files.written), len(mails.written)) == (41, 1 + 31), "no day is left out"
    before = Outside(key=key_file(place.config).public(), due=date(2026, 12, 30))
    assert place.history.inspect(before).findings == []


def test_the_files_of_a_day_are_sealed_as_they_were_written(place: SimpleNamespace) -> None:
    place.clock.move_to("2026-11-20T00:00:01Z")
    record = place.daily.make(date(2026, 11, 20))
    place.daily.catch_up()

    def findings() -> list[str]:
        looking = FolderInspection(place.folder)
        assert place.history.inspect(Outside(key=key_file(place.config).public()), [looking.hear]).findings == []
        return [str(finding) for finding in looking.findings()]

    assert findings() == []
    folder = place.folder / "2026-11-20"
    name = f"files {record.number} (2026-11-20)"
    (folder / "added.html").write_text("?")
    assert findings() == [f"added: {name}: the file {folder}/added.html"]
    (folder / "added.html").unlink()
    page = folder / "maintenance-log-2026-11-20.zh.html"
    content = page.read_bytes()
    page.write_bytes(content + b" ")
    assert findings() == [f"altered: {name}: the file {page}"]
    page.unlink()
    assert findings() == [f"missing: {name}: the file {page}"]
    page.write_bytes(content)
    forged = shutil.copytree(folder, place.folder / "2026-11-21")
    assert findings() == [f"added: files (2026-11-21): the folder {forged}"]
    shutil.rmtree(forged)
    folder.rename(place.folder / "away")
    assert findings() == [f"missing: {name}: the folder {folder} is gone"]


def test_a_signed_day_gets_a_new_edition_and_no_second_mail(place: SimpleNamespace, inbox: Inbox) -> None:
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    place.daily.deliver()
    desk = Desk(place.history, place.config, catalogue())
    desk.sign(date(2026, 11, 20), ReviewIn(by="王丽", comment="已阅"), "wangli", time.time())
    place.daily.catch_up()
    place.daily.deliver()
    assert days(place) == ["2026-11-20", "2026-11-20.2"]
    assert len(inbox.letters) == 1
    record = json.loads((place.folder / "2026-11-20.2" / "maintenance-log-2026-11-20.json").read_text("utf-8"))
    (signed,) = record["reviews"]
    assert (signed["by"], signed["comment"], signed["account"]) == ("王丽", "已阅", "wangli")


def test_what_nobody_asked_is_named_as_not_checked(place: SimpleNamespace) -> None:
    place.clock.move_to("2026-11-20T00:00:01Z")
    record: DayRecord = place.daily.make(date(2026, 11, 20))
    by_host = {line.host.name: line.checked for line in record.hosts}
    assert by_host == {"web-01": True, "web-02": False}
    assert {item.item for item in record.abnormal} == {"/"}
    assert len(record.items_due) == len(record.items_done) + len(record.unchecked)
    assert {item.host for item in record.unchecked} >= {"web-02"}


def test_a_server_that_is_down_loses_nothing_and_doubles_nothing(place: SimpleNamespace, inbox: Inbox) -> None:
    inbox.refuse_data = "451 try later"
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    place.daily.deliver()
    assert (place.daily.waiting_letters, place.daily.failures["mail"]) == (1, 1)
    place.daily.deliver()
    assert place.daily.failures["mail"] == 1, "it is not tried again at once"
    inbox.refuse_data = ""
    place.clock.shift(timedelta(minutes=5))
    for _ in range(2):
        place.daily.deliver()
    assert len(inbox.letters) == 1
    assert place.daily.waiting_letters == 0


def test_a_letter_refused_for_good_is_given_up_and_said(place: SimpleNamespace, inbox: Inbox) -> None:
    inbox.refuse_data = "554 never"
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    place.daily.deliver()
    place.clock.shift(timedelta(days=1))
    place.daily.deliver()
    assert inbox.letters == []
    assert place.daily.failures["mail"] == 1


def test_who_has_the_letter_does_not_get_it_again_with_those_who_have_not(place: SimpleNamespace, inbox: Inbox) -> None:
    settings = place.config.exporters["mail"].model_copy(update={"to": ("a@example.org", "b@example.org")})
    place.conductor.exports = {"mail": catalogue().exporters["mail"].exporter.start(settings)}
    inbox.refuse = {"b@example.org": "450 mailbox full"}
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    place.daily.deliver()
    inbox.refuse = {}
    place.clock.shift(timedelta(minutes=5))
    place.daily.deliver()
    assert [recipients for _, recipients, _ in inbox.letters] == [["a@example.org"], ["b@example.org"]]


class Full(Export):
    """An exporter whose disk is full, until it is not."""

    def __init__(self) -> None:
        self.full = True
        self.written: list[date] = []

    def publish(self, day: DayRecord) -> tuple[Path, ...]:
        if self.full:
            raise OSError(28, "No space left on device")
        self.written.append(day.date)
        return ()


def test_a_full_disk_does_not_keep_the_mail_and_is_tried_again(place: SimpleNamespace, inbox: Inbox) -> None:
    full = Full()
    place.conductor.exports = {"full": full, "mail": place.conductor.exports["mail"]}
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    place.daily.deliver()
    assert len(inbox.letters) == 1
    assert place.daily.failures["full"] == 1
    place.daily.catch_up()
    assert place.daily.failures["full"] == 2
    full.full = False
    for _ in range(2):
        DailyLog(place.conductor, catalogue(), place.history).catch_up()  # as after a restart
    assert full.written == [date(2026, 11, 20)]


class Broken(Export):
    """An exporter with a fault of its own."""

    def compose(self, day: DayRecord) -> tuple[Letter, ...]:
        raise ZeroDivisionError


def test_an_exporter_that_breaks_stops_no_other(place: SimpleNamespace, inbox: Inbox) -> None:
    place.conductor.exports = {"broken": Broken(), **place.conductor.exports}
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    place.daily.deliver()
    assert days(place) == ["2026-11-20"]
    assert len(inbox.letters) == 1
    assert place.daily.failures["broken"] == 1


def test_an_agent_killed_after_it_kept_the_day_tells_of_it_when_it_is_back(
    place: SimpleNamespace, inbox: Inbox
) -> None:
    place.clock.move_to("2026-11-20T00:00:01Z")
    record = place.history.day(date(2026, 11, 20), place.daily.plan())
    place.history.publish_day(record, tell_by=tuple(place.conductor.exports))
    for _ in range(2):
        place.daily.catch_up()
        place.daily.deliver()
    assert days(place) == ["2026-11-20"]
    assert len(inbox.letters) == 1


def test_a_day_whose_last_rounds_are_not_written_stays_due(
    place: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place.history, "flush", lambda timeout: False)
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    assert (days(place), place.daily.failures["history"]) == ([], 1)
    monkeypatch.undo()
    place.daily.catch_up()
    assert days(place) == ["2026-11-20"]


def test_a_letter_is_sent_once_although_the_outbox_cannot_be_written(place: SimpleNamespace, inbox: Inbox) -> None:
    place.clock.move_to("2026-11-20T00:00:01Z")
    place.daily.make_due()
    refuse = ["ON"]
    engine = place.history._database.engine
    event.listen(engine, "checkout", lambda connection, *_: connection.execute(f"PRAGMA query_only = {refuse[0]}"))
    for _ in range(3):
        place.daily.deliver()
    assert len(inbox.letters) == 1
    assert place.daily.failures["history"] == 3
    refuse[0] = "OFF"
    place.daily.deliver()
    assert len(inbox.letters) == 1
    assert place.daily.waiting_letters == 0


def test_the_day_under_way_and_the_last_one_over(place: SimpleNamespace) -> None:
    plan = plan_of(place.config, catalogue())
    end = plan.period(date(2026, 11, 20))[1]
    assert (last_day_due(end - 1, plan), day_under_way(end - 1, plan)) == (date(2026, 11, 19), date(2026, 11, 20))
    assert (last_day_due(end, plan), day_under_way(end, plan)) == (date(2026, 11, 20), date(2026, 11, 21))
    assert isinstance(place.history, History)
