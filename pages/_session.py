"""Who looks at the page, and in which language. Identity comes from the HttpOnly cookie, never from the address."""

from __future__ import annotations

from html import escape
from typing import cast
from urllib.parse import quote

import streamlit as st

from directory import accounts
from directory.accounts import Account, Role
from pages._resources import database_reading
from pages._text import plain
from tic.core.errors import TicError
from tic.core.i18n import Language, Translate, choose_language, tell, translator
from tic.core.settings import get_settings

SESSION_COOKIE = "tic_session"
LANGUAGE_COOKIE = "tic_lang"


def cookie(name: str) -> str | None:
    """A cookie of the browser that opened this page."""
    return st.context.cookies.get(name)


def language() -> Language:
    """`?lang=` of this address or an earlier one of the visit, then the cookie, the browser's, the setting's."""
    asked = st.query_params.get("lang")
    if asked in {"th", "en"}:
        st.session_state["asked-language"] = asked
    for wanted in (st.session_state.get("asked-language"), cookie(LANGUAGE_COOKIE)):
        if wanted in {"th", "en"}:
            return cast(Language, wanted)
    return choose_language(st.context.locale, get_settings().default_language)


def translate() -> Translate:
    """The function that answers in the reader's language."""
    return translator(language())


def signed_in() -> Account | None:
    """The account of this browser's session, None when signed out or expired."""
    token = cookie(SESSION_COOKIE)
    if not token:
        return None
    with database_reading() as connection:
        return accounts.account_of(connection, token)


def require_account(path: str, role: Role = "operator") -> Account:
    """The signed-in account that may do what `role` may; otherwise the page says what to do and ends."""
    _ = translate()
    account = signed_in()
    if account is None:
        st.info(_("Sign in to go on."))
        with st.container(horizontal=True):
            site_link(_("Sign in"), f"/account/sign-in?next={quote(path, safe='')}", primary=True)
            site_link(_("Register as an operator"), f"/account/register?next={quote(path, safe='')}")
        st.stop()
    if not account.may(role):
        st.warning(_("This page is for other roles than yours. Ask an administrator if you need it."))
        st.stop()
    return account


def site_link(label: str, path: str, *, primary: bool = False) -> None:
    """A link to a plain page of this site, in the same tab."""
    kind = "tic-button tic-primary" if primary else "tic-button"
    st.html(f'<a class="{kind}" href="{escape(path, quote=True)}">{escape(label)}</a>', width="content")


def show_error(error: TicError) -> None:
    """A known failure as one sentence in the reader's language; the rest of the page stays alive."""
    st.error(plain(tell(error, language())))
