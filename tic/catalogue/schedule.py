"""How old data may be: a publisher's schedule, and the time that gathering and checking take."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_ALLOWED: Final = {
    "daily": timedelta(days=3),
    "weekly": timedelta(days=14),
    "monthly": timedelta(days=61),
    "quarterly": timedelta(days=182),
    "yearly": timedelta(days=548),
}
"""One interval of the schedule and as long again for the work on it (a year: half of one). What is published `never`
again or with a `release` is not measured by the calendar."""

_MONTHS: Final = {"M": 1, "Q": 3, "Y": 12}


def overdue_before(schedule: str, today: date) -> date | None:
    """The day up to which data of this schedule must be there; None when nothing is due any more."""
    allowed = _ALLOWED.get(schedule)
    return None if allowed is None else today - allowed


def periods_before(limit: date, frequency: str, count: int) -> list[date]:
    """First days of the latest `count` months, quarters or years that ended on or before a day, oldest first."""
    months = _MONTHS[frequency]
    running = limit.year * 12 + limit.month - 1
    newest = running // months * months
    # The period in which the day lies has ended only when the day is its last one.
    if _first_day(newest + months) - timedelta(days=1) > limit:
        newest -= months
    return [_first_day(newest - months * back) for back in reversed(range(count))]


def _first_day(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
