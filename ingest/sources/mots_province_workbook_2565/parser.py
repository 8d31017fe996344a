"""The ministry's original workbook of provincial figures: one sheet a month, merged headings, Buddhist years."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any, Final

import fastexcel

from ingest.parsers import Parsed
from ingest.quarantine import PROBLEMS
from ingest.source import Source
from ingest.statistics import PROVINCE_MEASURES, Measure, common_year, figure_frame, thai_month
from tic.core.areas import find_province
from tic.core.errors import SourceUnreadable

HEADINGS: Final = {
    "อัตราการเข้าพัก": PROVINCE_MEASURES["occupancy"],
    "จำนวนผู้เข้าพัก": PROVINCE_MEASURES["guests"],
    "จำนวนผู้เยี่ยมเยือนทั้งหมด": PROVINCE_MEASURES["visitors"],
    "จำนวนผู้เยี่ยมเยือนคนไทย": PROVINCE_MEASURES["thai visitors"],
    "จำนวนผู้เยี่ยมเยือนชาวต่างชาติ": PROVINCE_MEASURES["foreign visitors"],
    "รายได้จากผู้เยี่ยมเยือน": PROVINCE_MEASURES["receipts"],
    "รายได้จากผู้เยี่ยมเยือนคนไทย": PROVINCE_MEASURES["thai receipts"],
    "รายได้จากผู้เยี่ยมเยือนชาวต่างชาติ": PROVINCE_MEASURES["foreign receipts"],
}
"""Heading without its unit -> measure."""
_YEAR: Final = re.compile(r"(25\d\d)")
_SEVERAL_MONTHS: Final = re.compile(r"[-–]|รวม|สะสม")
_PRELIMINARY: Final = re.compile(r"\(\s*P\s*\)", re.IGNORECASE)
_NOT_A_PROVINCE: Final = re.compile(r"รวม|ภาค|ทั่วประเทศ|หมายเหตุ|ที่มา|จังหวัด|^\(|^\*|ข้อมูล|ปรับปรุง")
_HEADING_ROWS: Final = 8
Row = tuple[str | None, ...]


def parse(path: Path, source: Source) -> Parsed:
    """Eight figures a province and month; sheets of accumulated months are left out, totals are not provinces."""
    sheets = _read_sheets(path)
    rows: list[dict[str, Any]] = []
    leftover: list[str] = []
    for name, table in sheets.items():
        month, year = thai_month(name.strip()), _YEAR.search(name)
        if month is None or year is None or _SEVERAL_MONTHS.search(name):
            leftover.append(name)
        else:
            rows += _sheet_rows(table, date(common_year(int(year[1])), month, 1), source, name)
    if not rows:
        raise SourceUnreadable(
            "{file} has no sheet named after a month (such as ม.ค.2565). Check that it is the provincial workbook.",
            file=path.name,
        )
    return Parsed(figure_frame(rows), tuple(leftover))


def _read_sheets(path: Path) -> dict[str, list[Row]]:
    """Rows of each sheet as text, by its name."""
    try:
        book = fastexcel.read_excel(path)
        return {
            name: list(book.load_sheet(name, header_row=None, dtypes="string").to_polars().iter_rows())
            for name in book.sheet_names
        }
    except (fastexcel.FastExcelError, OSError) as error:
        raise SourceUnreadable(
            "{file} cannot be read as an Excel workbook. Fetch it again from its publisher.", file=path.name
        ) from error


def _measures(table: list[Row], year: int) -> dict[int, Measure]:
    """Column -> measure, for the columns of the sheet's own year (the others repeat last year or give a change)."""
    top = table[:_HEADING_ROWS]
    heading = next((row for row in top if str(row[0] or "").strip() == "จังหวัด"), None)
    years = next((row for row in top if any(_YEAR.match(str(cell or "")) for cell in row[1:])), None)
    if heading is None or years is None:
        return {}
    found: dict[int, Measure] = {}
    current: Measure | None = None
    for column in range(1, len(heading)):
        title = re.sub(r"\s*\(.*\)", "", str(heading[column] or "")).strip()
        # A merged heading stands over its first column only.
        current = HEADINGS.get(title) if title else current
        label = _YEAR.match(str(years[column] or ""))
        if current and label and common_year(int(label[1])) == year:
            found[column] = current
    return found


def _sheet_rows(table: list[Row], period: date, source: Source, sheet: str) -> list[dict[str, Any]]:
    measures = _measures(table, period.year)
    status = "preliminary" if _PRELIMINARY.search(sheet) else "final"
    rows: list[dict[str, Any]] = []
    for line, row in enumerate(table, start=1):
        label = str(row[0] or "").strip()
        if not label or not any(row[column] for column in measures):
            continue
        area = find_province(label)
        if area is None:
            if not _NOT_A_PROVINCE.search(label):
                origin = f"{sheet} line {line}: {label}"
                rows.append({"source": source.name, "origin": origin, PROBLEMS: ["area_unknown"]})
            continue
        for column, (indicator, unit, market, factor) in measures.items():
            rows.append(
                {
                    "indicator": indicator,
                    "unit": unit,
                    "area": area,
                    "market": market,
                    "frequency": "M",
                    "period": period,
                    "stated": row[column],
                    "factor": factor,
                    "status": status,
                    "source": source.name,
                    "as_of": source.as_of,
                    "origin": f"{sheet} {label} {indicator} {market}",
                }
            )
    return rows
