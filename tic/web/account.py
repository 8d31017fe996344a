"""Sign in, register and sign out: plain forms, because only a real response can set an HttpOnly cookie."""

from __future__ import annotations

import hmac
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from directory import accounts
from directory.passwords import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from directory.services import Services
from tic.core.database import writing
from tic.core.errors import BadInput, NotAllowed, TicError
from tic.core.i18n import tell
from tic.web.pages import SESSION_COOKIE, language_of, render, safe_target

FORM_COOKIE: Final = "tic_form"
"""Belongs to the forms of a person who is not signed in yet."""

HOME_OF_OPERATORS: Final = "/my-places"


class AccountPages:
    """The forms of a person without a session.

    Each carries a token that must equal a cookie of the same browser, which another site can neither read nor set.
    """

    def __init__(self, services: Services) -> None:
        self.services = services
        self.settings = services.settings

    def sign_in(self, request: Request, fields: dict[str, str] | None = None) -> Response:
        """GET shows the form; POST signs in and goes on to `next`."""
        if fields is None:
            return self._form(request, "sign_in.html", {}, "")
        try:
            self._check_token(request, fields)
            token = self._start_session(fields)
        except TicError as error:
            return self._form(request, "sign_in.html", fields, tell(error, language_of(request, self.settings)), error)
        return self._signed_in(token, safe_target(fields.get("next")))

    def register(self, request: Request, fields: dict[str, str] | None = None) -> Response:
        """GET shows the form; POST makes an operator's account and signs in."""
        if fields is None:
            return self._form(request, "register.html", {}, "")
        language = language_of(request, self.settings)
        try:
            self._check_token(request, fields)
            if fields.get("consent") != "yes":
                raise BadInput(
                    "Agree to the privacy notice to register: without an e-mail address there is no account."
                )
            with writing(self.services.database) as connection:
                accounts.register(
                    connection,
                    email=fields.get("email", ""),
                    password=fields.get("password", ""),
                    display_name=fields.get("display_name", ""),
                    language=language,
                )
            token = self._start_session(fields)
        except TicError as error:
            return self._form(request, "register.html", fields, tell(error, language), error)
        return self._signed_in(token, safe_target(fields.get("next"), HOME_OF_OPERATORS))

    def sign_out(self, request: Request, fields: dict[str, str] | None = None) -> Response:
        """GET asks for confirmation; POST ends the session."""
        if fields is None:
            return self._form(request, "sign_out.html", {}, "")
        self._check_token(request, fields)
        token = request.cookies.get(SESSION_COOKIE)
        if token:
            with writing(self.services.database) as connection:
                accounts.sign_out(connection, token)
        response = RedirectResponse("/", status_code=303)
        response.delete_cookie(SESSION_COOKIE)
        return response

    def _start_session(self, fields: dict[str, str]) -> str:
        with writing(self.services.database) as connection:
            return accounts.sign_in(
                connection,
                email=fields.get("email", ""),
                password=fields.get("password", ""),
                days=self.settings.session_days,
            )

    def _form(
        self, request: Request, template: str, fields: dict[str, str], message: str, error: TicError | None = None
    ) -> Response:
        token = request.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
        response = render(
            request,
            self.settings,
            template,
            status=error.http_status if error else 200,
            fields=fields,
            message=message,
            form_token=token,
            next=safe_target(fields.get("next") or request.query_params.get("next"), ""),
            least=MIN_PASSWORD_LENGTH,
            most=MAX_PASSWORD_LENGTH,
        )
        self._set_cookie(response, FORM_COOKIE, token, None)
        return response

    def _check_token(self, request: Request, fields: dict[str, str]) -> None:
        expected = request.cookies.get(FORM_COOKIE, "")
        if not expected or not hmac.compare_digest(expected.encode(), fields.get("form_token", "").encode()):
            raise NotAllowed("This form has expired or cookies are switched off. Allow cookies and send it again.")

    def _signed_in(self, token: str, target: str) -> Response:
        response = RedirectResponse(target, status_code=303)
        self._set_cookie(response, SESSION_COOKIE, token, self.settings.session_days * 86400)
        # A form opened before signing in must not work in the session that begins here.
        response.delete_cookie(FORM_COOKIE)
        return response

    def _set_cookie(self, response: Response, name: str, value: str, max_age_s: int | None) -> None:
        response.set_cookie(
            name, value, max_age=max_age_s, httponly=True, samesite="lax", secure=self.settings.secure_cookies
        )
