"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = (
    "submission",
    "session",
    "account",
    "audit",
    "state",
    "source_run",
    "snapshot",
    "quarantine",
    "record",
    "record_identifier",
    "judgement",
    "listing",
    "listing_redirect",
    "listing_change",
)


def upgrade() -> None:
    _create_records()
    _create_listings()
    _create_harvest()
    _create_people()
    _create_work()


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)


def _create_records() -> None:
    op.create_table(
        "record",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON object of the non-null columns of RECORD_SCHEMA"),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("gone_at", INSTANT, nullable=True),
        sa.Column("cell", sa.BigInteger(), nullable=True, comment="H3 cell of resolution 7, to find neighbours"),
        sa.Column("listing_id", sa.String(), nullable=True),
        sa.Column("dirty", sa.Boolean(), nullable=False, comment="changed since the resolver last looked at it"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_record")),
    )
    op.create_index(
        "ix_record_dirty", "record", ["key"], sqlite_where=sa.text("dirty = 1"), postgresql_where=sa.text("dirty")
    )
    op.create_index(op.f("ix_record_cell"), "record", ["cell"], unique=False)
    op.create_index(op.f("ix_record_listing_id"), "record", ["listing_id"], unique=False)
    op.create_index(op.f("ix_record_source"), "record", ["source"], unique=False)
    op.create_index("ix_record_source_gone", "record", ["source", "gone_at"], unique=False)
    op.create_table(
        "record_identifier",
        sa.Column("record_key", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False, comment="kind:value, e.g. phone:+6622222222"),
        sa.PrimaryKeyConstraint("record_key", "identifier", name=op.f("pk_record_identifier")),
    )
    op.create_index(op.f("ix_record_identifier_identifier"), "record_identifier", ["identifier"], unique=False)
    op.create_table(
        "judgement",
        sa.Column("left_key", sa.String(), nullable=False, comment="the smaller key of the pair"),
        sa.Column("right_key", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False, comment="same, different or unsure"),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False, comment="matcher or an account id"),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("left_key", "right_key", name=op.f("pk_judgement")),
    )


def _create_listings() -> None:
    op.create_table(
        "listing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON of a Listing"),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing")),
    )
    op.create_table(
        "listing_redirect",
        sa.Column("old_id", sa.String(), nullable=False),
        sa.Column("new_id", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("old_id", name=op.f("pk_listing_redirect")),
    )
    op.create_table(
        "listing_change",
        sa.Column("seq", SERIAL, autoincrement=True, nullable=False),
        sa.Column("listing_id", sa.String(), nullable=False),
        sa.Column("operation", sa.String(), nullable=False, comment="upsert or delete"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_listing_change")),
        sqlite_autoincrement=True,
    )


def _create_harvest() -> None:
    op.create_table(
        "snapshot",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("fetched_from", sa.String(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source", "sha256", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "source_run",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("state", sa.String(), nullable=False, comment="running, done, unchanged, failed or interrupted"),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("fetched", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("parser_version", sa.String(), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_run")),
    )
    op.create_index(op.f("ix_source_run_source"), "source_run", ["source"], unique=False)
    op.create_table(
        "quarantine",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False, comment="list of reason codes"),
        sa.Column("body", sa.JSON(), nullable=False, comment="the row as the source stated it"),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sa.UniqueConstraint("source", "row_key", name=op.f("uq_quarantine_source_row_key")),
    )
    op.create_index(op.f("ix_quarantine_source"), "quarantine", ["source"], unique=False)
    op.create_table(
        "state",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_state")),
    )


def _create_people() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=False, comment="operator, reviewer, analyst or administrator"),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("consent_at", INSTANT, nullable=True, comment="when the person agreed to the privacy notice"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("failed_sign_ins", sa.Integer(), nullable=False),
        sa.Column("locked_until", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("email", name=op.f("uq_account_email")),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("csrf_token", sa.String(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"], unique=False)


def _create_work() -> None:
    op.create_table(
        "submission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("listing_id", sa.String(), nullable=True, comment="the listing an edit is for; null for a new place"),
        sa.Column("state", sa.String(), nullable=False, comment="draft, pending, approved, rejected, withdrawn"),
        sa.Column("body", sa.JSON(), nullable=False, comment="the form as typed, field -> text"),
        sa.Column("base", sa.JSON(), nullable=True, comment="the listing as it was when the edit began"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("submitted_at", INSTANT, nullable=True),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True, comment="why it was rejected"),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_submission_account_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_submission_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index(op.f("ix_submission_account_id"), "submission", ["account_id"], unique=False)
    op.create_index(op.f("ix_submission_state"), "submission", ["state"], unique=False)
    op.create_table(
        "audit",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False, comment="kind:id of what was acted on"),
        sa.Column("detail", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
