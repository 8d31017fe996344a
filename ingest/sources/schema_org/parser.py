"""Operators' own sites: the schema.org descriptions (JSON-LD) in their pages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import polars as pl

from ingest.json_paths import at_path
from ingest.parsers import Parsed
from ingest.places import STATED_SCHEMA
from ingest.source import Source
from ingest.tabular import ROW_NUMBER, read_bytes
from tic.core.charset import decode
from tic.core.errors import SourceUnreadable

KINDS: Final = {
    "Hotel": "tourism=hotel",
    "Resort": "tourism=resort",
    "Hostel": "tourism=hostel",
    "BedAndBreakfast": "tourism=guest_house",
    "LodgingBusiness": "tourism=hotel",
    "Campground": "tourism=camp_site",
    "Restaurant": "amenity=restaurant",
    "FoodEstablishment": "amenity=restaurant",
    "FastFoodRestaurant": "amenity=fast_food",
    "CafeOrCoffeeShop": "amenity=cafe",
    "BarOrPub": "amenity=bar",
    "Bakery": "shop=bakery",
    "TouristAttraction": "tourism=attraction",
    "Museum": "tourism=museum",
    "ArtGallery": "tourism=gallery",
    "Zoo": "tourism=zoo",
    "AmusementPark": "tourism=theme_park",
    "Park": "leisure=park",
    "GolfCourse": "leisure=golf_course",
    "DaySpa": "leisure=spa",
    "BuddhistTemple": "religion=buddhist",
    "LandmarksOrHistoricalBuildings": "historic=monument",
    "ShoppingCenter": "shop=mall",
    "Store": "shop=gift",
    "MovieTheater": "amenity=cinema",
    "NightClub": "amenity=nightclub",
}
"""Type of schema.org -> kind of clean/kinds.csv. Other things on a page (people, offers, the site) are no places."""
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DEEPEST: Final = 8


def parse(path: Path, source: Source) -> Parsed:
    """Stated places of one page; none when it describes none. Raises SourceUnreadable for bytes that are no text."""
    text = decode(read_bytes(path))
    if text is None:
        raise SourceUnreadable(
            "{file} is not text in UTF-8, UTF-16 or TIS-620. Check that it is the right file, or save it as UTF-8.",
            file=path.name,
        )
    page = _Page()
    page.feed(text)
    things = [thing for block in page.blocks for thing in _things(block)]
    rows = [_row(number, thing, page) for number, thing in enumerate(things, start=1)]
    schema = {name: STATED_SCHEMA[name] for name in (*_FIELDS, ROW_NUMBER)}
    return Parsed(pl.DataFrame(rows, schema=schema, orient="row"))


class _Page(HTMLParser):
    """Blocks of JSON-LD, the language of the page, and its own address."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Any] = []
        self.language: str | None = None
        self.address: str | None = None
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = values.get("lang", "")[:2].lower() or None
        elif tag == "link" and values.get("rel") == "canonical":
            self.address = values.get("href")
        elif tag == "script" and values.get("type", "").strip().lower() == "application/ld+json":
            self._text = []

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._text is not None:
            text, self._text = "".join(self._text), None
            try:
                self.blocks.append(json.loads(text, strict=False))
            except (ValueError, RecursionError):
                # One broken block among others: the page's other descriptions still count.
                return


def _things(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The places in a block, also inside @graph, lists and what something is about."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _things(item, depth + 1)
    elif isinstance(value, Mapping):
        if _kinds(value) and value.get("name"):
            yield value
            return
        for name in ("@graph", "mainEntity", "about", "itemListElement", "item"):
            yield from _things(value.get(name), depth + 1)


def _kinds(thing: Mapping[str, Any]) -> list[str]:
    types = thing.get("@type")
    names = types if isinstance(types, list) else [types]
    found = (KINDS.get(str(name).rpartition("/")[2].removeprefix("schema:")) for name in names)
    return [kind for kind in found if kind]


_FIELDS: Final = (
    "source_id",
    "name",
    "kinds",
    "lat",
    "lon",
    "street",
    "district",
    "province",
    "postcode",
    "phone",
    "email",
    "website",
    "opening_hours",
    "status",
    "status_on",
    "status_said",
    "aliases",
)


def _row(number: int, thing: Mapping[str, Any], page: _Page) -> dict[str, Any]:
    website = _text(thing.get("url")) or page.address
    aliases, dissolved = thing.get("alternateName"), _text(thing.get("dissolutionDate"))
    return {
        "source_id": _text(thing.get("@id")) or website or _text(thing.get("name")),
        "name": _text(thing.get("name")),
        "kinds": _kinds(thing),
        "lat": _text(at_path(thing, "geo.latitude")) or _text(thing.get("latitude")),
        "lon": _text(at_path(thing, "geo.longitude")) or _text(thing.get("longitude")),
        "street": _text(at_path(thing, "address.streetAddress")) or _text(thing.get("address")),
        "district": _text(at_path(thing, "address.addressLocality")),
        "province": _text(at_path(thing, "address.addressRegion")),
        "postcode": _text(at_path(thing, "address.postalCode")),
        "phone": _text(thing.get("telephone")),
        "email": _text(thing.get("email")),
        "website": website,
        "opening_hours": _hours(thing),
        "status": "closed" if dissolved else None,
        "status_on": dissolved,
        "status_said": f"dissolutionDate={dissolved}" if dissolved else None,
        "aliases": [text for item in _list(aliases) if (text := _text(item))] or None,
        ROW_NUMBER: number,
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str | None:
    """A text or a number; of several the first, of a text with a language its value."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("@value")
    return str(value).strip() or None if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def _hours(thing: Mapping[str, Any]) -> str | None:
    """Opening hours in OpenStreetMap's syntax from `openingHours`, which is close to it, or the specifications."""
    plain = [text for item in _list(thing.get("openingHours")) if (text := _text(item))]
    if plain:
        return "; ".join(
            re.sub(r"\b(Mo|Tu|We|Th|Fr|Sa|Su) (?=(Mo|Tu|We|Th|Fr|Sa|Su)\b)", r"\1,", text) for text in plain
        )
    parts = []
    for item in _list(thing.get("openingHoursSpecification")):
        if isinstance(item, Mapping):
            days = [str(day).rpartition("/")[2] for day in _list(item.get("dayOfWeek"))]
            short = ",".join(day[:2] for day in _DAYS if day in days)
            opens, closes = _text(item.get("opens")), _text(item.get("closes"))
            if short and opens and closes:
                parts.append(f"{short} {opens[:5]}-{closes[:5]}")
    return "; ".join(parts) or None
