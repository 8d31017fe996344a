"""The last periods of each series held back, forecast from the rest, and compared: the account outsiders can check.

Nothing of the part held back reaches a model, a weight or an interval: those are learned from earlier origins inside
the training part.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from models.backtest import scores, seasonal_scale
from models.forecast import forecast_panel
from models.intervals import LEVELS
from models.leading import LED
from models.series import PanelError, regular_panel

_WINDOWS = 2
"""Origins inside the training part, the newest a whole horizon before its end."""


@dataclass(frozen=True, slots=True)
class Holdout:
    """What was said of the part held back.

    rows: unique_id, model, cutoff, ds, horizon, y, yhat, scale, lo_<level>, hi_<level>. accuracy: model, series, mase,
    mape (percent), coverage_<level> (share from 0 to 1), each the mean over series of a series' mean over its horizons,
    as in the forecasting competitions. left_out: series with no more than `horizon` figures.
    """

    rows: pl.DataFrame
    accuracy: pl.DataFrame
    left_out: tuple[str, ...]


def hold_back(panel: pl.DataFrame, *, horizon: int, season: int, levels: tuple[int, ...] = LEVELS) -> Holdout:
    """Forecast the last `horizon` periods of each series of a panel (unique_id, ds, y) from those before them.

    No shock is treated: the figures count as they are. Raises PanelError for a panel that cannot be used (see
    `models.series.regular_panel`) or whose series are all too short.
    """
    regular = regular_panel(panel, season=season)
    back = pl.len().over("unique_id") - pl.int_range(pl.len()).over("unique_id")
    train = regular.filter(back > horizon)
    if train.is_empty():
        raise PanelError(
            "No series has more than the {horizon} figures that are held back. Choose a shorter horizon.",
            horizon=horizon,
        )
    # A gap is filled from both sides: the filling is part of neither side of a cut.
    published = train.filter(pl.col("treatment").is_null()).select("unique_id", "ds", "y")
    told = forecast_panel(
        published,
        horizon=horizon,
        season=season,
        levels=levels,
        windows=_WINDOWS,
        step=max(horizon // 2, 1),
        newest=horizon,
        intervention=None,
    ).forecasts.drop("alone", "base", "scale", *LED)
    truth = regular.filter((back <= horizon) & pl.col("treatment").is_null()).select("unique_id", "ds", "y")
    scale = seasonal_scale(train, season=season)
    rows = told.join(truth, on=["unique_id", "ds"]).join(scale, on="unique_id")
    missing = set(regular["unique_id"].unique()) - set(train["unique_id"].unique())
    return Holdout(rows, mean_over_series(rows, levels), tuple(sorted(missing)))


def mean_over_series(rows: pl.DataFrame, levels: tuple[int, ...] = LEVELS) -> pl.DataFrame:
    """Errors and coverage of each model, every series counting alike (the columns of `Holdout.accuracy`)."""
    names = ["mase", "mape", *(f"coverage_{level}" for level in sorted(levels))]
    return (
        scores(rows, levels=levels)
        .group_by("model")
        .agg(pl.len().alias("series"), *(pl.col(name).mean() for name in names))
        .sort("model")
    )
