"""`tic search`: a search in the terminal."""

from __future__ import annotations

from typing import Any

from directory.categories import categories
from directory.search.base import SearchResults
from directory.search.query import query_from_params
from tic.core.areas import area_name
from tic.jobs.context import Context


def find_places(
    context: Context,
    text: str,
    category: list[str] | None,
    province: list[str] | None,
    near: str | None,
    radius_km: float | None,
    limit: int,
    language: str,
    *,
    price: list[str] | None = None,
    certification: list[str] | None = None,
    access: list[str] | None = None,
    open_now: bool = False,
) -> SearchResults:
    """Search as the pages do. Raises BadInput for an unknown category, province, price band, access or point."""
    params: dict[str, list[str]] = {"q": [text], "size": [str(limit)], "lang": [language]}
    params["category"] = category or []
    params["province"] = province or []
    params["price"] = price or []
    params["certification"] = certification or []
    params["access"] = access or []
    params["open"] = ["now"] if open_now else []
    if near:
        params["near"] = [near]
    if radius_km is not None:
        params["radius_km"] = [str(radius_km)]
    return context.search.search(query_from_params(params))


def result_rows(results: SearchResults, language: str) -> tuple[list[str], list[list[Any]]]:
    """Columns and rows of a table of results."""
    known = categories()
    rows = [
        [
            hit.id,
            hit.name(language),
            hit.name("en" if language == "th" else "th"),
            known[hit.category].name(language) if hit.category in known else hit.category,
            area_name(hit.province_code, language) if hit.province_code else None,
            None if hit.distance_km is None else f"{hit.distance_km:.1f} km",
        ]
        for hit in results.hits
    ]
    return ["id", "name", "other name", "category", "province", "distance"], rows
