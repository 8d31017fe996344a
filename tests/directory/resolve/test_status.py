"""Whether a place is in business, from records that say so or the contrary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from directory.listing import Listing
from directory.resolve.merge import merge

Make = Callable[..., Any]
TRUST = {"tat": "official", "osm": "open", "foursquare": "open", "overture": "open", "airbnb": "private"}
OLD, NEW = datetime(2019, 1, 1, tzinfo=UTC), datetime(2024, 5, 1, tzinfo=UTC)


@pytest.fixture
def merged(record: Make, frame_of: Make) -> Callable[..., Listing]:
    """merged(("osm:1", values), ...): the listing these records make, whatever their order."""

    def make(*told: tuple[str, dict[str, Any]]) -> Listing:
        rows = [record(key, name_en="Cafe", **values) for key, values in told]
        frame = frame_of(*rows).with_columns(listing_id=pl.lit("p1"))
        found, reversed_found = merge(frame, TRUST), merge(frame.reverse(), TRUST)
        assert found == reversed_found
        return found["p1"]

    return make


def closed(on: str | None = None, said: str = "disused:amenity=cafe", **values: Any) -> dict[str, Any]:
    return {"status": "closed", "status_on": on, "status_said": said, **values}


OPEN = {"status": "open", "status_said": "operating_status=open"}


def state(listing: Listing) -> tuple[str, str | None]:
    return listing.status, listing.provenance.get("status")


def test_who_only_lists_a_place_says_nothing_of_its_state(merged: Make) -> None:
    assert state(merged(("tat:1", {}), ("osm:1", {}))) == ("unknown", None)


def test_a_closure_is_told_with_its_words_its_day_and_the_day_it_was_said(merged: Make) -> None:
    listing = merged(("osm:1", closed("2021-05", updated_at=NEW)), ("foursquare:1", {}))
    assert state(listing) == ("closed", "osm:1")
    assert (listing.status_on, listing.status_said, listing.status_as_of) == (
        "2021-05",
        "disused:amenity=cafe",
        "2024-05-01",
    )


def test_an_operator_is_open_unless_the_operator_says_closed(merged: Make) -> None:
    assert state(merged(("operator:1", {"updated_at": NEW}), ("osm:1", closed()))) == ("open", "operator:1")
    assert state(merged(("operator:1", closed(updated_at=NEW)), ("tat:1", OPEN))) == ("closed", "operator:1")


def test_the_more_trusted_goes_before_the_newer_and_of_equals_the_newer(merged: Make) -> None:
    assert state(merged(("tat:1", {**OPEN, "updated_at": OLD}), ("osm:1", closed(updated_at=NEW)))) == ("open", "tat:1")
    newer = merged(("overture:1", {**OPEN, "updated_at": NEW}), ("osm:1", closed("2019-01-01")))
    assert state(newer) == ("open", "overture:1")
    assert state(merged(("overture:1", OPEN), ("osm:1", closed()))) == ("closed", "osm:1")


def test_a_dated_closing_after_the_word_of_a_more_trusted_source_closes_the_place(merged: Make) -> None:
    told = {**OPEN, "updated_at": OLD}
    assert state(merged(("tat:1", told), ("osm:1", closed("2021-05")))) == ("closed", "osm:1")
    assert state(merged(("operator:1", {"updated_at": OLD}), ("osm:1", closed("2021-05")))) == ("closed", "osm:1")
    assert state(merged(("tat:1", told), ("osm:1", closed("2018-05")))) == ("open", "tat:1")
    assert state(merged(("tat:1", told), ("airbnb:1", closed("2021-05")))) == ("open", "tat:1")
