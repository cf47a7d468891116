import zlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError

from agent.history import Plan
from agent.history.schema import ledger
from agent.problems import Tracker
from collectors.contract import Reason
from tests.agent.reports import DISK, card, failed, judged, report, used

DAY = date(2026, 3, 11)


@pytest.fixture
def record(history):
    """A day with something in it."""
    plan = Plan("门户平台", (card(), card("web-02")), {"web-01": (DISK,), "web-02": (DISK,)})
    begin, end = plan.period(DAY)
    tracker = Tracker()
    for step in range(3):
        for one in (report(begin + step, judged(used("/", 0.95))), failed(end - 9 + step, Reason.LATE, host="web-02")):
            history.record(one, tracker.follow(one, {}), {})
    assert history.flush(20)
    return history.day(DAY, plan)


def test_a_record_is_read_as_it_was_published(history, record):
    assert history.published(DAY) is None
    assert history.last_published_date() is None
    assert history.publish_day(record) == record
    assert history.published(DAY) == record
    assert history.last_published_date() == DAY


def test_a_day_is_published_once(history, record):
    history.publish_day(record)
    assert history.publish_day(replace(record, person_on_duty="another")) == record
    assert history.published(DAY) == record


def test_a_correction_is_an_addition(history, record):
    history.publish_day(record)
    corrected = history.publish_day(replace(record, person_on_duty="another"), force=True)
    assert (record.number, corrected.number) == ("20260311-01", "20260311-02")
    assert history.published(DAY) == corrected
    with history._database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM ledger")).scalar() == 2
    assert history.broken_records() == ()


def test_catching_up_out_of_order_keeps_the_newest_date(history, record):
    history.publish_day(record)
    history.publish_day(replace(record, date=DAY - timedelta(1)))
    assert history.last_published_date() == DAY
    assert history.published(DAY - timedelta(1)).number == "20260310-01"


@pytest.mark.parametrize("statement", [update(ledger).values(body=b"{}"), delete(ledger)])
def test_the_database_refuses_to_change_a_record(history, record, statement):
    history.publish_day(record)
    with history._database.engine.connect() as connection, pytest.raises(DBAPIError, match="never changed or deleted"):
        connection.execute(statement)
    assert history.published(DAY) == record


def test_whoever_changes_a_record_all_the_same_is_found_out(history, record):
    for back in range(4):
        history.publish_day(replace(record, date=DAY + timedelta(back)))
    with history._database.write() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER ledger_no_update"))
            connection.execute(text("DROP TRIGGER ledger_no_delete"))
        else:
            connection.execute(text("DROP TRIGGER ledger_no_change ON ledger"))
        connection.execute(update(ledger).where(ledger.c.id == 2).values(made_at=1.0, body=zlib.compress(b"{}")))
    assert history.broken_records() == ("20260312-01",)
    with history._database.write() as connection:
        connection.execute(delete(ledger).where(ledger.c.id == 2))
    assert history.broken_records() == ("20260313-01",)
