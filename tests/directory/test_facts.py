"""What a search filters by, from a listing; and the terms that are open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from directory.facts import (
    ACCESS,
    CERTIFICATIONS,
    PRICE_BANDS,
    access_codes,
    access_name,
    certification_codes,
    certification_name,
    hours_term,
    price_band,
    price_name,
)
from directory.hours import open_terms
from directory.listing import Listing
from tic.core.i18n import BANGKOK


def place(**changes: Any) -> Listing:
    return Listing(id="L1", name_en="Place", lat=13.7563, lon=100.5018, **changes)


@pytest.mark.parametrize(
    ("price", "band"),
    [
        (None, None),
        (0.0, "free"),
        (0.5, "under_300"),
        (299.99, "under_300"),
        (300.0, "300_1000"),
        (1000.0, "1000_3000"),
        (3000.0, "over_3000"),
        (1e9, "over_3000"),
        (float("nan"), None),
    ],
)
def test_a_price_is_in_one_band(price: float | None, band: str | None) -> None:
    assert price_band(place(price_thb=price)) == band


@pytest.mark.parametrize(
    ("stated", "codes"),
    [
        (None, ()),
        ("SHA", ("sha",)),
        ("SHA Plus", ("sha", "sha_plus")),
        ("SHA+", ("sha", "sha_plus")),
        ("SHA Extra+", ("sha", "sha_plus", "sha_extra_plus")),
        ("SHA Extra Plus", ("sha", "sha_plus", "sha_extra_plus")),
        ("Green Hotel (Gold)", ("green_hotel_gold",)),
        ("!?", ()),
    ],
)
def test_a_certification_counts_for_all_levels_below(stated: str | None, codes: tuple[str, ...]) -> None:
    assert certification_codes(place(certification=stated)) == codes


def test_a_fully_accessible_place_counts_as_partly_accessible_too() -> None:
    assert access_codes(place(wheelchair="yes")) == ("wheelchair", "wheelchair_limited")
    assert access_codes(place(wheelchair="limited")) == ("wheelchair_limited",)
    assert access_codes(place(wheelchair="no")) == access_codes(place()) == ()


def test_every_code_has_a_name_in_both_languages() -> None:
    named = [(price_name, PRICE_BANDS), (certification_name, CERTIFICATIONS), (access_name, ACCESS)]
    for name, codes in named:
        assert all(name(code, "en") != code and name(code, "th") != code for code in codes)
    assert price_name("free", "th") == "ไม่เสียค่าเข้า"


def test_hours_become_a_term_that_carries_its_place_only_when_it_follows_the_sun() -> None:
    assert hours_term(place(opening_hours="Mo-Fr 09:00-17:00")) == "Mo-Fr 09:00-17:00"
    assert hours_term(place(opening_hours="sunrise-sunset")) == "sunrise-sunset@13.8,100.5"
    assert hours_term(place(opening_hours="when it suits")) is None
    assert hours_term(place(opening_hours='24/7 "' + "ก" * 400 + '"')) is None


def test_the_terms_that_are_open_at_a_moment_in_any_zone() -> None:
    terms = ("Mo-Su 20:00-02:00", "Tu-Su 09:00-17:00", "24/7", "24/7 unknown", "sunrise-sunset@18.8,99.0", "nonsense")
    night = datetime(2026, 11, 24, 1, 30, tzinfo=BANGKOK)
    assert open_terms(terms, night) == ("Mo-Su 20:00-02:00", "24/7")
    assert open_terms(terms, night.astimezone(UTC)) == ("Mo-Su 20:00-02:00", "24/7")
    assert open_terms(terms, night.replace(hour=2, minute=0)) == ("24/7",)
    assert open_terms(terms, night.replace(hour=12)) == ("Tu-Su 09:00-17:00", "24/7", "sunrise-sunset@18.8,99.0")
    # Monday: closed.
    assert open_terms(terms, night.replace(day=23, hour=12)) == ("24/7", "sunrise-sunset@18.8,99.0")
    assert open_terms(("Mo-Fr 09:00-17:00; PH off",), datetime(2026, 4, 13, 12, tzinfo=BANGKOK)) == ()
