"""The page of one place."""

from __future__ import annotations

from directory.listing import Listing
from directory.listings import save_listings
from reading_pages import Open, linked_places, texts
from small_directory import NOW, SmallDirectory
from tic.core.database import writing

PAGE = "place_details.py"


def test_a_place_shows_names_contact_hours_sources_and_neighbours(open_page: Open) -> None:
    page = open_page(PAGE, id="grand-palace")
    shown = texts(page)
    assert page.title[0].value == "The Grand Palace"
    assert "##### พระบรมมหาราชวัง" in shown
    assert "Palace · " in shown
    assert '<a href="tel:+6626235500"' in shown
    assert '<a href="https://www.royalgrandpalace.th"' in shown
    assert "08:30–15:30" in shown
    assert "<td>TAT attractions</td><td>tat:grand-palace</td>" in shown
    assert "Tourism Authority of Thailand · TAT Data API · TAT API terms" in shown
    assert "wat-pho" in linked_places(page)


def test_the_same_place_in_thai(open_page: Open) -> None:
    page = open_page(PAGE, id="grand-palace", lang="th")
    shown = texts(page)
    assert page.title[0].value == "พระบรมมหาราชวัง"
    assert "##### The Grand Palace" in shown
    assert "เวลาเปิดทำการ" in shown
    assert "แก้ไขล่าสุด 1 พ.ค. 2569" in shown


def test_a_merged_id_leads_to_its_successor_and_the_address_follows(open_page: Open) -> None:
    page = open_page(PAGE, id="wat-po")
    assert page.title[0].value == "Wat Pho"
    assert page.query_params == {"id": "wat-pho"}


def test_a_closed_place_says_why(open_page: Open) -> None:
    page = open_page(PAGE, id="old-cafe")
    assert page.title[0].value == "This place is no longer listed"
    assert page.info[0].value == "It has closed. Since 1 May 2026"


def test_an_unknown_place_leads_back_to_the_search(open_page: Open) -> None:
    page = open_page(PAGE, id="atlantis")
    assert page.title[0].value == "There is no such place"
    assert "Find a place" in texts(page)


def test_a_hostile_name_is_shown_and_never_obeyed(open_page: Open) -> None:
    page = open_page(PAGE, id="hostile")
    assert r"\<\/script\>" in page.title[0].value
    assert "<img" not in "".join(element.proto.body for element in page.get("html"))


def test_an_id_that_never_was_is_told_apart_from_one_that_was(open_page: Open) -> None:
    page = open_page(PAGE, id="never-was")
    assert page.title[0].value == "There is no such place"
    assert "No place has ever had this number." in page.info[0].value


def test_a_place_that_a_source_calls_closed_says_so_at_its_head(open_page: Open, small: SmallDirectory) -> None:
    closed = {"status": "closed", "status_said": "date_closed=2024-05-01", "provenance": {"status": "osm:x"}}
    cafe = Listing(
        id="closed-x", name_en="Closed X", lat=13.7, lon=100.5, opening_hours="24/7", sources=("osm",), **closed
    )  # type: ignore[arg-type]
    with writing(small.services.database) as connection:
        save_listings(connection, [cafe], {}, [], now=NOW, scope={"closed-x"})
    page = open_page(PAGE, id="closed-x")
    with writing(small.services.database) as connection:
        save_listings(connection, [], {}, [], now=NOW, scope={"closed-x"})
    told = page.warning[0].value.replace("\\", "")
    assert told == "Closed for good or for long. Said by OpenStreetMap (date_closed=2024-05-01)"
    assert "Always open" not in texts(page)
