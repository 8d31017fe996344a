"""Listings from clusters: which record each field is taken from.

Order of trust: operator, official, open, private (the source's); then the newer statement; then the record that
states more; then the smaller key. Each field takes the first value in this order, with these exceptions: latitude,
longitude, province and district come from one record; a category that says more (temple) goes before one that says
less (attraction); names in other languages and aliases are gathered from all records, but the title of a private
offer is no alias of the place. Whether the place is open or closed is merged by `status`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from directory.categories import categories
from directory.listing import FIELDS, Listing
from directory.resolve.status import statuses

TRUST_ORDER: Final = ("operator", "official", "open", "private")
OPERATOR_SOURCE: Final = "operator"
MOST_ALIASES: Final = 20
_POINT: Final = ("lat", "lon", "province_code", "district_code")
_GATHERED: Final = ("names", "aliases")
_SINGLE: Final = tuple(name for name in FIELDS if name not in {*_POINT, *_GATHERED, "category"})


def merge(records: pl.DataFrame, trust: Mapping[str, str]) -> dict[str, Listing]:
    """Listings by id from a frame of RECORD_SCHEMA + listing_id; trust: source -> one of TRUST_ORDER (else private).

    A cluster without a name or a point makes no listing.
    """
    ranked = _ranked(records, trust)
    by_listing = ranked.group_by("listing_id", maintain_order=True)
    merged = by_listing.agg(
        *(part for name in _SINGLE for part in _first(name, pl.col(name).is_not_null())),
        *_category(),
        *(part for name in _POINT for part in _at_first_point(name)),
        pl.col("key").sort().alias("record_keys"),
        pl.col("source").unique().sort().alias("sources"),
        pl.col("updated_at").max(),
    ).join(statuses(ranked), on="listing_id", how="left", maintain_order="left")
    gathered = _gathered(ranked, merged)
    return {
        row["listing_id"]: _listing(row, gathered.get(row["listing_id"], {}))
        for row in merged.filter(pl.col("lat").is_not_null()).iter_rows(named=True)
        if row["name_th"] or row["name_en"] or "names" in gathered.get(row["listing_id"], {})
    }


def _ranked(records: pl.DataFrame, trust: Mapping[str, str]) -> pl.DataFrame:
    levels = {source: TRUST_ORDER.index(level) for source, level in trust.items() if level in TRUST_ORDER}
    levels[OPERATOR_SOURCE] = 0
    stated = pl.sum_horizontal(pl.col(name).is_not_null() for name in FIELDS)
    return records.with_columns(
        trust=pl.col("source").replace_strict(levels, default=TRUST_ORDER.index("private"), return_dtype=pl.Int8),
        stated=stated,
        has_point=pl.col("lat").is_not_null() & pl.col("lon").is_not_null(),
    ).sort(
        "listing_id",
        "trust",
        "updated_at",
        "stated",
        "key",
        descending=[False, False, True, True, False],
        nulls_last=True,
    )


def _first(name: str, where: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """First value of a column among the records that fulfil a condition, and whose it is."""
    return (
        pl.col(name).filter(where).first().alias(name),
        pl.col("key").filter(where).first().alias(_origin(name)),
    )


def _at_first_point(name: str) -> tuple[pl.Expr, pl.Expr]:
    return _first(name, pl.col("has_point"))


def _category() -> tuple[pl.Expr, pl.Expr]:
    """The first category below the top level, else the first that says anything, else the first."""
    known = categories()
    exact = pl.col("category").is_in([code for code, item in known.items() if item.parent and code != "other"])
    telling = pl.col("category").is_not_null() & ~pl.col("category").is_in(["other", "service"])
    order = pl.when(exact).then(0).when(telling).then(1).otherwise(2)
    place = order.arg_min()
    return pl.col("category").get(place).alias("category"), pl.col("key").get(place).alias(_origin("category"))


def _origin(name: str) -> str:
    return f"{name} from"


def _gathered(ranked: pl.DataFrame, merged: pl.DataFrame) -> dict[str, dict[str, Any]]:
    """Per listing that has any: names and aliases, each with the key of the first record that brings one."""
    found: dict[str, dict[str, Any]] = {}
    others = ranked.filter(pl.col("names").is_not_null()).select("listing_id", "key", "names")
    for listing_id, key, names in others.iter_rows():
        entry = found.setdefault(listing_id, {})
        entry.setdefault("names from", key)
        entry["names"] = {**json.loads(names), **entry.get("names", {})}
    for listing_id, keys, aliases in _aliases(ranked, merged).iter_rows():
        found.setdefault(listing_id, {}).update({"aliases": tuple(aliases), "aliases from": keys[0]})
    return found


def _aliases(ranked: pl.DataFrame, merged: pl.DataFrame) -> pl.DataFrame:
    """listing_id, keys, aliases: the further names of its records, each spelling once, in the order of trust."""
    public = ranked.filter(pl.col("trust") != TRUST_ORDER.index("private")).with_row_index("place")
    parts = (public.with_columns(name=column) for column in ("name_th", "name_en"))
    stated = pl.concat(
        part.select("listing_id", "key", "place", "name")
        for part in (*parts, public.with_columns(name="aliases").explode("name"))
    ).sort("place", maintain_order=True)
    chosen = merged.select(
        "listing_id", chosen=pl.concat_list(_folded("name_th"), _folded("name_en")).list.drop_nulls()
    )
    return (
        stated.drop_nulls("name")
        .with_columns(folded=_folded("name"))
        .join(chosen, on="listing_id", maintain_order="left")
        .filter(~pl.col("folded").is_in(pl.col("chosen")))
        .unique(["listing_id", "folded"], keep="first", maintain_order=True)
        .group_by("listing_id", maintain_order=True)
        .agg(pl.col("key").head(MOST_ALIASES), pl.col("name").head(MOST_ALIASES))
    )


def _folded(name: str) -> pl.Expr:
    return pl.col(name).str.to_lowercase().str.replace_all(r"[\s\-.,'’()]+", "")


def _listing(row: dict[str, Any], gathered: dict[str, Any]) -> Listing:
    values = {name: row[name] for name in (*_SINGLE, *_POINT, "category") if row[name] is not None}
    values |= {name: gathered[name] for name in _GATHERED if gathered.get(name)}
    origins = {**row, **gathered}
    return Listing(
        id=row["listing_id"],
        **values,
        **_status(row),
        record_keys=tuple(row["record_keys"]),
        sources=tuple(row["sources"]),
        provenance={name: origins[_origin(name)] for name in (*values, *(["status"] if row["status"] else []))},
        updated_at=row["updated_at"],
    )


def _status(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in ("status", "status_on", "status_said", "status_as_of")}
    return {name: value for name, value in said.items() if value is not None}
