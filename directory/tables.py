"""The tables of the system of record. Every change of them is an Alembic migration in migrations/versions."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tic.core.columns import NAMING, Instant, Serial

metadata = MetaData(naming_convention=NAMING)

record = Table(
    "record",
    metadata,
    Column("key", String, primary_key=True),
    Column("source", String, nullable=False, index=True),
    Column("content_hash", String, nullable=False),
    Column("body", Text, nullable=False, comment="JSON object of the non-null columns of RECORD_SCHEMA"),
    Column("first_seen_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("gone_at", Instant),
    Column("cell", BigInteger, index=True, comment="H3 cell of resolution 7, to find neighbours"),
    Column("listing_id", String, index=True),
    Column("dirty", Boolean, nullable=False, comment="changed since the resolver last looked at it"),
)

record_identifier = Table(
    "record_identifier",
    metadata,
    Column("record_key", String, primary_key=True),
    Column("identifier", String, primary_key=True, index=True, comment="kind:value, e.g. phone:+6622222222"),
)
"""What the records that the resolver has seen share with others beside their place: phone, site, publisher's id."""

listing = Table(
    "listing",
    metadata,
    Column("id", String, primary_key=True),
    Column("content_hash", String, nullable=False),
    Column("body", Text, nullable=False, comment="JSON of a Listing"),
    Column("changed_at", Instant, nullable=False),
)

listing_redirect = Table(
    "listing_redirect",
    metadata,
    Column("old_id", String, primary_key=True),
    Column("new_id", String),
    Column("reason", String, nullable=False),
    Column("at", Instant, nullable=False),
)

listing_change = Table(
    "listing_change",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=True),
    Column("listing_id", String, nullable=False),
    Column("operation", String, nullable=False, comment="upsert or delete"),
    Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

listing_event = Table(
    "listing_event",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("listing_id", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", String, nullable=False, comment="field, record came, record went, took, gave, retired, returned"),
    Column("field", String),
    Column("old", Text),
    Column("new", Text),
    Column("source", String),
    Column("record_key", String),
    Column("run_id", BigInteger, comment="the newest run of the source at the time"),
    Column("other_id", String, comment="the listing that gave or took records, or that a retired id leads to"),
)
"""The history of each listing, bounded; see directory.history."""

judgement = Table(
    "judgement",
    metadata,
    Column("left_key", String, primary_key=True, comment="the smaller key of the pair"),
    Column("right_key", String, primary_key=True),
    Column("verdict", String, nullable=False, comment="same, different or unsure"),
    Column("score", Float),
    Column("decided_by", String, nullable=False, comment="matcher or an account id"),
    Column("decided_at", Instant, nullable=False),
    Column("evidence", JSON),
)

doubtful_pair = Table(
    "doubtful_pair",
    metadata,
    Column("left_key", String, primary_key=True, comment="the smaller key of the pair"),
    Column("right_key", String, primary_key=True, index=True),
    Column("score", Float, nullable=False, comment="chance of being one place, 0 to 1"),
    Column("priority", Float, nullable=False, index=True, comment="doubt and prominence, 0 to 2; the highest first"),
    Column("evidence", JSON, nullable=False, comment="feature -> value; see directory.evidence"),
    Column("at", Instant, nullable=False),
)
"""Pairs of records that the resolver would rather have a person judge; each run replaces those it looked at."""

snapshot = Table(
    "snapshot",
    metadata,
    Column("source", String, primary_key=True),
    Column("sha256", String, primary_key=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("fetched_from", String, nullable=False),
    Column("fetched_at", Instant, nullable=False),
)

source_run = Table(
    "source_run",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("state", String, nullable=False, comment="running, done, unchanged, failed or interrupted"),
    Column("sha256", String),
    Column("fetched", Integer, nullable=False, default=0),
    Column("accepted", Integer, nullable=False, default=0),
    Column("quarantined", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("changed", Integer, nullable=False, default=0),
    Column("gone", Integer, nullable=False, default=0),
    Column("parser_version", String),
    Column("message", Text),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False, index=True),
    Column("row_key", String, nullable=False),
    Column("reasons", JSON, nullable=False, comment="list of reason codes"),
    Column("body", JSON, nullable=False, comment="the row as the source stated it"),
    Column("at", Instant, nullable=False),
    UniqueConstraint("source", "row_key"),
)

account = Table(
    "account",
    metadata,
    Column("id", String, primary_key=True),
    Column("email", String, nullable=False, unique=True),
    Column("display_name", String, nullable=False),
    Column("password_hash", String),
    Column("role", String, nullable=False, comment="operator, reviewer, analyst or administrator"),
    Column("language", String, nullable=False, default="th"),
    Column("consent_at", Instant, comment="when the person agreed to the privacy notice"),
    Column("created_at", Instant, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("failed_sign_ins", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
)

session = Table(
    "session",
    metadata,
    Column("token_hash", String, primary_key=True),
    Column("account_id", String, ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf_token", String, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

submission = Table(
    "submission",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, ForeignKey("account.id"), nullable=False, index=True),
    Column("listing_id", String, comment="the listing an edit is for; null for a new place"),
    Column("state", String, nullable=False, index=True, comment="draft, pending, approved, rejected, withdrawn"),
    Column("body", JSON, nullable=False, comment="the form as typed, field -> text"),
    Column("base", JSON, comment="the listing as it was when the edit began"),
    Column("version", Integer, nullable=False, default=1),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("decided_at", Instant),
    Column("decided_by", String, ForeignKey("account.id")),
    Column("reason", Text, comment="why it was rejected"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False, index=True),
    Column("account_id", String),
    Column("action", String, nullable=False),
    Column("subject", String, nullable=False, comment="kind:id of what was acted on"),
    Column("detail", JSON),
)

state = Table(
    "state",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", Text, nullable=False),
    Column("at", Instant, nullable=False),
)
"""Small facts a job leaves for the next: index position, versions of inputs it has already worked on."""

event = Table(
    "event",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("area", String, nullable=False, comment="TH or a province"),
    Column("title_th", String, nullable=False),
    Column("title_en", String, nullable=False),
    Column("source", String, nullable=False, comment="who said so, and where"),
    Column("removed", Boolean, nullable=False, default=False),
    Column("account_id", String, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
"""Dated notes of analysts; one with the id of a note that ships with the product takes its place."""

saved_scenario = Table(
    "saved_scenario",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, ForeignKey("account.id"), nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("body", Text, nullable=False, comment="the scenario as the parameter of an address"),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("account_id", "name"),
)

watch = Table(
    "watch",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, ForeignKey("account.id"), nullable=False, index=True),
    Column("kind", String, nullable=False, comment="fresh, revision, above or below"),
    Column("indicator", String, nullable=False),
    Column("area", String, nullable=False),
    Column("market", String, nullable=False),
    Column("threshold", Float, comment="of above and below"),
    Column("created_at", Instant, nullable=False),
    Column("seen", Text, nullable=False, comment="what was known when the watch began, as JSON; nothing of it is told"),
)

watch_notice = Table(
    "watch_notice",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("watch_id", String, nullable=False),
    Column("account_id", String, ForeignKey("account.id"), nullable=False, index=True),
    Column("occasion", String, nullable=False, comment="what happened, so that it is told once"),
    Column("facts", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Column("mailed_at", Instant, comment="null: not sent by mail, or not yet"),
    UniqueConstraint("watch_id", "occasion"),
    sqlite_autoincrement=True,
)

feed_key = Table(
    "feed_key",
    metadata,
    Column("account_id", String, ForeignKey("account.id"), primary_key=True),
    Column("key", String, nullable=False, unique=True, comment="the secret part of the address of the feed"),
)

upload = Table(
    "upload",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", String, nullable=False),
    Column("source", String, nullable=False, comment="name of the source that it describes"),
    Column("file_name", String, nullable=False),
    Column("description", Text, nullable=False, comment="source.yml of the source"),
    Column("content", LargeBinary, nullable=False),
    Column("state", String, nullable=False, index=True, comment="waiting, seen, refused, wanted or joined"),
    Column("result", JSON, nullable=False, comment="what a job found in it, or why it cannot be read"),
    Column("changed_at", Instant, nullable=False),
)
"""Tables of agencies that analysts hand in: looked at by a job, and joined to the warehouse when they want it."""

Index("ix_listing_event_listing_id", listing_event.c.listing_id, listing_event.c.id)
Index("ix_record_source_gone", record.c.source, record.c.gone_at)
Index("ix_record_dirty", record.c.key, sqlite_where=text("dirty = 1"), postgresql_where=text("dirty"))
