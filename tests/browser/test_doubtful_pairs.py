"""A reviewer decides whether two records are one place, and the directory follows."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from urllib.parse import quote

import polars as pl
import pytest
from playwright.sync_api import Page, expect

from directory.listing import RECORD_SCHEMA
from directory.records import upsert_records
from tic.core.database import open_database, writing

pytestmark = pytest.mark.browser
FOLLOWED_WITHIN_S = 60.0
"""Far beyond what it takes: on a machine with other work to do a page alone may take seconds."""
KITCHEN, RESTAURANT = "osm_bangkok:node/1", "tat_restaurants:P1"
PAIR = f"{KITCHEN}|{RESTAURANT}"


@pytest.fixture(scope="module")
def doubtful_records(served) -> None:
    """Two sources name a restaurant somewhat differently, a street apart."""
    place = {"category": "restaurant", "lat": 13.9000, "province_code": "TH-12"}
    rows = [
        {**place, "key": KITCHEN, "name_en": "Baan Ploy Kitchen", "name_th": "ครัวบ้านพลอย", "lon": 100.4000},
        {**place, "key": RESTAURANT, "name_en": "Baan Ploy Restaurant", "phone": "+6622222222", "lon": 100.4014},
    ]
    database = open_database(f"sqlite:///{served.product.folder / 'directory.sqlite'}")
    for row in rows:
        source, source_id = row["key"].split(":")
        frame = pl.DataFrame([{**row, "source": source, "source_id": source_id}], schema=RECORD_SCHEMA)
        with writing(database) as connection:
            upsert_records(connection, frame, source=source, now=datetime.now(UTC), complete=False)
    database.dispose()


@pytest.fixture(scope="module")
def closed_cafe(served) -> None:
    """A cafe that its source calls closed, and one with the same word in its name that it does not."""
    place = {"category": "cafe", "lon": 100.6, "province_code": "TH-12", "source": "osm_bangkok"}
    closed = {"status": "closed", "status_on": "2024-05-01", "status_said": "disused:amenity=cafe"}
    rows = [
        {**place, "key": "osm_bangkok:node/7", "source_id": "node/7", "name_en": "Moonlit", "lat": 13.95, **closed},
        {**place, "key": "osm_bangkok:node/8", "source_id": "node/8", "name_en": "Moonlit Garden", "lat": 13.96},
    ]
    database = open_database(f"sqlite:///{served.product.folder / 'directory.sqlite'}")
    with writing(database) as connection:
        frame = pl.DataFrame(rows, schema=RECORD_SCHEMA)
        upsert_records(connection, frame, source="osm_bangkok", now=datetime.now(UTC), complete=False)
    database.dispose()
    deadline = time.monotonic() + FOLLOWED_WITHIN_S
    while len(found(served.address, "Moonlit")) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def found(address: str, text: str) -> dict[str, str]:
    """English name -> id of the places that a search finds."""
    with urllib.request.urlopen(f"{address}/api/v1/search?q={quote(text)}&literal=1") as answer:
        return {hit["name_en"]: hit["id"] for hit in json.load(answer)["hits"]}


def final_address(address: str, listing_id: str) -> str:
    with urllib.request.urlopen(f"{address}/place/{listing_id}") as answer:
        return str(answer.url)


def wait_for_pair(page: Page, served) -> None:
    deadline = time.monotonic() + FOLLOWED_WITHIN_S
    while not page.get_by_role("heading", name=re.compile("Baan Ploy|บ้านพลอย")).count():
        assert time.monotonic() < deadline
        page.goto(f"{served.address}/review-pairs?pair={quote(PAIR)}")
        page.get_by_role("heading", name=re.compile("^(Doubtful pairs|คู่ที่ไม่แน่ชัด)$")).wait_for()


def test_a_pair_is_joined_by_keyboard_and_parted_again_under_the_same_ids(visit, served, doubtful_records) -> None:
    reviewer = visit("en")
    reviewer.sign_in("reviewer@localhost", served.passwords["reviewer"])
    page = reviewer.page
    wait_for_pair(page, served)
    before = found(served.address, "Baan Ploy")
    kitchen, restaurant = before["Baan Ploy Kitchen"], before["Baan Ploy Restaurant"]
    expect(page.get_by_role("row", name=re.compile("English name ≠ differs"))).to_be_visible()
    expect(page.get_by_text("The points are 15", exact=False)).to_be_visible()
    reviewer.picture("pairs-en")
    page.get_by_role("button", name="The same place").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The directory has followed.", exact=False)).to_be_visible(timeout=1000 * FOLLOWED_WITHIN_S)
    kept = kitchen if final_address(served.address, restaurant).endswith(f"/place/{kitchen}") else restaurant
    assert {final_address(served.address, one).rpartition("/")[2] for one in (kitchen, restaurant)} == {kept}
    assert len({kitchen, restaurant} & set(found(served.address, "Baan Ploy").values())) == 1

    reviewer.settle()
    page.get_by_role("button", name="Take back").first.click()
    expect(page.get_by_text("Taken back; the pair is open again. The directory has followed.")).to_be_visible(
        timeout=1000 * FOLLOWED_WITHIN_S
    )
    assert found(served.address, "Baan Ploy") == before
    gone = restaurant if kept == kitchen else kitchen
    page.goto(f"{served.address}/place/{gone}/history")
    expect(page.get_by_text("This entry was the same place as another one", exact=False)).to_be_visible()
    expect(page.get_by_text("This entry is listed again under its own number.", exact=False)).to_be_visible()
    reviewer.picture("history-en")


def test_the_history_of_a_place_is_one_press_from_its_page_and_fits_a_phone_in_thai(visit, served) -> None:
    place = found(served.address, "Wat Arun")
    tourist = visit("th", phone=True)
    page = tourist.open(f"/listing?id={next(iter(place.values()))}")
    page.get_by_role("link", name="ประวัติ", exact=True).click()
    page.get_by_role("heading", name=re.compile("^ประวัติ: ")).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    tourist.picture("history-phone-th")


def test_a_reviewer_answers_on_a_phone_in_thai(visit, served, doubtful_records) -> None:
    reviewer = visit("th", phone=True)
    reviewer.sign_in("reviewer@localhost", served.passwords["reviewer"])
    page = reviewer.page
    wait_for_pair(page, served)
    reviewer.settle()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    reviewer.picture("pairs-phone-th")
    expect(page.get_by_role("button", name=re.compile("คนละสถานที่"))).to_be_in_viewport()
    page.get_by_role("button", name=re.compile("คนละสถานที่")).click()
    expect(page.get_by_text("บันทึกคำตัดสินแล้ว: คนละสถานที่", exact=False)).to_be_visible()
    expect(page.get_by_text("ทำเนียบปรับตามแล้ว", exact=False)).to_be_visible(timeout=1000 * FOLLOWED_WITHIN_S)
    reviewer.settle()
    page.get_by_role("button", name="ยกเลิก").first.click()
    expect(page.get_by_text("ยกเลิกคำตัดสินแล้ว", exact=False)).to_be_visible()


@pytest.mark.parametrize(
    ("language", "mark", "day"), [("en", "Closed for good or for long", "1 May 2024"), ("th", "ปิดกิจการ", "1 พ.ค. 2567")]
)
def test_a_closed_place_is_marked_among_the_results_and_on_its_page(visit, closed_cafe, language, mark, day) -> None:
    tourist = visit(language, phone=language == "th")
    page = tourist.open("/?q=Moonlit&literal=1")
    expect(page.get_by_text("Moonlit Garden").first).to_be_visible()
    expect(page.get_by_text(mark, exact=True)).to_have_count(1)
    tourist.picture(f"closed-results-{language}")
    page.locator("[class*=st-key-hit-] a").first.click()
    page.get_by_text("disused:amenity=cafe", exact=False).first.wait_for()
    expect(page.get_by_text(day, exact=False).first).to_be_visible()
    tourist.picture(f"closed-{language}")
