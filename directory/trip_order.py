"""The order in which stops are visited: the shortest open path through them, and where it is cut into days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, permutations
from typing import Final

from pyvrp import Model
from pyvrp.stop import MaxIterations

from tic.core.geo import Point, distance_km

_STEPS: Final = 300
"""Steps of the search: counted, not timed, so that a busy machine gives the order an idle one gives."""
_METRES_PER_KM: Final = 1000
"""The library counts in whole numbers: legs are given to it in metres."""


def shortest_path(points: Sequence[Point], *, from_first: bool = False) -> list[int]:
    """Positions of the points in the order of the shortest open path by great-circle distance.

    The path may begin anywhere, or with `from_first` at the first point. It is the round of one vehicle that comes
    home from every stop at no cost, and without `from_first` leaves home at no cost, too (Jonker and Volgenant 1984).
    The library PyVRP looks for it by iterated local search (Wouda, Lan and Kool 2024) in a fixed number of steps: the
    same points give the same order on every machine; of the two directions the one that begins with the earlier point.
    """
    if len(points) < 2 or (len(points) == 2 and from_first):
        return list(range(len(points)))
    legs = [[round(distance_km(one, other) * _METRES_PER_KM) for other in points] for one in points]
    if max(map(max, legs)) == 0:
        return list(range(len(points)))
    path = _round(legs, from_first)
    return path[::-1] if not from_first and path[-1] < path[0] else path


def _round(legs: list[list[int]], from_first: bool) -> list[int]:
    """The stops of the shortest round by these legs, from the first stop or from a home that is near all of them."""
    model = Model()
    stops = [model.add_location(0, 0) for _ in legs]
    home = stops[0] if from_first else model.add_location(0, 0)
    model.add_depot(home)
    model.add_vehicle_type()
    clients = range(1 if from_first else 0, len(legs))
    for position in clients:
        model.add_client(stops[position])
        model.add_edge(home, stops[position], distance=legs[0][position] if from_first else 0)
        model.add_edge(stops[position], home, distance=0)
    for one, other in permutations(clients, 2):
        model.add_edge(stops[one], stops[other], distance=legs[one][other])
    found = model.solve(MaxIterations(_STEPS), seed=0, collect_stats=False, display=False)
    visits = [clients[visit.idx] for visit in found.best.routes()[0] if visit.is_client()]
    return [0, *visits] if from_first else visits


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
