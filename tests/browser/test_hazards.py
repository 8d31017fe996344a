"""Warnings from a sender's feed to the reader: the page, a place, a search, a province; Thai, English, a phone.

She opens "Hazards" (ภัยและการเตือนภัย) before anything is connected, and is told how to. After a run she sees what holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from axe_findings import findings
from cap_messages import index, now_on
from engines import free_port
from product import FirstStart, Product
from web_site import Reply, running_site

pytestmark = pytest.mark.browser
CAP = """
kind: alerts
title_th: ประกาศเตือนภัยทดลอง
title_en: Example warnings
publisher_th: หน่วยงานเตือนภัยทดลอง
publisher_en: Example Warning Agency
homepage: https://example.org/
licence: CC0 1.0
attribution: Example Warning Agency
trust: official
coverage: TH
schedule: daily
parser: cap
file: example_cap_*.xml
expect: {{least: 1, most: 99}}
fetch: {{kind: alerts, url: "{url}", robots: api, terms: "This machine lets everybody read it.", pause_s: 0}}
"""
RELIEF = """
kind: stock
title_th: คลังบรรเทาทุกข์ทดลอง
title_en: Example relief depots
publisher_th: หน่วยงานบรรเทาทุกข์ทดลอง
publisher_en: Example Relief Agency
homepage: https://example.org/
licence: CC0 1.0
attribution: Example Relief Agency
trust: official
coverage: TH
schedule: weekly
file: example_depots.csv
expect: {least: 1, most: 99}
stock:
  columns: {depot: คลัง, item: รายการ, quantity: จำนวน, unit: หน่วย, province: จังหวัด, as_of: ณ วันที่}
"""
DEPOTS = """คลัง,รายการ,จำนวน,หน่วย,จังหวัด,ณ วันที่
คลังชลบุรี,ถุงยังชีพ,"1,200",ถุง,ชลบุรี,1 ส.ค. 2569
คลังชลบุรี,น้ำดื่ม,"5,000",ขวด,ชลบุรี,1 ส.ค. 2569
คลังสงขลา,ถุงยังชีพ,300,ถุง,สงขลา,1 ส.ค. 2569
"""


@pytest.fixture(scope="module")
def unwarned(first_start: FirstStart, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Product, Path]]:
    """A served installation that has a feed and a file of depots, and has read neither."""
    base = tmp_path_factory.mktemp("hazards")
    own, files = base / "own", base / "files"
    own.mkdir()
    files.mkdir()
    with running_site() as site:
        site.put("/A1.xml", Reply(now_on("A1")))
        polygon = b"<polygon>13.6,100.4 13.9,100.4 13.9,100.8 13.6,100.4</polygon>"
        south = b"<polygon>7.6,98.2 8.3,98.2 8.3,98.6 7.6,98.6 7.6,98.2</polygon>"
        minor = now_on("A2", severity="Minor").replace(polygon, south).replace(b"TH-11", b"TH-83")
        site.put("/A2.xml", Reply(minor.replace("กรุงเทพมหานคร ชลบุรี".encode(), "ภูเก็ต".encode())))
        url = site.put("/feed", Reply(index(site.at("/A1.xml"), site.at("/A2.xml"))))
        (own / "example_cap.yml").write_text(CAP.format(url=url), encoding="utf-8")
        (own / "example_depots.yml").write_text(RELIEF, encoding="utf-8")
        (files / "example_depots.csv").write_text(DEPOTS, encoding="utf-8")
        own_settings = {"TIC_SOURCES_DIR": str(own), "TIC_PRIVATE_HOSTS": "127.0.0.1"}
        product = first_start.copy(base / "data", own_settings)
        done = product.run("up", "--no-serve")
        assert done.returncode == 0, done.stderr
        with product.serving(free_port()) as address:
            yield address, product, files


@pytest.fixture
def look(visit, unwarned: tuple[str, Product, Path]) -> Callable[..., Any]:
    """A reader of that installation."""
    return partial(visit, address=unwarned[0])


def test_before_a_feed_is_read_the_page_does_not_pretend_to_know(look) -> None:
    page = look("en").open("/hazards", "Hazards")
    expect(page.get_by_text("No source of warnings is connected yet", exact=False)).to_be_visible()
    expect(page.get_by_text("No warnings are known.")).to_have_count(0)


def test_after_a_run_warnings_are_everywhere_they_concern_somebody(look, unwarned) -> None:
    _address, product, files = unwarned
    done = product.run("ingest", "run", "--source", "example_cap")
    assert done.returncode == 0, done.stderr
    done = product.run("ingest", "run", "--from", str(files))
    assert done.returncode == 0, done.stderr
    reader = look("en")
    page = reader.open("/hazards", "Hazards")
    table = page.get_by_role("table").filter(has_text="Warnings in force")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(table).to_contain_text("Heavy Rain")
    expect(page.get_by_role("table").filter(has_text="Relief goods near")).to_contain_text("ถุงยังชีพ: 1,200 ถุง")
    page.locator("canvas").first.wait_for()
    reader.picture("hazards-en")
    page.get_by_text("What to know and do").first.click()
    expect(table).to_contain_text("น้ำท่วม ฉับพลัน")
    table.get_by_role("link").first.click()
    page.wait_for_url("**/?province=*")
    expect(page.get_by_text("Heavy Rain").first).to_be_visible()
    page.locator("[class*=st-key-hit-] a").first.click()
    expect(page.locator(".tic-warning").first).to_contain_text("Heavy Rain")
    page = reader.open("/province?area=TH-20", "Province")
    expect(page.locator(".tic-warning").first).to_contain_text("Heavy Rain")


def test_warnings_in_thai_fit_a_phone(look) -> None:
    phone = look("th", phone=True)
    page = phone.open("/hazards", "ภัยและการเตือนภัย")
    expect(page.get_by_text("ฝนตกหนัก").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    phone.picture("hazards-phone-th")
    assert findings(page) == []
    page = phone.open("/?q=วัดโพธิ์", "ค้นหาสถานที่ในประเทศไทย")
    expect(page.locator(".tic-warning").first).to_contain_text("ฝนตกหนัก")
    phone.settle()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
