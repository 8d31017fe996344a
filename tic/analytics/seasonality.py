"""How unevenly a year is spread over its months: indices of the months, Gini coefficient, the busiest month.

Only complete calendar years count, and years of a known break can be left out: a year without visitors from abroad has
no season. Frames of a monthly series hold `period` (first day of the month) and `value` (of an additive indicator).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import polars as pl

COVID_YEARS: Final = frozenset({2020, 2021, 2022})
"""Years in which borders were closed or opened again (April 2020 to June 2022): an intervention, not a season."""
_MONTHS: Final = 12


def complete_years(series: pl.DataFrame, *, without: Collection[int] = ()) -> pl.DataFrame:
    """The years with all twelve months and a total above zero: year, month (1 to 12), value; in order."""
    told = series.drop_nulls("value").select(
        year=pl.col("period").dt.year(), month=pl.col("period").dt.month(), value=pl.col("value")
    )
    whole = (pl.col("month").n_unique().over("year") == _MONTHS) & (pl.col("value").sum().over("year") > 0)
    return told.filter(whole & ~pl.col("year").is_in(list(without))).sort("year", "month")


def seasonal_indices(series: pl.DataFrame, *, without: Collection[int] = COVID_YEARS) -> pl.DataFrame:
    """The twelve months with their mean share of a year: month, index, years.

    index: the month as percent of the average month of its year, averaged over the years (ratio to the yearly mean);
    the twelve average 100. Empty without a complete year.
    """
    ratio = pl.col("value") / pl.col("value").mean().over("year") * 100
    years = complete_years(series, without=without).with_columns(ratio=ratio)
    return years.group_by("month").agg(index=pl.col("ratio").mean(), years=pl.col("year").n_unique()).sort("month")


def seasonality_by_year(series: pl.DataFrame) -> pl.DataFrame:
    """Each complete year: year, total, gini, peak_month (1 to 12), peak_share_pct, in order.

    gini: 0 when all months are alike, 11/12 when everything happens in one; G = 2 sum(i x_i) / (n sum x) - (n + 1) / n
    over the months in ascending order (Lundtorp 2001, Measuring tourism seasonality). peak_share_pct: of the year.
    """
    value, rank = pl.col("value").sort(), pl.int_range(1, pl.len() + 1)
    gini = 2 * (rank * value).sum() / (_MONTHS * value.sum()) - (_MONTHS + 1) / _MONTHS
    return (
        complete_years(series)
        .group_by("year")
        .agg(
            total=pl.col("value").sum(),
            gini=gini,
            peak_month=pl.col("month").get(pl.col("value").arg_max()),
            peak_share_pct=pl.col("value").max() / pl.col("value").sum() * 100,
        )
        .sort("year")
    )


def month_by_year(series: pl.DataFrame) -> pl.DataFrame:
    """Every month of every year, also of years that are not complete: year, month, value, share_pct.

    share_pct: of the year's total, null where the year is not complete.
    """
    whole = complete_years(series).select("year").unique()
    told = series.select(
        year=pl.col("period").dt.year(), month=pl.col("period").dt.month(), value=pl.col("value")
    ).join(whole.with_columns(is_whole=True), on="year", how="left")
    share = pl.col("value") / pl.col("value").sum().over("year") * 100
    return told.with_columns(share_pct=pl.when(pl.col("is_whole")).then(share)).drop("is_whole").sort("year", "month")
