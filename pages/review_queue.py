"""Review: what waits for a decision, the longest waiting first, and what was decided lately."""

from __future__ import annotations

import streamlit as st

from directory import submissions
from directory.accounts import Account
from directory.labels import field_name
from directory.listing import Listing
from directory.submissions import Submission
from pages import _url
from pages._decisions import decide, name_of, show_lately, show_outcome
from pages._maps import moved_map
from pages._resources import database_reading, services
from pages._review import difference_html, neighbours, person_name, points, trail_html
from pages._session import language, require_account, show_error, translate
from pages._text import plain
from pages._widgets import hit_row, place_line
from tic.core.errors import NotFound, ServiceUnavailable
from tic.core.geo import Point
from tic.core.i18n import format_moment

_ = translate()
MAP_HEIGHT_PX = 320


def show_queue(waiting: list[Submission], chosen: Submission) -> None:
    """The submissions that wait; a press opens one."""
    for item in waiting:
        kind = _("Correction") if item.listing_id else _("New place")
        since = format_moment(item.submitted_at or item.changed_at, language())
        st.button(
            f"{plain(name_of(item))} · {kind} · {since}",
            key=f"open-{item.id}",
            type="primary" if item.id == chosen.id else "secondary",
            width="stretch",
            on_click=_url.put,
            kwargs={"submission": item.id},
        )


def show_submission(reviewer: Account, item: Submission) -> None:
    """One submission: who, what would change, where, what happened so far, and the decision."""
    with database_reading() as connection:
        sender = person_name(connection, item.account_id, language())
        trail = trail_html(connection, item, language())
        try:
            current = submissions.current_listing(connection, item)
        except NotFound as error:
            show_error(error)
            current = None
    st.subheader(plain(name_of(item)), anchor=False)
    st.caption(
        _(
            "From {person}, {time}",
            person=plain(sender),
            time=format_moment(item.submitted_at or item.changed_at, language()),
        )
    )
    changes = submissions.difference(item, current)
    meanwhile = {row.field for row in submissions.changed_meanwhile(item, current)}
    contested = [row.field for row in changes if row.field in meanwhile]
    st.html(difference_html(changes, contested, language()))
    show_surroundings(item, current)
    show_decision(reviewer, item, contested)
    st.html(trail)


def show_surroundings(item: Submission, current: Listing | None) -> None:
    """Where the place is and would be, and what is listed there already: a new place may be one of these."""
    before, after = points(item, current, language())
    point = Point(after["lat"], after["lon"]) if after else None
    try:
        near = neighbours(services().search, point, current.id if current else None)
    except ServiceUnavailable as error:
        show_error(error)
        near = []
    others = [{**hit_row(hit), "label": hit.name(language())} for hit in near]
    st.pydeck_chart(
        moved_map(before, after, others=others, language=language(), height_px=MAP_HEIGHT_PX),
        height=MAP_HEIGHT_PX,
        key=f"points-{item.id}",
        alt=_("Map of the present position (grey) and the proposed one (orange)"),
    )
    if near:
        with st.expander(_("Listed within 500 m: is it one of these?"), expanded=item.listing_id is None):
            for hit in near:
                place_line(hit, key=f"near-{hit.id}")


def show_decision(reviewer: Account, item: Submission, contested: list[str]) -> None:
    """Approve, or reject with a reason."""
    own = item.account_id == reviewer.id
    if own:
        st.info(_("Another reviewer must decide your own submission."))
    seen = True
    if contested:
        names = ", ".join(field_name(field, language()) for field in contested)
        st.warning(_("Changed by others since this edit began: {fields}. Compare both columns.", fields=names))
        seen = st.checkbox(_("I have compared them; the proposed text is right"), key=f"seen-{item.id}")
    st.button(
        _("Approve"),
        key=f"approve-{item.id}",
        type="primary",
        icon=":material/check:",
        disabled=own or not seen,
        on_click=decide,
        args=(reviewer, item, "approve"),
        kwargs={"overwrite": bool(contested)},
    )
    st.text_area(_("Reason for a rejection (its operator reads it)"), key=f"reason-{item.id}", max_chars=2000)
    st.button(
        _("Reject"),
        key=f"reject-{item.id}",
        icon=":material/close:",
        disabled=own,
        on_click=decide,
        args=(reviewer, item, "reject"),
    )


person = require_account("/review", "reviewer")
st.title(_("Review"), anchor=False)
show_outcome()
with database_reading() as db:
    queue = submissions.list_pending(db)
if queue:
    st.caption(_("Waiting for a decision: {count}, the longest waiting first.", count=len(queue)))
    opened = next((item for item in queue if item.id == _url.get("submission")), queue[0])
    left, right = st.columns([1, 2])
    with left:
        show_queue(queue, opened)
    with right:
        show_submission(person, opened)
else:
    st.info(_("Nothing waits for a decision."))
show_lately(person)
