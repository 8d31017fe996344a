"""Provinces: a map and a table of one indicator in one period."""

from __future__ import annotations

from datetime import date
from html import escape
from typing import Any

import polars as pl
import streamlit as st

from pages._charts import province_map
from pages._downloads import about, download_table, picture_buttons
from pages._maps import choropleth, fifths
from pages._resources import data_version, province_figures, province_periods
from pages._session import language, translate
from pages._widgets import choose, data_table, figure_note, month_name, newest, unit_name
from tic.analytics.observation import INDICATORS
from tic.core.areas import area_name
from tic.core.i18n import BUDDHIST_ERA_OFFSET, format_number

_ = translate()
CHOICES = ("visitors", "receipts_thb", "guests", "occupancy_pct")
SPLIT = {"visitors", "receipts_thb"}
MARKETS = {"all": _("All visitors"), "thai": _("Thai"), "foreign": _("Foreign")}
FREQUENCIES = {"M": _("By month"), "Y": _("By year")}
HEIGHT_PX = 640


def period_name(period: date, frequency: str) -> str:
    """A month or a year in the reader's language."""
    if frequency == "M":
        return month_name(period)
    return str(period.year + (BUDDHIST_ERA_OFFSET if language() == "th" else 0))


def number(value: float, indicator: str) -> str:
    """A figure in the reader's language."""
    return format_number(value, language(), decimals=0 if INDICATORS[indicator].additive else 1)


def show_map(frame: pl.DataFrame, indicator: str) -> None:
    """Provinces in five colours, each for a fifth of them, with the legend."""
    unit = unit_name(INDICATORS[indicator].unit)
    rows = [
        {
            "area": row["area"],
            "name": area_name(row["area"], language()),
            "value": row["value"],
            "label": f"{number(row['value'], indicator)} {unit}",
        }
        for row in frame.iter_rows(named=True)
    ]
    st.pydeck_chart(
        choropleth(rows), height=HEIGHT_PX, key="map", alt=_("Map of the provinces; the table holds the figures")
    )
    legend = "".join(
        f'<li><i style="background:rgb({red},{green},{blue})"></i>'
        f"{escape(number(low, indicator))} – {escape(number(high, indicator))}</li>"
        for low, high, (red, green, blue) in fifths(frame["value"].to_list())
    )
    st.html(f'<ul class="tic-legend">{legend}</ul>')


def show_table(frame: pl.DataFrame, indicator: str, period: str) -> None:
    """Every province with the same period of the year before, and the same as CSV."""
    names = {area: area_name(area, language()) for area in frame["area"]}
    named = frame.with_columns(province=pl.col("area").replace_strict(names, return_dtype=pl.String))
    links = named.with_columns(link=pl.format("/province?area={}&lang={}", "area", pl.lit(language())))
    figure = "localized" if INDICATORS[indicator].additive else "%.1f"
    columns: dict[str, Any] = {
        "province": _("Province"),
        "value": st.column_config.NumberColumn(period, format=figure),
        "last_year": st.column_config.NumberColumn(_("Year before"), format=figure),
        "change_pct": st.column_config.NumberColumn(_("Change, %"), format="%.1f"),
        "link": st.column_config.LinkColumn(_("More"), display_text=_("Profile")),
    }
    data_table(links, columns, alt=_("Provinces by the chosen indicator"), height=HEIGHT_PX)
    note = about(
        f"{INDICATORS[indicator].name(language())}, {period}",
        frame["source"],
        unit=INDICATORS[indicator].unit,
        as_of=newest(frame["as_of"]),
        period=period,
        market=market,
    )
    download_table(named, f"provinces-{indicator}", note=note)
    title = unit_name(INDICATORS[indicator].unit)
    picture_buttons(lambda: province_map(named, title=title), f"map-{indicator}", note=note)


st.title(_("Provinces"), anchor=False)
version = data_version()
one, two, three, four = st.columns(4)
with one:
    indicators = {code: INDICATORS[code].name(language()) for code in CHOICES}
    indicator = choose(_("Indicator"), "indicator", indicators, "visitors")
with two:
    markets = MARKETS if indicator in SPLIT else {"all": MARKETS["all"]}
    market = choose(_("Visitors"), "market", markets, "all")
with three:
    frequency = choose(_("Period"), "frequency", FREQUENCIES, "M")
known = province_periods(version, indicator, market, frequency)
if not known:
    st.info(_("There are no figures for this choice. Choose another period, or read them with `tic ingest run`."))
    st.stop()
with four:
    periods = {period.isoformat(): period_name(period, frequency) for period in known}
    chosen = date.fromisoformat(choose(FREQUENCIES[frequency], "period", periods, known[0].isoformat()))
figures = province_figures(version, indicator, market, frequency, chosen)
chart, table = st.columns(2)
with chart:
    show_map(figures, indicator)
with table:
    show_table(figures, indicator, period_name(chosen, frequency))
figure_note(
    set(figures["source"]),
    INDICATORS[indicator].unit,
    newest(figures["as_of"]),
    status="preliminary" if "preliminary" in figures["status"] else "",
)
if language() == "en":
    st.caption(INDICATORS[indicator].definition)
