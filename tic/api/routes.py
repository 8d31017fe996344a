"""The open API: search, suggestions, one place, and the warnings in force, as JSON."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from directory import repository
from directory.history import beginnings_of, history_of
from directory.labels import retirement
from directory.listing import Listing
from directory.search.base import Hit, hit_to_json, results_to_json
from directory.search.query import make_query, query_from_params
from directory.services import Services
from tic.api.alerts import alerts
from tic.core.database import reading
from tic.core.errors import BadInput, NotFound, TicError
from tic.core.i18n import Language, choose_language, tell

_PREFIX: Final = "/api/v1"
_MOST_SUGGESTIONS: Final = 20
_DEFAULT_SUGGESTIONS: Final = 8
_log = logging.getLogger(__name__)
Answer = dict[str, Any] | Response


def api_routes(services: Services) -> list[Route]:
    """`/api/v1/search`, `/suggest`, `/places/{id}` with its `/history`, `/similar` and `/nearby`, and `/alerts`."""

    def search(request: Request) -> Answer:
        return results_to_json(services.search.search(query_from_params(_params(request))))

    def suggest(request: Request) -> Answer:
        params = request.query_params
        limit = _limit(params.get("limit"))
        language = choose_language(params.get("lang"))
        near = query_from_params({"near": params.get("near", "")}).near
        found = services.search.suggest(params.get("q", ""), language=language, limit=limit, near=near)
        return {"suggestions": [asdict(item) for item in found]}

    def similar(request: Request) -> Answer:
        return _of_place(request, lambda item, limit: services.search.similar(item.id, limit=limit))

    def nearby(request: Request) -> Answer:
        def found(item: Listing, limit: int) -> list[Hit]:
            query = make_query(near=(item.lat, item.lon), sort="distance", size=limit + 1, facets=())
            return [hit for hit in services.search.search(query).hits if hit.id != item.id][:limit]

        return _of_place(request, found)

    def _of_place(request: Request, find: Callable[[Listing, int], list[Hit]]) -> Answer:
        """Places found from a place: `{"hits": [...]}`; an id that is not served answers as the place itself does."""
        listing_id = request.path_params["id"]
        with reading(services.database) as connection:
            redirect = repository.get_redirect(connection, listing_id)
            listing = repository.get_listing(connection, (redirect.new_id if redirect else None) or listing_id)
        if listing is None:
            return place(request)
        limit = _limit(request.query_params.get("limit"))
        return {"hits": [hit_to_json(hit) for hit in find(listing, limit)]}

    def place(request: Request) -> Answer:
        listing_id = request.path_params["id"]
        with reading(services.database) as connection:
            listing = repository.get_listing(connection, listing_id)
            redirect = None if listing else repository.get_redirect(connection, listing_id)
        if listing:
            return listing.model_dump(mode="json")
        if redirect and redirect.new_id:
            return RedirectResponse(f"{_PREFIX}/places/{redirect.new_id}", status_code=301)
        if redirect:
            told = {"error": retirement(redirect.reason, _language(request)), "reason": redirect.reason}
            return JSONResponse(told, status_code=410)
        raise NotFound("There is no place with the id {id}. Search for it by name instead.", id=listing_id[:40])

    def history(request: Request) -> Answer:
        listing_id = request.path_params["id"]
        with reading(services.database) as connection:
            events, records = history_of(connection, listing_id), beginnings_of(connection, listing_id)
            redirect = repository.get_redirect(connection, listing_id)
        if not events and not records and redirect is None:
            raise NotFound("There is no place with the id {id}. Search for it by name instead.", id=listing_id[:40])
        return {
            "id": listing_id,
            "retired": redirect.model_dump(mode="json", exclude={"old_id"}) if redirect else None,
            "records": [_with_times(asdict(item)) for item in records],
            "events": [_with_times(asdict(event)) for event in events],
        }

    def warnings(request: Request) -> Answer:
        return alerts(services, request)

    endpoints = {
        "alerts": warnings,
        "search": search,
        "suggest": suggest,
        "places/{id}": place,
        "places/{id}/history": history,
        "places/{id}/similar": similar,
        "places/{id}/nearby": nearby,
    }
    return [Route(f"{_PREFIX}/{path}", _answering(endpoint)) for path, endpoint in endpoints.items()]


def _with_times(values: dict[str, Any]) -> dict[str, Any]:
    """Moments as ISO 8601 in UTC."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _params(request: Request) -> dict[str, list[str]]:
    return {key: request.query_params.getlist(key) for key in request.query_params}


def _limit(text: str | None) -> int:
    """Raises BadInput for anything but a whole number in the range."""
    if not text:
        return _DEFAULT_SUGGESTIONS
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_SUGGESTIONS):
        raise BadInput("limit must be a whole number from 1 to {most}.", most=_MOST_SUGGESTIONS)
    return int(text)


def _language(request: Request) -> Language:
    """Language of errors: `?lang=`, then what the client accepts, then English."""
    return choose_language(
        request.query_params.get("lang"), choose_language(request.headers.get("accept-language"), "en")
    )


def _answering(endpoint: Callable[[Request], Answer]) -> Callable[[Request], Any]:
    """Run an endpoint off the event loop; a known failure is one sentence in JSON with its status."""

    async def answer(request: Request) -> Response:
        try:
            found = await run_in_threadpool(endpoint, request)
        except TicError as error:
            if error.http_status >= 500:
                _log.exception("request failed", extra={"path": request.url.path})
            return JSONResponse({"error": tell(error, _language(request))}, status_code=error.http_status)
        return found if isinstance(found, Response) else JSONResponse(found)

    return answer
