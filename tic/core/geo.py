"""Points and distances on the earth (WGS84, degrees)."""

from __future__ import annotations

import math
from typing import NamedTuple

EARTH_RADIUS_KM = 6371.0088
"""Mean radius, IUGG."""

THAILAND_BBOX = (97.3, 5.6, 105.7, 20.5)
"""West, south, east, north of Thailand with a small margin, degrees."""


class Point(NamedTuple):
    """A place on the earth: latitude and longitude in degrees, WGS84."""

    lat: float
    lon: float


def distance_km(a: Point, b: Point) -> float:
    """Great-circle distance in kilometres (haversine)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2) ** 2
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    # Rounding takes the sum beyond 1 for points opposite each other.
    chord = min(half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lon, 1.0)
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(chord))


def is_on_earth(lat: float, lon: float) -> bool:
    """Whether both are finite and within the ranges of latitude and longitude."""
    return math.isfinite(lat) and math.isfinite(lon) and -90 <= lat <= 90 and -180 <= lon <= 180


def in_thailand_bbox(lat: float, lon: float) -> bool:
    """Whether a point lies in the rectangle around Thailand."""
    west, south, east, north = THAILAND_BBOX
    return south <= lat <= north and west <= lon <= east
