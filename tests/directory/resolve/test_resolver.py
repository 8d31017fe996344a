from __future__ import annotations

import random
from itertools import combinations

import polars as pl
import pytest

from directory.resolve.resolver import (
    LARGEST_COMPLETED,
    Judged,
    cluster,
    connected_parts,
    missing_pairs,
    settled_parts,
)

Pairs = dict[tuple[int, int], float]


def scored(pairs: Pairs) -> pl.DataFrame:
    rows = [(left, right, chance) for (left, right), chance in pairs.items()]
    return pl.DataFrame(rows, schema={"left": pl.UInt32, "right": pl.UInt32, "chance": pl.Float64}, orient="row")


def places(*sources: str, link_ids: list[str | None] | None = None) -> pl.DataFrame:
    ids = link_ids or [None] * len(sources)
    return pl.DataFrame(
        {"source": sources, "link_id": ids, "family": [link_id and link_id[0] for link_id in ids]},
        schema={"source": pl.String, "link_id": pl.String, "family": pl.String},
    )


def clusters(pairs: Pairs, table: pl.DataFrame, judged: Judged | None = None) -> list[list[int]]:
    home = cluster(scored(pairs), 0.5, table, judged or Judged())
    together: dict[int, list[int]] = {}
    for row in range(table.height):
        together.setdefault(home.get(row, row), []).append(row)
    return sorted(together.values())


def test_likely_pairs_come_together_and_others_stay_apart() -> None:
    assert clusters({(0, 1): 0.9, (2, 3): 0.3}, places("a", "b", "c", "d")) == [[0, 1], [2], [3]]


def test_one_source_has_one_record_of_a_place_and_the_likelier_pair_wins() -> None:
    table = places("osm", "tat", "tat")
    assert clusters({(0, 1): 0.8, (0, 2): 0.9}, table) == [[0, 2], [1]]


def test_a_source_that_states_a_place_twice_may_have_both() -> None:
    table = places("osm", "tat", "tat")
    assert clusters({(0, 1): 0.8, (0, 2): 0.9, (1, 2): 0.98}, table) == [[0, 1, 2]]


def test_a_publisher_that_numbers_its_places_counts_as_one_source() -> None:
    table = places("tat_th", "tat_en", "osm", link_ids=["P1", "P2", None])
    assert clusters({(0, 2): 0.9, (1, 2): 0.8}, table) == [[0, 2], [1]]
    assert clusters({(0, 2): 0.9, (1, 2): 0.8, (0, 1): 0.99}, places("x", "y", "z")) == [[0, 1, 2]]


def test_a_chain_of_neighbours_does_not_become_one_place() -> None:
    pairs = {(number, number + 1): 0.8 for number in range(7)}
    found = clusters(pairs, places(*"abcdefgh"))
    assert found == [[0, 1], [2, 3], [4, 5], [6, 7]]


def test_two_clusters_join_when_their_records_agree_on_average() -> None:
    pairs = {(0, 1): 0.95, (2, 3): 0.95, (0, 2): 0.9, (1, 3): 0.9, (0, 3): 0.1, (1, 2): 0.1}
    assert clusters(pairs, places(*"abcd")) == [[0, 1, 2, 3]]
    assert clusters({**pairs, (1, 3): 0.1}, places(*"abcd")) == [[0, 1], [2, 3]]


def test_the_feeds_of_one_publisher_in_two_languages_count_as_one() -> None:
    """A Thai name that is alike is enough; the English feed of the same publisher knows another name."""
    pairs = {(0, 1): 0.999, (0, 2): 0.8, (1, 2): 0.0}
    assert clusters(pairs, places("tat_th", "tat_en", "osm", link_ids=["P1", "P1", None])) == [[0, 1, 2]]
    assert clusters(pairs, places("x", "y", "z")) == [[0, 1], [2]]


def test_a_place_that_a_publisher_numbers_twice_is_one_when_one_of_its_feeds_says_so() -> None:
    """The third record bears the Thai name of the first; the English feed of the first says nothing against it."""
    table = places("tat_th", "tat_en", "tat_shops", link_ids=["P1", "P1", "P2"])
    assert clusters({(0, 1): 0.999, (0, 2): 0.98, (1, 2): 0.0}, table) == [[0, 1, 2]]
    assert clusters({(0, 1): 0.999, (0, 2): 0.4, (1, 2): 0.0}, table) == [[0, 1], [2]]


def test_a_record_that_a_person_has_tied_to_another_does_not_drive_others_away() -> None:
    """An operator gives a place another name: what was one place with the old record stays so."""
    judged = Judged(same=frozenset({(0, 1)}))
    assert clusters({(1, 2): 0.8, (0, 2): 0.0}, places("operator", "osm", "tat"), judged) == [[0, 1, 2]]


def test_a_person_who_says_different_always_wins() -> None:
    judged = Judged(different=frozenset({(0, 1)}))
    assert clusters({(0, 1): 1.0}, places("a", "b"), judged) == [[0], [1]]
    through_a_third = {(0, 2): 0.9, (1, 2): 0.95, (0, 1): 0.9}
    assert clusters(through_a_third, places(*"abc"), judged) == [[0], [1, 2]]


def test_a_person_who_says_same_always_wins() -> None:
    judged = Judged(same=frozenset({(0, 1)}))
    assert clusters({(0, 1): 0.0}, places("a", "b"), judged) == [[0, 1]]
    assert clusters({}, places("tat", "tat"), judged) == [[0, 1]]


def test_people_who_contradict_each_other_do_not_join_what_one_has_parted() -> None:
    judged = Judged(same=frozenset({(0, 1), (1, 2)}), different=frozenset({(0, 2)}))
    assert clusters({}, places(*"abc"), judged) == [[0, 1], [2]]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_pairs_does_not_matter(seed: int) -> None:
    draw = random.Random(seed)
    table = places(*(draw.choice("abcdef") for _ in range(40)))
    pairs = {pair: round(draw.random(), 2) for pair in combinations(range(40), 2) if draw.random() < 0.15}
    shuffled = list(pairs.items())
    draw.shuffle(shuffled)
    assert clusters(dict(shuffled), table) == clusters(pairs, table)


@pytest.mark.parametrize("seed", range(5))
def test_a_connected_part_gives_the_same_clusters_alone_and_among_others(seed: int) -> None:
    """What makes it right to look only at the neighbourhood of a change."""
    draw = random.Random(seed)
    table = places(*(draw.choice("abcdef") for _ in range(40)))
    pairs = {pair: round(draw.random(), 2) for pair in combinations(range(40), 2) if draw.random() < 0.06}
    whole = clusters(pairs, table)
    likely = scored({pair: chance for pair, chance in pairs.items() if chance >= 0.5})
    for part in connected_parts(likely).group_by("part").agg("row")["row"].to_list():
        inside = {pair: chance for pair, chance in pairs.items() if set(pair) <= set(part)}
        alone = [rows for rows in clusters(inside, table) if set(rows) <= set(part)]
        assert alone == [rows for rows in whole if set(rows) <= set(part)]


@pytest.mark.parametrize("seed", range(20))
def test_parts_that_are_clear_at_a_glance_are_what_the_rules_make_of_them(seed: int) -> None:
    draw = random.Random(seed)
    link_ids = [draw.choice([None, None, None, "P1", "P2", "Q1"]) for _ in range(240)]
    table = places(*(draw.choice("abcdefgh") for _ in range(240)), link_ids=link_ids)
    near = [pair for pair in combinations(range(240), 2) if pair[0] // 3 == pair[1] // 3]
    pairs = {pair: round(draw.uniform(0.4, 1), 2) for pair in near if draw.random() < 0.95}
    settled = settled_parts(scored(pairs), 0.5, table, Judged())
    assert set(settled.group_by("home").len()["len"]) == {2, 3}
    # What is said of records of two parts changes neither, but takes both from those that are clear.
    nothing_new = Judged(different=frozenset((row, row + 120) for row in range(120)))
    assert not settled_parts(scored(pairs), 0.5, table, nothing_new).height
    assert clusters(pairs, table) == clusters(pairs, table, nothing_new)


def test_a_part_is_clear_when_all_its_records_agree_and_none_stands_against_another() -> None:
    three = {(0, 1): 0.9, (0, 2): 0.8, (1, 2): 0.7}
    clear = [(0, 0), (1, 0), (2, 0)]
    assert settled_parts(scored(three), 0.5, places(*"abc"), Judged()).rows() == clear
    assert settled_parts(scored(three), 0.5, places(*"abc", link_ids=["P1", None, "Q1"]), Judged()).rows() == clear
    for table in (places(*"aab"), places(*"abc", link_ids=["P1", None, "P2"])):
        assert settled_parts(scored(three), 0.5, table, Judged()).rows() == []
    assert settled_parts(scored({**three, (1, 2): 0.4}), 0.5, places(*"abc"), Judged()).rows() == []
    judged = Judged(different=frozenset({(0, 3)}))
    assert settled_parts(scored(three), 0.5, places(*"abcd"), judged).rows() == []
    # Likely enough to be joined, were it not for the mean that every cluster must reach.
    assert settled_parts(scored({(0, 1): 0.42}), 0.4, places(*"ab"), Judged()).rows() == []
    assert settled_parts(scored({}), 0.5, places(), Judged()).rows() == []


def test_parts_of_three_and_more_get_a_chance_for_every_pair() -> None:
    chain = {(0, 1): 0.8, (1, 2): 0.8, (4, 5): 0.9}
    assert missing_pairs(scored(chain), 0.5, Judged()).rows() == [(0, 2)]
    assert missing_pairs(scored(chain), 0.5, Judged(same=frozenset({(2, 3)}))).rows() == [
        (0, 2),
        (0, 3),
        (1, 3),
        (2, 3),
    ]
    assert missing_pairs(scored({}), 0.5, Judged()).rows() == []


def test_a_part_too_large_to_complete_is_left_as_it_is() -> None:
    chain = {(number, number + 1): 0.8 for number in range(LARGEST_COMPLETED)}
    assert missing_pairs(scored(chain), 0.5, Judged()).rows() == []
