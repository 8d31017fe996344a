"""What becomes of listings when submissions are approved and approvals are taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from directory import repository, tables
from directory.accounts import Account
from directory.drafts import save_draft, submit
from directory.listing import Listing, Redirect
from directory.resolve.job import resolve_all
from directory.review import approve, undo_approval
from tic.core.database import reading, writing
from tic.core.progress import Silent

Make = Callable[..., Any]
People = dict[str, Account]
TRUST = {"tat": "official", "osm": "open"}


@pytest.fixture
def wat_pho(database: Engine, record: Make, frame_of: Make, east: Make, now: datetime) -> Listing:
    """A listing of two sources, and the temple next to it."""
    rows = [
        record("osm:1", name_en="Wat Pho", lon=east(20)),
        record("tat:1", name_th="วัดโพธิ์", name_en="Wat Pho", phone="+6622260335"),
        record("tat:2", name_th="วัดราชบพิธ", name_en="Wat Ratchabophit", lon=east(900)),
    ]
    for source in ("osm", "tat"):
        frame = frame_of(*(row for row in rows if row["source"] == source))
        with writing(database) as connection:
            repository.upsert_records(connection, frame, source=source, now=now)
    resolve_all(database, TRUST, Silent(), now)
    return listing_of(database, "tat:1")


def listing_of(database: Engine, key: str) -> Listing:
    with reading(database) as connection:
        listing_id = connection.scalar(select(tables.record.c.listing_id).where(tables.record.c.key == key))
        found = repository.get_listing(connection, listing_id or "")
    assert found is not None
    return found


def approved_edit(
    database: Engine, people: People, listing: Listing | None, changes: dict[str, str], now: datetime
) -> str:
    """Id of the submission; its listing is resolved."""
    with writing(database) as connection:
        listing_id = listing.id if listing else None
        draft = save_draft(connection, people["operator"], listing_id=listing_id, body=changes, now=now)
        body = {**(draft.base or {}), **changes}
        draft = save_draft(connection, people["operator"], listing_id=None, body=body, draft_id=draft.id, now=now)
        submit(connection, people["operator"], draft.id, now=now)
        approve(connection, people["reviewer"], draft.id, now=now)
    resolve_all(database, TRUST, Silent(), now)
    return draft.id


def taken_back(database: Engine, people: People, submission_id: str, now: datetime) -> None:
    with writing(database) as connection:
        undo_approval(connection, people["reviewer"], submission_id, reason="not the owner", now=now)
    resolve_all(database, TRUST, Silent(), now)


def test_an_approved_edit_changes_the_listing_under_its_id(
    database: Engine, people: People, wat_pho: Listing, now: datetime
) -> None:
    approved_edit(database, people, wat_pho, {"phone": "02 111 1111"}, now)
    edited = listing_of(database, "tat:1")
    assert (edited.id, edited.phone, edited.status) == (wat_pho.id, "+6621111111", "open")
    assert edited.sources == ("operator", "osm", "tat")


def test_an_edit_of_name_and_place_drives_no_other_record_away(
    database: Engine, people: People, wat_pho: Listing, now: datetime
) -> None:
    changes = {"name_th": "วัดพระเชตุพน", "name_en": "Temple of the Reclining Buddha", "coordinates": "13.7465, 100.4930"}
    approved_edit(database, people, wat_pho, changes, now)
    edited = listing_of(database, "osm:1")
    assert (edited.id, edited.name_en, edited.lat) == (wat_pho.id, "Temple of the Reclining Buddha", 13.7465)
    assert edited.sources == ("operator", "osm", "tat")
    assert "Wat Pho" in edited.aliases


def test_an_approval_taken_back_restores_the_listing(
    database: Engine, people: People, wat_pho: Listing, now: datetime
) -> None:
    submission = approved_edit(database, people, wat_pho, {"phone": "02 111 1111", "name_en": "Reclining Buddha"}, now)
    taken_back(database, people, submission, now + timedelta(hours=1))
    assert listing_of(database, "tat:1") == wat_pho
    assert listing_of(database, "osm:1") == wat_pho


def test_an_approval_taken_back_parts_the_listings_it_had_joined(
    database: Engine, people: People, wat_pho: Listing, now: datetime
) -> None:
    """The edit calls one temple by the name and at the place of the other."""
    other = listing_of(database, "tat:2")
    changes = {"name_th": "วัดราชบพิธ", "name_en": "Wat Ratchabophit", "coordinates": f"{other.lat}, {other.lon}"}
    submission = approved_edit(database, people, wat_pho, changes, now)
    with writing(database) as connection:
        repository.add_judgement(connection, "tat:1", "tat:2", "same", decided_by=people["reviewer"].id, now=now)
    resolve_all(database, TRUST, Silent(), now)
    joined = listing_of(database, "tat:2")
    assert len(joined.record_keys) == 4
    with reading(database) as connection:
        assert repository.get_redirect(connection, other.id) == Redirect(
            old_id=other.id, new_id=wat_pho.id, reason="merged", at=now
        )
        judged = connection.scalar(select(tables.judgement.c.verdict).where(tables.judgement.c.right_key == "tat:2"))
    assert judged == "same"
    taken_back(database, people, submission, now + timedelta(hours=1))
    with writing(database) as connection:
        repository.add_judgement(connection, "tat:1", "tat:2", "different", decided_by=people["reviewer"].id, now=now)
    resolve_all(database, TRUST, Silent(), now)
    assert listing_of(database, "tat:1") == wat_pho
    assert listing_of(database, "tat:2") == other


def test_a_new_place_taken_back_is_withdrawn(database: Engine, people: People, wat_pho: Listing, now: datetime) -> None:
    body = {"name_th": "ร้านนก", "category": "restaurant", "coordinates": "13.7600, 100.5000"}
    submission = approved_edit(database, people, None, body, now)
    new = listing_of(database, f"operator:{submission}")
    assert new.name_th == "ร้านนก"
    later = now + timedelta(hours=1)
    taken_back(database, people, submission, later)
    with reading(database) as connection:
        assert repository.get_listing(connection, new.id) is None
        redirect = repository.get_redirect(connection, new.id)
    assert redirect == Redirect(old_id=new.id, new_id=None, reason="withdrawn", at=later)
