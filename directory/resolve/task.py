"""What a run of the resolver works on, from reading to saving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from directory.resolve.clusters import Scored
    from directory.resolve.kept import Kept
    from directory.resolve.prepare import Prepared

VERSION_STATE: Final = "resolve:version"
"""Name of the state that says by what rules, model and trust the listings were made."""


@dataclass(frozen=True)
class Task:
    """What a run works on. records: RECORD_SCHEMA + listing_id. scored: their pairs where these are known already.

    everything: all records prepared, where they are to be kept for the next run. kept: the files they are in.
    stamps: the changed records as they were read. scope: listings that the records and changes belong to; None: all.
    """

    records: pl.DataFrame
    scored: Scored | None
    judgements: pl.DataFrame
    stamps: pl.DataFrame
    scope: frozenset[str] | None
    version: str
    everything: Prepared | None = None
    kept: Kept | None = None
