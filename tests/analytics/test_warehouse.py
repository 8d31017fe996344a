"""The warehouse: figures are replaced at once, feeds take the place of the starter set, broken files are named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from tic.analytics import warehouse
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.warehouse import (
    ObservationChanges,
    data_version,
    has_observations,
    observation_changes,
    observation_files,
    read_forecasts,
    scan_observations,
    write_forecasts,
    write_observations,
)
from tic.core.errors import NotFound, StorageFailed
from tic.core.i18n import tell


def arrivals(*figures: float, source: str = "mots_arrivals_monthly") -> pl.DataFrame:
    """National monthly arrivals from January 2026."""
    rows = [
        ("arrivals", "persons", "TH", "all", "M", date(2026, 1 + place, 1), figure, "final", source, date(2026, 6, 1))
        for place, figure in enumerate(figures)
    ]
    return pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")


def figures(folder: Path) -> list[float]:
    return scan_observations(folder).sort("source", "period").select("value").collect()["value"].to_list()


def test_before_the_first_ingest_there_are_no_figures_but_their_columns(tmp_path: Path) -> None:
    frame = scan_observations(tmp_path).collect()
    assert frame.height == 0
    assert dict(frame.schema) == OBSERVATION_SCHEMA


def test_figures_are_written_only_when_they_differ(tmp_path: Path) -> None:
    assert write_observations(tmp_path, "mots_arrivals_monthly", arrivals(3, 4))
    version = data_version(tmp_path)
    shuffled = arrivals(3, 4).reverse().select(reversed(list(OBSERVATION_SCHEMA)))
    assert not write_observations(tmp_path, "mots_arrivals_monthly", shuffled)
    assert data_version(tmp_path) == version
    assert write_observations(tmp_path, "mots_arrivals_monthly", arrivals(3, 5))
    assert data_version(tmp_path) != version
    assert figures(tmp_path) == [3, 5]


def test_a_feed_takes_the_place_of_the_starter_figures_of_the_same_source(tmp_path: Path) -> None:
    starter = pl.concat([arrivals(1, 2), arrivals(7, source="bot_tourism_indicators")])
    assert write_observations(tmp_path, "starter_statistics", starter)
    assert figures(tmp_path) == [7, 1, 2]
    version = data_version(tmp_path)
    write_observations(tmp_path, "mots_arrivals_monthly", arrivals(1, 2, 3))
    assert figures(tmp_path) == [7, 1, 2, 3]
    assert data_version(tmp_path) != version
    assert [path.parent.name for path in observation_files(tmp_path)] == ["starter", "feed"]


def test_starter_figures_behind_a_feed_may_change_without_a_new_version(tmp_path: Path) -> None:
    write_observations(tmp_path, "mots_arrivals_monthly", arrivals(1, 2, 3))
    version = data_version(tmp_path)
    assert write_observations(tmp_path, "starter_statistics", arrivals(1, 2))
    assert data_version(tmp_path) == version


def test_a_source_that_leaves_the_starter_set_leaves_the_warehouse(tmp_path: Path) -> None:
    write_observations(tmp_path, "starter_statistics", pl.concat([arrivals(1), arrivals(7, source="old_feed")]))
    assert write_observations(tmp_path, "starter_statistics", arrivals(1))
    assert figures(tmp_path) == [1]


def test_the_changes_of_a_feed_are_counted_before_they_are_written(tmp_path: Path) -> None:
    name = "mots_arrivals_monthly"
    assert not has_observations(tmp_path, name)
    assert observation_changes(tmp_path, name, arrivals(1, 2)) == ObservationChanges(new=2, changed=0, gone=0)
    write_observations(tmp_path, name, arrivals(1, 2, 3))
    assert has_observations(tmp_path, name)
    later = pl.concat([arrivals(1, 5), arrivals(*range(9)).tail(1)])
    assert observation_changes(tmp_path, name, later) == ObservationChanges(new=1, changed=1, gone=1)


@pytest.mark.parametrize(
    ("frame", "complaint"),
    [
        (pl.concat([arrivals(1), arrivals(2)]), "an observation key repeats"),
        (arrivals(1).drop("unit", "as_of"), "lack the columns unit, as_of"),
    ],
)
def test_a_frame_that_is_not_tidy_is_refused(tmp_path: Path, frame: pl.DataFrame, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        write_observations(tmp_path, "mots_arrivals_monthly", frame)
    assert observation_files(tmp_path) == []


def test_a_broken_file_is_named_to_readers_and_mended_by_the_next_ingest(tmp_path: Path) -> None:
    write_observations(tmp_path, "mots_arrivals_monthly", arrivals(3, 4))
    (path,) = observation_files(tmp_path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(StorageFailed, match=r"mots_arrivals_monthly\.parquet is broken") as broken:
        scan_observations(tmp_path)
    assert tell(broken.value, "th") != str(broken.value)
    assert write_observations(tmp_path, "mots_arrivals_monthly", arrivals(3, 4))
    assert figures(tmp_path) == [3, 4]


def test_what_a_killed_process_left_half_written_is_not_read(tmp_path: Path) -> None:
    write_observations(tmp_path, "mots_arrivals_monthly", arrivals(3))
    (path,) = observation_files(tmp_path)
    (path.parent / f".{path.name}.1234.part").write_bytes(b"half")
    assert observation_files(tmp_path) == [path]


@contextmanager
def onto_a_full_disk(_path: Path) -> Iterator[Path]:
    yield Path("/dev/full")


def test_a_full_disk_is_told_in_one_sentence_and_the_old_figures_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_observations(tmp_path, "mots_arrivals_monthly", arrivals(3))
    monkeypatch.setattr(warehouse, "replacing", onto_a_full_disk)
    with pytest.raises(StorageFailed, match="The disk is full"):
        write_observations(tmp_path, "mots_arrivals_monthly", arrivals(4))
    assert figures(tmp_path) == [3]


def test_a_file_in_the_way_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "observations").write_text("a file")
    with pytest.raises(StorageFailed, match="TIC_DATA_DIR"):
        write_observations(tmp_path, "mots_arrivals_monthly", arrivals(3))


def forecasts(*values: float) -> dict[str, pl.DataFrame]:
    return {name: pl.DataFrame({"yhat": values}) for name in ("forecasts", "accuracy")}


def test_before_the_first_run_there_are_no_forecasts(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There are no forecasts yet"):
        read_forecasts(tmp_path, "forecasts")


def test_the_tables_of_a_run_are_seen_together(tmp_path: Path) -> None:
    write_forecasts(tmp_path, "run-1", forecasts(1))
    # A run that was killed before its end: one table is there, the run is not in force.
    half = tmp_path / "forecasts" / "run-2"
    half.mkdir()
    forecasts(2)["accuracy"].write_parquet(half / "accuracy.parquet")
    assert read_forecasts(tmp_path, "accuracy")["yhat"].to_list() == [1]
    write_forecasts(tmp_path, "run-3", forecasts(3))
    assert [read_forecasts(tmp_path, name)["yhat"].to_list() for name in ("forecasts", "accuracy")] == [[3], [3]]


def test_the_run_before_stays_for_its_readers_and_older_ones_go(tmp_path: Path) -> None:
    for run in ("c", "b", "a"):
        write_forecasts(tmp_path, run, forecasts(1))
    assert sorted(path.name for path in (tmp_path / "forecasts").iterdir()) == ["a", "b", "current"]


def test_a_broken_forecast_is_told_with_the_remedy(tmp_path: Path) -> None:
    write_forecasts(tmp_path, "run-1", forecasts(1))
    (tmp_path / "forecasts" / "run-1" / "forecasts.parquet").write_bytes(b"PAR1")
    with pytest.raises(StorageFailed, match="Run `tic forecast run`") as broken:
        read_forecasts(tmp_path, "forecasts")
    assert tell(broken.value, "th") != str(broken.value)
