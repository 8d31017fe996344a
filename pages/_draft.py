"""The form of a place as it is typed: every change is kept in the draft at once, so that nothing can be lost.

The text of the fields is in `st.session_state` under `field_key`; what is kept is in the system of record. The draft
the form belongs to stands in the address (`?draft=`), so that a reload or a restart of the server goes on with it.
A browser that was open during a restart still holds what was typed last: it comes before what is stored.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from directory import repository, submissions
from directory.accounts import Account, require
from directory.submissions import FORM_FIELDS, FormInvalid, Submission, listing_form
from pages import _url
from pages._resources import database_reading, database_writing
from pages._session import signed_in
from tic.core.errors import Conflict, NotAllowed, NotFound, TicError

MOST_ALIASES: Final = 8
_ALIASES: Final = tuple(f"aliases-{index}" for index in range(MOST_ALIASES))
_REST: Final = "aliases-rest"
"""A listing may have more names than the form has room for; they are kept as they are."""
_FIELDS: Final = (*(name for name in FORM_FIELDS if name != "aliases"), *_ALIASES, _REST)
_STATE: Final = "form"


@dataclass(slots=True)
class Form:
    """Which draft the fields on the screen belong to, and how keeping them went.

    identity: what the address asked for when the fields were filled. fields: their text as it was kept last, each
    alias by itself. version: of the stored draft the fields build on. problem: why the last change could not be kept.
    checked: whether the person has tried to submit. announced: whether the browser has the draft in its address.
    lock: held while saving, because Streamlit starts a new run of the page before the one it stops has ended.
    """

    identity: str
    fields: dict[str, str] = field(default_factory=dict)
    listing_id: str | None = None
    draft_id: str | None = None
    version: int | None = None
    state: str = "draft"
    reason: str | None = None
    saved_at: datetime | None = None
    problem: TicError | None = None
    checked: bool = False
    announced: bool = False
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False, compare=False)


def field_key(name: str) -> str:
    """Key of the widget of a field; the aliases have one each: `aliases-0`, `aliases-1` ..."""
    return f"field-{name}"


def present_form() -> Form | None:
    """The form on the screen."""
    form = st.session_state.get(_STATE)
    return form if isinstance(form, Form) else None


def text_of(name: str) -> str:
    """The text of a field as it stands now; as it was kept last when its widget is not on the screen."""
    key = field_key(name)
    if key in st.session_state:
        return str(st.session_state[key] or "")
    form = present_form()
    return form.fields.get(name, "") if form else ""


def open_form(account: Account, *, draft_id: str, listing_id: str) -> Form:
    """The form that the address asks for; fills the fields when it is another one than before.

    Raises NotFound, NotAllowed, and Conflict for a submission that cannot be edited now.
    """
    identity = draft_id or f"listing:{listing_id}"
    before = present_form()
    if before and before.draft_id and not before.announced:
        if before.draft_id == draft_id:
            before.announced = True
        elif identity in {"listing:", f"listing:{before.listing_id}"}:
            # The browser sent this before it had heard that its draft has an address.
            _url.put(draft=before.draft_id, listing="")
            return before
    if before and before.identity == identity and field_key("name_th") in st.session_state:
        return before
    form = _load(account, identity, draft_id, listing_id)
    st.session_state[_STATE] = form
    if before:
        # In a session that begins here the browser's own text comes first: the widgets take theirs as default only.
        for name, text in form.fields.items():
            st.session_state[field_key(name)] = text or (None if name == "category" else "")
    return form


def _load(account: Account, identity: str, draft_id: str, listing_id: str) -> Form:
    with database_reading() as connection:
        if draft_id:
            return _form_of(submissions.get_submission(connection, draft_id), account, identity)
        if not listing_id:
            return Form(identity, split_fields({}))
        redirect = repository.get_redirect(connection, listing_id)
        listing = repository.get_listing(connection, (redirect.new_id or listing_id) if redirect else listing_id)
    if listing is None:
        raise NotFound("There is no place with the id {id}. Search for it by name instead.", id=listing_id[:40])
    return Form(identity, split_fields(listing_form(listing)), listing_id=listing.id)


def _form_of(own: Submission, account: Account, identity: str) -> Form:
    if own.account_id != account.id:
        raise NotAllowed("This submission belongs to another account.")
    if own.state in {"pending", "approved"}:
        raise Conflict("This submission is {state} and cannot be changed now.", state=own.state)
    return Form(
        identity,
        split_fields(own.body),
        listing_id=own.listing_id,
        draft_id=own.id,
        version=own.version,
        state=own.state,
        reason=own.reason,
        saved_at=own.changed_at,
        announced=True,
    )


def split_fields(body: Mapping[str, str]) -> dict[str, str]:
    """The text of each widget for a stored form."""
    aliases = body.get("aliases", "").splitlines()
    texts = {name: body.get(name, "") for name in FORM_FIELDS if name != "aliases"}
    texts |= {name: aliases[index] if index < len(aliases) else "" for index, name in enumerate(_ALIASES)}
    return {**texts, _REST: "\n".join(aliases[MOST_ALIASES:])}


def join_fields(texts: Mapping[str, str]) -> dict[str, str]:
    """The form to store for the text of each widget."""
    aliases = [texts[name] for name in (*_ALIASES, _REST) if texts.get(name, "").strip()]
    return {**{name: texts.get(name, "") for name in FORM_FIELDS}, "aliases": "\n".join(aliases)}


def typed() -> dict[str, str]:
    """The text of all fields as it stands now."""
    return {name: text_of(name) for name in _FIELDS}


def unfinished(account: Account, listing_id: str) -> Submission | None:
    """The person's own edit of a listing that is not decided yet."""
    with database_reading() as connection:
        own = submissions.list_submissions(connection, account)
    return next((item for item in own if item.listing_id == listing_id and item.state in {"draft", "pending"}), None)


def keep() -> None:
    """For `on_change`: keep what is typed in the draft; a new draft begins with the first change."""
    form = present_form()
    if form is None:
        return
    try:
        with form.lock:
            _save(form, form.version)
    except TicError as error:
        form.problem = error


def keep_what_the_browser_held(form: Form) -> None:
    """Keep what a browser brought into a new session, where no `on_change` is called for it."""
    if form.problem is None and typed() != form.fields:
        keep()


def keep_mine() -> None:
    """Keep what is typed here although the draft was changed elsewhere in the meantime."""
    form = present_form()
    if form is None or form.draft_id is None:
        return
    try:
        with form.lock:
            with database_reading() as connection:
                stored = submissions.get_submission(connection, form.draft_id)
            _save(form, stored.version)
    except TicError as error:
        form.problem = error


def take_theirs() -> None:
    """Forget what is typed here and go on with the draft as it was changed elsewhere."""
    form = present_form()
    if form is not None:
        form.identity = ""


def _save(form: Form, version: int | None) -> None:
    account = require(signed_in(), "operator")
    texts = typed()
    with database_writing() as connection:
        saved = submissions.save_draft(
            connection,
            account,
            listing_id=form.listing_id,
            body=join_fields(texts),
            draft_id=form.draft_id,
            version=version,
        )
    form.identity, form.draft_id, form.version = saved.id, saved.id, saved.version
    form.fields, form.saved_at, form.state, form.problem = texts, saved.changed_at, saved.state, None
    if _url.get("draft") != saved.id:
        _url.put(draft=saved.id, listing="")


def hand_in() -> None:
    """For `on_click`: keep and submit for review. What has to be corrected first is shown beside its field."""
    form = present_form()
    if form is None:
        return
    form.checked = True
    try:
        with form.lock:
            _save(form, form.version)
            account = require(signed_in(), "operator")
            with database_writing() as connection:
                submissions.submit(connection, account, str(form.draft_id), version=form.version, now=datetime.now(UTC))
    except FormInvalid:
        return
    except TicError as error:
        form.problem = error
        return
    st.session_state.pop(_STATE, None)
    st.session_state["submitted"] = True
