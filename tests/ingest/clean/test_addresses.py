from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.places import Places

Clean = Callable[..., dict[str, Any]]
BANGKOK = {"subdistrict": "สี่พระยา", "district": "บางรัก", "province": "กรุงเทพมหานคร", "postcode": "10500"}


def test_an_address_in_bangkok_has_khwaeng_and_khet(clean_row: Clean) -> None:
    record = clean_row(street="104 ถนนมหาเศรษฐ์", **BANGKOK)
    assert record["address_th"] == "104 ถนนมหาเศรษฐ์ แขวงสี่พระยา เขตบางรัก กรุงเทพมหานคร 10500"
    assert record["address_en"] is None


def test_an_address_elsewhere_has_tambon_and_amphoe(clean_row: Clean) -> None:
    record = clean_row(
        street="6 หมู่ 4", subdistrict="สุเทพ", district="เมืองเชียงใหม่", province="เชียงใหม่", lat="18.80", lon="98.95"
    )
    assert record["address_th"] == "6 หมู่ 4 ตำบลสุเทพ อำเภอเมืองเชียงใหม่ จังหวัดเชียงใหม่"


def test_what_the_street_already_says_is_not_said_again(clean_row: Clean) -> None:
    street = "104 ถนนมหาเศรษฐ์ แขวงสี่พระยา เขตบางรัก"
    assert clean_row(street=street, **BANGKOK)["address_th"] == f"{street} กรุงเทพมหานคร 10500"
    whole = "104 ถนนมหาเศรษฐ์ สี่พระยา บางรัก กทม. 10500"
    assert clean_row(street=whole, **BANGKOK)["address_th"] == whole


def test_an_english_address_is_separated_by_commas(clean_row: Clean) -> None:
    record = clean_row(
        street="2 Fueang Nakhon Road,",
        subdistrict="Wat Ratchabophit",
        district="Phra Nakhon",
        province="Bangkok",
        postcode="10200",
    )
    assert record["address_en"] == "2 Fueang Nakhon Road, Wat Ratchabophit, Phra Nakhon, Bangkok 10200"
    assert record["address_th"] is None


def test_a_whole_address_stays_as_it_is_and_a_province_alone_is_none(clean_row: Clean) -> None:
    assert clean_row(address="99/1 Sukhumvit Road, Bangkok")["address_en"] == "99/1 Sukhumvit Road, Bangkok"
    record = clean_row(province="กรุงเทพมหานคร")
    assert (record["address_th"], record["address_en"]) == (None, None)


def test_thai_digits_make_a_postcode(clean_row: Clean) -> None:
    assert clean_row(postcode="๑๐๒๐๐")["postcode"] == "10200"


def test_a_postcode_that_is_none_is_left_out_and_noted(clean_rows: Callable[..., Places]) -> None:
    places = clean_rows({"postcode": " 2200"})
    assert places.records["postcode"].item() is None
    assert places.notes == {"postcode_unreadable": ["tat_attractions_th:1"]}
