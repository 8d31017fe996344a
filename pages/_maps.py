"""Builders of pydeck maps: pure functions from rows to a Deck, testable without a browser.

No tiles are fetched: outlines of the provinces are the background, so that a map draws without any network.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any, Final
from urllib.parse import quote

from pydeck.bindings.deck import Deck
from pydeck.bindings.layer import Layer
from pydeck.bindings.view_state import ViewState
from pydeck.types.string import String

from tic.core.areas import districts, province_shapes, provinces
from tic.core.geo import Point
from tic.core.i18n import Language

MAX_POINTS: Final = 500
OUTLINES: Final = "/map/provinces.json"
THAILAND_VIEW: Final = {"latitude": 13.2, "longitude": 101.0, "zoom": 4.6}
NO_DATA: Final = [225, 225, 225]
RAMP: Final = [[210, 235, 230], [146, 206, 198], [80, 166, 160], [24, 120, 118], [4, 66, 70]]
_ACCENT: Final = [11, 110, 110, 220]
_CHOSEN: Final = [200, 70, 20, 245]
_BEFORE: Final = [90, 90, 90, 230]
_DAYS: Final = [
    [11, 110, 110, 255],
    [168, 58, 16, 255],
    [88, 60, 160, 255],
    [20, 90, 170, 255],
    [140, 20, 80, 255],
    [70, 100, 20, 255],
    [110, 75, 30, 255],
]
_LAND: Final = [236, 241, 238, 255]
_BORDER: Final = [150, 170, 168, 255]
_LABEL_PX: Final = 18
_CLOSEST_ZOOM: Final = 14.0
_CLOSEST_ZOOM_OF_A_MOVE: Final = 16.5
_TILE_PX: Final = 512
_NARROW_PX: Final = 340
"""Width of a map beside a list, and on a phone."""
_DISTRICTS_FROM_ZOOM: Final = 8.0


def background() -> Layer:
    """Outlines of the provinces. The browser fetches them once from this site instead of with every map."""
    return Layer(
        "GeoJsonLayer",
        OUTLINES,
        id="provinces",
        stroked=True,
        filled=True,
        get_fill_color=_LAND,
        get_line_color=_BORDER,
        line_width_min_pixels=1,
        pickable=False,
    )


def area_names(view: ViewState, language: Language) -> Layer:
    """Names on the background: of provinces from afar, of the districts around the middle from near.

    Where two would lie on each other at this zoom, the first of them is shown.
    """
    near = view.zoom >= _DISTRICTS_FROM_ZOOM
    areas = districts().values() if near else provinces().values()
    reach = 720 / 2**view.zoom if near else 360.0
    rows = []
    taken: list[tuple[float, float, float]] = []
    for area in areas:
        if max(abs(area.lat - view.latitude), abs(area.lon - view.longitude)) > reach:
            continue
        label = _room(area.name(language), area.lat, area.lon, view.zoom)
        if not any(_overlap(label, other) for other in taken):
            taken.append(label)
            rows.append({"icon": label_icon(area.name(language)), "lat": area.lat, "lon": area.lon})
    return _icons("area-names", rows)


def _room(text: str, lat: float, lon: float, zoom: float) -> tuple[float, float, float]:
    """Middle of a name, in pixels of the map at this zoom, and half its width."""
    pixels_per_degree = _TILE_PX * 2**zoom / 360
    return lon * pixels_per_degree, lat * pixels_per_degree / math.cos(math.radians(lat)), 3.5 * len(text)


def _overlap(one: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    return abs(one[0] - other[0]) < one[2] + other[2] and abs(one[1] - other[1]) < _LABEL_PX


@lru_cache(maxsize=4096)
def label_icon(text: str, *, below: bool = False) -> dict[str, Any]:
    """A name as an icon of deck.gl, on its point or below it: an SVG that the browser sets in its own fonts."""
    width = 2 * (9 * len(text) + 12)
    return _icon(text, width, "#12413f" if below else "#3f5957", anchor_y=-_LABEL_PX if below else _LABEL_PX)


@lru_cache(maxsize=1024)
def number_icon(number: str) -> dict[str, Any]:
    """A number as an icon of deck.gl, to stand on its point."""
    return _icon(number, 4 * _LABEL_PX, "#ffffff", anchor_y=_LABEL_PX, weight=700)


def _icon(text: str, width: int, color: str, *, anchor_y: int, weight: int = 400) -> dict[str, Any]:
    # Twice the size it is shown in, to be sharp on fine screens.
    height = 2 * _LABEL_PX
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">'
        f'<text x="50%" y="66%" text-anchor="middle" font-family="Noto Sans Thai, Loma, sans-serif" '
        f'font-weight="{weight}" font-size="{_LABEL_PX + 5}" fill="{color}">{escape(text)}</text></svg>'
    )
    address = f"data:image/svg+xml;charset=utf-8,{quote(svg)}"
    return {"url": address, "width": width, "height": height, "anchorY": anchor_y}


def view_of(
    points: Sequence[Point], *, height_px: int = 500, width_px: int = 500, closest: float = _CLOSEST_ZOOM
) -> ViewState:
    """A view that holds all the points on a map of that size; all of Thailand when there are none."""
    if not points:
        return ViewState(**THAILAND_VIEW)
    lats, lons = [point.lat for point in points], [point.lon for point in points]
    middle = Point((max(lats) + min(lats)) / 2, (max(lons) + min(lons)) / 2)
    # A degree of latitude takes 1/cos(latitude) times the pixels of a degree of longitude (Web Mercator).
    shares = (
        (max(lons) - min(lons)) / width_px,
        (max(lats) - min(lats)) / math.cos(math.radians(middle.lat)) / height_px,
    )
    degrees_per_px = max(*shares, 1e-9) * 1.25
    zoom = min(math.log2(360 / _TILE_PX / degrees_per_px), closest)
    return ViewState(latitude=middle.lat, longitude=middle.lon, zoom=round(zoom, 2))


def places_map(
    rows: Sequence[Mapping[str, Any]],
    *,
    language: Language,
    chosen: Sequence[Mapping[str, Any]] = (),
    height_px: int = 500,
) -> Deck:
    """A map of places; rows have id, name, kind, lat, lon, and a label: a number is written on the point, a name below.

    `chosen` ones are drawn larger, in another colour.
    """
    points = [dict(row) for row in rows[:MAX_POINTS]]
    marked = [dict(row) for row in chosen]
    view = view_of([Point(row["lat"], row["lon"]) for row in (*points, *marked)], height_px=height_px)
    layers = [
        background(),
        area_names(view, language),
        dots("places", points, _ACCENT, 9),
        dots("chosen", marked, _CHOSEN, 11),
        _labels([*marked, *points], view.zoom),
    ]
    return deck_of(layers, view)


def _labels(rows: Sequence[Mapping[str, Any]], zoom: float) -> Layer:
    """Numbers on their points, and names below those where they have room; the first come first."""
    icons = []
    taken: list[tuple[float, float, float]] = []
    for row in rows:
        label = str(row.get("label", ""))
        room = _room(label, row["lat"], row["lon"], zoom)
        if not label or (not label.isdigit() and any(_overlap(room, other) for other in taken)):
            continue
        taken.append(room)
        icon = number_icon(label) if label.isdigit() else label_icon(label, below=True)
        icons.append({"icon": icon, "lat": row["lat"], "lon": row["lon"]})
    return _icons("labels", icons)


def _icons(layer_id: str, rows: list[dict[str, Any]]) -> Layer:
    # Icons and not deck.gl's own text, which sets Thai vowels and tone marks beside their letters.
    return Layer(
        "IconLayer",
        rows,
        id=layer_id,
        get_position="[lon, lat]",
        get_icon="icon",
        get_size=_LABEL_PX,
        size_units=String("pixels"),
        pickable=False,
    )


def moved_map(
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    others: Sequence[Mapping[str, Any]] = (),
    language: Language,
    height_px: int = 320,
) -> Deck:
    """A map of where a place is (grey) and where it would be (orange), among others; rows as of `places_map`."""
    old, new = ([dict(row)] if row else [] for row in (before, after))
    ends = [Point(row["lat"], row["lon"]) for row in (*old, *new)]
    view = view_of(ends, height_px=height_px, closest=_CLOSEST_ZOOM_OF_A_MOVE)
    line = [{"from": [old[0]["lon"], old[0]["lat"]], "to": [new[0]["lon"], new[0]["lat"]]}] if old and new else []
    way = Layer(
        "LineLayer",
        line,
        id="way",
        get_source_position="from",
        get_target_position="to",
        get_color=_BEFORE,
        get_width=2,
        pickable=False,
    )
    layers = [
        background(),
        area_names(view, language),
        dots("others", [dict(row) for row in others], _ACCENT, 5),
        way,
        dots("before", old, _BEFORE, 8),
        dots("after", new, _CHOSEN, 8),
        _labels([*new, *old, *others], view.zoom),
    ]
    return deck_of(layers, view)


def day_color(day: int) -> list[int]:
    """Colour of a day of a trip, from 0; dark enough for white numbers, and the same again after seven days."""
    return _DAYS[day % len(_DAYS)]


def trip_map(
    days: Sequence[Sequence[Mapping[str, Any]]], *, language: Language, first: int = 0, height_px: int = 500
) -> Deck:
    """A map of days, each a line through its numbered stops in a colour of its own; rows as of `places_map`.

    `first` is the number, from 0, of the first day given.
    """
    rows = [{**row, "color": day_color(day)} for day, stops in enumerate(days, first) for row in stops[:MAX_POINTS]]
    ways = [
        {"path": [[row["lon"], row["lat"]] for row in stops], "color": day_color(day)}
        for day, stops in enumerate(days, first)
        if len(stops) > 1
    ]
    points = [Point(row["lat"], row["lon"]) for row in rows]
    view = view_of(points, height_px=height_px, width_px=_NARROW_PX)
    way = Layer(
        "PathLayer",
        ways,
        id="ways",
        get_path="path",
        get_color="color",
        get_width=1,
        width_min_pixels=3,
        width_max_pixels=3,
        pickable=False,
    )
    stops = dots("stops", rows, "color", 11)
    return deck_of([background(), area_names(view, language), way, stops, _labels(rows, view.zoom)], view)


def dots(layer_id: str, rows: list[dict[str, Any]], color: list[int] | str, radius_px: int) -> Layer:
    """Points of one size; rows as of `places_map`. color: RGBA, or the column that holds it."""
    return Layer(
        "ScatterplotLayer",
        rows,
        id=layer_id,
        get_position="[lon, lat]",
        get_fill_color=color,
        get_line_color=[255, 255, 255],
        stroked=True,
        line_width_min_pixels=1,
        radius_min_pixels=radius_px,
        radius_max_pixels=radius_px,
        get_radius=1,
        pickable=True,
        auto_highlight=True,
    )


def choropleth(rows: Sequence[Mapping[str, Any]]) -> Deck:
    """Provinces coloured by fifths of `value`; rows have area, name, value (None: no figure), label."""
    by_area = {row["area"]: row for row in rows}
    values = sorted(row["value"] for row in rows if row["value"] is not None)
    features = []
    for shape in province_shapes()["features"]:
        row = by_area.get(shape["properties"]["code"])
        properties = {
            "code": shape["properties"]["code"],
            "name": row["name"] if row else shape["properties"]["code"],
            "kind": row["label"] if row else "–",
            "color": shade(row["value"] if row else None, values),
        }
        features.append({"type": "Feature", "geometry": shape["geometry"], "properties": properties})
    layer = Layer(
        "GeoJsonLayer",
        {"type": "FeatureCollection", "features": features},
        id="choropleth",
        stroked=True,
        filled=True,
        get_fill_color="properties.color",
        get_line_color=[255, 255, 255],
        line_width_min_pixels=1,
        pickable=True,
        auto_highlight=True,
    )
    return deck_of([layer], ViewState(**THAILAND_VIEW))


def shade(value: float | None, ordered: Sequence[float]) -> list[int]:
    """Colour of the fifth of the ordered values in which a value lies; grey for no figure."""
    if value is None or not ordered:
        return NO_DATA
    below = sum(1 for other in ordered if other < value)
    return RAMP[min(below * len(RAMP) // len(ordered), len(RAMP) - 1)]


def fifths(values: Sequence[float]) -> list[tuple[float, float, list[int]]]:
    """Lowest and highest value and colour of each fifth that has any, in rising order: the legend of `choropleth`."""
    ordered = sorted(values)
    groups: dict[int, list[float]] = {}
    for value in ordered:
        groups.setdefault(RAMP.index(shade(value, ordered)), []).append(value)
    return [(min(group), max(group), RAMP[index]) for index, group in sorted(groups.items())]


def deck_of(layers: list[Layer], view: ViewState) -> Deck:
    """Layers and a view as a map whose points tell their `name` and `kind`."""
    # `map_style` stays at its default: with None Streamlit would fetch a style of its own from another company.
    return Deck(
        layers=layers,
        initial_view_state=view,
        map_provider=None,
        tooltip={"text": "{name}\n{kind}"},
    )
