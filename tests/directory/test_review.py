"""Deciding submissions: the difference in view, nothing lost between two edits, every decision traced and undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import Engine, update

from directory import audit, repository, tables
from directory.accounts import Account
from directory.drafts import Submission, get_submission, save_draft, submit
from directory.forms import form_to_record, listing_form
from directory.listing import RECORD_SCHEMA, Listing, Redirect
from directory.review import (
    approve,
    changed_meanwhile,
    current_listing,
    difference,
    reject,
    undo_approval,
)
from tic.core.database import reading, writing
from tic.core.errors import BadInput, Conflict, NotAllowed, NotFound
from tic.core.i18n import tell

NEW = {"name_th": "ร้านนก", "category": "restaurant", "coordinates": "13.75, 100.49", "phone": "02 123 4567"}
PLACE = Listing(
    id="p1",
    name_th="วัดนก",
    name_en="Wat Nok",
    category="temple",
    lat=13.75,
    lon=100.49,
    phone="+6621234567",
    website="https://example.com/old",
    record_keys=("osm:1", "tat:1"),
    provenance={"phone": "tat:1", "website": "osm:1"},
)
People = dict[str, Account]


def resolved(database: Engine, listing: Listing, now: datetime) -> None:
    """Store a listing as the resolver leaves it: merged, and nothing more to look at."""
    with writing(database) as connection:
        repository.save_listings(connection, [listing], {}, [], now=now, scope=[listing.id])
        connection.execute(update(tables.record).values(dirty=False))


@pytest.fixture
def place(database: Engine, now: datetime) -> Listing:
    for source in ("osm", "tat"):
        row = {
            "key": f"{source}:1",
            "source": source,
            "source_id": "1",
            "name_en": "Wat Nok",
            "lat": 13.75,
            "lon": 100.49,
        }
        with writing(database) as connection:
            repository.upsert_records(connection, pl.DataFrame([row], schema=RECORD_SCHEMA), source=source, now=now)
    resolved(database, PLACE, now)
    return PLACE


def handed_in(
    database: Engine, account: Account, changes: dict[str, str], *, listing_id: str | None = None, now: datetime
) -> Submission:
    """A pending submission of a new place, or of an edit that changes these fields of a listing."""
    with writing(database) as connection:
        draft = save_draft(connection, account, listing_id=listing_id, body=changes, now=now)
        if draft.base is not None:
            body = {**draft.base, **changes}
            draft = save_draft(connection, account, listing_id=None, body=body, draft_id=draft.id, now=now)
        return submit(connection, account, draft.id, now=now)


def approved(
    database: Engine, by: Account, item: Submission, now: datetime, *, overwrite: bool = False
) -> tuple[str, ...]:
    with writing(database) as connection:
        return approve(connection, by, item.id, now=now, overwrite=overwrite)


def record(database: Engine, key: str) -> dict[str, object] | None:
    with reading(database) as connection:
        return next(repository.load_records(connection, keys=[key]).iter_rows(named=True), None)


def test_an_approved_place_is_a_record_that_the_resolver_looks_at(
    database: Engine, people: People, now: datetime
) -> None:
    item = handed_in(database, people["operator"], NEW, now=now)
    later = now + timedelta(hours=1)
    assert approved(database, people["reviewer"], item, later) == (f"operator:{item.id}",)
    stored = record(database, f"operator:{item.id}")
    assert stored is not None
    assert (stored["name_th"], stored["phone"], stored["province_code"]) == ("ร้านนก", "+6621234567", "TH-10")
    assert stored["updated_at"] == later
    with reading(database) as connection:
        decided = get_submission(connection, item.id)
        trail = audit.entries(connection, subject=f"submission:{item.id}")
    assert (decided.state, decided.decided_by, decided.decided_at) == ("approved", people["reviewer"].id, later)
    assert [entry.action for entry in trail] == ["approve", "submit"]


def test_only_another_reviewer_decides_and_only_once(database: Engine, people: People, now: datetime) -> None:
    own = handed_in(database, people["reviewer"], NEW, now=now)
    item = handed_in(database, people["operator"], NEW, now=now)
    for name, decided, complaint in (
        ("reviewer", own, "Another reviewer must decide"),
        ("operator", item, "does not permit"),
        ("analyst", item, "does not permit"),
    ):
        with pytest.raises(NotAllowed, match=complaint):
            approved(database, people[name], decided, now)
    approved(database, people["reviewer"], item, now)
    with pytest.raises(Conflict, match="is approved, there is nothing to decide"):
        approved(database, people["second reviewer"], item, now)


def test_of_two_reviewers_who_decide_at_once_one_is_told(
    database: Engine, people: People, now: datetime, at_once: Callable[..., list[object]]
) -> None:
    item = handed_in(database, people["operator"], NEW, now=now)

    def refuse() -> object:
        with writing(database) as connection:
            return reject(connection, people["second reviewer"], item.id, reason="twice", now=now)

    told = at_once(lambda: approved(database, people["reviewer"], item, now), refuse)
    assert [type(answer).__name__ for answer in told].count("Conflict") == 1
    with reading(database) as connection:
        assert get_submission(connection, item.id).state in {"approved", "rejected"}


def test_a_reviewer_decides_what_was_on_the_screen(database: Engine, people: People, now: datetime) -> None:
    item = handed_in(database, people["operator"], NEW, now=now)
    with pytest.raises(Conflict, match="Somebody has changed this submission"), writing(database) as connection:
        approve(connection, people["reviewer"], item.id, now=now, version=item.version - 1)
    assert record(database, f"operator:{item.id}") is None


def test_an_edit_changes_its_fields_and_leaves_the_others_as_they_are_now(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    item = handed_in(database, people["operator"], {"phone": "02 999 9999"}, listing_id="p1", now=now)
    # Another source has corrected the website since.
    resolved(database, place.model_copy(update={"website": "https://example.com/new"}), now)
    with reading(database) as connection:
        current = current_listing(connection, item)
    told = [(row.field, row.before, row.after) for row in difference(item, current)]
    assert told == [("phone", "+6621234567", "02 999 9999")]
    assert [row.field for row in changed_meanwhile(item, current)] == ["website"]
    approved(database, people["reviewer"], item, now)
    stored = record(database, "operator:p1")
    assert stored is not None
    assert (stored["phone"], stored["website"]) == ("+6629999999", "https://example.com/new")


def test_an_approved_edit_is_judged_to_be_the_same_place(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    item = handed_in(database, people["operator"], {"phone": "02 999 9999"}, listing_id="p1", now=now)
    approved(database, people["reviewer"], item, now)
    with reading(database) as connection:
        (pair,) = repository.load_judgements(connection).iter_rows(named=True)
    assert (pair["left_key"], pair["right_key"], pair["verdict"]) == ("operator:p1", "osm:1", "same")
    assert pair["decided_by"] == people["reviewer"].id


def test_another_spelling_of_the_same_value_is_no_difference(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    same = {"phone": "02-123-4567", "coordinates": "13.75,100.49", "name_en": " Wat  Nok"}
    item = handed_in(database, people["operator"], same, listing_id="p1", now=now)
    assert difference(item, place) == []


def test_a_new_place_differs_in_every_field_that_is_filled(database: Engine, people: People, now: datetime) -> None:
    item = handed_in(database, people["operator"], NEW, now=now)
    told = difference(item, None)
    assert [row.field for row in told] == ["name_th", "category", "coordinates", "phone"]
    assert {row.before for row in told} == {""}
    assert changed_meanwhile(item, None) == []


def test_a_field_that_both_sides_changed_needs_a_second_look(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    item = handed_in(database, people["operator"], {"website": "https://example.com/mine"}, listing_id="p1", now=now)
    resolved(database, place.model_copy(update={"website": "https://example.com/theirs"}), now)
    with pytest.raises(Conflict, match="in the same fields: website"):
        approved(database, people["reviewer"], item, now)
    approved(database, people["reviewer"], item, now, overwrite=True)
    stored = record(database, "operator:p1")
    assert stored is not None
    assert stored["website"] == "https://example.com/mine"


def test_an_edit_approved_before_the_resolver_took_in_the_last_one_loses_nothing(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    phone = handed_in(database, people["operator"], {"phone": "02 999 9999"}, listing_id="p1", now=now)
    cleared = handed_in(database, people["second operator"], {"website": ""}, listing_id="p1", now=now)
    name = handed_in(database, people["operator"], {"name_en": "Nok Temple"}, listing_id="p1", now=now)
    for item in (phone, cleared, name):
        approved(database, people["reviewer"], item, now)
    stored = record(database, "operator:p1")
    assert stored is not None
    assert (stored["phone"], stored["name_en"]) == ("+6629999999", "Nok Temple")


def test_what_an_operator_cleared_stays_cleared_in_the_next_edit(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    own = {"record_keys": ("operator:p1", "osm:1"), "provenance": {"website": "operator:p1"}}
    with writing(database) as connection:
        stated = form_to_record(listing_form(place), source_id="p1", updated_at=now)
        repository.upsert_records(connection, stated, source="operator", now=now, complete=False)
    resolved(database, place.model_copy(update=own), now)
    for changes in ({"website": ""}, {"phone": "02 999 9999"}):
        item = handed_in(database, people["operator"], changes, listing_id="p1", now=now)
        approved(database, people["reviewer"], item, now)
    stored = record(database, "operator:p1")
    assert stored is not None
    assert (stored["website"], stored["phone"]) == (None, "+6629999999")


def test_two_edits_of_one_field_before_the_resolver_came_are_contested(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    first, second = (
        handed_in(database, people["operator"], {"phone": phone}, listing_id="p1", now=now)
        for phone in ("02 999 9999", "02 888 8888")
    )
    approved(database, people["reviewer"], first, now)
    with pytest.raises(Conflict, match="in the same fields: phone"):
        approved(database, people["reviewer"], second, now)


def test_edits_approved_at_once_are_both_kept(
    database: Engine, people: People, place: Listing, now: datetime, at_once: Callable[..., list[object]]
) -> None:
    items = [
        handed_in(database, people["operator"], changes, listing_id="p1", now=now)
        for changes in ({"phone": "02 999 9999"}, {"name_en": "Nok Temple"}, {"postcode": "10200"})
    ]
    reviewers = [people[name] for name in ("reviewer", "second reviewer", "administrator")]

    def decide(place_in_line: int) -> object:
        return approved(database, reviewers[place_in_line], items[place_in_line], now)

    told = at_once(*(lambda at=at: decide(at) for at in range(3)))
    assert told == [("operator:p1",)] * 3
    stored = record(database, "operator:p1")
    assert stored is not None
    assert (stored["phone"], stored["name_en"], stored["postcode"]) == ("+6629999999", "Nok Temple", "10200")


def test_an_edit_follows_its_place_when_that_was_merged(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    item = handed_in(database, people["operator"], {"phone": "02 999 9999"}, listing_id="p1", now=now)
    merged = Listing(id="p2", name_en="Wat Nok", lat=13.75, lon=100.49, record_keys=("tat:1",))
    with writing(database) as connection:
        moved = [Redirect(old_id="p1", new_id="p2", reason="merged", at=now)]
        repository.save_listings(connection, [merged], {}, moved, now=now, scope=["p1"])
    assert approved(database, people["reviewer"], item, now, overwrite=True) == ("operator:p2",)


def test_an_edit_of_a_place_that_is_gone_can_only_be_rejected(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    item = handed_in(database, people["operator"], {"phone": "02 999 9999"}, listing_id="p1", now=now)
    with writing(database) as connection:
        repository.save_listings(connection, [], {}, [], now=now, scope=["p1"])
    with pytest.raises(NotFound, match="no longer in the directory"):
        approved(database, people["reviewer"], item, now)
    with writing(database) as connection:
        assert reject(connection, people["reviewer"], item.id, reason="closed", now=now).state == "rejected"


def test_a_rejection_needs_a_reason_that_its_operator_reads(database: Engine, people: People, now: datetime) -> None:
    item = handed_in(database, people["operator"], NEW, now=now)
    with writing(database) as connection:
        with pytest.raises(BadInput, match="Say why"):
            reject(connection, people["reviewer"], item.id, reason="  ", now=now)
        with pytest.raises(BadInput, match="2001 characters long"):
            reject(connection, people["reviewer"], item.id, reason="x" * 2001, now=now)
        told = reject(connection, people["reviewer"], item.id, reason=" No sign outside. ", now=now)
        assert (told.state, told.reason, told.body) == ("rejected", "No sign outside.", NEW)
        body = {**NEW, "name_en": "Nok"}
        again = save_draft(connection, people["operator"], listing_id=None, body=body, draft_id=item.id, now=now)
        assert (again.state, again.reason) == ("draft", "No sign outside.")
        sent = submit(connection, people["operator"], item.id, now=now)
    assert (sent.state, sent.reason, sent.decided_by) == ("pending", None, None)


def undone(
    database: Engine, by: Account, item: Submission, now: datetime, reason: str = "wrong place"
) -> tuple[str, ...]:
    with writing(database) as connection:
        return undo_approval(connection, by, item.id, reason=reason, now=now)


def test_an_approval_that_is_undone_takes_the_new_place_away(database: Engine, people: People, now: datetime) -> None:
    item = handed_in(database, people["operator"], NEW, now=now)
    approved(database, people["reviewer"], item, now)
    assert undone(database, people["second reviewer"], item, now) == (f"operator:{item.id}",)
    assert record(database, f"operator:{item.id}") is None
    with reading(database) as connection:
        left = get_submission(connection, item.id)
        actions = [entry.action for entry in audit.entries(connection, subject=f"submission:{item.id}")]
    assert (left.state, left.reason) == ("rejected", "wrong place")
    assert actions == ["undo approval", "approve", "submit"]
    with pytest.raises(Conflict, match="is rejected, there is nothing to take back"):
        undone(database, people["reviewer"], item, now)


def test_edits_are_undone_in_the_reverse_order(database: Engine, people: People, place: Listing, now: datetime) -> None:
    first = handed_in(database, people["operator"], {"phone": "02 999 9999"}, listing_id="p1", now=now)
    second = handed_in(database, people["operator"], {"name_en": "Nok Temple"}, listing_id="p1", now=now)
    for item in (first, second):
        approved(database, people["reviewer"], item, now)
    with pytest.raises(Conflict, match="A later edit of the same place was approved"):
        undone(database, people["reviewer"], first, now)
    undone(database, people["reviewer"], second, now)
    stored = record(database, "operator:p1")
    assert stored is not None
    assert (stored["phone"], stored["name_en"]) == ("+6629999999", "Wat Nok")
    undone(database, people["reviewer"], first, now)
    assert record(database, "operator:p1") is None


def test_a_place_that_was_approved_again_can_be_undone_again(database: Engine, people: People, now: datetime) -> None:
    item = handed_in(database, people["operator"], NEW, now=now)
    approved(database, people["reviewer"], item, now)
    undone(database, people["reviewer"], item, now)
    with writing(database) as connection:
        submit(connection, people["operator"], item.id, now=now)
    approved(database, people["reviewer"], item, now)
    assert record(database, f"operator:{item.id}") is not None
    undone(database, people["reviewer"], item, now)
    assert record(database, f"operator:{item.id}") is None


def test_after_an_undo_the_next_edit_waits_for_the_resolver(
    database: Engine, people: People, place: Listing, now: datetime
) -> None:
    first = handed_in(database, people["operator"], {"phone": "02 999 9999"}, listing_id="p1", now=now)
    approved(database, people["reviewer"], first, now)
    shown = place.model_copy(update={"phone": "+6629999999", "record_keys": ("operator:p1", "osm:1")})
    resolved(database, shown, now)
    undone(database, people["reviewer"], first, now)
    second = handed_in(database, people["operator"], {"name_en": "Nok Temple"}, listing_id="p1", now=now)
    with pytest.raises(Conflict, match="still being taken in") as waiting:
        approved(database, people["reviewer"], second, now)
    assert tell(waiting.value, "th") != str(waiting.value)
    resolved(database, place, now)
    approved(database, people["reviewer"], second, now)
    stored = record(database, "operator:p1")
    assert stored is not None
    assert (stored["phone"], stored["name_en"]) == ("+6621234567", "Nok Temple")


def test_an_undo_is_another_reviewers_and_says_why(database: Engine, people: People, now: datetime) -> None:
    item = handed_in(database, people["second reviewer"], NEW, now=now)
    approved(database, people["reviewer"], item, now)
    with pytest.raises(NotAllowed, match="Another reviewer must decide"):
        undone(database, people["second reviewer"], item, now)
    with pytest.raises(NotAllowed, match="does not permit"):
        undone(database, people["operator"], item, now)
    with pytest.raises(BadInput, match="Say why"):
        undone(database, people["reviewer"], item, now, reason="")
