"""`/sitemap.xml` and `/robots.txt`: what search engines may read, and where every listing is.

The protocol (https://www.sitemaps.org/protocol.html) allows 50,000 addresses a file: `/sitemap.xml` is the index of
files `/sitemap-<number>.xml`, each with a page of listings in both languages.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import quoteattr

from sqlalchemy import Connection, select
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from directory import repository, tables
from directory.services import Services
from tic.core.database import reading
from tic.core.errors import NotFound

LISTINGS_PER_FILE: Final = 10_000
_NAMESPACES: Final = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_PAGES: Final = ("/", "/overview", "/forecast", "/provinces", "/sources", "/privacy")
_PRIVATE: Final = ("/account", "/my-places", "/edit", "/review", "/language/", "/trip", "/feed/", "/watches")


class SitemapPages:
    """What is told to search engines."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.address = services.settings.address

    def robots(self, _request: Request) -> Response:
        """Everything may be read but what belongs to one person."""
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _PRIVATE), f"Sitemap: {self.address}/sitemap.xml"]
        return PlainTextResponse("\n".join(lines) + "\n")

    def index(self, _request: Request) -> Response:
        """The files of the sitemap; the first is there before any listing is, with the pages."""
        with reading(self.services.database) as connection:
            count = repository.count_listings(connection)
        files = max(1, -(-count // LISTINGS_PER_FILE))
        entries = "".join(
            f"<sitemap><loc>{self.address}/sitemap-{number}.xml</loc></sitemap>" for number in range(1, files + 1)
        )
        return _xml(f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>')

    def file(self, request: Request) -> Response:
        """One file of the sitemap. Raises NotFound beyond the last."""
        number: int = request.path_params["number"]
        with reading(self.services.database) as connection:
            rows = list(_listings(connection, number))
        if number < 1 or (number > 1 and not rows):
            raise NotFound("There is no such page here.")
        entries = [f"<url><loc>{self.address}{path}</loc></url>" for path in (_PAGES if number == 1 else ())]
        entries += [self._entry(listing_id, changed) for listing_id, changed in rows]
        return _xml(f"<urlset {_NAMESPACES}>{''.join(entries)}</urlset>")

    def _entry(self, listing_id: str, changed: str) -> str:
        here = f"{self.address}/place/{listing_id}"
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(f"{here}?lang={code}")}/>'
            for code in ("th", "en")
        )
        return f"<url><loc>{here}</loc><lastmod>{changed}</lastmod>{alternates}</url>"


def _listings(connection: Connection, number: int) -> Iterator[tuple[str, str]]:
    """Id and date of change of the listings of one file, without their bodies."""
    listing = tables.listing.c
    statement = select(listing.id, listing.changed_at).order_by(listing.id).limit(LISTINGS_PER_FILE)
    for row in connection.execute(statement.offset((max(number, 1) - 1) * LISTINGS_PER_FILE)):
        yield row.id, row.changed_at.date().isoformat()


def _xml(body: str) -> Response:
    return Response(
        f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n',
        media_type="application/xml",
        headers={"Cache-Control": "public, max-age=3600"},
    )
