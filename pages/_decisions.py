"""A reviewer's decisions, and what is said about them: the outcome, and when an approved place is published."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from directory import submissions
from directory.accounts import Account
from directory.audit import entries
from directory.submissions import Submission
from pages import _url
from pages._resources import database_reading, database_writing
from pages._review import published_as
from pages._session import language, show_error, translate
from pages._text import plain
from tic.core.errors import TicError
from tic.core.i18n import format_moment

_OUTCOME = "review-outcome"
_PROBLEM = "review-problem"
_LATELY = 10


def name_of(item: Submission) -> str:
    """The name that is proposed, in the reader's language where there is one."""
    first, second = ("name_th", "name_en") if language() == "th" else ("name_en", "name_th")
    return item.body.get(first) or item.body.get(second) or item.id


def decide(reviewer: Account, item: Submission, action: str, *, overwrite: bool = False) -> None:
    """For `on_click`: approve, reject or take back an approval; the outcome is shown in the next run."""
    now, reason = datetime.now(UTC), str(st.session_state.get(f"reason-{item.id}") or "")
    try:
        with database_writing() as connection:
            if action == "approve":
                submissions.approve(connection, reviewer, item.id, now=now, version=item.version, overwrite=overwrite)
            elif action == "reject":
                submissions.reject(connection, reviewer, item.id, reason=reason, now=now, version=item.version)
            else:
                submissions.undo_approval(connection, reviewer, item.id, reason=reason, now=now)
    except TicError as error:
        st.session_state[_PROBLEM] = error
        return
    st.session_state[_OUTCOME] = (action, item.id, name_of(item))
    _url.put(submission="")


def show_outcome() -> None:
    """What the last decision did."""
    _ = translate()
    if error := st.session_state.pop(_PROBLEM, None):
        show_error(error)
    action, item_id, name = st.session_state.get(_OUTCOME, ("", "", ""))
    if action == "approve":
        wait_for_publication(item_id, name)
    elif action:
        st.session_state.pop(_OUTCOME)
        told = {
            "reject": _("Rejected: {name}", name=plain(name)),
            "undo": _("Approval taken back: {name}", name=plain(name)),
        }
        st.success(told.get(action) or _("Approved and published: {name}", name=plain(name)))
    if action == "published":
        st.page_link(
            "place_details.py", label=_("Published page"), icon=":material/place:", query_params={"id": item_id}
        )


@st.fragment(run_every="1s")
def wait_for_publication(item_id: str, name: str) -> None:
    """Says that an approved place is being published; looks once a second whether it is."""
    _ = translate()
    with database_reading() as connection:
        listing_id = published_as(connection, item_id)
    if listing_id:
        st.session_state[_OUTCOME] = ("published", listing_id, name)
        st.rerun()
    st.success(_("Approved: {name}. It is found by searches within seconds.", name=plain(name)))


def show_lately(reviewer: Account) -> None:
    """Approvals given lately, each of which can be taken back."""
    _ = translate()
    with database_reading() as connection:
        ids = dict.fromkeys(
            act.subject.split(":", 1)[1] for act in entries(connection, action="approve", limit=_LATELY)
        )
        lately = [submissions.get_submission(connection, item_id) for item_id in ids]
    approved = [item for item in lately if item.state == "approved"]
    if not approved:
        return
    st.subheader(_("Approved lately"), anchor=False)
    for item in approved:
        with st.expander(f"{plain(name_of(item))} · {format_moment(item.decided_at or item.changed_at, language())}"):
            st.text_area(_("Why the approval is taken back (its operator reads it)"), key=f"reason-{item.id}")
            st.button(
                _("Take the approval back"), key=f"undo-{item.id}", on_click=decide, args=(reviewer, item, "undo")
            )
