"""Forecasts of a hierarchy made to add up: parts sum to wholes, and none falls below zero (hierarchicalforecast).

`mint` weighs every node's forecast by how its errors went together with those of the others in the backtest (trace
minimisation with a shrunk covariance: Wickramasuriya, Athanasopoulos & Hyndman 2019; never negative: Wickramasuriya,
Turlach & Hyndman 2020). `bottom_up` adds the forecasts of the smallest parts, as `mint` does where too
few past errors are known.
"""

from __future__ import annotations

import warnings
from typing import Any, Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.series import PanelError

Method = Literal["mint", "bottom_up"]
METHODS: Final[tuple[Method, ...]] = ("mint", "bottom_up")
_LEAST_ERRORS = 10
"""Errors common to all nodes without which their covariance is not known, and the parts are added up instead."""

Matrix = NDArray[np.float64]


def sum_up(panel: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """The panel of a whole hierarchy from that of its smallest parts: unique_id, ds, y.

    panel: unique_id, ds, y of the parts. parts: unique_id, part: the parts of each node; a smallest part has itself.
    A period counts where every part of the node has a figure.
    """
    wanted = parts.group_by("unique_id").agg(count=pl.len())
    return (
        parts.join(panel.rename({"unique_id": "part"}), on="part")
        .drop_nulls("y")
        .group_by("unique_id", "ds")
        .agg(pl.col("y").sum(), found=pl.len())
        .join(wanted, on="unique_id")
        .filter(pl.col("found") == pl.col("count"))
        .select("unique_id", "ds", "y")
        .sort("unique_id", "ds")
    )


def reconcile(
    forecasts: pl.DataFrame, backtest: pl.DataFrame, parts: pl.DataFrame, *, method: Method = "mint"
) -> pl.DataFrame:
    """One model's forecasts of a hierarchy (unique_id, ds, yhat, ...) with yhat adding up over `parts` (see `sum_up`).

    backtest: the model's past errors (unique_id, cutoff, ds, y, yhat). Figures below zero are taken as zero.
    Raises PanelError when a node and period of the hierarchy has no forecast.
    """
    nodes, summing = _summing(parts)
    wide = forecasts.pivot(on="ds", index="unique_id", values="yhat", sort_columns=True)
    ordered = pl.DataFrame({"unique_id": nodes}).join(wide, on="unique_id", how="left", maintain_order="left")
    missing = ordered.filter(pl.any_horizontal(pl.exclude("unique_id").is_null()))
    if missing.height or ordered.width == 1:
        raise PanelError(
            "Series {series} has no forecast for some period, so that its hierarchy cannot add up. Forecast it, too.",
            series=(missing["unique_id"][0] if missing.height else nodes[0]),
        )
    told: Matrix = ordered.drop("unique_id").to_numpy().astype(np.float64)
    # The solver's tolerances are absolute: figures near one suit them.
    size = float(np.abs(told).mean()) or 1.0
    added = _solved(summing, told / size, _errors(backtest, nodes) / size, method) * size
    periods = forecasts["ds"].unique().sort()
    tidy = pl.DataFrame({"unique_id": nodes}).join(periods.to_frame(), how="cross", maintain_order="left_right")
    tidy = tidy.with_columns(yhat=pl.Series(added.reshape(-1)))
    return forecasts.drop("yhat").join(tidy, on=["unique_id", "ds"], maintain_order="left").select(forecasts.columns)


def reconcile_backtest(backtest: pl.DataFrame, parts: pl.DataFrame, *, method: Method = "mint") -> pl.DataFrame:
    """One model's past forecasts of a hierarchy as they would have been reconciled at each origin.

    Only errors whose truth was known at the origin count. Rows of series outside the hierarchy, and of periods for
    which some node has no forecast or no truth, are as they were.
    """
    nodes = parts["unique_id"].unique().to_list()
    inside = pl.col("unique_id").is_in(nodes)
    everywhere = inside & (pl.len().over("cutoff", "ds", inside) == len(nodes))
    made = [backtest.filter(~everywhere)]
    for cutoff in backtest["cutoff"].unique().sort():
        now = backtest.filter(everywhere & (pl.col("cutoff") == cutoff))
        then = backtest.filter(inside & (pl.col("cutoff") < cutoff) & (pl.col("ds") <= cutoff))
        if now.height:
            made.append(reconcile(now, then, parts, method=method))
    return pl.concat(made)


def _summing(parts: pl.DataFrame) -> tuple[list[str], Matrix]:
    """Names of the nodes, the smallest parts last, and the matrix that sums parts (columns) to nodes (rows)."""
    smallest = parts["part"].unique().sort().to_list()
    above = sorted(set(parts["unique_id"]) - set(smallest))
    nodes = [*above, *smallest]
    row, column = ({name: place for place, name in enumerate(names)} for names in (nodes, smallest))
    summing = np.zeros((len(nodes), len(smallest)))
    for node, part in parts.select("unique_id", "part").iter_rows():
        summing[row[node], column[part]] = 1
    return nodes, summing


def _errors(backtest: pl.DataFrame, nodes: list[str]) -> Matrix:
    """Past errors, a row per node, a column per origin and period for which all nodes have one."""
    wide = (
        backtest.filter(pl.col("unique_id").is_in(nodes))
        .with_columns(error=pl.col("y") - pl.col("yhat"))
        .pivot(on="unique_id", index=["cutoff", "ds"], values="error")
        .sort("cutoff", "ds")
    )
    if not set(nodes) <= set(wide.columns):
        return np.empty((len(nodes), 0))
    return wide.select(nodes).drop_nulls().to_numpy().T.astype(np.float64)


def _solved(summing: Matrix, told: Matrix, errors: Matrix, method: Method) -> Matrix:
    """Coherent forecasts (nodes, periods) from those told."""
    bottom = np.maximum(told[-summing.shape[1] :], 0)
    if method == "bottom_up" or len(summing) == len(bottom) or errors.shape[1] < _LEAST_ERRORS:
        return np.asarray(summing @ bottom, dtype=np.float64)
    told = np.maximum(told, 0)
    bottom = _traced(summing, told, errors, nonnegative=False)
    below = (bottom < 0).any(axis=0)
    # Where none is below zero the bound changes nothing, and the quadratic programme would only take longer.
    if below.any():
        bottom[:, below] = _traced(summing, told[:, below], errors, nonnegative=True)
    # What the solver leaves below zero or off the sum is its tolerance.
    return np.asarray(summing @ np.maximum(bottom, 0), dtype=np.float64)


def _traced(summing: Matrix, told: Matrix, errors: Matrix, *, nonnegative: bool) -> Matrix:
    """The smallest parts (parts, periods) of forecasts reconciled by minimal trace."""
    from hierarchicalforecast.methods import MinTrace

    solver = MinTrace("mint_shrink", nonnegative=nonnegative)
    with warnings.catch_warnings():
        # The solver tells that it converts our matrices.
        warnings.simplefilter("ignore")
        answer: Any = solver.fit_predict(S=summing, y_hat=told, y_insample=errors, y_hat_insample=np.zeros_like(errors))
    return np.array(answer["mean"][-summing.shape[1] :], dtype=np.float64)
