"""`/place/<id>/history`: what changed when on a listing, from which source, also of a retired one."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from directory import repository
from directory.history import MOST_EVENTS, Beginning, Event, beginnings_of, by_moment, history_of
from directory.history_text import event_text
from directory.labels import retirement
from directory.services import Services
from directory.sources import SourceInfo, load_sources
from tic.core.database import reading
from tic.core.errors import NotFound
from tic.core.i18n import Language, format_moment
from tic.web.pages import language_of, public, render


class HistoryPages:
    """Public pages of the history of listings."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.settings = services.settings

    def history(self, request: Request) -> Response:
        """The page of one id. Raises NotFound for one that never was."""
        listing_id = request.path_params["id"]
        with reading(self.services.database) as connection:
            listing = repository.get_listing(connection, listing_id)
            redirect = None if listing else repository.get_redirect(connection, listing_id)
            events, records = history_of(connection, listing_id), beginnings_of(connection, listing_id)
            sources = load_sources(connection)
            others = {event.other_id for event in events if event.other_id}
            names = repository.get_listings(connection, sorted(others))
        if listing is None and redirect is None:
            raise NotFound("There is no place with the id {id}. Search for it by name instead.", id=listing_id[:40])
        language = language_of(request, self.settings)
        answer = render(
            request,
            self.settings,
            "history.html",
            listing_id=listing_id,
            name=listing.name(language) if listing else listing_id,
            reason=retirement(redirect.reason, language) if redirect else "",
            redirect=redirect,
            moments=[
                (format_moment(at, language), [event_row(event, sources, language) for event in events_then])
                for at, events_then in by_moment(events).items()
            ],
            names={key: item.name(language) for key, item in names.items()},
            most=MOST_EVENTS,
            records=[beginning_row(item, sources, language) for item in records],
        )
        return public(answer)


def event_row(event: Event, sources: dict[str, SourceInfo], language: Language) -> dict[str, Any]:
    """An event as a line: what happened, its source and the run of it, the listing it leads to."""
    return {
        "text": event_text(event, language),
        "source": source_title(event.source, sources, language),
        "record": event.record_key or "",
        "run": event.run_id,
        "other": event.other_id,
    }


def beginning_row(item: Beginning, sources: dict[str, SourceInfo], language: Language) -> dict[str, Any]:
    """A record as a line: since when, and until when, it is there."""
    return {
        "source": source_title(item.source, sources, language),
        "record": item.record_key,
        "since": format_moment(item.first_seen_at, language),
        "until": format_moment(item.gone_at, language) if item.gone_at else "",
    }


def source_title(name: str | None, sources: dict[str, SourceInfo], language: Language) -> str:
    """Title of a source in the reader's language; the name of one that is not known."""
    if not name:
        return ""
    return sources[name].title(language) if name in sources else name
