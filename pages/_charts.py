"""Builders of Altair charts: pure functions from small frames to a chart, in the reader's language.

Thai readers see years of the Buddhist Era on the axes as well as in the tooltips.
"""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache

import altair as alt
import polars as pl

from tic.core.i18n import BUDDHIST_ERA_OFFSET, Language, format_date, format_month

HEIGHT_PX = 300
_ACCENT = "#0b6e6e"
_TRUTH = "#16302f"
_SERIES = ["#0b6e6e", "#b5541c", "#3b5b92", "#7a4a8c", "#8a7a12", "#5c6b73"]
"""Told apart by people with colour blindness, each at 4.5:1 or more on white but the last two at 3:1."""
_HEAT = ["#e8f3f1", "#a9d2cc", "#4c9f99", "#0b5a5a"]


def month_labels(periods: pl.Series, language: Language) -> pl.Series:
    """The months of a column of dates in words, e.g. `May 2026`."""
    return pl.Series("month", [_month_label(period, language) for period in periods], dtype=pl.String)


@lru_cache(maxsize=4096)
def _month_label(period: date, language: Language) -> str:
    # The same months are told on every view, and words for a date take a tenth of a millisecond each.
    return format_month(period, language)


def _years(language: Language) -> alt.X:
    offset = BUDDHIST_ERA_OFFSET if language == "th" else 0
    axis = alt.Axis(tickCount="year", labelExpr=f"year(datum.value) + {offset}", labelOverlap=True)
    return alt.X("period:T", title=None, axis=axis)


def _values(title: str) -> alt.Y:
    return alt.Y("value:Q", title=title, axis=alt.Axis(format="~s"))


def _named_lines(order: list[str]) -> alt.Color:
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=240) if len(order) > 1 else None
    return alt.Color("series:N", title=None, sort=order, scale=alt.Scale(domain=order, range=_SERIES), legend=legend)


def monthly_lines(frame: pl.DataFrame, *, y_title: str, language: Language) -> alt.Chart:
    """One line per `series`; frame has period, series, value."""
    told = frame.with_columns(month_labels(frame["period"], language))
    order = frame["series"].unique(maintain_order=True).to_list()
    chart: alt.Chart = (
        alt.Chart(told)
        .mark_line()
        .encode(
            x=_years(language),
            y=_values(y_title),
            color=_named_lines(order),
            tooltip=[
                alt.Tooltip("series:N", title=" "),
                alt.Tooltip("month:N", title=" "),
                alt.Tooltip("value:Q", title=y_title, format=",.0f"),
            ],
        )
        .properties(height=HEIGHT_PX)
    )
    return chart


def years_compared(frame: pl.DataFrame, *, y_title: str, language: Language) -> alt.Chart:
    """Months across, one line per year, the newest first in the legend; frame has period, value."""
    offset = BUDDHIST_ERA_OFFSET if language == "th" else 0
    told = frame.select(
        "value",
        number=pl.col("period").dt.month(),
        series=(pl.col("period").dt.year() + offset).cast(pl.String),
        month=month_labels(frame["period"], language),
    )
    axis = alt.Axis(labelExpr=f"{_month_names(language)}[datum.value - 1]", labelAngle=0)
    order = sorted(told["series"].unique().to_list(), reverse=True)
    chart: alt.Chart = (
        alt.Chart(told)
        .mark_line(point=True)
        .encode(
            x=alt.X("number:O", title=None, axis=axis),
            y=_values(y_title),
            color=_named_lines(order),
            tooltip=[alt.Tooltip("month:N", title=" "), alt.Tooltip("value:Q", title=y_title, format=",.0f")],
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
    x, y = _years(language), _values(y_title)
    bands = [
        alt.Chart(ahead)
        .mark_area(opacity=opacity, color=_ACCENT)
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
        .mark_line(color=_ACCENT, strokeDash=[5, 3], point=alt.OverlayMarkDef(color=_ACCENT, size=12))
        .encode(x=x, y=y, tooltip=[month, figure, *bounds])
    )
    truth = alt.Chart(told).mark_line(color=_TRUTH).encode(x=x, y=y, tooltip=[month, figure])
    layers: alt.LayerChart = alt.LayerChart(layer=[*bands, truth, middle]).properties(height=HEIGHT_PX + 60)
    return layers


def residual_points(frame: pl.DataFrame, *, y_title: str, legend: str, language: Language) -> alt.LayerChart:
    """Errors of past forecasts by month, a colour and a shape for each `series`; frame has period, value, series."""
    told = frame.with_columns(month_labels(frame["period"], language))
    order = frame["series"].unique(maintain_order=True).sort().to_list()
    scale = alt.Scale(domain=order, range=_SERIES)
    key = alt.Legend(orient="bottom", title=legend)
    points = (
        alt.Chart(told)
        .mark_point(filled=True, size=45)
        .encode(
            x=_years(language),
            y=alt.Y("value:Q", title=y_title),
            color=alt.Color("series:N", scale=scale, legend=key),
            shape=alt.Shape("series:N", sort=order, legend=key),
            tooltip=[
                alt.Tooltip("month:N", title=" "),
                alt.Tooltip("series:N", title=legend),
                alt.Tooltip("value:Q", title=y_title, format="+.1f"),
            ],
        )
    )
    zero = alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=_TRUTH).encode(y="value:Q")
    chart: alt.LayerChart = alt.LayerChart(layer=[zero, points]).properties(height=HEIGHT_PX)
    return chart


def month_heat_map(cells: pl.DataFrame, *, title: str, language: Language) -> alt.LayerChart:
    """Years down, months across, darker for more; frame has year, month (1 to 12), shown (what colours a cell), label.

    A cell without a value stays empty; the label stands in the cell, so that colour is not all that tells.
    """
    offset = BUDDHIST_ERA_OFFSET if language == "th" else 0
    told = cells.with_columns(year=(pl.col("year") + offset).cast(pl.String))
    axis = alt.Axis(labelExpr=f"{_month_names(language)}[datum.value - 1]", labelAngle=0, orient="top")
    x, y = alt.X("month:O", title=None, axis=axis), alt.Y("year:O", title=None, sort="descending")
    base = alt.Chart(told)
    scale = alt.Scale(range=_HEAT)
    tooltip = [alt.Tooltip("year:O", title=" "), alt.Tooltip("label:N", title=title)]
    squares = base.mark_rect().encode(
        x=x, y=y, color=alt.Color("shown:Q", title=title, scale=scale, legend=None), tooltip=tooltip
    )
    # White can be read on the darkest quarter of the colours only.
    least, most = told.select(least=pl.col("shown").min(), most=pl.col("shown").max()).row(0)
    ink = alt.condition(alt.datum.shown > least + 0.75 * (most - least), alt.value("#ffffff"), alt.value(_TRUTH))
    words = base.mark_text(fontSize=11).encode(x=x, y=y, text="label:N", color=ink, tooltip=tooltip)
    chart: alt.LayerChart = alt.LayerChart(layer=[squares, words]).properties(height=alt.Step(26))
    return chart


def month_bars(frame: pl.DataFrame, *, y_title: str, language: Language) -> alt.LayerChart:
    """A bar for each month of a year with a line at 100; frame has month (1 to 12) and value."""
    axis = alt.Axis(labelExpr=f"{_month_names(language)}[datum.value - 1]", labelAngle=0)
    bars = (
        alt.Chart(frame)
        .mark_bar(color=_ACCENT)
        .encode(
            x=alt.X("month:O", title=None, axis=axis),
            y=alt.Y("value:Q", title=y_title),
            tooltip=[alt.Tooltip("value:Q", title=y_title, format=".1f")],
        )
    )
    even = alt.Chart(pl.DataFrame({"value": [100.0]})).mark_rule(color=_TRUTH, strokeDash=[4, 3]).encode(y="value:Q")
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
            color=alt.condition(alt.datum.points >= 0, alt.value(_ACCENT), alt.value(_SERIES[1])),
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("points:Q", title=x_title, format="+.1f")],
        )
        .properties(height=alt.Step(26))
    )
    return chart


def _month_names(language: Language) -> str:
    """The short names of the months as a JSON list, for an expression of the chart."""
    names = [format_date(date(2024, number, 1), language, style="LLL") for number in range(1, 13)]
    return json.dumps(names, ensure_ascii=False)
