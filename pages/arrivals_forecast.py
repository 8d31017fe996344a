"""Forecast: 24 months with 80 and 95 % intervals, and how the models did against a seasonal naive one."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from pages._charts import fan, month_labels
from pages._markets import market_names
from pages._resources import data_version, forecast_table, market_series, monthly_series
from pages._session import language, translate
from pages._widgets import choose, download_csv, figure_note, month_name, newest, source_title, unit_name
from tic.analytics.observation import INDICATORS
from tic.core.i18n import format_date, format_number

_ = translate()
MODELS = {
    "ensemble": _("Combination"),
    "seasonal_naive": _("Seasonal naive"),
    "drift": _("Drift"),
    "auto_ets": "AutoETS",
    "auto_arima": "AutoARIMA",
    "theta": "Theta",
    "ces": "CES",
}
UNIT = INDICATORS["arrivals"].unit
HISTORY_MONTHS = 8 * 12


def history_of(market: str) -> tuple[pl.DataFrame, str]:
    """What was observed, and the source that states it."""
    version = data_version()
    if market == "all":
        source = "mots_arrivals_monthly"
        return monthly_series(version, "arrivals", "TH", "all", source), source
    return market_series(version).filter(pl.col("market") == market), "mots_arrivals_by_region"


def show_forecast(rows: pl.DataFrame, market: str) -> None:
    """The fan chart, the next figure in words, and the table."""
    history, source = history_of(market)
    first = rows.row(0, named=True)
    st.altair_chart(
        fan(history.tail(HISTORY_MONTHS).select("period", "value"), rows, y_title=unit_name(UNIT), language=language()),
        alt=_("Arrivals observed and forecast with 80 and 95 % intervals; the table below holds the figures"),
    )
    as_of = newest(history["as_of"])
    figure_note([source], UNIT, as_of)
    st.markdown(next_figure(first))
    st.caption(
        _(
            "Model: {model}. Figures up to {cutoff} were used; fitted {fitted}; version {version}.",
            model=MODELS.get(first["model"], first["model"]),
            cutoff=month_name(first["cutoff"]),
            fitted=format_date(first["fitted_at"], language()),
            version=first["data_version"],
        )
    )
    with st.expander(_("Forecast figures")):
        show_table(rows)
        note = {"unit": UNIT, "source": source, "source_title": source_title(source), "as_of": str(as_of)}
        download_csv(rows, f"forecast-{market}", note=note)


def next_figure(row: dict[str, Any]) -> str:
    """The first month that is forecast, as a sentence."""
    month, value = month_name(row["ds"]), format_number(row["yhat"], language())
    if row["lo_80"] is None:
        return _("For **{month}**: {value} arrivals.", month=month, value=value)
    return _(
        "For **{month}**: {value} arrivals, between {low} and {high} with 80 % probability.",
        month=month,
        value=value,
        low=format_number(row["lo_80"], language()),
        high=format_number(row["hi_80"], language()),
    )


def show_table(rows: pl.DataFrame) -> None:
    """Every month with its intervals."""
    columns: dict[str, Any] = {"month": _("Month")}
    columns["yhat"] = st.column_config.NumberColumn(unit_name(UNIT), format="localized")
    for level in (80, 95):
        for side, name in (("lo", _("{level} % lower", level=level)), ("hi", _("{level} % upper", level=level))):
            columns[f"{side}_{level}"] = st.column_config.NumberColumn(name, format="localized")
    shown = rows.with_columns(month_labels(rows["ds"], language()), pl.col(pl.Float64).round(0))
    st.dataframe(
        shown.select(list(columns)), hide_index=True, alt=_("Forecast by month with intervals"), column_config=columns
    )


def show_accuracy(accuracy: pl.DataFrame, market: str) -> None:
    """Every model's errors in the backtest, best first."""
    st.subheader(_("How the models did"), anchor=False)
    st.markdown(
        _(
            "Each model forecast past months from the months before them (rolling origin). "
            "MASE below 1 beats the average seasonal naive error inside the training months."
        )
    )
    best, naive = (
        accuracy.filter(pl.col("model") == name)["mase"].to_list() for name in ("ensemble", "seasonal_naive")
    )
    if best and naive and naive[0]:
        gain = (1 - best[0] / naive[0]) * 100
        told = _("The combination's error is {gain:.0f} % smaller than that of the seasonal naive model.", gain=gain)
        st.markdown(told if gain > 0 else _("The combination does not beat the seasonal naive model here."))
    columns: dict[str, Any] = {"model": _("Model")}
    columns |= {name: st.column_config.NumberColumn(label, format="%.2f") for name, label in ERRORS.items()}
    columns |= {
        f"coverage_{level}": st.column_config.NumberColumn(_("Covered by {level} %", level=level), format="percent")
        for level in (80, 95)
    }
    columns["n_windows"] = _("Origins")
    named = accuracy.with_columns(model=pl.col("model").replace(MODELS)).sort("mase")
    st.dataframe(named.select(list(columns)), hide_index=True, alt=_("Backtest errors by model"), column_config=columns)
    st.caption(
        _(
            "sMAPE and MAPE in percent; MASE and RMSSE are ratios. Up to {months} months ahead.",
            months=accuracy["horizon_to"][0],
        )
    )
    download_csv(accuracy, f"forecast-accuracy-{market}")


ERRORS = {"mase": "MASE", "smape": "sMAPE", "mape": "MAPE", "rmsse": "RMSSE"}

st.title(_("Forecast of arrivals"), anchor=False)
version = data_version()
forecasts, scores = forecast_table(version, "forecasts"), forecast_table(version, "accuracy")
known = set(forecasts["unique_id"])
markets = {code: name for code, name in market_names(language()).items() if f"arrivals/TH/{code}" in known}
left, right = st.columns(2)
with left:
    market = choose(_("Market"), "market", markets, next(iter(markets), "all"))
series = forecasts.filter(pl.col("unique_id") == f"arrivals/TH/{market}")
names = sorted(set(series["model"]), key=lambda name: (name != "ensemble", name))
with right:
    model = choose(_("Model"), "model", {name: MODELS.get(name, name) for name in names}, names[0])
show_forecast(series.filter(pl.col("model") == model).sort("ds"), market)
show_accuracy(scores.filter(pl.col("unique_id") == f"arrivals/TH/{market}"), market)
