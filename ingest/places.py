"""A feed of places: the frame that parsers give, and how it becomes Records, rejected rows and notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from directory.listing import RECORD_SCHEMA
from directory.repository import QuarantinedRow
from ingest.clean import STEPS
from ingest.corrections import correct
from ingest.fixes import Fix, apply_fixes
from ingest.parsers import Parsed
from ingest.quarantine import NOTES, PROBLEMS, flag, listed, reject_repeated, rejected_rows
from ingest.source import Source
from ingest.tabular import ROW_NUMBER
from ingest.unchanged import KNOWN_SCHEMA, unchanged_rows, with_hashes

STATED_SCHEMA: Final[dict[str, Any]] = {
    "source_id": pl.String,
    "name": pl.String,
    "name_th": pl.String,
    "name_en": pl.String,
    "names": pl.String,
    "aliases": pl.List(pl.String),
    "tags": pl.List(pl.String),
    "kinds": pl.List(pl.String),
    "category": pl.String,
    "lat": pl.String,
    "lon": pl.String,
    "province": pl.String,
    "district": pl.String,
    "subdistrict": pl.String,
    "street": pl.String,
    "address": pl.String,
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
    ROW_NUMBER: pl.Int64,
    PROBLEMS: pl.List(pl.String),
}
"""Columns of a frame of places as a source states them: its own text, not yet cleaned; what it does not say is null.

name: in whatever language, where the source does not tell; names as in RECORD_SCHEMA. tags: keywords, some of which
are further names. kinds: what it is in the source's own words (`amenity=cafe`, `tat:SHOP`), for clean/kinds.csv; or
`category` where the source already has ours. province, district, subdistrict: names. street: the part of the address
before them; or `address` where the source gives it whole. status, status_on, status_said: whether it is in business,
in the source's own words, since when, and what it is read from (`disused:tourism=hotel`). row_number: where in the
file. problems: reason codes that the parser has already found.
"""

_ROW_KEY: Final = pl.coalesce(
    pl.when(pl.col("source_id").str.contains(r"\S")).then(pl.col("source_id").str.strip_chars()),
    pl.format("row {}", pl.col(ROW_NUMBER)),
)
"""How the quarantine names a row."""
_TEXT_FOR_PEOPLE: Final = [name for name in STATED_SCHEMA if name not in {ROW_NUMBER, PROBLEMS}]


@dataclass(frozen=True)
class Places:
    """What a feed of places brings.

    records: a frame of RECORD_SCHEMA, each key once, without those whose rows are known to be as they were. accepted:
    all rows that were accepted, these included, as unchanged.KNOWN_SCHEMA. rejected: rows for the quarantine. notes:
    what was put right or left out of accepted rows, code -> keys of the records. stale: rows whose fix no longer fits.
    """

    records: pl.DataFrame
    accepted: pl.DataFrame
    rejected: list[QuarantinedRow]
    notes: dict[str, list[str]]
    stale: tuple[str, ...] = ()


def stated_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """A parser's frame with all columns of STATED_SCHEMA, in order."""
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in STATED_SCHEMA.items()
    ]
    return frame.select(columns)


def clean_places(
    parsed: Parsed, source: Source, fixes: Sequence[Fix] = (), known: pl.DataFrame | None = None
) -> Places:
    """Correct, clean and judge the places of one file, with the rows that a person has fixed.

    known: rows of the last run (unchanged.KNOWN_SCHEMA); those that are as they were are not cleaned again. Raises
    SourceUnreadable for a correction that finds nothing.
    """
    stated = with_hashes(stated_frame(parsed.frame), [ROW_NUMBER]).with_row_index("at")
    # A correction or a fix must find its rows; so all are looked at.
    if known is None or source.corrections or fixes:
        return _clean(stated, source, fixes, None)
    kept = unchanged_rows(stated, known)
    places = _clean(stated.join(kept, on="at", how="anti"), source, fixes, kept)
    # A row that states the key of an older one: which of the two counts depends on their order.
    if not places.accepted["key"].is_unique().all():
        return _clean(stated, source, fixes, None)
    return places


def _clean(stated: pl.DataFrame, source: Source, fixes: Sequence[Fix], kept: pl.DataFrame | None) -> Places:
    empty = pl.lit([], dtype=pl.List(pl.String))
    stated, stale = apply_fixes(stated.with_columns(listed(PROBLEMS), empty.alias(NOTES)), fixes, _ROW_KEY)
    frame = correct(stated, source)
    for step in STEPS:
        frame = step(frame, source)
    frame = frame.with_columns(flag(PROBLEMS, {"source_id_missing": pl.col("source_id").is_null()}))
    frame = reject_repeated(frame, ["source_id"])
    accepted = frame.filter(pl.col(PROBLEMS).list.len() == 0)
    refused = frame.filter(pl.col(PROBLEMS).list.len() > 0).select("at", PROBLEMS)
    as_stated = stated.drop(PROBLEMS, NOTES).join(refused, on="at", how="inner", maintain_order="left")
    key = pl.concat_str(pl.lit(source.name), pl.lit(":"), "source_id")
    keyed = accepted.with_columns(key=key, source=pl.lit(source.name))
    columns = ("at", *KNOWN_SCHEMA)
    everything = [keyed.select(columns), *([] if kept is None else [kept.select(columns)])]
    noted = pl.concat(everything).sort("at")
    return Places(
        keyed.select(pl.col(name).cast(kind) for name, kind in RECORD_SCHEMA.items()),
        noted.select(*KNOWN_SCHEMA),
        rejected_rows(as_stated, row_key="source_id", body=_TEXT_FOR_PEOPLE),
        _keys_by_note(noted),
        tuple(stale),
    )


def _keys_by_note(frame: pl.DataFrame) -> dict[str, list[str]]:
    noted = frame.select("key", NOTES).explode(NOTES).drop_nulls(NOTES).unique(maintain_order=True)
    by_note = noted.group_by(NOTES).agg("key").sort(NOTES)
    return {note: keys for note, keys in by_note.iter_rows()}  # noqa: C416  (mypy sees no pair in a row)
