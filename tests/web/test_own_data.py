"""What the PDPA gives a person: an account page, a copy of the data, deletion. Every POST needs its session's token."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from directory import accounts, submissions
from small_directory import PASSWORD, SmallDirectory
from tic.catalogue import officers, statements
from tic.core.database import reading, writing
from web_forms import hidden


@pytest.fixture
def person(browser: TestClient, web_directory: SmallDirectory) -> accounts.Account:
    """Somebody signed in with this browser, with a draft."""
    account, token = web_directory.sign_in()
    browser.cookies.set("tic_session", token)
    with writing(web_directory.services.database) as connection:
        submissions.save_draft(connection, account, listing_id=None, body={"name_en": "My secret cafe"})
    return account


def token_of(browser: TestClient) -> str:
    return hidden(browser.get("/account").text, "form_token")


def test_the_copy_holds_everything_but_secrets(browser: TestClient, person: accounts.Account) -> None:
    answer = browser.post("/account/export", data={"form_token": token_of(browser)})
    assert answer.headers["content-disposition"] == 'attachment; filename="tourism-directory-personal-data.json"'
    assert answer.headers["cache-control"] == "no-store"
    data = answer.json()
    assert data["account"]["email"] == person.email
    assert data["submissions"][0]["body"] == {"name_en": "My secret cafe"}
    assert "argon2" not in answer.text


def test_deleting_needs_the_address_as_confirmation_and_ends_everything(
    browser: TestClient, person: accounts.Account, web_directory: SmallDirectory
) -> None:
    token = token_of(browser)
    wrong = browser.post("/account/delete", data={"form_token": token, "confirm": "someone@else.example"})
    assert wrong.status_code == 400
    assert "type its e-mail address" in wrong.text

    done = browser.post("/account/delete", data={"form_token": token, "confirm": f" {person.email.upper()} "})
    assert "Your account is deleted" in done.text
    assert browser.get("/account").status_code == 303
    with reading(web_directory.services.database) as connection:
        assert accounts.get_account(connection, person.id).email == f"deleted-{person.id}"
        assert submissions.list_submissions(connection, person) == []


def test_the_password_is_changed_and_only_with_the_present_one(browser: TestClient, person: accounts.Account) -> None:
    token = token_of(browser)
    new = "green mountain at dawn"
    wrong = browser.post("/account/password", data={"form_token": token, "current": "not it", "new": new})
    assert (wrong.status_code, "The present password is wrong." in wrong.text) == (403, True)
    done = browser.post("/account/password", data={"form_token": token, "current": PASSWORD, "new": new})
    assert "Your password is changed." in done.text
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize("path", ["/account/export", "/account/delete", "/account/password"])
def test_without_the_token_of_the_session_nothing_happens(
    browser: TestClient, person: accounts.Account, web_directory: SmallDirectory, path: str
) -> None:
    _other, other_token = web_directory.sign_in()
    with reading(web_directory.services.database) as connection:
        foreign = accounts.csrf_token(connection, other_token) or ""
    for token in ("", "guessed", foreign):
        answer = browser.post(path, data={"form_token": token, "confirm": person.email, "current": PASSWORD})
        assert answer.status_code == 403
        assert person.email not in answer.headers.get("content-disposition", "")
    assert browser.get("/account").status_code == 200


@pytest.mark.parametrize("path", ["/account/export", "/account/delete", "/account/password"])
def test_a_link_cannot_do_what_only_a_form_may(browser: TestClient, person: accounts.Account, path: str) -> None:
    assert browser.get(path).headers["location"] == "/account"
    assert person.email in browser.get("/account").text


def test_a_person_who_is_not_signed_in_is_told_to(browser: TestClient) -> None:
    export = browser.post("/account/export", data={"form_token": ""})
    assert (export.status_code, "Sign in first." in export.text) == (403, True)
    delete = browser.post("/account/delete", data={"form_token": ""})
    assert delete.headers["location"] == "/account/sign-in?next=/account"


def test_the_privacy_notice_says_what_why_and_how_long_in_both_languages(browser: TestClient) -> None:
    english, thai = browser.get("/privacy?lang=en").text, browser.get("/privacy?lang=th").text
    for words in ("What is kept", "Why", "How long", "14 days", "take out a copy", "argon2id", 'href="/account"'):
        assert words in english
    for words in ("พ.ศ. 2562", "สิ่งที่เก็บ", "เพื่ออะไร", "ระยะเวลาที่เก็บ", "14 วัน", "ขอสำเนา"):
        assert words in thai


def test_what_the_catalogue_keeps_is_in_the_copy_and_goes_with_the_person(
    browser: TestClient, person: accounts.Account, web_directory: SmallDirectory
) -> None:
    database = web_directory.services.database
    with writing(database) as connection:
        officers.set_agency(connection, person.id, "Provincial Office", datetime.now(UTC))
        stated = {"steward": "yes"}
        statements.state(connection, "tat", stated, account_id=person.id, now=datetime.now(UTC))
    token = token_of(browser)
    told = browser.post("/account/export", data={"form_token": token}).json()["catalogue"]
    assert (told["agency"], told["statements"][0]["field"]) == ("Provincial Office", "steward")
    browser.post("/account/delete", data={"form_token": token, "confirm": person.email})
    with reading(database) as connection:
        assert officers.agency_of(connection, person.id) is None
        assert statements.stated(connection, "tat")["steward"].account_id is None
