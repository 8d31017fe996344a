"""What one box understands, on each engine: kinds, areas, places to be near to, the wrong keyboard, and nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.search.base import SearchEngine, SearchResults, Understood
from directory.search.documents import document_of
from directory.search.intent import intent_of
from directory.search.keyboard import other_keyboard
from directory.search.query import make_query
from sample_places import sample_listings
from tic.core.geo import Point
from tic.core.i18n import BANGKOK as BANGKOK_TIME

BANGKOK = Point(13.7563, 100.5018)


def ids(results: SearchResults) -> list[str]:
    return [hit.id for hit in results.hits]


@pytest.mark.parametrize(
    ("text", "category", "province"),
    [
        ("temples in Chiang Mai", "temple", "TH-50"),
        ("temples in Chaing Mai", "temple", "TH-50"),
        ("วัดในเชียงใหม่", "temple", "TH-50"),
        ("beaches Phuket", "beach", "TH-83"),
        ("ทะเล ภูเก็ต", "beach", "TH-83"),
        ("พิพิธภัณฑ์ในกทม.", "museum", "TH-10"),
        ("the best museums of Krung Thep", "museum", "TH-10"),
    ],
)
def test_a_kind_in_an_area_finds_such_places_there(
    places: SearchEngine, text: str, category: str, province: str
) -> None:
    results = places.search(make_query(text, size=10))
    assert results.understood == Understood(categories=(category,), provinces=(province,))
    there = [x for x in sample_listings() if x.category == category and x.province_code == province]
    found = {hit.id for hit in places.search(make_query(text, size=500)).hits}
    assert {x.id for x in there} <= found
    assert {hit.province_code for hit in results.hits} == {province}
    assert {hit.category for hit in results.hits[:4]} == {category}


def test_a_temple_that_is_listed_as_a_historic_site_is_a_temple(places: SearchEngine) -> None:
    found = ids(places.search(make_query("วัดในอยุธยา", size=100)))
    assert {"th14-wat-na-phra-men", "th14-wat-mahathat", "th14-wat-chaiwatthanaram"} <= set(found)
    assert "th14-sala-ayutthaya" not in found


def test_a_text_may_be_taken_as_a_name_and_nothing_else(places: SearchEngine) -> None:
    understood = places.search(make_query("Beach Phuket"))
    literal = places.search(make_query("Beach Phuket", literal=True))
    assert understood.understood == Understood(categories=("beach",), provinces=("TH-83",))
    assert literal.understood is None
    assert places.search(make_query("Wat Chiang Man", literal=True)).hits[0].id == "th50-wat-chiang-man"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Chiang Mai Night Bazaar", "th50-chiang-mai-night-bazaar"),
        ("Wat Chiang Man", "th50-wat-chiang-man"),
        ("Ayutthaya Railway Station", "th14-ayutthaya-station"),
        ("Ayutthaya Historical Park", "th14-historical-park"),
        ("Jatujak Market", "th10-chatuchak-market"),
        ("Temple of the Emerald Buddha", "th10-wat-phra-kaeo"),
        ("Songkran Festival at Silom", "th10-songkran-silom"),
        ("Buddha Head in Tree Roots", "th14-wat-mahathat"),
        ("Ko Samui", "th84-ko-samui"),
        ("สมุย", "th84-ko-samui"),
        ("Phuket Big Buddha", "th83-big-buddha"),
        ("National Museum Bangkok", "th10-national-museum"),
    ],
)
def test_a_name_as_it_is_written_comes_before_what_its_words_mean(places: SearchEngine, text: str, first: str) -> None:
    assert ids(places.search(make_query(text, language="en")))[0] == first


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("beach near Phuket airport", "Phuket International Airport", ["th83-nai-yang-beach", "th83-mai-khao-beach"]),
        ("hotels near Sathorn Pier", "Sathorn Pier", ["th10-shangri-la-bangkok"]),
        ("ห้างใกล้สยามพารากอน", "Siam Paragon", ["th10-siam-paragon"]),
    ],
)
def test_near_a_place_the_nearest_come_first(places: SearchEngine, text: str, name: str, found: list[str]) -> None:
    results = places.search(make_query(text, language="en"))
    assert results.understood is not None
    assert results.understood.near_name == name
    assert ids(results)[: len(found)] == found
    assert (results.hits[0].distance_km or 0) < 5


def test_near_a_place_pages_continue_one_another(places: SearchEngine) -> None:
    for text in ("near Siam Paragon", "temples in Bangkok", "Phuket", "l,6p"):
        whole = ids(places.search(make_query(text, size=100)))
        pages = [ids(places.search(make_query(text, size=7, page=page))) for page in range(1, 11)]
        assert [place for page in pages for place in page] == whole[:70]
        assert len(set(whole)) == len(whole) >= 3


def test_filters_that_are_chosen_are_kept_beside_what_is_understood(places: SearchEngine) -> None:
    results = places.search(make_query("beach near Phuket airport", provinces=["TH-81"]))
    assert {hit.province_code for hit in results.hits} == {"TH-81"}
    within = places.search(make_query("temples in Bangkok", near=BANGKOK, radius_km=2))
    assert within.total
    assert all((hit.distance_km or 99) <= 2 for hit in within.hits)


def test_near_me_is_where_the_person_is(places: SearchEngine) -> None:
    here = places.search(make_query("museums near me", near=BANGKOK))
    assert here.understood == Understood(categories=("museum",), near=BANGKOK)
    assert ids(here)[0] == "th10-national-museum"
    assert places.search(make_query("museums near me")).hits[0].category == "museum"


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [("l,6p", "สมุย", "th84-ko-samui"), (';yf,s=k"k96', None, None)],
)
def test_the_other_keyboard_is_read(places: SearchEngine, typed: str, meant: str | None, first: str | None) -> None:
    results = places.search(make_query(typed, language="en"))
    assert (results.understood.instead if results.understood else None) == meant
    assert ids(results)[:1] == ([first] if first else [])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("l,6p", "สมุย"), ("ย้ีาำะ", "phuket"), ("g=up'.s,j", "เชียงใหม่"), (";yf", "วัด"), ("!?()", None), ("", None)],
)
def test_a_text_is_turned_key_by_key(typed: str, meant: str | None) -> None:
    assert other_keyboard(typed) == meant


def test_what_thai_keys_make_of_english_is_no_thai(places: SearchEngine) -> None:
    results = places.search(make_query("ย้ีาำะ"))
    assert results.understood == Understood(provinces=("TH-83",), instead="phuket")
    assert {hit.province_code for hit in results.hits} == {"TH-83"}


def test_names_that_were_meant_are_offered_when_only_something_like_it_fits(places: SearchEngine) -> None:
    results = places.search(make_query("Wat Benchamabophiddeejing", language="en"))
    assert results.did_you_mean[:1] == ("Wat Benchamabophit",)


def test_nothing_there_is_told_from_no_source_covering_the_area(places: SearchEngine) -> None:
    there = places.search(make_query("beach in Chiang Mai"))
    assert (there.total, there.nothing) == (0, "no_match")
    assert there.nearest[0].category == "beach"
    nowhere = places.search(make_query("temples in Tak"))
    assert (nowhere.total, nowhere.nothing) == (0, "no_source")
    assert nowhere.nearest[0].category == "temple"
    filtered = places.search(make_query("Patong Beach", provinces=["TH-63"]))
    assert (filtered.total, filtered.nothing) == (0, "no_source")
    assert filtered.nearest[0].id == "th83-patong-beach"
    wrong = places.search(make_query("Patong Beach", categories=["museum"]))
    assert (wrong.nothing, wrong.nearest[0].id) == ("no_match", "th83-patong-beach")
    empty = places.search(make_query(near=Point(16.0, 103.0), radius_km=5))
    assert (empty.nothing, len(empty.nearest)) == ("no_source", 5)


def test_what_is_open_at_a_moment(empty_engine: SearchEngine) -> None:
    hours = ("Mo-Fr 09:00-17:00", "24/7", None)
    three = [x.model_copy(update={"opening_hours": y}) for x, y in zip(sample_listings()[:3], hours, strict=True)]
    empty_engine.build([document_of(listing) for listing in three], version="v1")
    wednesday, night = (datetime(2026, 11, 25, hour, tzinfo=BANGKOK_TIME) for hour in (12, 3))
    assert set(ids(empty_engine.search(make_query(open_at=wednesday)))) == {three[0].id, three[1].id}
    assert ids(empty_engine.search(make_query(open_at=night))) == [three[1].id]
    empty_engine.build([document_of(three[0])], version="v2")
    closed = empty_engine.search(make_query(open_at=night))
    assert (closed.total, closed.nothing) == (0, "no_match")


@pytest.mark.parametrize(
    ("text", "matched", "marked"),
    [
        ("wat pra keaw", "Wat Pra Keaw", ["Wat", "Pra", "Keaw"]),
        ("naphramen", "Wat Na Phra Men", ["Na", "Phra", "Men"]),
        ("พระแก้ว", "วัดพระแก้ว", ["พระแก้ว"]),
        ("jim thomson house", "Jim Thompson's House", ["Jim", "Thompson's", "House"]),
    ],
)
def test_the_name_that_fits_is_shown_with_what_was_found_in_it(
    places: SearchEngine, text: str, matched: str, marked: list[str]
) -> None:
    hit = places.search(make_query(text)).hits[0]
    assert hit.matched == matched
    assert [matched[first:beyond] for first, beyond in hit.marks] == marked


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("phuke", [("area", "TH-83")]),
        ("kora", [("area", "TH-30")]),
        ("โครา", [("area", "TH-30")]),
        ("พัทย", [("area", "2004")]),
        ("hote", [("category", "hotel")]),
        ("วัด", [("area", "7009"), ("area", "1803"), ("category", "temple")]),
        ("muse", [("category", "museum")]),
    ],
)
def test_areas_and_categories_are_suggested_before_places(
    places: SearchEngine, text: str, groups: list[tuple[str, str]]
) -> None:
    found = places.suggest(text, language="en")
    assert [(item.group, item.id) for item in found if item.group != "place"][: len(groups)] == groups
    kinds = [item.group for item in found]
    assert kinds == sorted(kinds, key=["area", "category", "place"].index)
    assert kinds.count("area") <= 2
    assert kinds.count("category") <= 2


def test_a_small_word_that_is_being_typed_counts(places: SearchEngine) -> None:
    found = [item for item in places.suggest("Wat A", language="en") if item.group == "place"]
    assert (found[0].id, found[0].text) == ("th10-wat-arun", "Wat Arun")


@pytest.mark.parametrize("text", ["temples in Bangkok", "beach near Phuket airport", "l,6p", "zoo in Tak", "Phuket"])
def test_both_engines_understand_the_same(
    embedded_places: SearchEngine, elastic_places: SearchEngine, text: str
) -> None:
    for page in (1, 2):
        ours, theirs = (engine.search(make_query(text, page=page)) for engine in (embedded_places, elastic_places))
        assert (ids(ours), ours.total, ours.facets) == (ids(theirs), theirs.total, theirs.facets)
        assert (ours.understood, ours.nothing) == (theirs.understood, theirs.nothing)
        assert [hit.id for hit in ours.nearest] == [hit.id for hit in theirs.nearest]


PHRASES = (
    "near",
    "ใกล้",
    "in",
    "ใน",
    "Phuket",
    "วัด",
    "hotel",
    "me",
    "l,6p",
    "ย้ี",
    "\x00",
    "\u202e",
    "🏝",
    "*:*",
    "(",
    "and",
)


@settings(max_examples=200, deadline=2000)
@given(text=st.lists(st.sampled_from(PHRASES) | st.text(max_size=12), max_size=12).map(" ".join))
def test_no_text_is_misunderstood_into_an_error(embedded_places: SearchEngine, text: str) -> None:
    results = embedded_places.search(make_query(text, facets=()))
    assert (results.nothing is None) == (results.total > 0)
    assert all(hit.matched is None or hit.marks for hit in results.hits)
    intent_of(text)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Wat Arun (beside the river qwxz)", "th10-wat-arun"),
        ("Wat Arun [qwxz", "th10-wat-arun"),
        ("Patong Beach, qwxz vwxz", "th83-patong-beach"),
    ],
)
def test_what_stands_in_brackets_or_after_a_comma_does_not_hide_the_place(
    places: SearchEngine, text: str, first: str
) -> None:
    assert ids(places.search(make_query(text, size=3)))[0] == first


def test_a_name_that_agrees_much_better_is_taken_before_one_that_has_the_misspelt_words(
    empty_engine: SearchEngine,
) -> None:
    sample = sample_listings()[0].model_copy(update={"names": {}, "aliases": (), "name_th": None})
    named = {
        "long": "Grand Residence Makret Hotel Park View near Chatuchak and the River",
        "meant": "Chatuchak Market",
    }
    empty_engine.build(
        [document_of(sample.model_copy(update={"id": key, "name_en": name})) for key, name in named.items()],
        version="v1",
    )
    assert ids(empty_engine.search(make_query("chatuchak makret")))[0] == "meant"
    # All words as they are written, and none better: the long name is what is asked for.
    assert ids(empty_engine.search(make_query("grand residence makret")))[0] == "long"
