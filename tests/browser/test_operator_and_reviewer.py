"""From a place typed by its operator to a place that tourists find, and what happens when it is wrong."""

from __future__ import annotations

import json
import re
import time
import urllib.parse
import urllib.request
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from engines import free_port

pytestmark = pytest.mark.browser
PASSWORD = "seven quiet buffaloes"
PUBLISHED_WITHIN_S = 2.0


def register(visitor, email: str) -> None:
    page = visitor.page
    page.goto(f"{visitor.address}/account/register")
    page.locator("#display_name").fill("Baan Rim Klong")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("input[name=consent]").check()
    page.locator("form button[type=submit]").click()
    page.wait_for_url(re.compile("/my-places"))


def fill(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)
    page.get_by_label(label, exact=True).press("Tab")


def choose_category(page: Page, name: str) -> None:
    page.get_by_role("combobox", name="Category").click()
    page.get_by_role("combobox", name="Category").fill(name)
    page.get_by_role("option", name=re.compile(name)).first.click()


def found(address: str, text: str) -> list[dict[str, object]]:
    with urllib.request.urlopen(f"{address}/api/v1/search?{urllib.parse.urlencode({'q': text})}") as answer:
        hits: list[dict[str, object]] = json.load(answer)["hits"]
    return hits


@pytest.mark.alone
def test_a_place_goes_from_its_operator_through_review_to_the_search(visit, served) -> None:
    operator = visit("en")
    register(operator, "rim-klong@example.com")
    page = operator.open("/edit", "Add a place")
    fill(page, "Thai name", "บ้านริมคลองคาเฟ่ทดสอบ")
    fill(page, "English name", "Baan Rim Klong Cafe")
    choose_category(page, "Cafe")
    fill(page, "Coordinates", "100.5018, 13.7563")
    expect(page.get_by_text("seem to be swapped", exact=False)).to_be_visible()
    expect(page.get_by_text("Somebody has changed this submission", exact=False)).to_be_hidden()
    operator.picture("edit-en")
    fill(page, "Coordinates", "13.7563, 100.5018")
    expect(page.get_by_text("seem to be swapped", exact=False)).to_be_hidden()
    fill(page, "Opening hours", "Mo-Su 08:00-17:00")
    fill(page, "Phone", "02 123 4567")
    operator.settle()
    page.get_by_role("button", name="Hand in for review").click()
    expect(page.get_by_text("waiting for review").first).to_be_visible()
    operator.picture("my-places-en")

    reviewer = visit("th")
    reviewer.sign_in("reviewer@localhost", served.passwords["reviewer"])
    page = reviewer.open("/review", "ตรวจสอบ")
    expect(page.get_by_text("Baan Rim Klong Cafe").first).to_be_visible()
    expect(page.get_by_role("cell", name="13.7563, 100.5018")).to_be_visible()
    reviewer.picture("review-th")
    assert all(hit["name_en"] != "Baan Rim Klong Cafe" for hit in found(served.address, "บ้านริมคลองคาเฟ่ทดสอบ"))
    page.get_by_role("button", name="อนุมัติ", exact=True).click()
    started = time.monotonic()
    while not any(hit["name_en"] == "Baan Rim Klong Cafe" for hit in found(served.address, "บ้านริมคลองคาเฟ่ทดสอบ")):
        assert time.monotonic() - started < PUBLISHED_WITHIN_S + 1
        time.sleep(0.05)
    # The click itself, a round trip to the page and its transaction are inside this time.
    assert time.monotonic() - started <= PUBLISHED_WITHIN_S

    tourist = visit("th")
    page = tourist.open("/?q=บ้านริมคลองคาเฟ่ทดสอบ", "ค้นหาสถานที่ในประเทศไทย")
    page.locator("[class*=st-key-hit-] a").first.click()
    expect(page.get_by_role("heading", name="บ้านริมคลองคาเฟ่ทดสอบ", exact=True)).to_be_visible()
    expect(page.get_by_text("02 123 4567").first).to_be_visible()


def test_a_rejection_tells_its_reason_and_the_text_is_still_there(visit, served) -> None:
    operator = visit("en")
    register(operator, "second@example.com")
    page = operator.open("/edit", "Add a place")
    fill(page, "English name", "Closed Noodle Shop")
    choose_category(page, "Restaurant")
    fill(page, "Coordinates", "18.7883, 98.9853")
    operator.settle()
    page.get_by_role("button", name="Hand in for review").click()
    expect(page.get_by_text("waiting for review").first).to_be_visible()

    reviewer = visit("en")
    reviewer.sign_in("reviewer@localhost", served.passwords["reviewer"])
    page = reviewer.open("/review", "Review")
    page.get_by_role("button", name=re.compile("Closed Noodle Shop")).first.click()
    reviewer.settle()
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.get_by_text("Say why the submission is rejected", exact=False)).to_be_visible()
    page.get_by_label("Reason for a rejection (its operator reads it)").fill("The shop closed in May.")
    page.get_by_label("Reason for a rejection (its operator reads it)").press("Tab")
    reviewer.settle()
    page.get_by_role("button", name="Reject", exact=True).click()
    expect(page.get_by_text("Rejected: Closed Noodle Shop")).to_be_visible()

    page = operator.open("/my-places", "My places")
    expect(page.get_by_text("The shop closed in May.", exact=False)).to_be_visible()
    page.get_by_role("link", name="Go on").click()
    expect(page.get_by_label("English name", exact=True)).to_have_value("Closed Noodle Shop")
    assert all(hit["name_en"] != "Closed Noodle Shop" for hit in found(served.address, "Closed Noodle Shop"))


def test_what_is_typed_survives_an_error_a_reload_and_a_restart(visit, served) -> None:
    port = free_port()
    with served.product.serving(port) as address:
        operator = replace(visit("en"), address=address)
        register(operator, "third@example.com")
        page = operator.open("/edit", "Add a place")
        fill(page, "English name", "Half Typed Guest House")
        page.get_by_role("button", name="Hand in for review").click()
        expect(page.get_by_text("Correct these fields first", exact=False)).to_be_visible()
        expect(page.get_by_label("English name", exact=True)).to_have_value("Half Typed Guest House")
        expect(page).to_have_url(re.compile("draft="))
        kept = page.url
        page.reload()
        expect(page.get_by_label("English name", exact=True)).to_have_value("Half Typed Guest House")
    with served.product.serving(port):
        page.goto(kept)
        expect(page.get_by_label("English name", exact=True)).to_have_value("Half Typed Guest House")
