"""A tourist's walk: search with suggestions, list and map, filters, a place, its plain page; Thai, English, a phone."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_thai_name_is_suggested_while_typing_and_found(visit) -> None:
    tourist = visit("th")
    page = tourist.open("/", "ค้นหาสถานที่ในประเทศไทย")
    box = page.get_by_role("combobox", name="ชื่อสถานที่")
    box.press_sequentially("วัดพระแก", delay=30)
    expect(page.get_by_role("option").first).to_contain_text("Wat Phra Kaew")
    box.fill("วัดพระแก้ว")
    box.press("Enter")
    first = page.locator(".st-key-results-list a, [class*=st-key-hit-] a").first
    expect(first).to_contain_text("วัดพระศรีรัตนศาสดาราม")
    expect(page).to_have_url(re.compile(r"q="))
    expect(page.locator("canvas").first).to_be_visible()
    tourist.picture("find-th")
    first.click()
    expect(page.get_by_role("heading", name="วัดพระศรีรัตนศาสดาราม", exact=True)).to_be_visible()
    expect(page.get_by_text("Wat Phra Kaew").first).to_be_visible()
    expect(page.get_by_role("heading", name="ที่มาของข้อมูล")).to_be_visible()
    tourist.picture("place-th")


def test_a_misspelt_english_name_is_found_and_its_place_read(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/?q=Wat+Pra+Keaw", "Find a place in Thailand")
    first = page.locator("[class*=st-key-hit-] a").first
    expect(first).to_contain_text("Wat Phra Kaew")
    tourist.picture("find-en")
    first.click()
    expect(page.get_by_role("heading", name="Wat Phra Kaew", exact=True)).to_be_visible()
    expect(page.get_by_text("Opening hours").first).to_be_visible()
    expect(page.get_by_role("heading", name="Nearby")).to_be_visible()
    tourist.picture("place-en")


def test_filters_narrow_the_list_and_stand_in_the_address(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/", "Find a place in Thailand")
    page.get_by_role("button", name="Category").click()
    page.get_by_role("button", name=re.compile(r"^– Beach \(")).click()
    expect(page).to_have_url(re.compile("category=beach"))
    page.keyboard.press("Escape")
    # Fewer than 200; all places together are thousands.
    found = page.get_by_text(re.compile(r"^1?\d{1,2} places$"))
    expect(found).to_be_visible()
    counted = found.inner_text()
    assert int(counted.split()[0]) > 0
    page.reload()
    expect(page.get_by_text(counted)).to_be_visible()
    page.get_by_role("button", name="Start again").click()
    expect(page).not_to_have_url(re.compile("category"))


def test_places_near_a_point_come_nearest_first_with_their_distance(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/?near=7.8965,98.2965&radius_km=5&sort=distance", "Find a place in Thailand")
    lines = page.locator("[class*=st-key-hit-]").all_inner_texts()
    kilometres = [float(found[1]) for line in lines if (found := re.search(r"([\d.]+) km", line))]
    assert len(kilometres) == len(lines) > 1
    assert kilometres == sorted(kilometres)
    assert kilometres[-1] <= 5


def test_a_kind_and_a_province_in_the_words_are_understood_and_said(visit) -> None:
    page = visit("en").open("/?q=temples+in+Chiang+Mai", "Find a place in Thailand")
    expect(page.get_by_text("Understood as: Temple · Chiang Mai")).to_be_visible()
    lines = page.locator("[class*=st-key-hit-]").all_inner_texts()
    assert len(lines) >= 10
    assert all("Temple" in line and "Chiang Mai" in line for line in lines[:10])


def test_thai_typed_on_the_other_keyboard_is_found_and_said(visit) -> None:
    tourist = visit("th", phone=True)
    page = tourist.open("/?q=;yfritcdh;", "ค้นหาสถานที่ในประเทศไทย")
    expect(page.get_by_text("แสดงผลการค้นหาของ วัดพระแก้ว")).to_be_visible()
    expect(page.locator("[class*=st-key-hit-] a").first).to_contain_text("วัดพระศรีรัตนศาสดาราม")
    tourist.picture("find-keyboard-phone-th")


def test_a_place_open_at_a_chosen_time_is_found_and_one_without_hours_is_not(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/?province=TH-10", "Find a place in Thailand")
    everything = counted_places(page)
    page.get_by_role("button", name="District").wait_for()
    tourist.open("/?province=TH-10&open=2026-04-14T10:30", "Find a place in Thailand")
    expect(page.get_by_role("button", name="Open on 14 Apr 2026 at 10:30")).to_be_visible()
    in_the_day = counted_places(page)
    tourist.picture("find-open-en")
    assert 0 < in_the_day < everything
    tourist.open("/?province=TH-10&open=2026-04-14T03:30", "Find a place in Thailand")
    assert 0 < counted_places(page) < in_the_day


def test_the_area_in_view_is_searched_on_asking_and_then_while_the_map_moves(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/?sort=name", "Find a place in Thailand")
    everywhere = counted_places(page)
    page.get_by_role("button", name="Nearer").click()
    page.get_by_role("button", name="Search this area").click()
    expect(page).to_have_url(re.compile("bbox="))
    tourist.settle()
    west, south, east, north = rectangle(page)
    assert west < 101 < east
    assert south < 13.2 < north
    assert 0 < counted_places(page) < everywhere
    tourist.picture("find-area-en")
    page.get_by_label("Search as I move the map").check()
    page.locator(".st-key-results-map canvas").press("ArrowRight")
    expect(page).not_to_have_url(re.compile(re.escape(f"{west}")))
    tourist.settle()
    moved = rectangle(page)
    assert moved[0] > west
    assert moved[2] - moved[0] == pytest.approx(east - west, abs=0.01)
    page.get_by_role("button", name="In the area on the map").click()
    expect(page).not_to_have_url(re.compile("bbox="))
    tourist.settle()
    assert counted_places(page) == everywhere


def test_the_browser_remembers_searches_and_places_until_told_to_forget(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/", "Find a place in Thailand")
    box = page.get_by_role("combobox", name="Name of a place")
    box.fill("Wat Arun")
    box.press("Enter")
    expect(page).to_have_url(re.compile("q=Wat"))
    tourist.settle()
    page.locator("[class*=st-key-hit-] a").first.click()
    expect(page.get_by_role("heading", name="Wat Arun", exact=True)).to_be_visible()
    tourist.open("/", "Find a place in Thailand")
    box.focus()
    recent = page.get_by_role("group", name="Recent searches").get_by_role("option")
    seen = page.get_by_role("group", name="Recently seen places").get_by_role("option")
    assert recent.all_inner_texts() == ["Wat Arun"]
    assert seen.all_inner_texts() == ["Wat Arun"]
    tourist.picture("find-recent-en")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("localStorage.getItem('tic-recent') ?? localStorage.getItem('tic-seen')") is None
    expect(page.get_by_role("option")).to_have_count(0)


def counted_places(page) -> int:
    """The number in "1,477 places" over the list."""
    return int(page.get_by_text(re.compile(r"^[\d,]+ places$")).inner_text().split()[0].replace(",", ""))


def rectangle(page) -> list[float]:
    """West, south, east, north of the address."""
    return [float(number) for number in parse_qs(urlsplit(page.url).query)["bbox"][0].split(",")]


def test_nothing_found_is_said_with_what_to_do(visit) -> None:
    page = visit("en").open("/?q=zzqxv", "Find a place in Thailand")
    expect(page.get_by_text("Nothing fits.", exact=False)).to_be_visible()


def test_a_phone_shows_the_list_first_and_reaches_the_map(visit) -> None:
    tourist = visit("th", phone=True)
    page = tourist.open("/?q=หาดป่าตอง", "ค้นหาสถานที่ในประเทศไทย")
    expect(page.locator("[class*=st-key-hit-] a").first).to_contain_text("หาดป่าตอง")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tourist.picture("find-phone-th")
    page.locator("[class*=st-key-hit-] a").first.click()
    expect(page.get_by_role("heading", name="หาดป่าตอง", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tourist.picture("place-phone-th")


def test_the_plain_page_of_a_place_is_readable_without_scripts(visit, chromium, served) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    found = page.request.get(f"{served.address}/api/v1/search?q=Wat+Arun&size=1").json()["hits"][0]
    page.goto(f"{served.address}/place/{found['id']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wat Arun")
    document = json.loads(page.locator('script[type="application/ld+json"]').inner_text())
    assert document["@type"] == "BuddhistTemple"
    assert document["geo"]["latitude"] == pytest.approx(13.7437, abs=0.01)
    page.goto(f"{served.address}/place/{found['id']}?lang=th")
    expect(page.get_by_role("heading", level=1)).to_contain_text("วัดอรุณ")
    context.close()
