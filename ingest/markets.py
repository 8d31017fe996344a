"""Source markets as the Ministry of Tourism and Sports lists them: groups, countries below them, and `Others`."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files
from typing import Final

GROUPS: Final = (
    "east_asia",
    "europe",
    "americas",
    "south_asia",
    "oceania",
    "middle_east",
    "africa",
)
"""The groups that sum to `all`, in the ministry's order; asean and east_europe lie inside the first two."""
OTHERS: Final = "others"


def market_of(name: str, group: str | None) -> str | None:
    """The market of a row: a group, a country (ISO 3166-1 alpha-2), or the others of the group it stands below.

    None for a name that is no market. Blanks and cases do not count.
    """
    plain = " ".join(name.replace("\xa0", " ").split()).lower()
    if plain == OTHERS:
        return f"{group}_other" if group else None
    return _markets().get(plain)


@lru_cache(maxsize=1)
def _markets() -> dict[str, str]:
    with (files("ingest") / "markets.csv").open(encoding="utf-8") as handle:
        return {row["name"]: row["market"] for row in csv.DictReader(handle)}
