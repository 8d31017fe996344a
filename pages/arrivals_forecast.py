"""Forecast: any series of the last run with its intervals, what it consists of, and how good its models are."""

from __future__ import annotations

from datetime import date
from typing import cast

import polars as pl
import streamlit as st

from pages._charts import fan
from pages._downloads import about, download_table, show_chart
from pages._forecast import (
    area_label,
    choose_model,
    forecast_address,
    market_label,
    series_label,
    show_backtest,
    show_calendar,
    show_months,
    show_origin,
    show_parts,
    show_past,
    show_residuals,
    show_totals,
)
from pages._forecast_data import COMBINATION, area_order, parts_of, split_name, wholes_of
from pages._kept_forecast import show_kept_forecast
from pages._nowcast import leading_sources, mark_nowcasts, nowcasts, show_figures, with_nowcasts
from pages._resources import forecast_rows, forecast_run, forecast_table, next_year, view_day
from pages._session import language, translate
from pages._widgets import choose, figure_note, unit_name
from tic.analytics.observation import INDICATORS

_ = translate()
HISTORY_MONTHS = 8 * 12


def choose_series(known: frozenset[str]) -> str:
    """Indicator, area and market, each among those that the others leave; they stand in the address."""
    names = [split_name(name) for name in known]
    measured = {name[0] for name in names}
    with columns[0]:
        codes = {code: item.name(language()) for code, item in INDICATORS.items() if code in measured}
        indicator = choose(_("Indicator"), "indicator", codes, next(iter(codes)))
    with columns[1]:
        areas = sorted({area for code, area, _market in names if code == indicator}, key=area_order)
        area = choose(_("Area"), "area", {code: area_label(code) for code in areas}, areas[0])
    with columns[2]:
        found = {name[2] for name in names if name[:2] == (indicator, area)}
        markets = sorted(found, key=lambda code: (code != "all", code))
        market = choose(_("Market"), "market", {code: market_label(code) for code in markets}, markets[0])
    return f"{indicator}/{area}/{market}"


def show_forecast(rows: pl.DataFrame, now: pl.DataFrame, stated: dict[str, object]) -> None:
    """The fan chart, the nowcast and the next figure in words, quarters and years, and the table."""
    history = forecast_rows(run, "history", unique_id).select(period="ds", value="y")
    first, unit = rows.row(0, named=True), INDICATORS[indicator].unit
    source, as_of = str(stated["source"]), cast("date", stated["as_of"])
    chosen = {"series": unique_id, "model": first["model"], "fitted_on": first["data_version"]}
    note = about(heading, [source, *leading_sources(now)], unit=unit, as_of=as_of, **chosen)
    name = f"forecast-{unique_id.replace('/', '-')}"
    chart = fan(history.tail(HISTORY_MONTHS), rows, y_title=unit_name(unit), language=language())
    show_chart(
        mark_nowcasts(chart, now, y_title=unit_name(unit)),
        name,
        alt=_("Figures observed and forecast with 50, 80 and 95 % intervals; the table below holds the figures"),
        note=note,
    )
    figure_note([source], unit, as_of)
    show_figures(now, rows, indicator)
    show_origin(first)
    with st.expander(_("Forecast figures")):
        show_months(rows, unit)
        download_table(rows, name, note=note)
    if first["model"] == COMBINATION:
        with st.expander(_("Quarters and years")):
            show_totals(forecast_rows(run, "totals", unique_id), unit)


def show_place(known: frozenset[str]) -> None:
    """Where the series stands: what it is a part of, and its parts."""
    wholes, parts = wholes_of(unique_id, known), parts_of(unique_id, known)
    if not wholes and not parts:
        return
    st.subheader(_("Where it stands"), anchor=False)
    if wholes:
        links = ", ".join(f"[{series_label(name)}]({forecast_address(name)})" for name in wholes)
        st.markdown(_("Part of: {links}", links=links))
    if parts:
        st.markdown(_("Parts, the next twelve months of each; they add up to this series in every month:"))
        show_parts(parts, next_year(run), INDICATORS[indicator].unit)


def show_evidence(model: str) -> None:
    """How the models did, the errors of the one shown, its earlier forecasts, and the calendar."""
    st.subheader(_("How the models did"), anchor=False)
    accuracy = forecast_rows(run, "accuracy", unique_id)
    if accuracy.is_empty():
        st.info(_("The series is too short to look back."))
    else:
        show_backtest(accuracy, unique_id.replace("/", "-"))
    errors, past, calendar = st.tabs([_("Past errors"), _("Accuracy so far"), _("Calendar")])
    with errors:
        show_residuals(forecast_rows(run, "backtest", unique_id), model)
    with past:
        show_past(forecast_rows(run, "past", unique_id), model)
        st.page_link("forecast_accuracy.py", label=_("All forecasts against the truth"))
    with calendar:
        show_calendar(rows)


run = forecast_run()
series = forecast_table(run, "series")
title = st.empty()
columns = st.columns(4)
unique_id = choose_series(frozenset(series["unique_id"]))
indicator = split_name(unique_id)[0]
heading = (
    _("Forecast of arrivals")
    if indicator == "arrivals"
    else _("Forecast: {name}", name=INDICATORS[indicator].name(language()))
)
title.title(heading, anchor=False)
if day := view_day():
    show_kept_forecast(series.row(by_predicate=pl.col("unique_id") == unique_id, named=True), day, heading, columns[3])
    st.stop()
told = forecast_rows(run, "forecasts", unique_id)
with columns[3]:
    model = choose_model(told)
now = nowcasts(told if model == COMBINATION else told.clear())
rows = with_nowcasts(told.filter(pl.col("model") == model).sort("ds"), now)
show_forecast(rows, now, series.row(by_predicate=pl.col("unique_id") == unique_id, named=True))
show_place(frozenset(series["unique_id"]))
show_evidence(model)
