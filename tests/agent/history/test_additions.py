"""Reviews and notes: added, never edited, and told with the day they belong to."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.history import History, NothingToAddTo, Plan, additions
from agent.history.inspection import Outside
from agent.problems import Tracker
from agent.signing import KeyFile
from exporters.contract import IncidentNote, Review
from tests.agent.reports import DISK, card, judged, report, used

DAY = date(2026, 3, 11)
PLAN = Plan("门户平台", (card(),), {"web-01": (DISK,)})
BEGIN, END = PLAN.period(DAY)


@pytest.fixture
def keys(tmp_path):
    return KeyFile(tmp_path / "key.pem")


@pytest.fixture
def history(url, keys):
    with History.open(url, key_file=keys) as running:
        tracker = Tracker()
        for step in range(3):
            one = report(BEGIN + step, judged(used("/", 0.95)))
            running.record(one, tracker.follow(one, {}), {})
        assert running.flush(20)
        yield running


@pytest.fixture
def day(history):
    return history.publish_day(history.day(DAY, PLAN, END + 60))


def review(day, **more):
    return Review(number=day.number, by="王丽", at=END + 3600, account="wangli", **more)


def note(incident, **more):
    return IncidentNote(incident=incident, by="李敏", at=END + 7200, account="limin", **more)


def test_a_review_is_told_with_its_day_and_no_part_of_what_is_sealed(history, day, keys):
    given = review(day, comment="已阅")
    history.sign(given, tell_by=["maintenance_log"])
    assert history.published(DAY) == replace(day, reviews=(given,))
    assert tuple(history.untold()) == ((replace(day, reviews=(given,)), "maintenance_log"),)
    assert history.inspect(Outside(key=keys.public(), head=keys.head())).findings == []


def test_whoever_signs_again_adds(history, day):
    history.sign(review(day))
    history.sign(review(day, comment="once more"), tell_by=["maintenance_log"])
    history.sign(review(day, comment="and again"), tell_by=["maintenance_log"])
    assert [one.comment for one in history.published(DAY).reviews] == ["", "once more", "and again"]
    assert len(tuple(history.untold())) == 1


def test_a_record_that_was_corrected_can_no_longer_be_signed(history, day):
    history.sign(review(day))
    corrected = history.publish_day(history.published(DAY), force=True)
    assert corrected.reviews == ()
    assert history.published(DAY).reviews == (), "the correction was not reviewed yet"
    with pytest.raises(NothingToAddTo, match=f"{day.number} was corrected: in force is {corrected.number}"):
        history.sign(review(day))
    history.sign(review(corrected))
    assert len(history.published(DAY).reviews) == 1
    assert len(history.reviews(DAY)) == 2


@pytest.mark.parametrize("number", ["20260312-01", "", "K20260311-01", "x' OR 1=1 --", "\0"])
def test_what_is_not_there_cannot_be_signed(history, day, number):
    if "\0" in number and history._database.engine.dialect.name == "postgresql":
        pytest.skip("PostgreSQL's text cannot hold it")
    before = history.inspect(Outside()).entries
    with pytest.raises(NothingToAddTo):
        history.sign(replace(review(day), number=number), tell_by=["maintenance_log"])
    assert history.inspect(Outside()).entries == before
    assert tuple(history.untold()) == ()


def test_a_note_to_an_open_incident_is_told_with_its_days_and_the_next(history, day):
    (incident,) = day.incidents
    given = note(incident.id, cause="日志未轮转")
    history.note(given, (), tell_by=["maintenance_log"])
    assert tuple(history.untold()) == (), "the next daily tells"
    assert history.published(DAY).incidents[0].notes == (given,)
    following = history.publish_day(history.day(DAY + timedelta(1), PLAN, END + 86460))
    assert [one.notes for one in following.incidents] == [()], "what is sealed is without"
    assert history.published(DAY + timedelta(1)).incidents[0].notes == (given,)


def test_a_note_to_an_incident_that_ended_makes_its_day_told_again(history):
    tracker = Tracker()
    for step in range(3):
        one = report(BEGIN + step, judged(used("/var", 0.95)), host="web-01")
        history.record(one, tracker.follow(one, {}), {})
    for step in range(3):
        one = report(BEGIN + 60 + step, judged(used("/var", 0.1)))
        history.record(one, tracker.follow(one, {}), {})
    assert history.flush(20)
    day = history.publish_day(history.day(DAY, PLAN, END + 60))
    ended = next(incident for incident in day.incidents if incident.ended_at is not None)
    history.note(note(ended.id, measure="扩容"), (), tell_by=["maintenance_log"])
    ((record, name),) = history.untold()
    assert (record.number, name) == (day.number, "maintenance_log")
    assert [one.notes[0].measure for one in record.incidents if one.notes] == ["扩容"]


def test_an_incident_of_no_record_is_unknown_unless_it_is_of_today(history, day):
    with pytest.raises(NothingToAddTo, match="no incident '00000000'"):
        history.note(note("00000000", cause="?"), ())
    history.note(note("00000000", cause="?"), ("00000000",))
    assert [one.cause for one in history.notes("00000000")] == ["?"]


def test_a_record_made_just_now_is_told_as_it_is_sealed_and_not_read_again(history, day, monkeypatch):
    given = review(day)
    history.sign(given, tell_by=["maintenance_log", "mail"])
    read_again = tuple(history.untold())
    monkeypatch.delattr("agent.history.publication.numbered_record")
    assert tuple(history.untold(day)) == read_again
    assert list(read_again) == [(replace(day, reviews=(given,)), name) for name in ("mail", "maintenance_log")]


def test_records_are_read_one_at_a_time(history, day):
    later = history.publish_day(replace(day, date=DAY + timedelta(days=1)), tell_by=["mail"])
    history.sign(review(day), tell_by=["mail"])
    told = history.untold()
    assert next(told)[0].number == day.number
    history.told(later.number, "mail")
    assert next(told)[0].number == later.number
    assert next(told, None) is None


def test_records_are_searched_before_others_have_to_wait(history, day, monkeypatch):
    """A year of large records takes a minute; once nobody else may write, only what came since is looked at."""
    looked, real = [], additions.place_of

    def place_of(connection, incident, *, behind=0):
        looked.append((connection.get_execution_options().get("rounds_writes", False), behind))
        return real(connection, incident, behind=behind)

    monkeypatch.setattr(additions, "place_of", place_of)
    before = history.inspect(Outside()).entries
    history.note(note("00000000", cause="?"), ("00000000",))
    assert looked == [(False, 0), (True, before)]
    with history._database.read() as connection:
        assert real(connection, day.incidents[0].id) == additions.Place(day.number, has_ended=False)
        assert real(connection, day.incidents[0].id, behind=before) is None
