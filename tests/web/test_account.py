"""Registering, signing in and out; forms of other sites, other people and other addresses get nowhere."""

from __future__ import annotations

import secrets

import pytest
from starlette.testclient import TestClient

from small_directory import PASSWORD, SmallDirectory
from tic.web.pages import safe_target
from web_forms import hidden


def fields(browser: TestClient, path: str, **values: str) -> dict[str, str]:
    """The fields of a form as shown to this browser, filled in."""
    html = browser.get(path).text
    return {"form_token": hidden(html, "form_token"), **values}


def new_address() -> str:
    return f"{secrets.token_hex(6)}@example.org"


def test_a_person_registers_signs_out_and_signs_in_again(browser: TestClient) -> None:
    email = new_address()
    form = fields(
        browser, "/account/register", email=email, password=PASSWORD, display_name="Baan Suan", consent="yes", next=""
    )
    registered = browser.post("/account/register", data=form)
    assert (registered.status_code, registered.headers["location"]) == (303, "/my-places")
    assert email in browser.get("/account").text

    browser.post("/account/sign-out", data=fields(browser, "/account/sign-out"))
    assert browser.get("/account").headers["location"] == "/account/sign-in?next=/account"

    form = fields(browser, "/account/sign-in", email=email.upper(), password=PASSWORD, next="/edit?listing=wat-pho")
    assert browser.post("/account/sign-in", data=form).headers["location"] == "/edit?listing=wat-pho"
    assert "Baan Suan" in browser.get("/account").text


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: TestClient) -> None:
    form = fields(browser, "/account/register", email=new_address(), password=PASSWORD, display_name="x", consent="yes")
    answer = browser.post("/account/register", data=form)
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("tic_session="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"consent": ""}, 400, "Agree to the privacy notice"),
        ({"email": "nobody"}, 400, "This is not an e-mail address"),
        ({"password": "short"}, 400, "Use at least 10 characters"),
        ({"password": "password123"}, 400, "too easy to guess"),
        ({"display_name": " "}, 400, "Enter your name"),
        ({"form_token": "forged"}, 403, "This form has expired"),
    ],
)
def test_a_registration_that_is_wrong_says_what_to_correct_and_keeps_the_rest(
    browser: TestClient, changed: dict[str, str], status: int, sentence: str
) -> None:
    good = {"email": "someone@example.org", "password": PASSWORD, "display_name": "Baan <Suan>", "consent": "yes"}
    answer = browser.post("/account/register", data={**fields(browser, "/account/register"), **good, **changed})
    assert answer.status_code == status
    assert sentence in answer.text
    assert PASSWORD not in answer.text
    if "display_name" not in changed:
        assert 'value="Baan &lt;Suan&gt;"' in answer.text


def test_a_wrong_password_is_told_in_the_readers_language(browser: TestClient) -> None:
    form = fields(browser, "/account/sign-in", email=new_address(), password="wrong password")
    assert "The e-mail address or the password is wrong" in browser.post("/account/sign-in", data=form).text
    thai = browser.post("/account/sign-in?lang=th", data=form)
    assert thai.status_code == 403
    assert "อีเมลหรือรหัสผ่านไม่ถูกต้อง" in thai.text


def test_guessing_is_stopped_after_five_attempts(browser: TestClient, web_directory: SmallDirectory) -> None:
    account, _token = web_directory.sign_in()
    form = fields(browser, "/account/sign-in", email=account.email, password="not the password")
    for _attempt in range(5):
        browser.post("/account/sign-in", data=form)
    right = browser.post("/account/sign-in", data={**form, "password": PASSWORD})
    assert right.status_code == 403
    assert "tic_session" not in right.cookies


@pytest.mark.parametrize("path", ["/account/sign-in", "/account/register", "/account/sign-out"])
def test_a_form_of_another_site_is_refused(browser: TestClient, path: str) -> None:
    assert browser.post(path, data={"email": "a@example.org", "password": PASSWORD}).status_code == 403
    browser.get(path)
    assert browser.post(path, data={"form_token": "guessed"}).status_code == 403


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\n//evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        None,
    ],
)
def test_only_a_path_of_this_site_is_gone_on_to(target: str | None) -> None:
    assert safe_target(target) == "/"
    assert safe_target(target, "/my-places") == "/my-places"


def test_a_sign_in_never_leads_to_another_site(browser: TestClient, web_directory: SmallDirectory) -> None:
    account, _token = web_directory.sign_in()
    form = fields(browser, "/account/sign-in", email=account.email, password=PASSWORD, next="//evil.example/x")
    assert browser.post("/account/sign-in", data=form).headers["location"] == "/"
    assert browser.get("/language/en?next=https://evil.example").headers["location"] == "/"
    assert hidden(browser.get("/account/sign-in?next=//evil.example").text, "next") == ""


@pytest.mark.parametrize("path", ["/account/sign-in", "/account/register", "/account/sign-out"])
def test_every_account_form_exists_in_thai_and_is_kept_by_nobody(browser: TestClient, path: str) -> None:
    answer = browser.get(path, headers={"Accept-Language": "th-TH,en;q=0.5"})
    assert '<html lang="th">' in answer.text
    assert answer.headers["content-language"] == "th"
    assert answer.headers["cache-control"] == "no-store"


def test_a_form_beyond_all_size_is_refused(browser: TestClient) -> None:
    form = fields(browser, "/account/sign-in", email="a@example.org", password="x" * 70_000)
    answer = browser.post("/account/sign-in", data=form)
    assert answer.status_code == 400
    assert "too large" in answer.text
    many = {f"field{number}": "x" for number in range(100)}
    assert browser.post("/account/sign-in", data=many).status_code == 400
