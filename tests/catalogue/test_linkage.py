"""Requests between agencies: who may do what, what is kept of it, and what is left when a person goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from directory.migrate import migrate
from tic.catalogue import linkage, officers, statements
from tic.catalogue.linkage import LinkageRequest, Wish
from tic.catalogue.officers import Officer
from tic.core.database import open_database, writing
from tic.core.errors import BadInput, Conflict, NotAllowed, NotFound, TicError
from tic.core.i18n import tell
from tic.core.settings import Settings

NOW = datetime(2026, 5, 20, 3, tzinfo=UTC)
ASKING = Officer("a-nok", "Provincial Office")
OWNING = Officer("a-lek", "Ministry")
OTHER = Officer("a-dam", "Another Office")
ADMINISTRATOR = Officer("a-admin", None, is_administrator=True)
WISH = Wish("To plan buses for the season.", "public_task", "PDPA 24 (4)", ("period", "value"), "Desk, 02 123 4567")


@pytest.fixture
def connection(settings: Settings) -> Iterator[Connection]:
    engine = open_database(settings.database)
    migrate(engine)
    with writing(engine) as opened:
        yield opened
    engine.dispose()


def draft(connection: Connection, **changes: Any) -> LinkageRequest:
    wish = Wish(**{**{name: getattr(WISH, name) for name in WISH.__slots__}, **changes})
    return linkage.draw_up(connection, ASKING, dataset="mots", owner="Ministry", wish=wish, now=NOW)


def sent(connection: Connection) -> LinkageRequest:
    return linkage.send(connection, ASKING, draft(connection), NOW)


def granted(connection: Connection, until: date = date(2026, 12, 31)) -> LinkageRequest:
    request = sent(connection)
    return linkage.grant(connection, OWNING, request, conditions="No copies.", expires_on=until, now=NOW)


def steps(connection: Connection, request: LinkageRequest) -> list[tuple[str, str | None]]:
    return [(step.step, step.account_id) for step in linkage.steps_of(connection, [request])]


def test_a_request_goes_from_draft_to_grant_and_every_step_is_kept_with_who(connection: Connection) -> None:
    request = granted(connection)
    assert (request.state, request.conditions, request.expires_on) == ("granted", "No copies.", date(2026, 12, 31))
    assert steps(connection, request) == [("draft", "a-nok"), ("sent", "a-nok"), ("granted", "a-lek")]


def test_a_grant_ends_with_its_last_day_by_time_alone(connection: Connection) -> None:
    request = granted(connection, until=date(2026, 5, 20))
    assert request.state_on(date(2026, 5, 20)) == "granted"
    assert request.state_on(date(2026, 5, 21)) == "expired"
    with pytest.raises(Conflict, match="is expired"):
        linkage.note_delivery(connection, ASKING, request, rows=1, sha256="0", now=NOW + timedelta(days=1))


def test_nothing_is_handed_over_without_a_step(connection: Connection) -> None:
    request = granted(connection)
    linkage.note_delivery(connection, ASKING, request, rows=12, sha256="abc", now=NOW)
    assert steps(connection, request)[-1] == ("delivered", "a-nok")
    assert linkage.steps_of(connection, [request])[-1].detail == {
        "rows": 12,
        "sha256": "abc",
        "fields": ["period", "value"],
    }
    with pytest.raises(NotAllowed, match="Only officers of Provincial Office"):
        linkage.note_delivery(connection, OTHER, request, rows=12, sha256="abc", now=NOW)


def test_a_refusal_needs_a_reason(connection: Connection) -> None:
    request = sent(connection)
    with pytest.raises(BadInput, match="Write why"):
        linkage.refuse(connection, OWNING, request, reason="  ", now=NOW)
    refused = linkage.refuse(connection, OWNING, request, reason="Not ours to give.", now=NOW)
    assert (refused.state, refused.reason) == ("refused", "Not ours to give.")


@pytest.mark.parametrize("officer", [ASKING, OTHER, Officer("a-x", None)])
def test_only_the_owning_agency_and_administrators_decide(officer: Officer, connection: Connection) -> None:
    request = sent(connection)
    with pytest.raises(NotAllowed, match="Only officers of Ministry"):
        linkage.grant(connection, officer, request, conditions="", expires_on=date(2026, 12, 31), now=NOW)
    linkage.grant(connection, ADMINISTRATOR, request, conditions="", expires_on=date(2026, 12, 31), now=NOW)


def test_a_request_is_withdrawn_by_its_own_agency_at_any_time_before_its_end(connection: Connection) -> None:
    for request in (draft(connection), sent(connection), granted(connection)):
        with pytest.raises(NotAllowed, match="Only officers of Provincial Office"):
            linkage.withdraw(connection, OWNING, request, NOW)
        gone = linkage.withdraw(connection, ASKING, request, NOW)
        assert gone.state == "withdrawn"
        with pytest.raises(Conflict, match="is withdrawn"):
            linkage.withdraw(connection, ASKING, gone, NOW)


def test_of_two_who_decide_at_once_the_second_is_told(connection: Connection) -> None:
    request = sent(connection)
    linkage.refuse(connection, OWNING, request, reason="Not ours.", now=NOW)
    with pytest.raises(Conflict, match="Somebody else has changed this request"):
        linkage.grant(connection, ADMINISTRATOR, request, conditions="", expires_on=date(2026, 12, 31), now=NOW)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"purpose": "buses"}, "what the data are for"),
        ({"legal_basis": ""}, "legal basis"),
        ({"fields": ()}, "Choose the fields"),
        ({"contact": " "}, "can be reached"),
    ],
)
def test_what_is_incomplete_stays_a_draft(change: dict[str, Any], told: str, connection: Connection) -> None:
    request = draft(connection, **change)
    with pytest.raises(BadInput, match=told) as failed:
        linkage.send(connection, ASKING, request, NOW)
    assert tell(failed.value, "th") != str(failed.value)
    assert linkage.get_request(connection, ASKING, request.id).state == "draft"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"legal_basis": "because"}, "not one of the answers"),
        ({"first": date(2026, 2, 1), "last": date(2026, 1, 1)}, "ends before it begins"),
        ({"purpose": "x" * 2001}, "longer than 2000"),
    ],
)
def test_what_cannot_be_right_is_not_even_a_draft(change: dict[str, Any], told: str, connection: Connection) -> None:
    with pytest.raises(BadInput, match=told):
        draft(connection, **change)
    assert linkage.requests_of(connection, ASKING) == []


def test_a_draft_is_changed_until_it_is_sent(connection: Connection) -> None:
    request = draft(connection)
    changed = linkage.change(connection, ASKING, request, Wish("Other", "duty", "", ("value",), "Desk"), NOW)
    assert (changed.purpose, changed.fields, changed.version) == ("Other", ("value",), 2)
    with pytest.raises(Conflict, match="is sent"):
        linkage.change(connection, ASKING, sent(connection), WISH, NOW)


def test_one_s_own_dataset_is_not_asked_for_and_nobody_asks_for_no_agency(connection: Connection) -> None:
    with pytest.raises(BadInput, match="your own agency"):
        linkage.draw_up(connection, OWNING, dataset="mots", owner="Ministry", wish=WISH, now=NOW)
    with pytest.raises(NotAllowed, match="speaks for no agency"):
        linkage.draw_up(connection, ADMINISTRATOR, dataset="mots", owner="Ministry", wish=WISH, now=NOW)


def test_requests_are_seen_by_both_sides_and_a_draft_by_its_own_only(connection: Connection) -> None:
    first, second = draft(connection), sent(connection)
    seen = {officer: {item.id for item in linkage.requests_of(connection, officer)} for officer in (ASKING, OWNING)}
    assert seen == {ASKING: {first.id, second.id}, OWNING: {second.id}}
    assert [item.id for item in linkage.requests_of(connection, ADMINISTRATOR)] == [second.id]
    assert linkage.requests_of(connection, OTHER) == []
    for officer, hidden in ((OWNING, first), (OTHER, second), (Officer("a-x", None), second)):
        with pytest.raises(NotFound, match="no such request"):
            linkage.get_request(connection, officer, hidden.id)


@pytest.mark.parametrize("day", [date(2026, 5, 19), date(2032, 1, 1)])
def test_a_grant_has_an_end_that_can_be(day: date, connection: Connection) -> None:
    with pytest.raises(BadInput, match="A grant ends today at the earliest"):
        granted(connection, until=day)


def test_an_officer_speaks_for_one_agency_or_none(connection: Connection) -> None:
    officers.set_agency(connection, "a-nok", " Ministry  of Tourism ", NOW)
    assert officers.agency_of(connection, "a-nok") == "Ministry of Tourism"
    officers.set_agency(connection, "a-nok", "", NOW)
    assert officers.agency_of(connection, "a-nok") is None
    with pytest.raises(BadInput, match="longer than 200"):
        officers.set_agency(connection, "a-nok", "x" * 201, NOW)


def test_a_person_who_goes_leaves_the_record_without_herself(connection: Connection) -> None:
    officers.set_agency(connection, "a-nok", "Provincial Office", NOW)
    request = granted(connection)
    statements.state(connection, "mots", {"steward": "yes"}, account_id="a-nok", now=NOW)
    told = officers.personal_data(connection, "a-nok")
    assert told["agency"] == "Provincial Office"
    assert [item["step"] for item in told["steps"]] == ["draft", "sent"]
    assert told["requests"][0]["contact"] == "Desk, 02 123 4567"
    assert told["statements"][0]["value"] == "yes"
    officers.forget(connection, "a-nok")
    assert officers.personal_data(connection, "a-nok") == {
        "agency": None,
        "statements": [],
        "requests": [],
        "steps": [],
    }
    held = linkage.get_request(connection, OWNING, request.id)
    assert (held.account_id, held.contact, held.purpose) == (None, "", WISH.purpose)
    assert steps(connection, held) == [("draft", None), ("sent", None), ("granted", "a-lek")]
    assert statements.stated(connection, "mots")["steward"].account_id is None


def test_every_failure_is_told_in_thai(connection: Connection) -> None:
    with pytest.raises(TicError) as failed:
        linkage.get_request(connection, OTHER, "q-none")
    assert tell(failed.value, "th") == "ไม่มีคำขอนี้ หรือไม่ใช่คำขอของหน่วยงานคุณ"
