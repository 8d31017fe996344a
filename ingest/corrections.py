"""Corrections of publishers' known mistakes: data in source.yml, applied to rows as they were stated."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Final

import polars as pl

from ingest.quarantine import NOTES, PROBLEMS, flag, listed
from ingest.source import Correction, Source
from tic.core.errors import SourceUnreadable

CORRECTED: Final = "corrected"
"""The note that an accepted row carries."""


def correct(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """Apply the corrections of a source to a frame of text columns.

    Raises SourceUnreadable for one that finds no row: the publisher has put it right, and the correction must go.
    """
    for correction in source.corrections:
        hit = _where(correction)
        if not frame.select(hit.any()).item():
            raise SourceUnreadable(
                "The correction of {source} where {where} finds nothing to correct any more. Its publisher has put "
                "it right: take the correction out of source.yml.",
                source=source.name,
                where=", ".join(f"{name} is {value}" for name, value in correction.where.items()),
            )
        frame = frame.with_columns(_changes(correction, hit, frame))
    return frame


def _where(correction: Correction) -> pl.Expr:
    tests = [(pl.col(name).cast(pl.String) == value).fill_null(value=False) for name, value in correction.where.items()]
    return reduce(and_, tests)


def _changes(correction: Correction, hit: pl.Expr, frame: pl.DataFrame) -> list[pl.Expr]:
    if correction.reject:
        code = pl.lit([correction.reject], dtype=pl.List(pl.String))
        told = listed(PROBLEMS)
        return [pl.when(hit).then(pl.concat_list(told, code)).otherwise(pl.col(PROBLEMS)).alias(PROBLEMS)]
    changes = [
        pl.when(hit).then(pl.lit(value).cast(frame.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in correction.change.items()
    ]
    return [*changes, flag(NOTES, {CORRECTED: hit})] if NOTES in frame.columns else changes
