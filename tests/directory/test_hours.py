"""Opening hours as days, as the state at a moment, and as a regular week."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from directory.hours import OpenState, Span, can_be_read, regular_week, state_at, week_from
from tic.core.geo import Point
from tic.core.i18n import BANGKOK

MONDAY = date(2026, 11, 23)


def spans(expression: str) -> list[list[tuple[str, str]]]:
    return [[(span.opens, span.closes) for span in day.spans] for day in week_from(expression, MONDAY)]


@pytest.mark.parametrize(
    ("expression", "monday", "sunday"),
    [
        ("Mo-Fr 09:00-17:00", [("09:00", "17:00")], []),
        ("24/7", [("00:00", "24:00")], [("00:00", "24:00")]),
        ("Mo 10:00-12:00,13:00-24:00", [("10:00", "12:00"), ("13:00", "24:00")], []),
        ("Su 18:00-02:00", [], [("18:00", "02:00")]),
        ("off", [], []),
    ],
)
def test_a_day_has_the_spans_that_begin_on_it(
    expression: str, monday: list[tuple[str, str]], sunday: list[tuple[str, str]]
) -> None:
    week = spans(expression)
    assert len(week) == 7
    assert (week[0], week[6]) == (monday, sunday)


def test_a_night_that_began_the_day_before_is_not_counted_twice() -> None:
    (monday, *_) = week_from("Mo-Su 20:00-03:00", MONDAY)
    assert [(span.opens, span.closes) for span in monday.spans] == [("20:00", "03:00")]


def test_sunrise_is_that_of_the_place() -> None:
    (north,), (south,) = (
        week_from("sunrise-sunset", MONDAY, point=point, days=1) for point in (Point(20.4, 99.9), Point(6.4, 101.8))
    )
    assert north.spans[0].opens > south.spans[0].opens


def test_remarks_and_doubt_are_kept() -> None:
    assert week_from('Mo 09:00-12:00 unknown "by appointment"', MONDAY)[0].spans == (
        Span("09:00", "12:00", "by appointment", certain=False),
    )


def test_what_is_no_expression_has_no_days() -> None:
    assert week_from("when the monks are up", MONDAY) == ()
    assert state_at("when the monks are up", datetime.now(UTC)) is None
    assert not can_be_read("when the monks are up")
    assert can_be_read("Mo-Fr 09:00-17:00; PH off")


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (8, OpenState(False, datetime(2026, 11, 23, 9, 0, tzinfo=BANGKOK))),
        (10, OpenState(True, datetime(2026, 11, 23, 17, 0, tzinfo=BANGKOK))),
        (18, OpenState(False, datetime(2026, 11, 24, 9, 0, tzinfo=BANGKOK))),
    ],
)
def test_a_moment_is_open_or_closed_until_the_next_change(hour: int, expected: OpenState) -> None:
    assert state_at("Mo-Fr 09:00-17:00", datetime(2026, 11, 23, hour, tzinfo=BANGKOK)) == expected


def test_moments_of_other_time_zones_are_those_of_bangkok() -> None:
    found = state_at("Mo 09:00-17:00", datetime(2026, 11, 23, 2, 30, tzinfo=UTC))
    assert found == OpenState(True, datetime(2026, 11, 23, 17, 0, tzinfo=BANGKOK))


def test_what_never_changes_has_no_end() -> None:
    now = datetime(2026, 11, 23, 10, tzinfo=BANGKOK)
    assert state_at("24/7", now) == OpenState(True, None)
    assert state_at("off", now) == OpenState(False, None)
    assert state_at("Mo-Su 00:00-24:00 unknown", now) == OpenState(None, None)


def test_a_regular_week_is_the_same_all_year() -> None:
    week = regular_week("Mo-Fr 09:00-17:00; Sa 18:00-02:00; PH off")
    assert week is not None
    assert week[0] == (Span("09:00", "17:00"),)
    assert week[5] == (Span("18:00", "02:00"),)
    assert week[6] == ()


@pytest.mark.parametrize(
    "expression",
    ["Apr-Sep Mo 09:00-17:00", "Mo[1] 09:00-12:00", "sunrise-sunset", "Mo 09:00-17:00 unknown", "nonsense"],
)
def test_what_differs_from_week_to_week_or_is_not_certain_is_not_regular(expression: str) -> None:
    assert regular_week(expression) is None
