"""Server time of the analysts' pages: `python tests/benchmarks/analyst_pages.py` prints one JSON object.

The pages' scripts run as the server runs them, over the installation that TIC_DATA_DIR names, in the language of its
settings: each page as it stands and as known on a day, each view five times after it has been opened once.
"""

from __future__ import annotations

import json
from typing import Any

from page_views import measure_views

PAGES: dict[str, list[dict[str, str]]] = {
    "arrivals_overview.py": [{}, {"known": "2026-06-01"}],
    "province_profile.py": [{"area": "TH-83"}, {"area": "TH-50"}, {"area": "TH-83", "known": "2026-06-01"}],
    "province_figures.py": [{}, {"indicator": "receipts_thb", "frequency": "Y"}],
    "market_figures.py": [{}, {"compare": "europe,africa", "against": "reference"}],
    "seasonality.py": [{}, {"indicator": "visitors", "area": "TH-83"}],
    "explorer.py": [{}, {"indicator": "visitors", "areas": "TH-83,TH-50", "markets": "foreign"}],
    "scenarios.py": [{}, {"s": "percent_-50_2026-10_2026-12_flat_europe_Flood"}, {"event": "visa-93-2024"}],
    "event_notes.py": [{}, {"kind": "visa"}],
    "release_dates.py": [{}],
}
_TIMES = 5


def measure() -> dict[str, Any]:
    """Milliseconds of each page."""
    return {script: measure_views(views * _TIMES, script=script, warm_up=views) for script, views in PAGES.items()}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
