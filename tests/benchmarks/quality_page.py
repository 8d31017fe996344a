"""Server time of the page on data quality: `python tests/benchmarks/quality_page.py` prints one JSON object.

The page's scripts run as the server runs them, over the installation that TIC_DATA_DIR names; every view is a new one:
all agencies, each dataset, and the failing rows of each of its rules, in both languages.
"""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path
from typing import Any, Final

from streamlit.testing.v1 import AppTest

from pages import _session
from tic.catalogue.store import latest
from tic.core.database import open_database, reading
from tic.core.settings import get_settings

_APP: Final = Path(__file__).resolve().parents[2] / "pages" / "app.py"


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
    # There is no browser here that could send any.
    _session.cookie = {}.get
    page = AppTest.from_file(str(_APP), default_timeout=60).run()
    page.switch_page("data_quality.py").run()
    times_ms = []
    for view in views():
        page.query_params.clear()
        for name, value in view.items():
            page.query_params[name] = value
        started = time.perf_counter()
        page.run()
        times_ms.append((time.perf_counter() - started) * 1000)
        if page.exception or page.error:
            raise RuntimeError(f"The page fails for {view}: {page.exception or page.error}")
    quantiles = statistics.quantiles(times_ms, n=20, method="inclusive")
    return {"page_views": len(times_ms), "page_p50_ms": round(quantiles[9], 1), "page_p95_ms": round(quantiles[18], 1)}


if __name__ == "__main__":
    print(json.dumps(measure()))
