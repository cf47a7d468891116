"""What a check sees again of its own measurements."""

import pytest
from sqlalchemy import event

from agent.problems import Tracker
from checks.contract import Recall
from tests.agent.history.test_record import DISK, feed, judged, report, used

DAY, HOUR = 86400, 3600
NOON = 1_700_000_000 // DAY * DAY + 40 * DAY + 12 * HOUR


def test_hours_of_the_last_week_and_days_before_are_seen_again(history):
    tracker = Tracker()
    for days_ago in (30, 20, 8, 7, 1):
        for minute, ratio in ((0, 0.2), (30, 0.4)):
            at = NOON - days_ago * DAY + 60 * minute
            feed(history, tracker, report(at, judged(used("/", ratio), used("/data", 0.9))))
    history.prune(NOON - 5 * DAY)
    past = history.past("web-01", DISK.name, Recall(("used",), days=28), NOON)
    spans = past.of("/", "used")
    assert [(NOON - span.begin) // DAY for span in spans] == [20, 8, 7, 1]
    assert [span.seconds for span in spans] == [DAY, DAY, HOUR, HOUR]
    assert [span.begin % span.seconds for span in spans] == [0, 0, 0, 0]
    assert {(span.least, span.most) for span in spans} == {(0.2, 0.4)}
    assert spans[-1].mean == pytest.approx(0.3)
    assert len(past.of("/data", "used")) == 4
    assert past.now == NOON


def test_only_its_own_measurements_are_seen(history):
    feed(history, Tracker(), report(NOON - HOUR, judged(used("/", 0.5))))
    assert history.past("web-02", DISK.name, Recall(("used",), 28), NOON).series == {}
    assert history.past("web-01", "another", Recall(("used",), 28), NOON).series == {}
    assert history.past("web-01", DISK.name, Recall(("free",), 28), NOON).series == {}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_the_rows_are_found_by_key(history):
    """A fleet has a hundred million of them: a range of starts would read what every other host measured."""
    feed(history, Tracker(), report(NOON - HOUR, judged(used("/", 0.5))))
    asked = []

    def note(connection, cursor, statement, parameters, context, executemany):
        asked.append((statement, parameters))

    engine = history._database.engine
    event.listen(engine, "before_cursor_execute", note)
    history.past("web-01", DISK.name, Recall(("used",), 28), NOON)
    event.remove(engine, "before_cursor_execute", note)
    statement, parameters = asked[-1]
    assert "rollups" in statement
    with history._database.read() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert any("granularity=? AND start=? AND series_id=?" in row[-1] for row in plan), plan
