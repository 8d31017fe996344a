"""Server time of the page on data quality: `python tests/benchmarks/quality_page.py` prints one JSON object.

The page's scripts run as the server runs them, over the installation that TIC_DATA_DIR names; every view is a new one:
all agencies, each dataset, and the failing rows of each of its rules, in both languages.
"""

from __future__ import annotations

import json
from typing import Any

from page_views import measure_views

from tic.catalogue.store import latest
from tic.core.database import open_database, reading
from tic.core.settings import get_settings


def views() -> list[dict[str, str]]:
    """The parameters of every view there is."""
    with reading(open_database(get_settings().database)) as connection:
        kept = latest(connection)
    found: list[dict[str, str]] = [{}]
    for name, item in kept.items():
        found.append({"source": name})
        found += [{"source": name, "rule": one.rule} for one in item.results if one.passed < one.looked_at]
    return [{**view, "lang": language} for language in ("th", "en") for view in found]


def measure() -> dict[str, Any]:
    """Milliseconds of the views, each once."""
    return measure_views(views(), script="data_quality.py")


if __name__ == "__main__":
    print(json.dumps(measure()))
