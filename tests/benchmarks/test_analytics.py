"""`tic bench analytics` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from generated_figures import kept_figures

from product import Product
from tic.analytics.warehouse import observation_files, write_observations

VIEWS = {
    "series",
    "provinces",
    "choices",
    "newest_issues",
    "markets_by_month",
    "areas_by_year",
    "everything_by_year",
}


@pytest.mark.slow
def test_every_view_is_timed_by_every_engine_on_the_same_figures(tmp_path: Path) -> None:
    done = Product(tmp_path).run("bench", "analytics", "--rows", "300000", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows"] > 200_000
    for engine in ("polars", "duckdb", "pandas"):
        assert found[f"{engine}_s"].keys() == VIEWS
        assert all(seconds > 0 for seconds in found[f"{engine}_s"].values())
        assert found[f"{engine}_cpu_s"].keys() == VIEWS
        assert found[f"{engine}_peak_rss_bytes"] > 10_000_000


@pytest.mark.slow
def test_a_number_of_rows_that_cannot_be_is_refused(tmp_path: Path) -> None:
    done = Product(tmp_path).run("bench", "analytics", "--rows", "0")
    assert (done.returncode, done.stderr.strip()) == (2, "tic: --rows must be at least 1.")


def test_generated_files_are_kept_for_the_next_run_but_those_of_a_run_that_was_killed(tmp_path: Path) -> None:
    def written() -> int:
        folder, _rows = kept_figures(tmp_path, 300_000)
        return observation_files(folder)[0].stat().st_mtime_ns

    first = written()
    assert written() == first
    (tmp_path / "observations-300000" / "complete").unlink()
    assert written() > first


def test_generated_figures_are_the_same_each_time_and_as_the_warehouse_stores_them(tmp_path: Path) -> None:
    folder, rows = kept_figures(tmp_path / "one", 300_000)
    other, _rows = kept_figures(tmp_path / "two", 300_000)
    (path,), (twin,) = observation_files(folder), observation_files(other)
    frame = pl.read_parquet(path)
    assert frame.equals(pl.read_parquet(twin))
    assert (frame.height, frame["value"].min() >= 0) == (rows, True)
    assert write_observations(tmp_path / "stored", path.stem, frame)
    assert pl.read_parquet(observation_files(tmp_path / "stored")[0]).equals(frame)
