from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.clean.hours import to_opening_hours
from ingest.places import Places


@pytest.mark.parametrize(
    ("stated", "hours"),
    [
        ("Mo-Fr 08:30-19:00; Sa 10:00-14:00", "Mo-Fr 08:30-19:00; Sa 10:00-14:00"),
        ("24/7", "24/7"),
        ("All Day", "24/7"),
        ("24 hours", "24/7"),
        ("24h open", "24/7"),
        ("เปิดตลอด 24 ชั่วโมง", "24/7"),
        ("10:30-23:00 Daily", "Mo-Su 10:30-23:00"),
        ("12:00 - 20:00 Everyday", "Mo-Su 12:00-20:00"),
        ("8.30-15.30 น.", "Mo-Su 08:30-15:30"),
        ("ทุกวัน 7.00 - 19.00", "Mo-Su 07:00-19:00"),
        ("จันทร์ - ศุกร์ 8.30-15.30", "Mo-Fr 08:30-15:30"),
        ("วันเสาร์ 9.00-12.00 น.", "Sa 09:00-12:00"),
    ],
)
def test_common_ways_of_writing_opening_hours_are_understood(stated: str, hours: str) -> None:
    assert to_opening_hours(stated) == hours


@pytest.mark.parametrize("stated", ["x", "Sunday closed", "Evenings only.  Closed Mondays.", "29.00-31.00", "6am -7pm"])
def test_others_are_not_guessed(stated: str) -> None:
    assert to_opening_hours(stated) is None


def test_opening_hours_that_cannot_be_read_are_left_out_and_noted(clean_rows: Callable[..., Places]) -> None:
    places = clean_rows({"opening_hours": "Sunday closed"})
    assert places.records["opening_hours"].item() is None
    assert places.notes == {"opening_hours_unreadable": ["tat_attractions_th:1"]}
