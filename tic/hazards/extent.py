"""Where an alert holds: its shape on the map, the provinces and districts in it, and whether a point is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import shapely
from shapely.affinity import scale
from shapely.geometry import Polygon, shape
from shapely.geometry.base import BaseGeometry

from tic.core.areas import district_at, districts, province_shapes
from tic.core.geo import EARTH_RADIUS_KM, Point
from tic.hazards.alert import Alert, AlertArea, Circle

_KM_PER_DEGREE: Final = math.radians(1) * EARTH_RADIUS_KM
_GENERALISED_DEGREES: Final = 0.001
"""About 100 metres: senders draw provinces to the metre, and a warning is not so exact."""
_TOUCHING_SQUARE_DEGREES: Final = 1e-4
"""About one square kilometre: generalised outlines of neighbours overlap by less."""


@dataclass(frozen=True, slots=True)
class Extent:
    """provinces: those that the alert names; shape: union of its polygons and circles (longitude, latitude), if any."""

    provinces: frozenset[str]
    shape: BaseGeometry | None

    def holds(self, point: Point, province_code: str | None) -> bool:
        """Whether a place lies in a named province, in a polygon or in a circle. CAP takes all of them together."""
        if province_code in self.provinces:
            return True
        return self.shape is not None and bool(shapely.intersects_xy(self.shape, point.lon, point.lat))


def extent_of(alert: Alert) -> Extent:
    """The extent of all parts of an alert, its shape generalised to some 100 m. Takes a second for large messages."""
    parts = [part for info in alert.infos for area in info.areas for part in _parts(area)]
    if not parts:
        return Extent(_named(alert), None)
    whole = shapely.union_all(parts)
    simpler = whole.simplify(_GENERALISED_DEGREES)
    return Extent(_named(alert), simpler if not simpler.is_empty else None)


def extent_to_wkb(extent: Extent) -> bytes | None:
    """The shape as well-known binary."""
    return None if extent.shape is None else shapely.to_wkb(extent.shape)


def extent_from_wkb(alert: Alert, wkb: bytes | None) -> Extent:
    """The extent of an alert whose shape was worked out before."""
    shape_of_it = None if wkb is None else shapely.from_wkb(wkb)
    if shape_of_it is not None:
        shapely.prepare(shape_of_it)
    return Extent(_named(alert), shape_of_it)


def _named(alert: Alert) -> frozenset[str]:
    return frozenset(code for info in alert.infos for area in info.areas for code in area.provinces)


def areas_in(extent: Extent) -> tuple[str, ...]:
    """Codes of the provinces that are named or that the shape overlaps, and of districts in the shape.

    A district counts when its middle lies in the shape, or when it holds the middle of the shape.
    """
    if extent.shape is None:
        return tuple(sorted(extent.provinces))
    inside = {
        district.code
        for district in districts().values()
        if shapely.intersects_xy(extent.shape, district.lon, district.lat)
    }
    middle = extent.shape.representative_point()
    holding = district_at(Point(middle.y, middle.x))
    return tuple(sorted(extent.provinces | _overlapped(extent.shape) | inside | ({holding} if holding else set())))


def _overlapped(whole: BaseGeometry) -> set[str]:
    """Provinces whose outline a shape overlaps by more than neighbours' outlines overlap each other."""
    outlines = _outlines()
    touched = outlines.query(whole, predicate="intersects")
    shared = shapely.area(shapely.intersection(outlines.geometries[touched], whole))
    least = min(_TOUCHING_SQUARE_DEGREES, whole.area / 2)
    codes = [item["properties"]["code"] for item in province_shapes()["features"]]
    return {codes[at] for at, area in zip(touched, shared, strict=True) if area >= least}


def _parts(area: AlertArea) -> Iterator[BaseGeometry]:
    for ring in area.polygons:
        yield shapely.make_valid(Polygon([(point.lon, point.lat) for point in ring]))
    for circle in area.circles:
        yield _disc(circle)


def _disc(circle: Circle) -> BaseGeometry:
    """A circle on the map: its radius in degrees, wider from west to east the farther it is from the equator."""
    degrees = max(circle.radius_km, 0.1) / _KM_PER_DEGREE
    round_one = shapely.Point(circle.centre.lon, circle.centre.lat).buffer(degrees)
    return scale(round_one, xfact=1 / max(math.cos(math.radians(circle.centre.lat)), 0.01))


@lru_cache(maxsize=1)
def _outlines() -> shapely.STRtree:
    return shapely.STRtree([shapely.make_valid(shape(item["geometry"])) for item in province_shapes()["features"]])
