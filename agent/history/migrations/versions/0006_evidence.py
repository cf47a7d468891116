"""What hosts answered, word for word."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "answers",
        sa.Column("id", ID, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.UniqueConstraint("sha256", name="uq_answers_sha256"),
    )
    op.create_table(
        "evidence",
        sa.Column("id", ID, nullable=False),
        sa.Column("host_id", ID, nullable=False),
        sa.Column("collector", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("command_id", ID, nullable=False),
        sa.Column("answer_id", ID, nullable=False),
        sa.Column("exit_status", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["hosts.id"], name="fk_evidence_host_id_hosts"),
        sa.ForeignKeyConstraint(["command_id"], ["answers.id"], name="fk_evidence_command_id_answers"),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_evidence_answer_id_answers"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
        sa.UniqueConstraint("host_id", "collector", "at", name="uq_evidence_host_id_collector_at"),
    )
    op.create_index("ix_evidence_command_id", "evidence", ["command_id"])
    op.create_index("ix_evidence_answer_id", "evidence", ["answer_id"])
    op.create_index("ix_evidence_at", "evidence", ["at"])
    is_passing = sa.column("lasting", sa.Boolean()).is_(False)
    op.create_index(
        "ix_evidence_passing", "evidence", ["host_id"], sqlite_where=is_passing, postgresql_where=is_passing
    )
