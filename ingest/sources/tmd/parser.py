"""The Thai Meteorological Department's weather by station (today) and by province (seven days): one figure a province.

Both answers are a list with one object; an empty cell comes as an object of attributes; dates are Common Era.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl

from ingest.json_paths import at_path
from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.statistics import figure_frame
from ingest.tabular import read_text
from tic.analytics.observation import INDICATORS
from tic.core.areas import find_province
from tic.core.errors import SourceUnreadable

TODAY: Final = {
    "MaxTemperature": "temperature_max_c",
    "MinTemperature": "temperature_min_c",
    "Rainfall": "rain_mm",
}
"""Reading of a station -> indicator; of a province's stations the extreme counts."""
SEVEN_DAYS: Final = {
    "MaximumTemperature": "temperature_max_c",
    "MinimumTemperature": "temperature_min_c",
    "PercentRainCover": "rain_area_pct",
}
"""Forecast -> indicator; the same where a province has several (Pattaya, Hua Hin, Samui, Hat Yai)."""
_TOWNS: Final = {"พัทยา": "ชลบุรี", "หาดใหญ่": "สงขลา"}
"""Towns that have a forecast of their own, without their province beside them."""
Reading = tuple[str, date, str, str | None, str]
"""Area as stated, day, indicator, figure as stated, status."""


def parse(path: Path, source: Source) -> Parsed:
    """Figures of one day or seven, by province. Raises SourceUnreadable for neither of the two answers."""
    try:
        content = json.loads(read_text(path))
    except ValueError as error:
        raise _no_weather(path) from error
    stations, forecasts = at_path(content, "0.Stations.Station"), at_path(content, "0.Provinces.Province")
    if isinstance(stations, list):
        readings, stated_at = list(_today(stations)), at_path(content, "0.Header.LastBuildDate")
    elif isinstance(forecasts, list):
        readings, stated_at = list(_seven_days(forecasts)), at_path(content, "0.header.LastBuildDate")
    else:
        raise _no_weather(path)
    return Parsed(_figures(readings, source, _day(stated_at)))


def _no_weather(path: Path) -> SourceUnreadable:
    return SourceUnreadable(
        "{file} is no answer of the Thai Meteorological Department (WeatherToday, WeatherForecast7Days).",
        file=path.name,
    )


def _today(stations: list[Any]) -> Iterator[Reading]:
    for station in stations:
        day = _day(at_path(station, "Observation.DateTime"))
        for name, indicator in TODAY.items():
            if day is not None:
                yield (
                    _text(station.get("Province")) or "",
                    day,
                    indicator,
                    _text(station["Observation"].get(name)),
                    "final",
                )


def _seven_days(forecasts: list[Any]) -> Iterator[Reading]:
    for forecast in forecasts:
        days = at_path(forecast, "SevenDaysForecast.ForecastDate") or []
        for name, indicator in SEVEN_DAYS.items():
            values = at_path(forecast, f"SevenDaysForecast.{name}") or []
            for stated, value in zip(days, values, strict=False):
                day = _day(stated)
                if day is not None:
                    yield _text(forecast.get("ProvinceNameThai")) or "", day, indicator, _text(value), "forecast"


def _text(value: Any) -> str | None:
    """A cell; an empty one is an object that only tells its unit."""
    return str(value).strip() or None if isinstance(value, (str, int, float)) else None


def _day(text: Any) -> date | None:
    for form in ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y"):
        try:
            return datetime.strptime(str(text), form).date()  # noqa: DTZ007  (a day of Bangkok)
        except ValueError:
            continue
    return None


def _figures(readings: list[Reading], source: Source, as_of: date | None) -> pl.DataFrame:
    """The highest or lowest reading of each province, day and indicator; what cannot be read stays by itself."""
    best: dict[tuple[str, date, str], dict[str, Any]] = {}
    refused: list[dict[str, Any]] = []
    for place, day, indicator, stated, status in readings:
        area = _area(place)
        row = {
            "indicator": indicator,
            "unit": INDICATORS[indicator].unit,
            "area": area,
            "market": "all",
            "frequency": "D",
            "period": day,
            "stated": stated,
            "status": status,
            "source": source.name,
            "as_of": as_of,
            "origin": f"{place} {day} {indicator}",
        }
        figure = _number(stated)
        if area is None or figure is None:
            refused.append(row if area else {**row, PROBLEMS: ["area_unknown"]})
            continue
        key = (area, day, indicator)
        if key not in best or _counts_more(indicator, figure, float(best[key]["stated"])):
            best[key] = row
    return figure_frame([*best.values(), *refused])


def _area(place: str) -> str | None:
    """The province of `หัวหิน (ประจวบคีรีขันธ์)`, of a province, or of a town that is known."""
    inner = place.partition("(")[2].rstrip(") ")
    return find_province(inner or _TOWNS.get(place, place))


def _number(stated: str | None) -> float | None:
    try:
        return float(stated) if stated is not None else None
    except ValueError:
        return None


def _counts_more(indicator: str, figure: float, than: float) -> bool:
    lowest = indicator == "temperature_min_c"
    return figure < than if lowest else figure > than
