"""Data requests: an officer asks another agency for a dataset, and decides on what others ask of hers."""

from __future__ import annotations

import streamlit as st

from pages import _url
from pages._linkage import (
    COLORS,
    DONE,
    PROBLEM,
    agency_name,
    facts_html,
    log_frame,
    names_in,
    officer_of,
    request_line,
    show_form,
    steps_html,
    today,
)
from pages._linkage_decision import show_decision, withdraw
from pages._linkage_delivery import show_delivery
from pages._resources import database_reading, known_sources
from pages._session import language, require_account, show_error, site_link, translate
from pages._text import plain
from pages._widgets import csv_bytes
from tic.catalogue import linkage
from tic.catalogue.linkage import LinkageRequest
from tic.core.errors import NotFound

_ = translate()


def show_outcome() -> None:
    """What came of the last press."""
    if done := st.session_state.pop(DONE, ""):
        st.success(done)
    if problem := st.session_state.pop(PROBLEM, None):
        show_error(problem)


def show_lists() -> None:
    """Requests to the officer's agency, then its own, and the log of both."""
    with database_reading() as connection:
        found = linkage.requests_of(connection, officer)
        steps = linkage.steps_of(connection, found)
        names = names_in(connection, steps)
    to_us = [item for item in found if item.state != "draft" and officer.speaks_for(item.owner)]
    ours = [item for item in found if item.agency == officer.agency]
    st.markdown(_("To ask for a dataset, open it among the datasets of all agencies and press “Ask for this dataset”."))
    site_link(_("Datasets of all agencies"), "/quality")
    for title, items, nothing, is_ours in (
        (_("Requests to us"), to_us, _("Nobody has asked your agency for data yet."), False),
        (_("Our requests"), ours, _("Your agency has asked nobody for data yet."), True),
    ):
        st.subheader(title, anchor=False)
        if not items:
            st.caption(nothing)
        for item in items:
            request_line(item, known_sources().get(item.dataset), is_ours=is_ours)
    st.download_button(
        _("The log as CSV"),
        data=csv_bytes(log_frame(found, steps, names), {}),
        file_name="data-requests.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )


def show_new(dataset: str) -> None:
    """The form for a dataset of another agency."""
    source = known_sources().get(dataset)
    if source is None or source.trust == "operator" or source.kind not in {"places", "statistics"}:
        st.warning(_("There is no dataset {dataset} that can be asked for.", dataset=plain(dataset)))
        return
    st.subheader(plain(source.title(language())), anchor=False)
    st.caption(plain(source.publisher(language())))
    show_form(officer, source, None)


def show_request(item: LinkageRequest) -> None:
    """A request with its steps, and what the officer may do with it."""
    source, state = known_sources().get(item.dataset), item.state_on(today())
    with database_reading() as connection:
        steps = linkage.steps_of(connection, [item])
        names = names_in(connection, steps)
    st.subheader(plain(source.title(language()) if source else item.dataset), anchor=False)
    st.badge(_(state), color=COLORS[state])  # type: ignore[arg-type]
    is_ours = item.agency == officer.agency
    if state == "draft" and source:
        show_form(officer, source, item)
    else:
        st.html(facts_html(item, source))
    if state == "sent" and officer.speaks_for(item.owner):
        show_decision(officer, item)
    if state == "granted" and is_ours and source:
        show_delivery(officer, item, source)
    if state in {"draft", "sent", "granted"} and is_ours:
        st.button(_("Withdraw"), type="tertiary", on_click=withdraw, args=(officer, item))
    st.html(steps_html(steps, names))


def show_chosen() -> None:
    """What the address asks for: a new request, one that there is, or all."""
    if wanted := _url.get("request"):
        with database_reading() as connection:
            found = linkage.get_request(connection, officer, wanted)
        show_request(found)
    elif dataset := _url.get("new"):
        show_new(dataset)
    else:
        show_lists()


wanted_path = "/linkage" + (f"?new={_url.get('new')}" if _url.get("new") else "")
person = require_account(wanted_path, "analyst")
st.title(_("Data requests"), anchor=False)
officer = officer_of(person)
if officer.agency:
    st.caption(_("You speak for {agency}.", agency=plain(agency_name(officer.agency))))
else:
    st.info(_("Your account speaks for no agency. An administrator sets it with `tic account agency`."))
if _url.get("request") or _url.get("new"):
    site_link(f"← {_('All requests')}", "/linkage")
show_outcome()
try:
    show_chosen()
except NotFound as error:
    show_error(error)
