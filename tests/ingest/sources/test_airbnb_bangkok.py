from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.parsers import load_parser
from ingest.places import clean_places
from ingest.source import Source

FEED = """\
id,name,neighbourhood,latitude,longitude,room_type,price,minimum_nights,number_of_reviews,last_review,reviews_per_month,\
calculated_host_listings_count,availability_365,number_of_reviews_ltm
1,Nice room,Ratchathewi,13.75983,100.54134,Private room,1905,3,65,2020-01-06,0.5,2,353,0
2,"Two
lines",Vadhana,13.7387,100.5561,Private room,0,1,0,,,2,358,0
3,คอนโดใจกลางเมือง,Vadhana,13.7387,100.5561,Private room,1000000,1,0,,,2,358,0
4,,Vadhana,13.7387,100.5561,Private room,900,1,0,,,2,358,0
"""


def test_rooms_are_private_rentals_with_price_and_reviews(tmp_path: Path, small_source: Callable[..., Source]) -> None:
    path = tmp_path / "airbnb_bangkok.csv"
    path.write_text(FEED, encoding="utf-8")
    source = small_source("airbnb_bangkok")
    parsed = load_parser(source)(path, source)
    places = clean_places(parsed, source)
    assert parsed.leftover == ()
    records = places.records
    assert records["name_en"].to_list() == ["Nice room", "Two lines", None]
    assert records["name_th"].to_list() == [None, None, "คอนโดใจกลางเมือง"]
    assert records["category"].unique().to_list() == ["private_rental"]
    assert records["district_code"].to_list() == ["1037", "1039", "1039"]
    assert records["price_thb"].to_list() == [1905.0, None, None]
    assert records["reviews"].to_list() == [65, 0, 0]
    assert records["address_en"].to_list() == ["Ratchathewi, Bangkok", "Vadhana, Bangkok", "Vadhana, Bangkok"]
    assert [(row.row_key, row.reasons) for row in places.rejected] == [("4", ("no_name",))]
