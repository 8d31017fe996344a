"""What every engine keeps, tried on each: the same questions, the same answers."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.listing import Listing
from directory.search.base import FACETS, Document, SearchEngine
from directory.search.documents import document_of
from directory.search.elastic import ElasticSearch
from directory.search.query import make_query
from engines import free_port
from sample_places import sample_listings
from tic.core.errors import IndexNotReady, ServiceUnavailable
from tic.core.geo import Point, distance_km

with (Path(__file__).parent / "labelled.csv").open(encoding="utf-8") as handle:
    LABELLED = list(csv.DictReader(handle))
CASES = [pytest.param(row["text"], row["place"], id=f"{row['kind']}: {row['text']}") for row in LABELLED]
BANGKOK = Point(13.7563, 100.5018)
PATONG = Point(7.8965, 98.2965)


def ids(engine: SearchEngine, text: str = "", **fields: Any) -> list[str]:
    return [hit.id for hit in engine.search(make_query(text, **fields)).hits]


def counts(engine: SearchEngine, name: str, text: str = "", **fields: Any) -> dict[str, int]:
    found = engine.search(make_query(text, **fields)).facets[name]
    return {item.value: item.count for item in found}


@pytest.mark.parametrize(("text", "place"), CASES)
def test_the_place_that_is_meant_comes_first(places: SearchEngine, text: str, place: str) -> None:
    assert ids(places, text, size=3)[0] == place


@pytest.mark.parametrize("text", [row["text"] for row in LABELLED] + ["", "วัด", "beach", "ko", "a b"])
def test_both_engines_give_the_same_places_in_the_same_order(
    embedded_places: SearchEngine, elastic_places: SearchEngine, text: str
) -> None:
    for fields in (
        {"size": 500},
        {"categories": ["attraction"], "provinces": ["TH-10", "TH-50"]},
        {"near": BANGKOK, "radius_km": 90.0},
        {"near": PATONG, "sort": "distance", "size": 7, "page": 2},
        {"sort": "name", "language": "th"},
    ):
        query = make_query(text, **fields)
        ours, theirs = embedded_places.search(query), elastic_places.search(query)
        assert [hit.id for hit in ours.hits] == [hit.id for hit in theirs.hits]
        assert (ours.total, ours.facets) == (theirs.total, theirs.facets)


@pytest.mark.parametrize("text", ["wat ph", "วัดพ", "จตุ", "koh s", "w", "phra ka", "siamp", "สยามพ", "zzz"])
def test_both_engines_suggest_the_same(embedded_places: SearchEngine, elastic_places: SearchEngine, text: str) -> None:
    assert embedded_places.suggest(text, near=BANGKOK) == elastic_places.suggest(text, near=BANGKOK)


def test_an_exact_name_comes_before_longer_ones(places: SearchEngine) -> None:
    assert ids(places, "Doi Inthanon")[:2] == ["th50-doi-inthanon", "th50-doi-inthanon-summit"]
    assert ids(places, "Ko Hong")[:1] == ["th81-ko-hong"]


def test_equal_places_are_in_the_order_of_their_ids(empty_engine: SearchEngine) -> None:
    twins = [sample_listings()[0].model_copy(update={"id": name}) for name in ("b", "a", "c")]
    empty_engine.build([document_of(twin) for twin in twins], version="v1")
    assert ids(empty_engine, str(twins[0].name_en)) == ["a", "b", "c"]


def test_what_is_closed_comes_last_but_is_found_by_its_name(empty_engine: SearchEngine) -> None:
    cafe = Listing(id="", category="cafe", lat=13.75, lon=100.5, province_code="TH-10", opening_hours="24/7")
    famous = {"wikidata": "Q1", "sources": ("a", "b", "c"), "status": "closed"}
    listings = [
        cafe.model_copy(update={"id": "closed", "name_en": "Blue Cup", **famous}),
        cafe.model_copy(update={"id": "open", "name_en": "Blue Cup House", "lat": 13.751}),
        cafe.model_copy(update={"id": "namesake", "name_en": "Green Cup", "lat": 13.752}),
        cafe.model_copy(update={"id": "closed too", "name_en": "Green Cup", **famous, "lat": 13.753}),
    ]
    empty_engine.build([document_of(listing) for listing in listings], version="v1")
    assert ids(empty_engine, "Blue Cup") == ["closed", "open"]
    assert ids(empty_engine, "Cup") == ["namesake", "open", "closed", "closed too"]
    assert ids(empty_engine, "Green Cup")[:2] == ["namesake", "closed too"]
    assert set(ids(empty_engine)[:2]) == {"open", "namesake"}
    now = datetime(2026, 5, 1, 5, tzinfo=UTC)
    assert set(ids(empty_engine, open_at=now)) == {"open", "namesake"}
    assert [hit.id for hit in empty_engine.similar("open")] == ["namesake"]
    hits = empty_engine.search(make_query("Blue Cup")).hits
    assert [(hit.id, hit.closed) for hit in hits] == [("closed", True), ("open", False)]


def test_a_well_known_place_comes_before_its_namesake(empty_engine: SearchEngine, documents: list[Document]) -> None:
    known = sample_listings()[0].model_copy(update={"id": "z", "wikidata": "Q1", "sources": ("a", "b", "c")})
    empty_engine.build([*documents, document_of(known)], version="v1")
    assert ids(empty_engine, str(known.name_en))[:2] == ["z", sample_listings()[0].id]


def test_nothing_is_found_for_what_nobody_has(places: SearchEngine) -> None:
    results = places.search(make_query("xyzzyqwv"))
    assert (results.total, results.hits) == (0, ())
    assert results.facets == dict.fromkeys(FACETS, ())


def test_a_text_of_signs_only_finds_nothing_and_an_empty_one_everything(places: SearchEngine) -> None:
    assert places.search(make_query("!?()[]*~^")).total == 0
    assert places.search(make_query("  \t ")).total == len(sample_listings())


def test_counts_follow_the_other_filters_and_not_their_own(places: SearchEngine) -> None:
    listings = sample_listings()
    beaches = {"TH-81": 0, "TH-83": 0, "TH-84": 0}
    for listing in listings:
        if listing.category == "beach":
            beaches[str(listing.province_code)] += 1
    assert counts(places, "province", categories=["beach"], provinces=["TH-83"]) == beaches
    in_phuket = counts(places, "category", categories=["beach"], provinces=["TH-83"])
    assert in_phuket["beach"] == beaches["TH-83"]
    assert in_phuket["museum"] == sum(x.category == "museum" and x.province_code == "TH-83" for x in listings)
    assert counts(places, "source", provinces=["TH-83"]) == {
        "starter_places": sum(x.province_code == "TH-83" for x in listings)
    }


def test_a_parent_category_holds_its_children(places: SearchEngine) -> None:
    nature = places.search(make_query(categories=["nature"], size=500))
    assert {hit.category for hit in nature.hits} >= {"beach", "island", "waterfall"}
    assert counts(places, "category")["nature"] == nature.total
    assert places.search(make_query(categories=["beach", "island"])).total == (
        counts(places, "category")["beach"] + counts(places, "category")["island"]
    )


def test_filters_add_up(places: SearchEngine) -> None:
    found = places.search(make_query("wat", provinces=["TH-50"], categories=["temple"], size=100)).hits
    assert {(hit.province_code, hit.category) for hit in found} == {("TH-50", "temple")}
    assert places.search(make_query("wat", sources=["nobody"])).total == 0


@pytest.mark.parametrize("radius_km", [0.3, 2.0, 15.0, 80.0, 700.0, 20_000.0])
def test_a_radius_is_exact_along_the_great_circle(places: SearchEngine, radius_km: float) -> None:
    results = places.search(make_query(near=PATONG, radius_km=radius_km, size=500))
    within = {x.id for x in sample_listings() if distance_km(PATONG, Point(x.lat, x.lon)) <= radius_km}
    assert {hit.id for hit in results.hits} == within
    assert results.total == len(within)
    assert sum(item.count for item in results.facets["province"]) == len(within)


def test_a_radius_goes_with_a_text_and_filters(places: SearchEngine) -> None:
    query = make_query("beach", near=PATONG, radius_km=6, provinces=["TH-83"])
    assert {hit.id for hit in places.search(query).hits} >= {"th83-patong-beach", "th83-freedom-beach"}
    assert all((hit.distance_km or 99) <= 6 for hit in places.search(query).hits)


def test_a_rectangle_holds_what_lies_in_it(places: SearchEngine) -> None:
    west, south, east, north = 98.2, 7.7, 98.45, 8.25
    within = {x.id for x in sample_listings() if west <= x.lon <= east and south <= x.lat <= north}
    results = places.search(make_query(bbox=(west, south, east, north), size=500))
    assert {hit.id for hit in results.hits} == within
    assert results.total == len(within) > 20


def test_results_are_sorted_by_distance_then_id(places: SearchEngine) -> None:
    listings = sample_listings()
    nearest = sorted(listings, key=lambda x: (distance_km(BANGKOK, Point(x.lat, x.lon)), x.id))
    results = places.search(make_query(near=BANGKOK, sort="distance", size=40, page=2))
    assert [hit.id for hit in results.hits] == [x.id for x in nearest[40:80]]
    first = places.search(make_query("market", near=BANGKOK, sort="distance", size=5)).hits
    assert [hit.distance_km for hit in first] == sorted(hit.distance_km or 0 for hit in first)


def test_results_are_sorted_by_name_in_the_reader_s_language(places: SearchEngine) -> None:
    english = places.search(make_query(categories=["island"], sort="name", language="en", size=4)).hits
    assert [hit.name_en for hit in english] == ["Ko Hae", "Ko Hong", "Ko Kai", "Ko Lanta Yai"]
    thai = places.search(make_query(categories=["island"], sort="name", size=50)).hits
    names = [str(hit.name_th) for hit in thai]
    # By consonant: ก ไก่ before ต เต่า, whatever vowel is written before it.
    assert names.index("เกาะไก่") < names.index("เกาะเต่า") < names.index("เกาะรอก")


def test_results_are_sorted_by_what_changed_last(places: SearchEngine) -> None:
    assert ids(places, sort="newest", size=3) == [x.id for x in reversed(sample_listings()[-3:])]


@pytest.mark.parametrize(("text", "sort"), [("", "relevance"), ("wat", "relevance"), ("wat", "name"), ("", "newest")])
def test_pages_hold_everything_once_and_in_a_stable_order(places: SearchEngine, text: str, sort: str) -> None:
    total = places.search(make_query(text)).total
    pages = [ids(places, text, sort=sort, size=20, page=page) for page in range(1, total // 20 + 2)]
    flat = [listing_id for page in pages for listing_id in page]
    assert len(flat) == len(set(flat)) == total
    assert flat == ids(places, text, sort=sort, size=500)
    assert ids(places, text, sort=sort, size=20, page=400) == []


def test_distance_decides_between_namesakes_when_a_point_is_given(places: SearchEngine) -> None:
    assert ids(places, "Sunday Walking Street", near=Point(18.79, 98.99))[0] == "th50-sunday-walking-street"
    assert ids(places, "Sunday Walking Street", near=PATONG)[0] == "th83-phuket-walking-street"


def test_a_hit_says_what_the_listing_says(places: SearchEngine) -> None:
    hit = places.search(make_query("Patong Beach", near=PATONG, size=1)).hits[0]
    listing = next(x for x in sample_listings() if x.id == "th83-patong-beach")
    assert (hit.name_th, hit.name_en, hit.category) == (listing.name_th, listing.name_en, listing.category)
    assert (hit.lat, hit.lon, hit.province_code) == (listing.lat, listing.lon, listing.province_code)
    assert hit.sources == ("starter_places",)
    assert hit.distance_km == distance_km(PATONG, Point(listing.lat, listing.lon))


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("chatuchak w", "en", "Chatuchak Weekend Market"),
        ("jatu", "en", "Jatujak Market"),
        ("จตุ", "en", "ตลาดนัดจตุจักร"),
        ("grand p", "en", "The Grand Palace"),
        ("the gra", "en", "The Grand Palace"),
        ("วัดพระแ", "th", "วัดพระแก้ว"),
        ("สมุย", "th", "สมุย"),
        ("phra keo", "en", "Wat Phra Kaew"),
        ("pagoda", "en", None),
    ],
)
def test_suggestions_complete_a_name_or_one_of_its_words(
    places: SearchEngine, text: str, language: str, first: str | None
) -> None:
    found = [item.text for item in places.suggest(text, language=language) if item.group == "place"]
    assert found[:1] == ([first] if first else [])


def test_suggestions_are_few_known_and_near(places: SearchEngine) -> None:
    assert len(places.suggest("wat", limit=3)) == 3
    assert places.suggest("") == places.suggest("...") == []
    near = places.suggest("walking street", language="en", near=PATONG, limit=1)[0]
    assert near.province_code == "TH-83"


def test_similar_places_are_of_the_same_kind_nearest_first(places: SearchEngine) -> None:
    hits = places.similar("th83-patong-beach", limit=4)
    assert [hit.id for hit in hits][:2] == ["th83-freedom-beach", "th83-karon-beach"]
    assert {hit.category for hit in hits} == {"beach"}
    assert [hit.distance_km for hit in hits] == sorted(hit.distance_km or 0 for hit in hits)
    assert places.similar("no-such-place") == []


def test_before_the_first_build_an_engine_says_so(empty_engine: SearchEngine) -> None:
    assert empty_engine.version() is None
    for call in (
        lambda: empty_engine.search(make_query("wat")),
        lambda: empty_engine.suggest("wat"),
        lambda: empty_engine.similar("x"),
        empty_engine.count,
        lambda: empty_engine.upsert([]),
        lambda: empty_engine.delete(["x"]),
    ):
        with pytest.raises(IndexNotReady, match="tic index"):
            call()
    assert empty_engine.version() is None


def test_an_index_without_places_is_an_index(empty_engine: SearchEngine) -> None:
    assert empty_engine.build([], version="none").documents == 0
    assert (empty_engine.count(), empty_engine.version()) == (0, "none")
    assert empty_engine.search(make_query("wat", near=BANGKOK, radius_km=5)).total == 0
    assert empty_engine.search(make_query(near=BANGKOK, sort="distance")).hits == ()
    assert empty_engine.suggest("wat arun") == []


def test_changes_are_visible_when_the_call_returns(empty_engine: SearchEngine, documents: list[Document]) -> None:
    empty_engine.build(documents[:20], version="v1")
    place = documents[30]
    empty_engine.upsert([place])
    assert empty_engine.count() == 21
    assert ids(empty_engine, place["shown"]["name_th"])[0] == place["id"]
    empty_engine.upsert([{**place, "names": ["renamed"], "words": ["renamed"], "keys": [], "name_keys": []}])
    assert (empty_engine.count(), ids(empty_engine, "renamed")) == (21, [place["id"]])
    empty_engine.delete([place["id"], "unknown"])
    assert (empty_engine.count(), ids(empty_engine, "renamed")) == (20, [])
    assert empty_engine.version() == "v1"


def test_a_new_version_takes_the_place_of_the_old_one_at_once(
    empty_engine: SearchEngine, documents: list[Document]
) -> None:
    """Readers that search all the while see the old or the new number of places, and no error."""
    sizes = (len(documents), 100)
    empty_engine.build(documents, version="v0")
    seen: set[int] = set()
    problems: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                seen.add(empty_engine.search(make_query("", facets=())).total)
            except BaseException as problem:  # noqa: BLE001  (whatever it is, the test tells it)
                problems.append(problem)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 4):
        empty_engine.build(documents[: sizes[number % 2]], version=f"v{number}")
        assert empty_engine.version() == f"v{number}"
    done.set()
    for reader in readers:
        reader.join()
    assert problems == []
    assert seen <= set(sizes)
    assert empty_engine.count() == 100


def test_a_failed_build_leaves_the_old_index_and_nothing_else(
    empty_engine: SearchEngine, documents: list[Document]
) -> None:
    def breaking() -> Iterator[Document]:
        yield from documents[:50]
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError, match="went away"):
        empty_engine.build(breaking(), version="bad")
    assert empty_engine.version() is None
    empty_engine.build(documents[:10], version="good")
    with pytest.raises(RuntimeError, match="went away"):
        empty_engine.build(breaking(), version="bad")
    assert (empty_engine.version(), empty_engine.count()) == ("good", 10)


def test_a_server_that_does_not_answer_is_told_as_unavailable() -> None:
    engine = ElasticSearch([f"http://127.0.0.1:{free_port()}"], timeout_s=0.5)
    for call in (
        lambda: engine.search(make_query("wat")),
        lambda: engine.suggest("wat"),
        lambda: engine.similar("x"),
        lambda: engine.upsert([]),
        lambda: engine.build([], version="v1"),
        engine.version,
        engine.count,
    ):
        with pytest.raises(ServiceUnavailable, match="TIC_ELASTICSEARCH_URL") as caught:
            call()
        assert not isinstance(caught.value, IndexNotReady)


THAI = "กขคงจชซดตถทธนบปผพฟมยรลวสหอะาิีึืุูเแโใไำัั่้๊๋์ๆฯ ๑๙"


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=60) | st.text(alphabet=THAI, max_size=40))
def test_no_text_is_an_error(embedded_places: SearchEngine, text: str) -> None:
    assert embedded_places.search(make_query(text, facets=())).total >= 0
    assert len(embedded_places.suggest(text)) <= 8


ABSURD = (
    "wat " * 5000,
    "a" * 10_000,
    "วัด" * 4000,
    "\x00\x01\x1f",
    "\u202e\u0627\u0628",
    "\ud800",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 wat",
    '*:* OR (name:wat~2) && "x',
)


@pytest.mark.parametrize("text", ABSURD, ids=range(len(ABSURD)))
def test_absurd_texts_are_searched_like_any_other(places: SearchEngine, text: str) -> None:
    assert places.search(make_query(text)).total >= 0
    assert places.suggest(text) is not None
