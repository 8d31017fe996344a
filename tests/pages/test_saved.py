"""Saved places and the line under each result: open or not, its certificate, the buttons."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from directory.listing import Listing
from pages._saved_line import state_html
from reading_pages import Open, texts
from tic.core.i18n import Language

MORNING = datetime(2026, 11, 25, 3, tzinfo=UTC)
EVENING = datetime(2026, 11, 25, 14, tzinfo=UTC)


def place(**values: str) -> Listing:
    return Listing(id="x", name_en="X", lat=13.7, lon=100.5, **values)  # type: ignore[arg-type]  # all are text


@pytest.mark.parametrize(
    ("hours", "now", "language", "expected"),
    [
        ("Mo-Su 09:00-18:00", MORNING, "en", '<span class="tic-open">Open now, until 18:00</span>'),
        ("Mo-Su 09:00-18:00", EVENING, "en", '<span class="tic-closed">Closed now, opens Thursday 09:00</span>'),
        ("Mo-Su 09:00-18:00", MORNING, "th", '<span class="tic-open">เปิดอยู่ ถึง 18:00</span>'),
        ("24/7", MORNING, "en", '<span class="tic-open">Always open</span>'),
        ("Mo-Su 09:00-18:00 unknown", MORNING, "en", ""),
        ("when we like", MORNING, "en", ""),
    ],
)
def test_a_line_says_whether_a_place_is_open_now_and_nothing_when_that_is_not_known(
    hours: str, now: datetime, language: Language, expected: str
) -> None:
    assert state_html(place(opening_hours=hours), language, now=now) == expected


def test_a_line_of_a_place_that_is_closed_for_good_shows_no_hours() -> None:
    line = state_html(place(opening_hours="24/7", status="closed"), "en", now=MORNING)
    assert line == '<span class="tic-closed">Closed for good or for long</span>'
    assert "ปิดกิจการ" in state_html(place(status="closed"), "th", now=MORNING)


def test_a_line_shows_the_highest_certificate() -> None:
    assert state_html(place(certification="SHA Extra+"), "en", now=MORNING) == (
        '<span class="tic-certificate">SHA Extra Plus</span>'
    )
    assert "&lt;b&gt;" not in state_html(place(certification="<b>Green</b>"), "en", now=MORNING)
    assert state_html(place(), "en", now=MORNING) == ""


def test_every_result_and_the_page_of_a_place_have_the_buttons(open_page: Open) -> None:
    shown = texts(open_page(q="Grand Palace"))
    button = 'data-tic-save="grand-palace" data-th="พระบรมมหาราชวัง" data-en="The Grand Palace"'
    assert button in shown
    assert 'data-tic-trip="grand-palace"' in shown
    assert 'aria-label="Save: The Grand Palace"' in shown
    assert button in texts(open_page("place_details.py", id="grand-palace"))


def test_a_hostile_name_cannot_leave_its_attribute(open_page: Open) -> None:
    page = open_page("place_details.py", id="hostile")
    html = "".join(element.proto.body for element in page.get("html"))
    assert 'data-en="&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;' in html
    assert "<img" not in html


def test_the_search_page_has_a_panel_of_saved_places_and_the_page_of_a_place_has_none(open_page: Open) -> None:
    def panels(script: str, **params: str) -> list[bool]:
        found = [item.proto for item in open_page(script, **params).get("bidi_component")]
        return [json.loads(item.json)["panel"] for item in found if item.component_name == "tic_saved_places"]

    assert panels("find_places.py") == [True]
    assert panels("trip.py") == [True]
    assert panels("place_details.py", id="wat-pho") == [False]
