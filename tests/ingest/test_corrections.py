from __future__ import annotations

from collections.abc import Callable

import pytest

from ingest.places import Places
from ingest.source import Correction, Source
from tic.core.errors import SourceUnreadable

MISSPELT = Correction(
    where={"district": "Parthum Wan"}, change={"district": "Pathum Wan"}, reason="Misspelt by the publisher."
)
NO_PLACE = Correction(where={"source_id": "2"}, reject="stray_row", reason="A note of the publisher's, no place.")
CleanRows = Callable[..., Places]


def test_a_known_mistake_is_put_right_before_cleaning_and_noted(
    clean_rows: CleanRows, small_source: Callable[..., Source]
) -> None:
    source = small_source("airbnb_bangkok", corrections=(MISSPELT,))
    stated = {"district": "Parthum Wan", "province": "Bangkok", "lat": "13.745", "lon": "100.534"}
    places = clean_rows(stated, {"district": "Dusit", "province": "Bangkok"}, source=source)
    assert places.records["district_code"].to_list() == ["1007", "1002"]
    assert places.notes["corrected"] == ["airbnb_bangkok:1"]


def test_a_row_can_be_rejected_by_a_correction(clean_rows: CleanRows, small_source: Callable[..., Source]) -> None:
    source = small_source("tat_shops", corrections=(NO_PLACE,))
    places = clean_rows({}, {}, source=source)
    assert places.records["source_id"].to_list() == ["1"]
    assert [(row.row_key, row.reasons) for row in places.rejected] == [("2", ("stray_row",))]


def test_a_correction_that_finds_nothing_any_more_must_go(
    clean_rows: CleanRows, small_source: Callable[..., Source]
) -> None:
    source = small_source("airbnb_bangkok", corrections=(MISSPELT,))
    with pytest.raises(SourceUnreadable, match="where district is Parthum Wan finds nothing to correct any more"):
        clean_rows({"district": "Pathum Wan"}, source=source)
