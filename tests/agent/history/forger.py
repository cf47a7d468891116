"""Who has the database, and neither the key nor scruples: what he does to it, and what is found."""

from datetime import date

from sqlalchemy import select, text

from agent.history.inspection import Outside
from agent.history.schema import ledger

DAY = date(2026, 3, 11)
ENTRIES = 6
"""In the history that is attacked: a key, and five days."""


def without_triggers(history):
    with history._database.write() as connection:
        if connection.dialect.name == "sqlite":
            for name in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER ledger_no_{name}"))
        else:
            connection.execute(text("DROP TRIGGER ledger_no_change ON ledger"))


def outside(keys, **more):
    return Outside(key=keys.public(), head=keys.head(), **more)


def inspect_all(history, keys, **more):
    return history.inspect(outside(keys, **more)).findings


def told(findings):
    return [(finding.flaw, finding.number) for finding in findings]


def rows(connection):
    return connection.execute(select(ledger).order_by(ledger.c.id)).mappings().all()
