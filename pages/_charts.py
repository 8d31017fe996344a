"""Builders of Altair charts of the pages: pure functions from small frames to a chart, in the reader's language.

Those that briefings show, too, stand in tic.reports.charts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import polars as pl
from shapely import orient_polygons
from shapely.geometry import mapping, shape

from tic.core.areas import province_shapes
from tic.core.i18n import BUDDHIST_ERA_OFFSET, Language
from tic.reports.charts import (
    HEIGHT_PX,
    SERIES,
    TRUTH,
    contribution_bars,
    fan,
    month_bars,
    month_labels,
    month_names,
    monthly_lines,
    named_lines,
    values_axis,
    years_axis,
)

__all__ = [
    "contribution_bars",
    "fan",
    "month_bars",
    "month_heat_map",
    "month_labels",
    "monthly_lines",
    "residual_points",
    "years_compared",
]
_HEAT = ["#e8f3f1", "#a9d2cc", "#4c9f99", "#0b5a5a"]


def years_compared(frame: pl.DataFrame, *, y_title: str, language: Language) -> alt.Chart:
    """Months across, one line per year, the newest first in the legend; frame has period, value."""
    offset = BUDDHIST_ERA_OFFSET if language == "th" else 0
    told = frame.select(
        "value",
        number=pl.col("period").dt.month(),
        series=(pl.col("period").dt.year() + offset).cast(pl.String),
        month=month_labels(frame["period"], language),
    )
    axis = alt.Axis(labelExpr=f"{month_names(language)}[datum.value - 1]", labelAngle=0)
    order = sorted(told["series"].unique().to_list(), reverse=True)
    chart: alt.Chart = (
        alt.Chart(told)
        .mark_line(point=True)
        .encode(
            x=alt.X("number:O", title=None, axis=axis),
            y=values_axis(y_title),
            color=named_lines(order),
            tooltip=[alt.Tooltip("month:N", title=" "), alt.Tooltip("value:Q", title=y_title, format=",.0f")],
        )
        .properties(height=HEIGHT_PX)
    )
    return chart


def residual_points(frame: pl.DataFrame, *, y_title: str, legend: str, language: Language) -> alt.LayerChart:
    """Errors of past forecasts by month, a colour and a shape for each `series`; frame has period, value, series."""
    told = frame.with_columns(month_labels(frame["period"], language))
    order = frame["series"].unique(maintain_order=True).sort().to_list()
    scale = alt.Scale(domain=order, range=SERIES)
    key = alt.Legend(orient="bottom", title=legend)
    points = (
        alt.Chart(told)
        .mark_point(filled=True, size=45)
        .encode(
            x=years_axis(language),
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
    zero = alt.Chart(pl.DataFrame({"value": [0.0]})).mark_rule(color=TRUTH).encode(y="value:Q")
    chart: alt.LayerChart = alt.LayerChart(layer=[zero, points]).properties(height=HEIGHT_PX)
    return chart


def month_heat_map(cells: pl.DataFrame, *, title: str, language: Language) -> alt.LayerChart:
    """Years down, months across, darker for more; frame has year, month (1 to 12), shown (what colours a cell), label.

    A cell without a value stays empty; the label stands in the cell, so that colour is not all that tells.
    """
    offset = BUDDHIST_ERA_OFFSET if language == "th" else 0
    told = cells.with_columns(year=(pl.col("year") + offset).cast(pl.String))
    axis = alt.Axis(labelExpr=f"{month_names(language)}[datum.value - 1]", labelAngle=0, orient="top")
    x, y = alt.X("month:O", title=None, axis=axis), alt.Y("year:O", title=None, sort="descending")
    base = alt.Chart(told)
    scale = alt.Scale(range=_HEAT)
    tooltip = [alt.Tooltip("year:O", title=" "), alt.Tooltip("label:N", title=title)]
    squares = base.mark_rect().encode(
        x=x, y=y, color=alt.Color("shown:Q", title=title, scale=scale, legend=None), tooltip=tooltip
    )
    # White can be read on the darkest quarter of the colours only.
    least, most = told.select(least=pl.col("shown").min(), most=pl.col("shown").max()).row(0)
    ink = alt.condition(alt.datum.shown > least + 0.75 * (most - least), alt.value("#ffffff"), alt.value(TRUTH))
    words = base.mark_text(fontSize=11).encode(x=x, y=y, text="label:N", color=ink, tooltip=tooltip)
    chart: alt.LayerChart = alt.LayerChart(layer=[squares, words]).properties(height=alt.Step(26))
    return chart


@lru_cache(maxsize=1)
def _outlines() -> dict[str, dict[str, Any]]:
    """Province -> GeoJSON feature. The projection takes what lies to the right of a line as its inside: clockwise."""
    features = province_shapes()["features"]
    return {
        item["properties"]["code"]: {
            "type": "Feature",
            "geometry": mapping(orient_polygons(shape(item["geometry"]), exterior_cw=True)),
        }
        for item in features
    }


def province_map(frame: pl.DataFrame, *, title: str) -> alt.Chart:
    """Provinces by value, darker for more, as a picture to take away; frame has area, value. No figure: grey."""
    values = dict(frame.select("area", "value").iter_rows())
    shapes = [{**outline, "value": values.get(code)} for code, outline in _outlines().items()]
    scale = alt.Scale(range=_HEAT, type="quantile")
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=shapes))
        .mark_geoshape(stroke="#ffffff", strokeWidth=0.4)
        .encode(
            color=alt.condition(
                "isValid(datum.value)",
                alt.Color("value:Q", title=title, scale=scale, legend=alt.Legend(format="~s")),
                alt.value("#d7dddc"),
            )
        )
        .project(type="mercator")
        .properties(height=720)
    )
    return chart
