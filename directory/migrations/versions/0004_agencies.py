"""Hazard messages with their areas, stocks of relief goods, and requests of one agency for the data of another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sent", INSTANT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="Alert, Update, Cancel, Ack or Error"),
        sa.Column("is_public", sa.Boolean(), nullable=False, comment="Actual and for the public; no test, no exercise"),
        sa.Column("severity_rank", sa.Integer(), nullable=False, comment="0 is the worst"),
        sa.Column("expires", INSTANT, nullable=True, comment="when its last part expires; null: until it is cancelled"),
        sa.Column("ended_at", INSTANT, nullable=True, comment="when an update or a cancellation took its place"),
        sa.Column(
            "refs", sa.JSON(), nullable=False, comment="[sender, identifier] of each earlier message it refers to"
        ),
        sa.Column(
            "sha256", sa.String(), nullable=False, comment="hash of the message as it came, kept among the snapshots"
        ),
        sa.Column("body", sa.Text(), nullable=False, comment="JSON of an Alert, its signatures in base64"),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sender", "identifier", name=op.f("pk_alert")),
    )
    op.create_index(op.f("ix_alert_source"), "alert", ["source"])
    op.create_index(op.f("ix_alert_expires_ended_at"), "alert", ["expires", "ended_at"])
    op.create_table(
        "alert_area",
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False, comment="code of a province or a district"),
        sa.PrimaryKeyConstraint("sender", "identifier", "area", name=op.f("pk_alert_area")),
        sa.ForeignKeyConstraint(
            ["sender", "identifier"],
            ["alert.sender", "alert.identifier"],
            name=op.f("fk_alert_area_sender_alert"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(op.f("ix_alert_area_area"), "alert_area", ["area"])
    op.create_table(
        "relief_stock",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("row_key", sa.String(), nullable=False),
        sa.Column("depot", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("quantity", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column(
            "is_exact",
            sa.Boolean(),
            nullable=False,
            comment="false: only the province is known, the point is its middle",
        ),
        sa.Column("phone", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("source", "row_key", name=op.f("pk_relief_stock")),
    )


def downgrade() -> None:
    op.drop_table("relief_stock")
    op.drop_table("alert_area")
    op.drop_table("alert")
