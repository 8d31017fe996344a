"""Whether a place can be reached in a wheelchair, in three words."""

from __future__ import annotations

from typing import Final

import polars as pl

from directory.listing import WHEELCHAIR
from ingest.clean.contacts import read_distinct
from ingest.source import Source

_MEANT: Final = {"designated": "yes", "partial": "limited"}
"""Other values of OpenStreetMap's tag that say the same."""


def read_wheelchair(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`wheelchair` as one of WHEELCHAIR; others are left out and noted `wheelchair_unreadable`."""
    return read_distinct(frame, "wheelchair", to_wheelchair)


def to_wheelchair(text: str) -> str | None:
    """One of WHEELCHAIR, or None when it says something else."""
    word = text.strip().lower()
    word = _MEANT.get(word, word)
    return word if word in WHEELCHAIR else None
