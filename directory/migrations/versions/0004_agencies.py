"""Hazard messages with their areas, stocks of relief goods, and requests of one agency for the data of another."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alert",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
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
        sa.Column(
            "told",
            sa.Text(),
            nullable=False,
            comment="the same without polygons, circles and signatures: what is shown",
        ),
        sa.Column(
            "shape",
            sa.LargeBinary(),
            nullable=True,
            comment="WKB of all its polygons and circles together, generalised to some 100 m",
        ),
        sa.Column("first_seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("source", "sender", "identifier", name=op.f("pk_alert")),
    )
    op.create_index(op.f("ix_alert_expires_ended_at"), "alert", ["expires", "ended_at"])
    op.create_table(
        "alert_area",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False, comment="code of a province or a district"),
        sa.PrimaryKeyConstraint("source", "sender", "identifier", "area", name=op.f("pk_alert_area")),
        sa.ForeignKeyConstraint(
            ["source", "sender", "identifier"],
            ["alert.source", "alert.sender", "alert.identifier"],
            name=op.f("fk_alert_area_source_alert"),
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
    with op.batch_alter_table("dataset_statement") as statement:
        statement.alter_column(
            "account_id", existing_type=sa.String(), nullable=True, comment="null: the person has deleted the account"
        )
    _create_linkage()


def _create_linkage() -> None:
    op.create_table(
        "agency_officer",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False, comment="the English name of the publisher of its datasets"),
        sa.Column("since", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_agency_officer")),
    )
    op.create_index(op.f("ix_agency_officer_agency"), "agency_officer", ["agency"])
    op.create_table(
        "linkage_request",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("dataset", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False, comment="the agency whose dataset it is"),
        sa.Column("agency", sa.String(), nullable=False, comment="the agency that asks"),
        sa.Column(
            "account_id",
            sa.String(),
            nullable=True,
            comment="who drew it up; null: the person has deleted the account",
        ),
        sa.Column("state", sa.String(), nullable=False, comment="draft, sent, granted, refused or withdrawn"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.String(), nullable=False),
        sa.Column("legal_reference", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False, comment="list of the fields that are asked for"),
        sa.Column("first", sa.Date(), nullable=True, comment="of the period asked for; null: all there is"),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column(
            "contact",
            sa.Text(),
            nullable=False,
            comment="where the asking agency can be reached; emptied with the account",
        ),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, comment="why it was refused"),
        sa.Column("expires_on", sa.Date(), nullable=True, comment="last day of a grant, in Asia/Bangkok"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkage_request")),
    )
    op.create_index(op.f("ix_linkage_request_owner"), "linkage_request", ["owner"])
    op.create_index(op.f("ix_linkage_request_agency"), "linkage_request", ["agency"])
    op.create_table(
        "linkage_step",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("account_id", sa.String(), nullable=True, comment="null: the person has deleted the account"),
        sa.Column("step", sa.String(), nullable=False, comment="draft, sent, granted, refused, withdrawn or delivered"),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_linkage_step")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["linkage_request.id"], name=op.f("fk_linkage_step_request_id_linkage_request")
        ),
    )
    op.create_index(op.f("ix_linkage_step_request_id"), "linkage_step", ["request_id"])


def downgrade() -> None:
    for name in ("linkage_step", "linkage_request", "agency_officer"):
        op.drop_table(name)
    # A statement whose author is gone keeps its place in the history.
    op.execute("UPDATE dataset_statement SET account_id = '' WHERE account_id IS NULL")
    with op.batch_alter_table("dataset_statement") as statement:
        statement.alter_column("account_id", existing_type=sa.String(), nullable=False)
    op.drop_table("relief_stock")
    op.drop_table("alert_area")
    op.drop_table("alert")
