"""Opening hours in OpenStreetMap's syntax: checked, and a few common ways of writing them put into it."""

from __future__ import annotations

import re
from typing import Final

import polars as pl
from opening_hours import validate

from ingest.clean.contacts import read_distinct
from ingest.source import Source

_ALWAYS: Final = re.compile(r"all day|(open )?24 ?h(ou)?r?s?( open)?|(เปิด)?(ตลอด)? ?24 ?(ชั่วโมง|ชม\.?)", re.IGNORECASE)
_TIME: Final = r"(\d{1,2})[.:](\d{2})"
_ONE_SPAN: Final = re.compile(
    rf"(?P<before>[^\d]*?)\s*:?\s*{_TIME}\s*(?:-|–|ถึง|to)\s*{_TIME}\s*(?:น\.?)?\s*(?P<after>[^\d]*?)", re.IGNORECASE
)
_EVERY_DAY: Final = {"", "daily", "everyday", "every day", "ทุกวัน", "เปิดทุกวัน"}
_DAYS: Final = {
    "จันทร์": "Mo",
    "อังคาร": "Tu",
    "พุธ": "We",
    "พฤหัสบดี": "Th",
    "พฤหัส": "Th",
    "ศุกร์": "Fr",
    "เสาร์": "Sa",
    "อาทิตย์": "Su",
}
_TO: Final = re.compile(r"\s*(?:-|–|ถึง)\s*")


def read_opening_hours(frame: pl.DataFrame, source: Source) -> pl.DataFrame:
    """`opening_hours` in OpenStreetMap's syntax; others are left out and noted `opening_hours_unreadable`."""
    return read_distinct(frame, "opening_hours", to_opening_hours)


def to_opening_hours(text: str) -> str | None:
    """Opening hours in OpenStreetMap's syntax, or None when they are not and it is not plain what they say."""
    if validate(text):
        return text
    if _ALWAYS.fullmatch(text):
        return "24/7"
    span = _ONE_SPAN.fullmatch(text)
    days = span and _days(span["before"], span["after"])
    if not span or not days:
        return None
    opens_h, opens_min, closes_h, closes_min = span.groups()[1:5]
    hours = f"{days} {int(opens_h):02d}:{opens_min}-{int(closes_h):02d}:{closes_min}"
    return hours if validate(hours) else None


def _days(before: str, after: str) -> str | None:
    """`Mo-Su`, `Mo-Fr`, ... from the words around a span of time."""
    words = [word.strip().removeprefix("วัน").lower() for word in (before, after)]
    if all(word in _EVERY_DAY for word in words):
        return "Mo-Su"
    ends = [_DAYS.get(day.removeprefix("วัน")) for day in _TO.split(next(word for word in words if word))]
    if None in ends or len(ends) > 2 or all(words):
        return None
    return "-".join(str(day) for day in ends)
