"""Who looks at the page: the cookie that the plain pages set, and nothing else, says so."""

from __future__ import annotations

from pages import _session
from reading_pages import Open, texts
from small_directory import SmallDirectory
from tic.web import pages as plain_pages


def test_pages_and_plain_pages_speak_of_the_same_cookies() -> None:
    assert plain_pages.SESSION_COOKIE == _session.SESSION_COOKIE
    assert plain_pages.LANGUAGE_COOKIE == _session.LANGUAGE_COOKIE


def test_a_signed_in_person_is_named_with_the_way_to_the_account_and_out(
    open_page: Open, small: SmallDirectory
) -> None:
    _account, token = small.sign_in("reviewer")
    shown = texts(open_page(token=token, q="Wat Pho"))
    assert "Signed in as Reviewer (reviewer)" in shown
    assert 'href="/account"' in shown
    assert 'href="/account/sign-out?next=%2F%3Fq%3DWat%2BPho"' in shown


def test_a_visitor_finds_sign_in_and_the_other_language_which_lead_back_here(open_page: Open) -> None:
    shown = texts(open_page(q="Wat Pho"))
    assert 'href="/account/sign-in?next=%2F%3Fq%3DWat%2BPho"' in shown
    assert 'href="/language/th?next=%2F%3Fq%3DWat%2BPho"' in shown
    assert 'href="/privacy"' in shown


def test_an_expired_or_forged_token_is_nobody(open_page: Open) -> None:
    assert "Sign in" in texts(open_page(token="forged"))


def test_identity_is_never_taken_from_the_address(open_page: Open, small: SmallDirectory) -> None:
    account, token = small.sign_in()
    page = open_page("my_places.py", tic_session=token, account=account.id)
    assert page.info[0].value == "Sign in to go on."
