"""A data officer's walk.

She opens "Data quality" (คุณภาพข้อมูล) and sees all agencies, the best first, each dataset by six dimensions. She opens a
dataset of hers, reads what to mend first and what it gains (ควรแก้อะไรก่อน), opens the rows that fail, takes them along
as CSV to whoever mends them, and the scorecard as Excel (บัตรคะแนนเป็น Excel) to the next meeting. Signed in, she states
what the metadata still lack and answers the questions (ระบุคำอธิบายข้อมูลและตอบคำถาม), and the level of readiness rises.
"""

from __future__ import annotations

import csv
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_an_officer_finds_what_to_mend_and_takes_the_rows_along(visit) -> None:
    officer = visit("en")
    page = officer.open("/quality", "Data quality")
    officer.picture("quality-en")
    page.get_by_role("link", name="Well-known places", exact=False).first.click()
    page.get_by_role("table").filter(has_text="What to mend first").wait_for()
    officer.settle()
    row = page.get_by_role("row").filter(has_text="Has a phone, e-mail or website")
    expect(row).to_contain_text("Ask the operator for at least one way of contact.")
    failed = int(row.get_by_role("link").inner_text().split("/")[0].replace(",", ""))
    with page.expect_download() as book:
        page.get_by_role("button", name="Scorecard as Excel").click()
    rules = pl.read_excel(BytesIO(Path(book.value.path()).read_bytes()), sheet_name="What to mend first")
    assert failed in rules["Failed"].to_list()
    row.get_by_role("link").click()
    page.get_by_role("heading", name="Has a phone, e-mail or website").wait_for()
    expect(page.get_by_text(f"Rows that fail: {failed:,}")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == failed
    assert {item["rule"] for item in rows} == {"place_contact"}


def test_a_scorecard_in_thai_tells_the_course_and_fits_a_phone(visit) -> None:
    officer = visit("th")
    officer.open("/quality?source=mots_arrivals_monthly").get_by_text("คะแนนตามมิติ").wait_for()
    officer.picture("quality-card-th")
    phone = visit("th", phone=True)
    page = phone.open("/quality", "คุณภาพข้อมูล")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.picture("quality-phone-th")


STATED = {
    "Contact name": "Statistics desk",
    "Contact e-mail": "statistics@example.go.th",
    "Keywords (separated by commas)": "arrivals, tourism",
    "Description": "International arrivals by month.",
    "Objective": "To plan for visitors.",
}


def test_an_officer_completes_the_metadata_and_the_level_rises(visit, served) -> None:
    officer = visit("en")
    officer.sign_in("analyst@localhost", served.passwords["analyst"])
    page = officer.open("/quality?source=mots_arrivals_monthly", "International arrivals by month")
    expect(page.get_by_role("heading", name="Readiness: level 1 of 5", exact=False)).to_be_visible()
    for label, text in STATED.items():
        page.get_by_label(label, exact=True).fill(text)
        page.get_by_label(label, exact=True).press("Tab")
    for label, answer in (
        ("Category under government data governance", "Public"),
        ("A named steward is responsible for this dataset", "yes"),
        ("Checked for personal data (PDPA)", "yes"),
    ):
        page.get_by_role("combobox", name=label).click()
        page.get_by_role("combobox", name=label).fill(answer)
        page.get_by_role("option", name=answer, exact=True).click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    heading = page.get_by_role("heading", name="Readiness: level 3 of 5", exact=False)
    expect(heading).to_be_visible()
    page.reload()
    heading.wait_for()
    page.get_by_text("Metadata: 14 of 14 core fields").click()
    heading.scroll_into_view_if_needed()
    officer.picture("quality-readiness-en")
