"""One call from a panel to forecasts, intervals and the account of how good they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from models.backtest import rolling_forecasts, scores, seasonal_scale
from models.ensemble import NAME, carried_on, combine, combine_backtest, weights
from models.intervals import LEVELS, add_intervals, backtest_intervals
from models.leading import LED, Horizon, Leading, led
from models.reconcile import reconcile, reconcile_backtest
from models.series import COVID_19, Intervention, PanelError, bridge, regular_panel
from models.statistical import SINGLE_MODELS, forecast_singles


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """Forecasts, and the evidence.

    forecasts: unique_id, ds, model, horizon, cutoff (last period used), yhat, base, scale, lo_80, hi_80, lo_95, hi_95
    (or the levels asked for), for every single model and `ensemble`; bounds are null when nothing could be
    backtested. `base` is what yhat was before the hierarchies were made to add up, `alone` what it was then, before
    leading indicators moved it; both happens to `ensemble` only, which tells by what (`models.leading.LED`). scale:
    MASE's denominator. backtest: unique_id, model, cutoff, ds, horizon, y, yhat, base, alone, scale and the same
    bounds. accuracy: see `models.backtest.scores`, one row per series and model. history: unique_id, ds, y, treatment
    as the models saw it. leading: `models.leading.ACCOUNT`.
    """

    forecasts: pl.DataFrame
    backtest: pl.DataFrame
    accuracy: pl.DataFrame
    history: pl.DataFrame
    leading: pl.DataFrame


def forecast_panel(
    panel: pl.DataFrame,
    *,
    horizon: int,
    season: int,
    levels: tuple[int, ...] = LEVELS,
    windows: int = 12,
    step: int = 2,
    newest: int = 1,
    intervention: Intervention | None = COVID_19,
    roster: Collection[str] = SINGLE_MODELS,
    hierarchies: Sequence[pl.DataFrame] = (),
    leading: Leading | None = None,
    reach: int = 0,
) -> ForecastResult:
    """Forecast every series of a panel (unique_id, ds, y) `horizon` periods ahead; deterministic.

    `season` is 12, 4 or 1 periods a year, `levels` are percentages. The backtest looks at up to `windows`
    origins per series, `step` periods apart, the newest `newest` periods before the end (`models.backtest.origins`).
    Pass intervention=None for series that no shock touched. roster: the models wanted beside the baselines.
    hierarchies: parts of wholes in the panel, over which the combination adds up (see `models.reconcile`; a whole must
    be the sum of its parts in the panel, too). leading: series published earlier, which move the combination where they
    made it better in the backtest (`models.leading`). reach: periods ahead up to which the combination is carried on
    where that is beyond `horizon`. Raises PanelError when panel or arguments cannot be used.
    """
    _check(horizon=horizon, levels=levels, windows=windows, step=step)
    regular = regular_panel(panel, season=season)
    singles = rolling_forecasts(
        regular,
        horizon=horizon,
        season=season,
        windows=windows,
        step=step,
        newest=newest,
        intervention=intervention,
        roster=roster,
    )
    past = pl.concat([singles, combine_backtest(singles, season=season)])
    history = bridge(regular, intervention, season=season) if intervention is not None else regular
    ahead = forecast_singles(history, horizon=horizon, season=season, roster=roster)
    told = pl.concat([ahead, combine(ahead, weights(singles, season=season), season=season)])
    told = carried_on(told, horizon=horizon, reach=reach, season=season)
    past, told = (frame.with_columns(base="yhat") for frame in (past, told))
    for parts in hierarchies:
        past, told = _added_up(past, told, parts)
    past, told = (frame.with_columns(alone="yhat") for frame in (past, told))
    furthest = max(horizon, reach)
    ends = (
        regular.group_by("unique_id")
        .agg(cutoff=pl.col("ds").max())
        .join(seasonal_scale(history, season=season), on="unique_id")
    )
    moved = led(past, told, leading, hierarchies, ends, Horizon(furthest, season, intervention))
    past, told = moved.backtest, moved.forecasts
    tested = backtest_intervals(past, horizon=horizon, levels=levels)
    forecasts = add_intervals(told.join(ends, on="unique_id"), past, horizon=furthest, levels=levels)
    bounds = [f"{side}_{level}" for level in sorted(levels) for side in ("lo", "hi")]
    columns = ["unique_id", "ds", "model", "horizon", "cutoff", "yhat", "base", "alone", "scale", *LED, *bounds]
    return ForecastResult(
        forecasts=forecasts.select(columns).sort("unique_id", "model", "ds"),
        backtest=tested.sort("unique_id", "model", "cutoff", "ds"),
        accuracy=scores(tested, levels=levels),
        history=history,
        leading=moved.account,
    )


def _added_up(past: pl.DataFrame, told: pl.DataFrame, parts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Past and new forecasts in which the combination adds up over one hierarchy."""
    nodes = parts["unique_id"].unique().to_list()
    ours = (pl.col("model") == NAME) & pl.col("unique_id").is_in(nodes)
    errors = past.filter(ours)
    return (
        pl.concat([past.filter(~ours), reconcile_backtest(errors, parts)]),
        pl.concat([told.filter(~ours), reconcile(told.filter(ours), errors, parts)]),
    )


def _check(*, horizon: int, levels: tuple[int, ...], windows: int, step: int) -> None:
    if horizon < 1 or step < 1 or windows < 0:
        raise PanelError(
            "Horizon ({horizon}) and step ({step}) must be at least 1, windows ({windows}) at least 0.",
            horizon=horizon,
            step=step,
            windows=windows,
        )
    if not levels or len(set(levels)) != len(levels) or any(not 0 < level < 100 for level in levels):
        raise PanelError(
            "The levels {levels} are not percentages between 1 and 99, each once.",
            levels=", ".join(map(str, levels)) or "()",
        )
