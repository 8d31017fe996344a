"""What is due, late or has stopped coming."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.releases import newest_issues, release_calendar


def issue(source: str, frequency: str, last: date, as_of: date | None) -> pl.DataFrame:
    schema = {"source": pl.String, "frequency": pl.String, "last_period": pl.Date, "as_of": pl.Date}
    return pl.DataFrame([(source, frequency, last, as_of)], schema=schema, orient="row")


MAY = issue("monthly_arrivals", "M", date(2026, 5, 1), date(2026, 6, 10))


@pytest.mark.parametrize(
    ("today", "state", "days_late"),
    [
        (date(2026, 6, 20), "on_time", 0),
        (date(2026, 7, 1), "due", 0),
        (date(2026, 7, 10), "due", 0),
        (date(2026, 7, 11), "late", 1),
        (date(2027, 1, 6), "late", 180),
        (date(2027, 1, 7), "stopped", 181),
    ],
)
def test_a_month_is_due_as_long_after_its_end_as_the_last_one_was(today: date, state: str, days_late: int) -> None:
    row = release_calendar(MAY, {"monthly_arrivals": "monthly"}, today).row(0, named=True)
    assert (row["due_on"], row["state"], row["days_late"]) == (date(2026, 7, 10), state, days_late)


def test_months_that_are_published_once_a_year_are_due_a_year_later() -> None:
    row = release_calendar(
        issue("by_region", "M", date(2025, 12, 1), None), {"by_region": "yearly"}, date(2026, 6, 1)
    ).row(0, named=True)
    assert (row["due_on"], row["state"]) == (date(2026, 12, 31), "on_time")


def test_what_is_never_renewed_is_final_and_a_source_without_schedule_is_left_out() -> None:
    both = pl.concat([MAY, issue("book", "M", date(2022, 12, 1), None)])
    told = release_calendar(both, {"book": "never"}, date(2026, 7, 20))
    assert told.select("source", "state", "due_on").rows() == [("book", "final", None)]


def test_the_worst_come_first() -> None:
    both = pl.concat([MAY, issue("old", "M", date(2024, 9, 1), date(2024, 10, 1))])
    told = release_calendar(both, {"old": "monthly", "monthly_arrivals": "monthly"}, date(2026, 7, 20))
    assert told["source"].to_list() == ["old", "monthly_arrivals"]


def test_the_newest_issue_of_a_source_is_that_of_its_newest_period() -> None:
    rows = [
        ("arrivals", "persons", "TH", "all", "M", date(2026, month, 1), 1.0, "final", "feed", date(2026, month + 1, 5))
        for month in (4, 5)
    ]
    frame = pl.DataFrame(rows, schema=OBSERVATION_SCHEMA, orient="row")
    assert newest_issues(frame.lazy()).rows() == [("feed", "M", date(2026, 5, 1), date(2026, 6, 5))]
