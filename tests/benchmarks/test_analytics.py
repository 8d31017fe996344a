"""`tic bench analytics` as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from product import Product

VIEWS = {"series", "provinces", "markets_by_month", "areas_by_year", "everything_by_year"}


@pytest.mark.slow
def test_every_view_is_timed_by_every_engine_on_the_same_figures(tmp_path: Path) -> None:
    done = Product(tmp_path).run("bench", "analytics", "--rows", "300000", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["rows"] > 200_000
    for engine in ("polars", "duckdb", "pandas"):
        assert found[f"{engine}_s"].keys() == VIEWS
        assert all(seconds > 0 for seconds in found[f"{engine}_s"].values())
        assert found[f"{engine}_peak_rss_bytes"] > 10_000_000


@pytest.mark.slow
def test_a_number_of_rows_that_cannot_be_is_refused(tmp_path: Path) -> None:
    done = Product(tmp_path).run("bench", "analytics", "--rows", "0")
    assert (done.returncode, done.stderr.strip()) == (2, "tic: --rows must be at least 1.")
