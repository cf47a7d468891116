import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from agent.history import History, HistoryError
from agent.history.database import Database
from agent.history.schema import HEAD, metadata

ROOT = Path(__file__).parents[3]


def test_the_migrations_make_the_tables_the_code_knows(url):
    database = Database.open(url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


def test_the_head_is_the_newest_migration():
    config = Config()
    config.set_main_option("script_location", "agent.history:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_opening_again_keeps_what_is_there(url):
    History.open(url).stop(1)
    with History.open(url) as history:
        assert history.restore().tracked == ()


def test_several_may_open_at_once(url):
    with ThreadPoolExecutor(4) as pool:
        for history in pool.map(lambda _: History.open(url), range(4)):
            history.stop(1)


def test_a_database_of_a_newer_version_is_left_alone(url):
    database = Database.open(url)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(HistoryError, match=rf"written by a newer version of rounds \(schema 9999, .* up to {HEAD}\)"):
        History.open(url)


def test_sqlite_is_opened_with_care(tmp_path):
    database = Database.open(f"sqlite:///{tmp_path}/deep/down/history.db")
    with database.read() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    assert values == ["wal", 1, 1, 5000]
    database.close()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (
            "history.db",
            "history.url cannot be used: expected sqlite:////path/to/history.db or postgresql://host/database",
        ),
        ("sqlite://", "names no file"),
        ("mysql://rounds:secret@db/rounds", r"only sqlite and postgresql are supported, not mysql"),
        ("oracle+nothing://x", "cannot be used"),
        ("postgresql+pg8000://rounds:secret@db/rounds", "needs the Python package pg8000"),
    ],
)
def test_a_url_that_cannot_be_used(url, words):
    with pytest.raises(HistoryError, match=words) as caught:
        History.open(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer():
    pytest.importorskip("psycopg", reason="the Python package psycopg is not installed")
    with pytest.raises(HistoryError, match="connection failed") as caught:
        History.open("postgresql://rounds:secret@127.0.0.1:1/rounds")
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "state").write_text("")
    with pytest.raises(
        HistoryError, match=r"cannot write the history at .*/state/history.db: (Not a directory|File exists)"
    ):
        History.open(f"sqlite:///{tmp_path}/state/history.db")


def test_what_hosts_told_is_for_the_agent_alone(tmp_path):
    with History.open(f"sqlite:///{tmp_path}/history.db"):
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes["history.db"] == 0o600
    assert set(modes.values()) == {0o600}, modes


def test_a_path_that_is_a_folder(tmp_path):
    with pytest.raises(HistoryError, match="Is a directory"):
        History.open(f"sqlite:///{tmp_path}")


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "history.db").write_bytes(b"not a database at all, " * 100)
    with pytest.raises(HistoryError, match="file is not a database"):
        History.open(f"sqlite:///{tmp_path}/history.db")


def test_a_database_of_something_else(tmp_path):
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE items (id INTEGER)")
    with pytest.raises(HistoryError, match="table items already exists"):
        History.open(f"sqlite:///{tmp_path}/other.db")


WITHOUT_RIGHTS = """
import os, sys
from agent.history import History, HistoryError
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
try:
    History.open(sys.argv[1])
except HistoryError as error:
    print(error)
"""


def test_a_folder_without_permission(tmp_path):
    """Root may write anywhere, so it becomes somebody else first."""
    folder = tmp_path / "state"
    folder.mkdir(mode=0o500)
    tmp_path.chmod(0o711)
    command = [sys.executable, "-c", WITHOUT_RIGHTS, f"sqlite:///{folder}/history.db"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == f"cannot write the history at {folder}/history.db: Permission denied\n", done.stderr
