"""What analysts keep: events, saved scenarios, watches, feeds, and tables handed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id_account"))


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("area", sa.String(), nullable=False, comment="TH or a province"),
        sa.Column("title_th", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False, comment="who said so, and where"),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_table(
        "saved_scenario",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False, comment="the scenario as the parameter of an address"),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_scenario")),
        sa.UniqueConstraint("account_id", "name", name=op.f("uq_saved_scenario_account_id_name")),
        _of_account("saved_scenario"),
    )
    op.create_index(op.f("ix_saved_scenario_account_id"), "saved_scenario", ["account_id"])
    op.create_table(
        "watch",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="fresh, revision, above or below"),
        sa.Column("indicator", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("market", sa.String(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=True, comment="of above and below"),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column(
            "seen",
            sa.Text(),
            nullable=False,
            comment="what was known when the watch began, as JSON; nothing of it is told",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
        _of_account("watch"),
    )
    op.create_index(op.f("ix_watch_account_id"), "watch", ["account_id"])
    op.create_table(
        "watch_notice",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("watch_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False, comment="what happened, so that it is told once"),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("mailed_at", INSTANT, nullable=True, comment="null: not sent by mail, or not yet"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_notice")),
        sa.UniqueConstraint("watch_id", "occasion", name=op.f("uq_watch_notice_watch_id_occasion")),
        _of_account("watch_notice"),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_watch_notice_account_id"), "watch_notice", ["account_id"])
    op.create_table(
        "feed_key",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False, comment="the secret part of the address of the feed"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_feed_key")),
        sa.UniqueConstraint("key", name=op.f("uq_feed_key_key")),
        _of_account("feed_key"),
    )
    op.create_table(
        "upload",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False, comment="name of the source that it describes"),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, comment="source.yml of the source"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, comment="waiting, seen, refused, wanted or joined"),
        sa.Column("result", sa.JSON(), nullable=False, comment="what a job found in it, or why it cannot be read"),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_state"), "upload", ["state"])


def downgrade() -> None:
    for name in ("upload", "feed_key", "watch_notice", "watch", "saved_scenario", "event"):
        op.drop_table(name)
