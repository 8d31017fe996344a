"""Whether a listing is in business, from what its records say.

Only statements count; that a source lists a place says nothing. An operator's record says open unless it says closed.
Order of trust as for every field: operator, official, open, private. Of equally trusted ones the newer counts (by the
day of closing, else by the day of the statement), of undated or equally old ones the closure. One exception: a place
that a more trusted source calls open is closed when a source that is not private dates its closing later than that
statement. Whoever says nothing leaves it unknown.
"""

from __future__ import annotations

from typing import Final

import polars as pl

_PRIVATE: Final = 3
STATUS_COLUMNS: Final = ("status", "status_on", "status_said", "status_as_of", "status from")
"""What `statuses` gives beside listing_id: the state, since when, in the source's words, of which day, whose record."""


def statuses(ranked: pl.DataFrame) -> pl.DataFrame:
    """One row per listing that anything is said of: listing_id and STATUS_COLUMNS.

    ranked: records with listing_id and trust (position in the order of trust, 0 is the operator).
    """
    operator_is_open = pl.when((pl.col("trust") == 0) & pl.col("status").is_null()).then(pl.lit("open"))
    said = (
        ranked.with_columns(status=pl.coalesce("status", operator_is_open))
        .filter(pl.col("status").is_not_null())
        .with_columns(is_closed=pl.col("status") == "closed", as_of=pl.col("updated_at").dt.strftime("%Y-%m-%d"))
        .with_columns(moment=pl.coalesce("status_on", "as_of"))
        .sort(
            "listing_id",
            "trust",
            "moment",
            "is_closed",
            "key",
            descending=[False, False, True, True, False],
            nulls_last=True,
        )
    )
    first = said.unique("listing_id", keep="first", maintain_order=True)
    opened = first.filter(~pl.col("is_closed")).select("listing_id", opened="moment")
    later = (
        said.filter(pl.col("is_closed") & (pl.col("trust") != _PRIVATE) & pl.col("status_on").is_not_null())
        .join(opened, on="listing_id", maintain_order="left")
        .filter(pl.col("moment") > pl.col("opened"))
        .unique("listing_id", keep="first", maintain_order=True)
        .drop("opened")
    )
    return (
        pl.concat([later, first.join(later, on="listing_id", how="anti", maintain_order="left")])
        .rename({"as_of": "status_as_of", "key": "status from"})
        .select("listing_id", *STATUS_COLUMNS)
    )
