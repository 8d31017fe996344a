"""What a listing has been through is written down with the change itself, and stays readable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import Engine

from directory import history, repository
from directory.history import Event, beginnings_of, history_of
from directory.history_text import event_text
from directory.listing import RECORD_SCHEMA
from directory.resolve.job import resolve_all
from tic.core.database import reading, writing
from tic.core.progress import Silent

Say = Callable[..., None]
TRUST = {"tat": "official", "osm": "open"}


@pytest.fixture
def say(database: Engine) -> Say:
    """say(now, row, row, ...): the sources state these records and are resolved, each in a run of its own."""

    def make(now: datetime, *rows: dict[str, Any]) -> None:
        for row in rows:
            source, source_id = row["key"].split(":")
            place = {"category": "temple", "lat": 13.75, "lon": 100.49, "source": source, "source_id": source_id}
            frame = pl.DataFrame([{**place, **row}], schema=RECORD_SCHEMA)
            with writing(database) as connection:
                run = repository.start_run(connection, source, now)
                repository.upsert_records(connection, frame, source=source, now=now, complete=False)
                repository.end_run(connection, run, now=now, state="done")
        resolve_all(database, TRUST, Silent(), now)

    return make


def home(database: Engine, key: str) -> str:
    with reading(database) as connection:
        return str(repository.load_records(connection, keys=[key])["listing_id"][0])


def events(database: Engine, listing_id: str) -> list[Event]:
    with reading(database) as connection:
        return history_of(connection, listing_id)


def test_a_new_place_has_no_changes_only_a_beginning(database: Engine, say: Say, now: datetime) -> None:
    say(now, {"key": "tat:1", "name_en": "Wat Pho"})
    pho = home(database, "tat:1")
    assert events(database, pho) == []
    with reading(database) as connection:
        (beginning,) = beginnings_of(connection, pho)
    assert (beginning.record_key, beginning.first_seen_at, beginning.gone_at) == ("tat:1", now, None)


def test_a_changed_field_is_told_with_both_values_its_record_and_the_run(
    database: Engine, say: Say, now: datetime
) -> None:
    say(now, {"key": "tat:1", "name_en": "Wat Pho", "phone": "+6622260335"})
    later = now + timedelta(days=1)
    say(later, {"key": "tat:1", "name_en": "Wat Pho", "phone": "+6622260336", "lat": 13.7501})
    pho = home(database, "tat:1")
    told = [
        (item.field, item.old, item.new, item.source, item.record_key, item.run_id) for item in events(database, pho)
    ]
    assert told == [
        ("coordinates", "13.75000, 100.49000", "13.75010, 100.49000", "tat", "tat:1", 2),
        ("phone", "+6622260335", "+6622260336", "tat", "tat:1", 2),
    ]
    assert {item.at for item in events(database, pho)} == {later}


def test_a_run_that_found_its_file_as_it_was_or_failed_brought_no_change(
    database: Engine, say: Say, now: datetime
) -> None:
    say(now, {"key": "tat:1", "name_en": "Wat Pho", "phone": "+6622260335"})
    with writing(database) as connection:
        started = repository.start_run(connection, "tat", now)
        place = {"key": "tat:1", "name_en": "Wat Pho", "phone": "+6622260336", "category": "temple", "source_id": "1"}
        frame = pl.DataFrame([{**place, "lat": 13.75, "lon": 100.49, "source": "tat"}], schema=RECORD_SCHEMA)
        repository.upsert_records(connection, frame, source="tat", now=now, complete=False)
        repository.end_run(connection, started, now=now, state="done", changed=1)
        for state in ("unchanged", "failed"):
            repository.end_run(connection, repository.start_run(connection, "tat", now), now=now, state=state)
    resolve_all(database, TRUST, Silent(), now)
    assert [item.run_id for item in events(database, home(database, "tat:1"))] == [started]


def test_a_value_that_comes_or_goes_and_a_record_that_joins_are_told_in_both_languages(
    database: Engine, say: Say, now: datetime
) -> None:
    say(now, {"key": "tat:1", "name_en": "Wat Pho", "website": "https://watpho.example"})
    say(
        now + timedelta(days=1),
        {"key": "tat:1", "name_en": "Wat Pho"},
        {"key": "osm:1", "name_en": "Wat Pho", "wheelchair": "yes"},
    )
    told = events(database, home(database, "tat:1"))
    assert sorted(event_text(event, "en") for event in told) == [
        "A further source states this place.",
        "Website removed: https://watpho.example",
        "Wheelchair access added: Accessible",
    ]
    assert "มีแหล่งข้อมูลเพิ่มที่ระบุสถานที่นี้" in [event_text(event, "th") for event in told]


def test_e_mail_addresses_are_not_kept_in_the_history(database: Engine, say: Say, now: datetime) -> None:
    say(now, {"key": "tat:1", "name_en": "Wat Pho", "email": "old@example.org"})
    say(now, {"key": "tat:1", "name_en": "Wat Pho", "email": "new@example.org"})
    (event,) = events(database, home(database, "tat:1"))
    assert (event.field, event.old, event.new) == ("email", None, None)
    assert event_text(event, "en") == "E-mail changed"


def test_a_merge_and_a_split_are_told_on_both_sides_also_under_the_retired_id(
    database: Engine, say: Say, now: datetime
) -> None:
    say(now, {"key": "osm:1", "name_en": "Wat Pho"}, {"key": "tat:1", "name_en": "Wat Arun", "lat": 13.80})
    pho, arun = home(database, "osm:1"), home(database, "tat:1")
    with writing(database) as connection:
        repository.add_judgement(connection, "osm:1", "tat:1", "same", decided_by="anna", now=now)
    resolve_all(database, TRUST, Silent(), now + timedelta(hours=1))
    kept = home(database, "osm:1")
    gone = arun if kept == pho else pho
    assert [(item.kind, item.other_id, item.new) for item in events(database, gone)] == [
        ("retired", kept, "merged"),
    ]
    assert ("took", gone) in [(item.kind, item.other_id) for item in events(database, kept)]
    with writing(database) as connection:
        repository.add_judgement(connection, "osm:1", "tat:1", "different", decided_by="anna", now=now)
    resolve_all(database, TRUST, Silent(), now + timedelta(hours=2))
    assert {home(database, "osm:1"), home(database, "tat:1")} == {pho, arun}
    assert ("gave", gone) in [(item.kind, item.other_id) for item in events(database, kept)]
    assert [item.kind for item in events(database, gone)][:2] == ["returned", "took"]


def test_a_place_that_its_source_gave_up_keeps_its_history(database: Engine, say: Say, now: datetime) -> None:
    say(now, {"key": "tat:1", "name_en": "Wat Pho"})
    pho = home(database, "tat:1")
    later = now + timedelta(days=3)
    with writing(database) as connection:
        repository.retire_records(connection, ["tat:1"], now=later)
    resolve_all(database, TRUST, Silent(), later)
    (event,) = events(database, pho)
    assert (event.kind, event.new, event.other_id) == ("retired", "withdrawn", None)
    with reading(database) as connection:
        assert [item.gone_at for item in beginnings_of(connection, pho)] == [later]


def test_the_same_run_again_tells_nothing_twice(database: Engine, say: Say, now: datetime) -> None:
    say(now, {"key": "tat:1", "name_en": "Wat Pho", "phone": "+6622260335"})
    say(now, {"key": "tat:1", "name_en": "Wat Pho", "phone": "+6622260336"})
    before = events(database, home(database, "tat:1"))
    say(now, {"key": "tat:1", "name_en": "Wat Pho", "phone": "+6622260336"})
    assert events(database, home(database, "tat:1")) == before


def test_the_history_of_a_place_is_bounded_and_the_newest_stay(
    database: Engine, say: Say, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_EVENTS", 3)
    monkeypatch.setattr(history, "MOST_LETTERS", 5)
    for number in range(6):
        say(now + timedelta(days=number), {"key": "tat:1", "name_en": "Wat Pho", "address_en": f"{number} Maharat"})
    told = events(database, home(database, "tat:1"))
    assert [(item.old, item.new) for item in told] == [("4 Mah", "5 Mah"), ("3 Mah", "4 Mah"), ("2 Mah", "3 Mah")]
