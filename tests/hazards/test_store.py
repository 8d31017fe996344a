"""Alerts in SQL: kept once, ended by chains and by time alone, found by area and by place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, select

from cap_messages import NOON, message, refer
from tic.core.database import reading, writing
from tic.core.geo import Point
from tic.hazards.alert import Reference
from tic.hazards.cap import read_alert
from tic.hazards.extent import areas_in, extent_of
from tic.hazards.store import (
    Saved,
    active_alerts,
    alert_from_json,
    alert_to_json,
    alert_version,
    concerning,
    save_alerts,
)
from tic.hazards.tables import alert as alerts
from tic.hazards.words import told

BEACH = Point(12.93, 100.88)
"""Pattaya, in the province of Chon Buri and in the circle of the message."""


def save(database: Engine, *contents: bytes, now: datetime = NOON, source: str = "tmd_cap") -> Saved:
    with writing(database) as connection:
        return save_alerts(connection, source, [(read_alert(content), "hash") for content in contents], now)


def active(database: Engine, now: datetime = NOON, area: str | None = None) -> list[str]:
    with reading(database) as connection:
        return [item.alert.identifier for item in active_alerts(connection, now, area=area)]


def test_a_message_that_comes_again_is_kept_once_and_not_changed(hazard_database: Engine) -> None:
    assert save(hazard_database, message("A1")) == (1, 0)
    assert save(hazard_database, message("A1", severity="Minor")) == (0, 0)
    with reading(hazard_database) as connection:
        (found,) = active_alerts(connection, NOON)
    assert (found.alert.severity, found.source) == ("Severe", "tmd_cap")


def test_time_alone_ends_an_alert(hazard_database: Engine) -> None:
    save(hazard_database, message("A1"))
    assert active(hazard_database, datetime(2026, 9, 22, 22, 42, tzinfo=UTC)) == []
    assert active(hazard_database) == ["A1"]
    assert active(hazard_database, datetime(2026, 9, 23, 11, tzinfo=UTC)) == []


def test_an_update_and_a_cancellation_end_what_went_before_whatever_comes_first(hazard_database: Engine) -> None:
    update = message("A2", kind="Update", references=refer("A1"), sent="2026-09-23T08:00:00+07:00")
    cancel = message("A3", kind="Cancel", references=refer("A2"), sent="2026-09-23T11:00:00+07:00")
    save(hazard_database, cancel, update)
    assert save(hazard_database, message("A1")) == (1, 1)
    eight, eleven = datetime(2026, 9, 23, 1, tzinfo=UTC), datetime(2026, 9, 23, 4, tzinfo=UTC)
    assert active(hazard_database, eight - timedelta(minutes=1)) == ["A1"]
    assert active(hazard_database, eight) == ["A2"]
    assert active(hazard_database, eleven) == []


def test_nobody_ends_the_alerts_of_another_and_a_test_ends_nothing(hazard_database: Engine) -> None:
    foreign = message("B1", sender="somebody", kind="Cancel", references=refer("A1"))
    drill = message("A9", kind="Cancel", references=refer("A1")).replace(b"Actual", b"Exercise")
    save(hazard_database, message("A1"), foreign, drill)
    assert active(hazard_database) == ["A1"]


def test_a_source_that_writes_another_s_name_ends_nothing_of_it(hazard_database: Engine) -> None:
    save(hazard_database, message("A1"))
    forged = (message("A1", severity="Minor"), message("A2", kind="Cancel", references=refer("A1")))
    assert save(hazard_database, *forged, source="somebody_cap") == (2, 1)
    with reading(hazard_database) as connection:
        (found,) = active_alerts(connection, NOON)
    assert (found.source, found.alert.severity) == ("tmd_cap", "Severe")


def test_the_worst_comes_first(hazard_database: Engine) -> None:
    save(hazard_database, message("A1", severity="Minor"), message("A2", severity="Extreme"), message("A3"))
    assert active(hazard_database) == ["A2", "A3", "A1"]


def test_alerts_are_found_by_the_area_they_name_or_cover(hazard_database: Engine) -> None:
    save(hazard_database, message("A1"))
    for named in ("TH-10", "TH-11", "TH-20"):
        assert active(hazard_database, area=named) == ["A1"]
    assert active(hazard_database, area="2004") == ["A1"], "the district Bang Lamung lies in the circle"
    assert active(hazard_database, area="TH-50") == []


def test_a_place_is_concerned_by_name_of_its_province_by_polygon_and_by_circle(hazard_database: Engine) -> None:
    unnamed = message("A1").replace("กรุงเทพมหานคร ชลบุรี".encode(), "ทะเล".encode()).replace(b"TH-11", b"-")
    save(hazard_database, unnamed)
    with reading(hazard_database) as connection:
        found = active_alerts(connection, NOON)
    inside = Point(13.85, 100.45)
    assert [len(concerning(found, point, None)) for point in (BEACH, inside, Point(18.8, 98.9))] == [1, 1, 0]
    assert concerning(found, Point(13.1, 101.9), "TH-20") == ()
    save(hazard_database, message("A2"))
    with reading(hazard_database) as connection:
        found = active_alerts(connection, NOON)
    assert [item.alert.identifier for item in concerning(found, Point(13.1, 101.9), "TH-20")] == ["A2"]


def test_a_shape_touches_provinces_and_covers_districts() -> None:
    whole = read_alert(message("A1").replace(b"25.5</circle>", b"0.2</circle>"))
    found = areas_in(extent_of(whole))
    assert {"TH-10", "TH-11", "TH-12", "TH-20"} <= set(found)
    assert "TH-50" not in found
    assert any(code.startswith("10") and len(code) == 4 for code in found)


def test_signatures_survive_the_database_as_they_came(hazard_database: Engine) -> None:
    mark = b'<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>AQ==</SignatureValue></Signature>'
    signed = message("A1").replace(b"</alert>", mark + b"</alert>")
    save(hazard_database, signed)
    with reading(hazard_database) as connection:
        body = connection.scalar(select(alerts.c.body))
    kept = alert_from_json(str(body))
    assert kept.signatures == (mark,)
    assert kept == read_alert(signed)
    with reading(hazard_database) as connection:
        (shown,) = active_alerts(connection, NOON)
    assert (shown.alert.signatures, shown.alert.infos[0].areas[0].polygons) == ((), ())
    assert shown.alert.infos[0].areas[0].provinces == kept.infos[0].areas[0].provinces
    assert alert_to_json(kept) == body


def test_the_version_changes_with_every_message(hazard_database: Engine) -> None:
    versions = []
    for step, content in enumerate((message("A1"), message("A2"))):
        save(hazard_database, content, now=NOON + timedelta(seconds=step))
        with reading(hazard_database) as connection:
            versions.append(alert_version(connection))
    assert len(set(versions)) == 2


@pytest.mark.parametrize("ring", ["13,100 14,101 14,100 13,101 13,100", "13,100 13,100 13,100 13,100"])
def test_a_polygon_that_crosses_itself_or_is_none_breaks_nothing(ring: str) -> None:
    strange = message("A1").replace(b"13.6,100.4 13.9,100.4 13.9,100.8 13.6,100.4", ring.encode())
    found = extent_of(read_alert(strange))
    assert found.holds(BEACH, None)
    assert Reference("TMD", "A1") == read_alert(strange).key


def test_an_alert_without_an_end_holds_until_it_is_cancelled(hazard_database: Engine) -> None:
    save(hazard_database, message("A1").replace(b"<expires>2026-09-23T18:00:00+07:00</expires>", b""))
    with reading(hazard_database) as connection:
        (found,) = active_alerts(connection, NOON + timedelta(days=30))
    assert (told(found, "en").until, told(found, "en").ends) == ("until it is cancelled", "until it is cancelled")
    assert told(found, "th").until == "จนกว่าจะยกเลิก"
    cancel = message("A2", kind="Cancel", references=refer("A1"), sent="2026-10-01T00:00:00+07:00")
    save(hazard_database, cancel)
    assert active(hazard_database, NOON + timedelta(days=30)) == []


def test_a_reader_gets_the_words_in_her_language_as_far_as_the_sender_wrote_them(hazard_database: Engine) -> None:
    english = message("A1").replace(b"th-TH", b"en-US").replace("ฝนตกหนัก".encode(), b"Stay inside")
    save(hazard_database, english, message("A2", severity="Minor").replace(b"Heavy Rain", "ฝน".encode()))
    with reading(hazard_database) as connection:
        first, second = active_alerts(connection, NOON)
    assert [told(first, language).title for language in ("en", "th")] == ["Stay inside", "ฝนตกหนัก"]
    assert (told(second, "en").title, told(second, "en").text_language) == ("ฝนตกหนัก", "th")
