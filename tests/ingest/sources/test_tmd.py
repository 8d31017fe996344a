"""Weather by province: the extreme of its stations, today and seven days ahead."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.harvest import FetchReport
from ingest.parsers import load_parser
from ingest.pipeline import RunReport
from ingest.source import Expectation, Source, get_source
from ingest.statistics import Figures, clean_statistics
from tic.analytics.warehouse import scan_observations
from tic.core.errors import SourceUnreadable
from tic.core.settings import Settings
from web_site import Reply, WebSite

Write = Callable[[Any], Path]


def station(province: str, day: str = "2024-10-13", **values: Any) -> dict[str, Any]:
    usual = {"MaxTemperature": "33.6", "MinTemperature": "23.3", "Rainfall": "0.00"}
    return {"Province": province, "Observation": {"DateTime": f"{day} 07:00", **usual, **values}}


def today(*stations: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"Header": {"LastBuildDate": "2024-10-13 19:02:47"}, "Stations": {"Station": list(stations)}}]


@pytest.fixture
def clean(tmp_path: Path) -> Callable[[str, Any], Figures]:
    def read(name: str, content: Any) -> Figures:
        path = tmp_path / "tmd.json"
        path.write_text(
            content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8"
        )
        source = get_source(name)
        return clean_statistics(load_parser(source)(path, source), source)

    return read


def values(frame: pl.DataFrame) -> dict[tuple[str, str], float]:
    return {(row["area"], row["indicator"]): row["value"] for row in frame.iter_rows(named=True)}


def test_of_the_stations_of_a_province_the_extreme_counts(clean: Callable[[str, Any], Figures]) -> None:
    figures = clean(
        "tmd_today",
        today(
            station("เชียงใหม่", MaxTemperature="33.1", MinTemperature="22.0", Rainfall="4.2"),
            station("เชียงใหม่", MaxTemperature="23.3", MinTemperature="17.7", Rainfall="9.9"),
        ),
    )
    assert values(figures.observations) == {
        ("TH-50", "temperature_max_c"): 33.1,
        ("TH-50", "temperature_min_c"): 17.7,
        ("TH-50", "rain_mm"): 9.9,
    }
    assert figures.observations.select("unit", "frequency", "period", "as_of").row(0) == (
        "°C", "D", date(2024, 10, 13), date(2024, 10, 13),
    )  # fmt: skip


def test_an_empty_cell_and_an_unknown_place_are_refused_and_nothing_else(clean: Callable[[str, Any], Figures]) -> None:
    empty = {"@attributes": {"Unit": "celcius"}}
    figures = clean("tmd_today", today(station("ตราด", MaxTemperature=empty), station("แอตแลนติส")))
    assert values(figures.observations) == {("TH-23", "temperature_min_c"): 23.3, ("TH-23", "rain_mm"): 0.0}
    assert [row.reasons for row in figures.rejected] == [("figure_missing",), *[("area_unknown",)] * 3]


def test_a_forecast_may_lie_ahead_and_a_measurement_may_not(clean: Callable[[str, Any], Figures]) -> None:
    tomorrow = datetime.now(UTC).date() + timedelta(days=2)
    forecast = {
        "ProvinceNameThai": "หัวหิน (ประจวบคีรีขันธ์)",
        "SevenDaysForecast": {
            "ForecastDate": [tomorrow.strftime("%d/%m/%Y")],
            "MaximumTemperature": ["32.0"],
            "MinimumTemperature": ["23.0"],
            "PercentRainCover": ["20"],
        },
    }
    figures = clean("tmd_seven_days", [{"header": {}, "Provinces": {"Province": [forecast]}}])
    assert figures.observations.select("area", "status", "period").unique().rows() == [("TH-77", "forecast", tomorrow)]
    ahead = clean("tmd_today", today(station("ตราด", day=tomorrow.isoformat())))
    assert {row.reasons for row in ahead.rejected} == {("period_in_future",)}


@pytest.mark.parametrize("content", ['{"error": "invalid key"}', "Access denied", "[]"])
def test_another_answer_is_told(content: str, clean: Callable[[str, Any], Figures]) -> None:
    with pytest.raises(SourceUnreadable, match="no answer of the Thai Meteorological Department"):
        clean("tmd_today", content)


def test_days_are_added_to_those_that_came_before(
    fetch: Callable[..., list[FetchReport]],
    read_kept: Callable[..., list[RunReport]],
    web_site: WebSite,
    open_settings: Settings,
) -> None:
    source = get_source("tmd_today")
    assert source.fetch is not None
    keys = tuple(replace(key, name="agency") for key in source.fetch.keys)
    here: Source = replace(
        source, expect=Expectation(1, 9), fetch=replace(source.fetch, url=web_site.at("/w"), keys=keys)
    )
    for day in ("2024-10-13", "2024-10-14", "2024-10-14"):
        web_site.put("/w", Reply(today(station("ตราด", day=day))))
        fetch(here)
        assert read_kept(here)[0].accepted == 3
    assert {"uid", "ukey", "format"} <= set(web_site.seen[-1].query)
    stored = scan_observations(open_settings.warehouse).collect()
    assert sorted(stored["period"].unique().to_list()) == [date(2024, 10, 13), date(2024, 10, 14)]
    assert stored.height == 6


def test_what_the_department_sends_is_read(shared_data: Path) -> None:
    folder = shared_data / "api_samples"
    counts = {}
    for name, file in (("tmd_today", "tmd_WeatherToday.json"), ("tmd_seven_days", "tmd_WeatherForecast7Days.json")):
        source = get_source(name)
        figures = clean_statistics(load_parser(source)(folder / file, source), source)
        assert source.expect.least <= figures.observations.height <= source.expect.most
        counts[name] = (figures.observations["area"].n_unique(), len(figures.rejected))
    assert counts == {"tmd_today": (72, 2), "tmd_seven_days": (77, 0)}
