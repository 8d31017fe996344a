"""Security headers that every answer of the process carries, also those of the Streamlit pages and the API."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tic.core.settings import Settings

STRICT_POLICY: Final = (
    "default-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; script-src 'none'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
"""For the plain HTML pages: no script at all."""

_PAGES_POLICY: Final = "object-src 'none'; base-uri 'self'; frame-ancestors 'self'; form-action 'self'"
"""For the Streamlit pages, whose own scripts need inline code, workers and evaluated expressions."""

_EVERYWHERE: Final = {
    "Content-Security-Policy": _PAGES_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=()",
}
_HSTS: Final = "max-age=31536000"


class SecurityHeaders:
    """Adds each header that an answer does not set itself. Strict-Transport-Security only with secure cookies."""

    def __init__(self, app: ASGIApp, *, https_only: bool = False) -> None:
        self.app = app
        self.headers = {**_EVERYWHERE, **({"Strict-Transport-Security": _HSTS} if https_only else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; websockets and the start-up protocol have no headers to set."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def web_middleware(settings: Settings) -> list[Middleware]:
    """What the server wraps around all routes."""
    return [Middleware(SecurityHeaders, https_only=settings.secure_cookies)]
