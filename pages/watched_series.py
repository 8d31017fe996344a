"""Watches: an analyst names a series and is told once of a fresh month, a revision, or a threshold passed."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from pages._markets import market_names
from pages._resources import (
    data_version,
    database_reading,
    database_writing,
    indicator_choices,
    kept_vintages,
    observations,
)
from pages._session import language, require_account, show_error, translate
from pages._text import plain
from pages._widgets import choose
from tic.analytics.observation import INDICATORS
from tic.core.areas import COUNTRY, area_name, provinces
from tic.core.errors import BadInput
from tic.core.i18n import format_moment, format_number
from tic.core.settings import get_settings
from tic.desk.watches import Watch, add_watch, delete_watch, key_of_feed, notices, renew_key, watches
from tic.desk.watching import KINDS, baseline, series_of
from tic.desk.words import notice_line, series_link, series_name

_ = translate()
NAMES = {
    "fresh": _("a fresh month"),
    "revision": _("a revision"),
    "above": _("a month above a threshold"),
    "below": _("a month below a threshold"),
}


def show_form(account_id: str) -> None:
    """The series and what to watch for; every choice lives in the address."""
    choices = indicator_choices(version).filter(pl.col("frequency") == "M")
    known = set(choices["indicator"])
    codes = {code: item.name(language()) for code, item in INDICATORS.items() if code in known}
    one, two, three = st.columns(3)
    with one:
        indicator = choose(_("Indicator"), "indicator", codes, next(iter(codes)))
    mine = choices.filter(pl.col("indicator") == indicator)
    with two:
        areas = {code: area_title(code) for code in sorted(set(mine["area"]), key=lambda code: (code != COUNTRY, code))}
        area = choose(_("Area"), "area", areas, next(iter(areas)))
    with three:
        found = set(mine.filter(pl.col("area") == area)["market"])
        titles = {**market_names(language()), "thai": _("Thai"), "foreign": _("Foreign")}
        markets = {code: titles.get(code, code) for code in sorted(found, key=lambda code: (code != "all", code))}
        market = choose(_("Market"), "market", markets, next(iter(markets)))
    with st.form("watch"):
        left, right = st.columns(2)
        kind = left.selectbox(_("Tell me of"), KINDS, format_func=lambda code: NAMES[code])
        threshold = right.number_input(_("Threshold"), value=None, step=1.0)
        if st.form_submit_button(_("Watch"), type="primary"):
            begin(account_id, kind, (indicator, area, market), threshold)


def area_title(code: str) -> str:
    """An area in the reader's language."""
    return area_name(code, language()) if code == COUNTRY or code in provinces() else code


def begin(account_id: str, kind: str, series: tuple[str, str, str], threshold: float | None) -> None:
    """Begin a watch from what is known now, or say why that cannot be."""
    seen = baseline(series_of(observations(version), kept_vintages(), *series))
    try:
        with database_writing() as connection:
            add_watch(connection, account_id, kind, series, threshold=threshold, seen=seen, now=datetime.now(UTC))
    except BadInput as error:
        show_error(error)
        return
    st.rerun()


def show_watch(item: Watch) -> None:
    """A watch with a way to end it."""
    told = series_name({"indicator": item.indicator, "area": item.area, "market": item.market}, language())
    limit = "" if item.threshold is None else f" {format_number(item.threshold, language())}"
    with st.container(horizontal=True, vertical_alignment="center", key=f"watch-{item.id}"):
        st.markdown(f"**{plain(told)}** · {NAMES[item.kind]}{limit}", width="stretch")
        if st.button(_("End"), key=f"end-{item.id}"):
            with database_writing() as connection:
                delete_watch(connection, account.id, item.id)
            st.rerun()


def show_feed() -> None:
    """The address of the feed, and a way to end it and get another."""
    with database_reading() as connection:
        key = key_of_feed(connection, account.id)
    if key is None:
        with database_writing() as connection:
            key = renew_key(connection, account.id)
    st.subheader(_("Where you are told"), anchor=False)
    st.code(f"{get_settings().address}/feed/{key}.atom", language=None, wrap_lines=True)
    st.caption(
        _("Give this address to a reader of feeds. Whoever has it can read what you watch; keep it to yourself.")
    )
    if st.button(_("Another address")):
        with database_writing() as connection:
            renew_key(connection, account.id)
        st.rerun()
    if get_settings().smtp_host:
        st.markdown(_("Mail goes to {address}, too.", address=plain(account.email)))
    else:
        st.markdown(_("No mail server is set here; the feed tells everything."))


st.title(_("Watches"), anchor=False)
account = require_account("/watches", "analyst")
version = data_version()
if indicator_choices(version).is_empty():
    st.info(_("There are no figures yet. Run `tic up`, or `tic ingest run`, to read them."))
    st.stop()
show_form(account.id)
with database_reading() as connection:
    mine, news = watches(connection, account.id), notices(connection, account.id)
for watched in mine:
    show_watch(watched)
if not mine:
    st.info(_("You watch nothing yet. Choose a series and what you want to be told of."))
st.subheader(_("What you were told"), anchor=False)
for item in news[:20]:
    link = series_link(item.facts, "", language())
    st.markdown(f"{format_moment(item.at, language())} · {plain(notice_line(item.facts, language()))} [→]({link})")
if not news:
    st.caption(_("Nothing yet. Figures are looked at each time `tic watches run` runs."))
show_feed()
