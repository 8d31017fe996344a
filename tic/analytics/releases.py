"""The release calendar: which figures are due, late or no longer coming, by schedule and what came last.

An issue is expected one interval of its schedule after the last, with the delay that the last one had after the end of
its period. Dates are those of Asia/Bangkok.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

import polars as pl

State = Literal["on_time", "due", "late", "stopped", "final"]
STATES: Final[tuple[State, ...]] = ("stopped", "late", "due", "on_time", "final")
"""The worst first. due: within the next two weeks; stopped: two issues and half a year late; final: never renewed."""
_INTERVALS: Final = {"daily": "1d", "weekly": "1w", "monthly": "1mo", "quarterly": "1q", "yearly": "1y"}
_PERIODS: Final = {"D": "1d", "M": "1mo", "Q": "1q", "Y": "1y"}
_SOON_DAYS: Final = 14
_HALF_A_YEAR_DAYS: Final = 180
_SCHEMA: Final = {
    "source": pl.String,
    "schedule": pl.String,
    "frequency": pl.String,
    "last_period": pl.Date,
    "as_of": pl.Date,
    "due_on": pl.Date,
    "days_late": pl.Int64,
    "state": pl.String,
}


def newest_issues(observations: pl.LazyFrame) -> pl.DataFrame:
    """The newest period of each source: source, frequency, last_period (its first day), as_of."""
    # By period first: a window over all figures would hold them all in memory.
    issues = observations.group_by("source", "period", "frequency").agg(pl.col("as_of").max())
    return (
        issues.collect(engine="streaming")
        .sort("source", "period", "as_of", "frequency")
        .unique("source", keep="last", maintain_order=True)
        .select("source", "frequency", last_period="period", as_of="as_of")
    )


def release_calendar(issues: pl.DataFrame, schedules: Mapping[str, str], today: date) -> pl.DataFrame:
    """Each source of `newest_issues` whose schedule is known: source, schedule, frequency, last_period, as_of, due_on,
    days_late (0 when nothing is), state; the worst first. due_on is null for what is never renewed.
    """
    rows = [_row(row, schedules[row["source"]], today) for row in issues.to_dicts() if row["source"] in schedules]
    order = pl.col("state").replace_strict({state: rank for rank, state in enumerate(STATES)}, return_dtype=pl.Int64)
    return pl.DataFrame(rows, schema=_SCHEMA).sort(order, -pl.col("days_late"), "source")


def _row(issue: Mapping[str, object], schedule: str, today: date) -> dict[str, object]:
    told = {**issue, "schedule": schedule}
    interval = _INTERVALS.get(schedule)
    if interval is None:
        return {**told, "due_on": None, "days_late": 0, "state": "final"}
    dates = pl.DataFrame(
        {"last": [issue["last_period"]], "as_of": [issue["as_of"]]}, schema={"last": pl.Date, "as_of": pl.Date}
    )
    end = pl.col("last").dt.offset_by(_PERIODS[str(issue["frequency"])]).dt.offset_by("-1d")
    following, lag = end.dt.offset_by(interval), (pl.col("as_of") - end).dt.total_days()
    length = (following - end).dt.total_days()
    due_on, length_days = dates.select(
        due_on=following + pl.duration(days=lag.fill_null(0).clip(0).clip(upper_bound=length)), length=length
    ).row(0)
    days_late = max((today - due_on).days, 0)
    return {**told, "due_on": due_on, "days_late": days_late, "state": _state(days_late, length_days, due_on, today)}


def _state(days_late: int, interval_days: int, due_on: date, today: date) -> State:
    if days_late > max(2 * interval_days, _HALF_A_YEAR_DAYS):
        return "stopped"
    if days_late:
        return "late"
    return "due" if (due_on - today).days <= _SOON_DAYS else "on_time"
