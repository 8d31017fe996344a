"""Pairs of records that people are asked about, and the history of each listing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


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
    op.create_table(
        "listing_event",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column(
            "kind",
            sa.String(),
            nullable=False,
            comment="field, record came, record went, took, gave, retired, returned",
        ),
        sa.Column("field", sa.String(), nullable=True),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("record_key", sa.String(), nullable=True),
        sa.Column("run_id", sa.BigInteger(), nullable=True, comment="the newest run of the source at the time"),
        sa.Column(
            "other_id",
            sa.String(),
            nullable=True,
            comment="the listing that gave or took records, or that a retired id leads to",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_event")),
    )
    op.create_index(op.f("ix_listing_event_listing_id"), "listing_event", ["listing_id", "id"])


def downgrade() -> None:
    op.drop_table("listing_event")
    op.drop_table("doubtful_pair")
