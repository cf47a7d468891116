import pytest
from pydantic import ValidationError
from sqlalchemy import func, select

from agent.history import History, Retention, schema
from agent.problems import Tracker
from checks.contract import State
from tests.agent.reports import DISK, found, judged, report, used

DAY = 86400.0
T0 = 20_000 * DAY + 100
KEY = ("web-01", DISK.name, "/")


def rows(history, table, *where):
    with history._database.read() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar_one()


def remember(history, *reports, tracker=None):
    tracker = tracker or Tracker()
    for one in reports:
        history.record(one, tracker.follow(one, {DISK.name: 1}), {})
    assert history.flush(20)


def test_each_kind_of_memory_ends_at_its_time(url):
    retention = Retention(hourly=2 * DAY, runs=5 * DAY, daily=10 * DAY, transitions=20 * DAY)
    states = (State.OK, State.CRIT, State.OK, State.CRIT)
    with History.open(url, retention) as history:
        remember(
            history, *(report(T0 + i, judged(found("/x", state), used("/", 0.5))) for i, state in enumerate(states))
        )
        hour, day = (schema.rollups.c.granularity == kind for kind in ("hour", "day"))

        def left():
            counted = (
                (schema.rollups, hour),
                (schema.rollups, day),
                (schema.tallies,),
                (schema.runs,),
                (schema.transitions,),
            )
            return [rows(history, *table) for table in counted]

        assert left() == [1, 0, 3, 4, 6]
        history.prune(T0 + 1.5 * DAY)
        assert left() == [1, 1, 3, 4, 6]
        history.prune(T0 + 3 * DAY)
        assert left() == [0, 1, 0, 4, 6]
        history.prune(T0 + 6 * DAY)
        assert left() == [0, 1, 0, 0, 6]
        history.prune(T0 + 12 * DAY)
        assert left() == [0, 0, 0, 0, 6]
        history.prune(T0 + 21 * DAY)
        assert left() == [0, 0, 0, 0, 3]  # of each item the last: since when it is as it is
        assert {t.after for t in history.transitions(0, T0 + DAY)} == {State.OK, State.CRIT}
        assert len(history.restore().tracked) == 3


def test_a_day_rolled_up_stays_when_its_hours_are_gone(url):
    with History.open(url, Retention(hourly=2 * DAY)) as history:
        tracker = Tracker()
        for day in range(4):
            remember(history, *(report(T0 + day * DAY + i, judged(used("/", 0.2))) for i in range(3)), tracker=tracker)
            history.prune(T0 + day * DAY + 10)
        history.prune(T0 + 4 * DAY)
        assert [day.count for day in history.measured(KEY, "used", "day", 0, T0 + 5 * DAY)] == [3, 3, 3, 3]


def test_what_arrives_late_is_still_added_up(history):
    tracker = Tracker()
    remember(history, report(T0, judged(used("/", 0.2))), tracker=tracker)
    history.prune(T0 + DAY)
    remember(history, report(T0 + 60, judged(used("/", 0.4))), tracker=tracker)
    history.prune(T0 + DAY + 60)
    (day,) = history.measured(KEY, "used", "day", 0, T0 + DAY)
    assert (day.count, day.most) == (2, 0.4)


def test_items_long_gone_leave_nothing_and_may_come_again(url):
    with History.open(url) as history:
        tracker = Tracker()
        remember(history, report(T0, judged(used("/mnt", 0.5), used("/", 0.5))), tracker=tracker)
        remember(history, report(T0 + 60, judged(used("/", 0.5))), tracker=tracker)
        history.prune(T0 + 399 * DAY)
        assert rows(history, schema.items, schema.items.c.item == "/mnt") == 1
        history.prune(T0 + 401 * DAY)
        assert rows(history, schema.items, schema.items.c.item == "/mnt") == 0
        assert {s.item for s in history.restore().tracked} == {"", "/"}
        remember(history, report(T0 + 402 * DAY, judged(used("/mnt", 0.5), used("/", 0.5))), tracker=tracker)
        assert history.health().dropped == 0
        assert {s.item for s in history.restore().tracked} == {"", "/", "/mnt"}


def test_retention_is_written_as_people_write_it():
    assert Retention.model_validate({"hourly": "7d", "transitions": "52w"}).transitions == 364 * DAY
    for wrong in ({"hourly": "1h"}, {"days": "1d"}):
        with pytest.raises(ValidationError):
            Retention.model_validate(wrong)
    assert all(field.description for field in Retention.model_fields.values())
