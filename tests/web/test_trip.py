"""A trip as GPX, GeoJSON and iCalendar, read again by readers of these formats."""

from __future__ import annotations

import json
from datetime import date

import gpxpy
import pytest
from icalendar import Calendar
from starlette.testclient import TestClient

from small_directory import HOSTILE
from tic.core.geo import Point, distance_km

TRIP = "days=grand-palace,hostile,wat-po~wat-arun~&from=2026-12-05"
SUFFIXES = ("gpx", "geojson", "ics")
TAT = "Tourism Authority of Thailand · TAT Data API · TAT API terms"
OSM = "OpenStreetMap contributors · © OpenStreetMap · ODbL"


def test_gpx_has_a_way_point_per_place_and_a_route_per_day(browser: TestClient) -> None:
    answer = browser.get(f"/trip.gpx?{TRIP}")
    assert answer.headers["content-type"] == "application/gpx+xml"
    gpx = gpxpy.parse(answer.text)
    assert [point.name for point in gpx.waypoints] == ["The Grand Palace", HOSTILE, "Wat Pho", "Wat Arun"]
    assert [[point.name for point in route.points] for route in gpx.routes] == [
        ["The Grand Palace", HOSTILE, "Wat Pho"],
        ["Wat Arun"],
    ]
    assert [route.name for route in gpx.routes] == ["Day 1 · Saturday 5 Dec 2026", "Day 2 · Sunday 6 Dec 2026"]
    palace = gpx.waypoints[0]
    assert (palace.latitude, palace.longitude, palace.type) == (13.75, 100.4913, "palace")
    assert palace.link == "https://directory.test/place/grand-palace"
    assert palace.description == f"Palace\nOpen 08:30–15:30\n+6626235500\n{TAT}"
    assert gpx.description == f"{TAT}\n{OSM}"
    assert gpx.link == "https://directory.test/trip?" + (
        "days=grand-palace%2Chostile%2Cwat-pho~wat-arun~&from=2026-12-05&lang=en"
    )


def test_geojson_has_the_stops_as_points_and_each_day_as_a_line(browser: TestClient) -> None:
    answer = browser.get(f"/trip.geojson?{TRIP}")
    assert answer.headers["content-type"] == "application/geo+json"
    whole = json.loads(answer.content)
    assert (whole["type"], whole["sources"]) == ("FeatureCollection", [TAT, OSM])
    points = [item for item in whole["features"] if item["geometry"]["type"] == "Point"]
    (line,) = [item for item in whole["features"] if item["geometry"]["type"] == "LineString"]
    assert [item["properties"]["name"] for item in points] == ["The Grand Palace", HOSTILE, "Wat Pho", "Wat Arun"]
    assert [(item["properties"]["day"], item["properties"]["stop"]) for item in points] == [
        (1, 1),
        (1, 2),
        (1, 3),
        (2, 1),
    ]
    assert points[0]["geometry"]["coordinates"] == [100.4913, 13.75]
    assert line["geometry"]["coordinates"] == [item["geometry"]["coordinates"] for item in points[:3]]
    leg = distance_km(Point(13.75, 100.4913), Point(13.76, 100.51))
    assert [item["properties"]["leg_km"] for item in points][::3] == [None, None]
    assert points[1]["properties"]["leg_km"] == pytest.approx(leg, abs=0.001)
    assert line["properties"]["distance_km"] == pytest.approx(
        sum(item["properties"]["leg_km"] for item in points[1:3]), abs=0.002
    )
    assert points[3]["properties"]["sources"] == [OSM]


def test_the_calendar_has_an_event_a_stop_that_replaces_itself_when_read_again(browser: TestClient) -> None:
    answer = browser.get(f"/trip.ics?{TRIP}")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    events = calendar.walk("VEVENT")
    assert [str(event["summary"]) for event in events] == [
        "1. The Grand Palace",
        f"2. {HOSTILE}",
        "3. Wat Pho",
        "1. Wat Arun",
    ]
    assert [event.decoded("dtstart") for event in events] == [date(2026, 12, 5)] * 3 + [date(2026, 12, 6)]
    assert events[3].decoded("dtend") == date(2026, 12, 7)
    uids = [str(event["uid"]) for event in events]
    assert uids[0] == "grand-palace-20261205-1@directory.test"
    assert len(set(uids)) == 4
    again = Calendar.from_ical(browser.get(f"/trip.ics?{TRIP}").content)
    assert [str(event["uid"]) for event in again.walk("VEVENT")] == uids
    assert str(events[0]["description"]) == f"Palace\nOpen 08:30–15:30\n+6626235500\n{TAT}"
    assert str(calendar["x-wr-timezone"]) == "Asia/Bangkok"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))


def test_a_place_visited_twice_on_a_day_has_two_events_and_one_way_point(browser: TestClient) -> None:
    twice = "days=wat-pho,wat-arun,wat-pho&from=2026-12-05"
    events = Calendar.from_ical(browser.get(f"/trip.ics?{twice}").content).walk("VEVENT")
    assert len({str(event["uid"]) for event in events}) == 3
    gpx = gpxpy.parse(browser.get(f"/trip.gpx?{twice}").text)
    assert ([point.name for point in gpx.waypoints], len(gpx.routes[0].points)) == (["Wat Pho", "Wat Arun"], 3)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_file_has_a_name_and_speaks_the_language_asked_for(browser: TestClient, suffix: str) -> None:
    answer = browser.get(f"/trip.{suffix}?{TRIP}&lang=th")
    assert answer.headers["content-disposition"] == f'attachment; filename="trip-2026-12-05.{suffix}"'
    assert answer.headers["content-language"] == "th"
    text = answer.content.replace(b"\r\n ", b"").decode()
    assert "วัดพระเชตุพนวิมลมังคลาราม" in text
    assert "วันที่ 1 · วันเสาร์ 5 ธ.ค. 2569" in text or suffix == "ics"
    assert "เปิด 08:30–15:30" in text


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("", 400, "This trip has no places yet."),
        ("days=wat-pho,a.b", 400, "This is no id of a place, so it is left out: a.b."),
        ("days=wat-pho&from=soon", 400, "The first day cannot be read: soon."),
        ("days=" + "x," * 61, 400, "A trip has at most 60 places."),
        ("days=wat-pho,atlantis", 404, "The trip names a place that is not listed: atlantis."),
        ("days=old-cafe", 404, "The trip names a place that is not listed: old-cafe."),
    ],
)
def test_an_address_that_is_no_trip_is_refused_in_a_sentence(
    browser: TestClient, suffix: str, address: str, status: int, sentence: str
) -> None:
    answer = browser.get(f"/trip.{suffix}?{address}")
    assert answer.status_code == status
    assert sentence in answer.text
    assert "content-disposition" not in answer.headers


def test_the_privacy_notice_names_all_that_the_browser_keeps_and_how_to_delete_it(browser: TestClient) -> None:
    english, thai = (browser.get(f"/privacy?lang={language}").text for language in ("en", "th"))
    for name in ("tic-recent", "tic-seen", "tic-saved", "tic-trip"):
        assert name in english
        assert name in thai
    for words in ("Clear what this browser remembers", "Forget all saved places", "Empty the trip"):
        assert words in english
    for words in ("ล้างสิ่งที่เบราว์เซอร์นี้จำไว้", "ลบสถานที่ที่บันทึกไว้ทั้งหมด", "ล้างทริป"):
        assert words in thai
