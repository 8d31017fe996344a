"""Server time of the pages of forecasts: `python tests/benchmarks/forecast_page.py` prints one JSON object.

The scripts run as the server runs them, over the installation that TIC_DATA_DIR names, in both languages: a sample of
the series of the last forecast run, each shown for the first time, and the page of their accuracy.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final

from page_views import measure_views

from pages._forecast_data import split_name
from tic.analytics.warehouse import read_forecasts
from tic.core.settings import get_settings

_EVERY: Final = 12


def views() -> list[dict[str, str]]:
    """Every twelfth series, by name."""
    names = read_forecasts(get_settings().warehouse, "series")["unique_id"].sort()[::_EVERY]
    parts = [dict(zip(("indicator", "area", "market"), split_name(name), strict=True)) for name in names]
    return [{**view, "lang": language} for language in ("th", "en") for view in parts]


def measure() -> dict[str, Any]:
    """Milliseconds of the views, each once, after one to load what every view needs; and how busy the machine was."""
    warm: list[dict[str, str]] = [{}]
    return {
        "forecast": measure_views(views(), script="arrivals_forecast.py", warm_up=warm),
        "accuracy": measure_views([{"lang": "th"}, {"lang": "en"}] * 5, script="forecast_accuracy.py", warm_up=warm),
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    print(json.dumps(measure()))
