"""Builders of Altair charts that pages and briefings share: pure functions from small frames, in the reader's language.

Thai readers see years of the Buddhist Era on the axes as well as in the tooltips.
"""

from __future__ import annotations

import json
from datetime import date
from typing import cast

import altair as alt
import polars as pl

from tic.core.i18n import BUDDHIST_ERA_OFFSET, Language, format_date, format_month

HEIGHT_PX = 300
ACCENT = "#0b6e6e"
TRUTH = "#16302f"
SERIES = ["#0b6e6e", "#b5541c", "#3b5b92", "#7a4a8c", "#8a7a12", "#5c6b73"]
"""Told apart by people with colour blindness, each at 4.5:1 or more on white but the last two at 3:1."""


def month_labels(periods: pl.Series, language: Language) -> pl.Series:
    """The months of a column of dates in words, e.g. `May 2026`."""
    return pl.Series("month", [format_month(period, language) for period in periods], dtype=pl.String)


def years_axis(language: Language) -> alt.X:
    offset = BUDDHIST_ERA_OFFSET if language == "th" else 0
    axis = alt.Axis(tickCount="year", labelExpr=f"year(datum.value) + {offset}", labelOverlap=True)
    return alt.X("period:T", title=None, axis=axis)


def values_axis(title: str) -> alt.Y:
    return alt.Y("value:Q", title=title, axis=alt.Axis(format="~s"))


def named_lines(order: list[str]) -> alt.Color:
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=240) if len(order) > 1 else None
    return alt.Color("series:N", title=None, sort=order, scale=alt.Scale(domain=order, range=SERIES), legend=legend)


def monthly_lines(frame: pl.DataFrame, *, y_title: str, language: Language) -> alt.Chart:
    """One line per `series`; frame has period, series, value."""
    told = frame.with_columns(month_labels(frame["period"], language))
    order = frame["series"].unique(maintain_order=True).to_list()
    chart: alt.Chart = (
        alt.Chart(told)
        .mark_line()
        .encode(
            x=years_axis(language),
            y=values_axis(y_title),
            color=named_lines(order),
            tooltip=[
                alt.Tooltip("series:N", title=" "),
                alt.Tooltip("month:N", title=" "),
                alt.Tooltip("value:Q", title=y_title, format=",.0f"),
            ],
        )
        .properties(height=HEIGHT_PX)
    )
    return chart


def fan(history: pl.DataFrame, forecast: pl.DataFrame, *, y_title: str, language: Language) -> alt.LayerChart:
    """History with the forecast and its intervals.

    history: period, value. forecast: ds, yhat, and lo_<level>, hi_<level> of 50, 80 and 95 %, as far as there are;
    bounds may be null.
    """
    levels = [level for level in (95, 80, 50) if f"lo_{level}" in forecast.columns]
    ahead = forecast.rename({"ds": "period", "yhat": "value"}).with_columns(month_labels(forecast["ds"], language))
    told = history.with_columns(month_labels(history["period"], language))
    x, y = years_axis(language), values_axis(y_title)
    bands = [
        alt.Chart(ahead)
        .mark_area(opacity=opacity, color=ACCENT)
        .encode(x=x, y=alt.Y(f"lo_{level}:Q", title=y_title, axis=alt.Axis(format="~s")), y2=f"hi_{level}:Q")
        for level, opacity in zip(levels, (0.13, 0.18, 0.26), strict=False)
    ]
    month = alt.Tooltip("month:N", title=" ")
    bounds = [
        alt.Tooltip(f"{side}_{level}:Q", title=f"{level} % {sign}", format=",.0f")
        for level in reversed(levels)
        for side, sign in (("lo", "↓"), ("hi", "↑"))
    ]
    figure = alt.Tooltip("value:Q", title=y_title, format=",.0f")
    middle = (
        alt.Chart(ahead)
        .mark_line(color=ACCENT, strokeDash=[5, 3], point=alt.OverlayMarkDef(color=ACCENT, size=12))
        .encode(x=x, y=y, tooltip=[month, figure, *bounds])
    )
    truth = alt.Chart(told).mark_line(color=TRUTH).encode(x=x, y=y, tooltip=[month, figure])
    layers: alt.LayerChart = alt.LayerChart(layer=[*bands, truth, middle]).properties(height=HEIGHT_PX + 60)
    return layers


def marked(chart: alt.Chart, marks: pl.DataFrame, *, language: Language) -> alt.Chart | alt.LayerChart:
    """Lines by month with numbered marks of events; marks has number, period, label. Their text is told beside it.

    Only marks within the months of the chart are drawn, so that they do not stretch it.
    """
    if marks.is_empty():
        return chart
    told = marks.with_columns(month_labels(marks["period"], language))
    tooltip = [alt.Tooltip("month:N", title=" "), alt.Tooltip("label:N", title=" ")]
    base = alt.Chart(told).encode(x=years_axis(language), tooltip=tooltip)
    rules = base.mark_rule(color=TRUTH, strokeDash=[2, 3], opacity=0.7)
    numbers = base.mark_text(align="left", baseline="top", dx=3, fontSize=11, color=TRUTH).encode(
        y=alt.value(2), text="number:N"
    )
    # The function gives a chart of facets only when it is handed one.
    return cast(alt.LayerChart, alt.layer(chart, rules, numbers))


def revised(chart: alt.Chart | alt.LayerChart, months: pl.DataFrame, *, language: Language) -> alt.LayerChart:
    """A chart by month with a ring around each month whose figure was changed; months has period, value, label."""
    told = months.with_columns(month_labels(months["period"], language))
    rings = (
        alt.Chart(told)
        .mark_point(shape="circle", size=70, filled=False, color=SERIES[1], strokeWidth=2)
        .encode(
            x=years_axis(language),
            y=alt.Y("value:Q"),
            tooltip=[alt.Tooltip("month:N", title=" "), alt.Tooltip("label:N", title=" ")],
        )
    )
    return cast(alt.LayerChart, alt.layer(chart, rings))


def month_bars(frame: pl.DataFrame, *, y_title: str, language: Language) -> alt.LayerChart:
    """A bar for each month of a year with a line at 100; frame has month (1 to 12) and value."""
    axis = alt.Axis(labelExpr=f"{month_names(language)}[datum.value - 1]", labelAngle=0)
    bars = (
        alt.Chart(frame)
        .mark_bar(color=ACCENT)
        .encode(
            x=alt.X("month:O", title=None, axis=axis),
            y=alt.Y("value:Q", title=y_title),
            tooltip=[alt.Tooltip("value:Q", title=y_title, format=".1f")],
        )
    )
    even = alt.Chart(pl.DataFrame({"value": [100.0]})).mark_rule(color=TRUTH, strokeDash=[4, 3]).encode(y="value:Q")
    chart: alt.LayerChart = alt.LayerChart(layer=[bars, even]).properties(height=HEIGHT_PX)
    return chart


def contribution_bars(frame: pl.DataFrame, *, x_title: str) -> alt.Chart:
    """A bar for each `name`, to the right for what it adds, to the left for what it takes; frame has name, points."""
    chart: alt.Chart = (
        alt.Chart(frame)
        .mark_bar()
        .encode(
            x=alt.X("points:Q", title=x_title),
            y=alt.Y("name:N", title=None, sort=None, axis=alt.Axis(labelLimit=220)),
            color=alt.condition(alt.datum.points >= 0, alt.value(ACCENT), alt.value(SERIES[1])),
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("points:Q", title=x_title, format="+.1f")],
        )
        .properties(height=alt.Step(26))
    )
    return chart


def month_names(language: Language) -> str:
    """The short names of the months as a JSON list, for an expression of the chart."""
    names = [format_date(date(2024, number, 1), language, style="LLL") for number in range(1, 13)]
    return json.dumps(names, ensure_ascii=False)
