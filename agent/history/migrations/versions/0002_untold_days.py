"""Which exporter has not yet told of which record."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "untold",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("exporter", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["days.number"], name="fk_untold_number_days"),
        sa.PrimaryKeyConstraint("number", "exporter", name="pk_untold"),
    )
