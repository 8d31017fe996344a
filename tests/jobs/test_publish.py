"""From an approval to the search index, by the worker that the server runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from directory import repository
from directory.forms import form_to_record
from directory.listing import RECORD_SCHEMA
from directory.migrate import migrate
from directory.records import retire_records
from directory.search.base import Hit
from directory.search.indexer import ensure_index
from directory.search.query import make_query
from directory.services import Services
from tic.core.database import reading, writing
from tic.core.errors import JobRunning
from tic.core.locks import job_lock
from tic.core.progress import Silent
from tic.core.settings import Settings
from tic.jobs.publish import Publisher, publish_once

TRUST = {"osm": "open"}
FORM = {"name_th": "ร้านนก", "name_en": "Quokka Kitchen", "category": "restaurant", "coordinates": "13.75, 100.49"}


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    """A directory with one temple in the index."""
    opened = Services(settings)
    migrate(opened.database)
    row = {"key": "osm:1", "source": "osm", "source_id": "1", "name_en": "Wat Pho", "category": "temple"}
    frame = pl.DataFrame([{**row, "lat": 13.7465, "lon": 100.493}], schema=RECORD_SCHEMA)
    with writing(opened.database) as connection:
        repository.upsert_records(connection, frame, source="osm", now=datetime.now(UTC))
    publish_once(opened, TRUST)
    ensure_index(opened.database, opened.search, Silent())
    yield opened
    opened.close()


@pytest.fixture
def publisher(services: Services) -> Iterator[Publisher]:
    worker = Publisher(services, TRUST)
    worker.start()
    yield worker
    worker.stop()


def approve(services: Services, source_id: str = "1", **changes: str) -> None:
    """What an approval does to the records."""
    frame = form_to_record({**FORM, **changes}, source_id=source_id, updated_at=datetime.now(UTC))
    with writing(services.database) as connection:
        repository.upsert_records(connection, frame, source="operator", now=datetime.now(UTC), complete=False)


def hits(services: Services, text: str) -> list[Hit]:
    return [hit for hit in services.search.search(make_query(text=text)).hits if hit.name_en == text]


def within(seconds: float, condition: Callable[[], Any]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def test_what_was_approved_is_found(services: Services) -> None:
    approve(services)
    assert hits(services, "Quokka Kitchen") == []
    assert publish_once(services, TRUST) == 1
    assert [hit.sources for hit in hits(services, "Quokka Kitchen")] == [("operator",)]
    assert publish_once(services, TRUST) == 0


def test_what_was_taken_back_is_found_no_more(services: Services) -> None:
    approve(services)
    publish_once(services, TRUST)
    with writing(services.database) as connection:
        retire_records(connection, ["operator:1"], now=datetime.now(UTC))
    assert publish_once(services, TRUST) == 1
    assert hits(services, "Quokka Kitchen") == []


def test_an_edit_is_merged_with_what_others_say(services: Services) -> None:
    approve(services, name_en="Wat Pho", category="temple", coordinates="13.7465, 100.4930", phone="02 226 0335")
    publish_once(services, TRUST)
    (hit,) = hits(services, "Wat Pho")
    assert hit.sources == ("operator", "osm")


@pytest.mark.alone
def test_an_approval_is_found_within_two_seconds(services: Services, publisher: Publisher) -> None:
    for number in range(3):
        approve(services, str(number), name_en=f"Quokka Kitchen {number}")
        assert within(2.0, lambda name=f"Quokka Kitchen {number}": hits(services, name))


def test_a_job_that_holds_the_directory_is_waited_for(services: Services, publisher: Publisher) -> None:
    with job_lock(services.settings.lock_dir, "directory"):
        with pytest.raises(JobRunning):
            publish_once(services, TRUST)
        approve(services)
        assert not within(0.8, lambda: hits(services, "Quokka Kitchen"))
    assert within(2.0, lambda: hits(services, "Quokka Kitchen"))


def test_the_publisher_holds_the_lock_only_while_it_works(services: Services, publisher: Publisher) -> None:
    approve(services)
    assert within(2.0, lambda: hits(services, "Quokka Kitchen"))
    time.sleep(0.5)
    for _ in range(10):
        with job_lock(services.settings.lock_dir, "directory"):
            time.sleep(0.05)


def test_changes_that_another_job_left_unindexed_are_caught_up(services: Services) -> None:
    from directory.resolve.job import resolve_all

    approve(services)
    resolve_all(services.database, TRUST, Silent(), datetime.now(UTC))
    worker = Publisher(services, TRUST)
    worker.start()
    assert within(2.0, lambda: hits(services, "Quokka Kitchen"))
    worker.stop()


def test_an_error_is_told_once_and_does_not_end_the_publisher(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    """The database is not set up yet when the server starts."""
    services = Services(settings)
    worker = Publisher(services, TRUST)
    with caplog.at_level(logging.ERROR, logger="tic.jobs.publish"):
        worker.start()
        assert within(3.0, lambda: caplog.records)
        time.sleep(1.0)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["publishing does not work at present"]
    migrate(services.database)
    ensure_index(services.database, services.search, Silent())
    approve(services)
    assert within(6.0, lambda: hits(services, "Quokka Kitchen"))
    worker.stop()
    services.close()


def test_a_publisher_that_is_stopped_is_gone(services: Services) -> None:
    worker = Publisher(services, TRUST)
    worker.start()
    worker.stop()
    approve(services)
    assert not within(0.8, lambda: hits(services, "Quokka Kitchen"))
    with reading(services.database) as connection:
        assert repository.count_listings(connection) == 1
