"""An empty system of record, small sources and small feeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine

from databases import copy_file
from ingest.fetching import Fetch
from ingest.harvest import FetchReport, fetch_sources
from ingest.kept import Kept
from ingest.parsers import Parsed
from ingest.pipeline import RunReport, ingest_sources
from ingest.places import STATED_SCHEMA, Places, clean_places
from ingest.source import Expectation, Source, get_source
from tic.core.database import open_database
from tic.core.http import Limits
from tic.core.progress import Silent
from tic.core.settings import Settings

CleanRows = Callable[..., Places]
RunSources = Callable[..., list[RunReport]]


def small(name: str, **changes: Any) -> Source:
    """A known source that expects hardly anything and corrects nothing: for a feed of a few rows."""
    return replace(get_source(name), **{"expect": Expectation(1, 1_000_000), "corrections": (), **changes})


@pytest.fixture
def small_source() -> Callable[..., Source]:
    return small


@pytest.fixture
def clean_rows() -> CleanRows:
    """Clean rows of stated places; each has an id, a name, a category and a point in Bangkok unless told."""

    def clean(*rows: dict[str, Any], source: Source | None = None) -> Places:
        usual = {"name_th": "วัดโพธิ์", "lat": "13.7465", "lon": "100.4930"}
        complete = [
            {"source_id": f"{number}", "category": None if "kinds" in row else "temple", **usual, **row}
            for number, row in enumerate(rows, start=1)
        ]
        frame = pl.DataFrame(
            [{name: row.get(name) for name in STATED_SCHEMA} for row in complete], schema=STATED_SCHEMA
        )
        return clean_places(Parsed(frame), source or small("tat_attractions_th"))

    return clean


@pytest.fixture
def clean_row(clean_rows: CleanRows) -> Callable[..., dict[str, Any]]:
    """The record that one stated place becomes."""

    def clean(source: Source | None = None, **stated: Any) -> dict[str, Any]:
        places = clean_rows(stated, source=source)
        assert places.rejected == []
        return places.records.row(0, named=True)

    return clean


@pytest.fixture
def why_rejected(clean_rows: CleanRows) -> Callable[..., tuple[str, ...]]:
    """The reasons that one stated place is rejected for; none when it is accepted."""

    def judge(**stated: Any) -> tuple[str, ...]:
        rejected = clean_rows(stated).rejected
        return rejected[0].reasons if rejected else ()

    return judge


@pytest.fixture
def record_database(settings: Settings, migrated_file: Path) -> Iterator[Engine]:
    """The migrated, empty system of record of the test's settings."""
    copy_file(migrated_file, settings.data_dir)
    engine = open_database(settings.database)
    yield engine
    engine.dispose()


@pytest.fixture
def run_sources(record_database: Engine, settings: Settings) -> RunSources:
    """Read sources from a folder into the system of record."""

    def run(sources: Sequence[Source], folder: Path | None) -> list[RunReport]:
        return ingest_sources(record_database, settings, sources, folder, Silent())

    return run


TAT_HEADER = (
    "place_id,place_name,latitude,longitude,category_code,category_description,sha_name,sha_type_code,"
    "sha_type_description,sha_cate_id,sha_cate_description,address,sub_district,district,province,postcode,"
    "thumbnail_url,destination,tags,distance,update_date"
)


@pytest.fixture
def write_tat(tmp_path: Path) -> Callable[..., Path]:
    """Write a feed of shops in the form of TAT's, from (id, name, latitude, longitude); returns its folder."""

    def write(*places: tuple[str, str, str, str], name: str = "tat_shops_th.csv", encoding: str = "utf-8") -> Path:
        folder = tmp_path / "feeds"
        folder.mkdir(exist_ok=True)
        lines = [
            f"{key},{title},{lat},{lon},SHOP,ร้านค้า,,,,,,,ในเมือง,เมืองขอนแก่น,ขอนแก่น,40000,,ขอนแก่น,N/A,0.0,2023-10-01T17:45:34.463"
            for key, title, lat, lon in places
        ]
        (folder / name).write_bytes("\n".join([TAT_HEADER, *lines, ""]).encode(encoding))
        return folder

    return write


QUICK = Limits(connect_s=1, read_s=1, total_s=5, tries=2, first_wait_s=0.01, longest_wait_s=0.2, pause_s=0)


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    """Settings under which sources on this machine may be fetched, with one key."""
    return settings.model_copy(update={"private_hosts": "127.0.0.1", "source_keys": "agency=secret-key"})


@pytest.fixture
def fetching(small_source: Callable[..., Source]) -> Callable[..., Source]:
    """A source that is fetched: `fetching(kind, url, ...)` with further fields of Fetch and of the source."""

    def make(
        kind: str, url: str, *, name: str = "tat_shops", source: dict[str, Any] | None = None, **more: Any
    ) -> Source:
        values = {"kind": kind, "url": url, "terms": "This machine's own server allows everything.", **more}
        return small_source(name, fetch=Fetch(**values), **(source or {}))

    return make


@pytest.fixture
def fetch(record_database: Engine, open_settings: Settings) -> Callable[..., list[FetchReport]]:
    """Fetch sources from this machine, without long waits."""

    def run(*sources: Source) -> list[FetchReport]:
        return fetch_sources(record_database, open_settings, sources, Silent(), limits=QUICK)

    return run


@pytest.fixture
def read_kept(record_database: Engine, open_settings: Settings) -> Callable[..., list[RunReport]]:
    """Read what is kept of sources."""

    def run(*sources: Source) -> list[RunReport]:
        kept = Kept(record_database, open_settings.snapshot_dir, replay=True)
        return ingest_sources(record_database, open_settings, sources, None, Silent(), kept)

    return run
