"""Open or closed from the words of a source, and since when."""

from __future__ import annotations

import pytest

from ingest.clean.status import to_day, to_status


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("open", "open"),
        ("OPERATIONAL", "open"),
        ("Permanently closed", "closed"),
        ("temporarily_closed", "closed"),
        ("ปิดกิจการ", "closed"),
        ("เปิดให้บริการ", "open"),
        ("perhaps", None),
    ],
)
def test_a_state_is_said_in_two_words(text: str, status: str | None) -> None:
    assert to_status(text) == status


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-05-01", "2024-05-01"),
        ("2015-01-01T00:00:00Z", "2015-01-01"),
        ("1 พ.ค. 2567", "2024-05-01"),
        ("2019", "2019"),
        ("2021-05", "2021-05"),
        ("some day", None),
    ],
)
def test_a_day_of_closing_is_read_as_far_as_it_is_known(text: str, day: str | None) -> None:
    assert to_day(text) == day
