from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ingest.clean import contacts
from ingest.clean.contacts import to_e164, to_email, to_website
from ingest.places import Places


@pytest.mark.parametrize(
    ("stated", "number"),
    [
        ("02 623 5500", "+6626235500"),
        ("+66 2 623 5500", "+6626235500"),
        ("(66) 2624-9555", "+6626249555"),
        ("+66 02 2584900", "+6622584900"),
        ("+66 (0)2 258 4900", "+6622584900"),
        ("08-2995-1150", "+66829951150"),
        ("+6626743068;+6626743065", "+6626743068"),
        ("1711, 02 714 0791", "+6627140791"),
        ("0 2225 9420-1", "+6622259420"),
        ("๐๒-๖๒๓-๕๕๐๐", "+6626235500"),
        ("โทร. 02-623-5500 ต่อ 101", "+6626235500"),
        ("โทรศัพท์ 0-2623-5500 โทรสาร 0-2623-5501", "+6626235500"),
        ("0829951150 (คุณสมชาย)", "+66829951150"),
        ("0066 2 623 5500", "+6626235500"),
        ("02-623-5500 กด 2", "+6626235500"),
        ("1711", None),
        ("call us", None),
    ],
)
def test_a_phone_number_is_read_as_e164(stated: str, number: str | None) -> None:
    assert to_e164(stated) == number


@pytest.mark.parametrize(
    ("stated", "address"),
    [
        ("www.MCThai.co.th", "http://www.mcthai.co.th"),
        ("HTTPS://Example.com/Menu?a=B", "https://example.com/Menu?a=B"),
        ("http://a.example; http://b.example", "http://a.example"),
        ("facebook", None),
        ("http://[broken", None),
    ],
)
def test_a_website_has_a_scheme_and_a_host(stated: str, address: str | None) -> None:
    assert to_website(stated) == address


@pytest.mark.parametrize(
    ("stated", "address"),
    [
        ("mailto:Info@Example.COM", "Info@example.com"),
        ("a@b.example, c@d.example", "a@b.example"),
        ("thecityatfifty.bangkok@gmail", None),
    ],
)
def test_an_email_address_has_a_host(stated: str, address: str | None) -> None:
    assert to_email(stated) == address


def test_what_cannot_be_read_is_left_out_and_noted(clean_rows: Callable[..., Places]) -> None:
    places = clean_rows({"phone": "1711", "website": "none yet", "email": "?"}, {"phone": "02 623 5500"})
    assert places.records["phone"].to_list() == [None, "+6626235500"]
    assert places.notes == {
        "email_unreadable": ["tat_attractions_th:1"],
        "phone_unreadable": ["tat_attractions_th:1"],
        "website_unreadable": ["tat_attractions_th:1"],
    }


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    prefix=st.sampled_from(["0", "+66", "+66 ", "+66-", "", "66"]),
    pieces=st.lists(st.sampled_from([*"0123456789", *"0123456789", " ", "-"]), min_size=6, max_size=13),
)
@example(prefix="0", pieces=["2 225 942", "0"])
@example(prefix="0", pieces=["2225942", "0-1"])
def test_a_number_that_is_read_at_one_look_is_what_the_library_reads(prefix: str, pieces: list[str]) -> None:
    text = prefix + "".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contacts, "_USUAL", re.compile("(?!)"))
        careful = to_e164(text)
    assert to_e164(text) == careful
