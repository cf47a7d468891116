"""Opens the database of the history, with the schema it needs. SQLite and PostgreSQL."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from agent.history.errors import HistoryError
from agent.history.schema import HEAD

LOCK_WAIT_SECONDS = 5.0
"""How long a statement waits for another process that writes."""

_MIGRATION_LOCK = 0x726F756E6473  # an arbitrary number that is ours among PostgreSQL's advisory locks


class Database:
    """An open database. `read` and `write` give a connection within one transaction, and raise `HistoryError`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        # SQLite lets one write at a time and makes others ask again and again, but only for some seconds: within this
        # process they wait in a line.
        self._turn = threading.RLock() if engine.dialect.name == "sqlite" else nullcontext()

    @classmethod
    def open(cls, url: str) -> "Database":
        """Connect, make the folder of a SQLite file, and bring the schema up to date. Raises `HistoryError`."""
        parsed = _parse(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            _make_folder(Path(parsed.database))
        try:
            engine = create_engine(parsed, connect_args=_connect_args(parsed), pool_pre_ping=True)
        except ModuleNotFoundError as error:
            raise HistoryError(f"history.url {shown(parsed)} needs the Python package {error.name}") from error
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        database = cls(engine)
        try:
            database._migrate()
        except HistoryError:
            database.close()
            raise
        return database

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with self._speak("read"), self.engine.connect() as connection, connection.begin():
            if self.engine.dialect.name == "postgresql":
                connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
            yield connection

    @contextmanager
    def write(self, *, safely: bool = False) -> Iterator[Connection]:
        """A transaction that is committed at the end, or rolled back when the block raises.

        `safely`: it is on the disk then, whatever happens to the power. Others may be lost by that, the last first.
        """
        with self._turn, self._speak("write"), self.engine.connect() as plain:
            connection = plain.execution_options(rounds_writes=True, rounds_safely=safely)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def _speak(self, act: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise HistoryError(f"cannot {act} the history at {shown(self.engine.url)}: {cause(error)}") from error

    def _migrate(self) -> None:
        with self.read() as connection:
            if MigrationContext.configure(connection).get_current_revision() == HEAD:
                return  # so a database that is full or locked can still be opened
        with self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
            current = MigrationContext.configure(connection).get_current_revision()
            if current == HEAD:
                return
            config = Config()
            config.set_main_option("script_location", "agent.history:migrations")
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, "head")
            except CommandError as error:
                raise HistoryError(
                    f"the history at {shown(self.engine.url)} was written by a newer version of rounds "
                    f"(schema {current}, this version knows up to {HEAD})"
                ) from error


def shown(url: URL) -> str:
    """The URL as it may be printed: without its password."""
    return url.render_as_string(hide_password=True)


def cause(error: SQLAlchemyError) -> str:
    """What the database itself said, in one line."""
    words = str(getattr(error, "orig", None) or error)
    return " ".join(words.split())


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        expected = "expected sqlite:////path/to/history.db or postgresql://host/database"
        raise HistoryError(f"history.url cannot be used: {expected}") from error
    if backend not in ("sqlite", "postgresql"):
        raise HistoryError(f"history.url {shown(parsed)}: only sqlite and postgresql are supported, not {backend}")
    if backend == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise HistoryError("history.url names no file: a history in memory would remember nothing")
    return parsed


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # It tells more about what is wrong than SQLite's "unable to open database file". What hosts answered lies in
        # it, accounts and rules of sudo too: it is made for the agent alone, and SQLite gives its other files the same.
        os.close(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
    except OSError as error:
        raise HistoryError(f"cannot write the history at {path}: {error.strerror}") from error


def _connect_args(url: URL) -> dict[str, object]:
    return {"timeout": LOCK_WAIT_SECONDS} if url.get_backend_name() == "sqlite" else {"connect_timeout": 10}


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3 would begin only before the first change; see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later could not wait for its lock: the snapshot would be out of date.
    options = connection.get_execution_options()
    writes = options.get("rounds_writes", False)
    connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if options.get('rounds_safely') else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
