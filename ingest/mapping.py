"""What source.yml says of a file that needs no parser: how it is laid out, and which column is which field."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Final, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

_STRICT: Final = ConfigDict(extra="forbid")
Calendar = Literal["buddhist", "common", "either"]


@dataclass(frozen=True, config=_STRICT)
class Layout:
    """form: by the ending of the file's name unless told. rows: where in JSON the list of rows is, as a dotted path.

    In JSON a column is a dotted path too (`location.province.name`), in GeoJSON a property. sheet: of a workbook,
    default the first. heading_row: of a table, counted from 1.
    """

    form: Literal["csv", "excel", "json", "geojson", "parquet"] | None = None
    rows: str = ""
    sheet: str | None = None
    heading_row: Annotated[int, Field(ge=1)] = 1
    delimiter: str = ","


@dataclass(frozen=True, config=_STRICT)
class PointForm:
    """How a point is stated.

    decimal, dms (13°45'20"N) in the columns lat and lon, or both in `lat` as `13.7, 100.5`; utm in the columns
    easting and northing, in metres; zone: 47 or 48, or the column that says so; datum: of the grid.
    """

    form: Literal["decimal", "dms", "utm"] = "decimal"
    lat: str | None = None
    lon: str | None = None
    easting: str | None = None
    northing: str | None = None
    zone: str = "47"
    datum: Literal["wgs84", "indian1975"] = "wgs84"

    @model_validator(mode="after")
    def _is_complete(self) -> PointForm:
        needed = (self.easting, self.northing) if self.form == "utm" else (self.lat,)
        if None in needed:
            raise ValueError("a point needs lat and lon, or easting and northing for utm")
        return self


@dataclass(frozen=True, config=_STRICT)
class PlaceMapping:
    """Columns of a file of places.

    columns: field of STATED_SCHEMA -> column. fixed: field -> value for every row. point: absent for GeoJSON and
    GeoParquet, whose geometry counts. categories: the publisher's word in the column of `category` -> ours; kinds: its
    word in the column of `kinds` -> a kind of clean/kinds.csv; a word that is not there gives none. updated: the column
    of the date on which a place was last seen to, in `calendar`. closed: a column that is filled, with the day, where a
    place has closed. status: a column that says in words whether a place is in business; a file may lack it, but for
    CSV. ignored: columns that need not be told as new.
    """

    columns: dict[str, str]
    fixed: dict[str, str] = field(default_factory=dict)
    point: PointForm | None = None
    categories: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    updated: str | None = None
    closed: str | None = None
    status: str | None = None
    calendar: Calendar = "either"
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, config=_STRICT)
class Series:
    """Rows where all of `where` hold (column -> value) are figures of this indicator; factor: to its unit."""

    indicator: str
    where: dict[str, str] = field(default_factory=dict)
    market: str = "all"
    factor: float = 1.0
    status: Literal["final", "preliminary", "revised"] = "final"


@dataclass(frozen=True, config=_STRICT)
class FigureMapping:
    """Columns of a file of figures.

    value, year, month, area: columns; area may also be a code such as TH-83 for all rows. leave_out: rows that are
    known and not wanted, as `where` of a series. A row that fits neither is quarantined.
    """

    value: str
    year: str
    series: Annotated[tuple[Series, ...], Field(min_length=1)]
    area: str = "TH"
    month: str | None = None
    frequency: Literal["Y", "M"] = "Y"
    leave_out: tuple[dict[str, str], ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, config=_STRICT)
class StockMapping:
    """Columns of a file of relief goods in depots, one row per depot and item.

    columns: field of STOCK_FIELDS (depot, item, quantity, unit, province, district, as_of, phone) -> column. fixed:
    field -> value for every row. point: absent where only the province is known. calendar: of `as_of`.
    """

    columns: dict[str, str]
    fixed: dict[str, str] = field(default_factory=dict)
    point: PointForm | None = None
    calendar: Calendar = "either"
    ignored: tuple[str, ...] = ()
