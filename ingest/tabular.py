"""Text and tables as publishers ship them: several encodings, byte order marks, ragged and half-written rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from ingest.cells import FIELDS, NUMBER, cells_of_rows, cells_of_text
from ingest.source import Source
from tic.core.charset import decode, is_web_page
from tic.core.errors import SourceUnreadable

ROW_NUMBER: Final = "row_number"
"""Column of a table that holds the number of each row in the file; the heading is row 1."""
LARGEST_FILE: Final = 1024 * 1024 * 1024
"""Bytes of a file of text; one without an end of line would otherwise fill the memory."""
LONGEST_LINE: Final = 16 * 1024 * 1024
"""Bytes; no row of a table is as long, and what has no end of line at all would fill the memory several times over."""
FIELD_COUNT: Final = "field_count"
"""Column of a table that holds how many fields each row had, where that differs from the heading; else null."""


@dataclass(frozen=True)
class Table:
    """Rows of a delimited file as text; the columns of the file + ROW_NUMBER and FIELD_COUNT.

    leftover: columns nobody has said anything about, which a run reports.
    """

    frame: pl.DataFrame
    leftover: tuple[str, ...] = ()


def read_text(path: Path, *, encoding: str | None = None) -> str:
    """The text of a file in UTF-8 (with or without a byte order mark), UTF-16, TIS-620 / CP874, or `encoding`.

    Raises SourceUnreadable for an empty or unreadable file, a web page, and bytes that are none of these.
    """
    raw = read_bytes(path)
    text = decode(raw, encoding)
    if text is None:
        raise SourceUnreadable(
            "{file} is not text in UTF-8, UTF-16 or TIS-620. Check that it is the right file, or save it as UTF-8.",
            file=path.name,
        )
    if is_web_page(text):
        raise SourceUnreadable(
            "{file} is a web page, not data: its publisher's server probably answered with an error. Fetch it again.",
            file=path.name,
        )
    return text


def read_bytes(path: Path) -> bytes:
    """The bytes of a file. Raises SourceUnreadable for one that is empty, too large or cannot be read."""
    with _readable(path):
        _check_size(path)
        raw = path.read_bytes()
    if not raw.strip():
        raise SourceUnreadable("{file} is empty. Fetch it again from its publisher.", file=path.name)
    return raw


def read_rows(path: Path, *, delimiter: str = ",", encoding: str | None = None) -> list[list[str]]:
    """All rows of a delimited text file.

    Raises SourceUnreadable also for one that ends inside a quoted field or has a line of more than LONGEST_LINE bytes.
    """
    _check_lines(path)
    return _rows(path, read_text(path, encoding=encoding), delimiter)


def _rows(path: Path, text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise SourceUnreadable(
            "{file} is broken off or not a table ({reason}). Fetch it again from its publisher.",
            file=path.name,
            reason=str(error),
        ) from error


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SourceUnreadable(
            "{file} cannot be read ({reason}). Check the file and its permissions.",
            file=path.name,
            reason=error.strerror or "unknown reason",
        ) from error


def _check_size(path: Path) -> None:
    if path.stat().st_size > LARGEST_FILE:
        raise SourceUnreadable(
            "{file} is larger than the {limit} MB that are read at once. Split it, or give it as Parquet.",
            file=path.name,
            limit=LARGEST_FILE >> 20,
        )


def _check_lines(path: Path) -> None:
    """Look for a line without end before anything of the file is kept in memory."""
    with _readable(path), path.open("rb") as handle:
        _check_size(path)
        while block := handle.read(LONGEST_LINE):
            if len(block) == LONGEST_LINE and b"\n" not in block and b"\r" not in block:
                raise SourceUnreadable(
                    "{file} has a line of more than {limit} MB and is no table. Fetch it again from its publisher.",
                    file=path.name,
                    limit=max(1, LONGEST_LINE >> 20),
                )


def read_table(
    path: Path, source: Source, required: Iterable[str], *, ignored: Iterable[str] = (), delimiter: str = ","
) -> Table:
    """A delimited file with a heading. Every cell is text as published; blank cells are null, blank rows are left out.

    Raises SourceUnreadable when a required column is missing or the file breaks off inside its last row. A row with
    another number of fields than the heading keeps those it has; FIELD_COUNT tells.
    """
    _check_lines(path)
    text = read_text(path, encoding=source.encoding)
    cells = cells_of_text(text, delimiter) or cells_of_rows(_rows(path, text, delimiter))
    header, required = cells.header, list(required)
    _check_header(path, header, required)
    if cells.height > 1 and 0 < cells.last < len(header):
        raise SourceUnreadable(
            "{file} breaks off in the middle of its last row, {row}. Fetch it again from its publisher.",
            file=path.name,
            row=cells.height,
        )
    ragged = pl.when(pl.col(FIELDS) != len(header)).then(FIELDS)
    # Columns without a name are stray commas of a spreadsheet.
    texts = [_text(pl.col(str(at))).alias(name) for at, name in enumerate(header) if name]
    frame = cells.frame.select(*texts, pl.col(NUMBER).alias(ROW_NUMBER), ragged.alias(FIELD_COUNT))
    known = {*required, *ignored}
    return Table(frame, tuple(name for name in header if name and name not in known))


def _text(cell: pl.Expr) -> pl.Expr:
    return pl.when(cell.str.contains(r"\S")).then(cell)


def ragged_rows(table: Table) -> pl.Series:
    """The reason code `row_ragged` for each row with more or fewer fields than the heading, else null."""
    ragged = table.frame.select(pl.when(pl.col(FIELD_COUNT).is_not_null()).then(pl.lit("row_ragged")))
    return ragged.to_series().reshape((-1, 1)).arr.to_list().list.drop_nulls()


def _check_header(path: Path, header: Sequence[str], required: Sequence[str]) -> None:
    missing = [name for name in required if name not in header]
    if missing:
        raise SourceUnreadable(
            "{file} lacks the column(s) {columns}. Check that it is the right file and that its publisher has not "
            "renamed them.",
            file=path.name,
            columns=", ".join(missing),
        )
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        raise SourceUnreadable(
            "{file} names the column(s) {columns} more than once. Ask its publisher which is meant.",
            file=path.name,
            columns=", ".join(repeated),
        )
