"""Rules on the records of a source of places. Each takes the evidence and gives verdicts, one per record looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl

from tic.catalogue.evidence import COMPARED, Evidence, nothing, verdicts
from tic.core.geo import EARTH_RADIUS_KM

Check = Callable[[Evidence], pl.DataFrame]

_LABEL: Final = pl.coalesce("name_th", "name_en", "key")
_POINT: Final = pl.format("{}, {}", pl.col("lat").round(5), pl.col("lon").round(5))
_POINT_REASONS: Final = (
    "point_missing",
    "point_unreadable",
    "point_zero",
    "point_absurd",
    "point_abroad",
    "point_off_grid",
)
_NAME_REASONS: Final = ("no_name", "name_too_short", "name_too_long", "markup")
_PROVINCE_REASONS: Final = ("point_in_other_province", "point_far_from_province")
_WITHOUT_HOURS: Final = ("accommodation", "nature")
"""Groups of categories that nobody expects opening hours of."""

FAR_KM: Final = 0.5
RECENT: Final = timedelta(days=730)


@dataclass(frozen=True)
class RecordTest:
    """A rule that is an expression over records with the column `notes`: where it applies, what must hold."""

    applies: pl.Expr
    holds: pl.Expr
    detail: pl.Expr

    def __call__(self, evidence: Evidence) -> pl.DataFrame:
        """Verdicts over the records it applies to."""
        # A condition that is one value and no column fails on a large frame of several parts (polars 2.1).
        applies = self.applies.fill_null(value=False) & pl.col("key").is_not_null()
        records = _noted(evidence).filter(applies)
        return verdicts(records, row=pl.col("key"), passed=self.holds, label=_LABEL, detail=self.detail)


@dataclass(frozen=True)
class QuarantineTest:
    """A rule on rejected rows: those with one of the reasons fail, all others and every record pass."""

    reasons: tuple[str, ...]

    def __call__(self, evidence: Evidence) -> pl.DataFrame:
        """Verdicts over accepted and rejected rows alike."""
        unnamed = pl.repeat(None, pl.len(), dtype=pl.String)
        accepted = evidence.rows.select(
            row=pl.col("key") if "key" in evidence.rows.columns else unnamed,
            passed=pl.repeat(value=True, n=pl.len()),
            label=unnamed,
            detail=unnamed,
        )
        hit = pl.col("reasons").list.set_intersection(list(self.reasons))
        rejected = verdicts(
            evidence.quarantined,
            row=pl.col("row_key"),
            passed=hit.list.len() == 0,
            label=pl.coalesce("label", "row_key"),
            detail=hit.list.join(", "),
        )
        return pl.concat([accepted, rejected])


def _noted(evidence: Evidence) -> pl.DataFrame:
    return evidence.rows.join(evidence.notes, on="key", how="left")


def _note(code: str) -> pl.Expr:
    return pl.col("notes").list.contains(code).fill_null(value=False)


def _stated(column: str) -> pl.Expr:
    """Whether the publisher states a value, one that could not be read included."""
    return pl.col(column).is_not_null() | _note(f"{column}_unreadable")


def _text(column: str, language: str) -> Check:
    """A name must be there; not asked of a feed in the other language."""

    def check(evidence: Evidence) -> pl.DataFrame:
        if evidence.source.language not in {None, language}:
            return nothing()
        return RecordTest(pl.lit(value=True), pl.col(column).is_not_null(), pl.lit("–"))(evidence)

    return check


def _distance_km(lat: str, lon: str, other_lat: str, other_lon: str) -> pl.Expr:
    """Great-circle distance by the haversine formula (Sinnott 1984)."""
    a, b = pl.col(lat).radians(), pl.col(other_lat).radians()
    half_lat, half_lon = (b - a) / 2, (pl.col(other_lon).radians() - pl.col(lon).radians()) / 2
    h = half_lat.sin().pow(2) + a.cos() * b.cos() * half_lon.sin().pow(2)
    return 2 * EARTH_RADIUS_KM * h.sqrt().arcsin()


def _with_others(evidence: Evidence) -> pl.DataFrame:
    """Records that share a listing with records of other sources, one row per pair."""
    others = evidence.others.filter(pl.col("listing_id").is_not_null()).select(
        "listing_id", pl.col(COMPARED).exclude("listing_id").name.prefix("other_")
    )
    return evidence.rows.join(others, on="listing_id", how="inner")


def _agrees(pairs: pl.DataFrame, agrees: pl.Expr, detail: pl.Expr) -> pl.DataFrame:
    """A record passes when half of the others or more agree with it."""
    told = pairs.rechunk().with_columns(agrees.fill_null(value=False).alias("agrees"), detail.alias("detail"))
    by_record = told.group_by("key", maintain_order=True).agg(
        pl.col("agrees").mean(),
        _LABEL.first().alias("label"),
        pl.col("detail").filter(~pl.col("agrees")).unique(maintain_order=True).str.join("; "),
    )
    return verdicts(
        by_record, row=pl.col("key"), passed=pl.col("agrees") >= 0.5, label=pl.col("label"), detail=pl.col("detail")
    )


def point_agrees(evidence: Evidence) -> pl.DataFrame:
    """Within 500 m of where other sources put the same place."""
    pairs = _with_others(evidence).with_columns(km=_distance_km("lat", "lon", "other_lat", "other_lon"))
    return _agrees(pairs, pl.col("km") <= FAR_KM, pl.format("{} km, {}", pl.col("km").round(2), "other_source"))


def province_agrees(evidence: Evidence) -> pl.DataFrame:
    """In the province where other sources have the same place."""
    pairs = _with_others(evidence).drop_nulls(["province_code", "other_province_code"])
    detail = pl.format("{}, {}: {}", "province_code", "other_source", "other_province_code")
    return _agrees(pairs, pl.col("province_code") == pl.col("other_province_code"), detail)


def category_agrees(evidence: Evidence) -> pl.DataFrame:
    """In the group of categories in which other sources have the same place; `other` says nothing."""
    known = (pl.col("group") != "other") & (pl.col("other_group") != "other")
    pairs = _with_others(evidence).filter(known.fill_null(value=False))
    detail = pl.format("{}, {}: {}", "group", "other_source", "other_group")
    return _agrees(pairs, pl.col("group") == pl.col("other_group"), detail)


def place_once(evidence: Evidence) -> pl.DataFrame:
    """No other record of the same source was matched to the same place."""
    shared = pl.len().over("listing_id")
    return verdicts(
        evidence.rows.filter(pl.col("listing_id").is_not_null()).with_columns(shared=shared),
        row=pl.col("key"),
        passed=pl.col("shared") == 1,
        label=_LABEL,
        detail=pl.col("listing_id"),
    )


def record_recent(evidence: Evidence) -> pl.DataFrame:
    """Updated within two years, where the source states when."""
    stated = pl.col("updated_at").is_not_null()
    return RecordTest(
        stated,
        pl.col("updated_at").dt.date() >= evidence.today - RECENT,
        pl.col("updated_at").dt.strftime("%Y-%m-%d"),
    )(evidence)


def _decimals(column: str) -> pl.Expr:
    """Whether a coordinate has three decimals or more."""
    thousandths = pl.col(column) * 100
    return (thousandths - thousandths.round()).abs() > 1e-9


_ALWAYS: Final = pl.lit(value=True)
PLACE_CHECKS: Final[dict[str, Check]] = {
    "place_name_th": _text("name_th", "th"),
    "place_name_en": _text("name_en", "en"),
    "place_contact": RecordTest(
        _ALWAYS, pl.any_horizontal(_stated("phone"), _stated("email"), _stated("website")), pl.lit("–")
    ),
    "place_address": RecordTest(
        _ALWAYS,
        pl.any_horizontal(pl.col("address_th", "address_en").is_not_null(), _stated("postcode")),
        pl.lit("–"),
    ),
    "place_opening_hours": RecordTest(
        ~pl.col("group").is_in(_WITHOUT_HOURS), _stated("opening_hours"), pl.col("category")
    ),
    "point_readable": QuarantineTest(_POINT_REASONS),
    "name_readable": QuarantineTest(_NAME_REASONS),
    "name_th_script": RecordTest(
        pl.col("name_th").is_not_null(), pl.col("name_th").str.contains(r"\p{Thai}"), pl.col("name_th")
    ),
    "phone_valid": RecordTest(_stated("phone"), ~_note("phone_unreadable"), pl.coalesce("phone", pl.lit("–"))),
    "contact_valid": RecordTest(
        pl.any_horizontal(_stated("email"), _stated("website")),
        ~_note("email_unreadable") & ~_note("website_unreadable"),
        pl.coalesce("website", "email", pl.lit("–")),
    ),
    "opening_hours_valid": RecordTest(
        _stated("opening_hours"), ~_note("opening_hours_unreadable"), pl.coalesce("opening_hours", pl.lit("–"))
    ),
    "category_known": RecordTest(_ALWAYS, ~_note("category_unknown"), pl.col("category")),
    "postcode_valid": RecordTest(
        _stated("postcode"), ~_note("postcode_unreadable"), pl.coalesce("postcode", pl.lit("–"))
    ),
    "point_in_province": QuarantineTest(_PROVINCE_REASONS),
    "point_in_district": RecordTest(_ALWAYS, ~_note("point_in_other_district"), _POINT),
    "point_order": RecordTest(_ALWAYS, ~_note("lat_lon_swapped"), _POINT),
    "point_precise": RecordTest(_ALWAYS, _decimals("lat") | _decimals("lon"), _POINT),
    "point_agrees": point_agrees,
    "place_once": place_once,
    "province_agrees": province_agrees,
    "category_agrees": category_agrees,
    "record_recent": record_recent,
}
"""Code of a rule on places -> how it is checked."""
