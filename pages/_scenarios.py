"""The form that adds a change to a scenario, and a change in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from pages._session import language, show_error, translate
from pages._text import plain
from pages._widgets import month_name
from tic.analytics.scenarios import Adjustment, Kind, Profile, checked
from tic.core.errors import BadInput
from tic.core.i18n import format_number


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


def adjustment_form(months: Sequence[date], names: Mapping[str, str]) -> Adjustment | None:
    """The form; the change when one has been sent that can be used, else None with a sentence about what cannot."""
    _ = translate()
    kinds, profiles = kind_names(), profile_names()
    with st.form("adjustment"):
        one, two, three = st.columns(3)
        name = one.text_input(_("Name"), max_chars=60, placeholder=_("e.g. visa rule, flood, festival"))
        kind = two.selectbox(_("Kind of change"), list(kinds), format_func=lambda code: kinds[code])
        value = three.number_input(_("Value"), value=-10.0, step=1.0, format="%.1f")
        four, five, six, seven = st.columns(4)
        first = four.selectbox(_("From"), months, format_func=month_name)
        last = five.selectbox(_("To"), months, index=len(months) - 1, format_func=month_name)
        markets = six.multiselect(
            _("Markets"), list(names), format_func=lambda code: names[code], placeholder=_("All markets")
        )
        profile = seven.selectbox(_("Spread"), list(profiles), format_func=lambda code: profiles[code])
        if not st.form_submit_button(_("Add this change"), type="primary"):
            return None
    try:
        return checked(Adjustment(kind, value, first, last, profile, tuple(markets), name.strip()))
    except BadInput as error:
        show_error(error)
        return None
