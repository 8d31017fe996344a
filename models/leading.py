"""Leading indicators: what a series published earlier tells of the months of others that are not published yet.

A leader is forecast from where its followers' figures end, by the statistical models; its published months then show
by how much that was wrong: the surprise, log(published / forecast). The combination's forecast of a follower is moved
by the elasticity times the surprise of the same month: a bridge equation with one regressor, on forecast errors
(Baffigi, Golinelli & Parigi 2004 on bridge models). Months beyond the leader's last are moved by the mean of its last
three surprises. The elasticity is learned from past origins (least squares through the origin, all followers of a group
together) and lies between 0 and 1: no follower is taken to move more than its leader.

Every origin of the backtest stands as far after its last figure as today stands after ours: what counts of the leader
is what was published by that day, and no further ahead than its published months reach today.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from models.availability import known_at
from models.ensemble import NAME, combine
from models.series import Intervention, bridge, log_offset, regular_panel, to_log
from models.statistical import STATISTICAL_MODELS, forecast_singles

LED: Final[dict[str, Any]] = {"leader": pl.String, "known_to": pl.Date, "elasticity": pl.Float64}
"""What is told of a forecast that a leader moved: its name, its last month used, the elasticity."""
NOWCAST: Final = "nowcast"
"""Model of the rows that tell of months up to the one under way."""
ACCOUNT: Final[dict[str, Any]] = {
    "group": pl.String,
    "leader": pl.String,
    "series": pl.UInt32,
    "origins": pl.UInt32,
    "mase_alone": pl.Float64,
    "mase_led": pl.Float64,
    "elasticity": pl.Float64,
}
_CARRIED: Final = 3
"""Last surprises whose mean stands for those to come."""
_KEY: Final = ["group", "leader"]
_LEAST_ORIGINS: Final = 2
"""Past origins without which an elasticity is not tried, and tried ones without which it is not trusted."""
_SEASONS: Final = 2
"""Seasons of a leader without which it is not forecast."""
_UNLEARNED: Final = pl.DataFrame(schema={"unique_id": pl.String, "model": pl.String, "weight": pl.Float64})
_SURPRISES: Final[dict[str, Any]] = {"cutoff": pl.Date, "ds": pl.Date, "surprise": pl.Float64, "known": pl.Boolean}


@dataclass(frozen=True, slots=True)
class Leader:
    """A series that others follow. figures: ds, y, published (see `models.availability.published`). group: what its
    followers have in common, as told to people; several leaders may be tried, and the best counts."""

    name: str
    group: str
    followers: frozenset[str]
    figures: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Leading:
    """The leaders of a panel, and today: what was published later does not count."""

    leaders: tuple[Leader, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far a panel is forecast: periods ahead, periods a year, the shock that is no history."""

    periods: int
    season: int
    intervention: Intervention | None


@dataclass(frozen=True, slots=True)
class Led:
    """What leaders made of the combination.

    backtest, forecasts: the rows given, those of the combination moved where a leader helped; forecasts have the
    columns LED, null where none did. account: by group and leader, as all origins together tell: how many series;
    origins on which the leader was tried; mase_alone and mase_led there, of the periods whose surprise was known (each
    moved by what earlier origins had taught); elasticity, 0 where the leader is left aside.
    """

    backtest: pl.DataFrame
    forecasts: pl.DataFrame
    account: pl.DataFrame


def surprises(leader: Leader, end: date, cutoffs: Sequence[date], today: date, horizon: Horizon) -> pl.DataFrame:
    """By how much a leader differed from its own forecast after each cutoff, and after `end`, where its followers end
    today: cutoff, ds, surprise (log), known (false: carried on). No rows for a cutoff of which too little was known."""
    newest = known_at(leader.figures, today)["ds"].max()
    if not isinstance(newest, date) or newest <= end:
        return pl.DataFrame(schema=_SURPRISES)
    seen = pl.concat(_seen(leader, cutoff, end, newest, today) for cutoff in sorted({*cutoffs, end}))
    # A leader that was itself not known up to the cutoff leads nothing from there.
    whole = (pl.col("ds") == pl.col("cutoff")).any().over("unique_id")
    past = seen.filter(whole).filter(pl.col("ds") <= pl.col("cutoff"))
    past = past.filter(pl.len().over("unique_id") >= _SEASONS * horizon.season)
    if past.is_empty():
        return pl.DataFrame(schema=_SURPRISES)
    train = regular_panel(past, season=horizon.season)
    if horizon.intervention is not None:
        train = bridge(train, horizon.intervention, season=horizon.season)
    how = {"horizon": horizon.periods, "season": horizon.season}
    singles = forecast_singles(train, **how, roster=STATISTICAL_MODELS)
    told = combine(singles, _UNLEARNED, season=horizon.season)
    met = told.join(log_offset(train), on="unique_id", maintain_order="left").join(
        seen.drop("cutoff"), on=["unique_id", "ds"], how="left", maintain_order="left"
    )
    carried = pl.col("found").drop_nulls().tail(_CARRIED).mean().over("unique_id")
    return (
        met.with_columns(found=to_log("y") - to_log("yhat"))
        .with_columns(surprise=pl.coalesce("found", carried), known=pl.col("found").is_not_null())
        .drop_nulls("surprise")
        .select("ds", "surprise", "known", cutoff=pl.col("unique_id").str.to_date())
        .select(_SURPRISES.keys())
        .sort("cutoff", "ds")
    )


def _seen(leader: Leader, cutoff: date, end: date, newest: date, today: date) -> pl.DataFrame:
    """What was known of a leader at an origin: unique_id (the cutoff as text), cutoff, ds, y."""
    back = f"-{(end.year - cutoff.year) * 12 + end.month - cutoff.month}mo"
    shifted = pl.select(day=pl.lit(today).dt.offset_by(back), last=pl.lit(newest).dt.offset_by(back))
    day, last = shifted.row(0)
    known = known_at(leader.figures, day).filter(pl.col("ds") <= last)
    return known.select("ds", "y", unique_id=pl.lit(str(cutoff)), cutoff=pl.lit(cutoff))


def led(
    backtest: pl.DataFrame,
    forecasts: pl.DataFrame,
    leading: Leading | None,
    hierarchies: Sequence[pl.DataFrame],
    ends: pl.DataFrame,
    horizon: Horizon,
) -> Led:
    """Move the combination's rows where a leader helped (see the module).

    backtest: unique_id, model, cutoff, ds, y, yhat, scale, ... forecasts: unique_id, model, ds, yhat, ... ends:
    unique_id, cutoff (last figure of the series) and scale (as in the backtest). At each origin of the backtest a
    leader is chosen, and its elasticity learned, from errors whose truth was known by then. hierarchies (unique_id,
    part): of these only the smallest parts are moved, and their wholes by as much as they together.
    """
    unled = forecasts.with_columns(pl.lit(None, kind).alias(name) for name, kind in LED.items())
    if leading is None or not leading.leaders or backtest.is_empty():
        return Led(backtest, unled, pl.DataFrame(schema=ACCOUNT))
    ours = pl.col("model") == NAME
    past, ahead = backtest.filter(ours), forecasts.filter(ours)
    wholes = {name for parts in hierarchies for name in set(parts["unique_id"]) - set(parts["part"])}
    tried, coming = _met(past, ahead, leading, wholes, ends, horizon)
    moved = [past.clear()]
    for cutoff in past["cutoff"].unique().sort():
        known = tried.filter((pl.col("cutoff") < cutoff) & (pl.col("ds") <= cutoff))
        now = tried.filter(pl.col("cutoff") == cutoff)
        moved.append(_moved(past.filter(pl.col("cutoff") == cutoff), now, verdicts(known)).drop(LED))
    account = verdicts(tried)
    reached = {leader.name: known_at(leader.figures, leading.today)["ds"].max() for leader in leading.leaders}
    scaled = ahead.join(ends.select("unique_id", "scale"), on="unique_id", maintain_order="left")
    later = _moved(scaled, coming, account).with_columns(
        known_to=pl.col("leader").replace_strict(reached, default=None, return_dtype=pl.Date)
    )
    then, now = pl.concat(moved), later.select(unled.columns)
    for parts in hierarchies:
        then, now = (_wholes_moved(rows, before, parts) for rows, before in ((then, past), (now, ahead)))
    return Led(
        backtest=pl.concat([backtest.filter(~ours), then]),
        forecasts=pl.concat([unled.filter(~ours), now]),
        account=account,
    )


def _met(
    past: pl.DataFrame,
    ahead: pl.DataFrame,
    leading: Leading,
    wholes: Collection[str],
    ends: pl.DataFrame,
    horizon: Horizon,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Past (see `trials`) and new forecasts of followers beside the surprises of their leaders, a row for each."""
    told, coming = [_beside(past)], [_beside(ahead)]
    cutoffs = past.select("unique_id", "cutoff").unique().join(ends.select("unique_id", end="cutoff"), on="unique_id")
    found: dict[tuple[str, date], pl.DataFrame] = {}
    for leader in leading.leaders:
        names = list(leader.followers.difference(wholes))
        followers = ends.filter(pl.col("unique_id").is_in(names)).select("unique_id", end="cutoff")
        for end in followers["end"].unique().sort():
            if (leader.name, end) not in found:
                origins = cutoffs.filter(pl.col("end") == end)["cutoff"].unique().to_list()
                found[leader.name, end] = surprises(leader, end, origins, leading.today, horizon)
            named = found[leader.name, end].with_columns(group=pl.lit(leader.group), leader=pl.lit(leader.name))
            series = followers.filter(pl.col("end") == end).select("unique_id")
            mine, later = (rows.join(series, on="unique_id", maintain_order="left") for rows in (past, ahead))
            then = named.filter("known").drop("known")
            told.append(mine.join(then, on=["cutoff", "ds"], maintain_order="left"))
            now = named.filter(pl.col("cutoff") == end).drop("cutoff", "known")
            coming.append(later.join(now, on="ds", maintain_order="left"))
    return trials(pl.concat(told)), pl.concat(coming)


def _beside(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.DataFrame(schema={**rows.schema, "surprise": pl.Float64, "group": pl.String, "leader": pl.String})


def trials(told: pl.DataFrame) -> pl.DataFrame:
    """Past forecasts beside surprises (group, leader, unique_id, cutoff, ds, y, yhat, scale, surprise) with `product`
    and `square`, whose sums give an elasticity, and `moved`: the forecast moved by what earlier origins had taught by
    then, null where they were too few."""
    error = ((pl.col("y") + pl.col("scale")) / (pl.col("yhat") + pl.col("scale"))).log()
    rows = told.with_columns(product=error * pl.col("surprise"), square=pl.col("surprise").pow(2))
    tried = [rows.clear().with_columns(moved=pl.lit(None, pl.Float64))]
    for cutoff in rows["cutoff"].unique().sort():
        earlier = rows.filter((pl.col("cutoff") < cutoff) & (pl.col("ds") <= cutoff))
        learned = _learned(earlier).filter(pl.col("origins") >= _LEAST_ORIGINS).select(*_KEY, "elasticity")
        now = rows.filter(pl.col("cutoff") == cutoff).join(learned, on=_KEY, how="left", maintain_order="left")
        moved = _bridged(pl.col("elasticity") * pl.col("surprise"))
        tried.append(now.with_columns(moved=moved).drop("elasticity"))
    return pl.concat(tried)


def verdicts(tried: pl.DataFrame) -> pl.DataFrame:
    """What `trials` tell of each leader: the columns ACCOUNT."""
    judged = tried.filter(pl.col("moved").is_not_null())
    mase = {name: ((pl.col("y") - pl.col(name)).abs() / pl.col("scale")).mean() for name in ("yhat", "moved")}
    figures = judged.group_by(_KEY).agg(
        origins=pl.col("cutoff").n_unique(), mase_alone=mase["yhat"], mase_led=mase["moved"]
    )
    helped = (pl.col("origins") >= _LEAST_ORIGINS) & (pl.col("mase_led") < pl.col("mase_alone"))
    return (
        _learned(tried)
        .drop("origins")
        .join(figures, on=_KEY, how="left")
        .with_columns(pl.col("origins").fill_null(0))
        .with_columns(elasticity=pl.when(helped).then("elasticity").otherwise(0.0))
        .select(pl.col(name).cast(kind) for name, kind in ACCOUNT.items())
        .sort(_KEY)
    )


def _learned(rows: pl.DataFrame) -> pl.DataFrame:
    """group, leader, series, origins, elasticity, as all rows together tell."""
    square = pl.col("square").sum()
    slope = pl.when(square > 0).then((pl.col("product").sum() / square).clip(0, 1)).otherwise(0.0)
    return rows.group_by(_KEY).agg(
        series=pl.col("unique_id").n_unique(), origins=pl.col("cutoff").n_unique(), elasticity=slope
    )


def _bridged(move: pl.Expr) -> pl.Expr:
    """The forecast yhat moved on the log scale, never below zero."""
    return ((pl.col("yhat") + pl.col("scale")) * move.exp() - pl.col("scale")).clip(lower_bound=0)


def _moved(rows: pl.DataFrame, met: pl.DataFrame, account: pl.DataFrame) -> pl.DataFrame:
    """Forecasts (unique_id, ds, yhat, scale, ...) moved by the best leader that helped, with the columns LED."""
    gain = pl.col("mase_led") / pl.col("mase_alone")
    chosen = (
        met.select("unique_id", "ds", "group", "leader", "surprise")
        .join(account.filter(pl.col("elasticity") > 0).with_columns(gain=gain), on=["group", "leader"])
        .sort("gain", "group", "leader")
        .unique(["unique_id", "ds"], keep="first", maintain_order=True)
        .select("unique_id", "ds", "leader", "elasticity", "surprise")
    )
    moved = pl.when(pl.col("leader").is_not_null()).then(_bridged(pl.col("elasticity") * pl.col("surprise")))
    return (
        rows.join(chosen, on=["unique_id", "ds"], how="left", maintain_order="left")
        .with_columns(yhat=pl.coalesce(moved, "yhat"), known_to=pl.lit(None, pl.Date))
        .select(*rows.columns, *LED)
    )


def _wholes_moved(rows: pl.DataFrame, before: pl.DataFrame, parts: pl.DataFrame) -> pl.DataFrame:
    """Rows of which wholes are moved by as much as their smallest parts were since `before`; led by what led a part."""
    index = [name for name in ("cutoff", "ds") if name in rows.columns]
    was = before.select("unique_id", *index, was="yhat")
    told = [name for name in LED if name in rows.columns and name != "elasticity"]
    step = (
        rows.join(was, on=["unique_id", *index], maintain_order="left")
        .filter(pl.col("yhat") != pl.col("was"))
        .select("unique_id", *index, *told, move=pl.col("yhat") - pl.col("was"))
        .rename({"unique_id": "part"})
    )
    # In order: a sum in another order differs in its last bit.
    wholes = (
        parts.filter(pl.col("unique_id") != pl.col("part"))
        .join(step, on="part")
        .sort("unique_id", *index, "part")
        .group_by("unique_id", *index, maintain_order=True)
        .agg(pl.col("move").sum(), *(pl.col(name).drop_nulls().first().alias(f"_{name}") for name in told))
    )
    joined = rows.join(wholes, on=["unique_id", *index], how="left", maintain_order="left")
    return joined.with_columns(
        (pl.col("yhat") + pl.col("move").fill_null(0)).clip(lower_bound=0),
        *(pl.coalesce(name, f"_{name}").alias(name) for name in told),
    ).select(rows.columns)
