"""Saved places: kept in this browser only, shown by a panel, changed by buttons beside each place."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from importlib.resources import files
from typing import Any

import streamlit as st

from directory.listing import Listing
from directory.search.base import Hit
from pages._session import language, translate

_ASSETS = files("pages") / "assets"


@lru_cache(maxsize=1)
def _component() -> Any:
    return st.components.v2.component(
        "tic_saved_places",
        html=(_ASSETS / "saved.html").read_text(encoding="utf-8"),
        css=(_ASSETS / "saved.css").read_text(encoding="utf-8"),
        js="".join((_ASSETS / name).read_text(encoding="utf-8") for name in ("memory.js", "saved.js")),
    )


def saved_places(*, key: str, panel: bool = True, on_trip: bool = False) -> None:
    """The panel of saved places, and what makes the buttons of `mark_buttons` work on this page.

    Without `panel` nothing is shown but what a press has done. On the page of the trip the panel is open at first.
    """
    _ = translate()
    words = {
        "saved": _("Saved places"),
        "note": _("Kept in this browser only."),
        "add": _("Add to trip"),
        "inTrip": _("In the trip"),
        "remove": _("Remove"),
        "all": _("Add all to the trip"),
        "none": _("Forget all saved places"),
        "open": _("Open the trip"),
        "kept": _("Saved in this browser."),
        "unsaved": _("No longer saved."),
        "refused": _("This browser keeps nothing for this site. Allow it in its settings."),
        "added": _("Added to the trip."),
        "taken": _("Taken out of the trip."),
        "full": _("The trip is full. Take a place out first."),
        "forgotten": _("All saved places are forgotten."),
    }
    _component()(key=key, data={"panel": panel, "onTrip": on_trip, "language": language(), "words": words})


def mark_buttons(place: Listing | Hit) -> str:
    """HTML of the buttons that save a place and put it into the trip; the browser paints which are pressed."""
    _ = translate()
    name = place.name(language())
    names = f'data-th="{escape(place.name_th or "")}" data-en="{escape(place.name_en or "")}"'
    return "".join(
        f'<button type="button" class="tic-mark tic-{kind}" data-tic-{kind}="{escape(place.id)}" {names} '
        f'aria-pressed="false" aria-label="{escape(f"{word}: {name}")}">{escape(word)}</button>'
        for kind, word in (("save", _("Save")), ("trip", _("Trip")))
    )
