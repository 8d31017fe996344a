"""One ASGI process: the Streamlit pages, the public listing pages, sign-in, and the open API."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

from tic.core.errors import BadInput, TicError
from tic.core.memory import keep_what_is_loaded
from tic.core.settings import Settings, get_settings

if TYPE_CHECKING:
    from streamlit import App

    from directory.services import Services

_log = logging.getLogger(__name__)
_STREAMLIT_OPTIONS = {
    "server.headless": True,
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": False,
    "client.toolbarMode": "minimal",
    "client.showErrorDetails": "none",
    "theme.primaryColor": "#0b6e6e",
    "logger.level": "warning",
}
"""Set in the process itself: Streamlit reads STREAMLIT_* variables only when its own command starts it."""

_LARGEST_MESSAGE_BYTES = 32 * 1024 * 1024
_SHUTDOWN_S = 3
"""Open pages hold a connection for as long as they are open; a stop does not wait for them longer than this."""


def check_port(settings: Settings) -> None:
    """Raise BadInput when something else already listens where the server should."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise BadInput(
                "Port {port} on {host} cannot be used ({reason}). Stop what uses it, or choose another: TIC_PORT=8502.",
                port=settings.port,
                host=settings.host,
                reason=error.strerror or str(error),
            ) from error


def create_app(settings: Settings | None = None) -> App:
    """The ASGI application; opens nothing until it starts up, and runs the publisher while it serves."""
    from streamlit import App, config

    for name, value in _STREAMLIT_OPTIONS.items():
        config.set_option(name, value)

    from directory.services import Services
    from tic.api.routes import api_routes
    from tic.jobs.places import source_trust
    from tic.jobs.publish import Publisher
    from tic.jobs.uploads_worker import UploadWorker
    from tic.web.headers import web_middleware
    from tic.web.routes import web_routes

    services = Services(settings or get_settings())

    @asynccontextmanager
    async def publishing(_app: App) -> AsyncIterator[None]:
        publisher = Publisher(services, source_trust())
        worker = UploadWorker(services)
        publisher.start()
        worker.start()
        threading.Thread(target=_warm_up, args=(services,), name="warm-up", daemon=True).start()
        try:
            yield
        finally:
            worker.stop()
            publisher.stop()
            services.close()

    script = str(files("pages") / "app.py")
    routes = [*web_routes(services), *api_routes(services)]
    return App(script, routes=routes, middleware=web_middleware(services.settings), lifespan=publishing)


def _warm_up(services: Services) -> None:
    """Load dictionaries and the index before the first visitor waits for them."""
    from directory.search.base import SearchQuery

    try:
        services.search.search(SearchQuery(text="วัด", size=1))
    except TicError as error:
        _log.info("searches do not work yet: %s", error)
    keep_what_is_loaded()


def run(settings: Settings) -> None:
    """Serve until interrupted. Raises BadInput when the port is taken."""
    import uvicorn

    check_port(settings)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level.lower(),
        access_log=settings.log_level in {"DEBUG", "INFO"},
        ws_max_size=_LARGEST_MESSAGE_BYTES,
        timeout_graceful_shutdown=_SHUTDOWN_S,
        log_config=None,
    )
