"""Figures of Thailand, Phuket and Europe, and a forecast, from which briefings are written."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from directory.sources import SourceInfo
from small_directory import SOURCES, forecast_tables, monthly_arrivals
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.reports.subject import Evidence

REGIONS = SourceInfo(
    name="mots_arrivals_by_region",
    kind="statistics",
    title_th="นักท่องเที่ยวรายภูมิภาค",
    title_en="Arrivals by region",
    publisher_th="กระทรวงการท่องเที่ยวและกีฬา",
    publisher_en="Ministry of Tourism and Sports",
    homepage="https://www.mots.go.th",
    licence="Open Government Data",
    attribution="MOTS",
    trust="official",
)


def figures(indicator: str, area: str, market: str, source: str, years: dict[int, float]) -> pl.DataFrame:
    """Every month of the years at one level, but December, which has twice as much."""
    rows = [
        (
            indicator,
            "persons",
            area,
            market,
            "M",
            date(year, month, 1),
            level * (2 if month == 12 else 1),
            "final",
            source,
            date(2024, 2, 1),
        )
        for year, level in years.items()
        for month in range(1, 13)
    ]
    return pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")


@pytest.fixture
def evidence() -> Evidence:
    """Arrivals, in 2023 Europe has twice what it had in 2022 and Africa as many; visitors of Phuket."""
    frames = [
        monthly_arrivals(),
        figures("arrivals", "TH", "europe", "mots_arrivals_by_region", {2022: 100, 2023: 200}),
        figures("arrivals", "TH", "africa", "mots_arrivals_by_region", {2022: 100, 2023: 100}),
        figures("visitors", "TH-83", "all", "mots_province_monthly", {2019: 400, 2022: 200, 2023: 300}),
        figures("visitors", "TH-83", "thai", "mots_province_monthly", {2019: 300, 2022: 100, 2023: 100}),
        figures("visitors", "TH-83", "foreign", "mots_province_monthly", {2019: 100, 2022: 100, 2023: 200}),
    ]
    known = {source.name: source for source in (*SOURCES, REGIONS)}
    forecasts = forecast_tables()["forecasts"]
    return Evidence(pl.concat(frames).lazy(), forecasts, known, "abc123")
