"""The order in which stops are visited: the shortest open path through them, and where it is cut into days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import fast_tsp

from tic.core.geo import Point, distance_km

_BUDGET_S: Final = 0.1
"""Longest search; up to 19 stops the library gives the shortest path of all, and sooner."""
_LONGEST: Final = 30_000
_NEVER: Final = 60_000
"""The library counts in whole numbers below 2**16: the longest leg becomes _LONGEST, and _NEVER is dearer than it."""


def shortest_path(points: Sequence[Point], *, from_first: bool = False) -> list[int]:
    """Positions of the points in the order of the shortest open path by great-circle distance.

    The path may begin anywhere, or with `from_first` at the first point. An open path is a round tour through one
    more stop that lies at no distance from all others (Jonker and Volgenant 1984); the tour is found by the library
    fast-tsp: exactly up to 19 points (Held and Karp 1962), beyond by local search (Or-opt) within 0.1 s. The same
    points give the same order; of the two directions the one that begins with the earlier point.
    """
    if len(points) < 2 or (len(points) == 2 and from_first):
        return list(range(len(points)))
    legs = [[distance_km(one, other) for other in points] for one in points]
    longest = max(map(max, legs))
    if longest == 0:
        return list(range(len(points)))
    # Leaving the added stop for the first point costs nothing, for another one more than any path could save.
    added = [0] + [_NEVER if from_first else 0] * (len(points) - 1)
    matrix = [[round(leg / longest * _LONGEST) for leg in row] + [added[index]] for index, row in enumerate(legs)]
    tour = fast_tsp.find_tour([*matrix, [*added, 0]], duration_seconds=_BUDGET_S)
    cut = tour.index(len(points))
    path = [int(position) for position in (*tour[cut + 1 :], *tour[:cut])]
    turned = path[-1] == 0 if from_first else path[-1] < path[0]
    return path[::-1] if turned else path


def path_km(points: Sequence[Point]) -> float:
    """Great-circle length of a path, in kilometres."""
    return math.fsum(distance_km(one, other) for one, other in pairwise(points))


def cut_into_days(points: Sequence[Point], days: int) -> list[int]:
    """How many stops of a path each day gets, so that days are alike and the longest legs fall between them.

    Each day has the average number of stops, rounded up or down, and from three stops a day on up to half as many more
    or fewer. Among all such cuts the one with the least sum of the squares of the days' lengths, as paragraphs are cut
    into lines (Knuth and Plass 1981); of equal ones the one with the fuller first days. Days beyond the number of stops
    stay empty.
    """
    if days < 1:
        raise ValueError("a path is cut into one day or more")
    used = min(days, len(points))
    if not used:
        return [0] * days
    average = len(points) // used
    slack = average // 2 if average > 2 else 0
    least, most = average - slack, -(-len(points) // used) + slack
    # best[n]: the sum for the first n stops cut into the days so far, and the sizes of these days below zero: of
    # equal sums the one with the fuller first days is then the least.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _day in range(used):
        following: dict[int, tuple[float, tuple[int, ...]]] = {}
        for done, (so_far, sizes) in best.items():
            for end in range(done + least, min(done + most, len(points)) + 1):
                cut = (so_far + path_km(points[done:end]) ** 2, (*sizes, done - end))
                following[end] = min(following.get(end, cut), cut)
        best = following
    return [*(-size for size in best[len(points)][1]), *[0] * (days - used)]
