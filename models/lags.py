"""What a global model sees of a series at an origin: its recent past, freed of level and size.

All series of a panel stand in one array, a row each, ended together at the right. A row to learn from is a series, an
origin and a horizon. What is to be told is the change against the seasonal naive forecast, in units of the series'
mean absolute seasonal difference up to the origin (MASE's scale); every feature is a difference in the same unit, so
that small and large series teach each other (Montero-Manso & Hyndman 2021 on global models).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Places = NDArray[np.int64]
_PACES = (0.1, 0.3, 0.6)
_SEASONS_SEEN = {12: 4, 4: 5, 1: 7}
_RECENT = {12: (3, 6, 12), 4: (2, 4), 1: (2, 3)}
"""Last seasonal differences whose mean is a feature."""


@dataclass(frozen=True, slots=True)
class History:
    """Transformed figures of a panel, a row per series, missing before its first (n, t), and what is known at each
    origin: seasonal differences, their running scale and mean, level, smoothed versions, figures so far."""

    values: Array
    season: int
    differences: Array
    scale: Array
    drift: Array
    level: Array
    count: Array
    smoothed: tuple[Array, ...]


def history_of(values: Array, season: int) -> History:
    """Everything that features need, for all origins at once."""
    differences = np.full_like(values, np.nan)
    differences[:, season:] = values[:, season:] - values[:, :-season]
    known, seen = np.isfinite(differences), np.isfinite(values)
    counted = np.maximum(np.cumsum(known, axis=1), 1)
    return History(
        values=values,
        season=season,
        differences=differences,
        # A series that never moves has no scale of its own: a trifle keeps the division defined.
        scale=np.nancumsum(np.abs(differences), axis=1) / counted + 1e-4,
        drift=np.nancumsum(differences, axis=1) / counted,
        level=np.nancumsum(values, axis=1) / np.maximum(np.cumsum(seen, axis=1), 1),
        count=np.cumsum(seen, axis=1).astype(np.float64),
        smoothed=tuple(_smoothed(differences, pace) for pace in _PACES),
    )


def _smoothed(values: Array, pace: float) -> Array:
    """Exponentially weighted mean along each row, from its first value on."""
    state = np.full(values.shape[0], np.nan)
    out = np.full_like(values, np.nan)
    for place in range(values.shape[1]):
        now = values[:, place]
        moved = np.where(np.isnan(now), state, state + pace * (now - state))
        state = np.where(np.isnan(state), now, moved)
        out[:, place] = state
    return out


@dataclass(frozen=True, slots=True)
class Rows:
    """Features (r, f), the seasonal naive forecast and the unit of r rows, on the scale of the transformed figures."""

    features: NDArray[np.float32]
    naive: Array
    unit: Array


def rows_at(history: History, series: Places, origin: Places, horizon: Places) -> Rows:
    """What is known at each origin (place of the last figure) for the period `horizon` steps later.

    Missing where a series is too short for a feature.
    """
    season, seasons = history.season, _SEASONS_SEEN[history.season]
    places = origin[:, None] - np.arange(seasons * season)[None, :]
    past = np.where(places >= 0, history.values[series[:, None], np.maximum(places, 0)], np.nan)
    ahead = (horizon - 1) // season
    lag = (ahead + 1) * season - horizon
    unit = history.scale[series, origin]
    row = np.arange(len(series))
    same = [past[row, lag + back * season] for back in range(seasons)]
    with warnings.catch_warnings():
        # The mean of a year that a short series does not have is missing, and meant to be.
        warnings.simplefilter("ignore", RuntimeWarning)
        changes = [
            *_recent(past, history, series, origin),
            *_shape(past, same, lag, season),
            *_levels(past, history, series, origin),
        ]
        spread = np.nanstd(past[:, :-season] - past[:, season:], axis=1) / unit
    plain = [
        horizon,
        ahead,
        horizon % season,
        np.log(unit),
        np.minimum(history.count[series, origin], 8 * season + 24),
        spread,
        np.abs(history.drift[series, origin]) / unit,
    ]
    features = np.column_stack([*(change / unit for change in changes), *plain]).astype(np.float32)
    return Rows(features, same[0], unit)


def _recent(past: Array, history: History, series: Places, origin: Places) -> list[Array]:
    """Seasonal differences: the last ones, means of more, and means of whole earlier seasons."""
    season = history.season
    moved = past[:, :-season] - past[:, season:]
    last = [moved[:, back] for back in range(min(season, 6))]
    means = [np.nanmean(moved[:, :width], axis=1) for width in _RECENT[season]]
    if season > 1:
        seasons = range(1, moved.shape[1] // season)
        means += [np.nanmean(moved[:, back * season : (back + 1) * season], axis=1) for back in seasons]
    known = [table[series, origin] for table in (*history.smoothed, history.drift)]
    return [*last, *means, *known, np.nanmedian(moved, axis=1)]


def _shape(past: Array, same: list[Array], lag: Places, season: int) -> list[Array]:
    """The period of the year to be told: how it changed year by year, beside its neighbours, against its year."""
    found: list[Any] = [newer - older for newer, older in pairwise(same)]
    if season == 1:
        return found
    row = np.arange(len(past))
    for aside in (-2, -1, 1, 2):
        near = np.clip(lag + aside, 0, season - 1)
        found.append(past[row, near] - past[row, near + season])
    years = [np.nanmean(past[:, back * season : (back + 1) * season], axis=1) for back in range(len(same))]
    against = [figure - year for figure, year in zip(same, years, strict=True)]
    usual = np.nanmean(np.array(against), axis=0)
    return [*found, against[0], against[0] - usual, against[0] - against[1], usual]


def _levels(past: Array, history: History, series: Places, origin: Places) -> list[Array]:
    """Level: the last figure against its year, years against each other, the year against all history and its peak."""
    season = history.season
    count = past.shape[1] // season
    years = [np.nanmean(past[:, back * season : (back + 1) * season], axis=1) for back in range(count)]
    found = [newer - older for newer, older in pairwise(years)]
    found += [years[0] - history.level[series, origin], np.nanmax(past, axis=1) - years[0]]
    if season > 1:
        found += [past[:, 0] - years[0], past[:, 0] - past[:, 1], np.nanstd(past[:, :season], axis=1)]
    return found
