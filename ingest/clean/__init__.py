"""Cleaning of stated places: ordered steps, each with one job.

A step takes and gives the whole frame (STATED_SCHEMA of ingest.places + `notes`, and what earlier steps added). It
drops no row: what is wrong with one goes to its `problems`, what was put right or left out to its `notes`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from ingest.clean.access import read_wheelchair
from ingest.clean.addresses import write_addresses
from ingest.clean.areas import find_areas
from ingest.clean.categories import choose_categories
from ingest.clean.contacts import read_contacts
from ingest.clean.coordinates import read_coordinates
from ingest.clean.hours import read_opening_hours
from ingest.clean.names import split_names
from ingest.clean.status import read_status
from ingest.clean.texts import tidy_texts
from ingest.source import Source

Step = Callable[[pl.DataFrame, Source], pl.DataFrame]

STEPS: Final[tuple[Step, ...]] = (
    tidy_texts,
    read_coordinates,
    find_areas,
    split_names,
    write_addresses,
    read_contacts,
    read_status,
    read_opening_hours,
    read_wheelchair,
    choose_categories,
)
"""In this order: areas need coordinates, names and addresses need areas, categories need names; what says that a
place has closed is no opening hours."""
