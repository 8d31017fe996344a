"""Workbooks of Excel as tables of text, after a look at what they would unpack to."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Final

import fastexcel
import polars as pl

from tic.core.errors import SourceUnreadable

_LARGEST_UNPACKED: Final = 512 * 1024 * 1024
_BLOCK_BYTES: Final = 1 << 20
Row = tuple[str | None, ...]
_MOST_MEMBERS: Final = 10_000


def read_sheet(path: Path, sheet: str | None, heading_row: int) -> pl.DataFrame:
    """A sheet (default: the first) as text, with the names of its heading row; formulas as Excel last worked them out.

    Rows count from the first that holds anything.
    Raises SourceUnreadable for what is no workbook, lacks the sheet, or would unpack to more than half a gigabyte.
    """
    check_archive(path)
    try:
        book = fastexcel.read_excel(path)
        if sheet is not None and sheet not in book.sheet_names:
            raise SourceUnreadable(
                "{file} has no sheet {sheet}. It has: {known}.",
                file=path.name,
                sheet=sheet,
                known=", ".join(book.sheet_names[:10]),
            )
        table = book.load_sheet(sheet or 0, header_row=None, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, OSError) as error:
        raise SourceUnreadable(
            "{file} cannot be read as an Excel workbook. Fetch it again from its publisher.", file=path.name
        ) from error
    if table.height < heading_row:
        raise SourceUnreadable("{file} is empty. Fetch it again from its publisher.", file=path.name)
    names = [str(name or "").strip() for name in table.row(heading_row - 1)]
    kept = {old: new for old, new in zip(table.columns, names, strict=True) if new}
    if len(set(kept.values())) < len(kept):
        raise SourceUnreadable(
            "{file} names the column(s) {columns} more than once. Ask its publisher which is meant.",
            file=path.name,
            columns=", ".join(sorted({name for name in kept.values() if names.count(name) > 1})),
        )
    return table.slice(heading_row).select(pl.col(old).alias(new) for old, new in kept.items())


def read_lines(path: Path) -> list[Row]:
    """The lines of the first sheet as text, for a parser that finds its way among headings.

    Raises SourceUnreadable as `read_sheet`.
    """
    check_archive(path)
    try:
        sheet = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string")
    except (fastexcel.FastExcelError, OSError) as error:
        raise SourceUnreadable(
            "{file} cannot be read as an Excel workbook. Fetch it again from its publisher.", file=path.name
        ) from error
    return list(sheet.to_polars().iter_rows())


def check_archive(path: Path) -> None:
    """Refuse an archive that would unpack to too much, whatever its directory says. Other files pass.

    Raises SourceUnreadable.
    """
    if not zipfile.is_zipfile(path):
        return
    left = _LARGEST_UNPACKED
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > _MOST_MEMBERS:
                raise _too_large(path)
            for member in members:
                # The directory may lie about sizes: read on until the member really ends.
                member.file_size = 2 * _LARGEST_UNPACKED
                with archive.open(member) as content:
                    while block := content.read(_BLOCK_BYTES):
                        left -= len(block)
                        if left < 0:
                            raise _too_large(path)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SourceUnreadable(
            "{file} is a broken or locked archive. Fetch it again from its publisher.", file=path.name
        ) from error


def _too_large(path: Path) -> SourceUnreadable:
    return SourceUnreadable(
        "{file} would unpack to more than {limit} MB and is not opened.", file=path.name, limit=_LARGEST_UNPACKED >> 20
    )
