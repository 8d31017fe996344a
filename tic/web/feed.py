"""`/feed/{key}.atom`: what an analyst's watches have told, for a reader of feeds (RFC 4287). The key is a secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from directory.accounts import get_account
from directory.services import Services
from tic.core.database import reading
from tic.core.i18n import Language, translator
from tic.desk.watches import Notice, account_of_feed, notices
from tic.desk.words import notice_line, series_link
from tic.web.pages import templates


def watch_feed(services: Services) -> Callable[[Request], Response]:
    """The endpoint. Raises NotFound for an unknown key, and for that of an account that was shut out."""
    address = services.settings.address

    def feed(request: Request) -> Response:
        with reading(services.database) as connection:
            account = get_account(connection, account_of_feed(connection, request.path_params["key"]))
            found = notices(connection, account.id)
        language: Language = "en" if account.language == "en" else "th"
        _ = translator(language)
        body = templates.get_template("feed.xml").render(
            title=_("What you watch"),
            address=address,
            # An id that stays the same for the same account and tells nobody which it is from the address.
            feed_id=_tag(address, account.created_at, f"feed-{account.id}"),
            updated=(found[0].at if found else account.created_at).isoformat(),
            entries=[_entry(item, address, language) for item in found],
        )
        headers = {"Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex", "Content-Language": language}
        return Response(body, media_type="application/atom+xml; charset=utf-8", headers=headers)

    return feed


def _entry(item: Notice, address: str, language: Language) -> dict[str, str]:
    return {
        "id": _tag(address, item.at, f"notice-{item.id}"),
        "title": notice_line(item.facts, language),
        "updated": item.at.isoformat(),
        "link": series_link(item.facts, address, language),
    }


def _tag(address: str, at: datetime, name: str) -> str:
    """A tag URI (RFC 4151)."""
    return f"tag:{urlsplit(address).hostname},{at:%Y-%m-%d}:{name}"
