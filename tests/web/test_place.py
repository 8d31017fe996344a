"""`/place/<id>`: readable, findable by search engines, and harmless whatever a listing is called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient

from cap_messages import now_on
from directory.listing import Listing
from directory.listings import save_listings
from small_directory import HOSTILE, NOW, SmallDirectory
from tic.core.database import writing
from tic.hazards import tables
from tic.hazards.cap import read_alert
from tic.hazards.store import save_alerts
from tic.web.structured import json_ld, script_safe, web_address


def data_of(html: str) -> dict[str, Any]:
    """The JSON-LD of a page."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    return dict(json.loads(found[1]))


def test_a_place_is_told_in_the_language_that_is_asked_for(browser: TestClient) -> None:
    english, thai = (browser.get(f"/place/grand-palace?lang={language}").text for language in ("en", "th"))
    assert "<h1>The Grand Palace</h1>" in english
    assert "<h1>พระบรมมหาราชวัง</h1>" in thai
    assert "Palace · Phra Nakhon · Bangkok" in english or "Palace · Bangkok" in english
    assert '<a href="tel:+6626235500">' in english
    assert "08:30–15:30" in english
    assert "TAT attractions: TAT Data API · TAT API terms" in english
    assert "<td>Thai name</td><td>TAT attractions</td>" in english


def test_the_choice_of_a_language_is_kept(browser: TestClient) -> None:
    browser.get("/place/wat-pho?lang=th")
    assert "วัดพระเชตุพนวิมลมังคลาราม</h1>" in browser.get("/place/wat-pho").text
    browser.get("/language/en")
    assert "<h1>Wat Pho</h1>" in browser.get("/place/wat-pho").text


def test_search_engines_are_told_of_both_languages_and_of_the_place(browser: TestClient) -> None:
    html = browser.get("/place/grand-palace?lang=en").text
    here = "https://directory.test/place/grand-palace"
    assert f'<link rel="canonical" href="{here}?lang=en">' in html
    for code, address in (("th", f"{here}?lang=th"), ("en", f"{here}?lang=en"), ("x-default", here)):
        assert f'<link rel="alternate" hreflang="{code}" href="{address}">' in html
    assert '<meta property="og:title" content="The Grand Palace">' in html
    assert f'<link rel="canonical" href="{here}">' in browser.get("/place/grand-palace").text


def test_the_data_follow_schema_org(browser: TestClient) -> None:
    data = data_of(browser.get("/place/grand-palace").text)
    assert data["@type"] == "LandmarksOrHistoricalBuildings"
    assert data["name"] == "The Grand Palace"
    assert data["alternateName"] == ["พระบรมมหาราชวัง"]
    assert data["geo"] == {"@type": "GeoCoordinates", "latitude": 13.75, "longitude": 100.4913}
    assert data["address"]["addressRegion"] == "Bangkok"
    assert data["telephone"] == "+6626235500"
    assert data["sameAs"] == ["https://www.royalgrandpalace.th"]
    (hours,) = data["openingHoursSpecification"]
    assert (len(hours["dayOfWeek"]), hours["opens"], hours["closes"]) == (7, "08:30", "15:30")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("24/7", [(7, "00:00", "23:59")]),
        ("Mo-Fr 09:00-17:00; Sa 18:00-02:00", [(5, "09:00", "17:00"), (1, "18:00", "02:00")]),
        ("Mo-Su 09:00-17:00; Jul off", []),
        ("sunrise-sunset", []),
        ("when we like", []),
        ("off", []),
    ],
)
def test_hours_are_given_to_machines_only_where_every_week_is_the_same(
    expression: str, expected: list[tuple[int, str, str]]
) -> None:
    place = Listing(id="x", name_en="X", category="cafe", lat=1, lon=2, opening_hours=expression)
    found = json_ld(place, "https://directory.test").get("openingHoursSpecification", [])
    assert [(len(item["dayOfWeek"]), item["opens"], item["closes"]) for item in found] == expected


def test_an_event_has_its_place_as_location() -> None:
    data = json_ld(Listing(id="x", name_en="Songkran", category="festival", lat=1, lon=2), "https://directory.test")
    assert data["location"]["geo"]["latitude"] == 1
    assert "geo" not in data


def test_a_hostile_name_is_shown_and_never_run(browser: TestClient) -> None:
    html = browser.get("/place/hostile?lang=en").text
    assert data_of(html)["name"] == HOSTILE
    assert html.count("</script>") == 1
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html
    assert "script-src 'none'" in browser.get("/place/hostile").headers["content-security-policy"]


def test_json_in_a_page_holds_no_sign_that_ends_a_script() -> None:
    text = script_safe({"name": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == {"name": "</script><!--&\u2028"}


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "ftp://a.example", "www.example.com", "http://", "", None, "http://[x"]
)
def test_only_addresses_of_the_web_become_links(address: str | None) -> None:
    assert web_address(address) is None


def test_a_merged_id_leads_to_its_successor_for_good(browser: TestClient) -> None:
    answer = browser.get("/place/wat-po?lang=th")
    assert (answer.status_code, answer.headers["location"]) == (301, "/place/wat-pho?lang=th")


def test_a_closed_place_is_gone_with_the_reason(browser: TestClient) -> None:
    answer = browser.get("/place/old-cafe")
    assert answer.status_code == 410
    assert "It has closed. Since 1 May 2026" in answer.text
    assert "สถานที่นี้ปิดกิจการแล้ว ตั้งแต่ 1 พ.ค. 2569" in browser.get("/place/old-cafe?lang=th").text


def test_an_unknown_id_is_not_found_and_shown_harmlessly(browser: TestClient) -> None:
    answer = browser.get("/place/%3Cscript%3Ealert(1)")
    assert answer.status_code == 404
    assert "There is no place with the id &lt;script&gt;" in answer.text


def test_nearby_places_are_linked(browser: TestClient) -> None:
    assert '<a href="/place/wat-arun">Wat Arun</a>' in browser.get("/place/wat-pho").text


def test_the_history_of_a_place_is_a_page_of_its_own(browser: TestClient) -> None:
    assert '<a href="/place/wat-pho/history">' in browser.get("/place/wat-pho").text
    html = browser.get("/place/wat-pho/history").text
    assert "<h1>History: Wat Pho</h1>" in html
    assert "Nothing has changed since its records were first seen." in html
    assert "<td>TAT attractions</td><td>tat:wat-pho</td><td>1 May 2026, 10:30</td>" in html
    assert "ประวัติ: " in browser.get("/place/wat-pho/history?lang=th").text


def test_the_history_of_a_retired_id_tells_why_and_leads_on(browser: TestClient) -> None:
    merged = browser.get("/place/wat-po/history")
    assert merged.status_code == 200
    assert '<a href="/place/wat-pho">Its successor</a>' in merged.text
    assert "merged into it." in merged.text
    assert "It has closed. Since 1 May 2026" in browser.get("/place/old-cafe/history").text
    assert browser.get("/place/nowhere/history").status_code == 404


def test_a_warning_in_force_stands_on_the_plain_page(browser: TestClient, web_directory: SmallDirectory) -> None:
    with writing(web_directory.services.database) as connection:
        save_alerts(connection, "tmd_cap", [(read_alert(now_on("A1")), "hash")], datetime.now(UTC))
    try:
        assert "⚠ Heavy Rain" in browser.get("/place/wat-pho").text
        assert "⚠ ฝนตกหนัก" in browser.get("/place/wat-pho?lang=th").text
        assert "⚠" not in browser.get("/place/doi-inthanon").text
    finally:
        with writing(web_directory.services.database) as connection:
            connection.execute(delete(tables.alert_area))
            connection.execute(delete(tables.alert))


@pytest.fixture
def closed_cafe(web_directory: SmallDirectory) -> Iterator[Callable[[], None]]:
    """A listing that a source calls closed; the function given has no source state it any more."""
    cafe = Listing(
        id="closed-cafe",
        name_en="Closed Cafe",
        category="cafe",
        lat=13.7,
        lon=100.5,
        opening_hours="24/7",
        status="closed",
        status_on="2024-05-01",
        status_said="disused:amenity=cafe",
        provenance={"status": "osm:1"},
    )

    def save(*listings: Listing) -> None:
        with writing(web_directory.services.database) as connection:
            save_listings(connection, listings, {}, [], now=NOW, scope={"closed-cafe"})

    save(cafe)
    yield save
    save()


def test_a_place_that_is_closed_says_so_and_shows_no_opening_hours(
    browser: TestClient, closed_cafe: Callable[[], None]
) -> None:
    html = browser.get("/place/closed-cafe").text
    assert "Closed since 1 May 2024. Said by OpenStreetMap (disused:amenity=cafe)" in html
    assert "00:00" not in html
    assert "openingHoursSpecification" not in data_of(html)
    assert "ปิดกิจการตั้งแต่ 1 พ.ค. 2567" in browser.get("/place/closed-cafe?lang=th").text


def test_an_id_that_is_no_more_says_whether_it_closed_and_one_that_never_was_says_that(
    browser: TestClient, closed_cafe: Callable[[], None]
) -> None:
    closed_cafe()
    gone = browser.get("/place/closed-cafe?lang=en")
    assert (gone.status_code, "It has closed." in gone.text) == (410, True)
    never = browser.get("/place/never-was")
    assert (never.status_code, "There is no place with the id never-was." in never.text) == (404, True)
