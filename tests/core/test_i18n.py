"""Thai and English: messages, dates in their eras, numbers, and which language a reader gets."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tic.core.errors import BadInput, Conflict
from tic.core.i18n import (
    choose_language,
    format_date,
    format_moment,
    format_month,
    format_number,
    tell,
    translator,
)


def test_a_message_is_told_in_both_languages_with_its_fields() -> None:
    assert translator("en")("{distance} km", distance=5) == "5 km"
    assert translator("th")("{distance} km", distance=5) == "5 กม."


def test_a_message_without_a_translation_is_told_as_it_is() -> None:
    assert translator("th")("no such {thing}", thing="message") == "no such message"


def test_braces_in_a_message_without_fields_stay() -> None:
    assert translator("en")("a {b} c") == "a {b} c"


def test_a_state_in_an_error_is_translated_and_a_name_is_not() -> None:
    error = Conflict("This submission is {state} and cannot be changed now.", state="approved")
    assert tell(error, "en") == "This submission is approved and cannot be changed now."
    assert "อนุมัติแล้ว" in tell(error, "th")
    named = BadInput("There is no account with the e-mail address {email}.", email="approved")
    assert "approved" in tell(named, "th")


def test_thai_dates_carry_the_year_of_the_buddhist_era() -> None:
    assert format_date(date(2026, 5, 1), "en") == "1 May 2026"
    assert format_date(date(2026, 5, 1), "th") == "1 พ.ค. 2569"
    assert format_month(date(2024, 2, 1), "th") == "กุมภาพันธ์ 2567"
    assert format_date(date(2026, 5, 1), "th", style="EEEE") == "วันศุกร์"


def test_moments_are_those_of_bangkok() -> None:
    late = datetime(2026, 12, 31, 20, 30, tzinfo=UTC)
    assert format_date(late, "en") == "1 Jan 2027"
    assert format_moment(late, "en") == "1 Jan 2027, 03:30"
    assert format_moment(late.replace(tzinfo=None), "th") == "1 ม.ค. 2570, 03:30"


def test_numbers_are_grouped() -> None:
    assert format_number(1234567.891, "en") == "1,234,568"
    assert format_number(1234.5, "th", decimals=2) == "1,234.50"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("th-TH,th;q=0.9,en;q=0.8", "th"),
        ("de-DE,de;q=0.9,en-US;q=0.7", "en"),
        ("en_GB.UTF-8", "en"),
        ("zh-CN", "th"),
        ("", "th"),
        (None, "th"),
    ],
)
def test_the_first_of_thai_and_english_is_taken_and_thai_when_neither_is_asked_for(
    wanted: str | None, expected: str
) -> None:
    assert choose_language(wanted) == expected
