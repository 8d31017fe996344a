"""What a person may ask for: a copy of the data, and to be forgotten."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select, update

from directory import audit, tables
from directory.accounts import Account, get_account, list_accounts, register
from directory.drafts import get_submission, save_draft, submit, withdraw
from directory.privacy import delete_account, export_personal_data
from directory.sessions import account_of, sign_in
from tic.core.database import reading, writing
from tic.core.errors import Conflict, NotFound

pytestmark = pytest.mark.usefixtures("quick_hashes")
GOOD = "mango river lantern"
BODY = {"name_th": "ร้านนก", "category": "restaurant", "coordinates": "13.75, 100.49", "phone": "02 123 4567"}
People = dict[str, Account]


@pytest.fixture
def nok(database: Engine, now: datetime) -> Account:
    with writing(database) as connection:
        return register(connection, email="nok@example.com", password=GOOD, display_name="Nok", now=now)


def test_a_person_gets_everything_that_is_kept_and_no_secret(database: Engine, nok: Account, now: datetime) -> None:
    with writing(database) as connection:
        token = sign_in(connection, email=nok.email, password=GOOD, days=1, now=now)
        draft = save_draft(connection, nok, listing_id=None, body=BODY, now=now)
        stored = connection.scalar(select(tables.account.c.password_hash))
        told = export_personal_data(connection, nok.id)
    assert told["account"]["email"] == "nok@example.com"
    assert told["account"]["consent_at"] == "2026-05-01T03:30:00+00:00"
    assert told["sessions"] == [
        {"created_at": now.isoformat(), "expires_at": (now + timedelta(days=1)).isoformat()},
    ]
    assert [item["body"] for item in told["submissions"]] == [draft.body]
    assert [item["action"] for item in told["activity"]] == ["register"]
    text = json.dumps(told, ensure_ascii=False)
    assert token not in text
    assert stored not in text


def test_nobody_is_exported_or_deleted_that_is_not_there(database: Engine) -> None:
    with writing(database) as connection:
        for act in (export_personal_data, delete_account):
            with pytest.raises(NotFound, match="no such account"):
                act(connection, "a-nobody")


def test_a_deleted_person_leaves_no_trace_of_who_it_was(database: Engine, nok: Account, now: datetime) -> None:
    with writing(database) as connection:
        token = sign_in(connection, email=nok.email, password=GOOD, days=1, now=now)
        delete_account(connection, nok.id, now=now)
        assert account_of(connection, token, now=now) is None
        assert list_accounts(connection) == []
        left = get_account(connection, nok.id)
        row = dict(connection.execute(select(tables.account)).one()._mapping)
        trail = audit.entries(connection, subject=f"account:{nok.id}")
    assert (left.email, left.display_name, left.disabled) == (f"deleted-{nok.id}", "", True)
    assert "nok@" not in str(row) + str(trail)
    assert row["password_hash"] is None
    assert [entry.action for entry in trail] == ["delete account", "register"]


def test_events_and_joined_tables_stay_and_no_longer_say_whose_they_were(
    database: Engine, nok: Account, now: datetime
) -> None:
    note = {"kind": "flood", "first": date(2024, 9, 1), "last": date(2024, 9, 9), "area": "TH-57", "source": "DDPM"}
    told = {"source": "own", "file_name": "rooms.csv", "description": "", "result": {}}
    owned = {"account_id": nok.id, "changed_at": now}
    with writing(database) as connection:
        connection.execute(insert(tables.event).values(id="e1", title_th="", title_en="", **note, **owned))
        for state in ("joined", "seen"):
            values = {"id": state, "state": state, "content": b"rooms", **told, **owned}
            connection.execute(insert(tables.upload).values(values))
        given = json.loads(json.dumps(export_personal_data(connection, nok.id)))
        delete_account(connection, nok.id, now=now)
        owners = [
            tuple(row) for row in connection.execute(select(tables.upload.c.id, tables.upload.c.account_id)).all()
        ]
        assert owners == [("joined", "")]
        assert connection.scalars(select(tables.event.c.account_id)).all() == [""]
    assert [item["first"] for item in given["event"]] == ["2024-09-01"]
    assert [(item["id"], item["content"]) for item in given["upload"]] == [("joined", "cm9vbXM="), ("seen", "cm9vbXM=")]


def test_the_address_of_a_deleted_person_may_be_registered_again(database: Engine, nok: Account) -> None:
    with writing(database) as connection:
        delete_account(connection, nok.id)
        again = register(connection, email=nok.email, password=GOOD, display_name="Nok")
    assert again.id != nok.id


def test_what_was_decided_stays_and_all_other_text_goes(
    database: Engine, nok: Account, people: People, now: datetime
) -> None:
    with writing(database) as connection:
        draft, pending, withdrawn, decided = (
            save_draft(connection, nok, listing_id=None, body=BODY, now=now).id for _ in range(4)
        )
        for item in (pending, withdrawn, decided):
            submit(connection, nok, item, now=now)
        withdraw(connection, nok, withdrawn, now=now)
        by = {"state": "rejected", "decided_by": people["reviewer"].id, "reason": "twice"}
        connection.execute(update(tables.submission).where(tables.submission.c.id == decided).values(**by))
        delete_account(connection, nok.id, now=now)
        with pytest.raises(NotFound):
            get_submission(connection, draft)
        for item in (pending, withdrawn):
            left = get_submission(connection, item)
            assert (left.state, left.body) == ("withdrawn", {})
        assert get_submission(connection, decided).body == BODY
        assert get_submission(connection, decided).state == "rejected"


def test_the_last_administrator_stays(database: Engine, people: People) -> None:
    first, second = people["administrator"], people["second administrator"]
    with writing(database) as connection:
        delete_account(connection, second.id)
        with pytest.raises(Conflict, match="last administrator cannot be deleted"):
            delete_account(connection, first.id)


def test_a_disabled_administrator_is_not_the_last(database: Engine, people: People) -> None:
    disabled = people["second administrator"]
    with writing(database) as connection:
        connection.execute(update(tables.account).where(tables.account.c.id == disabled.id).values(disabled=True))
        delete_account(connection, disabled.id)
        with pytest.raises(Conflict, match="last administrator"):
            delete_account(connection, people["administrator"].id)


def test_of_two_administrators_who_leave_at_once_one_stays(
    database: Engine, people: People, at_once: Callable[..., list[object]]
) -> None:
    def leave(name: str) -> object:
        with writing(database) as connection:
            return delete_account(connection, people[name].id)

    told = at_once(lambda: leave("administrator"), lambda: leave("second administrator"))
    assert sorted(type(item).__name__ for item in told) == ["Conflict", "NoneType"]


def test_an_export_holds_times_that_a_machine_can_read(database: Engine, people: People, now: datetime) -> None:
    person = people["analyst"]
    row = {"id": "s1", "account_id": person.id, "state": "draft", "body": {}, "created_at": now, "changed_at": now}
    with writing(database) as connection:
        connection.execute(insert(tables.submission).values(**row, version=1))
    with reading(database) as connection:
        told = export_personal_data(connection, person.id)
    assert datetime.fromisoformat(told["submissions"][0]["created_at"]) == now
