"""Scenarios: the forecast of arrivals if a market closed, a rule changed or an event came; shared by its link."""

from __future__ import annotations

from datetime import date
from functools import partial

import polars as pl
import streamlit as st

from pages import _url
from pages._charts import monthly_lines
from pages._downloads import about, show_chart
from pages._kept_forecast import standing_forecast, tell_none_kept
from pages._markets import market_names
from pages._resources import data_version, foreign_guests, foreign_receipts, market_series, monthly_series, view_day
from pages._saved_scenarios import show_saved
from pages._scenarios import adjustment_form, adjustment_line, beginning, show_table
from pages._session import language, show_error, signed_in, translate
from pages._widgets import figure_note, newest, unit_name
from tic.analytics.observation import INDICATORS
from tic.analytics.scenarios import (
    Adjustment,
    apply_scenario,
    compared,
    per_arrival,
    read_scenario,
    split_by_market,
    write_scenario,
)
from tic.core.errors import BadInput, NotFound
from tic.core.i18n import format_number

_ = translate()
SERIES, MODEL = "arrivals/TH/all", "ensemble"
SOURCE = "mots_arrivals_monthly"
UNIT = INDICATORS["arrivals"].unit
PARAMETER = "s"


def baseline_of(ahead: pl.DataFrame, version: str) -> pl.DataFrame:
    """The combination's forecast of arrivals, given to the markets."""
    ahead = ahead.filter(pl.col("model") == MODEL)
    total = ahead.select(period=pl.col("ds").cast(pl.Date), value="yhat").sort("period")
    return split_by_market(total, market_series(version))


def put(scenario: tuple[Adjustment, ...]) -> None:
    """A changed scenario goes into the address."""
    _url.put(**{PARAMETER: write_scenario(scenario)})


def show_adjustments(scenario: tuple[Adjustment, ...], names: dict[str, str]) -> None:
    """What the scenario consists of, each with a way to take it out."""
    for index, item in enumerate(scenario):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{index + 1}. {adjustment_line(item, names)}", width="stretch")
            st.button(
                _("Remove"),
                key=f"remove-{index}",
                on_click=put,
                args=((*scenario[:index], *scenario[index + 1 :]),),
            )
    if not scenario:
        st.info(_("Nothing is changed yet: the scenario is the forecast. Add a change below."))


def show_effect(totals: pl.DataFrame) -> None:
    """What the scenario would change in all, and month by month."""
    base, changed = float(totals["value"].sum()), float(totals["scenario"].sum())
    one, two = st.columns(2)
    three, four = st.columns(2)
    one.metric(_("Arrivals, forecast"), format_number(base, language()), border=True)
    share = (changed / base - 1) * 100 if base else 0.0
    two.metric(_("Arrivals, scenario"), format_number(changed, language()), delta=f"{share:+.1f} %", border=True)
    guests, receipts = (
        float(totals[name].sum()) if totals[name].null_count() == 0 else None for name in ("guests", "receipts_thb")
    )
    three.metric(_("Guests, difference"), "–" if guests is None else format_number(guests, language()), border=True)
    shown = "–" if receipts is None else _("{value} M", value=format_number(receipts / 1e6, language()))
    four.metric(_("Receipts, difference in baht"), shown, border=True)
    lines = pl.concat(
        [
            totals.select("period", "value", series=pl.lit(_("Forecast"))),
            totals.select("period", value="scenario", series=pl.lit(_("Scenario"))),
        ]
    )
    show_chart(
        partial(monthly_lines, lines, y_title=unit_name(UNIT), language=language()),
        "scenario",
        alt=_("Forecast and scenario by month; the table holds the figures"),
        note=note,
    )


st.title(_("Scenarios"), anchor=False)
version = data_version()
try:
    stored = standing_forecast(SERIES)
except NotFound as error:
    show_error(error)
    st.stop()
day = view_day()
if day is not None and stored.is_empty():
    tell_none_kept(day)
    st.stop()
baseline = baseline_of(stored, version)
if baseline.is_empty():
    st.info(_("There are no figures yet. Run `tic up`, or `tic ingest run`, to read them."))
    st.stop()
names = {code: name for code, name in market_names(language()).items() if code in set(baseline["market"])}
months: list[date] = baseline["period"].unique().sort().to_list()
try:
    scenario = read_scenario(_url.get(PARAMETER), list(names))
except BadInput as error:
    show_error(error)
    scenario = ()
show_adjustments(scenario, names)
account = signed_in()
if account is not None and account.may("analyst"):
    show_saved(account.id, write_scenario(scenario))
added = adjustment_form(months, names, beginning(months))
if added:
    put((*scenario, added))
    st.rerun()
arrivals = monthly_series(version, "arrivals", "TH", "all", SOURCE)
spend = per_arrival(arrivals, foreign_receipts(version))
stays = per_arrival(arrivals, foreign_guests(version))
totals = compared(apply_scenario(baseline, scenario), receipts_per_arrival_thb=spend, guests_per_arrival=stays)
note = about(_("Scenario of arrivals"), [SOURCE], unit=UNIT, scenario=write_scenario(scenario))
show_effect(totals)
show_table(totals, note)
figure_note([SOURCE], UNIT, newest(arrivals["as_of"]))
told = _("Markets have the shares of the newest twelve months that are known by region of residence.")
if spend is not None:
    told += " " + _(
        "Receipts: {spend} baht per arrival, as in the newest twelve months that are known.",
        spend=format_number(spend, language()),
    )
if stays is not None:
    told += " " + _(
        "Guests: {stays} per arrival, of the same months; in each province guests are split as its visitors are.",
        stays=format_number(stays, language(), decimals=2),
    )
st.caption(told)
