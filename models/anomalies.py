"""What is unusual in new figures, and which parts of a whole brought it about.

`unexpected` tells newest figures outside the 95 % interval that they were given from the month before; `changes` tells
the month since which a series has grown at another pace. Both name the smallest parts (province, market) that
contributed most.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.ensemble import NAME
from models.series import COVID_19, Intervention

FINDINGS: Final[dict[str, Any]] = {
    "unique_id": pl.String,
    "kind": pl.String,
    "ds": pl.Date,
    "y": pl.Float64,
    "expected": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "score": pl.Float64,
    "explained": pl.List(pl.Struct({"part": pl.String, "share": pl.Float64})),
}
"""Columns of findings. kind `unexpected`: figure, forecast and its 95 % interval; score: distance from the forecast in
half-widths (logs). kind `change`: mean growth on the year before since `ds`, and before it (percent), no interval;
score: their distance in standard errors. explained: the smallest parts by what they contributed, as shares of it."""
_MOST_PARTS: Final = 3
_LEAST_GROWTH: Final = 15
"""Months whose growth is known without which no change of pace is looked for."""
_LEAST_SIDE: Final = 4
_RECOVERY_MONTHS: Final = 12
_RECENT: Final = 12
_CERTAIN: Final = 5.0
"""Standard errors between two paces that count as a change: with one split in twelve chosen as the widest, noise of
independent months reaches it in less than one series of a hundred."""


def unexpected(backtest: pl.DataFrame, hierarchies: Sequence[pl.DataFrame] = ()) -> pl.DataFrame:
    """Newest figures outside their 95 % interval one month ahead (columns FINDINGS), the most surprising first.

    backtest: unique_id, model, cutoff, ds, horizon, y, yhat, lo_95, hi_95; of the combination the newest origin counts.
    hierarchies: unique_id, part. Forecasts that add up make the deviations of parts add up to that of the whole.
    """
    told = backtest.filter((pl.col("model") == NAME) & (pl.col("horizon") == 1)).filter(
        pl.col("cutoff") == pl.col("cutoff").max().over("unique_id")
    )
    deviations = told.select("unique_id", "ds", value=pl.col("y") - pl.col("yhat"))
    outside = told.filter((pl.col("y") < pl.col("lo_95")) | (pl.col("y") > pl.col("hi_95")))
    above = pl.col("y") > pl.col("yhat")
    bound = pl.when(above).then("hi_95").otherwise("lo_95")
    # One more on both sides of the ratios keeps figures of zero defined.
    moved, allowed = (((name + 1) / (pl.col("yhat") + 1)).log().abs() for name in (pl.col("y"), bound))
    found = outside.select(
        "unique_id",
        "ds",
        "y",
        kind=pl.lit("unexpected"),
        expected="yhat",
        low="lo_95",
        high="hi_95",
        score=moved / allowed.clip(lower_bound=1e-3),
    )
    return _explained(found, deviations, hierarchies)


def changes(
    panel: pl.DataFrame,
    hierarchies: Sequence[pl.DataFrame] = (),
    *,
    intervention: Intervention = COVID_19,
) -> pl.DataFrame:
    """Monthly series whose growth on the year before changed its pace in the last year (columns FINDINGS).

    panel: unique_id, ds, y. Growth counts where both months lie a year or more after the intervention: before, all that
    there is to find is the recovery. The split into two means that
    leaves the least squared error is taken, four months or more on each side, where the means differ by five standard
    errors or more (t statistic with the pooled spread; Hawkins 1977 on a single shift of level).
    """
    growth = _growth(panel, intervention)
    rows = [
        (name, *split)
        for (name,), part in growth.partition_by("unique_id", as_dict=True, maintain_order=True).items()
        if (split := _split(part["growth"].to_numpy())) is not None
    ]
    measured = dict.fromkeys(("before", "after", "score"), pl.Float64)
    schema: dict[str, Any] = {"unique_id": pl.String, "place": pl.Int64, **measured}
    splits = pl.DataFrame(rows, schema=schema, orient="row")
    numbered = growth.with_columns(place=pl.int_range(pl.len()).over("unique_id"))
    at = splits.join(numbered, on=["unique_id", "place"])
    percent = {name: (pl.col(name).exp() - 1) * 100 for name in ("before", "after")}
    found = at.select(
        "unique_id",
        "ds",
        kind=pl.lit("change"),
        y=percent["after"],
        expected=percent["before"],
        low=pl.lit(None, pl.Float64),
        high=pl.lit(None, pl.Float64),
        score="score",
    )
    return _explained(found, _gains(growth, found, hierarchies), hierarchies)


def _growth(panel: pl.DataFrame, intervention: Intervention) -> pl.DataFrame:
    """unique_id, ds, gain (figure less that of a year before), growth (the same in logs)."""
    settled = pl.lit(intervention.end).dt.offset_by(f"{_RECOVERY_MONTHS}mo")
    known = panel.filter((pl.col("ds") > settled) & (pl.col("y") > 0))
    before = known.select("unique_id", pl.col("ds").dt.offset_by("12mo"), before="y")
    both = known.join(before, on=["unique_id", "ds"])
    return both.select(
        "unique_id", "ds", gain=pl.col("y") - pl.col("before"), growth=(pl.col("y") / pl.col("before")).log()
    ).sort("unique_id", "ds")


def _split(growth: NDArray[np.float64]) -> tuple[int, float, float, float] | None:
    """Place of the first month after the change, means before and after, score; None where there is none."""
    if len(growth) < _LEAST_GROWTH:
        return None
    first = max(_LEAST_SIDE, len(growth) - _RECENT)
    places = range(first, len(growth) - _LEAST_SIDE + 1)
    errors = [growth[:at].var() * at + growth[at:].var() * (len(growth) - at) for at in places]
    best = int(np.argmin(errors))
    at = places[best]
    before, after = float(growth[:at].mean()), float(growth[at:].mean())
    spread = max(errors[best] / (len(growth) - 2), 1e-6) * (1 / at + 1 / (len(growth) - at))
    score = abs(after - before) / float(np.sqrt(spread))
    return (at, before, after, score) if score >= _CERTAIN else None


def _gains(growth: pl.DataFrame, found: pl.DataFrame, hierarchies: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """What each part gained on the year before since the change of each whole: unique_id, ds, value."""
    if not hierarchies:
        return growth.clear().select("unique_id", "ds", value="gain")
    starts = found.select("ds").unique()
    return (
        starts.rename({"ds": "start"})
        .join(growth, how="cross")
        .filter(pl.col("ds") >= pl.col("start"))
        .group_by("unique_id", ds="start")
        .agg(value=pl.col("gain").mean())
    )


def _explained(found: pl.DataFrame, deviations: pl.DataFrame, hierarchies: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Findings with the parts that went the way of the whole, by their share of what it deviated."""
    nothing = {"unique_id": pl.String, "ds": pl.Date, "explained": FINDINGS["explained"]}
    told = [pl.DataFrame(schema=nothing)]
    for parts in hierarchies:
        wholes = found.select("unique_id", "ds").join(deviations.rename({"value": "whole"}), on=["unique_id", "ds"])
        shares = (
            wholes.join(parts.filter(pl.col("unique_id") != pl.col("part")), on="unique_id")
            .join(deviations.rename({"unique_id": "part"}), on=["part", "ds"])
            .with_columns(share=pl.col("value") / pl.col("whole"))
            .filter(pl.col("share") > 0)
            .sort("unique_id", "ds", "share", "part", descending=[False, False, True, False])
        )
        told.append(
            shares.group_by("unique_id", "ds", maintain_order=True).agg(
                explained=pl.struct("part", "share").head(_MOST_PARTS)
            )
        )
    joined = found.join(pl.concat(told), on=["unique_id", "ds"], how="left")
    return joined.select(pl.col(name).cast(kind) for name, kind in FINDINGS.items()).sort(
        "score", "unique_id", descending=[True, False]
    )
