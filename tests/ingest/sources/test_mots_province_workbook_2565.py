from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ingest.parsers import Parsed, load_parser
from ingest.source import Source
from ingest.statistics import clean_statistics
from tic.core.errors import SourceUnreadable
from workbooks import Rows, write_workbook

HEADING = [
    ["รายงานเบื้องต้นเดือนมกราคม ปี 2565(P)"],
    ["จังหวัด", "อัตราการเข้าพัก", "", "", "รายได้จากผู้เยี่ยมเยือนคนไทย (ล้านบาท)", "", ""],
    ["", "2565(P)", "2564 (P)", "การเปลี่ยนแปลง", "2565(P)", "2564 (P)", "การเปลี่ยนแปลง"],
]
BODY = [
    ["กรุงเทพมหานคร", "26.34", "7.54", "18.8", "9642.6", "8447.45", "14.15"],
    ["ภาคกลาง", "30", "10", "20", "1", "1", "1"],
    ["นครใหม่", "1", "1", "1", "1", "1", "1"],
    ["หมายเหตุ: P หมายถึง ข้อมูลเบื้องต้น"],
]


@pytest.fixture
def parse(tmp_path: Path, small_source: Callable[..., Source]) -> Callable[[dict[str, Rows]], Parsed]:
    def read(sheets: dict[str, Rows]) -> Parsed:
        path = tmp_path / "mots_province_2565.xlsx"
        write_workbook(path, sheets)
        source = small_source("mots_province_workbook_2565")
        return load_parser(source)(path, source)

    return read


def test_a_sheet_gives_the_figures_of_its_own_year_under_merged_headings(
    parse: Callable[[dict[str, Rows]], Parsed], small_source: Callable[..., Source]
) -> None:
    parsed = parse({"ม.ค.2565(P)": [*HEADING, *BODY]})
    found = clean_statistics(parsed, small_source("mots_province_workbook_2565"))
    rows = found.observations.select("indicator", "market", "area", "period", "value", "status").rows()
    assert rows == [
        ("occupancy_pct", "all", "TH-10", date(2022, 1, 1), 26.34, "preliminary"),
        ("receipts_thb", "thai", "TH-10", date(2022, 1, 1), 9_642_600_000.0, "preliminary"),
    ]
    assert [(row.row_key, row.reasons) for row in found.rejected] == [("ม.ค.2565(P) line 6: นครใหม่", ("area_unknown",))]


def test_accumulated_months_and_notes_are_left_over(parse: Callable[[dict[str, Rows]], Parsed]) -> None:
    sheets = {"ก.พ.2565": [*HEADING, *BODY], "ม.ค.-ก.พ.2565": [*HEADING, *BODY], "นิยาม": [["คำอธิบาย"]]}
    assert parse(sheets).leftover == ("ม.ค.-ก.พ.2565", "นิยาม")


def test_a_workbook_without_months_is_told(parse: Callable[[dict[str, Rows]], Parsed]) -> None:
    with pytest.raises(SourceUnreadable, match="no sheet named after a month"):
        parse({"Sheet1": [["x"]]})


def test_a_half_written_workbook_is_told(tmp_path: Path, small_source: Callable[..., Source]) -> None:
    whole = tmp_path / "whole.xlsx"
    write_workbook(whole, {"ม.ค.2565(P)": [*HEADING, *BODY]})
    half = tmp_path / "mots_province_2565.xlsx"
    half.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    source = small_source("mots_province_workbook_2565")
    with pytest.raises(SourceUnreadable, match="cannot be read as an Excel workbook"):
        load_parser(source)(half, source)
