"""Everything that a file may bring, through the whole pipeline: a cleaned value, or quarantine with a reason.

Nothing of it ends in a crash, and nothing hostile in a record.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine

from directory import repository
from directory.records import load_records
from ingest import tabular, workbooks
from ingest.pipeline import RunReport
from ingest.source import Source, parse_source
from tic.core.database import reading
from tic.core.errors import SourceUnreadable
from tic.core.geo import Point, distance_km
from tic.core.i18n import BANGKOK, tell
from workbooks import Formula, write_workbook

PLACES = """
kind: places
title_th: สถานที่ทดลอง
title_en: Example places
publisher_th: หน่วยงานทดลอง
publisher_en: Example Agency
homepage: https://example.org/
licence: CC0 1.0
attribution: Example Agency
trust: official
coverage: TH
schedule: weekly
file: {file}
expect: {{least: 1, most: 99}}
mapping:
  columns: {{source_id: id, name_th: name, phone: phone, website: site, province: province}}
  fixed: {{category: temple}}
  point: {point}
  updated: seen
"""
DECIMAL = "{form: decimal, lat: lat, lon: lon}"
HEADER = ("id", "name", "phone", "site", "province", "seen", "lat", "lon")
GOOD = {
    "id": "1",
    "name": "วัดทดลอง",
    "phone": "02 222 2222",
    "site": "https://example.org",
    "province": "กรุงเทพมหานคร",
    "seen": "1 ม.ค. 2567",
    "lat": "13.7465",
    "lon": "100.4930",
}
Read = Callable[..., RunReport]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    made.mkdir()
    return made


@pytest.fixture
def read(run_sources: Callable[..., list[RunReport]], folder: Path) -> Read:
    """Read rows of one sound place and others that differ from it as told: `read({"lat": "x"})`."""

    def run(*changes: dict[str, Any], file: str = "places.csv", point: str = DECIMAL) -> RunReport:
        rows = [GOOD, *({**GOOD, "id": str(number), **change} for number, change in enumerate(changes, start=2))]
        table = [HEADER, *([row[name] for name in HEADER] for row in rows)]
        if file.endswith(".xlsx"):
            write_workbook(folder / file, {"places": table})
        else:
            pl.DataFrame(rows).select(HEADER).write_csv(folder / file)
        return run_sources([source(file, point)], folder)[0]

    return run


def source(file: str, point: str = DECIMAL) -> Source:
    return parse_source("example_places", PLACES.format(file=file, point=point))


def records(database: Engine) -> dict[str, dict[str, Any]]:
    with reading(database) as connection:
        return {row["source_id"]: row for row in load_records(connection).iter_rows(named=True)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": "<script>alert(1)</script>"}, "markup"),
        ({"name": "วัด <img src=x onerror=alert(1)>"}, "markup"),
        ({"name": "&lt;svg/onload=alert(1)&gt;"}, "markup"),
        ({"name": "<a href='javascript:alert(1)'>วัด</a><iframe>"}, "markup"),
        ({"name": '=HYPERLINK("http://evil.example","กดที่นี่")'}, "formula"),
        ({"name": "@SUM(1+1)*cmd|' /C calc'!A0"}, "formula"),
        ({"name": "#REF!"}, "formula"),
        ({"lat": "13°44'47\"N", "lon": "100°29'35\"E"}, "point_unreadable"),
        ({"lat": "1519793", "lon": "661400"}, "point_absurd"),
        ({"name": "x" * 501}, "name_too_long"),
    ],
)
@pytest.mark.parametrize("file", ["places.csv", "places.xlsx"])
def test_what_is_hostile_or_of_another_form_waits_with_its_reason(
    change: dict[str, str], reason: str, file: str, read: Read, record_database: Engine
) -> None:
    report = read(change, file=file)
    assert (report.state, report.accepted, report.by_reason) == ("done", 1, {reason: 1})
    assert list(records(record_database)) == ["1"]
    with reading(record_database) as connection:
        (row,) = repository.list_quarantine(connection, "example_places", 9)
    assert row.row_key == "2"


def test_a_formula_in_place_of_a_number_is_told_as_one(read: Read) -> None:
    assert read({"lat": "=13+0.7"}).by_reason == {"formula": 1, "point_unreadable": 1}


def test_a_formula_in_a_workbook_counts_as_what_it_was_worked_out_to(
    folder: Path, run_sources: Callable[..., list[RunReport]], record_database: Engine
) -> None:
    row: list[Any] = [GOOD[name] for name in HEADER]
    row[1] = Formula('HYPERLINK("http://evil.example","วัดในสูตร")', "วัดในสูตร")
    lost = [*row]
    lost[0], lost[1] = "2", Formula("VLOOKUP(A1,B:C,2)", "#N/A")
    write_workbook(folder / "places.xlsx", {"places": [HEADER, row, lost]})
    (report,) = run_sources([source("places.xlsx")], folder)
    assert report.by_reason == {"formula": 1}
    assert records(record_database)["1"]["name_th"] == "วัดในสูตร"


def test_an_address_that_runs_code_is_left_out(read: Read, record_database: Engine) -> None:
    read({"site": "javascript:alert(1)"}, {"site": "data:text/html,<script>"}, {"site": "EXAMPLE.org/a"})
    found = records(record_database)
    assert [found[name]["website"] for name in "234"] == [None, None, "http://example.org/a"]


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("02-222-2222", "+6622222222"),
        ("๐๒ ๒๒๒ ๒๒๒๒", "+6622222222"),
        ("(02) 222 2222 ต่อ 11", "+6622222222"),
        ("0-2222-2222-9", "+6622222222"),
        ("+66 (0)2 222 2222", "+6622222222"),
        ("001 66 2 222 2222", "+6622222222"),
        ("081 234 5678 (คุณแดง)", "+66812345678"),
        ("โทร. 081-234-5678, 02-222-2222", "+66812345678"),
        ("1672", None),
        ("ไม่มี", None),
    ],
)
def test_thai_phones_are_one_form_or_left_out(
    phone: str, number: str | None, read: Read, record_database: Engine
) -> None:
    read({"phone": phone})
    assert records(record_database)["2"]["phone"] == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("31/12/2566", date(2023, 12, 31)),
        ("2023-12-31", date(2023, 12, 31)),
        ("๓๑ ธันวาคม พ.ศ. ๒๕๖๖", date(2023, 12, 31)),
        ("31 ธ.ค. 66", date(2023, 12, 31)),
        ("29 ก.พ. 2567", date(2024, 2, 29)),
        ("29 ก.พ. 2566", None),
        ("yesterday", None),
    ],
)
def test_days_of_either_era_are_read(text: str, day: date | None, read: Read, record_database: Engine) -> None:
    read({"seen": text})
    moment = records(record_database)["2"]["updated_at"]
    assert (moment.astimezone(BANGKOK).date() if moment else None) == day


def test_degrees_minutes_and_seconds_are_read_where_the_source_says_so(read: Read, record_database: Engine) -> None:
    form = "{form: dms, lat: lat, lon: lon}"
    report = read({"lat": "13°44'47.4\"N", "lon": "100°29'34.8\"E"}, {"lat": "13°75'0\"", "lon": "100"}, point=form)
    assert report.by_reason["point_unreadable"] >= 1
    assert records(record_database)["2"]["lat"] == pytest.approx(13.7465, abs=1e-4)


WAT_PHO = Point(13.7465, 100.4930)


@pytest.mark.parametrize(
    ("datum", "zone", "east", "north", "point"),
    [
        ("wgs84", "47N", "661419.4", "1520223.0", WAT_PHO),
        ("wgs84", "48", "331920.8", "1697259.0", Point(15.3465, 103.4342)),
        ("indian1975", "47", "661753.6", "1519916.4", WAT_PHO),
    ],
)
def test_utm_of_both_zones_and_both_datums_is_read(
    datum: str,
    zone: str,
    east: str,
    north: str,
    point: Point,
    folder: Path,
    run_sources: Callable[..., list[RunReport]],
    record_database: Engine,
) -> None:
    rows = [{**GOOD, "province": "", "lat": north, "lon": east, "zone": zone}]
    pl.DataFrame(rows).write_csv(folder / "grid.csv")
    form = f"{{form: utm, easting: lon, northing: lat, zone: zone, datum: {datum}}}"
    (report,) = run_sources([source("grid.csv", form)], folder)
    assert report.by_reason == {}
    found = records(record_database)["1"]
    assert distance_km(Point(found["lat"], found["lon"]), point) < 0.05


def test_a_line_without_end_is_refused_before_it_is_kept_in_memory(
    folder: Path, run_sources: Callable[..., list[RunReport]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tabular, "LONGEST_LINE", 1 << 16)
    monkeypatch.setattr(tabular, "read_bytes", lambda path: pytest.fail("the file was read"))
    (folder / "places.csv").write_text(",".join(HEADER) + "\n" + "x" * (3 << 16))
    (report,) = run_sources([source("places.csv")], folder)
    assert "has a line of more than 1 MB and is no table" in str(report.message)
    assert report.problem is not None
    assert "มีบรรทัดยาวเกิน" in tell(report.problem, "th")


def test_a_table_of_many_short_lines_is_no_long_line(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "LONGEST_LINE", 256)
    assert read(*({"name": f"วัด {number}"} for number in range(20))).accepted == 21


def test_a_file_beyond_all_size_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tabular, "LARGEST_FILE", 100)
    report = read()
    assert report.state == "failed"
    assert "is larger than" in str(report.message)


def test_a_workbook_that_unpacks_without_end_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_LARGEST_UNPACKED", 1000)
    report = read(file="places.xlsx")
    assert (report.state, report.accepted) == ("failed", 0)
    assert "would unpack to more than" in str(report.message)


def test_entities_in_a_workbook_are_not_unfolded(
    read: Read, folder: Path, run_sources: Callable[..., list[RunReport]], record_database: Engine
) -> None:
    read(file="places.xlsx")
    bomb = folder / "bomb.xlsx"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    with zipfile.ZipFile(folder / "places.xlsx") as whole, zipfile.ZipFile(bomb, "w") as made:
        for name in whole.namelist():
            content = whole.read(name).decode()
            if name.endswith("sheet1.xml"):
                content = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>' + content.replace("วัดทดลอง", "&l8;")
            made.writestr(name, content)
    (folder / "places.xlsx").unlink()
    (report,) = run_sources([source("bomb.xlsx")], folder)
    assert report.state in {"done", "failed"}
    assert all(len(row["name_th"] or "") < 100 for row in records(record_database).values())
    assert report.wall_s < timedelta(seconds=10).total_seconds()


@pytest.mark.parametrize(
    "content", ["[" * 200_000, '{"a":' * 100_000, "[1, 2, 3]", '{"rows": "none"}', "null", "[null]"]
)
def test_json_of_any_shape_is_told_in_a_sentence(
    content: str, folder: Path, run_sources: Callable[..., list[RunReport]]
) -> None:
    (folder / "places.json").write_text(content)
    (report,) = run_sources([source("places.json")], folder)
    assert report.state == "failed"
    assert isinstance(report.problem, SourceUnreadable)
    assert "Traceback" not in json.dumps(report.message)
