"""What the history does when the database is locked, full, gone, or the agent is killed."""

import random
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from agent.history import History, HistoryError, database, schema, writer
from agent.problems import Tracker
from checks.contract import State, Text
from exporters.contract import Letter
from tests.agent.reports import DISK, found, judged, report

ROOT = Path(__file__).parents[3]
HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
input()
"""


@pytest.fixture
def impatient(monkeypatch):
    """Locks are waited for, and tries repeated, more quickly than in earnest."""
    monkeypatch.setattr(database, "LOCK_WAIT_SECONDS", 0.1)
    monkeypatch.setattr(writer, "RETRY_FIRST_SECONDS", 0.05)
    monkeypatch.setattr(writer, "RETRY_MOST_SECONDS", 0.1)
    monkeypatch.setattr(writer, "LINGER_SECONDS", 0.02)


@contextmanager
def locked(path):
    """Another process has the database for itself."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        yield
    finally:
        holder.communicate("\n", timeout=20)


def until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def swinging(history, times, start=0.0):
    """Rounds in which the state changes each time, so that each has a transition."""
    tracker = Tracker()
    for step in range(times):
        one = report(start + step, judged(found("/", State.CRIT if step % 2 else State.OK)))
        history.record(one, [t for t in tracker.follow(one, {DISK.name: 1}) if t.check == DISK.name], {})


def count(history, table):
    with history._database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_while_another_process_holds_the_lock_nothing_waits_and_nothing_is_lost(tmp_path, impatient):
    with History.open(f"sqlite:///{tmp_path}/history.db") as history:
        with locked(tmp_path / "history.db"):
            started = time.monotonic()
            swinging(history, 200)
            assert time.monotonic() - started < 2
            until(lambda: "database is locked" in history.health().last_error)
            assert not history.flush(0.1)
            assert history.health().backlog == 200
            with pytest.raises(HistoryError, match=r"cannot write the history at .*: database is locked"):
                history.put_letter("mail", Letter("<1>", "", (), b""))
        assert history.flush(20)
        health = history.health()
        assert (health.backlog, health.dropped, health.last_error) == (0, 0, "")
        assert (count(history, schema.runs), count(history, schema.transitions)) == (200, 200)


def test_an_agent_starts_all_the_same_when_the_database_is_locked(tmp_path, impatient):
    url = f"sqlite:///{tmp_path}/history.db"
    History.open(url).stop(1)
    with locked(tmp_path / "history.db"):
        history = History.open(url)
        history.start()
        assert history.first_run_at() is None
        assert history.restore().tracked == ()
        swinging(history, 2)
        until(lambda: history.health().last_error)
        assert history.health().last_written_at is None
    assert history.stop(20)
    again = History.open(url)
    assert (count(again, schema.runs), count(again, schema.lifespans)) == (2, 1)
    assert again.first_run_at() <= time.time()
    again.stop(1)


def test_over_its_bound_the_backlog_drops_the_oldest_rounds_but_no_transition(tmp_path, impatient):
    with History.open(f"sqlite:///{tmp_path}/history.db", backlog=20) as history:
        with locked(tmp_path / "history.db"):
            swinging(history, 100)
            until(lambda: history.health().dropped == 80)
        assert history.flush(20)
        changes = history.transitions(0, 1000)
        assert [change.at for change in changes] == [float(step) for step in range(100)]
        with history._database.read() as connection:
            runs = connection.execute(select(schema.runs.c.finished_at).order_by(schema.runs.c.id)).scalars().all()
        assert runs == [float(step) for step in range(80, 100)]
        assert history.health().dropped == 80


def test_a_stop_does_not_wait_for_ever(tmp_path, impatient):
    history = History.open(f"sqlite:///{tmp_path}/history.db")
    history.start()
    with locked(tmp_path / "history.db"):
        swinging(history, 3)
        started = time.monotonic()
        assert not history.stop(0.5)
        assert time.monotonic() - started < 5


def test_a_stop_writes_what_is_left(tmp_path):
    history = History.open(f"sqlite:///{tmp_path}/history.db")
    history.start()
    swinging(history, 1200)
    assert history.stop(30)
    again = History.open(f"sqlite:///{tmp_path}/history.db")
    assert count(again, schema.runs) == 1200
    again.stop(1)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of two megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", folder]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_costs_nothing_but_memory(small_disk, impatient):
    with History.open(f"sqlite:///{small_disk}/history.db") as history:
        filler = small_disk / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        swinging(history, 3000)
        until(lambda: "disk is full" in history.health().last_error or "I/O" in history.health().last_error)
        assert history.health().backlog > 0
        filler.unlink()
        assert history.flush(30)
        assert (count(history, schema.runs), history.health().dropped) == (3000, 0)
        with history._database.read() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def refused_by_the_database(good):
    return replace(good, started_at=None)


def refused_by_our_code(good):
    return replace(good, outcomes=(judged(replace(found("/odd", State.OK), summary=Text(1, 2))),))


@pytest.mark.parametrize("spoil", [refused_by_the_database, refused_by_our_code])
def test_one_bad_note_does_not_take_the_others_with_it(history, spoil):
    good = [report(float(step), judged(found("/", State.OK))) for step in range(5)]
    for one in (*good[:2], spoil(good[2]), *good[3:]):
        history.record(one, (), {})
    assert history.flush(20)
    assert (count(history, schema.runs), history.health().dropped) == (4, 1)
    assert history.health().last_error != ""
    swinging(history, 5, start=100.0)
    assert history.flush(20)
    assert history.health().last_error == ""


def test_rows_that_somebody_deleted_are_made_anew(tmp_path):
    with History.open(f"sqlite:///{tmp_path}/history.db") as history:
        swinging(history, 2)
        assert history.flush(20)
        with sqlite3.connect(tmp_path / "history.db") as somebody:
            for table in ("rollups", "series", "tallies", "transitions", "runs", "items", "hosts"):
                somebody.execute(f"DELETE FROM {table}")
        swinging(history, 2, start=100.0)
        assert history.flush(20)
        assert (count(history, schema.runs), history.health().dropped) == (2, 0)


def test_a_connection_that_was_cut_is_made_again(history):
    if history._database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has no connection to cut")
    swinging(history, 2)
    assert history.flush(20)
    with history._database.engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    swinging(history, 2, start=100.0)
    assert history.flush(20)
    assert count(history, schema.runs) == 4


@pytest.mark.slow
def test_killed_again_and_again_it_keeps_all_it_said_it_kept(url):
    chance, acknowledged = random.Random(20260311), 0
    for _ in range(4):
        command = [sys.executable, "-m", "tests.agent.history.writing_until_killed", url]
        victim = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        first = int(victim.stdout.readline())
        time.sleep(chance.uniform(0, 0.4))
        victim.kill()
        said = [line for line in victim.communicate(timeout=20)[0].splitlines(keepends=True) if line.endswith("\n")]
        kept = sound(url)
        assert kept >= int(said[-1] if said else first) > acknowledged
        acknowledged = kept


def sound(url):
    """Look whether all the tables agree with one another; how many rounds are kept."""
    history = History.open(url)
    with history._database.read() as connection:
        if url.startswith("sqlite"):
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        rounds = connection.execute(select(func.count()).select_from(schema.runs)).scalar_one()
        tallied = select(func.sum(schema.tallies.c.ok)).join_from(schema.tallies, schema.items)
        assert connection.execute(tallied.where(schema.items.c.check == "reachable")).scalar() == rounds
        measured = select(func.sum(schema.rollups.c.count)).where(schema.rollups.c.granularity == "hour")
        assert connection.execute(measured).scalar() == rounds
        states = dict(connection.execute(select(schema.items.c.item, schema.items.c.seen)).all())
    restored = history.restore()
    assert int(restored.facts["web-01", "number"]) == rounds
    last = {change.item: change.after for change in history.transitions(0, 9e9) if change.check == DISK.name}
    assert {item: states[item] for item in last} == last
    assert history.broken_records() == ()
    history.stop(1)
    return rounds
