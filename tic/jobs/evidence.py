"""Gather what the quality rules look at: the rows of every source, and what its runs left behind."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, select

from directory import repository, tables
from directory.categories import categories, with_parents
from directory.records import load_fields, stating
from ingest.source import Source, get_source, sources
from tic.analytics import warehouse
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.catalogue.datasets import DatasetFacts
from tic.catalogue.evidence import COMPARED, QUARANTINE, READ, RUNS, Evidence, SourceFacts
from tic.core.errors import NotFound
from tic.core.i18n import BANGKOK
from tic.core.settings import Settings

SCORED: Final = frozenset({"places", "statistics"})
"""Kinds of sources that the rules look at."""
_MOST_QUARANTINED: Final = 1_000_000
_DESCRIBED: Final = tuple(
    item.name for item in fields(DatasetFacts) if item.name not in {"first", "last", "modified", "size_bytes"}
)
"""What a dataset takes over from its source's description."""


def gather(
    connection: Connection, settings: Settings, now: datetime, kinds: Collection[str] = SCORED
) -> Iterator[Evidence]:
    """The evidence of each known source of these kinds of which there are rows, rejected ones included.

    `now`: aware.
    """
    known = {name: source for name, source in sources().items() if source.kind in kinds}
    # What operators state is compared with, too, though no source of theirs is scored.
    places = {name: load_fields(connection, name, READ).with_columns(_group()) for name in _stating(connection, kinds)}
    shared = _shared(places.values())
    figures = _figures(settings) if "statistics" in kinds else pl.DataFrame(schema=OBSERVATION_SCHEMA)
    for name, source in known.items():
        is_places = source.kind == "places"
        # Not held longer than it is looked at.
        rows = places.pop(name, None) if is_places else figures.filter(pl.col("source") == name)
        quarantined = _quarantined(connection, name)
        if rows is None:
            rows = load_fields(connection, name, READ).with_columns(_group())
        if rows.is_empty() and quarantined.is_empty():
            continue
        yield Evidence(
            source=facts_of(source),
            rows=rows,
            others=(shared if is_places else figures).filter(pl.col("source") != name),
            notes=_notes(connection, name),
            quarantined=quarantined,
            runs=_runs(connection, name),
            today=now.astimezone(BANGKOK).date(),
        )


def _stating(connection: Connection, kinds: Collection[str]) -> list[str]:
    return stating(connection) if "places" in kinds else []


def _shared(places: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Of all records what is compared, and only where there is something to compare with."""
    compared = [rows.select(COMPARED).drop_nulls("listing_id") for rows in places]
    together = pl.concat(compared) if compared else pl.DataFrame(schema=dict.fromkeys(COMPARED, pl.String))
    met = together.select("listing_id", "source").unique().filter(pl.col("listing_id").is_duplicated())
    return together.join(met.select("listing_id").unique(), on="listing_id", how="semi", maintain_order="left")


def facts_of(source: Source) -> SourceFacts:
    """What the catalogue needs to know of a source."""
    return SourceFacts(
        name=source.name,
        kind=source.kind,
        title_th=source.title_th,
        title_en=source.title_en,
        publisher_th=source.publisher_th,
        publisher_en=source.publisher_en,
        schedule=source.schedule,
        least=source.expect.least,
        most=source.expect.most,
        language=source.language,
        as_of=source.as_of,
    )


def dataset_facts(connection: Connection, evidence: Evidence) -> DatasetFacts:
    """What the catalogue knows of a dataset without asking: its description, its period, the size of its file."""
    source = get_source(evidence.source.name)
    first, last = None, None
    if source.kind == "statistics" and evidence.rows.height:
        first, last = evidence.rows.select(pl.col("period").min().alias("a"), pl.col("period").max().alias("b")).row(0)
    return DatasetFacts(
        **{name: getattr(source, name) for name in _DESCRIBED},
        first=first,
        last=last,
        modified=_modified(source, evidence.rows),
        size_bytes=_size(connection, source.name),
    )


def _modified(source: Source, rows: pl.DataFrame) -> date | None:
    """The newest date that the rows or the file state."""
    column = pl.col("updated_at").dt.date() if source.kind == "places" else pl.col("as_of")
    dates = [source.as_of, rows.select(column.max()).item() if rows.height else None]
    return max((found for found in dates if found is not None), default=None)


def _size(connection: Connection, source: str) -> int | None:
    """Bytes of the newest snapshot of a source."""
    snapshot = tables.snapshot.c
    newest = select(snapshot.size_bytes).where(snapshot.source == source).order_by(snapshot.fetched_at.desc()).limit(1)
    return connection.scalar(newest)


def _group() -> pl.Expr:
    """The top category of a record's category."""
    tops = {code: with_parents(code)[-1] for code in categories()}
    return pl.col("category").replace_strict(tops, default="other", return_dtype=pl.String).alias("group")


def _figures(settings: Settings) -> pl.DataFrame:
    try:
        return warehouse.scan_observations(settings.warehouse).collect()
    except NotFound:
        return pl.DataFrame(schema=OBSERVATION_SCHEMA)


def _notes(connection: Connection, source: str) -> pl.DataFrame:
    """What was put right or left out of which record: the notes by record key."""
    by_note: dict[str, list[str]] = json.loads(repository.get_state(connection, f"ingest_notes:{source}") or "{}")
    pairs = [(key, note) for note, keys in by_note.items() for key in keys]
    stated = pl.DataFrame(pairs, schema={"key": pl.String, "notes": pl.String}, orient="row")
    return stated.group_by("key", maintain_order=True).agg("notes")


def _quarantined(connection: Connection, source: str) -> pl.DataFrame:
    rows = [
        (row.row_key, list(row.reasons), _label(row.body))
        for row in repository.list_quarantine(connection, source, _MOST_QUARANTINED)
    ]
    return pl.DataFrame(rows, schema=QUARANTINE, orient="row")


def _label(body: dict[str, Any]) -> str | None:
    """What a rejected row calls itself."""
    return next((str(body[name]) for name in ("name_th", "name_en", "name", "origin") if body.get(name)), None)


def _runs(connection: Connection, source: str) -> pl.DataFrame:
    """The runs of a source that brought something new or failed, oldest first."""
    run = tables.source_run.c
    columns = (run.id, run.ended_at, run.state, run.fetched, run.accepted, run.changed, run.gone)
    chosen = select(*columns).where(run.source == source, run.state.in_(("done", "failed"))).order_by(run.id)
    return pl.DataFrame([tuple(row) for row in connection.execute(chosen)], schema=RUNS, orient="row")
