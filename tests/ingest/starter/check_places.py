"""Compare the starter places with published data: `python tests/ingest/starter/check_places.py [--all]`.

Prints each place whose same-named place in the same province lies more than two kilometres away in every
source that knows it, and each place outside its province. Known differences are marked with their reason;
the command exits with 1 when there are others. `--all` also prints same-named places further away where a
nearer one agrees. Reads `../shared/data` beside the project.
"""

from __future__ import annotations

import csv
import json
import math
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rapidfuzz import fuzz, process
from shapely import affinity
from shapely.geometry import Point as Geometry
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from tic.core.areas import find_province
from tic.core.geo import Point, distance_km, in_thailand_bbox

ROOT = Path(__file__).resolve().parents[3]
STARTER = ROOT / "ingest" / "starter"
SHARED = ROOT.parent / "shared" / "data"
LISTINGS = SHARED / "listings"
PROVINCES = SHARED / "boundaries" / "provinces.geojson"
KNOWN = Path(__file__).with_name("known_differences.csv")
AGREEMENT_KM = 2.0
COAST_TOLERANCE_KM = 3.0
BORDER_TOLERANCE_KM = 1.0
"""Outlines are generalised: a point this close to its own province may fall into the neighbour's outline."""
SAME_NAME_SCORE = 85.0
KM_PER_DEGREE = 111.195


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the starter set; `names` are both names and the aliases."""

    id: str
    names: tuple[str, ...]
    province_code: str
    point: Point


@dataclass(frozen=True, slots=True)
class Reference:
    """A published place: its name, the point given for it, and the file it stands in."""

    name: str
    point: Point
    source: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A place that disagrees: `kind` is `name` or `province`, `distance_km` how far off it is."""

    place_id: str
    kind: str
    distance_km: float
    detail: str


def read_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file by column; a byte-order mark is dropped."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def read_places() -> list[Place]:
    """All rows of all `places_*.csv` of the starter set, in order of file and line."""
    return [
        Place(
            row["id"],
            tuple(name for name in (row["name_th"], row["name_en"], *row["aliases"].split("|")) if name),
            row["province_code"],
            Point(float(row["lat"]), float(row["lon"])),
        )
        for path in sorted(STARTER.glob("places_*.csv"))
        for row in read_rows(path)
    ]


def fold_name(name: str) -> str:
    """A name without case, spaces and punctuation, for comparison."""
    text = unicodedata.normalize("NFC", name).casefold()
    return "".join(char for char in text if unicodedata.category(char)[0] in "LMN")


@lru_cache(maxsize=65_536)
def name_forms(name: str) -> tuple[str, ...]:
    """The folded name, the name before a bracket and the name inside it, those of four letters or more."""
    inside = re.findall(r"\(([^)]*)\)", name)
    forms = (fold_name(form) for form in (name, re.sub(r"\([^)]*\)", "", name), *inside))
    return tuple(dict.fromkeys(form for form in forms if len(form) >= 4))


def _tat_references(path: Path) -> Iterator[tuple[str, Reference]]:
    for row in read_rows(path):
        province = find_province(row["province"])
        try:
            point = Point(float(row["latitude"]), float(row["longitude"]))
        except ValueError:
            continue
        if province and in_thailand_bbox(*point):
            yield province, Reference(row["place_name"], point, path.stem)


def _osm_references(path: Path) -> Iterator[tuple[str, Reference]]:
    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        centre = shape(feature["geometry"]).centroid
        for key in ("name", "name:th", "name:en", "alt_name"):
            if name := feature["properties"].get(key):
                yield "TH-10", Reference(name, Point(centre.y, centre.x), path.stem)


def read_references() -> dict[str, list[Reference]]:
    """Published places with a usable point, by province code."""
    references: dict[str, list[Reference]] = defaultdict(list)
    for path in sorted(LISTINGS.glob("tat_*.csv")):
        for province, reference in _tat_references(path):
            references[province].append(reference)
    for province, reference in _osm_references(LISTINGS / "osm_bangkok.geojson"):
        references[province].append(reference)
    return references


def same_named(place: Place, references: list[Reference]) -> list[tuple[float, Reference]]:
    """References that share a name with the place, each with its distance in km, nearest first."""
    forms = [(form, index) for index, item in enumerate(references) for form in name_forms(item.name)]
    choices = [form for form, _ in forms]
    found = {
        forms[position][1]
        for name in place.names
        for own in name_forms(name)
        for _, _, position in process.extract(own, choices, scorer=fuzz.ratio, score_cutoff=SAME_NAME_SCORE, limit=None)
    }
    matches = [(distance_km(place.point, references[index].point), references[index]) for index in found]
    return sorted(matches, key=lambda match: (match[0], match[1].name))


def provinces_by_code() -> dict[str, BaseGeometry]:
    """Outlines of the 77 provinces (degrees) by ISO 3166-2 code."""
    features = json.loads(PROVINCES.read_text(encoding="utf-8"))["features"]
    return {f"TH-{item['properties']['ADM1_PCODE'][2:]}": shape(item["geometry"]) for item in features}


def distance_to_outline_km(point: Point, outline: BaseGeometry) -> float:
    """How far a point lies outside an outline in km, 0 inside; plane about the point, good to 100 km."""
    shrink = math.cos(math.radians(point.lat))
    scaled = affinity.scale(outline, xfact=shrink, yfact=1.0, origin=(point.lon, point.lat))
    return float(scaled.distance(Geometry(point.lon, point.lat))) * KM_PER_DEGREE


def province_difference(place: Place, outlines: dict[str, BaseGeometry]) -> Difference | None:
    """The difference of a place outside its province, None where it lies inside within tolerance."""
    away_km = distance_to_outline_km(place.point, outlines[place.province_code])
    there = Geometry(place.point.lon, place.point.lat)
    others = [code for code, outline in outlines.items() if away_km > 0 and outline.contains(there)]
    if away_km <= (BORDER_TOLERANCE_KM if others else COAST_TOLERANCE_KM):
        return None
    return Difference(place.id, "province", away_km, f"lies in {', '.join(others) or 'no province'}")


def differences(places: list[Place]) -> list[Difference]:
    """All disagreements of the places with the published data, in order of the places."""
    references, outlines = read_references(), provinces_by_code()
    found: list[Difference] = []
    for place in places:
        matches = same_named(place, references[place.province_code])
        if matches and matches[0][0] > AGREEMENT_KM:
            away_km, nearest = matches[0]
            found.append(Difference(place.id, "name", away_km, _described(nearest)))
        if outside := province_difference(place, outlines):
            found.append(outside)
    return found


def known_differences() -> dict[tuple[str, str], str]:
    """The reason of each accepted difference by place id and kind."""
    return {(row["id"], row["kind"]): row["reason"] for row in read_rows(KNOWN)}


def _described(reference: Reference) -> str:
    return f"{reference.source}: {reference.name} {reference.point.lat:.4f},{reference.point.lon:.4f}"


def main(arguments: list[str]) -> int:
    """Print the differences; 0 when all are known, otherwise 1."""
    places, known = read_places(), known_differences()
    if "--all" in arguments:
        references = read_references()
        for place in places:
            for away_km, reference in same_named(place, references[place.province_code]):
                if away_km > AGREEMENT_KM:
                    print(f"  also {place.id}: {away_km:.1f} km {_described(reference)}")
    unknown = 0
    for item in differences(places):
        reason = known.get((item.place_id, item.kind))
        unknown += reason is None
        print(f"{item.place_id}: {item.kind} {item.distance_km:.1f} km, {item.detail} [{reason or 'UNKNOWN'}]")
    print(f"{len(places)} places, {unknown} differences without a reason")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
