"""What hosts answered is kept under its hash, found again by what a day's record names, and removed in time."""

import zlib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, func, select, text, update

from agent.deposition import Deposition, command_text, sha256
from agent.history import History, Retention
from agent.history.answers import Keeping
from agent.history.schema import answers, evidence
from agent.problems import Tracker
from checks.contract import Layer, Section, Text
from exporters.contract import Answer, CheckCard
from tests.agent.history.test_day import BEGIN, DAY, END, plan
from tests.agent.reports import judged, report, used

DISK = CheckCard(
    "disk_usage", Text("Disk usage", "磁盘使用率"), Layer.BASE_SOFTWARE, Section.SERVERS, collector="filesystems"
)

YEAR = 365 * 86400.0


def said(at, words="Filesystem ...\n", *, host="web-01", collector="filesystems", lasting=False, arguments=()):
    return Deposition(host, collector, at, Answer("df -kP", arguments, 0, words), 0.02, lasting)


def looked(history, at, words, *, lasting=False):
    """A round whose answer is kept."""
    round_ = report(at, judged(used("/", 0.5), check=DISK))
    history.record(round_, Tracker().follow(round_, {DISK.name: 1}), {}, None, [said(at, words, lasting=lasting)])
    assert history.flush(10.0)


def stored(history):
    with history._database.read() as connection:
        return sorted(row.at for row in connection.execute(select(evidence))), connection.execute(
            select(func.count()).select_from(answers)
        ).scalar_one()


def test_a_line_is_traced_to_what_was_answered(history):
    looked(history, END - 90, "all of df\n")
    record = history.publish_day(history.day(DAY, plan(DISK), END + 1))
    (named,) = record.evidence
    assert (named.host, named.collector, named.at) == ("web-01", "filesystems", END - 90)
    assert (named.exit_status, named.seconds) == (0, 0.02)
    assert [line.checked_at for line in record.items] == [named.at]
    assert history.archive.text(named.answer_sha256).text == b"all of df\n"
    assert history.archive.text(named.command_sha256).text == b"df -kP"
    assert named.answer_sha256 == sha256(b"all of df\n")
    assert history.published(DAY).evidence == record.evidence


def test_what_was_not_kept_is_left_out(history):
    round_ = report(END - 90, judged(used("/", 0.5), check=DISK))
    history.record(round_, Tracker().follow(round_, {DISK.name: 1}), {})
    assert history.flush(10.0)
    record = history.day(DAY, plan(DISK), END + 1)
    assert record.items[0].checked_at == END - 90
    assert record.evidence == ()


def test_a_text_that_stays_the_same_is_kept_once(history):
    history.archive.keep(said(BEGIN + n, host=f"web-{n:02}") for n in range(50))
    times, texts = stored(history)
    assert (len(times), texts) == (50, 2)  # the command and the answer


def test_of_what_nothing_rests_on_two_stay(history):
    for minute in range(60):
        history.archive.keep([said(BEGIN + 60 * minute, f"answer {minute}")])
    times, texts = stored(history)
    assert times == [BEGIN + 60 * 54, BEGIN + 60 * 59]  # the last, and the last before the five minutes that it is in
    assert texts == 3


def test_what_changes_of_state_and_records_name_outlives_what_comes_later(history):
    looked(history, BEGIN + 60, "when it was found\n", lasting=True)
    looked(history, END - 60, "the last of the day\n")
    history.publish_day(history.day(DAY, plan(DISK), END + 1))
    for hour in range(1, 20):
        looked(history, END + 3600 * hour, f"later {hour}\n")
    assert stored(history)[0] == [BEGIN + 60, END - 60, END + 3600 * 18, END + 3600 * 19]


def test_the_retention_removes_answers_and_then_texts_nobody_names(history):
    looked(history, END - 60, "of the day\n")
    record = history.publish_day(history.day(DAY, plan(DISK), END + 1))
    history.archive.keep([said(END + YEAR, "a year later\n")])
    history.prune(END + 399 * 86400.0)
    assert tuple(history.archive.lost(record.evidence)) == ()
    history.prune(END + 402 * 86400.0)
    assert tuple(history.archive.lost(record.evidence)) == record.evidence
    assert history.archive.text(record.evidence[0].answer_sha256).keeping is Keeping.MISSING
    assert stored(history) == ([END + YEAR], 2)  # the command is asked still
    assert list(history.archive.altered()) == []


def test_more_than_one_batch_is_removed(history):
    history.archive.keep(said(BEGIN + n / 10, lasting=True) for n in range(6000))
    history.prune(BEGIN + 2 * YEAR)
    assert stored(history) == ([], 0)


def damaged(packed):
    return packed[:-1] + bytes([packed[-1] ^ 1])


@pytest.mark.parametrize(
    ("damage", "is_readable"),
    [
        (damaged, False),
        (lambda packed: b"", True),
        (lambda packed: packed[: len(packed) // 2], True),
        (lambda packed: zlib.compress(b"another answer\n"), True),
        (lambda packed: zlib.compress(b"\0" * 50_000_000), True),
        (lambda packed: b"no zlib at all", False),
    ],
)
def test_an_altered_text_is_found(history, damage, is_readable):
    history.archive.keep([said(BEGIN, "the first answer\n"), said(BEGIN, "other\n", collector="memory")])
    digest = sha256(b"the first answer\n")
    with history._database.write() as connection:
        mine = answers.c.sha256 == bytes.fromhex(digest)
        packed = connection.execute(select(answers.c.packed).where(mine)).scalar_one()
        connection.execute(update(answers).where(mine).values(packed=damage(packed)))
    assert list(history.archive.altered()) == [digest]
    found = history.archive.text(digest)
    assert found.keeping is Keeping.ALTERED
    assert (found.text is not None) is is_readable
    assert found.text is None or len(found.text) <= len(b"the first answer\n") + 1


def test_a_changed_size_is_found(history):
    history.archive.keep([said(BEGIN, "an answer\n")])
    with history._database.write() as connection:
        connection.execute(update(answers).where(answers.c.size == len("an answer\n")).values(size=3))
    assert list(history.archive.altered()) == [sha256(b"an answer\n")]


def test_what_a_record_names_and_somebody_removed_is_lost(history):
    looked(history, END - 60, "of the day\n")
    record = history.publish_day(history.day(DAY, plan(DISK), END + 1))
    with history._database.write() as connection:
        connection.execute(evidence.delete())
        connection.execute(answers.delete().where(answers.c.sha256 == bytes.fromhex(record.evidence[0].answer_sha256)))
    assert history.archive.lost(record.evidence) == record.evidence


def test_what_is_no_hash_is_refused(history):
    with pytest.raises(ValueError, match="hexadecimal"):
        history.archive.text("no hash")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(words=st.text(max_size=200), arguments=st.lists(st.text(max_size=30), max_size=3).map(tuple))
def test_any_text_comes_back_as_it_was(history, words, arguments):
    deposition = said(END - 60, words, arguments=arguments, lasting=True)
    history.archive.keep([deposition])
    command = command_text(deposition.answer).encode("utf-8", "backslashreplace")
    for content in (words.encode("utf-8", "backslashreplace"), command):
        found = history.archive.text(sha256(content))
        assert (found.keeping, found.text) == (Keeping.KEPT, content)


def test_to_keep_again_changes_nothing_but_that_it_lasts(history):
    history.archive.keep([said(BEGIN)])
    history.archive.keep([said(BEGIN, lasting=True)])
    history.archive.keep([said(BEGIN)])
    with history._database.read() as connection:
        assert [row.lasting for row in connection.execute(select(evidence))] == [True]


def test_what_there_is_no_time_for_is_counted(history):
    assert history.archive.keep([said(BEGIN + n) for n in range(3)], seconds=-1) == 3
    assert stored(history) == ([], 0)


def test_while_the_database_cannot_be_written_answers_wait_up_to_a_limit(tmp_path):
    history = History.open(f"sqlite:///{tmp_path}/history.db", Retention())
    history._backlog._most_characters = 1000  # not started: nothing is written
    for minute in range(20):
        at = BEGIN + 60 * minute
        history.record(report(at), (), {}, None, [said(at, "x" * 300)])
    waiting = history._backlog.take(100, 0)
    assert [len(note.depositions) for note in waiting] == [1, 1, 1] + [0] * 17
    history._backlog.settle(waiting)
    history.record(report(END), (), {}, None, [said(END, "x" * 300)])
    assert len(history._backlog.take(100, 0)[0].depositions) == 1
    history.stop(0)


def test_a_history_of_the_version_before_is_taken_over(tmp_path):
    url = f"sqlite:///{tmp_path}/history.db"
    History.open(url).stop(0)
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in ("evidence", "answers"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0005'"))
    engine.dispose()
    with History.open(url) as history:
        history.archive.keep([said(BEGIN)])
        assert stored(history) == ([BEGIN], 2)


def test_a_record_of_the_version_before_has_no_evidence(history):
    record = replace(history.day(DAY, plan(DISK), END + 1), evidence=())
    assert history.publish_day(record).evidence == ()
