"""Generated observations, always the same for the same number, stored in the form in which the warehouse stores them.

A feed for each indicator: every area (country, provinces, districts), market and month, with a season, a growth and
noise of its own. A feed is made and written at a time, so that memory does not grow with their number.
"""

from __future__ import annotations

import math
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from tic.analytics import summaries
from tic.analytics.observation import OBSERVATION_SCHEMA
from tic.analytics.warehouse import write_parquet
from tic.core.areas import districts, provinces

MARKETS: Final = ("all", "thai", "foreign", *summaries.SEPARATE_MARKETS, *(f"country_{n:02d}" for n in range(21)))
MONTHS: Final = [date(2015 + month // 12, month % 12 + 1, 1) for month in range(120)]
_COMPLETE: Final = "complete"
"""The file that is written last: what a run that was killed has left behind is made anew."""


def kept_figures(folder: Path, rows: int) -> tuple[Path, int]:
    """The warehouse of about so many rows below a folder, made where it is not there yet, and its rows."""
    warehouse = folder / f"observations-{rows}"
    complete = warehouse / _COMPLETE
    if not complete.exists():
        complete.parent.mkdir(parents=True, exist_ok=True)
        complete.write_text(str(generate(warehouse, rows)))
    return warehouse, int(complete.read_text())


def generate(folder: Path, rows: int) -> int:
    """Store about so many observations; returns how many."""
    areas = ["TH", *provinces(), *districts()]
    per_area = len(MARKETS) * len(MONTHS)
    areas = list(islice(areas, max(78, rows // per_area)))
    count = max(1, round(rows / (len(areas) * per_area)))
    keys = _keys(areas)
    for number in range(count):
        write_parquet(folder / "observations" / "feed" / f"bench_{number:02d}.parquet", _feed(keys, number))
    return count * keys.height


def _keys(areas: list[str]) -> pl.DataFrame:
    """Area, market and period in the order in which the warehouse keeps them."""
    frame = pl.DataFrame({"area": sorted(areas)})
    for name, values in (("market", sorted(MARKETS)), ("period", MONTHS)):
        frame = frame.join(pl.DataFrame({name: values}), how="cross", maintain_order="left_right")
    return frame


def _feed(keys: pl.DataFrame, number: int) -> pl.DataFrame:
    random = np.random.default_rng(number)
    months = np.arange(len(MONTHS))
    series = keys.height // len(months)
    level = random.lognormal(6, 2, (series, 1)) * (1 + random.normal(0.03, 0.02, (series, 1))) ** (months / 12)
    season = 1 + random.uniform(0, 0.5, (series, 1)) * np.cos(2 * math.pi * months / 12)
    values = np.round(level * season * random.lognormal(0, 0.1, (series, len(months))))
    return keys.with_columns(
        indicator=pl.lit(f"indicator_{number:02d}"), unit=pl.lit("persons"), frequency=pl.lit("M"),
        value=pl.Series(values.ravel()), status=pl.lit("final"), source=pl.lit(f"bench_{number:02d}"),
        as_of=pl.lit(date(2025, 1, 1)),
    ).select(list(OBSERVATION_SCHEMA))  # fmt: skip
