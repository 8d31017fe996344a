"""A map to choose a point on: own drawing of the provinces and of known places, no tiles, works with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any

import streamlit as st

from pages._searchbox import point_of
from pages._session import language, translate
from tic.core.geo import Point

_ASSETS = files("pages") / "assets"


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "tic_map_picker",
        html=(_ASSETS / "mappicker.html").read_text(encoding="utf-8"),
        css=(_ASSETS / "mappicker.css").read_text(encoding="utf-8"),
        js="".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("mapview.js", "mappicker.js")),
    )


def map_picker(point: Point | None, *, key: str, on_pick: Callable[[], None]) -> None:
    """Show the map with a marker; `on_pick` is called when another point is chosen, which `picked_point` then gives."""
    _ = translate()
    words = {
        "label": _("Map of Thailand to choose the position on"),
        "hint": _(
            "Press the map where the place is. Drag to move it, + and − to come nearer. "
            "With the keyboard: arrows move the marker, Shift makes the steps small."
        ),
        "in": _("Nearer"),
        "out": _("Farther"),
        "here": _("Use my position"),
        "denied": _("Your position is not available. Allow it in the browser, or press the map."),
        "none": _("No position chosen yet"),
    }
    given = None if point is None else {"lat": point.lat, "lon": point.lon}
    _component()(key=key, data={"point": given, "language": language(), "words": words}, on_picked_change=on_pick)


def picked_point(key: str) -> Point | None:
    """The point just chosen on the map with this key; for use in `on_pick`."""
    state = st.session_state.get(key)
    return point_of(state.get("picked")) if state is not None else None
