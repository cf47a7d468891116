"""`INSERT ... ON CONFLICT`, which SQLite and PostgreSQL spell alike and SQLAlchemy keeps in each dialect."""

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert(connection: Connection, table: Table) -> sqlite.Insert:
    """An insert into `table` that can be told what to do on a conflict."""
    if connection.dialect.name == "postgresql":
        # The two classes share no base that has on_conflict_do_update, and have the same methods.
        return postgresql.insert(table)  # type: ignore[return-value]
    return sqlite.insert(table)
