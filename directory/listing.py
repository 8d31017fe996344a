"""Record (one place as one source states it) and Listing (the merged place that tourists see)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, get_args

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

RECORD_SCHEMA: Final[dict[str, Any]] = {
    "key": pl.String,
    "source": pl.String,
    "source_id": pl.String,
    "name_th": pl.String,
    "name_en": pl.String,
    "names": pl.String,
    "aliases": pl.List(pl.String),
    "category": pl.String,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "province_code": pl.String,
    "district_code": pl.String,
    "address_th": pl.String,
    "address_en": pl.String,
    "postcode": pl.String,
    "phone": pl.String,
    "email": pl.String,
    "website": pl.String,
    "opening_hours": pl.String,
    "certification": pl.String,
    "wheelchair": pl.String,
    "licence_no": pl.String,
    "wikidata": pl.String,
    "link_id": pl.String,
    "price_thb": pl.Float64,
    "reviews": pl.Int64,
    "status": pl.String,
    "status_on": pl.String,
    "status_said": pl.String,
    "updated_at": pl.Datetime("us", "UTC"),
}
"""Columns of a frame of Records. Missing values are null, never empty strings.

key = `source:source_id`; names = JSON object of other languages (BCP 47 -> name), null when there are none;
phone E.164; opening_hours in OpenStreetMap's syntax; certification e.g. `SHA Extra+`; wheelchair one of WHEELCHAIR;
link_id is the publisher's own id shared by several of its feeds (TAT's place_id in the Thai and the English feed);
price_thb per night or visit; status open or closed (null: not said), status_on since when (ISO 8601: a day, month or
year), status_said how the source put it (`date_closed=2024-05-01`); updated_at as the source states it, UTC.
"""

FIELDS: Final = tuple(
    name
    for name in RECORD_SCHEMA
    if name not in {"key", "source", "source_id", "link_id", "updated_at", "status", "status_on", "status_said"}
)
"""The fields that are merged into a Listing one by one, each with its provenance; the status is merged as a whole."""

Status = Literal["open", "closed", "unknown"]
STATED_STATUS: Final[tuple[Status, ...]] = ("open", "closed")
"""What a record may state; a listing of which nothing is stated is `unknown`."""
Wheelchair = Literal["yes", "limited", "no"]
WHEELCHAIR: Final[tuple[Wheelchair, ...]] = get_args(Wheelchair)
"""Whether a place can be reached in a wheelchair, in OpenStreetMap's words: all of it, parts of it, not at all."""


class Listing(BaseModel):
    """The merged place. `provenance` names, per field, the key of the Record the value came from.

    status: whether it is in business, status_on: since when, status_said: the words of the source, status_as_of: the
    day of the statement; days in ISO 8601 (see directory.resolve.status).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name_th: str | None = None
    name_en: str | None = None
    names: dict[str, str] = Field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    category: str = "other"
    lat: float
    lon: float
    province_code: str | None = None
    district_code: str | None = None
    address_th: str | None = None
    address_en: str | None = None
    postcode: str | None = None
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    opening_hours: str | None = None
    certification: str | None = None
    wheelchair: Wheelchair | None = None
    licence_no: str | None = None
    wikidata: str | None = None
    price_thb: float | None = None
    reviews: int | None = None
    status: Status = "unknown"
    status_on: str | None = None
    status_said: str | None = None
    status_as_of: str | None = None
    record_keys: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    provenance: dict[str, str] = Field(default_factory=dict)
    updated_at: datetime | None = None

    def name(self, language: str) -> str:
        """The name in `th` or `en`; the other language's where there is none."""
        first, second = (self.name_th, self.name_en) if language == "th" else (self.name_en, self.name_th)
        return first or second or next(iter(self.names.values()), self.id)

    def address(self, language: str) -> str | None:
        """The address in `th` or `en`; the other language's where there is none."""
        first, second = self.address_th, self.address_en
        return (first or second) if language == "th" else (second or first)


class Redirect(BaseModel):
    """A retired id: where it went (None when nowhere) and why: merged, split, closed or withdrawn."""

    model_config = ConfigDict(frozen=True)

    old_id: str
    new_id: str | None
    reason: Literal["merged", "split", "closed", "withdrawn"]
    at: datetime
