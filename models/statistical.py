"""The statistical models, all through statsforecast: auto_ets and auto_arima on logs, theta and ces on levels.

References: Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), ch. 8 (ETS), 9 (ARIMA);
Assimakopoulos & Nikolopoulos 2000 and Fiorucci et al. 2016 (Theta); Svetunkov, Kourentzes & Ord 2022 (CES).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Collection
from typing import Any

import polars as pl

from models.baselines import BASELINES, baseline_forecasts, future
from models.cluster import cluster_forecast, cluster_frequency, on_cluster
from models.global_ml import GLOBAL_MODELS, global_forecasts
from models.series import bounded, from_log, log_offset, period_of, to_log

LOG_MODELS = ("auto_ets", "auto_arima")
LEVEL_MODELS = ("theta", "ces")
STATISTICAL_MODELS = (*LOG_MODELS, *LEVEL_MODELS)
SINGLE_MODELS = (*BASELINES, *STATISTICAL_MODELS, *GLOBAL_MODELS)
_SERIES_WORTH_A_PROCESS = 100


def _log_models(season: int) -> list[Any]:
    from statsforecast.models import AutoARIMA, AutoETS

    seasonal = season > 1
    # No trends where there is a season: two years ahead a line of logs leads nowhere real. Among tourism series whose
    # last two years were held out, a seasonal difference alone did better than any with a further one, and so did ETS
    # without its damped trend (which also halves its time).
    return [
        AutoETS(
            season_length=season,
            model="ZNZ" if seasonal else "ZZZ",
            damped=None if seasonal else True,
            alias="auto_ets",
        ),
        # Small orders: on a decade of months larger ones overfit, and their search would dominate the run.
        AutoARIMA(
            season_length=season,
            max_p=1,
            max_q=1,
            max_P=1,
            max_Q=1,
            start_p=1,
            start_q=1,
            start_P=0,
            start_Q=1,
            approximation=True,
            allowdrift=False,
            alias="auto_arima",
            d=0 if seasonal else None,
            D=1 if seasonal else None,
        ),
    ]


def _level_models(season: int) -> list[Any]:
    from statsforecast.models import AutoCES, OptimizedTheta

    return [OptimizedTheta(season_length=season, alias="theta"), AutoCES(season_length=season, alias="ces")]


def statistical_forecasts(
    panel: pl.DataFrame, *, horizon: int, season: int, roster: Collection[str] = STATISTICAL_MODELS
) -> pl.DataFrame:
    """Those of the four models that `roster` names, for every series of a prepared panel: unique_id, ds, model,
    horizon, yhat (never negative).

    A series with less than a season of figures (or less than four) is given its last figure by all four; so is
    any series by a model that cannot be fitted to it. Deterministic; a panel of many series is fitted by as many
    processes as there are cores.
    """
    facts = log_offset(panel)
    latest = panel.group_by("unique_id").agg(latest=pl.col("y").last())
    ahead = future(panel, horizon=horizon, season=season).join(facts, on="unique_id").join(latest, on="unique_id")
    usable = panel.filter(pl.len().over("unique_id") >= max(season, 4)).join(
        facts, on="unique_id", maintain_order="left"
    )
    log_models, level_models = (tuple(name for name in names if name in roster) for names in (LOG_MODELS, LEVEL_MODELS))
    told = (*log_models, *level_models)
    how = {"horizon": horizon, "season": season}
    logs = _fitted(usable.select("unique_id", "ds", y=to_log()), log_models, _log_models, **how)
    levels = _fitted(usable.select("unique_id", "ds", "y"), level_models, _level_models, **how)
    return (
        ahead.join(logs, on=["unique_id", "ds"], how="left")
        .join(levels, on=["unique_id", "ds"], how="left")
        .with_columns(from_log(name).alias(name) for name in log_models)
        .with_columns(_finite(name).fill_null(pl.col("latest")) for name in told)
        .with_columns(bounded(name, "highest").alias(name) for name in told)
        .unpivot(told, index=["unique_id", "ds", "horizon"], variable_name="model", value_name="yhat")
        .select("unique_id", "ds", "model", "horizon", "yhat")
        .sort("unique_id", "model", "ds")
    )


def _finite(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_finite()).then(name).alias(name)


def _fitted(
    panel: pl.DataFrame, names: tuple[str, ...], models: Callable[[int], list[Any]], *, horizon: int, season: int
) -> pl.DataFrame:
    """Forecasts of a usable panel: unique_id, ds and a column per model."""
    from statsforecast import StatsForecast
    from statsforecast.models import Naive

    if panel.is_empty() or not names:
        return pl.DataFrame(schema={"unique_id": pl.String, "ds": pl.Date, **dict.fromkeys(names, pl.Float64)})
    many = panel["unique_id"].n_unique() >= _SERIES_WORTH_A_PROCESS
    processes = (os.cpu_count() or 1) if many else 1
    chosen = [model for model in models(season) if model.alias in names]
    clustered, period = on_cluster(), period_of(season)
    frequency = cluster_frequency(period) if clustered else period
    engine = StatsForecast(models=chosen, freq=frequency, fallback_model=Naive(), n_jobs=1 if clustered else processes)
    with warnings.catch_warnings():
        # The optimisers report single candidates that did not converge; such candidates are not chosen.
        warnings.simplefilter("ignore")
        if clustered:
            return cluster_forecast(engine, panel, horizon=horizon)
        told: Any = engine.forecast(df=panel, h=horizon)
    return pl.DataFrame(told)


def forecast_local(
    panel: pl.DataFrame, *, horizon: int, season: int, roster: Collection[str] = STATISTICAL_MODELS
) -> pl.DataFrame:
    """Models that see one series at a time, baselines and those statistical ones that `roster` names: unique_id, ds,
    model, horizon, yhat."""
    parts = [
        baseline_forecasts(panel, horizon=horizon, season=season),
        statistical_forecasts(panel, horizon=horizon, season=season, roster=roster),
    ]
    return pl.concat(parts).sort("unique_id", "model", "ds")


def forecast_singles(
    panel: pl.DataFrame, *, horizon: int, season: int, roster: Collection[str] = SINGLE_MODELS
) -> pl.DataFrame:
    """The baselines and every model that `roster` names; the global ones where the panel is large enough: unique_id,
    ds, model, horizon, yhat."""
    parts = [
        forecast_local(panel, horizon=horizon, season=season, roster=roster),
        global_forecasts(panel, horizon=horizon, season=season, roster=roster),
    ]
    return pl.concat(parts).sort("unique_id", "model", "ds")
