"""Small frames of forecasts for the pages: pure functions, from what the job wrote to what is shown."""

from __future__ import annotations

from typing import Final

import polars as pl

from tic.analytics.observation import INDICATORS
from tic.core.areas import COUNTRY, REGIONS, provinces

COMBINATION: Final = "ensemble"
NOWCAST: Final = "nowcast"
MONTHS_OF_A_YEAR: Final = 12
BANDS: Final = ((1, 3), (4, 12), (13, 24))
"""Months ahead, first and last, that are told together."""
_WHOLES: Final = ("all", "regions")


def split_name(unique_id: str) -> tuple[str, str, str]:
    """Indicator, area and market of a series."""
    indicator, area, market = unique_id.split("/")
    return indicator, area, market


def coming_year(forecasts: pl.DataFrame) -> pl.DataFrame:
    """The combination's next twelve months of every series: unique_id, value (added up, or the mean of a rate)."""
    rates = [code for code, item in INDICATORS.items() if not item.additive]
    rate = pl.col("unique_id").str.split("/").list.first().is_in(rates)
    ahead = forecasts.filter((pl.col("model") == COMBINATION) & (pl.col("horizon") <= MONTHS_OF_A_YEAR))
    return (
        ahead.group_by("unique_id", maintain_order=True)
        .agg(total=pl.col("yhat").sum(), mean=pl.col("yhat").mean())
        .select("unique_id", value=pl.when(rate).then("mean").otherwise("total"))
    )


def area_order(code: str) -> tuple[int, str]:
    """The country first, then regions, then the rest by code."""
    return (0 if code == COUNTRY else 1 if code in REGIONS else 2, code)


def area_rank(unique_id: str) -> int:
    """0 for a series of the country, 1 of a region, 2 of anything smaller."""
    return area_order(split_name(unique_id)[1])[0]


def parts_of(unique_id: str, known: frozenset[str]) -> list[str]:
    """The series that a series directly consists of: its areas one step down, and its markets."""
    indicator, area, market = split_name(unique_id)
    if area == COUNTRY:
        areas: list[str] = list(REGIONS)
    else:
        areas = [code for code, province in provinces().items() if province.region == area]
    found = [name for code in areas if (name := f"{indicator}/{code}/{market}") in known]
    if market == _whole(indicator, area, known):
        inside = f"{indicator}/{area}/"
        found += sorted(name for name in known if name.startswith(inside) and split_name(name)[2] not in _WHOLES)
    return found


def wholes_of(unique_id: str, known: frozenset[str]) -> list[str]:
    """The series that a series is a direct part of."""
    indicator, area, market = split_name(unique_id)
    larger = COUNTRY if area in REGIONS else provinces()[area].region if area in provinces() else ""
    found = [f"{indicator}/{larger}/{market}"]
    if market not in _WHOLES:
        found.append(f"{indicator}/{area}/{_whole(indicator, area, known)}")
    return sorted(name for name in found if name in known)


def _whole(indicator: str, area: str, known: frozenset[str]) -> str:
    """The market that is the sum of the markets of an area: regions of residence may have one of their own."""
    return next((market for market in reversed(_WHOLES) if f"{indicator}/{area}/{market}" in known), "")


def residuals(backtest: pl.DataFrame, model: str) -> pl.DataFrame:
    """A model's past errors in percent of the truth, months without truth or of zero left out: period, value (percent,
    positive where it told too little), series (one of BANDS as `1-3`)."""
    band = pl.col("horizon")
    named = pl.coalesce(
        *(pl.when(band.is_between(first, last)).then(pl.lit(f"{first}–{last}")) for first, last in BANDS)
    )
    return (
        backtest.filter((pl.col("model") == model) & (pl.col("y") > 0))
        .select(period="ds", value=(pl.col("y") - pl.col("yhat")) / pl.col("y") * 100, series=named)
        .drop_nulls()
        .sort("period")
    )


def by_band(rows: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Forecasts beside their truth, counted per group of `by` and band of months ahead.

    rows: unique_id, y, yhat, scale, horizon, lo_80, hi_80, lo_95, hi_95. Returns by, band, months (figures compared),
    series, mase, mape (percent), covered_80, covered_95 (share from 0 to 1, null without intervals).
    """
    error = (pl.col("y") - pl.col("yhat")).abs()
    named = pl.coalesce(
        *(pl.when(pl.col("horizon").is_between(*pair)).then(pl.lit(f"{pair[0]}–{pair[1]}")) for pair in BANDS)
    )
    return (
        rows.with_columns(band=named, order=pl.col("horizon"))
        .group_by(*by, "band")
        .agg(
            pl.col("order").min(),
            months=pl.len(),
            series=pl.col("unique_id").n_unique(),
            mase=(error / pl.col("scale")).mean(),
            mape=(100 * error / pl.col("y")).filter(pl.col("y") > 0).mean(),
            covered_80=pl.col("y").is_between("lo_80", "hi_80").mean(),
            covered_95=pl.col("y").is_between("lo_95", "hi_95").mean(),
        )
        .sort(*by, "order")
        .drop("order")
    )
