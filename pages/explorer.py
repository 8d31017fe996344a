"""Explorer: one indicator for chosen areas and markets as lines and a table to take away, and SQL over all figures."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from pages import _url
from pages._charts import monthly_lines
from pages._downloads import about, download_table, show_chart
from pages._markets import market_names
from pages._resources import data_version, explored, indicator_choices
from pages._session import language, translate
from pages._sql import show_sql
from pages._widgets import choose, data_table, figure_note, newest, source_title, unit_name
from tic.analytics.observation import INDICATORS
from tic.core.areas import area_name

_ = translate()
MOST_LINES = 6
FREQUENCIES = {"M": _("By month"), "Q": _("By quarter"), "Y": _("By year"), "D": _("By day")}


def name_of_area(code: str) -> str:
    """A province, the nation or a region of the Bank of Thailand."""
    return _("Thailand") if code == "TH" else area_name(code, language()) if code.startswith("TH-") else code


def name_of_market(code: str) -> str:
    """A market in the reader's language."""
    return {**market_names(language()), "thai": _("Thai"), "foreign": _("Foreign")}.get(code, code)


def several(label: str, name: str, codes: list[str], names: dict[str, str], default: list[str]) -> list[str]:
    """A choice of several codes that lives in the address."""
    asked = [code for code in _url.get_list(name) if code in codes][:MOST_LINES]
    chosen = asked or [code for code in default if code in codes] or codes[:1]
    st.multiselect(
        label,
        codes,
        format_func=lambda code: names[code],
        key=_url.follow(name, chosen),
        max_selections=MOST_LINES,
        on_change=_url.copy_widget,
        args=(name,),
    )
    return chosen


def show_figures() -> None:
    """The chosen series as lines, and every figure with its source."""
    choices = indicator_choices(version)
    codes = {code: INDICATORS[code].name(language()) for code in INDICATORS if code in set(choices["indicator"])}
    one, two, three, four = st.columns([2, 1, 3, 2])
    with one:
        indicator = choose(_("Indicator"), "indicator", codes, "arrivals")
    mine = choices.filter(pl.col("indicator") == indicator)
    with two:
        known = {code: FREQUENCIES[code] for code in FREQUENCIES if code in set(mine["frequency"])}
        frequency = choose(_("Period"), "frequency", known, next(iter(known)))
    mine = mine.filter(pl.col("frequency") == frequency)
    with three:
        areas = sorted(set(mine["area"]), key=lambda code: (code != "TH", name_of_area(code)))
        area_names = {code: name_of_area(code) for code in areas}
        chosen_areas = several(_("Areas"), "areas", areas, area_names, ["TH", "TH-10", "TH-83"])
    with four:
        markets = sorted(set(mine["market"]), key=lambda code: (code != "all", code))
        market_labels = {code: name_of_market(code) for code in markets}
        chosen_markets = several(_("Markets"), "markets", markets, market_labels, ["all"])
    rows = explored(version, indicator, frequency, tuple(chosen_areas), tuple(chosen_markets))
    if rows.is_empty():
        st.info(_("There are no figures for this choice. Choose another period, or read them with `tic ingest run`."))
        return
    labels = [
        " · ".join((area_names[row["area"]], market_labels[row["market"]], source_title(row["source"])))
        for row in rows.iter_rows(named=True)
    ]
    told = rows.with_columns(series=pl.Series(labels, dtype=pl.String))
    unit = INDICATORS[indicator].unit
    shown = told.filter(pl.col("series").is_in(told["series"].unique(maintain_order=True)[:MOST_LINES].implode()))
    as_of = newest(rows["as_of"])
    note = about(
        codes[indicator],
        rows["source"],
        unit=unit,
        as_of=as_of,
        frequency=frequency,
        areas=",".join(chosen_areas),
        markets=",".join(chosen_markets),
    )
    show_chart(
        partial(monthly_lines, shown.select("period", "series", "value"), y_title=unit_name(unit), language=language()),
        f"figures-{indicator}",
        alt=_("Lines of the chosen series; the table holds the figures"),
        note=note,
    )
    figure_note(set(rows["source"]), unit, as_of)
    columns: dict[str, Any] = {
        "period": st.column_config.DateColumn(_("Period")),
        "series": _("Series"),
        "value": st.column_config.NumberColumn(unit_name(unit), format="localized"),
        "status": _("Status"),
        "as_of": st.column_config.DateColumn(_("As of")),
    }
    data_table(told.sort("period", descending=True), columns, alt=_("The figures of the chosen series"))
    download_table(told, f"figures-{indicator}", note=note)


st.title(_("Explorer"), anchor=False)
version = data_version()
with st.container():
    show_figures()
st.subheader("SQL", anchor=False)
show_sql()
