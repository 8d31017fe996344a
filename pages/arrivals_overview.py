"""Overview: arrivals of the latest month and the year to date, against last year and 2019."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from pages._briefing import briefing_buttons
from pages._charts import month_labels, monthly_lines, years_compared
from pages._markets import market_names
from pages._resources import data_version, market_series, monthly_series
from pages._session import language, translate
from pages._widgets import download_csv, figure_note, headline, month_name, newest, source_title, unit_name
from tic.analytics.observation import INDICATORS
from tic.analytics.summaries import REFERENCE_YEAR, latest_month, year_to_date

_ = translate()
SOURCE, REGION_SOURCE = "mots_arrivals_monthly", "mots_arrivals_by_region"
ARRIVALS = INDICATORS["arrivals"]


def status_of(series: pl.DataFrame) -> str:
    """`preliminary` when a figure of the series is."""
    return "preliminary" if "preliminary" in series["status"] else ""


def show_headlines(series: pl.DataFrame) -> None:
    """The newest month and the year up to it."""
    latest, so_far = latest_month(series), year_to_date(series)
    st.subheader(month_name(latest.period) if latest else _("Latest month"), anchor=False)
    left, right = st.columns(2)
    with left:
        headline(_("Arrivals in the month"), latest, "arrivals")
    with right:
        headline(_("Arrivals in the year to date"), so_far, "arrivals")
    if language() == "en":
        st.caption(ARRIVALS.definition)


def show_national(series: pl.DataFrame) -> None:
    """All months, and the years laid over each other."""
    as_of, status = newest(series["as_of"]), status_of(series)
    st.subheader(_("Arrivals by month"), anchor=False)
    line = series.select("period", "value", series=pl.lit(_("International arrivals")))
    st.altair_chart(
        monthly_lines(line, y_title=unit_name(ARRIVALS.unit), language=language()),
        alt=_("Line chart of monthly arrivals; the table below holds the figures"),
    )
    figure_note([SOURCE], ARRIVALS.unit, as_of, status=status)
    st.subheader(_("The same months of other years"), anchor=False)
    last = newest(series["period"])
    years = [last.year, last.year - 1, REFERENCE_YEAR] if last else []
    chosen = series.filter(pl.col("period").dt.year().is_in(years))
    st.altair_chart(
        years_compared(chosen.select("period", "value"), y_title=unit_name(ARRIVALS.unit), language=language()),
        alt=_("Arrivals by month in this year, last year and 2019"),
    )
    figure_note([SOURCE], ARRIVALS.unit, as_of, status=status_of(chosen))
    with st.expander(_("Figures")):
        show_table(series, "arrivals-monthly", SOURCE, _("Monthly arrivals"))


def show_markets(markets: pl.DataFrame) -> None:
    """Arrivals by region of residence."""
    st.subheader(_("Arrivals by region of residence"), anchor=False)
    names = market_names(language())
    order = pl.col("market").replace_strict({code: index for index, code in enumerate(names)})
    named = markets.sort("period", order).with_columns(series=pl.col("market").replace_strict(names))
    st.altair_chart(
        monthly_lines(named.select("period", "series", "value"), y_title=unit_name(ARRIVALS.unit), language=language()),
        alt=_("Line chart of monthly arrivals by region of residence"),
    )
    figure_note([REGION_SOURCE], ARRIVALS.unit, newest(markets["as_of"]), status=status_of(markets))
    with st.expander(_("Figures by region")):
        show_table(named, "arrivals-by-region", REGION_SOURCE, _("Monthly arrivals by region of residence"))


def show_table(series: pl.DataFrame, name: str, source: str, alt: str) -> None:
    """The figures with their as-of dates, the newest first, and the same as CSV."""
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
    st.dataframe(
        shown.select([column for column in columns if column in shown.columns]),
        hide_index=True,
        alt=alt,
        column_config=columns,
    )
    figure_note([source], ARRIVALS.unit, newest(series["as_of"]))
    note = {"indicator": ARRIVALS.code, "unit": ARRIVALS.unit, "source_title": source_title(source)}
    download_csv(rows.drop("series", strict=False), name, note=note)


st.title(_("Tourism overview"), anchor=False)
version = data_version()
national = monthly_series(version, "arrivals", "TH", "all", SOURCE)
if national.is_empty():
    st.info(_("There are no figures yet. Run `tic up`, or `tic ingest run`, to read them."))
    st.stop()
briefing_buttons("TH", version)
show_headlines(national)
show_national(national)
regional = market_series(version)
if not regional.is_empty():
    show_markets(regional)
