"""One chain for all that is kept for good: the days' records, and what people and the agent add to them.

The rows of `days` move over in their order, under the hashes they have; the table itself goes. Their signatures are
missing: whoever looks finds them sealed by the first key's entry, which the agent makes at its next start.
"""

import zlib

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("id", ID, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("previous_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
        sa.UniqueConstraint("number", name="uq_ledger_number"),
        sa.UniqueConstraint("previous_sha256", name="uq_ledger_previous_sha256"),
    )
    op.create_index("ix_ledger_kind_date", "ledger", ["kind", "date"], unique=False)
    _move_days()
    _move_untold()
    op.drop_table("days")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change_of_days()")
    _protect_ledger()


def _move_days() -> None:
    connection = op.get_bind()
    days = sa.table("days", *(sa.column(name) for name in ("id", *_KEPT, "record")))
    ledger = sa.table("ledger", *(sa.column(name) for name in ("id", "kind", *_KEPT, "body")))
    identities = connection.execute(sa.select(days.c.id).order_by(days.c.id)).scalars().all()
    for position, identity in enumerate(identities, 1):  # one at a time: a year of them would not fit in memory
        row = connection.execute(sa.select(days).where(days.c.id == identity)).one()
        kept = {name: getattr(row, name) for name in _KEPT}
        body = zlib.compress(row.record.encode("utf-8"))
        connection.execute(sa.insert(ledger).values(id=position, kind="day", body=body, **kept))


_KEPT = ("date", "number", "made_at", "previous_sha256", "sha256")


def _move_untold() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT number, exporter FROM untold")).all()
    op.drop_table("untold")
    untold = op.create_table(
        "untold",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("exporter", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["ledger.number"], name="fk_untold_number_ledger"),
        sa.PrimaryKeyConstraint("number", "exporter", name="pk_untold"),
    )
    if rows:
        connection.execute(sa.insert(untold), [{"number": row.number, "exporter": row.exporter} for row in rows])


def _protect_ledger() -> None:
    """Entries are never deleted or altered: the database refuses it, whoever asks."""
    refusal = "what the ledger holds is never changed or deleted"
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER ledger_no_{act.lower()} BEFORE {act} ON ledger "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
        # INSERT OR REPLACE would delete without asking the trigger of DELETE.
        op.execute(
            "CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger WHEN EXISTS (SELECT 1 FROM ledger WHERE "
            "id = NEW.id OR number = NEW.number OR previous_sha256 = NEW.previous_sha256) "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION refuse_change_of_ledger() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_ledger()"
        )
