"""Public holidays of Thailand in opening hours, on days that have been."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from directory.hours import regular_week, state_at, week_from
from directory.public_holidays import holiday_name, public_holidays, with_dates
from tic.core.i18n import BANGKOK


def is_open(expression: str, *moment: int) -> bool | None:
    found = state_at(expression, datetime(*moment, tzinfo=BANGKOK))  # type: ignore[misc, arg-type]
    assert found is not None
    return found.is_open


def test_songkran_and_substitution_days_are_holidays_but_childrens_day_is_not() -> None:
    days = public_holidays(2026)
    assert {date(2026, 4, 13), date(2026, 4, 14), date(2026, 4, 15), date(2026, 12, 7), date(2026, 6, 1)} <= {*days}
    assert date(2026, 1, 10) not in days


def test_a_holiday_has_its_name_in_both_languages_and_other_days_have_none() -> None:
    assert holiday_name(date(2026, 4, 13), "en") == "Songkran Festival"
    assert holiday_name(date(2026, 4, 13), "th") == "วันสงกรานต์"
    assert "National Day" in str(holiday_name(date(2026, 12, 5), "en")).split(", ")
    assert holiday_name(date(2026, 1, 10), "en") is None
    assert holiday_name(date(2026, 4, 16), "en") is None


@pytest.mark.parametrize(
    ("expression", "moment", "expected"),
    [
        ("Mo-Fr 09:00-17:00; PH off", (2026, 4, 13, 10), False),
        ("Mo-Fr 09:00-17:00; PH off", (2026, 4, 16, 10), True),
        ("Mo-Fr 09:00-17:00; PH off", (2026, 12, 7, 10), False),
        ("PH 10:00-16:00", (2026, 4, 14, 12), True),
        ("PH 10:00-16:00", (2026, 4, 16, 12), False),
        ("Su,PH 10:00-16:00", (2026, 4, 15, 12), True),
        ("Su,PH 10:00-16:00", (2026, 4, 19, 12), True),
        ("Su,PH 10:00-16:00", (2026, 4, 16, 12), False),
        ("24/7; PH off", (2026, 4, 13, 3), False),
        ("24/7; PH off", (2026, 4, 12, 3), True),
        ("PH, Tu-Su 11:00-21:00", (2026, 4, 13, 22), False),
        ("Mo-Su 10:00-18:00; Apr-Jun PH off", (2026, 4, 13, 12), False),
        ("Mo-Su 10:00-18:00; May-Jun PH off", (2026, 4, 13, 12), True),
        ("Mo-Fr 09:00-17:00; PH -1 day off", (2026, 4, 14, 10), False),
        ("Mo-Su 18:00-02:00; PH off", (2026, 4, 14, 1), False),
    ],
)
def test_a_place_keeps_its_rules_for_public_holidays(expression: str, moment: tuple[int, ...], expected: bool) -> None:
    assert is_open(expression, *moment) is expected


def test_a_week_shows_the_holiday_closed_and_the_regular_week_does_not() -> None:
    week = week_from("Mo-Fr 09:00-17:00; PH off", date(2026, 4, 13))
    assert [day.date.day for day in week if day.spans] == [16, 17]
    regular = regular_week("Mo-Fr 09:00-17:00; PH off")
    assert regular is not None
    assert [weekday for weekday, spans in regular.items() if spans] == [0, 1, 2, 3, 4]


def test_a_comment_that_speaks_of_holidays_is_left_alone() -> None:
    dated = with_dates('Mo-Fr 09:00-17:00; PH off "closed; PH, too"', (2026,))
    assert dated.endswith('closed "closed; PH, too"')
    assert "2026 Apr 13,2026 Apr 14,2026 Apr 15," in dated
