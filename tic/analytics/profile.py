"""What the newest twelve months of a province mean: per visitor, per square kilometre, against its busiest month."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from tic.analytics.growth import rolling_year
from tic.analytics.intensity import density, foreign_share_pct, pressure_pct, spend_per_visitor_thb
from tic.analytics.summaries import REFERENCE_YEAR

SeriesOf = Callable[[str, str], pl.DataFrame]
"""Monthly figures (period, value) of an indicator and a market in the province."""


@dataclass(frozen=True, slots=True)
class ProvinceYear:
    """Ratios of tic.analytics.intensity over the newest twelve months; each None where a figure for it is missing.

    pressure_pct: visitors of the newest month as percent of the busiest month of the reference year.
    """

    spend_per_visitor_thb: float | None
    foreign_share_pct: float | None
    visitors_per_km2_day: float | None
    pressure_pct: float | None


def province_year(area: str, series_of: SeriesOf) -> ProvinceYear:
    """The year of a province."""
    told = pl.DataFrame(
        {
            "area": [area],
            "visitors": [_year(series_of("visitors", "all"))],
            "thai": [_year(series_of("visitors", "thai"))],
            "foreign": [_year(series_of("visitors", "foreign"))],
            "receipts_thb": [_year(series_of("receipts_thb", "all"))],
        },
        schema_overrides=dict.fromkeys(("visitors", "thai", "foreign", "receipts_thb"), pl.Float64),
    )
    row = density(foreign_share_pct(spend_per_visitor_thb(told))).row(0, named=True)
    visitors = series_of("visitors", "all").select("period", "value", area=pl.lit(area))
    pressure = pressure_pct(visitors, reference_year=REFERENCE_YEAR)["pressure_pct"]
    return ProvinceYear(
        spend_per_visitor_thb=row["spend_per_visitor_thb"],
        foreign_share_pct=row["foreign_share_pct"],
        visitors_per_km2_day=row["visitors_per_km2_day"],
        pressure_pct=pressure[-1] if len(pressure) else None,
    )


def _year(series: pl.DataFrame) -> float | None:
    rolled = rolling_year(series.select("period", "value"))
    return float(rolled["value"][-1]) if rolled.height else None
