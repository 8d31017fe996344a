"""Who moved a total: contributions of its parts to growth, shares and concentration.

Frames hold one row per part (a market, a province) and period, with `value` of an additive indicator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl


@dataclass(frozen=True, slots=True)
class Growth:
    """A total in two periods and what each part adds to its change.

    parts: key, before, now, change_pct (percent, null from zero), points (percentage points of the total's growth),
    share_pct (of the total now); the strongest contribution, up or down, first. growth_pct is the sum of the points,
    None when the total was zero.
    """

    before: float
    now: float
    growth_pct: float | None
    parts: pl.DataFrame


def growth_by_part(before: pl.DataFrame, now: pl.DataFrame, *, key: str) -> Growth:
    """The growth of the sum of all parts, taken apart: points = (now - before) / total before * 100.

    A part that is missing in one of the frames counts as zero there: it has appeared or gone. Each part may be there
    once; ValueError otherwise.
    """
    for frame in (before, now):
        if frame[key].is_duplicated().any():
            raise ValueError(f"a {key} is there twice")
    joined = (
        before.select(key, before="value")
        .join(now.select(key, now="value"), on=key, how="full", coalesce=True)
        .with_columns(pl.col("before", "now").fill_null(0.0))
    )
    was, is_now = float(joined["before"].sum()), float(joined["now"].sum())
    change = pl.col("now") - pl.col("before")
    parts = joined.with_columns(
        change_pct=pl.when(pl.col("before") > 0).then(change / pl.col("before") * 100),
        points=change / was * 100 if was else pl.lit(None, pl.Float64),
        share_pct=pl.col("now") / is_now * 100 if is_now else pl.lit(None, pl.Float64),
    )
    strongest = parts.sort(change.abs(), pl.col(key), descending=[True, False])
    return Growth(was, is_now, (is_now - was) / was * 100 if was else None, strongest)


def concentration(frame: pl.DataFrame, *, by: str) -> pl.DataFrame:
    """How much a total rests on few parts, per group of `by`: by, hhi, effective_parts, top_share_pct.

    hhi: the sum of squared shares, 1 for a single part (Hirschman 1964; Herfindahl-Hirschman index, shares of 0 to 1).
    effective_parts: 1 / hhi, as many equal parts would have the same concentration. Groups with a total of zero are
    left out; negative values cannot be shares and raise ValueError.
    """
    if (frame["value"] < 0).any():
        raise ValueError("shares of negative values have no meaning")
    share = pl.col("value") / pl.col("value").sum()
    return (
        frame.group_by(by)
        .agg(total=pl.col("value").sum(), hhi=share.pow(2).sum(), top_share_pct=share.max() * 100)
        .filter(pl.col("total") > 0)
        .select(by, "hhi", effective_parts=1 / pl.col("hhi"), top_share_pct="top_share_pct")
        .sort(by)
    )


def rolling_year(series: pl.DataFrame, *, by: str | None = None) -> pl.DataFrame:
    """Sums of twelve months up to each month: the columns of the series, value replaced; incomplete ones are left out.

    The frame holds `period` and `value`, one row per month, and with `by` one per month and part.
    """
    over = [by] if by else []
    ordered = series.sort(*over, "period")
    rolled = pl.col("value").rolling_sum(window_size=12)
    # Twelve rows are a year only when no month between them is missing.
    first = pl.col("period").shift(11)
    if by:
        rolled, first = rolled.over(by), first.over(by)
    return (
        ordered.with_columns(value=rolled, first=first)
        .filter(pl.col("first").dt.offset_by("11mo") == pl.col("period"))
        .drop("first")
        .drop_nulls("value")
    )


def newest_growth(months: pl.DataFrame) -> tuple[Growth, date] | None:
    """Growth by part of the newest twelve months, and their end; None without two complete years of any part.

    months: period, part, value of an additive indicator, one row per month and part. A part whose figures end earlier
    than the others' would look like one that has gone; it is left out.
    """
    if months.is_empty():
        return None
    last = months["period"].max()
    rolled = rolling_year(months.filter(pl.col("period").max().over("part") == last), by="part")
    ends = sorted(set(rolled["period"]))
    if not ends:
        return None
    before = ends[-1].replace(year=ends[-1].year - 1)
    if before not in ends:
        return None
    frames = (rolled.filter(pl.col("period") == when) for when in (before, ends[-1]))
    return growth_by_part(*frames, key="part"), ends[-1]
