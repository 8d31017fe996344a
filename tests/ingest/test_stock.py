"""Relief goods that an agency uploads: one YAML and its own file become depots, or rows refused with a reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from directory import repository
from ingest.pipeline import RunReport
from ingest.source import Source, parse_source
from tic.core.database import reading
from tic.core.errors import BadInput
from tic.core.geo import Point
from tic.hazards.stock import Stock, nearest_depots, stocks

DEPOTS = """
kind: stock
title_th: คลังสิ่งของบรรเทาทุกข์
title_en: Relief depots
publisher_th: หน่วยงานทดลอง
publisher_en: Example Agency
homepage: https://example.org/
licence: CC0 1.0
attribution: Example Agency
trust: official
coverage: TH
schedule: weekly
file: depots.csv
expect: {least: 1, most: 99}
stock:
  columns: {depot: คลัง, item: รายการ, quantity: จำนวน, unit: หน่วย, province: จังหวัด, as_of: ณ วันที่, phone: โทร}
  point: {form: decimal, lat: lat, lon: lon}
"""
HEADER = "คลัง,รายการ,จำนวน,หน่วย,จังหวัด,ณ วันที่,โทร,lat,lon"
GOOD = 'คลังเชียงราย,ถุงยังชีพ,"1,200",ถุง,เชียงราย,1 ก.ย. 2568,053 711 111,19.91,99.83'
Read = Callable[..., RunReport]


@pytest.fixture
def depots() -> Source:
    return parse_source("depots", DEPOTS)


@pytest.fixture
def read(run_sources: Callable[..., list[RunReport]], tmp_path: Path, depots: Source) -> Read:
    def run(*lines: str) -> RunReport:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        (folder / "depots.csv").write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8")
        return run_sources([depots], folder)[0]

    return run


def kept(database: Engine) -> list[Stock]:
    with reading(database) as connection:
        return stocks(connection)


def test_a_row_becomes_stock_with_its_place_and_day(read: Read, record_database: Engine) -> None:
    assert read(GOOD).state == "done"
    (found,) = kept(record_database)
    assert (found.depot, found.item, found.quantity, found.unit) == ("คลังเชียงราย", "ถุงยังชีพ", 1200.0, "ถุง")
    assert (found.as_of, found.province_code, found.is_exact) == (date(2025, 9, 1), "TH-57", True)
    assert found.phone == "+6653711111"


def test_a_depot_without_a_point_stands_in_the_middle_of_its_province(read: Read, record_database: Engine) -> None:
    read(GOOD.replace("19.91,99.83", ","))
    (found,) = kept(record_database)
    assert (found.province_code, found.is_exact) == ("TH-57", False)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (GOOD.replace('"1,200"', "มาก"), "figure_unreadable"),
        (GOOD.replace('"1,200"', "-5"), "figure_negative"),
        (GOOD.replace('"1,200"', "=1+1"), "formula"),
        (GOOD.replace('"1,200"', ""), "figure_missing"),
        (GOOD.replace("1 ก.ย. 2568", ""), "date_missing"),
        (GOOD.replace("1 ก.ย. 2568", "1/9/2699"), "period_in_future"),
        (GOOD.replace("19.91,99.83", "51.5,-0.1"), "point_abroad"),
        (GOOD.replace("19.91,99.83", "north,99.83"), "point_unreadable"),
        (GOOD.replace("19.91,99.83", ",").replace("เชียงราย,1", "แดนไกล,1"), "area_unknown"),
        (GOOD.replace("คลังเชียงราย", "<img src=x onerror=alert(1)>"), "markup"),
        (GOOD.replace(",ถุง,", ",,"), "unit_missing"),
    ],
)
def test_a_row_that_cannot_be_right_waits_with_its_reason(
    row: str, reason: str, read: Read, record_database: Engine
) -> None:
    other = GOOD.replace("ถุงยังชีพ", "น้ำดื่ม")
    assert read(other, row).by_reason == {reason: 1}
    assert [item.item for item in kept(record_database)] == ["น้ำดื่ม"]
    with reading(record_database) as connection:
        assert repository.list_quarantine(connection, "depots", 9)[0].body["depot"] == row.split(",", maxsplit=1)[0]


def test_a_newer_file_takes_the_place_of_the_earlier_one(read: Read, record_database: Engine) -> None:
    water = GOOD.replace("ถุงยังชีพ", "น้ำดื่ม")
    read(GOOD, water)
    report = read(GOOD.replace('"1,200"', "900"), GOOD.replace("ถุงยังชีพ", "ผ้าห่ม"))
    assert (report.new, report.changed, report.gone) == (1, 1, 1)
    assert {item.item: item.quantity for item in kept(record_database)} == {"ถุงยังชีพ": 900.0, "ผ้าห่ม": 1200.0}


def test_the_nearest_depots_with_anything_in_stock_come_first(read: Read, record_database: Engine) -> None:
    south = "คลังสงขลา,ถุงยังชีพ,10,ถุง,สงขลา,1 ก.ย. 2568,,7.2,100.6"
    empty = "คลังว่าง,ถุงยังชีพ,0,ถุง,สงขลา,1 ก.ย. 2568,,7.0,100.5"
    read(GOOD, GOOD.replace("ถุงยังชีพ", "น้ำดื่ม"), south, empty)
    found = nearest_depots(kept(record_database), [Point(7.0, 100.5)], 5)
    assert [(depot.stocks[0].depot, len(depot.stocks)) for depot in found] == [("คลังสงขลา", 1), ("คลังเชียงราย", 2)]
    assert found[0].distance_km == pytest.approx(24.8, abs=0.2)
    assert nearest_depots(kept(record_database), [], 5) == []


def test_a_mapping_without_a_place_is_told(run_sources: Callable[..., list[RunReport]], tmp_path: Path) -> None:
    lacking = DEPOTS.replace("province: จังหวัด, ", "").split("  point:")[0]
    (tmp_path / "depots.csv").write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    (report,) = run_sources([parse_source("depots", lacking)], tmp_path)
    assert report.state == "failed"
    assert isinstance(report.problem, BadInput)
    assert "lacks or does not know: province" in str(report.message)
