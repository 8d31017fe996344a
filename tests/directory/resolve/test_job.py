from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine, func, select

from databases import statements
from directory import repository, tables
from directory.listing import Listing, Redirect
from directory.records import dirty_stamps
from directory.resolve.asking import told_pairs
from directory.resolve.clusters import clusters_of, score_all
from directory.resolve.identity import id_of
from directory.resolve.job import ResolveReport, look, resolve_all
from directory.resolve.prepare import prepare
from directory.resolve.save import TakenIds, save
from directory.resolve.version import resolver_version
from tic.core.database import reading, writing
from tic.core.progress import Silent

Make = Callable[..., Any]
TRUST = {"tat_th": "official", "tat_en": "official", "osm": "open"}


@pytest.fixture
def temples(record: Make, east: Make) -> list[dict[str, Any]]:
    """Wat Pho in three sources, Wat Arun in two."""
    arun = {"lat": 13.7437, "lon": 100.4889}
    return [
        record("tat_th:1", name_th="วัดโพธิ์", link_id="P1"),
        record("tat_en:1", name_en="Wat Pho", link_id="P1"),
        record("osm:1", name_en="Wat Pho", lon=east(30), phone="+6622260335"),
        record("tat_th:2", name_th="วัดอรุณ", link_id="P2", **arun),
        record("osm:2", name_en="Wat Arun", **arun),
    ]


def resolve(database: Engine, now: datetime) -> ResolveReport:
    return resolve_all(database, TRUST, Silent(), now)


def counts(report: ResolveReport) -> tuple[int, ...]:
    return (report.records, report.clusters, report.new, report.changed, report.removed)


def groups(database: Engine) -> set[tuple[str, ...]]:
    with reading(database) as connection:
        return {listing.record_keys for listing in repository.iter_listings(connection)}


def listing_of(database: Engine, key: str) -> Listing:
    with reading(database) as connection:
        listing_id = connection.scalar(select(tables.record.c.listing_id).where(tables.record.c.key == key))
        found = repository.get_listing(connection, listing_id or "")
    assert found is not None
    return found


def dirty(database: Engine) -> list[str]:
    with reading(database) as connection:
        return dirty_stamps(connection)["key"].to_list()


def judge(database: Engine, left: str, right: str, verdict: str, now: datetime) -> None:
    with writing(database) as connection:
        repository.add_judgement(connection, left, right, verdict, decided_by="anna", now=now)  # type: ignore[arg-type]


def test_records_of_one_place_become_one_listing(
    database: Engine, say: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples)
    assert counts(resolve(database, now)) == (5, 2, 2, 0, 0)
    pho = listing_of(database, "osm:1")
    assert (pho.name_th, pho.name_en, pho.phone) == ("วัดโพธิ์", "Wat Pho", "+6622260335")
    assert pho.record_keys == ("osm:1", "tat_en:1", "tat_th:1")
    assert pho.id == id_of("osm:1")
    assert dirty(database) == []


def test_nothing_new_is_answered_at_once(
    database: Engine, say: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples)
    resolve(database, now)
    say(*temples)
    with statements(database) as sent:
        assert resolve(database, now) == ResolveReport()
    asked = [statement for statement in sent if statement != "BEGIN"]
    assert [statement.partition(" ")[0] for statement in asked] == ["SELECT", "SELECT"]
    assert "LIMIT" in asked[1]


def test_an_empty_directory_has_nothing_to_resolve(database: Engine, now: datetime) -> None:
    assert counts(resolve(database, now)) == (0, 0, 0, 0, 0)
    assert counts(resolve(database, now)) == (0, 0, 0, 0, 0)


def test_only_the_neighbourhood_of_a_change_is_looked_at(
    database: Engine, say: Make, record: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    far = [record(f"osm:{number}", name_en=f"Wat {number}", lat=14.0 + number / 10) for number in range(10, 30)]
    say(*temples, *far)
    resolve(database, now)
    say({**temples[2], "phone": "+6629999999"})
    assert counts(resolve(database, now)) == (3, 1, 0, 1, 0)
    assert listing_of(database, "tat_th:1").phone == "+6629999999"


def test_a_new_record_joins_what_is_there(
    database: Engine, say: Make, record: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples[:2])
    resolve(database, now)
    before = listing_of(database, "tat_th:1").id
    say(temples[2])
    assert counts(resolve(database, now)) == (3, 1, 0, 1, 0)
    assert listing_of(database, "osm:1").id == before


def test_a_shared_identifier_is_found_far_from_the_change(
    database: Engine, say: Make, record: Make, now: datetime
) -> None:
    hotel = {"category": "hotel", "licence_no": "11/0001"}
    say(record("osm:1", name_en="Dusit Thani", website="https://dusit.example/bkk", **hotel))
    resolve(database, now)
    say(record("tat_th:1", name_th="ดุสิตธานี", website="http://www.dusit.example/bkk/", lat=13.757, **hotel))
    assert resolve(database, now).records == 2
    assert groups(database) == {("osm:1", "tat_th:1")}


def test_two_listings_that_turn_out_to_be_one_leave_a_redirect(
    database: Engine, say: Make, record: Make, now: datetime
) -> None:
    say(record("osm:1", name_en="Zebra House", category="shop"), record("tat_th:1", name_th="วัดโพธิ์"))
    resolve(database, now)
    old = listing_of(database, "tat_th:1").id
    say(record("osm:1", name_en="Wat Pho"))
    assert counts(resolve(database, now)) == (2, 1, 0, 1, 1)
    with reading(database) as connection:
        redirect = repository.get_redirect(connection, old)
    assert redirect is not None
    assert (redirect.new_id, redirect.reason) == (listing_of(database, "osm:1").id, "merged")


def test_a_listing_that_splits_keeps_its_id_for_the_larger_part(
    database: Engine, say: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples[:3])
    resolve(database, now)
    before = listing_of(database, "osm:1").id
    say({**temples[2], "name_en": "Zebra House", "category": "shop"})
    resolve(database, now)
    assert groups(database) == {("osm:1",), ("tat_en:1", "tat_th:1")}
    assert listing_of(database, "tat_th:1").id == before
    assert listing_of(database, "osm:1").id == id_of("osm:1", 1)


def test_a_place_that_is_gone_is_withdrawn_and_back_under_its_id(
    database: Engine, say: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples)
    resolve(database, now)
    old = listing_of(database, "osm:2").id
    with writing(database) as connection:
        repository.retire_records(connection, ["osm:2", "tat_th:2"], now=now)
    assert counts(resolve(database, now)) == (0, 0, 0, 0, 1)
    with reading(database) as connection:
        redirect = repository.get_redirect(connection, old)
    assert redirect is not None
    assert (redirect.new_id, redirect.reason) == (None, "withdrawn")
    say(*temples[3:])
    assert counts(resolve(database, now)) == (2, 1, 1, 0, 0)
    assert listing_of(database, "osm:2").id == old


def test_a_retired_id_returns_only_from_the_listing_it_was_merged_into(
    database: Engine, say: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples)
    resolve(database, now)
    pho, arun = listing_of(database, "osm:1").id, listing_of(database, "osm:2").id
    redirects = [
        Redirect(old_id="merged", new_id=pho, reason="merged", at=now),
        Redirect(old_id="withdrawn", new_id=None, reason="withdrawn", at=now),
    ]
    with writing(database) as connection:
        repository.save_listings(connection, [], {}, redirects, now=now, scope=[])
        taken = TakenIds(connection, frozenset({arun}))
        assert not taken("merged", pho)
        assert taken("merged", arun)
        assert taken("withdrawn", pho)
        assert taken(pho, None)
        assert not taken(arun, None)
        assert not taken("never used", None)


def test_people_part_and_join_what_the_matcher_would_not(
    database: Engine, say: Make, record: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples)
    resolve(database, now)
    judge(database, "osm:2", "tat_th:2", "different", now)
    assert dirty(database) == ["osm:2", "tat_th:2"]
    resolve(database, now)
    assert ("osm:2",) in groups(database)
    judge(database, "osm:2", "osm:1", "same", now)
    resolve(database, now)
    assert ("osm:1", "osm:2", "tat_en:1", "tat_th:1") in groups(database)
    judge(database, "osm:2", "osm:1", "unsure", now)
    judge(database, "osm:2", "tat_th:2", "unsure", now)
    resolve(database, now)
    assert ("osm:2", "tat_th:2") in groups(database)
    assert dirty(database) == []


def test_a_verdict_survives_a_run_over_everything(
    database: Engine, say: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples)
    judge(database, "osm:2", "tat_th:2", "different", now)
    resolve(database, now)
    assert ("osm:2",) in groups(database)


def test_other_trust_makes_other_listings_of_all_records(
    database: Engine, say: Make, record: Make, now: datetime
) -> None:
    say(record("osm:1", name_en="Wat Pho"), record("tat_en:1", name_en="Wat Poh"))
    resolve(database, now)
    assert listing_of(database, "osm:1").name_en == "Wat Poh"
    report = resolve_all(database, {"osm": "official", "tat_en": "open"}, Silent(), now)
    assert counts(report) == (2, 1, 0, 1, 0)
    assert listing_of(database, "osm:1").name_en == "Wat Pho"


def test_what_is_said_while_a_run_works_stays_for_the_next(
    database: Engine, say: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples)
    with reading(database) as connection:
        task = look(connection, resolver_version(TRUST), is_current=False)
    say({**temples[2], "phone": "+6629999999"})
    with writing(database) as connection:
        repository.retire_records(connection, ["osm:2"], now=now)
    judge(database, "tat_th:1", "tat_th:2", "different", now)
    scored = score_all(prepare(task.records))
    save(database, task, told_pairs(scored), clusters_of(scored, task.judgements), TRUST, now)
    assert dirty(database) == ["osm:1", "osm:2", "tat_th:1", "tat_th:2"]
    assert listing_of(database, "osm:1").phone == "+6622260335"
    resolve(database, now)
    assert listing_of(database, "osm:1").phone == "+6629999999"
    assert groups(database) == {("osm:1", "tat_en:1", "tat_th:1"), ("tat_th:2",)}


def test_the_order_of_the_records_does_not_matter(street: Make, frame_of: Make) -> None:
    frame = frame_of(*street(1))
    nobody = pl.DataFrame(schema=repository.JUDGEMENT_SCHEMA)
    found = [clusters_of(score_all(prepare(frame.sample(fraction=1, shuffle=True, seed=n))), nobody) for n in range(3)]
    assert found[0] == found[1] == found[2]


def test_a_directory_built_again_from_nothing_has_the_same_ids(
    database: Engine, say: Make, temples: list[dict[str, Any]], now: datetime
) -> None:
    say(*temples)
    resolve(database, now)
    with reading(database) as connection:
        before = [listing.id for listing in repository.iter_listings(connection)]
    with writing(database) as connection:
        for table in (tables.listing, tables.listing_redirect, tables.record):
            connection.execute(table.delete())
    say(*temples)
    resolve(database, now + timedelta(days=1))
    with reading(database) as connection:
        assert [listing.id for listing in repository.iter_listings(connection)] == before


PLACES = 800
NAMES = ("Zanzibar", "Quokka", "Marzipan", "Baobab", "Tamarind")
KILLED = """
import sys
from datetime import datetime, UTC
from tic.core.database import open_database
from tic.core.progress import Silent
from directory.resolve.job import resolve_all

print("ready", flush=True)
resolve_all(open_database(sys.argv[1]), {"osm": "open", "tat_th": "official"}, Silent(), datetime.now(UTC))
"""


def test_a_run_that_is_killed_leaves_nothing_half_done(
    database: Engine, say: Make, record: Make, now: datetime
) -> None:
    rows = [
        record(f"{source}:{number}", name_en=f"{NAMES[number % 5]} {number}", lat=13.0 + number / 2000)
        for source in ("osm", "tat_th")
        for number in range(PLACES)
    ]
    say(*rows)
    url = database.url.render_as_string(hide_password=False)
    for delay_s in (0.3, 0.8, 1.3):
        process = subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(delay_s)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with reading(database) as connection:
            stored = repository.count_listings(connection)
            assigned = connection.scalar(
                select(func.count()).select_from(tables.record).where(tables.record.c.listing_id.is_not(None))
            )
            waiting = dirty_stamps(connection).height
        assert (stored, assigned, waiting) in {(0, 0, 2 * PLACES), (PLACES, 2 * PLACES, 0)}
    resolve_all(database, {"osm": "open", "tat_th": "official"}, Silent(), now)
    assert groups(database) == {(f"osm:{number}", f"tat_th:{number}") for number in range(PLACES)}
    assert dirty(database) == []
