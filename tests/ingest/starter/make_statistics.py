"""Retype the official figures of the starter set: `python tests/ingest/starter/make_statistics.py`.

Reads the publishers' files below `../shared/data` beside the project through the product's own parsers and writes
`ingest/starter/statistics.parquet`: tidy Observations, each with its feed, unit, status and date.
"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from ingest.fetch import look_around
from ingest.parsers import load_parser
from ingest.source import get_source
from ingest.statistics import clean_statistics
from tic.analytics.observation import KEY

ROOT = Path(__file__).resolve().parents[3]
TARGET = ROOT / "ingest" / "starter" / "statistics.parquet"
FEEDS = (
    "mots_arrivals_monthly",
    "mots_arrivals_by_region",
    "mots_province_monthly",
    "mots_province_annual",
    "bot_tourism_indicators",
)
"""The ministry's workbook of 2565 is left out: mots_province_monthly has its months, revised."""


def figures(folder: Path) -> pl.DataFrame:
    """All good figures of the feeds below a folder, in order of their key."""
    shelf = look_around(folder)
    parts = []
    for name in FEEDS:
        source = get_source(name)
        (path,) = shelf.files_of(source)
        parts.append(clean_statistics(load_parser(source)(path, source), source).observations)
    return pl.concat(parts).sort(KEY)


def main() -> int:
    """Write the file and say what is in it."""
    frame = figures(ROOT.parent / "shared" / "data")
    frame.write_parquet(TARGET, compression="zstd", compression_level=19, statistics=False)
    print(f"{frame.height:,} figures in {TARGET.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
