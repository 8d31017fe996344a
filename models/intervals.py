"""Conformal prediction intervals from the errors of past origins.

The score of a forecast is |log(y + s) - log(yhat + s)|, s being the series' mean absolute seasonal difference:
close to a relative error for large figures, to an absolute one for figures near zero. The half-width of a level is
the ceil((n + 1) level)-th smallest of n scores (Vovk, Gammerman & Shafer 2005; Angelopoulos & Bates 2023), taken over
neighbouring horizons. It comes from the series' own scores at a horizon where its origins are enough for that quantile.
Beyond, it grows from the longest such horizon with the square root of the horizon (a random walk's pace), and a
higher level keeps at least its proportion to the lower one, for which there are enough scores further ahead. A series
with too few origins of its own takes the quantile of all series of the panel, each score divided by what a seasonal
difference of the size usual of late would score (normalised conformal prediction, Lei et al. 2018). A series' own
half-width never shrinks with the horizon.
"""

from __future__ import annotations

from statistics import NormalDist

import polars as pl

LEVELS = (50, 80, 95)
_NEIGHBOURS = 2
_LEAST_SCORES = 8
_MANY_SCORES = 100
_LEAST_ORIGINS = 4
"""Errors of one origin resemble each other: fewer origins than these say little, however many their horizons."""
_LEAST_SERIES = 8
"""A series without errors of its own is given the panel's where they come from at least as many series."""
_LEAST_TYPICAL = 0.02
"""A typical error below this share of the seasonal difference (constant series) would leave no width at all."""


_LEARNED_SINCE = 0.93
"""By how much a panel's errors shrink from past origins to the present one, where more is there to learn from: with it,
the last periods of the competition's training parts were covered as stated, without it 3 points too often."""


def _unit() -> pl.Expr:
    """What a seasonal difference of the size usual of late would score, about."""
    return pl.col("spread") / (pl.col("yhat") + pl.col("scale"))


def _quantiles(backtest: pl.DataFrame, *, horizon: int, levels: tuple[int, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Own quantiles (unique_id, model, horizon, own_<level>) and the panel's, in units (model, horizon, typical,
    n_series, pooled_<level>), each at every horizon and null before the first that has enough scores."""
    told, truth = ((pl.col(name) + pl.col("scale")).log() for name in ("yhat", "y"))
    scored = backtest.with_columns(score=(truth - told).abs()).with_columns(ratio=pl.col("score") / _unit())
    offsets = pl.lit([*range(-_NEIGHBOURS, _NEIGHBOURS + 1)], pl.List(pl.Int32))
    near = (
        scored.select("unique_id", "model", "cutoff", "horizon", "score", "ratio")
        .with_columns(offset=offsets)
        .explode("offset")
        .with_columns(horizon=pl.col("horizon") + pl.col("offset"))
    )
    steps = pl.DataFrame({"horizon": range(1, horizon + 1)}, schema={"horizon": pl.Int32})
    found = near.group_by("unique_id", "model", "horizon").agg(
        **_ranked("score", "own", levels, pl.col("cutoff").n_unique() >= _LEAST_ORIGINS)
    )
    series = scored.select("unique_id", "model").unique()
    own = series.join(steps, how="cross").join(found, on=["unique_id", "model", "horizon"], how="left")
    # A panel with enough errors at a horizon needs no neighbours, which would wash out its seasons.
    exact = (pl.col("offset") == 0).sum().over("model", "horizon") >= _MANY_SCORES
    found = (
        near.filter((pl.col("offset") == 0) | ~exact)
        .group_by("model", "horizon")
        .agg(**_ranked("ratio", "pooled", levels, pl.lit(True)))
    )
    panel = scored.group_by("model").agg(
        typical=pl.col("ratio").median().clip(lower_bound=_LEAST_TYPICAL), n_series=pl.col("unique_id").n_unique()
    )
    pooled = panel.join(steps, how="cross").join(found, on=["model", "horizon"], how="left")
    return (
        _extended(own.with_columns(known=pl.lit(True)), "own", ["unique_id", "model"], levels),
        _extended(pooled, "pooled", ["model"], levels),
    )


def _ranked(name: str, prefix: str, levels: tuple[int, ...], reliable: pl.Expr) -> dict[str, pl.Expr]:
    """The conformal quantile of each level; null where there are too few scores for it."""
    found: dict[str, pl.Expr] = {}
    for level in levels:
        rank = ((pl.len() + 1) * level / 100).ceil().cast(pl.Int64)
        enough = reliable & (pl.len() >= _LEAST_SCORES) & (rank <= pl.len())
        value = pl.col(name).sort().get(pl.min_horizontal(rank, pl.len().cast(pl.Int64)) - 1)
        found[f"{prefix}_{level}"] = pl.when(enough).then(value)
    return found


def _extended(frame: pl.DataFrame, prefix: str, groups: list[str], levels: tuple[int, ...]) -> pl.DataFrame:
    """The quantiles at every horizon from their first on (see the module), rising levels."""
    frame = frame.sort(*groups, "horizon")
    root = pl.col("horizon").sqrt()
    for lower, level in zip((None, *levels), levels, strict=False):
        column = pl.col(f"{prefix}_{level}")
        further = (column / root).forward_fill().over(groups) * root
        if lower is not None:
            below = pl.col(f"{prefix}_{lower}")
            proportion = pl.when(below > 0).then(column / below).forward_fill().over(groups)
            further = pl.max_horizontal(further, below * proportion)
        frame = frame.with_columns(pl.coalesce(column, further).alias(f"{prefix}_{level}"))
    return frame


def _width(level: int) -> pl.Expr:
    """The half-width of one level on the log scale from the joined quantiles."""
    # Too few errors in the whole panel leave the normal quantile: the typical ratio is a median of |error|.
    normal = NormalDist().inv_cdf((1 + level / 100) / 2) / NormalDist().inv_cdf(0.75)
    known = pl.col("known").is_not_null() | (pl.col("n_series") >= _LEAST_SERIES)
    panel = pl.col(f"pooled_{level}") * _LEARNED_SINCE
    borrowed = pl.coalesce(panel, normal * pl.col("typical") * pl.col("horizon").sqrt()) * _unit()
    own = pl.col(f"own_{level}").cum_max().over("unique_id", "model", order_by="horizon")
    return pl.coalesce(own, pl.when(known).then(borrowed)).alias(f"width_{level}")


def half_widths(
    forecasts: pl.DataFrame, backtest: pl.DataFrame, *, horizon: int, levels: tuple[int, ...] = LEVELS
) -> pl.DataFrame:
    """The forecasts (unique_id, model, horizon, yhat, scale, spread, ...) with half-widths of logs: width_<level>.

    Null for a series that has no errors in the backtest, unless those of a panel of others can stand for them.
    """
    rising = tuple(sorted(levels))
    own, pooled = _quantiles(backtest, horizon=horizon, levels=rising)
    return (
        forecasts.join(own, on=["unique_id", "model", "horizon"], how="left", maintain_order="left")
        .join(pooled, on=["model", "horizon"], how="left", maintain_order="left")
        .with_columns(_width(level) for level in rising)
        .select(*forecasts.columns, *(f"width_{level}" for level in rising))
    )


def add_intervals(
    forecasts: pl.DataFrame,
    backtest: pl.DataFrame,
    *,
    horizon: int,
    levels: tuple[int, ...] = LEVELS,
) -> pl.DataFrame:
    """The forecasts (unique_id, model, horizon, yhat, scale, spread, ...) with lo_<level>, hi_<level> for each level.

    `scale` and `spread` are those of `models.backtest.seasonal_scale`. Bounds never lie below zero, hold the forecast,
    and a higher level's hold a lower level's. They are null where nothing tells how far a series may stray (see
    `half_widths`).
    """
    rising = tuple(sorted(levels))
    joined = half_widths(forecasts, backtest, horizon=horizon, levels=rising)
    scale = pl.col("scale")
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
