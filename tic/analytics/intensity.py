"""What visitors mean for a place and bring to it: spend, density, pressure, recovery, the balance of Thai and foreign.

Frames hold one row per area (and period) with figures of tic.analytics.observation in the columns named by each
function; a ratio with a missing or zero base is null, never infinite.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from shapely import transform
from shapely.geometry import shape

from tic.core.areas import province_shapes
from tic.core.geo import EARTH_RADIUS_KM

DAYS_OF_YEAR: Final = 365.25


def ratio(part: str, base: str) -> pl.Expr:
    """One column divided by another, null where the base is zero or missing."""
    return pl.when(pl.col(base) > 0).then(pl.col(part) / pl.col(base))


def spend_per_visitor_thb(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds spend_per_visitor_thb = receipts_thb / visitors: tourism expenditure per trip (IRTS 2008, 4.2 and 4.3)."""
    return frame.with_columns(spend_per_visitor_thb=ratio("receipts_thb", "visitors"))


def revpar_thb(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds revpar_thb, revenue per available room night: occupancy_pct / 100 * room_rate_thb, both of one publisher."""
    return frame.with_columns(revpar_thb=pl.col("occupancy_pct") / 100 * pl.col("room_rate_thb"))


def foreign_share_pct(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds foreign_share_pct of the columns thai and foreign, percent of both together."""
    both = frame.with_columns(_both=pl.col("thai") + pl.col("foreign"))
    return both.with_columns(foreign_share_pct=ratio("foreign", "_both") * 100).drop("_both")


def recovery_pct(frame: pl.DataFrame) -> pl.DataFrame:
    """Adds recovery_pct: value as percent of `reference`, the same period of the reference year."""
    return frame.with_columns(recovery_pct=ratio("value", "reference") * 100)


@lru_cache(maxsize=1)
def province_areas_km2() -> dict[str, float]:
    """Land area of each province in km², of the outlines of tic.core.areas (COD-AB 2019) on a sphere.

    Exact for the outlines: in the cylindrical equal-area projection of Lambert 1772 a polygon keeps its area.
    """

    def projected(points: np.ndarray) -> np.ndarray:
        lon, lat = np.radians(points[:, 0]), np.radians(points[:, 1])
        return np.column_stack((lon, np.sin(lat))) * EARTH_RADIUS_KM

    outlines = {item["properties"]["code"]: shape(item["geometry"]) for item in province_shapes()["features"]}
    return {code: float(transform(outline, projected).area) for code, outline in outlines.items()}


def density(frame: pl.DataFrame, *, days: float = DAYS_OF_YEAR) -> pl.DataFrame:
    """Adds area_km2 and visitors_per_km2_day for provinces (columns area, visitors) over a period of so many days.

    Visitors of a day per km²: the pressure on a place as tourism statistics can tell it (territorial density,
    UNWTO 2004, Indicators of sustainable development, 'intensity of use'). Trips, not distinct persons.
    """
    areas = pl.col("area").replace_strict(province_areas_km2(), default=None, return_dtype=pl.Float64)
    return frame.with_columns(area_km2=areas).with_columns(
        visitors_per_km2_day=pl.col("visitors") / days / pl.col("area_km2")
    )


def pressure_pct(series: pl.DataFrame, *, reference_year: int) -> pl.DataFrame:
    """Adds pressure_pct per area: a month as percent of the busiest month that the area had in the reference year.

    series: area, period, value. What the roads, rooms and waste services of a place have borne before is the only
    capacity that statistics know; above 100 a month is busier than any of that year. Null for an area without figures
    in the reference year.
    """
    busiest = (
        series.filter(pl.col("period").dt.year() == reference_year).group_by("area").agg(busiest=pl.col("value").max())
    )
    told = series.join(busiest, on="area", how="left", maintain_order="left")
    return told.with_columns(pressure_pct=ratio("value", "busiest") * 100).drop("busiest")
