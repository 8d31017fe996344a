"""The form of a place: text as typed, checked field by field, and turned into a Record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import phonenumbers
import polars as pl
from opening_hours import validate as opening_hours_are_valid

from directory.accounts import check_email
from directory.categories import categories
from directory.listing import RECORD_SCHEMA, STATED_STATUS, WHEELCHAIR, Listing
from tic.core.areas import district_at
from tic.core.errors import BadInput
from tic.core.geo import Point, in_thailand_bbox

OPERATOR_SOURCE: Final = "operator"
FORM_FIELDS: Final = (
    "name_th",
    "name_en",
    "aliases",
    "category",
    "coordinates",
    "address_th",
    "address_en",
    "postcode",
    "phone",
    "email",
    "website",
    "opening_hours",
    "wheelchair",
    "licence_no",
    "price_thb",
    "status",
)
"""Fields of the form, in the order they are shown. Aliases stand one on a line; coordinates as `13.7563, 100.5018`;
status: open, closed (for good or for long), or empty."""

_MAX_LENGTHS: Final = {"aliases": 1000, "address_th": 500, "address_en": 500, "website": 500, "opening_hours": 500}
_MAX_LENGTH = 200
_COAST_TOLERANCE_RINGS = 3
_HTML = re.compile(r"<\s*[a-zA-Z!/?]|&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,8});")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_NUMBER = r"([+-]?\d{1,3}(?:\.\d+)?)"
_PAIR = re.compile(rf"\(?\s*{_NUMBER}\s*°?\s*([NSns]?)\s*[,;\s]\s*{_NUMBER}\s*°?\s*([EWew]?)\s*\)?")
_WEBSITE = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@.]{2,}([/?#]\S*)?", re.IGNORECASE)


class FormInvalid(BadInput):
    """A form with fields to correct: `errors` holds one readable error per field."""

    @property
    def errors(self) -> dict[str, BadInput]:
        """Field -> what is wrong with it; the key `name_th` stands for both names when neither is given."""
        found: dict[str, BadInput] = self.params["errors"]
        return found


def validate_form(body: Mapping[str, str]) -> dict[str, BadInput]:
    """What is wrong with a form, field by field; empty when it can be submitted."""
    return _read(body)[1]


def form_values(body: Mapping[str, str]) -> dict[str, Any]:
    """The form as values of RECORD_SCHEMA (without key, source and dates). Raises FormInvalid."""
    values, errors = _read(body)
    if errors:
        raise FormInvalid("Correct these fields first: {fields}.", fields=", ".join(errors), errors=errors)
    return values


def form_to_record(body: Mapping[str, str], *, source_id: str, updated_at: datetime) -> pl.DataFrame:
    """The form as a frame of RECORD_SCHEMA with one row of the source `operator`. `updated_at`: aware.

    Raises FormInvalid.
    """
    return values_to_record(form_values(body), source_id=source_id, updated_at=updated_at)


def values_to_record(values: Mapping[str, Any], *, source_id: str, updated_at: datetime) -> pl.DataFrame:
    """Values of a form as a frame of RECORD_SCHEMA with one row; province and district follow from the point."""
    district = district_at(Point(values["lat"], values["lon"]), tolerance_rings=_COAST_TOLERANCE_RINGS)
    row = {
        **values,
        "key": f"{OPERATOR_SOURCE}:{source_id}",
        "source": OPERATOR_SOURCE,
        "source_id": source_id,
        "district_code": district,
        "province_code": f"TH-{district[:2]}" if district else None,
        "updated_at": updated_at,
    }
    return pl.DataFrame([row], schema=RECORD_SCHEMA)


def listing_form(listing: Listing) -> dict[str, str]:
    """A listing as the text of the form, to begin an edit with."""
    form: dict[str, str] = {}
    for name in FORM_FIELDS:
        if name == "coordinates":
            form[name] = f"{listing.lat:.6f}, {listing.lon:.6f}"
            continue
        value = getattr(listing, name)
        value = None if name == "status" and value == "unknown" else value
        text = "\n".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
        form[name] = text.removesuffix(".0") if name == "price_thb" else text
    return form


def clean_text(body: Mapping[str, str], name: str) -> str:
    """A field without what nobody sees: blanks around it and doubled inside; lines are kept."""
    lines = (" ".join(line.split()) for line in body.get(name, "").splitlines())
    return "\n".join(line for line in lines if line)


def _read(body: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, BadInput]]:
    values: dict[str, Any] = {}
    errors: dict[str, BadInput] = {}
    for name in FORM_FIELDS:
        try:
            text = _plain(clean_text(body, name), _MAX_LENGTHS.get(name, _MAX_LENGTH))
            values.update(_READERS.get(name, _text)(name, text))
        except BadInput as error:
            errors[name] = error
    if not errors.keys() & {"name_th", "name_en"} and not (values["name_th"] or values["name_en"]):
        errors["name_th"] = BadInput("Enter the name of the place in Thai, in English, or in both.")
    return values, errors


def _plain(text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadInput("This is {count} characters long; use at most {most}.", count=len(text), most=longest)
    if _HTML.search(text) or _CONTROL.search(text):
        raise BadInput("Write plain text without HTML or control characters.")
    return text


def _ascii_digits(text: str) -> str:
    """Thai digits as the digits that machines read."""
    return re.sub(r"\d", lambda digit: str(int(digit[0])), text)


def _text(name: str, text: str) -> dict[str, Any]:
    return {name: " ".join(text.split()) or None}


def _aliases(name: str, text: str) -> dict[str, Any]:
    return {name: list(dict.fromkeys(text.splitlines())) or None}


def _category(name: str, text: str) -> dict[str, Any]:
    if text not in categories():
        raise BadInput("Choose the category of the place from the list.")
    return {name: text}


def _coordinates(_name: str, text: str) -> dict[str, Any]:
    match = _PAIR.fullmatch(_ascii_digits(text))
    if match is None:
        raise BadInput(
            "Give the position as latitude and longitude in degrees, like 13.7563, 100.5018, or choose it on the map."
        )
    lat = float(match[1]) * (-1 if match[2].upper() == "S" else 1)
    lon = float(match[3]) * (-1 if match[4].upper() == "W" else 1)
    if in_thailand_bbox(lon, lat):
        raise BadInput("Latitude and longitude seem to be swapped. Write {lat}, {lon}.", lat=lon, lon=lat)
    if not in_thailand_bbox(lat, lon) or not district_at(Point(lat, lon), tolerance_rings=_COAST_TOLERANCE_RINGS):
        raise BadInput("This position is not in Thailand. Check latitude and longitude.")
    return {"lat": lat, "lon": lon}


def _postcode(name: str, text: str) -> dict[str, Any]:
    code = _ascii_digits(text)
    if code and not re.fullmatch(r"[1-9]\d{4}", code):
        raise BadInput("A postcode has five digits, like 10200.")
    return {name: code or None}


def _phone(name: str, text: str) -> dict[str, Any]:
    number = _parsed_phone(text)
    if text and number is None:
        raise BadInput("This is not a phone number. Write it like 02 123 4567 or +66 2 123 4567.")
    return {name: number}


def _parsed_phone(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, "TH")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _email(name: str, text: str) -> dict[str, Any]:
    return {name: check_email(text) if text else None}


def _website(name: str, text: str) -> dict[str, Any]:
    if text and not _WEBSITE.fullmatch(text):
        raise BadInput("Write the whole address of the website, like https://www.example.com.")
    return {name: text or None}


def _opening_hours(name: str, text: str) -> dict[str, Any]:
    if text and not opening_hours_are_valid(text):
        raise BadInput("The opening hours cannot be read. Write them like Mo-Fr 09:00-17:00; Sa 10:00-14:00, or 24/7.")
    return {name: text or None}


def _wheelchair(name: str, text: str) -> dict[str, Any]:
    if text and text not in WHEELCHAIR:
        raise BadInput("Wheelchair access is one of {known}, or left empty.", known=", ".join(WHEELCHAIR))
    return {name: text or None}


def _status(name: str, text: str) -> dict[str, Any]:
    if text and text not in STATED_STATUS:
        raise BadInput("The state is open, closed, or left empty.")
    return {name: text or None}


def _price(name: str, text: str) -> dict[str, Any]:
    if not text:
        return {name: None}
    number = _ascii_digits(text).replace(",", "")
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", number):
        raise BadInput("Write the price in baht as a number, like 1500.")
    return {name: float(number)}


_READERS: Final[dict[str, Callable[[str, str], dict[str, Any]]]] = {
    "aliases": _aliases,
    "category": _category,
    "coordinates": _coordinates,
    "postcode": _postcode,
    "phone": _phone,
    "email": _email,
    "website": _website,
    "opening_hours": _opening_hours,
    "wheelchair": _wheelchair,
    "status": _status,
    "price_thb": _price,
}


@lru_cache(maxsize=1)
def value_fields() -> tuple[str, ...]:
    """The fields of a Record that the form states, in the order of the form."""
    return tuple(part for name in FORM_FIELDS for part in (("lat", "lon") if name == "coordinates" else (name,)))
