"""Conformal prediction intervals from the errors of past origins.

The score of a forecast is |log(y + s) - log(yhat + s)|, s being the series' mean absolute seasonal difference:
close to a relative error for large figures, to an absolute one for figures near zero. The half-width of a level is
the ceil((n + 1) level)-th smallest of n scores (Vovk, Gammerman & Shafer 2005; Angelopoulos & Bates 2023), taken over
neighbouring horizons. It comes from the series' own scores at a horizon where they are enough for that quantile.
Beyond, it grows from the longest such horizon with the square root of the horizon (a random walk's pace), and a
higher level keeps at least its proportion to the lower one, for which there are enough scores further ahead. A series
with too few of its own takes the quantile of all series of the panel, each relative to its typical score. A
half-width never shrinks with the horizon.
"""

from __future__ import annotations

from statistics import NormalDist

import polars as pl

LEVELS = (80, 95)
_NEIGHBOURS = 2
_LEAST_SCORES = 8
_LEAST_TYPICAL = 0.002
"""A typical relative error below this (constant series) would make the ratios meaningless."""
_BORROWED_ORIGINS = 2
"""The panel's typical error weighs in a series' own as much as this many origins of its own."""


def typical_scores(scored: pl.DataFrame) -> pl.DataFrame:
    """The size of error that is typical of each series and model: unique_id, model, typical.

    It is the median score, drawn towards the model's median over all series where a series has few origins
    (geometric mean, weighted by origins).
    """
    own = scored.group_by("unique_id", "model", maintain_order=True).agg(
        own=pl.col("score").median().clip(lower_bound=_LEAST_TYPICAL),
        origins=pl.col("cutoff").n_unique(),
    )
    share = pl.col("origins") / (pl.col("origins") + _BORROWED_ORIGINS)
    common = pl.col("own").median().over("model").log()
    typical = (share * pl.col("own").log() + (1 - share) * common).exp()
    return own.select("unique_id", "model", typical=typical)


def half_widths(backtest: pl.DataFrame, *, horizon: int, levels: tuple[int, ...] = LEVELS) -> pl.DataFrame:
    """Half-widths on the log scale: unique_id, model, horizon (1 to `horizon`), width_<level> for each level.

    Only series with errors in the backtest appear.
    """
    told, truth = ((pl.col(name) + pl.col("scale")).log() for name in ("yhat", "y"))
    scored = backtest.with_columns(score=(truth - told).abs())
    typical = typical_scores(scored)
    offsets = pl.lit([*range(-_NEIGHBOURS, _NEIGHBOURS + 1)], pl.List(pl.Int32))
    near = (
        scored.join(typical, on=["unique_id", "model"])
        .with_columns(ratio=pl.col("score") / pl.col("typical"), offset=offsets)
        .explode("offset")
        .with_columns(horizon=pl.col("horizon") + pl.col("offset"))
    )
    own = near.group_by("unique_id", "model", "horizon").agg(**_quantiles("score", "own", levels))
    pooled = near.group_by("model", "horizon").agg(**_quantiles("ratio", "pooled", levels))
    steps = pl.DataFrame({"horizon": range(1, horizon + 1)}, schema={"horizon": pl.Int32})
    grid = (
        typical.join(steps, how="cross")
        .join(own, on=["unique_id", "model", "horizon"], how="left")
        .join(pooled, on=["model", "horizon"], how="left")
        .sort("unique_id", "model", "horizon")
    )
    rising = tuple(sorted(levels))
    for prefix in ("own", "pooled"):
        for lower, level in zip((None, *rising), rising, strict=False):
            grid = grid.with_columns(_extended(prefix, level, lower))
    return grid.select("unique_id", "model", "horizon", *(_width(level) for level in levels))


def _quantiles(name: str, prefix: str, levels: tuple[int, ...]) -> dict[str, pl.Expr]:
    """The conformal quantile of each level; null where there are too few scores for it."""
    found: dict[str, pl.Expr] = {}
    for level in levels:
        rank = ((pl.len() + 1) * level / 100).ceil().cast(pl.Int64)
        enough = (pl.len() >= _LEAST_SCORES) & (rank <= pl.len())
        value = pl.col(name).sort().get(pl.min_horizontal(rank, pl.len().cast(pl.Int64)) - 1)
        found[f"{prefix}_{level}"] = pl.when(enough).then(value)
    return found


def _extended(prefix: str, level: int, lower: int | None) -> pl.Expr:
    """A quantile at every horizon from its first on (see the module), given the extended one of the level below."""
    series = ("unique_id", "model")
    column, root = pl.col(f"{prefix}_{level}"), pl.col("horizon").sqrt()
    further = (column / root).forward_fill().over(series) * root
    if lower is not None:
        below = pl.col(f"{prefix}_{lower}")
        proportion = pl.when(below > 0).then(column / below).forward_fill().over(series)
        further = pl.max_horizontal(further, below * proportion)
    return pl.coalesce(column, further).alias(f"{prefix}_{level}")


def _width(level: int) -> pl.Expr:
    # Too few errors in the whole panel leave the normal quantile, as typical scores are medians of |error|.
    normal = NormalDist().inv_cdf((1 + level / 100) / 2) / NormalDist().inv_cdf(0.75)
    typical = pl.col("typical")
    width = pl.coalesce(
        f"own_{level}", pl.col(f"pooled_{level}") * typical, normal * typical * pl.col("horizon").sqrt()
    )
    return width.cum_max().over("unique_id", "model").alias(f"width_{level}")


def add_intervals(
    forecasts: pl.DataFrame,
    backtest: pl.DataFrame,
    *,
    horizon: int,
    levels: tuple[int, ...] = LEVELS,
) -> pl.DataFrame:
    """The forecasts (unique_id, model, horizon, yhat, ...) with lo_<level>, hi_<level> for each level.

    Bounds never lie below zero, hold the forecast, and a higher level's hold a lower level's. A series
    without errors of its own in the backtest has null bounds: how far it may stray is not known.
    """
    rising = tuple(sorted(levels))
    widths = half_widths(backtest, horizon=horizon, levels=rising)
    newest = backtest.sort("cutoff").group_by("unique_id").agg(_scale=pl.col("scale").last())
    joined = forecasts.join(widths, on=["unique_id", "model", "horizon"], how="left", maintain_order="left").join(
        newest, on="unique_id", how="left", maintain_order="left"
    )
    scale = pl.col("_scale")
    centre = (pl.col("yhat") + scale).log()
    bounds = []
    for place, level in enumerate(rising):
        spread = pl.max_horizontal(f"width_{inner}" for inner in rising[: place + 1])
        # Where a width is near zero, going to logs and back may leave the forecast outside by a rounding error.
        low, high = ((centre + side * spread).exp() - scale for side in (-1, 1))
        bounds += [
            pl.when(low.is_not_null()).then(pl.min_horizontal(low, "yhat").clip(lower_bound=0)).alias(f"lo_{level}"),
            pl.when(high.is_not_null()).then(pl.max_horizontal(high, "yhat")).alias(f"hi_{level}"),
        ]
    names = [f"{side}_{level}" for level in rising for side in ("lo", "hi")]
    return joined.with_columns(bounds).select(*forecasts.columns, *names)


def backtest_intervals(
    backtest: pl.DataFrame,
    *,
    horizon: int,
    levels: tuple[int, ...] = LEVELS,
) -> pl.DataFrame:
    """The backtest with the intervals each origin would have been given.

    Only errors whose truth was known at the origin count, so the first origins of a series have null bounds.
    """
    parts = []
    for cutoff in backtest["cutoff"].unique().sort():
        now = backtest.filter(pl.col("cutoff") == cutoff)
        then = backtest.filter((pl.col("cutoff") < cutoff) & (pl.col("ds") <= cutoff))
        parts.append(add_intervals(now, then, horizon=horizon, levels=levels))
    return pl.concat(parts) if parts else add_intervals(backtest, backtest, horizon=horizon, levels=levels)
