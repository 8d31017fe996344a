"""The cells of a delimited text, row by row: quickly where that is safe, else by the standard library's reader.

A line without a quotation mark is one row, and is its own fields between the delimiters. Where every line is such a
row, or is a whole row by itself to the standard library's reader, all lines are taken apart at once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

NUMBER: Final = "number"
FIELDS: Final = "fields"
_LINE: Final = "line"
_QUOTE: Final = '"'


@dataclass(frozen=True)
class Cells:
    """header: the first row. frame: the others but blank ones; NUMBER of the row, how many FIELDS it has, and its
    text by the position of the column (`0`, `1`, ...), null where a row is short. height: rows in all. last: how many
    fields the last row has.
    """

    header: tuple[str, ...]
    frame: pl.DataFrame
    height: int
    last: int


def cells_of_rows(rows: Sequence[Sequence[str]]) -> Cells:
    """The cells of rows that are taken apart already."""
    header = tuple(name.strip() for name in rows[0])
    kept = [(number, row) for number, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    return Cells(header, _frame_of(kept, len(header)), len(rows), len(rows[-1]))


def cells_of_text(text: str, delimiter: str) -> Cells | None:
    """The same as of the standard library's reader; None for a text that must be read by that reader.

    That is one with a field of several lines, with other ends of line, or with a field that is too long.
    """
    text = text.replace("\r\n", "\n")
    if "\r" in text or len(delimiter) != 1 or delimiter in f"{_QUOTE}\n":
        return None
    first, *others = text.removesuffix("\n").split("\n")
    lines = pl.DataFrame({_LINE: others}, schema={_LINE: pl.String}).with_row_index(NUMBER, offset=2)
    longest = lines[_LINE].str.len_bytes().max()
    is_quoted = pl.col(_LINE).str.contains(_QUOTE, literal=True)
    try:
        header = _row(first, delimiter)
        quoted = [(number, _row(line, delimiter)) for number, line in lines.filter(is_quoted).iter_rows()]
    except csv.Error:
        return None
    if max(len(first), longest if isinstance(longest, int) else 0) > csv.field_size_limit():
        return None
    frame = _taken_apart(lines.filter(~is_quoted), delimiter, len(header))
    if quoted:
        kept = [(number, row) for number, row in quoted if any(cell.strip() for cell in row)]
        frame = pl.concat([frame, _frame_of(kept, len(header))]).sort(NUMBER)
    last = others[-1] if others else first
    return Cells(tuple(name.strip() for name in header), frame, len(others) + 1, len(_row(last, delimiter)))


def _row(line: str, delimiter: str) -> list[str]:
    """A line as a row by itself. Raises csv.Error where a quoted field goes on in the next line."""
    return next(csv.reader([line], delimiter=delimiter, strict=True), [])


def _taken_apart(lines: pl.DataFrame, delimiter: str, width: int) -> pl.DataFrame:
    line, names = pl.col(_LINE), _positions(width)
    kept = lines.filter(line.str.contains(rf"[^\s{re.escape(delimiter)}]"))
    parts = kept[_LINE].str.split_exact(delimiter, max(width - 1, 0)).struct.rename_fields(names or ["0"])
    fields = kept.select(
        pl.col(NUMBER).cast(pl.Int64),
        (line.str.count_matches(delimiter, literal=True) + 1).cast(pl.Int64).alias(FIELDS),
    )
    return fields.hstack(parts.struct.unnest().select(names))


def _frame_of(rows: Sequence[tuple[int, Sequence[str]]], width: int) -> pl.DataFrame:
    columns = {
        str(at): pl.Series([row[at] if at < len(row) else None for _, row in rows], dtype=pl.String)
        for at in range(width)
    }
    numbers = pl.Series([number for number, _ in rows], dtype=pl.Int64)
    fields = pl.Series([len(row) for _, row in rows], dtype=pl.Int64)
    return pl.DataFrame({NUMBER: numbers, FIELDS: fields, **columns})


def _positions(width: int) -> list[str]:
    return [str(at) for at in range(width)]
