"""Quarantine: why rows are rejected, and the rows as their source stated them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from directory.repository import QuarantinedRow
from ingest.tabular import ROW_NUMBER

PROBLEMS: Final = "problems"
"""Column of reason codes; a row with any of them is rejected."""

NOTES: Final = "notes"
"""Column of codes of what was put right or left out; a row with notes is accepted."""

REASONS: Final = {
    "alert_unreadable": "The file is no hazard message that can be read.",
    "area_unknown": "The area is no province, region or country that we know.",
    "date_missing": "The day of the count is missing or cannot be read.",
    "duplicate_key": "An earlier row of the same file has the same key.",
    "figure_missing": "There is no figure.",
    "figure_negative": "The figure is below zero.",
    "figure_unreadable": "The figure is not a number.",
    "figure_implausible": "A correction in source.yml says why this figure cannot be right.",
    "formula": "A cell holds a formula, or the error of one, instead of a value.",
    "indicator_unknown": "The indicator is not among those of the product.",
    "markup": "A name or an address holds code of a web page.",
    "market_unknown": "The country or group of countries is none that we know.",
    "name_too_long": "The name has more than 500 letters.",
    "name_too_short": "The name has fewer than two letters or digits.",
    "no_name": "The place has no name in any language.",
    "percent_beyond_100": "A rate or share is above one hundred percent.",
    "period_in_future": "The figure is for a time that has not come yet.",
    "period_missing": "The month or year is missing or cannot be read.",
    "point_abroad": "The point lies outside Thailand.",
    "point_absurd": "Latitude or longitude is beyond the ranges of the earth.",
    "point_far_from_province": "The point lies in no province and far from the one that is stated.",
    "point_in_other_province": "The point lies well inside another province than the one that is stated.",
    "point_missing": "There are no coordinates.",
    "point_off_grid": "The grid coordinates lie outside Thailand's zones 47 and 48.",
    "point_unreadable": "The coordinates are not numbers.",
    "point_zero": "The coordinates are 0, 0.",
    "row_ragged": "The row has more or fewer fields than the heading.",
    "source_id_missing": "The row has no id.",
    "stray_row": "The row belongs to no part of the table.",
    "unit_missing": "There is no unit.",
}
"""Every reason code, and what it says."""


def listed(column: str) -> pl.Expr:
    """A column of lists of text with an empty list for null. (`fill_null([])` panics on some frames in polars 2.1.)"""
    return pl.coalesce(column, pl.lit([], dtype=pl.List(pl.String))).alias(column)


def flag(column: str, tests: Mapping[str, pl.Expr]) -> pl.Expr:
    """The list column `column` with the code of each test that holds added to it; a null test does not hold."""
    found = [pl.when(test.fill_null(value=False)).then(pl.lit(code)) for code, test in tests.items()]
    return pl.concat_list(column, pl.concat_list(*found).list.drop_nulls()).alias(column)


def reject_repeated(frame: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    """Add `duplicate_key` to rows whose key an earlier row without problems has."""
    is_good = pl.col(PROBLEMS).list.len() == 0
    repeated = is_good & ~pl.struct(*key, is_good.alias("is_good")).is_first_distinct()
    return frame.with_columns(flag(PROBLEMS, {"duplicate_key": repeated}))


def rejected_rows(frame: pl.DataFrame, *, row_key: str, body: Sequence[str]) -> list[QuarantinedRow]:
    """Rows of the quarantine from the rows of a frame with PROBLEMS; `row N` stands for a missing key.

    `body`: the columns to keep, as the source stated them, without those that are null.
    """
    rows = []
    for row in frame.iter_rows(named=True):
        name = str(row[row_key] or "").strip() or f"row {row[ROW_NUMBER]}"
        stated = {column: row[column] for column in body if row[column] is not None}
        rows.append(QuarantinedRow(name, tuple(dict.fromkeys(row[PROBLEMS])), stated))
    return rows
