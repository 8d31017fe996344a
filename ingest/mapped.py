"""The parser of sources that need none of their own: a file read by the mapping in source.yml."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import reduce
from operator import and_
from pathlib import Path
from typing import Any, Final

import polars as pl

from ingest.dates import month_number, read_day, read_year
from ingest.grids import dms_to_degrees, utm_to_degrees
from ingest.json_rows import POINT, read_json
from ingest.mapping import Calendar, FigureMapping, PlaceMapping, PointForm
from ingest.parquet import read_parquet
from ingest.parsers import Parsed
from ingest.places import STATED_SCHEMA
from ingest.quarantine import PROBLEMS, flag
from ingest.source import Source
from ingest.statistics import FIGURE_SCHEMA
from ingest.tabular import FIELD_COUNT, ROW_NUMBER, Table, ragged_rows, read_table
from ingest.workbooks import read_sheet
from tic.analytics.observation import INDICATORS
from tic.core.areas import find_province
from tic.core.errors import BadInput, SourceUnreadable
from tic.core.i18n import BANGKOK

_FORMULA: Final = r"^\s*(=|\+\w+\(|@\w+\(|#(REF|VALUE|NAME|DIV/0|NUM|NULL|N/A)[!?]?)"
"""How a cell begins that holds a formula or the error that one gave."""
_LISTS: Final = frozenset(name for name, kind in STATED_SCHEMA.items() if kind == pl.List(pl.String))
_NUMBERS: Final = ("price_thb", "reviews")
_FIELDS: Final = frozenset(STATED_SCHEMA) - {ROW_NUMBER, PROBLEMS, "updated_at"}


def parse(path: Path, source: Source) -> Parsed:
    """Stated places or figures. Raises SourceUnreadable when the file lacks a column that the mapping names."""
    if source.mapping is not None:
        columns = _columns_of_places(source.mapping)
        optional = tuple(filter(None, (source.mapping.status,)))
        table = read_stated(path, source, columns, source.mapping.ignored, optional)
        return Parsed(_places(table.frame, source.mapping), table.leftover)
    if source.figures is None:
        raise BadInput("source.yml of {source} maps neither places nor figures.", source=source.name)
    table = read_stated(path, source, _columns_of_figures(source.figures), source.figures.ignored)
    return Parsed(_figures(table.frame, source, source.figures), table.leftover)


def _columns_of_places(mapping: PlaceMapping) -> list[str]:
    unknown = sorted({*mapping.columns, *mapping.fixed} - _FIELDS)
    if unknown:
        raise BadInput(
            "The mapping names fields that places do not have: {fields}. The known ones are: {known}.",
            fields=", ".join(unknown),
            known=", ".join(sorted(_FIELDS)),
        )
    point = mapping.point
    stated = (point.lat, point.lon, point.easting, point.northing) if point else ()
    zone = [point.zone] if point and point.form == "utm" and not point.zone.isdigit() else []
    named = filter(None, (*stated, mapping.updated, mapping.closed, mapping.status))
    return list(dict.fromkeys([*mapping.columns.values(), *named, *zone]))


def _columns_of_figures(mapping: FigureMapping) -> list[str]:
    tests = [*(series.where for series in mapping.series), *mapping.leave_out]
    named = [mapping.value, mapping.year, mapping.month, None if _is_code(mapping.area) else mapping.area]
    return list(dict.fromkeys([*filter(None, named), *(column for test in tests for column in test)]))


def _is_code(area: str) -> bool:
    return area == "TH" or area.startswith("TH-")


def read_stated(
    path: Path, source: Source, columns: Sequence[str], ignored: Sequence[str], optional: Sequence[str] = ()
) -> Table:
    """The rows of a file of any form as text columns, with PROBLEMS of rows that are broken or hold formulas.

    optional: columns that are empty where the file lacks them.
    """
    layout = source.layout
    form = layout.form or _FORMS.get(path.suffix.lower(), "csv")
    if form in {"json", "geojson"}:
        table = read_json(path, source, columns, ignored, is_geojson=form == "geojson")
    elif form == "csv":
        table = read_table(path, source, columns, ignored=ignored, delimiter=layout.delimiter)
    else:
        whole = (
            read_parquet(path, columns, with_point=source.mapping is not None and source.mapping.point is None)
            if form == "parquet"
            else read_sheet(path, layout.sheet, layout.heading_row)
        )
        lacking = [pl.lit(None, dtype=pl.String).alias(name) for name in optional if name not in whole.columns]
        table = _numbered(path, whole.with_columns(lacking), columns, ignored, first=layout.heading_row + 1)
    none = pl.lit([], dtype=pl.List(pl.String))
    problems = ragged_rows(table) if FIELD_COUNT in table.frame.columns else none
    frame = table.frame.with_columns(problems.alias(PROBLEMS))
    is_formula = pl.any_horizontal(pl.col(name).str.contains(_FORMULA).fill_null(value=False) for name in columns)
    return Table(frame.with_columns(flag(PROBLEMS, {"formula": is_formula})), table.leftover)


_FORMS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".psv": "csv",
    ".xlsx": "excel",
    ".xls": "excel",
    ".xlsb": "excel",
    ".ods": "excel",
    ".json": "json",
    ".geojson": "geojson",
    ".parquet": "parquet",
}


def _numbered(path: Path, frame: pl.DataFrame, columns: Sequence[str], ignored: Sequence[str], *, first: int) -> Table:
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise SourceUnreadable(
            "{file} lacks the column(s) {columns}. Check that it is the right file and that its publisher has not "
            "renamed them.",
            file=path.name,
            columns=", ".join(missing),
        )
    points = [name for name in POINT if name in frame.columns and name not in columns]
    known = {*columns, *ignored, *points}
    leftover = tuple(name for name in frame.columns if name not in known)
    texts = frame.with_row_index(ROW_NUMBER, offset=first).select(
        pl.col(ROW_NUMBER).cast(pl.Int64), *(_text(pl.col(name)).alias(name) for name in [*columns, *points])
    )
    return Table(texts.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in columns)), leftover)


def _text(column: pl.Expr) -> pl.Expr:
    text = column.cast(pl.String)
    return pl.when(text.str.contains(r"\S")).then(text)


def _places(frame: pl.DataFrame, mapping: PlaceMapping) -> pl.DataFrame:
    stated = [
        (pl.col(column).str.split(";") if name in _LISTS else pl.col(column)).alias(name)
        for name, column in mapping.columns.items()
        if name not in {"category", "kinds"}
    ]
    fixed = [
        (pl.concat_list(pl.lit(value)) if name in _LISTS else pl.lit(value)).alias(name)
        for name, value in mapping.fixed.items()
    ]
    made = frame.select(*stated, *fixed, ROW_NUMBER, PROBLEMS)
    if "category" in mapping.columns:
        words = frame[mapping.columns["category"]].str.strip_chars()
        told = words.replace_strict(mapping.categories, default=None, return_dtype=pl.String)
        made = made.with_columns((told if mapping.categories else words).alias("category"))
    if "kinds" in mapping.columns:
        words = frame[mapping.columns["kinds"]].str.strip_chars()
        known = words.replace_strict(mapping.kinds, default=None, return_dtype=pl.String) if mapping.kinds else words
        made = made.with_columns(known.str.split(";").alias("kinds"))
    if mapping.closed or mapping.status:
        made = made.with_columns(_status(frame, mapping))
    if mapping.updated:
        made = made.with_columns(_moments(frame[mapping.updated], mapping.calendar))
    numbers = [name for name in _NUMBERS if name in made.columns]
    made = made.with_columns(
        pl.col(name)
        .str.replace_all(r"[^\d.]", "")
        .cast(pl.Float64, strict=False)
        .cast(STATED_SCHEMA[name], strict=False)
        for name in numbers
    )
    return with_points(made, frame, mapping.point)


def _status(frame: pl.DataFrame, mapping: PlaceMapping) -> pl.DataFrame:
    """status, status_on and status_said of each row; a day of closing goes before a word."""
    nothing = pl.lit(None, dtype=pl.String)
    closed = pl.col(mapping.closed) if mapping.closed else nothing
    word = pl.col(mapping.status) if mapping.status else nothing
    return frame.with_columns(
        status=pl.when(closed.is_not_null()).then(pl.lit("closed")).otherwise(word),
        status_on=closed,
        status_said=pl.coalesce(
            pl.format("{}={}", pl.lit(mapping.closed or ""), closed),
            pl.format("{}={}", pl.lit(mapping.status or ""), word),
        ),
    ).select("status", "status_on", "status_said")


def _moments(texts: pl.Series, calendar: Calendar) -> pl.Series:
    """Midnight in Bangkok of each day, in UTC; null where there is none."""
    known = texts.drop_nulls().unique()
    days = [read_day(text, calendar) for text in known]
    moments = [datetime.combine(day, time(), BANGKOK).astimezone(UTC) if day else None for day in days]
    kind = pl.Datetime("us", "UTC")
    read = pl.Series(moments, dtype=kind)
    return texts.replace_strict(known, read, default=None, return_dtype=kind).alias("updated_at")


def with_points(made: pl.DataFrame, frame: pl.DataFrame, point: PointForm | None) -> pl.DataFrame:
    """`made` with `lat` and `lon` in decimal degrees as text, from the columns of `frame` that say where a row is."""
    if point is None:
        return made.with_columns(frame.select(POINT)) if set(POINT) <= set(frame.columns) else made
    if point.form == "utm":
        zone = pl.lit(point.zone) if point.zone.isdigit() else pl.col(point.zone)
        grid = frame.select(easting=str(point.easting), northing=str(point.northing), zone=zone)
        points = utm_to_degrees(grid, point.datum)
        off = points["lat"].is_null() & grid["easting"].is_not_null() & grid["northing"].is_not_null()
        made = made.with_columns(points.select(pl.all().round(7).cast(pl.String)))
        # Not missing: the quarantine shows what the source said.
        stated = [pl.coalesce(name, grid[given]).alias(name) for name, given in zip(POINT, grid.columns, strict=False)]
        return made.with_columns(*stated, flag(PROBLEMS, {"point_off_grid": pl.lit(off)}))
    lat, lon = frame[str(point.lat)], frame[point.lon or str(point.lat)]
    if point.lon is None:
        parts = lat.str.split_exact(",", 1).struct.rename_fields(list(POINT)).struct.unnest()
        lat, lon = parts["lat"].str.strip_chars(), parts["lon"].str.strip_chars()
    if point.form == "dms":
        lat, lon = _from_dms(lat), _from_dms(lon)
    return made.with_columns(lat.alias("lat"), lon.alias("lon"))


def _from_dms(texts: pl.Series) -> pl.Series:
    """Decimal degrees as text; what cannot be read stays as it was stated and is refused later."""
    read = ((text, dms_to_degrees(text)) if text else (None, None) for text in texts)
    return pl.Series([text if value is None else f"{value:.7f}" for text, value in read], dtype=pl.String)


def _figures(frame: pl.DataFrame, source: Source, mapping: FigureMapping) -> pl.DataFrame:
    wanted = frame
    for test in mapping.leave_out:
        wanted = wanted.filter(~_holds(test))
    series = pl.coalesce(
        *(pl.when(_holds(one.where)).then(pl.lit(number)) for number, one in enumerate(mapping.series)),
        pl.lit(None, dtype=pl.Int32),
    )
    rows = wanted.with_columns(
        series=series,
        period=pl.Series([_period(row, mapping) for row in wanted.iter_rows(named=True)], dtype=pl.Date),
        area=_areas(wanted, mapping.area),
    )
    made = [_figure(row, source, mapping) for row in rows.iter_rows(named=True)]
    schema = {name: kind for name, kind in FIGURE_SCHEMA.items() if name != "value"}
    return pl.DataFrame(made, schema=schema, orient="row")


def _holds(test: Mapping[str, str]) -> pl.Expr:
    tests = [pl.col(name).str.strip_chars() == value for name, value in test.items()]
    return reduce(and_, tests, pl.lit(value=True)).fill_null(value=False)


def _period(row: Mapping[str, Any], mapping: FigureMapping) -> date | None:
    year = read_year(row[mapping.year] or "")
    month = month_number(row[mapping.month] or "") if mapping.month else 1
    return date(year, month, 1) if year and month else None


def _areas(frame: pl.DataFrame, area: str) -> pl.Series:
    if _is_code(area):
        return pl.Series([area] * frame.height, dtype=pl.String)
    return pl.Series([find_province(name) if name else None for name in frame[area]], dtype=pl.String)


def _figure(row: Mapping[str, Any], source: Source, mapping: FigureMapping) -> dict[str, Any]:
    found = mapping.series[row["series"]] if row["series"] is not None else None
    problems = [*row[PROBLEMS], *([] if found else ["stray_row"])]
    indicator = INDICATORS.get(found.indicator) if found else None
    return {
        "indicator": found.indicator if found else None,
        "unit": indicator.unit if indicator else None,
        "area": row["area"],
        "market": found.market if found else None,
        "frequency": mapping.frequency,
        "period": row["period"],
        "status": found.status if found else None,
        "source": source.name,
        "as_of": source.as_of,
        "stated": row[mapping.value],
        "factor": found.factor if found else None,
        "origin": f"row {row[ROW_NUMBER]}",
        PROBLEMS: problems or None,
    }
