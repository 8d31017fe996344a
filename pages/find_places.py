"""Find a place: one box, the results as a list and a map side by side, filters, distance from a point."""

from __future__ import annotations

import streamlit as st

from directory.search.base import MAX_RESULT_WINDOW, SearchQuery, SearchResults
from pages import _url
from pages._answer import show_nothing, show_understood
from pages._filters import PAGE_SIZE, read_query, show_filters
from pages._resources import services
from pages._resultmap import result_map
from pages._saved import saved_places
from pages._saved_line import hit_lines
from pages._searchbox import Wish, search_box
from pages._session import language, translate
from pages._warnings import show_warnings_of
from pages._widgets import choose, hit_row
from tic.core.i18n import format_number

_ = translate()


def go(wish: Wish) -> None:
    """What a person sends goes into the address, which is the only state."""
    if wish.position:
        lat, lon = wish.position
        _url.put(near=f"{lat:.5f},{lon:.5f}", sort="distance")
    elif wish.filter:
        name, value = wish.filter
        _url.put(
            q="", **{"province": "", "district": "", "bbox": "", name: value} if name != "category" else {name: value}
        )
    elif wish.text is not None:
        _url.put(q=wish.text, literal="")


def first_number(query: SearchQuery) -> int:
    """Number of the first result of the page."""
    return (query.page - 1) * PAGE_SIZE + 1


def show_list(query: SearchQuery, results: SearchResults) -> None:
    """The page of results and the way to the others."""
    hit_lines(results.hits, prefix="hit", first=first_number(query))
    reachable = min(results.total, MAX_RESULT_WINDOW)
    pages = -(-reachable // PAGE_SIZE)
    if pages <= 1:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if query.page > 1:
            st.button(_("Previous"), on_click=_url.put, kwargs={"page": str(query.page - 1)})
        st.caption(_("Page {page} of {pages}", page=query.page, pages=format_number(pages, language())))
        if query.page < pages:
            st.button(_("Next"), on_click=_url.put, kwargs={"page": str(query.page + 1)})


def show_map(query: SearchQuery, results: SearchResults) -> None:
    """The same places as points, and a way to search where the map has been moved to."""
    st.subheader(_("Map"), anchor="map")
    rows = [{**hit_row(hit), "label": str(number)} for number, hit in enumerate(results.hits, first_number(query))]
    result_map(rows, key="map", here=query.near, bbox=query.bbox, on_area=search_area)


def search_area(bbox: str) -> None:
    """The area in view becomes a filter."""
    _url.put(bbox=bbox)


def count_of(total: int) -> str:
    """How many places there are, in words."""
    return _("**1** place") if total == 1 else _("**{count}** places", count=format_number(total, language()))


st.title(_("Find a place in Thailand"), anchor=False)
query = read_query()
search_box(_url.get("q"), key="search", on_wish=go, near=query.near)
saved_places(key="saved")
results = services().search.search(query)
show_understood(results)
show_filters(query, results)
sorts = {"relevance": _("best match"), "distance": _("distance"), "name": _("name"), "newest": _("newest")}
if query.near is None:
    del sorts["distance"]
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.markdown(count_of(results.total))
    with st.container(width=220):
        choose(_("Order"), "sort", sorts, "relevance")
if not results.hits:
    show_nothing(results)
else:
    show_warnings_of(results.hits)
    st.html(f'<a class="tic-button tic-jump" href="#map">{_("To the map")}</a>')
listing, chart = st.columns(2)
with listing:
    show_list(query, results)
with chart, st.container(key="results-map"):
    show_map(query, results)
