"""The combination: a trimmed weighted mean of single models, the weights learned from earlier origins only.

At each period the lowest and the highest member are left out, so that one model gone astray does no harm (Jose &
Winkler 2008); the others are weighted by inverse mean squared error (Bates & Granger 1969), shrunk half-way to equal
weights because a handful of origins tells little about small differences (Stock & Watson 2004 on the combination
puzzle).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from models.global_ml import GLOBAL_MODELS
from models.series import MONTHS_PER_PERIOD
from models.statistical import STATISTICAL_MODELS

NAME = "ensemble"
_SHRINKAGE = 0.5
_LEAST_TRIMMED = 5
"""Of fewer members than these none is left out."""


def members(season: int) -> tuple[str, ...]:
    """The models that are combined: all, but no straight line for figures that follow the seasons."""
    line = () if season > 1 else ("drift",)
    return (*STATISTICAL_MODELS, *GLOBAL_MODELS, "seasonal_naive", *line)


def weights(backtest: pl.DataFrame, *, season: int, known_until: date | None = None) -> pl.DataFrame:
    """Weight of each member per series: unique_id, model, weight (sums to 1 per series).

    Of a backtest (see `models.backtest.rolling_forecasts`) only errors whose truth was known by `known_until`
    count; None counts all. A series without any is absent, and `combine` takes its members equally.
    """
    seen = backtest.filter(pl.col("model").is_in(members(season)))
    if known_until is not None:
        seen = seen.filter(pl.col("ds") <= known_until)
    square = ((pl.col("y") - pl.col("yhat")) / pl.col("scale")).pow(2).mean()
    errors = seen.group_by("unique_id", "model", maintain_order=True).agg(mse=square)
    inverse = 1 / (pl.col("mse") + 1e-9)
    own = inverse / inverse.sum().over("unique_id")
    equal = 1 / pl.len().over("unique_id")
    return errors.with_columns(weight=_SHRINKAGE * equal + (1 - _SHRINKAGE) * own).select(
        "unique_id", "model", "weight"
    )


def combine(forecasts: pl.DataFrame, learned: pl.DataFrame, *, season: int) -> pl.DataFrame:
    """The combination's rows in the columns of `forecasts`: one for each series, period and (if there)
    cutoff.

    Never below zero, because no member is. A member without a learned weight counts as an equal share.
    """
    names = members(season)
    index = [name for name in forecasts.columns if name not in ("model", "yhat")]
    told = forecasts.filter(pl.col("model").is_in(names))
    # In order: a sum in another order differs in its last bit, and the same figures must give the same forecast.
    told = told.join(learned, on=["unique_id", "model"], how="left", maintain_order="left").sort(
        *index, "yhat", "model"
    )
    place, count = pl.int_range(pl.len()).over(index), pl.len().over(index)
    inner = (count < _LEAST_TRIMMED) | ((place > 0) & (place < count - 1))
    weight = pl.col("weight").fill_null(1 / len(names))
    return (
        told.filter(inner)
        .group_by(index, maintain_order=True)
        .agg(yhat=(pl.col("yhat") * weight).sum() / weight.sum())
        .with_columns(model=pl.lit(NAME))
        .select(forecasts.columns)
    )


def combine_backtest(backtest: pl.DataFrame, *, season: int) -> pl.DataFrame:
    """The combination as it would have been at each origin, with the weights that could be known then."""
    parts = [backtest.clear()]
    for cutoff in backtest["cutoff"].unique().sort():
        learned = weights(backtest.filter(pl.col("cutoff") < cutoff), season=season, known_until=cutoff)
        parts.append(combine(backtest.filter(pl.col("cutoff") == cutoff), learned, season=season))
    return pl.concat(parts)


def carried_on(forecasts: pl.DataFrame, *, horizon: int, reach: int, season: int) -> pl.DataFrame:
    """The combination's rows (unique_id, ds, model, horizon, yhat) and, up to `reach` periods ahead, the last season
    before `horizon` repeated; a horizon shorter than a season repeats its last period."""
    length = min(season, horizon)
    step = MONTHS_PER_PERIOD[season]
    ours = forecasts.filter(pl.col("model") == NAME)
    rounds = range(1, -(-max(reach - horizon, 0) // length) + 1)
    again = [
        ours.filter(pl.col("horizon") > horizon - length).with_columns(
            pl.col("ds").dt.offset_by(f"{place * length * step}mo"),
            horizon=(pl.col("horizon") + place * length).cast(forecasts.schema["horizon"]),
        )
        for place in rounds
    ]
    return pl.concat([forecasts, *again]).filter(pl.col("horizon") <= max(reach, horizon))
