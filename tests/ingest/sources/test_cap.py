"""The feed of hazard messages: index, messages once each, chains, and what a broken one does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from cap_messages import NOON, index, message, refer
from directory import repository
from ingest.harvest import FetchReport
from ingest.pipeline import RunReport
from ingest.snapshot import kept_path
from ingest.source import Source, get_source
from tic.core.database import reading
from tic.core.geo import Point
from tic.core.settings import Settings
from tic.hazards import tables
from tic.hazards.store import active_alerts, alert_from_json
from tic.hazards.words import told as told_in
from web_site import Reply, WebSite, resets_in_the_middle


@pytest.fixture
def feed(web_site: WebSite) -> Source:
    """The department's feed on a server of this machine, with one message."""
    source = get_source("tmd_cap")
    assert source.fetch is not None
    web_site.put("/A1.xml", Reply(message("A1")))
    url = web_site.put("/feed", Reply(index(web_site.at("/A1.xml"))))
    return replace(source, fetch=replace(source.fetch, url=url))


@pytest.fixture
def run(
    feed: Source, fetch: Callable[..., list[FetchReport]], read_kept: Callable[..., list[RunReport]]
) -> Callable[[], RunReport]:
    def once() -> RunReport:
        (fetched,) = fetch(feed)
        assert fetched.problem is None, fetched.problem
        return read_kept(feed)[0]

    return once


def identifiers(database: Engine) -> list[str]:
    with reading(database) as connection:
        return [item.alert.identifier for item in active_alerts(connection, NOON)]


def test_a_message_is_fetched_kept_and_in_force(
    run: Callable[[], RunReport], record_database: Engine, open_settings: Settings, feed: Source
) -> None:
    report = run()
    assert (report.state, report.fetched, report.accepted, report.new) == ("done", 1, 1, 1)
    with reading(record_database) as connection:
        (found,) = active_alerts(connection, NOON)
    assert found.alert.identifier == "A1"
    kept = list(open_settings.snapshot_dir.glob("*/*/tmd_cap_A1_*.xml"))
    assert [path.read_bytes() for path in kept] == [message("A1")]
    assert kept_path(open_settings.snapshot_dir, kept[0].parent.name, kept[0].name) == kept[0]


def test_a_known_message_is_not_asked_for_again_and_changes_nothing(
    run: Callable[[], RunReport], web_site: WebSite, record_database: Engine
) -> None:
    run()
    asked = len(web_site.seen)
    assert run().state == "unchanged"
    assert web_site.paths()[asked:] == ["/feed"]
    assert identifiers(record_database) == ["A1"]


def test_an_update_takes_the_place_of_what_left_the_index(
    run: Callable[[], RunReport], web_site: WebSite, record_database: Engine
) -> None:
    run()
    later = message("A2", kind="Update", references=refer("A1"), sent="2026-09-23T08:00:00+07:00")
    web_site.put("/A2.xml", Reply(later))
    web_site.put("/feed", Reply(index(web_site.at("/A2.xml"))))
    report = run()
    assert (report.new, report.changed, report.gone) == (1, 1, 0)
    assert identifiers(record_database) == ["A2"]


def test_an_index_without_messages_is_a_good_day(
    run: Callable[[], RunReport], web_site: WebSite, record_database: Engine
) -> None:
    web_site.put("/feed", Reply(index()))
    report = run()
    assert (report.state, report.accepted) == ("done", 0)
    assert identifiers(record_database) == []


BOMB = b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;&x;">]><alert>&z;</alert>'


@pytest.mark.parametrize("broken", [b"<html>503</html>", BOMB, message("A2")[:-40], b""])
def test_a_broken_message_waits_in_quarantine_and_keeps_no_other_back(
    broken: bytes, run: Callable[[], RunReport], web_site: WebSite, record_database: Engine
) -> None:
    web_site.put("/A2.xml", Reply(broken))
    web_site.put("/feed", Reply(index(web_site.at("/A2.xml"), web_site.at("/A1.xml"), web_site.at("/gone.xml"))))
    report = run()
    assert (report.accepted, report.by_reason) == (1, {"alert_unreadable": 1})
    assert identifiers(record_database) == ["A1"]
    with reading(record_database) as connection:
        (row,) = repository.list_quarantine(connection, "tmd_cap", 10)
    assert "no hazard message" in row.body["reason"]


def test_a_feed_that_breaks_off_leaves_the_warnings_as_they_were(
    run: Callable[[], RunReport],
    feed: Source,
    fetch: Callable[..., list[FetchReport]],
    web_site: WebSite,
    record_database: Engine,
) -> None:
    run()
    web_site.put("/feed", resets_in_the_middle)
    assert fetch(feed)[0].state == "failed"
    web_site.put("/feed", Reply("<html><body>busy</body></html>", type="text/html"))
    assert "neither RSS nor Atom" in str(fetch(feed)[0].problem)
    assert identifiers(record_database) == ["A1"]


def test_messages_are_read_from_a_folder_too(
    run_sources: Callable[..., list[RunReport]], tmp_path: Path, record_database: Engine
) -> None:
    folder = tmp_path / "messages"
    folder.mkdir()
    (folder / "tmd_cap_one.xml").write_bytes(b"\xef\xbb\xbf\r\n" + message("A1"))
    (folder / "tmd_cap_index.xml").write_bytes(index("https://tmd.test/A1.xml"))
    (report,) = run_sources([get_source("tmd_cap")], folder)
    assert (report.state, report.accepted, report.quarantined) == ("done", 1, 0)
    assert identifiers(record_database) == ["A1"]


def test_the_department_s_own_feed_goes_the_whole_way(
    run: Callable[[], RunReport], web_site: WebSite, shared_data: Path, record_database: Engine
) -> None:
    folder = shared_data / "api_samples"
    content = (folder / "tmd_cap_CAPTMD20260923054903_2.abridged.xml").read_bytes()
    told = (folder / "tmd_cap_index.abridged.rss.xml").read_text(encoding="utf-8")
    web_site.put("/uploads/CAP/CAPTMD20260923054903_2.xml", Reply(b"\xef\xbb\xbf" + content))
    web_site.put("/feed", Reply(told.replace("https://www.tmd.go.th", web_site.url), type="application/rss+xml"))
    report = run()
    assert (report.state, report.accepted, report.quarantined) == ("done", 1, 0)
    with reading(record_database) as connection:
        (found,) = active_alerts(connection, NOON)
    assert (found.alert.identifier, found.alert.severity) == ("TMD20260923054903_2", "Severe")
    assert len(found.extent.provinces) == 32
    pattaya, chiang_mai = Point(12.93, 100.88), Point(18.79, 98.99)
    assert found.concerns(pattaya, "TH-20")
    assert found.concerns(Point(13.60, 100.60), None), "in the outline of Samut Prakan"
    assert not found.concerns(chiang_mai, "TH-50")
    assert told_in(found, "en").title == "Heavy Rain"
    assert told_in(found, "th").begins == "23 ก.ย. 2569, 06:00"
    with reading(record_database) as connection:
        assert active_alerts(connection, datetime(2026, 9, 23, 11, 0, tzinfo=UTC)) == ()


def test_messages_of_other_countries_go_the_same_way(
    run_sources: Callable[..., list[RunReport]], tmp_path: Path, shared_data: Path, record_database: Engine
) -> None:
    folder = tmp_path / "messages"
    folder.mkdir()
    samples = sorted((shared_data / "api_samples").glob("cap_google_*"))
    for path in samples:
        (folder / f"tmd_cap_{path.name.split('.')[0]}.xml").write_bytes(path.read_bytes())
    (report,) = run_sources([get_source("tmd_cap")], folder)
    messages = [path for path in samples if path.suffix == ".xml"]
    assert (report.accepted, report.quarantined) == (len(messages), 0)
    with reading(record_database) as connection:
        kept = connection.execute(select(tables.alert.c.body)).scalars().all()
    assert sum(len(alert_from_json(body).signatures) for body in kept) == 2
