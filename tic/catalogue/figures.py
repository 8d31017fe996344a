"""Rules on the observations of a source of statistics. Each takes the evidence and gives verdicts.

A figure is named `indicator area market period`. Sums are formed of additive indicators only (persons, baht).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl

from tic.catalogue.evidence import Evidence, nothing, verdicts
from tic.catalogue.places import Check, QuarantineTest
from tic.catalogue.schedule import overdue_before, periods_before
from tic.core.areas import COUNTRY, provinces

_SERIES: Final = ("indicator", "area", "market", "frequency")
_INTERVAL: Final = {"D": "1d", "M": "1mo", "Q": "3mo", "Y": "1y"}
_ADDITIVE: Final = ("persons", "THB")
_TOTAL: Final = "all"
_TRAVELLERS: Final = ("thai", "foreign")
SUM_TOLERANCE: Final = 0.001
"""Parts and total may differ by a thousandth or by one unit: publishers round."""
SAME_PCT: Final = 0.01
SAME_POINTS: Final = 1.0
"""Figures of two sources are the same within one percent, or one point where they are percentages."""
SETTLED_AFTER: Final = timedelta(days=365)
PERIODS_DUE: Final = {"M": 12, "Q": 8, "Y": 3}
"""How many of the latest periods that are due are looked at; figures of single days, such as the weather's, are not."""
OUTLIER_STEPS: Final = 5.0
OUTLIER_RATIO: Final = 2.0
LEAST_FOR_OUTLIERS: Final = 24

_GROUPS_WITHIN: Final = ("asean", "east_europe")
"""Groups of markets that the Ministry of Tourism and Sports states within East Asia and within Europe."""
_REASONS: Final = (
    "area_unknown",
    "figure_missing",
    "figure_negative",
    "figure_unreadable",
    "figure_implausible",
    "formula",
    "indicator_unknown",
    "market_unknown",
    "percent_beyond_100",
    "period_in_future",
    "period_missing",
    "row_ragged",
    "stray_row",
)
_NAME: Final = pl.concat_str(
    [pl.col("indicator"), pl.col("area"), pl.col("market"), pl.col("period").dt.strftime("%Y-%m")], separator=" "
)


def _number(column: str) -> pl.Expr:
    """A figure in words: two decimals at most."""
    return pl.col(column).round(2).cast(pl.String).str.strip_suffix(".0")


def _named(frame: pl.DataFrame, passed: pl.Expr, detail: pl.Expr) -> pl.DataFrame:
    return verdicts(frame, row=_NAME, passed=passed, label=_NAME, detail=detail)


def figure_no_gap(evidence: Evidence) -> pl.DataFrame:
    """Every period between the first and the last of a series is there."""
    parts = []
    for (frequency,), part in evidence.rows.partition_by("frequency", as_dict=True).items():
        every = _INTERVAL[str(frequency)]
        spans = part.group_by(_SERIES).agg(pl.col("period").min().alias("first"), pl.col("period").max().alias("last"))
        due = spans.with_columns(period=pl.date_ranges("first", "last", interval=every)).explode("period")
        stated = part.select(*_SERIES, "period", stated=pl.lit(value=True))
        parts.append(due.join(stated, on=[*_SERIES, "period"], how="left", maintain_order="left"))
    if not parts:
        return nothing()
    return _named(pl.concat(parts).sort(*_SERIES, "period"), pl.col("stated"), pl.lit("–"))


def figure_all_provinces(evidence: Evidence) -> pl.DataFrame:
    """Where a table has provinces, every period has all 77 of them."""
    by_province = evidence.rows.filter(pl.col("area").str.starts_with("TH-"))
    if by_province.is_empty():
        return nothing()
    keys = ["indicator", "market", "frequency", "period"]
    due = by_province.select(keys).unique().join(pl.DataFrame({"area": list(provinces())}), how="cross")
    stated = by_province.select(*keys, "area", stated=pl.lit(value=True))
    whole = due.join(stated, on=[*keys, "area"], how="left").sort(*keys, "area")
    return _named(whole, pl.col("stated"), pl.lit("–"))


def figure_agrees(evidence: Evidence) -> pl.DataFrame:
    """Half or more of the other sources with the figure have the same within one percent (percentages: one point)."""
    keys = [*_SERIES, "period"]
    pairs = evidence.rows.join(evidence.others.select(*keys, other="value", other_source="source"), on=keys)
    apart = (pl.col("value") - pl.col("other")).abs()
    allowed = pl.when(pl.col("unit") == "percent").then(SAME_POINTS).otherwise(SAME_PCT * pl.col("other").abs())
    stated = pl.format("{}: {}", "other_source", _number("other"))
    by_figure = (
        pairs.rechunk()
        .with_columns(agrees=apart <= allowed, stated=stated)
        .group_by(keys)
        .agg(pl.col("value").first(), pl.col("agrees").mean(), pl.col("stated").sort().str.join("; "))
        .sort(keys)
    )
    return _named(by_figure, pl.col("agrees") >= 0.5, pl.format("{}; {}", _number("value"), "stated"))


def figure_no_outlier(evidence: Evidence) -> pl.DataFrame:
    """No month stands out from both the one before and the one after it, up or down, as its series goes.

    The step in logarithms must be above a factor of two and five times the median step of the series, on both sides:
    a fall that lasts, as in April 2020, is none. Series of 24 months and more are looked at, but for their ends.
    """
    monthly = evidence.rows.filter(pl.col("frequency") == "M").sort(*_SERIES, "period")
    log = (pl.col("value") + 1).log()
    told = (
        monthly.filter(pl.len().over(_SERIES) >= LEAST_FOR_OUTLIERS)
        .with_columns(
            before=(log - log.shift(1)).over(_SERIES),
            after=(log - log.shift(-1)).over(_SERIES),
            earlier=pl.col("value").shift(1).over(_SERIES),
            later=pl.col("value").shift(-1).over(_SERIES),
        )
        .with_columns(usual=pl.col("before").abs().median().over(_SERIES))
        .drop_nulls(["before", "after"])
    )
    step = pl.min_horizontal(pl.col("before").abs(), pl.col("after").abs())
    same_side = pl.col("before").sign() == pl.col("after").sign()
    outlier = same_side & (step > OUTLIER_STEPS * pl.col("usual")) & (step > pl.lit(OUTLIER_RATIO).log())
    return _named(told, ~outlier, pl.format("{} → {} → {}", *(_number(name) for name in ("earlier", "value", "later"))))


def parts_make_total(evidence: Evidence) -> pl.DataFrame:
    """Thai and foreign visitors, or the markets of residence, make the total where all of them are stated."""
    keys = ["indicator", "area", "frequency", "period"]
    additive = evidence.rows.filter(pl.col("unit").is_in(_ADDITIVE))
    total = additive.filter(pl.col("market") == _TOTAL).select(*keys, total="value")
    # A country, the rest of a group and a group within a group are in the figure of the group already.
    within = pl.col("market").str.contains(r"^[A-Z]{2}$|_other$") | pl.col("market").is_in(_GROUPS_WITHIN)
    parts = additive.filter((pl.col("market") != _TOTAL) & ~within)
    travellers = pl.col("market").is_in(_TRAVELLERS)
    sums = parts.group_by(keys).agg(
        pl.col("value").sum().alias("sum"), travellers.all().alias("travellers"), pl.len().alias("parts")
    )
    whole = sums.filter(~pl.col("travellers") | (pl.col("parts") == len(_TRAVELLERS)))
    joined = total.join(whole, on=keys).with_columns(market=pl.lit(_TOTAL)).sort(keys)
    return _named(joined, _is_sum(), _sum_detail())


def provinces_make_nation(evidence: Evidence) -> pl.DataFrame:
    """The sum of all provinces is the figure of the country where a source has both."""
    keys = ["indicator", "market", "frequency", "period"]
    additive = evidence.rows.filter(pl.col("unit").is_in(_ADDITIVE))
    nation = additive.filter(pl.col("area") == COUNTRY).select(*keys, total="value")
    sums = (
        additive.filter(pl.col("area").str.starts_with("TH-"))
        .group_by(keys)
        .agg(pl.col("value").sum().alias("sum"), pl.len().alias("provinces"))
        .filter(pl.col("provinces") == len(provinces()))
    )
    return _named(nation.join(sums, on=keys).with_columns(area=pl.lit(COUNTRY)).sort(keys), _is_sum(), _sum_detail())


def _is_sum() -> pl.Expr:
    apart = (pl.col("sum") - pl.col("total")).abs()
    return apart <= pl.max_horizontal(pl.lit(1.0), SUM_TOLERANCE * pl.col("total").abs())


def _sum_detail() -> pl.Expr:
    return pl.format("{} ≠ {}", _number("sum"), _number("total"))


def figure_on_time(evidence: Evidence) -> pl.DataFrame:
    """The latest periods that are due by the publisher's schedule are there, for each indicator; detail: the newest."""
    limit = overdue_before(evidence.source.schedule, evidence.today)
    if limit is None:
        return nothing()
    rows = []
    for (indicator, frequency), part in evidence.rows.partition_by("indicator", "frequency", as_dict=True).items():
        if frequency not in PERIODS_DUE:
            continue
        stated: set[date] = set(part["period"].to_list())
        newest = max(stated)
        for period in periods_before(limit, str(frequency), PERIODS_DUE[str(frequency)]):
            rows.append((str(indicator), period, period in stated, newest))
    schema = {"indicator": pl.String, "period": pl.Date, "stated": pl.Boolean, "newest": pl.Date}
    frame = pl.DataFrame(rows, schema=schema, orient="row").sort("indicator", "period")
    name = pl.format("{} {}", "indicator", pl.col("period").dt.strftime("%Y-%m"))
    detail = pl.col("newest").dt.strftime("%Y-%m")
    return verdicts(frame, row=name, passed=pl.col("stated"), label=name, detail=detail)


def figure_settled(evidence: Evidence) -> pl.DataFrame:
    """A figure of a period that began more than two years ago, or ended a year ago, is final or revised."""
    old = evidence.rows.filter(pl.col("period").dt.offset_by("1y") < evidence.today - SETTLED_AFTER)
    return _named(old.sort(*_SERIES, "period"), pl.col("status") != "preliminary", pl.col("status"))


FIGURE_CHECKS: Final[dict[str, Check]] = {
    "figure_readable": QuarantineTest(_REASONS),
    "figure_no_gap": figure_no_gap,
    "figure_all_provinces": figure_all_provinces,
    "figure_agrees": figure_agrees,
    "figure_no_outlier": figure_no_outlier,
    "parts_make_total": parts_make_total,
    "provinces_make_nation": provinces_make_nation,
    "figure_on_time": figure_on_time,
    "figure_settled": figure_settled,
}
"""Code of a rule on statistics -> how it is checked."""
