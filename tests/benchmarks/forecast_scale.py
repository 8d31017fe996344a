"""Processor time of a forecast per series as panels grow: `python tests/benchmarks/forecast_scale.py 1000 20000`.

Each panel is made of the monthly series of the tourism competition, repeated with other scales and noise; the last five
years of each are forecast 12 months ahead by all models and combined. Prints one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, Final

import numpy as np
import polars as pl

from models.ensemble import NAME, combine
from models.series import regular_panel
from models.statistical import forecast_singles
from tic.core.usage import cpu_seconds, peak_rss_bytes
from tic.jobs.backtest import competition_trials

_MONTHS: Final = 60
_HORIZON: Final = 12
_NOISE: Final = 0.05


def panel_of(count: int) -> pl.DataFrame:
    """So many series of five years, drawn with a fixed seed."""
    trial = next(trial for trial in competition_trials() if trial.season == 12)
    recent = trial.panel.group_by("unique_id", maintain_order=True).tail(_MONTHS)
    names = recent["unique_id"].unique(maintain_order=True).to_list()
    draw = np.random.default_rng(4)
    drawn = pl.DataFrame(
        {
            "source": [names[place % len(names)] for place in range(count)],
            "name": [f"s{place:06d}" for place in range(count)],
            "size": draw.lognormal(0, 1, count),
        }
    )
    grown = drawn.join(recent.rename({"unique_id": "source"}), on="source", maintain_order="left_right")
    noise = pl.Series(draw.lognormal(0, _NOISE, grown.height))
    return grown.select(unique_id="name", ds="ds", y=pl.col("y") * pl.col("size") * noise)


def measure(count: int) -> dict[str, Any]:
    """Seconds of one forecast of so many series."""
    panel = regular_panel(panel_of(count), season=12)
    started, used = time.monotonic(), cpu_seconds()
    told = forecast_singles(panel, horizon=_HORIZON, season=12)
    equal = pl.DataFrame(schema={"unique_id": pl.String, "model": pl.String, "weight": pl.Float64})
    together = combine(told, equal, season=12)
    cpu_s = cpu_seconds() - used
    return {
        "series": together["unique_id"].n_unique(),
        "model": NAME,
        "cpu_s": round(cpu_s, 2),
        "cpu_ms_per_series": round(1000 * cpu_s / count, 2),
        "wall_s": round(time.monotonic() - started, 2),
        "peak_rss_bytes": peak_rss_bytes(),
    }


if __name__ == "__main__":
    sizes = [int(text) for text in sys.argv[1:]] or [1000, 20000]
    # One at a time, the smallest first: the peak of memory is that of the largest so far.
    print(json.dumps({"panels": [measure(size) for size in sorted(sizes)], "load": os.getloadavg()[0]}))
