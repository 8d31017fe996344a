"""The page of warnings, and the bands beside places: what holds now, in the reader's language, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, delete

from cap_messages import now_on, refer
from directory import repository
from directory.sources import SourceInfo, save_sources
from pages import _resources
from pages._hazard_map import hazard_map
from pages._hazards import depots_near
from reading_pages import Open, texts
from small_directory import SOURCES, SmallDirectory
from tic.core.database import reading, writing
from tic.hazards import tables
from tic.hazards.cap import read_alert
from tic.hazards.stock import replace_stocks
from tic.hazards.store import active_alerts, save_alerts

PAGE = "hazards.py"
TMD = SourceInfo(
    "tmd_cap",
    "alerts",
    "ประกาศเตือนภัยสภาพอากาศ",
    "Weather warnings",
    "กรมอุตุนิยมวิทยา",
    "Thai Meteorological Department",
    "https://www.tmd.go.th/",
    "Official data",
    "Thai Meteorological Department",
    "official",
)
RELIEF = replace(TMD, name="relief", kind="stock", publisher_en="Relief Agency", publisher_th="หน่วยงานบรรเทาทุกข์")
STOCK = {
    "row_key": "1",
    "depot": "คลังชลบุรี",
    "item": "ถุงยังชีพ",
    "quantity": 1200.0,
    "unit": "ถุง",
    "as_of": date(2026, 8, 1),
    "lat": 13.36,
    "lon": 100.98,
    "province_code": "TH-20",
    "is_exact": True,
    "phone": None,
}


@pytest.fixture
def connected(small: SmallDirectory) -> Iterator[SmallDirectory]:
    """The department's feed is known and was read a moment ago; everything of it is gone afterwards."""
    now = datetime.now(UTC)
    with writing(small.services.database) as connection:
        save_sources(connection, (*SOURCES, TMD, RELIEF))
        run = repository.start_run(connection, "tmd_cap", now)
        repository.end_run(connection, run, now=now, state="done")
    _resources.known_sources.clear()
    yield small
    with writing(small.services.database) as connection:
        forget(connection)
        save_sources(connection, SOURCES)
    _resources.known_sources.clear()


def forget(connection: Connection) -> None:
    for table in (tables.alert_area, tables.alert, tables.relief_stock):
        connection.execute(delete(table))


def warn(small: SmallDirectory, *contents: bytes) -> None:
    with writing(small.services.database) as connection:
        messages = [(read_alert(content), "hash") for content in contents]
        save_alerts(connection, "tmd_cap", messages, datetime.now(UTC))


def test_an_installation_without_a_feed_says_so_and_how_to_connect_one(open_page: Open) -> None:
    shown = texts(open_page(PAGE))
    assert "No source of warnings is connected yet" in shown
    assert "tic ingest run --source tmd_cap" in shown
    assert "No warnings are known." not in shown
    assert "ยังไม่ได้เชื่อมต่อแหล่งเตือนภัย" in texts(open_page(PAGE, lang="th"))


def test_a_day_without_warnings_is_told_with_source_and_moment(connected: SmallDirectory, open_page: Open) -> None:
    shown = texts(open_page(PAGE))
    assert "No warnings are known." in shown
    assert "source: Thai Meteorological Department" in shown


def test_a_feed_that_was_read_long_ago_or_failed_is_told(connected: SmallDirectory, open_page: Open) -> None:
    before = datetime.now(UTC) - timedelta(hours=5)
    with writing(connected.services.database) as connection:
        run = repository.start_run(connection, "tmd_cap", before)
        repository.end_run(connection, run, now=before, state="unchanged")
        failed = repository.start_run(connection, "tmd_cap", datetime.now(UTC))
        repository.end_run(connection, failed, now=datetime.now(UTC), state="failed", message="away")
    shown = texts(open_page(PAGE))
    assert "more than three hours ago" in shown
    assert "The last try to read Thai Meteorological Department" in shown


def test_warnings_are_shown_with_all_that_matters(connected: SmallDirectory, open_page: Open) -> None:
    warn(connected, now_on("A1"))
    shown = texts(open_page(PAGE))
    for told in ("Heavy Rain", "Severe", "Immediate", "Likely", "Bangkok", "Chon Buri", "ระวัง\nน้ำท่วม ฉับพลัน"):
        assert told in shown
    assert "**1** warnings in **" in shown
    assert "<b>ฉับพลัน" not in shown
    assert "javascript:" not in shown
    thai = texts(open_page(PAGE, lang="th"))
    assert all(told in thai for told in ("ฝนตกหนัก", "รุนแรง", "ต้องทำทันที", "น่าจะเกิด", "กรมอุตุนิยมวิทยา"))


def test_an_expired_and_a_cancelled_warning_are_not_shown(connected: SmallDirectory, open_page: Open) -> None:
    warn(connected, now_on("A1", hours=-0.1), now_on("A2"), now_on("A3", kind="Cancel", references=refer("A2")))
    assert "No warnings are known." in texts(open_page(PAGE))


def test_a_place_in_the_area_carries_a_band_and_another_does_not(connected: SmallDirectory, open_page: Open) -> None:
    warn(connected, now_on("A1"))
    assert "⚠ Heavy Rain" in texts(open_page("place_details.py", id="wat-pho"))
    assert "⚠ ฝนตกหนัก" in texts(open_page("place_details.py", id="wat-pho", lang="th"))
    assert "⚠" not in texts(open_page("place_details.py", id="doi-inthanon"))


def test_results_tell_how_many_are_concerned_and_mark_them(connected: SmallDirectory, open_page: Open) -> None:
    warn(connected, now_on("A1"))
    shown = texts(open_page())
    assert "concerns 4 of the places below" in shown
    assert shown.count('class="tic-mark-warning') == 4
    assert "⚠" not in texts(open_page(province="TH-50"))


def test_a_province_shows_its_own_warnings(connected: SmallDirectory, open_page: Open) -> None:
    warn(connected, now_on("A1"))
    assert "⚠ Heavy Rain" in texts(open_page("province_profile.py", area="TH-20"))
    assert "⚠" not in texts(open_page("province_profile.py", area="TH-83"))


def test_a_sender_cannot_write_into_the_page(connected: SmallDirectory, open_page: Open) -> None:
    hostile = b"&lt;img src=x onerror=alert(1)&gt;"
    warn(connected, now_on("A1").replace("ฝนตกหนัก".encode(), hostile).replace(b"Heavy Rain", hostile))
    for page in (open_page(PAGE), open_page("place_details.py", id="wat-pho")):
        assert "<img" not in texts(page)


def test_the_nearest_depots_stand_beside_the_warnings(connected: SmallDirectory, open_page: Open) -> None:
    with writing(connected.services.database) as connection:
        replace_stocks(connection, "relief", [STOCK, {**STOCK, "row_key": "2", "depot": "ว่าง", "quantity": 0.0}])
    assert "คลังชลบุรี" not in texts(open_page(PAGE))
    warn(connected, now_on("A1"))
    shown = texts(open_page(PAGE))
    assert "ถุงยังชีพ: 1,200 ถุง" in shown
    assert "1 Aug 2026" in shown
    assert "Relief Agency" in shown
    assert "ว่าง" not in shown


def test_the_map_holds_shapes_named_provinces_and_depots(connected: SmallDirectory) -> None:
    warn(connected, now_on("A1"))
    with writing(connected.services.database) as connection:
        replace_stocks(connection, "relief", [STOCK])
    with reading(connected.services.database) as connection:
        active = active_alerts(connection, datetime.now(UTC))
    depots = depots_near(active, _resources.relief_stocks())
    layers = {layer.id: layer for layer in hazard_map(active, depots, "en", height_px=500).layers}
    features = layers["warnings"].data["features"]
    assert len(features) == 4
    assert {feature["properties"]["name"] for feature in features} == {"Heavy Rain"}
    assert [row["name"] for row in layers["depots"].data] == ["คลังชลบุรี"]
