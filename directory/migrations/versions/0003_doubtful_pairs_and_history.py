"""Pairs of records that people are asked about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "doubtful_pair",
        sa.Column("left_key", sa.String(), nullable=False, comment="the smaller key of the pair"),
        sa.Column("right_key", sa.String(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False, comment="chance of being one place, 0 to 1"),
        sa.Column("priority", sa.Float(), nullable=False, comment="doubt and prominence, 0 to 2; the highest first"),
        sa.Column("evidence", sa.JSON(), nullable=False, comment="feature -> value; see directory.evidence"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("left_key", "right_key", name=op.f("pk_doubtful_pair")),
    )
    op.create_index(op.f("ix_doubtful_pair_right_key"), "doubtful_pair", ["right_key"])
    op.create_index(op.f("ix_doubtful_pair_priority"), "doubtful_pair", ["priority"])


def downgrade() -> None:
    op.drop_table("doubtful_pair")
