"""The form that adds a change to a scenario, and a change in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from pages._downloads import download_table
from pages._resources import known_events
from pages._session import language, show_error, translate
from pages._text import plain
from pages._widgets import choose, data_table, month_name
from tic.analytics.scenarios import Adjustment, Kind, Profile, checked
from tic.core.errors import BadInput
from tic.core.i18n import format_number
from tic.desk.profiles import as_adjustment


def kind_names() -> dict[Kind, str]:
    """What a change may be, in the reader's language."""
    _ = translate()
    return {
        "percent": _("Change by percent"),
        "level": _("Persons a month more or fewer"),
        "closure": _("Closure: percent that still come"),
    }


def profile_names() -> dict[Profile, str]:
    """How a change is spread over its months, in the reader's language."""
    _ = translate()
    return {
        "flat": _("all months alike"),
        "ramp": _("growing"),
        "fade": _("fading"),
        "peak": _("to the middle and back"),
    }


def adjustment_line(item: Adjustment, names: Mapping[str, str]) -> str:
    """A change in words, as Markdown."""
    _ = translate()
    value = format_number(item.value, language(), decimals=0 if item.value == round(item.value) else 1)
    span = f"{month_name(item.first)} – {month_name(item.last)}"
    markets = ", ".join(names[market] for market in item.markets) or _("All markets")
    words = (kind_names()[item.kind] + f": {value}", span, markets, profile_names()[item.profile])
    told = " · ".join(words)
    return f"**{plain(item.name)}** · {told}" if item.name else told


def beginning(months: Sequence[date]) -> Adjustment:
    """What the form begins with: an event chosen from the list, as if it came again, or a plain change."""
    _ = translate()
    known = {item.id: item for item in known_events()}
    titles = {"": _("none"), **{code: f"{item.title(language())} ({item.first:%Y-%m})" for code, item in known.items()}}
    chosen = choose(_("Begin with the course of an event"), "event", titles, "")
    if chosen:
        return as_adjustment(known[chosen], months, language())
    return Adjustment("percent", -10.0, months[0], months[-1])


def adjustment_form(months: Sequence[date], names: Mapping[str, str], start: Adjustment) -> Adjustment | None:
    """The form; the change when one has been sent that can be used, else None with a sentence about what cannot."""
    _ = translate()
    kinds, profiles = kind_names(), profile_names()
    with st.form(f"adjustment-{start.name}"):
        one, two, three = st.columns(3)
        name = one.text_input(_("Name"), start.name, max_chars=60, placeholder=_("e.g. visa rule, flood, festival"))
        kind = two.selectbox(
            _("Kind of change"), list(kinds), list(kinds).index(start.kind), format_func=lambda code: kinds[code]
        )
        value = three.number_input(_("Value"), value=start.value, step=1.0, format="%.1f")
        four, five, six, seven = st.columns(4)
        first = four.selectbox(_("From"), months, index=months.index(start.first), format_func=month_name)
        last = five.selectbox(_("To"), months, index=months.index(start.last), format_func=month_name)
        markets = six.multiselect(
            _("Markets"), list(names), format_func=lambda code: names[code], placeholder=_("All markets")
        )
        profile = seven.selectbox(
            _("Spread"), list(profiles), list(profiles).index(start.profile), format_func=lambda code: profiles[code]
        )
        if not st.form_submit_button(_("Add this change"), type="primary"):
            return None
    try:
        return checked(Adjustment(kind, value, first, last, profile, tuple(markets), name.strip()))
    except BadInput as error:
        show_error(error)
        return None


def show_table(totals: pl.DataFrame, note: Mapping[str, str]) -> None:
    """Every month, and the same to take away with the scenario in it."""
    _ = translate()
    columns: dict[str, Any] = {
        "month": _("Month"),
        "value": st.column_config.NumberColumn(_("Forecast"), format="localized"),
        "scenario": st.column_config.NumberColumn(_("Scenario"), format="localized"),
        "difference": st.column_config.NumberColumn(_("Difference"), format="localized"),
        "difference_pct": st.column_config.NumberColumn(_("Change, %"), format="%+.1f"),
    }
    rows = totals.with_columns(month=pl.Series([month_name(period) for period in totals["period"]], dtype=pl.String))
    rows = rows.with_columns(pl.col("value", "scenario", "difference").round(0))
    data_table(rows, columns, alt=_("Forecast and scenario by month"))
    download_table(totals, "scenario", note=note)
