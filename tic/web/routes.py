"""The plain HTML routes that stand beside the Streamlit pages."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from directory.services import Services
from tic.web import map_data
from tic.web.account import AccountPages
from tic.web.feed import watch_feed
from tic.web.history import HistoryPages
from tic.web.own_data import OwnDataPages
from tic.web.pages import guarded, public, render, safe_target, set_language_cookie
from tic.web.place import PlacePages
from tic.web.sitemap import SitemapPages
from tic.web.trip import TripFiles


def web_routes(services: Services) -> list[Route]:
    """All routes of this room; database and search are opened at the first request that needs them."""
    settings = services.settings
    account, own, place, history, sitemap, trip = (
        AccountPages(services),
        OwnDataPages(services),
        PlacePages(services),
        HistoryPages(services),
        SitemapPages(services),
        TripFiles(services),
    )

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    async def choose_language(request: Request) -> Response:
        response = RedirectResponse(safe_target(request.query_params.get("next")), status_code=303)
        set_language_cookie(response, "en" if request.path_params["code"] == "en" else "th", settings)
        return response

    def privacy(request: Request) -> Response:
        return public(render(request, settings, "privacy.html", session_days=settings.session_days))

    forms = {
        "sign-in": account.sign_in,
        "register": account.register,
        "sign-out": account.sign_out,
        "password": own.change_password,
        "export": own.export,
        "delete": own.delete,
    }
    reading = {
        "/account": own.account,
        "/feed/{key}.atom": watch_feed(services),
        "/place/{id}": place.place,
        "/place/{id}/history": history.history,
        "/privacy": privacy,
        "/robots.txt": sitemap.robots,
        "/sitemap.xml": sitemap.index,
        "/sitemap-{number:int}.xml": sitemap.file,
        "/map/areas.json": map_data.areas,
        "/map/provinces.json": map_data.outlines,
        "/trip.geojson": trip.geojson,
        "/trip.gpx": trip.gpx,
        "/trip.ics": trip.ics,
    }
    return [
        Route("/healthz", health),
        Route("/language/{code}", choose_language),
        *(Route(path, guarded(settings, endpoint)) for path, endpoint in reading.items()),
        *(
            Route(f"/account/{path}", guarded(settings, endpoint, form=True), methods=["GET", "POST"])
            for path, endpoint in forms.items()
        ),
    ]
