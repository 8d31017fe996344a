"""An analyst's walk: headlines, a forecast with its intervals and errors, provinces, and the figures to take away."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_overview_shows_the_latest_month_with_source_unit_and_date(visit) -> None:
    analyst = visit("en")
    page = analyst.open("/overview", "Tourism overview")
    expect(page.get_by_text("2,346,845").first).to_be_visible()
    expect(page.get_by_text("Ministry of Tourism and Sports", exact=False).first).to_contain_text("persons")
    expect(page.get_by_text("Ministry of Tourism and Sports", exact=False).first).to_contain_text("1 Jun 2026")
    analyst.picture("overview-en")


def test_the_overview_in_thai_has_buddhist_years(visit) -> None:
    analyst = visit("th")
    page = analyst.open("/overview", "ภาพรวมการท่องเที่ยว")
    expect(page.get_by_role("heading", name="พฤษภาคม 2569")).to_be_visible()
    analyst.picture("overview-th")


def test_the_forecast_shows_intervals_and_how_the_models_did(visit) -> None:
    analyst = visit("en")
    page = analyst.open("/forecast", "Forecast of arrivals")
    expect(page.get_by_text("Nowcast for", exact=False)).to_be_visible()
    expect(page.get_by_text("with 80 % probability", exact=False).last).to_be_visible()
    expect(page.get_by_role("heading", name="How the models did")).to_be_visible()
    analyst.picture("forecast-en")
    page = visit("en").open("/forecast?market=europe", "Forecast of arrivals")
    expect(page.get_by_text("international arrivals by month and region of residence", exact=False)).to_be_visible()
    expect(page.get_by_text("January 2024")).to_be_visible()


def test_a_forecast_can_be_taken_away_with_its_source_and_unit(visit) -> None:
    analyst = visit("en")
    page = analyst.open("/forecast", "Forecast of arrivals")
    page.get_by_text("Forecast figures").click()
    analyst.settle()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Download CSV")).first.click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 24
    assert {row["unit"] for row in rows} == {"persons"}
    assert all(float(row["lo_95"]) <= float(row["lo_80"]) <= float(row["yhat"]) for row in rows)


def test_provinces_are_shown_by_indicator_and_period(visit) -> None:
    analyst = visit("th")
    page = analyst.open("/provinces?indicator=receipts_thb&frequency=Y", "รายจังหวัด")
    expect(page.locator("canvas").first).to_be_visible()
    expect(page.get_by_text("กระทรวงการท่องเที่ยวและกีฬา", exact=False).first).to_contain_text("บาท")
    analyst.picture("provinces-th")


def test_the_sources_are_shown_with_their_licences(visit) -> None:
    analyst = visit("en")
    page = analyst.open("/sources", "Data and sources")
    expect(page.get_by_text("ODbL", exact=False).first).to_be_visible()
    analyst.picture("sources-en")


def test_markets_say_who_moved_the_total_and_the_choice_is_in_the_address(visit) -> None:
    analyst = visit("en")
    page = analyst.open("/markets", "Markets")
    expect(page.get_by_text("28,150,016").first).to_be_visible()
    expect(page.get_by_role("heading", name="How much rests on few markets")).to_be_visible()
    analyst.picture("markets-en")
    page = visit("th").open("/markets?compare=europe,africa&against=reference", "ตลาดนักท่องเที่ยว")
    expect(page.get_by_text("แอฟริกา", exact=True).first).to_be_visible()


def test_the_season_of_a_province_is_a_heat_map_with_a_usual_year(visit) -> None:
    analyst = visit("th")
    page = analyst.open("/seasonality?indicator=visitors&area=TH-83", "ฤดูกาลท่องเที่ยว")
    expect(page.get_by_role("heading", name="เดือนต่าง ๆ ของปีปกติ")).to_be_visible()
    expect(page.get_by_text("2563, 2564, 2565", exact=False)).to_be_visible()
    analyst.picture("seasonality-th")


def test_the_explorer_answers_sql_and_gives_files(visit) -> None:
    analyst = visit("en")
    page = analyst.open("/explorer?indicator=visitors&areas=TH-83,TH-50&markets=foreign", "Explorer")
    expect(page.get_by_role("button", name="Download Parquet").first).to_be_visible()
    analyst.picture("explorer-en")
    files = page.get_by_role("button", name=re.compile("Download CSV"))
    before = files.count()
    page.get_by_role("button", name="Run").click()
    expect(files).to_have_count(before + 1)
    analyst.settle()
    with page.expect_download() as download:
        files.last.click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert rows[0]["name_en"] == "Bangkok"
    assert "sql=" in page.url


def test_a_scenario_is_built_with_the_form_compared_and_shared_by_its_link(visit) -> None:
    analyst = visit("en")
    page = analyst.open("/scenarios", "Scenarios")
    expect(page.get_by_text("Nothing is changed yet", exact=False)).to_be_visible()
    page.get_by_label("Name").fill("Flood")
    page.get_by_role("spinbutton").fill("-50")
    page.get_by_role("button", name="Add this change").click()
    expect(page.get_by_text("Change by percent: -50", exact=False)).to_be_visible()
    expect(page.get_by_text("-50.0 %")).to_be_visible()
    assert "s=percent_-50_" in page.url
    analyst.picture("scenarios-en")
    page = visit("th").open("/scenarios?s=closure_0_2026-10_2026-12_flat_europe_x", "สถานการณ์จำลอง")
    expect(page.get_by_text("ปิดตลาด: ร้อยละที่ยังเดินทางมา: 0", exact=False)).to_be_visible()
    page.get_by_role("button", name="นำออก").first.click()
    expect(page.get_by_text("ยังไม่มีการปรับ", exact=False)).to_be_visible()
    page = visit("en").open("/scenarios?s=percent_x", "Scenarios")
    expect(page.get_by_text("An adjustment cannot be read", exact=False)).to_be_visible()
    expect(page.get_by_text("Arrivals, forecast")).to_be_visible()


def test_a_province_has_its_figures_and_its_places_on_one_page(visit) -> None:
    analyst = visit("th")
    page = analyst.open("/province?area=TH-83", "จังหวัด")
    expect(page.get_by_text("ค่าใช้จ่ายต่อผู้เยี่ยมเยือน", exact=False)).to_be_visible()
    expect(page.get_by_role("heading", name="สถานที่ในทำเนียบ")).to_be_visible()
    analyst.picture("province-th")
    page.get_by_role("link", name="สถานที่ทั้งหมดของจังหวัดนี้").click()
    expect(page.get_by_role("heading", name="ค้นหาสถานที่", exact=False)).to_be_visible()
    assert "province=TH-83" in page.url
