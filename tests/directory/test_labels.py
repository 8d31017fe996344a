"""What is stored as a reader sees it, in both languages."""

from __future__ import annotations

from typing import get_args

import pytest

from directory.labels import address_line, day_name, field_name, retirement, state_name, trust_name
from directory.listing import FIELDS, Listing, Redirect
from directory.sources import TRUSTS
from directory.submissions import FORM_FIELDS, State


@pytest.mark.parametrize("field", sorted({*FIELDS, *FORM_FIELDS}))
def test_every_field_has_a_name_in_both_languages(field: str) -> None:
    assert field_name(field, "en") != field
    assert field_name(field, "th") not in {field, field_name(field, "en")}


@pytest.mark.parametrize("state", get_args(State))
def test_every_state_has_a_name(state: str) -> None:
    assert state_name(state, "th") not in {state, state_name(state, "en")}


@pytest.mark.parametrize("trust", TRUSTS)
def test_every_type_of_source_has_a_name(trust: str) -> None:
    assert trust_name(trust, "th") not in {trust, trust_name(trust, "en")}


@pytest.mark.parametrize("reason", get_args(Redirect.model_fields["reason"].annotation))
def test_every_retirement_has_a_sentence_of_its_own(reason: str) -> None:
    others = {other for other in get_args(Redirect.model_fields["reason"].annotation) if other != reason}
    assert retirement(reason, "en") not in {retirement(other, "en") for other in others}
    assert retirement(reason, "th") != retirement(reason, "en")


def test_a_postcode_is_written_once() -> None:
    place = Listing(id="x", lat=1, lon=2, address_en="1 River Road, Phra Nakhon 10200", postcode="10200")
    assert address_line(place, "en") == "1 River Road, Phra Nakhon 10200"
    bare = place.model_copy(update={"address_en": "1 River Road"})
    assert address_line(bare, "en") == "1 River Road 10200"
    assert address_line(Listing(id="x", lat=1, lon=2, postcode="10200"), "th") == "10200"
    assert address_line(Listing(id="x", lat=1, lon=2), "en") == ""


@pytest.mark.parametrize(
    ("text", "english", "thai"),
    [
        ("2024-05-01", "1 May 2024", "1 พ.ค. 2567"),
        ("2024-05", "May 2024", "พฤษภาคม 2567"),
        ("2019", "2019", "2562"),
        ("2024-13-01", "2024-13-01", "2024-13-01"),
    ],
)
def test_a_day_is_named_as_far_as_it_is_told(text: str, english: str, thai: str) -> None:
    assert (day_name(text, "en"), day_name(text, "th")) == (english, thai)
