"""The order of stops: the shortest open path and where it is cut into days."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, permutations

import pytest

from directory.trip_order import cut_into_days, path_km, shortest_path
from tic.core.geo import Point

BANGKOK, AYUTTHAYA, LOPBURI = Point(13.75, 100.5), Point(14.35, 100.57), Point(14.8, 100.61)
NAKHON_SAWAN, CHIANG_MAI = Point(15.7, 100.13), Point(18.79, 98.98)


def some_points(count: int, seed: int) -> list[Point]:
    chance = random.Random(seed)
    return [Point(chance.uniform(13, 14), chance.uniform(100, 101)) for _ in range(count)]


def test_stops_along_a_road_come_in_the_order_of_the_road() -> None:
    mixed = [AYUTTHAYA, CHIANG_MAI, BANGKOK, NAKHON_SAWAN, LOPBURI]
    assert [mixed[i] for i in shortest_path(mixed)] == [CHIANG_MAI, NAKHON_SAWAN, LOPBURI, AYUTTHAYA, BANGKOK]


def test_the_first_stop_is_kept_where_that_is_asked_for() -> None:
    mixed = [AYUTTHAYA, CHIANG_MAI, BANGKOK, NAKHON_SAWAN, LOPBURI]
    order = [mixed[i] for i in shortest_path(mixed, from_first=True)]
    assert order == [AYUTTHAYA, BANGKOK, LOPBURI, NAKHON_SAWAN, CHIANG_MAI]


@pytest.mark.parametrize("from_first", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_no_order_of_seven_stops_is_shorter(seed: int, from_first: bool) -> None:
    points = some_points(7, seed)
    orders = [order for order in permutations(range(7)) if not from_first or order[0] == 0]
    shortest = min(path_km([points[i] for i in order]) for order in orders)
    found = shortest_path(points, from_first=from_first)
    assert sorted(found) == list(range(7))
    # The library counts in metres.
    assert path_km([points[i] for i in found]) == pytest.approx(shortest, rel=1e-4)


@pytest.mark.parametrize("points", [[], [BANGKOK], [BANGKOK, CHIANG_MAI], [BANGKOK] * 4])
def test_few_stops_or_all_in_one_place_stay_as_they_are(points: list[Point]) -> None:
    assert shortest_path(points) == list(range(len(points)))
    assert shortest_path(points, from_first=True) == list(range(len(points)))


@pytest.mark.alone
def test_sixty_stops_take_less_than_200_ms_and_always_the_same_order() -> None:
    points = some_points(60, 1)
    begun = time.perf_counter()
    order = shortest_path(points)
    assert time.perf_counter() - begun < 0.2
    assert sorted(order) == list(range(60))
    assert shortest_path(points) == order
    # Random uniform points: about 0.7124 * sqrt(n * area) and a margin (Beardwood, Halton, Hammersley 1959).
    assert path_km([points[i] for i in order]) < 0.93 * (60 * 111.2 * 108.1) ** 0.5


def test_a_busy_machine_gives_the_order_an_idle_one_gives() -> None:
    points = some_points(40, 2)
    order = shortest_path(points)
    with ThreadPoolExecutor(8) as pool:
        assert all(found == order for found in pool.map(shortest_path, [points] * 16))


def test_the_long_way_falls_between_two_days() -> None:
    assert cut_into_days([BANGKOK, AYUTTHAYA, LOPBURI, CHIANG_MAI, CHIANG_MAI], 2) == [3, 2]


def test_towns_far_apart_share_no_day_even_when_days_differ() -> None:
    north, south = [CHIANG_MAI] * 5, [BANGKOK] * 13
    assert cut_into_days(north + south, 3)[0] == 5


def test_days_have_about_as_many_stops_and_no_cut_of_that_kind_is_more_even() -> None:
    points = some_points(11, 3)
    sizes = cut_into_days(points, 4)
    assert sum(sizes) == 11
    cuts = [[b - a for a, b in zip((0, *inner), (*inner, 11), strict=True)] for inner in combinations(range(1, 11), 3)]
    allowed = [cut for cut in cuts if all(2 <= size <= 3 for size in cut)]

    def whole(cut: list[int]) -> float:
        ends = [sum(cut[: index + 1]) for index in range(len(cut))]
        return sum(path_km(points[end - size : end]) ** 2 for end, size in zip(ends, cut, strict=True))

    assert whole(sizes) == pytest.approx(min(map(whole, allowed)))


def test_more_days_than_stops_leave_the_last_days_free() -> None:
    assert cut_into_days([BANGKOK, CHIANG_MAI], 4) == [1, 1, 0, 0]
    assert cut_into_days([], 3) == [0, 0, 0]
    with pytest.raises(ValueError, match="one day"):
        cut_into_days([BANGKOK], 0)
