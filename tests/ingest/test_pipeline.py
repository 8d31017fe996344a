from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine

from directory import repository
from ingest.pipeline import RunReport, ingest_all
from ingest.source import Expectation, Source
from tic.analytics.warehouse import observation_files, scan_observations
from tic.core.database import reading
from tic.core.errors import NotFound
from tic.core.progress import Silent
from tic.core.settings import Settings

RunSources = Callable[..., list[RunReport]]
WriteTat = Callable[..., Path]
SmallSource = Callable[..., Source]
SHOP = ("P1", "ร้านหนึ่ง", "16.44", "102.83")
OTHER = ("P2", "ร้านสอง", "16.45", "102.84")
NOWHERE = ("P3", "ร้านสาม", "N/A", "N/A")
MONTHS = "year,month,arrivals,source_title,source_published\n2013,1,{},t,2017-12-04\n2013,2,2367257,t,2017-12-04\n"


def counts(report: RunReport) -> tuple[str, int, int, int, int, int, int]:
    return (
        report.state,
        report.fetched,
        report.accepted,
        report.quarantined,
        report.new,
        report.changed,
        report.gone,
    )


@pytest.fixture
def shops(small_source: SmallSource) -> Source:
    return small_source("tat_shops")


@pytest.fixture
def arrivals(small_source: SmallSource) -> Source:
    return small_source("mots_arrivals_monthly")


@pytest.fixture
def write_months(tmp_path: Path) -> Callable[[str], Path]:
    def write(figure: str) -> Path:
        folder = tmp_path / "feeds"
        folder.mkdir(exist_ok=True)
        (folder / "mots_arrivals_monthly.csv").write_text(MONTHS.format(figure), encoding="utf-8")
        return folder

    return write


def stored_keys(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return repository.load_records(connection)["key"].to_list()


def last_runs(engine: Engine) -> dict[str, repository.SourceRun]:
    with reading(engine) as connection:
        return {run.source: run for run in repository.latest_runs(connection)}


def test_places_are_stored_and_bad_rows_are_quarantined_with_their_reasons(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine, settings: Settings
) -> None:
    (report,) = run_sources([shops], write_tat(SHOP, OTHER, NOWHERE))
    assert counts(report) == ("done", 3, 2, 1, 2, 0, 0)
    assert report.by_reason == {"point_missing": 1}
    assert stored_keys(record_database) == ["tat_shops:P1", "tat_shops:P2"]
    with reading(record_database) as connection:
        (row,) = repository.list_quarantine(connection, "tat_shops")
        run = repository.last_done_run(connection, "tat_shops")
    assert (row.row_key, row.reasons, row.body["name_th"]) == ("P3", ("point_missing",), "ร้านสาม")
    assert run is not None
    assert (run.fetched, run.accepted, run.quarantined, run.new) == (3, 2, 1, 2)
    (copy,) = settings.snapshot_dir.glob(f"*/{run.sha256}/tat_shops_th.csv")
    assert "ร้านหนึ่ง" in copy.read_text(encoding="utf-8")


def test_a_second_run_changes_nothing_and_says_so(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine
) -> None:
    folder = write_tat(SHOP, NOWHERE)
    run_sources([shops], folder)
    (again,) = run_sources([shops], folder)
    assert counts(again) == ("unchanged", 2, 1, 1, 0, 0, 0)
    assert last_runs(record_database)["tat_shops"].state == "unchanged"


def test_a_changed_file_changes_only_what_differs(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine
) -> None:
    run_sources([shops], write_tat(SHOP, OTHER))
    (report,) = run_sources([shops], write_tat(SHOP, (*OTHER[:3], "102.85"), ("P4", "ร้านสี่", "16.46", "102.86")))
    assert counts(report) == ("done", 3, 3, 0, 1, 1, 0)


def test_a_place_that_is_missing_waits_two_runs_and_is_then_retired(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine
) -> None:
    run_sources([shops], write_tat(SHOP, OTHER))
    (first,) = run_sources([shops], write_tat(SHOP))
    assert (counts(first), first.message) == (("done", 1, 1, 0, 0, 0, 0), "Missing from the file, kept for now: 1.")
    (second,) = run_sources([shops], write_tat(SHOP))
    assert counts(second) == ("unchanged", 1, 1, 0, 0, 0, 0)
    assert stored_keys(record_database) == ["tat_shops:P1", "tat_shops:P2"]
    (third,) = run_sources([shops], write_tat(SHOP))
    assert counts(third) == ("unchanged", 1, 1, 0, 0, 0, 1)
    assert stored_keys(record_database) == ["tat_shops:P1"]


def test_a_place_that_comes_back_in_time_starts_anew(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine
) -> None:
    for places in [(SHOP, OTHER), (SHOP,), (SHOP,), (SHOP, OTHER), (SHOP,), (SHOP,)]:
        (report,) = run_sources([shops], write_tat(*places))
        assert report.gone == 0
    assert stored_keys(record_database) == ["tat_shops:P1", "tat_shops:P2"]


def test_a_source_may_retire_at_once(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine
) -> None:
    hasty = replace(shops, grace_runs=0)
    run_sources([hasty], write_tat(SHOP, OTHER))
    (report,) = run_sources([hasty], write_tat(SHOP))
    assert counts(report) == ("done", 1, 1, 0, 0, 0, 1)
    assert stored_keys(record_database) == ["tat_shops:P1"]


def test_reading_again_what_is_kept_says_nothing_about_what_is_missing(
    run_sources: RunSources,
    read_kept: Callable[..., list[RunReport]],
    shops: Source,
    write_tat: WriteTat,
    record_database: Engine,
) -> None:
    run_sources([shops], write_tat(SHOP, OTHER))
    run_sources([shops], write_tat(SHOP))
    for _ in range(5):
        assert [counts(report) for report in read_kept(shops)] == [("unchanged", 1, 1, 0, 0, 0, 0)]
    assert len(stored_keys(record_database)) == 2


def test_the_same_content_in_another_encoding_is_read_again_and_changes_nothing(
    run_sources: RunSources, shops: Source, write_tat: WriteTat
) -> None:
    source = replace(shops, encoding=None)
    run_sources([source], write_tat(SHOP, OTHER))
    for encoding in ("utf-8-sig", "tis-620", "utf-16"):
        (report,) = run_sources([source], write_tat(SHOP, OTHER, encoding=encoding))
        assert counts(report) == ("done", 2, 2, 0, 0, 0, 0)


def test_other_code_reads_the_same_file_again(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_tat(SHOP)
    run_sources([shops], folder)
    monkeypatch.setattr("ingest.pipeline.parser_version", lambda source: "newer")
    (report,) = run_sources([shops], folder)
    assert counts(report) == ("done", 1, 1, 0, 0, 0, 0)


def test_too_few_rows_stop_a_source_before_anything_is_deleted(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine
) -> None:
    expecting = replace(shops, expect=Expectation(2, 9))
    run_sources([expecting], write_tat(SHOP, OTHER))
    (report,) = run_sources([expecting], write_tat(SHOP))
    assert report.state == "failed"
    assert report.message is not None
    assert report.message.startswith("tat_shops brought 1 good rows; at least 2 were expected.")
    assert stored_keys(record_database) == ["tat_shops:P1", "tat_shops:P2"]
    run = last_runs(record_database)["tat_shops"]
    assert (run.state, run.message) == ("failed", report.message)


def test_too_many_rows_and_new_columns_are_told(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine
) -> None:
    folder = write_tat(SHOP, OTHER)
    file = folder / "tat_shops_th.csv"
    text = file.read_text(encoding="utf-8").replace("distance,", "distance,rating,").replace(",0.0,", ",0.0,5,")
    file.write_text(text, encoding="utf-8")
    (report,) = run_sources([replace(shops, expect=Expectation(1, 1))], folder)
    told = "More rows than expected (2, at most 1): check the file. Not read, new in the file: rating."
    assert report.message == told
    assert last_runs(record_database)["tat_shops"].message == told


def test_what_was_put_right_or_left_out_is_told_and_remembered(
    run_sources: RunSources, shops: Source, write_tat: WriteTat, record_database: Engine
) -> None:
    (report,) = run_sources([shops], write_tat(("P1", "ร้านหนึ่ง", "102.83", "16.44"), OTHER))
    assert report.message == "Noted: lat_lon_swapped 1."
    with reading(record_database) as connection:
        notes = json.loads(repository.get_state(connection, "ingest_notes:tat_shops") or "")
    assert notes == {"lat_lon_swapped": ["tat_shops:P1"]}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"<html>503</html>", "is a web page"),
        (b"place_id,place_name\nP1,x\n", "lacks the column"),
        (b"\x00\x01\x02", "is not text"),
    ],
)
def test_one_bad_file_does_not_stop_the_others(
    content: bytes,
    told: str,
    run_sources: RunSources,
    small_source: SmallSource,
    write_tat: WriteTat,
    record_database: Engine,
) -> None:
    folder = write_tat(SHOP)
    (folder / "tat_hotels_th.csv").write_bytes(content)
    bad, good = run_sources([small_source("tat_hotels"), small_source("tat_shops")], folder)
    assert bad.state == "failed"
    assert told in str(bad.message)
    assert counts(good) == ("done", 1, 1, 0, 1, 0, 0)
    assert {name: run.state for name, run in last_runs(record_database).items()} == {
        "tat_hotels": "failed",
        "tat_shops": "done",
    }


def test_what_no_parser_foresaw_is_one_sentence(
    run_sources: RunSources, small_source: SmallSource, tmp_path: Path
) -> None:
    (tmp_path / "osm_bangkok.geojson").write_text('{"features": [7]}')
    (report,) = run_sources([small_source("osm_bangkok")], tmp_path)
    assert report.state == "failed"
    assert "osm_bangkok.geojson is not what osm_bangkok usually sends (AttributeError" in str(report.message)
    assert "\n" not in str(report.message)


def test_a_missing_file_is_skipped_and_leaves_no_trace(
    run_sources: RunSources, small_source: SmallSource, write_tat: WriteTat, record_database: Engine
) -> None:
    reports = run_sources([small_source("tat_hotels"), small_source("tat_shops")], write_tat(SHOP))
    assert [report.state for report in reports] == ["skipped", "done"]
    assert "There is no file tat_hotels_th.csv below" in str(reports[0].message)
    assert list(last_runs(record_database)) == ["tat_shops"]


def test_an_unknown_source_is_told_before_anything_is_read(record_database: Engine, settings: Settings) -> None:
    with pytest.raises(NotFound, match="no source atlantis"):
        ingest_all(record_database, settings, ["starter_places", "atlantis"], None, Silent())
    assert last_runs(record_database) == {}


def test_figures_go_to_the_warehouse_and_changes_are_counted(
    run_sources: RunSources, arrivals: Source, write_months: Callable[[str], Path], settings: Settings
) -> None:
    (report,) = run_sources([arrivals], write_months("2318447"))
    assert counts(report) == ("done", 2, 2, 0, 2, 0, 0)
    (report,) = run_sources([arrivals], write_months("2318448"))
    assert counts(report) == ("done", 2, 2, 0, 0, 1, 0)
    stored = scan_observations(settings.warehouse).sort("period").collect()
    assert stored["value"].to_list() == [2318448.0, 2367257.0]
    (report,) = run_sources([arrivals], write_months("unknown"))
    assert counts(report) == ("done", 2, 1, 1, 0, 0, 1)
    assert report.by_reason == {"figure_unreadable": 1}


def test_a_warehouse_file_that_was_deleted_is_written_again(
    run_sources: RunSources, arrivals: Source, write_months: Callable[[str], Path], settings: Settings
) -> None:
    folder = write_months("2318447")
    run_sources([arrivals], folder)
    (file,) = observation_files(settings.warehouse)
    file.unlink()
    (report,) = run_sources([arrivals], folder)
    assert counts(report) == ("done", 2, 2, 0, 2, 0, 0)
    assert pl.read_parquet(file).height == 2


def test_the_starter_set_is_complete_and_good(record_database: Engine, settings: Settings) -> None:
    names = ["starter_places", "starter_statistics"]
    reports = ingest_all(record_database, settings, names, None, Silent())
    assert [(report.state, report.quarantined, report.message) for report in reports] == [("done", 0, None)] * 2
    assert reports[0].accepted >= 1400
    again = ingest_all(record_database, settings, names, None, Silent())
    assert [counts(report)[0] for report in again] == ["unchanged", "unchanged"]
    sources = scan_observations(settings.warehouse).select(pl.col("source").unique().sort()).collect()
    assert sources["source"].to_list() == [
        "bot_tourism_indicators",
        "mots_arrivals_by_region",
        "mots_arrivals_monthly",
        "mots_province_annual",
        "mots_province_monthly",
    ]
