"""Areas of Thailand: provinces, districts, regions, and which of them a point lies in.

Codes: country `TH`; province ISO 3166-2:TH (`TH-10`), whose digits are TIS 1099; district the four digits of
TIS 1099 (`1001`); region after the Ministry of Tourism and Sports' five (`north`, ...).
Source of names, codes and extents: COD-AB Thailand 2019, RTSD / UN OCHA, CC BY-IGO; abbreviations PyThaiNLP.
Extents are kept as H3 cells (resolution 8, about 0.5 km, compacted): a point is looked up in five dictionary
probes, and the coast or a border is blurred by about a kilometre, as in the generalised original. Islands that it
leaves out are added from islands.csv (centre, radius, district).
"""

from __future__ import annotations

import csv
import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import h3.api.basic_int as h3
import polars as pl

from tic.core.geo import Point

DATA = files("tic.core") / "data"
CELL_RESOLUTION = 8
_COARSEST_CELL = 4
_CELL_SPACING_KM = 0.9
COUNTRY = "TH"
REGIONS = {
    "central": ("ภาคกลาง", "Central"),
    "east": ("ภาคตะวันออก", "East"),
    "north": ("ภาคเหนือ", "North"),
    "northeast": ("ภาคตะวันออกเฉียงเหนือ", "Northeast"),
    "south": ("ภาคใต้", "South"),
}
"""Region code -> Thai and English name."""


@dataclass(frozen=True, slots=True)
class Province:
    """A province; `lat`, `lon` are a point inside it, for labels."""

    code: str
    name_th: str
    name_en: str
    abbreviation_th: str
    aliases: tuple[str, ...]
    region: str
    lat: float
    lon: float

    def name(self, language: str) -> str:
        """The name in `th` or `en`."""
        return self.name_th if language == "th" else self.name_en


@dataclass(frozen=True, slots=True)
class District:
    """A district (amphoe, or khet of Bangkok); `lat`, `lon` are a point inside it."""

    code: str
    province_code: str
    name_th: str
    name_en: str
    lat: float
    lon: float

    def name(self, language: str) -> str:
        """The name in `th` or `en`."""
        return self.name_th if language == "th" else self.name_en


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


@lru_cache(maxsize=1)
def provinces() -> dict[str, Province]:
    """All 77 provinces by code, in order of code."""
    return {
        row["code"]: Province(
            row["code"],
            row["name_th"],
            row["name_en"],
            row["abbreviation_th"],
            tuple(alias for alias in row["aliases"].split("|") if alias),
            row["region"],
            float(row["lat"]),
            float(row["lon"]),
        )
        for row in _rows("provinces.csv")
    }


@lru_cache(maxsize=1)
def districts() -> dict[str, District]:
    """All 928 districts by code."""
    return {
        row["code"]: District(
            row["code"],
            row["province_code"],
            row["name_th"],
            row["name_en"],
            float(row["lat"]),
            float(row["lon"]),
        )
        for row in _rows("districts.csv")
    }


@lru_cache(maxsize=1)
def province_shapes() -> dict[str, Any]:
    """Generalised outlines of the provinces as a GeoJSON FeatureCollection; `properties.code` names each."""
    collection: dict[str, Any] = json.loads((DATA / "province_shapes.geojson").read_text(encoding="utf-8"))
    return collection


@lru_cache(maxsize=1)
def _district_by_cell() -> dict[int, int]:
    frame = pl.read_parquet(str(DATA / "district_cells.parquet"))
    cells = dict(zip(frame["cell"].to_list(), frame["district"].to_list(), strict=True))
    islands = [item for row in _rows("islands.csv") for item in _island_cells(row)]
    # The outline goes before an island: only cells that it leaves out are added.
    cells.update({cell: district for cell, district in islands if _known_district(cells, cell) is None})
    return cells


def _island_cells(row: dict[str, str]) -> Iterator[tuple[int, int]]:
    centre = h3.latlng_to_cell(float(row["lat"]), float(row["lon"]), CELL_RESOLUTION)
    rings = math.ceil(float(row["radius_km"]) / _CELL_SPACING_KM)
    return ((cell, int(row["district"])) for cell in sorted(h3.grid_disk(centre, rings)))


def _known_district(cells: Mapping[int, int], cell: int) -> int | None:
    """District of a cell of the finest resolution, by itself or by a coarser one that holds it."""
    for resolution in range(CELL_RESOLUTION, _COARSEST_CELL - 1, -1):
        found = cells.get(h3.cell_to_parent(cell, resolution))
        if found is not None:
            return found
    return None


def district_at(point: Point, *, tolerance_rings: int = 0) -> str | None:
    """Code of the district a point lies in, or None outside Thailand.

    `tolerance_rings` also looks at that many rings of cells (about 0.9 km each) around it, nearest first: for
    beaches, piers and small islands beyond the generalised coast line.
    """
    cells = _district_by_cell()
    centre = h3.latlng_to_cell(point.lat, point.lon, CELL_RESOLUTION)
    for ring in range(tolerance_rings + 1):
        for cell in sorted(h3.grid_ring(centre, ring)) if ring else (centre,):
            found = _known_district(cells, cell)
            if found is not None:
                return f"{found:04d}"
    return None


def province_at(point: Point, *, tolerance_rings: int = 0) -> str | None:
    """Code of the province a point lies in, or None outside Thailand (see `district_at`)."""
    district = district_at(point, tolerance_rings=tolerance_rings)
    return f"TH-{district[:2]}" if district else None


def fold_area_name(name: str) -> str:
    """A name of an area without what people add or leave out: จังหวัด, Province, spaces, case, hyphens."""
    text = unicodedata.normalize("NFC", name).strip().lower()
    text = re.sub(r"^(จังหวัด|จ\.|อำเภอ|อ\.|เขต|khet |amphoe |changwat )\s*", "", text)
    text = re.sub(r"\s+(province|district|metropolis)$", "", text)
    return re.sub(r"[\s\-.'’]+", "", text)


@lru_cache(maxsize=1)
def _province_by_name() -> dict[str, str]:
    names: dict[str, str] = {}
    for province in provinces().values():
        for name in (province.name_th, province.name_en, *province.aliases):
            names.setdefault(fold_area_name(name), province.code)
    return names


@lru_cache(maxsize=1)
def _district_by_name() -> dict[tuple[str, str], str]:
    names: dict[tuple[str, str], str] = {}
    for district in districts().values():
        for name in (district.name_th, district.name_en):
            names.setdefault((district.province_code, fold_area_name(name)), district.code)
    return names


def find_province(name: str) -> str | None:
    """Code of the province of that name, in either language, by any common spelling or nickname."""
    return _province_by_name().get(fold_area_name(name)) if name else None


def find_district(province_code: str, name: str) -> str | None:
    """Code of the district of that name in a province."""
    return _district_by_name().get((province_code, fold_area_name(name))) if name else None


def area_name(code: str, language: str) -> str:
    """Name of a country, region, province or district; the code itself when it is none of them."""
    if code == COUNTRY:
        return "ประเทศไทย" if language == "th" else "Thailand"
    if code in REGIONS:
        return REGIONS[code][0 if language == "th" else 1]
    known = provinces().get(code) or districts().get(code)
    return known.name(language) if known else code
