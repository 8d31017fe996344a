"""Panels of series: what a model may be given, and what happens to history it must not learn from.

A panel is a frame unique_id (String), ds (Date, first day of the month, quarter or year), y (Float64): one
row per series and period, in any order. A prepared panel is sorted, without gaps, and has a fourth column
`treatment`: null where y is the published figure, otherwise what stands there instead ("gap", or the name of
an intervention).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import polars as pl

from tic.core.errors import BadInput

PANEL_COLUMNS = ("unique_id", "ds", "y")
MONTHS_PER_PERIOD = {12: 1, 4: 3, 1: 12}
"""Season length -> months between two periods."""
GAP = "gap"
_SETTLING_PERIODS = 3
"""Periods right after an intervention that tell the level to which its bridge leads."""
_CAP = 3.0


class PanelError(BadInput):
    """The series cannot be forecast as they are."""


@dataclass(frozen=True, slots=True)
class Intervention:
    """A span of time whose figures are no guide to the future; first and last month, both included.

    `onset` is the first month that already felt it, where that is before `start`; the months between are
    treated as part of it.
    """

    name: str
    start: date
    end: date
    onset: date | None = None

    @property
    def first(self) -> date:
        """First month that is no history."""
        return self.onset or self.start


COVID_19 = Intervention("COVID-19", date(2020, 4, 1), date(2022, 6, 1), onset=date(2020, 2, 1))
"""From the ban on commercial flights of April 2020 to the end of registration before entry in June 2022.

Its onset is February 2020, the first month without tour groups from China: 43 % fewer arrivals than a year
before, and 76 % fewer in March. Taken as history, these two months would bend level and seasonal shape.
"""


def period_of(season: int) -> str:
    """The distance of two periods as an offset ("1mo", "3mo", "12mo"). Raises PanelError for another
    season."""
    if season not in MONTHS_PER_PERIOD:
        raise PanelError(
            "A season of {season} is not supported; use 12 (months), 4 (quarters) or 1 (years).",
            season=season,
        )
    return f"{MONTHS_PER_PERIOD[season]}mo"


def regular_panel(panel: pl.DataFrame, *, season: int) -> pl.DataFrame:
    """The prepared panel: sorted, every period present between a series' first and last figure.

    A period without a figure inside a series is filled on the straight line across it and marked "gap";
    periods before the first and after the last figure are left out. Raises PanelError for missing columns or
    values that are no numbers and dates, an empty panel, a series without figures, two figures for one
    period, a negative or infinite figure, a date off the grid of periods.
    """
    every = period_of(season)
    missing = [name for name in PANEL_COLUMNS if name not in panel.columns]
    if missing:
        raise PanelError(
            "The panel lacks the column(s) {columns}; it needs unique_id, ds and y.",
            columns=", ".join(missing),
        )
    given = _typed(panel.select(PANEL_COLUMNS))
    known = given.drop_nulls()
    empty = given.join(known, on="unique_id", how="anti")
    if given.is_empty():
        raise PanelError("The panel holds no figures. Give at least one series with figures.")
    if not empty.is_empty():
        raise PanelError("Series {series} has no figure at all. Leave it out.", series=empty["unique_id"][0])
    _check_figures(known)
    span = pl.date_ranges(pl.col("ds").min(), pl.col("ds").max(), every)
    grid = known.group_by("unique_id", maintain_order=True).agg(ds=span.first()).explode("ds")
    astray = known.join(grid, on=["unique_id", "ds"], how="anti")
    if not astray.is_empty():
        raise PanelError(
            "Series {series} has a figure for {period}, which is no whole number of steps of {step} after its first. "
            "Correct the date at its source.",
            **_place(astray),
            step=every,
        )
    return (
        grid.join(known, on=["unique_id", "ds"], how="left")
        .sort("unique_id", "ds")
        .with_columns(treatment=pl.when(pl.col("y").is_null()).then(pl.lit(GAP)))
        .with_columns(pl.col("y").interpolate().over("unique_id"))
    )


def _typed(panel: pl.DataFrame) -> pl.DataFrame:
    try:
        typed = panel.select(
            pl.col("unique_id").cast(pl.String), pl.col("ds").cast(pl.Date), pl.col("y").cast(pl.Float64)
        )
    except pl.exceptions.PolarsError as error:
        raise PanelError(
            "The columns ds and y must hold dates and numbers; the panel has {ds} and {y}.",
            ds=str(panel.schema["ds"]),
            y=str(panel.schema["y"]),
        ) from error
    if typed["unique_id"].null_count() or typed["ds"].null_count():
        raise PanelError("A row of the panel has no unique_id or no ds. Name both for each figure.")
    return typed


def _check_figures(known: pl.DataFrame) -> None:
    twice = known.filter(pl.struct("unique_id", "ds").is_duplicated())
    if not twice.is_empty():
        raise PanelError("Series {series} has two figures for {period}. Keep one at its source.", **_place(twice))
    no_number = known.filter(~pl.col("y").is_finite())
    if not no_number.is_empty():
        raise PanelError(
            "The figure of series {series} for {period} is not a number. Correct it at its source.", **_place(no_number)
        )
    negative = known.filter(pl.col("y") < 0)
    if not negative.is_empty():
        raise PanelError(
            "The figure of series {series} for {period} is negative. Correct it at its source.", **_place(negative)
        )
    late = known.filter(pl.col("ds").dt.day() != 1)
    if not late.is_empty():
        raise PanelError(
            "The date {period} of series {series} is not the first day of its period. Correct it at its source.",
            **_place(late),
        )


def _place(wrong: pl.DataFrame) -> dict[str, str]:
    """Series and period of the first of wrong rows, for the message."""
    row = wrong.row(0, named=True)
    return {"series": row["unique_id"], "period": row["ds"].isoformat()}


def touches(intervention: Intervention, *, season: int) -> pl.Expr:
    """Whether a period (column ds) overlaps the intervention."""
    ends_after = pl.col("ds").dt.offset_by(period_of(season)) > intervention.first
    return ends_after & (pl.col("ds") <= intervention.end)


def bridge(panel: pl.DataFrame, intervention: Intervention = COVID_19, *, season: int) -> pl.DataFrame:
    """Replace the figures of an intervention in a prepared panel, so that no model takes them for history.

    Level: the straight line on the log scale from the season before to the first three periods after (one, of
    yearly figures), both cleared of seasonality. Shape: the seasonal indices (ratios to the mean) of up to
    three seasons before. Replaced periods carry the intervention's name in `treatment`. Series without a full
    season before or without those periods after the intervention, or with nothing but zeros on one side, are
    left as they are. Only figures inside `panel` are used: cut it at a forecast's origin first, and nothing
    later leaks in.
    """
    marked = panel.with_columns(_inside=touches(intervention, season=season))
    hit = marked.filter(pl.col("_inside").any().over("unique_id"))
    touched = hit.partition_by("unique_id", maintain_order=True)
    replaced = [_bridged(part, intervention, season) for part in touched]
    if not replaced:
        return panel
    return (
        panel.join(pl.concat(replaced), on=["unique_id", "ds"], how="left", maintain_order="left")
        .with_columns(
            y=pl.coalesce("bridged", "y"),
            treatment=pl.when(pl.col("bridged").is_not_null())
            .then(pl.lit(intervention.name))
            .otherwise(pl.col("treatment")),
        )
        .select(panel.columns)
    )


def _bridged(series: pl.DataFrame, intervention: Intervention, season: int) -> pl.DataFrame:
    """unique_id, ds, bridged of one series' replaced periods; no rows where it is left as it is."""
    inside = series.filter("_inside").select("unique_id", "ds")
    before = series.filter(~pl.col("_inside") & (pl.col("ds") < intervention.first))
    settling = min(_SETTLING_PERIODS, season)
    after = series.filter(~pl.col("_inside") & (pl.col("ds") > intervention.end)).head(settling)
    nothing = inside.clear().with_columns(bridged=pl.lit(None, pl.Float64))
    if before.height < season or after.height < settling:
        return nothing
    ratios = _seasonal_indices(before.tail(3 * season))
    start = float(before.tail(season).select(pl.col("y").mean()).item())
    seasonal_part = sum(ratios[when.month] for when in after["ds"])
    if start <= 0 or seasonal_part <= 0 or float(after["y"].sum()) <= 0:
        return nothing
    # The middle of the season before, and of the periods after, in steps from the first replaced period.
    first, last = -(season + 1) / 2, inside.height - 1 + (settling + 1) / 2
    slope = (math.log(float(after["y"].sum()) / seasonal_part) - math.log(start)) / (last - first)
    levels = [start * math.exp(slope * (step - first)) for step in range(inside.height)]
    bridged = [level * ratios[when.month] for level, when in zip(levels, inside["ds"], strict=True)]
    return inside.with_columns(bridged=pl.Series(bridged, dtype=pl.Float64))


def _seasonal_indices(history: pl.DataFrame) -> dict[int, float]:
    """Month in which a period begins -> mean of that period of the year over the mean of all of them."""
    # Sorted: a mean in another order differs in its last bit, and ARIMA's optimiser makes that visible.
    means = history.group_by(place=pl.col("ds").dt.month()).agg(pl.col("y").mean()).sort("place")
    ratios = means.with_columns(ratio=(pl.col("y") / pl.col("y").mean()).fill_nan(1.0))
    return dict(ratios.select("place", "ratio").iter_rows())


def log_offset(panel: pl.DataFrame) -> pl.DataFrame:
    """What is added to each series before logs: unique_id, offset; with mean and highest of its figures.

    One percent of the mean: zeros stay defined and small figures count for little, in whatever unit they come. 1 for a
    series of zeros.
    """
    mean = pl.col("y").mean()
    return panel.group_by("unique_id", maintain_order=True).agg(
        mean=pl.when(mean > 0).then(mean).otherwise(1.0),
        offset=pl.when(mean > 0).then(mean / 100).otherwise(1.0),
        highest=pl.col("y").max(),
    )


def to_log(name: str = "y", offset: str = "offset") -> pl.Expr:
    """log(y + offset), see `log_offset`."""
    return (pl.col(name) + pl.col(offset)).log()


def from_log(name: str, offset: str = "offset") -> pl.Expr:
    """The inverse of `to_log`, never below zero; far overflow becomes a huge finite number, not infinity."""
    return (pl.col(name).clip(upper_bound=700).exp() - pl.col(offset)).clip(lower_bound=0)


def bounded(forecast: str, highest: str) -> pl.Expr:
    """A forecast within 0 and three times the highest figure ever seen, plus one.

    Beyond that a model on logs has exploded, as it does on short ramps.
    """
    return pl.min_horizontal(pl.col(forecast).clip(lower_bound=0), pl.col(highest) * _CAP + 1)
