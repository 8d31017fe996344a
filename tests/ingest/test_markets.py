from __future__ import annotations

import pytest

from ingest.markets import market_of


@pytest.mark.parametrize(
    ("name", "group", "market"),
    [
        ("East  Asia", None, "east_asia"),
        ("\xa0\xa0\xa0\xa0Hong\xa0Kong", "east_asia", "HK"),
        ("Brunai", "east_asia", "BN"),
        ("U.S.A.", "americas", "US"),
        ("Others", "europe", "europe_other"),
        ("Grand  Total", "africa", "all"),
        ("Others", None, None),
        ("Atlantis", "oceania", None),
    ],
)
def test_markets_are_known_by_the_names_the_ministry_writes(name: str, group: str | None, market: str | None) -> None:
    assert market_of(name, group) == market
