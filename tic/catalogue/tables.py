"""Tables of the catalogue in the system of record. Histories are only ever added to."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, MetaData, String, Table, Text

from tic.core.columns import NAMING, Instant, Serial

metadata = MetaData(naming_convention=NAMING)

quality_run = Table(
    "quality_run",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False),
    Column("day", String, nullable=False, comment="date in Asia/Bangkok, ISO 8601"),
    Column("fingerprint", String, nullable=False, comment="SHA-256 of all that was found, failing rows included"),
    Column("source_run_id", Integer, comment="the run of the source that brought the rows"),
    Column("at", Instant, nullable=False),
)
"""One assessment of a source: one for each day, and one more when something else is found on the same day."""

quality_result = Table(
    "quality_result",
    metadata,
    Column("quality_run_id", Serial, ForeignKey("quality_run.id", ondelete="CASCADE"), primary_key=True),
    Column("rule", String, primary_key=True),
    Column("passed", Integer, nullable=False),
    Column("looked_at", Integer, nullable=False),
)

dataset_statement = Table(
    "dataset_statement",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("source", String, nullable=False),
    Column("field", String, nullable=False, comment="a field of the metadata or a question"),
    Column("value", Text, nullable=False, comment="empty: what was stated before is taken back"),
    Column("account_id", String, comment="null: the person has deleted the account"),
    Column("at", Instant, nullable=False),
)
"""What officers state about their datasets; the newest row of a field holds."""

agency_officer = Table(
    "agency_officer",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("agency", String, nullable=False, index=True, comment="the English name of the publisher of its datasets"),
    Column("since", Instant, nullable=False),
)
"""Who speaks for which agency."""

linkage_request = Table(
    "linkage_request",
    metadata,
    Column("id", String, primary_key=True),
    Column("dataset", String, nullable=False),
    Column("owner", String, nullable=False, index=True, comment="the agency whose dataset it is"),
    Column("agency", String, nullable=False, index=True, comment="the agency that asks"),
    Column("account_id", String, comment="who drew it up; null: the person has deleted the account"),
    Column("state", String, nullable=False, comment="draft, sent, granted, refused or withdrawn"),
    Column("purpose", Text, nullable=False),
    Column("legal_basis", String, nullable=False),
    Column("legal_reference", Text, nullable=False),
    Column("fields", JSON, nullable=False, comment="list of the fields that are asked for"),
    Column("first", Date, comment="of the period asked for; null: all there is"),
    Column("last", Date),
    Column("contact", Text, nullable=False, comment="where the asking agency can be reached; emptied with the account"),
    Column("conditions", Text, nullable=False),
    Column("reason", Text, nullable=False, comment="why it was refused"),
    Column("expires_on", Date, comment="last day of a grant, in Asia/Bangkok"),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
)
"""What an agency asks of another."""

linkage_step = Table(
    "linkage_step",
    metadata,
    Column("id", Serial, primary_key=True, autoincrement=True),
    Column("request_id", String, ForeignKey("linkage_request.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("account_id", String, comment="null: the person has deleted the account"),
    Column("step", String, nullable=False, comment="draft, sent, granted, refused, withdrawn or delivered"),
    Column("detail", JSON, nullable=False),
)
"""Every step of a request, and everything that was handed over; rows are only ever added."""

Index("ix_dataset_statement_source_field", dataset_statement.c.source, dataset_statement.c.field)
Index("ix_quality_run_source_id", quality_run.c.source, quality_run.c.id)
