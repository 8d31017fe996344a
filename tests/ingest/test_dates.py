from __future__ import annotations

from datetime import date

import pytest

from ingest.dates import month_number, read_day, read_year
from ingest.mapping import Calendar


@pytest.mark.parametrize(
    ("text", "calendar", "meant"),
    [
        ("2022-02-01", "either", date(2022, 2, 1)),
        ("2565-02-01", "either", date(2022, 2, 1)),
        ("2022-02-01T17:45:34.463", "either", date(2022, 2, 1)),
        ("01/02/2565", "either", date(2022, 2, 1)),
        ("1/2/65", "either", date(2022, 2, 1)),
        ("1/2/22", "common", date(2022, 2, 1)),
        ("1 ก.พ. 2565", "either", date(2022, 2, 1)),
        ("๑ กุมภาพันธ์ พ.ศ. ๒๕๖๕", "either", date(2022, 2, 1)),
        ("วันที่ 31 มีนาคม 2566", "buddhist", date(2023, 3, 31)),
        ("31/02/2565", "either", None),
        ("2/2022", "either", None),
        ("ไม่ทราบ", "either", None),
    ],
)
def test_days_are_read_in_either_era(text: str, calendar: Calendar, meant: date | None) -> None:
    assert read_day(text, calendar) == meant


@pytest.mark.parametrize(
    ("text", "calendar", "meant"),
    [
        ("2565", "either", 2022),
        ("พ.ศ. 2565", "either", 2022),
        ("65", "either", 2022),
        ("2022", "either", 2022),
        ("22", "common", 2022),
        ("2565", "buddhist", 2022),
        ("รวม", "either", None),
        ("12345", "either", None),
    ],
)
def test_years_are_read_in_either_era(text: str, calendar: Calendar, meant: int | None) -> None:
    assert read_year(text, calendar) == meant


@pytest.mark.parametrize(
    ("text", "meant"), [("มกราคม", 1), ("ธ.ค.", 12), ("มิย", 6), ("7", 7), ("๐๘", 8), ("13", None), ("รวม", None)]
)
def test_months_are_numbers_or_thai_words(text: str, meant: int | None) -> None:
    assert month_number(text) == meant
