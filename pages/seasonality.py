"""Seasonality: months and years as a heat map, indices of the months, how uneven each year is."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from pages._charts import month_bars, month_heat_map
from pages._downloads import about, download_table, show_chart
from pages._resources import data_version, monthly_series, newest_series, season_areas
from pages._session import language, translate
from pages._widgets import choose, data_table, figure_note, newest, unit_name
from tic.analytics.observation import INDICATORS
from tic.analytics.seasonality import COVID_YEARS, month_by_year, seasonal_indices, seasonality_by_year
from tic.core.areas import area_name
from tic.core.i18n import BUDDHIST_ERA_OFFSET, format_date, format_number

_ = translate()
NATION, NATION_SOURCE = "TH", "mots_arrivals_monthly"
CHOICES = ("arrivals", "visitors", "guests", "receipts_thb")
SPLIT = {"visitors", "receipts_thb"}
MARKETS = {"all": _("All visitors"), "thai": _("Thai"), "foreign": _("Foreign")}
MILLION = 1_000_000


def short(value: float) -> str:
    """A figure that fits into a cell, e.g. 3.4 M."""
    if value >= MILLION:
        return _("{value} M", value=format_number(value / MILLION, language(), decimals=1))
    return format_number(value, language())


def show_heat_map(series: pl.DataFrame, *, as_share: bool) -> None:
    """Every month of every year, as it was or as a share of its year."""
    cells = month_by_year(series)
    if as_share:
        cells = cells.drop_nulls("share_pct").with_columns(shown="share_pct")
        labels = [f"{value:.1f}" for value in cells["shown"]]
    else:
        cells = cells.drop_nulls("value").with_columns(shown="value")
        labels = [short(value) for value in cells["shown"]]
    if cells.is_empty():
        st.info(_("Shares of a year need a year with all twelve months. Choose the figures instead."))
        return
    title = _("Share of the year, %") if as_share else unit_name(INDICATORS[indicator].unit)
    cells = cells.with_columns(label=pl.Series(labels, dtype=pl.String))
    show_chart(
        partial(month_heat_map, cells, title=title, language=language()),
        "season-months",
        alt=_("Months and years, darker for more; every cell holds its figure"),
        note=note,
    )


def show_years(series: pl.DataFrame) -> None:
    """Each complete year in a row."""
    years = seasonality_by_year(series).sort("year", descending=True)
    offset = BUDDHIST_ERA_OFFSET if language() == "th" else 0
    peak = [
        format_date(series["period"][0].replace(month=month), language(), style="LLLL") for month in years["peak_month"]
    ]
    told = years.with_columns(year=(pl.col("year") + offset).cast(pl.String), peak=pl.Series(peak, dtype=pl.String))
    columns: dict[str, Any] = {
        "year": _("Year"),
        "total": st.column_config.NumberColumn(_("Total"), format="localized"),
        "gini": st.column_config.NumberColumn(_("Gini"), format="%.3f"),
        "peak": _("Busiest month"),
        "peak_share_pct": st.column_config.NumberColumn(_("Its share, %"), format="%.1f"),
    }
    data_table(told, columns, alt=_("Seasonality of each year"))
    st.caption(_("Gini: 0 when all months are alike, 0.917 when everything happens in one (Lundtorp 2001)."))


st.title(_("Seasonality"), anchor=False)
version = data_version()
one, two, three, four = st.columns(4)
with one:
    indicator = choose(
        _("Indicator"), "indicator", {code: INDICATORS[code].name(language()) for code in CHOICES}, "arrivals"
    )
with two:
    market = choose(_("Visitors"), "market", MARKETS if indicator in SPLIT else {"all": MARKETS["all"]}, "all")
known = [NATION] if indicator == "arrivals" else season_areas(version, indicator, market)
names = {code: _("Thailand") if code == NATION else area_name(code, language()) for code in known}
with three:
    area = choose(
        _("Area"),
        "area",
        dict(sorted(names.items(), key=lambda item: item[1])),
        "TH-83" if "TH-83" in names else NATION,
    )
with four:
    shown = choose(_("Cells"), "cells", {"value": _("Figures"), "share": _("Share of the year, %")}, "value")
if not known:
    st.info(_("There are no figures for this choice. Choose another period, or read them with `tic ingest run`."))
    st.stop()
if indicator == "arrivals":
    series = monthly_series(version, indicator, area, market, NATION_SOURCE)
else:
    series = newest_series(version, indicator, area, market)
note = about(
    _("Seasonality: {indicator}, {area}", indicator=INDICATORS[indicator].name(language()), area=names[area]),
    series["source"],
    unit=INDICATORS[indicator].unit,
    as_of=newest(series["as_of"]),
    area=area,
    market=market,
    cells=shown,
)
show_heat_map(series, as_share=shown == "share")
left, right = st.columns(2)
with left:
    st.subheader(_("Months of a usual year"), anchor=False)
    indices = seasonal_indices(series)
    if indices.is_empty():
        st.info(_("A usual year needs twelve months outside the years of COVID-19."))
    else:
        bars, y_title = indices.rename({"index": "value"}), _("Index, average month = 100")
        show_chart(
            partial(month_bars, bars, y_title=y_title, language=language()),
            "season-index",
            alt=_("Index of each month; the heat map above holds the figures"),
            note=note,
        )
        st.caption(
            _(
                "Average of {count} years; {left_out} are left out: borders were closed or opening again.",
                count=indices["years"].max(),
                left_out=", ".join(
                    str(year + (BUDDHIST_ERA_OFFSET if language() == "th" else 0)) for year in sorted(COVID_YEARS)
                ),
            )
        )
with right:
    st.subheader(_("How uneven each year is"), anchor=False)
    show_years(series)
figure_note(
    set(series["source"]),
    INDICATORS[indicator].unit,
    newest(series["as_of"]),
    status="preliminary" if "preliminary" in series["status"] else "",
)
download_table(month_by_year(series), f"seasonality-{indicator}-{area}", note=note)
