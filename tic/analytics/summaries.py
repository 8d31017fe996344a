"""Summaries of Observations for the pages: pure Polars, from a lazy scan to a small frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

REFERENCE_YEAR = 2019
"""Last full year before COVID-19, against which recovery is measured."""

SEPARATE_MARKETS = ("europe", "asia_pacific", "americas", "middle_east", "africa", "other")
"""Regions of residence in which the Ministry of Tourism and Sports states arrivals; they sum to `all`."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure with what it is compared with. Changes are percent, None where there is nothing to compare with.

    status: `preliminary` as soon as one month of the figure is, else that of the newest month. as_of: the newest.
    """

    period: date
    value: float
    last_year_pct: float | None
    reference_pct: float | None
    status: str
    source: str
    as_of: date


def monthly(
    observations: pl.LazyFrame, indicator: str, *, area: str = "TH", market: str = "all", source: str | None = None
) -> pl.DataFrame:
    """One monthly series: period, value, status, source, as_of, in order of period.

    Without `source` the figures must come from one source; where several publishers state the same series, name one.
    """
    series = observations.filter(
        (pl.col("indicator") == indicator)
        & (pl.col("area") == area)
        & (pl.col("market") == market)
        & (pl.col("frequency") == "M")
    )
    if source:
        series = series.filter(pl.col("source") == source)
    return series.sort("period").select("period", "value", "status", "source", "as_of").collect()


def newest_statement(observations: pl.LazyFrame, indicator: str, *, area: str, market: str) -> pl.DataFrame:
    """One monthly series in which every month is as its publisher's newest feed states it: the columns of `monthly`.

    For feeds of one publisher that correct one another, such as the provincial figures and a year's workbook of them.
    """
    series = monthly(observations, indicator, area=area, market=market)
    return series.sort("as_of", "source").unique("period", keep="last").sort("period")


def province_months(observations: pl.LazyFrame, indicator: str, *, market: str) -> pl.DataFrame:
    """Monthly figures of all provinces: part (the province), period, value.

    Where feeds of one publisher state the same figure, the newest statement holds.
    """
    stated = observations.filter(
        (pl.col("indicator") == indicator)
        & (pl.col("market") == market)
        & (pl.col("frequency") == "M")
        & pl.col("area").str.starts_with("TH-")
    ).collect()
    single = stated.sort("as_of", "source").unique(["area", "period"], keep="last")
    return single.select("period", "value", part="area").sort("part", "period")


def national_of_provinces(observations: pl.LazyFrame, indicator: str, *, market: str) -> pl.DataFrame:
    """The sum of all provinces by month, where all of those that ever have a figure have one: period, value.

    For additive indicators (see `province_months`).
    """
    months = province_months(observations, indicator, market=market)
    sums = months.group_by("period").agg(pl.col("value").sum(), areas=pl.col("part").n_unique())
    return sums.filter(pl.col("areas") == months["part"].n_unique()).sort("period").select("period", "value")


def foreign_guests(observations: pl.LazyFrame) -> pl.DataFrame:
    """Foreign guests in accommodation by month, of all provinces that state guests and visitors: period, value.

    Guests are published for Thai and foreign visitors together; in each province and month they are given to both as
    its visitors are. Months in which a province is missing that ever has figures are left out.
    """
    guests, every, foreign = (
        province_months(observations, indicator, market=market)
        for indicator, market in (("guests", "all"), ("visitors", "all"), ("visitors", "foreign"))
    )
    keys = ["part", "period"]
    joined = guests.join(every.rename({"value": "every"}), on=keys).join(foreign.rename({"value": "foreign"}), on=keys)
    share = pl.when(pl.col("every") > 0).then(pl.col("foreign") / pl.col("every")).otherwise(0.0)
    months = joined.group_by("period").agg(value=(pl.col("value") * share).sum(), parts=pl.len())
    return months.filter(pl.col("parts") == joined["part"].n_unique()).sort("period").select("period", "value")


def choices(observations: pl.LazyFrame) -> pl.DataFrame:
    """What there are figures of: indicator, frequency, area, market, each combination once, in order."""
    names = ["indicator", "frequency", "area", "market"]
    # The figures of a series lie together in a file: most repeat the row before, which is quicker told than hashed.
    begins = pl.any_horizontal(pl.col(name) != pl.col(name).shift(fill_value="") for name in names)
    return observations.select(names).filter(begins).unique().sort(names).collect(engine="streaming")


def chosen(
    observations: pl.LazyFrame, indicator: str, *, frequency: str, areas: Sequence[str], markets: Sequence[str]
) -> pl.DataFrame:
    """All figures of an indicator for areas and markets as every source states them, side by side: area, market,
    source, period, value, unit, status, as_of, in this order."""
    columns = ["area", "market", "source", "period"]
    return (
        observations.filter(
            (pl.col("indicator") == indicator)
            & (pl.col("frequency") == frequency)
            & pl.col("area").is_in(list(areas))
            & pl.col("market").is_in(list(markets))
        )
        .select(*columns, "value", "unit", "status", "as_of")
        .sort(columns)
        .collect()
    )


def areas(observations: pl.LazyFrame, indicator: str, *, market: str) -> list[str]:
    """Areas with monthly figures of an indicator in a market, in the order of their codes."""
    found = (
        observations.filter(
            (pl.col("indicator") == indicator) & (pl.col("market") == market) & (pl.col("frequency") == "M")
        )
        .select(pl.col("area").unique())
        .collect()
    )
    return sorted(found["area"].to_list())


def change_pct(value: float, base: float | None) -> float | None:
    """Change against a base, percent; None without a base or for a base of zero."""
    return None if not base else (value / base - 1) * 100


def latest_month(series: pl.DataFrame) -> Headline | None:
    """The newest month of a monthly series against the same month of last year and of 2019."""
    return _headline(series, series["period"].max(), year_to_date=False)


def year_to_date(series: pl.DataFrame) -> Headline | None:
    """January to the newest month, against the same months of last year and of 2019. For additive indicators."""
    return _headline(series, series["period"].max(), year_to_date=True)


def _headline(series: pl.DataFrame, newest: object, *, year_to_date: bool) -> Headline | None:
    if not isinstance(newest, date):
        return None
    first = 1 if year_to_date else newest.month

    def months(year: int) -> pl.DataFrame:
        return series.filter(
            (pl.col("period").dt.year() == year) & pl.col("period").dt.month().is_between(first, newest.month)
        )

    def total(year: int) -> float | None:
        found = months(year)
        complete = found.height == newest.month - first + 1 and found["value"].null_count() == 0
        return float(found["value"].sum()) if complete else None

    value = total(newest.year)
    if value is None:
        return None
    stated = months(newest.year)
    last = stated.filter(pl.col("period") == newest).row(0, named=True)
    return Headline(
        period=newest,
        value=value,
        last_year_pct=change_pct(value, total(newest.year - 1)),
        reference_pct=change_pct(value, total(REFERENCE_YEAR)),
        status="preliminary" if "preliminary" in stated["status"] else last["status"],
        source=last["source"],
        as_of=max(stated["as_of"]),
    )


def by_market(
    observations: pl.LazyFrame, indicator: str = "arrivals", *, source: str = "mots_arrivals_by_region"
) -> pl.DataFrame:
    """Monthly figures per separate market as one source states them: period, market, value, status, source, as_of."""
    return (
        observations.filter(
            (pl.col("indicator") == indicator)
            & (pl.col("area") == "TH")
            & (pl.col("frequency") == "M")
            & pl.col("market").is_in(SEPARATE_MARKETS)
            & (pl.col("source") == source)
        )
        .sort("period", "market")
        .select("period", "market", "value", "status", "source", "as_of")
        .collect()
    )


def provinces(observations: pl.LazyFrame, indicator: str, *, market: str, frequency: str, period: date) -> pl.DataFrame:
    """One figure per province for a period, with the same period a year before: area, value, last_year,
    change_pct (percent), unit, status, source, as_of; the highest first."""
    year_before = period.replace(year=period.year - 1)
    chosen = observations.filter(
        (pl.col("indicator") == indicator)
        & (pl.col("market") == market)
        & (pl.col("frequency") == frequency)
        & pl.col("area").str.starts_with("TH-")
        & pl.col("period").is_in([period, year_before])
    ).collect()
    # Where a corrected feed states the same figure as an older one, the later statement holds.
    chosen = chosen.sort("as_of", "source").unique(["area", "period"], keep="last")
    now, before = (chosen.filter(pl.col("period") == when) for when in (period, year_before))
    return (
        now.join(before.select("area", last_year="value"), on="area", how="left")
        .with_columns(
            change_pct=pl.when(pl.col("last_year") > 0).then((pl.col("value") / pl.col("last_year") - 1) * 100)
        )
        .select("area", "value", "last_year", "change_pct", "unit", "status", "source", "as_of")
        .sort("value", "area", descending=[True, False])
    )


def periods(observations: pl.LazyFrame, indicator: str, *, market: str, frequency: str) -> list[date]:
    """Periods for which provinces have a figure of an indicator in a market, newest first."""
    found = (
        observations.filter(
            (pl.col("indicator") == indicator)
            & (pl.col("market") == market)
            & (pl.col("frequency") == frequency)
            & pl.col("area").str.starts_with("TH-")
        )
        .select(pl.col("period").unique())
        .collect()
    )
    return sorted(found["period"].to_list(), reverse=True)
