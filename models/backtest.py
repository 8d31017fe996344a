"""Rolling-origin backtests: what each model would have said, and how wrong it would have been."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from models.global_ml import global_forecasts
from models.series import COVID_19, MONTHS_PER_PERIOD, Intervention, bridge, touches
from models.statistical import SINGLE_MODELS, forecast_local

COLUMNS = {
    "unique_id": pl.String,
    "model": pl.String,
    "cutoff": pl.Date,
    "ds": pl.Date,
    "horizon": pl.Int32,
    "y": pl.Float64,
    "yhat": pl.Float64,
    "scale": pl.Float64,
    "spread": pl.Float64,
}


def origins(
    panel: pl.DataFrame,
    *,
    horizon: int,
    season: int,
    windows: int,
    step: int,
    newest: int = 1,
    intervention: Intervention | None = COVID_19,
) -> pl.DataFrame:
    """Cutoffs per series of a prepared panel: unique_id, cutoff.

    They are the newest `windows` that qualify, `step` periods apart, the newest of all `newest` periods before
    the last figure. A cutoff qualifies with two seasons of history (at least four figures) up to it. In a series that
    an intervention touched it must also lie half a season or more after the intervention's end, for from
    earlier on no model could have known the level to come, or so long before it that the whole horizon does,
    too. A cutoff in a gap does not qualify: what fills a gap leans on the figure after it.
    """
    months = MONTHS_PER_PERIOD[season]
    index = pl.int_range(pl.len()).over("unique_id")
    back = pl.len().over("unique_id") - 1 - index
    keep = (
        (back % step == newest % step)
        & (back >= newest)
        & (index + 1 >= max(2 * season, 4))
        & pl.col("treatment").is_null()
    )
    if intervention is not None:
        touched = touches(intervention, season=season).any().over("unique_id")
        settled = pl.lit(intervention.end).dt.offset_by(f"{max(season // 2, 1) * months}mo")
        whole_before = pl.col("ds").dt.offset_by(f"{(horizon + 1) * months}mo") <= intervention.first
        keep = keep & (~touched | (pl.col("ds") >= settled) | whole_before)
    return (
        panel.filter(keep)
        .sort("unique_id", "ds")
        .group_by("unique_id", maintain_order=True)
        .agg(cutoff=pl.col("ds").tail(windows))
        .explode("cutoff")
        .filter(pl.col("cutoff").is_not_null())
    )


def rolling_forecasts(
    panel: pl.DataFrame,
    *,
    horizon: int,
    season: int,
    windows: int,
    step: int,
    newest: int = 1,
    intervention: Intervention | None = COVID_19,
    roster: Collection[str] = SINGLE_MODELS,
) -> pl.DataFrame:
    """Single models' forecasts of a prepared panel from past origins beside the truth (columns: COLUMNS).

    Each origin sees only figures up to its cutoff; an intervention is bridged from those alone. Truth that is
    not published yet, filled in, or inside an intervention is left out. `scale` and `spread` are those of
    `seasonal_scale`. roster: the models wanted beside the baselines.
    """
    how = {"horizon": horizon, "season": season, "windows": windows, "step": step, "newest": newest}
    cuts = origins(panel, **how, intervention=intervention)
    if cuts.is_empty():
        return pl.DataFrame(schema=COLUMNS)
    # One key for each series at each origin: all of them are fitted in one call.
    cutoff = pl.col("cutoff").cast(pl.String)
    keyed = cuts.with_columns(key=pl.concat_str("unique_id", cutoff, separator="\x1f"))
    train = (
        keyed.join(panel, on="unique_id")
        .filter(pl.col("ds") <= pl.col("cutoff"))
        .select("ds", "y", "treatment", unique_id="key")
        .sort("unique_id", "ds")
    )
    if intervention is not None:
        train = bridge(train, intervention, season=season)
    told = pl.concat(
        [
            forecast_local(train, horizon=horizon, season=season, roster=roster).rename({"unique_id": "key"}),
            _global_rolling(panel, keyed, horizon=horizon, season=season, intervention=intervention, roster=roster),
        ]
    )
    scale = seasonal_scale(train, season=season).rename({"unique_id": "key"})
    truth = panel.filter(pl.col("treatment").is_null())
    if intervention is not None:
        truth = truth.filter(~touches(intervention, season=season))
    return (
        told.join(keyed, on="key")
        .join(truth, on=["unique_id", "ds"])
        .join(scale, on="key")
        .select(COLUMNS.keys())
        .sort("unique_id", "model", "cutoff", "ds")
    )


def _global_rolling(
    panel: pl.DataFrame,
    keyed: pl.DataFrame,
    *,
    horizon: int,
    season: int,
    intervention: Intervention | None,
    roster: Collection[str],
) -> pl.DataFrame:
    """The global models at each origin, learned anew from what all series had shown until then: key, ds, ..."""
    parts = []
    for cutoff in keyed["cutoff"].unique().sort():
        known = panel.filter(pl.col("ds") <= cutoff)
        if intervention is not None:
            known = bridge(known, intervention, season=season)
        here = keyed.filter(pl.col("cutoff") == cutoff).select("unique_id", "key")
        told = global_forecasts(known, horizon=horizon, season=season, roster=roster)
        parts.append(told.join(here, on="unique_id").select("key", pl.exclude("unique_id", "key")))
    return pl.concat(parts)


def seasonal_scale(panel: pl.DataFrame, *, season: int) -> pl.DataFrame:
    """MASE's denominator per series, and how much the series moved of late: unique_id, scale, spread.

    scale: mean absolute seasonal difference of the published figures, those inside an intervention left out; where
    it is zero or less than half a season of differences is known, that of one-step differences; where that is, too, the
    mean figure, or 1. spread: the same of the last two seasons, at least a twentieth of scale; scale where it is
    unknown.
    """
    known = pl.when(pl.col("treatment").is_null()).then("y")
    # A series that a shock left with a single seasonal difference would be judged by that one.
    enough = pl.col("known").diff(season).count() >= season / 2
    return (
        panel.with_columns(known=known)
        .group_by("unique_id", maintain_order=True)
        .agg(
            seasonal=pl.when(enough).then(pl.col("known").diff(season).abs().mean()),
            recent=pl.when(enough).then(pl.col("known").diff(season).abs().tail(2 * season).mean()),
            stepwise=pl.col("known").diff().abs().mean(),
            size=pl.col("known").mean(),
        )
        .with_columns(
            scale=pl.coalesce(
                *(pl.when(pl.col(name) > 0).then(name) for name in ("seasonal", "stepwise", "size")),
                pl.lit(1.0),
            ),
        )
        .with_columns(spread=pl.max_horizontal(pl.col("recent").fill_null(pl.col("scale")), pl.col("scale") / 20))
        .select("unique_id", "scale", "spread")
    )


def scores(
    backtest: pl.DataFrame, by: tuple[str, ...] = ("unique_id", "model"), levels: tuple[int, ...] = (80, 95)
) -> pl.DataFrame:
    """Errors per group of `by`.

    Columns: `by`, horizon_from, horizon_to, mase, smape, mape (both percent), rmsse, coverage_<level> (share
    from 0 to 1), n_windows. MASE, and RMSSE as its quadratic counterpart, after Hyndman & Koehler 2006: each
    error is scaled by the mean absolute seasonal naive error of its own training part. sMAPE is the mean of
    200 |y - yhat| / (y + yhat), 0 where both are zero; MAPE counts periods whose figure is above zero.
    Coverage counts the rows that have an interval, and is null where none has.
    """
    error = (pl.col("y") - pl.col("yhat")).abs()
    total = pl.col("y") + pl.col("yhat")
    covered = {
        f"coverage_{level}": pl.col("y").is_between(f"lo_{level}", f"hi_{level}").mean()
        if f"lo_{level}" in backtest.columns
        else pl.lit(None, pl.Float64)
        for level in levels
    }
    return (
        backtest.group_by(by)
        .agg(
            horizon_from=pl.col("horizon").min(),
            horizon_to=pl.col("horizon").max(),
            mase=(error / pl.col("scale")).mean(),
            smape=pl.when(total > 0).then(200 * error / total).otherwise(0.0).mean(),
            mape=(100 * error / pl.col("y")).filter(pl.col("y") > 0).mean(),
            rmsse=(error / pl.col("scale")).pow(2).mean().sqrt(),
            n_windows=pl.col("cutoff").n_unique(),
            **covered,
        )
        .sort(by)
    )
