"""Events: dated notes on what moved the figures; analysts add, correct and remove them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from pages import _url
from pages._downloads import download_table
from pages._marks import span
from pages._resources import data_version, database_writing, known_events
from pages._session import language, show_error, signed_in, translate
from pages._text import plain
from pages._widgets import choose
from tic.core.areas import COUNTRY, area_name, provinces
from tic.core.errors import BadInput
from tic.core.i18n import BANGKOK
from tic.desk.events import KINDS, Event, remove_event, save_event

_ = translate()
NAMES = {
    "closure": _("closure"),
    "opening": _("opening"),
    "visa": _("visa rule"),
    "disaster": _("disaster"),
    "method": _("change of method"),
    "holiday": _("holiday"),
}
AREAS = {code: area_name(code, language()) for code in (COUNTRY, *provinces())}


def show_list(found: list[Event], *, editable: bool) -> None:
    """Every event with who said so; analysts may open one."""
    for item in reversed(found):
        with st.container(border=True, key=f"event-{item.id}"):
            st.markdown(f"**{plain(item.title(language()))}**")
            st.caption(f"{span(item)} · {NAMES[item.kind]} · {AREAS[item.area]} · {plain(item.source)}")
            if editable:
                st.button(_("Edit"), key=f"edit-{item.id}", on_click=_url.put, kwargs={"edit": item.id})


def show_form(item: Event, account_id: str) -> None:
    """One form for a new event and for one that is there."""
    st.subheader(_("Edit this event") if item.id else _("Add an event"), anchor=False)
    with st.form(f"event-form-{item.id}"):
        one, two = st.columns(2)
        title_th = one.text_input(_("Title in Thai"), item.title_th, max_chars=200)
        title_en = two.text_input(_("Title in English"), item.title_en, max_chars=200)
        three, four, five, six = st.columns(4)
        first = three.date_input(_("First day"), item.first, format="YYYY-MM-DD", min_value=EARLIEST)
        last = four.date_input(_("Last day"), item.last, format="YYYY-MM-DD", min_value=EARLIEST)
        kind = five.selectbox(_("Kind"), KINDS, KINDS.index(item.kind), format_func=lambda code: NAMES[code])
        area = six.selectbox(_("Area"), list(AREAS), list(AREAS).index(item.area), format_func=lambda code: AREAS[code])
        source = st.text_input(_("Source: who said so, with an address"), item.source, max_chars=200)
        wanted = replace(
            item, kind=kind, first=first, last=last, area=area, title_th=title_th, title_en=title_en, source=source
        )
        if st.form_submit_button(_("Save"), type="primary"):
            keep(wanted, account_id)
    if item.id:
        left, right = st.columns(2)
        left.button(_("Cancel"), on_click=_url.clear, args=("edit",))
        if right.button(_("Remove this event"), key="remove-event"):
            with database_writing() as connection:
                remove_event(connection, item, account_id=account_id, now=datetime.now(UTC))
            done()


def keep(item: Event, account_id: str) -> None:
    """Save what was typed, or say what cannot be."""
    try:
        with database_writing() as connection:
            save_event(connection, item, account_id=account_id, now=datetime.now(UTC))
    except BadInput as error:
        show_error(error)
        return
    done()


def done() -> None:
    """Show the list anew."""
    known_events.clear()
    _url.clear("edit")
    st.rerun()


EARLIEST = datetime(1980, 1, 1, tzinfo=BANGKOK).date()
st.title(_("Events"), anchor=False)
st.caption(_("Drawn on charts, told in briefings, and offered to scenarios."))
account = signed_in()
may_edit = account is not None and account.may("analyst")
events = list(known_events())
kind = choose(_("Kind"), "kind", {"": _("All kinds"), **NAMES}, "")
if account is not None and may_edit:
    today = datetime.now(BANGKOK).date()
    empty = Event("", "disaster", today, today, COUNTRY, "", "", "")
    show_form(next((item for item in events if item.id == _url.get("edit")), empty), account.id)
chosen = [item for item in events if kind in {"", item.kind}]
show_list(chosen, editable=may_edit)
frame = pl.DataFrame([{name: getattr(item, name) for name in Event.__slots__} for item in chosen])
if chosen:
    download_table(frame, "events", note={"title": _("Events"), "data_version": data_version()})
