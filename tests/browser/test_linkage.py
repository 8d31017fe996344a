"""Two agencies: one asks for a dataset of the other, which grants it; the data are fetched, and every step is kept.

She opens the dataset and presses "Ask for this dataset" (ขอชุดข้อมูลนี้); he finds it under "Requests to us" (คำขอถึงเรา).
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from axe_findings import findings
from browser_forms import choose
from product import Product

pytestmark = pytest.mark.browser
MINISTRY = "Ministry of Tourism and Sports"


def officer(product: Product, email: str, agency: str) -> str:
    """Make an account that speaks for an agency; gives its password."""
    made = product.run("account", "add", email, "analyst")
    assert made.returncode == 0, made.stderr
    assert product.run("account", "agency", email, agency).returncode == 0
    return made.stdout.rpartition(": ")[2].strip()


def fill(page: Page, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)
    page.get_by_label(label, exact=True).press("Tab")


def test_a_dataset_is_asked_for_granted_fetched_and_recorded(visit, served) -> None:
    asking = visit("en")
    asking.sign_in("nok@province.example", officer(served.product, "nok@province.example", "Provincial Office"))
    page = asking.open("/quality?source=mots_arrivals_monthly", "International arrivals by month")
    page.get_by_role("link", name="Ask for this dataset").click()
    page.get_by_role("heading", name="Data requests").wait_for()
    asking.settle()
    fill(page, "What the data are for", "To plan buses for the season.")
    choose(page, "Legal basis", "Task in the public interest")
    for field in ("period", "value"):
        choose(page, "Fields that are needed, and only these", field)
    fill(page, "Contact at work (desk, e-mail, phone)", "Transport desk, 02 123 4567")
    page.get_by_role("button", name="Send to the agency").click()
    expect(page.get_by_text("Sent to the agency.")).to_be_visible()

    owning = visit("th")
    owning.sign_in("lek@mots.example", officer(served.product, "lek@mots.example", MINISTRY))
    desk = owning.open("/linkage", "คำขอข้อมูล")
    expect(desk.get_by_role("heading", name="คำขอถึงเรา")).to_be_visible()
    desk.locator("[class*=st-key-request-] a").first.click()
    desk.get_by_label("เงื่อนไข (หน่วยงานที่ขอจะได้อ่าน)").wait_for()
    owning.picture("linkage-th")
    desk.get_by_label("เงื่อนไข (หน่วยงานที่ขอจะได้อ่าน)").fill("ห้ามเผยแพร่ต่อ")
    desk.get_by_label("เงื่อนไข (หน่วยงานที่ขอจะได้อ่าน)").press("Tab")
    owning.settle()
    desk.get_by_role("button", name="อนุญาต", exact=True).click()
    expect(desk.get_by_text("อนุญาตแล้ว").first).to_be_visible()

    page.reload()
    expect(page.get_by_text("ห้ามเผยแพร่ต่อ").first).to_be_visible()
    with page.expect_download() as data:
        page.get_by_role("button", name="Get the data (CSV)", exact=False).click()
    with Path(data.value.path()).open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) > 100
    assert set(rows[0]) == {"period", "value", "source", "licence", "request", "conditions"}
    page.reload()
    expect(page.get_by_role("table").filter(has_text="Every step")).to_contain_text(f"{len(rows)} rows")
    asking.settle()
    page.get_by_role("table").filter(has_text="Every step").scroll_into_view_if_needed()
    asking.picture("linkage-en")
    page = asking.open("/linkage", "Data requests")
    with page.expect_download() as log:
        page.get_by_role("button", name="The log as CSV").click()
    with Path(log.value.path()).open(encoding="utf-8-sig", newline="") as handle:
        assert [row["step"] for row in csv.DictReader(handle)] == ["draft", "sent", "granted", "delivered"]


def test_the_page_fits_a_phone(visit, served) -> None:
    phone = visit("th", phone=True)
    phone.sign_in("som@province.example", officer(served.product, "som@province.example", "Provincial Office"))
    page = phone.open("/linkage?new=mots_arrivals_monthly", "คำขอข้อมูล")
    expect(page.get_by_label("จะใช้ข้อมูลเพื่ออะไร")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.settle()
    assert findings(page) == []
