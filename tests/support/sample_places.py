"""Real places of the starter set as listings, for tests of search."""

from __future__ import annotations

import csv
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from importlib.resources import files

from directory.listing import Listing

PROVINCES = ("TH-10", "TH-14", "TH-19", "TH-50", "TH-81", "TH-83", "TH-84")
"""Bangkok, Ayutthaya, Saraburi, Chiang Mai, Krabi, Phuket, Surat Thani."""
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4)
def sample_listings(provinces: Collection[str] = PROVINCES) -> tuple[Listing, ...]:
    """The starter places of some provinces, ordered by id; each was changed a minute after the one before."""
    rows = []
    for path in sorted((files("ingest.starter")).iterdir(), key=lambda item: item.name):
        if path.name.startswith("places_") and path.name.endswith(".csv"):
            with path.open(encoding="utf-8") as handle:
                rows += [row for row in csv.DictReader(handle) if row["province_code"] in provinces]
    rows.sort(key=lambda row: row["id"])
    return tuple(_listing(row, _FIRST_DAY + timedelta(minutes=number)) for number, row in enumerate(rows))


def _listing(row: dict[str, str], updated_at: datetime) -> Listing:
    return Listing(
        id=row["id"],
        name_th=row["name_th"] or None,
        name_en=row["name_en"] or None,
        aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
        category=row["category"],
        lat=float(row["lat"]),
        lon=float(row["lon"]),
        province_code=row["province_code"],
        website=row["website"] or None,
        sources=("starter_places",),
        updated_at=updated_at,
    )
