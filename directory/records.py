"""Records in the system of record: what each source states about each place, and since when."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import h3.api.basic_int as h3
import polars as pl
from sqlalchemy import ColumnElement, Connection, bindparam, func, select, update

from directory import tables
from directory.listing import RECORD_SCHEMA
from directory.sql import ROWS_PER_WRITE, chunks, insert_frame, texts_of, update_frame
from tic.core.errors import BadInput
from tic.core.geo import is_on_earth

_ASK_BY_KEY_LIMIT = 20_000
CELL_RESOLUTION = 7
"""H3 resolution of the column `cell` (hexagons of about 5 km2)."""

_INSTANT_FORMAT = "%Y-%m-%dT%H:%M:%S%.6fZ"
_BODY_SCHEMA: dict[str, Any] = {**RECORD_SCHEMA, "updated_at": pl.String}
_STORED = ("body", "listing_id")
_KNOWN_SCHEMA: dict[str, Any] = {"key": pl.String, "content_hash": pl.String, "is_gone": pl.Boolean}
_STAMP_SCHEMA: dict[str, Any] = {**_KNOWN_SCHEMA, "cell": pl.Int64, "listing_id": pl.String}


@dataclass(frozen=True, slots=True)
class RecordChanges:
    """Counts of one upsert. A key that came back counts as changed; `changed_keys` = new, changed and gone."""

    new: int
    changed: int
    gone: int
    unchanged: int
    changed_keys: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    keys: list[str] = field(default_factory=list)


def upsert_records(
    connection: Connection, frame: pl.DataFrame, *, source: str, now: datetime, complete: bool = True
) -> RecordChanges:
    """Store the records of one source; only what differs is written.

    frame: columns of RECORD_SCHEMA, each key once. With `complete` the frame is all that the source has, and its
    other keys are marked gone; a gone key that is stated again is alive again. `now`: aware.
    Raises BadInput for a frame with missing or repeated keys, or rows of another source.
    """
    frame = _checked(frame, source)
    known = _known(connection, source, None if complete or frame.height > _ASK_BY_KEY_LIMIT else frame["key"])
    tally = _Tally()
    for part in frame.iter_slices(ROWS_PER_WRITE):
        _upsert_part(connection, part, known, now, tally)
    gone: list[str] = []
    if complete:
        alive = known.filter(~pl.col("is_gone")).select("key")
        gone = alive.join(frame.select("key"), on="key", how="anti")["key"].sort().to_list()
        retire_records(connection, gone, now=now)
    return RecordChanges(tally.new, tally.changed, len(gone), tally.unchanged, (*tally.keys, *gone))


def retire_records(connection: Connection, keys: Collection[str], *, now: datetime) -> None:
    """Mark records as gone: no source states them any more. They are kept, and alive again when stated again."""
    for part in chunks(keys):
        statement = update(tables.record).where(tables.record.c.key.in_(part), tables.record.c.gone_at.is_(None))
        connection.execute(statement.values(gone_at=now, changed_at=now, dirty=True))


def _checked(frame: pl.DataFrame, source: str) -> pl.DataFrame:
    missing = [name for name in RECORD_SCHEMA if name not in frame.columns]
    if missing:
        raise BadInput(
            "The records of {source} lack the columns {columns}. Give all columns of RECORD_SCHEMA.",
            source=source,
            columns=", ".join(missing),
        )
    frame = frame.select(pl.col(name).cast(kind) for name, kind in RECORD_SCHEMA.items())
    foreign = frame.filter(~pl.col("source").eq_missing(pl.lit(source)))
    if foreign.height:
        raise BadInput(
            "{count} records given as {source} name another source. Store each source by itself.",
            count=foreign.height,
            source=source,
        )
    if frame["key"].null_count() or frame["key"].n_unique() < frame.height:
        raise BadInput(
            "Records of {source} have missing or repeated keys. Quarantine the repeated rows before storing.",
            source=source,
        )
    return frame


def _known(connection: Connection, source: str, keys: Iterable[str] | None) -> pl.DataFrame:
    """Key, hash and whether it is gone, of the records of a source; of many of them a join in memory beats a query."""
    record = tables.record.c
    statement = select(record.key, record.content_hash, record.gone_at.is_not(None)).where(record.source == source)
    statements = [statement] if keys is None else [statement.where(record.key.in_(part)) for part in chunks(keys)]
    parts = [
        pl.DataFrame([tuple(row) for row in rows], schema=_KNOWN_SCHEMA, orient="row")
        for asked in statements
        for rows in connection.execute(asked.execution_options(yield_per=ROWS_PER_WRITE)).partitions()
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=_KNOWN_SCHEMA)


def _upsert_part(connection: Connection, part: pl.DataFrame, known: pl.DataFrame, now: datetime, tally: _Tally) -> None:
    is_new = pl.col("known_hash").is_null()
    differs = (pl.col("known_hash") != pl.col("content_hash")) | pl.col("is_gone")
    stated = _stated(part).join(
        known.rename({"content_hash": "known_hash"}), on="key", how="left", maintain_order="left"
    )
    written = stated.filter(is_new | differs)
    marks = {"first_seen_at": now, "changed_at": now, "gone_at": None, "dirty": True}
    columns = ("source", "body", "content_hash", "cell", "changed_at", "gone_at", "dirty")
    insert_frame(connection, tables.record, written.drop("known_hash", "is_gone"), marks, update=columns)
    new = written.filter(is_new).height
    tally.new += new
    tally.changed += written.height - new
    tally.unchanged += part.height - written.height
    tally.keys += written["key"].to_list()


def _stated(part: pl.DataFrame) -> pl.DataFrame:
    bodies = record_bodies(part)
    hashes = pl.Series("content_hash", [content_hash(body) for body in bodies], dtype=pl.String)
    return part.select("key", "source").with_columns(bodies, hashes, record_cells(part))


def content_hash(body: str) -> str:
    """SHA-256 of a body, hexadecimal."""
    return hashlib.sha256(body.encode()).hexdigest()


def record_bodies(frame: pl.DataFrame) -> pl.Series:
    """Each record as canonical JSON: keys in order, no nulls, times in UTC."""
    fields = pl.concat_str([_json_member(name) for name in sorted(RECORD_SCHEMA)], separator=",", ignore_nulls=True)
    return frame.select(pl.concat_str(pl.lit("{"), fields, pl.lit("}")).alias("body"))["body"]


def _json_member(name: str) -> pl.Expr:
    """`"name":value`, or null where there is no value."""
    value = pl.col(name)
    if name == "updated_at":
        value = value.dt.strftime(_INSTANT_FORMAT)
    elif RECORD_SCHEMA[name] == pl.Float64:
        value = pl.when(value.is_finite()).then(value)
    member = pl.struct(value.alias(name)).struct.json_encode().str.slice(1).str.head(-1)
    return pl.when(value.is_not_null()).then(member)


def record_cells(frame: pl.DataFrame) -> pl.Series:
    """H3 cell of resolution 7 of each record's `lat`, `lon` as an integer; null without a usable point."""
    return pl.Series(
        "cell",
        [_cell(lat, lon) for lat, lon in zip(frame["lat"], frame["lon"], strict=True)],
        dtype=pl.Int64,
    )


def _cell(lat: float | None, lon: float | None) -> int | None:
    if lat is None or lon is None or not is_on_earth(lat, lon):
        return None
    return int(h3.latlng_to_cell(lat, lon, CELL_RESOLUTION))


def load_records(
    connection: Connection,
    *,
    sources: Collection[str] | None = None,
    keys: Collection[str] | None = None,
    cells: Collection[int] | None = None,
    include_gone: bool = False,
) -> pl.DataFrame:
    """Records as a frame of RECORD_SCHEMA + listing_id, ordered by key.

    Each filter that is given must hold: source names, record keys, H3 cells of resolution 7 (integers).
    Gone records only with `include_gone`.
    """
    record = tables.record.c
    conditions: list[ColumnElement[bool]] = [] if include_gone else [record.gone_at.is_(None)]
    if sources is not None:
        conditions.append(record.source.in_(list(sources)))
    wanted: Iterable[list[Any]] = [[]]
    column: ColumnElement[Any] | None = None
    if keys is not None:
        column, wanted = record.key, chunks(sorted(set(keys)))
        if cells is not None:
            conditions.append(record.cell.in_(sorted(set(cells))))
    elif cells is not None:
        column, wanted = record.cell, chunks(sorted(set(cells)))
    statements = (
        select(record.body, record.listing_id).where(*conditions, *([] if column is None else [column.in_(values)]))
        for values in wanted
    )
    return _decoded(part for statement in statements for part in texts_of(connection, statement, _STORED))


def living_keys(connection: Connection, source: str) -> set[str]:
    """The keys of the records that a source states or is still believed to state."""
    record = tables.record.c
    statement = select(record.key).where(record.source == source, record.gone_at.is_(None))
    return set(connection.scalars(statement))


def count_living(connection: Connection, source: str) -> int:
    """How many keys `living_keys` would give; answered from an index."""
    record = tables.record.c
    statement = select(func.count()).where(record.source == source, record.gone_at.is_(None))
    return connection.scalar(statement) or 0


def gone_keys(connection: Connection, source: str) -> list[str]:
    """The keys of the records that a source states no longer."""
    record = tables.record.c
    return list(connection.scalars(select(record.key).where(record.source == source, record.gone_at.is_not(None))))


def mark_dirty(connection: Connection, keys: Collection[str]) -> None:
    """Have the resolver look at records again although nothing they state has changed (a person's judgement)."""
    for part in chunks(keys):
        connection.execute(update(tables.record).where(tables.record.c.key.in_(part)).values(dirty=True))


def has_dirty(connection: Connection) -> bool:
    """Whether any record has changed since the resolver last looked; answered from a small index."""
    return connection.execute(select(tables.record.c.key).where(tables.record.c.dirty).limit(1)).first() is not None


def dirty_stamps(connection: Connection, *, hold: bool = False) -> pl.DataFrame:
    """The dirty records as they stand now: key, content_hash, is_gone, cell, listing_id; ordered by key.

    With `hold` nobody else can change them before the transaction ends.
    """
    record = tables.record.c
    columns = (record.key, record.content_hash, record.gone_at.is_not(None), record.cell, record.listing_id)
    statement = select(*columns).where(record.dirty)
    rows = [tuple(row) for row in connection.execute(statement.with_for_update() if hold else statement)]
    return pl.DataFrame(rows, schema=_STAMP_SCHEMA, orient="row").sort("key")


def clear_dirty(connection: Connection, stamps: pl.DataFrame) -> None:
    """Say that the resolver has seen records as `stamps` (see `dirty_stamps`); what has changed since stays dirty."""
    seen = ["key", "content_hash", "is_gone"]
    unchanged = dirty_stamps(connection, hold=True).join(stamps.select(seen), on=seen, how="semi")
    statement = update(tables.record).where(tables.record.c.key == bindparam("of")).values(dirty=False)
    for part in unchanged.select(of="key").iter_slices(ROWS_PER_WRITE):
        update_frame(connection, statement, part)


def listing_records(connection: Connection, listing_id: str) -> pl.DataFrame:
    """The records a listing is merged from, as `load_records` gives them."""
    record = tables.record.c
    statement = select(record.body, record.listing_id).where(record.listing_id == listing_id, record.gone_at.is_(None))
    return _decoded(texts_of(connection, statement, _STORED))


def stating(connection: Connection) -> list[str]:
    """The names of the sources that have ever stated a record."""
    return sorted(connection.scalars(select(tables.record.c.source).distinct()))


def load_fields(connection: Connection, source: str, names: Collection[str]) -> pl.DataFrame:
    """Some fields of the living records of a source, and their listing_id; `key` must be one, and is the order."""
    record = tables.record.c
    statement = select(record.body, record.listing_id).where(record.source == source, record.gone_at.is_(None))
    return _decoded(texts_of(connection, statement, _STORED), names)


def _decoded(stored: Iterable[pl.DataFrame], names: Collection[str] = tuple(RECORD_SCHEMA)) -> pl.DataFrame:
    """Fields of stored records and their listing_id, ordered by key."""
    kind = pl.Struct({name: _BODY_SCHEMA[name] for name in RECORD_SCHEMA if name in names})
    nothing = pl.DataFrame(schema=dict.fromkeys(_STORED, pl.String))
    parts = [part.with_columns(pl.col("body").str.json_decode(kind)).unnest("body") for part in (nothing, *stored)]
    frame = pl.concat(parts)
    if "updated_at" in frame.columns:
        moment = pl.col("updated_at").str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", time_zone="UTC")
        frame = frame.with_columns(moment)
    return frame if frame["key"].is_sorted() else frame.sort("key")


def assign_records(connection: Connection, assignments: Sequence[tuple[str, str]]) -> None:
    """Set the listing of records: (record key, listing id)."""
    statement = update(tables.record).where(tables.record.c.key == bindparam("of")).values(listing_id=bindparam("to"))
    for part in chunks(assignments, ROWS_PER_WRITE):
        frame = pl.DataFrame(part, {"of": pl.String, "to": pl.String}, orient="row")
        update_frame(connection, statement, frame)
