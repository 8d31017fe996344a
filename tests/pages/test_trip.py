"""The page of a trip: everything comes from the address, and what a person does goes back into it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from directory.listing import Listing
from directory.trip import Found, Trip
from pages._trip_change import CHANGES, Change, change_of, changed
from reading_pages import Open, texts
from small_directory import HOSTILE
from tic.core.errors import BadInput

PAGE = "trip.py"
FIRST = {"from": "2026-12-05"}
LISTINGS = {
    key: Listing(id=key, name_en=key, lat=13.7, lon=lon) for key, lon in (("a", 100.1), ("b", 100.15), ("c", 100.3))
}
FOUND = Found(Trip((("b", "c", "a"), ()), date(2026, 12, 5)), LISTINGS)


def board(page: AppTest) -> dict[str, Any]:
    """What the browser gets to draw."""
    (found,) = [item.proto for item in page.get("bidi_component") if item.proto.component_name == "tic_trip_board"]
    return dict(json.loads(found.json))


def test_a_link_shows_its_days_with_dates_hours_distances_and_holidays(open_page: Open) -> None:
    days = board(open_page(PAGE, days="grand-palace,wat-pho~wat-arun", **FIRST))["days"]
    assert [day["title"] for day in days] == ["Day 1 · Saturday 5 Dec 2026", "Day 2 · Sunday 6 Dec 2026"]
    assert "National Day" in days[0]["holiday"]
    assert days[0]["sum"] == "2 stops, 0.4 km as the crow flies"
    palace, pho = days[0]["stops"]
    assert (palace["name"], palace["kind"], palace["hours"]) == (
        "The Grand Palace",
        "Palace · Bangkok",
        "Open 08:30–15:30",
    )
    assert (palace["leg"], pho["leg"], pho["hours"]) == ("", "↓ 0.4 km", "Opening hours not known")
    assert (days[1]["holiday"], days[1]["sum"]) == ("", "1 stop")


def test_the_same_link_in_thai(open_page: Open) -> None:
    page = open_page(PAGE, days="grand-palace~wat-pho", lang="th", **FIRST)
    assert page.title[0].value == "ทริปของฉัน"
    day = board(page)["days"][0]
    assert day["title"] == "วันที่ 1 · วันเสาร์ 5 ธ.ค. 2569"
    assert day["stops"][0]["hours"] == "เปิด 08:30–15:30"
    assert "วันชาติ" in day["holiday"]


def test_the_files_hold_exactly_what_is_shown(open_page: Open) -> None:
    shown = texts(open_page(PAGE, days="wat-po~atlantis,wat-arun", **FIRST))
    for suffix in ("gpx", "ics", "geojson"):
        assert f'href="/trip.{suffix}?days=wat-pho~wat-arun&amp;from=2026-12-05&amp;lang=en"' in shown


def test_a_place_that_is_no_longer_listed_is_explained_and_the_others_stay(open_page: Open) -> None:
    page = open_page(PAGE, days="wat-po,old-cafe,atlantis,wat-arun", **FIRST)
    assert [stop["id"] for stop in board(page)["days"][0]["stops"]] == ["wat-pho", "wat-arun"]
    assert "listed twice" in page.info[0].value
    told = [item.value for item in page.warning]
    assert told == [
        "A place of this trip is no longer listed. It has closed. Since 1 May 2026",
        "There is no place with the id atlantis, so it is left out.",
    ]


def test_an_address_that_cannot_be_read_is_said_and_the_page_stays_alive(open_page: Open) -> None:
    page = open_page(PAGE, days="<b>,wat-pho," + "wat-arun," * 60, **{"from": "soon"})
    told = "\n".join(item.value for item in page.error)
    assert r"left out\: \<b\>" in told
    assert "at most 60 places" in told
    assert "The first day cannot be read" in told
    assert len(board(page)["days"][0]["stops"]) == 60


def test_an_empty_trip_says_what_to_do(open_page: Open) -> None:
    page = open_page(PAGE)
    assert "No places yet." in page.info[0].value
    data = board(page)
    assert (data["given"], data["trip"]) == (False, {"days": "", "from": ""})
    assert [day["stops"] for day in data["days"]] == [[]]


def test_a_day_can_be_seen_alone_on_the_map(open_page: Open) -> None:
    page = open_page(PAGE, days="wat-pho~wat-arun,grand-palace", show="2", **FIRST)
    (chart,) = page.get("deck_gl_json_chart")
    layers = {layer["id"]: layer["data"] for layer in json.loads(chart.proto.json)["layers"]}
    assert [row["id"] for row in layers["stops"]] == ["wat-arun", "grand-palace"]
    assert layers["ways"][0]["path"] == [[100.4889, 13.7437], [100.4913, 13.75]]
    assert "same stops in the same order" in chart.proto.alt


def test_a_hostile_name_reaches_the_browser_as_text(open_page: Open) -> None:
    page = open_page(PAGE, days="hostile", **FIRST)
    assert board(page)["days"][0]["stops"][0]["name"] == HOSTILE
    assert "<img" not in texts(page)


@pytest.mark.parametrize(
    ("change", "days"),
    [
        (Change("up", 0, 1, "c"), "c,b,a~"),
        (Change("down", 0, 1, "c"), "b,a,c~"),
        (Change("down", 0, 0, "c"), "b,a,c~"),
        (Change("day", 0, 0, "b", to=1), "c,a~b"),
        (Change("remove", 0, 2, "a"), "b,c~"),
        (Change("more"), "b,c,a~~"),
        (Change("less", 1), "b,c,a"),
        (Change("clear"), ""),
        (Change("order", 0), "c,b,a~"),
        (Change("order_first", 0), "b,a,c~"),
        (Change("spread", to=3), "c~b~a"),
    ],
)
def test_what_a_person_does_changes_the_trip(change: Change, days: str) -> None:
    assert changed(FOUND, change).params().get("days", "") == days


def test_another_first_day_is_taken_and_a_wrong_one_refused() -> None:
    assert changed(FOUND, Change("first", text="2027-01-01")).first == date(2027, 1, 1)
    with pytest.raises(BadInput, match="The first day cannot be read"):
        changed(FOUND, Change("first", text="soon"))


@pytest.mark.parametrize(
    "value",
    [None, "up", {}, {"op": "format"}, {"op": "up", "day": -1}, {"op": "up", "place": 1.5}, {"op": "up", "to": True}],
)
def test_what_a_browser_sends_is_checked(value: Any) -> None:
    assert change_of(value) is None


def test_every_change_that_is_known_is_read() -> None:
    assert {op for op in (*CHANGES, "undo") if change_of({"op": op})} == {*CHANGES, "undo"}
    assert change_of({"op": "up", "day": 1, "place": 2, "id": "x"}) == Change("up", 1, 2, "x")
