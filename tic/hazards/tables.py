"""Tables of hazards in the system of record: messages as they came, where they hold, and stocks of relief goods."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from tic.core.columns import NAMING, Instant

metadata = MetaData(naming_convention=NAMING)

alert = Table(
    "alert",
    metadata,
    Column("source", String, primary_key=True),
    Column("sender", String, primary_key=True),
    Column("identifier", String, primary_key=True),
    Column("sent", Instant, nullable=False),
    Column("kind", String, nullable=False, comment="Alert, Update, Cancel, Ack or Error"),
    Column("is_public", Boolean, nullable=False, comment="Actual and for the public; no test, no exercise"),
    Column("severity_rank", Integer, nullable=False, comment="0 is the worst"),
    Column("expires", Instant, comment="when its last part expires; null: until it is cancelled"),
    Column("ended_at", Instant, comment="when an update or a cancellation took its place"),
    Column("refs", JSON, nullable=False, comment="[sender, identifier] of each earlier message it refers to"),
    Column("sha256", String, nullable=False, comment="hash of the message as it came, kept among the snapshots"),
    Column("body", Text, nullable=False, comment="JSON of an Alert, its signatures in base64"),
    Column("told", Text, nullable=False, comment="the same without polygons, circles and signatures: what is shown"),
    Column("shape", LargeBinary, comment="WKB of all its polygons and circles together, generalised to some 100 m"),
    Column("first_seen_at", Instant, nullable=False),
)
"""A message is never changed; only what ended it is added. Each source has its own: none may speak for another's."""

alert_area = Table(
    "alert_area",
    metadata,
    Column("source", String, primary_key=True),
    Column("sender", String, primary_key=True),
    Column("identifier", String, primary_key=True),
    Column("area", String, primary_key=True, index=True, comment="code of a province or a district"),
    ForeignKeyConstraint(
        ["source", "sender", "identifier"], ["alert.source", "alert.sender", "alert.identifier"], ondelete="CASCADE"
    ),
)

relief_stock = Table(
    "relief_stock",
    metadata,
    Column("source", String, primary_key=True),
    Column("row_key", String, primary_key=True),
    Column("depot", String, nullable=False),
    Column("item", String, nullable=False),
    Column("quantity", Float, nullable=False),
    Column("unit", String, nullable=False),
    Column("as_of", Date, nullable=False),
    Column("lat", Float, nullable=False),
    Column("lon", Float, nullable=False),
    Column("province_code", String, nullable=False),
    Column("is_exact", Boolean, nullable=False, comment="false: only the province is known, the point is its middle"),
    Column("phone", String),
)
"""What each agency states of its depots; the newest file of a source replaces its earlier one."""

Index("ix_alert_expires_ended_at", alert.c.expires, alert.c.ended_at)
