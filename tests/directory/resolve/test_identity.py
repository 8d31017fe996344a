from __future__ import annotations

import random
from collections.abc import Collection
from datetime import UTC, datetime

import pytest

from directory.resolve.identity import Identities, id_of, identify

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ROW_KEYS = [["a:1", "b:1"], ["c:1"]]


def name(clusters: list[list[str]], known: dict[str, str] | None = None, taken: Collection[str] = ()) -> Identities:
    return identify(clusters, known or {}, lambda listing_id, _leaving: listing_id in taken, NOW)


def redirects(found: Identities) -> dict[str, tuple[str | None, str]]:
    return {old: (redirect.new_id, redirect.reason) for old, redirect in found.retired.items()}


def test_a_new_id_comes_from_the_smallest_key_and_fits_into_an_address() -> None:
    found = name(ROW_KEYS)
    assert found.ids == [id_of("a:1"), id_of("c:1")] == ["fmwebjtqnw", "psotabkssh"]
    assert found.retired == {}
    assert all(listing_id.isalnum() and listing_id.isascii() and len(listing_id) == 10 for listing_id in found.ids)


def test_a_cluster_keeps_the_id_that_most_of_its_records_have() -> None:
    found = name([["a:1", "b:1", "c:1"]], {"a:1": "old1", "b:1": "old2", "c:1": "old2"})
    assert found.ids == ["old2"]
    assert redirects(found) == {"old1": ("old2", "merged")}


def test_of_two_ids_with_equal_claims_the_one_made_from_the_smaller_key_stays() -> None:
    first, second = id_of("a:1"), id_of("b:1")
    found = name([["a:1", "b:1"]], {"a:1": first, "b:1": second})
    assert (found.ids, redirects(found)) == ([first], {second: (first, "merged")})


def test_after_a_split_the_larger_part_keeps_the_id() -> None:
    old = id_of("x:9")
    found = name([["a:1"], ["b:1", "c:1"]], {"a:1": old, "b:1": old, "c:1": old})
    assert found.ids == [id_of("a:1"), old]
    assert found.retired == {}


def test_after_an_even_split_the_id_stays_with_the_record_it_was_made_from() -> None:
    old = id_of("b:1")
    found = name([["a:1"], ["b:1"]], {"a:1": old, "b:1": old})
    assert found.ids == [id_of("a:1"), old]


def test_an_id_whose_records_went_to_several_places_says_so() -> None:
    found = name(
        [["a:1", "b:1", "x:1"], ["c:1", "d:1", "y:1"]],
        {"x:1": "old", "y:1": "old", "a:1": "one", "b:1": "one", "c:1": "two", "d:1": "two"},
    )
    assert found.ids == ["one", "two"]
    assert redirects(found) == {"old": ("one", "split")}


def test_an_id_is_never_given_to_another_place() -> None:
    taken = id_of("a:1")
    assert name([["a:1"]], taken=[taken]).ids == [id_of("a:1", 1)]
    stays_elsewhere = name([["a:1"], ["b:1", "c:1"]], {"b:1": taken, "c:1": taken})
    assert stays_elsewhere.ids == [id_of("a:1", 1), taken]


def test_the_same_again_changes_nothing() -> None:
    first = name(ROW_KEYS)
    known = {key: listing_id for keys, listing_id in zip(ROW_KEYS, first.ids, strict=True) for key in keys}
    again = name(ROW_KEYS, known)
    assert (again.ids, again.retired) == (first.ids, {})


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_clusters_does_not_matter(seed: int) -> None:
    draw = random.Random(seed)
    keys = [f"s:{number}" for number in range(30)]
    known = {key: f"old{draw.randrange(8)}" for key in keys if draw.random() < 0.7}
    clusters = [sorted(keys[at : at + 3]) for at in range(0, 30, 3)]
    expected = {keys[0]: one for keys, one in zip(clusters, name(clusters, known).ids, strict=True)}
    draw.shuffle(clusters)
    found = name(clusters, known)
    assert {keys[0]: one for keys, one in zip(clusters, found.ids, strict=True)} == expected
    assert len(set(found.ids)) == len(clusters)
