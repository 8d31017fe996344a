"""One place: names, where it is, contact, opening hours, where each field came from, what is near."""

from __future__ import annotations

import streamlit as st

from directory import repository
from directory.labels import closing_line, retirement, trust_name
from directory.listing import Listing, Redirect
from directory.search.base import Hit
from pages import _url
from pages._maps import places_map
from pages._places import facts_html, provenance_html, terms_html, week_html
from pages._resources import active_alerts, database_reading, known_sources, services
from pages._saved import mark_buttons, saved_places
from pages._session import language, show_error, site_link, translate
from pages._text import plain
from pages._warnings import show_warnings, warnings_at
from pages._widgets import category_name, hit_row, place_line, source_title
from tic.core.areas import area_name
from tic.core.errors import ServiceUnavailable
from tic.core.geo import Point
from tic.core.i18n import format_date

_ = translate()
NEARBY = 6


def load(listing_id: str) -> tuple[Listing | None, Redirect | None]:
    """The listing, also behind a retired id, and what became of that id."""
    with database_reading() as connection:
        listing = repository.get_listing(connection, listing_id)
        redirect = None if listing else repository.get_redirect(connection, listing_id)
        if redirect and redirect.new_id:
            listing = repository.get_listing(connection, redirect.new_id)
    return listing, redirect


def nearby_places(listing: Listing) -> list[Hit]:
    """Places of the same kind near by; without a search engine the page says so and shows the rest."""
    try:
        return services().search.similar(listing.id, limit=NEARBY)
    except ServiceUnavailable as error:
        show_error(error)
        return []


def show_missing(redirect: Redirect | None) -> None:
    """What to do when there is no such place, or no longer."""
    if redirect:
        st.title(_("This place is no longer listed"), anchor=False)
        since = _("Since {date}", date=format_date(redirect.at, language()))
        st.info(f"{retirement(redirect.reason, language())} {since}")
    else:
        st.title(_("There is no such place"), anchor=False)
        st.info(_("No place has ever had this number. Search for it by name."))
    st.page_link("find_places.py", label=_("Find a place"), icon=":material/search:")


def show_head(listing: Listing) -> None:
    """Names in both languages, kind, district and province."""
    name, other = listing.name(language()), listing.name("en" if language() == "th" else "th")
    st.set_page_config(page_title=f"{name} · {_('Thailand Tourism Directory')}")
    st.title(plain(name), anchor=False)
    if other != name:
        st.markdown(f"##### {plain(other)}")
    where = [area_name(code, language()) for code in (listing.district_code, listing.province_code) if code]
    st.caption(" · ".join([category_name(listing.category), *where]))
    if listing.status == "closed":
        name = listing.provenance.get("status", "").split(":", 1)[0]
        told = source_title(name) if name in known_sources() else trust_name(name, language())
        st.warning(plain(closing_line(listing, told, language())), icon=":material/door_front:")
    st.html(f'<div class="tic-line"><span class="tic-marks">{mark_buttons(listing)}</span></div>')
    saved_places(key="saved", panel=False)


def show_map(listing: Listing, nearby: list[Hit]) -> None:
    """This place among those near by."""
    here = {
        "id": listing.id,
        "name": listing.name(language()),
        "kind": category_name(listing.category),
        "label": listing.name(language()),
        "lat": listing.lat,
        "lon": listing.lon,
    }
    others = [{**hit_row(hit), "label": hit.name(language())} for hit in nearby]
    st.pydeck_chart(
        places_map(others, chosen=[here], language=language(), height_px=380),
        height=380,
        key="map",
        alt=_("Map of this place and those nearby"),
    )


def show_place(listing: Listing) -> None:
    """The whole page of a place."""
    show_head(listing)
    show_warnings(warnings_at(listing, active_alerts()))
    nearby = nearby_places(listing)
    facts, chart = st.columns(2)
    with facts:
        st.html(facts_html(listing, language()))
        if listing.opening_hours and listing.status != "closed":
            st.html(week_html(listing.opening_hours, language(), point=Point(listing.lat, listing.lon)))
            st.caption(_("On public holidays the hours may differ."))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                "edit_place.py",
                label=_("Correct this place"),
                icon=":material/edit:",
                query_params={"listing": listing.id},
            )
            site_link(_("Plain page"), f"/place/{listing.id}")
            site_link(_("History"), f"/place/{listing.id}/history")
    with chart:
        show_map(listing, nearby)
    if nearby:
        st.subheader(_("Nearby"), anchor=False)
        left, right = st.columns(2)
        for index, hit in enumerate(nearby):
            with (left, right)[index % 2]:
                place_line(hit, key=f"near-{hit.id}")
    st.subheader(_("Where this comes from"), anchor=False)
    st.html(provenance_html(listing, known_sources(), language()))
    st.html(terms_html(listing.sources, known_sources(), language()))
    if listing.updated_at:
        st.caption(_("Last changed {date}", date=format_date(listing.updated_at, language())))


listing, redirect = load(_url.get("id"))
if listing is None:
    show_missing(redirect)
    st.stop()
if redirect:
    _url.put(id=listing.id)
show_place(listing)
