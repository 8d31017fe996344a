"""An analyst thinks with the pages: briefing, charts to take away, figures as known on a day, events, watches.

She opens the overview (ภาพรวมการท่องเที่ยว), takes a briefing (รายงานสรุป) and a chart (แผนภูมิ) to a meeting, looks at the
figures as they stood on a day (ตามที่ทราบ ณ วันที่), notes a flood (เหตุการณ์), keeps a scenario (สถานการณ์จำลอง), and
watches a series (รายการเฝ้าติดตาม).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "title"), [("en", "Tourism overview"), ("th", "ภาพรวมการท่องเที่ยว")])
def test_a_briefing_is_one_press_away_in_either_language(visit, language: str, title: str) -> None:
    analyst = visit(language)
    page = analyst.open("/overview", title)
    with page.expect_download() as pdf:
        page.get_by_role("button", name=re.compile(r"\(PDF\)")).click()
    assert Path(pdf.value.path()).read_bytes().startswith(b"%PDF-")
    assert pdf.value.suggested_filename.startswith("briefing-TH-")
    with page.expect_download() as html:
        page.get_by_role("button", name=re.compile(r"\(HTML\)")).click()
    told = Path(html.value.path()).read_text(encoding="utf-8")
    assert f'<html lang="{language}">' in told
    assert "2,346,845" in told


def test_a_briefing_of_a_province_reads_well_on_its_own(visit) -> None:
    page = visit("th").open("/province?area=TH-83", "จังหวัด")
    with page.expect_download() as download:
        page.get_by_role("button", name="รายงานสรุป (HTML)").click()
    other = page.context.new_page()
    other.set_content(Path(download.value.path()).read_text(encoding="utf-8"))
    expect(other.get_by_role("heading", name="รายงานสรุปการท่องเที่ยว: ภูเก็ต")).to_be_visible()
    expect(other.get_by_role("img").first).to_be_visible()


def test_a_chart_goes_along_as_a_picture_with_its_source_and_licence(visit) -> None:
    page = visit("en").open("/markets", "Markets")
    with page.expect_download() as svg:
        page.get_by_role("button", name="Chart as SVG").first.click()
    told = Path(svg.value.path()).read_text(encoding="utf-8")
    assert "Source: International arrivals by month and region of residence" in told
    assert "Licence: " in told
    assert "Filters: period=2023-12-01; against=year" in told
    with page.expect_download() as png:
        page.get_by_role("button", name="Chart as PNG").first.click()
    assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")


def test_figures_are_shown_as_they_stood_on_a_day_and_the_address_says_so(visit) -> None:
    page = visit("en").open("/provinces?known=2024-10-15", "Provinces")
    expect(page.get_by_text("As known on 15 Oct 2024", exact=False)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").first.click()
    assert "@2024-10-15" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    page.get_by_role("button", name="Show the newest figures").click()
    expect(page.get_by_text("As known on 15 Oct 2024", exact=False)).to_be_hidden()
    assert "known" not in page.url


def test_what_is_overdue_is_told_on_the_overview_and_in_the_calendar(visit) -> None:
    analyst = visit("en")
    page = analyst.open("/overview", "Tourism overview")
    expect(page.get_by_text("Figures that are overdue", exact=False)).to_be_visible()
    page.get_by_role("link", name="Release calendar").last.click()
    expect(page.get_by_role("heading", name="Release calendar")).to_be_visible()
    expect(page.get_by_text("An issue is expected one interval after the last", exact=False)).to_be_visible()


def test_an_analyst_notes_a_flood_which_is_drawn_and_begins_a_scenario(visit, served) -> None:
    analyst = visit("en")
    analyst.sign_in("analyst@localhost", served.passwords["analyst"])
    page = analyst.open("/events", "Events")
    page.get_by_label("Title in Thai").fill("น้ำท่วมใหญ่")
    page.get_by_label("Title in English").fill("Great flood")
    page.get_by_label("Source: who said so", exact=False).fill("DDPM, https://www.disaster.go.th")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Great flood").first).to_be_visible()
    page = analyst.open("/scenarios", "Scenarios")
    page.get_by_label("Begin with the course of an event").click()
    page.get_by_role("option", name=re.compile("Great flood")).click()
    analyst.settle()
    expect(page.get_by_label("Name", exact=True).first).to_have_value("Great flood")
    page.get_by_role("button", name="Add this change").click()
    expect(page.get_by_text("Change by percent: -10", exact=False)).to_be_visible()
    page.get_by_text(re.compile(r"^My scenarios")).click()
    page.get_by_label("Keep this scenario as").fill("If it floods")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("My scenarios (1)")).to_be_visible()
    page = analyst.open("/scenarios", "Scenarios")
    page.get_by_text("My scenarios (1)").click()
    page.get_by_test_id("stExpanderDetails").get_by_role("button", name="View").click()
    expect(page.get_by_text("Change by percent: -10", exact=False)).to_be_visible()
    assert "s=percent_-10_" in page.url


def test_an_analyst_watches_a_series_and_reads_the_feed(visit, served) -> None:
    analyst = visit("en")
    analyst.sign_in("analyst@localhost", served.passwords["analyst"])
    page = analyst.open("/watches?indicator=visitors&area=TH-83", "Watches")
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(page.get_by_text("Visitors, Phuket").first).to_be_visible()
    feed = page.get_by_text(re.compile(r"/feed/[\w-]+\.atom")).inner_text()
    answer = page.request.get(feed.strip())
    assert answer.ok
    assert "<feed" in answer.text()
    done = served.product.run("watches", "run", "--json")
    assert done.stdout.strip() == '{"watches": 1, "notices": 0, "mails": 0}'


def test_an_analyst_hands_in_a_table_and_lets_it_join(visit, served) -> None:
    analyst = visit("en")
    analyst.sign_in("analyst@localhost", served.passwords["analyst"])
    page = analyst.open("/upload", "Hand in a table")
    table = "จังหวัด,ปี,คน\nภูเก็ต,2567,12\nแอตแลนติส,2567,1\n".encode()
    page.locator("input[type=file]").set_input_files({"name": "guests.csv", "mimeType": "text/csv", "buffer": table})
    fields = {
        "Title in Thai": "ผู้เข้าพัก",
        "Title in English": "Guests",
        "Agency in Thai": "ภูเก็ต",
        "Agency in English": "Phuket Province",
        "Web address of the table or its agency": "https://example.org/",
        "Licence": "Open Government Data",
        "Short name (a–z, 0–9, _)": "guests_of_phuket",
        "Column of the figure": "คน",
        "Column of the year": "ปี",
        "Column of the province, or a code such as TH-83": "จังหวัด",
    }
    for label, value in fields.items():
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.get_by_role("button", name="Let it join").wait_for()
    expect(page.get_by_text("figures can be read", exact=False)).to_contain_text("1 figures can be read, 1 rows cannot")
    analyst.picture("upload-en")
    page.get_by_role("button", name="Let it join").click()
    expect(page.get_by_text("guests.csv · in the warehouse", exact=False)).to_be_visible()
    done = served.product.run("ingest", "status", "--json")
    assert '"source": "own_guests_of_phuket"' in done.stdout


@pytest.mark.parametrize("path", ["/overview", "/releases", "/events", "/province?area=TH-83"])
def test_the_pages_fit_a_phone(visit, path: str) -> None:
    phone = visit("th", phone=True)
    page = phone.open(path)
    page.locator("h1").first.wait_for()
    phone.settle()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
