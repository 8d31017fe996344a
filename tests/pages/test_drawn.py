"""Charts of pages: what the browser gets is what Altair would give it, and is never older than its figures."""

from __future__ import annotations

from datetime import date
from functools import partial
from io import BytesIO

import polars as pl
import pytest

from pages._charts import contribution_bars, fan, month_bars, month_heat_map, monthly_lines, years_compared
from pages._drawn import key_of, specification
from pages._marks import lines_with_marks
from pages._quality import trend_chart
from tic.desk.events import shipped_events
from tic.reports.document import AnyChart

MONTHS = pl.DataFrame({"period": [date(2025, 1, 1), date(2026, 1, 1)], "value": [1.0, 2.0]})
LINES = MONTHS.with_columns(series=pl.lit("Arrivals"))
AHEAD = pl.DataFrame({"ds": [date(2026, 2, 1)], "yhat": [3.0], "lo_80": [2.0], "hi_80": [4.0]})
CHANGES = pl.DataFrame(
    {
        "series": ["Arrivals"],
        "period": [date(2025, 1, 1)],
        "known_on": [date(2025, 3, 1)],
        "before": [0.5],
        "after": [1.0],
        "change_pct": [100.0],
    }
)
CELLS = pl.DataFrame({"year": [2025, 2026], "month": [1, 2], "shown": [1.0, 2.0], "label": ["1", "2"]})
BARS = pl.DataFrame({"name": ["Europe"], "points": [1.5]})
SCORES = pl.DataFrame({"series": ["Overall"], "value": [90.0], "moment": ["1 May 2026, 10:00"]})
DRAWINGS: list[partial[AnyChart]] = [
    partial(monthly_lines, LINES, y_title="people", language="th"),
    partial(years_compared, MONTHS, y_title="people", language="en"),
    partial(fan, MONTHS, AHEAD, y_title="people", language="en"),
    partial(month_bars, pl.DataFrame({"month": [1], "value": [90.0]}), y_title="index", language="th"),
    partial(month_heat_map, CELLS, title="people", language="en"),
    partial(contribution_bars, BARS, x_title="points"),
    partial(lines_with_marks, LINES, shipped_events()[:2], CHANGES, y_title="people", language="en"),
    partial(trend_chart, SCORES, "en"),
]


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.func.__name__)
def test_a_chart_of_a_page_is_altair_s_own_with_its_figures_beside_it(drawing: partial[AnyChart]) -> None:
    def undressed(node: object) -> object:
        """Without the names of views and data, which count up."""
        if isinstance(node, dict):
            return {key: undressed(value) for key, value in node.items() if key not in {"name", "config", "datasets"}}
        return [undressed(item) for item in node] if isinstance(node, list) else node

    whole, ours = drawing().to_dict(), specification(drawing())
    assert undressed(ours) == undressed(whole)
    heights = sorted(pl.read_ipc_stream(BytesIO(part)).height for part in ours["datasets"].values())
    assert heights == sorted(len(part) for part in whole["datasets"].values())


def test_the_same_figures_have_one_key_and_a_change_of_any_has_another() -> None:
    first = partial(monthly_lines, LINES, y_title="people", language="en")
    again = partial(monthly_lines, LINES.clone(), y_title="people", language="en")
    others = [
        partial(monthly_lines, LINES.with_columns(pl.col("value") + 1e-9), y_title="people", language="en"),
        partial(monthly_lines, LINES, y_title="persons", language="en"),
        partial(years_compared, LINES, y_title="people", language="en"),
    ]
    assert key_of(first, "en") == key_of(again, "en")
    assert len({key_of(drawing, "en") for drawing in [first, *others]} | {key_of(first, "th")}) == 5
