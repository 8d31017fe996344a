"""The Tourism Authority's API: a key, pages by category and province, a quota, Thai and English of the same places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from directory import repository
from ingest.fetching import Key
from ingest.harvest import FetchReport
from ingest.pipeline import RunReport
from ingest.source import Expectation, Source, get_source
from tic.core.database import reading
from web_site import Reply, Seen, WebSite

Fetched = Callable[..., list[FetchReport]]
Read = Callable[..., list[RunReport]]


def place(number: int, category: str, language: str) -> dict[str, Any]:
    """A place in the form of the API's answer."""
    name = f"วัดที่ {number}" if language == "th" else f"Wat {number}"
    return {
        "place_id": f"P{number:08d}",
        "place_name": name,
        "latitude": 13.7465 + number / 10_000,
        "longitude": 100.4930,
        "category_code": category,
        "sha": {"sha_cate_description": "SHA Plus" if number == 1 else ""},
        "location": {
            "address": "2 ถนนสนามไชย" if language == "th" else "2 Sanam Chai Road",
            "sub_district": "พระบรมมหาราชวัง" if language == "th" else "Phra Borom Maha Ratchawang",
            "district": "พระนคร" if language == "th" else "Phra Nakhon",
            "province": "กรุงเทพมหานคร" if language == "th" else "Bangkok",
            "postcode": "10200",
        },
        "tags": ["ทำบุญ"],
        "update_date": "2024-05-30T10:00:00.000",
    }


@pytest.fixture
def api(web_site: WebSite) -> str:
    """The address of an API with 130 sights in Bangkok and one shop in Phuket, for holders of the key."""

    def answer(seen: Seen) -> Reply:
        if seen.headers.get("authorization") != "Bearer secret-key":
            return Reply({"message": "Unauthorized"}, 401)
        page, size = int(seen.query["pagenumber"]), int(seen.query["numberOfResult"])
        asked = (seen.query["categorycodes"], seen.query["provinceName"])
        numbers = {("ATTRACTION", "Bangkok"): range(1, 131), ("SHOP", "Phuket"): range(900, 901)}.get(asked, range(0))
        chosen = list(numbers)[(page - 1) * size : page * size]
        return Reply({"result": [place(number, asked[0], seen.headers["accept-language"]) for number in chosen]})

    return web_site.put("/tatapi/v5/places/search", answer)


@pytest.fixture
def tat(api: str) -> Callable[[str], Source]:
    """The Thai or the English source with this machine's server in its place, for two provinces."""

    def make(language: str) -> Source:
        source = get_source(f"tat_api_{language}")
        assert source.fetch is not None
        each = {"categorycodes": ("ATTRACTION", "SHOP"), "provinceName": ("Bangkok", "Phuket")}
        keys = tuple(replace(key, name="agency") for key in source.fetch.keys)
        return replace(source, fetch=replace(source.fetch, url=api, each=each, keys=keys), expect=Expectation(1, 999))

    return make


def test_all_categories_and_provinces_are_asked_for_page_by_page(
    fetch: Fetched, tat: Callable[[str], Source], web_site: WebSite
) -> None:
    (report,) = fetch(tat("th"))
    assert (report.state, report.files) == ("fetched", 5)
    asked = [(s.query["categorycodes"], s.query["provinceName"], s.query["pagenumber"]) for s in web_site.seen]
    assert asked == [
        ("ATTRACTION", "Bangkok", "1"),
        ("ATTRACTION", "Bangkok", "2"),
        ("ATTRACTION", "Phuket", "1"),
        ("SHOP", "Bangkok", "1"),
        ("SHOP", "Phuket", "1"),
    ]


def test_thai_and_english_are_two_statements_about_the_same_places(
    fetch: Fetched, read_kept: Read, tat: Callable[[str], Source], record_database: Engine
) -> None:
    sources = [tat("th"), tat("en")]
    fetch(*sources)
    reports = read_kept(*sources)
    assert [(report.state, report.accepted, report.by_reason) for report in reports] == [("done", 131, {})] * 2
    with reading(record_database) as connection:
        records = repository.load_records(connection, keys=["tat_api_th:P00000001", "tat_api_en:P00000001"])
    thai, english = records.sort("key", descending=True).to_dicts()
    assert (thai["name_th"], english["name_en"]) == ("วัดที่ 1", "Wat 1")
    assert thai["link_id"] == english["link_id"] == "P00000001"
    assert (thai["category"], thai["certification"], thai["province_code"]) == ("temple", "SHA Plus", "TH-10")


def test_a_wrong_key_is_told_and_a_quota_that_is_used_up_too(
    fetch: Fetched, tat: Callable[[str], Source], web_site: WebSite
) -> None:
    source = tat("th")
    assert source.fetch is not None
    wrong = replace(source, fetch=replace(source.fetch, keys=(Key("agency", header="Authorization"),)))
    assert "refuses access (401)" in str(fetch(wrong)[0].problem)
    web_site.put("/tatapi/v5/places/search", Reply(status=429, headers={"Retry-After": "86400"}))
    (report,) = fetch(source)
    assert (report.state, "busy or out of order (429)" in str(report.problem)) == ("failed", True)


def test_a_page_that_comes_for_ever_is_stopped(fetch: Fetched, tat: Callable[[str], Source], web_site: WebSite) -> None:
    web_site.put("/tatapi/v5/places/search", Reply({"result": [place(n, "ATTRACTION", "th") for n in range(100)]}))
    assert "same page again and again" in str(fetch(tat("th"))[0].problem)
