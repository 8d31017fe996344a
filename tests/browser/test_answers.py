"""What the search makes of words that fit badly or nothing, and its suggestions by group."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SEARCH = "Find a place in Thailand"


def test_a_name_that_may_be_meant_is_offered_and_searched_on_a_press(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/?q=Patonk+Bech", SEARCH)
    expect(page.get_by_text("Did you mean")).to_be_visible()
    tourist.picture("find-did-you-mean-en")
    page.get_by_role("button", name="Patong Beach", exact=True).click()
    expect(page).to_have_url(re.compile(r"q=Patong(\+|%20)Beach"))
    expect(page.get_by_text("Did you mean")).to_have_count(0)
    expect(page.locator("[class*=st-key-hit-] a").first).to_contain_text("Patong Beach")


def test_nothing_here_is_told_from_an_area_that_no_source_covers(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/?q=zzqxv", SEARCH)
    expect(page.get_by_text("Nothing fits. Check the spelling")).to_be_visible()
    expect(page.get_by_text("The best places without the filters:")).to_have_count(0)
    tourist.open("/?q=Wat+Pho&province=TH-50&district=5008", SEARCH)
    expect(page.get_by_text("None of our sources has places in this area yet.")).to_be_visible()
    expect(page.get_by_text("The best places without the filters:")).to_be_visible()
    nearest = page.locator("[class*=st-key-nearest-] a")
    expect(nearest.first).to_contain_text("Wat Pho")
    expect(page.get_by_role("button", name="Save: Wat Pho", exact=True)).to_be_visible()
    tourist.picture("find-no-source-en")
    page.get_by_role("button", name="Samoeng").click()
    expect(page.get_by_text("None of our sources")).to_have_count(0)


def test_the_same_on_a_phone_in_thai(visit) -> None:
    tourist = visit("th", phone=True)
    page = tourist.open("/?q=วัดโพธิ์&province=TH-50&district=5008", "ค้นหาสถานที่ในประเทศไทย")
    expect(page.get_by_text("แหล่งข้อมูลของเรายังไม่มีสถานที่ในพื้นที่นี้")).to_be_visible()
    expect(page.locator("[class*=st-key-nearest-] a").first).to_contain_text("วัดพระเชตุพน")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    tourist.picture("find-no-source-phone-th")


def test_suggestions_come_in_groups_and_an_area_or_kind_becomes_a_filter(visit) -> None:
    tourist = visit("en")
    page = tourist.open("/", SEARCH)
    box = page.get_by_role("combobox", name="Name of a place")
    box.press_sequentially("chiang", delay=30)
    areas = page.get_by_role("group", name="Areas").get_by_role("option")
    expect(areas.first).to_contain_text("Chiang Mai")
    expect(page.get_by_role("group", name="Places").get_by_role("option").first).to_contain_text("Chiang")
    tourist.picture("find-suggestions-en", settled=True)
    groups = page.locator("[role=listbox] [role=group]")
    assert groups.evaluate_all("all => all.map((group) => group.getAttribute('aria-label'))") == ["Places", "Areas"]
    areas.filter(has_text="Chiang Mai").first.click()
    expect(page).to_have_url(re.compile("province=TH-50"))
    expect(box).to_have_value("")
    tourist.settle()
    box.press_sequentially("temp", delay=30)
    page.get_by_role("group", name="Categories").get_by_role("option", name="Temple").first.click()
    expect(page).to_have_url(re.compile("category=temple"))
    tourist.settle()
    expect(page.locator("[class*=st-key-hit-]").first).to_contain_text("Temple")
    lines = page.locator("[class*=st-key-hit-]").all_inner_texts()
    assert lines
    assert all("Temple" in line and "Chiang Mai" in line for line in lines)
