"""An agency's own table: handed in with what its columns mean, previewed with reasons per row, joined when wanted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import streamlit as st
from sqlalchemy import Connection

from pages._resources import database_reading, database_writing
from pages._session import language, require_account, show_error, translate
from pages._text import plain
from pages._uploads import described, preview, reasons
from pages._widgets import data_table
from tic.core.errors import BadInput, TicError
from tic.core.i18n import format_moment
from tic.desk.uploads import ENDINGS, Upload, discard, hand_in, move, uploads

_ = translate()
STATES = {
    "waiting": _("waits to be looked at"),
    "seen": _("looked at"),
    "refused": _("cannot be read"),
    "wanted": _("joins the warehouse"),
    "joined": _("in the warehouse"),
}


def show_form(account_id: str) -> None:
    """The file, and what its columns mean."""
    with st.form("hand-in"):
        file = st.file_uploader(_("A CSV or Excel file"), type=list(ENDINGS))
        told = described()
        if st.form_submit_button(_("Hand in"), type="primary"):
            try:
                if file is None:
                    raise BadInput("Choose a CSV or Excel file (.csv or .xlsx).")
                with database_writing() as connection:
                    hand_in(connection, account_id, told, file.name, file.getvalue(), datetime.now(UTC))
            except BadInput as error:
                show_error(error)
                return
            st.rerun()


@st.fragment(run_every=3)
def show_uploads(account_id: str) -> None:
    """What was handed in, the newest first; looked at anew every few seconds."""
    with database_reading() as connection:
        found = uploads(connection, account_id=account_id)
    for item in found:
        with st.container(border=True, key=f"upload-{item.id}"):
            st.markdown(f"**{plain(item.source)}** · {plain(item.file_name)} · {STATES[item.state]}")
            st.caption(format_moment(item.changed_at, language()))
            show_result(item)
            show_ways(account_id, item)
    if not found:
        st.info(_("You have handed in no table yet."))


def show_result(item: Upload) -> None:
    """What a job found: counts, the first figures, and each rejected row with its reasons."""
    if item.state == "refused":
        show_error(TicError(item.result["message"], **item.result["params"]))
        return
    if not item.result:
        return
    st.markdown(preview(item.result))
    with st.expander(_("The first figures")):
        data_table(pl.DataFrame(item.result["first"]), alt=_("The first figures"))
    if item.result["reasons"]:
        data_table(reasons(item.result["reasons"]), alt=_("Rows that cannot be read, and why"))


def show_ways(account_id: str, item: Upload) -> None:
    """Let it join, or take it back."""
    with st.container(horizontal=True):
        if item.state == "seen" and item.result["accepted"] and st.button(_("Let it join"), key=f"join-{item.id}"):
            now = datetime.now(UTC)
            act(lambda connection: move(connection, item.id, "seen", "wanted", now, account_id=account_id))
        if item.state != "joined" and st.button(_("Delete"), key=f"discard-{item.id}"):
            act(lambda connection: discard(connection, account_id, item.id))


def act(change: Callable[[Connection], object]) -> None:
    """Do it and show the list anew, or say why it cannot be done."""
    try:
        with database_writing() as connection:
            change(connection)
    except TicError as error:
        show_error(error)
        return
    st.rerun()


st.title(_("Hand in a table"), anchor=False)
account = require_account("/upload", "analyst")
st.caption(
    _("One series of figures by year or month, for provinces or for one area. Rows are judged as any source's are.")
)
show_form(account.id)
show_uploads(account.id)
