"""OpenStreetMap: extracts as GeoJSON, one feature a place, its tags as properties, or packed; answers of Overpass."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import polars as pl
import shapely
from shapely.geometry import shape

from ingest.parsers import Parsed
from ingest.places import STATED_SCHEMA
from ingest.source import Source
from ingest.sources.openstreetmap.extract import read_extract
from ingest.tabular import ROW_NUMBER, read_text
from tic.core.errors import SourceUnreadable

KIND_KEYS: Final = (
    "aeroway",
    "tourism",
    "religion",
    "historic",
    "natural",
    "waterway",
    "place",
    "boundary",
    "leisure",
    "amenity",
    "shop",
    "railway",
    "station",
    "public_transport",
    "man_made",
    "building",
)
"""Keys that say what a feature is."""
ALIAS_KEYS: Final = (
    "alt_name",
    "alt_name:en",
    "alt_name:th",
    "short_name",
    "short_name:en",
    "short_name:th",
    "old_name",
)
GONE: Final = ("disused", "abandoned", "was", "demolished", "removed", "razed")
"""Prefixes of keys, and keys by themselves, of what is there no more or not in use (lifecycle prefixes)."""
_SAYS_LITTLE: Final = frozenset({"building", "place", "boundary"})
_STILL_A_SIGHT: Final = "historic"
"""A ruin is abandoned and open to visitors."""
_LANGUAGE: Final = re.compile(r"name:([a-z]{2,3}(?:-[A-Za-z]+)?)")
_ADDRESS_KEYS: Final = ("addr:street", "addr:place", "addr:subdistrict", "addr:district", "addr:city", "addr:province")


def parse(path: Path, source: Source) -> Parsed:
    """Stated places; an area or a line stands at its centroid.

    Provinces are left to the point: mappers write cities, suburbs and provinces into `addr:city` as they please.
    """
    if path.suffix == ".pbf":
        return _parsed(read_extract(path))
    text = read_text(path, encoding=source.encoding)
    try:
        content = json.loads(text)
        features = _from_overpass(path, content) if "elements" in content else content["features"]
    except (ValueError, KeyError, TypeError) as error:
        raise SourceUnreadable(
            "{file} is broken off or no GeoJSON ({reason}). Fetch it again from its publisher.",
            file=path.name,
            reason=str(error),
        ) from error
    return _parsed(features)


def _parsed(features: Iterable[Mapping[str, Any]]) -> Parsed:
    rows = [_row(number, feature) for number, feature in enumerate(features, start=1)]
    schema = {name: kind for name, kind in STATED_SCHEMA.items() if not rows or name in rows[0]}
    return Parsed(pl.DataFrame(rows, schema=schema, orient="row"))


def _from_overpass(path: Path, content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The elements of an answer of Overpass as features; of ways and relations the centre that it gives.

    A query that ran out of time or memory answers with what it had found until then, and a remark.
    """
    remark = str(content.get("remark") or "")
    if "error" in remark.lower():
        raise SourceUnreadable(
            "{file} is not complete: Overpass says {remark}. Fetch it again, or ask for less.",
            file=path.name,
            remark=remark[:120],
        )
    features = []
    for element in content["elements"]:
        at = element.get("center") or element
        lon, lat = at.get("lon"), at.get("lat")
        point = {"type": "Point", "coordinates": [lon, lat]} if lon is not None and lat is not None else None
        key = f"{element['type']}/{element['id']}"
        features.append({"id": key, "properties": element.get("tags"), "geometry": point})
    return features


def _row(number: int, feature: Mapping[str, Any]) -> dict[str, Any]:
    tags: dict[str, str] = {key: str(value) for key, value in (feature.get("properties") or {}).items() if value}
    gone = _gone(tags)
    lat, lon = _point(feature.get("geometry"))
    others = {found[1]: value for key, value in tags.items() if (found := _LANGUAGE.fullmatch(key))}
    name_th, name_en = others.pop("th", None), others.pop("en", None)
    aliases = [part.strip() for key in ALIAS_KEYS for part in tags.get(key, "").split(";") if part.strip()]
    return {
        "source_id": feature.get("id") or tags.get("@id"),
        "name": tags.get("name") or next((tags[key] for prefix in GONE if (key := f"{prefix}:name") in tags), None),
        "name_th": name_th,
        "name_en": name_en,
        "names": json.dumps(others, ensure_ascii=False, sort_keys=True) if others else None,
        "aliases": aliases or None,
        "kinds": _kinds(gone or tags),
        "status": "closed" if gone else None,
        "status_on": tags.get("end_date") if gone else None,
        "status_said": _said(tags) if gone else None,
        "lat": lat,
        "lon": lon,
        "address": _address(tags),
        "postcode": tags.get("addr:postcode"),
        "phone": tags.get("phone") or tags.get("contact:phone"),
        "email": tags.get("email") or tags.get("contact:email"),
        "website": tags.get("website") or tags.get("contact:website"),
        "opening_hours": tags.get("opening_hours"),
        "wheelchair": tags.get("wheelchair"),
        "wikidata": tags.get("wikidata"),
        ROW_NUMBER: number,
    }


def _kinds(tags: Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key in KIND_KEYS if key in tags for value in tags[key].split(";")]


def _gone(tags: Mapping[str, str]) -> dict[str, str]:
    """What a feature was that is nothing else now: its kinds as if it were in use; empty when it is in use."""
    present = {key: tags[key] for key in KIND_KEYS if key in tags}
    was = {
        key: value for key in KIND_KEYS for prefix in GONE if (value := tags.get(f"{prefix}:{key}")) and value != "no"
    }
    if was:
        return {} if present.keys() - _SAYS_LITTLE else was
    is_out_of_use = any(tags.get(word) == "yes" for word in GONE) and _STILL_A_SIGHT not in tags
    return present if is_out_of_use else {}


def _said(tags: Mapping[str, str]) -> str:
    """The tag that says that a feature is in use no more."""
    prefixes = tuple(f"{prefix}:" for prefix in GONE)
    by_prefix = (key for key in tags if key.startswith(prefixes) and key.partition(":")[2] in KIND_KEYS)
    key = next(by_prefix, next((word for word in GONE if word in tags), ""))
    return f"{key}={tags.get(key, '')}"


def _point(geometry: Mapping[str, Any] | None) -> tuple[str | None, str | None]:
    """Latitude and longitude of a geometry's centroid as text with seven decimals, OpenStreetMap's own precision."""
    try:
        centre = shape(dict(geometry or {})).centroid
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError):
        return None, None
    return (None, None) if centre.is_empty else (f"{centre.y:.7f}", f"{centre.x:.7f}")


def _address(tags: Mapping[str, str]) -> str | None:
    """House number and street, then the places they belong to; null when there is neither street nor place."""
    house = " ".join(filter(None, (tags.get("addr:housenumber"), tags.get("addr:housename"))))
    street = " ".join(filter(None, (house, tags.get("addr:street") or tags.get("addr:place"))))
    rest = dict.fromkeys(filter(None, (tags.get(key) for key in _ADDRESS_KEYS[2:])))
    if not any(tags.get(key) for key in _ADDRESS_KEYS):
        return None
    line = ", ".join(filter(None, (street, *rest)))
    return " ".join(filter(None, (line, tags.get("addr:postcode"))))
