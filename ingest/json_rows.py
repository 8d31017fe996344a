"""Rows of JSON and GeoJSON by dotted paths, column by column, as text."""

from __future__ import annotations

import gc
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import orjson
import polars as pl
import shapely
from shapely.geometry import shape

from ingest.json_paths import at_path
from ingest.source import Source
from ingest.tabular import ROW_NUMBER, Table, read_text
from tic.core.errors import SourceUnreadable

POINT: Final = ("lat", "lon")
_LONGEST: Final = 2.0**63


class _Decimal(float):
    """A number that is known to have a decimal point or an exponent."""


class _LongNumber(Exception):
    """The quick reader takes a whole number of more than 64 bits for one with a decimal point."""


def read_json(path: Path, source: Source, columns: Sequence[str], ignored: Sequence[str], *, is_geojson: bool) -> Table:
    """The rows of a file; a row of GeoJSON has its properties, `id`, and POINT, the middle of its geometry.

    Raises SourceUnreadable for what is no JSON, or has no list of rows where source.yml says, or none of the columns.
    """
    text = read_text(path, encoding=source.encoding)
    with _no_search_for_garbage():
        try:
            return _table(orjson.loads(text), path, source, columns, ignored, is_geojson)
        except (orjson.JSONDecodeError, _LongNumber):
            # NaN and the like, which Python reads; what it does not read either it tells better.
            return _table(_content(path, text), path, source, columns, ignored, is_geojson)


def _table(
    content: Any, path: Path, source: Source, columns: Sequence[str], ignored: Sequence[str], is_geojson: bool
) -> Table:
    rows = _rows(content, path, source.layout.rows or ("features" if is_geojson else ""))
    fields = [_properties(row) for row in rows] if is_geojson else rows
    read = _property if is_geojson else _column
    texts = {name: _texts(read(fields, name)) for name in columns}
    if is_geojson and "id" in texts:
        texts["id"] = _texts(_property(rows, "id"))
    points = _middles(rows) if is_geojson else {}
    absent = [name for name in columns if rows and texts[name].null_count() == len(rows)]
    if len(absent) == len(columns):
        raise SourceUnreadable("{file} has none of the fields {columns}.", file=path.name, columns=", ".join(absent))
    numbers = pl.int_range(1, len(rows) + 1, dtype=pl.Int64, eager=True)
    return Table(pl.DataFrame({ROW_NUMBER: numbers, **texts, **points}), _leftover(fields, columns, ignored))


@contextmanager
def _no_search_for_garbage() -> Iterator[None]:
    """A million small objects are read and nothing is thrown away: looking through them all again takes longer."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _content(path: Path, text: str) -> Any:
    try:
        return json.loads(text, parse_float=_Decimal)
    except (ValueError, RecursionError) as error:
        raise SourceUnreadable(
            "{file} is broken off or no JSON ({reason}). Fetch it again from its publisher.",
            file=path.name,
            reason=str(error)[:120],
        ) from error


def _rows(content: Any, path: Path, where: str) -> list[Any]:
    rows = at_path(content, where)
    if isinstance(rows, Mapping) and where in {"", "."}:
        rows = [rows]
    if not isinstance(rows, list):
        raise SourceUnreadable("{file} has no list of rows at {path}.", file=path.name, path=where or "the top")
    return rows


def _properties(feature: Any) -> Any:
    return (feature.get("properties") or {}) if isinstance(feature, Mapping) else feature


def _property(rows: Sequence[Any], name: str) -> list[Any]:
    return [row.get(name) for row in rows]


def _column(rows: Sequence[Any], name: str) -> list[Any]:
    """The value at a path in each row, as `at_path` finds it."""
    first, dot, second = name.partition(".")
    if not all(type(row) is dict for row in rows):
        return [at_path(row, name) for row in rows]
    if not dot:
        return [row.get(name) for row in rows]
    if not second or "." in second:
        return [at_path(row, name) for row in rows]
    return [
        inner.get(second) if type(inner := row.get(first)) is dict and name not in row else at_path(row, name)
        for row in rows
    ]


def _texts(values: list[Any]) -> pl.Series:
    """Each value as text; null for nothing, for a blank text, and for what is no single value."""
    plain = set(map(type, values)) <= {str, type(None)}
    texts = pl.Series(values if plain else [_text(value) for value in values], dtype=pl.String)
    return texts.to_frame("text").select(pl.when(pl.col("text").str.contains(r"\S")).then("text")).to_series()


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = ";".join(_told(item) for item in value if not isinstance(item, (dict, list)))
    return None if value is None or isinstance(value, (dict, bool)) else _told(value)


def _told(value: Any) -> str:
    if type(value) is float and _LONGEST <= abs(value) < math.inf:
        raise _LongNumber
    return str(value)


def _middles(features: Sequence[Any]) -> dict[str, pl.Series]:
    """Latitude and longitude of the middle of each feature, in degrees as text."""
    middles = [_middle(feature) for feature in features]
    return {name: pl.Series([middle[at] for middle in middles], dtype=pl.String) for at, name in enumerate(POINT)}


def _middle(feature: Any) -> tuple[str | None, str | None]:
    try:
        geometry = feature["geometry"]
        if geometry["type"] == "Point":
            lon, lat, *_height = geometry["coordinates"]
            if type(lon) in (float, int) and type(lat) in (float, int) and not math.isnan(lat + lon):
                return f"{lat:.7f}", f"{lon:.7f}"
        middle = shape(dict(geometry)).centroid
    except (AttributeError, KeyError, TypeError, ValueError, shapely.errors.ShapelyError):
        return None, None
    return (None, None) if middle.is_empty else (f"{middle.y:.7f}", f"{middle.x:.7f}")


def _leftover(rows: Sequence[Any], columns: Sequence[str], ignored: Sequence[str]) -> tuple[str, ...]:
    """Fields of the rows that nobody has said anything about, in the order in which they come."""
    known = {name.split(".")[0] for name in (*columns, *ignored)} | {*columns, *ignored}
    shapes = dict.fromkeys(tuple(row) for row in rows if isinstance(row, Mapping))
    return tuple(dict.fromkeys(name for names in shapes for name in names if name not in known))
