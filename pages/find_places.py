"""Find a place: one box, the results as a list and a map side by side, filters, distance from a point."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from directory.search.base import MAX_RESULT_WINDOW, Hit, SearchQuery, SearchResults
from pages import _url
from pages._filters import PAGE_SIZE, read_query, show_filters
from pages._maps import places_map
from pages._resources import services
from pages._searchbox import Wish, search_box
from pages._session import language, translate
from pages._widgets import choose, hit_row, place_line
from tic.core.i18n import format_number

_ = translate()
MAP_HEIGHT_PX = 620


def go(wish: Wish) -> None:
    """What a person sends goes into the address, which is the only state."""
    if wish.position:
        lat, lon = wish.position
        _url.put(near=f"{lat:.5f},{lon:.5f}", sort="distance")
    elif wish.text is not None:
        _url.put(q=wish.text)


def first_number(query: SearchQuery) -> int:
    """Number of the first result of the page."""
    return (query.page - 1) * PAGE_SIZE + 1


def show_list(query: SearchQuery, results: SearchResults) -> None:
    """The page of results and the way to the others."""
    for number, hit in enumerate(results.hits, first_number(query)):
        place_line(hit, key=f"hit-{hit.id}", number=number)
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
    """The same places as points; a press on one shows its name with the way to its page."""
    st.subheader(_("Map"), anchor="map")
    rows = [{**hit_row(hit), "label": str(number)} for number, hit in enumerate(results.hits, first_number(query))]
    here = [{"id": "", "name": _("Your point"), "kind": "", **query.near._asdict()}] if query.near else []
    chosen = st.pydeck_chart(
        places_map(rows, language=language(), chosen=here, height_px=MAP_HEIGHT_PX),
        height=MAP_HEIGHT_PX,
        key="map",
        on_select="rerun",
        alt=_("Map of the places in the list"),
    )
    picked = picked_hit(chosen, results)
    if picked:
        place_line(picked, key="picked")
    else:
        st.caption(_("Press a point to see which place it is. The list holds the same places."))


def count_of(total: int) -> str:
    """How many places there are, in words."""
    return _("**1** place") if total == 1 else _("**{count}** places", count=format_number(total, language()))


def picked_hit(chosen: object, results: SearchResults) -> Hit | None:
    """The result that was pressed on the map, None when there is none or it is of an earlier search."""
    objects = chosen["selection"]["objects"] if isinstance(chosen, Mapping) else {}
    ids = {item["id"] for item in objects.get("places", ())}
    return next((hit for hit in results.hits if hit.id in ids), None)


st.title(_("Find a place in Thailand"), anchor=False)
search_box(_url.get("q"), key="search", on_wish=go)
query = read_query()
results = services().search.search(query)
show_filters(query, results)
sorts = {"relevance": _("best match"), "distance": _("distance"), "name": _("name"), "newest": _("newest")}
if query.near is None:
    del sorts["distance"]
with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
    st.markdown(count_of(results.total))
    with st.container(width=220):
        choose(_("Order"), "sort", sorts, "relevance")
if not results.hits:
    st.info(_("Nothing fits. Check the spelling, use fewer words, or take away a filter."))
else:
    st.html(f'<a class="tic-button tic-jump" href="#map">{_("To the map")}</a>')
listing, chart = st.columns(2)
with listing:
    show_list(query, results)
with chart, st.container(key="results-map"):
    show_map(query, results)
