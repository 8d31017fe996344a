"""A table to take away as CSV, Excel or Parquet: exactly what is shown, with where it is from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Final

import polars as pl
import streamlit as st

from pages._session import translate
from pages._widgets import csv_bytes

_EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PARQUET: Final = "application/vnd.apache.parquet"


def download_table(frame: pl.DataFrame, name: str, *, note: Mapping[str, str]) -> None:
    """Three buttons; the file is made when one is pressed. `note` travels with the figures (see each writer)."""
    _ = translate()
    ways: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        "csv": (_("Download CSV"), "text/csv", lambda: csv_bytes(frame, note)),
        "xlsx": (_("Download Excel"), _EXCEL, lambda: excel_bytes(frame, note)),
        "parquet": (_("Download Parquet"), _PARQUET, lambda: parquet_bytes(frame, note)),
    }
    with st.container(horizontal=True):
        for ending, (label, kind, write) in ways.items():
            st.download_button(
                label,
                data=write,
                file_name=f"{name}.{ending}",
                mime=kind,
                icon=":material/download:",
                key=f"download-{name}-{ending}",
                on_click="ignore",
            )


def excel_bytes(frame: pl.DataFrame, note: Mapping[str, str]) -> bytes:
    """A workbook with the figures on one sheet and the note on another. Text is never run as a formula."""
    from xlsxwriter import Workbook

    target = BytesIO()
    with Workbook(target, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        frame.write_excel(book, worksheet="figures", autofit=True)
        sheet = book.add_worksheet("about")
        for row, (key, value) in enumerate(note.items()):
            sheet.write_string(row, 0, key)
            sheet.write_string(row, 1, value)
    return target.getvalue()


def parquet_bytes(frame: pl.DataFrame, note: Mapping[str, str]) -> bytes:
    """A Parquet file whose metadata hold the note."""
    target = BytesIO()
    frame.write_parquet(target, metadata=dict(note))
    return target.getvalue()
