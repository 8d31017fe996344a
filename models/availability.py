"""When a figure became known, and what was known on a day: no forecast of the past sees a figure before its day."""

from __future__ import annotations

from datetime import date

import polars as pl


def published(vintages: pl.DataFrame, *, available_after_days: int) -> pl.DataFrame:
    """The values of one monthly series with the day on which each was published: ds, y, published.

    vintages: ds, y, known_on; a row for every value that a figure has had, known_on being the first day on which it is
    known to have stood. That day counts for the newest month of each statement and for every revision. The older months
    of a statement that first brought several at once (a whole history read in one file) had come out month by month
    before: they count from `available_after_days` after the end of the month, or from known_on where that is earlier.
    """
    usual = pl.col("ds").dt.offset_by("1mo").dt.offset_by(f"{available_after_days - 1}d")
    newest = pl.col("ds") == pl.col("ds").max().over("known_on")
    first = pl.col("known_on") == pl.col("known_on").min().over("ds")
    day = pl.when(first & ~newest).then(pl.min_horizontal("known_on", usual)).otherwise("known_on")
    return vintages.select("ds", "y", published=day).sort("ds", "published")


def known_at(figures: pl.DataFrame, day: date) -> pl.DataFrame:
    """What was known of a series at the end of a day: ds, y, each figure as it stood then.

    figures: ds, y, published (see `published`). A figure that was published the day after is absent.
    """
    return (
        figures.filter(pl.col("published") <= day)
        .sort("ds", "published")
        .unique("ds", keep="last", maintain_order=True)
        .select("ds", "y")
    )
