"""The map beside the results: numbered points, and a search of the area in view; own drawing, no tiles of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any

import streamlit as st

from pages._session import language, translate
from tic.core.geo import Point, is_on_earth

_ASSETS = files("pages") / "assets"


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "tic_result_map",
        html=(_ASSETS / "resultmap.html").read_text(encoding="utf-8"),
        css=(_ASSETS / "resultmap.css").read_text(encoding="utf-8"),
        js="".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("mapview.js", "resultmap.js")),
    )


def result_map(
    rows: Sequence[Mapping[str, Any]],
    *,
    key: str,
    here: Point | None,
    bbox: tuple[float, float, float, float] | None,
    on_area: Callable[[str], None],
) -> None:
    """Show places (rows of id, name, kind, lat, lon, label) and the point that distances are measured from.

    `on_area` is called with `west,south,east,north` in degrees when a person searches the area in view.
    """
    _ = translate()

    def told() -> None:
        bbox = area_of(st.session_state[key].get("area"))
        if bbox:
            on_area(bbox)

    words = {
        "label": _("Map of the places in the list"),
        "hint": _("Arrows move the map, + and − change the scale, Enter names the place nearest to the middle."),
        "in": _("Nearer"),
        "out": _("Farther"),
        "area": _("Search this area"),
        "follow": _("Search as I move the map"),
        "press": _("Press a point to see which place it is. The list holds the same places."),
        "here": _("Your point"),
    }
    data = {
        "points": [dict(row) for row in rows],
        "here": None if here is None else {"lat": here.lat, "lon": here.lon},
        "bbox": None if bbox is None else list(bbox),
        "language": language(),
        "words": words,
    }
    _component()(key=key, data=data, on_area_change=told)


def area_of(value: Any) -> str | None:
    """The rectangle that a browser sent as {bbox: [west, south, east, north]}, cut at the edges of the earth."""
    numbers = value.get("bbox") if isinstance(value, dict) else None
    if not isinstance(numbers, list) or len(numbers) != 4 or not all(type(item) in {int, float} for item in numbers):
        return None
    west, east = (min(max(float(lon), -180.0), 180.0) for lon in numbers[::2])
    south, north = (min(max(float(lat), -90.0), 90.0) for lat in numbers[1::2])
    if not (is_on_earth(south, west) and is_on_earth(north, east) and west < east and south < north):
        return None
    return ",".join(f"{number:.4f}" for number in (west, south, east, north))
