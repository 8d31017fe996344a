"""Filters of the search page: category, area, type of source, distance and map rectangle, all kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

import streamlit as st

from directory.categories import categories
from directory.facts import access_name, certification_name, price_name
from directory.labels import trust_name
from directory.search.base import SearchQuery, SearchResults
from directory.search.query import query_from_params
from directory.sources import TRUSTS, SourceInfo
from pages import _url
from pages._opening import opening_filter, opening_name
from pages._resources import known_sources
from pages._session import language, show_error, translate
from pages._text import plain
from pages._widgets import category_name, source_title
from tic.core.areas import area_name
from tic.core.errors import BadInput
from tic.core.geo import Point
from tic.core.i18n import Language, format_number

PAGE_SIZE: Final = 20
PARAMS: Final = (
    *("q", "category", "province", "district", "source", "trust", "price", "certification", "access", "open"),
    *("near", "radius_km", "bbox", "sort", "page", "literal"),
)
_RADII_KM: Final = ("1", "5", "20", "50", "100")


def read_query() -> SearchQuery:
    """The search that the address asks for; what cannot be used is named and left out."""
    params = {name: _url.get(name) for name in PARAMS if name != "trust" and _url.get(name)}
    fixed = {"size": str(PAGE_SIZE), "lang": language()}
    if params.get("sort") == "distance" and "near" not in params:
        del params["sort"]
    try:
        query = query_from_params({**params, **fixed})
        sources = (*query.sources, *sources_of(_url.get_list("trust"), known_sources()))
        return replace(query, sources=sources, facets=shown_facets(query))
    except BadInput as error:
        show_error(error)
        query = query_from_params({"q": params.get("q", ""), **fixed})
        return replace(query, facets=shown_facets(query))


def shown_facets(query: SearchQuery) -> tuple[str, ...]:
    """The facets that the page shows: districts only within a province, for counting costs time."""
    inside = ("district",) if query.provinces else ()
    return ("category", "province", *inside, "source", "price", "certification", "access")


def sources_of(trusts: Iterable[str], known: Mapping[str, SourceInfo]) -> tuple[str, ...]:
    """Names of the sources of places of these types. Raises BadInput for an unknown type."""
    chosen = set(trusts)
    for trust in chosen:
        if trust not in TRUSTS:
            raise BadInput("{trust} is no type of source. Use one of: {trusts}.", trust=trust, trusts=", ".join(TRUSTS))
    return tuple(name for name, source in known.items() if source.kind == "places" and source.trust in chosen)


def show_filters(query: SearchQuery, results: SearchResults) -> None:
    """A row of filters, and below it those that are set, each with a button that takes it away."""
    _ = translate()
    with st.container(horizontal=True, key="filters"):
        _facet("category", _("Category"), _category_options(results), chosen=query.categories)
        _facet("province", _("Province"), _named(results, "province", area_name), chosen=query.provinces)
        if query.provinces:
            _facet("district", _("District"), _named(results, "district", area_name), chosen=query.districts)
        _facet("trust", _("Type of source"), _trust_options(results), chosen=_url.get_list("trust"))
        for name, title, name_of, chosen in (
            ("price", _("Price"), price_name, query.prices),
            ("certification", _("Certification"), certification_name, query.certifications),
            ("access", _("Accessibility"), access_name, query.access),
        ):
            options = _named(results, name, name_of)
            if options or chosen:
                _facet(name, title, options, chosen=chosen)
        opening_filter()
        _distance()
    _active_filters(query)


def _named(
    results: SearchResults, facet: str, name_of: Callable[[str, Language], str]
) -> dict[str, tuple[str, int | None]]:
    """Values of a facet that have results, with their names and counts."""
    return {item.value: (name_of(item.value, language()), item.count) for item in results.facets.get(facet, ())}


def _category_options(results: SearchResults) -> dict[str, tuple[str, int]]:
    """Categories that have results, parents before their children, which are set in."""
    counts = {item.value: item.count for item in results.facets.get("category", ())}
    return {
        code: (f"{'' if not category.parent else '– '}{category.name(language())}", counts[code])
        for code, category in categories().items()
        if counts.get(code)
    }


def _trust_options(results: SearchResults) -> dict[str, tuple[str, int | None]]:
    """Types of source that have results.

    A place may have several sources, so that their counts cannot be added up: a type with several has no count.
    """
    counts = {item.value: item.count for item in results.facets.get("source", ())}
    found: dict[str, tuple[str, int | None]] = {}
    for trust in TRUSTS:
        having = [counts[name] for name in sources_of([trust], known_sources()) if counts.get(name)]
        if having:
            found[trust] = (trust_name(trust, language()), having[0] if len(having) == 1 else None)
    return found


def _facet(name: str, title: str, options: Mapping[str, tuple[str, int | None]], *, chosen: Iterable[str]) -> None:
    """A list of values with counts; a press adds or takes away the filter."""
    _ = translate()
    pressed = set(chosen)
    label = title if not pressed else f"{title} ({len(pressed)})"
    with st.popover(label, key=f"facet-{name}"), st.container(gap=None, height=360 if len(options) > 8 else "content"):
        if not options:
            st.caption(_("No other values here"))
        for value, (text, count) in options.items():
            st.button(
                plain(text) if count is None else f"{plain(text)} ({format_number(count, language())})",
                key=f"facet-{name}-{value}",
                type="primary" if value in pressed else "tertiary",
                on_click=_url.toggle,
                args=(name, value),
            )


def _distance() -> None:
    """Distance from a point: coordinates as copied from any map, and a radius."""
    _ = translate()
    with st.popover(_("Distance")):
        st.text_input(
            _("Latitude, longitude"),
            key=_url.follow("near", _url.get("near")),
            placeholder="13.7563, 100.5018",
            on_change=_url.copy_widget,
            args=("near",),
        )
        radius = _url.get("radius_km")
        st.selectbox(
            _("Within"),
            ["", *_RADII_KM] if radius in _RADII_KM or not radius else ["", *_RADII_KM, radius],
            key=_url.follow("radius_km", radius),
            format_func=lambda km: _("{distance} km", distance=km) if km else _("any distance"),
            on_change=_url.copy_widget,
            args=("radius_km",),
        )


def _active_filters(query: SearchQuery) -> None:
    _ = translate()
    active = [
        *(("category", code, category_name(code)) for code in query.categories),
        *(("province", code, area_name(code, language())) for code in query.provinces),
        *(("district", code, area_name(code, language())) for code in query.districts),
        *(("trust", code, trust_name(code, language())) for code in _url.get_list("trust")),
        *(("source", name, source_title(name)) for name in _url.get_list("source")),
    ]
    for name, values, name_of in (
        ("price", query.prices, price_name),
        ("certification", query.certifications, certification_name),
        ("access", query.access, access_name),
    ):
        active += [(name, code, name_of(code, language())) for code in values]
    if query.open_at:
        active.append(("open", _url.get("open"), opening_name(_url.get("open"))))
    with st.container(horizontal=True, key="active-filters"):
        for name, value, label in active:
            st.button(
                plain(label),
                key=f"active-{name}-{value}",
                icon=":material/close:",
                help=_("Take this filter away"),
                on_click=_url.toggle,
                args=(name, value),
            )
        if query.near:
            st.button(
                near_name(query.near, query.radius_km),
                key="active-near",
                icon=":material/close:",
                help=_("Take this filter away"),
                on_click=_url.put,
                kwargs={"near": "", "radius_km": "", "sort": ""},
            )
        if query.bbox:
            st.button(
                _("In the area on the map"),
                key="active-bbox",
                icon=":material/close:",
                help=_("Take this filter away"),
                on_click=_url.put,
                kwargs={"bbox": ""},
            )
        if any(_url.get(name) for name in PARAMS if name not in {"page", "sort"}):
            st.button(
                _("Start again"), icon=":material/restart_alt:", type="tertiary", on_click=_url.clear, args=PARAMS
            )


def near_name(near: Point, radius_km: float | None) -> str:
    """A point with its radius in words."""
    _ = translate()
    where = f"{near.lat:.4f}, {near.lon:.4f}"
    if radius_km is None:
        return _("Distance from {point}", point=where)
    return _("Within {distance} km of {point}", distance=f"{radius_km:g}", point=where)
