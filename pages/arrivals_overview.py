"""Overview: what happened last month, what moved it and why, what comes next, and which figures are overdue."""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl
import streamlit as st

from pages._briefing import briefing_buttons
from pages._charts import month_labels, monthly_lines, years_compared
from pages._downloads import about, download_table, show_chart
from pages._markets import market_names
from pages._marks import changes_of, drawn_events, lines_with_marks, marks_in_words
from pages._overview import show_alerts, show_headlines, show_movers
from pages._resources import data_version, market_series, monthly_series
from pages._session import language, translate
from pages._widgets import data_table, figure_note, newest, unit_name
from tic.analytics.observation import INDICATORS
from tic.analytics.summaries import REFERENCE_YEAR

_ = translate()
SOURCE, REGION_SOURCE = "mots_arrivals_monthly", "mots_arrivals_by_region"
ARRIVALS = INDICATORS["arrivals"]


def status_of(series: pl.DataFrame) -> str:
    """`preliminary` when a figure of the series is."""
    return "preliminary" if "preliminary" in series["status"] else ""


def show_national(series: pl.DataFrame) -> None:
    """All months with events and revisions, and the years laid over each other."""
    as_of, status = newest(series["as_of"]), status_of(series)
    st.subheader(_("Arrivals by month"), anchor=False)
    line = series.with_columns(series=pl.lit(_("International arrivals")), market=pl.lit("all"))
    changes, found = changes_of(version, "arrivals", "TH", line), drawn_events("TH", series["period"])
    line = line.select("period", "series", "value")
    show_chart(
        partial(lines_with_marks, line, found, changes, y_title=unit_name(ARRIVALS.unit), language=language()),
        "arrivals",
        alt=_("Line chart of monthly arrivals; the table below holds the figures"),
        note=about(_("Arrivals by month"), [SOURCE], unit=ARRIVALS.unit, as_of=as_of),
    )
    figure_note([SOURCE], ARRIVALS.unit, as_of, status=status)
    marks_in_words(found, changes)
    st.subheader(_("The same months of other years"), anchor=False)
    last = newest(series["period"])
    years = [last.year, last.year - 1, REFERENCE_YEAR] if last else []
    chosen = series.filter(pl.col("period").dt.year().is_in(years))
    show_chart(
        partial(
            years_compared, chosen.select("period", "value"), y_title=unit_name(ARRIVALS.unit), language=language()
        ),
        "arrivals-years",
        alt=_("Arrivals by month in this year, last year and 2019"),
        note=about(_("The same months of other years"), [SOURCE], unit=ARRIVALS.unit, as_of=as_of),
    )
    figure_note([SOURCE], ARRIVALS.unit, as_of, status=status_of(chosen))
    with st.expander(_("Figures")):
        show_table(series, "arrivals-monthly", SOURCE, _("Monthly arrivals"))


def show_markets(markets: pl.DataFrame) -> None:
    """Arrivals by region of residence."""
    st.subheader(_("Arrivals by region of residence"), anchor=False)
    names, as_of = market_names(language()), newest(markets["as_of"])
    order = pl.col("market").replace_strict({code: index for index, code in enumerate(names)})
    named = markets.sort("period", order).with_columns(series=pl.col("market").replace_strict(names))
    show_chart(
        partial(
            monthly_lines,
            named.select("period", "series", "value"),
            y_title=unit_name(ARRIVALS.unit),
            language=language(),
        ),
        "arrivals-regions",
        alt=_("Line chart of monthly arrivals by region of residence"),
        note=about(_("Arrivals by region of residence"), [REGION_SOURCE], unit=ARRIVALS.unit, as_of=as_of),
    )
    figure_note([REGION_SOURCE], ARRIVALS.unit, as_of, status=status_of(markets))
    with st.expander(_("Figures by region")):
        show_table(named, "arrivals-by-region", REGION_SOURCE, _("Monthly arrivals by region of residence"))


def show_table(series: pl.DataFrame, name: str, source: str, alt: str) -> None:
    """The figures with their as-of dates, the newest first, and the same to take away."""
    rows = series.sort("period", descending=True)
    columns: dict[str, Any] = {
        "month": _("Month"),
        "series": _("Market"),
        "value": st.column_config.NumberColumn(unit_name(ARRIVALS.unit), format="localized"),
        "status": _("Status"),
        "as_of": _("As of"),
    }
    shown = rows.with_columns(
        month_labels(rows["period"], language()),
        status=pl.col("status").replace(
            {"preliminary": _("preliminary"), "final": _("final"), "revised": _("revised")}
        ),
    )
    data_table(shown, columns, alt=alt)
    figure_note([source], ARRIVALS.unit, newest(series["as_of"]))
    download_table(rows.drop("series", strict=False), name, note=about(alt, [source], unit=ARRIVALS.unit))


st.title(_("Tourism overview"), anchor=False)
version = data_version()
national = monthly_series(version, "arrivals", "TH", "all", SOURCE)
if national.is_empty():
    st.info(_("There are no figures yet. Run `tic up`, or `tic ingest run`, to read them."))
    st.stop()
briefing_buttons("TH", version)
show_alerts()
show_headlines(national)
show_movers()
show_national(national)
regional = market_series(version)
if not regional.is_empty():
    show_markets(regional)
