"""The form of a place: what is wrong with it, field by field, and the Record it becomes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from directory.forms import (
    FORM_FIELDS,
    FormInvalid,
    form_to_record,
    form_values,
    listing_form,
    validate_form,
    value_fields,
)
from directory.listing import RECORD_SCHEMA, Listing
from tic.core.i18n import tell

NOW = datetime(2026, 5, 1, tzinfo=UTC)
FULL = {
    "name_th": "  ร้าน   นก ",
    "name_en": "Nok's Kitchen",
    "aliases": "ครัวนก\n\n  Krua  Nok \nครัวนก",
    "category": "restaurant",
    "coordinates": "13.7500, 100.4913",
    "address_th": "1 ถนนหน้าพระลาน\nแขวงพระบรมมหาราชวัง",
    "postcode": "10200",
    "phone": "02 123 4567",
    "email": "Nok@Example.com",
    "website": "https://example.com/nok",
    "opening_hours": "Mo-Fr 09:00-17:00; Sa 10:00-14:00",
    "wheelchair": "limited",
    "licence_no": "11/01234",
    "price_thb": "1,500.50",
    "status": "open",
}


def complaint(**changes: str) -> str:
    """What is wrong with the one field that is wrong."""
    ((_, error),) = validate_form({**FULL, **changes}).items()
    assert tell(error, "th") != str(error)
    return str(error)


def test_a_full_form_becomes_the_values_of_a_record() -> None:
    assert form_values(FULL) == {
        "name_th": "ร้าน นก",
        "name_en": "Nok's Kitchen",
        "aliases": ["ครัวนก", "Krua Nok"],
        "category": "restaurant",
        "lat": 13.75,
        "lon": 100.4913,
        "address_th": "1 ถนนหน้าพระลาน แขวงพระบรมมหาราชวัง",
        "address_en": None,
        "postcode": "10200",
        "phone": "+6621234567",
        "email": "nok@example.com",
        "website": "https://example.com/nok",
        "opening_hours": "Mo-Fr 09:00-17:00; Sa 10:00-14:00",
        "wheelchair": "limited",
        "licence_no": "11/01234",
        "price_thb": 1500.5,
        "status": "open",
    }
    assert set(form_values(FULL)) == set(value_fields())


def test_a_record_of_the_form_lies_in_its_district() -> None:
    frame = form_to_record(FULL, source_id="s1", updated_at=NOW)
    assert dict(frame.schema) == RECORD_SCHEMA
    row = frame.row(0, named=True)
    assert (row["key"], row["source"], row["source_id"]) == ("operator:s1", "operator", "s1")
    assert (row["province_code"], row["district_code"], row["updated_at"]) == ("TH-10", "1001", NOW)


def test_an_empty_form_names_every_field_that_must_be_filled() -> None:
    assert sorted(validate_form({})) == ["category", "coordinates", "name_th"]
    with pytest.raises(FormInvalid, match="Correct these fields first: category, coordinates, name_th") as invalid:
        form_values({})
    assert sorted(invalid.value.errors) == ["category", "coordinates", "name_th"]
    assert tell(invalid.value, "th") != str(invalid.value)


@pytest.mark.parametrize("name", ["name_th", "name_en"])
def test_one_name_is_enough(name: str) -> None:
    other = {"name_th": "name_en", "name_en": "name_th"}[name]
    assert validate_form({**FULL, other: ""}) == {}


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("13.75,100.49", 13.75, 100.49),
        ("(13.75; 100.49)", 13.75, 100.49),
        ("13.75° N 100.49° E", 13.75, 100.49),
        ("๑๓.๗๕, ๑๐๐.๔๙", 13.75, 100.49),
        ("+7.8204, 98.3400", 7.8204, 98.34),  # off the pier of Chalong, beyond the generalised coast
    ],
)
def test_a_position_may_be_written_in_several_ways(text: str, lat: float, lon: float) -> None:
    values = form_values({**FULL, "coordinates": text})
    assert (values["lat"], values["lon"]) == (lat, lon)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"coordinates": "100.49, 13.75"}, "seem to be swapped. Write 13.75, 100.49."),
        ({"coordinates": "17.9757, 102.6331"}, "not in Thailand"),  # Vientiane
        ({"coordinates": "13.75 S, 100.49 E"}, "not in Thailand"),
        ({"coordinates": "0, 0"}, "not in Thailand"),
        ({"coordinates": "near the river"}, "latitude and longitude in degrees"),
        ({"coordinates": "nan, inf"}, "latitude and longitude in degrees"),
        ({"category": "castle"}, "Choose the category"),
        ({"postcode": "1020"}, "five digits"),
        ({"phone": "12"}, "not a phone number"),
        ({"phone": "call me"}, "not a phone number"),
        ({"email": "nok"}, "not an e-mail address"),
        ({"website": "example.com"}, "whole address of the website"),
        ({"website": "javascript:alert(1)"}, "whole address of the website"),
        ({"website": "https://user@example.com"}, "whole address of the website"),
        ({"opening_hours": "from nine to five"}, "opening hours cannot be read"),
        ({"price_thb": "free"}, "price in baht"),
        ({"wheelchair": "maybe"}, "yes, limited, no"),
        ({"status": "perhaps"}, "open, closed"),
        ({"price_thb": "-5"}, "price in baht"),
        ({"name_en": "<script>alert(1)</script>"}, "plain text without HTML"),
        ({"name_en": "a\x00b"}, "plain text without HTML"),
        ({"name_en": "n" * 201}, "201 characters long; use at most 200"),
        ({"aliases": "n" * 1001}, "use at most 1000"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_both_languages(changes: dict[str, str], told: str) -> None:
    assert told in complaint(**changes)


def test_every_wrong_field_is_told_at_once() -> None:
    wrong = {**FULL, "phone": "12", "postcode": "1", "name_th": "<b>", "name_en": ""}
    assert sorted(validate_form(wrong)) == ["name_th", "phone", "postcode"]


def test_digits_may_be_thai() -> None:
    values = form_values({**FULL, "postcode": "๑๐๒๐๐", "price_thb": "๑,๕๐๐", "phone": "๐๒ ๑๒๓ ๔๕๖๗"})
    assert (values["postcode"], values["price_thb"], values["phone"]) == ("10200", 1500.0, "+6621234567")


def test_a_sign_that_is_no_html_is_left_alone() -> None:
    assert form_values({**FULL, "name_en": "Fish & Chips <3"})["name_en"] == "Fish & Chips <3"


def test_a_listing_becomes_a_form_that_says_the_same() -> None:
    place = Listing(id="p1", lat=13.75, lon=100.4913, record_keys=("tat:1",), **_fields())
    form = listing_form(place)
    assert tuple(form) == FORM_FIELDS
    assert form["coordinates"] == "13.750000, 100.491300"
    assert (form["aliases"], form["price_thb"], form["address_en"]) == ("ครัวนก\nKrua Nok", "1500", "")
    assert form_values(form) == {**form_values(FULL), "price_thb": 1500.0}


def _fields() -> dict[str, object]:
    values = {name: value for name, value in form_values(FULL).items() if name not in {"lat", "lon"}}
    return {**values, "aliases": tuple(values["aliases"]), "price_thb": 1500.0}
