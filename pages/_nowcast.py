"""The nowcast of a series on the forecast page: months up to the one under way that are not published yet."""

from __future__ import annotations

from typing import Final

import altair as alt
import polars as pl
import streamlit as st

from pages._charts import month_labels
from pages._forecast import figure_words, next_figure, series_label
from pages._forecast_data import NOWCAST, split_name
from pages._session import language, translate
from pages._widgets import month_name, source_title
from tic.analytics.observation import INDICATORS
from tic.reports.charts import SERIES, years_axis

LED: Final = ("leader", "known_to", "elasticity")
"""What a nowcast tells of the series that led it; null where none did."""


def nowcasts(told: pl.DataFrame) -> pl.DataFrame:
    """The nowcasts among the forecasts of a series, by month."""
    return told.filter(pl.col("model") == NOWCAST).sort("ds")


def with_nowcasts(rows: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The combination's months with `nowcast` (whether one is a nowcast) and what led it, for table and download."""
    marked = rows.drop(LED, strict=False).with_columns(nowcast=pl.col("ds").is_in(now["ds"].to_list()))
    if now.is_empty():
        return marked
    return marked.join(now.select("ds", *LED), on="ds", how="left", maintain_order="left")


def leading_sources(now: pl.DataFrame) -> list[str]:
    """The sources of the series that led the nowcasts."""
    if now.is_empty():
        return []
    return sorted({leader.partition("@")[2] for leader in now["leader"].drop_nulls()})


def nowcast_words(now: pl.DataFrame, indicator: str) -> str:
    """The estimate for the month under way, what it is made from, and up to when that is known."""
    _ = translate()
    row = now.row(-1, named=True)
    words = figure_words(row, indicator)
    if row["lo_80"] is None:
        value = _("Nowcast for **{month}**: {value} {unit}.", **words)
    else:
        value = _("Nowcast for **{month}**: {value} {unit}, between {low} and {high} with 80 % probability.", **words)
    own = month_name(row["cutoff"])
    if row["leader"] is None:
        return value + " " + _("Made from its own figures, known to {own}; no leading indicator moves it.", own=own)
    series, _at, source = row["leader"].partition("@")
    leading = f"{INDICATORS[split_name(series)[0]].name(language())}, {series_label(series)} ({source_title(source)})"
    made = _(
        "Made from its own figures, known to {own}, and from the leading indicator {leader}, known to {known}.",
        own=own,
        leader=leading,
        known=month_name(row["known_to"]),
    )
    return value + " " + made


def show_figures(now: pl.DataFrame, rows: pl.DataFrame, indicator: str) -> None:
    """The nowcast in words, and the first month after it among the forecasts (see `with_nowcasts`)."""
    _ = translate()
    if now.height:
        _show_nowcast(now, indicator)
    later = rows.filter(~pl.col("nowcast"))
    if later.height:
        st.markdown(next_figure(later.row(0, named=True), indicator))


def _show_nowcast(now: pl.DataFrame, indicator: str) -> None:
    """The estimate, and how nowcasts are told apart in the chart."""
    _ = translate()
    st.markdown(nowcast_words(now, indicator))
    first, last = (month_name(now["ds"][place]) for place in (0, -1))
    st.caption(
        _(
            "Diamonds in the chart are nowcasts, {first} to {last}: months that are over or under way and not yet "
            "published.",
            first=first,
            last=last,
        )
    )


def mark_nowcasts(chart: alt.LayerChart, now: pl.DataFrame, *, y_title: str) -> alt.LayerChart:
    """The fan chart with a diamond on every nowcast, so that colour is not all that tells them apart."""
    if now.is_empty():
        return chart
    _ = translate()
    told = now.select(period="ds", value="yhat").with_columns(
        month_labels(now["ds"], language()), kind=pl.lit(_("Nowcast"))
    )
    marks = (
        alt.Chart(told)
        .mark_point(shape="diamond", filled=True, size=55, color=SERIES[1], opacity=1)
        .encode(
            x=years_axis(language()),
            y=alt.Y("value:Q", title=y_title, axis=alt.Axis(format="~s")),
            tooltip=[
                alt.Tooltip("kind:N", title=" "),
                alt.Tooltip("month:N", title=" "),
                alt.Tooltip("value:Q", title=y_title, format=",.0f"),
            ],
        )
    )
    marked: alt.LayerChart = alt.LayerChart(layer=[*chart.layer, marks]).properties(height=chart.height)
    return marked
