"""Global models: one fit over all series of a panel, direct forecasts of every horizon (scikit-learn).

gradient_boosting (Friedman 2001, histogram version), extra_trees (Geurts, Ernst & Wehenkel 2006) and linear (ridge,
one per horizon) learn on logs of months and quarters and on levels of years; what they see is in `models.lags`. They
need many series to learn from: a small panel goes without them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.baselines import future
from models.lags import Array, History, Places, history_of, rows_at
from models.series import bounded, from_log, log_offset, to_log

GLOBAL_MODELS = ("extra_trees", "gradient_boosting", "linear")
LEAST_SERIES = 20
"""With fewer series a global model would learn them by heart."""
_LEAST_ROWS = 1000
_MOST_ROWS = 120_000
"""Rows drawn to learn from: enough for these models, and what keeps the time of a fit the same for any panel."""
_MOST_ROWS_TREES = 60_000
_CHUNK = 2_000
_CLIP = 6.0
"""A change of more units than this is an accident, not a lesson."""
_FAR = 8.0
_SEED = 11

Predict = Callable[[NDArray[np.float32]], Array]


@dataclass(frozen=True, slots=True)
class _Panel:
    """The series long enough to be told."""

    names: list[str]
    history: History


def global_forecasts(
    panel: pl.DataFrame, *, horizon: int, season: int, roster: Collection[str] = GLOBAL_MODELS
) -> pl.DataFrame:
    """Those of the three models that `roster` names, for the series of a prepared panel: unique_id, ds, model, horizon,
    yhat (never negative).

    Series without two whole seasons and a figure more are left out; without LEAST_SERIES others, all are.
    Deterministic: drawn with a fixed seed.
    """
    nothing = {"unique_id": pl.String, "ds": pl.Date, "model": pl.String, "horizon": pl.Int32, "yhat": pl.Float64}
    wanted = [name for name in GLOBAL_MODELS if name in roster]
    if not wanted:
        return pl.DataFrame(schema=nothing)
    facts = log_offset(panel)
    held = _held(panel.join(facts, on="unique_id", maintain_order="left"), season)
    if len(held.names) < LEAST_SERIES:
        return pl.DataFrame(schema=nothing)
    series, origin, steps = _lessons(held.history, horizon)
    if len(series) < _LEAST_ROWS:
        return pl.DataFrame(schema=nothing)
    rows = rows_at(held.history, series, origin, steps)
    change = (held.history.values[series, origin + steps] - rows.naive) / rows.unit
    usable = np.isfinite(change)
    learned = _learn(rows.features[usable], np.clip(change[usable], -_CLIP, _CLIP), steps[usable], wanted)
    told = pl.concat(_told(held, learned, horizon))
    return (
        future(panel, horizon=horizon, season=season)
        .join(told, on=["unique_id", "horizon"])
        .join(facts, on="unique_id")
        .with_columns(yhat=from_log("z", "offset") if season > 1 else pl.col("z") * pl.col("mean"))
        .with_columns(yhat=bounded("yhat", "highest"))
        .select(*nothing)
        .sort("unique_id", "model", "ds")
    )


def _held(panel: pl.DataFrame, season: int) -> _Panel:
    least = max(2 * season + 1, 4)
    parts = (
        panel.filter(pl.len().over("unique_id") >= least)
        # Yearly growth in logs goes on for ever; in levels it does not, and did better on years held back in training.
        .with_columns(z=to_log("y", "offset") if season > 1 else pl.col("y") / pl.col("mean"))
        .group_by("unique_id", maintain_order=True)
        .agg("z")
    )
    series = parts["z"].to_list()
    longest = max(map(len, series), default=0)
    values = np.full((len(series), longest), np.nan)
    for row, figures in enumerate(series):
        values[row, longest - len(figures) :] = figures
    return _Panel(parts["unique_id"].to_list(), history_of(values, season))


def _lessons(history: History, horizon: int) -> tuple[Places, Places, Places]:
    """Series, origin and horizon of the rows to learn from: a draw of all whose truth is known."""
    season = history.season
    least = 2 * season + 1 if season > 1 else 3
    last = history.values.shape[1] - 1
    series, origin = np.nonzero(history.count[:, :last] >= least)
    draw = np.random.default_rng(_SEED)
    wanted = min(2 * _MOST_ROWS, 2 * len(series) * horizon)
    chosen = np.unique(draw.integers(0, len(series) * horizon, wanted)) if len(series) else np.empty(0, np.int64)
    pair, steps = chosen // horizon, chosen % horizon + 1
    known = origin[pair] + steps <= last
    pair, steps = pair[known], steps[known]
    if len(pair) > _MOST_ROWS:
        kept = np.sort(draw.choice(len(pair), _MOST_ROWS, replace=False))
        pair, steps = pair[kept], steps[kept]
    return series[pair], origin[pair], steps


def _learn(features: NDArray[np.float32], change: Array, steps: Places, wanted: Collection[str]) -> dict[str, Predict]:
    """A function per wanted model from features to changes."""
    middle = np.nan_to_num(np.nanmedian(features, axis=0))

    def filled(raw: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.where(np.isfinite(raw), raw, middle).astype(np.float32)

    whole = filled(features)
    learned: dict[str, Predict] = {}
    if "extra_trees" in wanted:
        trees = _trees(whole, change)
        learned["extra_trees"] = lambda raw: trees.predict(filled(raw))
    if "gradient_boosting" in wanted:
        learned["gradient_boosting"] = _boosting(features, change)
    if "linear" in wanted:
        linear = _Ridges(whole, change, steps)
        learned["linear"] = lambda raw: linear.predict(filled(raw))
    return learned


def _trees(whole: NDArray[np.float32], change: Array) -> Any:
    from sklearn.ensemble import ExtraTreesRegressor

    drawn = np.random.default_rng(_SEED).permutation(len(whole))[:_MOST_ROWS_TREES]
    trees = ExtraTreesRegressor(120, min_samples_leaf=15, max_features=0.4, n_jobs=-1, random_state=_SEED)
    trees.fit(whole[drawn], change[drawn])
    # Threads add up their trees in the order they finish, and the same figures must give the same forecast to the bit.
    return trees.set_params(n_jobs=1)


def _boosting(features: NDArray[np.float32], change: Array) -> Predict:
    from sklearn.ensemble import HistGradientBoostingRegressor

    boosting = HistGradientBoostingRegressor(
        loss="absolute_error",
        max_iter=200,
        learning_rate=0.04,
        max_leaf_nodes=15,
        min_samples_leaf=60,
        l2_regularization=10,
        max_features=0.3,
        early_stopping=False,
        random_state=_SEED,
    )
    with one_thread():
        boosting.fit(features, change)
    predict: Predict = boosting.predict
    return predict


def one_thread() -> Any:
    """Boosting on one thread: its threads wait for each other in busy loops, which on a machine that others use, too,
    makes two of them many times slower than one."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1, user_api="openmp")


class _Ridges:
    """A ridge regression per horizon on clipped, standardised features."""

    def __init__(self, features: NDArray[np.float32], change: Array, steps: Places) -> None:
        from sklearn.linear_model import Ridge
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        self._fits: dict[int, Any] = {}
        for step in np.unique(steps):
            of_step = steps == step
            fit = make_pipeline(StandardScaler(), Ridge(300.0))
            self._fits[int(step)] = fit.fit(_clipped(features[of_step]), np.clip(change[of_step], -4, 4))

    def predict(self, features: NDArray[np.float32]) -> Array:
        """Changes; zero for a horizon that nothing was learned about."""
        steps = features[:, _STEP]
        out = np.zeros(len(features))
        for step, fit in self._fits.items():
            of_step = steps == step
            if of_step.any():
                out[of_step] = fit.predict(_clipped(features[of_step]))
        return out


_STEP = -7
"""Column of the horizon among the features (see `models.lags.rows_at`)."""


def _clipped(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Far values cut off: a line, unlike a tree, would follow them anywhere."""
    return np.clip(features, -_FAR, _FAR)


def _told(held: _Panel, learned: dict[str, Predict], horizon: int) -> Iterator[pl.DataFrame]:
    """Forecasts on the scale learned on, some series at a time: unique_id, horizon, z, model."""
    last = held.history.values.shape[1] - 1
    for start in range(0, len(held.names), _CHUNK):
        names = held.names[start : start + _CHUNK]
        series = np.repeat(np.arange(start, start + len(names)), horizon)
        steps = np.tile(np.arange(1, horizon + 1), len(names))
        rows = rows_at(held.history, series, np.full(len(series), last), steps)
        for model, predict in learned.items():
            yield pl.DataFrame(
                {
                    "unique_id": np.repeat(names, horizon),
                    "horizon": steps.astype(np.int32),
                    "z": rows.naive + rows.unit * predict(rows.features),
                }
            ).with_columns(model=pl.lit(model))
