"""Rendering of the plain HTML pages: templates, language, answers to errors."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from tic.core.errors import BadInput, TicError
from tic.core.i18n import Language, choose_language, format_date, tell, translator
from tic.core.settings import Settings
from tic.web.headers import STRICT_POLICY

LANGUAGE_COOKIE: Final = "tic_lang"
SESSION_COOKIE: Final = "tic_session"
LANGUAGE_COOKIE_S: Final = 365 * 86400
_MOST_FORM_BYTES: Final = 64 * 1024
_log = logging.getLogger(__name__)

templates = Environment(
    loader=PackageLoader("tic.web", "templates"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
Endpoint = Callable[[Request], Awaitable[Response]]


def safe_target(target: str | None, default: str = "/") -> str:
    """Only a path of this site; anything else (another host, a script, a control character) gives `default`."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return default
    if "\\" in target or any(ord(character) <= 0x20 or ord(character) == 0x7F for character in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target


def asked_language(request: Request) -> Language | None:
    """The language that the address itself asks for with `?lang=`."""
    wanted = request.query_params.get("lang")
    return "th" if wanted == "th" else "en" if wanted == "en" else None


def language_of(request: Request, settings: Settings) -> Language:
    """Language of a request: `?lang=`, then the cookie, then what the browser asks for."""
    asked = asked_language(request)
    if asked:
        return asked
    kept = request.cookies.get(LANGUAGE_COOKIE)
    if kept in {"th", "en"}:
        return "th" if kept == "th" else "en"
    return choose_language(request.headers.get("accept-language"), settings.default_language)


def set_language_cookie(response: Response, language: Language, settings: Settings) -> None:
    """Keep the language for a year. It names nobody, so the pages' own scripts may read it."""
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=LANGUAGE_COOKIE_S, samesite="lax", secure=settings.secure_cookies
    )


def other_language_link(request: Request, language: Language) -> str:
    """Address of the same page in the other language."""
    params = {**request.query_params, "lang": "en" if language == "th" else "th"}
    return f"{request.url.path}?{urlencode(params)}"


def render(request: Request, settings: Settings, name: str, /, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A template as an answer, in the reader's language; `_` translates, `date` formats.

    The answer is for this reader only and kept nowhere, unless the caller says otherwise in its headers.
    """
    language = language_of(request, settings)

    def told_date(value: date | datetime) -> str:
        return format_date(value, language)

    html = templates.get_template(name).render(
        _=translator(language),
        language=language,
        other_language=other_language_link(request, language),
        date=told_date,
        address=settings.address,
        **values,
    )
    response = HTMLResponse(html, status_code=status)
    response.headers["Content-Language"] = language
    response.headers["Content-Security-Policy"] = STRICT_POLICY
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Vary"] = "Accept-Language, Cookie"
    if asked_language(request):
        set_language_cookie(response, language, settings)
    return response


def public(response: Response, seconds: int = 60) -> Response:
    """Let browsers keep an answer that holds nothing personal for a short while."""
    response.headers["Cache-Control"] = f"private, max-age={seconds}"
    return response


def guarded(settings: Settings, endpoint: Callable[..., Response], *, form: bool = False) -> Endpoint:
    """Run a plain function off the event loop and turn a known failure into a readable page.

    With `form` the function also gets the posted fields as a dict of text.
    """

    async def answer(request: Request) -> Response:
        try:
            if form and request.method == "POST":
                return await run_in_threadpool(endpoint, request, await _posted(request))
            return await run_in_threadpool(endpoint, request)
        except TicError as error:
            if error.http_status >= 500:
                _log.exception("request failed", extra={"path": request.url.path})
            message = tell(error, language_of(request, settings))
            return render(request, settings, "error.html", status=error.http_status, message=message)

    return answer


async def _posted(request: Request) -> dict[str, str]:
    """The fields of a form. Raises BadInput for one beyond all size or of another kind."""
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _MOST_FORM_BYTES:
        raise BadInput("This form is too large or incomplete. Go back and send it again.")
    try:
        async with request.form(max_files=0, max_fields=50) as posted:
            return {key: value for key, value in posted.items() if isinstance(value, str)}
    except HTTPException as error:
        raise BadInput("This form is too large or incomplete. Go back and send it again.") from error
