"""The map of warnings: shapes and provinces by severity, and the depots near them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from pydeck.bindings.deck import Deck
from pydeck.bindings.layer import Layer
from shapely.geometry import mapping

from pages._maps import area_names, background, deck_of, dots, view_of
from tic.core.areas import province_shapes, provinces
from tic.core.geo import Point
from tic.core.i18n import Language
from tic.hazards.alert import Severity
from tic.hazards.stock import Depot
from tic.hazards.store import ActiveAlert
from tic.hazards.words import told

COLORS: Final[dict[Severity, list[int]]] = {
    "Extreme": [123, 16, 16],
    "Severe": [200, 70, 20],
    "Moderate": [226, 150, 20],
    "Minor": [240, 205, 70],
    "Unknown": [120, 120, 120],
}
_FILLED: Final = 120
_SIMPLER_DEGREES: Final = 0.005
"""Half a kilometre: less than a pixel on a map of a province."""
_DEPOT: Final = [20, 90, 170, 235]


def hazard_map(active: Sequence[ActiveAlert], depots: Sequence[Depot], language: Language, *, height_px: int) -> Deck:
    """The warnings, the worst on top, with the depots as points."""
    features = [feature for item in reversed(active) for feature in _features(item, language)]
    rows = [_depot_row(depot) for depot in depots]
    view = view_of([*corners(active), *(depot.stocks[0].point for depot in depots)], height_px=height_px)
    layer = Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        id="warnings",
        stroked=True,
        filled=True,
        get_fill_color="properties.color",
        get_line_color="properties.line",
        line_width_min_pixels=1,
        pickable=True,
        auto_highlight=True,
    )
    return deck_of([background(), layer, area_names(view, language), dots("depots", rows, _DEPOT, 7)], view)


def corners(active: Iterable[ActiveAlert]) -> list[Point]:
    """Points that a view of the warnings must hold."""
    found = []
    for item in active:
        if item.extent.shape is not None:
            west, south, east, north = item.extent.shape.bounds
            found += [Point(south, west), Point(north, east)]
        found += [Point(provinces()[code].lat, provinces()[code].lon) for code in item.extent.provinces]
    return found


def _features(item: ActiveAlert, language: Language) -> Iterator[dict[str, Any]]:
    words, color = told(item, language), COLORS[item.alert.severity]
    properties = {"name": words.title, "kind": words.severity, "color": [*color, _FILLED], "line": [*color, 255]}
    for code in sorted(item.extent.provinces):
        if code in _outlines():
            yield {"type": "Feature", "geometry": _outlines()[code], "properties": properties}
    if item.extent.shape is not None:
        simpler = item.extent.shape.simplify(_SIMPLER_DEGREES)
        yield {"type": "Feature", "geometry": mapping(simpler), "properties": properties}


def _depot_row(depot: Depot) -> dict[str, Any]:
    held = ", ".join(f"{item.item} {item.quantity:,.0f} {item.unit}" for item in depot.stocks[:5])
    first = depot.stocks[0]
    return {"id": first.row_key, "name": first.depot, "kind": held, "lat": first.lat, "lon": first.lon}


@lru_cache(maxsize=1)
def _outlines() -> dict[str, Any]:
    return {item["properties"]["code"]: item["geometry"] for item in province_shapes()["features"]}
