"""Areas: province and district from the names a source states and from where the point lies, and whether both agree."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape

from ingest.quarantine import NOTES, PROBLEMS, flag
from ingest.source import Source
from tic.core.areas import district_at, find_district, find_province, province_shapes
from tic.core.geo import EARTH_RADIUS_KM, Point

BORDER_TOLERANCE_KM: Final = 5.0
"""How far inside another province a point may lie. Seen in TAT's feeds: borders of the generalised map are off by up
to 3.7 km, wrong points by more than 90 km."""
SEA_TOLERANCE_KM: Final = 75.0
"""How far from a stated province on the coast a point in no province may lie. The map leaves small islands out; the
farthest that sources name, Similan, lies 61 km off. (Where such a province also borders on another country, this lets
points over that border pass.)"""
COASTAL: Final = tuple(
    f"TH-{code}"
    for code in (10, 11, 20, 21, 22, 23, 24, 74, 75, 76, 77, 80, 81, 82, 83, 84, 85, 86, 90, 91, 92, 94, 96)
)
"""The provinces that have a coast."""
_COAST_RINGS: Final = 3
_DEGREE_KM: Final = EARTH_RADIUS_KM * math.pi / 180


def find_areas(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Add `province_code` and `district_code`; reasons point_in_other_province and point_far_from_province.

    The stated province counts when the point lies in it or near it, that of the point where none is stated. The
    stated district counts when it is one of that province, else the point's.
    """
    frame = _stated_codes(frame).with_columns(_point_districts(frame))
    frame = frame.with_columns(point_province=pl.format("TH-{}", pl.col("point_district").str.head(2)))
    frame = frame.with_columns(_distances(frame))
    stated, point, away = pl.col("stated_province"), pl.col("point_province"), pl.col("away_km")
    district = pl.col("stated_district")
    is_usable = pl.col(PROBLEMS).list.len() == 0
    reach_km = pl.when(stated.is_in(COASTAL)).then(SEA_TOLERANCE_KM).otherwise(BORDER_TOLERANCE_KM)
    problems = {
        "point_in_other_province": point.is_not_null() & (away > BORDER_TOLERANCE_KM),
        "point_far_from_province": point.is_null() & (away > reach_km),
        # A point in the rectangle around Thailand that no province claims, and no name either, is over the border.
        "point_abroad": is_usable & point.is_null() & stated.is_null(),
    }
    notes = {
        "province_unknown": pl.col("province").is_not_null() & stated.is_null(),
        "district_unknown": stated.is_not_null() & pl.col("district").is_not_null() & district.is_null(),
    }
    same = pl.col("point_province") == pl.coalesce(stated, point)
    notes["point_in_other_district"] = same & (district != pl.col("point_district"))
    return frame.with_columns(
        flag(PROBLEMS, problems),
        flag(NOTES, notes),
        province_code=pl.coalesce(stated, point),
        district_code=pl.coalesce(district, pl.when(same).then(pl.col("point_district"))),
    )


def _stated_codes(frame: pl.DataFrame) -> pl.DataFrame:
    """Codes of the names, each distinct name looked up once."""
    names = frame.select("province", "district").unique().drop_nulls("province")
    rows = []
    for province, district in names.iter_rows():
        code = find_province(province)
        rows.append((province, district, code, find_district(code, district) if code and district else None))
    schema = dict.fromkeys(("province", "district", "stated_province", "stated_district"), pl.String)
    codes = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.join(codes, on=["province", "district"], how="left", nulls_equal=True, maintain_order="left")


def _point_districts(frame: pl.DataFrame) -> pl.Series:
    """The district of each point: exactly where it can be, else within about 3 km of a coast or border."""
    found: list[str | None] = []
    for lat, lon, problems in frame.select("lat", "lon", pl.col(PROBLEMS).list.len()).iter_rows():
        if lat is None or lon is None or problems:
            found.append(None)
        else:
            point = Point(lat, lon)
            found.append(district_at(point) or district_at(point, tolerance_rings=_COAST_RINGS))
    return pl.Series("point_district", found, dtype=pl.String)


def _distances(frame: pl.DataFrame) -> pl.Series:
    """Kilometres from each point to the stated province, where the point lies in another or in none; else null."""
    apart = pl.col("stated_province").is_not_null() & ~pl.col("stated_province").eq_missing(pl.col("point_province"))
    rows = frame.with_row_index("row").filter(apart & (pl.col(PROBLEMS).list.len() == 0))
    away = np.full(frame.height, np.nan)
    for (code,), part in rows.partition_by("stated_province", as_dict=True).items():
        away[part["row"].to_numpy()] = distance_to_province_km(
            str(code), part["lat"].to_numpy(), part["lon"].to_numpy()
        )
    return pl.Series("away_km", away).fill_nan(None)


def distance_to_province_km(code: str, lat: NDArray[np.float64], lon: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kilometres from points (degrees) to the outline of a province, 0 inside; on a plane, good to a few percent."""
    outline, shrink = _outline(code)
    return np.asarray(shapely.distance(outline, shapely.points(lon * shrink, lat)) * _DEGREE_KM)


@lru_cache(maxsize=128)
def _outline(code: str) -> tuple[shapely.Geometry, float]:
    """A province's outline with longitudes shrunk as at its middle latitude, and by how much."""
    found = next(item for item in province_shapes()["features"] if item["properties"]["code"] == code)
    geometry = shape(found["geometry"])
    shrink = math.cos(math.radians(geometry.centroid.y))
    return shapely.transform(geometry, lambda points: points * [shrink, 1.0]), shrink
