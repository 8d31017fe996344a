"""The scenarios of an analyst: kept by name, opened, renamed, deleted. The link of an open one shares it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import streamlit as st
from sqlalchemy import Connection

from pages import _url
from pages._resources import database_reading, database_writing
from pages._session import language, show_error, translate
from pages._text import plain
from tic.core.errors import TicError
from tic.core.i18n import format_moment
from tic.desk.saved import SavedScenario, delete_scenario, rename_scenario, save_scenario, saved_scenarios

PARAMETER = "s"


def show_saved(account_id: str, body: str) -> None:
    """The list, and a form that keeps the scenario which is open."""
    _ = translate()
    with database_reading() as connection:
        kept = saved_scenarios(connection, account_id)
    with st.expander(_("My scenarios ({count})", count=len(kept)), icon=":material/bookmark:"):
        with st.form("keep-scenario", clear_on_submit=True, border=False):
            left, right = st.columns([3, 1], vertical_alignment="bottom")
            name = left.text_input(_("Keep this scenario as"), max_chars=100)
            if right.form_submit_button(_("Keep")):
                _act(lambda connection: save_scenario(connection, account_id, name, body, datetime.now(UTC)))
        for item in kept:
            _row(account_id, item)


def _row(account_id: str, item: SavedScenario) -> None:
    _ = translate()
    with st.container(horizontal=True, vertical_alignment="center", key=f"saved-{item.id}"):
        st.markdown(f"**{plain(item.name)}** · {format_moment(item.changed_at, language())}", width="stretch")
        st.button(_("View"), key=f"open-{item.id}", on_click=_url.put, kwargs={PARAMETER: item.body})
        with st.popover(_("Rename")):
            name = st.text_input(_("New name"), item.name, max_chars=100, key=f"name-{item.id}")
            if st.button(_("Rename"), key=f"rename-{item.id}"):
                _act(lambda connection: rename_scenario(connection, account_id, item.id, name, datetime.now(UTC)))
        if st.button(_("Delete"), key=f"delete-{item.id}"):
            _act(lambda connection: delete_scenario(connection, account_id, item.id))


def _act(act: Callable[[Connection], object]) -> None:
    """Do it and show the list anew, or say why it cannot be done."""
    try:
        with database_writing() as connection:
            act(connection)
    except TicError as error:
        show_error(error)
        return
    st.rerun()
