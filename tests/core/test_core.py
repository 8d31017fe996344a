"""Errors, distances, dates in two eras."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest

from tic.core.errors import BadInput, NotFound
from tic.core.geo import Point, distance_km, in_thailand_bbox, is_on_earth
from tic.core.i18n import choose_language, format_date, format_month, format_number, tell


def test_an_error_keeps_its_parameters_across_processes() -> None:
    error = pickle.loads(pickle.dumps(NotFound("There is no place with the id {id}.", id="p1")))
    assert isinstance(error, NotFound)
    assert str(error) == "There is no place with the id p1."


def test_an_error_is_told_in_thai() -> None:
    error = BadInput("The database has not been set up yet. Run `tic up` or `tic migrate` first.")
    assert tell(error, "th").startswith("ยังไม่ได้ตั้งค่าฐานข้อมูล")
    assert tell(error, "en") == str(error)


def test_distance_between_bangkok_and_chiang_mai() -> None:
    assert distance_km(Point(13.7563, 100.5018), Point(18.7883, 98.9853)) == pytest.approx(582.0, abs=1.5)


def test_points_off_the_earth_are_recognised() -> None:
    assert not is_on_earth(float("nan"), 100)
    assert not is_on_earth(91, 100)
    assert in_thailand_bbox(13.75, 100.5)
    assert not in_thailand_bbox(100.5, 13.75)


def test_thai_dates_are_in_the_buddhist_era_and_bangkok_time() -> None:
    late = datetime(2026, 5, 31, 20, 0, tzinfo=UTC)
    assert format_date(late, "th") == "1 มิ.ย. 2569"
    assert format_date(late, "en") == "1 Jun 2026"
    assert format_month(date(2026, 5, 1), "th") == "พฤษภาคม 2569"
    assert format_number(1234567.8, "en", decimals=1) == "1,234,567.8"


@pytest.mark.parametrize(
    ("wanted", "language"),
    [("th-TH,th;q=0.9,en;q=0.8", "th"), ("en-US", "en"), ("de,en;q=0.5", "en"), ("ja", "th"), (None, "th"), ("", "th")],
)
def test_the_language_follows_the_browser(wanted: str | None, language: str) -> None:
    assert choose_language(wanted) == language
