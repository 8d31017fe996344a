"""The statistical models, all through statsforecast, on logs: auto_ets, auto_arima, theta, ces.

References: Hyndman & Athanasopoulos, Forecasting: Principles and Practice (3rd ed.), ch. 8 (ETS), 9 (ARIMA);
Assimakopoulos & Nikolopoulos 2000 and Fiorucci et al. 2016 (Theta); Svetunkov, Kourentzes & Ord 2022 (CES).
"""

from __future__ import annotations

import warnings
from typing import Any

import polars as pl

from models.baselines import BASELINES, baseline_forecasts, future
from models.series import bounded, from_log, period_of, to_log

LOG_MODELS = ("auto_ets", "auto_arima", "theta", "ces")
SINGLE_MODELS = (*BASELINES, *LOG_MODELS)


def _log_models(season: int) -> list[Any]:
    from statsforecast.models import AutoARIMA, AutoCES, AutoETS, AutoTheta

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
        AutoTheta(season_length=season, alias="theta"),
        AutoCES(season_length=season, alias="ces"),
    ]


def statistical_forecasts(panel: pl.DataFrame, *, horizon: int, season: int) -> pl.DataFrame:
    """The four models for every series of a prepared panel: unique_id, ds, model, horizon, yhat (never
    negative).

    A series with less than a season of figures (or less than four) is given its last figure by all four; so is
    any series by a model that cannot be fitted to it.
    Fitted in this process, one series after the other; deterministic.
    """
    seen = panel.group_by("unique_id").agg(highest=pl.col("y").max(), latest=pl.col("y").last())
    ahead = future(panel, horizon=horizon, season=season).join(seen, on="unique_id")
    long_enough = panel.filter(pl.len().over("unique_id") >= max(season, 4))
    logs = _fitted(long_enough, horizon=horizon, season=season)
    return (
        ahead.join(logs, on=["unique_id", "ds"], how="left")
        .with_columns(from_log(name).fill_nan(None).fill_null(pl.col("latest")) for name in LOG_MODELS)
        .with_columns(bounded(name, "highest").alias(name) for name in LOG_MODELS)
        .unpivot(LOG_MODELS, index=["unique_id", "ds", "horizon"], variable_name="model", value_name="yhat")
        .select("unique_id", "ds", "model", "horizon", "yhat")
        .sort("unique_id", "model", "ds")
    )


def _fitted(panel: pl.DataFrame, *, horizon: int, season: int) -> pl.DataFrame:
    """Forecasts of log1p(y): unique_id, ds and a column per model."""
    from statsforecast import StatsForecast
    from statsforecast.models import Naive

    if panel.is_empty():
        columns = {"unique_id": pl.String, "ds": pl.Date, **dict.fromkeys(LOG_MODELS, pl.Float64)}
        return pl.DataFrame(schema=columns)
    engine = StatsForecast(models=_log_models(season), freq=period_of(season), fallback_model=Naive())
    with warnings.catch_warnings():
        # The optimisers report single candidates that did not converge; such candidates are not chosen.
        warnings.simplefilter("ignore")
        told: Any = engine.forecast(df=panel.select("unique_id", "ds", to_log()), h=horizon)
    return pl.DataFrame(told)


def forecast_singles(panel: pl.DataFrame, *, horizon: int, season: int) -> pl.DataFrame:
    """Baselines and statistical models together: unique_id, ds, model, horizon, yhat."""
    parts = [
        baseline_forecasts(panel, horizon=horizon, season=season),
        statistical_forecasts(panel, horizon=horizon, season=season),
    ]
    return pl.concat(parts).sort("unique_id", "model", "ds")
