"""Help with opening hours: common ones at a press, days and times put together, and how the result reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from typing import Final

import streamlit as st

from directory.hours import can_be_read
from pages._draft import field_key, text_of
from pages._places import week_html
from pages._session import language, translate
from tic.core.i18n import format_date

DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
EXAMPLES: Final = ("24/7", "Mo-Su 08:30-16:30", "Mo-Fr 09:00-17:00; Sa-Su 10:00-18:00", "Tu-Su 10:00-22:00; Mo off")
_FIELD: Final = field_key("opening_hours")
_A_MONDAY: Final = date(2024, 1, 1)


def day_ranges(days: Sequence[str]) -> str:
    """Days of the week in OpenStreetMap's syntax, neighbours as a range: `Mo-We,Sa`."""
    numbers = sorted({DAYS.index(day) for day in days})
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(
        DAYS[first] if first == last else f"{DAYS[first]}{'-' if last - first > 1 else ','}{DAYS[last]}"
        for first, last in ranges
    )


def with_rule(expression: str, days: Sequence[str], opens: time, closes: time) -> str:
    """The expression with one more rule; midnight as the end is 24:00. Unchanged without days."""
    if not days:
        return expression
    end = "24:00" if closes == time() else f"{closes:%H:%M}"
    rule = f"{day_ranges(days)} {opens:%H:%M}-{end}"
    before = expression.strip().rstrip(";").strip()
    return f"{before}; {rule}" if before else rule


def show_hours_help(keep: Callable[[], None]) -> None:
    """Beside the field of opening hours. `keep` is called when a press has changed the field."""
    _ = translate()
    text = text_of("opening_hours")
    if text and can_be_read(text):
        st.html(week_html(text, language()))
    with st.expander(_("Put the hours together")):
        st.pills(
            _("Days"),
            DAYS,
            selection_mode="multi",
            format_func=_day_name,
            key="hours-days",
        )
        left, right = st.columns(2)
        left.time_input(_("Opens"), time(9), key="hours-opens", step=timedelta(minutes=30))
        right.time_input(_("Closes"), time(17), key="hours-closes", step=timedelta(minutes=30))
        with st.container(horizontal=True):
            st.button(_("Add these hours"), on_click=_add_rule, args=(keep,), icon=":material/add:")
            st.button(_("Clear"), on_click=_put, args=("", keep), key="hours-clear")
        st.caption(_("Or take one of these and change it:"))
        for number, example in enumerate(EXAMPLES):
            st.button(example, on_click=_put, args=(example, keep), key=f"hours-example-{number}", type="tertiary")


def _day_name(day: str) -> str:
    return format_date(_A_MONDAY + timedelta(days=DAYS.index(day)), language(), style="EEE")


def _add_rule(keep: Callable[[], None]) -> None:
    state = st.session_state
    days, opens, closes = (state.get(f"hours-{name}") for name in ("days", "opens", "closes"))
    if days and opens is not None and closes is not None:
        _put(with_rule(text_of("opening_hours"), days, opens, closes), keep)


def _put(expression: str, keep: Callable[[], None]) -> None:
    st.session_state[_FIELD] = expression
    keep()
