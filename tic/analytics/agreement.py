"""Where publishers state the same figure differently: side by side, never mixed."""

from __future__ import annotations

import polars as pl


def stated_by_all(
    observations: pl.LazyFrame, indicator: str, *, area: str, market: str, frequency: str
) -> pl.DataFrame:
    """One series as every source states it: period, then a column per source (name) with its value; in order of period.

    A source that states parts of the whole only, such as regions that sum to it, is not added up here.
    """
    chosen = observations.filter(
        (pl.col("indicator") == indicator)
        & (pl.col("area") == area)
        & (pl.col("market") == market)
        & (pl.col("frequency") == frequency)
    ).collect()
    sources = sorted(set(chosen["source"]))
    wide = chosen.pivot(on="source", on_columns=sources, index="period", values="value", aggregate_function="last")
    return wide.select("period", *sources).sort("period")


def disagreements(stated: pl.DataFrame, one: str, other: str, *, from_pct: float = 0.5) -> pl.DataFrame:
    """The periods in which two sources of `stated_by_all` differ by at least so many percent: period, one, other, and
    difference_pct of the other against the one; in order of period. Periods that only one of them states do not count.
    """
    both = stated.select("period", one, other).drop_nulls()
    difference = pl.when(pl.col(one) != 0).then((pl.col(other) - pl.col(one)) / pl.col(one) * 100)
    return (
        both.with_columns(difference_pct=difference).filter(pl.col("difference_pct").abs() >= from_pct).sort("period")
    )
