"""Where the statistical models are fitted: on this machine, or on a Ray cluster by statsforecast's own backend (fugue).

The models and their figures are the same; only the frame that statsforecast is given differs. The cluster is the one
that RAY_ADDRESS names, else one that is started on this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, Literal

import polars as pl

from tic.core.errors import NotFound

Engine = Literal["local", "ray"]
_ENGINE: ContextVar[Engine] = ContextVar("engine", default="local")
_PANDAS_FREQUENCY: Final = {"1mo": "MS", "3mo": "QS", "12mo": "YS"}
_SERIES_PER_PART: Final = 50


@contextmanager
def fitting_on(engine: Engine) -> Iterator[None]:
    """Fit statistical models there while the block runs. Raises NotFound when Ray is wanted and not installed."""
    if engine == "ray":
        _ray()
    token = _ENGINE.set(engine)
    try:
        yield
    finally:
        _ENGINE.reset(token)


def on_cluster() -> bool:
    """Whether models are to be fitted on a cluster now."""
    return _ENGINE.get() == "ray"


def cluster_forecast(forecaster: Any, panel: pl.DataFrame, *, horizon: int) -> pl.DataFrame:
    """What a StatsForecast tells of a panel (unique_id, ds, y), computed there: unique_id, ds, a column per model.

    The forecaster's frequency is to be one of `cluster_frequency`.
    """
    ray = _ray()
    if not ray.is_initialized():
        ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    # Ray deals a table out to 200 parts unless told otherwise, and a few dozen series do not pay for that.
    context.default_hash_shuffle_parallelism = -(-panel["unique_id"].n_unique() // _SERIES_PER_PART)
    dated = panel.with_columns(pl.col("ds").cast(pl.Datetime("us")))
    told = forecaster.forecast(df=ray.data.from_pandas(dated.to_pandas()), h=horizon)
    parts = [pl.DataFrame(pl.from_arrow(table)) for table in ray.get(told.to_arrow_refs())]
    return pl.concat([part for part in parts if part.width]).with_columns(pl.col("ds").cast(pl.Date))


def cluster_frequency(period: str) -> str:
    """The offset of a period ("1mo", ...) as a frame of a cluster needs it."""
    return _PANDAS_FREQUENCY[period]


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise NotFound("Ray is not installed. Install it with `pip install 'ray[data]'`.") from error
    return ray
