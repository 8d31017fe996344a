"""The parts of the overview: alerts, headlines with their course, what moved and what lay behind it."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from pages._charts import contribution_bars
from pages._downloads import about, download_table, show_chart
from pages._kept_forecast import standing_forecast
from pages._marks import span
from pages._resources import (
    calendar_of,
    data_version,
    known_events,
    market_series,
    province_growth,
    quality_version,
    view_day,
)
from pages._session import language, translate
from pages._text import plain
from pages._widgets import data_table, figure_note, headline, month_name, source_title, unit_name
from tic.analytics.growth import Growth, newest_growth
from tic.analytics.names import market_names
from tic.analytics.observation import INDICATORS
from tic.analytics.summaries import latest_month, year_to_date
from tic.core.areas import area_name
from tic.core.errors import NotFound
from tic.core.i18n import BANGKOK, format_number
from tic.desk.events import concerning

_COURSE_MONTHS = 36
_SERIES, _MODEL = "arrivals/TH/all", "ensemble"
_PROVINCES_SHOWN = 10


def show_alerts() -> None:
    """Which figures are late or no longer come."""
    _ = translate()
    today = view_day() or datetime.now(BANGKOK).date()
    calendar = calendar_of(data_version(), quality_version(), today)
    overdue = calendar.filter(pl.col("state").is_in(["late", "stopped"]))
    if overdue.is_empty():
        return
    titles = "; ".join(plain(source_title(name)) for name in overdue["source"])
    st.warning(_("Figures that are overdue ({count}): {titles}", count=overdue.height, titles=titles))
    st.page_link("release_dates.py", label=_("Release calendar"), icon=":material/event_upcoming:")


def show_headlines(series: pl.DataFrame) -> None:
    """The newest month, the year up to it, and the next month that is forecast."""
    _ = translate()
    latest, so_far = latest_month(series), year_to_date(series)
    st.subheader(month_name(latest.period) if latest else _("Latest month"), anchor=False)
    left, middle, right = st.columns(3)
    with left:
        course = series["value"].tail(_COURSE_MONTHS).to_list()
        headline(_("Arrivals in the month"), latest, "arrivals", course=course)
    with middle:
        headline(_("Arrivals in the year to date"), so_far, "arrivals", course=_same_months(series))
    with right:
        _show_next(series)
    if language() == "en":
        st.caption(INDICATORS["arrivals"].definition)


def _same_months(series: pl.DataFrame) -> list[float]:
    """January to the newest month of each year that has all of these months, oldest first."""
    newest = series["period"][-1].month
    months = series.filter(pl.col("period").dt.month() <= newest)
    by_year = months.group_by(year=pl.col("period").dt.year()).agg(pl.col("value").sum(), months=pl.len())
    return by_year.filter(pl.col("months") == newest).sort("year")["value"].to_list()


def _show_next(series: pl.DataFrame) -> None:
    _ = translate()
    try:
        stored = standing_forecast(_SERIES)
    except NotFound:
        return
    if stored.is_empty():
        return
    ahead = stored.filter(pl.col("model") == _MODEL).sort("ds")
    row = ahead.row(0, named=True)
    course = [*series["value"].tail(12).to_list(), *ahead["yhat"].head(12).to_list()]
    st.metric(
        _("Forecast for {month}", month=month_name(row["ds"])),
        format_number(row["yhat"], language()),
        border=True,
        chart_data=course,
    )
    if row["lo_80"] is not None:
        bounds = {name: format_number(row[f"{name}_80"], language()) for name in ("lo", "hi")}
        st.caption(_("{lo} to {hi} with 80 % probability", **bounds))
    st.page_link("arrivals_forecast.py", label=_("Forecast of arrivals"))


def show_movers() -> None:
    """What each market and province added to the growth of the newest twelve months, and the events in them."""
    _ = translate()
    version = data_version()
    markets = market_series(version)
    by_market = None if markets.is_empty() else newest_growth(markets.rename({"market": "part"}))
    by_province = province_growth(version)
    if by_market is None and by_province is None:
        return
    st.subheader(_("What moved and why"), anchor=False)
    left, right = st.columns(2)
    if by_market is not None:
        with left:
            names = market_names(language())
            _show_growth(by_market, names, "arrivals", "mots_arrivals_by_region", _("Markets"))
    if by_province is not None:
        with right:
            names = {code: area_name(code, language()) for code in by_province[0].parts["part"]}
            _show_growth(by_province, names, "visitors", "mots_province_monthly", _("Provinces"))
    _show_events([end for found in (by_market, by_province) if found for end in (found[1],)])


def _show_growth(found: tuple[Growth, date], names: dict[str, str], indicator: str, source: str, title: str) -> None:
    _ = translate()
    growth, end = found
    parts = growth.parts.with_columns(name=pl.col("part").replace_strict(names, return_dtype=pl.String))
    change = "–" if growth.growth_pct is None else f"{growth.growth_pct:+.1f} %"
    told = _(
        "{indicator}, twelve months to {month}", indicator=INDICATORS[indicator].name(language()), month=month_name(end)
    )
    st.metric(INDICATORS[indicator].name(language()), format_number(growth.now, language()), delta=change, border=True)
    st.caption(told)
    note = about(f"{title}: {told}", [source], unit=INDICATORS[indicator].unit)
    shown = parts.head(_PROVINCES_SHOWN)
    show_chart(
        partial(contribution_bars, shown, x_title=_("Percentage points of the growth")),
        f"growth-{indicator}",
        alt=_("What each part adds to the growth; the table holds the figures"),
        note=note,
    )
    figure_note([source], INDICATORS[indicator].unit, None)
    with st.expander(_("Contributions: {title}", title=title)):
        columns: dict[str, Any] = {
            "name": title,
            "now": st.column_config.NumberColumn(unit_name(INDICATORS[indicator].unit), format="localized"),
            "change_pct": st.column_config.NumberColumn(_("Change, %"), format="%+.1f"),
            "points": st.column_config.NumberColumn(_("Points"), format="%+.2f"),
        }
        data_table(parts, columns, alt=told)
        download_table(parts, f"growth-{indicator}", note=note)


def _show_events(ends: list[date]) -> None:
    """The events of the two years that a growth compares: what may lie behind it, not what has been shown to."""
    _ = translate()
    first, last = min(ends).replace(year=min(ends).year - 2), max(ends)
    found = [item for item in concerning(known_events(), "TH") if first <= item.first <= last]
    if found:
        st.markdown(_("Events in the months compared, which may have had a part in it:"))
        st.markdown("\n".join(f"- {span(item)} · {plain(item.title(language()))}" for item in found))
