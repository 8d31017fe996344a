"""Explorer: one indicator for chosen areas and markets as lines and a table to take away, and SQL over all figures."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from pages import _url
from pages._charts import monthly_lines
from pages._downloads import download_table
from pages._markets import market_names
from pages._resources import data_version, explored, indicator_choices
from pages._session import language, show_error, translate
from pages._widgets import choose, figure_note, newest, source_title, unit_name
from tic.analytics.observation import INDICATORS
from tic.analytics.sql import MOST_ROWS, TABLES, TIMEOUT_S, run_sql
from tic.core.areas import area_name
from tic.core.errors import BadInput
from tic.core.i18n import format_number
from tic.core.settings import get_settings

_ = translate()
MOST_LINES = 6
FREQUENCIES = {"M": _("By month"), "Q": _("By quarter"), "Y": _("By year"), "D": _("By day")}
EXAMPLE = """SELECT a.name_en, sum(o.value) AS visitors
FROM observations o JOIN areas a ON o.area = a.code
WHERE o.indicator = 'visitors' AND o.market = 'foreign' AND o.frequency = 'Y'
  AND o.period = DATE '2025-01-01'
GROUP BY a.name_en ORDER BY visitors DESC"""


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
    st.altair_chart(
        monthly_lines(shown.select("period", "series", "value"), y_title=unit_name(unit), language=language()),
        alt=_("Lines of the chosen series; the table holds the figures"),
    )
    figure_note(set(rows["source"]), unit, newest(rows["as_of"]))
    columns: dict[str, Any] = {
        "period": st.column_config.DateColumn(_("Period")),
        "series": _("Series"),
        "value": st.column_config.NumberColumn(unit_name(unit), format="localized"),
        "status": _("Status"),
        "as_of": st.column_config.DateColumn(_("As of")),
    }
    st.dataframe(
        told.sort("period", descending=True).select(list(columns)),
        hide_index=True,
        column_config=columns,
        alt=_("The figures of the chosen series"),
    )
    titles = "; ".join(sorted({source_title(name) for name in rows["source"]}))
    download_table(told, f"figures-{indicator}", note={"source_title": titles, "data_version": version})


def show_sql() -> None:
    """One query over all figures; what is wrong with it is said beneath."""
    st.caption(
        _(
            "One SELECT over the tables {tables}; at most {rows} rows, {seconds} seconds.",
            tables=", ".join(TABLES),
            rows=format_number(MOST_ROWS, language()),
            seconds=round(TIMEOUT_S),
        )
    )
    with st.form("sql", border=False):
        sql = st.text_area("SQL", _url.get("sql") or EXAMPLE, height=180)
        if st.form_submit_button(_("Run")):
            _url.put(sql=sql)
    if not _url.get("sql"):
        return
    try:
        rows, is_cut = run_sql(get_settings().warehouse, _url.get("sql"))
    except BadInput as error:
        show_error(error)
        return
    if is_cut:
        st.warning(_("Only the first {rows} rows are shown. Filter or group it more.", rows=MOST_ROWS))
    st.dataframe(rows, hide_index=True, alt=_("The answer to the query"))
    download_table(rows, "query", note={"data_version": version})


st.title(_("Explorer"), anchor=False)
version = data_version()
with st.container():
    show_figures()
st.subheader("SQL", anchor=False)
show_sql()
