"""Tables to take away: the figures as they are, with where they are from, and nothing that a spreadsheet would run."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import fastexcel
import polars as pl

from pages._downloads import excel_bytes, parquet_bytes

FRAME = pl.DataFrame({"period": [date(2026, 5, 1)], "value": [2_346_845.0], "name": ["=1+1"]})
NOTE = {"source_title": "Monthly arrivals", "data_version": "abc"}


def test_a_workbook_has_the_figures_and_what_they_are() -> None:
    book = fastexcel.read_excel(excel_bytes(FRAME, NOTE))
    assert book.sheet_names == ["figures", "about"]
    figures = book.load_sheet("figures").to_polars()
    assert figures.with_columns(pl.col("period").cast(pl.Date)).row(0) == (date(2026, 5, 1), 2_346_845.0, "=1+1")
    about = book.load_sheet("about", header_row=None).to_polars()
    assert about.rows() == [("source_title", "Monthly arrivals"), ("data_version", "abc")]


def test_a_parquet_file_carries_its_note() -> None:
    written = parquet_bytes(FRAME, NOTE)
    assert pl.read_parquet(BytesIO(written)).equals(FRAME)
    metadata = pl.read_parquet_metadata(BytesIO(written))
    assert {key: metadata[key] for key in NOTE} == NOTE
