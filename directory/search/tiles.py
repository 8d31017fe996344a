"""Tiles of the map, so that an engine without geometry finds what lies in a circle by looking words up.

A tile of zoom z is 360 / 2^z degrees wide and high, counted from 180 W, 90 S. Every document carries the names of
the tiles it lies in, one of each zoom.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from tic.core.geo import EARTH_RADIUS_KM, Point, distance_km

ZOOMS: Final = (4, 6, 8, 10, 12, 14, 16)
_MOST_EDGE_TILES = 200
_KM_PER_DEGREE = math.pi * EARTH_RADIUS_KM / 180
_POLE = 89.0
_SLACK_KM = 0.001


@dataclass(frozen=True, slots=True)
class Cover:
    """Names of tiles: those inside lie wholly in the circle, those on the edge may lie partly outside."""

    inside: tuple[str, ...]
    edge: tuple[str, ...]


def tiles_of(lat: float, lon: float) -> list[str]:
    """Names of the tiles a point lies in, one of each zoom."""
    column, row = _finest(lat, lon)
    return [f"{zoom}/{(column >> finer) & mask}/{row >> finer}" for zoom, finer, mask in _LEVELS]


def z_order(lat: float, lon: float) -> int:
    """Position of a point's finest tile on a curve that keeps neighbours together (Morton 1966), 32 bits."""
    column, row = _finest(lat, lon)
    return _spread(column) | _spread(row) << 1


def _spread(number: int) -> int:
    """The lowest 16 bits with a zero after each."""
    number &= 0xFFFF
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        number = (number | number << shift) & mask
    return number


def _finest(lat: float, lon: float) -> tuple[int, int]:
    """Column and row of a point's finest tile; half of them, rounded down, are those of the next zoom."""
    size = 360.0 / (1 << ZOOMS[-1])
    return math.floor((lon + 180) / size), math.floor((lat + 90) / size)


_LEVELS: Final = tuple((zoom, ZOOMS[-1] - zoom, (1 << zoom) - 1) for zoom in ZOOMS)
"""Each zoom, how many halves it is from the finest, and the bits of a column."""


@lru_cache(maxsize=256)
def cover(centre: Point, radius_km: float) -> Cover | None:
    """The tiles of a circle; None when it reaches a pole or a third of the way round, where tiles are of no help."""
    reach_deg = radius_km / _KM_PER_DEGREE
    if abs(centre.lat) + reach_deg >= _POLE or radius_km > math.pi * EARTH_RADIUS_KM / 3:
        return None
    finest = next((zoom for zoom in reversed(ZOOMS) if 2 * math.pi * reach_deg / _size(zoom) <= _MOST_EDGE_TILES), 4)
    inside: list[str] = []
    edge: list[str] = []
    stretch_deg = reach_deg / math.cos(math.radians(abs(centre.lat) + reach_deg))
    pending = [
        (ZOOMS[0], column, row)
        for column in _span(centre.lon + 180, stretch_deg)
        for row in _span(centre.lat + 90, reach_deg)
    ]
    while pending:
        zoom, column, row = pending.pop()
        nearest_km, farthest_km = _distances(centre, zoom, column, row)
        if nearest_km > radius_km + _SLACK_KM:
            continue
        if farthest_km < radius_km - _SLACK_KM:
            inside.append(_name(zoom, column, row))
        elif zoom >= finest:
            edge.append(_name(zoom, column, row))
        else:
            pending += [(zoom + 2, 4 * column + right, 4 * row + up) for right in range(4) for up in range(4)]
    return Cover(tuple(inside), tuple(edge))


def distances_km(centre: Point, lats: Sequence[float], lons: Sequence[float]) -> npt.NDArray[np.float64]:
    """Great-circle distances of many points (see `tic.core.geo.distance_km`)."""
    lat, lon = np.radians(np.asarray(lats, dtype=np.float64)), np.radians(np.asarray(lons, dtype=np.float64))
    here = np.radians(np.asarray(centre, dtype=np.float64))
    half_lat = np.sin((lat - here[0]) / 2) ** 2
    half_lon = np.sin((lon - here[1]) / 2) ** 2
    chord = np.sqrt(np.minimum(half_lat + math.cos(here[0]) * np.cos(lat) * half_lon, 1.0))
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(chord))


def _span(middle_deg: float, reach_deg: float) -> range:
    size = _size(ZOOMS[0])
    return range(math.floor((middle_deg - reach_deg) / size), math.floor((middle_deg + reach_deg) / size) + 1)


def _distances(centre: Point, zoom: int, column: int, row: int) -> tuple[float, float]:
    """Distances of the nearest and the farthest point of a tile, in km.

    Along a parallel distance grows with the difference of longitude; along a meridian it is least where
    tan(lat) = tan(centre's) / cos(difference of longitude) and grows from there: the farthest point is a corner.
    """
    size = _size(zoom)
    west, south = column * size - 180, row * size - 90
    east, north = west + size, min(south + size, 90.0)
    farthest_km = max(distance_km(centre, Point(lat, lon)) for lat in (south, north) for lon in (west, east))
    lon = min(max(centre.lon, west), east)
    least = math.atan2(math.tan(math.radians(centre.lat)), math.cos(math.radians(lon - centre.lon)))
    nearest = Point(min(max(math.degrees(least), south), north), lon)
    return distance_km(centre, nearest), farthest_km


def _size(zoom: int) -> float:
    return 360.0 / (1 << zoom)


def _name(zoom: int, column: int, row: int) -> str:
    return f"{zoom}/{column % (1 << zoom)}/{row}"
