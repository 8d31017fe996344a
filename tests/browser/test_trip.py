"""A tourist's trip: places saved and planned, ordered, shared, taken along; Thai, English, a laptop, a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import gpxpy
import pytest
from icalendar import Calendar
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SEARCH = "Find a place in Thailand"


def ids_of(served, *names: str) -> list[str]:
    """Ids of the first places found by these names."""
    import httpx2

    found = [httpx2.get(f"{served.address}/api/v1/search", params={"q": name, "size": 1}).json() for name in names]
    return [answer["hits"][0]["id"] for answer in found]


@pytest.fixture(scope="module")
def places(served) -> dict[str, str]:
    names = ("The Grand Palace", "Wat Pho", "Wat Arun", "Patong Beach", "Big Buddha Phuket")
    return dict(zip(names, ids_of(served, *names), strict=True))


def trip_path(*days: list[str], first: str = "2026-12-04", **more: str) -> str:
    params = {"days": "~".join(",".join(day) for day in days), "from": first, **more}
    return "/trip?" + "&".join(f"{name}={value}" for name, value in params.items())


def shown_stops(page: Page) -> list[list[str]]:
    """Names of the stops, day by day."""
    days = page.locator(".board section")
    return [days.nth(index).locator("li a").all_inner_texts() for index in range(days.count())]


def days_in_address(page: Page) -> list[list[str]]:
    days = parse_qs(urlsplit(page.url).query).get("days", [""])[0]
    return [[stop for stop in day.split(",") if stop] for day in days.split("~")]


def kept(page: Page, name: str):
    return json.loads(page.evaluate(f"localStorage.getItem('tic-{name}')") or "null")


def expect_kept(page: Page, name: str, value) -> None:
    """The browser keeps what the page shows a moment after it is shown."""
    page.wait_for_function(
        "([name, value]) => (localStorage.getItem(`tic-${name}`) ?? 'null') === value",
        arg=[name, json.dumps(value, separators=(",", ":"))],
    )


def test_places_are_saved_in_this_browser_only_and_found_again(visit) -> None:
    tourist = visit("en")
    asked: list[str] = []
    page = tourist.open("/?q=Wat+Arun", SEARCH)
    page.on("request", lambda request: asked.append(request.url))
    save = page.get_by_role("button", name="Save: Wat Arun", exact=True)
    expect(save).to_have_attribute("aria-pressed", "false")
    save.click()
    expect(save).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status").filter(has_text="Saved in this browser.")).to_be_visible()
    assert asked == []
    assert [place["en"] for place in kept(page, "saved")] == ["Wat Arun"]
    tourist.open("/?q=Patong", SEARCH)
    page.get_by_text("Saved places (1)").click()
    expect(page.get_by_role("link", name="Wat Arun", exact=True)).to_be_visible()
    tourist.picture("find-saved-en")
    page.get_by_role("link", name="Wat Arun", exact=True).click()
    expect(page.get_by_role("heading", name="Wat Arun", exact=True)).to_be_visible()
    save = page.get_by_role("button", name="Save: Wat Arun", exact=True)
    expect(save).to_have_attribute("aria-pressed", "true")
    save.click()
    expect(save).to_have_attribute("aria-pressed", "false")
    assert kept(page, "saved") == []


def test_a_trip_is_made_from_results_a_place_and_saved_places_and_outlives_the_tab(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/?q=Wat+Bangkok", SEARCH)
    page.get_by_role("button", name="Trip: Wat Pho", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Added to the trip.")).to_be_visible()
    page.get_by_role("button", name="Save: Wat Arun", exact=True).click()
    page.locator("[class*=st-key-hit-] a", has_text="Wat Pho").first.click()
    expect(page.get_by_role("button", name="Trip: Wat Pho", exact=True)).to_have_attribute("aria-pressed", "true")
    tourist.open("/?q=Grand+Palace", SEARCH)
    page.locator("[class*=st-key-hit-] a").first.click()
    page.get_by_role("button", name="Trip: The Grand Palace", exact=True).click()
    page.get_by_role("link", name="Open the trip").click()
    expect(page.locator(".board li a")).to_have_text(["Wat Pho", "The Grand Palace"])
    tourist.settle()
    page.get_by_role("button", name="Wat Arun: Add to trip").click()
    expect(page.locator(".board li a")).to_have_count(3)
    assert len(days_in_address(page)[0]) == 3
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(f"{tourist.address}/trip")
    expect(page.locator(".board li a")).to_have_count(3)


def test_stops_are_moved_removed_and_brought_back(visit, places) -> None:
    palace, pho, arun, *_ = places.values()
    tourist = visit("en")
    page = tourist.open(trip_path([palace, pho, arun]), "My trip")
    page.get_by_role("button", name="Later in the day: The Grand Palace").click()
    expect(page.locator(".board li a")).to_have_text(["Wat Pho", "The Grand Palace", "Wat Arun"])
    assert days_in_address(page) == [[pho, palace, arun]]
    page.get_by_role("button", name="Add a day").click()
    page.get_by_role("combobox", name="Day: Wat Pho").select_option("Day 2")
    expect(page.locator(".board section").nth(1).locator("li a")).to_have_text(["Wat Pho"])
    assert days_in_address(page) == [[palace, arun], [pho]]
    tourist.settle()
    page.get_by_role("button", name="Remove: Wat Arun").click()
    expect(page.get_by_text("A stop was removed.")).to_be_visible()
    assert shown_stops(page) == [["The Grand Palace"], ["Wat Pho"]]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".board section").first.locator("li a")).to_have_text(["The Grand Palace", "Wat Arun"])
    page.get_by_role("button", name="Day 1: Remove this day").click()
    expect(page.locator(".board section")).to_have_count(1)
    assert shown_stops(page) == [["The Grand Palace", "Wat Arun", "Wat Pho"]]
    expect(page.get_by_text("3 stops,")).to_be_visible()
    expect_kept(page, "trip", {"days": f"{palace},{arun},{pho}", "from": "2026-12-04"})
    page.get_by_role("button", name="Empty the trip").click()
    expect(page.get_by_text("No places yet.")).to_be_visible()
    expect_kept(page, "trip", None)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".board li a")).to_have_count(3)


def test_all_stops_are_spread_over_days(visit, places) -> None:
    palace, pho, arun, patong, buddha = places.values()
    tourist = visit("en")
    page = tourist.open(trip_path([palace, patong, arun, buddha, pho]), "My trip")
    page.get_by_label("Number of days").fill("2")
    page.get_by_role("button", name="Spread over the days").click()
    expect(page.locator(".board section")).to_have_count(2)
    bangkok, phuket = sorted(days_in_address(page), key=len, reverse=True)
    assert (set(bangkok), set(phuket)) == ({palace, pho, arun}, {patong, buddha})
    expect(page.get_by_role("heading", name="Day 2 · Saturday 5 Dec 2026")).to_be_visible()
    expect(page.get_by_text(re.compile("^Public holiday: .*National Day"))).to_be_visible()


def test_a_day_is_ordered_by_distance(visit, places) -> None:
    palace, pho, arun, patong, buddha = places.values()
    tourist = visit("en")
    page = tourist.open(trip_path([palace, arun, pho], [buddha, patong]), "My trip")
    page.get_by_role("button", name="Day 1: Order by distance from the first stop").click()
    stops = page.locator(".board section").first.locator("li a")
    expect(stops).to_have_text(["The Grand Palace", "Wat Pho", "Wat Arun"])
    expect(page.get_by_text("The stops were put in another order.")).to_be_visible()
    page.reload()
    tourist.settle()
    expect(stops).to_have_text(["The Grand Palace", "Wat Pho", "Wat Arun"])
    page.get_by_label("On the map").click()
    page.get_by_role("option", name="Day 1").click()
    expect(page).to_have_url(re.compile("show=1"))
    tourist.picture("trip-en")


def test_the_first_day_is_chosen_and_hours_follow(visit, places) -> None:
    tourist = visit("en")
    page = tourist.open(trip_path([places["The Grand Palace"]]), "My trip")
    page.get_by_label("First day").fill("2026-12-07")
    expect(page.get_by_role("heading", name="Day 1 · Monday 7 Dec 2026")).to_be_visible()
    expect(page).to_have_url(re.compile("from=2026-12-07"))
    expect(page.locator(".board .about")).to_contain_text("Open 08:30–15:30")


def test_a_shared_link_does_not_replace_the_trip_of_this_browser(visit, places) -> None:
    palace, pho, arun, *_ = places.values()
    tourist = visit("en")
    page = tourist.open(trip_path([pho]), "My trip")
    expect(page.locator(".board li a")).to_have_text(["Wat Pho"])
    tourist.open(trip_path([palace, arun], first="2027-01-01"), "My trip")
    expect(page.get_by_text("This link holds another trip than the one kept in this browser.")).to_be_visible()
    expect(page.locator(".board li a")).to_have_text(["The Grand Palace", "Wat Arun"])
    assert kept(page, "trip")["days"] == pho
    page.get_by_role("button", name="Open mine").click()
    expect(page.locator(".board li a")).to_have_text(["Wat Pho"])
    tourist.open(trip_path([palace, arun], first="2027-01-01"), "My trip")
    page.get_by_role("button", name="Keep this one").click()
    expect_kept(page, "trip", {"days": f"{palace},{arun}", "from": "2027-01-01"})


def test_the_link_is_copied_with_stops_date_and_language(visit, places) -> None:
    tourist = visit("th")
    tourist.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = tourist.open(trip_path([places["Wat Pho"]], [places["Wat Arun"]]), "ทริปของฉัน")
    page.get_by_role("button", name="แชร์ลิงก์").click()
    expect(page.get_by_text("คัดลอกลิงก์แล้ว")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert parse_qs(urlsplit(copied).query) == {
        "days": [f"{places['Wat Pho']}~{places['Wat Arun']}"],
        "from": ["2026-12-04"],
        "lang": ["th"],
    }
    other = visit("en")
    other.open(copied.removeprefix(tourist.address), "ทริปของฉัน")


def test_the_files_hold_what_the_page_shows(visit, places, tmp_path: Path) -> None:
    palace, pho, arun, *_ = places.values()
    page = visit("en").open(trip_path([palace, pho], [arun]), "My trip")
    found = {}
    for label, suffix in (("GPX for maps", "gpx"), ("Calendar (iCalendar)", "ics"), ("GeoJSON", "geojson")):
        with page.expect_download() as download:
            page.get_by_role("link", name=label).click()
        assert download.value.suggested_filename == f"trip-2026-12-04.{suffix}"
        download.value.save_as(tmp_path / suffix)
        found[suffix] = (tmp_path / suffix).read_text(encoding="utf-8")
    routes = gpxpy.parse(found["gpx"]).routes
    assert [[point.name for point in route.points] for route in routes] == shown_stops(page)
    events = Calendar.from_ical(found["ics"]).walk("VEVENT")
    assert [str(event["summary"]) for event in events] == ["1. The Grand Palace", "2. Wat Pho", "1. Wat Arun"]
    lines = [item for item in json.loads(found["geojson"])["features"] if item["geometry"]["type"] == "LineString"]
    assert [line["properties"]["day"] for line in lines] == [1]


def test_a_trip_on_a_phone_in_thai(visit, places) -> None:
    palace, pho, arun, patong, buddha = places.values()
    tourist = visit("th", phone=True)
    page = tourist.open(trip_path([palace, pho, arun], [patong, buddha]), "ทริปของฉัน")
    expect(page.get_by_role("heading", name="วันที่ 2 · วันเสาร์ 5 ธ.ค. 2569")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tourist.picture("trip-phone-th")
    page.get_by_role("link", name="ไปที่แผนที่").click()
    expect(page.locator("canvas").first).to_be_in_viewport()


def test_a_link_that_is_broken_is_explained_and_the_rest_is_shown(visit, places) -> None:
    page = visit("en").open(trip_path(["<b>", places["Wat Pho"], "atlantis99"], first="soon"), "My trip")
    expect(page.locator(".board li a")).to_have_text(["Wat Pho"])
    expect(page.get_by_text("This is no id of a place, so it is left out: <b>.")).to_be_visible()
    expect(page.get_by_text("There is no place with the id atlantis99, so it is left out.")).to_be_visible()
    expect(page.get_by_text("The first day cannot be read: soon.")).to_be_visible()
