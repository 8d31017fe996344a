"""A tourist's walk: search with suggestions, list and map, filters, a place, its plain page; Thai, English, a phone."""

from __future__ import annotations

import json
import re

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
    tourist.settle()
    counted = page.get_by_text(re.compile(r"^\d[\d,]* places$")).inner_text()
    assert 0 < int(counted.split()[0].replace(",", "")) < 200
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
