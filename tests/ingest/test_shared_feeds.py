"""The publishers' own files, whole: counts and reasons as they are, looked at one by one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine

from directory import repository
from directory.migrate import migrate
from ingest.pipeline import RunReport, ingest_all
from ingest.source import sources
from tic.analytics.warehouse import scan_observations
from tic.core.database import open_database, reading
from tic.core.progress import Silent
from tic.core.settings import Settings

EXPECTED = {
    "airbnb_bangkok": (15_854, 15_841, {"name_too_short": 5, "no_name": 8}),
    "osm_bangkok": (4_332, 4_330, {"no_name": 2}),
    "tat_attractions_en": (3_641, 3_628, {"point_in_other_province": 2, "point_missing": 11}),
    "tat_attractions_th": (
        4_174,
        4_158,
        {"point_in_other_province": 4, "point_missing": 12},
    ),
    "tat_hotels": (1_382, 1_335, {"point_missing": 47}),
    "tat_restaurants": (3_779, 3_643, {"point_in_other_province": 1, "point_missing": 135}),
    "tat_shops": (2_076, 2_072, {"name_too_short": 1, "point_missing": 3}),
    "bot_tourism_indicators": (3_016, 3_015, {"figure_implausible": 1}),
    "mots_arrivals_by_region": (733, 732, {"stray_row": 1}),
    "mots_arrivals_monthly": (161, 161, {}),
    "mots_province_annual": (1_232, 1_232, {}),
    "mots_province_monthly": (42_504, 42_504, {}),
    "mots_province_workbook_2565": (7_392, 7_392, {}),
    "mots_arrivals_by_nationality": (186, 186, {}),
    "mots_market_spend": (2_480, 2_480, {}),
}
"""Source -> rows in the file, accepted, reason -> rows."""
FEEDS = [name for name in sources() if name in EXPECTED]


@pytest.fixture(scope="module")
def shared_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("feeds"))


@pytest.fixture(scope="module")
def shared_engine(shared_settings: Settings) -> Iterator[Engine]:
    engine = open_database(shared_settings.database)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def reports(shared_data: Path, shared_engine: Engine, shared_settings: Settings) -> dict[str, RunReport]:
    found = ingest_all(shared_engine, shared_settings, FEEDS, shared_data, Silent())
    return {report.source: report for report in found}


@pytest.fixture(scope="module")
def records(reports: dict[str, RunReport], shared_engine: Engine) -> pl.DataFrame:
    with reading(shared_engine) as connection:
        return repository.load_records(connection)


@pytest.mark.parametrize("name", FEEDS)
def test_every_row_is_accepted_or_has_the_known_reason(name: str, reports: dict[str, RunReport]) -> None:
    report = reports[name]
    assert (report.state, report.fetched, report.accepted, report.by_reason) == ("done", *EXPECTED[name])
    assert report.accepted + report.quarantined == report.fetched
    assert "Not read" not in (report.message or "")


def test_the_thai_feeds_have_197_places_without_coordinates(reports: dict[str, RunReport]) -> None:
    thai = [name for name in FEEDS if name.startswith("tat_") and name != "tat_attractions_en"]
    assert sum(reports[name].by_reason["point_missing"] for name in thai) == 197


def test_a_second_run_changes_nothing_within_a_second(
    reports: dict[str, RunReport], shared_data: Path, shared_engine: Engine, shared_settings: Settings
) -> None:
    started = time.process_time()
    again = ingest_all(shared_engine, shared_settings, FEEDS, shared_data, Silent())
    assert time.process_time() - started < 1
    assert {report.state for report in again} == {"unchanged"}
    assert {report.source: report.accepted for report in again} == {name: EXPECTED[name][1] for name in FEEDS}


def test_the_same_files_read_by_newer_code_change_nothing(
    records: pl.DataFrame,
    shared_data: Path,
    shared_engine: Engine,
    shared_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ingest.pipeline.parser_version", lambda source: "newer")
    again = ingest_all(shared_engine, shared_settings, FEEDS, shared_data, Silent())
    assert {(report.state, report.new, report.changed, report.gone) for report in again} == {("done", 0, 0, 0)}


def test_almost_every_english_attraction_has_its_thai_twin(records: pl.DataFrame) -> None:
    ids = {name: set(records.filter(pl.col("source") == f"tat_attractions_{name}")["link_id"]) for name in ("th", "en")}
    assert len(ids["th"] & ids["en"]) == 3_526


def test_every_record_lies_in_a_province_and_has_a_name_and_a_category(records: pl.DataFrame) -> None:
    assert records.height == sum(EXPECTED[name][1] for name in FEEDS[:7])
    assert records["province_code"].null_count() == 0
    named = pl.any_horizontal(pl.col("name_th", "name_en", "names").is_not_null())
    assert records.filter(~named).height == 0
    tat = records.filter(pl.col("source").str.starts_with("tat_"))
    # TAT's feeds have no place in Lop Buri.
    assert tat["province_code"].n_unique() == 76
    by_category = Counter(records["category"].to_list())
    assert by_category["other"] == 3
    assert by_category["attraction"] / tat.filter(pl.col("source").str.contains("attractions")).height < 0.06


def test_names_are_in_the_field_of_their_language(records: pl.DataFrame) -> None:
    without_thai = pl.col("name_th").str.contains(r"\p{L}") & ~pl.col("name_th").str.contains(r"[\u0e01-\u0e2e]")
    assert records.filter(without_thai).height == 0
    feed = records.filter(pl.col("source") == "tat_attractions_en")
    assert feed.filter(pl.col("name_en").is_null()).height == 0


def test_the_figures_agree_where_two_feeds_state_the_same(
    reports: dict[str, RunReport], shared_settings: Settings
) -> None:
    figures = scan_observations(shared_settings.warehouse).collect()
    key = ["indicator", "area", "market", "period"]
    monthly = figures.filter(pl.col("source") == "mots_province_monthly").select(*key, "value")
    workbook = figures.filter(pl.col("source") == "mots_province_workbook_2565").select(*key, original="value")
    both = monthly.join(workbook, on=key)
    assert both.height == 7_392
    assert both.filter((pl.col("value") / pl.col("original") - 1).abs() < 0.5).height / both.height > 0.8
