"""What the calendar puts into a month: holidays that move from year to year, weekends, days off, its length.

Dates are those of the library `holidays`: Thailand's days off; Chinese New Year, Good Friday, Eid al-Fitr and Diwali
as Singapore keeps them; the first day of Ramadan as Brunei does. What moves with the moon is estimated there for years
to come. Songkran (13 to 15 April) and China's National Day week (1 to 7 October) never move: the season holds them.
School holidays of the main markets are not in any kept library, but for those that go with these days.

They are shown beside forecasts and are no regressor: as features of the global models they made the backtest of
provinces worse (MASE of gradient boosting 1.583 instead of 1.555, of extra trees 1.825 instead of 1.662), because two
years since COVID-19 hold each of these days twice at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import polars as pl

FIRST_YEAR: Final = 1980
LAST_YEAR: Final = 2060
EFFECTS: Final = (
    "days",
    "weekend_days",
    "thai_days_off",
    "chinese_new_year",
    "easter",
    "ramadan",
    "eid",
    "diwali",
)
"""Columns of `month_effects`: days of the month that are ..., each a whole number."""
_SEASONS: Final = {
    "chinese_new_year": ("SG", "Chinese New Year", -3, 10),
    "easter": ("SG", "Good Friday", -7, 7),
    "eid": ("SG", "Eid al-Fitr", 0, 7),
    "diwali": ("SG", "Diwali", -3, 7),
}
"""Effect -> country and name of the holiday, and the first and last day about it on which people travel."""
_LONGEST_RAMADAN: Final = 30


@lru_cache(maxsize=1)
def month_effects() -> pl.DataFrame:
    """Every month from FIRST_YEAR to LAST_YEAR: ds (its first day) and EFFECTS (Int64)."""
    days = pl.DataFrame({"day": pl.date_range(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31), "1d", eager=True)})
    weekend = pl.col("day").dt.weekday() > 5
    marked = days.with_columns(
        days=pl.lit(True),
        weekend_days=weekend,
        thai_days_off=pl.col("day").is_in(_thai_days_off()) & ~weekend,
        ramadan=pl.col("day").is_in(list(_ramadan())),
        **{name: pl.col("day").is_in(list(_around(*of))) for name, of in _SEASONS.items()},
    )
    months = marked.group_by(ds=pl.col("day").dt.truncate("1mo")).agg(pl.col(EFFECTS).sum().cast(pl.Int64))
    return months.sort("ds")


def _thai_days_off() -> list[date]:
    import holidays

    return list(holidays.country_holidays("TH", years=range(FIRST_YEAR, LAST_YEAR + 1)))


@lru_cache(maxsize=8)
def _named(country: str, name: str) -> tuple[date, ...]:
    """The days of that name in all years, those off in lieu of them left out."""
    import holidays

    known = holidays.country_holidays(country, years=range(FIRST_YEAR, LAST_YEAR + 1), language="en_US")
    return tuple(sorted(day for day, told in known.items() if name in told and "observed" not in told))


def _around(country: str, name: str, before: int, after: int) -> Iterator[date]:
    """The days of travel about each occurrence; of days in a row with one name the first counts."""
    days = set(_named(country, name))
    for first in sorted(day for day in days if day - timedelta(days=1) not in days):
        yield from (first + timedelta(days=step) for step in range(before, after + 1))


def _ramadan() -> Iterator[date]:
    eid = _named("SG", "Eid al-Fitr")
    for first in _named("BN", "First Day of Ramadan"):
        end = next((day for day in eid if day > first), first + timedelta(days=_LONGEST_RAMADAN))
        length = min((end - first).days, _LONGEST_RAMADAN)
        yield from (first + timedelta(days=step) for step in range(length))
