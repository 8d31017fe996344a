"""Hierarchies of areas and markets, and which parts each whole consists of.

A series is named `indicator/area/market`. Areas (province, region, country) and markets (Thai and foreign visitors, or
regions of residence, and all of them) are crossed: a grouped hierarchy (Hyndman & Athanasopoulos, Forecasting:
Principles and Practice, 3rd ed., section 11.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

Wholes = Mapping[str, Sequence[str]]
"""A smallest area or market -> the larger ones it belongs to, without itself."""


def series_name(indicator: str, area: str, market: str) -> str:
    """The `unique_id` of a series."""
    return f"{indicator}/{area}/{market}"


def grouped_parts(indicator: str, areas: Wholes, markets: Wholes) -> pl.DataFrame:
    """Every node with its smallest parts: unique_id, part (see `models.reconcile.sum_up`), in order."""
    rows = {
        (series_name(indicator, area, market), series_name(indicator, smallest_area, smallest_market))
        for smallest_area, larger_areas in areas.items()
        for smallest_market, larger_markets in markets.items()
        for area in (smallest_area, *larger_areas)
        for market in (smallest_market, *larger_markets)
    }
    return pl.DataFrame(sorted(rows), schema={"unique_id": pl.String, "part": pl.String}, orient="row")
