"""The builders of charts, by the specification they give to the browser."""

from __future__ import annotations

from datetime import date

import polars as pl

from pages._charts import fan, month_labels, monthly_lines, years_compared

SERIES = pl.DataFrame({"period": [date(2025, 1, 1), date(2026, 1, 1)], "value": [1.0, 2.0]})
AHEAD = pl.DataFrame(
    {"ds": [date(2026, 2, 1)], "yhat": [3.0], "lo_80": [2.0], "hi_80": [4.0], "lo_95": [1.0], "hi_95": [5.0]}
)


def rows(chart: dict[str, object]) -> list[dict[str, object]]:
    """The data of a chart."""
    (values,) = chart["datasets"].values()  # type: ignore[attr-defined]
    return list(values)


def test_months_are_named_in_both_languages_with_their_eras() -> None:
    assert month_labels(SERIES["period"], "en").to_list() == ["January 2025", "January 2026"]
    assert month_labels(SERIES["period"], "th").to_list() == ["มกราคม 2568", "มกราคม 2569"]


def test_a_thai_axis_counts_years_in_the_buddhist_era() -> None:
    thai, english = (
        monthly_lines(SERIES.with_columns(series=pl.lit("a")), y_title="people", language=language).to_dict()
        for language in ("th", "en")
    )
    assert thai["encoding"]["x"]["axis"]["labelExpr"] == "year(datum.value) + 543"
    assert english["encoding"]["x"]["axis"]["labelExpr"] == "year(datum.value) + 0"
    assert thai["encoding"]["y"]["title"] == "people"


def test_years_lie_over_each_other_by_month_the_newest_first() -> None:
    chart = years_compared(SERIES, y_title="people", language="th").to_dict()
    assert chart["encoding"]["color"]["sort"] == ["2569", "2568"]
    assert {row["number"] for row in rows(chart)} == {1}
    assert "ม.ค." in chart["encoding"]["x"]["axis"]["labelExpr"]


def test_a_fan_has_two_bands_the_past_and_the_forecast() -> None:
    chart = fan(SERIES, AHEAD, y_title="people", language="en").to_dict()
    marks = [layer["mark"]["type"] for layer in chart["layer"]]
    assert marks == ["area", "area", "line", "line"]
    bands = [(layer["encoding"]["y"]["field"], layer["encoding"]["y2"]["field"]) for layer in chart["layer"][:2]]
    assert bands == [("lo_95", "hi_95"), ("lo_80", "hi_80")]
    told = [field["title"] for field in chart["layer"][3]["encoding"]["tooltip"]]
    assert told == [" ", "people", "80 % ↓", "80 % ↑", "95 % ↓", "95 % ↑"]
