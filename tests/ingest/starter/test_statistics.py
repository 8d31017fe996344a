from __future__ import annotations

import importlib.util
import sys
from datetime import date
from pathlib import Path
from types import ModuleType

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tic.analytics.observation import INDICATORS, KEY, OBSERVATION_SCHEMA

HERE = Path(__file__).parent


def _load_make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("starter_make_statistics", HERE / "make_statistics.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


make = _load_make()


@pytest.fixture(scope="module")
def shipped() -> pl.DataFrame:
    return pl.read_parquet(make.TARGET)


def test_the_file_is_small() -> None:
    assert make.TARGET.stat().st_size < 300_000


def test_every_figure_has_source_unit_date_and_status(shipped: pl.DataFrame) -> None:
    assert list(shipped.columns) == list(OBSERVATION_SCHEMA)
    assert shipped.null_count().sum_horizontal().item() == 0
    assert shipped.select(KEY).is_duplicated().sum() == 0
    units = shipped.select("indicator", "unit").unique().rows()
    assert dict(units) == {code: INDICATORS[code].unit for code, _ in units}


@pytest.mark.parametrize(
    ("source", "frequency", "first", "last", "count"),
    [
        ("mots_arrivals_monthly", "M", date(2013, 1, 1), date(2026, 5, 1), 161),
        ("mots_arrivals_by_region", "M", date(2015, 1, 1), date(2023, 12, 1), 732),
        ("mots_province_monthly", "M", date(2019, 1, 1), date(2024, 9, 1), 77 * 69 * 8),
        ("mots_province_annual", "Y", date(2024, 1, 1), date(2025, 1, 1), 77 * 2 * 8),
        ("bot_tourism_indicators", "M", date(2015, 1, 1), date(2024, 8, 1), 116 * 26 - 1),
    ],
)
def test_a_feed_is_there_from_its_first_to_its_last_period(
    source: str, frequency: str, first: date, last: date, count: int, shipped: pl.DataFrame
) -> None:
    feed = shipped.filter(pl.col("source") == source)
    assert feed["frequency"].unique().to_list() == [frequency]
    assert (feed["period"].min(), feed["period"].max(), feed.height) == (first, last, count)


def test_known_figures_are_right(shipped: pl.DataFrame) -> None:
    def figure(source: str, indicator: str, area: str, market: str, period: date) -> float:
        return float(
            shipped.filter(source=source, indicator=indicator, area=area, market=market, period=period)["value"].item()
        )

    assert figure("mots_arrivals_monthly", "arrivals", "TH", "all", date(2013, 1, 1)) == 2_318_447
    assert figure("mots_province_annual", "receipts_thb", "TH-10", "foreign", date(2024, 1, 1)) == 669_902_410_000
    assert figure("bot_tourism_indicators", "occupancy_pct", "TH", "all", date(2024, 8, 1)) == 69.06


def test_the_shipped_figures_are_those_of_the_publishers(shipped: pl.DataFrame, shared_data: Path) -> None:
    assert_frame_equal(shipped, make.figures(shared_data))
