"""Forecasts as they stood on a day, from the archive; what belongs to the newest run only is left out."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages._charts import fan
from pages._downloads import about, download_table, show_chart
from pages._forecast import model_names, next_figure, show_months, show_origin
from pages._forecast_data import split_name
from pages._resources import (
    data_version,
    forecast_rows,
    forecast_run,
    kept_forecast,
    kept_since,
    monthly_series,
    view_day,
)
from pages._session import language, translate
from pages._widgets import choose, figure_note, newest, unit_name
from tic.analytics.observation import INDICATORS
from tic.core.i18n import format_date

_HISTORY_MONTHS = 8 * 12


def standing_forecast(unique_id: str) -> pl.DataFrame:
    """All models' forecasts of a series as the view shows them: of the run in force, or as kept by the day of the view;
    empty when none was. Raises NotFound before the first run, StorageFailed."""
    day = view_day()
    if day is None:
        return forecast_rows(forecast_run(), "forecasts", unique_id)
    return kept_forecast(forecast_run(), day, unique_id)


def tell_none_kept(day: date) -> None:
    """That no forecast was kept by a day, and since when any are."""
    _ = translate()
    told = _("No forecast of this series was kept by {date}.", date=format_date(day, language()))
    first = kept_since(forecast_run())
    if first is not None:
        told += " " + _("The first forecasts were kept on {date}.", date=format_date(first, language()))
    st.info(told)


def show_kept_forecast(series: dict[str, Any], day: date, heading: str, place: DeltaGenerator) -> None:
    """The forecast that stood on a day: chart with the figures known then, the next one in words, and the table.

    series: its row in the table `series`. place: where the model is chosen.
    """
    _ = translate()
    unique_id = series["unique_id"]
    told = standing_forecast(unique_id)
    if told.is_empty():
        tell_none_kept(day)
        return
    names = model_names()
    found = sorted(set(told["model"]), key=list(names).index)
    with place:
        model = choose(_("Model"), "model", {name: names[name] for name in found}, found[0])
    rows = told.filter(pl.col("model") == model).sort("ds")
    first, source = rows.row(0, named=True), str(series["source"])
    indicator, area, market = split_name(unique_id)
    unit = INDICATORS[indicator].unit
    known = monthly_series(data_version(), indicator, area, market, source)
    as_of = newest(known["as_of"])
    chosen = {"series": unique_id, "model": model, "fitted_on": first["data_version"]}
    note = about(heading, [source], unit=unit, as_of=as_of, **chosen)
    name = f"forecast-{unique_id.replace('/', '-')}-{day.isoformat()}"
    history = known.select("period", "value").tail(_HISTORY_MONTHS)
    show_chart(
        partial(fan, history, rows, y_title=unit_name(unit), language=language()),
        name,
        alt=_("Figures observed and forecast with 50, 80 and 95 % intervals; the table below holds the figures"),
        note=note,
    )
    figure_note([source], unit, as_of)
    st.markdown(next_figure(first, indicator))
    show_origin(first)
    with st.expander(_("Forecast figures")):
        show_months(rows, unit)
        download_table(rows, name, note=note)
    st.caption(
        _("Parts, backtests and errors are kept of the newest forecast only, and are not shown for an earlier day.")
    )
