"""Points as agencies state them: degrees, minutes and seconds, or metres on the UTM grid."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

import numpy as np
import polars as pl
from pyproj import Transformer

Datum = Literal["wgs84", "indian1975"]
_INDIAN_1975: Final = (
    "+proj=pipeline +step +inv +proj=utm +zone={zone} +ellps=evrst30 +step +proj=push +v_3 "
    "+step +proj=cart +ellps=evrst30 +step +proj=helmert +x=210 +y=814 +z=289 +step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=pop +v_3 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
"""Older maps and land deeds are on Indian 1975, some 450 m off WGS 84. EPSG's transformation (2), good to 5 m: the one
that the library would choose, (4), lies another 190 m off where both can be compared."""
_EASTING_M: Final = (100_000.0, 900_000.0)
_NORTHING_M: Final = (500_000.0, 2_400_000.0)
_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_DMS: Final = re.compile(
    r"(?P<before>[NSEW])?\s*(?P<sign>[-+])?(?P<d>\d{1,3})\s*(?:°|º|˚|d|องศา|\s|:)\s*"
    r"(?:(?P<m>\d{1,2}(?:[.,]\d+)?)\s*(?:['′’`]|m|ลิปดา|\s|:|$)\s*)?"
    r"(?:(?P<s>\d{1,2}(?:[.,]\d+)?)\s*(?:[\"″”]|''|s|ฟิลิปดา|(?=[NSEW])|$)\s*)?(?P<after>[NSEW])?"
)


def dms_to_degrees(text: str) -> float | None:
    """Degrees from `13°45'20.5"N`, `13 45 20.5`, `N 13 45.34` and the like, also in Thai; None when it is none."""
    plain = text.strip().translate(_THAI_DIGITS)
    found = _DMS.fullmatch(plain)
    if found is None:
        return None
    minutes, seconds = (float((found[part] or "0").replace(",", ".")) for part in ("m", "s"))
    if minutes >= 60 or seconds >= 60:
        return None
    letters = {letter for letter in (found["before"], found["after"]) if letter}
    if len(letters) > 1:
        return None
    value = float(found["d"]) + minutes / 60 + seconds / 3600
    return -value if found["sign"] == "-" or letters & {"S", "W"} else value


def utm_to_degrees(frame: pl.DataFrame, datum: Datum) -> pl.DataFrame:
    """`lat` and `lon` (degrees, WGS 84) from the columns easting, northing (metres) and zone; null outside the grid."""
    given = frame.select(
        _metres("easting").alias("easting"),
        _metres("northing").alias("northing"),
        pl.col("zone").cast(pl.String).str.extract(r"(47|48)").cast(pl.Int64).alias("zone"),
    )
    inside = given.select(
        pl.col("easting").is_between(*_EASTING_M) & pl.col("northing").is_between(*_NORTHING_M)
    ).to_series()
    lat, lon = np.full(frame.height, np.nan), np.full(frame.height, np.nan)
    for zone in (47, 48):
        rows = (inside & (given["zone"] == zone)).fill_null(value=False).to_numpy()
        if rows.any():
            east, north = given["easting"].to_numpy()[rows], given["northing"].to_numpy()[rows]
            lon[rows], lat[rows] = _transformer(datum, zone).transform(east, north)
    return pl.DataFrame({"lat": lat, "lon": lon}).with_columns(pl.all().fill_nan(None))


def _metres(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).str.replace_all(r"[,\s]|m$", "").cast(pl.Float64, strict=False)


@lru_cache(maxsize=4)
def _transformer(datum: Datum, zone: int) -> Transformer:
    if datum == "indian1975":
        return Transformer.from_pipeline(_INDIAN_1975.format(zone=zone))
    return Transformer.from_crs(32600 + zone, 4326, always_xy=True)
