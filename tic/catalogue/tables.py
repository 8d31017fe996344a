"""Tables of the catalogue in the system of record. Rows are only ever added: a history is not rewritten."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

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
    Column("account_id", String, nullable=False),
    Column("at", Instant, nullable=False),
)
"""What officers state about their datasets; the newest row of a field holds."""

Index("ix_dataset_statement_source_field", dataset_statement.c.source, dataset_statement.c.field)
Index("ix_quality_run_source_id", quality_run.c.source, quality_run.c.id)
