"""The publishers' files as they are: what a run over all of them comes to."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine

from directory import repository
from directory.migrate import migrate
from directory.resolve.job import ResolveReport, resolve_all
from ingest.pipeline import ingest_all
from ingest.source import sources
from tic.core.database import open_database, reading
from tic.core.progress import Silent
from tic.core.settings import Settings

NOW = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def resolved(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Engine, ResolveReport, float]:
    """All places of all sources, ingested and resolved; the report; processor seconds of resolving."""
    folder = tmp_path_factory.mktemp("full_feeds")
    engine = open_database(f"sqlite:///{folder / 'directory.sqlite'}")
    migrate(engine)
    places = [name for name, source in sources().items() if source.kind == "places"]
    runs = ingest_all(engine, Settings(data_dir=folder), places, shared_data, Silent())
    # Sources whose extracts are not among the shared files are passed over.
    assert {run.state for run in runs} == {"done", "skipped"}
    started = time.process_time()
    report = resolve_all(engine, {name: source.trust for name, source in sources().items()}, Silent(), NOW)
    return engine, report, time.process_time() - started


@pytest.fixture(scope="module")
def records(resolved: tuple[Engine, ResolveReport, float]) -> pl.DataFrame:
    """Every record with the listing it is in."""
    with reading(resolved[0]) as connection:
        return repository.load_records(connection)


@pytest.fixture(scope="module")
def listings(records: pl.DataFrame) -> pl.DataFrame:
    """Per listing: how many records, of which sources, under which ids of TAT."""
    return records.group_by("listing_id").agg(
        pl.len().alias("records"), "source", pl.col("link_id").drop_nulls().unique().alias("link_ids")
    )


def test_thirty_thousand_records_are_resolved_in_seconds(resolved: tuple[Engine, ResolveReport, float]) -> None:
    _, report, seconds = resolved
    assert report.records > 30_000
    assert report.new == report.clusters
    assert seconds < 30  # of both cores together; 8 to 12 s on the clock


def test_the_thai_and_the_english_feed_are_one_place_each(records: pl.DataFrame, listings: pl.DataFrame) -> None:
    numbered = records.drop_nulls("link_id").group_by("link_id").agg(pl.len(), pl.col("listing_id").n_unique())
    assert numbered.filter(pl.col("len") == 2).height >= 3500
    assert numbered["listing_id"].max() == 1
    # The publisher itself has a few dozen places twice, under one name and at one spot.
    assert 10 <= listings.filter(pl.col("link_ids").list.len() > 1).height <= 80


def test_the_well_known_places_are_found_in_the_official_feeds(listings: pl.DataFrame) -> None:
    known = listings.filter(pl.col("source").list.contains("starter_places"))
    official = pl.col("source").list.eval(pl.element().str.starts_with("tat_")).list.any()
    assert 0.78 <= known.select(official.mean()).item() <= 0.90
    assert known["source"].list.count_matches("starter_places").max() == 1


def test_no_place_swallows_its_neighbours(listings: pl.DataFrame) -> None:
    assert listings["records"].max() <= 6


def test_private_homes_stay_what_they_are(listings: pl.DataFrame) -> None:
    homes = listings.filter(pl.col("source").list.contains("airbnb_bangkok"))
    assert homes.filter(pl.col("records") > 1).height <= 5
