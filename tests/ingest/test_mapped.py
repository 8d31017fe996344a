"""Files that need no parser: one YAML says which column is which."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ingest.parsers import load_parser
from ingest.places import Places, clean_places
from ingest.source import Source, parse_source
from ingest.statistics import Figures, clean_statistics
from tic.core.errors import BadInput, SourceUnreadable
from workbooks import Formula, write_workbook

HEAD = """
kind: {kind}
title_th: ก
title_en: a
publisher_th: ก
publisher_en: a
homepage: https://example.org/
licence: CC0 1.0
attribution: a
trust: official
coverage: TH
schedule: yearly
file: upload.csv
expect: {{least: 1, most: 99}}
"""
PLACES = (
    HEAD.format(kind="places")
    + """
mapping:
  columns: {source_id: รหัส, name_th: ชื่อ, category: ประเภท, province: จังหวัด, phone: โทร}
  point: {form: decimal, lat: lat, lon: lon}
  categories: {วัด: temple, ตลาด: local_market}
  updated: วันที่
"""
)
HEADING = "รหัส,ชื่อ,ประเภท,จังหวัด,โทร,lat,lon,วันที่"
ROW = "1,วัดโพธิ์,วัด,กรุงเทพมหานคร,02-226-0335,13.7465,100.4930,1 ก.พ. 2565"
CleanFile = Callable[..., Places]


@pytest.fixture
def clean_file(tmp_path: Path) -> CleanFile:
    """Read and clean a file by a description; text is written as it is, dicts as JSON."""

    def clean(description: str, content: Any, name: str = "upload.csv") -> Places:
        path = tmp_path / name
        if callable(content):
            content(path)
        else:
            text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
            path.write_text(text, encoding="utf-8")
        source = parse_source("upload", description)
        return clean_places(load_parser(source)(path, source), source)

    return clean


def reasons(places: Places) -> dict[str, tuple[str, ...]]:
    return {row.row_key: row.reasons for row in places.rejected}


def test_a_table_becomes_places_by_its_description_alone(clean_file: CleanFile) -> None:
    (place,) = clean_file(PLACES, f"{HEADING}\n{ROW}\n").records.to_dicts()
    assert (place["key"], place["name_th"], place["category"]) == ("upload:1", "วัดโพธิ์", "temple")
    assert (place["province_code"], place["phone"]) == ("TH-10", "+6622260335")
    assert (place["lat"], place["lon"]) == (13.7465, 100.4930)
    assert place["updated_at"] == datetime(2022, 1, 31, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.replace("วัดโพธิ์", "=HYPERLINK(1)"), "formula"),
        (ROW.replace("13.7465", "#REF!"), "formula"),
        (ROW.replace("วัดโพธิ์", "<script>alert(1)</script>วัดโพธิ์"), "markup"),
        (ROW.replace("วัดโพธิ์", "&lt;img src=x onerror=alert(1)&gt;"), "markup"),
        (ROW.replace("วัดโพธิ์", "ก" * 501), "name_too_long"),
        (ROW.replace("วัดโพธิ์", ""), "no_name"),
        (ROW.replace("13.7465", "north"), "point_unreadable"),
        (ROW + ",more", "row_ragged"),
        (ROW.replace("1,", ",", 1), "source_id_missing"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_are_taken(
    row: str, reason: str, clean_file: CleanFile
) -> None:
    good = "2,วัดแจ้ง,วัด,กรุงเทพมหานคร,,13.7437,100.4889,"
    places = clean_file(PLACES, f"{HEADING}\n{row}\n{good}\n")
    assert [row.reasons[0] for row in places.rejected] == [reason]
    assert places.records["key"].to_list() == ["upload:2"]


@pytest.mark.parametrize("name", ["ร้าน I <3 ชา", "ร้าน <พิเศษ> ชา", "บ้าน <Wattana Homestay> ชา"])
def test_text_that_only_looks_like_code_is_a_name(name: str, clean_file: CleanFile) -> None:
    places = clean_file(PLACES, f"{HEADING}\n{ROW.replace('วัดโพธิ์', name)}\n")
    assert places.records["name_th"].to_list() == [name]


def test_a_workbook_is_read_like_a_table(clean_file: CleanFile) -> None:
    def write(path: Path) -> None:
        rows = [HEADING.split(","), [*ROW.split(",")[:5], Formula("13+0.7465", "13.7465"), *ROW.split(",")[6:]]]
        write_workbook(path, {"ข้อมูล": [["รายชื่อสถานที่"], *rows]})

    description = PLACES + "layout: {heading_row: 2}\n"
    assert clean_file(description, write, "upload.xlsx").records["lat"].to_list() == [13.7465]


def test_parquet_is_read_like_a_table(clean_file: CleanFile) -> None:
    def write(path: Path) -> None:
        row = dict(zip(HEADING.split(","), ROW.split(","), strict=True))
        pl.DataFrame([{**row, "lat": 13.7465, "lon": 100.493}]).write_parquet(path)

    assert clean_file(PLACES, write, "upload.parquet").records["lon"].to_list() == [100.493]


def test_json_is_read_by_paths(clean_file: CleanFile) -> None:
    description = (
        HEAD.format(kind="places")
        + """
layout: {rows: data.items}
mapping:
  columns: {source_id: id, name_en: name.en, website: links.0, aliases: other}
  fixed: {category: hotel}
  point: {lat: where}
"""
    )
    item = {
        "id": 7,
        "name": {"en": "Grand Hotel"},
        "links": ["https://x.co/"],
        "other": ["A", "B"],
        "where": "13.7465, 100.4930",
    }
    (place,) = clean_file(description, {"data": {"items": [item]}}, "upload.json").records.to_dicts()
    assert (place["key"], place["name_en"], place["category"]) == ("upload:7", "Grand Hotel", "hotel")
    assert (place["website"], place["aliases"], place["lon"]) == ("https://x.co/", ["A", "B"], 100.493)


def test_a_feed_of_hotels_with_prices_and_reviews_needs_no_parser(clean_file: CleanFile) -> None:
    description = (
        HEAD.format(kind="places")
        + """
layout: {rows: hotels}
mapping:
  columns:
    source_id: hotel_id
    name_en: name.en
    name_th: name.th
    kinds: type
    price_thb: rate.amount
    reviews: reviews.count
    website: links.0
    licence_no: licence
  kinds: {HOTEL: tourism=hotel, HOSTEL: tourism=hostel}
  point: {lat: geo.lat, lon: geo.lng}
  closed: closed_on
"""
    )
    hotel = {
        "hotel_id": 42,
        "name": {"en": "Riverside Hotel", "th": "โรงแรมริมน้ำ"},
        "type": "HOTEL",
        "rate": {"amount": "฿1,250.50"},
        "reviews": {"count": "1,204"},
        "links": ["https://riverside.co.th/"],
        "licence": "12/2560",
        "geo": {"lat": 13.7465, "lng": 100.493},
    }
    closed = {**hotel, "hotel_id": 43, "closed_on": "2024-01-31"}
    nowhere = {**hotel, "hotel_id": 44, "geo": {"lat": None, "lng": None}, "rate": {"amount": "ask"}}
    places = clean_file(description, {"hotels": [hotel, closed, nowhere]}, "upload.json")
    place, _closed = places.records.to_dicts()
    assert (place["key"], place["category"], place["price_thb"], place["reviews"]) == (
        "upload:42",
        "hotel",
        1250.5,
        1204,
    )
    assert (place["name_th"], place["licence_no"]) == ("โรงแรมริมน้ำ", "12/2560")
    assert reasons(places) == {"44": ("point_missing",)}
    assert dict(places.records.select("source_id", "status").iter_rows()) == {"42": None, "43": "closed"}


def test_a_field_that_is_new_is_told_and_one_that_is_gone_too(tmp_path: Path) -> None:
    description = FIGURES.replace("upload.csv", "upload.json") + "  ignored: [หน่วย]\n"
    row = {"จังหวัด": "ภูเก็ต", "ปี": "2558", "ประเภท": "ผู้เยี่ยมเยือน", "สัญชาติ": "รวม", "จำนวน": "7", "หน่วย": "คน"}
    path = tmp_path / "upload.json"
    source = parse_source("upload", description)
    path.write_text(json.dumps([{**row, "ไตรมาส": "1"}], ensure_ascii=False), encoding="utf-8")
    assert load_parser(source)(path, source).leftover == ("ไตรมาส",)
    renamed = {("ปี พ.ศ." if name == "ปี" else name): value for name, value in row.items()}
    path.write_text(json.dumps([renamed], ensure_ascii=False), encoding="utf-8")
    parsed = load_parser(source)(path, source)
    assert parsed.leftover == ("ปี พ.ศ.",)
    assert [row.reasons for row in clean_statistics(parsed, source).rejected] == [("period_missing",)]


def test_the_geometry_of_geojson_is_the_point(clean_file: CleanFile) -> None:
    description = (
        HEAD.format(kind="places") + "mapping: {columns: {source_id: id, name: ชื่อ}, fixed: {category: park}}\n"
    )
    square = [[[100.4, 13.7], [100.6, 13.7], [100.6, 13.8], [100.4, 13.8], [100.4, 13.7]]]
    feature = {"id": "f1", "properties": {"ชื่อ": "สวน"}, "geometry": {"type": "Polygon", "coordinates": square}}
    broken = {"id": "f2", "properties": {"ชื่อ": "ลาน"}, "geometry": {"type": "Point", "coordinates": []}}
    places = clean_file(description, {"features": [feature, broken]}, "upload.geojson")
    assert places.records.select("lat", "lon").row(0) == pytest.approx((13.75, 100.5))
    assert reasons(places) == {"f2": ("point_missing",)}


def test_points_on_the_grid_and_in_degrees_and_minutes_are_turned_into_degrees(clean_file: CleanFile) -> None:
    utm = PLACES.replace("{form: decimal, lat: lat, lon: lon}", '{form: utm, easting: lat, northing: lon, zone: "47"}')
    rows = [ROW.replace("13.7465,100.4930", "661362,1520190"), ROW.replace("1,", "2,", 1)]
    places = clean_file(utm, "\n".join([HEADING, *rows, ""]))
    assert places.records.select("lat", "lon").row(0) == pytest.approx((13.7465, 100.4930), abs=0.002)
    assert reasons(places) == {"2": ("point_off_grid",)}
    dms = PLACES.replace("form: decimal", "form: dms")
    quoted = ROW.replace("13.7465", '"13°44\'47.4""N"').replace("100.4930", "100 29 34.8 E")
    assert clean_file(dms, f"{HEADING}\n{quoted}\n").records.select("lat", "lon").row(0) == pytest.approx(
        (13.7465, 100.4930), abs=1e-4
    )


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (HEADING.replace("ชื่อ", "นาม") + "\n" + ROW + "\n", "upload.csv", "lacks the column"),
        ('"data"', "upload.json", "has no list of rows at the top"),
        ('[{"x": 1}]', "upload.json", "has none of the fields"),
        ("[" * 100_000, "upload.json", "is broken off or no JSON"),
        (f'{HEADING}\n1,"{"x" * 200_000}",วัด,,,1,2,\n', "upload.csv", "is broken off or not a table"),
    ],
)
def test_a_file_that_is_not_what_the_description_says_is_told(
    content: str, name: str, told: str, clean_file: CleanFile
) -> None:
    with pytest.raises(SourceUnreadable, match=told):
        clean_file(PLACES, content, name)


def test_a_line_that_never_ends_is_not_read(
    clean_file: CleanFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(path: Path) -> None:
        with path.open("wb") as handle:
            handle.write(HEADING.encode())
            handle.truncate(2 << 30)

    with pytest.raises(SourceUnreadable, match="larger than the 1024 MB"):
        clean_file(PLACES, write)


def test_a_description_that_maps_to_no_known_field_is_told(clean_file: CleanFile) -> None:
    with pytest.raises(BadInput, match="fields that places do not have: colour"):
        clean_file(PLACES.replace("phone: โทร", "colour: โทร"), f"{HEADING}\n{ROW}\n")
    with pytest.raises(BadInput, match="needs lat and lon"):
        parse_source("upload", PLACES.replace("lat: lat, ", ""))


FIGURES = (
    HEAD.format(kind="statistics")
    + """
figures:
  area: จังหวัด
  year: ปี
  value: จำนวน
  series:
    - {where: {ประเภท: ผู้เยี่ยมเยือน, สัญชาติ: ชาวไทย}, indicator: visitors, market: thai}
    - {where: {ประเภท: ผู้เยี่ยมเยือน, สัญชาติ: รวม}, indicator: visitors}
  leave_out: [{ประเภท: นักทัศนาจร}]
"""
)


@pytest.fixture
def clean_figures(tmp_path: Path) -> Callable[[str, str], Figures]:
    def clean(description: str, content: str) -> Figures:
        path = tmp_path / "upload.csv"
        path.write_text(content, encoding="utf-8")
        source: Source = parse_source("upload", description)
        return clean_statistics(load_parser(source)(path, source), source)

    return clean


def test_a_table_of_figures_becomes_observations(clean_figures: Callable[[str, str], Figures]) -> None:
    table = """จังหวัด,ปี,ประเภท,สัญชาติ,จำนวน
ภูเก็ต,2558,ผู้เยี่ยมเยือน,ชาวไทย,"3,714,328"
ภูเก็ต,2558,นักทัศนาจร,ชาวไทย,12
ภูเก็ต,พ.ศ. 2559,ผู้เยี่ยมเยือน,รวม,รอประมวลผล
ภูเก็ต,2559,ผู้เยี่ยมเยือน,ชาวต่างดาว,7
นครใหม่,2559,ผู้เยี่ยมเยือน,รวม,7
"""
    figures = clean_figures(FIGURES, table)
    (row,) = figures.observations.to_dicts()
    assert (row["indicator"], row["unit"], row["market"], row["area"]) == ("visitors", "persons", "thai", "TH-83")
    assert (row["period"], row["frequency"], row["value"]) == (date(2015, 1, 1), "Y", 3714328.0)
    assert [(row.row_key, row.reasons) for row in figures.rejected] == [
        ("row 4", ("figure_missing",)),
        ("row 5", ("stray_row",)),
        ("row 6", ("area_unknown",)),
    ]
