from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from directory import repository, tables
from directory.listing import Listing, Redirect
from directory.sql import serialise_writers
from tic.core.database import reading, writing


def place(listing_id: str, **values: Any) -> Listing:
    return Listing(**{"id": listing_id, "name_en": f"Place {listing_id}", "lat": 13.75, "lon": 100.5, **values})


def save(
    database: Engine,
    listings: list[Listing],
    now: datetime,
    *,
    assignments: dict[str, str] | None = None,
    redirects: list[Redirect] | None = None,
    scope: set[str] | None = None,
) -> repository.ListingChanges:
    with writing(database) as connection:
        return repository.save_listings(connection, listings, assignments or {}, redirects or [], now=now, scope=scope)


def changes(database: Engine, seq: int = 0) -> list[tuple[str, str]]:
    with reading(database) as connection:
        return [(row.listing_id, row.operation) for row in repository.changes_since(connection, seq)]


def redirect_of(database: Engine, listing_id: str) -> Redirect | None:
    with reading(database) as connection:
        return repository.get_redirect(connection, listing_id)


def test_a_listing_comes_back_with_every_field(database: Engine, now: datetime) -> None:
    full = place(
        "p1",
        name_th="วัดอรุณ",
        names={"zh": "郑王庙", "ja": "ワット・アルン"},
        aliases=("Temple of Dawn",),
        category="temple",
        price_thb=200.0,
        reviews=7,
        status="open",
        record_keys=("osm:1", "tat:1"),
        sources=("osm", "tat"),
        provenance={"name_th": "tat:1", "lat": "osm:1"},
        updated_at=now,
    )
    save(database, [full], now)
    with reading(database) as connection:
        assert repository.get_listing(connection, "p1") == full
        assert repository.get_listing(connection, "p2") is None
        assert repository.get_listings(connection, ["p2", "p1", "p1"]) == {"p1": full}
        assert repository.count_listings(connection) == 1


def test_only_what_differs_is_written_and_announced(database: Engine, now: datetime) -> None:
    first = save(database, [place("p1"), place("p2")], now)
    assert (first.new, first.changed, first.removed, first.unchanged) == (2, 0, 0, 0)
    again = save(database, [place("p2"), place("p1")], now + timedelta(days=1))
    assert (again.new, again.changed, again.removed, again.unchanged) == (0, 0, 0, 2)
    assert changes(database) == [("p1", "upsert"), ("p2", "upsert")]
    edited = save(database, [place("p1"), place("p2", phone="+6621234567")], now)
    assert (edited.new, edited.changed, edited.removed, edited.unchanged) == (0, 1, 0, 1)
    assert changes(database, seq=2) == [("p2", "upsert")]


def test_the_order_in_which_provenance_was_filled_is_no_change(database: Engine, now: datetime) -> None:
    save(database, [place("p1", provenance={"lat": "a:1", "name_en": "b:1"})], now)
    again = save(database, [place("p1", provenance={"name_en": "b:1", "lat": "a:1"})], now)
    assert again.unchanged == 1


def test_a_listing_no_longer_given_is_removed_and_its_id_says_so(database: Engine, now: datetime) -> None:
    save(database, [place("p1"), place("p2")], now)
    later = now + timedelta(hours=1)
    assert save(database, [place("p1")], later).removed == 1
    assert changes(database, seq=2) == [("p2", "delete")]
    assert redirect_of(database, "p2") == Redirect(old_id="p2", new_id=None, reason="withdrawn", at=later)
    assert save(database, [place("p1")], later + timedelta(hours=1)).removed == 0
    assert redirect_of(database, "p2") == Redirect(old_id="p2", new_id=None, reason="withdrawn", at=later)


def test_a_scope_protects_the_listings_outside_it(database: Engine, now: datetime) -> None:
    save(database, [place("p1"), place("p2"), place("p3")], now)
    outcome = save(database, [place("p4"), place("p2", phone="+6621234567")], now, scope={"p1", "p2"})
    assert (outcome.new, outcome.changed, outcome.removed) == (1, 1, 1)
    with reading(database) as connection:
        assert [listing.id for listing in repository.iter_listings(connection)] == ["p2", "p3", "p4"]


def test_merged_ids_lead_through_a_chain_to_the_listing_of_today(database: Engine, now: datetime) -> None:
    save(database, [place("p1"), place("p2"), place("p3")], now)
    save(
        database,
        [place("p2"), place("p3")],
        now,
        redirects=[Redirect(old_id="p1", new_id="p2", reason="merged", at=now)],
    )
    save(database, [place("p3")], now, redirects=[Redirect(old_id="p2", new_id="p3", reason="merged", at=now)])
    assert redirect_of(database, "p1") == Redirect(old_id="p1", new_id="p3", reason="merged", at=now)
    assert redirect_of(database, "p3") is None
    save(database, [], now)
    assert redirect_of(database, "p1") == Redirect(old_id="p1", new_id=None, reason="withdrawn", at=now)


def test_a_listing_that_returns_is_found_under_its_own_id(database: Engine, now: datetime) -> None:
    save(database, [place("p1"), place("p2")], now)
    save(database, [place("p2")], now, redirects=[Redirect(old_id="p1", new_id="p2", reason="merged", at=now)])
    save(database, [place("p1"), place("p2")], now)
    assert redirect_of(database, "p1") is None
    save(database, [place("p1")], now, redirects=[Redirect(old_id="p2", new_id="p1", reason="merged", at=now)])
    found = redirect_of(database, "p2")
    assert found is not None
    assert found.new_id == "p1"


def test_redirects_in_a_circle_end_nowhere(database: Engine, now: datetime) -> None:
    circle = [
        Redirect(old_id="p1", new_id="p2", reason="merged", at=now),
        Redirect(old_id="p2", new_id="p1", reason="merged", at=now),
    ]
    save(database, [], now, redirects=circle)
    found = redirect_of(database, "p1")
    assert found is not None
    assert found.new_id is None


def test_records_know_their_listing(database: Engine, now: datetime, three_records: tuple[str, ...]) -> None:
    both = {"osm:1": "p1", "tat:1": "p1", "tat:2": "p2", "gone:1": "p9"}
    save(database, [place("p1"), place("p2")], now, assignments=both)
    with reading(database) as connection:
        assert repository.listing_records(connection, "p1")["key"].to_list() == ["osm:1", "tat:1"]
        assert repository.load_records(connection).select("key", "listing_id").rows() == [
            ("osm:1", "p1"),
            ("tat:1", "p1"),
            ("tat:2", "p2"),
        ]


def test_a_change_feed_is_read_in_pages(database: Engine, now: datetime) -> None:
    with reading(database) as connection:
        assert repository.last_change(connection) == 0
    save(database, [place(f"p{number}") for number in range(5)], now)
    with reading(database) as connection:
        first = repository.changes_since(connection, 0, limit=3)
        rest = repository.changes_since(connection, first[-1].seq, limit=3)
        assert repository.last_change(connection) == rest[-1].seq
    assert [change.listing_id for change in (*first, *rest)] == ["p0", "p1", "p2", "p3", "p4"]
    assert first[0].at == now


def test_all_listings_are_read_in_chunks(database: Engine, now: datetime) -> None:
    save(database, [place(f"p{number:02}") for number in range(7)], now)
    with reading(database) as connection:
        assert [item.id for item in repository.iter_listings(connection, chunk=3)] == [f"p{n:02}" for n in range(7)]


def test_a_failed_transaction_leaves_neither_listing_nor_change(database: Engine, now: datetime) -> None:
    def save_and_fail() -> None:
        with writing(database) as connection:
            repository.save_listings(connection, [place("p1")], {}, [], now=now, scope=None)
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        save_and_fail()
    assert changes(database) == []
    with reading(database) as connection:
        assert repository.count_listings(connection) == 0


def test_a_reader_never_sees_a_change_before_an_earlier_one(database: Engine, now: datetime) -> None:
    """Two writers at once: the second gets its numbers only after the first has committed."""
    slow_has_written, may_finish, seen = threading.Event(), threading.Event(), []

    def slow() -> None:
        with writing(database) as connection:
            repository.save_listings(connection, [place("slow")], {}, [], now=now, scope=set())
            slow_has_written.set()
            may_finish.wait(20)

    def quick() -> None:
        slow_has_written.wait(20)
        with writing(database) as connection:
            serialise_writers(connection, tables.listing_change)
            connection.execute(insert(tables.listing_change).values(listing_id="quick", operation="upsert", at=now))
        with reading(database) as connection:
            seen.extend(row.listing_id for row in repository.changes_since(connection, 0))

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    for thread in threads:
        thread.start()
    slow_has_written.wait(20)
    threads[1].join(0.5)
    assert threads[1].is_alive()
    may_finish.set()
    for thread in threads:
        thread.join(30)
    assert seen == ["slow", "quick"]
    with reading(database) as connection:
        order = connection.execute(select(tables.listing_change.c.listing_id).order_by(tables.listing_change.c.seq))
        assert order.scalars().all() == ["slow", "quick"]
