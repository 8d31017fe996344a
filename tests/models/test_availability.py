"""No figure is used before it was published."""

from __future__ import annotations

from datetime import date

import polars as pl

from models.availability import known_at, published


def vintages(*rows: tuple[date, float, date]) -> pl.DataFrame:
    """Months, values and the days on which they became known."""
    return pl.DataFrame(rows, schema={"ds": pl.Date, "y": pl.Float64, "known_on": pl.Date}, orient="row")


APRIL, MAY = date(2026, 4, 1), date(2026, 5, 1)


def test_a_figure_is_absent_the_day_before_it_was_published_and_there_on_the_day() -> None:
    figures = published(vintages((APRIL, 10, date(2026, 5, 20)), (MAY, 12, date(2026, 6, 18))), available_after_days=30)
    assert known_at(figures, date(2026, 6, 17)).rows() == [(APRIL, 10.0)]
    assert known_at(figures, date(2026, 6, 18)).rows() == [(APRIL, 10.0), (MAY, 12.0)]


def test_a_history_read_in_one_file_came_out_month_by_month_and_its_newest_month_on_the_day_of_the_file() -> None:
    figures = published(vintages((APRIL, 10, date(2026, 9, 1)), (MAY, 12, date(2026, 9, 1))), available_after_days=30)
    assert figures.rows() == [(APRIL, 10.0, date(2026, 5, 30)), (MAY, 12.0, date(2026, 9, 1))]
    assert known_at(figures, date(2026, 5, 29)).is_empty()
    assert known_at(figures, date(2026, 5, 30)).rows() == [(APRIL, 10.0)]
    assert known_at(figures, date(2026, 8, 31)).rows() == [(APRIL, 10.0)]


def test_what_was_known_before_the_usual_day_counts_from_when_it_was_known() -> None:
    told = vintages((APRIL, 10, date(2026, 6, 1)), (MAY, 12, date(2026, 6, 1)))
    assert published(told, available_after_days=60).rows()[0] == (APRIL, 10.0, date(2026, 6, 1))


def test_a_figure_stands_as_it_stood_then_and_its_revision_counts_from_its_own_day() -> None:
    revised = vintages((MAY, 12, date(2026, 6, 18)), (MAY, 15, date(2026, 9, 3)))
    figures = published(revised, available_after_days=0)
    assert known_at(figures, date(2026, 9, 2)).rows() == [(MAY, 12.0)]
    assert known_at(figures, date(2026, 9, 3)).rows() == [(MAY, 15.0)]
