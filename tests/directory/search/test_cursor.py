"""Paging through everything that a search finds, on each engine, while the directory changes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search import cursor as cursors
from directory.search import embedded
from directory.search.base import Document, SearchEngine, SearchResults
from directory.search.cursor import Cursor, read_cursor, search_mark, write_cursor
from directory.search.documents import document_of
from directory.search.embedded import EmbeddedSearch
from directory.search.query import make_query, query_from_params
from sample_places import sample_listings
from tic.core.errors import BadInput
from tic.core.geo import Point

BANGKOK = Point(13.7563, 100.5018)


def pages(engine: SearchEngine, text: str = "", **fields: Any) -> Iterator[SearchResults]:
    cursor: str | None = "*"
    while cursor:
        results = engine.search(make_query(text, cursor=cursor, **fields))
        yield results
        cursor = results.next_cursor


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("", {"size": 97}),
        ("", {"size": 97, "sort": "name"}),
        ("", {"size": 60, "sort": "distance", "near": BANGKOK}),
        ("wat", {"size": 7}),
        ("temples in Bangkok", {"size": 7}),
        ("beach near Phuket airport", {"size": 2}),
        ("jatujak makret", {"size": 3}),
        ("nobody has this xyzzy", {"size": 3}),
    ],
)
def test_a_cursor_goes_through_all_results_in_the_order_of_one_page(
    places: SearchEngine, text: str, fields: dict[str, Any]
) -> None:
    found = [hit.id for page in pages(places, text, **fields) for hit in page.hits]
    whole = places.search(make_query(text, **{**fields, "size": 500}))
    assert found[:500] == [hit.id for hit in whole.hits]
    assert len(found) == len(set(found)) == whole.total


def test_only_the_first_page_of_a_cursor_counts_facets(places: SearchEngine) -> None:
    first, second, *_ = pages(places, "wat", size=5)
    assert first.facets == places.search(make_query("wat")).facets
    assert (second.facets, second.total) == ({}, first.total)


def test_what_changes_meanwhile_is_not_seen_by_a_cursor(empty_engine: SearchEngine, documents: list[Document]) -> None:
    empty_engine.build(documents[:40], version="v1")
    paging = pages(empty_engine, size=15, sort="name")
    found = [hit.id for hit in next(paging).hits]
    empty_engine.delete([documents[number]["id"] for number in range(0, 40, 2)])
    empty_engine.upsert(documents[40:60])
    found += [hit.id for page in paging for hit in page.hits]
    assert sorted(found) == sorted(document["id"] for document in documents[:40])
    assert len([hit for page in pages(empty_engine, size=15) for hit in page.hits]) == 40 == empty_engine.count()


def test_a_new_version_of_the_index_does_not_end_a_cursor_of_the_embedded_one(
    empty_engine: SearchEngine, documents: list[Document]
) -> None:
    empty_engine.build(documents[:40], version="v1")
    paging = pages(empty_engine, size=15)
    found = [hit.id for hit in next(paging).hits]
    empty_engine.build(documents[60:70], version="v2")
    if isinstance(empty_engine, EmbeddedSearch):
        found += [hit.id for page in paging for hit in page.hits]
        assert sorted(found) == sorted(document["id"] for document in documents[:40])
    else:
        # Elasticsearch has deleted the index; whoever pages through it is told to start again.
        with pytest.raises(BadInput, match="Start again with the cursor"):
            next(paging)


def test_a_state_is_let_go_after_a_while(embedded_places: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    first = embedded_places.search(make_query(cursor="*"))
    monkeypatch.setattr(embedded, "KEPT_S", 0)
    with pytest.raises(BadInput, match=r"kept for 5 minutes only\. Start again"):
        embedded_places.search(make_query(cursor=first.next_cursor))


def test_only_so_many_states_are_kept(empty_engine: SearchEngine, documents: list[Document]) -> None:
    if not isinstance(empty_engine, EmbeddedSearch):
        pytest.skip("a cluster has its own limit")
    empty_engine.build(documents[:40], version="v1")
    first = empty_engine.search(make_query(cursor="*")).next_cursor
    for number in range(cursors.MOST_PINNED):
        empty_engine.upsert([documents[number]])
        last = empty_engine.search(make_query(cursor="*")).next_cursor
    assert empty_engine.search(make_query(cursor=last)).hits
    with pytest.raises(BadInput, match="Start again"):
        empty_engine.search(make_query(cursor=first))


def test_a_cursor_belongs_to_its_search(places: SearchEngine) -> None:
    cursor = str(places.search(make_query("wat", cursor="*", size=3)).next_cursor)
    assert places.search(make_query("wat", cursor=cursor, size=3)).hits
    for other in (make_query("beach", cursor=cursor, size=3), make_query("wat", cursor=cursor, size=4)):
        with pytest.raises(BadInput, match="belongs to another search"):
            places.search(other)


def test_open_now_stays_the_moment_of_the_first_page(empty_engine: SearchEngine) -> None:
    listings = [place.model_copy(update={"opening_hours": "Mo-Su 08:00-17:00"}) for place in sample_listings()[:5]]
    empty_engine.build([document_of(place) for place in listings], version="v1")
    asked = {"open": "2026-04-15T10:30", "cursor": "*", "size": "2"}
    found: list[str] = []
    while asked["cursor"]:
        results = empty_engine.search(query_from_params(asked))
        found += [hit.id for hit in results.hits]
        # Meanwhile it has become night.
        asked = {"open": "2026-04-15T23:59", "cursor": results.next_cursor or "", "size": "2"}
    assert sorted(found) == sorted(place.id for place in listings)


def test_a_cursor_that_was_made_up_is_refused_on_each_engine(places: SearchEngine) -> None:
    query = make_query("wat", size=3)
    made_up = write_cursor(Cursor(pin="AAAA", search=search_mark(query), offset=3))
    with pytest.raises(BadInput):
        places.search(make_query("wat", size=3, cursor=made_up))


def packed(value: Any) -> str:
    text = json.dumps({"pin": "x", "search": value, "offset": value, "after": value, "open_at": value})
    return base64.urlsafe_b64encode(text.encode()).decode()


@given(
    st.one_of(
        st.text(max_size=80),
        st.recursive(st.none() | st.integers() | st.text(), st.lists).map(packed),
    )
)
def test_no_cursor_is_anything_but_a_cursor_or_a_sentence(text: str) -> None:
    with pytest.raises(BadInput):
        read_cursor(make_query("wat", cursor=text))


def test_a_cursor_and_a_page_number_do_not_go_together() -> None:
    with pytest.raises(BadInput, match="Leave out page"):
        query_from_params({"cursor": "*", "page": "2"})
