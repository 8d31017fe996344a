"""My places: an operator's own submissions, how each stands, and what can be done about it."""

from __future__ import annotations

import streamlit as st

from directory import submissions
from directory.accounts import Account
from directory.forms import OPERATOR_SOURCE
from directory.labels import state_name
from directory.repository import load_records
from directory.submissions import Submission
from pages._resources import database_reading, database_writing
from pages._session import language, require_account, show_error, site_link, translate
from pages._text import plain
from pages._widgets import category_name
from tic.core.errors import TicError
from tic.core.i18n import format_moment

_ = translate()
COLORS = {"draft": "gray", "pending": "orange", "approved": "green", "rejected": "red", "withdrawn": "gray"}


def load(account: Account) -> tuple[list[Submission], dict[str, str]]:
    """The person's submissions, and the listing of each that is published."""
    with database_reading() as connection:
        own = submissions.list_submissions(connection, account)
        keys = {item.id: f"{OPERATOR_SOURCE}:{item.id}" for item in own if item.state == "approved"}
        records = load_records(connection, keys=list(keys.values()))
    listing_of_key = dict(zip(records["key"], records["listing_id"], strict=True))
    published = {
        item.id: item.listing_id or listing_of_key.get(keys[item.id]) for item in own if item.state == "approved"
    }
    return own, {key: value for key, value in published.items() if value}


def take_back(account: Account, own: Submission) -> None:
    """Withdraw a draft or a submission under review."""
    try:
        with database_writing() as connection:
            submissions.withdraw(connection, account, own.id, version=own.version)
    except TicError as error:
        st.session_state["my-places-error"] = error


def show_submission(account: Account, own: Submission, listing_id: str | None) -> None:
    """One submission: name, state, what the reviewer said, and the next step."""
    first, second = ("name_th", "name_en") if language() == "th" else ("name_en", "name_th")
    name = own.body.get(first) or own.body.get(second) or _("No name yet")
    with st.container(border=True, key=f"own-{own.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(name)}**", width="content")
            st.badge(state_name(own.state, language()), color=COLORS[own.state])  # type: ignore[arg-type]
        kind = _("Correction of a listed place") if own.listing_id else _("New place")
        parts = [kind, _("changed {time}", time=format_moment(own.changed_at, language()))]
        if own.body.get("category"):
            parts.insert(1, category_name(own.body["category"]))
        st.caption(" · ".join(parts))
        if own.state == "rejected" and own.reason:
            st.warning(_("Rejected: {reason}", reason=plain(own.reason)))
        with st.container(horizontal=True, vertical_alignment="center"):
            if own.state in {"draft", "rejected", "withdrawn"}:
                st.page_link("edit_place.py", label=_("Go on"), icon=":material/edit:", query_params={"draft": own.id})
            if own.state in {"draft", "pending"}:
                st.button(
                    _("Withdraw"), key=f"withdraw-{own.id}", type="tertiary", on_click=take_back, args=(account, own)
                )
            if listing_id:
                st.page_link(
                    "place_details.py",
                    label=_("Published page"),
                    icon=":material/place:",
                    query_params={"id": listing_id},
                )
                st.page_link(
                    "edit_place.py",
                    label=_("Correct this place"),
                    icon=":material/edit:",
                    query_params={"listing": listing_id},
                )


person = require_account("/my-places")
st.title(_("My places"), anchor=False)
if st.session_state.pop("handed-in", False):
    st.success(_("Handed in. A reviewer looks at it; how it stands is shown here."))
if problem := st.session_state.pop("my-places-error", None):
    show_error(problem)
with st.container(horizontal=True, vertical_alignment="center"):
    st.page_link("edit_place.py", label=_("Add a place"), icon=":material/add:")
    st.page_link("find_places.py", label=_("Find your place to correct it"), icon=":material/search:")
    site_link(_("Your account and personal data"), "/account")
found, published = load(person)
if not found:
    st.info(_("Nothing here yet. Add your place, or find it in the directory and correct it."))
for item in found:
    show_submission(person, item, published.get(item.id))
