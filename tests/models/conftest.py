"""Small panels, made up or real, for the tests of the models."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from models.series import MONTHS_PER_PERIOD

SHAPE = (1.3, 1.2, 1.1, 0.95, 0.8, 0.8, 0.95, 0.95, 0.75, 0.9, 1.05, 1.25)
"""Monthly arrivals of Thailand against their mean, roughly."""
MakeSeries = Callable[..., pl.DataFrame]


@pytest.fixture(scope="session")
def make_series() -> MakeSeries:
    """A panel of one series from its figures, None for a gap, the first for `start`, `season` a year."""

    def build(
        figures: Sequence[float | None], *, name: str = "a", start: date = date(2014, 1, 1), season: int = 12
    ) -> pl.DataFrame:
        first = start.year * 12 + start.month - 1
        months = [first + place * MONTHS_PER_PERIOD[season] for place in range(len(figures))]
        rows = [(name, date(month // 12, month % 12 + 1, 1), y) for month, y in zip(months, figures, strict=True)]
        return pl.DataFrame(
            rows, schema={"unique_id": pl.String, "ds": pl.Date, "y": pl.Float64}, orient="row", strict=False
        )

    return build


@pytest.fixture(scope="session")
def seasonal() -> Callable[..., list[float]]:
    """`months` figures with Thailand's seasonal shape about a level of 1,000, with noise of `spread` (log scale)."""

    def figures(months: int, *, spread: float = 0.0, seed: int = 1) -> list[float]:
        draw = random.Random(seed)
        return [1000 * SHAPE[place % 12] * math.exp(draw.gauss(0, spread)) for place in range(months)]

    return figures


@pytest.fixture(scope="session")
def national_arrivals(shared_data: Path) -> pl.DataFrame:
    """Monthly arrivals of Thailand from 2013-01 to 2026-05 as the ministry published them."""
    months = pl.read_csv(shared_data / "statistics" / "mots_arrivals_monthly.csv")
    return months.select(
        unique_id=pl.lit("arrivals/TH/all"), ds=pl.col("date").str.to_date(), y=pl.col("arrivals").cast(pl.Float64)
    )
