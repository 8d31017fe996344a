"""The official figures that ship with the product, already tidy; each row names the publisher's feed it is from."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from ingest.parsers import Parsed
from ingest.source import Source
from tic.analytics.observation import KEY, OBSERVATION_SCHEMA
from tic.core.errors import StorageFailed


def parse(path: Path, source: Source) -> Parsed:
    """The figures of the starter set. Raises StorageFailed when the product's own file is broken."""
    try:
        frame = pl.read_parquet(path, columns=list(OBSERVATION_SCHEMA))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StorageFailed(
            "The statistics that ship with the product ({file}) cannot be read. Install the product again.",
            file=path.name,
        ) from error
    origin = pl.concat_str([pl.col(name).cast(pl.String) for name in KEY], separator=" ")
    return Parsed(frame.with_columns(origin=origin))
