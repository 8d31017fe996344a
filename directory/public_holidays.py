"""Public holidays of Thailand in opening hours: rules for `PH` become rules for dates, which every reader knows.

Dates are those of the library `holidays`, substitution days and the cabinet's special holidays included; those of
years to come are as far as they have been announced or follow from the law.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

import holidays
from opening_hours import OpeningHours, validate

from tic.core.i18n import BANGKOK, Language

_NOT_DAYS_OFF: Final = "Children's Day"
"""In the library's calendar, but nobody's day off: museums and parks invite children then."""
_HOLIDAY: Final = r"PH(?: [+-]?\d+ days?)?"
_WEEKDAY: Final = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_ITEM: Final = rf"(?:{_HOLIDAY}|SH|{_WEEKDAY}(?:-{_WEEKDAY})?(?:\[[^\]]*\](?: [+-]?\d+ days?)?)?)"
_SELECTOR: Final = re.compile(rf"(?<![A-Za-z]){_ITEM}(?:,{_ITEM})*(?![A-Za-z])")
_IN_SELECTOR: Final = re.compile(rf"{_ITEM}")
_SPACED_LIST: Final = re.compile(rf"PH\s*,\s+(?={_WEEKDAY})")
"""As people write it; the library would read the blank as the end of a rule that opens all day on holidays."""
_OFFSET: Final = re.compile(r"[+-]?\d+")
_COMMENT: Final = re.compile(r'"[^"]*"')
_HELD_COMMENT: Final = re.compile(r'"(\d+)"')
_SEPARATOR: Final = re.compile(r'(; | \|\| |(?<=[\d+"dfn]), (?=[A-Z]|week|\d{4}))')


@lru_cache(maxsize=64)
def public_holidays(year: int) -> tuple[date, ...]:
    """The days off of a year in Thailand, in order."""
    found = holidays.country_holidays("TH", years=year, language="en_US")
    return tuple(sorted(day for day, name in found.items() if _NOT_DAYS_OFF not in name))


def holiday_name(day: date, language: Language) -> str | None:
    """What a day off in Thailand is called, several names with a comma between; None on any other day."""
    if day not in public_holidays(day.year):
        return None
    return ", ".join(_names(day.year, language)[day].split("; "))


@lru_cache(maxsize=64)
def _names(year: int, language: Language) -> dict[date, str]:
    return dict(holidays.country_holidays("TH", years=year, language="th" if language == "th" else "en_US").items())


def with_dates(expression: str, years: tuple[int, ...]) -> str:
    """A readable expression whose rules for public holidays name the dates of some years instead.

    Returned as it is when it has no such rule, or one that cannot be written with dates.
    """
    if "PH" not in expression:
        return expression
    canonical = str(OpeningHours(_SPACED_LIST.sub("PH,", expression)))
    comments: list[str] = _COMMENT.findall(canonical)
    numbers = iter(range(len(comments)))
    bare = _COMMENT.sub(lambda _: f'"{next(numbers)}"', canonical)
    parts = _SEPARATOR.split(bare)
    rules = [_dated(parts[0], "; ", years)]
    for separator, rule in zip(parts[1::2], parts[2::2], strict=True):
        rules += [separator, _dated(rule, separator, years)]
    text = _HELD_COMMENT.sub(lambda number: comments[int(number[1])], "".join(rules))
    return text if validate(text) else expression


def _dated(rule: str, separator: str, years: tuple[int, ...]) -> str:
    """A rule for weekdays and holidays as one for weekdays and, after the same separator, one for dates."""
    selector = next((found for found in _SELECTOR.finditer(rule) if "PH" in found[0]), None)
    if selector is None:
        return rule
    before, after = rule[: selector.start()], rule[selector.end() :]
    items = _IN_SELECTOR.findall(selector[0])
    shifts = [_shift(item) for item in items if item.startswith("PH")]
    days = sorted({day + timedelta(days=shift) for year in years for day in public_holidays(year) for shift in shifts})
    dates = ",".join(f"{day:%Y %b} {day.day}" for day in days if _is_within(before.strip(), day))
    others = ",".join(item for item in items if not item.startswith("PH"))
    rules = [f"{before}{others}{after}"] if others else []
    return separator.join([*rules, f"{dates}{after}"] if dates else rules or [f"{before}{selector[0]}{after}"])


def _shift(item: str) -> int:
    offset = _OFFSET.search(item)
    return int(offset[0]) if offset else 0


@lru_cache(maxsize=4096)
def _is_within(season: str, day: date) -> bool:
    """Whether a day is in the months, dates or weeks of a rule; any day is in none."""
    if not season:
        return True
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=BANGKOK)
    return bool(OpeningHours(f"{season} 00:00-24:00", timezone=BANGKOK).is_open(noon))
