"""Add a place, correct one, or go on with a draft: everything typed is kept at once and handed in for review."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from directory.accounts import Account
from directory.labels import field_name, state_name
from directory.submissions import validate_form, withdraw
from pages import _url
from pages._draft import (
    Form,
    hand_in,
    join_fields,
    keep_mine,
    keep_what_the_browser_held,
    open_form,
    take_theirs,
    typed,
    unfinished,
)
from pages._place_form import show_fields
from pages._resources import database_writing
from pages._session import language, require_account, show_error, translate
from pages._text import plain
from tic.core.errors import BadInput, Conflict, TicError
from tic.core.i18n import format_moment

_ = translate()


def go_on_with_own(account: Account, listing_id: str) -> None:
    """An edit of this place that the person has already begun comes before a new one."""
    own = unfinished(account, listing_id)
    if own is None:
        return
    if own.state == "draft":
        st.session_state["continued"] = True
        _url.put(draft=own.id, listing="")
        st.rerun()
    st.info(_("Your edit of this place waits for review. Take it back to change it."))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Take it back")):
            with database_writing() as connection:
                withdraw(connection, account, own.id)
            _url.put(draft=own.id, listing="")
            st.rerun()
        st.page_link("my_places.py", label=_("My places"), icon=":material/storefront:")
    st.stop()


def show_state(form: Form) -> None:
    """What this form is, how it stands, and what went wrong with keeping it."""
    if st.session_state.pop("continued", False):
        st.info(_("You have begun to correct this place before; this is your draft."))
    if form.state == "rejected" and form.reason:
        st.warning(_("Rejected: {reason}", reason=plain(form.reason)))
    if isinstance(form.problem, Conflict):
        show_error(form.problem)
        with st.container(horizontal=True):
            st.button(_("Keep what is typed here"), on_click=keep_mine, type="primary")
            st.button(_("Show the other version"), on_click=take_theirs)
    elif form.problem:
        show_error(form.problem)


def current_errors(form: Form) -> dict[str, BadInput]:
    """What is wrong now: with empty fields only once the person has tried to submit."""
    body = join_fields(typed())
    return {name: error for name, error in validate_form(body).items() if form.checked or body[name].strip()}


def show_form(form: Form) -> None:
    """The fields, and the way to hand them in."""
    errors = current_errors(form)
    with st.container(key="form-errors"):
        if form.checked and errors:
            names = ", ".join(field_name(name, language()) for name in errors)
            st.error(_("Correct these fields first: {fields}.", fields=names))
    show_fields(errors)
    keep_what_the_browser_held(form)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(_("Hand in for review"), type="primary", icon=":material/send:", on_click=hand_in)
        st.page_link("my_places.py", label=_("Later"), icon=":material/storefront:")
        show_kept(form)
    st.caption(
        _("What you enter is published once a reviewer has approved it. Enter nothing that should stay private.")
    )


@st.fragment(run_every="20s")
def show_kept(form: Form) -> None:
    """When the form was kept last.

    A page with a fragment that runs by itself also runs when its server is back after a restart, and so brings what
    was typed in the last moment before; without one it would wait for the next press.
    """
    if form.saved_at is None:
        st.caption(_("Kept as a draft as soon as something is changed."))
        return
    state, moment = state_name(form.state, language()), format_moment(form.saved_at, language())
    st.caption(_("Kept as {state}, {time}", state=state, time=moment))


def title_of(form: Form) -> str:
    """What the person is about to do."""
    return _("Correct a place") if form.listing_id else _("Add a place")


account = require_account(f"/edit?{urlencode(st.query_params.to_dict())}".rstrip("?"))
if st.session_state.pop("submitted", False):
    st.session_state["handed-in"] = True
    st.switch_page("my_places.py")
draft_id, listing_id = _url.get("draft"), _url.get("listing")
if listing_id and not draft_id:
    go_on_with_own(account, listing_id)
try:
    form = open_form(account, draft_id=draft_id, listing_id=listing_id)
except TicError as error:
    show_error(error)
    st.page_link("my_places.py", label=_("My places"), icon=":material/storefront:")
    st.stop()
st.title(title_of(form), anchor=False)
with st.container(key="form-state"):
    show_state(form)
show_form(form)
