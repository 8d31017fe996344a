"""Server time of one interaction with the search page: `python tests/benchmarks/search_page.py` prints one JSON object.

The page's scripts run as the server runs them, over the installation that TIC_DATA_DIR names; the time is that from a
changed address to the last element of the page. Every view is a new one: no answer is kept from an earlier view.
"""

from __future__ import annotations

import json
from itertools import product
from typing import Any, Final

from page_views import measure_views

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
WARM_UP: Final[tuple[dict[str, str], ...]] = ({"q": "floating market"}, {"q": "ตลาดน้ำ"})


def measure() -> dict[str, Any]:
    """Milliseconds of the views: every text with every filter, once."""
    views = [{"q": text, **filters} for text, filters in product(TEXTS, FILTERS)]
    return measure_views(views, warm_up=WARM_UP)


if __name__ == "__main__":
    print(json.dumps(measure()))
