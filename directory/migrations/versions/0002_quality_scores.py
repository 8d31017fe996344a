"""Scores of the quality of each source, and what officers state about their datasets, as a history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "quality_run",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False, comment="date in Asia/Bangkok, ISO 8601"),
        sa.Column(
            "fingerprint", sa.String(), nullable=False, comment="SHA-256 of all that was found, failing rows included"
        ),
        sa.Column("source_run_id", sa.Integer(), nullable=True, comment="the run of the source that brought the rows"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_run")),
    )
    op.create_index(op.f("ix_quality_run_source_id"), "quality_run", ["source", "id"])
    op.create_table(
        "quality_result",
        sa.Column("quality_run_id", SERIAL, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("quality_run_id", "rule", name=op.f("pk_quality_result")),
        sa.ForeignKeyConstraint(
            ["quality_run_id"],
            ["quality_run.id"],
            name=op.f("fk_quality_result_quality_run_id_quality_run"),
            ondelete="CASCADE",
        ),
    )
    op.create_table(
        "dataset_statement",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False, comment="a field of the metadata or a question"),
        sa.Column("value", sa.Text(), nullable=False, comment="empty: what was stated before is taken back"),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_statement")),
    )
    op.create_index(op.f("ix_dataset_statement_source_field"), "dataset_statement", ["source", "field"])


def downgrade() -> None:
    op.drop_table("dataset_statement")
    op.drop_table("quality_result")
    op.drop_table("quality_run")
