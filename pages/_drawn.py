"""Charts as Vega-Lite, built once for what they show: Altair takes tens of milliseconds for a chart, a look-up none.

The key is the content of the figures and words that a builder is given, so that a chart can never be out of date.
"""

from __future__ import annotations

from functools import partial
from hashlib import blake2b
from typing import Any

import altair as alt
import polars as pl

from tic.reports.document import AnyChart

Drawing = partial[Any] | AnyChart
"""A chart, or the function that builds it with all that it is given."""


def key_of(drawing: partial[Any], language: str) -> str:
    """A name for what a builder would draw in a language: equal for equal figures and words, else another."""
    digest = blake2b(f"{drawing.func.__module__}.{drawing.func.__qualname__}/{language}".encode(), digest_size=16)
    for value in (*drawing.args, *(item for pair in sorted(drawing.keywords.items()) for item in pair)):
        told = value.write_ipc(None).getvalue() if isinstance(value, pl.DataFrame) else repr(value).encode()
        digest.update(len(told).to_bytes(8, "little") + told)
    return digest.hexdigest()


def specification(chart: AnyChart) -> dict[str, Any]:
    """A chart as Vega-Lite whose figures are Arrow streams in `datasets`, as Streamlit's pages expect them."""
    frames: dict[str, bytes] = {}
    spec: dict[str, Any] = _with_named_data(chart, frames).to_dict(validate=False)
    # Altair's own sizes of a view; the page's theme has others.
    spec.pop("config", None)
    return {**spec, "datasets": frames}


def _with_named_data(chart: Any, frames: dict[str, bytes]) -> Any:
    named = chart.copy(deep=False)
    if isinstance(named.data, pl.DataFrame):
        told = named.data.write_ipc_stream(None, compat_level=pl.CompatLevel.oldest()).getvalue()
        # Layers of the same figures share them.
        name = blake2b(told, digest_size=16).hexdigest()
        frames[name] = told
        named.data = alt.NamedData(name)
    if isinstance(named, alt.LayerChart):
        named.layer = [_with_named_data(layer, frames) for layer in named.layer]
    return named
