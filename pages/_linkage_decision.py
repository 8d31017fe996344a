"""What the owning agency decides, and what the asking agency takes back."""

from __future__ import annotations

from datetime import date, datetime

import streamlit as st
from sqlalchemy import Connection

from pages._linkage import act, today
from pages._session import translate
from tic.catalogue import linkage
from tic.catalogue.linkage import LONGEST, LinkageRequest
from tic.catalogue.officers import Officer


def show_decision(officer: Officer, item: LinkageRequest) -> None:
    """Grant until a day under conditions, or refuse with a reason."""
    _ = translate()
    with st.form(f"grant-{item.id}"):
        st.text_area(_("Conditions (the asking agency reads them)"), key="linkage-conditions", max_chars=LONGEST)
        end = date(today().year + 1, 12, 31)
        st.date_input(_("Granted until"), end, key="linkage-expires", format="YYYY-MM-DD", min_value=today())
        st.form_submit_button(_("Grant"), type="primary", on_click=decide, args=(officer, item, "grant"))
    with st.form(f"refuse-{item.id}"):
        st.text_area(_("Reason for a refusal (the asking agency reads it)"), key="linkage-reason", max_chars=LONGEST)
        st.form_submit_button(_("Refuse"), on_click=decide, args=(officer, item, "refuse"))


def decide(officer: Officer, item: LinkageRequest, verdict: str) -> None:
    """For `on_click`: grant or refuse."""
    _ = translate()
    typed = st.session_state

    def work(connection: Connection, now: datetime) -> LinkageRequest:
        if verdict == "refuse":
            return linkage.refuse(connection, officer, item, reason=typed["linkage-reason"], now=now)
        conditions, end = typed["linkage-conditions"], typed["linkage-expires"] or today()
        return linkage.grant(connection, officer, item, conditions=conditions, expires_on=end, now=now)

    act(work, _("Granted.") if verdict == "grant" else _("Refused."))


def withdraw(officer: Officer, item: LinkageRequest) -> None:
    """For `on_click`: take a request back."""
    _ = translate()
    act(lambda connection, now: linkage.withdraw(connection, officer, item, now), _("Withdrawn."))
