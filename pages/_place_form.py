"""The fields of the form of a place, each with what is wrong with it beneath."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import streamlit as st

from directory.categories import categories
from directory.facts import wheelchair_name
from directory.labels import field_name, status_name
from directory.listing import STATED_STATUS, WHEELCHAIR
from directory.submissions import form_values
from pages._draft import MOST_ALIASES, field_key, keep, text_of
from pages._hours_editor import show_hours_help
from pages._mappicker import map_picker, picked_point
from pages._session import language, translate
from pages._text import plain
from tic.core.errors import BadInput
from tic.core.geo import Point
from tic.core.i18n import tell

LIVE: Final = "700ms"
_PICKER: Final = "position-map"
_TYPES: Final[Mapping[str, Literal["phone", "email", "url"]]] = {"phone": "phone", "email": "email", "website": "url"}
_EXAMPLES: Final = {
    "phone": "02 123 4567",
    "email": "name@example.com",
    "website": "https://www.example.com",
    "postcode": "10200",
    "coordinates": "13.7563, 100.5018",
    "price_thb": "1500",
    "opening_hours": "Mo-Fr 09:00-17:00; Sa 10:00-14:00",
}


def show_fields(errors: Mapping[str, BadInput]) -> None:
    """All fields of the form in four groups; whatever is typed is kept within a second."""
    _ = translate()
    st.subheader(_("Name and kind"), anchor=False)
    left, right = st.columns(2)
    with left:
        _text("name_th", errors)
        _category(errors)
    with right:
        _text("name_en", errors)
        _aliases(errors)
    st.subheader(_("Where it is"), anchor=False)
    left, right = st.columns(2)
    with left:
        map_picker(_point(), key=_PICKER, on_pick=_take_point)
    with right:
        for name in ("coordinates", "address_th", "address_en", "postcode"):
            _text(name, errors)
    st.subheader(_("Contact and price"), anchor=False)
    left, right = st.columns(2)
    with left:
        for name in ("phone", "email", "website"):
            _text(name, errors)
    with right:
        for name in ("price_thb", "licence_no"):
            _text(name, errors)
        _wheelchair(errors)
        _status(errors)
    st.subheader(_("Opening hours"), anchor=False)
    left, right = st.columns(2)
    with left:
        _text("opening_hours", errors)
    with right:
        show_hours_help(keep)


def _text(name: str, errors: Mapping[str, BadInput]) -> None:
    # Each field has a container of its own: an error that comes or goes must not move the fields around it,
    # or the browser would build them anew and the cursor would leave them.
    with st.container(key=f"box-{name}", gap="xsmall"):
        _input(name)
        _show_error(name, errors)


def _input(name: str) -> None:
    st.text_input(
        field_name(name, language()),
        _default(name),
        key=field_key(name),
        type=_TYPES.get(name, "default"),
        placeholder=_EXAMPLES.get(name, ""),
        icon="",
        validate="",
        autocomplete="off",
        live=LIVE,
        on_change=keep,
    )


def _default(name: str) -> str:
    """What a widget shows in a session that knows nothing of it yet; in any other its own text stands."""
    return "" if field_key(name) in st.session_state else text_of(name)


def _show_error(name: str, errors: Mapping[str, BadInput]) -> None:
    if name in errors:
        st.markdown(f":red[:material/error: {plain(tell(errors[name], language()))}]")


def _category(errors: Mapping[str, BadInput]) -> None:
    _ = translate()
    known = categories()

    def title(code: str) -> str:
        category = known[code]
        parent = known.get(category.parent)
        return f"{parent.name(language())} › {category.name(language())}" if parent else category.name(language())

    with st.container(key="box-category", gap="xsmall"):
        st.selectbox(
            field_name("category", language()),
            list(known),
            index=list(known).index(default) if (default := _default("category")) in known else None,
            format_func=title,
            placeholder=_("Choose"),
            key=field_key("category"),
            on_change=keep,
        )
        _show_error("category", errors)


def _wheelchair(errors: Mapping[str, BadInput]) -> None:
    _ = translate()
    known = ("", *WHEELCHAIR)
    with st.container(key="box-wheelchair", gap="xsmall"):
        st.selectbox(
            field_name("wheelchair", language()),
            known,
            index=known.index(default) if (default := _default("wheelchair")) in known else 0,
            format_func=lambda value: wheelchair_name(value, language()) if value else _("Not known"),
            key=field_key("wheelchair"),
            on_change=keep,
        )
        _show_error("wheelchair", errors)


def _status(errors: Mapping[str, BadInput]) -> None:
    _ = translate()
    known = ("", *STATED_STATUS)
    with st.container(key="box-status", gap="xsmall"):
        st.selectbox(
            field_name("status", language()),
            known,
            index=known.index(default) if (default := _default("status")) in known else 0,
            format_func=lambda value: status_name(value, language()) if value else _("Not known"),
            key=field_key("status"),
            on_change=keep,
        )
        _show_error("status", errors)


def _aliases(errors: Mapping[str, BadInput]) -> None:
    """One field for each other name, and an empty one for the next."""
    _ = translate()
    filled = [index for index in range(MOST_ALIASES) if text_of(f"aliases-{index}").strip()]
    shown = min((filled[-1] + 2) if filled else 1, MOST_ALIASES)
    for index in range(shown):
        st.text_input(
            _("Other name {number}", number=index + 1),
            _default(f"aliases-{index}"),
            key=field_key(f"aliases-{index}"),
            autocomplete="off",
            live=LIVE,
            on_change=keep,
        )
    _show_error("aliases", errors)


def _point() -> Point | None:
    return point_of_text(text_of("coordinates"))


def point_of_text(text: str) -> Point | None:
    """The point that a text of coordinates means, None when it means none in Thailand."""
    probe = {"name_th": "ก", "category": "other", "coordinates": text}
    try:
        values = form_values(probe)
    except BadInput:
        return None
    return Point(values["lat"], values["lon"])


def _take_point() -> None:
    point = picked_point(_PICKER)
    if point is not None:
        st.session_state[field_key("coordinates")] = f"{point.lat:.6f}, {point.lon:.6f}"
        keep()
