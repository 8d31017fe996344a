"""A person's own account: password, a copy of all personal data, and deletion. Only forms of the session change it."""

from __future__ import annotations

import json
from typing import Final
from urllib.parse import quote

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from directory import accounts
from directory.accounts import Account
from directory.passwords import MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH
from directory.services import Services
from directory.sessions import normalise_email
from tic.catalogue import officers
from tic.core.database import reading, writing
from tic.core.errors import BadInput, NotAllowed, TicError
from tic.core.i18n import tell, translator
from tic.web.pages import SESSION_COOKIE, language_of, render

_EXPORT_NAME: Final = "tourism-directory-personal-data.json"


class OwnDataPages:
    """The page `/account` and the three forms on it. Every POST carries the token of its session (CSRF)."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.settings = services.settings

    def account(self, request: Request) -> Response:
        """Who is signed in, and what can be done about it; a person who is not goes to sign in first."""
        return self._page(request)

    def change_password(self, request: Request, fields: dict[str, str] | None = None) -> Response:
        """POST sets a new password and ends all other sessions."""
        if fields is None:
            return RedirectResponse("/account", status_code=303)
        token = request.cookies.get(SESSION_COOKIE, "")
        language = language_of(request, self.settings)
        try:
            with writing(self.services.database) as connection:
                account = _allowed(connection, token, fields)
                accounts.change_password(
                    connection,
                    account,
                    current=fields.get("current", ""),
                    new=fields.get("new", ""),
                    keep_token=token,
                )
        except TicError as error:
            return self._page(request, error=error)
        _ = translator(language)
        return self._page(request, done=_("Your password is changed. Other devices are signed out."))

    def export(self, request: Request, fields: dict[str, str] | None = None) -> Response:
        """POST gives everything that is kept about the person as a JSON file."""
        if fields is None:
            return RedirectResponse("/account", status_code=303)
        with writing(self.services.database) as connection:
            account = _allowed(connection, request.cookies.get(SESSION_COOKIE, ""), fields)
            data = accounts.export_personal_data(connection, account.id)
            data["catalogue"] = officers.personal_data(connection, account.id)
        body = json.dumps(data, ensure_ascii=False, indent=2)
        headers = {"Content-Disposition": f'attachment; filename="{_EXPORT_NAME}"', "Cache-Control": "no-store"}
        return Response(body, media_type="application/json", headers=headers)

    def delete(self, request: Request, fields: dict[str, str] | None = None) -> Response:
        """POST removes the person, once the e-mail address has been typed as confirmation."""
        if fields is None:
            return RedirectResponse("/account", status_code=303)
        try:
            with writing(self.services.database) as connection:
                account = _allowed(connection, request.cookies.get(SESSION_COOKIE, ""), fields)
                if normalise_email(fields.get("confirm", "")) != account.email:
                    raise BadInput("To delete the account, type its e-mail address exactly as shown.")
                accounts.delete_account(connection, account.id)
                officers.forget(connection, account.id)
        except TicError as error:
            return self._page(request, error=error)
        response = render(request, self.settings, "deleted.html")
        response.delete_cookie(SESSION_COOKIE)
        return response

    def _page(self, request: Request, *, error: TicError | None = None, done: str = "") -> Response:
        token = request.cookies.get(SESSION_COOKIE, "")
        with reading(self.services.database) as connection:
            account = accounts.account_of(connection, token)
            form_token = accounts.csrf_token(connection, token) if account else None
        if account is None:
            return RedirectResponse(f"/account/sign-in?next={quote('/account')}", status_code=303)
        language = language_of(request, self.settings)
        return render(
            request,
            self.settings,
            "account.html",
            status=error.http_status if error else 200,
            account=account,
            role=translator(language)(account.role),
            form_token=form_token,
            message=tell(error, language) if error else "",
            done=done,
            least=MIN_PASSWORD_LENGTH,
            most=MAX_PASSWORD_LENGTH,
        )


def _allowed(connection: Connection, token: str, fields: dict[str, str]) -> Account:
    """The account of a session whose form carries the right token. Raises NotAllowed."""
    account = accounts.account_of(connection, token)
    if account is None:
        raise NotAllowed("Sign in first.")
    accounts.check_csrf(connection, token, fields.get("form_token", ""))
    return account
