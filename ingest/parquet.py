"""Parquet with columns inside columns, as Overture and Foursquare publish their places."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from tic.core.errors import SourceUnreadable

_GEOMETRY: Final = "geometry"


def read_parquet(path: Path, columns: Sequence[str], *, with_point: bool) -> pl.DataFrame:
    """Columns by dotted paths (`names.primary`, `phones.0`, `names.common.th` of a map), beside the file's own.

    with_point: also `lat` and `lon`, the middle of the geometry in well-known binary, where the file has one.
    A path that leads nowhere gives no column. Raises SourceUnreadable for what is no Parquet.
    """
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise SourceUnreadable(
            "{file} cannot be read as Parquet ({reason}). Fetch it again from its publisher.",
            file=path.name,
            reason=" ".join(str(error).split())[:120],
        ) from error
    nested = [name for name in columns if name not in frame.columns]
    found = {name: at for name in nested if (at := _at(frame.schema, name)) is not None}
    made = frame.with_columns(at.alias(name) for name, at in found.items())
    if with_point and frame.schema.get(_GEOMETRY) == pl.Binary:
        made = made.with_columns(_middles(frame[_GEOMETRY]))
    plain = [name for name, kind in made.schema.items() if not kind.is_nested() and kind != pl.Binary]
    return made.select(plain)


def _at(schema: pl.Schema, path: str) -> pl.Expr | None:
    """The expression for a dotted path; None when the path leads nowhere."""
    first, *steps = path.split(".")
    if first not in schema:
        return None
    at, kind = pl.col(first), schema[first]
    for step in steps:
        found = _step(at, kind, step)
        if found is None:
            return None
        at, kind = found
    return at


def _step(at: pl.Expr, kind: Any, step: str) -> tuple[pl.Expr, Any] | None:
    if isinstance(kind, pl.Struct):
        fields = {field.name: field.dtype for field in kind.fields}
        return (at.struct.field(step), fields[step]) if step in fields else None
    if isinstance(kind, pl.List) and step.isdigit():
        return at.list.get(int(step), null_on_oob=True), kind.inner
    if isinstance(kind, pl.List) and isinstance(kind.inner, pl.Struct):
        # A map is kept as a list of pairs.
        pairs = {field.name: field.dtype for field in kind.inner.fields}
        if {"key", "value"} <= set(pairs):
            here = pl.element().filter(pl.element().struct.field("key") == step).struct.field("value").first()
            return at.list.eval(here).list.first(), pairs["value"]
    return None


def _middles(geometries: pl.Series) -> pl.DataFrame:
    """`lat` and `lon` of the middle of each geometry; null for one that cannot be read."""
    shapes = shapely.from_wkb(geometries.to_numpy(), on_invalid="ignore")
    middles = shapely.centroid(shapes)
    lat, lon = np.asarray(shapely.get_y(middles)), np.asarray(shapely.get_x(middles))
    return pl.DataFrame({"lat": lat, "lon": lon}).fill_nan(None)
