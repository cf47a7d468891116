"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "days",
        sa.Column("id", ID, nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("previous_sha256", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_days"),
        sa.UniqueConstraint("number", name="uq_days_number"),
        sa.UniqueConstraint("previous_sha256", name="uq_days_previous_sha256"),
    )
    op.create_index("ix_days_date", "days", ["date"], unique=False)
    op.create_table(
        "hosts",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hosts"),
        sa.UniqueConstraint("name", name="uq_hosts_name"),
    )
    op.create_table(
        "letters",
        sa.Column("id", ID, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("exporter", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("next_try", sa.Double(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("delivered_at", sa.Double(), nullable=True),
        sa.Column("given_up_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_letters"),
        sa.UniqueConstraint("message_id", name="uq_letters_message_id"),
    )
    op.create_table(
        "lifespans",
        sa.Column("id", ID, nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("alive_at", sa.Double(), nullable=False),
        sa.Column("stopped_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lifespans"),
    )
    op.create_table(
        "facts",
        sa.Column("host_id", ID, nullable=False),
        sa.Column("collector", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="fk_facts_host_id_hosts"),
        sa.PrimaryKeyConstraint("host_id", "collector", name="pk_facts"),
    )
    op.create_table(
        "items",
        sa.Column("id", ID, nullable=False),
        sa.Column("host_id", ID, nullable=False),
        sa.Column("check", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=True),
        sa.Column("summary_en", sa.Text(), nullable=True),
        sa.Column("summary_zh", sa.Text(), nullable=True),
        sa.Column("measurements", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.Double(), nullable=True),
        sa.Column("earlier_summary_en", sa.Text(), nullable=True),
        sa.Column("earlier_summary_zh", sa.Text(), nullable=True),
        sa.Column("earlier_measurements", sa.Text(), nullable=True),
        sa.Column("earlier_checked_at", sa.Double(), nullable=True),
        sa.Column("seen", sa.SmallInteger(), nullable=True),
        sa.Column("seen_since", sa.Double(), nullable=True),
        sa.Column("seen_reason", sa.Text(), nullable=True),
        sa.Column("seen_summary_en", sa.Text(), nullable=True),
        sa.Column("seen_summary_zh", sa.Text(), nullable=True),
        sa.Column("hard", sa.SmallInteger(), nullable=True),
        sa.Column("hard_since", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="fk_items_host_id_hosts"),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("host_id", "check", "item", name="uq_items_host_id_check_item"),
    )
    op.create_table(
        "runs",
        sa.Column("id", ID, nullable=False),
        sa.Column("host_id", ID, nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("finished_at", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="fk_runs_host_id_hosts"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_finished_at", "runs", ["finished_at"], unique=False)
    op.create_index("ix_runs_host_id_lane_finished_at", "runs", ["host_id", "lane", "finished_at"], unique=False)
    op.create_table(
        "series",
        sa.Column("id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_series_item_id_items"),
        sa.PrimaryKeyConstraint("id", name="pk_series"),
        sa.UniqueConstraint("item_id", "name", "unit", name="uq_series_item_id_name_unit"),
    )
    op.create_table(
        "tallies",
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_id", ID, autoincrement=False, nullable=False),
        sa.Column("ok", sa.Integer(), nullable=False),
        sa.Column("warn", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("crit", sa.Integer(), nullable=False),
        sa.Column("unchecked", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("first_at", sa.Double(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_tallies_item_id_items"),
        sa.PrimaryKeyConstraint("start", "item_id", name="pk_tallies"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "transitions",
        sa.Column("id", ID, nullable=False),
        sa.Column("item_id", ID, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("since", sa.Double(), nullable=False),
        sa.Column("before", sa.SmallInteger(), nullable=True),
        sa.Column("after", sa.SmallInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("summary_en", sa.Text(), nullable=False),
        sa.Column("summary_zh", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_transitions_item_id_items"),
        sa.PrimaryKeyConstraint("id", name="pk_transitions"),
    )
    op.create_index("ix_transitions_at", "transitions", ["at"], unique=False)
    op.create_index("ix_transitions_item_id_kind_at", "transitions", ["item_id", "kind", "at"], unique=False)
    op.create_table(
        "rollups",
        sa.Column("granularity", sa.Text(), nullable=False),
        sa.Column("start", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("series_id", ID, autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("min", sa.Double(), nullable=False),
        sa.Column("sum", sa.Double(), nullable=False),
        sa.Column("max", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name="fk_rollups_series_id_series"),
        sa.PrimaryKeyConstraint("granularity", "start", "series_id", name="pk_rollups"),
        sqlite_with_rowid=False,
    )
    _protect_days()


def _protect_days() -> None:
    """Records are never deleted or altered: the database refuses it, whoever asks."""
    refusal = "the records of maintenance days are never changed or deleted"
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER days_no_{act.lower()} BEFORE {act} ON days BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION refuse_change_of_days() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{refusal}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER days_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON days "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_days()"
        )
