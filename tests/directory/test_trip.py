"""A trip: read from an address, changed stop by stop, looked up and planned for its dates."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from directory.listing import Listing, Redirect
from directory.repository import save_listings
from directory.trip import (
    MAX_DAYS,
    MAX_STOPS,
    Found,
    Trip,
    add_day,
    add_stop,
    find_stops,
    move_stop,
    order_day,
    plan_days,
    read_trip,
    remove_day,
    remove_stop,
    spread,
    stop_to_day,
)
from tic.core.database import reading, writing
from tic.core.errors import BadInput

TWO_DAYS = Trip((("a", "b", "c"), ("d",)), date(2026, 12, 4))
PLACES = {
    "palace": ("The Grand Palace", 13.75, 100.4913, "Mo-Su 08:30-15:30"),
    "pho": ("Wat Pho", 13.7465, 100.493, None),
    "arun": ("Wat Arun", 13.7437, 100.4889, "whenever"),
    "museum": ("National Museum", 13.7576, 100.4923, "We-Su 09:00-16:00; PH off"),
}


def test_an_address_and_its_trip_say_the_same() -> None:
    trip, problems = read_trip("a,b,c~d", "2026-12-04")
    assert (trip, problems) == (TWO_DAYS, ())
    assert trip.params() == {"days": "a,b,c~d", "from": "2026-12-04"}
    assert read_trip("a~~b", "")[0].days == (("a",), (), ("b",))
    assert read_trip("", "") == (Trip(), ())


def test_what_cannot_be_read_is_said_and_the_rest_is_kept() -> None:
    trip, problems = read_trip("a,<script>,b", "tomorrow")
    assert trip == Trip((("a", "b"),))
    assert [str(problem) for problem in problems] == [
        "This is no id of a place, so it is left out: <script>.",
        "The first day cannot be read: tomorrow. Write it like 2026-12-05.",
    ]
    assert read_trip("a", "0001-01-01")[1]
    assert read_trip("a", "9999-12-31")[1]


def test_too_many_stops_and_days_are_cut_with_a_sentence() -> None:
    trip, problems = read_trip("~".join(f"p{n},q{n}" for n in range(MAX_DAYS + 9)), "")
    assert (len(trip.days), len(trip.ids)) == (MAX_DAYS, MAX_STOPS)
    assert [str(problem) for problem in problems] == ["A trip has at most 30 days. The days after them are left out."]
    trip, problems = read_trip(",".join(f"p{n}" for n in range(70)) + "~x~y", "")
    assert [len(day) for day in trip.days] == [60, 0, 0]
    assert [str(problem) for problem in problems] == ["A trip has at most 60 places. Those after them are left out."]


@given(st.text(), st.text())
def test_no_text_of_an_address_is_an_error(days: str, first: str) -> None:
    trip, problems = read_trip(days, first)
    assert len(problems) <= 7
    again, none = read_trip(trip.params().get("days", ""), trip.params().get("from", ""))
    assert (again, none) == (trip, ())


def test_stops_and_days_are_moved_without_losing_any() -> None:
    assert move_stop(TWO_DAYS, 0, 1, -1).days[0] == ("b", "a", "c")
    assert move_stop(TWO_DAYS, 0, 1, 1).days[0] == ("a", "c", "b")
    assert move_stop(TWO_DAYS, 0, 0, -1) == TWO_DAYS
    assert stop_to_day(TWO_DAYS, 0, 0, 1).days == (("b", "c"), ("d", "a"))
    assert stop_to_day(TWO_DAYS, 0, 0, 0) == TWO_DAYS
    assert remove_stop(TWO_DAYS, 0, 1).days == (("a", "c"), ("d",))
    assert add_stop(TWO_DAYS, "e").days == (("a", "b", "c"), ("d", "e"))
    assert add_stop(TWO_DAYS, "e", 0).days == (("a", "b", "c", "e"), ("d",))
    assert add_day(TWO_DAYS).days == (("a", "b", "c"), ("d",), ())
    assert remove_day(TWO_DAYS, 1).days == (("a", "b", "c", "d"),)
    assert remove_day(TWO_DAYS, 0).days == (("a", "b", "c", "d"),)
    assert remove_day(Trip((("a",),)), 0).days == (("a",),)
    assert all(changed.first == TWO_DAYS.first for changed in (add_day(TWO_DAYS), remove_day(TWO_DAYS, 0)))


def test_a_change_that_does_not_fit_the_trip_is_one_sentence() -> None:
    for change in (
        lambda: move_stop(TWO_DAYS, 0, 3, 1),
        lambda: remove_stop(TWO_DAYS, 2, 0),
        lambda: stop_to_day(TWO_DAYS, 0, 0, 2),
        lambda: add_day(Trip(((),) * MAX_DAYS)),
        lambda: add_stop(Trip((tuple("x" * MAX_STOPS),)), "y"),
        lambda: spread(TWO_DAYS, 0, {}),
    ):
        with pytest.raises(BadInput):
            change()


def listing(key: str) -> Listing:
    name, lat, lon, opening = PLACES[key]
    return Listing(id=key, name_en=name, lat=lat, lon=lon, opening_hours=opening, category="temple")


@pytest.fixture
def filled(database: Engine, now: datetime) -> Engine:
    gone = [
        Redirect(old_id="po", new_id="pho", reason="merged", at=now),
        Redirect(old_id="bar", new_id=None, reason="closed", at=now),
    ]
    with writing(database) as connection:
        save_listings(connection, [listing(key) for key in PLACES], {}, gone, now=now, scope=None)
    return database


def look_up(database: Engine, days: str) -> Found:
    with reading(database) as connection:
        return find_stops(connection, read_trip(days, "2026-12-04")[0])


def test_a_merged_place_is_followed_and_a_closed_or_unknown_one_is_named(filled: Engine) -> None:
    found = look_up(filled, "palace,po~bar,atlantis,arun")
    assert found.trip.days == (("palace", "pho"), ("arun",))
    assert found.merged == ("po",)
    closed = found.missing["bar"]
    assert closed is not None
    assert closed.reason == "closed"
    assert found.missing["atlantis"] is None


def test_two_stops_that_became_one_place_are_one_stop(filled: Engine) -> None:
    assert look_up(filled, "pho,po").trip.days == (("pho",),)
    assert look_up(filled, "pho~po").trip.days == (("pho",), ("pho",))
    assert look_up(filled, "palace,pho,palace").trip.days == (("palace", "pho", "palace"),)


def test_a_plan_has_dates_holidays_distances_and_the_hours_of_the_very_day(filled: Engine) -> None:
    found = look_up(filled, "palace,museum,pho~museum,arun")
    friday, saturday = plan_days(found, date(2026, 12, 4), "en")
    assert (friday.date, friday.holiday) == (date(2026, 12, 4), None)
    assert [stop.leg_km for stop in friday.stops] == [
        None,
        pytest.approx(0.85, abs=0.01),
        pytest.approx(1.24, abs=0.01),
    ]
    assert friday.km == pytest.approx(2.09, abs=0.01)
    museum = friday.stops[1]
    assert museum.hours is not None
    assert [(span.opens, span.closes) for span in museum.hours.spans] == [("09:00", "16:00")]
    assert friday.stops[2].hours is None
    # The National Day: a Saturday on which the museum would be open.
    assert saturday.holiday is not None
    assert "National Day" in saturday.holiday
    assert [stop.closed for stop in saturday.stops] == [True, False]
    assert saturday.stops[1].hours is None
    assert "วันชาติ" in str(plan_days(found, date(2026, 12, 4), "th")[1].holiday)


def test_an_empty_day_is_planned_as_such(filled: Engine) -> None:
    (day,) = plan_days(look_up(filled, ""), date(2026, 12, 4), "en")
    assert (day.stops, day.km) == ((), 0.0)


def test_a_day_is_ordered_by_distance_and_all_days_anew(filled: Engine) -> None:
    found = look_up(filled, "arun,museum,pho,palace~museum")
    assert order_day(found.trip, 0, found.points).days[0] == ("arun", "pho", "palace", "museum")
    kept = order_day(found.trip, 0, found.points, from_first=True)
    assert kept.days == (("arun", "pho", "palace", "museum"), ("museum",))
    halves = spread(look_up(filled, "arun,museum,pho,palace").trip, 2, found.points)
    assert halves.days == (("arun", "pho"), ("palace", "museum"))
    assert spread(found.trip, 1, found.points).days == (("arun", "pho", "palace", "museum", "museum"),)
