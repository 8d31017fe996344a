"""From parameters to a checked query: each wrong field is told in one sentence."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.search.base import SearchQuery
from directory.search.query import PARAMS, make_query, query_from_params
from tic.core.errors import BadInput
from tic.core.geo import Point
from tic.core.i18n import BANGKOK


def test_parameters_may_be_repeated_or_have_commas_and_empty_ones_are_absent() -> None:
    query = query_from_params(
        {
            "q": [" wat pho "],
            "lang": "en",
            "category": ["temple,museum", "temple"],
            "province": ["TH-10", "phuket", ""],
            "district": "1001",
            "source": "osm_bangkok",
            "near": "13.75, 100.5",
            "radius_km": "2.5",
            "bbox": "",
            "literal": "1",
            "sort": "distance",
            "page": "2",
            "size": "50",
        }
    )
    assert query == SearchQuery(
        text="wat pho",
        literal=True,
        language="en",
        categories=("temple", "museum"),
        provinces=("TH-10", "TH-83"),
        districts=("1001",),
        sources=("osm_bangkok",),
        near=Point(13.75, 100.5),
        radius_km=2.5,
        sort="distance",
        page=2,
        size=50,
    )
    assert query_from_params(dict.fromkeys(PARAMS, "")) == query_from_params({}) == make_query() == SearchQuery()


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"category": "castle"}, "There is no category castle"),
        ({"province": "Atlantis"}, "There is no province Atlantis"),
        ({"district": "9999"}, "There is no district 9999"),
        ({"near": "here"}, "near cannot be read: here. Write it like 13.7563,100.5018."),
        ({"near": "13.7"}, "near cannot be read"),
        ({"near": "99,100"}, "99.0,100.0 is no point on the earth"),
        ({"near": "nan,100"}, "no point on the earth"),
        ({"radius_km": "5"}, "radius_km needs a point"),
        ({"near": "13,100", "radius_km": "0"}, "more than 0"),
        ({"near": "13,100", "radius_km": "-3"}, "more than 0"),
        ({"near": "13,100", "radius_km": "nan"}, "more than 0"),
        ({"near": "13,100", "radius_km": "1e9"}, "at most 20015"),
        ({"bbox": "1,2,3"}, "bbox cannot be read"),
        ({"bbox": "99,7,98,9"}, "The rectangle 99,7,98,9 is not on the map"),
        ({"bbox": "98,7,inf,9"}, "is not on the map"),
        ({"sort": "best"}, "sort must be one of relevance, distance, name, newest, not best"),
        ({"sort": "distance"}, "To sort by distance a point is needed"),
        ({"page": "two"}, "page must be a whole number, not two"),
        ({"page": "0"}, "page must be 1 or more"),
        ({"page": "-1"}, "page must be 1 or more"),
        ({"size": "0"}, "size must be from 1 to 500"),
        ({"size": "501"}, "size must be from 1 to 500"),
        ({"page": "501"}, "Only the first 10000 results"),
        ({"page": "99999999999999999999"}, "Only the first 10000 results"),
        ({"price": "cheap"}, "price must be one of free, under_300, 300_1000, 1000_3000, over_3000, not cheap"),
        ({"access": "stairs"}, "access must be one of wheelchair, wheelchair_limited, not stairs"),
        ({"certification": "sha+"}, "certification must be one of sha, sha_plus, sha_extra_plus, not sha+"),
        ({"open": "later"}, "open cannot be read: later. Write now"),
        ({"open": "9999-12-31T23:59"}, "open must be between the years 2000 and 2100"),
        ({"open": "0001-01-01T00:00+14:00"}, "open must be between"),
        ({"literal": "yes"}, "literal must be one of 0, 1, not yes"),
        ({"lang": "fr"}, "lang must be th or en, not fr"),
        ({"provnce": "TH-10"}, "There is no search parameter provnce"),
        ({"source": ",".join(f"s{number}" for number in range(101))}, "source has too many values"),
    ],
)
def test_what_cannot_be_used_is_named(params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput) as caught:
        query_from_params(params)
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 300


def test_unknown_facets_are_named() -> None:
    with pytest.raises(BadInput, match=r"facets must be one of category, .*, access, not colour"):
        make_query(facets=["colour"])


def test_a_text_is_never_wrong_but_cut() -> None:
    assert make_query("\u202e*:*\x00" + "x" * 50_000).text.startswith("\u202e*:*")
    assert len(make_query("x" * 50_000).text) == 1000


def test_facts_are_filtered_by_their_codes() -> None:
    query = query_from_params({"price": "free,under_300", "certification": "sha_plus", "access": ["wheelchair"]})
    assert (query.prices, query.certifications, query.access) == (
        ("free", "under_300"),
        ("sha_plus",),
        ("wheelchair",),
    )


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-04-13T10:30", datetime(2026, 4, 13, 3, 30, tzinfo=UTC)),
        ("2026-04-13 10:30", datetime(2026, 4, 13, 3, 30, tzinfo=UTC)),
        ("2026-04-13T03:30:00Z", datetime(2026, 4, 13, 3, 30, tzinfo=UTC)),
        ("2026-04-13T03:30 00:00", datetime(2026, 4, 13, 3, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_without_a_zone_is_bangkoks(written: str, moment: datetime) -> None:
    assert query_from_params({"open": written}).open_at == moment


def test_open_now_is_this_moment() -> None:
    found = query_from_params({"open": "now"}).open_at
    assert found is not None
    assert found.tzinfo is BANGKOK
    assert abs((datetime.now(UTC) - found).total_seconds()) < 60


def test_what_advertisers_append_is_passed_over() -> None:
    assert query_from_params({"q": "wat", "utm_source": "x", "fbclid": "y", "gclid": "z"}).text == "wat"


_VALUES = st.one_of(st.text(max_size=30), st.sampled_from(["nan,inf", "1e999", "-1", "now", "13.7,100.5", "1" * 5000]))


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(PARAMS), st.one_of(_VALUES, st.lists(_VALUES, max_size=3)), max_size=5))
def test_any_parameters_give_a_query_or_a_sentence(params: dict[str, Any]) -> None:
    with suppress(BadInput):
        assert isinstance(query_from_params(params), SearchQuery)
