"""Server time of one interaction with the search page: `python tests/benchmarks/search_page.py` prints one JSON object.

The page's scripts run as the server runs them, over the installation that TIC_DATA_DIR names; the time is that from a
changed address to the last element of the page. Every view is a new one: no answer is kept from an earlier view.
"""

from __future__ import annotations

import json
import statistics
import time
from itertools import product
from pathlib import Path
from typing import Any, Final

from streamlit.testing.v1 import AppTest

from pages import _session

TEXTS: Final = (
    *("", "Wat Pho", "วัดพระแก้ว", "Hat Patong", "Jatujak", "chatuchak makret", "temples in Chiang Mai", "ร้านอาหารภูเก็ต"),
    *("hotel", "beach near Phuket airport", "Erawn Museum", "ตลาดน้ำอัมพวา", "cafe", "ก", "xyzzyqwv"),
)
FILTERS: Final[tuple[dict[str, str], ...]] = (
    {},
    {"province": "TH-10"},
    {"category": "nature", "lang": "en"},
    {"near": "13.7563,100.5018", "radius_km": "10"},
    {"near": "18.7883,98.9853", "sort": "distance"},
)
_APP: Final = Path(__file__).resolve().parents[2] / "pages" / "app.py"


def measure() -> dict[str, Any]:
    """Milliseconds of the views: every text with every filter, once."""
    # There is no browser here that could send any.
    _session.cookie = {}.get
    page = AppTest.from_file(str(_APP), default_timeout=60).run()
    for text in ("floating market", "ตลาดน้ำ"):
        page.query_params["q"] = text
        page.run()
    times_ms = []
    for text, filters in product(TEXTS, FILTERS):
        page.query_params.clear()
        for name, value in {"q": text, **filters}.items():
            page.query_params[name] = value
        started = time.perf_counter()
        page.run()
        times_ms.append((time.perf_counter() - started) * 1000)
        if page.exception or page.error:
            raise RuntimeError(f"The page fails for {text} {filters}: {page.exception or page.error}")
    quantiles = statistics.quantiles(times_ms, n=20, method="inclusive")
    return {"page_views": len(times_ms), "page_p50_ms": round(quantiles[9], 1), "page_p95_ms": round(quantiles[18], 1)}


if __name__ == "__main__":
    print(json.dumps(measure()))
