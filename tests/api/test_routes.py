"""Search, suggestions and one place over HTTP; what cannot be answered is one sentence with its status."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from small_directory import HOSTILE


def ids(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [hit["id"] for hit in answer["hits"]]


def test_a_search_finds_a_place_in_either_language(api: TestClient) -> None:
    for text in ("Wat Pho", "วัดพระเชตุพน"):
        assert ids(api.get("/search", params={"q": text}).json())[0] == "wat-pho"


def test_a_search_counts_and_filters(api: TestClient) -> None:
    found = api.get("/search", params={"category": "temple", "province": "TH-10", "size": "1"}).json()
    assert (found["total"], len(found["hits"])) == (2, 1)
    assert {"value": "temple", "count": 2} in found["facets"]["category"]


def test_values_of_a_filter_may_be_repeated_or_separated_by_commas(api: TestClient) -> None:
    repeated = api.get("/search?category=beach&category=mountain").json()
    together = api.get("/search?category=beach,mountain").json()
    assert repeated["total"] == together["total"] == 2


def test_distances_are_measured_from_a_point(api: TestClient) -> None:
    found = api.get("/search?near=13.7465,100.493&radius_km=1&sort=distance").json()
    assert ids(found)[0] == "wat-pho"
    assert found["hits"][0]["distance_km"] == 0.0
    assert "railay" not in ids(found)


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("search?category=castle", "castle"),
        ("search?near=here", "here"),
        ("search?page=minus", "minus"),
        ("search?size=1000000", "size"),
        ("search?price=cheap", "under_300"),
        ("search?access=stairs", "wheelchair"),
        ("search?open=later", "later"),
        ("suggest?q=a&near=here", "near"),
        ("places/wat-pho/similar?limit=0", "limit"),
        ("suggest?q=a&limit=0", "limit"),
        ("suggest?q=a&limit=x", "limit"),
        ("suggest?q=a&limit=²", "limit"),
    ],
)
def test_what_cannot_be_used_is_named(api: TestClient, query: str, named: str) -> None:
    answer = api.get(f"/{query}")
    assert answer.status_code == 400
    assert named in answer.json()["error"]
    assert answer.headers["content-type"] == "application/json"


def test_errors_are_told_in_the_language_that_is_asked_for(api: TestClient) -> None:
    english = api.get("/places/atlantis").json()["error"]
    assert english == "There is no place with the id atlantis. Search for it by name instead."
    for asked in ({"params": {"lang": "th"}}, {"headers": {"Accept-Language": "th"}}):
        assert "atlantis" in api.get("/places/atlantis", **asked).json()["error"]  # type: ignore[arg-type]
        assert api.get("/places/atlantis", **asked).json()["error"] != english  # type: ignore[arg-type]


def test_suggestions_follow_the_typing(api: TestClient) -> None:
    (first, *_) = api.get("/suggest?q=Wat Ar&lang=en").json()["suggestions"]
    assert first["id"] == "wat-arun"
    assert set(first) == {"id", "text", "name_th", "name_en", "category", "province_code", "group"}
    assert len(api.get("/suggest?q=Wat&limit=1").json()["suggestions"]) == 1


def test_places_like_one_and_around_it_are_found_from_it(api: TestClient) -> None:
    similar = ids(api.get("/places/wat-pho/similar?limit=1").json())
    nearby = api.get("/places/wat-pho/nearby?limit=2").json()
    assert similar == ["wat-arun"]
    assert len(nearby["hits"]) == 2
    assert "wat-pho" not in ids(nearby)
    assert nearby["hits"][0]["distance_km"] <= nearby["hits"][1]["distance_km"]
    assert api.get("/places/atlantis/nearby").status_code == 404


def test_a_search_says_what_it_understood(api: TestClient) -> None:
    found = api.get("/search?q=Wat Pho&lang=en&utm_source=letter").json()
    assert {"understood", "did_you_mean", "nothing", "nearest"} <= set(found)
    assert {"matched", "marks"} <= set(found["hits"][0])


def test_a_place_is_given_whole_with_its_provenance(api: TestClient) -> None:
    place = api.get("/places/grand-palace").json()
    assert place["name_th"] == "พระบรมมหาราชวัง"
    assert place["provenance"]["phone"] == "tat:grand-palace"
    assert place["updated_at"] == "2026-05-01T03:30:00Z"


def test_retired_ids_lead_on_or_say_why(api: TestClient) -> None:
    moved = api.get("/places/wat-po")
    assert (moved.status_code, moved.headers["location"]) == (301, "/api/v1/places/wat-pho")
    gone = api.get("/places/old-cafe")
    assert (gone.status_code, gone.json()) == (410, {"error": "It has closed.", "reason": "closed"})


def test_a_hostile_name_is_data_and_nothing_else(api: TestClient) -> None:
    answer = api.get("/places/hostile")
    assert answer.json()["name_en"] == HOSTILE
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_history_of_a_place_also_of_a_retired_one(api: TestClient) -> None:
    place = api.get("/places/wat-pho/history").json()
    assert (place["id"], place["retired"], place["events"]) == ("wat-pho", None, [])
    assert place["records"] == [
        {"record_key": "tat:wat-pho", "source": "tat", "first_seen_at": "2026-05-01T03:30:00+00:00", "gone_at": None}
    ]
    gone = api.get("/places/wat-po/history").json()
    assert gone["retired"] == {"new_id": "wat-pho", "reason": "merged", "at": "2026-05-01T03:30:00Z"}
    assert [(event["kind"], event["new"], event["other_id"]) for event in gone["events"]] == [
        ("retired", "merged", "wat-pho")
    ]
    assert api.get("/places/nowhere/history").status_code == 404
