"""Text of others inside Markdown and HTML, and small pure helpers of the pages."""

from __future__ import annotations

from datetime import UTC, datetime, time

import polars as pl
import pytest

from directory.listing import Listing
from directory.sources import OPERATOR
from pages._hours_editor import day_ranges, with_rule
from pages._places import facts_html, opening_line, phone_text, provenance_html, terms_html, week_html
from pages._searchbox import point_of, wish_of
from pages._text import fact_list, link, plain, table
from pages._widgets import csv_bytes
from small_directory import HOSTILE
from tic.core.geo import Point

WEDNESDAY_NOON = datetime(2026, 11, 25, 5, 0, tzinfo=UTC)


def test_markdown_signs_are_shown_not_obeyed() -> None:
    assert plain("**a** [b](c) `d` $e$ #f") == r"\*\*a\*\* \[b\]\(c\) \`d\` \$e\$ \#f"
    assert plain("<b>\nline") == r"\<b\> line"
    assert plain("วัดโพธิ์ (Wat Pho)") == r"วัดโพธิ์ \(Wat Pho\)"


def test_a_word_between_colons_does_not_become_an_icon_but_a_time_stays() -> None:
    assert plain(":material/home:") != r"\:material\/home\:"
    assert plain("08:30") == r"08\:30"


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "", None, "ftp://x"])
def test_only_web_phone_and_mail_addresses_become_links(target: str | None) -> None:
    assert link(target, "x") == "x"


def test_a_link_and_its_text_are_escaped() -> None:
    made = link('https://a.example/?q="><script>', "<b>")
    assert made == ('<a href="https://a.example/?q=&quot;&gt;&lt;script&gt;" rel="nofollow noopener">&lt;b&gt;</a>')


def test_tables_and_lists_escape_all_text_and_leave_out_what_is_empty() -> None:
    assert "<img" not in table(HOSTILE, ("a",), [(HOSTILE, HOSTILE)])
    assert fact_list([("<i>", "value"), ("empty", "")]) == (
        '<dl class="tic-facts"><dt>&lt;i&gt;</dt><dd>value</dd></dl>'
    )
    assert fact_list([("empty", "")]) == ""


def test_the_facts_of_a_place_are_safe_links_and_plain_text() -> None:
    place = Listing(
        id="x",
        name_en=HOSTILE,
        aliases=(HOSTILE,),
        lat=13.75,
        lon=100.5,
        phone="+6626235500",
        email="a@example.org",
        website="javascript:alert(1)",
        address_en=HOSTILE,
    )
    shown = facts_html(place, "en")
    assert '<a href="tel:+6626235500" rel="nofollow noopener">02 623 5500</a>' in shown
    assert '<a href="mailto:a@example.org"' in shown
    assert "<dd>javascript:alert(1)</dd>" in shown
    assert "<img" not in shown
    assert "<script" not in shown
    assert "13.75000, 100.50000" in shown


def test_phones_are_written_as_thais_write_them() -> None:
    assert phone_text("+66812345678") == "081 234 5678"
    assert phone_text("+442071234567") == "+44 20 7123 4567"
    assert phone_text("ask") == "ask"


@pytest.mark.parametrize(
    ("hours", "english", "thai"),
    [
        ("Mo-Su 08:30-15:30", "Open now, until 15:30", "เปิดอยู่ ถึง 15:30"),
        ("Mo-Fr 13:00-17:00", "Closed now, opens 13:00", "ปิดอยู่ เปิดอีกครั้ง 13:00"),
        ("Sa 09:00-17:00", "Closed now, opens Saturday 09:00", "ปิดอยู่ เปิดอีกครั้ง วันเสาร์ 09:00"),
        ("24/7", "Always open", "เปิดตลอดเวลา"),
        ("off", "Closed", "ปิด"),
        ("Mo-Su 08:00-20:00 unknown", "Not certain; ask the place.", "ไม่แน่นอน โปรดสอบถามสถานที่"),
        ("after the monks are up", "after the monks are up", "after the monks are up"),
    ],
)
def test_opening_hours_are_told_for_now(hours: str, english: str, thai: str) -> None:
    place = Listing(id="x", lat=13.75, lon=100.5, opening_hours=hours)
    assert english in opening_line(place, "en", now=WEDNESDAY_NOON)
    assert thai in opening_line(place, "th", now=WEDNESDAY_NOON)


def test_the_week_begins_today_and_names_what_is_closed() -> None:
    shown = week_html("We 18:00-02:00", "en", now=WEDNESDAY_NOON)
    assert shown.index("Wednesday (today)") < shown.index("Thursday")
    assert "<td>18:00–02:00</td>" in shown
    assert shown.count("<td>closed</td>") == 6
    assert week_html("nonsense", "en") == ""


def test_where_a_field_comes_from_is_named_with_its_terms() -> None:
    place = Listing(id="x", lat=1, lon=2, provenance={"name_en": "operator:s1", "lat": "unknown:7"})
    shown = provenance_html(place, {"operator": OPERATOR}, "en")
    assert "<td>Entered by its operator</td><td>operator:s1</td>" in shown
    assert "<td>unknown</td><td>unknown:7</td>" in shown
    assert "Operators of the places" in terms_html(("operator", "unknown"), {"operator": OPERATOR}, "en")


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["Mo", "Tu", "We", "Th", "Fr"], "Mo-Fr"),
        (["Su", "Sa"], "Sa,Su"),
        (["Mo", "We", "Th", "Fr"], "Mo,We-Fr"),
        (["Tu"], "Tu"),
    ],
)
def test_neighbouring_days_become_a_range(days: list[str], expected: str) -> None:
    assert day_ranges(days) == expected


def test_a_rule_is_added_behind_the_others_and_midnight_is_an_end() -> None:
    assert with_rule("", ["Mo"], time(9), time(17)) == "Mo 09:00-17:00"
    assert with_rule("Mo 09:00-17:00; ", ["Sa"], time(18), time(0)) == "Mo 09:00-17:00; Sa 18:00-24:00"
    assert with_rule("24/7", [], time(9), time(17)) == "24/7"


@pytest.mark.parametrize(
    "value", [None, "x", {"lat": "1", "lon": 2}, {"lat": 91, "lon": 0}, {"lat": float("nan"), "lon": 0}]
)
def test_a_position_that_is_none_is_ignored(value: object) -> None:
    assert point_of(value) is None


def test_a_wish_is_read_from_what_the_browser_sent() -> None:
    assert wish_of({"sent": {"text": "วัด"}, "position": None}).text == "วัด"
    assert wish_of({"sent": None, "position": {"lat": 13.75, "lon": 100}}).position == Point(13.75, 100.0)
    assert wish_of({"sent": "x"}).text is None


def test_a_csv_carries_its_notes_and_runs_nothing_in_a_spreadsheet() -> None:
    frame = pl.DataFrame({"name": ["=HYPERLINK(1)", "-5", "วัด"], "value": [-1.5, 2.0, 3.0]})
    lines = csv_bytes(frame, {"unit": "persons"}).decode("utf-8-sig").splitlines()
    assert lines == ["name,value,unit", "'=HYPERLINK(1),-1.5,persons", "'-5,2.0,persons", "วัด,3.0,persons"]
