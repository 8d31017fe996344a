"""The search box with suggestions while typing: an accessible combobox that asks this site's own API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import streamlit as st

from directory.categories import categories
from pages._session import language, translate
from tic.core.areas import districts, provinces
from tic.core.geo import Point, is_on_earth

_ASSETS = files("pages") / "assets"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person did with the box just now: sent a text, gave the position, or chose an area or category.

    A suggestion leads to its page without asking: by an ordinary link, for st.switch_page with parameters leaves an
    address in the history to which Back cannot go.
    """

    text: str | None = None
    position: Point | None = None
    filter: tuple[str, str] | None = None


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "tic_search_box",
        html=(_ASSETS / "searchbox.html").read_text(encoding="utf-8"),
        css=(_ASSETS / "searchbox.css").read_text(encoding="utf-8"),
        js="".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("memory.js", "searchbox.js")),
    )


def search_box(value: str, *, key: str, on_wish: Callable[[Wish], None], near: Point | None = None) -> None:
    """Show the box with a text in it; suggestions may favour what is near a point.

    `on_wish` is called with what a person did, before the page runs again.
    """
    _ = translate()

    def told() -> None:
        on_wish(wish_of(st.session_state[key]))

    words = {
        "label": _("Name of a place"),
        "placeholder": _("Temple, beach, hotel … in Thai or English"),
        "search": _("Search"),
        "near": _("Near me"),
        "locating": _("Asking for your position …"),
        "denied": _("Your position is not available. Allow it in the browser, or type a point under Distance."),
        "place": _("Places"),
        "area": _("Areas"),
        "category": _("Categories"),
        "recent": _("Recent searches"),
        "seen": _("Recently seen places"),
        "clear": _("Clear what this browser remembers"),
    }
    point = None if near is None else f"{near.lat:.5f},{near.lon:.5f}"
    data = {"value": value, "near": point, "language": language(), "words": words}
    _component()(key=key, data=data, on_sent_change=told, on_position_change=told, on_chosen_change=told)


def wish_of(result: Any) -> Wish:
    """What the triggers of the component say; anything that is not what it should be is no wish."""
    sent, position = result.get("sent"), result.get("position")
    return Wish(
        text=str(sent["text"]) if isinstance(sent, dict) and "text" in sent else None,
        position=point_of(position),
        filter=filter_of(result.get("chosen")),
    )


def filter_of(value: Any) -> tuple[str, str] | None:
    """Name and value of the filter for a suggestion that a browser sent as {group, id}; None for anything unknown."""
    if not isinstance(value, dict):
        return None
    code = str(value.get("id"))
    if value.get("group") == "category" and code in categories():
        return "category", code
    if value.get("group") == "area":
        if code in provinces():
            return "province", code
        if code in districts():
            return "district", code
    return None


def point_of(value: Any) -> Point | None:
    """A point that a browser sent as {lat, lon}, None when it is none."""
    if not isinstance(value, dict):
        return None
    lat, lon = value.get("lat"), value.get("lon")
    if not isinstance(lat, int | float) or not isinstance(lon, int | float) or not is_on_earth(lat, lon):
        return None
    return Point(float(lat), float(lon))
