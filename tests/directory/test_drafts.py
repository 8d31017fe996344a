"""An operator's drafts: text that is never lost, handing in, taking back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from directory import audit, repository
from directory.accounts import Account
from directory.drafts import (
    Submission,
    get_submission,
    list_pending,
    list_submissions,
    save_draft,
    submit,
    withdraw,
)
from directory.forms import FormInvalid
from directory.listing import Listing, Redirect
from tic.core.database import reading, writing
from tic.core.errors import BadInput, Conflict, NotAllowed, NotFound

GOOD = {"name_th": "ร้านนก", "category": "restaurant", "coordinates": "13.75, 100.49"}
People = dict[str, Account]


def saved(database: Engine, account: Account, body: dict[str, str] | None = None, **options: object) -> Submission:
    with writing(database) as connection:
        return save_draft(connection, account, **{"listing_id": None, "body": body or GOOD, **options})  # type: ignore[arg-type]


def test_a_draft_keeps_what_was_typed_right_or_wrong(database: Engine, people: People, now: datetime) -> None:
    typed = {"name_th": "  <b>", "coordinates": "somewhere \x00", "aliases": "a\nb", "note": "ไม่มีในฟอร์ม"}
    draft = saved(database, people["operator"], typed, now=now)
    with reading(database) as connection:
        assert get_submission(connection, draft.id) == draft
    assert draft.body == typed
    assert (draft.state, draft.version, draft.created_at, draft.base) == ("draft", 1, now, None)


def test_a_later_save_replaces_the_text_and_raises_the_version(database: Engine, people: People, now: datetime) -> None:
    draft = saved(database, people["operator"], now=now)
    later = now + timedelta(minutes=1)
    again = saved(database, people["operator"], {"name_en": "Nok"}, draft_id=draft.id, version=1, now=later)
    assert (again.id, again.version, again.body, again.changed_at) == (draft.id, 2, {"name_en": "Nok"}, later)
    assert again.created_at == now


def test_an_older_window_does_not_overwrite_a_newer_one(database: Engine, people: People) -> None:
    draft = saved(database, people["operator"])
    saved(database, people["operator"], {"name_en": "newer"}, draft_id=draft.id, version=1)
    with pytest.raises(Conflict, match="Somebody has changed this submission"):
        saved(database, people["operator"], {"name_en": "older"}, draft_id=draft.id, version=1)
    with reading(database) as connection:
        assert get_submission(connection, draft.id).body == {"name_en": "newer"}


def test_of_two_windows_that_save_at_once_one_is_told(
    database: Engine, people: People, at_once: Callable[..., list[object]]
) -> None:
    draft = saved(database, people["operator"])

    def save(name: str) -> object:
        return saved(database, people["operator"], {"name_en": name}, draft_id=draft.id, version=1)

    told = at_once(lambda: save("one"), lambda: save("other"))
    assert sorted(type(item).__name__ for item in told) == ["Conflict", "Submission"]


def test_an_edit_begins_with_the_listing_as_it_is_also_behind_a_redirect(
    database: Engine, people: People, now: datetime
) -> None:
    place = Listing(id="p1", name_th="วัดนก", category="temple", lat=13.75, lon=100.49)
    with writing(database) as connection:
        moved = [Redirect(old_id="p0", new_id="p1", reason="merged", at=now)]
        repository.save_listings(connection, [place], {}, moved, now=now, scope=None)
    edit = saved(database, people["operator"], listing_id="p0")
    assert edit.listing_id == "p1"
    assert edit.base is not None
    assert (edit.base["name_th"], edit.base["coordinates"]) == ("วัดนก", "13.750000, 100.490000")
    with pytest.raises(NotFound, match="no place with the id p9"):
        saved(database, people["operator"], listing_id="p9")


def test_a_form_beyond_all_size_is_refused(database: Engine, people: People) -> None:
    with pytest.raises(BadInput, match="more than 50000 characters"):
        saved(database, people["operator"], {"name_en": "n" * 50_001})


def test_a_draft_is_handed_in_and_waits_its_turn(database: Engine, people: People, now: datetime) -> None:
    ids = [saved(database, people[name], now=now).id for name in ("operator", "second operator")]
    with writing(database) as connection:
        submit(connection, people["second operator"], ids[1], now=now + timedelta(minutes=1))
        sent = submit(connection, people["operator"], ids[0], version=1, now=now + timedelta(minutes=2))
        assert [item.id for item in list_pending(connection)] == [ids[1], ids[0]]
        assert [item.id for item in list_pending(connection, limit=1)] == [ids[1]]
        assert list_submissions(connection, people["operator"]) == [sent]
        (entry,) = audit.entries(connection, subject=f"submission:{ids[0]}")
    assert (sent.state, sent.submitted_at) == ("pending", now + timedelta(minutes=2))
    assert (entry.action, entry.account_id) == ("submit", people["operator"].id)


def test_a_draft_with_errors_is_not_handed_in_and_keeps_its_text(database: Engine, people: People) -> None:
    draft = saved(database, people["operator"], {**GOOD, "phone": "12", "postcode": "x"})
    with pytest.raises(FormInvalid) as invalid, writing(database) as connection:
        submit(connection, people["operator"], draft.id)
    assert sorted(invalid.value.errors) == ["phone", "postcode"]
    with reading(database) as connection:
        assert get_submission(connection, draft.id) == draft


def test_what_waits_for_a_decision_cannot_be_changed_until_it_is_taken_back(database: Engine, people: People) -> None:
    operator = people["operator"]
    draft = saved(database, operator)
    with writing(database) as connection:
        submit(connection, operator, draft.id)
        with pytest.raises(Conflict, match="is pending and cannot be changed"):
            save_draft(connection, operator, listing_id=None, body=GOOD, draft_id=draft.id)
        with pytest.raises(Conflict, match="is pending"):
            submit(connection, operator, draft.id)
        assert withdraw(connection, operator, draft.id).state == "withdrawn"
        with pytest.raises(Conflict, match="is withdrawn"):
            withdraw(connection, operator, draft.id)
        assert save_draft(connection, operator, listing_id=None, body=GOOD, draft_id=draft.id).state == "draft"
        assert submit(connection, operator, draft.id).state == "pending"


def test_a_submission_belongs_to_its_operator(database: Engine, people: People) -> None:
    draft = saved(database, people["operator"])
    other = people["second operator"]
    with writing(database) as connection:
        for act in (
            lambda: save_draft(connection, other, listing_id=None, body=GOOD, draft_id=draft.id),
            lambda: submit(connection, other, draft.id),
            lambda: withdraw(connection, other, draft.id),
        ):
            with pytest.raises(NotAllowed, match="belongs to another account"):
                act()
        with pytest.raises(NotFound, match="no such submission"):
            submit(connection, other, "s-unknown")


def test_an_id_that_no_database_can_store_is_refused_in_one_sentence(database: Engine, people: People) -> None:
    with pytest.raises((BadInput, NotFound)), writing(database) as connection:
        submit(connection, people["operator"], "s\x00")
