"""Dates as they are written in Thailand: Buddhist and Common Era mixed, Thai months, day first."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final

from ingest.mapping import Calendar
from ingest.statistics import common_year, thai_month

_LONG_MONTHS: Final = (
    "มกราคม",
    "กุมภาพันธ์",
    "มีนาคม",
    "เมษายน",
    "พฤษภาคม",
    "มิถุนายน",
    "กรกฎาคม",
    "สิงหาคม",
    "กันยายน",
    "ตุลาคม",
    "พฤศจิกายน",
    "ธันวาคม",
)
_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})(?:[T ].*)?")
_IN_WORDS: Final = re.compile(r"(?:วันที่)?\s*(\d{1,2})\s*([ก-๙.]+?)\s*(?:พ\.?ศ\.?)?\s*(\d{2}|\d{4})")


@lru_cache(maxsize=10_000)
def read_day(text: str, calendar: Calendar = "either") -> date | None:
    """A day from `1 ม.ค. 2565`, `01/02/2565`, `2022-02-01` and the like; None when it is none.

    Of `either` calendar years above 2400 are Buddhist; a year of two digits is Buddhist unless the calendar is common.
    """
    plain = text.strip().translate(_THAI_DIGITS)
    if found := _YEAR_FIRST.fullmatch(plain):
        year, month, day = found[1], int(found[2]), int(found[3])
    elif found := _DAY_FIRST.fullmatch(plain):
        day, month, year = int(found[1]), int(found[2]), found[3]
    elif (found := _IN_WORDS.fullmatch(plain)) and (named := month_number(found[2])):
        day, month, year = int(found[1]), named, found[3]
    else:
        return None
    try:
        return date(read_year(year, calendar) or 0, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=1_000)
def read_year(text: str, calendar: Calendar = "either") -> int | None:
    """A year of the Common Era from `2565`, `พ.ศ. 2565`, `65` or `2022`; None when it is none."""
    digits = re.sub(r"\D", "", text.translate(_THAI_DIGITS))
    if len(digits) not in {2, 4}:
        return None
    year = int(digits)
    if calendar == "common":
        return year + 2000 if year < 100 else year
    if calendar == "buddhist" and year >= 100:
        return year - 543
    return common_year(year)


def month_number(text: str) -> int | None:
    """1 to 12 from a number or a Thai month, long or short; None when it is none."""
    plain = text.strip().translate(_THAI_DIGITS)
    if plain.isdigit():
        return int(plain) if 1 <= int(plain) <= 12 else None
    for number, name in enumerate(_LONG_MONTHS, start=1):
        if plain.startswith(name):
            return number
    return thai_month(plain)
